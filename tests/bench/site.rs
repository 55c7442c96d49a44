//! What the rows that measure the reconciler stand on: a database, a scenario in it, an engine.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use thaotruong::{
    clock::{Clock as _, SystemClock},
    environments::{
        Engine, Environments, EnvironmentsConfig, Foundation, Isolation, Kept, NewEnvironment,
        Phase, Purpose, host,
    },
    ids::{AccountId, EnvironmentId, ExerciseId, ProvinceId},
    ownership::{self, Ownership},
    random::{self, SystemRandom},
    scenarios::{Bundle, BundleFile, Seed},
    store::{self, Database, Statement, bundles::StoredFile},
};
use thaotruong_tests::scenario;

/// A small image that only has to sleep.
pub const IMAGE: &str = "thaotruong/base:1";
/// The scenario's name.
pub const NAME: &str = "bench";

/// Isolation is measured elsewhere.
struct Unasked;

#[async_trait]
impl Isolation for Unasked {
    async fn prove(&self) -> Result<(), Vec<String>> {
        Ok(())
    }

    async fn keep(&self) -> Kept {
        Kept::Stands
    }
}

pub struct Site {
    pub database: Database,
    pub environments: Environments,
    pub province: ProvinceId,
    pub exercise: ExerciseId,
    pub bundle: String,
}

impl Site {
    /// A site over `engine` whose scenario has these machines; nothing is reconciled before [`Environments::start`].
    pub async fn open(
        folder: &Path,
        engine: Arc<dyn Engine>,
        machines: &[&str],
        parallel: usize,
        range: &str,
    ) -> Self {
        let url = format!("sqlite://{}", folder.join("bench.db").display());
        let database = Database::connect(&url).await.expect("a database");
        database.migrate().await.expect("its schema");
        let files = scenario::machines(NAME, machines, |_| {
            format!("image: '{IMAGE}', entrypoint: [sleep, infinity], mem_limit: 64m")
        });
        let bundle = Bundle::from_files(BTreeMap::from(files.clone().map(|(path, text)| {
            let bytes = text.into_bytes();
            (path.to_owned(), BundleFile { bytes, mode: 0o644 })
        })))
        .expect("a bundle");
        let checked = thaotruong::scenarios::check(bundle);
        assert!(checked.definition.is_some(), "{:#?}", checked.problems);
        let bundle = checked.definition.expect("checked").bundle.digest();
        let clock = Arc::new(SystemClock);
        let stored = files.map(|(path, text)| StoredFile {
            path: path.to_owned(),
            mode: 0o644,
            content: text.into_bytes(),
        });
        let mut connection = database.connection().await.expect("a connection");
        store::bundles::keep(&mut connection, &bundle, NAME, 1, clock.now(), &stored)
            .await
            .expect("kept");
        let (province, account, exercise) =
            (ProvinceId::new(), AccountId::new(), ExerciseId::new());
        let rows = [
            Statement::new("insert into province (id, code, name) values ($1, 'B', 'B')").bind(province),
            Statement::new(
                "insert into account (id, province_id, username, password_hash, locale, created_at)
                 values ($1, $2, 'b', '', 'vi', 0)",
            )
            .bind(account)
            .bind(province),
            Statement::new(
                "insert into exercise (id, province_id, title, kind, bundle_digest, state, duration, created_by,
                   created_at, clock_elapsed, launch_key, head_sequence, head_hash)
                 values ($1, $2, 'b', 'simulation', $3, 'preparing', 1, $4, 0, 0, 'b', 0, '')",
            )
            .bind(exercise)
            .bind(province)
            .bind(bundle.as_str())
            .bind(account),
        ];
        for row in rows {
            row.execute(&mut connection).await.expect("a row");
        }
        drop(connection);
        let ownership = Ownership::enter(database.clone(), ownership::BEAT, true)
            .await
            .expect("owner");
        let environments = Environments::new(Foundation {
            database: database.clone(),
            clock,
            random: Arc::new(SystemRandom),
            engine,
            isolation: Arc::new(Unasked),
            ownership,
            config: EnvironmentsConfig {
                ranges: vec![range.parse().expect("a range")],
                parallel,
                host_ranges: host::ranges(),
            },
        });
        Self {
            database,
            environments,
            province,
            exercise,
            bundle,
        }
    }

    /// Asks for so many environments at once.
    pub async fn want(&self, count: usize) {
        let mut transaction = self.database.begin().await.expect("a transaction");
        for _ in 0..count {
            let new = NewEnvironment {
                id: EnvironmentId::new(),
                province: self.province,
                exercise: None,
                team: None,
                purpose: Purpose::Rehearsal,
                bundle: self.bundle.clone(),
                seed: Seed(random::bytes(&SystemRandom)),
            };
            self.environments
                .want(&mut transaction, &new)
                .await
                .expect("asked");
        }
        transaction.commit().await.expect("committed");
        self.environments.wake_all();
    }

    /// Lets all go.
    pub async fn let_go(&self) {
        let mut connection = self.database.connection().await.expect("a connection");
        Statement::new("update environment set desired = 'gone' where desired <> 'gone'")
            .execute(&mut connection)
            .await
            .expect("asked");
        self.environments.wake_all();
    }

    /// Waits until all are in `phase`; asks seldom, so that asking costs nothing beside what is measured.
    pub async fn until_all(&self, phase: Phase) {
        let failed =
            "select reason from environment where desired = 'running' and phase = 'failed' limit 1";
        let others =
            "select 1 as one from environment where phase <> $1 and phase <> 'gone' limit 1";
        loop {
            let mut connection = self.database.connection().await.expect("a connection");
            let failed = Statement::new(failed)
                .fetch_optional(&mut connection)
                .await
                .expect("rows");
            let reason: Option<String> = failed.and_then(|row| row.get("reason").ok());
            assert_eq!(reason, None, "an environment failed");
            let others = Statement::new(others)
                .bind(phase.as_str())
                .fetch_optional(&mut connection)
                .await
                .expect("rows");
            if others.is_none() {
                return;
            }
            drop(connection);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
