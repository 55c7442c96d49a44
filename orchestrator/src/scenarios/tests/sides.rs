//! Sides, variants, phases, tabletop exercises and the kinds of drawn values: what is drawn, and what an author is told.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::{bundle, shown};
use crate::{
    locales::Locale,
    scenarios::{Bundle, Cell, Definition, Draw, Seed, accepted, check},
};

const HEAD: &str = "\
scenario: sides
version: 1
title: {vi: Hai bên, en: Two sides}
summary: {vi: Hai bên., en: Two sides.}
level: basic
solution: solution.yaml
";
const RIGHT: &str = "\
kind: simulation
duration: 60m
environment: compose.yaml
cells: {red: {briefing: {vi: Tấn công cổng., en: Attack the portal.}}}
variants:
  upload: {title: {vi: Tải tệp lên, en: Upload}}
  key: {title: {vi: Lộ khóa, en: Leaked key}}
phases:
  - {id: find, title: {vi: Tìm, en: Find}, duration: 20m}
  - {id: mend, title: {vi: Vá, en: Mend}, duration: 40m}
variables:
  way: {variant: {upload: /tai-len, key: /sao-luu}}
  port: {port: {from: 20000, to: 20009}}
  anywhere: {port: {}}
  source: {address: {in: 203.0.113.0/29}}
  account: {name: {syllables: 3}}
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: adversary, cell: red, terminal: {user: attacker}}
files:
  - {node: desk, path: /srv/way, from: files/upload, variants: [upload]}
  - {node: desk, path: /srv/way, from: files/key, variants: [key]}
  - {node: desk, path: /srv/all, from: files/all, template: true}
tasks:
  - {id: way, title: {vi: Lối vào, en: Way in}, text: {vi: Lối nào?, en: Which?}, phase: find, points: 30, answer: {text: {accept: ['{{variable.way}}']}}}
  - {id: listens, title: {vi: Cổng, en: Port}, text: {vi: Cổng nào?, en: Which?}, phase: mend, points: 10, answer: {number: {value: '{{variable.port}}'}}}
  - {id: in, cell: red, title: {vi: Vào, en: In}, text: {vi: Ai?, en: Who?}, points: 50, answer: {text: {accept: ['{{variable.account}}']}}}
credits:
  - {completion: incident-response, to: present_members, when: {points: 40}}
  - {completion: penetration-test, cell: red, to: present_members, when: {points: 50}}
";
const ALL: &str = "\
{{variable.port}} {{variable.anywhere}} {{variable.source}} {{variable.account}}
";
const STEPS: &str = "\
steps:
  - {id: upload, variants: [upload], solves: {task: way, answer: /tai-len}}
  - {id: key, variants: [key], solves: {task: way, answer: /sao-luu}}
  - {id: listens, solves: {task: listens, answer: '20000'}}
  - {id: in, solves: {task: in, answer: x}}
";
const COMPOSE: &str = "\
services:
  desk: {image: 'test/desk:1', networks: [lan]}
  portal: {image: 'test/portal:1', networks: [lan]}
networks: {lan: }
";

fn files(scenario: &str, steps: &str) -> Bundle {
    let scenario = format!("{HEAD}{scenario}");
    bundle([
        ("scenario.yaml", scenario.into_bytes()),
        ("compose.yaml", COMPOSE.into()),
        ("solution.yaml", steps.into()),
        ("files/upload", b"upload".to_vec()),
        ("files/key", b"key".to_vec()),
        ("files/all", ALL.into()),
    ])
}

fn right() -> Definition {
    let checked = check(files(RIGHT, STEPS));
    assert_eq!(shown(&checked.problems, Locale::En), "");
    checked.definition.unwrap()
}

#[test]
fn each_seed_has_one_variant_and_values_that_fit_it() {
    let scenario = right().scenario;
    let (mut variants, mut ports, mut addresses) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for seed in 0..=255 {
        let draw = Draw::new(&scenario, &Seed([seed; 32]));
        let variant = draw.variant().unwrap().clone();
        assert_eq!(
            Draw::variant_of(&scenario, &Seed([seed; 32])),
            Some(variant.clone())
        );
        let way = if variant.as_str() == "upload" {
            "/tai-len"
        } else {
            "/sao-luu"
        };
        assert_eq!(draw.variable("way"), Some(way));
        ports.insert(draw.variable("port").unwrap().to_owned());
        addresses.insert(draw.variable("source").unwrap().to_owned());
        let anywhere: u16 = draw.variable("anywhere").unwrap().parse().unwrap();
        assert!(anywhere >= 1024);
        let account = draw.variable("account").unwrap();
        assert!(account.len() == 6 && account.bytes().all(|byte| byte.is_ascii_lowercase()));
        variants.insert(variant);
    }
    assert_eq!((variants.len(), ports.len()), (2, 10));
    let inner: BTreeSet<String> = (1..=6).map(|host| format!("203.0.113.{host}")).collect();
    assert_eq!(
        addresses, inner,
        "neither the first nor the last of the range"
    );
}

#[test]
fn each_side_has_its_own_briefing_tasks_and_points() {
    let scenario = right().scenario;
    assert_eq!(scenario.briefing(Cell::Red).en, "Attack the portal.");
    assert_eq!(scenario.briefing(Cell::Blue).en, "Two sides.");
    assert_eq!(
        (
            scenario.highest_score(Cell::Blue),
            scenario.highest_score(Cell::Red)
        ),
        (40, 50)
    );
    let minute = std::time::Duration::from_mins(1);
    let phase = |minutes| {
        scenario
            .phase_at(minute * minutes)
            .map(|(phase, _)| phase.id.as_str())
    };
    assert_eq!(
        [phase(0), phase(19), phase(20), phase(90)],
        ["find", "find", "mend", "mend"].map(Some)
    );
}

#[test]
fn what_contradicts_itself_is_told() {
    let wrong = "\
kind: simulation
duration: 30m
environment: compose.yaml
variants:
  upload: {title: {vi: Tải tệp lên, en: Upload}}
phases:
  - {id: find, title: {vi: Tìm, en: Find}, duration: 20m}
  - {id: mend, title: {vi: Vá, en: Mend}, duration: 40m}
variables:
  way: {variant: {uplaod: x}}
  source: {address: {in: 203.0.113.7/29}}
  backwards: {port: {from: 9, to: 8}}
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: adversary, cell: red}
tasks:
  - {id: way, title: {vi: Lối vào, en: Way in}, text: {vi: Lối nào?, en: Which?}, phase: fnd, requires: [in], points: 30, answer: {text: {accept: [x]}}}
  - {id: in, cell: red, title: {vi: Vào, en: In}, text: {vi: Ai?, en: Who?}, points: 50, answer: {text: {accept: [y]}}}
timeline:
  - {id: E01, at: 0m, message: {to: red, channel: chat, from: {vi: A, en: A}, text: {vi: Bắt đầu., en: Go.}}}
credits:
  - {completion: incident-response, to: present_members, when: {points: 40}}
";
    let steps = "\
steps:
  - {id: in, node: desk, run: id, solves: {task: in, answer: y}}
  - {id: way, variants: [key], solves: {task: way, answer: x}}
";
    let checked = check(files(wrong, steps));
    assert_snapshot!("sides_vi", shown(&checked.problems, Locale::Vi));
    assert_snapshot!("sides_en", shown(&checked.problems, Locale::En));
}

#[test]
fn a_check_that_the_other_side_rules_or_that_waits_for_ever_is_told() {
    let check_of = |side: &str, look: &str| {
        format!(
            "  - {{id: shut, cell: {side}, title: {{vi: Chặn, en: Shut}}, text: {{vi: Chặn., en: Shut it.}}, points: 5, \
             answer: {{check: {look}}}}}\n"
        )
    };
    let event = |to: &str| {
        format!(
            "timeline:\n  - {{id: E01, at: 0m, message: {{to: {to}, channel: chat, from: {{vi: A, en: A}}, \
             text: {{vi: Bắt đầu., en: Go.}}}}}}\n"
        )
    };
    let on = |node: &str| format!("{{from: platform, node: {node}, script: files/key}}");
    let after =
        |node: &str| format!("{{from: platform, node: {node}, script: files/key, after: E01}}");
    let steps = format!("{STEPS}  - {{id: shut, expect_check: shut}}\n");
    let told = |scenario: &str, side: &str, look: &str, event: &str| -> Vec<&'static str> {
        let task = check_of(side, look);
        let scenario = scenario.replace("credits:\n", &format!("{task}{event}credits:\n"));
        let problems = check(files(&scenario, &steps)).problems;
        problems.iter().map(|problem| problem.message.id).collect()
    };
    // Red is not root on its own machine here, blue is.
    assert!(told(RIGHT, "blue", &on("desk"), "").is_empty());
    assert!(told(RIGHT, "blue", &on("portal"), "").is_empty());
    assert_eq!(
        told(RIGHT, "red", &on("desk"), ""),
        ["scenario-check-other-root"]
    );
    let sudo = RIGHT.replace(
        "{user: attacker}",
        "{user: attacker}, privilege_escalation: true",
    );
    assert_eq!(
        told(&sudo, "blue", &on("portal"), ""),
        ["scenario-check-other-root"]
    );
    assert!(told(&sudo, "red", &on("portal"), "").is_empty());
    // What comes to the other side on the same machines is as good as what comes to one's own.
    for to in ["red", "blue", "white", "all"] {
        assert!(
            told(RIGHT, "blue", &after("desk"), &event(to)).is_empty(),
            "{to}"
        );
    }
    let lines = RIGHT.lines();
    let alone: Vec<&str> = lines
        .filter(|line| !line.contains("red:") && !line.contains("red,"))
        .collect();
    let alone =
        format!("{}\n", alone.join("\n")).replace("role: adversary, cell: red", "role: target");
    let told = told(&alone, "blue", &after("desk"), &event("red"));
    assert!(told.contains(&"scenario-never-solvable"), "{told:?}");
}

#[test]
fn a_table_has_no_machines_and_a_simulation_has_some() {
    let tasks = "\
duration: 60m
tasks:
  - {id: press, title: {vi: Báo chí, en: Press}, text: {vi: Ai?, en: Who?}, points: 10, answer: {text: {accept: [x]}}}
";
    let steps = "steps: [{id: a, solves: {task: press, answer: x}}]\n";
    let checked = check(files(&format!("kind: tabletop\n{tasks}"), steps));
    assert_eq!(shown(&checked.problems, Locale::En), "");
    assert!(checked.definition.unwrap().is_bare());
    let machines =
        "environment: compose.yaml\nnodes: {desk: {role: analyst}, portal: {role: target}}\n";
    let with = check(files(&format!("kind: tabletop\n{machines}{tasks}"), steps));
    let without = check(files(&format!("kind: simulation\n{tasks}"), steps));
    // One that was taken before this was an error goes on.
    let before = format!("kind: tabletop\n{machines}{tasks}");
    assert!(accepted(files(&before, steps)).is_some());
    let both = [with, without].map(|checked| shown(&checked.problems, Locale::En));
    assert_snapshot!("table", both.join("\n----\n"));
}
