//! From draft to finished. Each step moves the state, the clock and the journal in one transaction, and asked for again
//! it is done already.

use super::{
    ExerciseError, ExerciseState, ExerciseView, Exercises, PREPARED,
    schedule::{AHEAD, Span},
};
use crate::{
    clock::Timestamp,
    environments::{Claim, NewEnvironment, Purpose, failpoint},
    ids::{AccountId, EnvironmentId, ExerciseId, TeamId},
    journal::{Actor, Draft as Row, Event, HeadClaims, append_in},
    store::{self, Connection, exercises::Exercise},
};

impl Exercises {
    /// Asks for the teams' environments; the conductor reports when all are ready.
    ///
    /// # Errors
    /// An engine, image, address range or isolation that is not fit, said before anything is made.
    pub async fn prepare(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        if view.exercise.state != ExerciseState::Draft {
            return already(
                &view.exercise,
                &[ExerciseState::Preparing, ExerciseState::Ready],
            );
        }
        let span = Span {
            from: self.clock.now(),
            until: self.clock.now() + view.exercise.duration,
        };
        let of = (Some(id), view.exercise.province);
        let room = self.room(of, &view.definition, view.hosts().count(), span);
        room.await?.or_refuse()?;
        self.make(&view, Actor::Account(by), None).await
    }

    /// Asks for the teams' environments, for an hour where one is named: they then stand still until it is near.
    pub(super) async fn make(
        &self,
        view: &ExerciseView,
        by: Actor,
        scheduled: Option<i64>,
    ) -> Result<(), ExerciseError> {
        let id = view.exercise.id;
        self.environments
            .preflight(&view.definition, view.hosts().count())
            .await?;
        self.isolation_proven(&view.exercise, by).await?;
        failpoint::reach("before-intent");
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        if !store::exercises::move_state(
            &mut transaction,
            id,
            ExerciseState::Draft,
            ExerciseState::Preparing,
        )
        .await?
        {
            return Ok(());
        }
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        if !is_meant(&exercise, scheduled) {
            return Ok(());
        }
        let mut claimed = Vec::new();
        for team in view.hosts() {
            let claim = claim(&exercise, team.team.id);
            // A copy that was kept ready has whatever variant it drew, not the one that is dealt out.
            if view.definition.scenario.variants.is_empty()
                && let Some(ready) = self.environments.claim(&mut transaction, &claim).await?
            {
                claimed.push(ready);
                continue;
            }
            self.environments
                .want(
                    &mut transaction,
                    &NewEnvironment {
                        id: EnvironmentId::new(),
                        province: exercise.province,
                        exercise: Some(id),
                        team: Some(team.team.id),
                        purpose: Purpose::Exercise,
                        bundle: exercise.bundle.clone(),
                        seed: self.seed_for(&view.definition.scenario, &exercise, &team.team),
                    },
                )
                .await?;
        }
        append_in(&mut transaction, id, now, &[Row::new(by, Event::Preparing)]).await?;
        self.set_expiry(&mut transaction, &exercise, now).await?;
        if let Some(schedule) = &exercise.schedule {
            if now + AHEAD < schedule.starts_at {
                claimed.clear();
                self.environments
                    .rest_exercise(&mut transaction, id)
                    .await?;
            }
            let row = schedule.row;
            store::exercises::note_trouble(&mut transaction, id, row, None, None).await?;
        }
        if by == Actor::System {
            let what = ("schedule-prepared", "done");
            self.audit(&mut transaction, &exercise, None, what, "")
                .await?;
        }
        transaction.commit().await?;
        failpoint::reach("after-intent");
        self.journal.announce(id);
        self.environments.wake_all();
        self.environments.bring_all_to_life(claimed).await;
        Ok(())
    }

    /// Gives preparing up: the exercise is a draft again, and its environments go.
    ///
    /// # Errors
    /// An exercise that has begun or is over.
    pub async fn cancel_preparation(
        &self,
        id: ExerciseId,
        by: AccountId,
    ) -> Result<(), ExerciseError> {
        let exercise = self.row(id).await?;
        match exercise.state {
            ExerciseState::Draft => return Ok(()),
            ExerciseState::Preparing | ExerciseState::Ready => {}
            state => return Err(ExerciseError::State(state)),
        }
        self.step(
            id,
            exercise.state,
            ExerciseState::Draft,
            Actor::Account(by),
            Event::PreparationCancelled,
        )
        .await?;
        self.environments.wake_all();
        Ok(())
    }

    /// Begins exercise time.
    ///
    /// # Errors
    /// An exercise that is not ready, or isolation that is not proven.
    pub async fn start(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let exercise = self.row(id).await?;
        if exercise.state != ExerciseState::Ready {
            return already(&exercise, &[ExerciseState::Running, ExerciseState::Paused]);
        }
        self.isolation_proven(&exercise, Actor::Account(by)).await?;
        self.step(
            id,
            ExerciseState::Ready,
            ExerciseState::Running,
            Actor::Account(by),
            Event::Started,
        )
        .await
    }

    /// Stops exercise time.
    ///
    /// # Errors
    /// An exercise that does not run.
    pub async fn pause(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let exercise = self.row(id).await?;
        if exercise.state != ExerciseState::Running {
            return already(&exercise, &[ExerciseState::Paused]);
        }
        self.step(
            id,
            ExerciseState::Running,
            ExerciseState::Paused,
            Actor::Account(by),
            Event::Paused,
        )
        .await
    }

    /// Lets exercise time go on.
    ///
    /// # Errors
    /// An exercise that is not paused.
    pub async fn resume(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let exercise = self.row(id).await?;
        if exercise.state != ExerciseState::Paused {
            return already(&exercise, &[ExerciseState::Running]);
        }
        self.step(
            id,
            ExerciseState::Paused,
            ExerciseState::Running,
            Actor::Account(by),
            Event::Resumed,
        )
        .await
    }

    /// Ends an exercise: its clock stops, its journal's head is signed, its machines go. With `time_out` only one that
    /// runs and whose time is over.
    ///
    /// # Errors
    /// An exercise that was never prepared.
    pub async fn finish(
        &self,
        id: ExerciseId,
        actor: Actor,
        time_out: bool,
    ) -> Result<(), ExerciseError> {
        let exercise = self.row(id).await?;
        let over = exercise.elapsed_at(self.clock.now()) >= exercise.duration;
        let from = match exercise.state {
            ExerciseState::Finished => return Ok(()),
            // It was paused a moment before its time was over.
            state if time_out && (state != ExerciseState::Running || !over) => return Ok(()),
            ExerciseState::Draft => return Err(ExerciseError::State(exercise.state)),
            state => state,
        };
        let done = self
            .step(
                id,
                from,
                ExerciseState::Finished,
                actor,
                Event::Finished { time_out },
            )
            .await;
        match done {
            // Time was added a moment before it was over.
            Err(ExerciseError::State(ExerciseState::Running)) if time_out => return Ok(()),
            done => done?,
        }
        self.environments.wake_all();
        Ok(())
    }

    /// Tries a team's failed environment again, without touching the others.
    ///
    /// # Errors
    /// No such team, or an exercise that is over.
    pub async fn retry_team(
        &self,
        id: ExerciseId,
        team: TeamId,
        actor: Actor,
    ) -> Result<(), ExerciseError> {
        let environment = self.environment_of(id, team).await?;
        let mut transaction = self.database.begin().await?;
        // Told where its failures are told: to the team whose machines they are.
        let playing = store::exercises::team(&mut transaction, id, team).await?;
        let host = playing.map_or(team, |playing| playing.host());
        let row = Row::new(actor, Event::EnvironmentRetried)
            .team(host)
            .during(PREPARED);
        append_in(&mut transaction, id, self.clock.now(), &[row]).await?;
        self.environments
            .retry(&mut transaction, environment)
            .await?;
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.wake(environment);
        Ok(())
    }

    /// The environment that a team uses.
    ///
    /// # Errors
    /// No such team, or an exercise without environments.
    pub async fn environment_of(
        &self,
        id: ExerciseId,
        team: TeamId,
    ) -> Result<EnvironmentId, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let team = store::exercises::team(&mut connection, id, team).await?;
        drop(connection);
        let host = team.map(|team| team.host());
        let statuses = self.environments.of_exercise(id).await?;
        let status = statuses.iter().find(|status| status.team == host);
        status
            .map(|status| status.id)
            .ok_or(ExerciseError::Missing("environment"))
    }

    /// All environments are ready: the exercise can begin.
    pub(super) async fn set_ready(&self, id: ExerciseId) -> Result<(), ExerciseError> {
        let mut transaction = self.database.begin().await?;
        store::exercises::move_state(
            &mut transaction,
            id,
            ExerciseState::Preparing,
            ExerciseState::Ready,
        )
        .await?;
        let exercise = store::exercises::find(&mut transaction, id).await?;
        let hour = exercise.and_then(|exercise| exercise.schedule);
        if hour.is_none() {
            // Nobody could use any before all were ready.
            self.environments
                .rouse_exercise(&mut transaction, id)
                .await?;
        }
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }

    /// Renews the signature under the head where rows came after the end.
    pub(super) async fn sign(
        &self,
        transaction: &mut Connection,
        id: ExerciseId,
        now: Timestamp,
    ) -> Result<(), ExerciseError> {
        let head = store::journal::lock_head(transaction, id).await?;
        let claims = HeadClaims {
            exercise: id,
            sequence: head.sequence,
            hash: head.hash,
            signed_at: now,
        };
        let signature = self.signer.sign(&claims)?;
        Ok(store::exercises::set_signature(transaction, id, &signature).await?)
    }

    pub(super) async fn row(&self, id: ExerciseId) -> Result<Exercise, ExerciseError> {
        let mut connection = self.database.connection().await?;
        store::exercises::find(&mut connection, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))
    }

    pub(super) async fn step(
        &self,
        id: ExerciseId,
        from: ExerciseState,
        to: ExerciseState,
        actor: Actor,
        event: Event,
    ) -> Result<(), ExerciseError> {
        let mut transaction = self.database.begin().await?;
        let Some(roused) = self
            .step_in(&mut transaction, id, (from, to), actor, event)
            .await?
        else {
            // Somebody else was faster; whether it is done is what counts.
            drop(transaction);
            return already(&self.row(id).await?, &[to]);
        };
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.bring_all_to_life(roused).await;
        Ok(())
    }

    /// Whether an exercise has time left: some may have been added since somebody looked.
    async fn is_in_time(
        &self,
        transaction: &mut Connection,
        id: ExerciseId,
    ) -> Result<bool, ExerciseError> {
        let exercise = store::exercises::find(transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        Ok(exercise.elapsed_at(self.clock.now()) < exercise.duration)
    }

    /// The same in the caller's transaction. Gives the environments that are to go on after its commit; `None` where the
    /// exercise is not where the step begins.
    pub(super) async fn step_in(
        &self,
        transaction: &mut Connection,
        id: ExerciseId,
        (from, to): (ExerciseState, ExerciseState),
        actor: Actor,
        event: Event,
    ) -> Result<Option<Vec<EnvironmentId>>, ExerciseError> {
        let now = self.clock.now();
        store::journal::lock_head(transaction, id).await?;
        let over = matches!(event, Event::Finished { time_out: true });
        if over && self.is_in_time(transaction, id).await? {
            return Ok(None);
        }
        if !store::exercises::move_state(transaction, id, from, to).await? {
            return Ok(None);
        }
        let exercise = store::exercises::find(transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        // The row is written on the old clock: its exercise time is that of the moment, also for the last row.
        append_in(transaction, id, now, &[Row::new(actor, event)]).await?;
        self.forget_schedule(transaction, &exercise, actor, to)
            .await?;
        let running = (to == ExerciseState::Running).then_some(now);
        store::exercises::set_clock(transaction, id, exercise.elapsed_at(now), running).await?;
        let mut roused = Vec::new();
        if matches!(to, ExerciseState::Running | ExerciseState::Paused) {
            // Its clock has just been used, and its machines with it.
            roused = self.environments.rouse_exercise(transaction, id).await?;
        }
        if to == ExerciseState::Running {
            store::exercises::set_started(transaction, id, now).await?;
            self.set_expiry(transaction, &exercise, now).await?;
        }
        if matches!(to, ExerciseState::Finished | ExerciseState::Draft) {
            store::exercises::set_expiry(transaction, id, None).await?;
            self.let_machines_go(transaction, id).await?;
        }
        if to == ExerciseState::Finished {
            self.sign(transaction, id, now).await?;
            store::exercises::set_finished(transaction, id, now).await?;
        }
        Ok(Some(roused))
    }
}

/// Whether an exercise still has the hour for which something is done; always where it is done for none.
pub(super) fn is_meant(exercise: &Exercise, scheduled: Option<i64>) -> bool {
    scheduled.is_none() || exercise.schedule.as_ref().map(|it| it.row) == scheduled
}

pub(super) fn claim(exercise: &Exercise, team: TeamId) -> Claim<'_> {
    Claim {
        province: exercise.province,
        bundle: &exercise.bundle,
        exercise: exercise.id,
        team,
    }
}

/// What was asked for holds already, or cannot be from here.
fn already(exercise: &Exercise, done: &[ExerciseState]) -> Result<(), ExerciseError> {
    if done.contains(&exercise.state) {
        Ok(())
    } else {
        Err(ExerciseError::State(exercise.state))
    }
}

impl ExerciseView {
    /// Whether members may use their environments.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.exercise.state.is_open()
    }
}
