//! How long an exercise keeps its machines, and when they stand still.
//!
//! A running exercise ends by its own clock, and its machines go with it. One that is prepared and never begun, or paused
//! and forgotten, would hold the machine for ever: so an exercise whose time stands keeps its machines until an hour
//! that instructors see and can put off. Then they go, and nothing else does: the exercise is a draft again, or stays
//! paused with all that was reached, and an instructor ends it or gives the teams fresh machines. It is never finished
//! by that: who was to go on tomorrow would otherwise find points counted and certificates given.
//!
//! While exercise time stands, machines that nobody uses stand still as well. Never while it runs: checks, services and
//! the timeline use them then, and a team that reads for half an hour must not lose availability by that.

use std::time::Duration;

use super::{ExerciseError, ExerciseState, ExerciseView, Exercises, PREPARED, Removal};
use crate::{
    clock::Timestamp,
    environments::{EnvironmentStatus, Phase},
    ids::{AccountId, ExerciseId},
    journal::{Actor, Draft as Row, Event, append_in},
    store::{self, Connection, exercises::Exercise},
};

/// The longest time from now for which machines can be kept without use of the exercise.
pub const LONGEST: Duration = Duration::from_hours(7 * 24);
/// So long before their end instructors are warned.
pub const WARNING: Duration = Duration::from_hours(1);

/// What is configured for the keeping of machines.
#[derive(Clone, Copy, Debug)]
pub struct Keeping {
    /// How long an exercise whose time stands keeps its machines beyond the exercise time that is left.
    pub margin: Duration,
    /// After how long without use they stand still; never where absent.
    pub idle: Option<Duration>,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            margin: Duration::from_hours(24),
            idle: Some(Duration::from_mins(30)),
        }
    }
}

impl Exercises {
    /// The same exercises, keeping machines as configured.
    #[must_use]
    pub fn keeping(mut self, keeping: Keeping) -> Self {
        self.keeping = keeping;
        self
    }

    /// Keeps an exercise's machines for longer, by so many hours from the end that was set, or from now, and gives the end.
    /// `shown` is the end that whoever asks saw: where it is another by now, somebody was there before, and nothing
    /// is added, so that a double click puts it off once.
    ///
    /// # Errors
    /// Hours that are none or too many, or an exercise without machines.
    pub async fn extend(
        &self,
        id: ExerciseId,
        by: AccountId,
        hours: u64,
        shown: Option<Timestamp>,
    ) -> Result<Timestamp, ExerciseError> {
        let now = self.clock.now();
        let too_long = || {
            let days = LONGEST.as_secs() / 86_400;
            ExerciseError::input_with("keeping-too-long", "days", &days)
        };
        if hours == 0 {
            return Err(too_long());
        }
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        if let (Some(shown), Some(set)) = (shown, exercise.expires_at)
            && shown != set
        {
            return Ok(set);
        }
        let from = exercise.expires_at.map_or(now, |at| at.max(now));
        let until = from + Duration::from_secs(hours.saturating_mul(3600));
        if until > now + LONGEST {
            return Err(too_long());
        }
        let event = Event::ExpiryExtended { until: until.0 };
        let row = Row::new(Actor::Account(by), event).during(PREPARED);
        append_in(&mut transaction, id, now, &[row]).await?;
        store::exercises::set_expiry(&mut transaction, id, Some(until)).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(until)
    }

    /// Sets the end of the machines from what is left of the exercise, counted from the hour at which it begins where it
    /// has one; an end that was put off stays.
    pub(super) async fn set_expiry(
        &self,
        transaction: &mut Connection,
        exercise: &Exercise,
        now: Timestamp,
    ) -> Result<(), ExerciseError> {
        let left = exercise.duration.saturating_sub(exercise.elapsed_at(now));
        let hour = exercise.schedule.as_ref().map(|it| it.starts_at);
        let begins = hour.unwrap_or(now).max(now);
        let until = (begins + left + self.keeping.margin).max(exercise.expires_at.unwrap_or(now));
        Ok(store::exercises::set_expiry(transaction, exercise.id, Some(until)).await?)
    }

    /// While exercise time stands: takes machines away whose time is over, and lets those stand still that nobody uses.
    pub(super) async fn keep(
        &self,
        view: &ExerciseView,
        statuses: &[EnvironmentStatus],
    ) -> Result<(), ExerciseError> {
        let (exercise, now) = (&view.exercise, self.clock.now());
        let has_machines = statuses.iter().any(|status| !status.leaving);
        if has_machines && exercise.expires_at.is_some_and(|at| at <= now) {
            tracing::info!(exercise = %exercise.id, "its machines' time is over");
            return self
                .release(exercise.id, Actor::System, Removal::Expired)
                .await;
        }
        let stands = matches!(exercise.state, ExerciseState::Ready | ExerciseState::Paused);
        let Some(idle) = self.keeping.idle.filter(|_| stands) else {
            return Ok(());
        };
        let before = now - idle;
        for status in statuses {
            let used = status.used_at.max(status.ready_at).unwrap_or(now);
            if status.phase == Phase::Ready && !status.leaving && used <= before {
                self.environments.rest(status.id, before).await?;
            }
        }
        Ok(())
    }
}
