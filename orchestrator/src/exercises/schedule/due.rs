//! What a schedule asks for at a moment, and doing it.
//!
//! Nothing is remembered between two looks but what stands in the exercise's row: a look that comes late, again, or after
//! a crash asks for what is due then.

use std::time::Duration;

use tracing::{info, warn};

use super::{AHEAD, PATIENCE, Trouble};
use crate::{
    clock::Timestamp,
    environments::{EnvironmentStatus, Phase},
    exercises::{
        Exercise, ExerciseError, ExerciseState, ExerciseView, Exercises, lifecycle::is_meant,
    },
    ids::{AccountId, ExerciseId},
    journal::{Actor, Appended, Draft as Row, Event, append_in},
    store::{
        self,
        exercises::{Schedule, note_trouble},
    },
};

/// Wait before what was refused is tried again.
const RETRY: Duration = Duration::from_secs(20);
/// Wait before it is said once more that an hour was missed.
const REMIND: Duration = Duration::from_hours(1);
/// How long machines may take to go on before the others are no longer kept waiting.
const ROUSED: Duration = Duration::from_secs(30);
/// Wait before it is looked again whether the teams that are waited for are ready.
const LOOK: Duration = Duration::from_secs(1);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exercises) enum Due {
    /// Nothing yet, or nothing any more.
    Nothing,
    /// Machines are to be made.
    Make,
    /// Machines that stand still are to go on.
    Rouse,
    /// Exercise time is to begin.
    Begin,
    /// The hour and the patience after it are over.
    Missed,
}

/// What is due of an exercise whose machines are made from `made_from` on.
pub(in crate::exercises) fn due(
    schedule: &Schedule,
    state: ExerciseState,
    made_from: Timestamp,
    now: Timestamp,
) -> Due {
    let late = now > schedule.starts_at + PATIENCE;
    match state {
        ExerciseState::Draft if late => Due::Missed,
        ExerciseState::Draft if now >= made_from => Due::Make,
        ExerciseState::Preparing | ExerciseState::Ready => {
            if now + AHEAD < schedule.starts_at {
                Due::Nothing
            } else if now < schedule.starts_at {
                Due::Rouse
            } else if late {
                // Where somebody's hand begins it, it waits for that hand as long as its machines are kept.
                if schedule.by_itself {
                    Due::Missed
                } else {
                    Due::Nothing
                }
            } else if schedule.by_itself {
                Due::Begin
            } else {
                Due::Rouse
            }
        }
        _ => Due::Nothing,
    }
}

impl Exercises {
    /// Does what is due of an exercise's schedule; what is in the way is noted and tried again.
    ///
    /// # Errors
    /// A database that refuses.
    pub(in crate::exercises) async fn carry_out(
        &self,
        id: ExerciseId,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let Some(schedule) = view.exercise.schedule.clone() else {
            return Ok(());
        };
        let now = self.clock.now();
        let made_from = self.made_from(&view.exercise).await?.unwrap_or(now);
        let done = match due(&schedule, view.exercise.state, made_from, now) {
            Due::Nothing => return Ok(()),
            Due::Make => self.make(&view, Actor::System, Some(schedule.row)).await,
            Due::Rouse => self.rouse_for(&view, &schedule).await,
            Due::Begin => self.begin_for(&view, &schedule).await,
            Due::Missed => {
                let trouble = Trouble::new(now, "schedule-missed", []);
                let again = Some(now + REMIND);
                return self
                    .hindered(&view.exercise, &schedule, trouble, again)
                    .await;
            }
        };
        match done {
            // Somebody was faster; the next look sees where it is.
            Ok(()) | Err(ExerciseError::State(_)) => Ok(()),
            Err(error) => {
                let now = self.clock.now();
                let trouble = Trouble::of(error, now)?;
                warn!(exercise = %id, trouble = ?trouble, "a schedule is hindered");
                let again = Some(now + RETRY);
                self.hindered(&view.exercise, &schedule, trouble, again)
                    .await
            }
        }
    }

    /// Lets machines go on that stand still, and proves isolation once all are ready.
    async fn rouse_for(
        &self,
        view: &ExerciseView,
        schedule: &Schedule,
    ) -> Result<(), ExerciseError> {
        let exercise = &view.exercise;
        self.rouse_all(exercise.id).await?;
        let now = self.clock.now();
        if exercise.state == ExerciseState::Ready && now < schedule.starts_at {
            self.isolation_proven(exercise, Actor::System).await?;
            self.note(exercise, schedule, None, Some(schedule.starts_at))
                .await?;
        }
        Ok(())
    }

    /// Begins for all teams, or as the organiser chose where some are not ready.
    async fn begin_for(
        &self,
        view: &ExerciseView,
        schedule: &Schedule,
    ) -> Result<(), ExerciseError> {
        let exercise = &view.exercise;
        self.rouse_all(exercise.id).await?;
        let statuses = self.environments.of_exercise(exercise.id).await?;
        let missing = missing(view, &statuses);
        let some = missing.len() < view.hosts().count();
        if !missing.is_empty() {
            let now = self.clock.now();
            let message = if schedule.incomplete && some {
                "schedule-without"
            } else {
                "schedule-waits"
            };
            let trouble = Trouble::new(now, message, [("teams", missing.join(", "))]);
            self.hindered(exercise, schedule, trouble, Some(now + LOOK))
                .await?;
            if !(schedule.incomplete && some) {
                return Ok(());
            }
        }
        self.isolation_proven(exercise, Actor::System).await?;
        let id = exercise.id;
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let now = store::exercises::find(&mut transaction, id).await?;
        if !now.is_some_and(|now| is_meant(&now, Some(schedule.row))) {
            return Ok(());
        }
        let step = (exercise.state, ExerciseState::Running);
        let roused = self.step_in(&mut transaction, id, step, Actor::System, Event::Started);
        let Some(roused) = roused.await? else {
            // The next look sees where it is.
            return Ok(());
        };
        let what = ("schedule-begun", "done");
        self.audit(&mut transaction, exercise, None, what, "")
            .await?;
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.bring_all_to_life(roused).await;
        info!(exercise = %exercise.id, "begun at its hour");
        Ok(())
    }

    /// Begins an exercise whose machines are not all ready, for the teams whose are; the others come as theirs are.
    ///
    /// # Errors
    /// No team that is ready, isolation that is not proven, or an exercise that is not being prepared.
    pub async fn start_incomplete(
        &self,
        id: ExerciseId,
        by: AccountId,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let state = view.exercise.state;
        if state != ExerciseState::Preparing {
            return self.start(id, by).await;
        }
        self.rouse_all(id).await?;
        let statuses = self.environments.of_exercise(id).await?;
        let hosts = view.hosts().count();
        if hosts > 0 && missing(&view, &statuses).len() == hosts {
            return Err(ExerciseError::input("schedule-nobody-ready"));
        }
        let actor = Actor::Account(by);
        self.isolation_proven(&view.exercise, actor).await?;
        self.step(id, state, ExerciseState::Running, actor, Event::Started)
            .await
    }

    async fn rouse_all(&self, id: ExerciseId) -> Result<(), ExerciseError> {
        if !self.environments.rests(id).await? {
            return Ok(());
        }
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let roused = self
            .environments
            .rouse_exercise(&mut transaction, id)
            .await?;
        transaction.commit().await?;
        // Those that the engine lets wait do not keep the others waiting: the reconciler goes on with them.
        let all = self.environments.bring_all_to_life(roused);
        if tokio::time::timeout(ROUSED, all).await.is_err() {
            warn!(exercise = %id, "not all machines that stood still went on in time");
        }
        Ok(())
    }

    /// Notes what stands in the way, once in the journal and the audit trail for each hour that was set, and when it is
    /// tried again.
    async fn hindered(
        &self,
        exercise: &Exercise,
        schedule: &Schedule,
        trouble: Trouble,
        again: Option<Timestamp>,
    ) -> Result<(), ExerciseError> {
        let id = exercise.id;
        let before = exercise.trouble();
        let known = before.filter(|before| before.key() == trouble.key());
        if known.is_some() {
            // Since when it is in the way stays.
            return self.note(exercise, schedule, known, again).await;
        }
        let text = serde_json::to_string(&trouble).unwrap_or_default();
        let key = format!("schedule-hindered:{}:{}", schedule.row, trouble.key());
        let detail = trouble.key();
        let event = Event::ScheduleHindered {
            reason: trouble.message,
            arguments: trouble.arguments,
        };
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let noted = note_trouble(&mut transaction, id, schedule.row, Some(&text), again);
        if !noted.await? {
            return Ok(());
        }
        let row = Row::new(Actor::System, event).once(key);
        let appended = append_in(&mut transaction, id, self.clock.now(), &[row]).await?;
        if matches!(appended[..], [Appended::New(_)]) {
            let what = ("schedule-hindered", "failed");
            self.audit(&mut transaction, exercise, None, what, &detail)
                .await?;
        }
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }

    async fn note(
        &self,
        exercise: &Exercise,
        schedule: &Schedule,
        trouble: Option<Trouble>,
        again: Option<Timestamp>,
    ) -> Result<(), ExerciseError> {
        let text = trouble.and_then(|trouble| serde_json::to_string(&trouble).ok());
        if (&text, &again) == (&schedule.trouble, &schedule.next_at) {
            return Ok(());
        }
        let mut connection = self.database.connection().await?;
        let (id, row) = (exercise.id, schedule.row);
        note_trouble(&mut connection, id, row, text.as_deref(), again).await?;
        Ok(())
    }
}

/// The names of the teams whose machines are not ready, by number.
pub(in crate::exercises) fn missing(
    view: &ExerciseView,
    statuses: &[EnvironmentStatus],
) -> Vec<String> {
    let is_ready = |status: &EnvironmentStatus| {
        status.phase == Phase::Ready && !status.leaving && status.failure.is_none()
    };
    let teams = view.hosts().map(|view| &view.team);
    teams
        .filter(|team| {
            let status = statuses.iter().find(|it| it.team == Some(team.id));
            !status.is_some_and(is_ready)
        })
        .map(|team| team.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ExerciseState::{Draft, Paused, Preparing, Ready, Running};

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn what_is_due_follows_from_the_row_and_the_time_alone() {
        let hour = Timestamp(1_795_000_000_000_000);
        let made_from = hour - 20 * MINUTE;
        let mut schedule = Schedule {
            starts_at: hour,
            row: 3,
            by_itself: true,
            incomplete: false,
            trouble: None,
            next_at: None,
        };
        let (before, second) = (Duration::from_micros(1), Duration::from_secs(1));
        let over = hour + PATIENCE + second;
        let at = |schedule: &Schedule, state, now| due(schedule, state, made_from, now);
        for (state, now, expected) in [
            (Draft, made_from - before, Due::Nothing),
            (Draft, made_from, Due::Make),
            // The server was down when it was to be made.
            (Draft, hour + MINUTE, Due::Make),
            (Draft, over, Due::Missed),
            (Preparing, made_from, Due::Nothing),
            (Preparing, hour - AHEAD, Due::Rouse),
            (Ready, hour - AHEAD - before, Due::Nothing),
            (Ready, hour - before, Due::Rouse),
            (Ready, hour, Due::Begin),
            (Preparing, hour, Due::Begin),
            (Ready, hour + PATIENCE, Due::Begin),
            (Ready, over, Due::Missed),
            (Running, hour, Due::Nothing),
            (Paused, over, Due::Nothing),
        ] {
            assert_eq!(at(&schedule, state, now), expected, "{state} {now:?}");
        }
        schedule.by_itself = false;
        assert_eq!(at(&schedule, Ready, hour), Due::Rouse);
        assert_eq!(at(&schedule, Ready, over), Due::Nothing);
        assert_eq!(at(&schedule, Draft, over), Due::Missed);
    }
}
