//! Where a drill is rehearsed beside the range: a database, a clock, a journal and an installation of its own over the
//! same engine, so that nothing of it touches an exercise, a completion or a report.
//!
//! What a rehearsal makes on the engine is labelled with its own installation, whose name is on disk before anything is
//! made. A rehearsal that is killed leaves its folder and nobody holds the folder's lock: whoever finds that removes what
//! is labelled so, and then the folder.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::RehearsalError;
use crate::{
    clock::{Clock, SystemClock, TestClock},
    environments::{Engine, Environments, EnvironmentsConfig, Foundation, Isolation},
    exercises::{Conductor, Exercises},
    ids::{InstallationId, RehearsalId},
    journal::{Journal, Signer},
    ownership::{self, Ownership},
    random::SystemRandom,
    store::{self, Database},
    tasks::Tasks,
};

/// How often it is looked for what killed rehearsals left.
const SWEEP: Duration = Duration::from_mins(1);
/// Age from which a folder without a lock is nobody's.
const UNBEGUN: Duration = Duration::from_hours(1);
/// How finely the rehearsal's clock follows the machine's.
const TICK: Duration = Duration::from_millis(500);
/// Names of files in a rehearsal's folder.
const FILES: [&str; 3] = ["lock", "rehearsal.db", "keys"];

/// Lets time pass as outside until the tasks end, so that what waits to be tried again is; a solution jumps with it
/// besides.
pub fn pass_time(clock: &Arc<TestClock>, tasks: &Tasks) {
    let (ticking, stop) = (Arc::clone(clock), tasks.token());
    tasks.spawn("rehearsal-clock", async move {
        while stop
            .run_until_cancelled(tokio::time::sleep(TICK))
            .await
            .is_some()
        {
            ticking.advance(TICK);
        }
    });
}

/// Makes an engine, and what proves its isolation, for an installation.
pub type Engines = Arc<
    dyn Fn(InstallationId, &Arc<dyn Clock>) -> (Arc<dyn Engine>, Arc<dyn Isolation>) + Send + Sync,
>;

/// Where rehearsals are held.
#[derive(Clone)]
pub struct Grounds {
    /// Folder of their folders.
    pub folder: PathBuf,
    /// Makes their engines.
    pub engines: Engines,
    /// As for the range itself.
    pub config: EnvironmentsConfig,
}

/// Where one rehearsal is held.
pub(in crate::exercises) struct Ground {
    folder: PathBuf,
    _lock: File,
    tasks: Tasks,
    isolation: Arc<dyn Isolation>,
    pub(super) database: Database,
    pub(super) clock: Arc<TestClock>,
    pub(in crate::exercises) environments: Environments,
    pub(super) exercises: Exercises,
}

impl Grounds {
    /// Makes a place for a rehearsal; nothing is on the engine yet.
    pub(in crate::exercises) async fn open(
        &self,
        id: RehearsalId,
    ) -> Result<Ground, RehearsalError> {
        let folder = self.folder.join(id.to_string());
        let [place, database, keys] = FILES.map(|name| folder.join(name));
        std::fs::create_dir_all(&folder)?;
        // Held before it has its name: nobody finds one that looks given up.
        let fresh = folder.join("fresh");
        let lock = File::create(&fresh)?;
        lock.lock()?;
        std::fs::rename(fresh, place)?;
        let database = Database::connect(&format!("sqlite://{}", database.display())).await?;
        database.migrate().await?;
        let installation = installation(&database).await?;
        let clock = Arc::new(TestClock::new(SystemClock.now()));
        let shared: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let (engine, isolation) = (self.engines)(installation, &shared);
        let signer = Signer::open(&keys).map_err(crate::exercises::ExerciseError::from)?;
        let ownership = Ownership::enter(database.clone(), ownership::BEAT, true).await?;
        // Nothing can fail from here on, so that no task is left behind.
        let tasks = Tasks::new();
        let journal = Journal::start(database.clone(), Arc::clone(&shared), &tasks);
        ownership.start(&tasks);
        let environments = Environments::new(Foundation {
            database: database.clone(),
            clock: Arc::clone(&shared),
            random: Arc::new(SystemRandom),
            engine,
            isolation: Arc::clone(&isolation),
            ownership,
            config: self.config.clone(),
        });
        let exercises = Exercises::new(
            database.clone(),
            shared,
            journal,
            Arc::new(signer),
            environments.clone(),
            Arc::new(SystemRandom),
        );
        environments.start(&tasks);
        Conductor::start(&exercises, &tasks);
        pass_time(&clock, &tasks);
        Ok(Ground {
            folder,
            _lock: lock,
            tasks,
            isolation,
            database,
            clock,
            environments,
            exercises,
        })
    }

    /// Removes what killed rehearsals left on the engine, now and then.
    pub fn start(&self, tasks: &Tasks) {
        let (grounds, stop) = (self.clone(), tasks.token());
        tasks.spawn("rehearsal-leftovers", grounds.sweep_on(stop));
    }

    async fn sweep_on(self, stop: CancellationToken) {
        loop {
            self.sweep().await;
            if stop
                .run_until_cancelled(tokio::time::sleep(SWEEP))
                .await
                .is_none()
            {
                return;
            }
        }
    }

    /// Removes what killed rehearsals left; what cannot be removed now is left for the next time.
    pub async fn sweep(&self) {
        let Ok(folders) = std::fs::read_dir(&self.folder) else {
            return;
        };
        for folder in folders.flatten().map(|entry| entry.path()) {
            let Ok(lock) = File::open(folder.join(FILES[0])) else {
                remove_unbegun(&folder);
                continue;
            };
            if lock.try_lock().is_err() {
                continue;
            }
            if let Err(error) = self.clear(&folder).await {
                warn!(folder = %folder.display(), %error, "what a rehearsal left could not be removed");
            }
            // Held until here, so that nobody else clears it too.
            drop(lock);
        }
    }

    async fn clear(&self, folder: &Path) -> Result<(), RehearsalError> {
        let url = format!("sqlite://{}", folder.join(FILES[1]).display());
        let database = Database::connect(&url).await?;
        database.migrate().await?;
        let installation = installation(&database).await?;
        database.close().await;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let (engine, isolation) = (self.engines)(installation, &clock);
        let away = |error: crate::environments::EngineError| {
            RehearsalError::Exercise(crate::environments::EnvironmentsError::from(error).into())
        };
        let left = engine.observe().await.map_err(away)?;
        for found in &left {
            engine.destroy(found.environment).await.map_err(away)?;
        }
        isolation.clear().await.map_err(away)?;
        // The name of what was on the engine first: without it there is nothing left to look for.
        std::fs::remove_file(folder.join(FILES[1]))?;
        std::fs::remove_dir_all(folder)?;
        info!(
            environments = left.len(),
            "what a killed rehearsal left is removed"
        );
        Ok(())
    }
}

impl Ground {
    /// Ends as a process ends that is killed.
    #[cfg(test)]
    pub(in crate::exercises) async fn abandon(self) {
        self.tasks.drain().await;
        self.database.close().await;
    }

    /// Ends what worked here. The folder goes where nothing of it is left on the engine; otherwise the next look does it.
    pub(super) async fn close(self) {
        self.tasks.drain().await;
        // Only when nobody makes anything any more. A probe that was cut off leaves what it tried from.
        let probes = self.isolation.clear().await;
        let left = self.environments.engine().observe().await;
        self.database.close().await;
        if probes.is_ok()
            && left.is_ok_and(|left| left.is_empty())
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            warn!(folder = %self.folder.display(), %error, "a rehearsal's folder could not be removed");
        }
    }
}

/// A folder that was given up before anything was made, or after all was removed, has no lock. One that is being opened
/// has none either, for a moment.
fn remove_unbegun(folder: &Path) {
    let age = folder
        .metadata()
        .and_then(|about| about.modified())
        .ok()
        .and_then(|at| at.elapsed().ok());
    if age.is_some_and(|age| age > UNBEGUN)
        && let Err(error) = std::fs::remove_dir_all(folder)
    {
        warn!(folder = %folder.display(), %error, "a folder that a rehearsal left could not be removed");
    }
}

async fn installation(database: &Database) -> Result<InstallationId, RehearsalError> {
    let mut connection = database.connection().await?;
    let fresh = InstallationId::new().to_string();
    let known = store::settings::find_or_insert(&mut connection, "installation", &fresh).await?;
    known.parse().map_err(|_| {
        RehearsalError::Store(store::StoreError::Value {
            column: "installation",
            value: known,
        })
    })
}
