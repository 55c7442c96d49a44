//! The communications check before an exercise begins: everybody is asked to press one button, and the white cell sees
//! by name who did not.

use std::collections::BTreeSet;

use super::{ExerciseError, ExerciseState, ExerciseView, Exercises, OPEN, TeamView};
use crate::{
    ids::{AccountId, ExerciseId, PersonId, TeamId},
    journal::{Actor, Draft as Row, Event},
};

/// A check is sent while everything is ready and nothing has begun.
const READY: &[ExerciseState] = &[ExerciseState::Ready];

impl ExerciseView {
    /// The check that is under way: the row that sent it. Over once the exercise begins.
    #[must_use]
    pub fn comms_check(&self) -> Option<i64> {
        let sent = self.scores.comms_check.map(|(row, _)| row);
        sent.filter(|_| self.exercise.state == ExerciseState::Ready)
    }

    /// The members of a team who have answered the last check, and those who have not.
    #[must_use]
    pub fn comms_answers(&self, team: &TeamView) -> (Vec<PersonId>, Vec<PersonId>) {
        let nobody = BTreeSet::new();
        let score = self.scores.team(team.team.id);
        let answered = score.map_or(&nobody, |score| &score.roster.answered);
        let members = team.members.iter().copied();
        members.partition(|person| answered.contains(person))
    }
}

impl Exercises {
    /// Asks all members to show that they are there; whoever answered an earlier check is asked anew. `form` makes two
    /// clicks one check.
    ///
    /// # Errors
    /// An exercise that is not ready, or has begun.
    pub async fn send_comms_check(
        &self,
        id: ExerciseId,
        by: AccountId,
        form: &str,
    ) -> Result<(), ExerciseError> {
        let row = Row::new(Actor::Account(by), Event::CommsCheckSent)
            .during(READY)
            .once(format!("comms:{form}"));
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// Notes that a member answered the check that the row `check` sent.
    ///
    /// # Errors
    /// Nobody of the team, or an exercise that is not open.
    pub async fn answer_comms_check(
        &self,
        id: ExerciseId,
        (team, person): (TeamId, PersonId),
        check: i64,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let own = view.team(team).ok_or(ExerciseError::Missing("team"))?;
        if !own.members.contains(&person) {
            return Err(ExerciseError::Missing("person"));
        }
        if view.scores.comms_check.map(|(row, _)| row) != Some(check) {
            return Err(ExerciseError::input("comms-another"));
        }
        let event = Event::CommsCheckAnswered { person };
        let row = Row::new(Actor::Person(person), event)
            .team(team)
            .during(OPEN)
            .once(format!("comms:{check}:{team}:{person}"));
        self.journal.append(id, row).await?;
        Ok(())
    }
}
