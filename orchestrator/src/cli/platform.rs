//! Putting the parts together: database, journal, engine, environments, exercises.

use std::{path::Path, sync::Arc, time::Duration};

use crate::{
    clock::Clock,
    config::{Config, EngineKind},
    environments::{
        ClusterProber, DockerEngine, Engine, Environments, EnvironmentsConfig, Foundation,
        Isolation, KubernetesEngine, Prober, host,
    },
    exercises::{
        Conductor, Exercises, Keeping, Scheduling,
        rehearsal::{Grounds, Rehearsals},
    },
    ids::InstallationId,
    journal::{Journal, Signer},
    learning::Follower,
    ownership::{self, Ownership},
    random::Random,
    scenarios::Subnet,
    store::{self, Database},
    tasks::Tasks,
};
use anyhow::Context;
use tracing::warn;

/// Everything below the pages.
pub(super) struct Platform {
    pub(super) database: Database,
    pub(super) journal: Journal,
    pub(super) environments: Environments,
    pub(super) exercises: Exercises,
    pub(super) rehearsals: Rehearsals,
    grounds: Grounds,
    isolation: Arc<dyn Isolation>,
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
            .with_context(|| format!("database {}", store::shown_url(url)))?;
        database.migrate().await.context("the database's schema")?;
        // One process has the embedded database; several share a server.
        let alone = url.starts_with("sqlite:");
        let ownership = Ownership::enter(database.clone(), ownership::BEAT, alone).await?;
        ownership.start(tasks);
        Self::over(config, database, ownership, keys, clock, random, tasks).await
    }

    /// The same beside a server that has the database open: to look, and to ask for what that server then does.
    pub(super) async fn beside(
        config: &Config,
        url: &str,
        keys: &Path,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        tasks: &Tasks,
    ) -> anyhow::Result<Self> {
        let database = Database::connect(url)
            .await
            .with_context(|| format!("database {}", store::shown_url(url)))?;
        let ownership = Ownership::guest(database.clone());
        Self::over(config, database, ownership, keys, clock, random, tasks).await
    }

    async fn over(
        config: &Config,
        database: Database,
        ownership: Ownership,
        keys: &Path,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        tasks: &Tasks,
    ) -> anyhow::Result<Self> {
        let mut connection = database.connection().await?;
        let fresh = InstallationId::new().to_string();
        let installation: InstallationId =
            store::settings::find_or_insert(&mut connection, "installation", &fresh)
                .await?
                .parse()?;
        drop(connection);
        let signer = Arc::new(Signer::open(keys).context("the signing key")?);
        let ranges = ranges(config)?;
        let (engine, isolation) = engine(config, installation, &ranges, &clock);
        let ranges_of_rehearsals = ranges.clone();
        let journal = Journal::start(database.clone(), Arc::clone(&clock), tasks);
        let environments = Environments::new(Foundation {
            database: database.clone(),
            clock: Arc::clone(&clock),
            random: Arc::clone(&random),
            engine,
            isolation: Arc::clone(&isolation),
            ownership,
            config: EnvironmentsConfig {
                ranges,
                parallel: config.parallel,
                host_ranges: host::ranges(),
            },
        });
        let grounds = grounds(config, &ranges_of_rehearsals);
        let rehearsals = Rehearsals::new(
            database.clone(),
            Arc::clone(&clock),
            environments.clone(),
            grounds.clone(),
        );
        let exercises = Exercises::new(
            database.clone(),
            clock,
            journal.clone(),
            signer,
            environments.clone(),
            random,
        )
        .keeping(Keeping {
            margin: Duration::from_mins(config.keep_minutes),
            idle: (config.idle_minutes > 0).then(|| Duration::from_mins(config.idle_minutes)),
        })
        .scheduling(Scheduling {
            margin: Duration::from_mins(config.schedule_margin_minutes),
        });
        Ok(Self {
            database,
            journal,
            environments,
            exercises,
            rehearsals,
            grounds,
            isolation,
        })
    }

    /// Starts what works in the background.
    pub(super) fn start(&self, tasks: &Tasks) {
        self.environments.start(tasks);
        self.grounds.start(tasks);
        let isolation = Arc::clone(&self.isolation);
        tasks.spawn("probe-leftovers", async move {
            // The next probe would take them away as well; until then they only stand about.
            if let Err(error) = isolation.tidy().await {
                warn!(%error, "what a probe left could not be taken away");
            }
        });
        Conductor::start(&self.exercises, tasks);
        Follower::new(self.database.clone(), self.exercises.clone()).start(&self.journal, tasks);
    }
}

/// Where drills are rehearsed: on the same engine, under names of their own.
fn grounds(config: &Config, ranges: &[Subnet]) -> Grounds {
    let environments = EnvironmentsConfig {
        ranges: ranges.to_vec(),
        parallel: config.parallel,
        host_ranges: host::ranges(),
    };
    let (config, ranges) = (config.clone(), ranges.to_vec());
    Grounds {
        folder: config.data.join("rehearsals"),
        engines: Arc::new(move |installation, clock| engine(&config, installation, &ranges, clock)),
        config: environments,
    }
}

/// The configured engine, and what proves the isolation of its labs.
fn engine(
    config: &Config,
    installation: InstallationId,
    ranges: &[Subnet],
    clock: &Arc<dyn Clock>,
) -> (Arc<dyn Engine>, Arc<dyn Isolation>) {
    match config.engine {
        EngineKind::Docker => (
            Arc::new(DockerEngine::new(&config.docker, installation)),
            Arc::new(Prober::new(
                &config.docker,
                installation,
                ranges.to_vec(),
                config.listen.port(),
                Arc::clone(clock),
            )),
        ),
        EngineKind::Kubernetes => (
            Arc::new(KubernetesEngine::new(&config.kubernetes, installation)),
            Arc::new(ClusterProber::new(
                &config.kubernetes,
                installation,
                config.listen.port(),
                Arc::clone(clock),
            )),
        ),
    }
}

pub(super) fn ranges(config: &Config) -> anyhow::Result<Vec<Subnet>> {
    let parse = |text: &String| text.parse().with_context(|| format!("lab_subnets: {text}"));
    config.lab_subnets.iter().map(parse).collect()
}
