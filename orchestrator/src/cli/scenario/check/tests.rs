//! The command on broken scenarios: one for each class of mistakes, and one whose `scenario.yaml` has twelve.

use serde_json::Value as Json;

use super::*;

/// The twelve classes that stand in one file together.
const TWELVE: [&str; 12] = [
    "unknown-key",
    "missing-key",
    "wrong-type",
    "wrong-word",
    "out-of-bounds",
    "unknown-reference",
    "wrong-template",
    "missing-translation",
    "unreachable-task",
    "pass-mark",
    "flag-in-clear",
    "never-fires",
];

/// A class, and what is marked: the code, the file, the line's number and the words under the mark.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str, u64, &'static str)],
);

const SCENARIO: &str = "scenario.yaml";
const COMPOSE: &str = "compose.yaml";

const CASES: [Case; 17] = [
    (
        "unknown-key",
        &[("scenario-unknown-key", SCENARIO, 6, "levle")],
    ),
    ("missing-key", &[("scenario-missing-key", SCENARIO, 1, "s")]),
    (
        "wrong-type",
        &[("scenario-not-a-list", SCENARIO, 28, "mimikatz")],
    ),
    (
        "wrong-word",
        &[("scenario-choice", SCENARIO, 5, "simulaton")],
    ),
    ("out-of-bounds", &[("scenario-number", SCENARIO, 32, "-20")]),
    (
        "unknown-reference",
        &[("scenario-unknown-objective", SCENARIO, 19, "detekt")],
    ),
    (
        "wrong-template",
        &[(
            "scenario-unknown-value",
            SCENARIO,
            4,
            "{{node.sever.address}}",
        )],
    ),
    (
        "missing-translation",
        &[("scenario-missing-language", SCENARIO, 25, "{")],
    ),
    (
        "unreachable-task",
        &[("scenario-requires-circle", SCENARIO, 25, "[")],
    ),
    ("pass-mark", &[("scenario-pass-mark", SCENARIO, 38, "600")]),
    (
        "flag-in-clear",
        &[(
            "scenario-flag-written",
            SCENARIO,
            35,
            "TT{0123456789abcdef0123456789abcdef}",
        )],
    ),
    ("never-fires", &[("scenario-after-end", SCENARIO, 36, "3h")]),
    (
        "answer-in-clear",
        &[("scenario-answer-written", SCENARIO, 31, "Mimikatz")],
    ),
    ("unreadable", &[("scenario-yaml-comma", SCENARIO, 4, ":")]),
    (
        "forbidden-compose",
        &[
            ("scenario-compose-refused", COMPOSE, 6, "privileged"),
            ("scenario-compose-refused", COMPOSE, 7, "ports"),
            ("scenario-compose-refused", COMPOSE, 8, "volumes"),
        ],
    ),
    (
        "unsupported-compose",
        &[("scenario-compose-unsupported", COMPOSE, 6, "logging")],
    ),
    (
        "wrong-variable",
        &[("scenario-unknown-variable", COMPOSE, 6, "\"${sekret}\"")],
    ),
];

/// The command as it is typed in this crate's folder: its exit code and what it prints.
fn checked(name: &str, json: bool, locale: Locale) -> (u8, String) {
    let paths = vec![format!("src/scenarios/tests/mistakes/{name}").into()];
    let mut out = Vec::new();
    let code = Check { paths, json }.say(&mut out, locale).unwrap();
    (code, String::from_utf8(out).unwrap())
}

/// The problems that JSON tells: code, file, line, and the words from its column to its end.
fn told(name: &str) -> Vec<(String, String, u64, String)> {
    let (_, printed) = checked(name, true, Locale::En);
    let printed: Json = serde_json::from_str(&printed).unwrap();
    let problems = printed["scenarios"][0]["problems"].as_array().unwrap();
    let told = problems.iter().map(|problem| {
        let text = |key: &str| problem[key].as_str().unwrap().to_owned();
        let number = |key: &str| problem[key].as_u64().unwrap();
        let file = format!("src/scenarios/tests/mistakes/{name}/{}", text("file"));
        let written = std::fs::read_to_string(file).unwrap();
        let line = written
            .lines()
            .nth(usize::try_from(number("line") - 1).unwrap());
        let length = usize::try_from(number("end") - number("column")).unwrap();
        let before = usize::try_from(number("column") - 1).unwrap();
        let marked: String = line.unwrap().chars().skip(before).take(length).collect();
        (text("code"), text("file"), number("line"), marked)
    });
    told.collect()
}

#[test]
fn each_class_of_mistakes_is_told_once_and_where_it_stands() {
    let mut wrong = Vec::new();
    for (name, expected) in CASES {
        let expected: Vec<_> = expected
            .iter()
            .map(|(code, file, line, marked)| {
                let owned = |text: &str| text.to_owned();
                (owned(code), owned(file), *line, owned(marked))
            })
            .collect();
        let found = told(name);
        if found != expected {
            wrong.push(format!("{name}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_file_with_all_twelve_tells_them_all() {
    let found = told("all-twelve");
    for (name, expected) in CASES.iter().filter(|(name, _)| TWELVE.contains(name)) {
        for (code, _, _, marked) in *expected {
            let same = found.iter().any(|(other, _, _, words)| {
                let alike = words == marked || *code == "scenario-missing-key";
                other == code && alike
            });
            assert!(same, "{name} is not told: {found:#?}");
        }
    }
    assert_eq!(found.len(), TWELVE.len(), "{found:#?}");
}

#[test]
fn an_author_finds_each_of_them_in_the_table() {
    let written = std::fs::read_to_string("../scenarios/checking.md").unwrap();
    for (name, expected) in CASES {
        let row = format!("| `{name}` | `{}` |", expected[0].0);
        assert!(written.contains(&row), "{row}");
    }
}

#[test]
fn broken_scenarios_read_as_a_compiler_would_say_them() {
    for locale in Locale::ALL {
        let each = CASES.iter().map(|(name, _)| {
            let (code, shown) = checked(name, false, locale);
            format!("$ thaotruong scenario check {name}\n{shown}({code})\n")
        });
        let printed = each.collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(format!("classes_{}", locale.tag()), printed);
        let (code, shown) = checked("all-twelve", false, locale);
        assert_eq!(code, WRONG);
        insta::assert_snapshot!(format!("all_twelve_{}", locale.tag()), shown);
        let (code, shown) = checked("all-twelve", true, locale);
        assert_eq!(code, WRONG);
        insta::assert_snapshot!(format!("all_twelve_json_{}", locale.tag()), shown);
    }
}

#[test]
fn the_worst_of_several_decides_the_exit_code() {
    let code = |names: &[&str]| {
        let folder = |name: &&str| format!("src/scenarios/tests/{name}").into();
        let paths = names.iter().map(folder).collect();
        let check = Check { paths, json: true };
        check.say(&mut Vec::new(), Locale::Vi).unwrap()
    };
    assert_eq!(code(&["plain"]), FINE);
    // A warning is no error.
    assert_eq!(code(&["plain", "mistakes/answer-in-clear"]), FINE);
    assert_eq!(code(&["plain", "mistakes/unknown-key"]), WRONG);
    assert_eq!(code(&["mistakes/unknown-key", "nowhere", "plain"]), UNABLE);
}
