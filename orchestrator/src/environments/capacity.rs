//! What environments take, what the engine has for them, and how long they take to be made.

use std::{sync::atomic::Ordering, time::Duration};

use super::{Capacity, Environments, EnvironmentsError, Purpose, engine::EngineInfo};
use crate::{
    ids::{ExerciseId, ProvinceId},
    scenarios::Definition,
    store::{self, Connection, environments::Desired},
};

/// Hundredths of the machine's memory that environments may take together; the rest is the platform's and the system's.
const MEMORY_SHARE: u64 = 85;

/// Memory that an environment may take, which somebody has or will be given.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The exercise that has it.
    pub exercise: Option<ExerciseId>,
    /// The province and the bundle for which copies are kept ready in it.
    pub pool: Option<(ProvinceId, String)>,
    /// Bytes.
    pub bytes: u64,
}

/// Memory that is set aside until this is dropped.
pub struct Aside {
    environments: Environments,
    bytes: u64,
}

impl Drop for Aside {
    fn drop(&mut self) {
        let aside = &self.environments.0.aside;
        aside.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

impl Environments {
    /// Sets memory aside for environments of which this database knows nothing, as those of a rehearsal.
    #[must_use]
    pub fn set_aside(&self, bytes: u64) -> Aside {
        self.0.aside.fetch_add(bytes, Ordering::SeqCst);
        Aside {
            environments: self.clone(),
            bytes,
        }
    }

    /// Bytes that are set aside now.
    #[must_use]
    pub fn aside(&self) -> u64 {
        self.0.aside.load(Ordering::SeqCst)
    }

    /// Refuses, before anything is made, what could not be made: engine away, images missing, too little memory.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn preflight(
        &self,
        definition: &Definition,
        teams: usize,
    ) -> Result<Capacity, EnvironmentsError> {
        self.runnable(definition).await?;
        let capacity = self.capacity(definition, teams).await?;
        if capacity.memory_needed > capacity.memory_available {
            return Err(EnvironmentsError::TooLarge {
                needed: capacity.memory_needed,
                available: capacity.memory_available,
            });
        }
        Ok(capacity)
    }

    /// Refuses what the engine cannot run at all: images that it lacks, a runtime that it does not know.
    ///
    /// # Errors
    /// What is in the way, or an engine that is away.
    pub async fn runnable(&self, definition: &Definition) -> Result<(), EnvironmentsError> {
        let mut images: Vec<String> = definition
            .compose
            .services
            .iter()
            .map(|it| it.image.clone())
            .collect();
        images.sort();
        images.dedup();
        let missing = self.0.engine.images_missing(&images).await?;
        if !missing.is_empty() {
            return Err(EnvironmentsError::ImagesMissing(missing));
        }
        if let Some(runtime) = self.0.engine.info().await?.unknown_runtime {
            return Err(EnvironmentsError::RuntimeUnknown(runtime));
        }
        Ok(())
    }

    /// What `teams` environments of a scenario would take, beside those that run.
    ///
    /// # Errors
    /// An engine that is away, or a database that refuses.
    pub async fn capacity(
        &self,
        definition: &Definition,
        teams: usize,
    ) -> Result<Capacity, EnvironmentsError> {
        let info: EngineInfo = self.0.engine.info().await?;
        let mut connection = self.0.database.connection().await?;
        let (mut used, mut spare) = (self.aside(), 0);
        let digest = definition.bundle.digest();
        for row in store::environments::list_kept(&mut connection).await? {
            let running = self.0.definitions.get(&mut connection, &row.bundle).await?;
            used += memory_of(&running);
            if row.purpose == Purpose::Pool && row.bundle == digest {
                spare += memory_of(&running);
            }
        }
        let one = memory_of(definition);
        // Copies that are kept ready for this scenario serve these teams.
        let available =
            usable(&info).saturating_sub(used) + spare.min(one.saturating_mul(teams as u64));
        #[expect(clippy::cast_precision_loss, reason = "a handful of processors")]
        let cpus_needed = definition
            .compose
            .services
            .iter()
            .map(|it| it.nano_cpus as f64 / 1e9)
            .sum::<f64>()
            * teams as f64;
        Ok(Capacity {
            memory_needed: one.saturating_mul(teams as u64),
            memory_available: available,
            cpus_needed,
            cpus: info.cpus,
            teams_possible: usize::try_from(available / one.max(1)).unwrap_or(usize::MAX),
        })
    }

    /// Bytes of memory that environments may take together.
    ///
    /// # Errors
    /// An engine that is away.
    pub async fn memory(&self) -> Result<u64, EnvironmentsError> {
        Ok(usable(&self.0.engine.info().await?))
    }

    /// Bytes of memory that one environment of a kept bundle may take.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn memory_of(
        &self,
        connection: &mut Connection,
        bundle: &str,
    ) -> Result<u64, EnvironmentsError> {
        Ok(memory_of(
            &*self.0.definitions.get(connection, bundle).await?,
        ))
    }

    /// What is taken and stays so, and what pools will take once they are as large as they shall be.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn taken(&self) -> Result<Vec<Taken>, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        let mut taken = Vec::new();
        for row in store::environments::list_kept(&mut connection).await? {
            let counted = matches!(row.purpose, Purpose::Exercise | Purpose::Rehearsal);
            if row.desired == Desired::Gone || !counted {
                continue;
            }
            taken.push(Taken {
                exercise: row.exercise,
                pool: None,
                bytes: self.memory_of(&mut connection, &row.bundle).await?,
            });
        }
        for pool in store::environments::pools(&mut connection).await? {
            let one = self.memory_of(&mut connection, &pool.bundle).await?;
            taken.push(Taken {
                exercise: None,
                bytes: one.saturating_mul(u64::try_from(pool.size).unwrap_or(0)),
                pool: Some((pool.province, pool.bundle)),
            });
        }
        Ok(taken)
    }

    /// The longest that one of a bundle's last environments took to be made; absent before the first.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn longest(&self, bundle: &str) -> Result<Option<Duration>, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        Ok(store::environments::longest(&mut connection, bundle).await?)
    }

    /// Environments that are made at once.
    #[must_use]
    pub fn parallel(&self) -> usize {
        self.0.config.parallel.max(1)
    }
}

/// Bytes of memory that environments may take together.
pub(super) const fn usable(info: &EngineInfo) -> u64 {
    info.memory / 100 * MEMORY_SHARE
}

/// Bytes of memory that one environment of a scenario may take.
#[must_use]
pub fn memory_of(definition: &Definition) -> u64 {
    definition
        .compose
        .services
        .iter()
        .map(|service| service.memory)
        .sum()
}
