//! What a task is worth, how much of it is done and how an objective was reached, in words for trainees and instructors.

use std::time::Duration;

use super::super::{
    errors::Message,
    pages::{self, Tone, board as board_page, team as page},
};
use super::words;
use crate::{
    exercises::ExerciseView,
    locales::Locale,
    reports::Rating,
    scenarios::{By, Cell, Logic, Task, Worth},
    scoring::{Offer, Progress, Reached, TaskRule, TeamScore},
};

/// What a team reads of a task's worth before it answers, and what it got when it has solved it.
pub(super) fn lines(rule: &TaskRule, offer: &Offer, solved: bool, locale: Locale) -> Vec<String> {
    if rule.worth == Worth::default() {
        return Vec::new();
    }
    if solved {
        let got = Message::new("worth-got").with("value", offer.value);
        let mut lines = vec![got.text(locale)];
        if offer.bonus > 0 {
            let bonus = Message::new("worth-got-bonus").with("bonus", offer.bonus);
            lines.push(bonus.text(locale));
        }
        if offer.penalty > 0 {
            lines.push(taken("worth-got-penalty", offer, locale));
        }
        return lines;
    }
    let mut lines = Vec::new();
    if let Some(decay) = rule.worth.decay {
        let decay = Message::new("worth-decay")
            .with("value", offer.value)
            .with("points", rule.points)
            .with("solves", offer.solves)
            .with("to", decay.to)
            .with("after", decay.solves);
        lines.push(decay.text(locale));
    }
    if offer.bonus > 0 {
        let bonus = Message::new("worth-bonus")
            .with("bonus", offer.bonus)
            .with("place", i64::from(offer.solves) + 1);
        lines.push(bonus.text(locale));
    }
    if let Some(penalty) = rule.worth.penalty {
        let each = Message::new("worth-penalty")
            .with("points", penalty.points)
            .with("free", penalty.free);
        lines.push(each.text(locale));
        if offer.wrong > 0 {
            lines.push(taken("worth-penalty-now", offer, locale));
        }
    }
    lines
}

fn taken(id: &'static str, offer: &Offer, locale: Locale) -> String {
    Message::new(id)
        .with("wrong", offer.wrong)
        .with("penalty", offer.penalty)
        .text(locale)
}

/// What solves a task that one answer does not solve.
pub(super) fn asked(task: &Task, progress: Progress, locale: Locale) -> Vec<String> {
    let mut lines = Vec::new();
    let (done, all) = progress.parts;
    if all > 1 {
        let id = match task.logic() {
            Logic::Any => "task-any-part",
            Logic::All => "task-all-parts",
        };
        let parts = Message::new(id).with("done", done);
        lines.push(parts.with("all", all).text(locale));
    }
    if let (By::EveryMember, Some((done, all))) = (task.by, progress.members) {
        let members = Message::new("task-every-member").with("done", done);
        lines.push(members.with("all", all).text(locale));
    }
    lines
}

/// How far a task is that is begun: parts or members who are done; nothing where neither says anything.
pub(super) fn begun(progress: Progress, locale: Locale) -> Option<pages::State> {
    let (id, (done, all)) = match progress.members {
        Some(members) if progress.done || progress.parts.1 == 1 => ("task-members-done", members),
        _ => ("task-parts-done", progress.parts),
    };
    let several = all > 1 || progress.members.is_some();
    (several && done > 0).then(|| {
        let words = Message::new(id).with("done", done);
        pages::State::new(Tone::Info, words.with("all", all).text(locale))
    })
}

/// How a team got on with each objective, the rating that this suggests, and the tasks that it solved.
pub(super) fn objectives(
    view: &ExerciseView,
    (cell, score): (Cell, &TeamScore),
    elapsed: Duration,
    locale: Locale,
) -> Vec<page::ObjectiveLine> {
    let scenario = &view.definition.scenario;
    let scores = [(cell, score.clone())];
    let lines = scenario.objectives.iter().map(|objective| {
        let reached = Reached::of(&view.rules, &objective.id, &scores, elapsed);
        let solved = reached.tasks.iter().filter(|(_, teams)| *teams > 0);
        let suggested = Rating::suggested(reached.points, reached.possible, objective.rating);
        page::ObjectiveLine {
            title: objective.title.get(locale).to_owned(),
            rating: suggested.map(|rating| {
                words::say(
                    locale,
                    &format!("rating-{}", rating.as_str().to_lowercase()),
                )
            }),
            points: reached.points,
            possible: reached.possible,
            solved: solved
                .map(|(task, _)| words::task(scenario, task.as_str(), locale))
                .collect(),
        }
    });
    lines.collect()
}

/// Tasks whose worth changes with who solves them, as everybody may see it.
pub(super) fn board(view: &ExerciseView, locale: Locale) -> Vec<board_page::TaskWorth> {
    let nobody = TeamScore::default();
    let rules = view.rules.tasks.iter();
    // A wall is read by everybody: a task is named once somebody has solved it.
    let rules = rules.filter(|rule| view.scores.offer(rule, &nobody).solves > 0);
    let changing = rules.filter(|rule| rule.worth.decay.is_some() || !rule.worth.bonus.is_empty());
    let lines = changing.map(|rule| {
        let offer = view.scores.offer(rule, &nobody);
        board_page::TaskWorth {
            title: words::task(&view.definition.scenario, rule.id.as_str(), locale),
            value: offer.value,
            bonus: offer.bonus,
            solves: i64::from(offer.solves),
        }
    });
    lines.collect()
}
