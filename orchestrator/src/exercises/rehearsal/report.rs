//! What a rehearsal says while it goes on, and what it found.

use crate::{
    environments::Step,
    ids::TeamId,
    journal::{CheckState, Entry, Event, Subject},
    scenarios::{Answer, LocalText, Message, Task},
};

/// Where a rehearsal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The teams' environments are being made.
    Preparing,
    /// Terminals are opened in all teams' machines and typed in.
    Terminals,
    /// Answers that must be refused are given.
    Refusing,
    /// The solution's steps are taken.
    Solving,
    /// The machines go.
    Removing,
}

/// How a step of the solution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Done,
    /// Not as it should: what it printed last.
    Failed(String),
}

/// Something that is wrong with the scenario.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What, as a message.
    pub message: Message,
}

/// Is told of everything as it happens.
pub trait Observer: Send + Sync {
    /// It is held for a variant of the scenario.
    fn variant(&self, _title: &LocalText) {}
    /// A stage begins.
    fn stage(&self, stage: Stage);
    /// An environment takes a step.
    fn step(&self, step: &Step);
    /// So many of the teams' environments are ready.
    fn ready(&self, ready: usize, of: usize);
    /// Answers to a task were refused as they must be.
    fn refused(&self, task: &str, answers: usize);
    /// A step of the solution ended.
    fn solved(&self, step: &str, outcome: &Outcome);
    /// At the end: whether a task was seen unsolved first, and whether it is solved now.
    fn judged(&self, _task: &str, _before: bool, _after: bool) {}
    /// Something is wrong.
    fn finding(&self, finding: &Finding);
}

/// Whether a task was seen unsolved before it was solved: a check failing, an answer or a report not there.
pub(super) fn failed_first(entries: &[Entry], team: TeamId, task: &Task) -> bool {
    if !matches!(task.answer, Answer::Check(_)) {
        return true;
    }
    let subject = Subject::Task(task.id.to_string());
    let first = entries
        .iter()
        .filter(|entry| entry.team == Some(team))
        .find_map(|entry| match &entry.event {
            Event::CheckChanged { subject: of, state } if *of == subject => Some(*state),
            _ => None,
        });
    first == Some(CheckState::Failing)
}
