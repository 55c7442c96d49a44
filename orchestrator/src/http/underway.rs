//! Steps of an exercise before which isolation is proven. On a cluster the proof takes up to half a minute: the request is
//! answered after a moment, the step goes on, and the console says that it does and what became of it.
//!
//! What goes on stands in this program alone and promises nothing: where that is killed, the exercise is as it was before
//! and the step is asked for again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{oneshot, watch},
    time::timeout,
};

use super::{App, AppError, errors::Message};
use crate::{
    clock::Timestamp,
    environments::EnvironmentsError,
    exercises::{ExerciseError, ExerciseState},
    ids::{AccountId, ExerciseId},
};

/// For so long a request waits for its step.
const MOMENT: Duration = Duration::from_secs(2);

/// A step before which isolation is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proving {
    /// The teams' environments are asked for.
    Prepare,
    /// Exercise time begins.
    Start,
    /// The same, without the teams whose machines are not ready.
    StartIncomplete,
}

impl Proving {
    /// Whether an exercise is still where the step begins.
    pub(super) const fn fits(self, state: ExerciseState) -> bool {
        match self {
            Self::Prepare => matches!(state, ExerciseState::Draft),
            Self::Start => matches!(state, ExerciseState::Ready),
            Self::StartIncomplete => {
                matches!(state, ExerciseState::Preparing | ExerciseState::Ready)
            }
        }
    }
}

/// How far a step was when its request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// It is done.
    Done,
    /// It goes on.
    GoesOn,
}

/// A step that goes on or did not come about.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Which.
    pub(super) step: Proving,
    /// Since when it goes on, or when it was given up.
    pub(super) at: Timestamp,
    /// Why it did not come about.
    pub(super) failure: Option<Message>,
}

/// The steps of all exercises.
#[derive(Debug, Default)]
pub(super) struct Underway {
    steps: Mutex<HashMap<ExerciseId, Standing>>,
    changes: watch::Sender<()>,
}

impl Underway {
    /// What goes on or failed last in an exercise.
    pub(super) fn of(&self, exercise: ExerciseId) -> Option<Standing> {
        self.with(|steps| steps.get(&exercise).cloned())
    }

    /// Told whenever a step begins or ends.
    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Notes that a step begins; `false` where one goes on already.
    fn begin(&self, exercise: ExerciseId, step: Proving, at: Timestamp) -> bool {
        let begun = self.with(|steps| {
            let goes_on = steps
                .get(&exercise)
                .is_some_and(|step| step.failure.is_none());
            if !goes_on {
                let failure = None;
                steps.insert(exercise, Standing { step, at, failure });
            }
            !goes_on
        });
        self.changes.send_replace(());
        begun
    }

    fn fail(&self, exercise: ExerciseId, at: Timestamp, failure: Message) {
        self.with(|steps| {
            if let Some(step) = steps.get_mut(&exercise) {
                (step.at, step.failure) = (at, Some(failure));
            }
        });
    }

    /// Forgets a step, unless why it failed is to be read.
    fn end(&self, exercise: ExerciseId) {
        self.with(|steps| {
            if steps
                .get(&exercise)
                .is_some_and(|step| step.failure.is_none())
            {
                steps.remove(&exercise);
            }
        });
        self.changes.send_replace(());
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<ExerciseId, Standing>) -> T) -> T {
        act(&mut self.steps.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A step that goes on; off the list however its task ends.
struct Going(App, ExerciseId);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.underway.end(self.1);
    }
}

/// Takes a step; where its proof lasts, it goes on after the answer. Asked for again meanwhile, it is not taken twice.
///
/// # Errors
/// What stands in the way, where that is known after a moment.
pub(super) async fn carry_out(
    app: &App,
    exercise: ExerciseId,
    by: AccountId,
    step: Proving,
) -> Result<Carried, AppError> {
    if !app.underway.begin(exercise, step, app.clock.now()) {
        return Ok(Carried::GoesOn);
    }
    let going = Going(app.clone(), exercise);
    let (tell, mut told) = oneshot::channel();
    app.tasks.spawn("step of an exercise", async move {
        let app = &going.0;
        let token = app.tasks.token();
        let done = tokio::select! {
            done = take(app, exercise, by, step) => done,
            () = token.cancelled() => return,
        };
        // Whoever asked has an answer already.
        if let Err(Err(error)) = tell.send(done) {
            note(app, exercise, error);
        }
    });
    let answer = if let Ok(done) = timeout(MOMENT, &mut told).await {
        // Nothing was said where the task was broken off.
        Some(done.map_err(|_| AppError::Unavailable(Message::new("underway-broken-off")))?)
    } else {
        // Closed, the task keeps what it has to say; what it said before is in there.
        told.close();
        told.try_recv().ok()
    };
    match answer {
        Some(done) => Ok(done.map(|()| Carried::Done)?),
        None => Ok(Carried::GoesOn),
    }
}

async fn take(
    app: &App,
    exercise: ExerciseId,
    by: AccountId,
    step: Proving,
) -> Result<(), ExerciseError> {
    match step {
        Proving::Prepare => app.exercises.prepare(exercise, by).await,
        Proving::Start => app.exercises.start(exercise, by).await,
        Proving::StartIncomplete => app.exercises.start_incomplete(exercise, by).await,
    }
}

/// Keeps why a step did not come about, for the console to say.
fn note(app: &App, exercise: ExerciseId, error: ExerciseError) {
    // The journal has what was reached, and the console shows that.
    if matches!(
        error,
        ExerciseError::Environments(EnvironmentsError::NotIsolated(_))
    ) {
        return;
    }
    tracing::warn!(%exercise, %error, "a step of an exercise did not come about");
    let failure = AppError::from(error).message();
    app.underway.fail(exercise, app.clock.now(), failure);
}
