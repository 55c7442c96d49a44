//! Drills that begin at their hour.

use std::{sync::atomic::Ordering, time::Duration};

use thaotruong_tests::both_databases;

use super::{Bench, definition};
use crate::{
    clock::{Clock, Timestamp},
    environments::{Phase, Total},
    exercises::{Draft, DraftTeam, Exercise, ExerciseError, ExerciseState, Hour, PATIENCE},
    ids::ExerciseId,
    journal::{Actor, Event},
    store::{Database, Statement},
};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// Two machines of eight gibibytes: two teams of it fit on the engine in memory, four do not.
const HEAVY: &str = "\
services:
  desk: {image: 'test/desk:1', networks: [lan], mem_limit: 4g}
  portal: {image: 'test/portal:1', networks: [lan], mem_limit: 4g}
networks: {lan: }
";

const fn by_itself(starts_at: Timestamp) -> Hour {
    Hour {
        starts_at,
        by_itself: true,
        incomplete: false,
    }
}

impl Bench {
    async fn set(&self, hour: Hour) -> Result<(), ExerciseError> {
        let (id, by) = (self.exercise, self.organiser);
        self.exercises.schedule(id, by, hour).await
    }

    /// Sets an hour in an hour's time, and gives it.
    async fn in_an_hour(&self) -> Timestamp {
        let at = self.clock.now() + HOUR;
        self.set(by_itself(at)).await.unwrap();
        at
    }

    async fn exercise(&self) -> Exercise {
        self.exercises.row(self.exercise).await.unwrap()
    }

    async fn made_from(&self) -> Timestamp {
        let exercise = self.exercise().await;
        self.exercises.made_from(&exercise).await.unwrap().unwrap()
    }

    async fn trouble(&self) -> String {
        let trouble = self.exercise().await.trouble();
        trouble.map(|it| it.message).unwrap_or_default()
    }

    async fn until_state(&self, state: ExerciseState) {
        self.until(state.as_str(), async || self.state().await == state)
            .await;
    }

    async fn all_are(&self, phase: Phase) -> bool {
        let statuses = self.environments.of_exercise(self.exercise).await.unwrap();
        statuses.len() == 2 && statuses.iter().all(|it| it.phase == phase)
    }

    async fn until_all(&self, phase: Phase) {
        self.until(phase.as_str(), async || self.all_are(phase).await)
            .await;
    }

    /// Waits for something while the clock stands.
    async fn still(&self, what: &str, mut condition: impl AsyncFnMut() -> bool) {
        for _ in 0..600 {
            if condition().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{what} did not come about: {:#?}", self.entries().await);
    }

    /// Does whatever is due of the hour now.
    async fn carry_out(&self) {
        self.exercises.carry_out(self.exercise).await.unwrap();
    }

    async fn kinds(&self) -> Vec<(String, bool)> {
        let entries = self.entries().await;
        let rows = entries.iter().filter(|it| it.team.is_none());
        rows.map(|it| (it.event.kind().to_owned(), it.actor == Actor::System))
            .collect()
    }

    async fn audited(&self, action: &str) -> usize {
        let mut connection = self.database.connection().await.unwrap();
        let rows = Statement::new("select action from audit where action = $1")
            .bind(action)
            .fetch_all(&mut connection)
            .await;
        rows.unwrap().len()
    }

    /// One team's machines could not be made.
    async fn break_one(&self) {
        self.execute(
            "update environment set phase = 'failed', desired = 'running', attempts = 3,
               reason = '{\"stage\":\"create\",\"node\":null,\"message\":\"x\",\"arguments\":{},\"log\":[]}'
             where id = (select min(id) from environment)",
        )
        .await;
    }

    /// Another drill of the same two people.
    async fn another(&self, compose: &str, title: &str) -> ExerciseId {
        let exercise = self.exercise().await;
        let team = |(person, name): (_, &str)| DraftTeam {
            name: name.to_owned(),
            unit: None,
            members: vec![person],
            cell: crate::scenarios::Cell::Blue,
        };
        let people = self.people.into_iter().zip(["một", "hai"]);
        let draft = Draft {
            province: exercise.province,
            title: title.to_owned(),
            duration: None,
            teams: people.map(team).collect(),
            created_by: self.organiser,
            launch_key: ExerciseId::new().to_string(),
            trial: false,
        };
        let made = self.exercises.create(draft, &definition(compose)).await;
        made.unwrap().exercise
    }
}

both_databases! {
    async fn a_drill_begins_at_its_hour_with_machines_that_were_made_ahead(database: Database) {
        let bench = Bench::new(database).await;
        bench.conduct();
        let at = bench.in_an_hour().await;
        let made_from = bench.made_from().await;
        // Two teams are one round; nothing was measured yet.
        assert_eq!(made_from, at - 17 * MINUTE);
        bench.clock.set(made_from - MINUTE);
        bench.carry_out().await;
        assert_eq!(bench.state().await, ExerciseState::Draft, "not before it is time");

        bench.clock.set(made_from);
        bench.until_state(ExerciseState::Ready).await;
        bench.until_all(Phase::Suspended).await;
        let kept = bench.exercise().await.expires_at.unwrap();
        assert!(kept > at + 24 * HOUR, "kept from the hour on, not from when they were made");
        let proven = bench.walls.proven.load(Ordering::SeqCst);
        let definition = bench.exercises.view(bench.exercise).await.unwrap().definition;
        let exercise = bench.exercise().await;
        assert!(bench.exercises.measured(exercise.province, &definition).await.unwrap().is_some());

        bench.clock.set(at - Duration::from_secs(40));
        bench.still("machines that go on", async || bench.all_are(Phase::Ready).await).await;
        assert_eq!(bench.state().await, ExerciseState::Ready);
        bench.still("isolation proven again", async || {
            bench.walls.proven.load(Ordering::SeqCst) > proven
        }).await;

        bench.clock.set(at);
        bench.still("the beginning", async || bench.state().await == ExerciseState::Running).await;
        let exercise = bench.exercise().await;
        assert_eq!(exercise.started_at, Some(at), "at its minute");
        assert_eq!(exercise.schedule, None);
        let kinds = bench.kinds().await;
        let kinds: Vec<(&str, bool)> = kinds.iter().map(|(kind, system)| (kind.as_str(), *system)).collect();
        let expected = [("created", false), ("scheduled", false), ("preparing", true), ("started", true)];
        assert_eq!(kinds, expected);
        assert_eq!((bench.audited("schedule-prepared").await, bench.audited("schedule-begun").await), (1, 1));
        bench.tasks.drain().await;
    }

    async fn it_waits_for_a_team_whose_machines_are_not_ready_and_says_so(database: Database) {
        let bench = Bench::new(database).await;
        bench.conduct();
        let at = bench.in_an_hour().await;
        bench.clock.set(bench.made_from().await);
        bench.until_state(ExerciseState::Ready).await;
        bench.until_all(Phase::Suspended).await;
        bench.break_one().await;
        bench.clock.set(at);
        bench.until("the trouble", async || bench.trouble().await == "schedule-waits").await;
        assert_eq!(bench.state().await, ExerciseState::Ready);
        let entries = bench.entries().await;
        let told = entries.iter().filter(|it| it.event.kind() == "schedule_hindered");
        assert_eq!((told.count(), bench.audited("schedule-hindered").await), (1, 1));

        let failed = bench.environments.of_exercise(bench.exercise).await.unwrap();
        let failed = failed.iter().find(|it| it.phase == Phase::Failed).unwrap();
        bench.exercises.retry_environment(failed.id, bench.organiser).await.unwrap();
        bench.until_state(ExerciseState::Running).await;
        bench.tasks.drain().await;
    }

    async fn it_begins_without_them_where_the_organiser_chose_that(database: Database) {
        let bench = Bench::new(database).await;
        bench.conduct();
        let at = bench.clock.now() + HOUR;
        bench.set(Hour { incomplete: true, ..by_itself(at) }).await.unwrap();
        bench.clock.set(bench.made_from().await);
        bench.until_state(ExerciseState::Ready).await;
        bench.until_all(Phase::Suspended).await;
        bench.break_one().await;
        bench.clock.set(at);
        bench.until_state(ExerciseState::Running).await;
        let entries = bench.entries().await;
        let without = entries.iter().any(|it| {
            matches!(&it.event, Event::ScheduleHindered { reason, .. } if reason == "schedule-without")
        });
        assert!(without, "{entries:#?}");
        bench.tasks.drain().await;
    }

    async fn an_hour_that_passed_while_the_server_was_down_is_told_and_never_begun_by_itself(database: Database) {
        let bench = Bench::new(database).await;
        let at = bench.in_an_hour().await;
        bench.clock.set(at + PATIENCE + MINUTE);
        bench.conduct();
        bench.until("the trouble", async || bench.trouble().await == "schedule-missed").await;
        assert_eq!(bench.state().await, ExerciseState::Draft);
        bench.exercises.prepare(bench.exercise, bench.organiser).await.unwrap();
        bench.until_state(ExerciseState::Ready).await;
        bench.clock.advance(2 * MINUTE);
        bench.carry_out().await;
        assert_eq!(bench.state().await, ExerciseState::Ready);
        bench.exercises.start(bench.exercise, bench.organiser).await.unwrap();
        let told = bench.kinds().await.into_iter().filter(|(kind, _)| kind == "schedule_hindered");
        assert!(told.count() >= 1);
        bench.tasks.drain().await;
    }

    async fn one_that_was_down_for_minutes_begins_late_with_all_teams(database: Database) {
        let bench = Bench::new(database).await;
        let at = bench.in_an_hour().await;
        bench.clock.set(at + MINUTE);
        bench.conduct();
        bench.until_state(ExerciseState::Running).await;
        assert!(bench.clock.now() < at + PATIENCE);
        bench.tasks.drain().await;
    }

    async fn two_orchestrators_that_look_at_once_prepare_and_begin_it_once(database: Database) {
        let bench = Bench::new(database).await;
        let (id, at) = (bench.exercise, bench.in_an_hour().await);
        // As where one was taken for dead and lives: each believes that the drill is its own.
        let other = bench.beside().await;
        let both = async || {
            let (one, two) = tokio::join!(bench.exercises.carry_out(id), other.carry_out(id));
            one.and(two).unwrap();
        };
        bench.clock.set(bench.made_from().await);
        both().await;
        assert_eq!(bench.environments.of_exercise(id).await.unwrap().len(), 2);
        bench.execute("update environment set phase = 'ready', desired = 'running'").await;
        bench.exercises.set_ready(id).await.unwrap();
        bench.clock.set(at);
        both().await;
        assert_eq!(bench.exercise().await.started_at, Some(at));
        let kinds: Vec<String> = bench.kinds().await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["created", "scheduled", "preparing", "started"]);
        assert_eq!((bench.audited("schedule-prepared").await, bench.audited("schedule-begun").await), (1, 1));
        // A clock that is set back begins nothing again.
        bench.clock.set(at - MINUTE);
        both().await;
        assert_eq!(bench.state().await, ExerciseState::Running);
        bench.tasks.drain().await;
    }

    async fn open_labs_hinder_it_and_are_told_once_each_time_it_is_tried(database: Database) {
        let bench = Bench::new(database).await;
        bench.walls.open.store(true, Ordering::SeqCst);
        bench.conduct();
        let at = bench.in_an_hour().await;
        bench.clock.set(bench.made_from().await);
        bench.until("the refusal", async || bench.trouble().await == "schedule-not-isolated").await;
        bench.clock.advance(MINUTE);
        bench.until("another try", async || {
            let next = bench.exercise().await.schedule.and_then(|it| it.next_at);
            next.is_some_and(|next| next > bench.clock.now())
        }).await;
        let refused = async || {
            let kinds = bench.kinds().await;
            kinds.iter().filter(|(kind, _)| kind == "launch_refused").count()
        };
        assert_eq!((refused().await, bench.audited("launch-refused").await), (1, 1));
        assert_eq!(bench.environments.measure().await.unwrap(), Total::default());

        bench.walls.open.store(false, Ordering::SeqCst);
        bench.until_state(ExerciseState::Ready).await;
        assert_eq!(bench.trouble().await, "");
        bench.walls.open.store(true, Ordering::SeqCst);
        bench.clock.set(at);
        bench.until("the refusal", async || bench.trouble().await == "schedule-not-isolated").await;
        assert_eq!(bench.state().await, ExerciseState::Ready, "nothing begins with open labs");
        bench.walls.open.store(false, Ordering::SeqCst);
        bench.until_state(ExerciseState::Running).await;
        bench.tasks.drain().await;
    }

    async fn an_hour_is_changed_and_taken_away_until_the_drill_begins(database: Database) {
        let bench = Bench::new(database).await;
        for wrong in [bench.clock.now(), bench.clock.now() + 9000 * HOUR] {
            let refused = bench.set(by_itself(wrong)).await;
            assert!(matches!(refused, Err(ExerciseError::Input { .. })), "{refused:?}");
        }
        bench.conduct();
        let at = bench.in_an_hour().await;
        bench.set(by_itself(at)).await.unwrap();
        assert_eq!(bench.kinds().await.len(), 2, "the same hour is set once");
        bench.clock.set(bench.made_from().await);
        bench.until_state(ExerciseState::Ready).await;
        bench.until_all(Phase::Suspended).await;

        // Within the time for which machines are kept anyway they stay.
        let later = at + HOUR;
        bench.set(by_itself(later)).await.unwrap();
        bench.clock.set(at + PATIENCE);
        bench.carry_out().await;
        assert_eq!(bench.state().await, ExerciseState::Ready, "the old hour is nothing any more");
        bench.until_all(Phase::Suspended).await;

        // Beyond it they go, and nobody lacks their memory until then.
        bench.set(by_itself(later + 72 * HOUR)).await.unwrap();
        assert_eq!(bench.state().await, ExerciseState::Draft);
        bench.until("an engine that is free", async || {
            bench.environments.measure().await.unwrap() == Total::default()
        }).await;
        assert!(bench.exercise().await.schedule.is_some());

        bench.clock.set(bench.made_from().await);
        bench.until_state(ExerciseState::Ready).await;
        bench.exercises.cancel_schedule(bench.exercise, bench.organiser).await.unwrap();
        bench.exercises.cancel_schedule(bench.exercise, bench.organiser).await.unwrap();
        bench.until_all(Phase::Ready).await;
        bench.exercises.start(bench.exercise, bench.organiser).await.unwrap();
        let refused = bench.set(by_itself(bench.clock.now() + HOUR)).await;
        assert!(matches!(refused, Err(ExerciseError::State(ExerciseState::Running))), "{refused:?}");
        let kinds = bench.kinds().await;
        let cancelled = kinds.iter().filter(|(kind, _)| kind == "schedule_cancelled").count();
        assert_eq!(cancelled, 2, "once with its machines, once by hand");
        bench.tasks.drain().await;
    }

    async fn giving_up_its_preparing_takes_the_hour_with_it(database: Database) {
        let bench = Bench::new(database).await;
        bench.conduct();
        bench.in_an_hour().await;
        bench.clock.set(bench.made_from().await);
        bench.until_state(ExerciseState::Ready).await;
        bench.exercises.cancel_preparation(bench.exercise, bench.organiser).await.unwrap();
        assert_eq!(bench.exercise().await.schedule, None);
        bench.carry_out().await;
        assert_eq!(bench.state().await, ExerciseState::Draft, "it is not prepared again");
        bench.tasks.drain().await;
    }

    async fn two_that_do_not_fit_beside_each_other_are_not_set_to_one_time(database: Database) {
        let bench = Bench::new(database).await;
        let at = bench.clock.now() + 24 * HOUR;
        bench.set(by_itself(at)).await.unwrap();
        let first = bench.another(HEAVY, "Nặng một").await;
        let second = bench.another(HEAVY, "Nặng hai").await;
        let (exercises, by) = (&bench.exercises, bench.organiser);
        exercises.schedule(first, by, by_itself(at)).await.unwrap();
        for at in [at - HOUR, at, at + HOUR] {
            let Err(ExerciseError::Input { message, arguments }) = exercises.schedule(second, by, by_itself(at)).await
            else {
                panic!("both at {at:?}");
            };
            assert_eq!(message, "schedule-conflict");
            let said: Vec<&str> = arguments.iter().map(|(_, value)| value.as_str()).collect();
            assert_eq!(said[..2], ["16 GiB", "3481 MiB"], "{arguments:?}");
            assert!(said[2].contains("Nặng một") && said[2].contains("Diễn tập"), "{arguments:?}");
        }
        // Nor are they begun by hand where that would take what the others shall have.
        bench.clock.set(at - HOUR);
        let refused = exercises.prepare(second, by).await;
        assert!(matches!(refused, Err(ExerciseError::Input { message: "schedule-conflict", .. })), "{refused:?}");
        bench.clock.set(at - 24 * HOUR);
        exercises.schedule(second, by, by_itself(at + 2 * HOUR)).await.unwrap();
        bench.tasks.drain().await;
    }
}
