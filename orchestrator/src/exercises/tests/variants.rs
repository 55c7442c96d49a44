//! A scenario with variants is rehearsed once for each, one after the other in one database.

use std::sync::{Arc, Mutex};

use thaotruong_tests::both_databases;

use super::{Bench, definition_of, output};
use crate::{
    environments::Step,
    exercises::rehearsal::{Finding, Observer, Outcome, Rehearsal, Stage},
    locales::Locale,
    scenarios::LocalText,
    store::Database,
};

/// Asks what differs between the variants.
const SCENARIO: &str = "\
scenario: forms
version: 1
title: {vi: Hai dạng, en: Two forms}
summary: {vi: Hai dạng., en: Two forms.}
kind: simulation
level: basic
duration: 90m
environment: compose.yaml
variants:
  page: {title: {vi: Trang, en: Page}}
  key: {title: {vi: Khóa, en: Key}}
variables:
  entry: {variant: {page: trang, key: khoa}}
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: target}
tasks:
  - id: entry
    title: {vi: Lối vào, en: Way in}
    text: {vi: Lối nào?, en: Which way?}
    points: 10
    answer: {text: {accept: ['{{variable.entry}}'], attempts: 4}}
solution: solution.yaml
";
const SOLUTION: &str = "\
steps:
  - {id: by-page, variants: [page], node: desk, run: 'true', solves: {task: entry, answer: trang}}
  - {id: by-key, variants: [key], node: desk, run: 'true', solves: {task: entry, answer: khoa}}
";

/// Remembers what it was told, in order.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Observer for Heard {
    fn variant(&self, title: &LocalText) {
        self.0
            .lock()
            .unwrap()
            .push(title.get(Locale::En).to_owned());
    }
    fn stage(&self, _: Stage) {}
    fn step(&self, _: &Step) {}
    fn ready(&self, _: usize, _: usize) {}
    fn refused(&self, _: &str, _: usize) {}
    fn solved(&self, step: &str, _: &Outcome) {
        self.0.lock().unwrap().push(step.to_owned());
    }
    fn finding(&self, finding: &Finding) {
        self.0.lock().unwrap().push(format!("{finding:?}"));
    }
}

both_databases! {
    async fn each_variant_is_solved_by_its_own_steps(database: Database) {
        let bench = Bench::of(database, definition_of(SCENARIO, SOLUTION)).await;
        bench.conduct();
        let typed = ["bash", "-lc", "cd; eval \"$1\"", "step", "true"];
        bench.engine.set_output(&typed, output(0));
        let heard = Arc::new(Heard::default());
        let rehearsal = Rehearsal {
            exercises: bench.exercises.clone(),
            environments: bench.environments.clone(),
            database: bench.database.clone(),
            clock: Arc::clone(&bench.clock),
            definition: Arc::new(bench.definition.clone()),
            not_isolated: None,
            teams: 2,
            terminals: false,
            observer: Arc::<Heard>::clone(&heard),
        };
        assert!(rehearsal.hold().await.unwrap().is_empty());
        assert_eq!(*heard.0.lock().unwrap(), ["Page", "by-page", "Key", "by-key"]);
        bench.tasks.drain().await;
    }
}
