//! Tasks of several parts and of every member, through the same path as a trainee's answers and through a rehearsal.

use std::sync::Arc;

use thaotruong_tests::both_databases;

use super::{Bench, definition_of, kinds::Heard};
use crate::{
    exercises::{Closed, ExerciseError, Submitted, rehearsal::Rehearsal},
    ids::PersonId,
    journal::Verdict,
    scenarios::Cell,
    scoring::Cause,
    store::Database,
};

const SCENARIO: &str = "\
scenario: parts
version: 1
title: {vi: Các phần, en: Parts}
summary: {vi: Các phần., en: Parts.}
kind: simulation
level: basic
duration: 90m
environment: compose.yaml
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: target}
tasks:
  - id: trace
    title: {vi: Dấu vết, en: Traces}
    text: {vi: Tìm., en: Find them.}
    points: 40
    decay: {to: 20, solves: 2}
    bonus: [5]
    penalty: {points: 8, free: 1}
    answers:
      logic: all
      parts:
        - {id: address, title: {vi: Địa chỉ, en: Address}, answer: {text: {accept: [một], attempts: 3}}}
        - {id: port, title: {vi: Cổng, en: Port}, answer: {number: {value: 22, attempts: 4}}}
  - id: route
    title: {vi: Đường vào, en: Way in}
    text: {vi: Tìm một., en: Find one.}
    requires: [trace]
    points: 10
    answers:
      logic: any
      parts:
        - {id: web, title: {vi: Web, en: Web}, answer: {text: {accept: [tải tệp]}}}
        - {id: mail, title: {vi: Thư, en: Mail}, answer: {text: {accept: [tệp đính kèm]}}}
  - id: duty
    title: {vi: Trách nhiệm, en: Duty}
    text: {vi: Ai báo?, en: Who reports?}
    points: 10
    by: every_member
    answer: {choice: {options: [{id: all, text: {vi: Mọi người, en: Everybody}}, {id: none, text: {vi: Không ai, en: Nobody}}], correct: all, attempts: 2}}
solution: solution.yaml
";
const SOLUTION: &str = "\
steps:
  - {id: one, solves: {task: trace, part: address, answer: một}}
  - {id: two, solves: {task: trace, part: port, answer: '22'}}
  - {id: three, solves: {task: route, part: mail, answer: tệp đính kèm}}
  - {id: four, solves: {task: route, part: web, answer: tải tệp}}
  - {id: five, solves: {task: duty, answer: all}}
";

impl Bench {
    async fn of_parts(database: Database) -> Self {
        Self::of(database, definition_of(SCENARIO, SOLUTION)).await
    }

    async fn answer(
        &self,
        team: usize,
        task: &str,
        part: &str,
        answer: &str,
    ) -> Result<Submitted, ExerciseError> {
        let (team, person) = (self.teams[team], self.people[team]);
        let exercises = &self.exercises;
        exercises
            .submit_part(self.exercise, team, person, task, part, answer)
            .await
    }
}

both_databases! {
    async fn parts_are_judged_and_counted_each_on_its_own(database: Database) {
        let bench = Bench::of_parts(database).await;
        bench.begin(true).await;
        let whole = bench.answer(0, "trace", "", "một").await;
        assert!(matches!(whole, Err(ExerciseError::Missing("answer"))), "{whole:?}");
        let unknown = bench.answer(0, "trace", "prot", "22").await;
        assert!(matches!(unknown, Err(ExerciseError::Missing("answer"))), "{unknown:?}");
        let unfit = bench.answer(0, "trace", "port", "hai").await;
        assert!(matches!(unfit, Err(ExerciseError::Input { .. })), "{unfit:?}");
        let wrong = bench.answer(0, "trace", "address", "hai").await.unwrap();
        assert_eq!((wrong.verdict, wrong.left), (Verdict::Wrong, Some(2)));
        for port in ["80", "80", "443", "25"] {
            bench.answer(0, "trace", "port", port).await.unwrap();
        }
        let right = bench.answer(0, "trace", "address", "một").await.unwrap();
        assert_eq!((right.verdict, right.solved, right.progress.parts), (Verdict::Correct, false, (1, 2)));
        let again = bench.answer(0, "trace", "address", "ba").await.unwrap();
        assert!(again.before && again.verdict == Verdict::Correct, "an accepted part takes no more answers");
        let last = bench.answer(0, "trace", "port", "22").await.unwrap();
        assert!(last.solved && last.left == Some(0));

        // Three wrong ports, one of them free; the wrong address was free too.
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        let ledger = view.score(bench.teams[0]).ledger;
        let ledger: Vec<_> = ledger.iter().map(|row| (row.points, row.cause.clone())).collect();
        let trace = || "trace".to_owned();
        assert_eq!(ledger, [(40, Cause::Task(trace())), (5, Cause::Bonus(trace())), (-16, Cause::Penalty(trace()))]);

        bench.answer(1, "trace", "address", "một").await.unwrap();
        bench.answer(1, "trace", "port", "22").await.unwrap();
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        assert_eq!(view.score(bench.teams[1]).booked(view.exercise.duration), 35);
        assert_eq!(view.score(bench.teams[0]).booked(view.exercise.duration), 29, "what was booked stays");
        bench.tasks.drain().await;
    }

    async fn a_part_without_tries_is_closed_and_another_is_not(database: Database) {
        let bench = Bench::of_parts(database).await;
        bench.begin(true).await;
        for answer in ["hai", "ba", "bốn"] {
            bench.answer(0, "trace", "address", answer).await.unwrap();
        }
        let over = bench.answer(0, "trace", "address", "một").await;
        assert!(matches!(over, Err(ExerciseError::Closed(Closed::NoTriesLeft))), "{over:?}");
        assert_eq!(bench.answer(0, "trace", "port", "22").await.unwrap().verdict, Verdict::Correct);
        bench.tasks.drain().await;
    }

    async fn one_member_alone_does_not_answer_for_all_and_whoever_is_away_is_excused(database: Database) {
        let mut bench = Bench::of_parts(database).await;
        let mut draft = bench.draft([Cell::Blue; 2]);
        let other = draft.teams.pop().unwrap();
        draft.teams[0].members.extend(other.members);
        bench.exercise = bench.exercises.create(draft, &bench.definition).await.unwrap().exercise;
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        let team = view.teams[0].team.id;
        bench.teams = [team; 2];
        bench.begin(true).await;
        let alone = bench.answer(0, "duty", "", "all").await.unwrap();
        assert_eq!((alone.verdict, alone.solved, alone.progress.members), (Verdict::Correct, false, Some((1, 2))));

        // The other one never comes.
        let excuse = async |person, excused| {
            let member = (team, person);
            bench.exercises.excuse(bench.exercise, bench.organiser, member, excused).await
        };
        let stranger = excuse(PersonId::new(), true).await;
        assert!(matches!(stranger, Err(ExerciseError::Missing("person"))), "{stranger:?}");
        excuse(bench.people[1], false).await.unwrap();
        assert_eq!(bench.count("member_excused", team).await, 0, "nobody was excused");
        for _ in 0..2 {
            excuse(bench.people[1], true).await.unwrap();
        }
        assert_eq!(bench.count("member_excused", team).await, 1, "two clicks are one");
        let solved = async || {
            let score = bench.exercises.view(bench.exercise).await.unwrap().score(team);
            (score.tasks["duty"].solved.is_some(), score.booked(std::time::Duration::MAX))
        };
        assert_eq!(solved().await, (true, 10));
        excuse(bench.people[1], false).await.unwrap();
        excuse(bench.people[1], true).await.unwrap();
        assert_eq!(solved().await, (true, 10), "what is solved stays solved");
        assert_eq!(bench.count("member_excused", team).await, 3);
        bench.tasks.drain().await;
    }

    async fn a_rehearsal_proves_every_part_and_lets_every_member_answer(database: Database) {
        let bench = Bench::of_parts(database).await;
        bench.conduct();
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
        let found = rehearsal.hold().await.unwrap();
        assert!(found.is_empty(), "{:?}", heard.said());
        // Each of five things that are asked refused nothing and something wrong.
        assert_eq!(heard.refused(), 10);
        bench.tasks.drain().await;
    }
}
