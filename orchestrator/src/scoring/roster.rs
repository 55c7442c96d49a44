//! Who is in a team, as the journal tells it beyond the scores: who came and left, who leads, who answered the last
//! communications check. Points stay the team's, whoever leaves.

use std::collections::BTreeSet;

use serde::Serialize;

use super::team::TeamScore;
use crate::{
    ids::PersonId,
    journal::{Actor, Entry, Event},
};

/// Who came, left, leads and answered.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Roster {
    /// Whether the journal named the members from the beginning; those of before this was kept do not.
    pub listed: bool,
    /// Who left and did not come back.
    pub left: BTreeSet<PersonId>,
    /// Who leads the team.
    pub lead: Option<PersonId>,
    /// Who answered the last communications check.
    pub answered: BTreeSet<PersonId>,
}

impl TeamScore {
    /// Notes who did something, and when. Who joins has not done anything yet.
    pub(super) fn note_who(&mut self, entry: &Entry, begun: bool) {
        let Actor::Person(person) = entry.actor else {
            return;
        };
        if entry.event.changes_teams() {
            return;
        }
        self.last_activity = Some(entry.at);
        if begun {
            self.present.insert(person);
        }
    }

    /// The members who must answer where every member must.
    #[must_use]
    pub fn expected(&self) -> BTreeSet<PersonId> {
        let all = if self.roster.listed {
            &self.members
        } else {
            &self.present
        };
        let waited_for =
            |person: &&PersonId| !self.is_excused(**person) && !self.roster.left.contains(person);
        all.iter().filter(waited_for).copied().collect()
    }

    /// Whether nobody waits for a member where every member must answer.
    #[must_use]
    pub fn is_excused(&self, person: PersonId) -> bool {
        let decided = self.excused.get(&person);
        decided.is_some_and(|(_, excused)| *excused)
    }
}

/// Notes a row that says who is in a team; whether it changed who must answer.
pub(super) fn note(score: &mut TeamScore, event: &Event) -> bool {
    let roster = &mut score.roster;
    match event {
        Event::MemberJoined { person } => {
            roster.left.remove(person);
            if roster.listed {
                score.members.insert(*person);
            }
        }
        Event::MemberLeft { person } => {
            roster.left.insert(*person);
            roster.answered.remove(person);
            roster.lead = roster.lead.filter(|lead| lead != person);
            score.members.remove(person);
        }
        Event::LeadNamed { person } => roster.lead = Some(*person),
        Event::CommsCheckAnswered { person } => {
            roster.answered.insert(*person);
        }
        _ => {}
    }
    event.changes_teams()
}
