//! Sequences of a journal and what they are worth: resets, actions that fail, who was there, answers that come late.

mod explain;
mod grading;
mod roster;
mod signs;
mod worth;

use std::{collections::BTreeMap, time::Duration};

use super::{ActionState, Rules, Scores, TaskKind, TaskRule, WayRule};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, PersonId, TeamId},
    journal::{Actor, Entry, Event, Pending},
    scenarios::Worth,
};

fn rules() -> Rules {
    Rules {
        tasks: vec![TaskRule {
            id: "report".into(),
            cell: crate::scenarios::Cell::Blue,
            objective: None,
            points: 100,
            worth: Worth::default(),
            ways: WayRule::default(),
            kind: TaskKind::Check,
            hints: vec![],
        }],
        ..Rules::default()
    }
}

fn fold(team: TeamId, rows: Vec<(Actor, Event)>) -> Scores {
    Scores::fold(&rules(), &entries(team, rows))
}

fn entries(team: TeamId, rows: Vec<(Actor, Event)>) -> Vec<Entry> {
    let exercise = ExerciseId::new();
    (1..)
        .zip(rows)
        .map(|(sequence, (actor, event))| Entry {
            exercise,
            sequence,
            at: Timestamp(sequence),
            exercise_time: Duration::from_secs(u64::try_from(sequence).unwrap()),
            actor,
            team: Some(team),
            payload: String::new(),
            event,
            previous: String::new(),
            hash: String::new(),
        })
        .collect()
}

fn started(event: &str) -> (Actor, Event) {
    let event = event.to_owned();
    (Actor::System, Event::ActionStarted { event })
}

fn ended(event: &str, code: i64, resets: u32) -> (Actor, Event) {
    let finished = Event::ActionFinished {
        event: event.to_owned(),
        code,
        resets: Some(resets),
    };
    (Actor::System, finished)
}

fn reset(incarnation: i64) -> (Actor, Event) {
    let actor = Actor::Account(AccountId::new());
    (actor, Event::EnvironmentReset { incarnation })
}

#[test]
fn a_fresh_copy_was_never_attacked() {
    let team = TeamId::new();
    let message = Event::InjectDelivered {
        event: "E02".to_owned(),
    };
    let attacked = vec![started("E01"), ended("E01", 0, 0), (Actor::System, message)];
    let before = fold(team, attacked.clone());
    assert!(before.teams[&team].delivered.contains_key("E01"));
    let mut rows = attacked;
    rows.push(reset(2));
    let after = &fold(team, rows.clone()).teams[&team];
    assert!(after.actions.is_empty());
    let delivered: Vec<&String> = after.delivered.keys().collect();
    assert_eq!(delivered, ["E02"], "what people were told stays told");

    // What an action on the old copy brought, written after the reset, says nothing about the new one.
    rows.extend([started("E01"), ended("E01", 0, 0)]);
    let stale = &fold(team, rows.clone()).teams[&team];
    assert!(!stale.delivered.contains_key("E01"));
    rows.push(ended("E01", 0, 1));
    assert!(fold(team, rows).teams[&team].delivered.contains_key("E01"));
}

#[test]
fn an_action_that_failed_was_not_delivered_and_can_be_begun_again() {
    let team = TeamId::new();
    let mut rows = vec![started("E01"), ended("E01", 1, 0)];
    let failed = &fold(team, rows.clone()).teams[&team];
    let state = |tries, code| ActionState { tries, code };
    assert_eq!(failed.actions["E01"], state(1, Some(1)));
    assert!(failed.delivered.is_empty());
    rows.push(started("E01"));
    let again = &fold(team, rows.clone()).teams[&team];
    assert_eq!(again.actions["E01"], state(2, None));
    rows.push(ended("E01", 0, 0));
    let done = &fold(team, rows).teams[&team];
    assert_eq!(done.actions["E01"], state(2, Some(0)));
    assert!(done.delivered.contains_key("E01"));
}

#[test]
fn whoever_did_something_after_the_start_was_there() {
    let team = TeamId::new();
    let [early, late, quiet] = [PersonId::new(), PersonId::new(), PersonId::new()];
    let help = |person| {
        let text = Pending::new("giúp", Some(person)).reference();
        (Actor::Person(person), Event::HelpCalled { text })
    };
    let present = |person| (Actor::Person(person), Event::Present { person });
    let rows = vec![
        help(early),
        present(early),
        (Actor::System, Event::Started),
        help(late),
        present(quiet),
        (Actor::System, Event::Finished { time_out: false }),
        help(early),
    ];
    let present = &fold(team, rows).teams[&team].present;
    assert_eq!(*present, [late, quiet].into());
}

#[test]
fn a_grade_belongs_to_the_report_before_it() {
    let team = TeamId::new();
    let person = PersonId::new();
    let filed = || {
        let event = Event::ReportFiled {
            task: "report".to_owned(),
            text: Pending::new("x", None).reference(),
        };
        (Actor::Person(person), event)
    };
    let graded = Event::ReportGraded {
        task: "report".to_owned(),
        points: BTreeMap::from([("facts".to_owned(), 30)]),
        comment: Pending::new("", None).reference(),
    };
    let rows = vec![filed(), (Actor::System, graded), filed()];
    let scores = fold(team, rows);
    let hour = Duration::from_hours(1);
    assert_eq!(
        scores.teams[&team].booked(hour),
        0,
        "the new one is to be graded anew"
    );
}
