//! When an exercise is over or given up its machines go: its terminals end with a word, before their shells are killed.

use tokio::sync::broadcast::error::RecvError;

use super::App;
use crate::{exercises::ExerciseState, ids::ExerciseId};

/// Follows the journal until the program stops. What is missed is no loss: an open socket looks for itself every few
/// seconds, and a sweep clears away the rest.
pub(super) async fn close_terminals(app: App) {
    let stop = app.tasks.token();
    let mut journal = app.journal.subscribe();
    loop {
        let exercise = tokio::select! {
            () = stop.cancelled() => return,
            heard = journal.recv() => match heard {
                Ok(exercise) => exercise,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            },
        };
        if app.terminals.has_any(exercise) {
            close(&app, exercise).await;
        }
    }
}

async fn close(app: &App, exercise: ExerciseId) {
    let over = match app.exercises.view(exercise).await {
        Ok(view) => matches!(
            view.exercise.state,
            ExerciseState::Finished | ExerciseState::Draft
        ),
        Err(error) => {
            tracing::warn!(%exercise, %error, "the exercise could not be looked at");
            return;
        }
    };
    if !over {
        return;
    }
    if let Err(error) = app.terminals.close_exercise(exercise).await {
        tracing::warn!(%exercise, %error, "its terminals were not ended");
    }
}
