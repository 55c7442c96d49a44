//! Drills that begin at an hour: an organiser sets it, and the range makes the machines ahead, lets them stand still until
//! shortly before, and begins for all teams at once.
//!
//! The hour, what was chosen with it and what stands in its way are columns of the exercise's row; whatever was killed
//! in between, the next look at the row goes on (`due`). Whoever acts for a schedule acts on one row of the journal that
//! set it: where somebody sets another hour meanwhile, nothing of the old one is done.
//!
//! What an organiser may rely on:
//!
//! - Machines are made early enough by what the last ones took, and never later than the margin before the hour.
//! - The labs' isolation is proven before they are made and once more before the hour. A refusal stands on the console,
//!   and is tried again until the hour's patience is over.
//! - Where a team's machines are not ready at the hour, the drill waits for them, unless the organiser chose otherwise:
//!   there is one clock for all teams, and time that a team lost to a broken machine cannot be given back, while
//!   waiting costs minutes and can be ended by hand at any moment.
//! - What could not begin within [`PATIENCE`] after its hour never begins by itself: people have been sent away or told
//!   another time by then. It says so and can be begun by hand.

mod due;
mod room;

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Exercise, ExerciseError, ExerciseState, Exercises,
    rehearsal::{Report, why},
};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, ProvinceId},
    journal::{Actor, Appended, Draft as Row, Event, append_in},
    scenarios::Definition,
    store::{
        self, Connection,
        exercises::{Schedule, clear_schedule, set_schedule},
    },
};

pub(super) use due::{Due, due};
pub use room::{Room, Span};

/// So long before the hour machines that stand still go on: time to find one that does not and to prove isolation, which
/// is believed for longer than this.
pub const AHEAD: Duration = Duration::from_secs(45);
/// For so long after its hour a drill still begins by itself.
pub const PATIENCE: Duration = Duration::from_mins(15);
/// The farthest hour.
const FARTHEST: Duration = Duration::from_hours(366 * 24);
/// What one environment is taken to need where none of its scenario was ever made.
const UNMEASURED: Duration = Duration::from_mins(2);
/// Exercise time has not begun.
const UNBEGUN: &[ExerciseState] = &[
    ExerciseState::Draft,
    ExerciseState::Preparing,
    ExerciseState::Ready,
];

/// What is configured for schedules.
#[derive(Clone, Copy, Debug)]
pub struct Scheduling {
    /// How long before the hour machines shall be ready at the latest, by what the last ones took.
    pub margin: Duration,
}

impl Default for Scheduling {
    fn default() -> Self {
        Self {
            margin: Duration::from_mins(15),
        }
    }
}

/// What an organiser sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// When the drill shall begin.
    pub starts_at: Timestamp,
    /// Whether it does so without anybody's hand.
    pub by_itself: bool,
    /// Whether it then begins without the teams whose machines are not ready, rather than wait for them.
    pub incomplete: bool,
}

impl Hour {
    fn is(&self, schedule: &Schedule) -> bool {
        (self.starts_at, self.by_itself, self.incomplete)
            == (schedule.starts_at, schedule.by_itself, schedule.incomplete)
    }
}

/// What stands in the way of a schedule, as a message says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub at: Timestamp,
    /// Identifier of the message.
    pub message: String,
    /// Its arguments.
    pub arguments: BTreeMap<String, String>,
}

impl Trouble {
    fn new<const N: usize>(at: Timestamp, message: &str, arguments: [(&str, String); N]) -> Self {
        let arguments = arguments.into_iter();
        Self {
            at,
            message: message.to_owned(),
            arguments: arguments
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }

    /// What an error means for a schedule; the error itself where it says nothing about it.
    fn of(error: ExerciseError, at: Timestamp) -> Result<Self, ExerciseError> {
        use crate::environments::EnvironmentsError as Below;
        match error {
            ExerciseError::Environments(Below::NotIsolated(_)) => {
                Ok(Self::new(at, "schedule-not-isolated", []))
            }
            ExerciseError::Environments(Below::Store(error)) => Err(error.into()),
            ExerciseError::Environments(error) => {
                let reason = why(error);
                Ok(Self {
                    at,
                    message: reason.message,
                    arguments: reason.arguments,
                })
            }
            other => Err(other),
        }
    }

    /// Tells it apart from others; when it began to be in the way does not matter.
    fn key(&self) -> String {
        let arguments: Vec<&str> = self.arguments.values().map(String::as_str).collect();
        let key = format!("{}:{}", self.message, arguments.join(":"));
        key.chars().take(300).collect()
    }
}

impl Exercise {
    /// What stands in the way of its schedule.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        let trouble = self.schedule.as_ref()?.trouble.as_deref()?;
        serde_json::from_str(trouble).ok()
    }
}

impl Exercises {
    /// The same exercises, with schedules as configured.
    #[must_use]
    pub const fn scheduling(mut self, scheduling: Scheduling) -> Self {
        self.scheduling = scheduling;
        self
    }

    /// Sets the hour at which an exercise begins, or another one.
    ///
    /// Machines that are there already stay where they would be kept until then anyway; otherwise they go and are made
    /// again ahead of the new hour, so that nobody lacks their memory in between.
    ///
    /// # Errors
    /// An hour that is over or too far, an exercise that has begun, what the engine cannot run, or memory that others
    /// have at that time.
    pub async fn schedule(
        &self,
        id: ExerciseId,
        by: AccountId,
        hour: Hour,
    ) -> Result<(), ExerciseError> {
        let now = self.clock.now();
        let view = self.view(id).await?;
        if !UNBEGUN.contains(&view.exercise.state) {
            return Err(ExerciseError::State(view.exercise.state));
        }
        if (view.exercise.schedule.as_ref()).is_some_and(|schedule| hour.is(schedule)) {
            return Ok(());
        }
        let of = (
            view.exercise.province,
            view.hosts().count(),
            view.exercise.duration,
        );
        self.bookable(Some(id), of, &view.definition, hour.starts_at)
            .await?;
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        let made = matches!(
            exercise.state,
            ExerciseState::Preparing | ExerciseState::Ready
        );
        let end = hour.starts_at + exercise.duration;
        let far = made && exercise.expires_at.is_some_and(|kept| kept < end);
        if far {
            let (step, event) = (
                (exercise.state, ExerciseState::Draft),
                Event::PreparationCancelled,
            );
            let actor = Actor::Account(by);
            self.step_in(&mut transaction, id, step, actor, event)
                .await?;
        }
        let event = Event::Scheduled {
            starts_at: hour.starts_at.0,
            by_itself: hour.by_itself,
            incomplete: hour.incomplete,
        };
        let row = Row::new(Actor::Account(by), event).during(UNBEGUN);
        let appended = append_in(&mut transaction, id, now, &[row]).await?;
        let Some(Appended::New(row)) = appended.first() else {
            return Err(ExerciseError::State(exercise.state));
        };
        let schedule = Schedule {
            starts_at: hour.starts_at,
            row: *row,
            by_itself: hour.by_itself,
            incomplete: hour.incomplete,
            trouble: None,
            next_at: None,
        };
        set_schedule(&mut transaction, id, &schedule).await?;
        if made && !far {
            let exercise = Exercise {
                schedule: Some(schedule),
                ..exercise
            };
            self.set_expiry(&mut transaction, &exercise, now).await?;
            if now + AHEAD < hour.starts_at {
                self.environments
                    .rest_exercise(&mut transaction, id)
                    .await?;
            }
        }
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.wake_all();
        Ok(())
    }

    /// Takes the hour away; the exercise is begun by hand, and machines that are there stay.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn cancel_schedule(
        &self,
        id: ExerciseId,
        by: AccountId,
    ) -> Result<(), ExerciseError> {
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        if exercise.schedule.is_none() {
            return Ok(());
        }
        let row = Row::new(Actor::Account(by), Event::ScheduleCancelled).during(UNBEGUN);
        append_in(&mut transaction, id, self.clock.now(), &[row]).await?;
        clear_schedule(&mut transaction, id).await?;
        // Whoever waits for them would otherwise wait for what nobody lets go on.
        let roused = self
            .environments
            .rouse_exercise(&mut transaction, id)
            .await?;
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.bring_all_to_life(roused).await;
        Ok(())
    }

    /// Refuses an hour at which a drill of so many teams and such a length cannot be held; `own` is left out where it is
    /// one that has an hour already.
    ///
    /// # Errors
    /// An hour that is over or too far, what the engine cannot run, or memory that others have at that time.
    pub async fn bookable(
        &self,
        own: Option<ExerciseId>,
        (province, teams, duration): (ProvinceId, usize, Duration),
        definition: &Definition,
        starts_at: Timestamp,
    ) -> Result<(), ExerciseError> {
        self.sensible(starts_at)?;
        self.environments.runnable(definition).await?;
        let span = self.span(province, definition, teams, starts_at, duration);
        let span = span.await?;
        let room = self.room((own, province), definition, teams, span).await?;
        room.or_refuse()
    }

    /// Refuses an hour that is over or too far away to be meant.
    fn sensible(&self, starts_at: Timestamp) -> Result<(), ExerciseError> {
        let now = self.clock.now();
        if starts_at <= now {
            return Err(ExerciseError::input("schedule-hour-over"));
        }
        if starts_at > now + FARTHEST {
            return Err(ExerciseError::input("schedule-hour-far"));
        }
        Ok(())
    }

    /// For how long a drill that begins at an hour has its machines: from when they are made to its end.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn span(
        &self,
        province: ProvinceId,
        definition: &Definition,
        teams: usize,
        starts_at: Timestamp,
        duration: Duration,
    ) -> Result<Span, ExerciseError> {
        let making = self.making(province, definition, teams).await?;
        Ok(Span {
            from: (starts_at - (making + self.scheduling.margin)).max(self.clock.now()),
            until: starts_at + duration,
        })
    }

    /// When the machines of an exercise are made for its hour; absent where it has none.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn made_from(&self, exercise: &Exercise) -> Result<Option<Timestamp>, ExerciseError> {
        let Some(schedule) = &exercise.schedule else {
            return Ok(None);
        };
        let mut connection = self.database.connection().await?;
        let teams = store::exercises::count_teams(&mut connection, exercise.id).await?;
        let definition = self
            .environments
            .definitions()
            .get(&mut connection, &exercise.bundle)
            .await?;
        drop(connection);
        let making = self.making(exercise.province, &definition, teams).await?;
        Ok(Some(schedule.starts_at - (making + self.scheduling.margin)))
    }

    /// How long the environments of so many teams take to be made: as measured, else by a guess that is rather too long.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn making(
        &self,
        province: ProvinceId,
        definition: &Definition,
        teams: usize,
    ) -> Result<Duration, ExerciseError> {
        let one = self.measured(province, definition).await?;
        Ok(one.unwrap_or(UNMEASURED) * self.rounds(teams))
    }

    /// How long one environment takes to be made: the slowest of the scenario's last ones, else as its last rehearsal
    /// found; absent where neither was.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn measured(
        &self,
        province: ProvinceId,
        definition: &Definition,
    ) -> Result<Option<Duration>, ExerciseError> {
        let bundle = definition.bundle.digest();
        match self.environments.longest(&bundle).await? {
            Some(measured) => Ok(Some(measured)),
            None => self.rehearsed(province, definition).await,
        }
    }

    /// What one environment took in the scenario's last rehearsal.
    async fn rehearsed(
        &self,
        province: ProvinceId,
        definition: &Definition,
    ) -> Result<Option<Duration>, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let scenario = definition.scenario.id.as_str();
        let held = store::rehearsals::last(&mut connection, province, scenario).await?;
        Ok(held.iter().find_map(|row| {
            let report: Report = serde_json::from_str(&row.report).ok()?;
            let all = Duration::from_millis(report.all_ready()?);
            Some(all / self.rounds(report.teams))
        }))
    }

    /// How often as many environments as are made at once have to be made for so many teams.
    fn rounds(&self, teams: usize) -> u32 {
        let rounds = teams.div_ceil(self.environments.parallel());
        u32::try_from(rounds).unwrap_or(u32::MAX).max(1)
    }

    /// Forgets an exercise's hour where it has one, because it begins, ends or is a draft again.
    pub(super) async fn forget_schedule(
        &self,
        transaction: &mut Connection,
        exercise: &Exercise,
        actor: Actor,
        to: ExerciseState,
    ) -> Result<(), ExerciseError> {
        if exercise.schedule.is_none() {
            return Ok(());
        }
        if to == ExerciseState::Draft {
            let row = Row::new(actor, Event::ScheduleCancelled);
            append_in(transaction, exercise.id, self.clock.now(), &[row]).await?;
        }
        Ok(clear_schedule(transaction, exercise.id).await?)
    }
}
