//! Rehearsals of drills over the engine in memory: whatever becomes of one, nothing is left over.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use thaotruong_tests::both_databases;
use tokio_util::sync::CancellationToken;

use super::{Bench, COMPOSE, Walls, definition};
use crate::{
    clock::Clock as _,
    environments::{Engine, Step},
    environments::{Environments, EnvironmentsConfig, Isolation, MemoryEngine},
    exercises::rehearsal::{Finding, Grounds, Observer, Outcome, Rehearsals, Stage, Wish},
    exercises::{ExerciseError, Span},
    ids::RehearsalId,
    store::Database,
};

/// Gives the rehearsal up as soon as a team's machines are there.
struct Impatient(CancellationToken);

impl Observer for Impatient {
    fn stage(&self, _: Stage) {}
    fn step(&self, _: &Step) {}
    fn ready(&self, ready: usize, _: usize) {
        if ready > 0 {
            self.0.cancel();
        }
    }
    fn refused(&self, _: &str, _: usize) {}
    fn solved(&self, _: &str, _: &Outcome) {}
    fn finding(&self, _: &Finding) {}
}

/// Notes what is set aside while a rehearsal is held.
struct Counting(Environments, AtomicU64);

impl Observer for Counting {
    fn stage(&self, _: Stage) {
        self.1.fetch_max(self.0.aside(), Ordering::SeqCst);
    }
    fn step(&self, _: &Step) {}
    fn ready(&self, _: usize, _: usize) {}
    fn refused(&self, _: &str, _: usize) {}
    fn solved(&self, _: &str, _: &Outcome) {}
    fn finding(&self, _: &Finding) {}
}

fn grounds(folder: &std::path::Path, engine: &Arc<MemoryEngine>) -> Grounds {
    let engine = Arc::clone(engine);
    Grounds {
        folder: folder.join("rehearsals"),
        engines: Arc::new(move |_, _| {
            let engine: Arc<dyn Engine> = Arc::<MemoryEngine>::clone(&engine);
            let isolation: Arc<dyn Isolation> = Arc::new(Walls::default());
            (engine, isolation)
        }),
        config: EnvironmentsConfig {
            ranges: vec!["10.72.0.0/24".parse().unwrap()],
            parallel: 4,
            host_ranges: Vec::new(),
        },
    }
}

both_databases! {
    async fn one_that_is_given_up_leaves_nothing_and_says_so(database: Database) {
        let bench = Bench::new(database).await;
        let grounds = grounds(bench.folder.path(), &bench.engine);
        let rehearsals = Rehearsals::new(
            bench.database.clone(),
            Arc::<crate::clock::TestClock>::clone(&bench.clock) as Arc<dyn crate::clock::Clock>,
            bench.environments.clone(),
            grounds.clone(),
        );
        let stop = CancellationToken::new();
        let wish = Wish {
            province: None,
            by: None,
            definition: Arc::new(definition(COMPOSE)),
            teams: 5,
            not_isolated: None,
        };
        let id = RehearsalId::new();
        let observer = Arc::new(Impatient(stop.clone()));
        let held = rehearsals.hold(id, &wish, observer, &stop).await.unwrap();
        assert!(held.report.cancelled && !held.row.go, "{:?}", held.report);
        assert!(held.report.ready.iter().flatten().count() > 0);
        assert!(held.report.removal.is_some(), "{:?}", held.report);
        assert_eq!(bench.engine.observe().await.unwrap(), []);
        assert_eq!(std::fs::read_dir(&grounds.folder).unwrap().count(), 0);
        let exercise = bench.exercises.row(bench.exercise).await.unwrap();
        let kept = rehearsals.last(exercise.province, "two").await.unwrap().unwrap();
        assert_eq!((kept.row.id, kept.row.teams, kept.report), (id, 5, held.report));
        bench.tasks.drain().await;
    }

    async fn memory_of_a_rehearsal_is_not_there_for_a_drill_that_is_prepared(database: Database) {
        let bench = Bench::new(database).await;
        let all = bench.environments.memory().await.unwrap();
        let province = bench.province;
        let (id, teams) = (Some(bench.exercise), 2);
        let room = async |from| {
            let span = Span { from, until: from + std::time::Duration::from_mins(90) };
            let room = bench.exercises.room((id, province), &bench.definition, teams, span);
            room.await.unwrap()
        };
        let now = bench.clock.now();
        let before = room(now).await;
        assert!(before.is_enough());
        let aside = bench.environments.set_aside(all);
        assert_eq!(room(now).await.available, 0);
        assert_eq!(bench.environments.capacity(&bench.definition, teams).await.unwrap().memory_available, 0);
        let refused = bench.exercises.prepare(bench.exercise, bench.organiser).await;
        assert!(matches!(refused, Err(ExerciseError::Input { message: "schedule-conflict-elsewhere", .. })), "{refused:?}");
        let tomorrow = now + std::time::Duration::from_hours(24);
        assert!(room(tomorrow).await.is_enough(), "it is over by then");
        drop(aside);
        assert_eq!(room(now).await, before);
        let grounds = grounds(bench.folder.path(), &bench.engine);
        let clock: Arc<dyn crate::clock::Clock> = Arc::<crate::clock::TestClock>::clone(&bench.clock);
        let rehearsals = Rehearsals::new(bench.database.clone(), clock, bench.environments.clone(), grounds);
        let stop = CancellationToken::new();
        let wish = Wish { province: None, by: None, definition: Arc::new(definition(COMPOSE)), teams, not_isolated: None };
        let seen = Arc::new(Counting(bench.environments.clone(), AtomicU64::new(0)));
        let observer = Arc::<Counting>::clone(&seen);
        rehearsals.hold(RehearsalId::new(), &wish, observer, &stop).await.unwrap();
        assert_eq!(seen.1.load(Ordering::SeqCst), before.needed);
        assert_eq!(bench.environments.aside(), 0);
        bench.tasks.drain().await;
    }

    async fn what_a_killed_one_left_is_found_and_removed(database: Database) {
        let bench = Bench::new(database).await;
        let grounds = grounds(bench.folder.path(), &bench.engine);
        let id = RehearsalId::new();
        let ground = grounds.open(id).await.unwrap();
        grounds.sweep().await;
        assert_eq!(std::fs::read_dir(&grounds.folder).unwrap().count(), 1, "it is being held");
        // Its process dies in the middle: everything of it ends, and its lock with it.
        ground.abandon().await;
        bench.leave_machines().await;
        grounds.sweep().await;
        assert_eq!(bench.engine.observe().await.unwrap(), []);
        assert_eq!(std::fs::read_dir(&grounds.folder).unwrap().count(), 0);
        bench.tasks.drain().await;
    }
}

impl Bench {
    /// Has one environment made that nobody will ask to go.
    async fn leave_machines(&self) {
        let subnet = "10.72.0.0/28".parse().unwrap();
        let plan = self
            .definition
            .plan(&crate::scenarios::PlanInput {
                environment: crate::ids::EnvironmentId::new(),
                seed: &crate::scenarios::Seed([3; 32]),
                subnets: &[subnet],
                addresses: None,
            })
            .unwrap();
        let silent = crate::environments::Progress::silent();
        self.engine.apply(&plan, 1, &silent).await.unwrap();
        assert_eq!(self.engine.observe().await.unwrap().len(), 1);
    }
}
