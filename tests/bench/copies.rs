//! Copies that are kept ready: from the claim to a shell's prompt.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use thaotruong::{
    clock::{Clock as _, SystemClock},
    config,
    environments::{
        Claim, DockerEngine, Engine, Environments, EnvironmentsConfig, Foundation, Isolation, Kept,
        NodeRef, Pool,
        engine::{AttachRequest, ExecRequest},
        host,
    },
    ids::{AccountId, EnvironmentId, ExerciseId, InstallationId, ProvinceId, TeamId},
    ownership::{self, Ownership},
    random::SystemRandom,
    scenarios::{Bundle, BundleFile},
    store::{
        self, Database, Statement,
        bundles::StoredFile,
        exercises::{Team, insert_team},
    },
    tasks::Tasks,
};
use tokio::io::AsyncReadExt as _;

use crate::report::{Goal, Table, at, median};

/// Copies in the pool, and how often it is emptied.
const COPIES: i64 = 10;
const ROUNDS: usize = 5;

const FILES: [(&str, &str); 4] = [
    (
        "scenario.yaml",
        "\
scenario: bench
version: 1
title: {vi: Hai máy, en: Two machines}
summary: {vi: Hai máy., en: Two machines.}
kind: simulation
level: basic
duration: 10m
environment: compose.yaml
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: target}
tasks:
  - {id: way, title: {vi: Cờ, en: Flag}, text: {vi: Tìm., en: Find.}, points: 10, answer: {flag: {}}}
files:
  - {node: desk, path: /srv/flag, from: files/flag, template: true}
solution: solution.yaml
",
    ),
    (
        "compose.yaml",
        "\
services:
  desk: {image: 'thaotruong/base:1', entrypoint: [sleep, infinity], networks: [lan], mem_limit: 64m}
  portal: {image: 'thaotruong/base:1', entrypoint: [sleep, infinity], networks: [lan], mem_limit: 64m}
networks: {lan: }
",
    ),
    (
        "solution.yaml",
        "\
steps:
  - {id: look, node: desk, run: cat /srv/flag, capture: {flag: '(TT\\{[0-9a-f]+\\})'}, solves: {task: way, answer: '{{capture.flag}}'}}
",
    ),
    ("files/flag", "{{flag.way}}\n"),
];

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

struct Site {
    database: Database,
    environments: Environments,
    engine: Arc<DockerEngine>,
    province: ProvinceId,
    exercise: ExerciseId,
    bundle: String,
}

pub async fn measure(table: &mut Table) {
    let folder = tempfile::tempdir().expect("a folder");
    let tasks = Tasks::new();
    let site = Site::open(folder.path(), &tasks).await;
    let (mut claims, mut prompts) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        site.keep(COPIES).await;
        site.until_ready().await;
        let mut flags = Vec::new();
        for copy in 0..COPIES {
            let team = site
                .team(i64::try_from(round).unwrap_or(0) * COPIES + copy)
                .await;
            let began = Instant::now();
            let id = site.claim(team).await;
            prompt(&*site.engine, id).await;
            claims.push(began.elapsed());
            // What was given is not made anew before the round ends: that is measured by the rows above.
            site.keep(COPIES - copy - 1).await;
            let began = Instant::now();
            prompt(&*site.engine, id).await;
            prompts.push(began.elapsed());
            flags.push(flag(&*site.engine, id).await);
            site.release(id).await;
        }
        flags.sort_unstable();
        let all = flags.len();
        flags.dedup();
        assert_eq!(flags.len(), all, "two claims show different flags");
    }
    let prompt = median(&mut prompts);
    table.time(
        "claim of a kept copy to a shell's prompt, median",
        Goal::Below(Duration::from_millis(50)),
        median(&mut claims),
        prompt,
    );
    table.time(
        "the same, 99 of 100",
        Goal::Below(Duration::from_millis(50)),
        at(&mut claims, 99),
        prompt,
    );
    table.fact("claims", &claims.len().to_string());
    site.keep(0).await;
    site.until_gone().await;
    tasks.drain().await;
}

impl Site {
    async fn open(folder: &std::path::Path, tasks: &Tasks) -> Self {
        let url = format!("sqlite://{}", folder.join("bench.db").display());
        let database = Database::connect(&url).await.expect("a database");
        database.migrate().await.expect("its schema");
        let bundle = Bundle::from_files(BTreeMap::from(FILES.map(|(path, text)| {
            let bytes = text.as_bytes().to_vec();
            (path.to_owned(), BundleFile { bytes, mode: 0o644 })
        })))
        .expect("a bundle");
        let checked = thaotruong::scenarios::check(bundle);
        assert!(checked.definition.is_some(), "{:#?}", checked.problems);
        let bundle = checked.definition.expect("checked").bundle.digest();
        let clock = Arc::new(SystemClock);
        let stored = FILES.map(|(path, text)| StoredFile {
            path: path.to_owned(),
            mode: 0o644,
            content: text.as_bytes().to_vec(),
        });
        let mut connection = database.connection().await.expect("a connection");
        store::bundles::keep(&mut connection, &bundle, "bench", 1, clock.now(), &stored)
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
        let docker = config::Docker::default();
        let engine = Arc::new(DockerEngine::new(&docker, InstallationId::new()));
        let ownership = Ownership::enter(database.clone(), ownership::BEAT, true)
            .await
            .expect("owner");
        let environments = Environments::new(Foundation {
            database: database.clone(),
            clock,
            random: Arc::new(SystemRandom),
            engine: Arc::<DockerEngine>::clone(&engine),
            isolation: Arc::new(Unasked),
            ownership,
            config: EnvironmentsConfig {
                ranges: vec!["10.80.0.0/16".parse().expect("a range")],
                parallel: 4,
                host_ranges: host::ranges(),
            },
        });
        environments.start(tasks);
        Self {
            database,
            environments,
            engine,
            province,
            exercise,
            bundle,
        }
    }

    async fn keep(&self, size: i64) {
        let pool = Pool {
            province: self.province,
            scenario: "bench".to_owned(),
            bundle: self.bundle.clone(),
            size,
        };
        let mut transaction = self.database.begin().await.expect("a transaction");
        self.environments
            .set_pool(&mut transaction, &pool, None)
            .await
            .expect("a pool");
        transaction.commit().await.expect("committed");
        self.environments.wake_all();
    }

    async fn until_ready(&self) {
        loop {
            let pool = self
                .environments
                .pool(self.province, "bench")
                .await
                .expect("a pool");
            assert_eq!(pool.failed, 0, "a copy could not be made");
            if i64::from(pool.ready) == COPIES {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn until_gone(&self) {
        while !self.engine.observe().await.expect("a listing").is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn team(&self, number: i64) -> TeamId {
        let id = TeamId::new();
        let team = Team {
            id,
            number: number + 1,
            name: number.to_string(),
            unit: None,
        };
        let mut connection = self.database.connection().await.expect("a connection");
        insert_team(&mut connection, self.exercise, &team, &[])
            .await
            .expect("a team");
        id
    }

    async fn claim(&self, team: TeamId) -> EnvironmentId {
        let claim = Claim {
            province: self.province,
            bundle: &self.bundle,
            exercise: self.exercise,
            team,
        };
        let mut transaction = self.database.begin().await.expect("a transaction");
        let id = self
            .environments
            .claim(&mut transaction, &claim)
            .await
            .expect("an answer");
        transaction.commit().await.expect("committed");
        let id = id.expect("a copy that stands ready");
        self.environments.bring_to_life(id).await;
        id
    }

    async fn release(&self, id: EnvironmentId) {
        let mut transaction = self.database.begin().await.expect("a transaction");
        self.environments
            .want_gone(&mut transaction, id)
            .await
            .expect("asked");
        transaction.commit().await.expect("committed");
    }
}

/// Opens a shell and waits for its prompt.
async fn prompt(engine: &dyn Engine, environment: EnvironmentId) {
    let node = NodeRef {
        environment,
        node: "desk".into(),
    };
    let request = AttachRequest {
        argv: vec!["/bin/sh".to_owned(), "-i".to_owned()],
        user: None,
        columns: 80,
        rows: 24,
        env: vec!["PS1=ready> ".to_owned()],
        workdir: None,
    };
    let mut shell = engine.attach(&node, request).await.expect("a shell");
    let (mut seen, mut part) = (Vec::new(), [0; 256]);
    while !seen.windows(6).any(|window| window == b"ready>") {
        let count = shell.reader.read(&mut part).await.expect("output");
        assert!(count > 0, "the shell ended");
        seen.extend_from_slice(&part[..count]);
    }
}

async fn flag(engine: &dyn Engine, environment: EnvironmentId) -> Vec<u8> {
    let node = NodeRef {
        environment,
        node: "desk".into(),
    };
    let output = engine
        .exec(&node, ExecRequest::new(["cat", "/srv/flag"]))
        .await
        .expect("output");
    assert_eq!(output.code, 0);
    output.stdout
}
