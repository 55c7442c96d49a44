//! One network and two bare machines: what everything else is made of.

use std::{path::Path, time::Instant};

use bollard::Docker;
use futures_util::{StreamExt as _, stream};
use thaotruong::{
    environments::{DockerEngine, Engine as _, Progress},
    ids::InstallationId,
    scenarios::EnvironmentPlan,
};

use crate::{
    AT_ONCE, ceiling,
    compose::{self, Project},
    plans::sleeping,
    range,
    report::{Goal, Table, median},
    site::IMAGE,
};

/// Environments one after the other, of which the median counts.
const ALONE: usize = 15;
/// The same with docker-compose.
const COMPOSED: usize = 5;
const MANY: usize = 16;

pub async fn measure(table: &mut Table, engine: &DockerEngine, docker: &Docker) {
    let folder = tempfile::tempdir().expect("a folder");
    let projects_in = compose::is_there().await.then_some(folder.path());
    one_after_the_other(table, engine, docker, projects_in).await;
    several_at_once(table, engine, docker, projects_in).await;
}

/// One at a time; `projects_in` is a folder for docker-compose where that is installed.
async fn one_after_the_other(
    table: &mut Table,
    engine: &DockerEngine,
    docker: &Docker,
    projects_in: Option<&Path>,
) {
    let owner = InstallationId::new();
    // Once for what is only done the first time.
    let warm = plan(0);
    engine
        .apply(&warm, 1, &Progress::silent())
        .await
        .expect("an environment");
    engine
        .destroy(warm.environment)
        .await
        .expect("nothing left");

    // Turn by turn, so that whatever else the machine does falls on all.
    let (mut ours, mut theirs, mut down, mut raw_down) = (vec![], vec![], vec![], vec![]);
    let mut composed = vec![];
    for index in 0..ALONE {
        let plan = plan(index);
        let began = Instant::now();
        engine
            .apply(&plan, 1, &Progress::silent())
            .await
            .expect("an environment");
        ours.push(began.elapsed());
        let began = Instant::now();
        engine
            .destroy(plan.environment)
            .await
            .expect("nothing left");
        down.push(began.elapsed());
        let began = Instant::now();
        let raw = ceiling::make(docker, &plan, owner).await;
        theirs.push(began.elapsed());
        let began = Instant::now();
        ceiling::remove(docker, raw).await;
        raw_down.push(began.elapsed());
        if let Some(folder) = projects_in.filter(|_| index < COMPOSED) {
            let project = Project::of_plan(folder, &plan);
            let began = Instant::now();
            project.up(docker).await;
            composed.push(began.elapsed());
            project.down().await;
        }
    }
    let alone = median(&mut ours);
    let what = "one environment alone (1 network, 2 nodes)";
    table.time(what, Goal::AtMost(1.1), alone, median(&mut theirs));
    table.compose("the same, beside docker-compose", alone, &mut composed);
    table.time(
        "its teardown",
        Goal::AtMost(1.1),
        median(&mut down),
        median(&mut raw_down),
    );
}

/// [`MANY`] of them, [`AT_ONCE`] at once.
async fn several_at_once(
    table: &mut Table,
    engine: &DockerEngine,
    docker: &Docker,
    projects_in: Option<&Path>,
) {
    let owner = InstallationId::new();
    let plans: Vec<EnvironmentPlan> = (0..MANY).map(plan).collect();
    let began = Instant::now();
    stream::iter(&plans)
        .for_each_concurrent(AT_ONCE, async |plan| {
            engine
                .apply(plan, 1, &Progress::silent())
                .await
                .expect("an environment");
        })
        .await;
    let ours = began.elapsed();
    let began = Instant::now();
    stream::iter(&plans)
        .for_each_concurrent(AT_ONCE, async |plan| {
            engine
                .destroy(plan.environment)
                .await
                .expect("nothing left");
        })
        .await;
    let down = began.elapsed();
    let began = Instant::now();
    let made: Vec<_> = stream::iter(&plans)
        .map(|plan| ceiling::make(docker, plan, owner))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let theirs = began.elapsed();
    let began = Instant::now();
    stream::iter(made)
        .for_each_concurrent(AT_ONCE, async |raw| ceiling::remove(docker, raw).await)
        .await;
    let raw_down = began.elapsed();
    let mut composed = vec![];
    if let Some(folder) = projects_in {
        let projects: Vec<Project> = plans
            .iter()
            .map(|plan| Project::of_plan(folder, plan))
            .collect();
        let began = Instant::now();
        stream::iter(&projects)
            .for_each_concurrent(AT_ONCE, async |project| project.up(docker).await)
            .await;
        composed.push(began.elapsed());
        stream::iter(&projects)
            .for_each_concurrent(AT_ONCE, async |project| project.down().await)
            .await;
    }
    table.time("16 of them, four at once", Goal::AtMost(1.1), ours, theirs);
    table.compose("the same, beside docker-compose", ours, &mut composed);
    table.time("teardown of the 16", Goal::AtMost(1.1), down, raw_down);
}

fn plan(index: usize) -> EnvironmentPlan {
    sleeping(range(index), IMAGE, &["desk", "portal"])
}
