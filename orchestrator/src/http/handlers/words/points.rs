//! Rows that give, change and take points by hand. Nothing is said of what an evaluator gave: whoever reads them may be
//! the other one.

use uuid::Uuid;

use super::{super::super::errors::Message, task};
use crate::{journal::Event, locales::Locale, scenarios::Scenario};

/// A row of these in words: drawing, title, more.
pub(super) fn entry(
    event: &Event,
    scenario: &Scenario,
    words: impl Fn(Uuid) -> String,
    locale: Locale,
) -> Option<(&'static str, String, String)> {
    let of = |id: &'static str, of: &str| Message::new(id).with("what", task(scenario, of, locale));
    Some(match event {
        Event::ReportGraded { task, .. } => (
            "edit",
            of("happened-graded", task).text(locale),
            String::new(),
        ),
        Event::GradeGiven { task, .. } => (
            "edit",
            of("happened-grade-given", task).text(locale),
            String::new(),
        ),
        Event::GradeSettled { task, .. } => (
            "edit",
            of("happened-grade-settled", task).text(locale),
            String::new(),
        ),
        Event::Regraded {
            task,
            points,
            reason,
        } => {
            let title = of("happened-regraded", task).with("points", *points);
            ("edit", title.text(locale), words(reason.id))
        }
        Event::PointsAdjusted { points, reason } => {
            let id = if *points < 0 {
                "happened-points-taken"
            } else {
                "happened-points-given"
            };
            let title = Message::new(id).with("points", points.abs());
            ("edit", title.text(locale), words(reason.id))
        }
        _ => return None,
    })
}
