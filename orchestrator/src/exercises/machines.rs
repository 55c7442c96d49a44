//! Machines of exercises from an administrator's side: trying one again, taking back what nobody needs, making the
//! engine free.
//!
//! Taking machines away never ends an exercise and loses nothing that was acknowledged: one that has not begun is a draft
//! again, one under way stands paused, its journal says why, and its teams can be given fresh machines.

use super::{ExerciseError, ExerciseState, Exercises, RUNNING};
use crate::{
    environments::{
        Desired, EnvironmentStatus, Incarnation, Inventory, Line, NewEnvironment, Phase, Purpose,
    },
    ids::{AccountId, EnvironmentId, ExerciseId, ProvinceId, TeamId},
    journal::{Actor, Draft as Row, Event, append_in},
    scenarios::{Definition, Seed},
    store::{self, Connection, exercises::Exercise},
};

/// Why an exercise's machines are taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Their time is over; nothing happens where it was put off meanwhile, or the exercise runs.
    Expired,
    /// An administrator wants the engine free.
    Asked {
        /// Whether an exercise that runs is paused for it; otherwise it is refused.
        running: bool,
    },
}

/// Exercise time stands, with machines or without.
const PAUSED: &[ExerciseState] = &[ExerciseState::Paused];

impl Exercises {
    /// Tries a failed environment again, whoever's it is.
    ///
    /// # Errors
    /// No such environment, or a database that refuses.
    pub async fn retry_environment(
        &self,
        id: EnvironmentId,
        by: AccountId,
    ) -> Result<(), ExerciseError> {
        let row = self.environment(id).await?;
        if let (Some(exercise), Some(team)) = (row.exercise, row.team) {
            return self.retry_team(exercise, team, Actor::Account(by)).await;
        }
        let mut transaction = self.database.begin().await?;
        self.environments.retry(&mut transaction, id).await?;
        transaction.commit().await?;
        self.environments.wake(id);
        Ok(())
    }

    /// Takes away an environment that no exercise needs, or a leftover that the database does not know.
    ///
    /// # Errors
    /// [`ExerciseError::State`] where an exercise needs it: there a team is reset or the exercise ended; no such
    /// environment; what the engine refuses.
    pub async fn remove_environment(&self, id: EnvironmentId) -> Result<(), ExerciseError> {
        if self.environments.remove_orphan(id).await? {
            return Ok(());
        }
        let row = self.environment(id).await?;
        let inventory = self.environments.inventory().await?;
        let line = inventory.lines.iter().find(|line| line.id == id);
        if let Some(state) = line.and_then(in_use) {
            return Err(ExerciseError::State(state));
        }
        self.let_go(&[row.id]).await
    }

    /// Takes away what nobody needs: environments of exercises that are over or not begun, copies that were replaced or
    /// could not be kept ready, of `province` where one is named, and what the database does not know. Gives how many.
    ///
    /// # Errors
    /// A database that refuses, or an engine that is away or keeps something.
    pub async fn prune(&self, province: Option<ProvinceId>) -> Result<usize, ExerciseError> {
        let inventory = self.environments.inventory().await?;
        let unneeded: Vec<EnvironmentId> = inventory
            .lines
            .iter()
            .filter(|line| is_unneeded(line) && province.is_none_or(|of| of == line.province))
            .map(|line| line.id)
            .collect();
        self.let_go(&unneeded).await?;
        let mut removed = unneeded.len();
        for orphan in &inventory.orphans {
            removed += usize::from(self.environments.remove_orphan(orphan.id).await?);
        }
        Ok(removed)
    }

    /// Asks for everything to go: copies that are kept ready, and the machines of every exercise. Those in `inventory`
    /// that run are paused first where `running` says so.
    ///
    /// # Errors
    /// [`ExerciseError::State`] where one runs that may not be paused; a database that refuses.
    pub async fn free_all(
        &self,
        inventory: &Inventory,
        running: bool,
    ) -> Result<(), ExerciseError> {
        let mut connection = self.database.connection().await?;
        let pools = store::environments::pools(&mut connection).await?;
        drop(connection);
        for mut pool in pools {
            pool.size = 0;
            let mut transaction = self.database.begin().await?;
            self.environments
                .set_pool(&mut transaction, &pool, None)
                .await?;
            transaction.commit().await?;
        }
        let mut exercises: Vec<ExerciseId> = Vec::new();
        for line in &inventory.lines {
            if let (Some(exercise), Some(_)) = (&line.exercise, in_use(line))
                && !exercises.contains(&exercise.id)
            {
                exercises.push(exercise.id);
            }
        }
        for exercise in exercises {
            let removal = Removal::Asked { running };
            self.release(exercise, Actor::System, removal).await?;
        }
        let rest: Vec<EnvironmentId> = inventory.lines.iter().map(|line| line.id).collect();
        self.let_go(&rest).await
    }

    /// Takes an exercise's machines away. One that has not begun is a draft again; one that has stands paused, with all
    /// that was reached, until its teams are given fresh machines or it is ended.
    ///
    /// # Errors
    /// [`ExerciseError::State`] where it runs and may not be paused; a database that refuses.
    pub async fn release(
        &self,
        id: ExerciseId,
        actor: Actor,
        removal: Removal,
    ) -> Result<(), ExerciseError> {
        use ExerciseState::{Draft, Finished, Paused, Preparing, Ready, Running};
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        let expired = removal == Removal::Expired;
        if expired && exercise.expires_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        let event = Event::EnvironmentsRemoved { expired };
        match (exercise.state, removal) {
            (Draft | Finished, _) | (Running, Removal::Expired) => return Ok(()),
            (Running, Removal::Asked { running: false }) => {
                return Err(ExerciseError::State(Running));
            }
            (state @ (Preparing | Ready), _) => {
                self.step_in(&mut transaction, id, (state, Draft), actor, event)
                    .await?;
            }
            (state @ (Running | Paused), _) => {
                if state == Running {
                    let pause = (Running, Paused);
                    self.step_in(&mut transaction, id, pause, actor, Event::Paused)
                        .await?;
                }
                let row = Row::new(actor, event).during(PAUSED);
                append_in(&mut transaction, id, now, &[row]).await?;
                self.let_machines_go(&mut transaction, id).await?;
            }
        }
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.wake_all();
        Ok(())
    }

    /// Says that every environment of an exercise shall go, in the caller's transaction.
    pub(super) async fn let_machines_go(
        &self,
        transaction: &mut Connection,
        id: ExerciseId,
    ) -> Result<(), ExerciseError> {
        for environment in self
            .environments
            .wanted_of_exercise(transaction, id)
            .await?
        {
            self.environments
                .want_gone(transaction, environment)
                .await?;
        }
        Ok(())
    }

    /// Gives every team whose machines were taken away fresh ones, with which a paused exercise can go on.
    ///
    /// # Errors
    /// An exercise that is not paused, or an engine or isolation that is not fit.
    pub async fn renew(&self, id: ExerciseId, by: AccountId) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        if view.exercise.state != ExerciseState::Paused {
            return Err(ExerciseError::State(view.exercise.state));
        }
        let statuses = self.environments.of_exercise(id).await?;
        let bare: Vec<TeamId> = view
            .hosts()
            .map(|team| team.team.id)
            .filter(|team| status_of(&statuses, *team).is_none_or(|status| status.leaving))
            .collect();
        if bare.is_empty() {
            return Ok(());
        }
        self.environments
            .preflight(&view.definition, bare.len())
            .await?;
        self.isolation_proven(&view.exercise, Actor::Account(by))
            .await?;
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        // Whoever asked at the same moment may have given them some.
        let held = store::environments::of_exercise(&mut transaction, id).await?;
        let is_bare = |team: &TeamId| {
            !held
                .iter()
                .any(|row| row.team == Some(*team) && row.desired != Desired::Gone)
        };
        let (mut rows, mut claimed) = (Vec::new(), Vec::new());
        for team in bare.into_iter().filter(is_bare) {
            let (incarnation, ready) = self
                .fresh_copy(&mut transaction, &view.exercise, team, None)
                .await?;
            claimed.extend(ready);
            rows.extend(view.players(team).map(|player| {
                let event = Event::EnvironmentReset { incarnation };
                let row = Row::new(Actor::Account(by), event).team(player);
                row.during(PAUSED)
            }));
        }
        let now = self.clock.now();
        append_in(&mut transaction, id, now, &rows).await?;
        self.set_expiry(&mut transaction, &view.exercise, now)
            .await?;
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.wake_all();
        self.environments.bring_all_to_life(claimed).await;
        Ok(())
    }

    /// Gives a team a fresh copy in the caller's transaction: one that stands ready where there is one. `current` is the
    /// one that it has, where it has one that shall be. Gives the copy's number and the claimed one.
    pub(super) async fn fresh_copy(
        &self,
        transaction: &mut Connection,
        exercise: &Exercise,
        team: TeamId,
        current: Option<EnvironmentId>,
    ) -> Result<(Incarnation, Option<EnvironmentId>), ExerciseError> {
        let claim = super::lifecycle::claim(exercise, team);
        let definitions = self.environments.definitions();
        let definition = definitions.get(transaction, &exercise.bundle).await?;
        let ready = if definition.scenario.variants.is_empty() {
            self.environments.claim(transaction, &claim).await?
        } else {
            None
        };
        match (ready, current) {
            (None, Some(current)) => {
                let seed = self
                    .fresh_seed(transaction, &definition, exercise, team)
                    .await?;
                let reset = self.environments.reset(transaction, current, seed);
                return Ok((reset.await?, None));
            }
            (Some(_), Some(current)) => self.environments.want_gone(transaction, current).await?,
            (None, None) => {
                let new = NewEnvironment {
                    id: EnvironmentId::new(),
                    province: exercise.province,
                    exercise: Some(exercise.id),
                    team: Some(team),
                    purpose: Purpose::Exercise,
                    bundle: exercise.bundle.clone(),
                    seed: self
                        .fresh_seed(transaction, &definition, exercise, team)
                        .await?,
                };
                self.environments.want(transaction, &new).await?;
            }
            (Some(_), None) => {}
        }
        let copies = self
            .environments
            .copies_of_team(transaction, exercise.id, team)
            .await?;
        Ok((copies, ready))
    }

    async fn fresh_seed(
        &self,
        transaction: &mut Connection,
        definition: &Definition,
        exercise: &Exercise,
        team: TeamId,
    ) -> Result<Seed, ExerciseError> {
        let team = store::exercises::team(transaction, exercise.id, team).await?;
        let team = team.ok_or(ExerciseError::Missing("team"))?;
        Ok(self.seed_for(&definition.scenario, exercise, &team))
    }

    async fn let_go(&self, ids: &[EnvironmentId]) -> Result<(), ExerciseError> {
        let mut transaction = self.database.begin().await?;
        for id in ids {
            self.environments.want_gone(&mut transaction, *id).await?;
        }
        transaction.commit().await?;
        self.environments.wake_all();
        Ok(())
    }

    async fn environment(
        &self,
        id: EnvironmentId,
    ) -> Result<store::environments::Environment, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let row = store::environments::find(&mut connection, id).await?;
        row.filter(|row| row.phase != Phase::Gone)
            .ok_or(ExerciseError::Missing("environment"))
    }
}

/// The state of the exercise that needs this environment now, where one does.
#[must_use]
pub fn in_use(line: &Line) -> Option<ExerciseState> {
    let state = line.exercise.as_ref()?.state;
    let over = matches!(state, ExerciseState::Draft | ExerciseState::Finished);
    (!over && !line.replaced && line.desired != Desired::Gone).then_some(state)
}

/// Whether the exercise that needs it runs at this moment.
#[must_use]
pub fn is_running(line: &Line) -> bool {
    in_use(line).is_some_and(|state| RUNNING.contains(&state))
}

/// Whether nobody needs it and it has yet to be asked to go. A copy that is kept ready is needed, unless it could not be
/// made.
#[must_use]
pub fn is_unneeded(line: &Line) -> bool {
    if line.desired == Desired::Gone {
        return false;
    }
    match line.purpose {
        Purpose::Exercise => in_use(line).is_none(),
        Purpose::Pool => line.phase == Phase::Failed,
        Purpose::Rehearsal => true,
    }
}

/// How a team's environment is.
fn status_of(statuses: &[EnvironmentStatus], team: TeamId) -> Option<&EnvironmentStatus> {
    statuses.iter().find(|status| status.team == Some(team))
}
