//! Pools: copies of a scenario that are made, readied and suspended before anybody needs them.
//!
//! A claim only binds a copy to a team and lets it go on, which takes milliseconds where making one takes seconds. Each
//! copy has a seed of its own from the start, so nobody's flags are another's, and one that a team has had is never
//! handed to another. Teams that wait for a copy come before the pools.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tracing::{info, warn};

use super::{
    Environments, EnvironmentsError, Incarnation, NewEnvironment, Phase, Purpose,
    capacity::{memory_of, usable},
    reconcile::reached,
};
use crate::{
    ids::{AccountId, EnvironmentId, ExerciseId, ProvinceId, TeamId},
    random,
    scenarios::Seed,
    store::{
        self, Connection,
        environments::{Binding, Desired, Environment, Pool},
    },
};

/// Copies that are brought to life at once: more would only wait within the engine.
const AT_ONCE: usize = 8;
/// How long whoever claims copies waits for them to go on.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a pool is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PoolStatus {
    /// How many copies shall be kept.
    pub size: u32,
    /// Ready to be claimed.
    pub ready: u32,
    /// Being made, or waiting to be.
    pub preparing: u32,
    /// Could not be made.
    pub failed: u32,
}

/// A copy is asked for.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Whose pool.
    pub province: ProvinceId,
    /// Digest of the scenario's bundle.
    pub bundle: &'a str,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The team.
    pub team: TeamId,
}

impl Environments {
    /// Sets how many copies of a kept bundle stand ready, in the caller's transaction. Failed ones are made anew.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn set_pool(
        &self,
        transaction: &mut Connection,
        pool: &Pool,
        by: Option<AccountId>,
    ) -> Result<(), EnvironmentsError> {
        let now = self.0.clock.now();
        store::environments::set_pool(transaction, pool, by, now).await?;
        for (province, copy) in store::environments::kept_ready(transaction).await? {
            if province == pool.province
                && copy.bundle == pool.bundle
                && copy.phase == Phase::Failed
            {
                store::environments::let_copy_go(transaction, copy.id, now).await?;
            }
        }
        Ok(())
    }

    /// How the pool of a scenario is.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn pool(
        &self,
        province: ProvinceId,
        scenario: &str,
    ) -> Result<PoolStatus, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let pools = store::environments::pools(&mut connection).await?;
        let pool = pools
            .into_iter()
            .find(|pool| pool.province == province && pool.scenario == scenario);
        let Some(pool) = pool else {
            return Ok(PoolStatus::default());
        };
        let mut status = PoolStatus {
            size: u32::try_from(pool.size).unwrap_or(0),
            ..PoolStatus::default()
        };
        for (_, copy) in store::environments::kept_ready(&mut connection)
            .await?
            .iter()
            .filter(|(of, copy)| *of == province && copy.bundle == pool.bundle)
        {
            match copy.phase {
                Phase::Failed => status.failed += 1,
                Phase::Suspended | Phase::Ready if copy.reason.is_none() => status.ready += 1,
                _ => status.preparing += 1,
            }
        }
        Ok(status)
    }

    /// Gives a team a copy that stands ready, in the caller's transaction; `None` where there is none. After its commit the
    /// caller calls [`Environments::bring_to_life`].
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn claim(
        &self,
        transaction: &mut Connection,
        claim: &Claim<'_>,
    ) -> Result<Option<EnvironmentId>, EnvironmentsError> {
        let to = Binding {
            province: claim.province,
            bundle: claim.bundle,
            exercise: claim.exercise,
            team: claim.team,
            owner: self.0.ownership.me(),
        };
        Ok(store::environments::bind_ready(transaction, &to, self.0.clock.now()).await?)
    }

    /// How many copies a team has been given in an exercise, the present one included.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn copies_of_team(
        &self,
        connection: &mut Connection,
        exercise: ExerciseId,
        team: TeamId,
    ) -> Result<Incarnation, EnvironmentsError> {
        Ok(store::environments::copies_of_team(connection, exercise, team).await?)
    }

    /// Lets a claimed copy go on at once, past everything that waits. Where that fails, or takes longer than a person
    /// waits, the reconciler does it.
    pub async fn bring_to_life(&self, id: EnvironmentId) {
        self.bring_all_to_life(vec![id]).await;
    }

    /// The same for the copies of all teams of a drill, which begins for all of them at once.
    pub async fn bring_all_to_life(&self, ids: Vec<EnvironmentId>) {
        let left = Mutex::new(ids.iter().copied().collect::<BTreeSet<_>>());
        let done = |id| {
            left.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(id)
        };
        let all = stream::iter(&ids).for_each_concurrent(AT_ONCE, async |id| {
            match self.wake_copy(*id).await {
                Ok(()) => drop(done(id)),
                Err(failure) => {
                    warn!(environment = %id, error = ?failure, "a claimed copy could not go on at once");
                }
            }
        });
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            warn!("the engine is slow to let copies go on; they follow when it answers");
        }
        for id in left.into_inner().unwrap_or_else(PoisonError::into_inner) {
            self.wake(id);
        }
    }

    async fn wake_copy(&self, id: EnvironmentId) -> Result<(), EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let row = store::environments::find(&mut connection, id).await?;
        drop(connection);
        if row.is_none_or(|row| matches!(row.phase, Phase::Wanted | Phase::Preparing)) {
            // Whoever makes it lets it run; it is not waited for here.
            return Ok(());
        }
        let lock = self.lock(id);
        let _held = lock.lock().await;
        self.0.engine.resume(id).await?;
        let mut connection = self.0.database.connection().await?;
        let row = store::environments::find(&mut connection, id).await?;
        drop(connection);
        match row {
            Some(row) if row.desired == Desired::Running => {
                self.settle(&row, &reached(Phase::Ready)).await
            }
            _ => Ok(()),
        }
    }

    /// Makes pools as large as they shall be, and lets go what belongs to none.
    pub(super) async fn keep_pools(&self) -> Result<(), EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let pools = store::environments::pools(&mut connection).await?;
        let copies = store::environments::kept_ready(&mut connection).await?;
        drop(connection);
        let of = |pool: &Pool, (province, copy): &(ProvinceId, Environment)| {
            *province == pool.province && copy.bundle == pool.bundle
        };
        for pool in &pools {
            let have = copies.iter().filter(|copy| of(pool, copy)).count();
            if i64::try_from(have).unwrap_or(i64::MAX) != pool.size {
                self.resize(pool).await?;
            }
        }
        for copy in &copies {
            if !pools.iter().any(|pool| of(pool, copy)) {
                let mut transaction = self.0.database.begin().await?;
                store::environments::let_copy_go(&mut transaction, copy.1.id, self.0.clock.now())
                    .await?;
                transaction.commit().await?;
                self.wake(copy.1.id);
            }
        }
        Ok(())
    }

    /// Asks for one copy more, or lets the surplus go.
    async fn resize(&self, pool: &Pool) -> Result<(), EnvironmentsError> {
        // Asked before the transaction: no engine call inside one.
        let info = self.0.engine.info().await?;
        let mut transaction = self.0.database.begin().await?;
        let Some(pool) = store::environments::lock_pool(&mut transaction, pool).await? else {
            return Ok(());
        };
        let copies: Vec<Environment> = store::environments::kept_ready(&mut transaction)
            .await?
            .into_iter()
            .filter(|(of, copy)| *of == pool.province && copy.bundle == pool.bundle)
            .map(|(_, copy)| copy)
            .collect();
        let size = usize::try_from(pool.size).unwrap_or(0);
        let definition = self
            .0
            .definitions
            .get(&mut transaction, &pool.bundle)
            .await?;
        let mut used = 0;
        for row in store::environments::list_kept(&mut transaction).await? {
            let running = self
                .0
                .definitions
                .get(&mut transaction, &row.bundle)
                .await?;
            used += memory_of(&running);
        }
        for _ in copies.len()..size {
            used += memory_of(&definition);
            if used > usable(&info) {
                break;
            }
            let new = NewEnvironment {
                id: EnvironmentId::new(),
                province: pool.province,
                exercise: None,
                team: None,
                purpose: Purpose::Pool,
                bundle: pool.bundle.clone(),
                seed: Seed(random::bytes(self.0.random.as_ref())),
            };
            self.want(&mut transaction, &new).await?;
        }
        // The least ready go first.
        let mut surplus: Vec<&Environment> = copies.iter().collect();
        surplus.sort_by_key(|copy| matches!(copy.phase, Phase::Ready | Phase::Suspended));
        for copy in surplus.into_iter().take(copies.len().saturating_sub(size)) {
            store::environments::let_copy_go(&mut transaction, copy.id, self.0.clock.now()).await?;
        }
        transaction.commit().await?;
        info!(
            scenario = pool.scenario,
            size,
            had = copies.len(),
            "a pool is resized"
        );
        self.wake_all();
        Ok(())
    }
}
