//! Hints of a training level.

use super::training::{Course, MAX_POINTS};
use crate::scenarios::{
    Hint, LocalText, Message,
    import::{
        draft::{hint, ours},
        foreign::{find, text_of},
        ledger::Given,
    },
};

/// Hints in their order, and the solution as the last one: it may be bought in a training, too.
pub(super) fn hints(level: &Given<'_>, points: u32, course: &Course<'_>) -> Vec<Hint> {
    let mut items = find(level, "hints")
        .map(|list| list.items())
        .unwrap_or_default();
    items.sort_by_key(|item| {
        find(item, "order")
            .and_then(|order| order.integer())
            .unwrap_or(i64::MAX)
    });
    let mut hints: Vec<Hint> = Vec::new();
    for item in &items {
        if let Some(order) = find(item, "order") {
            order.taken("tasks[].hints");
        }
        let cost = find(item, "hint_penalty").or_else(|| find(item, "penalty"));
        let value = cost.as_ref().and_then(Given::integer).unwrap_or_default();
        if let Some(cost) = &cost {
            cost.taken("tasks[].hints[].cost");
        }
        let title = text_of(item, "title").map(|(given, text)| {
            given.taken("tasks[].hints[].text");
            format!("**{text}**\n\n")
        });
        let content = text_of(item, "content").map(|(given, text)| {
            given.taken("tasks[].hints[].text");
            text
        });
        let text = format!(
            "{}{}",
            title.unwrap_or_default(),
            content.unwrap_or_default()
        );
        if !text.trim().is_empty() {
            let cost = u32::try_from(value.clamp(0, MAX_POINTS)).unwrap_or_default();
            hints.push(hint(cost, course.text(item, text.trim())));
        }
    }
    let penalized = find(level, "solution_penalized").is_none_or(|given| {
        given.taken("tasks[].hints[].cost");
        given.truth() != Some(false)
    });
    if let Some((given, text)) = text_of(level, "solution") {
        given.changed(Message::new("import-crcz-solution"));
        let spent: u32 = hints
            .iter()
            .fold(0, |sum, hint| sum.saturating_add(hint.cost));
        let cost = if penalized {
            points.saturating_sub(spent)
        } else {
            0
        };
        let heading = ours(&Message::new("import-crcz-solution-hint"));
        let text = course.text(&given, text);
        hints.push(hint(
            cost,
            LocalText {
                vi: format!("**{}**\n\n{}", heading.vi, text.vi),
                en: format!("**{}**\n\n{}", heading.en, text.en),
            },
        ));
    }
    hints
}
