//! What the white cell writes down for itself while an exercise goes on, time that it adds, terminals that are shared.

use std::time::Duration;

use super::{Exercise, ExerciseError, Exercises, OPEN, answers::long_enough};
use crate::{
    clock::micros,
    ids::{AccountId, ExerciseId, PersonId, TeamId},
    journal::{Actor, Appended, Draft as Row, Event, Pending, append_in},
    store,
};

/// The longest exercise: what a scenario may last.
const LONGEST: Duration = Duration::from_hours(24 * 30);

impl Exercises {
    /// Pins a note to the moment, about a team or the exercise as a whole; no trainee sees it. The same form sent twice
    /// is one note.
    ///
    /// # Errors
    /// No words, no such team, or an exercise that is not open.
    pub async fn take_note(
        &self,
        id: ExerciseId,
        by: AccountId,
        (team, words): (Option<TeamId>, &str),
        form: &str,
    ) -> Result<(), ExerciseError> {
        long_enough(words.trim(), "note-missing")?;
        let text = Pending::new(words.trim(), None);
        let event = Event::NoteTaken {
            text: text.reference(),
        };
        let row = Row::new(Actor::Account(by), event).text(text).during(OPEN);
        let row = row.once(format!("note:{form}"));
        let row = match team {
            Some(team) => {
                let view = self.view(id).await?;
                let team = view.team(team).ok_or(ExerciseError::Missing("team"))?;
                row.team(team.team.id)
            }
            None => row,
        };
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// Notes that a member let somebody who watched type in a terminal of theirs, or no longer does.
    ///
    /// # Errors
    /// An exercise that is not open.
    pub async fn share_terminal(
        &self,
        id: ExerciseId,
        (team, person): (TeamId, PersonId),
        node: &str,
        shared: bool,
    ) -> Result<(), ExerciseError> {
        let event = Event::TerminalShared {
            node: node.to_owned(),
            shared,
        };
        let row = Row::new(Actor::Person(person), event).team(team);
        self.journal.append(id, row.during(OPEN)).await?;
        Ok(())
    }

    /// Adds exercise time, for all teams. The same form sent twice adds once.
    ///
    /// # Errors
    /// No time, more than an exercise may last, or one that is not open.
    pub async fn add_time(
        &self,
        id: ExerciseId,
        by: AccountId,
        more: Duration,
        form: &str,
    ) -> Result<(), ExerciseError> {
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        let duration = exercise.duration.saturating_add(more);
        if more.is_zero() || duration > LONGEST {
            return Err(ExerciseError::input("time-added-range"));
        }
        let event = Event::DurationSet {
            duration: micros(duration),
        };
        let row = Row::new(Actor::Account(by), event).during(OPEN);
        let row = row.once(format!("time:{form}"));
        let written = append_in(&mut transaction, id, now, &[row]).await?;
        if let [Appended::New(_)] = written[..] {
            store::exercises::set_duration(&mut transaction, id, duration).await?;
            if exercise.expires_at.is_some() {
                let longer = Exercise {
                    duration,
                    ..exercise
                };
                self.set_expiry(&mut transaction, &longer, now).await?;
            }
        }
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }
}
