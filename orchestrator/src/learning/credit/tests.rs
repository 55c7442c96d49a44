//! Journals and who they credit.

use super::*;
use crate::{
    ids::ExerciseId,
    journal::{Actor, Pending, Verdict},
    scenarios::Worth,
    scoring::{ReportRule, ServiceRule, TaskKind, TaskRule, WayRule},
};

const MINUTE: Duration = Duration::from_mins(1);

fn rules() -> Rules {
    let task = |id: &str, points, kind| TaskRule {
        id: id.into(),
        cell: crate::scenarios::Cell::Blue,
        objective: None,
        points,
        worth: Worth::default(),
        ways: WayRule::default(),
        kind,
        hints: vec![],
    };
    let report = ReportRule {
        due: None,
        criteria: BTreeMap::from([("facts".to_owned(), 60)]),
    };
    Rules {
        tasks: vec![
            task("flag", 100, TaskKind::Flag),
            task("report", 60, TaskKind::Report(report)),
        ],
        services: vec![ServiceRule {
            id: "portal".into(),
            points_per_minute: 1,
        }],
        responses: vec![],
    }
}

fn credit(points: i64) -> Vec<CreditRule> {
    vec![CreditRule {
        completion: "incident-response".to_owned(),
        points,
    }]
}

fn journal(rows: Vec<(u32, Option<TeamId>, Event)>) -> Vec<Entry> {
    let exercise = ExerciseId::new();
    (1..)
        .zip(rows)
        .map(|(sequence, (minute, team, event))| Entry {
            exercise,
            sequence,
            at: Timestamp(sequence * 1_000),
            exercise_time: MINUTE * minute,
            actor: Actor::System,
            team,
            event,
            payload: String::new(),
            previous: String::new(),
            hash: String::new(),
        })
        .collect()
}

fn solved() -> Event {
    let answer = Pending::new("x", None).reference();
    Event::Submission {
        task: "flag".into(),
        part: None,
        verdict: Verdict::Correct,
        answer,
    }
}

fn graded(points: i64) -> Event {
    Event::ReportGraded {
        task: "report".into(),
        points: BTreeMap::from([("facts".to_owned(), points)]),
        comment: Pending::new("x", None).reference(),
    }
}

fn filed() -> Event {
    Event::ReportFiled {
        task: "report".into(),
        text: Pending::new("{}", None).reference(),
    }
}

const END: Event = Event::Finished { time_out: false };

#[test]
fn only_members_whom_the_journal_shows_are_credited() {
    let (team, other) = (TeamId::new(), TeamId::new());
    let (here, away, elsewhere) = (PersonId::new(), PersonId::new(), PersonId::new());
    let teams = [(team, vec![here, away]), (other, vec![elsewhere])];
    let mut rows = vec![
        (0, Some(team), Event::Present { person: away }),
        (0, None, Event::Started),
        (0, Some(team), Event::Present { person: here }),
        (0, Some(other), Event::Present { person: elsewhere }),
        (1, Some(team), solved()),
    ];
    assert!(judge(&rules(), &credit(100), &teams, &journal(rows.clone())).is_empty());
    rows.push((5, None, END));
    let judged = judge(&rules(), &credit(100), &teams, &journal(rows));
    let outcome = |person| judged.iter().find(|one| one.person == person).unwrap();
    assert_eq!(
        outcome(here).outcome,
        Outcome::Credited {
            sequence: 6,
            at: Timestamp(6_000)
        }
    );
    assert_eq!(
        (outcome(away).outcome, outcome(away).points),
        (Outcome::Absent, 100)
    );
    assert_eq!(outcome(elsewhere).outcome, Outcome::TooFewPoints);
    assert_eq!(
        judged.iter().map(|one| one.team).collect::<Vec<_>>(),
        [team, team, other]
    );
}

#[test]
fn a_report_graded_after_the_end_may_bring_the_missing_points() {
    let (team, person) = (TeamId::new(), PersonId::new());
    let teams = [(team, vec![person])];
    let rows = [
        (0, None, Event::Started),
        (0, Some(team), Event::Present { person }),
        (1, Some(team), solved()),
        (2, Some(team), filed()),
        (5, None, END),
        (5, Some(team), graded(10)),
        (5, Some(team), graded(50)),
        (5, Some(team), graded(5)),
    ];
    let judge_first = |count: usize| {
        let entries = journal(rows[..count].to_vec());
        judge(&rules(), &credit(150), &teams, &entries)[0].clone()
    };
    assert_eq!(judge_first(5).outcome, Outcome::TooFewPoints);
    assert_eq!(
        (judge_first(6).outcome, judge_first(6).points),
        (Outcome::TooFewPoints, 110)
    );
    let earned = judge_first(7);
    assert_eq!((earned.points, earned.needed), (150, 150));
    assert!(matches!(
        earned.outcome,
        Outcome::Credited { sequence: 7, .. }
    ));
    assert_eq!(
        judge_first(8),
        earned,
        "what was earned stays, however late somebody looks"
    );
}

#[test]
fn points_set_or_given_by_hand_after_the_end_may_bring_the_missing_ones() {
    let (team, person) = (TeamId::new(), PersonId::new());
    let teams = [(team, vec![person])];
    let reason = || Pending::new("vì", None).reference();
    let regraded = Event::Regraded {
        task: "flag".into(),
        points: 90,
        reason: reason(),
    };
    let given = Event::PointsAdjusted {
        points: 60,
        reason: reason(),
    };
    let rows = [
        (0, None, Event::Started),
        (0, Some(team), Event::Present { person }),
        (5, None, END),
        (5, Some(team), regraded),
        (5, Some(team), given),
    ];
    let judged = |count: usize| {
        let entries = journal(rows[..count].to_vec());
        let judged = judge(&rules(), &credit(150), &teams, &entries)[0].clone();
        (
            judged.points,
            matches!(judged.outcome, Outcome::Credited { .. }),
        )
    };
    assert_eq!(
        [3, 4, 5].map(judged),
        [(0, false), (90, false), (150, true)]
    );
}

#[test]
fn every_credit_of_a_scenario_is_judged_for_itself() {
    let (team, person) = (TeamId::new(), PersonId::new());
    let credits = [credit(50), credit(500)].concat();
    let entries = journal(vec![
        (0, None, Event::Started),
        (0, Some(team), Event::Present { person }),
        (1, Some(team), solved()),
        (2, None, END),
    ]);
    let judged = judge(&rules(), &credits, &[(team, vec![person])], &entries);
    let outcomes: Vec<bool> = judged
        .iter()
        .map(|one| matches!(one.outcome, Outcome::Credited { .. }))
        .collect();
    assert_eq!(outcomes, [true, false]);
}
