//! How fast environments come and go, each figure beside a ceiling that the same run measures: what the engine itself
//! takes for the same plan, called as plainly as can be.
//!
//! Nothing here fails for being slow: the table says what holds. What a run makes is taken away at its end.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot measure ends, and one that can prints"
)]

mod ceiling;
mod copies;
mod report;

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use thaotruong::{
    config,
    environments::{DockerEngine, Engine as _, Progress},
    ids::{EnvironmentId, InstallationId},
    scenarios::{
        Attachment, EnvironmentPlan, Healthcheck, NodeId, PlannedNetwork, PlannedNode, Subnet,
    },
};

use report::{Goal, Table, median};

/// A small image that only has to sleep.
const IMAGE: &str = "thaotruong/base:1";
/// Environments one after the other, of which the median counts.
const ALONE: usize = 15;
/// Environments made at four at once.
const MANY: usize = 16;
const AT_ONCE: usize = 4;

#[tokio::main]
async fn main() {
    let owner = InstallationId::new();
    let config = config::Docker::default();
    let engine = DockerEngine::new(&config, owner);
    let docker = engine.client().await.expect("a Docker Engine");
    println!(
        "{}",
        engine.info().await.expect("the engine's facts").version
    );
    let mut table = Table::default();

    // Turn by turn, so that whatever else the machine does falls on both.
    let (mut ours, mut theirs, mut down, mut raw_down) = (vec![], vec![], vec![], vec![]);
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
        let raw = ceiling::make(&docker, &plan, owner).await;
        theirs.push(began.elapsed());
        let began = Instant::now();
        ceiling::remove(&docker, raw).await;
        raw_down.push(began.elapsed());
    }
    table.time(
        "one environment alone (1 network, 2 nodes)",
        Goal::AtMost(1.1),
        median(&mut ours),
        median(&mut theirs),
    );
    table.time(
        "its teardown",
        Goal::AtMost(1.1),
        median(&mut down),
        median(&mut raw_down),
    );

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
        .map(|plan| ceiling::make(&docker, plan, owner))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let theirs = began.elapsed();
    let began = Instant::now();
    stream::iter(made)
        .for_each_concurrent(AT_ONCE, async |raw| ceiling::remove(&docker, raw).await)
        .await;
    let raw_down = began.elapsed();
    table.time("16 of them, four at once", Goal::AtMost(1.1), ours, theirs);
    table.time("teardown of the 16", Goal::AtMost(1.1), down, raw_down);

    copies::measure(&mut table).await;
    table.print();
    assert_eq!(
        engine.observe().await.expect("a listing"),
        [],
        "nothing may be left over"
    );
}

/// One network in a range of its own, and two nodes that sleep.
fn plan(index: usize) -> EnvironmentPlan {
    let subnet =
        Subnet::new([10, 79, u8::try_from(index).unwrap_or(0), 0].into(), 28).expect("a range");
    let node = |name: &str, host| PlannedNode {
        id: NodeId::from(name),
        image: IMAGE.to_owned(),
        entrypoint: Some(vec!["sleep".to_owned(), "infinity".to_owned()]),
        command: Some(Vec::new()),
        environment: Vec::new(),
        working_dir: None,
        user: None,
        hostname: name.to_owned(),
        healthcheck: Some(Healthcheck {
            test: vec!["NONE".to_owned()],
            interval: Duration::ZERO,
            timeout: Duration::ZERO,
            retries: 0,
            start_period: Duration::ZERO,
        }),
        depends_on: Vec::new(),
        attachments: vec![Attachment {
            network: 0,
            address: subnet.host(host).expect("an address"),
            aliases: Vec::new(),
        }],
        capabilities: Vec::new(),
        privilege_escalation: false,
        memory: 64 << 20,
        nano_cpus: 500_000_000,
        pids: 64,
        tmpfs: Vec::new(),
        init: false,
        tty: false,
        stop_grace: Duration::from_secs(1),
        files: Vec::new(),
    };
    EnvironmentPlan {
        environment: EnvironmentId::new(),
        networks: vec![PlannedNetwork {
            name: "lan".to_owned(),
            subnet,
        }],
        nodes: vec![node("desk", 2), node("portal", 3)],
    }
}
