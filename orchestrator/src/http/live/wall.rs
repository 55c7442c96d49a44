//! The wall screens among those who look: their frame is made only while one of them is there, once for all of them, and
//! told at every look, so that a wall that hears nothing knows that it is cut off.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{extract::State, response::Response};

use super::{
    super::{
        App, AppError, Visitor,
        forms::Path,
        handlers::wall,
        pages::{ClockView, wall as page},
    },
    Audience, Frame, stream_to,
};
use crate::{
    exercises::{ExerciseState, ExerciseView},
    ids::ExerciseId,
    locales::Locale,
};

/// The frame's name.
pub(super) const FRAME: &str = "wall";

/// How many wall screens each exercise has, and what they were told last.
type ByExercise = HashMap<ExerciseId, (usize, Option<Frame>)>;

/// Wall screens by exercise.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct Walls(Arc<Mutex<ByExercise>>);

/// One wall screen that looks.
pub(super) struct Seat {
    walls: Walls,
    exercise: ExerciseId,
}

impl Walls {
    fn with<T>(&self, with: impl FnOnce(&mut ByExercise) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn sit(&self, exercise: ExerciseId) -> Seat {
        self.with(|walls| walls.entry(exercise).or_default().0 += 1);
        Seat {
            walls: self.clone(),
            exercise,
        }
    }

    /// What walls are told now; nothing where none looks.
    pub(super) fn tell(&self, app: &App, view: &ExerciseView) -> Result<Option<Frame>, AppError> {
        let exercise = view.exercise.id;
        if !self.with(|walls| walls.contains_key(&exercise)) {
            return Ok(None);
        }
        let frame = frame(app, view)?;
        self.with(|walls| {
            if let Some((_, last)) = walls.get_mut(&exercise) {
                *last = Some(frame.clone());
            }
        });
        Ok(Some(frame))
    }

    fn last(&self, exercise: ExerciseId) -> Option<Frame> {
        self.with(|walls| walls.get(&exercise)?.1.clone())
    }
}

impl Seat {
    /// What a wall hears first: what the others were told last.
    pub(super) fn hello(&self, app: &App, view: &ExerciseView) -> Result<Frame, AppError> {
        let last = self.walls.last(self.exercise);
        last.map_or_else(|| frame(app, view), Ok)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.walls.with(|walls| {
            let Some((seats, _)) = walls.get_mut(&self.exercise) else {
                return;
            };
            *seats = seats.saturating_sub(1);
            if *seats == 0 {
                walls.remove(&self.exercise);
            }
        });
    }
}

fn frame(app: &App, view: &ExerciseView) -> Result<Frame, AppError> {
    let made = |locale| -> Result<Arc<str>, AppError> {
        let page = wall::page(view, app.clock.now(), locale);
        let clock: ClockView = page.clock;
        let parts = page::render_parts(&app.templates, locale, &page)?;
        let frame = serde_json::json!({ "clock": clock, "parts": parts });
        Ok(frame.to_string().into())
    };
    Ok(Frame {
        name: FRAME,
        audience: Audience::Everybody,
        vi: made(Locale::Vi)?,
        en: made(Locale::En)?,
    })
}

/// Whether everybody may look at an exercise's board: neither before it is prepared nor where somebody tries a scenario.
pub(super) fn is_shown(view: &ExerciseView) -> bool {
    !view.exercise.trial && view.exercise.state != ExerciseState::Draft
}

/// `GET /boards/{exercise}/wall/live`: what walls show, for everybody.
pub(in crate::http) async fn stream(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    if !is_shown(&app.exercises.view(exercise).await?) {
        return Err(AppError::NotFound);
    }
    let seat = app.live.walls().sit(exercise);
    stream_to(&app, &visitor, exercise, (None, false), Some(seat)).await
}
