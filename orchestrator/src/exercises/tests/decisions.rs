//! Decisions around a table: the first stands, brings what its option is worth, and leads the story on.

use thaotruong_tests::both_databases;

use super::{Bench, read};
use crate::{
    exercises::{Closed, ExerciseError},
    scenarios::Cell,
    scoring::{Cause, Reached},
    store::Database,
};

const SCENARIO: &str = "\
scenario: decided
version: 1
title: {vi: Quyết định, en: Decisions}
summary: {vi: Quyết định., en: Decisions.}
kind: tabletop
level: basic
duration: 60m
objectives: [{id: contain, title: {vi: Ngăn chặn, en: Containment}}]
tasks:
  - id: isolate
    objective: contain
    title: {vi: Cách ly, en: Isolate}
    text: {vi: Làm gì?, en: What now?}
    points: 40
    answer:
      decision:
        options:
          - {id: cut, points: 40, text: {vi: Ngắt mạng, en: Cut}, outcome: {vi: Dừng lại., en: It stops.}}
          - {id: watch, points: 10, text: {vi: Theo dõi, en: Watch}}
  - id: next
    requires: [isolate]
    title: {vi: Tiếp theo, en: Next}
    text: {vi: Gì nữa?, en: What next?}
    points: 10
    answer: {decision: {options: [{id: one, points: 10, text: {vi: Một, en: One}}, {id: two, points: 0, text: {vi: Hai, en: Two}}]}}
timeline:
  - {id: E01, when: {decided: {task: isolate, option: cut}}, message: {to: blue, channel: chat, from: {vi: A, en: A}, text: {vi: Đã ngắt., en: It is cut.}}}
  - {id: E02, when: {decided: {task: isolate, option: watch}}, message: {to: blue, channel: chat, from: {vi: A, en: A}, text: {vi: Lan rồi., en: It spreads.}}}
solution: solution.yaml
";
const SOLUTION: &str = "\
steps:
  - {id: cut, solves: {task: isolate, answer: cut}, wait: {for: {event: E01}}}
  - {id: next, solves: {task: next, answer: one}}
";

both_databases! {
    async fn the_first_decision_stands_and_leads_the_story_on(database: Database) {
        let bench = Bench::of_cells(database, read(SCENARIO, "", SOLUTION), [Cell::Blue; 2]).await;
        bench.begin(true).await;
        let [first, second] = bench.teams;
        let [one, two] = bench.people;
        let decide = async |team, person, task: &str, option: &str| {
            bench.exercises.decide(bench.exercise, (team, person), task, option).await
        };
        let locked = decide(first, one, "next", "one").await;
        assert!(matches!(locked, Err(ExerciseError::Closed(Closed::Locked))), "{locked:?}");
        let unknown = decide(first, one, "isolate", "cat").await;
        assert!(matches!(unknown, Err(ExerciseError::Input { .. })), "{unknown:?}");
        decide(first, one, "isolate", "watch").await.unwrap();
        decide(first, one, "isolate", "watch").await.unwrap();
        let other = decide(first, one, "isolate", "cut").await;
        assert!(matches!(other, Err(ExerciseError::Closed(Closed::Decided))), "{other:?}");
        decide(second, two, "isolate", "cut").await.unwrap();
        bench.until("the story to go on", async || {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            let has = |team, event: &str| view.score(team).delivered.contains_key(event);
            has(first, "E02") && has(second, "E01") && !has(first, "E01") && !has(second, "E02")
        })
        .await;
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        let score = view.score(first);
        let rows: Vec<_> = score.ledger.iter().map(|row| (row.points, row.cause.clone())).collect();
        assert_eq!(rows, [(10, Cause::Task("isolate".into()))], "once");
        let elapsed = std::time::Duration::from_hours(1);
        let reached = Reached::of(&view.rules, &"contain".into(), &[(Cell::Blue, score)], elapsed);
        assert_eq!((reached.points, reached.possible), (10, 40), "the best option could have been had");
        assert_eq!(bench.count("decided", first).await, 1);
        bench.tasks.drain().await;
    }
}
