//! Files of courses and plans: those that ship, those that are broken in every way, and the commands on both.

mod mutations;

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::*;
use crate::scenarios::tests::{schemas::refused, shown};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/content/tests");

const KINDS: [Kind; 2] = [Kind::Course, Kind::Plan];

/// The configuration of the folders that ship.
fn config() -> Config {
    Config {
        scenarios: Path::new(ROOT).join("scenarios"),
        plans: Path::new(ROOT).join("deploy/plans"),
        ..Config::default()
    }
}

fn run(kind: Kind, paths: &[PathBuf], json: bool, locale: Locale) -> (u8, String) {
    let check = Check {
        paths: paths.to_vec(),
        json,
    };
    let mut out = Vec::new();
    let code = check.say(kind, &config(), &mut out, locale).unwrap();
    (code, String::from_utf8(out).unwrap())
}

fn broken(kind: Kind) -> Vec<Problem> {
    let file = format!("{}.yaml", kind.key());
    let bytes = fs::read(Path::new(TESTS).join(&file)).unwrap();
    let mut others = others(&config().scenarios);
    others
        .scenarios
        .as_mut()
        .unwrap()
        .insert("uncredited".to_owned(), Vec::new());
    others
        .taken
        .insert("awareness".to_owned(), "awareness/course.yaml".to_owned());
    others
        .taken
        .insert("demo".to_owned(), "demo.yaml".to_owned());
    kind.problems(&file, &bytes, &others)
}

#[test]
fn what_ships_has_no_mistake() {
    for kind in KINDS {
        let files = kind.files(&config());
        assert!(!files.is_empty());
        let (code, said) = run(kind, &files, false, Locale::Vi);
        assert_eq!(code, FINE, "{said}");
        assert_eq!(said.lines().count(), files.len(), "{said}");
    }
}

#[test]
fn a_badly_broken_course_tells_all_at_once() {
    let problems = broken(Kind::Course);
    assert_snapshot!("course_vi", shown(&problems, Locale::Vi));
    assert_snapshot!("course_en", shown(&problems, Locale::En));
}

#[test]
fn a_badly_broken_plan_tells_all_at_once() {
    let problems = broken(Kind::Plan);
    assert_snapshot!("plan_vi", shown(&problems, Locale::Vi));
    assert_snapshot!("plan_en", shown(&problems, Locale::En));
}

/// A sentence that shows its id, or a value that is missing in it, is a mistake of ours.
#[test]
fn every_message_is_a_sentence() {
    for problem in KINDS.into_iter().flat_map(broken) {
        for locale in Locale::ALL {
            let view = problem.view(locale);
            for text in [Some(view.message), view.help].into_iter().flatten() {
                let id = text.split(' ').next().unwrap_or_default();
                let bare = ["scenario-", "content-", "plan-"]
                    .iter()
                    .any(|start| id.starts_with(start));
                assert!(
                    !bare && !text.contains("{$") && !text.contains("{ $"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn the_worst_file_decides_the_exit_code() {
    let good = Kind::Course.files(&config());
    let bad = Path::new(TESTS).join("course.yaml");
    let none = Path::new(TESTS).join("none.yaml");
    let folder = good[0].parent().unwrap().to_owned();
    assert_eq!(run(Kind::Course, &[folder], false, Locale::En).0, FINE);
    let both = [good[0].clone(), bad.clone()];
    assert_eq!(run(Kind::Course, &both, false, Locale::En).0, WRONG);
    let (code, said) = run(Kind::Course, &[bad, none.clone()], true, Locale::En);
    assert_eq!(code, UNABLE);
    let said: Json = serde_json::from_str(&said).unwrap();
    let courses = said["courses"].as_array().unwrap();
    assert_eq!((courses[0]["ok"].clone(), courses.len()), (false.into(), 2));
    let first = &courses[0]["problems"][0];
    assert!(first["line"].is_u64() && first["code"].is_string() && first["excerpt"].is_string());
    assert!(courses[1]["unreadable"].is_string());
    assert_eq!(run(Kind::Plan, &[none], false, Locale::En).0, UNABLE);
}

#[test]
fn two_files_of_one_name_are_told_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.yaml");
    fs::copy(Path::new(ROOT).join("deploy/plans/demo.yaml"), &copy).unwrap();
    let (code, said) = run(Kind::Plan, &[copy], false, Locale::En);
    assert_eq!(code, WRONG);
    assert!(
        said.contains("`demo` is already taken by") && said.contains("plans/demo.yaml"),
        "{said}"
    );
}

#[test]
fn nothing_is_missed_where_nobody_looked() {
    let text = fs::read(Path::new(ROOT).join("deploy/plans/demo.yaml")).unwrap();
    let elsewhere = others(Path::new("/nonexistent"));
    assert_eq!(Kind::Plan.problems("demo.yaml", &text, &elsewhere), []);
    let empty = tempfile::tempdir().unwrap();
    let codes: Vec<_> = Kind::Plan
        .problems("demo.yaml", &text, &others(empty.path()))
        .iter()
        .map(|problem| problem.message.id)
        .collect();
    assert_eq!(
        codes,
        ["content-unknown-completion", "content-unknown-course"]
    );
}

#[test]
fn schemas_that_ship_are_those_of_the_readers_and_what_ships_keeps_to_them() {
    for kind in KINDS {
        let schema = match kind {
            Kind::Course => Course::schema(),
            Kind::Plan => Plan::schema(),
        };
        let name = kind.key();
        let path = Path::new(ROOT).join(format!("scenarios/schema/{name}.json"));
        let kept = fs::read_to_string(path).unwrap_or_default();
        let kept: Json = serde_json::from_str(&kept).unwrap_or_default();
        assert!(
            kept == schema,
            "run: thaotruong {name} schema >scenarios/schema/{name}.json"
        );
        for file in kind.files(&config()) {
            let text = fs::read_to_string(&file).unwrap();
            let first = text.lines().next().unwrap();
            let reference = first
                .strip_prefix("# yaml-language-server: $schema=")
                .unwrap();
            assert!(file.parent().unwrap().join(reference).is_file(), "{first}");
            assert!(
                reference.ends_with(&format!("schema/{name}.json")),
                "{first}"
            );
            assert_eq!(
                refused(&schema, &text),
                Vec::<String>::new(),
                "{}",
                file.display()
            );
        }
        let broken = fs::read_to_string(Path::new(TESTS).join(format!("{name}.yaml"))).unwrap();
        assert!(refused(&schema, &broken).len() > 5, "{name}");
    }
}
