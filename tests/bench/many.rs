//! Many teams at once, through the database and the reconciler as a drill prepares them.

use std::{sync::Arc, time::Instant};

use bollard::Docker;
use thaotruong::{
    config,
    environments::{DockerEngine, Engine as _, Phase},
    ids::InstallationId,
    scenarios::EnvironmentPlan,
    tasks::Tasks,
};

use crate::{
    AT_ONCE, ceiling,
    plans::sleeping,
    range,
    report::{Goal, Table, median},
    site::{IMAGE, Site},
    turns::{self, ROUNDS, Turns},
};

const TEAMS: usize = 40;
const MACHINES: [&str; 3] = ["desk", "portal", "attacker"];

pub async fn measure(table: &mut Table, docker: &Docker) {
    let folder = tempfile::tempdir().expect("a folder");
    let tasks = Tasks::new();
    let engine = Arc::new(DockerEngine::new(
        &config::Docker::default(),
        InstallationId::new(),
    ));
    let site = Site::open(
        folder.path(),
        Arc::<DockerEngine>::clone(&engine),
        &MACHINES,
        AT_ONCE,
        "10.80.0.0/16",
    )
    .await;
    site.environments.start(&tasks);
    let plans: Vec<EnvironmentPlan> = (0..TEAMS)
        .map(|index| sleeping(range(index), IMAGE, &MACHINES))
        .collect();
    let settings = turns::settings(&engine, docker, &plans[0]).await;
    let mut turns = Turns::default();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        site.want(TEAMS).await;
        site.until_all(Phase::Ready).await;
        turns.ours.push(began.elapsed());
        let began = Instant::now();
        site.let_go().await;
        site.until_all(Phase::Gone).await;
        turns.down.push(began.elapsed());
        let (up, down) = ceiling::many(docker, &plans, AT_ONCE, &settings).await;
        turns.theirs.push(up);
        turns.raw_down.push(down);
    }
    tasks.drain().await;
    assert_eq!(engine.observe().await.expect("a listing"), []);
    table.time(
        "40 teams of 3 nodes ready, as a drill prepares them",
        Goal::AtMost(1.1),
        median(&mut turns.ours),
        median(&mut turns.theirs),
    );
    table.time(
        "their teardown",
        Goal::AtMost(1.1),
        median(&mut turns.down),
        median(&mut turns.raw_down),
    );
}
