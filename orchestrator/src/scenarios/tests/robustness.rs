//! No input crashes the reader, and none makes it work without bound.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{bundle, folder};
use crate::scenarios::{
    Bundle, Seed, check,
    templates::{expressions, render},
    time,
};

/// The faultless scenario's files, one of them replaced.
fn with(path: &str, bytes: Vec<u8>) -> Bundle {
    let plain = Bundle::open(&folder("plain")).unwrap();
    let kept = plain
        .files()
        .filter(|(name, _)| *name != path)
        .map(|(name, file)| (name, file.bytes.clone()));
    bundle(kept.chain(std::iter::once((path, bytes))))
}

fn text_of(path: &str) -> String {
    let bytes = Bundle::open(&folder("plain"))
        .unwrap()
        .file(path)
        .unwrap()
        .bytes
        .clone();
    String::from_utf8(bytes).unwrap()
}

const FILES: [&str; 4] = [
    "scenario.yaml",
    "compose.yaml",
    "solution.yaml",
    "files/readme",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(file in 0..FILES.len(), bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = check(with(FILES[file], bytes));
    }

    #[test]
    fn any_text_is_read(file in 0..FILES.len(), text in "[-a-z{}\\[\\]:,#&*!|>'\"%@`?<$ \\n\\t~0-9ệ\u{202e}]{0,300}") {
        let _ = check(with(FILES[file], text.into_bytes()));
    }

    /// One key renamed, one value replaced, one line lost: what an author really does.
    #[test]
    fn slips_are_read(file in 0..3_usize, line in any::<prop::sample::Index>(), kind in 0..6, at in any::<prop::sample::Index>()) {
        let text = text_of(FILES[file]);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let index = line.index(lines.len());
        let characters: Vec<char> = lines[index].chars().collect();
        let cut = at.index(characters.len() + 1);
        let (head, tail): (String, String) = (characters[..cut].iter().collect(), characters[cut..].iter().collect());
        match kind {
            0 => { lines.remove(index); }
            1 => lines[index] = format!("{head}x{tail}"),
            2 => lines[index] = head,
            3 => lines[index] = format!("{head}{{{{{tail}"),
            4 => lines[index] = format!("{head}[]{tail}"),
            _ => lines[index] = format!("  {}", lines[index]),
        }
        let checked = check(with(FILES[file], lines.join("\n").into_bytes()));
        // What passes can be planned, whatever was drawn.
        if let Some(definition) = checked.definition {
            let subnets: Vec<_> = definition.network_sizes().iter().map(|_| "10.0.0.0/24".parse().unwrap()).collect();
            let input = crate::scenarios::PlanInput {
                environment: crate::ids::EnvironmentId(uuid::Uuid::nil()),
                seed: &Seed([3; 32]),
                subnets: &subnets,
 addresses: None,
};
            definition.plan(&input).unwrap();
        }
    }

    #[test]
    fn any_template_is_looked_at(text in "[a-z.{}\\\\ #/>!ệ]{0,60}") {
        let _ = expressions(&text);
        let _ = render(&text, &serde_json::json!({"a": {"b": "c"}}));
    }

    #[test]
    fn any_time_is_looked_at(text in "[0-9a-zệ .]{0,24}") {
        let _ = time::parse(&text);
    }
}

/// What would take the stack, the memory or the evening.
#[test]
fn depth_and_mass_are_bounded() {
    let deep = 100_000;
    let mut keys = String::new();
    for number in 0..deep {
        writeln!(keys, "k{number}: 1").unwrap();
    }
    let mut bombs = vec![
        "[".repeat(deep),
        "{a: ".repeat(deep),
        "- ".repeat(deep),
        "? ".repeat(deep),
        "a: &a [*a, *a]\n".to_owned(),
        keys,
        format!("scenario: {}\n", "{{a.b}}".repeat(50_000)),
        format!("scenario: {}\n", "{{#a}}".repeat(50_000)),
        format!("title: {{vi: \"{}\", en: x}}\n", "{{#a.b (".repeat(50_000)),
    ];
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        writeln!(
            laughs,
            "a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}, *a{before}]"
        )
        .unwrap();
    }
    bombs.push(laughs);
    let mut tower = "a0: &a0 [x]\n".to_owned();
    for level in 1..2_000 {
        let before = level - 1;
        writeln!(tower, "a{level}: &a{level} [*a{before}]").unwrap();
    }
    bombs.push(tower);
    // A long text, named as often as there may be values.
    let line = "x".repeat(9_000);
    let long = format!("  {line}\n").repeat(100);
    bombs.push(format!("a: &a |\n{long}b: [{}]\n", "*a, ".repeat(15_000)));
    for file in FILES {
        for bomb in &bombs {
            let checked = check(with(file, bomb.clone().into_bytes()));
            assert!(
                file == "files/readme" || checked.definition.is_none(),
                "{file} {bomb:.20}"
            );
            assert!(checked.problems.len() <= 500);
        }
    }
}
