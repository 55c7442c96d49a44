//! Copies that are kept ready: from the claim to a shell's prompt in the window of whoever opens it, through the same
//! calls that a page makes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bollard::Docker;
use futures_util::future::join_all;
use thaotruong::{
    browser::{
        frames::ServerFrame,
        nodes::Nodes,
        terminals::{self, Access, Place, Role, Terminals, Wish},
    },
    clock::SystemClock,
    config,
    environments::{Claim, DockerEngine, Engine, NodeRef, Pool, engine::ExecRequest},
    ids::{EnvironmentId, InstallationId, PersonId, TeamId},
    scenarios::{Cell, NodeId},
    store::exercises::{Team, insert_team},
    tasks::Tasks,
};

use crate::{
    AT_ONCE,
    ceiling::{self, Settings},
    plans::sleeping,
    range as range_of,
    report::{Goal, Table, at, median},
    site::{IMAGE, NAME, Site},
};

/// Copies in the pool, and how often it is emptied.
const COPIES: usize = 10;
const ROUNDS: usize = 10;
const MACHINES: [&str; 2] = ["desk", "portal"];
const GOAL: Goal = Goal::Below(Duration::from_millis(50));

struct Range {
    site: Site,
    engine: Arc<DockerEngine>,
    terminals: Arc<Terminals>,
}

pub async fn measure(table: &mut Table, docker: &Docker) {
    let folder = tempfile::tempdir().expect("a folder");
    let tasks = Tasks::new();
    let engine = Arc::new(DockerEngine::new(
        &config::Docker::default(),
        InstallationId::new(),
    ));
    let above: Arc<dyn Engine> = Arc::<DockerEngine>::clone(&engine);
    let site = Site::open(
        folder.path(),
        Arc::clone(&above),
        &MACHINES,
        AT_ONCE,
        "10.80.0.0/16",
    )
    .await;
    let nodes: Arc<dyn Nodes> = Arc::new(above);
    let terminals = Terminals::new(terminals::Foundation {
        nodes,
        database: site.database.clone(),
        clock: Arc::new(SystemClock),
        tasks: tasks.clone(),
        data: folder.path().to_owned(),
    });
    site.environments
        .prepare_with(Arc::<Terminals>::clone(&terminals));
    site.environments.start(&tasks);
    let range = Range {
        site,
        engine,
        terminals,
    };
    let raw = ceiling::make(
        docker,
        &sleeping(range_of(255), IMAGE, &MACHINES),
        InstallationId::new(),
        &Settings::default(),
    )
    .await;
    let (mut claims, mut plain, mut flags) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        range.keep(COPIES).await;
        range.until_ready().await;
        let mut given = Vec::new();
        for copy in 0..COPIES {
            let team = range.team(round * COPIES + copy).await;
            let began = Instant::now();
            let id = range.claim(team).await;
            range.prompt(id, team).await;
            claims.push(began.elapsed());
            // What was given is not made anew before the round ends: that is measured by other rows.
            range.keep(COPIES - copy - 1).await;
            plain.push(unpause(docker, &raw.machines).await);
            given.push(id);
        }
        for id in given {
            flags.push(range.flag(id).await);
            range.release(id).await;
        }
    }
    let all = flags.len();
    flags.sort_unstable();
    flags.dedup();
    assert_eq!(flags.len(), all, "two claims show the same flag");
    ceiling::remove(docker, raw).await;
    table.time(
        "claim of a kept copy to a shell's prompt, median (beside: machines go on)",
        GOAL,
        median(&mut claims),
        median(&mut plain),
    );
    table.time(
        "the same, 99 of 100",
        GOAL,
        at(&mut claims, 99),
        at(&mut plain, 99),
    );
    table.fact("claims, each with a flag of its own", &all.to_string());
    range.keep(0).await;
    while !range.engine.observe().await.expect("a listing").is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tasks.drain().await;
}

/// How long the engine itself takes to let plain machines go on.
async fn unpause(docker: &Docker, machines: &[String]) -> Duration {
    for done in join_all(machines.iter().map(|it| docker.pause_container(it))).await {
        done.expect("it stands still");
    }
    let began = Instant::now();
    for done in join_all(machines.iter().map(|it| docker.unpause_container(it))).await {
        done.expect("it goes on");
    }
    began.elapsed()
}

impl Range {
    async fn keep(&self, size: usize) {
        let pool = Pool {
            province: self.site.province,
            scenario: NAME.to_owned(),
            bundle: self.site.bundle.clone(),
            size: i64::try_from(size).unwrap_or(0),
        };
        let mut transaction = self.site.database.begin().await.expect("a transaction");
        self.site
            .environments
            .set_pool(&mut transaction, &pool, None)
            .await
            .expect("a pool");
        transaction.commit().await.expect("committed");
        self.site.environments.wake_all();
    }

    /// Waits until the pool is whole and nothing else is being done.
    async fn until_ready(&self) {
        loop {
            let pool = self
                .site
                .environments
                .pool(self.site.province, NAME)
                .await
                .expect("a pool");
            assert_eq!(pool.failed, 0, "a copy could not be made");
            let found = self.engine.observe().await.expect("a listing").len();
            if usize::try_from(pool.ready).is_ok_and(|ready| ready == COPIES) && found == COPIES {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn team(&self, number: usize) -> TeamId {
        let id = TeamId::new();
        let team = Team {
            id,
            number: i64::try_from(number + 1).unwrap_or(0),
            name: number.to_string(),
            unit: None,
            cell: Cell::Blue,
            against: None,
            seats: None,
        };
        let mut connection = self.site.database.connection().await.expect("a connection");
        insert_team(&mut connection, self.site.exercise, &team, &[])
            .await
            .expect("a team");
        id
    }

    async fn claim(&self, team: TeamId) -> EnvironmentId {
        let claim = Claim {
            province: self.site.province,
            bundle: &self.site.bundle,
            exercise: self.site.exercise,
            team,
        };
        let environments = &self.site.environments;
        let mut transaction = self.site.database.begin().await.expect("a transaction");
        let id = environments
            .claim(&mut transaction, &claim)
            .await
            .expect("an answer");
        transaction.commit().await.expect("committed");
        let id = id.expect("a copy that stands ready");
        environments.bring_to_life(id).await;
        id
    }

    /// Opens a terminal as a page does and waits for the shell's prompt.
    async fn prompt(&self, environment: EnvironmentId, team: TeamId) {
        let access = Access {
            place: Place {
                exercise: self.site.exercise,
                team,
                node: desk(environment),
                incarnation: 1,
                user: "root".to_owned(),
            },
            person: PersonId::new(),
            role: Role::Writer,
            title: "root@desk".to_owned(),
        };
        let mut viewer = self
            .terminals
            .open(&access, Wish::default())
            .await
            .expect("a terminal");
        let mut seen = Vec::new();
        // Behind the prompt the shell may print marks that no screen shows.
        while !seen.windows(2).any(|two| two == b"# ") {
            match viewer.next().await.expect("the shell runs") {
                ServerFrame::Output { bytes, .. } => seen.extend_from_slice(&bytes),
                ServerFrame::Exit(code) => panic!("the shell ended with {code}"),
                _ => {}
            }
        }
    }

    async fn flag(&self, environment: EnvironmentId) -> Vec<u8> {
        let request = ExecRequest::new(["cat", "/srv/flag"]);
        let output = self
            .engine
            .exec(&desk(environment), request)
            .await
            .expect("output");
        assert_eq!(output.code, 0);
        output.stdout
    }

    async fn release(&self, id: EnvironmentId) {
        let mut transaction = self.site.database.begin().await.expect("a transaction");
        self.site
            .environments
            .want_gone(&mut transaction, id)
            .await
            .expect("asked");
        transaction.commit().await.expect("committed");
        self.site.environments.wake(id);
    }
}

fn desk(environment: EnvironmentId) -> NodeRef {
    NodeRef {
        environment,
        node: NodeId::from(MACHINES[0]),
    }
}
