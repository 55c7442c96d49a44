//! The task that is open in the workspace: what it asks for, what it offers, and what it still waits for.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    super::{super::pages::workspace as page, team::task_state, words},
    Bench,
};
use crate::{
    locales::Locale,
    scenarios::{Answer, Taking, Task},
    scoring::TaskState,
};

impl Bench {
    pub(super) fn detail(
        &self,
        task: &Task,
        state: &TaskState,
        texts: &HashMap<Uuid, String>,
        locale: Locale,
    ) -> page::TaskDetail {
        let locked = self.is_locked(task);
        let limit = task.answer.attempts();
        let left =
            limit.map(|limit| usize::try_from(limit.saturating_sub(state.attempts)).unwrap_or(0));
        let taken = state.hints.len();
        let hints = task
            .hints
            .iter()
            .enumerate()
            .map(|(index, hint)| page::HintItem {
                number: index + 1,
                cost: i64::from(hint.cost),
                text: (index < taken).then(|| self.text(&hint.text, locale)),
                next: index == taken && !locked,
            });
        let report = state.report.as_ref();
        let written = report
            .and_then(|report| texts.get(&report.text.id))
            .map(String::as_str);
        let written: serde_json::Map<String, serde_json::Value> = written
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let (fields, due, grades) = match &task.answer {
            Answer::Report(form) => {
                let fields = form.form.fields().iter().map(|field| page::FieldItem {
                    id: field.id.to_owned(),
                    title: words::say(locale, &format!("form-{}", field.id)),
                    help: words::say(locale, &format!("form-{}-help", field.id)),
                    long: field.long,
                    text: written
                        .get(field.id)
                        .and_then(|text| text.as_str())
                        .unwrap_or_default()
                        .to_owned(),
                });
                let grade = report
                    .and_then(|report| report.grade.as_ref())
                    .map(|(points, ..)| points);
                let grades = grade.map(|points| {
                    let lines = form.rubric.iter().map(|line| page::GradeLine {
                        title: line.title.get(locale).to_owned(),
                        points: points.get(line.id.as_str()).copied().unwrap_or(0),
                        possible: i64::from(line.points),
                    });
                    lines.collect()
                });
                (fields.collect(), Some(form.due), grades.unwrap_or_default())
            }
            _ => (Vec::new(), None, Vec::new()),
        };
        page::TaskDetail {
            id: task.id.to_string(),
            title: task.title.get(locale).to_owned(),
            // What stands in a task may tell what the tasks before it ask for.
            text: if locked {
                String::new()
            } else {
                self.text(&task.text, locale)
            },
            kind: words::answer(&task.answer).0,
            options: self.options(task, locale),
            locked: self.locks(task, locale),
            state: task_state(task, state, locked, locale),
            open: state.solved.is_none() && left != Some(0) && grades.is_empty() && !locked,
            attempts_left: left,
            hints: hints.collect(),
            fields,
            due: due.and_then(|due| self.at(due)),
            grades,
        }
    }

    pub(super) fn is_locked(&self, task: &Task) -> bool {
        !self.score.missing(task).is_empty()
    }

    /// What a task still waits for.
    fn locks(&self, task: &Task, locale: Locale) -> Vec<page::LockItem> {
        let scenario = &self.view.definition.scenario;
        let missing = self.score.missing(task).into_iter();
        let locks = missing.map(|id| page::LockItem {
            id: id.to_string(),
            title: words::task(scenario, id.as_str(), locale),
        });
        locks.collect()
    }

    /// What a task offers, values of the team's copy filled in.
    fn options(&self, task: &Task, locale: Locale) -> Vec<page::OptionItem> {
        let Some((selection, taking)) = task.answer.selection() else {
            return Vec::new();
        };
        let places: Vec<usize> = match taking {
            Taking::All => (1..=selection.options.len()).collect(),
            Taking::One | Taking::Some => Vec::new(),
        };
        let options = selection.options.iter().map(|option| page::OptionItem {
            id: option.id.to_string(),
            title: self.filled(&option.text, locale).into_owned(),
            places: places.clone(),
        });
        options.collect()
    }
}
