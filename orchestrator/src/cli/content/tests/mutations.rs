//! Each key of each course and plan that ships renamed, removed and given a wrong type is a mistake that is told in its
//! place, or stands in a list with the reason why it is told elsewhere or may be so.

use std::{collections::BTreeSet, fs};

use super::{super::others, KINDS, config};
use crate::scenarios::tests::mutations::{
    Case, Exempt, MUTATIONS, Mutation::Removed, Told, keys::keys, may, told_in,
};

const COURSE: &str = "course";
const PLAN: &str = "plan";
const OPTIONAL: &str = "it need not be there";

const EMPTY: &str = "nothing is left of what holds it, and that is told as missing";

/// What is told, but elsewhere.
const ELSEWHERE: &[Exempt] = &[
    may(COURSE, "quiz/questions/*/answer/choice", &[Removed], EMPTY),
    may(COURSE, "quiz/questions/*/answer/choices", &[Removed], EMPTY),
    may(COURSE, "quiz/questions/*/answer/order", &[Removed], EMPTY),
    may(PLAN, "indicators/*/measure/manual", &[Removed], EMPTY),
    may(
        PLAN,
        "indicators/*/measure/manual/denominator",
        &[Removed],
        "its title and the percentage say that it is missing",
    ),
];

/// What is no mistake.
const MAY: &[Exempt] = &[
    may(COURSE, "skills", &[Removed], OPTIONAL),
    may(COURSE, "quiz", &[Removed], OPTIONAL),
    may(COURSE, "practice", &[Removed], OPTIONAL),
    may(PLAN, "reports", &[Removed], OPTIONAL),
    may(PLAN, "indicators/*/section", &[Removed], OPTIONAL),
    may(PLAN, "indicators/*/period", &[Removed], "it has a default"),
    may(
        PLAN,
        "indicators/*/due",
        &[Removed],
        "a source need not name a day",
    ),
    may(
        PLAN,
        "indicators/*/target",
        &[Removed],
        "a source need not set a threshold",
    ),
    may(
        PLAN,
        "indicators/*/measure/where",
        &[Removed],
        "then all are counted",
    ),
    may(
        PLAN,
        "indicators/*/measure/of",
        &[Removed],
        "then all are the whole",
    ),
    may(
        PLAN,
        "indicators/*/measure/manual/titles",
        &[Removed],
        "a warning says that officers read the figures' names",
    ),
    may(
        PLAN,
        "indicators/*/measure/manual/titles/*",
        &[Removed],
        "a warning says that officers read the figure's name",
    ),
];

#[test]
fn each_key_that_is_wrong_is_told_in_its_place() {
    let others = others(&config().scenarios);
    let (mut tried, mut wrong, mut used) = (0, Vec::new(), BTreeSet::new());
    for kind in KINDS {
        for file in kind.files(&config()) {
            let text = fs::read_to_string(&file).unwrap();
            for key in keys(kind.key(), &text) {
                for mutation in MUTATIONS {
                    tried += 1;
                    let mutated = mutation.on(&key, &text);
                    let problems = kind.problems(kind.key(), mutated.as_bytes(), &others);
                    let case = Case {
                        file: kind.key().to_owned(),
                        key: key.clone(),
                        mutation,
                    };
                    let told = told_in(&problems, &case);
                    let mut listed = match told {
                        Told::Here => continue,
                        Told::Elsewhere => ELSEWHERE.iter().chain(MAY),
                        Told::Not => MAY.iter().chain(&[]),
                    };
                    match listed.find(|exempt| exempt.covers(kind.key(), &key.path, mutation)) {
                        Some(exempt) => {
                            used.insert((exempt.file, exempt.path, mutation));
                        }
                        None => wrong.push(format!(
                            "{}:{}: {} {mutation:?}: {told:?}",
                            file.display(),
                            key.line,
                            key.path
                        )),
                    }
                }
            }
        }
    }
    assert!(tried > 300, "only {tried} mutations were tried");
    for exempt in ELSEWHERE.iter().chain(MAY) {
        for mutation in exempt.mutations {
            if !used.contains(&(exempt.file, exempt.path, *mutation)) {
                wrong.push(format!(
                    "{}: {} {mutation:?}: is listed for nothing",
                    exempt.file, exempt.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{tried} tried\n{}", wrong.join("\n"));
}
