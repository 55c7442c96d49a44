//! What teams send and how it is judged, whatever else happens at the same moment.

use std::time::Duration;

use thaotruong_tests::both_databases;

use super::{
    super::{ExerciseError, NotGraded},
    Bench,
};
use crate::{
    exercises::ExerciseState,
    journal::{Actor, Verdict},
    store::Database,
};

both_databases! {
    async fn a_team_without_address_ranges_costs_nobody_an_answer(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let [one, other] = bench.teams;
        // Nobody holds a range: the other team's copy was reset and found none.
        bench.execute("delete from environment_subnet").await;
        let (own, foreign) = (bench.flag(one).await, bench.flag(other).await);
        let submit = async |answer: &str| {
            let given = bench.exercises.submit(bench.exercise, one, bench.people[0], "way", answer);
            given.await.unwrap().verdict
        };
        assert_eq!(submit("TT{0}").await, Verdict::Wrong);
        assert_eq!(submit(&foreign).await, Verdict::Foreign);
        assert_eq!(submit(&format!(" {own} ")).await, Verdict::Correct);
    }

    async fn the_same_answer_again_costs_no_try(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let submit = async |answer: &str| {
            let (team, person) = (bench.teams[0], bench.people[0]);
            bench.exercises.submit(bench.exercise, team, person, "way", answer).await.unwrap()
        };
        let first = submit("TT{0}").await;
        assert!(!first.before);
        for _ in 0..100 {
            let again = submit(" TT{0} ").await;
            assert_eq!((again.verdict, again.before, again.left), (Verdict::Wrong, true, first.left));
        }
        assert_eq!(bench.count("submission", bench.teams[0]).await, 1);
        assert!(!submit("TT{1}").await.before);
        assert_eq!(bench.count("submission", bench.teams[0]).await, 2);
    }

    async fn a_flag_of_a_copy_that_was_reset_is_still_right(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let flag = bench.flag(bench.teams[0]).await;
        let by = Actor::Account(bench.organiser);
        bench.exercises.reset_team(bench.exercise, bench.teams[0], by).await.unwrap();
        let given = bench.exercises
            .submit(bench.exercise, bench.teams[0], bench.people[0], "way", &flag)
            .await;
        assert_eq!(given.unwrap().verdict, Verdict::Correct);
    }

    async fn answers_end_with_the_time_and_not_with_the_tick(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let flag = bench.flag(bench.teams[0]).await;
        bench.clock.advance(Duration::from_mins(90));
        let late = bench.exercises
            .submit(bench.exercise, bench.teams[0], bench.people[0], "way", &flag)
            .await;
        assert!(matches!(late, Err(ExerciseError::State(ExerciseState::Finished))), "{late:?}");
        assert_eq!(bench.count("submission", bench.teams[0]).await, 0);
    }

    async fn a_clock_that_is_set_back_bars_no_answer(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let answer = async |text: &str| {
            let (team, person) = (bench.teams[0], bench.people[0]);
            bench.exercises.submit(bench.exercise, team, person, "way", text).await
        };
        for n in 0..crate::exercises::SUBMISSIONS_PER_MINUTE {
            answer(&format!("TT{{{n}}}")).await.unwrap();
        }
        assert!(matches!(answer("TT{x}").await, Err(ExerciseError::TooFast(_))));
        bench.clock.set(crate::clock::Timestamp(1_795_000_000_000_000) - Duration::from_hours(1));
        answer("TT{y}").await.unwrap();
    }

    async fn the_same_report_twice_is_one_and_another_is_graded_anew(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        bench.file("một").await;
        let read = bench.report().await;
        bench.file("một").await;
        assert_eq!(bench.count("report_filed", bench.teams[0]).await, 1);
        bench.file("hai").await;
        let late = bench.exercises.grade(bench.exercise, bench.organiser, bench.grade(read)).await;
        assert!(matches!(late, Err(ExerciseError::NotGraded(NotGraded::Replaced))), "{late:?}");
        let now = bench.report().await;
        bench.exercises.grade(bench.exercise, bench.organiser, bench.grade(now)).await.unwrap();
        assert_eq!(bench.count("report_graded", bench.teams[0]).await, 1);
    }

    async fn nobody_is_there_before_the_start(database: Database) {
        let bench = Bench::new(database).await;
        let [team, _] = bench.teams;
        bench.exercises.prepare(bench.exercise, bench.organiser).await.unwrap();
        bench.exercises.set_ready(bench.exercise).await.unwrap();
        let come = async || {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            bench.exercises.present(&view, team, bench.people[0]).await.unwrap();
            bench.exercises.view(bench.exercise).await.unwrap().score(team).present
        };
        assert!(come().await.is_empty());
        bench.exercises.start(bench.exercise, bench.organiser).await.unwrap();
        assert_eq!(come().await, [bench.people[0]].into());
        come().await;
        assert_eq!(bench.count("present", team).await, 1);
    }

    async fn a_journal_that_somebody_touched_is_not_vouched_for(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        bench.file("một").await;
        let by = Actor::Account(bench.organiser);
        bench.exercises.finish(bench.exercise, by, false).await.unwrap();
        let untouched = async || {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            bench.exercises.is_untouched(&view.exercise, &bench.entries().await).await.unwrap()
        };
        assert!(untouched().await);
        // A grade after the end comes with a new signature.
        let read = bench.report().await;
        bench.exercises.grade(bench.exercise, bench.organiser, bench.grade(read)).await.unwrap();
        assert!(untouched().await);
        bench.execute("update journal_text set content = content || 'x' where content <> ''").await;
        assert!(!untouched().await, "words were edited");
        bench.execute("update journal_text set content = null, salt = '', erased_at = 1").await;
        assert!(untouched().await, "erasing is no editing");
        bench.execute("update journal set payload = replace(payload, '30', '40') where kind = 'report_graded'").await;
        assert!(!untouched().await, "a row was edited");
        bench.execute("update journal set payload = replace(payload, '40', '30') where kind = 'report_graded'").await;
        bench.execute("delete from journal where kind = 'report_graded'").await;
        bench.execute(
            "update exercise set head_sequence = head_sequence - 1,
               head_hash = (select hash from journal order by sequence desc limit 1)",
        )
        .await;
        assert!(!untouched().await, "rows and head agree, and the signature is of another head");
    }

    async fn who_asks_for_a_check_again_is_given_the_outcome_that_is_there(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let team = bench.teams[0];
        bench.until("the attack", async || bench.count("action_finished", team).await == 1).await;
        bench.engine.set_output(&["/opt/mended"], super::super::output(1));
        let ask = async || bench.exercises.check_now(bench.exercise, team, "mended").await.unwrap().state;
        let first = ask().await;
        bench.engine.set_output(&["/opt/mended"], super::super::output(0));
        assert_eq!(ask().await, first);
        bench.tasks.drain().await;
    }
}
