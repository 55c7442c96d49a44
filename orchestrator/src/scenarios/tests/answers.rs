//! Kinds of answers and the order of tasks: what is right, what is no answer at all, and what an author is told.

use insta::assert_snapshot;
use sha2::{Digest as _, Sha256};

use super::{bundle, folder, shown};
use crate::{
    ids::EnvironmentId,
    locales::Locale,
    scenarios::{
        Bundle, Definition, PlanInput, Seed, Severity, Task, TaskId, Unfit, Values, check,
    },
};

const EVIDENCE: &str = "bằng chứng\n";
const EVIDENCE_DIGEST: &str = "f7d1a1e8a3a7a7a6a3f8e6a5c8b6a0d9e1c4b7a2f3d5e6c7b8a9f0e1d2c3b4a5";

/// One task of each kind, all of them right.
const TASKS: &str = r#"
  - id: count
    title: {vi: Cổng, en: Port}
    text: {vi: Cổng nào?, en: Which port?}
    requires: [entry-point, report]
    points: 10
    answer: {number: {value: "{{variable.port}}", tolerance: 0.5, attempts: 3}}
  - id: share
    title: {vi: Tỷ lệ, en: Share}
    text: {vi: Bao nhiêu phần trăm?, en: How many per cent?}
    points: 10
    answer: {number: {value: -12.5}}
  - id: tool
    title: {vi: Công cụ, en: Tool}
    text: {vi: Dùng gì?, en: With what?}
    points: 10
    answer: {pattern: {regex: 'mã|nc(at)?( -[a-z]+)*', attempts: 2}}
  - id: first
    title: {vi: Trước tiên, en: First}
    text: {vi: Làm gì?, en: What to do?}
    points: 10
    answer: {choice: {options: [{id: reboot, text: {vi: Khởi động lại, en: Reboot}}, {id: isolate, text: {vi: Cô lập, en: Isolate}}], correct: isolate, attempts: 1}}
  - id: signs
    title: {vi: Dấu hiệu, en: Signs}
    text: {vi: Những gì?, en: Which?}
    points: 10
    answer: {choices: {options: [{id: a, text: {vi: Một, en: One}}, {id: b, text: {vi: Hai, en: Two}}, {id: c, text: {vi: Ba, en: Three}}], correct: [c, a]}}
  - id: sequence
    title: {vi: Thứ tự, en: Order}
    text: {vi: Xếp., en: Put in order.}
    points: 10
    answer: {order: {options: [{id: a, text: {vi: Một, en: One}}, {id: b, text: {vi: Hai, en: Two}}, {id: c, text: {vi: Ba, en: Three}}], correct: [c, a, b]}}
  - id: evidence
    title: {vi: Chứng cứ, en: Evidence}
    text: {vi: Tìm., en: Find it.}
    points: 10
    answer: {file: {from: files/evidence, attempts: 5}}
  - id: known
    title: {vi: Tệp, en: File}
    text: {vi: Tìm., en: Find it.}
    points: 10
    answer: {file: {sha256: F7D1A1E8A3A7A7A6A3F8E6A5C8B6A0D9E1C4B7A2F3D5E6C7B8A9F0E1D2C3B4A5}}
"#;
const STEPS: &str = r#"
  - {id: s1, solves: {task: count, answer: "8000"}}
  - {id: s2, solves: {task: share, answer: "-12,5"}}
  - {id: s3, solves: {task: tool, answer: ncat -l}}
  - {id: s4, solves: {task: first, answer: isolate}}
  - {id: s5, solves: {task: signs, answer: "a, c"}}
  - {id: s6, solves: {task: sequence, answer: "c, a, b"}}
  - {id: s7, solves: {task: evidence, answer: "0"}}
  - {id: s8, solves: {task: known, answer: "0"}}
"#;

/// The faultless scenario with more tasks and steps.
fn with(tasks: &str, timeline: &str, steps: &str) -> Bundle {
    let plain = Bundle::open(&folder("plain")).unwrap();
    let mut files: Vec<(&str, Vec<u8>)> = vec![("files/evidence", EVIDENCE.into())];
    for (path, file) in plain.files() {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let text = match path {
            "scenario.yaml" => text
                .replace(
                    "objectives:\n",
                    "  - {node: portal, path: /srv/evidence, from: files/evidence}\nobjectives:\n",
                )
                .replace(
                    "services:\n",
                    &format!("{}services:\n", tasks.trim_start_matches('\n')),
                )
                .replace("credits:\n", &format!("{timeline}credits:\n")),
            "solution.yaml" => format!("{}{}", text.trim_end(), steps),
            _ => text,
        };
        files.push((path, text.into_bytes()));
    }
    bundle(files)
}

fn definition() -> Definition {
    let checked = check(with(TASKS, "", STEPS));
    assert_eq!(shown(&checked.problems, Locale::En), "");
    checked.definition.unwrap()
}

fn values(definition: &Definition) -> Values {
    let subnets = ["10.71.0.0/28", "10.71.0.16/28"].map(|text| text.parse().unwrap());
    let input = PlanInput {
        environment: EnvironmentId(uuid::Uuid::nil()),
        seed: &Seed([1; 32]),
        subnets: &subnets,
        addresses: None,
    };
    definition.values(&input).unwrap()
}

fn task<'a>(definition: &'a Definition, id: &str) -> &'a Task {
    definition.scenario.task(&TaskId::from(id)).unwrap()
}

#[test]
fn each_kind_takes_what_is_right_and_nothing_else() {
    let definition = definition();
    let values = values(&definition);
    let solves = |id: &str, given: &str| {
        values
            .solves(&task(&definition, id).ways()[0], given)
            .unwrap()
    };
    let port: i64 = values.draw().variable("port").unwrap().parse().unwrap();
    for (id, right) in [
        ("count", format!("{port}")),
        ("count", format!(" {port},5 ")),
        ("count", format!("{}.50", port - 1)),
        ("share", "-12,5".to_owned()),
        ("share", "−12.50".to_owned()),
        ("tool", "nc".to_owned()),
        ("tool", " ncat -l -p ".to_owned()),
        ("tool", "ma\u{303}".to_owned()),
        ("first", "isolate".to_owned()),
        ("signs", "a,c".to_owned()),
        ("signs", " c  a ".to_owned()),
        ("sequence", "c, a, b".to_owned()),
        ("known", format!("{EVIDENCE_DIGEST}  /srv/tệp")),
    ] {
        assert!(solves(id, &right), "{id}: {right}");
    }
    for (id, wrong) in [
        ("count", format!("{port},51")),
        ("count", format!("{}", port + 1)),
        ("count", String::new()),
        ("share", "12.5".to_owned()),
        ("tool", "nca".to_owned()),
        ("tool", "xnc".to_owned()),
        ("tool", "nc\nnc".to_owned()),
        ("tool", "NC".to_owned()),
        ("tool", String::new()),
        ("first", "reboot".to_owned()),
        ("first", "isolate,reboot".to_owned()),
        ("signs", "a".to_owned()),
        ("signs", "a,b,c".to_owned()),
        ("sequence", "a,b,c".to_owned()),
        ("sequence", "c,a".to_owned()),
        ("evidence", EVIDENCE_DIGEST.to_owned()),
        ("known", EVIDENCE_DIGEST.replace('f', "0")),
    ] {
        assert!(!solves(id, &wrong), "{id}: {wrong}");
    }
    let digest = hex::encode(Sha256::digest(EVIDENCE)).to_uppercase();
    assert!(solves("evidence", &digest));
}

#[test]
fn what_is_kept_is_the_same_for_answers_that_mean_the_same() {
    let definition = definition();
    let given = |id: &str, text: &str| task(&definition, id).answer.given(text);
    let kept = |text: &str| Ok(text.to_owned());
    assert_eq!(given("share", " 1,50 "), kept("1.5"));
    assert_eq!(given("signs", "c a"), kept("a,c"));
    assert_eq!(given("sequence", "b, c, a"), kept("b,c,a"));
    assert_eq!(given("first", " isolate "), kept("isolate"));
    assert_eq!(given("tool", " nc "), kept("nc"));
    assert_eq!(
        given("known", &EVIDENCE_DIGEST.to_uppercase()),
        kept(EVIDENCE_DIGEST)
    );
    for (id, text, unfit) in [
        ("count", "nhiều", Unfit::Number),
        ("known", "abc", Unfit::Digest),
        ("first", "isolat", Unfit::Option),
        ("first", "isolate,reboot", Unfit::Option),
        ("signs", "a,a", Unfit::Option),
        ("sequence", "a,b", Unfit::Order),
    ] {
        assert_eq!(given(id, text), Err(unfit), "{id}: {text}");
    }
    let (signs, taking) = task(&definition, "signs").answer.selection().unwrap();
    assert_eq!(signs.shown("a,c,gone", taking, Locale::Vi), "Một; Ba; gone");
    let (sequence, taking) = task(&definition, "sequence").answer.selection().unwrap();
    assert_eq!(
        sequence.shown("c,a,b", taking, Locale::En),
        "Three → One → Two"
    );
}

/// A scenario's test gives each task something wrong of its own kind.
#[test]
fn a_wrong_answer_of_each_kind_can_be_made() {
    let definition = definition();
    let values = values(&definition);
    for task in definition
        .scenario
        .tasks
        .iter()
        .filter(|task| task.answer.is_given())
    {
        let mut guesses = task.answer.guesses().into_iter();
        let wrong = guesses.find(|guess| !values.solves(&task.ways()[0], guess).unwrap());
        let wrong = wrong.unwrap_or_else(|| panic!("{}: nothing is wrong", task.id));
        assert!(task.answer.given(&wrong).is_ok(), "{}: {wrong}", task.id);
    }
}

/// A task without anything that matters here.
fn broken(id: &str, more: &str) -> String {
    format!(
        "  - id: {id}\n    title: {{vi: A, en: A}}\n    text: {{vi: A, en: A}}\n    points: 1\n    {}\n",
        more.replace('\n', "\n    ")
    )
}

#[test]
fn every_mistake_in_answers_and_order_is_told() {
    let option = |id: &str| format!("{{id: {id}, text: {{vi: {id}, en: {id}}}}}");
    let two = format!("options: [{}, {}]", option("first"), option("second"));
    let tasks: String = [
        broken(
            "n1",
            "answer: {number: {value: mười, tolerance: -1, attempts: 0}}",
        ),
        broken("n2", "answer: {number: {value: '{{variable.token}}'}}"),
        broken(
            "n3",
            "answer: {number: {value: '{{variable.prt}}', tolerance: '±1'}}",
        ),
        broken("n4", "answer: {number: {tolerence: 1}}"),
        broken("p1", "answer: {pattern: {regex: '('}}"),
        broken("p2", "answer: {pattern: {regex: '(a|)*'}}"),
        broken("p3", "answer: {pattern: {regex: 'a)|(b'}}"),
        broken(
            "c1",
            &format!(
                "answer: {{choice: {{options: [{}], correct: one}}}}",
                option("only")
            ),
        ),
        broken(
            "c2",
            &format!("answer: {{choice: {{{two}, correct: secnd}}}}"),
        ),
        broken(
            "c3",
            &format!(
                "answer: {{choice: {{options: [{0}, {0}], correct: [a]}}}}",
                option("a")
            ),
        ),
        broken(
            "c4",
            &format!("answer: {{choices: {{{two}, correct: []}}}}"),
        ),
        broken(
            "c5",
            &format!("answer: {{choices: {{{two}, correct: [first, first, third]}}}}"),
        ),
        broken("c6", "answer: {chocies: {}}"),
        broken(
            "o1",
            &format!("answer: {{order: {{{two}, correct: [second]}}}}"),
        ),
        broken(
            "o2",
            &format!("answer: {{order: {{{two}, correct: [first, second]}}}}"),
        ),
        broken("f1", "answer: {file: {sha256: abc}}"),
        broken("f2", "answer: {file: {from: files/readme}}"),
        broken("f3", "answer: {file: {from: files/evidenc}}"),
        broken("f4", "answer: {file: {from: checks/gone, sha256: abc}}"),
        broken("f5", "answer: {file: {from: checks/gone}}"),
        broken(
            "r1",
            "requires: [entry-pint]\nanswer: {text: {accept: [a]}}",
        ),
        broken("r2", "requires: [r2]\nanswer: {text: {accept: [a]}}"),
        broken("r3", "requires: [r4]\nanswer: {text: {accept: [a]}}"),
        broken(
            "r4",
            "requires: [address, r5]\nanswer: {text: {accept: [a]}}",
        ),
        broken("r5", "requires: [r3]\nanswer: {text: {accept: [a]}}"),
        broken("r6", "requires: [r5]\nanswer: {text: {accept: [a]}}"),
        broken(
            "r7",
            "answer: {check: {from: checker, run: [x], after: E09}}",
        ),
        broken("r8", "requires: [gone]\nanswer: {text: {accept: [a]}}"),
        broken("s1", "answer: {number: {value: '{{variable.port}}'}}").replace(
            "text: {vi: A, en: A}",
            "text: {vi: 'Cổng {{variable.port}}', en: A}",
        ),
    ]
    .concat();
    let timeline = "  - {id: E09, when: {solved: r6}, action: {node: portal, run: [x]}}\n";
    let steps = "\n  - {id: b1, solves: {task: c2, answer: secont}}\n  - {id: b2, solves: {task: r8, answer: a}}\n";
    let checked = check(with(&tasks, timeline, steps));
    assert!(checked.definition.is_none());
    assert_snapshot!("answers_vi", shown(&checked.problems, Locale::Vi));
    assert_snapshot!("answers_en", shown(&checked.problems, Locale::En));
    assert!(checked.count(Severity::Error) > 30);
}

#[test]
fn a_solution_opens_what_it_solves() {
    let tasks = TASKS.replace(
        "requires: [entry-point, report]",
        "requires: [entry-point, tool]",
    );
    let checked = check(with(&tasks, "", STEPS));
    let ids: Vec<_> = checked.problems.iter().map(|it| it.message.id).collect();
    assert_eq!(ids, ["scenario-still-locked"]);
    assert_eq!(
        checked.problems[0].message.values[1],
        ("names", "tool".to_owned())
    );
}
