//! Answers of every kind through the same path as a trainee's, and tasks that wait for others.

use std::sync::Arc;

use thaotruong_tests::both_databases;

use super::{Bench, definition_of};
use crate::{
    environments::Step,
    exercises::{
        Closed, ExerciseError, Submitted,
        rehearsal::{Finding, Observer, Outcome, Rehearsal, Stage},
    },
    journal::Verdict,
    store::{self, Database, Statement},
};

/// Everything that can be given without a machine; the check waits for two of them.
const SCENARIO: &str = "\
scenario: kinds
version: 1
title: {vi: Các loại, en: Kinds}
summary: {vi: Các loại., en: Kinds.}
kind: simulation
level: basic
duration: 90m
environment: compose.yaml
variables:
  port: {number: {from: 1000, to: 60000}}
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: target}
tasks:
  - id: share
    title: {vi: Tỷ lệ, en: Share}
    text: {vi: Bao nhiêu?, en: How many?}
    points: 10
    answer: {number: {value: 12.5, tolerance: 0.5, attempts: 3}}
  - id: steps
    title: {vi: Việc làm, en: Steps}
    text: {vi: Những gì?, en: Which?}
    requires: [share]
    points: 20
    answer: {choices: {options: [{id: isolate, text: {vi: Cô lập, en: Isolate}}, {id: wipe, text: {vi: Xóa, en: Wipe}}, {id: report, text: {vi: Báo cáo, en: Report}}], correct: [report, isolate], attempts: 3}}
    hints: [{cost: 1, text: {vi: Hai việc., en: Two of them.}}]
  - id: tool
    title: {vi: Công cụ, en: Tool}
    text: {vi: Dùng gì?, en: With what?}
    points: 10
    answer: {pattern: {regex: 'nc(at)?', attempts: 2}}
  - id: first
    title: {vi: Trước tiên, en: First}
    text: {vi: Làm gì?, en: What?}
    requires: [steps]
    points: 10
    answer: {choice: {options: [{id: isolate, text: {vi: Cô lập, en: Isolate}}, {id: wipe, text: {vi: Xóa, en: Wipe}}], correct: isolate, attempts: 2}}
  - id: sequence
    title: {vi: Thứ tự, en: Order}
    text: {vi: Xếp., en: Put in order.}
    points: 10
    answer: {order: {options: [{id: a, text: {vi: Một, en: One}}, {id: b, text: {vi: Hai, en: Two}}], correct: [b, a], attempts: 2}}
  - id: evidence
    title: {vi: Chứng cứ, en: Evidence}
    text: {vi: Tìm., en: Find it.}
    points: 10
    answer: {file: {sha256: 00000000000000000000000000000000000000000000000000000000000000aa, attempts: 2}}
  - id: sealed
    title: {vi: Niêm phong, en: Sealed}
    text: {vi: Niêm phong., en: Seal it.}
    requires: [steps, form]
    points: 30
    answer: {check: {from: desk, run: [/opt/sealed], every: 5s}}
  - id: form
    title: {vi: Báo cáo, en: Report}
    text: {vi: Gửi., en: Send.}
    points: 40
    answer: {report: {form: mau-03, due: 30m, rubric: [{id: facts, points: 40, title: {vi: Việc, en: Facts}}]}}
solution: solution.yaml
";
const SOLUTION: &str = "\
steps:
  - {id: share, solves: {task: share, answer: '12,9'}}
  - {id: steps, solves: {task: steps, answer: 'isolate, report'}}
  - {id: tool, solves: {task: tool, answer: ncat}}
  - {id: first, solves: {task: first, answer: isolate}}
  - {id: sequence, solves: {task: sequence, answer: 'b, a'}}
  - {id: evidence, solves: {task: evidence, answer: 00000000000000000000000000000000000000000000000000000000000000AA}}
  - {id: write, report: {task: form, fields: {description: x}, grade: {facts: 40}}}
  - {id: seal, node: desk, run: 'true', expect_check: sealed}
";

impl Bench {
    async fn of_kinds(database: Database) -> Self {
        Self::of(database, definition_of(SCENARIO, SOLUTION)).await
    }

    async fn give(&self, task: &str, answer: &str) -> Result<Submitted, ExerciseError> {
        let (team, person) = (self.teams[0], self.people[0]);
        self.exercises
            .submit(self.exercise, team, person, task, answer)
            .await
    }

    /// The words that are kept of the last answer to a task.
    async fn kept(&self, task: &str) -> String {
        let view = self.exercises.view(self.exercise).await.unwrap();
        let (last, _) = view.score(self.teams[0]).tasks[task]
            .tries("", None)
            .last
            .unwrap();
        let mut connection = self.database.connection().await.unwrap();
        let kept = store::journal::text(&mut connection, last.id).await;
        kept.unwrap().unwrap()
    }
}

fn is_locked<T>(outcome: &Result<T, ExerciseError>) -> bool {
    matches!(outcome, Err(ExerciseError::Closed(Closed::Locked)))
}

/// Remembers what was wrong with a scenario and how many wrong answers were refused.
#[derive(Default)]
pub(super) struct Heard(std::sync::Mutex<(Vec<String>, usize)>);

impl Heard {
    pub(super) fn said(&self) -> Vec<String> {
        self.0.lock().unwrap().0.clone()
    }

    pub(super) fn refused(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

impl Observer for Heard {
    fn stage(&self, _: Stage) {}
    fn step(&self, _: &Step) {}
    fn ready(&self, _: usize, _: usize) {}
    fn refused(&self, _: &str, answers: usize) {
        self.0.lock().unwrap().1 += answers;
    }
    fn solved(&self, _: &str, _: &Outcome) {}
    fn finding(&self, finding: &Finding) {
        self.0.lock().unwrap().0.push(format!("{finding:?}"));
    }
}

both_databases! {
    async fn a_number_is_the_same_however_it_is_written(database: Database) {
        let bench = Bench::of_kinds(database).await;
        bench.begin(false).await;
        let words = bench.give("share", "nhiều").await;
        assert!(matches!(words, Err(ExerciseError::Input { message: "answer-not-a-number", .. })), "{words:?}");
        let wrong = bench.give("share", "11,9").await.unwrap();
        assert_eq!((wrong.verdict, wrong.before, wrong.left), (Verdict::Wrong, false, Some(2)));
        let again = bench.give("share", " 11.90 ").await.unwrap();
        assert_eq!((again.verdict, again.before, again.left), (Verdict::Wrong, true, Some(2)));
        let right = bench.give("share", "13,0").await.unwrap();
        assert_eq!((right.verdict, right.left), (Verdict::Correct, Some(1)));
        assert_eq!(bench.kept("share").await, "13");
        assert_eq!(bench.count("submission", bench.teams[0]).await, 2);
    }

    async fn a_task_opens_when_what_it_requires_is_solved_and_keeps_options_by_name(database: Database) {
        let bench = Bench::of_kinds(database).await;
        bench.begin(false).await;
        let [team, _] = bench.teams;
        assert!(is_locked(&bench.give("steps", "isolate,report").await));
        let hint = async || bench.exercises.take_hint(bench.exercise, team, bench.people[0], "steps", 0).await;
        assert!(is_locked(&hint().await));
        assert!(is_locked(&bench.exercises.check_now(bench.exercise, team, "sealed").await));
        assert_eq!(bench.count("submission", team).await + bench.count("hint_taken", team).await, 0);

        bench.give("share", "12.5").await.unwrap();
        hint().await.unwrap();
        let unknown = bench.give("steps", "isolate,repot").await;
        assert!(matches!(unknown, Err(ExerciseError::Input { message: "answer-not-an-option", .. })), "{unknown:?}");
        let part = bench.give("steps", "isolate").await.unwrap();
        assert_eq!((part.verdict, part.left), (Verdict::Wrong, Some(2)));
        assert!(!bench.give("steps", "wipe,isolate").await.unwrap().before);
        assert!(bench.give("steps", "isolate, wipe").await.unwrap().before, "the order says nothing");
        assert_eq!(bench.give("steps", "report,isolate").await.unwrap().verdict, Verdict::Correct);
        assert_eq!(bench.kept("steps").await, "isolate,report");

        bench.give("first", "wipe").await.unwrap();
        assert_eq!(bench.give("first", "isolate").await.unwrap().verdict, Verdict::Correct);
        bench.give("sequence", "a,b").await.unwrap();
        let half = bench.give("sequence", "b").await;
        assert!(matches!(half, Err(ExerciseError::Input { message: "answer-not-an-order", .. })), "{half:?}");
        bench.give("tool", "nc -l").await.unwrap();
        bench.give("tool", "netcat").await.unwrap();
        let over = bench.give("tool", "nc").await;
        assert!(matches!(over, Err(ExerciseError::Closed(Closed::NoTriesLeft))), "{over:?}");
    }

    async fn a_locked_check_is_not_run_until_a_report_is_filed(database: Database) {
        let bench = Bench::of_kinds(database).await;
        bench.begin(true).await;
        let [team, _] = bench.teams;
        bench.give("share", "12.5").await.unwrap();
        bench.give("steps", "report isolate").await.unwrap();
        assert!(is_locked(&bench.exercises.check_now(bench.exercise, team, "sealed").await));
        assert_eq!(bench.count("check_changed", team).await, 0);
        bench.file("một").await;
        bench.until("the check", async || bench.count("check_changed", team).await > 0).await;
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        assert!(view.score(team).tasks["sealed"].solved.is_some());
        bench.tasks.drain().await;
    }

    async fn a_rehearsal_refuses_and_solves_every_kind(database: Database) {
        let bench = Bench::of_kinds(database).await;
        bench.conduct();
        bench.engine.set_output(&["/opt/sealed"], super::super::output(1));
        let seal = ["bash", "-lc", "cd; eval \"$1\"", "step", "true"];
        bench.engine.set_output(&seal, super::super::output(0));
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
        let (held, ()) = tokio::join!(rehearsal.hold(), async {
            // The seal is put on once the check was seen failing.
            bench.until("a failing check", async || {
                let mut connection = bench.database.connection().await.unwrap();
                let rows = Statement::new("select count(*) as n from journal where kind = 'check_changed'");
                let row = rows.fetch_one("checks", &mut connection).await.unwrap();
                row.get::<i64>("n").unwrap() > 0
            }).await;
            bench.engine.set_output(&["/opt/sealed"], super::super::output(0));
        });
        assert!(held.unwrap().is_empty(), "{:?}", heard.0.lock().unwrap().0);
        // Each of six tasks refused nothing and something wrong.
        assert_eq!(heard.0.lock().unwrap().1, 12);
        bench.tasks.drain().await;
    }
}
