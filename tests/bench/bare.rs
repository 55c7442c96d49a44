//! One network and two bare machines: what everything else is made of.

use std::time::Instant;

use bollard::Docker;
use futures_util::{StreamExt as _, stream};
use thaotruong::{environments::DockerEngine, scenarios::EnvironmentPlan};

use crate::{
    AT_ONCE,
    ceiling::{self, Settings},
    compose::{self, Project},
    plans::sleeping,
    range,
    report::{Goal, Table, median},
    site::IMAGE,
    turns,
};

/// Environments one after the other, of which the median counts.
const ALONE: usize = 15;
/// The same with docker-compose.
const COMPOSED: usize = 5;
const MANY: usize = 16;

pub async fn measure(table: &mut Table, engine: &DockerEngine, docker: &Docker) {
    let folder = tempfile::tempdir().expect("a folder");
    let with_compose = compose::is_there().await;
    let settings = turns::settings(engine, docker, &plan(0)).await;

    let plans: Vec<EnvironmentPlan> = (0..ALONE).map(plan).collect();
    let mut turns = turns::one_by_one(engine, docker, &plans, &settings, |index, plan| {
        (with_compose && index < COMPOSED).then(|| Project::of_plan(folder.path(), plan))
    })
    .await;
    let (alone, raw) = (median(&mut turns.ours), median(&mut turns.theirs));
    let what = "one environment alone (1 network, 2 nodes)";
    table.time(what, Goal::AtMost(1.1), alone, raw);
    table.compose(
        "the same, beside docker-compose",
        alone,
        &mut turns.composed,
    );
    table.time(
        "its teardown",
        Goal::AtMost(1.1),
        median(&mut turns.down),
        median(&mut turns.raw_down),
    );

    let plans: Vec<EnvironmentPlan> = (0..MANY).map(plan).collect();
    let mut turns = turns::many_at_once(engine, docker, &plans, &settings).await;
    let (ours, theirs) = (median(&mut turns.ours), median(&mut turns.theirs));
    table.time("16 of them, four at once", Goal::AtMost(1.1), ours, theirs);
    let mut composed = vec![];
    if with_compose {
        let projects: Vec<Project> = plans
            .iter()
            .map(|plan| Project::of_plan(folder.path(), plan))
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
    table.compose("the same, beside docker-compose", ours, &mut composed);
    table.time(
        "teardown of the 16",
        Goal::AtMost(1.1),
        median(&mut turns.down),
        median(&mut turns.raw_down),
    );
    let (unlimited, _) = ceiling::many(docker, &plans, AT_ONCE, &Settings::default()).await;
    let cost = theirs.as_secs_f64() / unlimited.as_secs_f64();
    table.fact(
        "limits and isolation, by the engine itself",
        &format!("{cost:.2} x"),
    );
}

fn plan(index: usize) -> EnvironmentPlan {
    sleeping(range(index), IMAGE, &["desk", "portal"])
}
