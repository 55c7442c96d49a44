//! The two runs: a bounded one, the same each time, and one that goes on.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use super::{
    mutator::Numbers,
    targets::{Files, Target, targets},
};

/// Inputs of each target in the bounded run.
const INPUTS: u64 = 40;
/// What no input may take, however slow the machine and the build are.
const LONGEST: Duration = Duration::from_secs(20);
/// Where the bounded run begins.
const SEED: u64 = 20_261_123;

#[test]
fn hundreds_of_inputs_gone_wrong_are_read() {
    for target in targets() {
        let mut seeds = target.seeds.iter();
        let some = |seed: &Files| seed.keys().any(|name| (target.changed)(name));
        assert!(seeds.len() > 0 && seeds.all(some), "{}", target.name);
        for number in 0..INPUTS {
            tried(&target, SEED + number);
        }
    }
}

/// As long as `FUZZ_MINUTES` says, from `FUZZ_SEED` on.
#[test]
#[ignore = "make fuzz runs it"]
fn inputs_gone_wrong_are_read_for_minutes() {
    let asked = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok())
    };
    let minutes = asked("FUZZ_MINUTES").unwrap_or(1);
    let first: u64 = asked("FUZZ_SEED").unwrap_or(SEED);
    let targets = targets();
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let mut number = first;
    while Instant::now() < end {
        for target in &targets {
            tried(target, number);
        }
        number += 1;
    }
    println!(
        "{} inputs of {} targets",
        (number - first) * targets.len() as u64,
        targets.len()
    );
}

/// Tries one input; what fails is kept.
fn tried(target: &Target, seed: u64) {
    let input = target.input(&mut Numbers(seed));
    let begun = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
    let took = begun.elapsed();
    if outcome.is_err() || took > LONGEST {
        let place = kept(&input);
        panic!(
            "{} with seed {seed}: {} s, its files are in {place}",
            target.name,
            took.as_secs()
        );
    }
}

fn kept(files: &Files) -> String {
    let folder = tempfile::tempdir().unwrap().keep();
    for (name, file) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    folder.display().to_string()
}
