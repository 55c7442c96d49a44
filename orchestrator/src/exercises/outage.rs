//! Time in which no server conducted an exercise.
//!
//! Nobody could work meanwhile, and what the timeline holds for that time would come all at once: so exercise time stood,
//! as far as anybody can tell from when the exercise was last seen to be conducted. It goes on by itself where the outage
//! was short; after one in which people may have been sent away it stands paused until the white cell lets it go on.

use std::time::Duration;

use tracing::warn;

use super::{ExerciseError, ExerciseState, Exercises, schedule::PATIENCE};
use crate::{
    clock::Timestamp,
    ids::ExerciseId,
    journal::{Actor, Draft as Row, Event, append_in},
    store::{self, exercises::Exercise},
};

/// How often it is noted that an exercise is conducted: so much of an outage counts as exercise time at most.
pub(super) const NOTED: Duration = Duration::from_secs(5);
/// What a server takes to start anew, or another one to notice that it is gone, is no outage.
const SHORT: Duration = Duration::from_secs(30);

impl Exercises {
    /// Notes that a running exercise is conducted, where that was not done a moment ago.
    pub(super) async fn note_conducted(&self, exercise: &Exercise) -> Result<(), ExerciseError> {
        let now = self.clock.now();
        if exercise.seen_at.is_some_and(|at| now < at + NOTED) {
            return Ok(());
        }
        let mut connection = self.database.connection().await?;
        Ok(store::exercises::set_seen(&mut connection, exercise.id, now).await?)
    }

    /// Takes time off a running exercise's clock in which nobody conducted it, and says so in the journal; whether there
    /// was any. Done once: the exercise counts as seen from then on.
    ///
    /// # Errors
    /// A database that refuses.
    pub(super) async fn take_up(&self, id: ExerciseId) -> Result<bool, ExerciseError> {
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        let now = self.clock.now();
        let Some(from) = absent_since(&exercise, now) else {
            return Ok(false);
        };
        let elapsed = exercise.elapsed_at(from);
        store::exercises::set_clock(&mut transaction, id, elapsed, Some(now)).await?;
        store::exercises::set_seen(&mut transaction, id, now).await?;
        // Written on the clock as it is now, so that nothing of the outage counts.
        let event = Event::Interrupted {
            from: from.0,
            until: now.0,
        };
        append_in(&mut transaction, id, now, &[Row::new(Actor::System, event)]).await?;
        if now.since(from) > PATIENCE {
            let pause = (ExerciseState::Running, ExerciseState::Paused);
            self.step_in(&mut transaction, id, pause, Actor::System, Event::Paused)
                .await?;
        }
        transaction.commit().await?;
        warn!(exercise = %id, seconds = now.since(from).as_secs(), "nobody conducted it for a while; exercise time stood");
        self.journal.announce(id);
        Ok(true)
    }
}

/// Since when nobody conducted a running exercise, where that is long enough to matter.
fn absent_since(exercise: &Exercise, now: Timestamp) -> Option<Timestamp> {
    let running = exercise.state == ExerciseState::Running;
    let from = exercise.seen_at.filter(|_| running)?;
    // It may have gone on after it was last seen, and not been seen since.
    let from = from.max(exercise.clock_running_since?);
    (now.since(from) > SHORT).then_some(from)
}
