//! Putting the parts together: database, journal, engine, environments, exercises.

use std::{path::Path, sync::Arc};

use anyhow::Context;

use crate::{
    clock::Clock,
    config::Config,
    environments::{DockerEngine, Environments, EnvironmentsConfig, Isolation},
    exercises::{Conductor, Exercises},
    ids::InstallationId,
    journal::{Journal, Signer},
    random::Random,
    scenarios::Subnet,
    store::{self, Database},
    tasks::Tasks,
};

/// Everything below the pages.
pub(super) struct Platform {
    pub(super) database: Database,
    pub(super) journal: Journal,
    pub(super) signer: Arc<Signer>,
    pub(super) environments: Environments,
    pub(super) exercises: Exercises,
}

impl Platform {
    /// Opens the database at `url` and puts the parts together over `config`'s engine; nothing runs yet.
    pub(super) async fn open(
        config: &Config,
        url: &str,
        keys: &Path,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        tasks: &Tasks,
    ) -> anyhow::Result<Self> {
        let database = Database::connect(url)
            .await
            .with_context(|| format!("database {url}"))?;
        database.migrate().await.context("the database's schema")?;
        let mut connection = database.connection().await?;
        let fresh = InstallationId::new().to_string();
        let installation: InstallationId =
            store::settings::find_or_insert(&mut connection, "installation", &fresh)
                .await?
                .parse()?;
        drop(connection);
        let signer = Arc::new(Signer::open(keys).context("the signing key")?);
        let engine = Arc::new(DockerEngine::new(&config.docker, installation));
        let isolation = Arc::new(TemporaryIsolation);
        let journal = Journal::start(database.clone(), Arc::clone(&clock), tasks);
        let environments = Environments::new(
            database.clone(),
            Arc::clone(&clock),
            engine,
            isolation,
            EnvironmentsConfig {
                ranges: ranges(config)?,
                parallel: config.parallel,
                host_ranges: Vec::new(),
            },
        );
        let exercises = Exercises::new(
            database.clone(),
            clock,
            journal.clone(),
            Arc::clone(&signer),
            environments.clone(),
            random,
        );
        Ok(Self {
            database,
            journal,
            signer,
            environments,
            exercises,
        })
    }

    /// Starts what works in the background.
    pub(super) fn start(&self, tasks: &Tasks) {
        self.environments.start(tasks);
        Conductor::start(&self.exercises, tasks);
    }
}

fn ranges(config: &Config) -> anyhow::Result<Vec<Subnet>> {
    let parse = |text: &String| text.parse().with_context(|| format!("lab_subnets: {text}"));
    config.lab_subnets.iter().map(parse).collect()
}

struct TemporaryIsolation;

#[async_trait::async_trait]
impl Isolation for TemporaryIsolation {
    async fn prove(&self) -> Result<(), Vec<String>> {
        Ok(())
    }
}
