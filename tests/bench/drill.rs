//! The drill that everybody tries first, `web-defacement`: five machines in two networks with files, order and checks, on
//! our side with every limit and behind the firewall that keeps labs closed.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use bollard::Docker;
use futures_util::{StreamExt as _, stream};
use thaotruong::{
    environments::{DockerEngine, Engine as _, Progress},
    ids::{EnvironmentId, InstallationId},
    random::{self, SystemRandom},
    scenarios::{self, Bundle, Definition, EnvironmentPlan, PlanInput, Seed, Subnet},
};

use crate::{
    AT_ONCE, ceiling,
    compose::{self, Project},
    report::{Goal, Table, median},
};

const ALONE: usize = 3;
const MANY: usize = 16;

pub async fn measure(table: &mut Table, engine: &DockerEngine, docker: &Docker) {
    let owner = InstallationId::new();
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../scenarios/web-defacement"
    ));
    let bundle = Bundle::open(&folder).expect("the scenario");
    let definition = scenarios::check(bundle)
        .definition
        .expect("a scenario without errors");

    let (mut ours, mut theirs, mut composed) = (vec![], vec![], vec![]);
    let (mut down, mut raw_down) = (vec![], vec![]);
    let work = tempfile::tempdir().expect("a folder");
    let project = Project::of_scenario(work.path(), &folder.join("compose.yaml"));
    for index in 0..ALONE {
        let plan = plan(&definition, index);
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
        if compose::is_there().await {
            let began = Instant::now();
            project.up(docker).await;
            composed.push(began.elapsed());
            project.down().await;
        }
    }
    let alone = median(&mut ours);
    let what = "web-defacement with checks and isolation, alone";
    table.time(what, Goal::AtMost(1.1), alone, median(&mut theirs));
    table.compose(
        "the same, beside docker-compose until healthy",
        alone,
        &mut composed,
    );
    table.time(
        "its teardown",
        Goal::AtMost(1.1),
        median(&mut down),
        median(&mut raw_down),
    );

    let plans: Vec<EnvironmentPlan> = (0..MANY).map(|index| plan(&definition, index)).collect();
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
    let destroy = async |plan: &EnvironmentPlan| {
        engine
            .destroy(plan.environment)
            .await
            .expect("nothing left");
    };
    stream::iter(&plans)
        .for_each_concurrent(AT_ONCE, destroy)
        .await;
    let began = Instant::now();
    let made: Vec<_> = stream::iter(&plans)
        .map(|plan| ceiling::make(docker, plan, owner))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let theirs: Duration = began.elapsed();
    stream::iter(made)
        .for_each_concurrent(AT_ONCE, async |raw| ceiling::remove(docker, raw).await)
        .await;
    table.time("16 of it, four at once", Goal::AtMost(1.1), ours, theirs);
}

fn plan(definition: &Definition, index: usize) -> EnvironmentPlan {
    let subnets: Vec<Subnet> = (0..definition.network_sizes().len())
        .map(|network| {
            let third = u8::try_from(index * 4 + network).unwrap_or(0);
            Subnet::new([10, 83, third, 0].into(), 28).expect("a range")
        })
        .collect();
    let input = PlanInput {
        environment: EnvironmentId::new(),
        seed: &Seed(random::bytes(&SystemRandom)),
        subnets: &subnets,
        addresses: None,
    };
    definition.plan(&input).expect("a plan")
}
