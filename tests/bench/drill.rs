//! The drill that everybody tries first, `web-defacement`: five machines in two networks with files, order and checks, on
//! our side with every limit and behind the firewall that keeps labs closed.

use std::path::PathBuf;

use bollard::Docker;
use thaotruong::{
    environments::DockerEngine,
    ids::EnvironmentId,
    random::{self, SystemRandom},
    scenarios::{self, Bundle, Definition, EnvironmentPlan, PlanInput, Seed, Subnet},
};

use crate::{
    compose::{self, Project},
    report::{Goal, Table, median},
    turns,
};

const ALONE: usize = 5;
const MANY: usize = 16;

pub async fn measure(table: &mut Table, engine: &DockerEngine, docker: &Docker) {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../scenarios/web-defacement"
    ));
    let bundle = Bundle::open(&folder).expect("the scenario");
    let definition = scenarios::check(bundle)
        .definition
        .expect("a scenario without errors");

    let work = tempfile::tempdir().expect("a folder");
    let with_compose = compose::is_there().await;
    let plans: Vec<EnvironmentPlan> = (0..MANY).map(|index| plan(&definition, index)).collect();
    let settings = turns::settings(engine, docker, &plans[0]).await;
    let mut turns = turns::one_by_one(engine, docker, &plans[..ALONE], &settings, |_, _| {
        with_compose.then(|| Project::of_scenario(work.path(), &folder.join("compose.yaml")))
    })
    .await;
    let (alone, raw) = (median(&mut turns.ours), median(&mut turns.theirs));
    let what = "web-defacement with checks and isolation, alone";
    table.time(what, Goal::AtMost(1.1), alone, raw);
    table.compose(
        "the same, beside docker-compose until healthy",
        alone,
        &mut turns.composed,
    );
    table.time(
        "its teardown",
        Goal::AtMost(1.1),
        median(&mut turns.down),
        median(&mut turns.raw_down),
    );
    let mut turns = turns::many_at_once(engine, docker, &plans, &settings).await;
    table.time(
        "16 of it, four at once",
        Goal::AtMost(1.1),
        median(&mut turns.ours),
        median(&mut turns.theirs),
    );
    table.time(
        "teardown of the 16",
        Goal::AtMost(1.1),
        median(&mut turns.down),
        median(&mut turns.raw_down),
    );
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
