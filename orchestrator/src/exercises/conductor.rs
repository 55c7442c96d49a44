//! The conductor: lets exercises go on by themselves. One task an exercise watches its environments, delivers what the
//! timeline holds, runs the checks and ends it when its time is over.
//!
//! Whatever it does is a keyed journal row, so a conductor that was killed and started again, or a second one, writes
//! nothing twice. It remembers nothing that the journal does not: an action that began and whose end was never written
//! runs once more, and has to bear that.

mod action;
mod losses;
mod scheduler;
mod worker;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::broadcast::error::RecvError, time::MissedTickBehavior};
use tracing::{error, info};

use super::{ExerciseError, Exercises};
use crate::{ids::ExerciseId, store, tasks::Tasks};

/// How often the list of exercises is looked at even when nothing is heard.
const SWEEP: Duration = Duration::from_secs(2);

/// Conducts all exercises that are neither drafts nor over.
#[derive(Clone)]
pub struct Conductor {
    exercises: Exercises,
    tasks: Tasks,
    at_work: Arc<Mutex<HashSet<ExerciseId>>>,
    scheduled: Arc<Mutex<HashSet<ExerciseId>>>,
}

/// That an exercise is being conducted.
struct Engaged {
    at_work: Arc<Mutex<HashSet<ExerciseId>>>,
    exercise: ExerciseId,
}

impl Drop for Engaged {
    fn drop(&mut self) {
        self.at_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.exercise);
    }
}

impl Conductor {
    /// Starts conducting; exercises that were under way go on where their journal stands.
    pub fn start(exercises: &Exercises, tasks: &Tasks) {
        let conductor = Self {
            exercises: exercises.clone(),
            tasks: tasks.clone(),
            at_work: Arc::default(),
            scheduled: Arc::default(),
        };
        tasks.spawn_vital("conductor", conductor.clone().run());
        tasks.spawn_vital("scheduler", conductor.clone().keep_hours());
        tasks.spawn_vital("conductor-environments", conductor.follow_environments());
    }

    async fn run(self) {
        let stop = self.tasks.token();
        let mut journal = self.exercises.journal.subscribe();
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = sweep.tick() => {}
                heard = journal.recv() => match heard {
                    Ok(exercise) => self.exercises.views.bump(exercise),
                    Err(RecvError::Lagged(_)) => self.bump_active(),
                    Err(RecvError::Closed) => return,
                },
            }
            if let Err(failure) = self.engage().await {
                error!(error = ?failure, "exercises could not be listed");
            }
        }
    }

    /// Pages that show environments are woken by what happens to these.
    async fn follow_environments(self) {
        let stop = self.tasks.token();
        let mut changes = self.exercises.environments.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                heard = changes.recv() => match heard {
                    Ok(change) => {
                        if let Some(exercise) = change.exercise {
                            self.exercises.views.bump(exercise);
                        }
                    }
                    Err(RecvError::Lagged(_)) => self.bump_active(),
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    fn bump_active(&self) {
        for exercise in self
            .at_work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            self.exercises.views.bump(*exercise);
        }
    }

    async fn engage(&self) -> Result<(), ExerciseError> {
        let mut connection = self.exercises.database.connection().await?;
        let active = store::exercises::list_active(&mut connection).await?;
        let ownership = self.exercises.environments.ownership();
        for exercise in active {
            // Rows that another orchestrator appended are heard of by nobody here.
            self.exercises.views.notice(&exercise);
            if ownership.is_anothers(exercise.owner)
                || (exercise.owner != Some(ownership.me())
                    && !store::exercises::claim(&mut connection, exercise.id, ownership.me())
                        .await?)
            {
                continue;
            }
            let new = self
                .at_work
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(exercise.id);
            if new {
                info!(exercise = %exercise.id, state = %exercise.state, "conducting");
                let conductor = self.clone();
                self.tasks.spawn("exercise", async move {
                    // Given back however the worker ends: after a panic the next sweep takes the exercise up again.
                    let _engaged = Engaged {
                        at_work: Arc::clone(&conductor.at_work),
                        exercise: exercise.id,
                    };
                    worker::Worker::new(conductor.exercises.clone(), exercise.id)
                        .run(conductor.tasks.token())
                        .await;
                    conductor.exercises.views.forget(exercise.id);
                });
            }
        }
        Ok(())
    }
}
