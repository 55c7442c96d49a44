//! Each key of each shipped scenario renamed, removed and given a wrong type is a mistake that is told in its place, or
//! stands in a list with the reason why it is told elsewhere or may be so.

mod exempt;
pub mod keys;

use std::{collections::BTreeSet, fs, path::Path};

pub use self::exempt::{Exempt, may};
use self::{
    exempt::{ELSEWHERE, MAY},
    keys::{Key, keys},
};
use crate::scenarios::{Bundle, BundleFile, Problem, SCENARIO_FILE, Severity, check};

/// What is done to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// Another key stands in its place.
    Renamed,
    /// It and its value are gone.
    Removed,
    /// A list where a text was, a text where a list or a map was.
    Retyped,
}

pub const MUTATIONS: [Mutation; 3] = [Mutation::Renamed, Mutation::Removed, Mutation::Retyped];

/// How a mutation is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// In its place.
    Here,
    /// By an error somewhere else.
    Elsewhere,
    /// Not at all.
    Not,
}

#[test]
fn each_key_that_is_wrong_is_told_in_its_place() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut tried = 0;
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    let shipped = fs::read_dir(scenarios)
        .unwrap()
        .map(|it| it.unwrap().path());
    // What no shipped scenario uses stands in one of its own.
    for folder in shipped.chain([super::folder("steps")]) {
        if !folder.join(SCENARIO_FILE).exists() {
            continue;
        }
        for (case, told) in all_told(&Bundle::open(&folder).unwrap()) {
            tried += 1;
            let Case {
                file,
                key,
                mutation,
            } = &case;
            let mut listed = match told {
                Told::Here => continue,
                Told::Elsewhere => ELSEWHERE.iter().chain(MAY),
                Told::Not => MAY.iter().chain(&[]),
            };
            let exempt = listed.find(|exempt| exempt.covers(file, &key.path, *mutation));
            if let Some(exempt) = exempt {
                used.insert((exempt.file, exempt.path, *mutation));
            } else {
                let place = format!("{}/{file}:{}", folder.display(), key.line);
                wrong.push(format!("{place}: {} {mutation:?}: {told:?}", key.path));
            }
        }
    }
    assert!(tried > 1_000, "only {tried} mutations were tried");
    let lists = ELSEWHERE.iter().chain(MAY);
    for exempt in lists {
        for mutation in exempt.mutations {
            if !used.contains(&(exempt.file, exempt.path, *mutation)) {
                let Exempt { file, path, .. } = exempt;
                wrong.push(format!(
                    "{file}: {path} {mutation:?}: is listed for nothing"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{tried} tried\n{}", wrong.join("\n"));
}

/// One key and what is done to it.
#[derive(Clone)]
pub struct Case {
    /// The file.
    pub file: String,
    /// The key.
    pub key: Key,
    /// What is done to it.
    pub mutation: Mutation,
}

/// Everything that can be done to a scenario, and how it is told; on all processors, there are thousands.
fn all_told(bundle: &Bundle) -> Vec<(Case, Told)> {
    let cases = cases(bundle);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = cases.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = cases
            .chunks(part)
            .map(|cases| {
                let look = |case: &Case| (case.clone(), told(bundle, case));
                scope.spawn(move || cases.iter().map(look).collect::<Vec<_>>())
            })
            .collect();
        let done = workers.into_iter();
        done.flat_map(|worker| worker.join().unwrap()).collect()
    })
}

/// Every key of every YAML file with everything that is done to it.
fn cases(bundle: &Bundle) -> Vec<Case> {
    let mut cases = Vec::new();
    for (path, file) in bundle.files() {
        if Path::new(path).extension().is_some_and(|it| it == "yaml") {
            let text = std::str::from_utf8(&file.bytes).unwrap();
            for key in keys(path, text) {
                cases.extend(MUTATIONS.map(|mutation| Case {
                    file: path.to_owned(),
                    key: key.clone(),
                    mutation,
                }));
            }
        }
    }
    cases
}

/// Does it and looks what is said.
fn told(bundle: &Bundle, case: &Case) -> Told {
    let Case {
        file,
        key,
        mutation,
    } = case;
    let mutated = |path: &str, bytes: &[u8]| {
        if path != *file {
            return bytes.to_vec();
        }
        let text = std::str::from_utf8(bytes).unwrap();
        mutation.on(key, text).into_bytes()
    };
    let files = bundle.files().map(|(path, file)| {
        let bytes = mutated(path, &file.bytes);
        let mode = file.mode;
        (path.to_owned(), BundleFile { bytes, mode })
    });
    let checked = check(Bundle::from_files(files.collect()).unwrap());
    told_in(&checked.problems, case)
}

impl Mutation {
    /// A file's text with this done to a key.
    pub fn on(self, key: &Key, text: &str) -> String {
        match self {
            Self::Renamed => key.renamed(text),
            Self::Removed => key.removed(text),
            Self::Retyped => key.retyped(text),
        }
    }
}

/// How problems tell of what was done.
pub fn told_in(problems: &[Problem], case: &Case) -> Told {
    let Case {
        file,
        key,
        mutation,
    } = case;
    let errors: Vec<&Problem> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    let here = |problem: &&Problem| {
        let line = problem.span.line;
        let at =
            |first: usize, last: usize| problem.file == *file && (first..=last).contains(&line);
        match mutation {
            Mutation::Renamed => at(key.line, key.line),
            Mutation::Retyped => at(key.line, key.value_line),
            // Where it stood is nothing any more: the map that lacks it, or whoever names it, is the place.
            Mutation::Removed => {
                at(key.map_line, key.map_line + 1)
                    || problem.message.values.iter().any(|(_, value)| {
                        // The key itself, in a list of names or in one such as `variable.entry`.
                        let mut words = value.split(", ").flat_map(|name| name.split('.'));
                        words.any(|word| word == key.name)
                    })
            }
        }
    };
    if errors.iter().any(here) {
        Told::Here
    } else if errors.is_empty() {
        Told::Not
    } else {
        Told::Elsewhere
    }
}
