//! Grades by two evaluators and a moderator, points by hand and a frozen board, on both databases.

use std::{collections::BTreeMap, time::Duration};

use thaotruong_tests::both_databases;

use super::Bench;
use crate::{
    clock::Clock as _,
    exercises::{Adjustment, ExerciseError, Grade, MAX_ADJUSTMENT, NotGraded, Regrade},
    ids::AccountId,
    journal::{Actor, Event},
    scenarios::Cell,
    scoring::TeamScore,
    store::Database,
};

impl Bench {
    fn graded(&self, report: i64, facts: i64, comment: &str) -> Grade {
        Grade {
            points: BTreeMap::from([("facts".to_owned(), facts)]),
            comment: comment.to_owned(),
            ..self.grade(report)
        }
    }

    async fn evaluate(&self, by: AccountId, report: i64, facts: i64) -> Result<(), ExerciseError> {
        let grade = self.graded(report, facts, "đọc rồi");
        self.exercises.grade(self.exercise, by, grade).await
    }

    async fn settle(&self, by: AccountId, report: i64, facts: i64) -> Result<(), ExerciseError> {
        let grade = self.graded(report, facts, "");
        self.exercises.settle(self.exercise, by, grade).await
    }

    async fn score(&self) -> TeamScore {
        let view = self.exercises.view(self.exercise).await.unwrap();
        view.score(self.teams[0])
    }

    async fn points(&self) -> i64 {
        self.score().await.booked(Duration::MAX)
    }

    async fn two_evaluators(&self) {
        let done = self
            .exercises
            .set_evaluators(self.exercise, self.organiser, 2)
            .await;
        done.unwrap();
    }

    async fn regrade(&self, task: &str, points: i64, form: &str) -> Result<(), ExerciseError> {
        let regrade = Regrade {
            team: self.teams[0],
            task: task.to_owned(),
            points,
            reason: "chấm nhầm".to_owned(),
            form: form.to_owned(),
        };
        self.exercises
            .regrade(self.exercise, self.organiser, regrade)
            .await
    }

    async fn adjust(&self, points: i64, reason: &str, form: &str) -> Result<(), ExerciseError> {
        let adjustment = Adjustment {
            team: self.teams[0],
            points,
            reason: reason.to_owned(),
            form: form.to_owned(),
        };
        self.exercises
            .adjust(self.exercise, self.organiser, adjustment)
            .await
    }
}

fn refused(done: &Result<(), ExerciseError>, why: NotGraded) {
    assert!(
        matches!(done, Err(ExerciseError::NotGraded(it)) if *it == why),
        "{done:?}"
    );
}

both_databases! {
    async fn one_evaluators_grade_counts_at_once_and_is_not_given_twice(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        bench.file("một").await;
        let read = bench.report().await;
        for _ in 0..2 {
            bench.evaluate(bench.organiser, read, 30).await.unwrap();
        }
        assert_eq!((bench.points().await, bench.count("report_graded", bench.teams[0]).await), (30, 1));
        refused(&bench.evaluate(bench.organiser, read, 20).await, NotGraded::Counts);
        refused(&bench.evaluate(AccountId::new(), read, 30).await, NotGraded::Counts);
        refused(&bench.settle(AccountId::new(), read, 30).await, NotGraded::Counts);
        let set = bench.exercises.set_evaluators(bench.exercise, bench.organiser, 2).await;
        refused(&set, NotGraded::Begun);
    }

    async fn two_who_agree_give_the_mean_and_both_their_words(database: Database) {
        let bench = Bench::new(database).await;
        bench.two_evaluators().await;
        bench.two_evaluators().await;
        assert_eq!(bench.count_all("evaluators_set").await, 1);
        bench.begin(false).await;
        bench.file("một").await;
        let read = bench.report().await;
        let [one, other] = [AccountId::new(), AccountId::new()];
        for _ in 0..2 {
            bench.evaluate(one, read, 31).await.unwrap();
        }
        refused(&bench.evaluate(one, read, 32).await, NotGraded::Given);
        assert_eq!((bench.points().await, bench.count("grade_given", bench.teams[0]).await), (0, 1));
        refused(&bench.settle(AccountId::new(), read, 31).await, NotGraded::Undisputed);
        refused(&bench.regrade("form", 40, "a").await, NotGraded::Missing);
        for _ in 0..2 {
            bench.evaluate(other, read, 34).await.unwrap();
        }
        assert_eq!(bench.points().await, 33, "half a point is rounded up");
        let entries = bench.entries().await;
        let [.., given, counts] = &entries[..] else { panic!("{entries:?}") };
        assert!(matches!(given.event, Event::GradeGiven { .. }), "{given:?}");
        assert_eq!((counts.actor, counts.event.kind()), (Actor::System, "report_graded"));
        let words = counts.event.text().unwrap().id;
        let mut connection = bench.database.connection().await.unwrap();
        let words = crate::store::journal::text(&mut connection, words).await.unwrap();
        assert_eq!(words.as_deref(), Some("đọc rồi\n\nđọc rồi"));
    }

    async fn where_two_differ_a_moderator_who_did_not_grade_decides(database: Database) {
        let bench = Bench::new(database).await;
        bench.two_evaluators().await;
        bench.begin(false).await;
        bench.file("một").await;
        let read = bench.report().await;
        let [one, other] = [AccountId::new(), AccountId::new()];
        bench.evaluate(one, read, 30).await.unwrap();
        bench.evaluate(other, read, 35).await.unwrap();
        assert_eq!(bench.points().await, 0, "five of forty is more than a tenth");
        refused(&bench.evaluate(AccountId::new(), read, 32).await, NotGraded::Enough);
        refused(&bench.settle(one, read, 30).await, NotGraded::Own);
        let by = Actor::Account(bench.organiser);
        bench.exercises.finish(bench.exercise, by, false).await.unwrap();
        for _ in 0..2 {
            bench.settle(bench.organiser, read, 34).await.unwrap();
        }
        assert_eq!((bench.points().await, bench.count("grade_settled", bench.teams[0]).await), (34, 1));
        refused(&bench.settle(bench.organiser, read, 35).await, NotGraded::Counts);
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        assert!(bench.exercises.is_untouched(&view.exercise, &bench.entries().await).await.unwrap());
    }

    async fn a_report_filed_anew_is_graded_anew_by_both(database: Database) {
        let bench = Bench::new(database).await;
        bench.two_evaluators().await;
        bench.begin(false).await;
        bench.file("một").await;
        let first = bench.report().await;
        let [one, other] = [AccountId::new(), AccountId::new()];
        bench.evaluate(one, first, 30).await.unwrap();
        bench.file("hai").await;
        refused(&bench.evaluate(other, first, 30).await, NotGraded::Replaced);
        let second = bench.report().await;
        bench.evaluate(other, second, 30).await.unwrap();
        assert_eq!(bench.points().await, 0, "the first evaluator read another one");
        bench.evaluate(one, second, 30).await.unwrap();
        assert_eq!(bench.points().await, 30);
    }

    async fn both_at_the_same_moment_settle_it_once(database: Database) {
        let bench = Bench::new(database).await;
        bench.two_evaluators().await;
        bench.begin(false).await;
        bench.file("một").await;
        let read = bench.report().await;
        let [one, other] = [AccountId::new(), AccountId::new()];
        let beside = bench.beside().await;
        let there = beside.grade(bench.exercise, other, bench.graded(read, 30, ""));
        let (here, there) = tokio::join!(bench.evaluate(one, read, 30), there);
        here.unwrap();
        there.unwrap();
        assert_eq!((bench.points().await, bench.count("report_graded", bench.teams[0]).await), (30, 1));
    }

    async fn an_exercise_is_laid_out_for_two_evaluators_in_one_step(database: Database) {
        let bench = Bench::new(database).await;
        let exercises = &bench.exercises;
        let draft = || crate::exercises::Draft { launch_key: "two".into(), ..bench.draft([Cell::Blue; 2]) };
        let none = exercises.create_with(draft(), &bench.definition, graded_by(0)).await;
        assert!(matches!(none, Err(ExerciseError::Input { .. })), "{none:?}");
        for before in [false, true] {
            let made = exercises.create_with(draft(), &bench.definition, graded_by(2)).await.unwrap();
            assert_eq!(made.before, before);
            let view = exercises.view(made.exercise).await.unwrap();
            assert_eq!((view.scores.evaluators(), view.scores.sequence), (2, 2));
        }
        let many = exercises.set_evaluators(bench.exercise, bench.organiser, 3).await;
        assert!(matches!(many, Err(ExerciseError::Input { .. })), "{many:?}");
        assert_eq!(exercises.view(bench.exercise).await.unwrap().scores.evaluators(), 1);
    }

    async fn points_are_set_anew_given_and_taken_with_a_reason_and_after_the_end(database: Database) {
        let bench = Bench::new(database).await;
        let early = bench.adjust(5, "vì", "e").await;
        assert!(matches!(early, Err(ExerciseError::State(_))), "{early:?}");
        bench.begin(false).await;
        for _ in 0..2 {
            bench.regrade("way", 7, "one").await.unwrap();
            bench.adjust(-3, "vào muộn", "one").await.unwrap();
        }
        assert_eq!(bench.points().await, 4);
        let unfit = [
            bench.regrade("way", 11, "x").await,
            bench.regrade("way", -1, "x").await,
            bench.adjust(0, "vì", "x").await,
            bench.adjust(MAX_ADJUSTMENT + 1, "vì", "x").await,
            bench.adjust(i64::MIN, "vì", "x").await,
            bench.adjust(5, "  ", "x").await,
        ];
        for done in unfit {
            assert!(matches!(done, Err(ExerciseError::Input { .. })), "{done:?}");
        }
        let by = Actor::Account(bench.organiser);
        bench.exercises.finish(bench.exercise, by, false).await.unwrap();
        bench.regrade("way", 9, "two").await.unwrap();
        bench.adjust(3, "trả lại", "two").await.unwrap();
        assert_eq!(bench.points().await, 9);
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        assert!(bench.exercises.is_untouched(&view.exercise, &bench.entries().await).await.unwrap());
    }

    async fn a_frozen_board_shows_what_it_showed_until_it_is_thawed(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        bench.adjust(5, "vì", "one").await.unwrap();
        let freeze = async |frozen| {
            let done = bench.exercises.freeze_board(bench.exercise, bench.organiser, frozen).await;
            done.unwrap();
        };
        freeze(true).await;
        freeze(true).await;
        bench.adjust(20, "vì", "two").await.unwrap();
        bench.clock.advance(Duration::from_mins(5));
        let shown = async || {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            let (public, elapsed) = view.public(bench.clock.now());
            let first = |board: crate::scoring::Board| board.rows[0].points;
            (first(public.board_at(elapsed)), first(view.board(bench.clock.now())))
        };
        assert_eq!(shown().await, (5, 25));
        assert_eq!(bench.count_all("board_frozen").await, 1);
        freeze(false).await;
        assert_eq!(shown().await, (25, 25));
        freeze(true).await;
        assert_eq!((shown().await, bench.count_all("board_frozen").await), ((25, 25), 2));
    }
}

fn graded_by(evaluators: u32) -> crate::exercises::Terms {
    crate::exercises::Terms {
        evaluators,
        ..Default::default()
    }
}
