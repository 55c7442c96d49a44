//! Every fault that needs a scalpel, on the engine in memory: what shall exist comes to exist once, and goes entirely.

mod pools;
mod races;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use thaotruong_tests::{both_databases, scenario};

use crate::{
    clock::{Clock, TestClock, Timestamp},
    environments::{
        Engine, Environments, EnvironmentsConfig, Failure, Foundation, Isolation, Kept,
        MemoryEngine, NewEnvironment, NodeRef, Phase, Progress, Purpose, Stage,
        engine::NodeState,
        memory::{Fault, Operation},
    },
    ids::{EnvironmentId, ProvinceId},
    ownership::Ownership,
    random::SystemRandom,
    scenarios::{Bundle, BundleFile, Seed},
    store::{self, Database, Statement, bundles::StoredFile},
    tasks::Tasks,
};

/// Machines and networks of one environment.
const THINGS: u64 = 3;

struct Open;

#[async_trait::async_trait]
impl Isolation for Open {
    async fn prove(&self) -> Result<(), Vec<String>> {
        Ok(())
    }

    async fn keep(&self) -> Kept {
        Kept::Stands
    }
}

struct Bench {
    database: Database,
    engine: Arc<MemoryEngine>,
    clock: Arc<TestClock>,
    province: ProvinceId,
    bundle: String,
    environments: Environments,
    tasks: Tasks,
}

impl Bench {
    async fn new(database: Database) -> Self {
        let clock = Arc::new(TestClock::new(Timestamp(1_000_000)));
        let province = ProvinceId::new();
        let mut connection = database.connection().await.unwrap();
        Statement::new("insert into province (id, code, name) values ($1, 'T', 'T')")
            .bind(province)
            .execute(&mut connection)
            .await
            .unwrap();
        let files = scenario::machines("two", &["desk", "portal"], |machine| {
            format!("image: 'test/{machine}:1'")
        });
        let bundle = Bundle::from_files(BTreeMap::from(files.clone().map(|(path, text)| {
            let bytes = text.into_bytes();
            (path.to_owned(), BundleFile { bytes, mode: 0o644 })
        })))
        .unwrap();
        let checked = crate::scenarios::check(bundle);
        assert!(checked.definition.is_some(), "{:#?}", checked.problems);
        let digest = checked.definition.unwrap().bundle.digest();
        let stored = files.map(|(path, text)| StoredFile {
            path: path.to_owned(),
            mode: 0o644,
            content: text.into_bytes(),
        });
        store::bundles::keep(&mut connection, &digest, "two", 1, clock.now(), &stored)
            .await
            .unwrap();
        drop(connection);
        let engine = Arc::new(MemoryEngine::new());
        let (environments, tasks) = start(&database, &engine, &clock, true).await;
        Self {
            database,
            engine,
            clock,
            province,
            bundle: digest,
            environments,
            tasks,
        }
    }

    /// Ends the program as a kill would, and starts the next one on the same database and engine.
    async fn restart(&mut self) {
        self.tasks.drain().await;
        (self.environments, self.tasks) =
            start(&self.database, &self.engine, &self.clock, true).await;
    }

    async fn want(&self) -> EnvironmentId {
        let id = EnvironmentId::new();
        let new = NewEnvironment {
            id,
            province: self.province,
            exercise: None,
            team: None,
            purpose: Purpose::Rehearsal,
            bundle: self.bundle.clone(),
            seed: Seed([7; 32]),
        };
        let mut transaction = self.database.begin().await.unwrap();
        self.environments
            .want(&mut transaction, &new)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        self.environments.wake(id);
        id
    }

    async fn want_gone(&self, id: EnvironmentId) {
        let mut transaction = self.database.begin().await.unwrap();
        self.environments
            .want_gone(&mut transaction, id)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        self.environments.wake(id);
    }

    async fn row(&self, id: EnvironmentId) -> store::environments::Environment {
        let mut connection = self.database.connection().await.unwrap();
        store::environments::find(&mut connection, id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn failure(&self, id: EnvironmentId) -> Option<Failure> {
        self.row(id)
            .await
            .reason
            .map(|reason| serde_json::from_str(&reason).unwrap())
    }

    /// Waits until `condition` holds, letting time pass so that nobody waits for a back-off.
    async fn until(&self, what: &str, mut condition: impl AsyncFnMut() -> bool) {
        for _ in 0..600 {
            if condition().await {
                return;
            }
            self.clock.advance(Duration::from_millis(500));
            self.environments.wake_all();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{what} did not come about");
    }

    async fn until_phase(&self, id: EnvironmentId, phase: Phase) {
        self.until(&format!("{phase:?}"), async || {
            self.row(id).await.phase == phase
        })
        .await;
    }

    async fn nodes(&self, id: EnvironmentId) -> Vec<(String, NodeState, i64)> {
        let found = self.engine.observe_one(id).await.unwrap();
        let nodes = found.into_iter().flat_map(|found| found.nodes);
        nodes
            .map(|node| (node.node.to_string(), node.state, node.incarnation))
            .collect()
    }

    async fn whole(&self, id: EnvironmentId) -> bool {
        self.nodes(id).await == whole(1)
    }
}

fn whole(life: i64) -> Vec<(String, NodeState, i64)> {
    ["desk", "portal"]
        .map(|name| (name.to_owned(), NodeState::Running, life))
        .to_vec()
}

/// An orchestrator; one that does not beat will be taken for dead by the next.
async fn start(
    database: &Database,
    engine: &Arc<MemoryEngine>,
    clock: &Arc<TestClock>,
    alone: bool,
) -> (Environments, Tasks) {
    let tasks = Tasks::new();
    let ownership = Ownership::enter(database.clone(), Duration::from_millis(5), alone)
        .await
        .unwrap();
    let environments = Environments::new(Foundation {
        database: database.clone(),
        clock: Arc::<TestClock>::clone(clock),
        random: Arc::new(SystemRandom),
        engine: Arc::<MemoryEngine>::clone(engine),
        isolation: Arc::new(Open),
        ownership,
        config: EnvironmentsConfig {
            ranges: vec!["10.71.0.0/24".parse().unwrap()],
            parallel: 4,
            host_ranges: Vec::new(),
        },
    });
    environments.start(&tasks);
    (environments, tasks)
}

both_databases! {
    async fn what_shall_exist_exists_once_and_goes_entirely(database: Database) {
        let bench = Bench::new(database).await;
        let ids = [bench.want().await, bench.want().await, bench.want().await];
        for id in ids {
            bench.until_phase(id, Phase::Ready).await;
            assert!(bench.whole(id).await);
        }
        assert_eq!(bench.engine.made_and_removed(), (3 * THINGS, 0));
        for id in ids {
            bench.want_gone(id).await;
        }
        for id in ids {
            bench.until_phase(id, Phase::Gone).await;
        }
        assert_eq!(bench.engine.made_and_removed(), (3 * THINGS, 3 * THINGS));
        let mut connection = bench.database.connection().await.unwrap();
        assert!(store::environments::subnets(&mut connection).await.unwrap().is_empty());
    }

    async fn a_lost_response_makes_nothing_twice(database: Database) {
        let bench = Bench::new(database).await;
        for operation in [Operation::Network, Operation::Create, Operation::Start] {
            let (made, _) = bench.engine.made_and_removed();
            bench.engine.inject(operation, Fault::LostResponse);
            let id = bench.want().await;
            bench.until_phase(id, Phase::Ready).await;
            assert!(bench.whole(id).await, "{operation:?}");
            assert_eq!(bench.engine.made_and_removed().0, made + THINGS, "{operation:?}");
            bench.engine.inject(Operation::Destroy, Fault::LostResponse);
            bench.want_gone(id).await;
            bench.until_phase(id, Phase::Gone).await;
        }
        let (made, removed) = bench.engine.made_and_removed();
        assert_eq!(made, removed);
    }

    async fn a_refused_removal_is_tried_again(database: Database) {
        let bench = Bench::new(database).await;
        let id = bench.want().await;
        bench.until_phase(id, Phase::Ready).await;
        for _ in 0..5 {
            bench.engine.inject(Operation::Destroy, Fault::Refuse("403: active endpoints".to_owned()));
        }
        bench.want_gone(id).await;
        bench.until("a reason", async || bench.failure(id).await.is_some_and(|it| it.stage == Stage::Remove)).await;
        bench.until_phase(id, Phase::Gone).await;
        assert_eq!(bench.engine.observe().await.unwrap(), []);
    }

    async fn an_engine_that_is_away_loses_nothing(database: Database) {
        let bench = Bench::new(database).await;
        let ready = bench.want().await;
        bench.until_phase(ready, Phase::Ready).await;
        bench.engine.set_away(true);
        let waiting = bench.want().await;
        bench.until("a reason", async || bench.failure(waiting).await.is_some()).await;
        assert_eq!(bench.failure(waiting).await.unwrap().message, "environment-engine-away");
        for _ in 0..20 {
            bench.clock.advance(Duration::from_secs(10));
            bench.environments.wake(ready);
            bench.environments.wake(waiting);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(bench.row(ready).await.phase, Phase::Ready);
        assert_ne!(bench.row(waiting).await.phase, Phase::Failed, "waiting for an engine is no try");
        bench.engine.set_away(false);
        bench.until_phase(waiting, Phase::Ready).await;
        assert_eq!(bench.engine.made_and_removed(), (2 * THINGS, 0));
        bench.until("a clean bill", async || {
            bench.environments.wake(ready);
            bench.failure(ready).await.is_none()
        })
        .await;
    }

    async fn a_failed_environment_says_why_and_hinders_nobody(database: Database) {
        let bench = Bench::new(database).await;
        bench.engine.set_missing_images(vec!["test/portal:1".to_owned()]);
        let without = bench.want().await;
        bench.until_phase(without, Phase::Failed).await;
        let failure = bench.failure(without).await.unwrap();
        assert_eq!(failure.message, "environment-image-missing");
        assert_eq!(failure.node.unwrap().as_str(), "portal");
        bench.engine.set_missing_images(Vec::new());
        let other = bench.want().await;
        bench.until_phase(other, Phase::Ready).await;
        assert_eq!(bench.row(without).await.phase, Phase::Failed, "a person has to say so");
        let mut transaction = bench.database.begin().await.unwrap();
        bench.environments.retry(&mut transaction, without).await.unwrap();
        transaction.commit().await.unwrap();
        bench.until_phase(without, Phase::Ready).await;

        for _ in 0..3 {
            bench.engine.inject(Operation::Start, Fault::NodeEnds);
        }
        let broken = bench.want().await;
        bench.until_phase(broken, Phase::Failed).await;
        let failure = bench.failure(broken).await.unwrap();
        assert_eq!((failure.message.as_str(), failure.log.as_slice()), ("environment-node-ended", ["told to end".to_owned()].as_slice()));
        assert_eq!(bench.row(other).await.phase, Phase::Ready);
    }

    async fn what_is_done_by_hand_is_mended_and_work_is_kept(database: Database) {
        let bench = Bench::new(database).await;
        let id = bench.want().await;
        bench.until_phase(id, Phase::Ready).await;
        let node = |name: &str| NodeRef { environment: id, node: name.into() };
        bench.engine.remove_by_hand(&node("portal"));
        bench.until("portal again", async || bench.whole(id).await).await;
        bench.engine.stop_by_hand(&node("desk"));
        bench.until("desk again", async || bench.whole(id).await).await;
        // A node that will not start again: the others, and what the team did in them, stay.
        for _ in 0..4 {
            bench.engine.inject(Operation::Start, Fault::NodeEnds);
        }
        bench.engine.stop_by_hand(&node("portal"));
        bench.until("a reason", async || bench.failure(id).await.is_some()).await;
        let row = bench.row(id).await;
        assert_eq!(row.phase, Phase::Ready);
        bench.until("portal again", async || bench.whole(id).await).await;
        bench.until("a clean bill", async || {
            bench.environments.wake(id);
            bench.failure(id).await.is_none()
        })
        .await;
        assert_eq!(bench.engine.made_and_removed(), (THINGS + 1, 0), "only the removed machine was made again");
    }

    async fn a_taken_range_is_replaced(database: Database) {
        let bench = Bench::new(database).await;
        bench.engine.set_foreign_ranges(vec!["10.71.0.0/28".parse().unwrap()]);
        let id = bench.want().await;
        bench.until_phase(id, Phase::Ready).await;
        let mut connection = bench.database.connection().await.unwrap();
        let held = store::environments::subnets_of(&mut connection, id).await.unwrap();
        let range: crate::scenarios::Subnet = held[0].1.parse().unwrap();
        assert!(!range.overlaps("10.71.0.0/28".parse().unwrap()));
        drop(connection);
        bench.engine.set_foreign_ranges(vec!["10.71.0.0/16".parse().unwrap()]);
        let none = bench.want().await;
        bench.until_phase(none, Phase::Failed).await;
        assert_eq!(bench.failure(none).await.unwrap().message, "environment-no-range");
    }

    async fn a_reset_is_a_fresh_copy_and_its_past_is_kept(database: Database) {
        let bench = Bench::new(database).await;
        let id = bench.want().await;
        bench.until_phase(id, Phase::Ready).await;
        let mut transaction = bench.database.begin().await.unwrap();
        let life = bench.environments.reset(&mut transaction, id, Seed([9; 32])).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(life, 2);
        bench.until("the second life", async || {
            bench.row(id).await.phase == Phase::Ready && bench.nodes(id).await == whole(2)
        })
        .await;
        let mut connection = bench.database.connection().await.unwrap();
        let copies = store::environments::copies(&mut connection, id).await.unwrap();
        let seeds: Vec<Vec<u8>> = copies.into_iter().map(|copy| copy.seed).collect();
        assert_eq!(seeds, [vec![7; 32], vec![9; 32]]);
    }

    async fn a_restart_takes_up_what_was_cut_off(database: Database) {
        let mut bench = Bench::new(database).await;
        bench.engine.set_delay(Duration::from_millis(15));
        let ids = [bench.want().await, bench.want().await, bench.want().await];
        for milliseconds in [5, 30, 50, 70, 20, 40] {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            bench.restart().await;
        }
        for id in ids {
            bench.until_phase(id, Phase::Ready).await;
            assert!(bench.whole(id).await);
        }
        assert_eq!(bench.engine.made_and_removed(), (3 * THINGS, 0));
        for id in ids {
            bench.want_gone(id).await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        bench.restart().await;
        for id in ids {
            bench.until_phase(id, Phase::Gone).await;
        }
        assert_eq!(bench.engine.observe().await.unwrap(), []);
    }

    async fn an_orphan_of_ours_is_removed(database: Database) {
        let mut bench = Bench::new(database).await;
        let id = bench.want().await;
        bench.until_phase(id, Phase::Ready).await;
        let mut connection = bench.database.connection().await.unwrap();
        let definition = bench.environments.definitions().get(&mut connection, &bench.bundle).await.unwrap();
        drop(connection);
        let orphan = EnvironmentId::new();
        let seed = Seed([1; 32]);
        let subnets = ["10.71.0.240/28".parse().unwrap()];
        let input = crate::scenarios::PlanInput { environment: orphan, seed: &seed, subnets: &subnets, addresses: None };
        let plan = definition.plan(&input).unwrap();
        bench.engine.apply(&plan, 1, &Progress::silent()).await.unwrap();
        bench.restart().await;
        bench.until("the orphan's end", async || bench.engine.observe_one(orphan).await.unwrap().is_none()).await;
        assert!(bench.whole(id).await);
    }
}
