//! Machines that are taken away, and exercises that go on all the same.

use thaotruong_tests::both_databases;

use super::Bench;
use crate::{
    clock::Clock,
    environments::{Desired, Phase, Total},
    exercises::{
        ExerciseError, ExerciseState, RESET_INTERVAL, Removal, in_use, is_running, is_unneeded,
    },
    journal::{Actor, Event},
    store::Database,
};

/// Machines and networks of the bench's two environments.
const WHOLE: Total = Total {
    environments: 2,
    nodes: 4,
    networks: 2,
};

impl Bench {
    async fn measured(&self) -> Total {
        self.environments.measure().await.unwrap()
    }

    async fn until_free(&self) {
        self.until("an engine that is free", async || {
            self.measured().await == Total::default()
        })
        .await;
    }
}

both_databases! {
    async fn an_exercise_that_has_begun_stands_paused_without_its_machines_and_goes_on_with_fresh_ones(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let flag = bench.flag(bench.teams[0]).await;
        assert_eq!(bench.measured().await, WHOLE);
        let inventory = bench.environments.inventory().await.unwrap();
        assert_eq!(inventory.lines.len(), 2);
        for line in &inventory.lines {
            assert!(is_running(line) && !is_unneeded(line), "{line:?}");
            assert_eq!((line.desired, line.phase), (Desired::Running, Phase::Ready));
            assert_eq!(line.actual.as_ref().unwrap().running, 2);
            assert_eq!(line.team.as_ref().unwrap().name, ["một", "hai"][usize::try_from(line.team.as_ref().unwrap().number).unwrap() - 1]);
            let refused = bench.exercises.remove_environment(line.id).await;
            assert!(matches!(refused, Err(ExerciseError::State(ExerciseState::Running))), "{refused:?}");
        }

        let refused = bench.exercises.free_all(&inventory, false).await;
        assert!(matches!(refused, Err(ExerciseError::State(ExerciseState::Running))), "{refused:?}");
        bench.exercises.free_all(&inventory, true).await.unwrap();
        bench.until_free().await;
        assert_eq!(bench.state().await, ExerciseState::Paused);
        let entries = bench.entries().await;
        assert!(entries.iter().any(|it| it.event == Event::EnvironmentsRemoved { expired: false }));
        // Asked for again nothing happens twice.
        bench.exercises.release(bench.exercise, Actor::System, Removal::Asked { running: false }).await.unwrap();

        // Two ask at the same moment.
        let renew = || bench.exercises.renew(bench.exercise, bench.organiser);
        let (one, other) = tokio::join!(renew(), renew());
        one.and(other).unwrap();
        bench.until("machines again", async || bench.measured().await == WHOLE).await;
        bench.until("ready again", async || {
            let statuses = bench.environments.of_exercise(bench.exercise).await.unwrap();
            statuses.iter().all(|it| it.phase == Phase::Ready)
        }).await;
        bench.exercises.resume(bench.exercise, bench.organiser).await.unwrap();
        for team in bench.teams {
            assert_eq!(bench.count("environment_reset", team).await, 1);
        }
        assert_eq!(bench.environments.inventory().await.unwrap().total, Some(WHOLE));
        // What a team found before is still the answer.
        let submitted = bench.exercises.submit(bench.exercise, bench.teams[0], bench.people[0], "way", &flag).await.unwrap();
        assert!(submitted.verdict == crate::journal::Verdict::Correct, "{submitted:?}");
        bench.tasks.drain().await;
    }

    async fn one_that_has_not_begun_is_a_draft_again_and_what_nobody_needs_is_cleared(database: Database) {
        let bench = Bench::new(database).await;
        bench.exercises.prepare(bench.exercise, bench.organiser).await.unwrap();
        bench.conduct();
        bench.until("ready", async || bench.state().await == ExerciseState::Ready).await;
        assert_eq!(bench.exercises.prune(None).await.unwrap(), 0, "all of it is needed");
        bench.exercises.release(bench.exercise, Actor::System, Removal::Asked { running: false }).await.unwrap();
        assert_eq!(bench.state().await, ExerciseState::Draft);
        bench.until_free().await;
        let inventory = bench.environments.inventory().await.unwrap();
        assert!(inventory.lines.iter().all(|line| in_use(line).is_none()), "{inventory:?}");
        assert!(inventory.orphans.is_empty());
        bench.tasks.drain().await;
    }

    async fn whoever_asks_at_once_and_whatever_the_clock_does_a_team_has_one_environment(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let removal = Removal::Asked { running: true };
        bench.exercises.release(bench.exercise, Actor::System, removal).await.unwrap();
        bench.until_free().await;
        bench.clock.set(bench.clock.now() - std::time::Duration::from_hours(1));
        let reset = || bench.exercises.reset_team(bench.exercise, bench.teams[0], Actor::System);
        let (one, other) = tokio::join!(reset(), reset());
        one.and(other).unwrap();
        let inventory = bench.environments.inventory().await.unwrap();
        let [line] = &inventory.lines[..] else { panic!("{inventory:#?}") };
        assert!(!line.replaced && in_use(line) == Some(ExerciseState::Paused), "{line:?}");
        assert_eq!(bench.environment(bench.teams[0]).await, line.id);
        assert_eq!(bench.exercises.prune(None).await.unwrap(), 0);
        // Its time is that of fresh machines: whoever finds that it was over is late.
        bench.exercises.release(bench.exercise, Actor::System, Removal::Expired).await.unwrap();
        assert_eq!(bench.environments.inventory().await.unwrap().lines[0].desired, Desired::Running);
        bench.tasks.drain().await;
    }

    async fn what_the_database_does_not_know_is_seen_and_removed(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        // The program ends, and a copy of the database from before the drill takes its place.
        bench.tasks.drain().await;
        let lost = bench.environment(bench.teams[0]).await;
        for sql in [
            "delete from environment_subnet",
            "delete from environment_incarnation",
            "delete from environment",
        ] {
            bench.execute(sql).await;
        }
        let inventory = bench.environments.inventory().await.unwrap();
        assert!(inventory.lines.is_empty());
        assert_eq!(inventory.orphans.len(), 2);
        assert!(inventory.orphans.iter().any(|it| it.id == lost && it.actual.running == 2));
        bench.engine.set_away(true);
        let blind = bench.environments.inventory().await.unwrap();
        assert!(blind.engine_error.is_some() && blind.total.is_none() && blind.orphans.is_empty());
        bench.engine.set_away(false);
        bench.exercises.remove_environment(lost).await.unwrap();
        assert_eq!(bench.exercises.prune(None).await.unwrap(), 1);
        assert_eq!(bench.measured().await, Total::default());
    }

    async fn a_team_takes_fresh_machines_by_itself_now_and_then(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let [team, _] = bench.teams;
        let (member, organiser) = (Actor::Person(bench.people[0]), Actor::Account(bench.organiser));
        let reset = async |by| bench.exercises.reset_team(bench.exercise, team, by).await;
        reset(member).await.unwrap();
        let again = reset(member).await;
        assert!(matches!(again, Err(ExerciseError::Input { message: "team-reset-too-often", .. })), "{again:?}");
        assert_eq!(bench.count("environment_reset", team).await, 1, "refused, nothing is done");
        reset(organiser).await.unwrap();
        bench.clock.advance(RESET_INTERVAL / 6);
        // The whole time must have passed, not only the hour turned.
        bench.clock.advance(RESET_INTERVAL * 5 / 6);
        reset(member).await.unwrap();
        assert_eq!(bench.count("environment_reset", team).await, 3);
        bench.clock.advance(RESET_INTERVAL * 5 / 6);
        let again = reset(member).await;
        assert!(matches!(again, Err(ExerciseError::Input { message: "team-reset-too-often", .. })), "{again:?}");
        bench.exercises.pause(bench.exercise, bench.organiser).await.unwrap();
        bench.clock.advance(RESET_INTERVAL);
        let refused = reset(member).await;
        assert!(matches!(refused, Err(ExerciseError::State(ExerciseState::Paused))), "{refused:?}");
        bench.tasks.drain().await;
    }
}
