//! Appending on both databases: what a clock that steps, a row that is refused and an exercise that ends do to a journal.

use std::{sync::Arc, time::Duration};

use thaotruong_tests::both_databases;

use super::{
    Actor, Appended, Draft, Entry, Event, Journal, JournalError, Pending, append_in, verify,
};
use crate::{
    clock::{Clock, TestClock, Timestamp},
    ids::{AccountId, ExerciseId, ProvinceId},
    store::{
        self, Database, Statement,
        exercises::{ExerciseState, NewExercise},
    },
    tasks::Tasks,
};

const START: Timestamp = Timestamp(1_795_000_000_000_000);
const DURATION: Duration = Duration::from_mins(90);

struct Bench {
    database: Database,
    clock: Arc<TestClock>,
    journal: Journal,
    exercise: ExerciseId,
    _tasks: Tasks,
}

impl Bench {
    /// An exercise that has just begun.
    async fn new(database: Database) -> Self {
        let clock = Arc::new(TestClock::new(START));
        let tasks = Tasks::new();
        let journal = Journal::start(database.clone(), Arc::<TestClock>::clone(&clock), &tasks);
        let exercise = ExerciseId::new();
        let bench = Self {
            database,
            clock,
            journal,
            exercise,
            _tasks: tasks,
        };
        bench.lay_out().await;
        bench
            .move_to(ExerciseState::Draft, ExerciseState::Running)
            .await;
        let mut transaction = bench.database.begin().await.unwrap();
        store::exercises::set_clock(&mut transaction, exercise, Duration::ZERO, Some(START))
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        bench
    }

    async fn lay_out(&self) {
        let mut transaction = self.database.begin().await.unwrap();
        let province = ProvinceId::new();
        Statement::new("insert into province (id, code, name) values ($1, 'T', 'T')")
            .bind(province)
            .execute(&mut transaction)
            .await
            .unwrap();
        let account = AccountId::new();
        let row = store::accounts::AccountRow {
            id: account,
            province,
            province_name: String::new(),
            person: None,
            person_name: None,
            username: "an.nguyen".to_owned(),
            password_hash: String::new(),
            locale: "vi".to_owned(),
            created_at: START,
            disabled_at: None,
        };
        store::accounts::insert(&mut transaction, &row)
            .await
            .unwrap();
        store::bundles::keep(&mut transaction, "digest", "two", 1, START, &[])
            .await
            .unwrap();
        let new = NewExercise {
            id: self.exercise,
            province,
            title: "Diễn tập".to_owned(),
            kind: "simulation".to_owned(),
            bundle: "digest".to_owned(),
            duration: DURATION,
            created_by: account,
            created_at: START,
            launch_key: "form".to_owned(),
            genesis: super::GENESIS.to_owned(),
            trial: false,
        };
        assert!(
            store::exercises::insert(&mut transaction, &new)
                .await
                .unwrap()
        );
        transaction.commit().await.unwrap();
    }

    async fn move_to(&self, from: ExerciseState, to: ExerciseState) {
        let mut transaction = self.database.begin().await.unwrap();
        let moved = store::exercises::move_state(&mut transaction, self.exercise, from, to).await;
        assert!(moved.unwrap());
        transaction.commit().await.unwrap();
    }

    async fn append(&self, draft: Draft) -> Result<Appended, JournalError> {
        self.journal.append(self.exercise, draft).await
    }

    async fn entries(&self) -> Vec<Entry> {
        let mut connection = self.database.connection().await.unwrap();
        Entry::read(&mut connection, self.exercise, 0)
            .await
            .unwrap()
    }

    async fn row(&self) -> store::exercises::Exercise {
        let mut connection = self.database.connection().await.unwrap();
        let found = store::exercises::find(&mut connection, self.exercise).await;
        found.unwrap().unwrap()
    }
}

fn note() -> Draft {
    Draft::new(Actor::System, Event::Preparing)
}

const RUNNING: &[ExerciseState] = &[ExerciseState::Running];

both_databases! {
    async fn a_clock_that_is_set_back_turns_no_exercise_back(database: Database) {
        let bench = Bench::new(database).await;
        bench.clock.advance(Duration::from_mins(40));
        bench.append(note()).await.unwrap();
        bench.clock.set(START - Duration::from_mins(20));
        bench.append(note()).await.unwrap();
        let times: Vec<Duration> = bench.entries().await.iter().map(|it| it.exercise_time).collect();
        assert_eq!(times, [Duration::from_mins(40); 2]);
        let row = bench.row().await;
        assert_eq!(row.elapsed_at(bench.clock.now()), Duration::from_mins(40), "nor what pages show");
        assert_eq!(verify(&bench.entries().await).unwrap().0, 2);
    }

    async fn exercise_time_ends_with_the_duration(database: Database) {
        let bench = Bench::new(database).await;
        bench.clock.advance(Duration::from_mins(150));
        let late = bench.append(note().during(RUNNING)).await;
        assert!(matches!(late, Err(JournalError::State(ExerciseState::Finished))), "{late:?}");
        bench.append(Draft::new(Actor::System, Event::Finished { time_out: true })).await.unwrap();
        let entries = bench.entries().await;
        assert_eq!((entries.len(), entries[0].exercise_time), (1, DURATION));
    }

    async fn nothing_follows_the_row_that_ended_an_exercise(database: Database) {
        let bench = Bench::new(database).await;
        // A transaction that ends the exercise holds its head while an answer waits in the writer.
        let mut transaction = bench.database.begin().await.unwrap();
        let (from, to) = (ExerciseState::Running, ExerciseState::Finished);
        store::exercises::move_state(&mut transaction, bench.exercise, from, to).await.unwrap();
        let end = Draft::new(Actor::System, Event::Finished { time_out: false });
        let now = bench.clock.now();
        append_in(&mut transaction, bench.exercise, now, &[end]).await.unwrap();
        let (answer, ()) = tokio::join!(bench.append(note().during(RUNNING)), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            transaction.commit().await.unwrap();
        });
        assert!(matches!(answer, Err(JournalError::State(ExerciseState::Finished))), "{answer:?}");
        assert_eq!(bench.entries().await.len(), 1);
    }

    async fn what_happened_before_is_said_also_after_the_end(database: Database) {
        let bench = Bench::new(database).await;
        let first = bench.append(note().once("one").during(RUNNING)).await.unwrap();
        assert_eq!(first, Appended::New(1));
        bench.move_to(ExerciseState::Running, ExerciseState::Finished).await;
        let again = bench.append(note().once("one").during(RUNNING)).await.unwrap();
        assert_eq!(again, Appended::Before(1));
    }

    async fn one_row_that_is_refused_costs_the_others_nothing(database: Database) {
        let bench = Bench::new(database).await;
        let text = Pending::new("một lời", None);
        // The same words twice are refused by their key: any row that a database does not take stands for it.
        let drafts = [
            note().text(text.clone()),
            note(),
            note().text(text),
            note(),
        ];
        let outcomes =
            futures_util::future::join_all(drafts.map(|draft| bench.append(draft))).await;
        let good = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!((good, bench.entries().await.len()), (3, 3), "{outcomes:?}");
        verify(&bench.entries().await).unwrap();
    }
}
