//! Signs of foul play, and what is none.

use std::time::Duration;

use crate::{
    clock::Timestamp,
    ids::{ExerciseId, PersonId, TeamId},
    journal::{Actor, Entry, Event, Pending, Verdict},
    scenarios::{self, Bundle, BundleFile, Cell, Scenario},
    scoring::{BURST_WRONG, Evidence, FAST_OTHERS, Rules, Scores, Share, Sign, evidence},
};

const SCENARIO: &str = "\
scenario: signs
version: 1
title: {vi: Dấu hiệu, en: Signs}
summary: {vi: Dấu hiệu., en: Signs.}
kind: tabletop
level: basic
duration: 90m
tasks:
  - {id: first, title: {vi: Một, en: One}, text: {vi: Tìm., en: Find.}, points: 10, answer: {text: {accept: [một]}}}
  - {id: second, title: {vi: Hai, en: Two}, text: {vi: Tìm., en: Find.}, points: 10, requires: [first], answer: {text: {accept: [hai]}}}
solution: solution.yaml
";
const SOLUTION: &str = "\
steps:
  - {id: one, solves: {task: first, answer: một}}
  - {id: two, solves: {task: second, answer: hai}}
";

fn scenario() -> Scenario {
    let file = |text: &str| BundleFile {
        bytes: text.as_bytes().to_vec(),
        mode: 0o644,
    };
    let files = [("scenario.yaml", SCENARIO), ("solution.yaml", SOLUTION)];
    let files = files.map(|(path, text)| (path.to_owned(), file(text)));
    let checked = scenarios::check(Bundle::from_files(files.into()).expect("bundle"));
    let definition = checked.definition;
    definition
        .unwrap_or_else(|| panic!("{:#?}", checked.problems))
        .scenario
}

/// Answers in the order of time: team, second, task, verdict.
fn found(teams: &[TeamId], answers: &[(usize, u64, &str, Verdict)]) -> Vec<Evidence> {
    let scenario = scenario();
    let exercise = ExerciseId::new();
    let entries = (1..).zip(answers);
    let entries: Vec<Entry> = entries
        .map(|(sequence, (team, second, task, verdict))| Entry {
            exercise,
            sequence,
            at: Timestamp(0) + Duration::from_secs(*second),
            exercise_time: Duration::from_secs(*second),
            actor: Actor::Person(PersonId::new()),
            team: Some(teams[*team]),
            event: Event::Submission {
                task: (*task).to_owned(),
                part: None,
                verdict: *verdict,
                answer: Pending::new("x", None).reference(),
            },
            payload: String::new(),
            previous: String::new(),
            hash: String::new(),
        })
        .collect();
    let scores = Scores::fold(&Rules::of(&scenario), &entries);
    let own: Vec<Vec<Entry>> = teams
        .iter()
        .map(|team| {
            let own = entries.iter().filter(|entry| entry.team == Some(*team));
            own.cloned().collect()
        })
        .collect();
    let shares: Vec<Share<'_>> = teams
        .iter()
        .zip(&own)
        .map(|(team, rows)| Share {
            team: *team,
            cell: Cell::Blue,
            rows,
        })
        .collect();
    evidence(&scenario, &scores, &shares)
}

#[test]
fn another_teams_flag_is_a_sign_with_its_row() {
    let teams = [TeamId::new()];
    let found = found(
        &teams,
        &[
            (0, 5, "first", Verdict::Wrong),
            (0, 9, "first", Verdict::Foreign),
        ],
    );
    let [sign] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!((&sign.sign, &sign.rows[..]), (&Sign::ForeignFlag, &[2][..]));
    assert_eq!(sign.at, Duration::from_secs(9));
}

#[test]
fn wrong_answers_close_together_are_one_burst_and_others_none() {
    let teams = [TeamId::new()];
    let wrong = |second, task| (0, second, task, Verdict::Wrong);
    // One a quarter of a minute is looking, not guessing.
    let calm: Vec<_> = (0..20).map(|n| wrong(n * 15, "first")).collect();
    assert_eq!(found(&teams, &calm), []);
    // To two tasks in turn, neither is guessed.
    let turns: Vec<_> = (0..10)
        .map(|n| wrong(n * 5, if n % 2 == 0 { "first" } else { "second" }))
        .collect();
    assert_eq!(found(&teams, &turns), []);
    let mut rows: Vec<_> = (0..8).map(|n| wrong(n * 6, "first")).collect();
    rows.extend((0..6).map(|n| wrong(600 + n * 2, "first")));
    let signs = found(&teams, &rows);
    let bursts: Vec<_> = signs
        .iter()
        .map(|sign| (&sign.sign, sign.rows.len()))
        .collect();
    let guessing = |wrong, seconds| Sign::Guessing {
        wrong,
        span: Duration::from_secs(seconds),
    };
    assert_eq!(
        bursts,
        [(&guessing(8, 42), 8), (&guessing(BURST_WRONG, 10), 6)]
    );
}

#[test]
fn great_speed_is_told_only_beside_enough_others() {
    let teams: Vec<TeamId> = (0..=FAST_OTHERS).map(|_| TeamId::new()).collect();
    let right = |team, second| (team, second, "first", Verdict::Correct);
    let mut answers = vec![right(0, 60), right(1, 600), right(2, 700)];
    assert_eq!(found(&teams, &answers), [], "two others say nothing");
    answers.push(right(3, 800));
    let signs = found(&teams, &answers);
    let [fast] = &signs[..] else {
        panic!("{signs:?}")
    };
    let expected = Sign::Fast {
        took: Duration::from_mins(1),
        median: Duration::from_secs(700),
        others: FAST_OTHERS,
    };
    assert_eq!(
        (fast.team, &fast.sign, &fast.rows[..]),
        (teams[0], &expected, &[1][..])
    );
}

#[test]
fn a_task_solved_before_it_can_have_been_read_is_a_sign_with_both_rows() {
    let teams = [TeamId::new(), TeamId::new()];
    let signs = found(
        &teams,
        &[
            (0, 300, "first", Verdict::Correct),
            (0, 309, "second", Verdict::Correct),
            (1, 400, "first", Verdict::Correct),
            (1, 410, "second", Verdict::Correct),
        ],
    );
    let [soon] = &signs[..] else {
        panic!("{signs:?}")
    };
    let expected = Sign::Soon {
        after: "first".into(),
        took: Duration::from_secs(9),
    };
    assert_eq!(
        (soon.team, &soon.sign, &soon.rows[..]),
        (teams[0], &expected, &[1, 2][..])
    );
}
