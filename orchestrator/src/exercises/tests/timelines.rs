//! The timeline of one exercise: set, held, left out, waiting for answers; the scenario's own stays as it is.

use std::time::Duration;

use thaotruong_tests::both_databases;

use super::{Bench, read};
use crate::{
    exercises::ExerciseError,
    journal,
    scenarios::{Cell, Effect, Event, EventId, Inject, LocalText, Recipient, Response, Trigger},
    store::Database,
};

const SCENARIO: &str = "\
scenario: told
version: 1
title: {vi: Báo tin, en: Told}
summary: {vi: Báo tin., en: Told.}
kind: tabletop
level: basic
duration: 60m
tasks:
  - id: choose
    title: {vi: Chọn, en: Choose}
    text: {vi: Chọn gì?, en: Which?}
    points: 10
    answer: {decision: {options: [{id: one, points: 10, text: {vi: Một, en: One}}, {id: two, points: 0, text: {vi: Hai, en: Two}}]}}
timeline:
  - {id: E01, at: 0m, message: {to: blue, channel: chat, from: {vi: A, en: A}, text: {vi: Báo cáo., en: Report.}}, respond: {due: 10m, points: 20}}
  - {id: E02, when: {responded: E01}, message: {to: blue, channel: chat, from: {vi: A, en: A}, text: {vi: Cảm ơn., en: Thanks.}}}
  - {id: E03, when: {unanswered: E01}, message: {to: blue, channel: chat, from: {vi: A, en: A}, text: {vi: Sao im lặng?, en: Why silent?}}}
  - {id: E04, at: 1m, hold: true, message: {to: blue, channel: news, from: {vi: Báo, en: Press}, text: {vi: Tin., en: News.}}}
  - {id: E05, at: 2m, message: {to: blue, channel: mail, from: {vi: B, en: B}, text: {vi: Hai., en: Two.}}}
solution: solution.yaml
";
const SOLUTION: &str = "steps: [{id: one, solves: {task: choose, answer: one}}]\n";

fn both(text: &str) -> LocalText {
    LocalText {
        vi: text.to_owned(),
        en: text.to_owned(),
    }
}

fn message(id: &str, trigger: Trigger, text: &str) -> Event {
    Event {
        id: EventId::from(id),
        title: None,
        trigger,
        effect: Effect::Message(Inject {
            to: Recipient::Blue,
            channel: crate::scenarios::Channel::Phone,
            from: both("Chủ tịch"),
            subject: None,
            text: both(text),
        }),
        respond: None,
        expected: Some(both("Trả lời ngay")),
        notes: None,
        hold: false,
    }
}

async fn bench(database: Database) -> Bench {
    Bench::of_cells(database, read(SCENARIO, "", SOLUTION), [Cell::Blue; 2]).await
}

fn refused(result: Result<(), ExerciseError>) -> &'static str {
    match result {
        Err(ExerciseError::Input { message, .. }) => message,
        other => panic!("{other:?}"),
    }
}

both_databases! {
    async fn events_wait_for_an_answer_or_for_none_and_for_the_white_cell(database: Database) {
        let bench = bench(database).await;
        bench.begin(true).await;
        let ([first, second], [one, _]) = (bench.teams, bench.people);
        let has = async |team, event: &str| {
            let view = bench.exercises.view(bench.exercise).await.unwrap();
            view.score(team).delivered.contains_key(event)
        };
        bench.until("the first message", async || has(first, "E01").await && has(second, "E01").await).await;
        let exercises = &bench.exercises;
        exercises.respond(bench.exercise, first, one, "E01", "Đã rõ").await.unwrap();
        bench.clock.advance(Duration::from_mins(11));
        bench.until("one thanked and one asked", async || has(first, "E02").await && has(second, "E03").await).await;
        assert!(!has(first, "E03").await && !has(second, "E02").await);
        assert!(has(first, "E05").await, "what is not held has come");
        assert!(!has(first, "E04").await, "what is held has not");
        exercises.hold_event(bench.exercise, bench.organiser, "E04", false).await.unwrap();
        exercises.hold_event(bench.exercise, bench.organiser, "E04", false).await.unwrap();
        bench.until("it was let go", async || has(first, "E04").await && has(second, "E04").await).await;
        assert_eq!(bench.count_all("event_held").await, 1, "once");
        bench.tasks.drain().await;
    }

    async fn what_is_set_for_an_exercise_happens_as_it_was_set(database: Database) {
        let bench = bench(database).await;
        let (exercises, id, by) = (&bench.exercises, bench.exercise, bench.organiser);
        let sequence = async || exercises.view(id).await.unwrap().scores.sequence;
        // Another hour, another text, points for an answer; and one that the scenario does not have.
        let later = Event {
            respond: Some(Response { due: Duration::from_mins(5), points: 30 }),
            ..message("E05", Trigger::At(Duration::from_mins(20)), "Gọi lại cho tôi.")
        };
        let new = message("N01", Trigger::At(Duration::from_mins(3)), "Họp khẩn.");
        let seen = sequence().await;
        exercises.plan_events(id, by, &[later.clone(), new], seen).await.unwrap();
        let view = exercises.view(id).await.unwrap();
        assert_eq!(view.event("E05").unwrap(), &later, "its words come back from where they are kept");
        assert_eq!(view.timeline.len(), 6);
        assert_eq!(view.definition.scenario.timeline.len(), 5, "the scenario stays");
        assert_eq!(view.rules.possible(Cell::Blue) - view.laid_out.possible(Cell::Blue), 30);
        let stale = exercises.plan_events(id, by, std::slice::from_ref(&later), seen).await;
        assert_eq!(refused(stale), "event-changed");
        // What is said last of who waits for approval holds.
        exercises.hold_event(id, by, "E05", true).await.unwrap();
        assert!(exercises.view(id).await.unwrap().is_held(&later));
        exercises.plan_events(id, by, std::slice::from_ref(&later), sequence().await).await.unwrap();
        assert!(!exercises.view(id).await.unwrap().is_held(&later));
        bench.begin(true).await;
        let [first, second] = bench.teams;
        exercises.skip_event(id, by, ("N01", Some(second)), true).await.unwrap();
        assert!(exercises.view(id).await.unwrap().scores.is_skipped(second, "N01"), "{:#?}", bench.entries().await);
        let has = async |team, event: &str| {
            let view = exercises.view(id).await.unwrap();
            view.score(team).delivered.contains_key(event)
        };
        bench.clock.advance(Duration::from_mins(4));
        bench.until("the new one", async || has(first, "N01").await).await;
        assert!(!has(second, "N01").await, "left out for one team");
        assert!(!has(first, "E05").await, "later than the scenario says");
        let happened = message("N01", Trigger::Manual, "Khác");
        let seen = sequence().await;
        assert_eq!(refused(exercises.plan_events(id, by, &[happened], seen).await), "event-happened");
        bench.clock.advance(Duration::from_mins(17));
        bench.until("the later one", async || has(first, "E05").await).await;
        exercises.respond(id, first, bench.people[0], "E05", "Vâng").await.unwrap();
        let view = exercises.view(id).await.unwrap();
        let response = &view.score(first).responses["E05"];
        assert!(response.in_time && response.points == 30, "{response:?}");
        let again = exercises.entries(id).await.unwrap();
        let folded = crate::scoring::Scores::fold(&view.laid_out, &again);
        assert_eq!(folded.team(first).unwrap().ledger, view.score(first).ledger, "the same from the journal alone");
        bench.tasks.drain().await;
    }

    async fn what_does_not_fit_is_refused_and_nothing_is_set(database: Database) {
        let bench = bench(database).await;
        let (exercises, id, by) = (&bench.exercises, bench.exercise, bench.organiser);
        let seen = exercises.view(id).await.unwrap().scores.sequence;
        let good = message("N01", Trigger::Manual, "Tốt");
        let with = |change: &dyn Fn(&mut Event)| {
            let mut event = message("N02", Trigger::Manual, "Chữ");
            change(&mut event);
            event
        };
        let cases: Vec<(&str, Event)> = vec![
            ("event-after-end", with(&|it| it.trigger = Trigger::At(Duration::from_mins(61)))),
            ("event-refers", with(&|it| it.trigger = Trigger::Solved("none".into()))),
            ("event-unanswerable", with(&|it| it.trigger = Trigger::Responded("E02".into()))),
            ("event-unanswerable", with(&|it| it.trigger = Trigger::Unanswered("N02".into()))),
            ("event-name", with(&|it| it.id = "N 02".into())),
            ("event-due", with(&|it| it.respond = Some(Response { due: Duration::ZERO, points: 1 }))),
            ("event-text-missing", message("N02", Trigger::Manual, " ")),
            ("event-template", message("N02", Trigger::Manual, "{{node.portal.address}}")),
        ];
        for (told, event) in cases {
            let result = exercises.plan_events(id, by, &[good.clone(), event], seen).await;
            assert_eq!(refused(result), told);
        }
        assert_eq!(bench.count_all("event_planned").await, 0);
        let missing = exercises.hold_event(id, by, "E99", true).await;
        assert!(matches!(missing, Err(ExerciseError::Missing("event"))), "{missing:?}");
        // Words can be erased; what happens and what it brings is still told.
        exercises.plan_events(id, by, &[good], seen).await.unwrap();
        let entries = exercises.entries(id).await.unwrap();
        let set = entries.iter().find(|it| matches!(it.event, journal::Event::EventPlanned { .. }));
        assert!(set.is_some_and(|it| it.event.text().is_some()));
        bench.tasks.drain().await;
    }

    async fn time_that_is_added_counts_once_and_keeps_the_machines(database: Database) {
        let bench = bench(database).await;
        bench.begin(true).await;
        let (exercises, id, by) = (&bench.exercises, bench.exercise, bench.organiser);
        let before = exercises.row(id).await.unwrap();
        let more = Duration::from_hours(2);
        exercises.add_time(id, by, more, "one").await.unwrap();
        exercises.add_time(id, by, more, "one").await.unwrap();
        let after = exercises.row(id).await.unwrap();
        assert_eq!(after.duration, before.duration + more);
        assert!(after.expires_at >= before.expires_at.map(|at| at + more));
        assert_eq!(bench.count_all("duration_set").await, 1);
        assert_eq!(refused(exercises.add_time(id, by, Duration::ZERO, "two").await), "time-added-range");
        // It is not over where it would have been.
        bench.clock.advance(before.duration + Duration::from_mins(1));
        exercises.finish(id, journal::Actor::System, true).await.unwrap();
        assert_eq!(bench.state().await, crate::exercises::ExerciseState::Running);
        exercises.take_note(id, by, (None, "Ghi lại"), "three").await.unwrap();
        exercises.take_note(id, by, (None, "Ghi lại"), "three").await.unwrap();
        assert_eq!(bench.count_all("note_taken").await, 1);
        bench.tasks.drain().await;
    }
}
