//! The same plan by the program, by plain calls and by docker-compose: turn by turn, so that whatever else the machine does
//! falls on all, and then many at once.

use std::time::{Duration, Instant};

use bollard::Docker;
use futures_util::{StreamExt as _, stream};
use thaotruong::{
    environments::{DockerEngine, Engine as _, Progress},
    ids::InstallationId,
    scenarios::EnvironmentPlan,
};

use crate::{
    AT_ONCE,
    ceiling::{self, Settings},
    compose::Project,
};

/// How often many at once are made and taken away; the median counts.
pub const ROUNDS: usize = 3;

/// What each took.
#[derive(Default)]
pub struct Turns {
    pub ours: Vec<Duration>,
    pub theirs: Vec<Duration>,
    pub composed: Vec<Duration>,
    pub down: Vec<Duration>,
    pub raw_down: Vec<Duration>,
}

/// Makes an environment of `plan` once, for what is only done the first time, and gives the settings of its machines.
pub async fn settings(engine: &DockerEngine, docker: &Docker, plan: &EnvironmentPlan) -> Settings {
    apply(engine, plan).await;
    let settings = Settings::of(docker, plan.environment).await;
    destroy(engine, plan).await;
    settings
}

/// One environment at a time, of each of `plans`; `project` makes it one of docker-compose, for as many as are compared.
pub async fn one_by_one(
    engine: &DockerEngine,
    docker: &Docker,
    plans: &[EnvironmentPlan],
    settings: &Settings,
    project: impl Fn(usize, &EnvironmentPlan) -> Option<Project>,
) -> Turns {
    let owner = InstallationId::new();
    let mut turns = Turns::default();
    for (index, plan) in plans.iter().enumerate() {
        turns.ours.push(timed(apply(engine, plan)).await.0);
        turns.down.push(timed(destroy(engine, plan)).await.0);
        let (time, raw) = timed(ceiling::make(docker, plan, owner, settings)).await;
        turns.theirs.push(time);
        turns
            .raw_down
            .push(timed(ceiling::remove(docker, raw)).await.0);
        if let Some(project) = project(index, plan) {
            turns.composed.push(timed(project.up(docker)).await.0);
            project.down().await;
        }
    }
    turns
}

/// All of `plans`, [`AT_ONCE`] at once, turn by turn with plain calls.
pub async fn many_at_once(
    engine: &DockerEngine,
    docker: &Docker,
    plans: &[EnvironmentPlan],
    settings: &Settings,
) -> Turns {
    let mut turns = Turns::default();
    for _ in 0..ROUNDS {
        let all = stream::iter(plans).for_each_concurrent(AT_ONCE, |plan| apply(engine, plan));
        turns.ours.push(timed(all).await.0);
        let all = stream::iter(plans).for_each_concurrent(AT_ONCE, |plan| destroy(engine, plan));
        turns.down.push(timed(all).await.0);
        let (up, down) = ceiling::many(docker, plans, AT_ONCE, settings).await;
        turns.theirs.push(up);
        turns.raw_down.push(down);
    }
    turns
}

async fn apply(engine: &DockerEngine, plan: &EnvironmentPlan) {
    engine
        .apply(plan, 1, &Progress::silent())
        .await
        .expect("an environment");
}

async fn destroy(engine: &DockerEngine, plan: &EnvironmentPlan) {
    engine
        .destroy(plan.environment)
        .await
        .expect("nothing left");
}

async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let began = Instant::now();
    let done = work.await;
    (began.elapsed(), done)
}
