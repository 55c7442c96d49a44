//! Two evaluators, what of theirs counts, points set by hand, and a board that is frozen.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, PersonId, TeamId},
    journal::{Actor, Entry, Event, Pending, Verdict},
    scenarios::Worth,
    scoring::{Cause, ReportRule, Rules, Scores, TaskKind, TaskRule, TeamScore, WayRule, agreed},
};

const HOUR: Duration = Duration::from_hours(1);

fn points<const N: usize>(points: [(&str, i64); N]) -> BTreeMap<String, i64> {
    points.map(|(id, points)| (id.to_owned(), points)).into()
}

pub(super) fn rules() -> Rules {
    let task = |id: &str, kind| TaskRule {
        cell: crate::scenarios::Cell::Blue,
        id: id.into(),
        objective: None,
        points: 100,
        worth: Worth::default(),
        ways: WayRule::default(),
        kind,
        hints: vec![10],
    };
    let report = TaskKind::Report(ReportRule {
        due: None,
        criteria: points([("facts", 60), ("form", 40)]),
    });
    Rules {
        tasks: vec![task("form", report), task("way", TaskKind::Flag)],
        ..Rules::default()
    }
}

/// Rows in the order of time, a second apart; those of a team concern it.
struct Rows {
    team: TeamId,
    rows: Vec<(Actor, Event)>,
}

impl Rows {
    fn new() -> Self {
        let rows = vec![(Actor::System, Event::Started)];
        let team = TeamId::new();
        Self { team, rows }
    }

    fn add(&mut self, by: Actor, event: Event) -> i64 {
        self.rows.push((by, event));
        i64::try_from(self.rows.len()).expect("few rows")
    }

    fn file(&mut self) -> i64 {
        let event = Event::ReportFiled {
            task: "form".into(),
            text: Pending::new("x", None).reference(),
        };
        self.add(Actor::Person(PersonId::new()), event)
    }

    fn give(&mut self, by: Actor, report: i64, [facts, form]: [i64; 2]) -> i64 {
        let event = Event::GradeGiven {
            task: "form".into(),
            report,
            points: points([("facts", facts), ("form", form)]),
            comment: Pending::new("", None).reference(),
        };
        self.add(by, event)
    }

    fn regrade(&mut self, task: &str, points: i64) -> i64 {
        let event = Event::Regraded {
            task: task.into(),
            points,
            reason: Pending::new("nhầm", None).reference(),
        };
        self.add(Actor::Account(AccountId::new()), event)
    }

    fn solve(&mut self) -> i64 {
        let event = Event::Submission {
            task: "way".into(),
            part: None,
            verdict: Verdict::Correct,
            answer: Pending::new("x", None).reference(),
        };
        self.add(Actor::Person(PersonId::new()), event)
    }

    fn fold(&self) -> Scores {
        let exercise = ExerciseId::new();
        let common = |event: &Event| {
            matches!(
                event,
                Event::Started | Event::BoardFrozen | Event::BoardThawed
            )
        };
        let entries = (1..)
            .zip(&self.rows)
            .map(|(sequence, (actor, event))| Entry {
                exercise,
                sequence,
                at: Timestamp(sequence),
                exercise_time: Duration::from_secs(u64::try_from(sequence).expect("few rows")),
                actor: *actor,
                team: (!common(event)).then_some(self.team),
                event: event.clone(),
                payload: String::new(),
                previous: String::new(),
                hash: String::new(),
            });
        Scores::fold(&rules(), &entries.collect::<Vec<_>>())
    }

    fn score(&self) -> TeamScore {
        self.fold().team(self.team).expect("rows").clone()
    }
}

#[test]
fn two_grades_agree_within_a_tenth_in_total_and_in_every_criterion() {
    let rubric = points([("facts", 60), ("form", 40)]);
    let of = |facts, form| points([("facts", facts), ("form", form)]);
    let agree = |one: (i64, i64), other: (i64, i64)| {
        let found = agreed(&rubric, &of(one.0, one.1), &of(other.0, other.1));
        // Neither evaluator is the first.
        let turned = agreed(&rubric, &of(other.0, other.1), &of(one.0, one.1));
        assert_eq!(found, turned);
        found
    };
    assert_eq!(agree((50, 30), (50, 30)), Some(of(50, 30)));
    assert_eq!(
        agree((50, 30), (56, 34)),
        Some(of(53, 32)),
        "exactly a tenth"
    );
    assert_eq!(agree((50, 30), (57, 30)), None, "beyond it in a criterion");
    assert_eq!(
        agree((50, 30), (44, 35)),
        None,
        "though the totals are near"
    );
    let other = points([("facts", 50)]);
    assert_eq!(agreed(&rubric, &of(50, 30), &other), None, "another rubric");
}

#[test]
fn the_mean_is_rounded_half_up_in_total() {
    let rubric = points([("a", 50), ("b", 50), ("c", 50)]);
    let of = |a, b, c| points([("a", a), ("b", b), ("c", c)]);
    let mean = agreed(&rubric, &of(10, 20, 30), &of(11, 20, 30));
    assert_eq!(mean, Some(of(11, 20, 30)), "10,5 is 11");
    let mean = agreed(&rubric, &of(10, 20, 30), &of(11, 21, 31));
    assert_eq!(mean, Some(of(11, 20, 31)), "61,5 is 62");
}

#[test]
fn what_one_of_two_gave_counts_for_nothing_and_belongs_to_the_report_that_was_read() {
    let mut rows = Rows::new();
    let [one, other] = [(); 2].map(|()| Actor::Account(AccountId::new()));
    let first = rows.file();
    rows.give(one, first, [50, 30]);
    rows.give(one, first, [60, 40]);
    let score = rows.score();
    let report = score.tasks["form"].report.as_ref().expect("filed");
    assert_eq!(report.given.len(), 1, "the first of an evaluator stands");
    assert_eq!((score.booked(HOUR), score.solved()), (0, 0));
    rows.give(other, first, [20, 10]);
    let score = rows.score();
    let report = score.tasks["form"].report.as_ref().expect("filed");
    assert!(report.is_disputed(2) && !report.is_disputed(1));
    rows.file();
    rows.give(one, first, [50, 30]);
    let report = rows.score().tasks["form"].report.clone().expect("filed");
    assert!(report.given.is_empty(), "another report");
}

#[test]
fn a_moderators_grade_counts_for_the_report_that_it_is_for() {
    let mut rows = Rows::new();
    let first = rows.file();
    let settled = |report| Event::GradeSettled {
        task: "form".into(),
        report,
        points: points([("facts", 40), ("form", 20)]),
        comment: Pending::new("", None).reference(),
    };
    let moderator = Actor::Account(AccountId::new());
    rows.add(moderator, settled(first));
    assert_eq!(rows.score().booked(HOUR), 60);
    rows.file();
    rows.add(moderator, settled(first));
    assert_eq!(
        rows.score().booked(HOUR),
        0,
        "another report is another grade"
    );
}

#[test]
fn a_regrade_sets_the_points_of_a_task_and_stands() {
    let mut rows = Rows::new();
    rows.add(
        Actor::System,
        Event::HintTaken {
            task: "way".into(),
            hint: 0,
            cost: 10,
        },
    );
    rows.regrade("way", 40);
    let score = rows.score();
    assert_eq!(
        (score.booked(HOUR), score.solved()),
        (40, 1),
        "an answer that was right"
    );
    rows.solve();
    assert_eq!(rows.score().booked(HOUR), 40, "what was set stands");
    rows.regrade("way", 0);
    let score = rows.score();
    assert_eq!(score.booked(HOUR), 0);
    let last = score.ledger.last().expect("rows");
    assert!(
        matches!(
            &last.cause,
            Cause::Regraded {
                from: 40,
                to: 0,
                ..
            }
        ),
        "{last:?}"
    );
}

#[test]
fn a_report_filed_anew_takes_back_what_the_white_cell_made_of_the_one_before() {
    let mut rows = Rows::new();
    let graded = Event::ReportGraded {
        task: "form".into(),
        points: points([("facts", 30), ("form", 10)]),
        comment: Pending::new("", None).reference(),
    };
    rows.file();
    rows.add(Actor::System, graded.clone());
    rows.regrade("form", 55);
    assert_eq!(rows.score().booked(HOUR), 55);
    rows.file();
    assert_eq!(rows.score().booked(HOUR), 0);
    rows.add(Actor::System, graded);
    assert_eq!(rows.score().booked(HOUR), 40);
}

#[test]
fn points_given_and_taken_are_of_the_team_and_of_no_task() {
    let mut rows = Rows::new();
    for points in [30, -50] {
        let event = Event::PointsAdjusted {
            points,
            reason: Pending::new("vì", None).reference(),
        };
        rows.add(Actor::Account(AccountId::new()), event);
    }
    let score = rows.score();
    assert_eq!((score.booked(HOUR), score.solved()), (-20, 0));
    assert_eq!(score.task_points("way"), 0);
}

#[test]
fn a_frozen_board_keeps_what_was_and_the_fold_goes_on() {
    let mut rows = Rows::new();
    rows.solve();
    let frozen = rows.add(Actor::System, Event::BoardFrozen);
    rows.add(Actor::System, Event::BoardFrozen);
    rows.regrade("way", 10);
    let scores = rows.fold();
    let then = scores.frozen.as_ref().expect("frozen");
    let booked = |scores: &Scores| scores.team(rows.team).expect("rows").booked(HOUR);
    assert_eq!((booked(then), booked(&scores)), (100, 10));
    assert_eq!(
        (then.sequence, then.at),
        (frozen, Timestamp(frozen)),
        "the first counts"
    );
    rows.add(Actor::System, Event::BoardThawed);
    assert!(rows.fold().frozen.is_none());
}
