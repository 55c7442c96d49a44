//! What is told, what is not, and where.

use super::*;

fn fates(report: &Report) -> Vec<(Fate, &str)> {
    let lines = report.lines.iter();
    lines.map(|line| (line.fate, line.place.as_str())).collect()
}

#[test]
fn what_nobody_told_is_lost_with_its_place() {
    let ledger = Ledger::default();
    let text = "name: a\nextra: {one: 1, two: [x, {deep: y}]}\nflags:\n- {data: d, type: t}\n- f\nnothing:\n";
    let document = ledger.yaml("c.yml", text.as_bytes()).unwrap();
    let root = document.root(&ledger);
    root.get("name").unwrap().taken("title");
    let flags = root.get("flags").unwrap().items();
    flags[0].get("type").unwrap().taken("answer");
    flags[1].lost(Message::new("import-unknown"));
    root.get("extra").unwrap().get("two").unwrap().items()[1]
        .get("deep")
        .unwrap()
        .taken("x");
    let files = BTreeMap::from([("c.yml", "c.yml"), ("other", "other")].map(|(path, _)| {
        (
            path.to_owned(),
            BundleFile {
                bytes: Vec::new(),
                mode: 0o644,
            },
        )
    }));
    assert_eq!(
        fates(&ledger.finish(&files)),
        [
            (Fate::Taken, "c.yml: name"),
            (Fate::Taken, "c.yml: flags[0].type"),
            (Fate::Lost, "c.yml: flags[1]"),
            (Fate::Taken, "c.yml: extra.two[1].deep"),
            (Fate::Lost, "c.yml: extra.one"),
            (Fate::Lost, "c.yml: extra.two[0]"),
            (Fate::Lost, "c.yml: flags[0].data"),
            (Fate::Lost, "other"),
        ]
    );
}

#[test]
fn json_is_read_like_yaml_and_a_broken_file_says_where() {
    let ledger = Ledger::default();
    let document = ledger
        .json("t.json", br#"{"a": [1, true, null, "x"], "b.c": {}}"#)
        .unwrap();
    let items = document.root(&ledger).get("a").unwrap().items();
    assert_eq!(
        (items[0].integer(), items[1].truth(), items[3].text()),
        (Some(1), Some(true), Some("x"))
    );
    let odd = document.root(&ledger).get("b.c").unwrap().place();
    assert_eq!(odd, "t.json: \"b.c\"");
    let wrong = ledger.json("t.json", b"{\n]").unwrap_err();
    assert!(
        matches!(wrong, ImportError::Json { line: 2, .. }),
        "{wrong}"
    );
    let wrong = ledger.yaml("t.yml", b"a:\n\t- b: [").unwrap_err();
    assert!(
        matches!(&wrong, ImportError::Unreadable(problem) if problem.span.line == 2),
        "{wrong}"
    );
}

#[test]
fn a_line_never_repeats_a_whole_text() {
    let ledger = Ledger::default();
    let long = "ệ".repeat(100_000);
    let text = format!("{{\"a\": \"{long}\"}}");
    let document = ledger.json("t.json", text.as_bytes()).unwrap();
    for _ in 0..100 {
        let given = document.root(&ledger).get("a").unwrap();
        given.lost(Message::new("import-renamed").with("name", &long));
    }
    let report = ledger.finish(&BTreeMap::new());
    let held = |line: &Line| line.message.values[0].1.chars().count();
    assert!(report.lines.iter().all(|line| held(line) <= SHOWN + 1));
}

#[test]
fn json_of_nothing_but_values_is_refused() {
    let ledger = Ledger::default();
    let text = format!("[{}0]", "0,".repeat(MAX_VALUES));
    let refused = ledger.json("t.json", text.as_bytes());
    assert!(matches!(refused, Err(ImportError::NoText(_))));
}
