//! The task that is open in the workspace: what it asks for, what it offers, and what it still waits for.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    super::{
        super::{
            errors::Message,
            pages::{State, Tone, workspace as page},
        },
        team::task_state,
        words, worth,
    },
    Bench,
};
use crate::{
    locales::Locale,
    scenarios::{Answer, Part, Taking, Task, Way},
    scoring::{TaskState, Tries},
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
        let solved = state.solved.is_some();
        let asks = self.asks(task, state, locale);
        let answerable = !task.answer.is_given() || asks.iter().any(|ask| ask.open);
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
                    .map(|mark| &mark.points);
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
            asks,
            decision: self.choices(task, state, locked, locale),
            notes: self.notes(task, state, solved && !locked, locale),
            locked: self.locks(task, locale),
            state: self.standing(task, state, locale),
            open: !solved && answerable && grades.is_empty() && !locked,
            hints: hints.collect(),
            fields,
            due: due.and_then(|due| self.at(due)),
            grades,
        }
    }

    /// What can be decided, and what came of what was.
    fn choices(
        &self,
        task: &Task,
        state: &TaskState,
        locked: bool,
        locale: Locale,
    ) -> Vec<page::ChoiceItem> {
        let decision = task.decision().filter(|_| !locked);
        let options = decision.map_or(&[][..], |decision| &decision.options);
        let choices = options.iter().map(|option| {
            let chosen = state.decided.as_deref() == Some(option.id.as_str());
            let outcome = option.outcome.as_ref().filter(|_| chosen);
            page::ChoiceItem {
                id: option.id.to_string(),
                text: self.filled(&option.text, locale).into_owned(),
                chosen,
                outcome: outcome.map(|text| self.text(text, locale)),
            }
        });
        choices.collect()
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

    /// How far a task is, as the one who looks is concerned.
    pub(super) fn standing(&self, task: &Task, state: &TaskState, locale: Locale) -> State {
        let rule = self.view.rules.task(task.id.as_str());
        let progress = rule.map(|rule| self.score.progress(rule, self.person));
        let begun = progress.and_then(|progress| worth::begun(progress, locale));
        begun
            .filter(|_| state.solved.is_none())
            .unwrap_or_else(|| task_state(task, state, self.is_locked(task), locale))
    }

    /// What a task brings now; what it brought where it is solved.
    pub(super) fn brings(&self, task: &Task, state: &TaskState) -> i64 {
        if let Some(points) = state.regraded {
            return points;
        }
        let points = i64::from(task.points);
        let rule = self.view.rules.task(task.id.as_str());
        let offer = rule.map(|rule| self.view.scores.offer(rule, &self.score));
        offer.map_or(points, |offer| {
            if state.place.is_some() {
                offer.points()
            } else {
                offer.value
            }
        })
    }

    /// What is said of a task's worth and of who must answer what.
    fn notes(&self, task: &Task, state: &TaskState, solved: bool, locale: Locale) -> Vec<String> {
        if let Some(points) = state.regraded {
            // What it would bring by itself is of no concern any more.
            return vec![
                Message::new("task-regraded")
                    .with("points", points)
                    .text(locale),
            ];
        }
        let Some(rule) = self.view.rules.task(task.id.as_str()) else {
            return Vec::new();
        };
        let offer = self.view.scores.offer(rule, &self.score);
        let mut notes = worth::lines(rule, &offer, solved, locale);
        if !solved {
            let progress = self.score.progress(rule, self.person);
            notes.extend(worth::asked(task, progress, locale));
        }
        notes
    }

    /// What a task asks for: itself, or each of its parts.
    fn asks(&self, task: &Task, state: &TaskState, locale: Locale) -> Vec<page::AskItem> {
        if !task.answer.is_given() {
            return Vec::new();
        }
        let rule = self.view.rules.task(task.id.as_str());
        let who = rule
            .zip(self.person)
            .and_then(|(rule, it)| rule.ways.who(it));
        let done = rule.is_some_and(|rule| self.score.is_done(rule, who));
        let parts: &[Part] = match &task.answer {
            Answer::Parts(parts) => &parts.parts,
            _ => &[],
        };
        let ways = task.ways().into_iter().enumerate();
        let asks = ways.map(|(index, way)| {
            let tries = state.tries(way.part, who);
            let limit = way.answer.attempts();
            let left = limit.map(|limit| {
                usize::try_from(limit.saturating_sub(tries.attempts)).unwrap_or(usize::MAX)
            });
            let part = parts.get(index);
            page::AskItem {
                part: way.part.to_owned(),
                title: part.map(|part| self.filled(&part.title, locale).into_owned()),
                kind: words::answer(way.answer).0,
                options: self.options(&way, locale),
                state: part.and_then(|_| part_state(&tries, locale)),
                open: !tries.right && !done && left != Some(0),
                attempts_left: left,
                suffix: part.map(|part| format!("-{}", part.id)).unwrap_or_default(),
            }
        });
        asks.collect()
    }

    /// What is offered to choose from, values of the team's copy filled in.
    fn options(&self, way: &Way<'_>, locale: Locale) -> Vec<page::OptionItem> {
        let Some((selection, taking)) = way.answer.selection() else {
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

/// How far a part is; nothing before it was tried.
fn part_state(tries: &Tries, locale: Locale) -> Option<State> {
    if tries.right {
        return Some(State::new(Tone::Good, words::say(locale, "part-right")));
    }
    (tries.attempts > 0).then(|| State::new(Tone::Idle, words::say(locale, "task-tried")))
}
