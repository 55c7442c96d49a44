//! Keeps the hours at which drills begin: looks at every exercise that has one, and does what is due.
//!
//! Each is seen to by one task at a time, so that a probe for one keeps no other waiting.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::time::MissedTickBehavior;
use tracing::error;

use super::{
    super::{
        Exercise, ExerciseError,
        schedule::{Due, due},
    },
    Conductor, Engaged,
};
use crate::{ids::ExerciseId, store};

/// How often hours are looked at: a drill begins at most this late.
const SWEEP: Duration = Duration::from_millis(500);
/// No drill's machines take longer to be made: what is farther away is not reckoned yet.
const HORIZON: Duration = Duration::from_hours(24);

impl Conductor {
    pub(super) async fn keep_hours(self) {
        let stop = self.tasks.token();
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = sweep.tick() => {}
            }
            if let Err(failure) = self.look_at_hours().await {
                error!(error = ?failure, "exercises that have an hour could not be listed");
            }
        }
    }

    async fn look_at_hours(&self) -> Result<(), ExerciseError> {
        let mut connection = self.exercises.database.connection().await?;
        let scheduled = store::exercises::list_scheduled(&mut connection).await?;
        drop(connection);
        for exercise in scheduled {
            match self.due_of(&exercise).await {
                Ok(Due::Nothing) => {}
                Ok(_) => self.see_to(exercise.id),
                Err(failure) => {
                    error!(exercise = %exercise.id, error = ?failure, "an exercise's hour could not be looked at");
                }
            }
        }
        Ok(())
    }

    /// What is due of an exercise that is this orchestrator's.
    async fn due_of(&self, exercise: &Exercise) -> Result<Due, ExerciseError> {
        let now = self.exercises.clock.now();
        let Some(schedule) = &exercise.schedule else {
            return Ok(Due::Nothing);
        };
        let waits = schedule.next_at.is_some_and(|at| now < at);
        let horizon = HORIZON + self.exercises.scheduling.margin;
        if waits || now + horizon < schedule.starts_at {
            return Ok(Due::Nothing);
        }
        let made_from = self.exercises.made_from(exercise).await?;
        let due = due(schedule, exercise.state, made_from.unwrap_or(now), now);
        let ownership = self.exercises.environments.ownership();
        if due == Due::Nothing || ownership.is_anothers(exercise.owner) {
            return Ok(Due::Nothing);
        }
        let me = ownership.me();
        if exercise.owner != Some(me) {
            let mut connection = self.exercises.database.connection().await?;
            if !store::exercises::claim(&mut connection, exercise.id, me).await? {
                return Ok(Due::Nothing);
            }
        }
        Ok(due)
    }

    fn see_to(&self, id: ExerciseId) {
        let new = self
            .scheduled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        if !new {
            return;
        }
        let engaged = Engaged {
            at_work: Arc::clone(&self.scheduled),
            exercise: id,
        };
        let (exercises, stop) = (self.exercises.clone(), self.tasks.token());
        self.tasks.spawn("schedule", async move {
            let _engaged = engaged;
            tokio::select! {
                // Cut off between two lines is what the next look is made for.
                () = stop.cancelled() => {}
                outcome = exercises.carry_out(id) => if let Err(failure) = outcome {
                    error!(exercise = %id, error = ?failure, "an exercise's hour could not be kept");
                },
            }
        });
    }
}
