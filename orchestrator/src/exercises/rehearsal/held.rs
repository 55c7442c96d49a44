//! Rehearsals that this process holds: one at a time, seen by whoever asks, given up by whoever may, kept when over.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Finding, Grounds, Observer, Outcome, Reason, Rehearsal, RehearsalError, Report, Stage,
};
use crate::{
    clock::Clock,
    environments::{Environments, EnvironmentsError, Step, memory_of},
    ids::{AccountId, ProvinceId, RehearsalId},
    scenarios::Definition,
    store::{self, Database, rehearsals::Rehearsal as Row},
    tasks::Tasks,
};

/// Fewer teams cannot be told from each other.
pub const FEWEST_TEAMS: usize = 2;

/// What is to be rehearsed.
#[derive(Clone)]
pub struct Wish {
    /// For which province; for all where absent.
    pub province: Option<ProvinceId>,
    /// Who wants it.
    pub by: Option<AccountId>,
    /// The scenario.
    pub definition: Arc<Definition>,
    /// How many teams, two at least.
    pub teams: usize,
    /// Why it may be held although nothing proves that the labs are isolated.
    pub not_isolated: Option<String>,
}

/// A rehearsal that is over, as it was kept.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its row.
    pub row: Row,
    /// What was measured and found.
    pub report: Report,
}

/// What became of a wish to rehearse; one rehearsal is held at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It has begun.
    Now(RehearsalId),
    /// One of the same province is still being held; nothing was begun.
    Already(RehearsalId),
    /// One of another province is still being held; nothing was begun.
    Elsewhere,
}

/// How far a rehearsal is.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Which.
    pub id: RehearsalId,
    /// For which province.
    pub province: Option<ProvinceId>,
    /// The scenario.
    pub scenario: String,
    /// Teams.
    pub teams: usize,
    /// Where it is.
    pub stage: Stage,
    /// Teams whose machines are ready.
    pub ready: usize,
    /// Steps of the solution that were taken.
    pub steps: usize,
    /// How long it has lasted.
    pub lasted: Duration,
    /// Whether it is being given up.
    pub stopping: bool,
}

/// The rehearsals of this installation.
#[derive(Clone)]
pub struct Rehearsals(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Arc<dyn Clock>,
    environments: Environments,
    grounds: Grounds,
    current: Mutex<Option<Current>>,
}

#[derive(Clone)]
struct Current {
    id: RehearsalId,
    wish: Wish,
    began: Instant,
    stop: CancellationToken,
    seen: Arc<Mutex<Seen>>,
}

impl Current {
    fn begun_before(&self, province: Option<ProvinceId>) -> Begun {
        if self.wish.province == province {
            Begun::Already(self.id)
        } else {
            Begun::Elsewhere
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    stage: Stage,
    ready: usize,
    steps: usize,
}

/// Sees a rehearsal for those who look at its page.
struct Watcher(Arc<Mutex<Seen>>);

impl Watcher {
    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Observer for Watcher {
    fn stage(&self, stage: Stage) {
        self.note(|seen| seen.stage = stage);
    }

    fn step(&self, _: &Step) {}

    fn ready(&self, ready: usize, _: usize) {
        self.note(|seen| seen.ready = ready);
    }

    fn refused(&self, _: &str, _: usize) {}

    fn solved(&self, _: &str, _: &Outcome) {
        self.note(|seen| seen.steps += 1);
    }

    fn finding(&self, _: &Finding) {}
}

impl Rehearsals {
    /// Over the range's own database and environments, whose room a rehearsal shares.
    #[must_use]
    pub fn new(
        database: Database,
        clock: Arc<dyn Clock>,
        environments: Environments,
        grounds: Grounds,
    ) -> Self {
        Self(Arc::new(Inner {
            database,
            clock,
            environments,
            grounds,
            current: Mutex::default(),
        }))
    }

    /// Begins a rehearsal beside whatever runs, where none is being held.
    ///
    /// # Errors
    /// What stands in the way before anything is made: engine away, images missing, too little memory.
    pub async fn begin(&self, wish: Wish, tasks: &Tasks) -> Result<Begun, EnvironmentsError> {
        let province = wish.province;
        if let Some(current) = self.current() {
            return Ok(current.begun_before(province));
        }
        let preflight = self.0.environments.preflight(&wish.definition, wish.teams);
        preflight.await?;
        let current = Current {
            id: RehearsalId::new(),
            wish,
            began: Instant::now(),
            stop: tasks.token().child_token(),
            seen: Arc::new(Mutex::new(Seen {
                stage: Stage::Preparing,
                ready: 0,
                steps: 0,
            })),
        };
        {
            let mut place = self
                .0
                .current
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(first) = &*place {
                return Ok(first.begun_before(province));
            }
            *place = Some(current.clone());
        }
        let rehearsals = self.clone();
        let id = current.id;
        tasks.spawn("rehearsal", async move {
            let _over = Over(rehearsals.clone());
            let watcher = Arc::new(Watcher(Arc::clone(&current.seen)));
            let held = rehearsals.hold(id, &current.wish, watcher, &current.stop);
            if let Err(error) = Box::pin(held).await {
                tracing::error!(%id, ?error, "a rehearsal could not be kept");
            }
        });
        Ok(Begun::Now(id))
    }

    /// Holds a rehearsal to its end and keeps what it found.
    ///
    /// # Errors
    /// A database that refuses; whatever goes wrong with the rehearsal itself stands in the report.
    pub async fn hold(
        &self,
        id: RehearsalId,
        wish: &Wish,
        observer: Arc<dyn Observer>,
        stop: &CancellationToken,
    ) -> Result<Held, RehearsalError> {
        let started_at = self.0.clock.now();
        let teams = u64::try_from(wish.teams).unwrap_or(u64::MAX);
        let bytes = memory_of(&wish.definition).saturating_mul(teams);
        // Whoever prepares a drill meanwhile must not count on what the rehearsal has.
        let _aside = self.0.environments.set_aside(bytes);
        self.0.grounds.sweep().await;
        let report = match self.0.grounds.open(id).await {
            Ok(ground) => {
                let rehearsal = Rehearsal {
                    exercises: ground.exercises.clone(),
                    environments: ground.environments.clone(),
                    database: ground.database.clone(),
                    clock: Arc::clone(&ground.clock),
                    definition: Arc::clone(&wish.definition),
                    not_isolated: wish.not_isolated.clone(),
                    teams: wish.teams,
                    terminals: true,
                    observer,
                };
                let report = rehearsal.rehearse(stop).await;
                drop(rehearsal);
                ground.close().await;
                report
            }
            Err(error) => Report {
                teams: wish.teams,
                reasons: vec![Reason::new(
                    "rehearse-broken",
                    [("detail", error.to_string())],
                )],
                ..Report::default()
            },
        };
        let row = Row {
            id,
            province: wish.province,
            scenario: wish.definition.scenario.id.to_string(),
            bundle: wish.definition.bundle.digest(),
            teams: i64::try_from(wish.teams).unwrap_or(i64::MAX),
            started_by: wish.by,
            started_at,
            ended_at: self.0.clock.now(),
            go: report.is_go(),
            report: serde_json::to_string(&report).unwrap_or_default(),
        };
        let mut connection = self.0.database.connection().await?;
        store::rehearsals::insert(&mut connection, &row).await?;
        Ok(Held { row, report })
    }

    /// Gives up the rehearsal that is held; its machines go.
    pub fn stop(&self, id: RehearsalId) {
        if let Some(current) = self.current().filter(|current| current.id == id) {
            current.stop.cancel();
        }
    }

    /// How far the rehearsal is that is held now.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let current = self.current()?;
        let seen = *current.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Standing {
            id: current.id,
            province: current.wish.province,
            scenario: current.wish.definition.scenario.id.to_string(),
            teams: current.wish.teams,
            stage: seen.stage,
            ready: seen.ready,
            steps: seen.steps,
            lasted: current.began.elapsed(),
            stopping: current.stop.is_cancelled(),
        })
    }

    /// The last rehearsal of a scenario that is over; one that was stopped says nothing while there is another.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn last(
        &self,
        province: ProvinceId,
        scenario: &str,
    ) -> Result<Option<Held>, store::StoreError> {
        let mut connection = self.0.database.connection().await?;
        let rows = store::rehearsals::last(&mut connection, province, scenario).await?;
        let mut all: Vec<Held> = rows.into_iter().map(held).collect();
        let said = all.iter().position(|held| !held.report.cancelled);
        Ok((!all.is_empty()).then(|| all.swap_remove(said.unwrap_or(0))))
    }

    /// A rehearsal that is over.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn find(
        &self,
        province: ProvinceId,
        id: RehearsalId,
    ) -> Result<Option<Held>, store::StoreError> {
        let mut connection = self.0.database.connection().await?;
        let row = store::rehearsals::find(&mut connection, province, id).await?;
        Ok(row.map(held))
    }

    fn current(&self) -> Option<Current> {
        let current = self.0.current.lock();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn held(row: Row) -> Held {
    let report = serde_json::from_str(&row.report).unwrap_or_default();
    Held { row, report }
}

/// Makes room for the next rehearsal however this one ends.
struct Over(Rehearsals);

impl Drop for Over {
    fn drop(&mut self) {
        let mut current = self
            .0
            .0
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *current = None;
    }
}
