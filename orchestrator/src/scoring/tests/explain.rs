//! The explanation of a score: whatever happens, its lines add up to the board's total.

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;

use super::grading;
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, PersonId, TeamId},
    journal::{Actor, CheckState, Entry, Event, Pending, Subject, Verdict},
    scenarios::{Cell, Decay, Penalty, Worth},
    scoring::{Because, Board, Rules, Scores, ServiceRule},
};

fn rules() -> Rules {
    let mut rules = grading::rules();
    rules.tasks[1].worth = Worth {
        decay: Some(Decay { to: 40, solves: 3 }),
        bonus: vec![15, 5],
        penalty: Some(Penalty { points: 7, free: 1 }),
    };
    let service = |id: &str, points_per_minute| ServiceRule {
        id: id.into(),
        points_per_minute,
    };
    rules.services = vec![service("portal", 7), service("mail", 1)];
    rules
}

/// An event by number: everything that moves points, and some that do not.
fn event(kind: u8, amount: i64, report: i64) -> Event {
    let text = || Pending::new("x", None).reference();
    let points = |share: i64| {
        BTreeMap::from([
            ("facts".to_owned(), amount.rem_euclid(61)),
            ("form".to_owned(), share.rem_euclid(41)),
        ])
    };
    let (task, other) = ("form".to_owned(), "way".to_owned());
    let submission = |verdict| Event::Submission {
        task: "way".to_owned(),
        part: None,
        verdict,
        answer: text(),
    };
    let check = |service: &str, state| Event::CheckChanged {
        subject: Subject::Service(service.to_owned()),
        state,
    };
    match kind % 16 {
        0 => submission(Verdict::Correct),
        1 => submission(Verdict::Wrong),
        2 => Event::HintTaken {
            task: other,
            hint: u32::try_from(amount.rem_euclid(3)).expect("small"),
            cost: 10,
        },
        3 => Event::ReportFiled { task, text: text() },
        4 => Event::ReportGraded {
            task,
            points: points(amount / 2),
            comment: text(),
        },
        5 => Event::GradeGiven {
            task,
            report,
            points: points(amount / 3),
            comment: text(),
        },
        6 => Event::GradeSettled {
            task,
            report,
            points: points(amount / 4),
            comment: text(),
        },
        7 => Event::Regraded {
            task: if amount % 2 == 0 { task } else { other },
            points: amount.rem_euclid(101),
            reason: text(),
        },
        8 => Event::PointsAdjusted {
            points: amount,
            reason: text(),
        },
        9 | 10 => check("portal", CheckState::Passing),
        11 => check("portal", CheckState::Failing),
        12 => check("portal", CheckState::Error),
        13 => check("mail", CheckState::Passing),
        14 => check("mail", CheckState::Failing),
        _ => Event::EnvironmentReset { incarnation: 2 },
    }
}

fn journal(teams: &[TeamId], rows: &[(u8, u8, i64, u64)]) -> Vec<Entry> {
    let exercise = ExerciseId::new();
    let mut time = Duration::ZERO;
    let mut filed = 0;
    let rows = (1..).zip(rows);
    rows.map(|(sequence, (team, kind, amount, seconds))| {
        time += Duration::from_millis(seconds * 370);
        let event = event(*kind, *amount, filed);
        if matches!(event, Event::ReportFiled { .. }) {
            filed = sequence;
        }
        let actor = match event {
            Event::Submission { .. } | Event::ReportFiled { .. } | Event::HintTaken { .. } => {
                Actor::Person(PersonId::new())
            }
            _ => Actor::Account(AccountId::new()),
        };
        Entry {
            exercise,
            sequence,
            at: Timestamp(sequence),
            exercise_time: time,
            actor,
            team: Some(teams[usize::from(*team) % teams.len()]),
            event,
            payload: String::new(),
            previous: String::new(),
            hash: String::new(),
        }
    })
    .collect()
}

proptest! {
    #[test]
    fn every_score_is_explained_to_the_point(
        rows in prop::collection::vec((any::<u8>(), any::<u8>(), -200_i64..200, 0_u64..400), 0..120),
        part in 0_u32..=120,
    ) {
        let teams = [TeamId::new(), TeamId::new(), TeamId::new()];
        let entries = journal(&teams, &rows);
        let rules = rules();
        let scores = Scores::fold(&rules, &entries);
        // Also at a moment before the end, and one after it.
        let elapsed = scores.elapsed * part / 100;
        let cells = teams.map(|team| (team, Cell::Blue));
        let board = Board::rank(&rules, &scores, &cells, elapsed);
        for row in &board.rows {
            let lines = scores.team(row.team).map(|score| score.explain(&rules, elapsed));
            let lines = lines.unwrap_or_default();
            let sum: i64 = lines.iter().map(|line| line.points).sum();
            prop_assert_eq!(sum, row.points);
            prop_assert_eq!(lines.last().map_or(0, |line| line.total), row.points);
            let mut total = 0;
            for line in &lines {
                total += line.points;
                prop_assert_eq!(line.total, total);
                prop_assert!(line.at <= elapsed);
                prop_assert!((1..=entries.len()).contains(&usize::try_from(line.sequence).unwrap()));
            }
        }
    }
}

#[test]
fn times_without_service_are_told_and_bring_nothing() {
    let team = TeamId::new();
    let minutes = [(1, 9), (3, 11), (4, 12), (6, 10)];
    let mut entries = journal(&[team], &minutes.map(|(_, kind)| (0, kind, 0, 0)));
    for (entry, (minute, _)) in entries.iter_mut().zip(minutes) {
        entry.exercise_time = Duration::from_mins(minute);
    }
    let rules = rules();
    let scores = Scores::fold(&rules, &entries);
    let score = scores.team(team).expect("rows");
    let lines = score.explain(&rules, Duration::from_mins(10));
    let told: Vec<_> = lines
        .iter()
        .map(|line| match &line.because {
            Because::Service { stretch, .. } => {
                let minutes = |time: Duration| time.as_secs() / 60;
                let (from, to) = (minutes(stretch.began.at), minutes(stretch.end));
                (from, to, stretch.began.state, line.points)
            }
            Because::Booked(cause) => panic!("{cause:?}"),
        })
        .collect();
    let expected = [
        (1, 3, CheckState::Passing, 14),
        (3, 4, CheckState::Failing, 0),
        (4, 6, CheckState::Error, 0),
        (6, 10, CheckState::Passing, 28),
    ];
    assert_eq!(told, expected);
}
