//! How fast environments come and go, each figure beside a ceiling that the same run measures: what the engine itself
//! takes for the same plan, called as plainly as can be.
//!
//! Nothing here fails for being slow: the table says what holds. What a run makes is taken away at its end. Words on the
//! command line choose parts: `bare`, `drill`, `copies`, `many`, `pages`, `scale`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark that cannot measure ends, and one that can prints"
)]

mod bare;
mod ceiling;
mod compose;
mod copies;
mod drill;
mod many;
mod pages;
#[path = "../src/plans.rs"]
mod plans;
mod report;
mod scale;
mod site;

use std::sync::Arc;

use thaotruong::{
    config,
    environments::{DockerEngine, Engine as _, isolation::Firewall},
    ids::InstallationId,
    scenarios::Subnet,
};

use report::Table;

/// Environments that are worked on at once.
const AT_ONCE: usize = 4;

#[tokio::main]
async fn main() {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wants = |part: &str| chosen.is_empty() || chosen.iter().any(|word| word == part);
    let engine = Arc::new(DockerEngine::new(
        &config::Docker::default(),
        InstallationId::new(),
    ));
    let docker = engine.client().await.expect("a Docker Engine");
    println!(
        "{}",
        engine.info().await.expect("the engine's facts").version
    );
    let mut table = Table::default();
    if let Err(error) = Firewall::new(Arc::clone(&engine)).set().await {
        table.fact("isolation", &format!("NOT SET: {error}"));
    }
    if !compose::is_there().await {
        table.fact("docker-compose", "MISSING: Debian's package docker-compose");
    }
    if wants("bare") {
        bare::measure(&mut table, &engine, &docker).await;
    }
    if wants("drill") {
        drill::measure(&mut table, &engine, &docker).await;
    }
    if wants("copies") {
        copies::measure(&mut table, &docker).await;
    }
    if wants("many") {
        many::measure(&mut table, &docker).await;
    }
    if wants("pages") {
        pages::measure(&mut table).await;
    }
    if wants("scale") {
        scale::measure(&mut table).await;
    }
    table.print();
    let left = engine.observe().await.expect("a listing");
    assert_eq!(left, [], "nothing may be left over");
}

/// A range of its own for each environment of the machine.
fn range(index: usize) -> Subnet {
    Subnet::new([10, 82, u8::try_from(index).unwrap_or(0), 0].into(), 28).expect("a range")
}
