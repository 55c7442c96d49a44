//! Who works on what, where several orchestrators share a database.
//!
//! Each process is listed under an identity of its own and lets a counter beat. The others watch that counter and count
//! their own looks at it: after [`PATIENCE`] looks at which it stood still, its process is dead or cut off, and whoever
//! notices strikes it off the list. What names an owner who is not listed is free to be claimed. No wall clock takes
//! part, so clocks that step or differ decide nothing, and a database that is away for everybody kills nobody.
//!
//! An owner that was struck off although it lives is listed again at its next beat and keeps what nobody has claimed
//! since. It cannot be stopped in the middle of a step: every step must be one that its successor may repeat.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::MissedTickBehavior;
use tracing::{error, warn};

use crate::{
    ids::OrchestratorId,
    store::{self, Database, StoreError},
    tasks::Tasks,
};

/// How often an orchestrator says that it lives.
pub const BEAT: Duration = Duration::from_secs(2);
/// Looks at a standing counter after which its orchestrator counts as dead.
const PATIENCE: u32 = 5;

/// This orchestrator among those that share its database.
#[derive(Clone, Debug)]
pub struct Ownership(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    me: OrchestratorId,
    pace: Duration,
    others: Mutex<HashMap<OrchestratorId, Seen>>,
}

/// The counter of another orchestrator, as last looked at.
#[derive(Clone, Copy, Debug)]
struct Seen {
    beat: i64,
    still: u32,
}

impl Ownership {
    /// Enters the list under a new identity. With `alone`, no other process can have this database open, and whoever is
    /// listed is dead.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn enter(
        database: Database,
        pace: Duration,
        alone: bool,
    ) -> Result<Self, StoreError> {
        let ownership = Self(Arc::new(Inner {
            database,
            me: OrchestratorId::new(),
            pace,
            others: Mutex::default(),
        }));
        if alone {
            let mut connection = ownership.0.database.connection().await?;
            store::orchestrators::strike_out_others(&mut connection, ownership.0.me).await?;
        }
        ownership.beat().await?;
        Ok(ownership)
    }

    /// Looks and asks, and owns nothing: for a command beside a server. It stands on no list.
    #[must_use]
    pub fn guest(database: Database) -> Self {
        Self(Arc::new(Inner {
            database,
            me: OrchestratorId::new(),
            pace: BEAT,
            others: Mutex::default(),
        }))
    }

    /// Goes on beating until the program ends.
    pub fn start(&self, tasks: &Tasks) {
        let (ownership, stop) = (self.clone(), tasks.token());
        tasks.spawn("ownership", async move {
            let mut beats = tokio::time::interval(ownership.0.pace);
            beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stop.cancelled() => break,
                    _ = beats.tick() => {}
                }
                if let Err(failure) = ownership.beat().await {
                    error!(error = ?failure, "this orchestrator could not say that it lives");
                }
            }
            // So that another takes over at once.
            if let Err(failure) = ownership.leave().await {
                warn!(error = ?failure, "this orchestrator could not leave; the others will notice");
            }
        });
    }

    /// The name under which this orchestrator owns things.
    #[must_use]
    pub fn me(&self) -> OrchestratorId {
        self.0.me
    }

    /// Whether another orchestrator that lives, as far as was seen, works on what `owner` owns. The database decides
    /// when something is claimed; this only spares it the asking.
    #[must_use]
    pub fn is_anothers(&self, owner: Option<OrchestratorId>) -> bool {
        owner.is_some_and(|owner| {
            self.0
                .others
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains_key(&owner)
        })
    }

    async fn beat(&self) -> Result<(), StoreError> {
        let mut connection = self.0.database.connection().await?;
        store::orchestrators::beat(&mut connection, self.0.me).await?;
        let listed = store::orchestrators::list(&mut connection).await?;
        for (id, beat) in self.look(&listed) {
            if store::orchestrators::strike_out(&mut connection, id, beat).await? {
                warn!(orchestrator = %id, "an orchestrator no longer lives; what it owned is free");
                self.0
                    .others
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&id);
            }
        }
        Ok(())
    }

    /// Notes the counters and gives those that stood still for too long.
    fn look(&self, listed: &[(OrchestratorId, i64)]) -> Vec<(OrchestratorId, i64)> {
        let mut others = self.0.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.retain(|known, _| listed.iter().any(|(id, _)| id == known));
        let mut dead = Vec::new();
        for (id, beat) in listed.iter().filter(|(id, _)| *id != self.0.me) {
            let fresh = Seen {
                beat: *beat,
                still: 0,
            };
            let seen = match others.entry(*id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    unknown.insert(fresh);
                    continue;
                }
            };
            if seen.beat == *beat {
                seen.still += 1;
            } else {
                *seen = fresh;
            }
            if seen.still > PATIENCE {
                dead.push((*id, *beat));
            }
        }
        dead
    }

    async fn leave(&self) -> Result<(), StoreError> {
        let mut connection = self.0.database.connection().await?;
        store::orchestrators::leave(&mut connection, self.0.me).await
    }
}

#[cfg(test)]
mod tests {
    use thaotruong_tests::both_databases;

    use super::*;

    const FAST: Duration = Duration::from_millis(5);

    both_databases! {
        async fn one_that_stands_still_is_struck_off_and_one_that_beats_is_not(database: Database) {
            let still = Ownership::enter(database.clone(), FAST, false).await.unwrap();
            let living = Ownership::enter(database.clone(), FAST, false).await.unwrap();
            let looker = Ownership::enter(database.clone(), FAST, false).await.unwrap();
            assert!(looker.is_anothers(Some(still.me())));
            assert!(!looker.is_anothers(Some(looker.me())) && !looker.is_anothers(None));
            for _ in 0..=PATIENCE {
                assert!(looker.is_anothers(Some(still.me())), "not struck off early");
                living.beat().await.unwrap();
                looker.beat().await.unwrap();
            }
            assert!(!looker.is_anothers(Some(still.me())));
            assert!(looker.is_anothers(Some(living.me())));
            still.beat().await.unwrap();
            looker.beat().await.unwrap();
            assert!(looker.is_anothers(Some(still.me())), "it lives after all");
        }

        async fn one_that_ends_leaves_and_one_alone_is_sure_of_it(database: Database) {
            let first = Ownership::enter(database.clone(), FAST, false).await.unwrap();
            let tasks = Tasks::new();
            first.start(&tasks);
            let second = Ownership::enter(database.clone(), FAST, false).await.unwrap();
            assert!(second.is_anothers(Some(first.me())));
            tasks.drain().await;
            second.beat().await.unwrap();
            assert!(!second.is_anothers(Some(first.me())));
            let third = Ownership::enter(database.clone(), FAST, true).await.unwrap();
            assert!(!third.is_anothers(Some(second.me())), "nobody else can live beside it");
        }
    }
}
