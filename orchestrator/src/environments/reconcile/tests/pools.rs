//! Copies that stand ready: made ahead, suspended, given once, replaced.

use thaotruong_tests::both_databases;

use super::{Bench, THINGS};
use crate::{
    clock::Clock as _,
    environments::{Claim, Engine as _, Phase, Pool, engine::NodeState},
    ids::{AccountId, EnvironmentId, ExerciseId, TeamId},
    store::{
        Database, Statement,
        exercises::{Team, insert_team},
    },
};

impl Bench {
    async fn keep(&self, size: i64) {
        let pool = Pool {
            province: self.province,
            scenario: "two".to_owned(),
            bundle: self.bundle.clone(),
            size,
        };
        let mut transaction = self.database.begin().await.unwrap();
        self.environments
            .set_pool(&mut transaction, &pool, None)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn until_ready(&self, ready: u32) {
        self.until(&format!("{ready} copies ready"), async || {
            let pool = self.environments.pool(self.province, "two").await.unwrap();
            pool.ready == ready && pool.preparing == 0
        })
        .await;
    }

    /// An exercise with two teams.
    async fn exercise(&self) -> (ExerciseId, [TeamId; 2]) {
        let mut connection = self.database.connection().await.unwrap();
        let (account, exercise) = (AccountId::new(), ExerciseId::new());
        Statement::new(
            "insert into account (id, province_id, username, password_hash, locale, created_at)
             values ($1, $2, 'i', '', 'vi', 0)",
        )
        .bind(account)
        .bind(self.province)
        .execute(&mut connection)
        .await
        .unwrap();
        Statement::new(
            "insert into exercise (id, province_id, title, kind, bundle_digest, state, duration, created_by, created_at,
               clock_elapsed, launch_key, head_sequence, head_hash)
             values ($1, $2, 'x', 'simulation', $3, 'preparing', 1, $4, 0, 0, 'k', 0, '')",
        )
        .bind(exercise)
        .bind(self.province)
        .bind(self.bundle.as_str())
        .bind(account)
        .execute(&mut connection)
        .await
        .unwrap();
        let teams = [TeamId::new(), TeamId::new()];
        for (number, id) in (1..).zip(teams) {
            let team = Team {
                id,
                number,
                name: format!("{number}"),
                unit: None,
                cell: crate::scenarios::Cell::Blue,
                against: None,
                seats: None,
            };
            insert_team(&mut connection, exercise, &team, &[])
                .await
                .unwrap();
        }
        (exercise, teams)
    }

    async fn claim(&self, exercise: ExerciseId, team: TeamId) -> Option<EnvironmentId> {
        let mut transaction = self.database.begin().await.unwrap();
        let claim = Claim {
            province: self.province,
            bundle: &self.bundle,
            exercise,
            team,
        };
        let claimed = self
            .environments
            .claim(&mut transaction, &claim)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        if let Some(id) = claimed {
            self.environments.bring_to_life(id).await;
        }
        claimed
    }

    async fn states(&self, id: EnvironmentId) -> Vec<NodeState> {
        self.nodes(id)
            .await
            .into_iter()
            .map(|(_, state, _)| state)
            .collect()
    }
}

both_databases! {
    async fn a_copy_is_made_ahead_and_suspended_given_once_and_replaced(database: Database) {
        let bench = Bench::new(database).await;
        bench.keep(2).await;
        bench.until_ready(2).await;
        assert_eq!(bench.engine.made_and_removed(), (2 * THINGS, 0));
        let (exercise, [first, second]) = bench.exercise().await;
        let (one, two) = tokio::join!(bench.claim(exercise, first), bench.claim(exercise, second));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one, two);
        for id in [one, two] {
            assert_eq!(bench.states(id).await, [NodeState::Running; 2], "it runs at once");
            assert_eq!(bench.row(id).await.phase, Phase::Ready);
        }
        assert_ne!(bench.row(one).await.seed, bench.row(two).await.seed, "nobody's flags are another's");
        bench.until_ready(2).await;
        assert_eq!(bench.engine.made_and_removed(), (4 * THINGS, 0));
        for id in [one, two] {
            bench.want_gone(id).await;
            bench.until_phase(id, Phase::Gone).await;
        }
        bench.until_ready(2).await;
        assert_eq!(bench.engine.made_and_removed(), (4 * THINGS, 2 * THINGS), "a used copy goes, it is not kept");
        bench.keep(0).await;
        bench.until("none", async || bench.engine.observe().await.unwrap().is_empty()).await;
    }

    async fn a_team_keeps_the_seeds_of_every_copy_it_was_given(database: Database) {
        let bench = Bench::new(database).await;
        bench.keep(2).await;
        bench.until_ready(2).await;
        let (exercise, [team, _]) = bench.exercise().await;
        let before = bench.claim(exercise, team).await.unwrap();
        bench.clock.advance(std::time::Duration::from_secs(1));
        let present = bench.claim(exercise, team).await.unwrap();
        // Whoever resizes the pool by an older list lets go of no copy that a team works in.
        let mut transaction = bench.database.begin().await.unwrap();
        let now = bench.clock.now();
        crate::store::environments::let_copy_go(&mut transaction, present, now).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(bench.row(present).await.desired, crate::environments::Desired::Running);
        let statuses = bench.environments.of_exercise(exercise).await.unwrap();
        assert_eq!(statuses.iter().map(|it| it.id).collect::<Vec<_>>(), [present]);
        let mut connection = bench.database.connection().await.unwrap();
        let copies = crate::store::environments::copies(&mut connection, present).await.unwrap();
        let seeds: Vec<Vec<u8>> = copies.into_iter().map(|copy| copy.seed).collect();
        assert_eq!(seeds, [bench.row(before).await.seed, bench.row(present).await.seed]);
        assert_eq!(bench.environments.copies_of_team(&mut connection, exercise, team).await.unwrap(), 2);
    }

    async fn without_a_copy_that_is_ready_there_is_nothing_to_claim(database: Database) {
        let bench = Bench::new(database).await;
        let (exercise, [team, _]) = bench.exercise().await;
        assert_eq!(bench.claim(exercise, team).await, None);
        bench.engine.set_missing_images(vec!["test/portal:1".to_owned()]);
        bench.keep(1).await;
        bench.until("a failed copy", async || {
            bench.environments.pool(bench.province, "two").await.unwrap().failed == 1
        })
        .await;
        assert_eq!(bench.claim(exercise, team).await, None);
        bench.engine.set_missing_images(Vec::new());
        bench.keep(1).await;
        bench.until_ready(1).await;
    }
}
