//! Those who are late, and those who share.

use std::time::Duration;

use thaotruong_tests::both_databases;

use super::{Bench, THINGS, start, whole};
use crate::{
    environments::{
        Engine as _, EngineError, NodeRef, Phase, Progress,
        engine::{DISK, NodeState},
        memory::{Fault, Operation},
    },
    scenarios::{PlanInput, Seed},
    store::{self, Database},
};

both_databases! {
    async fn two_orchestrators_share_the_work_and_one_takes_over_from_a_dead_one(database: Database) {
        let bench = Bench::new(database).await;
        let (second, second_tasks) = start(&bench.database, &bench.engine, &bench.clock, false).await;
        let mut ids = Vec::new();
        for _ in 0..6 {
            let id = bench.want().await;
            second.wake(id);
            ids.push(id);
        }
        for id in &ids {
            bench.until_phase(*id, Phase::Ready).await;
        }
        assert_eq!(bench.engine.made_and_removed(), (6 * THINGS, 0), "each was made by one of the two");
        // The first is cut off: it neither works nor beats from here on, and has not said goodbye.
        bench.tasks.drain().await;
        second.ownership().start(&second_tasks);
        for id in &ids {
            bench.want_gone(*id).await;
        }
        bench.until("the second takes over", async || {
            second.wake_all();
            bench.engine.observe().await.unwrap().is_empty()
        })
        .await;
        for id in ids {
            bench.until_phase(id, Phase::Gone).await;
            assert_eq!(bench.row(id).await.owner, Some(second.ownership().me()));
        }
        assert_eq!(bench.engine.made_and_removed(), (6 * THINGS, 6 * THINGS));
        second_tasks.drain().await;
    }

    async fn finishing_does_not_wait_for_a_copy_that_never_becomes_ready(database: Database) {
        let bench = Bench::new(database).await;
        for _ in 0..8 {
            bench.engine.inject(Operation::Start, Fault::Slow(Duration::from_hours(1)));
        }
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(bench.want().await);
        }
        for id in &ids {
            bench.until_phase(*id, Phase::Preparing).await;
        }
        for id in &ids {
            bench.want_gone(*id).await;
        }
        for id in ids {
            bench.until_phase(id, Phase::Gone).await;
        }
        assert_eq!(bench.engine.observe().await.unwrap(), []);
    }

    async fn one_that_is_late_never_destroys_a_newer_copy(database: Database) {
        let bench = Bench::new(database).await;
        let id = bench.want().await;
        bench.until_phase(id, Phase::Ready).await;
        let mut transaction = bench.database.begin().await.unwrap();
        bench.environments.reset(&mut transaction, id, Seed([9; 32])).await.unwrap();
        transaction.commit().await.unwrap();
        bench.until("the second life", async || {
            bench.row(id).await.phase == Phase::Ready && bench.nodes(id).await == whole(2)
        })
        .await;
        // What an orchestrator that stalled since the first life would still do.
        let mut connection = bench.database.connection().await.unwrap();
        let definition = bench.environments.definitions().get(&mut connection, &bench.bundle).await.unwrap();
        let held = store::environments::subnets_of(&mut connection, id).await.unwrap();
        let subnets = [held[0].1.parse().unwrap()];
        let plan = definition.plan(&PlanInput { environment: id, seed: &Seed([7; 32]), subnets: &subnets, addresses: None }).unwrap();
        let late = bench.engine.apply(&plan, 1, &Progress::new(|_| {})).await;
        assert!(matches!(late, Err(EngineError::Refused { .. })), "{late:?}");
        assert_eq!(bench.nodes(id).await, whole(2));
    }

    async fn one_that_fills_the_disk_stands_still_and_says_why(database: Database) {
        let bench = Bench::new(database).await;
        let (greedy, modest) = (bench.want().await, bench.want().await);
        for id in [greedy, modest] {
            bench.until_phase(id, Phase::Ready).await;
        }
        let desk = |environment| NodeRef { environment, node: "desk".into() };
        bench.engine.set_written(&desk(greedy), DISK + 1);
        bench.engine.set_written(&desk(modest), DISK);
        bench.environments.bound_disk().await;
        let failure = bench.failure(greedy).await.unwrap();
        assert_eq!((failure.message.as_str(), failure.node.unwrap().as_str()), ("environment-disk-full", "desk"));
        assert_eq!(bench.row(greedy).await.phase, Phase::Failed);
        let states: Vec<NodeState> = bench.nodes(greedy).await.into_iter().map(|(_, state, _)| state).collect();
        assert_eq!(states, [NodeState::Paused; 2], "nothing is lost, nothing more is written");
        assert!(bench.whole(modest).await);
        bench.engine.set_written(&desk(greedy), 0);
        let mut transaction = bench.database.begin().await.unwrap();
        bench.environments.reset(&mut transaction, greedy, Seed([9; 32])).await.unwrap();
        transaction.commit().await.unwrap();
        bench.until("a fresh copy", async || bench.nodes(greedy).await == whole(2)).await;
    }
}
