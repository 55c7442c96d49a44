//! What tasks bring to the first and to the last, what wrong answers take, and who must answer what.

use std::time::Duration;

use crate::{
    clock::Timestamp,
    ids::{ExerciseId, PersonId, TeamId},
    journal::{Actor, Entry, Event, Pending, Verdict},
    scenarios::{By, Decay, Logic, ObjectiveId, Penalty, Worth},
    scoring::{Cause, Progress, Reached, Rules, Scores, TaskKind, TaskRule, WayRule},
};

const HOUR: Duration = Duration::from_hours(1);

fn rules(worth: Worth, ways: WayRule) -> Rules {
    Rules {
        tasks: vec![TaskRule {
            cell: crate::scenarios::Cell::Blue,
            id: "way".into(),
            objective: Some("detect".into()),
            points: 100,
            worth,
            ways,
            kind: TaskKind::Text,
            hints: vec![30],
        }],
        ..Rules::default()
    }
}

fn ways(parts: &[&str], logic: Logic, by: By) -> WayRule {
    WayRule {
        parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        logic,
        by,
    }
}

fn fold(rules: &Rules, rows: Vec<(TeamId, PersonId, Event)>) -> Scores {
    let exercise = ExerciseId::new();
    let (any, nobody) = (TeamId::new(), PersonId::new());
    let start = (any, nobody, Event::Started);
    let rows = std::iter::once(start).chain(rows);
    let entries = (1..)
        .zip(rows)
        .map(|(sequence, (team, person, event))| Entry {
            exercise,
            sequence,
            at: Timestamp(sequence),
            exercise_time: Duration::from_secs(u64::try_from(sequence).unwrap()),
            actor: match event {
                Event::Started => Actor::System,
                _ => Actor::Person(person),
            },
            team: Some(team).filter(|_| event != Event::Started),
            event,
            payload: String::new(),
            previous: String::new(),
            hash: String::new(),
        });
    Scores::fold(rules, &entries.collect::<Vec<_>>())
}

fn answer(part: &str, verdict: Verdict) -> Event {
    Event::Submission {
        task: "way".into(),
        part: Some(part.to_owned()).filter(|part| !part.is_empty()),
        verdict,
        answer: Pending::new("x", None).reference(),
    }
}

fn right(part: &str) -> Event {
    answer(part, Verdict::Correct)
}

fn wrong(part: &str) -> Event {
    answer(part, Verdict::Wrong)
}

/// Points and causes of a team's score.
fn booked(scores: &Scores, team: TeamId) -> Vec<(i64, Cause)> {
    let ledger = scores.teams[&team].ledger.iter();
    ledger.map(|row| (row.points, row.cause.clone())).collect()
}

#[test]
fn each_team_keeps_what_the_task_was_worth_when_it_solved_it() {
    let worth = Worth {
        decay: Some(Decay { to: 40, solves: 2 }),
        bonus: vec![30, 20],
        penalty: None,
    };
    let rules = rules(worth, WayRule::default());
    let teams = [TeamId::new(), TeamId::new(), TeamId::new(), TeamId::new()];
    let rows = teams.map(|team| (team, PersonId::new(), right("")));
    let scores = fold(&rules, rows.into());
    let points = teams.map(|team| scores.teams[&team].booked(HOUR));
    assert_eq!(points, [130, 85 + 20, 40, 40]);
    let second = [
        (85, Cause::Task("way".into())),
        (20, Cause::Bonus("way".into())),
    ];
    assert_eq!(booked(&scores, teams[1]), second);
    let offer = scores.offer(&rules.tasks[0], &scores.teams[&teams[1]]);
    assert_eq!((offer.value, offer.bonus, offer.solves), (85, 20, 4));
    let late = scores.offer(&rules.tasks[0], &crate::scoring::TeamScore::default());
    assert_eq!((late.points(), late.solves), (40, 4));

    // How well, not how fast: a team that solved the task did all that there was.
    let all: Vec<_> = teams
        .iter()
        .map(|team| (crate::scenarios::Cell::Blue, scores.teams[team].clone()))
        .collect();
    let objective = ObjectiveId::from("detect");
    let reached = Reached::of(&rules, &objective, &all[1..], HOUR);
    assert_eq!((reached.points, reached.possible), (165, 165));
    assert_eq!(reached.tasks, [("way".into(), 3)]);
}

#[test]
fn wrong_answers_take_points_once_solved_and_never_more_than_the_task_brings() {
    let worth = Worth {
        penalty: Some(Penalty {
            points: 15,
            free: 1,
        }),
        ..Worth::default()
    };
    let rules = rules(worth, WayRule::default());
    let (team, person) = (TeamId::new(), PersonId::new());
    let score = |guesses: usize, solved: bool, hint: bool| {
        let mut rows = vec![(team, person, wrong("")); guesses];
        if hint {
            let event = Event::HintTaken {
                task: "way".into(),
                hint: 0,
                cost: 30,
            };
            rows.push((team, person, event));
        }
        if solved {
            rows.push((team, person, right("")));
        }
        fold(&rules, rows)
    };
    assert_eq!(
        score(1, true, false).teams[&team].booked(HOUR),
        100,
        "one is free"
    );
    assert_eq!(score(3, true, false).teams[&team].booked(HOUR), 70);
    assert_eq!(score(3, true, true).teams[&team].booked(HOUR), 40);
    assert_eq!(score(9, true, false).teams[&team].booked(HOUR), 0);
    assert_eq!(
        score(9, true, true).teams[&team].booked(HOUR),
        0,
        "with the hint"
    );
    let open = score(4, false, false);
    assert_eq!(open.teams[&team].booked(HOUR), 0);
    let offer = open.offer(&rules.tasks[0], &open.teams[&team]);
    assert_eq!((offer.wrong, offer.penalty, offer.points()), (3, 45, 55));
    let solved = score(3, true, false);
    let rows = [
        (100, Cause::Task("way".into())),
        (-30, Cause::Penalty("way".into())),
    ];
    assert_eq!(booked(&solved, team), rows);
}

#[test]
fn all_parts_or_any_part_solve_a_task() {
    let (team, person) = (TeamId::new(), PersonId::new());
    let all = rules(Worth::default(), ways(&["a", "b"], Logic::All, By::Team));
    let rows = vec![
        (team, person, right("a")),
        (team, person, wrong("b")),
        (team, PersonId::new(), right("b")),
    ];
    let half = fold(&all, rows[..2].to_vec());
    assert_eq!(half.teams[&team].tasks["way"].solved, None);
    let progress = half.teams[&team].progress(&all.tasks[0], Some(person));
    let expected = Progress {
        parts: (1, 2),
        members: None,
        done: false,
    };
    assert_eq!(progress, expected);
    assert_eq!(half.teams[&team].tasks["way"].tries("b", None).attempts, 1);
    assert_eq!(fold(&all, rows.clone()).teams[&team].booked(HOUR), 100);
    let any = rules(Worth::default(), ways(&["a", "b"], Logic::Any, By::Team));
    assert_eq!(
        fold(&any, rows[..1].to_vec()).teams[&team].booked(HOUR),
        100
    );
}

#[test]
fn every_member_must_answer_whether_there_or_not_unless_excused() {
    let every = rules(Worth::default(), ways(&[""], Logic::All, By::EveryMember));
    let team = TeamId::new();
    let [one, two] = [PersonId::new(), PersonId::new()];
    let created = Event::Created {
        scenario: "s".into(),
        bundle: "b".into(),
        teams: 1,
        members: [(team, [one, two].into())].into(),
    };
    let excuse = |excused| {
        let event = Event::MemberExcused {
            person: two,
            excused,
        };
        (team, one, event)
    };
    let standing = |rows: &[_]| {
        let created = (team, one, created.clone());
        let scores = fold(
            &every,
            std::iter::once(created).chain(rows.to_vec()).collect(),
        );
        let score = &scores.teams[&team];
        let progress = score.progress(&every.tasks[0], Some(one));
        (progress.members.unwrap(), score.booked(HOUR))
    };
    let rows = [
        (team, one, Event::Present { person: one }),
        (team, one, right("")),
        excuse(true),
        excuse(false),
        (team, two, right("")),
    ];
    assert_eq!(standing(&rows[..2]), ((1, 2), 0), "alone at the start");
    assert_eq!(standing(&rows[..3]), ((1, 1), 100));
    assert_eq!(standing(&[excuse(true), excuse(false)]), ((0, 2), 0));
    let waited: Vec<_> = [&rows[2..4], &rows[..2], &rows[4..]].concat();
    assert_eq!(standing(&waited[..4]), ((1, 2), 0), "waited for again");
    assert_eq!(standing(&waited), ((2, 2), 100));
    assert_eq!(standing(&[excuse(true), rows[4].clone()]), ((0, 1), 0));
}

#[test]
fn in_old_journals_every_member_who_is_there_must_answer_and_whoever_never_came_is_not_waited_for()
{
    let every = rules(Worth::default(), ways(&[""], Logic::All, By::EveryMember));
    let team = TeamId::new();
    let [one, two, late] = [PersonId::new(), PersonId::new(), PersonId::new()];
    let present = |person| (team, person, Event::Present { person });
    let rows = vec![
        present(one),
        present(two),
        (team, one, right("")),
        // Who comes before it is solved must answer too.
        present(late),
        (team, two, right("")),
        (team, late, wrong("")),
        (team, late, right("")),
    ];
    let members = |rows: &[_]| {
        let scores = fold(&every, rows.to_vec());
        let score = &scores.teams[&team];
        let progress = score.progress(&every.tasks[0], Some(one));
        (progress.members.unwrap(), score.booked(HOUR))
    };
    assert_eq!(members(&rows[..3]), ((1, 2), 0));
    assert_eq!(members(&rows[..5]), ((2, 3), 0));
    assert_eq!(members(&rows), ((3, 3), 100));
    // Who comes after it changes nothing any more.
    let mut after = rows.clone();
    after.push(present(PersonId::new()));
    assert_eq!(members(&after), ((3, 4), 100));
}

#[test]
fn hints_to_a_task_that_stays_open_take_nothing_from_what_others_reached() {
    let rules = rules(Worth::default(), WayRule::default());
    let teams = [TeamId::new(), TeamId::new()];
    let hint = Event::HintTaken {
        task: "way".into(),
        hint: 0,
        cost: 30,
    };
    let rows = vec![
        (teams[0], PersonId::new(), right("")),
        (teams[1], PersonId::new(), hint),
    ];
    let scores = fold(&rules, rows);
    let all = teams.map(|team| (crate::scenarios::Cell::Blue, scores.teams[&team].clone()));
    let reached = Reached::of(&rules, &ObjectiveId::from("detect"), &all, HOUR);
    assert_eq!((reached.points, reached.possible), (100, 200));
}

#[test]
fn a_journal_of_before_there_were_parts_reads_as_it_did() {
    let old = r#"{"kind":"submission","task":"way","verdict":"correct","answer":{"id":"00000000-0000-0000-0000-000000000000","digest":"x"}}"#;
    let event: Event = serde_json::from_str(old).unwrap();
    assert!(matches!(&event, Event::Submission { part: None, .. }));
    assert_eq!(serde_json::to_string(&event).unwrap(), old);
}
