//! How fast environments come and go, each figure beside a ceiling that the same run measures: what the engine itself
//! takes for the same plan, called as plainly as can be.
//!
//! Nothing here fails for being slow: the table says what holds. What a run makes is taken away at its end. Words on the
//! command line choose parts: `bare`, `drill`, `copies`, `many`, `pages`, `scale`, `check`,
//! `hall`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark that cannot measure ends, and one that can prints"
)]

mod bare;
mod ceiling;
mod check;
mod compose;
mod copies;
mod drill;
mod hall;
mod many;
mod pages;
#[path = "../src/plans.rs"]
mod plans;
mod program;
mod report;
mod scale;
mod site;
mod turns;

use std::{
    process::{Command, ExitCode},
    sync::Arc,
};

use thaotruong::{
    config,
    environments::{DockerEngine, Engine as _, isolation::Firewall},
    ids::InstallationId,
    scenarios::Subnet,
};

use report::Table;

/// Environments that are worked on at once.
const AT_ONCE: usize = 4;

const PARTS: [&str; 8] = [
    "bare", "drill", "copies", "many", "pages", "scale", "check", "hall",
];

/// Each part in a process of its own: what one leaves in memory, or a failure, is not the next one's.
fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if let [part] = &chosen[..] {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(measure(part));
        return ExitCode::SUCCESS;
    }
    let own = std::env::current_exe().expect("this program");
    let mut failed = Vec::new();
    for part in PARTS {
        if chosen.is_empty() || chosen.iter().any(|word| word == part) {
            let ended = Command::new(&own).arg(part).status().expect("a process");
            if !ended.success() {
                failed.push(part);
            }
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("could not be measured: {}", failed.join(", "));
    ExitCode::FAILURE
}

async fn measure(part: &str) {
    if part == "check" {
        let mut table = Table::default();
        check::measure(&mut table);
        return table.print();
    }
    let engine = Arc::new(DockerEngine::new(
        &config::Docker::default(),
        InstallationId::new(),
    ));
    let docker = engine.client().await.expect("a Docker Engine");
    let mut table = Table::default();
    if let Err(error) = Firewall::new(Arc::clone(&engine)).set().await {
        table.fact("isolation", &format!("NOT SET: {error}"));
    }
    if !compose::is_there().await {
        table.fact("docker-compose", "MISSING: Debian's package docker-compose");
    }
    match part {
        "bare" => bare::measure(&mut table, &engine, &docker).await,
        "drill" => drill::measure(&mut table, &engine, &docker).await,
        "copies" => copies::measure(&mut table, &docker).await,
        "many" => many::measure(&mut table, &docker).await,
        "pages" => pages::measure(&mut table, &engine, &docker).await,
        "scale" => scale::measure(&mut table).await,
        "hall" => hall::measure(&mut table, &docker).await,
        other => panic!("there is no part {other}, but {}", PARTS.join(", ")),
    }
    table.print();
    let left = engine.observe().await.expect("a listing");
    assert_eq!(left, [], "nothing may be left over");
}

/// A range of its own for each environment of the machine.
fn range(index: usize) -> Subnet {
    Subnet::new([10, 82, u8::try_from(index).unwrap_or(0), 0].into(), 28).expect("a range")
}
