//! How long machines are kept, and when they stand still.

use std::time::Duration;

use thaotruong_tests::both_databases;

use super::{Bench, output};
use crate::{
    clock::Clock,
    environments::{EnvironmentStatus, Phase, Total},
    exercises::{ExerciseError, ExerciseState, keeping::LONGEST},
    journal::Event,
    store::Database,
};

const HOUR: Duration = Duration::from_hours(1);
/// Length of the bench's scenario and the usual margin.
const KEPT: Duration = Duration::from_mins(90 + 24 * 60);

impl Bench {
    async fn ready(&self) {
        self.exercises
            .prepare(self.exercise, self.organiser)
            .await
            .unwrap();
        self.conduct();
        self.until("ready", async || self.state().await == ExerciseState::Ready)
            .await;
    }

    async fn statuses(&self) -> Vec<EnvironmentStatus> {
        self.environments.of_exercise(self.exercise).await.unwrap()
    }

    async fn all(&self, phase: Phase) -> bool {
        self.statuses().await.iter().all(|it| it.phase == phase)
    }

    async fn expired(&self) -> bool {
        let entries = self.entries().await;
        entries
            .iter()
            .any(|it| it.event == Event::EnvironmentsRemoved { expired: true })
    }
}

both_databases! {
    async fn one_that_is_never_begun_is_a_draft_again_when_its_time_is_over(database: Database) {
        let bench = Bench::new(database).await;
        bench.ready().await;
        let exercise = bench.exercises.row(bench.exercise).await.unwrap();
        let until = exercise.expires_at.unwrap();
        assert!(until > bench.clock.now() + KEPT - HOUR && until <= bench.clock.now() + KEPT);

        let put_off = bench.exercises.extend(bench.exercise, bench.organiser, 30, Some(until)).await.unwrap();
        assert_eq!(put_off, until + 30 * HOUR);
        // The same click again, from the page that showed the end before.
        let again = bench.exercises.extend(bench.exercise, bench.organiser, 30, Some(until)).await;
        assert_eq!(again.unwrap(), put_off);
        let hours = LONGEST.as_secs() / 3600;
        for hours in [0, hours, u64::MAX] {
            let refused = bench.exercises.extend(bench.exercise, bench.organiser, hours, None).await;
            assert!(matches!(refused, Err(ExerciseError::Input { .. })), "{refused:?}");
        }
        bench.clock.advance(KEPT + HOUR);
        bench.until("machines that stand still", async || bench.all(Phase::Suspended).await).await;
        assert_eq!(bench.state().await, ExerciseState::Ready, "it was put off");

        bench.clock.advance(30 * HOUR);
        bench.until("a draft", async || bench.state().await == ExerciseState::Draft).await;
        bench.until("an engine that is free", async || {
            bench.environments.measure().await.unwrap() == Total::default()
        }).await;
        assert!(bench.expired().await);
        assert_eq!(bench.exercises.row(bench.exercise).await.unwrap().expires_at, None);
        bench.exercises.prepare(bench.exercise, bench.organiser).await.unwrap();
        bench.until("ready again", async || bench.state().await == ExerciseState::Ready).await;
        bench.tasks.drain().await;
    }

    async fn one_that_is_paused_and_forgotten_loses_its_machines_and_nothing_else(database: Database) {
        let bench = Bench::new(database).await;
        bench.begin(true).await;
        let (team, person) = (bench.teams[0], bench.people[0]);
        let flag = bench.flag(team).await;
        bench.exercises.submit(bench.exercise, team, person, "way", &flag).await.unwrap();
        bench.exercises.pause(bench.exercise, bench.organiser).await.unwrap();
        bench.clock.advance(KEPT + HOUR);
        bench.until("machines to go", async || bench.expired().await).await;
        assert_eq!(bench.state().await, ExerciseState::Paused, "nobody has ended it");
        bench.until("an engine that is free", async || {
            bench.environments.measure().await.unwrap() == Total::default()
        }).await;
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        assert!(view.score(team).tasks["way"].solved.is_some());
        bench.exercises.finish(bench.exercise, crate::journal::Actor::System, false).await.unwrap();
        bench.tasks.drain().await;
    }

    async fn machines_that_nobody_uses_stand_still_while_time_stands_and_never_while_it_runs(database: Database) {
        let bench = Bench::new(database).await;
        bench.engine.set_output(&["/opt/mended"], output(0));
        bench.ready().await;
        bench.clock.advance(Duration::from_mins(31));
        bench.until("machines that stand still", async || bench.all(Phase::Suspended).await).await;
        let inventory = bench.environments.inventory().await.unwrap();
        assert!(inventory.lines.iter().all(|line| line.actual.as_ref().unwrap().paused == 2));

        // Somebody comes to one of them.
        let used = bench.environment(bench.teams[0]).await;
        bench.environments.touch(used).await;
        for status in bench.statuses().await {
            let phase = if status.id == used { Phase::Ready } else { Phase::Suspended };
            assert_eq!(status.phase, phase);
        }

        bench.exercises.start(bench.exercise, bench.organiser).await.unwrap();
        assert!(bench.all(Phase::Ready).await, "all go on with the clock");
        bench.clock.advance(Duration::from_mins(45));
        bench.until("the check", async || bench.count("check_changed", bench.teams[1]).await > 0).await;
        assert!(bench.all(Phase::Ready).await, "never while it runs");

        bench.exercises.pause(bench.exercise, bench.organiser).await.unwrap();
        bench.clock.advance(Duration::from_mins(29));
        let view = bench.exercises.view(bench.exercise).await.unwrap();
        bench.exercises.keep(&view, &bench.statuses().await).await.unwrap();
        assert!(bench.all(Phase::Ready).await, "not yet");
        bench.clock.advance(Duration::from_mins(2));
        bench.until("machines that stand still", async || bench.all(Phase::Suspended).await).await;
        // What stands still is not checked, and lost no availability by it.
        let failed = bench.entries().await.into_iter().filter(|it| matches!(
            it.event,
            Event::CheckChanged { state: crate::journal::CheckState::Error, .. }
        ));
        assert_eq!(failed.count(), 0);
        bench.exercises.resume(bench.exercise, bench.organiser).await.unwrap();
        assert!(bench.all(Phase::Ready).await);
        bench.tasks.drain().await;
    }
}
