//! The sides that trainees play: their access, briefings and tasks with the rules by which these are scored; and the forms of
//! which each environment has one. Nothing here says an answer: no accepted text, no drawn value, no step of the solution.

use std::collections::BTreeMap;

use super::{
    super::super::{errors::Message, markdown, pages::scenario as page},
    words,
};
use crate::{
    locales::{self, Locale},
    scenarios::{
        Answer, By, Cell, Definition, Logic, Parts, Scenario, Task, TaskId, VariableKind, Variant,
        VariantId,
    },
};

/// The sides, those who defend first. Tasks are numbered through all of them, in the order in which they are shown.
pub(super) fn sides(scenario: &Scenario, locale: Locale) -> Vec<page::SideView> {
    let cells: Vec<Cell> = Cell::ALL
        .into_iter()
        .filter(|cell| scenario.plays(*cell))
        .collect();
    let shown = cells.iter().flat_map(|cell| {
        let grouped = objectives(scenario, *cell, locale);
        grouped.into_iter().flat_map(|(_, tasks)| tasks)
    });
    let numbers: BTreeMap<&TaskId, usize> = shown
        .enumerate()
        .map(|(place, task)| (&task.id, place + 1))
        .collect();
    let side = |cell: Cell| {
        let views = objectives(scenario, cell, locale)
            .into_iter()
            .map(|(title, tasks)| page::ObjectiveView {
                title,
                points: tasks.iter().map(|task| i64::from(task.points)).sum(),
                tasks: tasks
                    .into_iter()
                    .map(|task| row(scenario, task, &numbers, locale))
                    .collect(),
            });
        page::SideView {
            cell: cell.as_str(),
            title: words::say(locale, &format!("about-side-{}", cell.as_str())),
            points: i64::try_from(scenario.highest_score(cell)).unwrap_or(i64::MAX),
            tasks: scenario.tasks_of(cell).count(),
            access: access(scenario, cell, locale),
            briefing: markdown::markup(&filled(scenario.briefing(cell).get(locale), locale)),
            objectives: views.collect(),
        }
    };
    cells.into_iter().map(side).collect()
}

/// The tasks of a side by objective; those of none come last.
fn objectives(scenario: &Scenario, cell: Cell, locale: Locale) -> Vec<(String, Vec<&Task>)> {
    let of = |objective: Option<&crate::scenarios::ObjectiveId>| {
        let tasks = scenario.tasks_of(cell);
        tasks
            .filter(|task| task.objective.as_ref() == objective)
            .collect::<Vec<&Task>>()
    };
    let mut grouped: Vec<(String, Vec<&Task>)> = scenario
        .objectives
        .iter()
        .map(|it| (it.title.get(locale).to_owned(), of(Some(&it.id))))
        .collect();
    grouped.push((words::say(locale, "scenario-other-tasks"), of(None)));
    grouped.retain(|(_, tasks)| !tasks.is_empty());
    grouped
}

fn row(
    scenario: &Scenario,
    task: &Task,
    numbers: &BTreeMap<&TaskId, usize>,
    locale: Locale,
) -> page::TaskRow {
    let (kind, icon) = words::answer(&task.answer);
    let number = |id: &TaskId| numbers.get(id).copied();
    let phase = task.phase.as_ref().and_then(|id| {
        let place = scenario.phases.iter().position(|phase| phase.id == *id)?;
        Some(
            Message::new("about-in-phase")
                .with("number", place + 1)
                .text(locale),
        )
    });
    let mut after: Vec<usize> = task.requires.iter().filter_map(number).collect();
    after.sort_unstable();
    page::TaskRow {
        number: number(&task.id).unwrap_or_default(),
        title: task.title.get(locale).to_owned(),
        phase,
        after,
        rules: rules(task, locale),
        attempts: attempts(&task.answer, locale),
        icon,
        kind: words::say(locale, &format!("answer-{kind}")),
        hints: task.hints.len(),
        cost: task.hints.iter().map(|hint| i64::from(hint.cost)).sum(),
        points: i64::from(task.points),
    }
}

/// What decides beyond one right answer and its points.
fn rules(task: &Task, locale: Locale) -> Vec<String> {
    let mut rules = Vec::new();
    if let Answer::Parts(Parts { logic, parts }) = &task.answer {
        let id = match logic {
            Logic::All => "about-parts-all",
            Logic::Any => "about-parts-any",
        };
        rules.push(Message::new(id).with("count", parts.len()));
    }
    if task.by == By::EveryMember {
        rules.push(Message::new("about-every-member"));
    }
    if let Answer::Report(report) = &task.answer {
        let graded = Message::new("about-graded")
            .with("length", locales::length(locale, report.due))
            .with("count", report.rubric.len());
        rules.push(graded);
    }
    if let Some(decay) = task.worth.decay {
        let decay = Message::new("about-decay")
            .with("to", decay.to)
            .with("solves", decay.solves);
        rules.push(decay);
    }
    if !task.worth.bonus.is_empty() {
        let places: Vec<String> = task.worth.bonus.iter().map(|it| format!("+{it}")).collect();
        rules.push(Message::new("about-bonus").with("places", places.join(", ")));
    }
    if let Some(penalty) = task.worth.penalty {
        let penalty = Message::new("about-penalty")
            .with("points", penalty.points)
            .with("free", penalty.free);
        rules.push(penalty);
    }
    rules.into_iter().map(|rule| rule.text(locale)).collect()
}

/// How often a team may try; of several parts, how often each.
fn attempts(answer: &Answer, locale: Locale) -> Option<String> {
    let Answer::Parts(parts) = answer else {
        return answer.attempts().map(|most| most.to_string());
    };
    let each = parts.parts.iter().map(|part| part.answer.attempts());
    let limits: Vec<u32> = each.clone().flatten().collect();
    let (least, most) = (limits.iter().min()?, limits.iter().max()?);
    let shown = if least == most && limits.len() == parts.parts.len() {
        least.to_string()
    } else {
        let each = each.map(|limit| limit.map_or_else(|| "–".to_owned(), |it| it.to_string()));
        each.collect::<Vec<_>>().join(", ")
    };
    let words = Message::new("about-attempts-each").with("attempts", shown);
    Some(words.text(locale))
}

fn access(scenario: &Scenario, cell: Cell, locale: Locale) -> Vec<page::Access> {
    let own = scenario.nodes.iter().filter(|node| node.cell == cell);
    own.filter(|node| node.terminal.is_some() || node.web.is_some())
        .map(|node| page::Access {
            node: node.id.to_string(),
            terminal: node.terminal.as_ref().map(|terminal| terminal.user.clone()),
            web: node
                .web
                .as_ref()
                .map(|web| format!("{} (:{})", web.title.get(locale), web.port)),
        })
        .collect()
}

/// A briefing with words where each environment has values of its own.
fn filled(text: &str, locale: Locale) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        let node = name
            .trim()
            .strip_prefix("node.")
            .and_then(|name| name.strip_suffix(".address"));
        let words = match node {
            Some(node) => Message::new("about-own-address").with("node", node.to_owned()),
            None => Message::new("about-own-value"),
        };
        filled.push_str(&words.text(locale));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The forms with what is their own. What all have is no difference.
pub(super) fn variants(definition: &Definition, locale: Locale) -> Vec<page::VariantRow> {
    let scenario = &definition.scenario;
    let is_for = |variants: &[VariantId], variant: &Variant| {
        !variants.is_empty()
            && variants.len() < scenario.variants.len()
            && variants.contains(&variant.id)
    };
    let row = |variant: &Variant| {
        let files = scenario.files.iter();
        let steps = definition.solution.steps.iter();
        let values = scenario.variables.iter();
        page::VariantRow {
            title: variant.title.get(locale).to_owned(),
            files: files
                .filter(|file| is_for(&file.variants, variant))
                .map(|file| format!("{}:{}", file.node, file.path))
                .collect(),
            values: values
                .filter(|variable| matches!(variable.kind, VariableKind::Variant(_)))
                .map(|variable| variable.name.to_string())
                .collect(),
            steps: steps.filter(|step| is_for(&step.variants, variant)).count(),
        }
    };
    scenario.variants.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_briefing_shows_words_where_each_environment_has_its_own() {
        let text = "Từ `{{node.checker.address}}` với {{variable.x}}, {{ mở";
        let shown = filled(text, Locale::Vi);
        assert!(
            shown.contains("checker") && !shown.contains("node."),
            "{shown}"
        );
        assert!(
            !shown.contains("variable") && shown.ends_with("{{ mở"),
            "{shown}"
        );
    }
}
