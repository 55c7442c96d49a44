//! What the range does by itself: attacks and checks on copies that are made anew, failures, and steps taken crosswise.

use std::time::Duration;

use thaotruong_tests::both_databases;

use super::{super::Conductor, Bench, FIRST, Phase, output};
use crate::{
    clock::Clock as _,
    environments::{Engine as _, NodeRef, engine::NodeState},
    exercises::{CheckOutcome, ExerciseState},
    journal::{Actor, CheckState, Entry, Event},
    scenarios::Cell,
    scoring::ActionState,
    store::Database,
};

both_databases! {
    async fn a_copy_that_was_made_anew_is_attacked_anew_before_its_checks_count(database: Database) {
        let bench = Bench::new(database).await;
        bench.engine.set_output(&["/opt/mended"], output(1));
        bench.begin(true).await;
        let [team, _] = bench.teams;
        bench.until("the attack", async || bench.count("action_finished", team).await == 1).await;
        // The attack on the new copy does not get in, and every check of it would pass.
        bench.engine.set_output(&FIRST, output(1));
        let by = Actor::Account(bench.organiser);
        let (known, environment) = (bench.exercises.losses(bench.exercise).await.unwrap(), bench.environment(team).await);
        bench.exercises.reset_team(bench.exercise, team, by).await.unwrap();
        let passes = async { CheckOutcome { state: CheckState::Passing, detail: String::new() } };
        let late = bench.exercises.of_same_machines(&known, environment, passes).await;
        assert_eq!(late, None, "a check of the copy before says nothing about the new one");
        bench.engine.set_output(&["/opt/mended"], output(0));
        let solved = async || {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            view.score(team).tasks.get("mended").is_some_and(|task| task.solved.is_some())
        };
        bench.until("the second attack", async || bench.count("action_finished", team).await == 2).await;
        let found = bench.exercises.check_now(bench.exercise, team, "mended").await.unwrap();
        assert_eq!(found.state, CheckState::Failing, "what waits for the attack waits again");
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        assert_eq!(view.score(team).actions["E01"], ActionState { tries: 1, code: Some(1) });
        // The instructor lets it happen again, and then it does.
        bench.engine.set_output(&FIRST, output(0));
        bench.exercises.fire(bench.exercise, bench.organiser, "E01", None).await.unwrap();
        bench.exercises.fire(bench.exercise, bench.organiser, "E01", None).await.unwrap();
        bench.until("the third attack", async || bench.count("action_finished", team).await == 3).await;
        assert_eq!(bench.count("action_started", team).await, 3, "two clicks are one attack");
        bench.until("the check", async || solved().await).await;
        bench.tasks.drain().await;
    }

    async fn a_machine_that_was_lost_is_told_and_attacked_anew_before_its_checks_count(database: Database) {
        let bench = Bench::new(database).await;
        bench.engine.set_output(&["/opt/mended"], output(1));
        bench.begin(true).await;
        let [team, other] = bench.teams;
        for team in [team, other] {
            bench.until("the attack", async || bench.count("action_finished", team).await == 1).await;
        }
        // From now on the attack does not get in, and every check of a fresh machine would pass.
        bench.engine.set_output(&FIRST, output(1));
        let node = |node: &str, environment| NodeRef { environment, node: node.into() };
        let environment = bench.environment(team).await;
        let known = bench.exercises.losses(bench.exercise).await.unwrap();
        bench.engine.remove_by_hand(&node("portal", environment));
        bench.until("the loss to be told", async || bench.count("machine_lost", team).await == 1).await;
        bench.engine.set_output(&["/opt/mended"], output(0));
        bench.until("the second attack", async || bench.count("action_finished", team).await == 2).await;
        let entries = bench.entries().await;
        let lost = |entry: &&Entry| entry.event.kind() == "machine_lost";
        assert_eq!(entries.iter().filter(lost).count(), 1);
        let told = entries.iter().find(lost).unwrap();
        assert_eq!(told.team, Some(team));
        assert!(matches!(&told.event, Event::MachineLost { node, repeats: true, .. } if node == "portal"));
        let found = bench.exercises.check_now(bench.exercise, team, "mended").await.unwrap();
        assert_eq!(found.state, CheckState::Failing, "what waits for the attack waits again");
        let solved = async |team| {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            view.score(team).tasks.get("mended").is_some_and(|task| task.solved.is_some())
        };
        assert!(!solved(team).await, "a lost machine earns nothing");
        let passes = || async { CheckOutcome { state: CheckState::Passing, detail: String::new() } };
        let late = bench.exercises.of_same_machines(&known, environment, passes()).await;
        assert_eq!(late.map(|it| it.state), None, "however long it waited for its turn");
        let known = bench.exercises.losses(bench.exercise).await.unwrap();
        let found = bench.exercises.of_same_machines(&known, environment, passes()).await;
        assert_eq!(found.map(|it| it.state), Some(CheckState::Passing));
        bench.until("the other team's check", async || solved(other).await).await;

        // A machine that nobody attacked is told and nothing is repeated; one that only stopped has lost nothing.
        bench.engine.remove_by_hand(&node("desk", environment));
        bench.until("it to be told", async || bench.count("machine_lost", team).await == 2).await;
        bench.engine.stop_by_hand(&node("portal", environment));
        bench.until("it to run", async || {
            let found = bench.engine.observe_one(environment).await.unwrap().unwrap();
            found.nodes.len() == 2 && found.nodes.iter().all(|node| node.state == NodeState::Running)
        })
        .await;
        assert_eq!(bench.count("machine_lost", team).await, 2);
        assert_eq!(bench.count("action_started", team).await, 2);
        // The same machine again is another loss.
        bench.engine.remove_by_hand(&node("portal", environment));
        bench.until("it to be told", async || bench.count("machine_lost", team).await == 3).await;
        let whole = async || {
            let statuses = bench.environments.of_exercise(bench.exercise).await.unwrap();
            statuses.iter().all(|status| !status.mending)
        };
        bench.until("it to be whole", async || whole().await).await;
        // Cut off after a machine was made again and before that was written down.
        bench.execute("update environment set stage = 'network'").await;
        bench.execute("update environment_loss set mended = 0").await;
        bench.until("that to be written down", async || whole().await).await;
        bench.engine.remove_by_hand(&node("portal", environment));
        bench.until("it to be told", async || bench.count("machine_lost", team).await == 4).await;
        bench.tasks.drain().await;
    }

    async fn a_machine_that_ended_is_lost_where_the_engine_makes_another_in_its_place(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let [team, _] = bench.teams;
        bench.engine.set_replaces_ended(true);
        let environment = bench.environment(team).await;
        bench.engine.stop_by_hand(&NodeRef { environment, node: "portal".into() });
        bench.until("the loss to be told", async || bench.count("machine_lost", team).await == 1).await;
        bench.tasks.drain().await;
    }

    async fn a_place_in_the_queue_is_the_one_in_which_it_is_looked_at(database: Database) {
        let bench = Bench::new(database).await;
        let later = bench.draft([Cell::Blue; 2]);
        let later = bench.exercises.create(later, &bench.definition).await.unwrap().exercise;
        let places = async |exercise| -> Vec<Option<usize>> {
            bench.exercises.prepare(exercise, bench.organiser).await.unwrap();
            bench.clock.advance(Duration::from_secs(1));
            let statuses = bench.environments.of_exercise(exercise).await.unwrap();
            let mut places: Vec<_> = statuses.iter().map(|status| status.queue_place).collect();
            places.sort_unstable();
            places
        };
        assert_eq!(places(bench.exercise).await, [Some(1), Some(2)]);
        assert_eq!(places(later).await, [Some(2), Some(4)], "exercises take turns");
    }

    async fn time_in_which_no_server_ran_does_not_count(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let exercise = bench.exercise;
        let row = async || bench.exercises.row(exercise).await.unwrap();
        bench.until("it to be conducted", async || row().await.seen_at.is_some()).await;
        // What a restart takes is no outage.
        assert!(!bench.exercises.take_up(exercise).await.unwrap());
        bench.tasks.drain().await;
        let seen = row().await.seen_at.unwrap();
        let at_most = row().await.elapsed_at(seen);
        bench.clock.advance(Duration::from_mins(10));
        assert!(bench.exercises.take_up(exercise).await.unwrap());
        assert!(!bench.exercises.take_up(exercise).await.unwrap(), "once");
        let after = row().await;
        let elapsed = after.elapsed_at(bench.clock.now());
        assert!(elapsed <= at_most + Duration::from_secs(5), "{elapsed:?}");
        assert_eq!(after.state, ExerciseState::Running);
        let told = bench.entries().await;
        let told = told.last().unwrap();
        assert!(matches!(told.event, Event::Interrupted { from, until } if from == seen.0 && until == bench.clock.now().0), "{told:?}");
        assert_eq!(told.exercise_time, elapsed);

        // After a long one nobody knows who is still there; an exercise that was to be over by then is not.
        bench.clock.advance(Duration::from_hours(3));
        assert!(bench.exercises.take_up(exercise).await.unwrap());
        assert_eq!(bench.state().await, ExerciseState::Paused);
        assert!(row().await.elapsed_at(bench.clock.now()) <= elapsed + Duration::from_secs(1));
        bench.clock.advance(Duration::from_hours(1));
        assert!(!bench.exercises.take_up(exercise).await.unwrap(), "time that stands is not lost");
        bench.exercises.resume(exercise, bench.organiser).await.unwrap();
        assert!(!bench.exercises.take_up(exercise).await.unwrap());
    }

    async fn a_conductor_that_takes_an_exercise_up_takes_the_outage_off_its_clock(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        bench.exercises.note_conducted(&bench.exercises.row(bench.exercise).await.unwrap()).await.unwrap();
        bench.clock.advance(Duration::from_mins(10));
        let [team, _] = bench.teams;
        bench.conduct();
        bench.until("the outage", async || bench.count_all("interrupted").await == 1).await;
        let late = bench.entries().await;
        let late = late.iter().filter(|entry| entry.team == Some(team) && entry.exercise_time > Duration::from_mins(5));
        assert_eq!(late.count(), 0, "nothing happened of what the outage held");
        bench.tasks.drain().await;
    }

    async fn every_failure_of_an_environment_is_written_down(database: Database) {
        let bench = Bench::new(database).await;
        bench.exercises.prepare(bench.exercise, bench.organiser).await.unwrap();
        let [team, _] = bench.teams;
        let fail = "update environment set phase = 'failed', attempts = 3,
            reason = '{\"stage\":\"create\",\"node\":null,\"message\":\"x\",\"arguments\":{},\"log\":[]}'";
        bench.execute(fail).await;
        let status = &bench.environments.of_exercise(bench.exercise).await.unwrap()[0];
        assert_eq!((status.phase, status.failure.is_some()), (Phase::Failed, true));
        Conductor::start(&bench.exercises, &bench.tasks);
        bench.until("the failure", async || bench.count("environment_failed", team).await == 1).await;
        let by = Actor::Account(bench.organiser);
        bench.exercises.retry_team(bench.exercise, team, by).await.unwrap();
        bench.execute(fail).await;
        bench.until("the next failure", async || bench.count("environment_failed", team).await == 2).await;
        bench.tasks.drain().await;
    }

    async fn resets_and_the_end_do_not_wait_for_each_other(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(false).await;
        let by = Actor::Account(bench.organiser);
        let resets = async {
            for _ in 0..20 {
                for team in bench.teams {
                    // Refused once the exercise is over, which is no failure.
                    let _ = bench.exercises.reset_team(bench.exercise, team, by).await;
                }
            }
        };
        let ((), end) = tokio::join!(resets, bench.exercises.finish(bench.exercise, by, false));
        end.unwrap();
        assert_eq!(bench.state().await, ExerciseState::Finished);
        let entries = bench.entries().await;
        let last = &entries[entries.len() - 1].event;
        assert!(matches!(last, Event::Finished { .. }), "nothing follows the end: {last:?}");
    }
}
