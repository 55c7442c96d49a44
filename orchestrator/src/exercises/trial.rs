//! Trials: an author holds an exercise alone to see a scenario as its trainees will, before it is released.
//!
//! A trial is an exercise like any other, with one team and one member; so what is seen is what a drill will be. It counts
//! nowhere: no completion, no indicator, no list, no board. Its time may jump to the next event.

use std::{sync::Arc, time::Duration};

use super::{Draft, DraftTeam, ExerciseError, ExerciseState, ExerciseView, Exercises};
use crate::{
    ids::{AccountId, ExerciseId, PersonId, ProvinceId},
    journal::{Actor, Draft as Row, Event, append_in},
    scenarios::{Cell, Definition, Trigger},
    store::{self, exercises::Exercise},
};

/// Who tries.
#[derive(Clone, Debug)]
pub struct Tester {
    /// The account.
    pub account: AccountId,
    /// The person behind it, the team's one member.
    pub person: PersonId,
    /// The province.
    pub province: ProvinceId,
    /// What the one team is called.
    pub name: String,
}

/// What a trial begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is laid out.
    New(ExerciseId),
    /// One of the same files is open already.
    Open(ExerciseId),
    /// One of other files is open, which has to be ended first.
    Other(ExerciseId),
}

impl Tried {
    const fn before(exercise: ExerciseId, same: bool) -> Self {
        if same {
            Self::Open(exercise)
        } else {
            Self::Other(exercise)
        }
    }
}

impl Exercises {
    /// Lays out a trial; somebody has one at a time.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn try_alone(
        &self,
        tester: Tester,
        title: String,
        definition: &Definition,
    ) -> Result<Tried, ExerciseError> {
        let bundle = definition.bundle.digest();
        if let Some(open) = self.open_trial(tester.account).await? {
            return Ok(Tried::before(open.id, open.bundle == bundle));
        }
        // Two clicks at once make one trial: the number counts those that are over.
        let mut connection = self.database.connection().await?;
        let over = store::exercises::count_trials(&mut connection, tester.account).await?;
        drop(connection);
        let draft = Draft {
            province: tester.province,
            title,
            duration: None,
            teams: vec![DraftTeam {
                name: tester.name,
                unit: None,
                members: vec![tester.person],
                cell: Cell::Blue,
            }],
            created_by: tester.account,
            launch_key: format!("trial-{}-{over}", tester.account),
            trial: true,
        };
        let laid_out = self.create(draft, definition).await?;
        if !laid_out.before {
            return Ok(Tried::New(laid_out.exercise));
        }
        // Another click of the same moment laid it out, perhaps on another version's page.
        let open = self.view(laid_out.exercise).await?.exercise;
        Ok(Tried::before(open.id, open.bundle == bundle))
    }

    /// The trial of an account that is not over.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn open_trial(&self, account: AccountId) -> Result<Option<Exercise>, ExerciseError> {
        let mut connection = self.database.connection().await?;
        Ok(store::exercises::open_trial(&mut connection, account).await?)
    }

    /// Lets a trial's time jump to the next event of its timeline.
    ///
    /// # Errors
    /// No trial, one whose time does not run, or none whose timeline has another hour.
    pub async fn skip_to_next(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let view = self.trial(id).await?;
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        if exercise.state != ExerciseState::Running {
            return Err(ExerciseError::State(exercise.state));
        }
        let now = self.clock.now();
        let to = next_event(&view.definition, exercise.elapsed_at(now))
            .filter(|at| *at < exercise.duration)
            .ok_or(ExerciseError::input("trial-no-next"))?;
        let skipped = Event::Skipped {
            to: crate::clock::micros(to),
        };
        append_in(
            &mut transaction,
            id,
            now,
            &[Row::new(Actor::Account(by), skipped)],
        )
        .await?;
        store::exercises::set_clock(&mut transaction, id, to, Some(now)).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }

    /// Ends a trial in whatever state it is; its machines go.
    ///
    /// # Errors
    /// No trial.
    pub async fn end_trial(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let view = self.trial(id).await?;
        let actor = Actor::Account(by);
        if view.exercise.state != ExerciseState::Draft {
            return self.finish(id, actor, false).await;
        }
        let finished = Event::Finished { time_out: false };
        let (from, to) = (ExerciseState::Draft, ExerciseState::Finished);
        match self.step(id, from, to, actor, finished).await {
            // Its machines were asked for a moment ago.
            Err(ExerciseError::State(_)) => self.finish(id, actor, false).await,
            done => done,
        }
    }

    async fn trial(&self, id: ExerciseId) -> Result<ExerciseView, ExerciseError> {
        let view = self.view(id).await?;
        if view.exercise.trial {
            Ok(view)
        } else {
            Err(ExerciseError::Missing("trial"))
        }
    }
}

/// When the next event with a time happens, after so much exercise time.
#[must_use]
pub fn next_event(definition: &Arc<Definition>, elapsed: Duration) -> Option<Duration> {
    let timeline = definition.scenario.timeline.iter();
    timeline
        .filter_map(|event| match event.trigger {
            Trigger::At(at) => Some(at),
            _ => None,
        })
        .filter(|at| *at > elapsed)
        .min()
}
