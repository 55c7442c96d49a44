//! Plans that read and plans that do not; indicators on known facts, by hand-computed figures.

use jiff::civil::date;

use super::*;
use crate::{
    ids::{AccountId, AttendanceId, CompletionId, ExerciseId, PersonId, ProvinceId, UnitId},
    organisation::{Level, Staff, Unit, UnitKind},
    store::{
        learning::{Completion, NamedCompletion, Reached},
        workforce::{HeldExercise, ManualFigure},
    },
};

const DEMO: &str = include_str!("../../../deploy/plans/demo.yaml");

fn at(year: i16, month: i8, day: i8) -> Timestamp {
    Timestamp::start_of(date(year, month, day))
}

fn staff(name: &str, unit: &Unit, response_team: bool) -> Staff {
    Staff {
        person: PersonId::new(),
        name: name.to_owned(),
        email: None,
        unit: unit.id,
        unit_name: unit.name.clone(),
        position: String::new(),
        response_team,
        it_specialist: response_team,
        head: false,
    }
}

fn unit(name: &str, kind: UnitKind, level: Level) -> Unit {
    Unit {
        id: UnitId::new(),
        province: ProvinceId::new(),
        parent: None,
        code: name.to_owned(),
        name: name.to_owned(),
        kind: kind.as_str().to_owned(),
        level: level.as_str().to_owned(),
        valid_from: Timestamp(0),
        valid_to: None,
    }
}

fn completed(
    person: PersonId,
    kind: &str,
    exercise_kind: &str,
    when: Timestamp,
) -> NamedCompletion {
    NamedCompletion {
        completion: Completion {
            id: CompletionId::new(),
            province: ProvinceId::new(),
            person,
            exercise: ExerciseId::new(),
            kind: kind.to_owned(),
            points: 300,
            evidence_sequence: 42,
            completed_at: when,
        },
        person: String::new(),
        exercise: "Diễn tập 2026".to_owned(),
        exercise_kind: exercise_kind.to_owned(),
    }
}

fn held(kind: &str, when: Timestamp) -> HeldExercise {
    HeldExercise {
        id: ExerciseId::new(),
        title: kind.to_owned(),
        kind: kind.to_owned(),
        finished_at: when,
        head_sequence: 99,
    }
}

fn with_measure(measure: &str, target: &str) -> Plan {
    let head = DEMO.split("  - id: BA-01").next().unwrap();
    let text = format!(
        "{head}  - id: X\n    title: {{vi: x, en: x}}\n    quote: x\n    unit: {{vi: x, en: x}}\n    measure: {measure}\n    {target}\n"
    );
    Plan::read(&text).unwrap()
}

fn result(plan: &Plan, facts: &Facts, day: Date) -> Measured {
    measure(plan, &plan.indicators[0], facts, day)
}

fn names(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.name.as_str()).collect()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands for a figure that may be missing"
)]
fn figure(numerator: i64, denominator: Option<i64>) -> Option<Figure> {
    Some(Figure {
        numerator,
        denominator,
    })
}

#[test]
fn the_demo_plan_reads() {
    let plan = Plan::read(DEMO).unwrap();
    assert_eq!((plan.id.as_str(), plan.indicators.len()), ("demo", 4));
    assert_eq!(
        plan.valid,
        Validity {
            from: date(2026, 1, 1),
            to: date(2030, 12, 31)
        }
    );
    assert_eq!(plan.courses(), ["awareness"]);
    let target = plan.indicators[1].target.unwrap();
    assert_eq!(
        (target.operator, target.amount),
        (Operator::MoreThan, Amount::Percent(90))
    );
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let text = DEMO
        .replace("id: BA-02", "id: BA-01")
        .replace(
            "{count: exercises, where: [{kind: [simulation, live_fire]}]}",
            "{count: exercises, where: [head]}",
        )
        .replace(
            "target: {more_than: {percent: 90}}",
            "target: {more_than: {percent: 100}}",
        )
        .replace(
            "with: [{reached: {course: awareness}}]",
            "where: [all_staff]",
        )
        .replace("to: 2030-12-31", "to: 2025-12-31");
    let problems = Plan::read(&text).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|problem| (problem.span.line, problem.message.id))
        .collect();
    assert_eq!(
        found,
        [
            (10, "plan-ends-early"),
            (18, "plan-condition-subject"),
            (22, "scenario-declared-twice"),
            (28, "plan-more-than-all"),
            (36, "scenario-missing-key"),
            (36, "plan-where-share"),
            (38, "plan-due-late"),
        ]
    );
}

#[test]
fn a_key_that_no_plan_has_is_refused_where_it_stands() {
    let problems = Plan::read(&DEMO.replace("    period: year", "    perid: year")).unwrap_err();
    assert_eq!((problems.len(), problems[0].span.line), (3, 20));
    assert!(said(&problems, Locale::Vi).contains("perid"));
    assert!(Plan::read("plan: [").is_err());
}

#[test]
fn a_plan_may_bear_no_other_plans_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one.yaml", "two.yaml"] {
        std::fs::write(folder.path().join(name), DEMO).unwrap();
    }
    let Err(WorkforceError::Plan { path, problems }) = read_plans(folder.path()) else {
        panic!("figures of two plans would be mixed");
    };
    assert!(path.ends_with("two.yaml"));
    assert!(said(&problems, Locale::En).contains("one.yaml"));
}

#[test]
fn drills_are_counted_by_kind_and_year() {
    let plan = Plan::read(DEMO).unwrap();
    let facts = Facts {
        exercises: vec![
            held("simulation", at(2026, 12, 31)),
            held("tabletop", at(2027, 2, 1)),
            held("simulation", at(2027, 3, 1)),
            held("live_fire", at(2027, 3, 2)),
        ],
        ..Facts::default()
    };
    let drills = |day| measure(&plan, &plan.indicators[0], &facts, day);
    assert_eq!(
        drills(date(2026, 12, 30)).standing,
        Standing::Missed { gap: 1 }
    );
    assert_eq!(drills(date(2026, 12, 31)).figure, figure(1, None));
    assert_eq!(drills(date(2027, 1, 1)).figure, figure(0, None));
    let now = drills(date(2027, 3, 2));
    assert_eq!((now.figure, now.standing), (figure(2, None), Standing::Met));
    assert_eq!(names(&now.counted), ["simulation", "live_fire"]);
    assert!(matches!(
        now.counted[0].evidence[..],
        [Evidence::Journal { sequence: 99, .. }]
    ));
    assert!(now.missing.is_empty());

    let live = with_measure(
        "{count: exercises, where: [{kind: [live_fire]}]}",
        "target: {at_least: 1}",
    );
    let simulated = Facts {
        exercises: vec![held("simulation", at(2027, 3, 1))],
        ..Facts::default()
    };
    assert_eq!(
        result(&live, &simulated, date(2027, 12, 31)).figure,
        figure(0, None)
    );
}

#[test]
fn operators_are_strict_as_written() {
    let office = unit("A", UnitKind::Department, Level::Province);
    let people: Vec<Staff> = (0..10)
        .map(|n| staff(&n.to_string(), &office, true))
        .collect();
    let facts = |passed: usize| Facts {
        completions: people[..passed]
            .iter()
            .map(|line| {
                completed(
                    line.person,
                    "incident-response",
                    "simulation",
                    at(2026, 5, 1),
                )
            })
            .collect(),
        staff: people.clone(),
        ..Facts::default()
    };
    let plan = Plan::read(DEMO).unwrap();
    let day = date(2026, 6, 1);
    let passed = |count| measure(&plan, &plan.indicators[1], &facts(count), day);
    assert_eq!(
        passed(9).standing,
        Standing::Missed { gap: 1 },
        "90 % is not more than 90 %"
    );
    assert_eq!(passed(10).standing, Standing::Met);
    assert_eq!(passed(3).standing, Standing::Missed { gap: 7 });
    let share = "{share: people, of: [all_staff], with: [{completed: {drill: incident-response}}]}";
    let at_least = with_measure(share, "target: {at_least: {percent: 90}}");
    assert_eq!(result(&at_least, &facts(9), day).standing, Standing::Met);
    assert_eq!(
        result(&at_least, &facts(8), day).standing,
        Standing::Missed { gap: 1 }
    );
    let third = with_measure(share, "target: {at_least: {percent: 33}}");
    assert_eq!(
        result(&third, &facts(3), day).standing,
        Standing::Missed { gap: 1 },
        "3.3 needs 4"
    );
    let open = with_measure(share, "due: 2030-01-01");
    assert_eq!(result(&open, &facts(8), day).standing, Standing::NoTarget);
}

#[test]
fn who_is_missing_is_named_and_counted_once() {
    let (a, b) = (
        unit("A", UnitKind::Department, Level::Province),
        unit("B", UnitKind::PeoplesCommittee, Level::Commune),
    );
    let mut people = vec![
        staff("An", &a, true),
        staff("Bình", &b, true),
        staff("Chi", &b, false),
    ];
    let second = Staff {
        unit: b.id,
        unit_name: b.name.clone(),
        response_team: false,
        ..people[0].clone()
    };
    people.push(second);
    let reached = |person, course: &str, when| Reached {
        person,
        course: course.to_owned(),
        list: AttendanceId::new(),
        at: when,
    };
    let facts = Facts {
        reached: vec![
            reached(people[0].person, "awareness", at(2026, 3, 1)),
            reached(people[0].person, "awareness", at(2027, 3, 1)),
            reached(people[1].person, "something-else", at(2026, 3, 1)),
            reached(people[2].person, "awareness", at(2025, 12, 31)),
        ],
        completions: vec![
            completed(
                people[0].person,
                "incident-response",
                "simulation",
                at(2026, 3, 1),
            ),
            completed(
                people[1].person,
                "incident-response",
                "simulation",
                at(2027, 3, 1),
            ),
            completed(
                people[2].person,
                "incident-response",
                "simulation",
                at(2026, 3, 1),
            ),
        ],
        staff: people,
        units: vec![a, b],
        ..Facts::default()
    };
    let plan = Plan::read(DEMO).unwrap();
    let awareness = measure(&plan, &plan.indicators[2], &facts, date(2027, 6, 1));
    assert_eq!(
        (awareness.figure, awareness.standing),
        (figure(1, Some(3)), Standing::Missed { gap: 2 })
    );
    assert_eq!(
        (names(&awareness.counted), names(&awareness.missing)),
        (vec!["An"], vec!["Bình", "Chi"])
    );
    assert_eq!(awareness.counted[0].units, ["A", "B"]);

    let passed = |day| measure(&plan, &plan.indicators[1], &facts, day);
    assert_eq!(
        passed(date(2026, 6, 1)).figure,
        figure(1, Some(2)),
        "Chi is not of the response team"
    );
    assert_eq!(
        names(&passed(date(2027, 6, 1)).missing),
        ["An"],
        "last year's drill does not count this year"
    );

    let units = with_measure(
        "{share: units, of: [{level: [commune]}], with: [{member: [response_team, {completed: {drill: incident-response}}]}]}",
        "target: {at_least: {percent: 100}}",
    );
    let specialists = result(&units, &facts, date(2027, 6, 1));
    assert_eq!(
        (specialists.figure, specialists.standing),
        (figure(1, Some(1)), Standing::Met)
    );
    assert!(matches!(
        specialists.counted[0].evidence[..],
        [Evidence::Completion { sequence: 42, .. }]
    ));
    let experts = with_measure(
        "{count: people, where: [it_specialist, {completed: {drill: incident-response, kind: [live_fire]}}]}",
        "target: {at_least: 5}",
    );
    let experts = result(&experts, &facts, date(2027, 6, 1));
    assert_eq!(
        (experts.figure, experts.standing),
        (figure(0, None), Standing::Missed { gap: 5 })
    );
    assert_eq!(names(&experts.missing), ["An", "Bình"]);
}

#[test]
fn an_empty_whole_has_no_share() {
    let plan = Plan::read(DEMO).unwrap();
    for indicator in &plan.indicators[1..] {
        let nothing = measure(&plan, indicator, &Facts::default(), date(2026, 6, 1));
        assert_eq!((nothing.figure, nothing.standing), (None, Standing::NoData));
    }
}

#[test]
fn a_manual_figure_is_the_latest_of_its_time() {
    let plan = with_measure(
        "{manual: {numerator: schools_with_programme, denominator: schools}}",
        "target: {more_than: {percent: 90}}\n    period: year",
    );
    let entry = |field: &str, value, when| ManualFigure {
        plan: "demo".to_owned(),
        indicator: "X".to_owned(),
        field: field.to_owned(),
        value,
        as_of: when,
        document: "12/BC-SGDĐT".to_owned(),
        entered_by: AccountId::new(),
        created_at: when,
    };
    let facts = Facts {
        figures: vec![
            entry("schools", 100, at(2026, 2, 1)),
            entry("schools_with_programme", 90, at(2026, 3, 1)),
            entry("schools_with_programme", 91, at(2026, 9, 1)),
        ],
        ..Facts::default()
    };
    assert_eq!(
        result(&plan, &facts, date(2026, 2, 15)).standing,
        Standing::NoData
    );
    assert_eq!(
        result(&plan, &facts, date(2026, 6, 1)).standing,
        Standing::Missed { gap: 1 }
    );
    let met = result(&plan, &facts, date(2026, 12, 31));
    assert_eq!(
        (met.figure, met.standing),
        (figure(91, Some(100)), Standing::Met)
    );
    assert_eq!(
        documents(&plan, &plan.indicators[0], &facts, date(2026, 12, 31)).len(),
        2
    );
    assert_eq!(
        result(&plan, &facts, date(2027, 1, 1)).standing,
        Standing::NoData,
        "a new year begins empty"
    );
    let empty = Facts {
        figures: vec![
            entry("schools", 0, at(2026, 2, 1)),
            entry("schools_with_programme", 0, at(2026, 2, 1)),
        ],
        ..Facts::default()
    };
    assert_eq!(
        result(&plan, &empty, date(2026, 6, 1)).standing,
        Standing::NoData
    );
}

#[test]
fn a_plan_that_has_ended_is_measured_on_its_last_day() {
    let plan = Plan::read(DEMO).unwrap();
    assert_eq!(plan.day(date(2031, 6, 1)), date(2030, 12, 31));
    assert_eq!(
        plan.window(Period::Year, date(2031, 6, 1)).from,
        date(2030, 1, 1)
    );
    assert_eq!(
        plan.window(Period::Plan, date(2028, 6, 1)).from,
        date(2026, 1, 1)
    );
}

#[test]
fn plans_are_read_from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("demo.yaml"), DEMO).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no plan").unwrap();
    assert_eq!(read_plans(folder.path()).unwrap().len(), 1);
    std::fs::write(folder.path().join("broken.yaml"), "plan: x").unwrap();
    assert!(matches!(
        read_plans(folder.path()),
        Err(WorkforceError::Plan { .. })
    ));
    assert!(matches!(
        read_plans(&folder.path().join("none")),
        Err(WorkforceError::File { .. })
    ));
}
