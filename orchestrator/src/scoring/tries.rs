//! Answers of a team to one task: how often each part was tried, by whom, and how much of the task is done.
//!
//! Where every member must answer, all who are in the team count, whether they are there or not: one who is alone at the
//! start must not answer for the others. Whom the white cell excused is not waited for. Journals that do not name the
//! members are read as they were when they were written: there those count who were present when an answer was judged.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::rules::WayRule;
use crate::{
    ids::PersonId,
    journal::{TextReference, Verdict},
    scenarios::{By, Logic},
};

/// What was tried by one who tries: the team, or a member where every one must answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tries {
    /// Answers that were judged, right or wrong.
    pub attempts: u32,
    /// Those that were wrong.
    pub wrong: u32,
    /// The last of them, and what became of it.
    pub last: Option<(TextReference, Verdict)>,
    /// Whether one was right.
    pub right: bool,
}

/// What was tried at one part of a task.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PartTries {
    /// By anybody, for the team.
    pub team: Tries,
    /// By each member, for himself.
    pub members: BTreeMap<PersonId, Tries>,
}

/// How much of a task is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Parts that are done and all of them, by the team or by the member who looks.
    pub parts: (usize, usize),
    /// Members who are done and all who must be, where every one must answer.
    pub members: Option<(usize, usize)>,
    /// Whether the team, or the member who looks, has nothing left to answer.
    pub done: bool,
}

/// Tries by part; the part without name is the whole of a task.
pub(super) type ByPart = BTreeMap<String, PartTries>;

impl Tries {
    fn note(&mut self, answer: &TextReference, verdict: Verdict) {
        self.attempts = self.attempts.saturating_add(1);
        self.last = Some((answer.clone(), verdict));
        match verdict {
            Verdict::Correct => self.right = true,
            Verdict::Wrong | Verdict::Foreign => self.wrong = self.wrong.saturating_add(1),
        }
    }
}

impl PartTries {
    /// Notes an answer; `who` gave it where every member must.
    pub(super) fn note(&mut self, who: Option<PersonId>, answer: &TextReference, verdict: Verdict) {
        match who {
            Some(person) => self.members.entry(person).or_default(),
            None => &mut self.team,
        }
        .note(answer, verdict);
    }

    /// What `who` tried.
    #[must_use]
    pub fn of(&self, who: Option<PersonId>) -> Option<&Tries> {
        match who {
            Some(person) => self.members.get(&person),
            None => Some(&self.team),
        }
    }

    /// Everybody's tries.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Tries> {
        self.members.values_mut().chain([&mut self.team])
    }

    /// Wrong answers beyond those that are free to each who tries.
    pub(super) fn wrong_beyond(&self, free: u32) -> u32 {
        let all = self.members.values().chain([&self.team]);
        all.fold(0, |sum: u32, tries| {
            sum.saturating_add(tries.wrong.saturating_sub(free))
        })
    }
}

impl WayRule {
    /// Who tries, when `person` answers.
    #[must_use]
    pub fn who(&self, person: PersonId) -> Option<PersonId> {
        (self.by == By::EveryMember).then_some(person)
    }

    /// Parts that `who` has solved.
    fn parts_done(&self, tries: &ByPart, who: Option<PersonId>) -> usize {
        let right = |part: &&String| {
            let of = tries.get(*part).and_then(|part| part.of(who));
            of.is_some_and(|tries| tries.right)
        };
        self.parts.iter().filter(right).count()
    }

    /// Whether `who` has nothing left to answer.
    #[must_use]
    pub(super) fn is_done(&self, tries: &ByPart, who: Option<PersonId>) -> bool {
        let done = self.parts_done(tries, who);
        match self.logic {
            Logic::Any => done > 0,
            Logic::All => done >= self.parts.len() && done > 0,
        }
    }

    /// Whether nobody of those who must has anything left to answer.
    pub(super) fn is_solved(&self, tries: &ByPart, expected: &BTreeSet<PersonId>) -> bool {
        match self.by {
            By::Team => self.is_done(tries, None),
            By::EveryMember => {
                let mut expected = expected.iter();
                expected.len() > 0 && expected.all(|person| self.is_done(tries, Some(*person)))
            }
        }
    }

    /// How much is done, as `viewer` sees it.
    pub(super) fn progress(
        &self,
        tries: &ByPart,
        expected: &BTreeSet<PersonId>,
        viewer: Option<PersonId>,
    ) -> Progress {
        let every = self.by == By::EveryMember;
        let done = |person: &&PersonId| self.is_done(tries, Some(**person));
        let who = viewer.filter(|_| every);
        Progress {
            done: self.is_done(tries, who),
            parts: (self.parts_done(tries, who), self.parts.len()),
            members: every.then(|| (expected.iter().filter(done).count(), expected.len())),
        }
    }
}
