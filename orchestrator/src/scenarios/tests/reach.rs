//! What no team can reach: what comes at the end, after another decision, too late, or in another variant.

use super::small::Small;

/// A decision between `a` (10 points) and `b`.
const DECISION: &str = "  - id: choose
    title: {vi: Chọn, en: Choose}
    text: {vi: Chọn một., en: Choose one.}
    points: 10
    answer:
      decision:
        options:
          - {id: a, points: 10, text: {vi: Một, en: One}, outcome: {vi: Xong, en: Done}}
          - {id: b, points: 0, text: {vi: Hai, en: Two}}
";
const DECIDES: &str = "  - {id: choose, solves: {task: choose, answer: a}}\n";

fn checked(id: &str, event: &str) -> String {
    format!(
        "  - id: {id}
    title: {{vi: {id}, en: {id}}}
    text: {{vi: Làm., en: Do.}}
    points: 40
    answer: {{check: {{from: checker, run: [/bin/true], after: {event}}}}}
"
    )
}

fn pass_mark(points: u32) -> String {
    format!("credits: [{{completion: done, to: present_members, when: {{points: {points}}}}}]\n")
}

const EITHER: &str = "timeline:
  - {id: E1, when: {decided: {task: choose, option: a}}, action: {node: server, run: [/bin/true]}}
  - {id: E2, when: {decided: {task: choose, option: b}}, action: {node: server, run: [/bin/true]}}
";
const ANSWERED: &str = "timeline:
  - {id: E1, when: {decided: {task: choose, option: a}}, message: {to: blue, channel: mail, from: {vi: A, en: A}, text: {vi: A, en: A}}, respond: {due: 5m, points: 50}}
  - {id: E2, when: {decided: {task: choose, option: b}}, message: {to: blue, channel: mail, from: {vi: A, en: A}, text: {vi: A, en: A}}, respond: {due: 5m, points: 50}}
";

#[test]
fn what_comes_at_the_end_never_comes() {
    let event = |at: &str| {
        format!("timeline:\n  - {{id: E1, at: {at}, action: {{node: server, run: [/bin/true]}}}}\n")
    };
    let told = |at: &str, jump: &str| {
        let steps = format!("  - {{id: late, jump: {jump}, expect_check: late}}\n");
        let (keys, tasks) = (event(at), checked("late", "E1"));
        Small {
            keys: &keys,
            tasks: &tasks,
            steps: &steps,
            changes: &[],
        }
        .told()
    };
    assert_eq!(told("59m", "59m"), []);
    let after = |text: &str| ("scenario-after-end", text.to_owned());
    let unsolvable = ("scenario-never-solvable", "E1".to_owned());
    assert_eq!(told("60m", "59m"), [after("60m"), unsolvable.clone()]);
    assert_eq!(told("60m", "60m"), [after("60m"), unsolvable, after("60m")]);
}

#[test]
fn what_is_due_behind_the_end_is_told() {
    let told = |at: &str, due: &str| {
        let keys = format!(
            "timeline:\n  - {{id: E1, at: {at}, message: {{to: blue, channel: mail, from: {{vi: A, en: A}}, text: {{vi: A, en: A}}}}, respond: {{due: {due}, points: 50}}}}\n"
        );
        Small {
            keys: &keys,
            ..Small::default()
        }
        .told()
    };
    assert_eq!(told("30m", "30m"), []);
    assert_eq!(
        told("30m", "31m"),
        [("scenario-respond-late", "31m".to_owned())]
    );
}

#[test]
fn a_report_is_not_due_before_it_can_be_open() {
    let told = |due: &str| {
        let keys = "timeline:\n  - {id: E1, at: 30m, action: {node: server, run: [/bin/true]}}\n";
        let report = format!("  - id: report
    title: {{vi: Báo cáo, en: Report}}
    text: {{vi: Viết., en: Write.}}
    points: 10
    requires: [late]
    answer: {{report: {{form: mau-03, due: {due}, rubric: [{{id: a, points: 10, title: {{vi: a, en: a}}}}]}}}}
");
        let tasks = format!("{}{report}", checked("late", "E1"));
        let steps = "  - {id: jump, jump: E1}\n  - {id: late, expect_check: late}\n  - {id: report, report: {task: report, grade: {a: 10}}}\n";
        Small {
            keys,
            tasks: &tasks,
            steps,
            changes: &[],
        }
        .told()
    };
    assert_eq!(told("31m"), []);
    assert_eq!(told("30m"), [("scenario-due-early", "30m".to_owned())]);
}

#[test]
fn a_pass_mark_counts_one_way_through_the_decisions() {
    let tasks = DECISION;
    for (mark, told) in [(110, vec![]), (111, vec!["scenario-pass-mark"])] {
        let keys = format!("{ANSWERED}{}", pass_mark(mark));
        let small = Small {
            keys: &keys,
            tasks,
            steps: DECIDES,
            changes: &[],
        };
        assert_eq!(small.ids(), told, "{mark}");
    }
    // The better way is the one that brings less by itself.
    let more = [(
        "respond: {due: 5m, points: 50}}\n  - {id: E2",
        "respond: {due: 5m, points: 5}}\n  - {id: E2",
    )];
    for (mark, told) in [(100, vec![]), (101, vec!["scenario-pass-mark"])] {
        let keys = format!("{ANSWERED}{}", pass_mark(mark));
        let small = Small {
            keys: &keys,
            tasks,
            steps: DECIDES,
            changes: &more,
        };
        assert_eq!(small.ids(), told, "{mark}");
    }
}

#[test]
fn a_solution_keeps_to_what_it_has_decided() {
    let tasks = format!("{DECISION}{}", checked("only-a", "E1"));
    let steps =
        format!("{DECIDES}  - {{id: a, wait: {{for: {{event: E1}}}}, expect_check: only-a}}\n");
    assert_eq!(
        Small {
            keys: EITHER,
            tasks: &tasks,
            steps: &steps,
            changes: &[]
        }
        .ids(),
        Vec::<&str>::new()
    );
    let tasks = format!(
        "{DECISION}{}{}",
        checked("only-a", "E1"),
        checked("only-b", "E2")
    );
    let steps = format!("{steps}  - {{id: b, expect_check: only-b}}\n");
    let told = Small {
        keys: EITHER,
        tasks: &tasks,
        steps: &steps,
        changes: &[],
    }
    .told();
    assert_eq!(told, [("scenario-decided-otherwise", "only-b".to_owned())]);
    // What waits for both ways never comes.
    let both = "  - {id: both, title: {vi: B, en: B}, text: {vi: B, en: B}, points: 5, requires: [only-a, only-b], answer: {text: {accept: [abcd]}}}\n";
    let tasks = format!("{tasks}{both}");
    let told = Small {
        keys: EITHER,
        tasks: &tasks,
        steps: &steps,
        changes: &[],
    }
    .ids();
    assert!(told.contains(&"scenario-never-together"), "{told:?}");
}

#[test]
fn a_flag_lies_in_every_variant() {
    let variants = "variants: {a: {title: {vi: A, en: A}}, b: {title: {vi: B, en: B}}}\n";
    let placed =
        |variants: &str| format!("from: files/note, template: true, variants: [{variants}]}}");
    for (of, told) in [("a, b", vec![]), ("a", vec!["scenario-flag-variants"])] {
        let placed = placed(of);
        let changes = [("from: files/note, template: true}", placed.as_str())];
        let small = Small {
            keys: variants,
            changes: &changes,
            ..Small::default()
        };
        assert_eq!(small.ids(), told, "{of}");
    }
}

#[test]
fn a_drawn_answer_stands_somewhere() {
    let keys = "variables: {pw: {password: {length: 12}}}\n";
    let tasks = "  - id: word
    title: {vi: Mật khẩu, en: Password}
    text: {vi: Mật khẩu nào?, en: Which password?}
    points: 40
    answer: {text: {accept: [\"{{variable.pw}}\"]}}
";
    let steps = "  - {id: word, solves: {task: word, answer: x}}\n";
    let told = |changes: &[(&str, &str)]| {
        Small {
            keys,
            tasks,
            steps,
            changes,
        }
        .ids()
    };
    assert_eq!(told(&[]), ["scenario-drawn-nowhere"]);
    assert_eq!(
        told(&[("{{flag.note}}\n", "{{flag.note}} {{variable.pw}}\n")]),
        Vec::<&str>::new()
    );
    let portal = "image: 'thaotruong/portal:1'";
    let given = format!("{portal}, environment: {{PW: '${{pw}}'}}");
    assert_eq!(told(&[(portal, &given)]), Vec::<&str>::new());
}

#[test]
fn what_nothing_uses_is_told() {
    let keys = "variables: {pw: {password: {length: 12}}}\nphases: [{id: p1, title: {vi: P, en: P}, duration: 30m}]\n";
    let told = Small {
        keys,
        ..Small::default()
    }
    .told();
    let expected = [
        ("scenario-variable-unused", "pw".to_owned()),
        ("scenario-phase-empty", "p1".to_owned()),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_lies_where_nobody_gains_by_it_is_told() {
    let flag = "TT{0123456789abcdef0123456789abcdef}";
    let service = "services:
  - {id: s, title: {vi: S, en: S}, from: checker, http: {node: server, port: 80}, points_per_minute: 1}
";
    let told = |keys: &str, changes: &[(&str, &str)]| {
        Small {
            keys,
            changes,
            ..Small::default()
        }
        .ids()
    };
    let note = format!("{flag} {{{{flag.note}}}}\n");
    assert_eq!(
        told("", &[("{{flag.note}}\n", &note)]),
        ["scenario-flag-placed"]
    );
    let portal = "image: 'thaotruong/portal:1'";
    let given = format!("{portal}, environment: {{FLAG: '{flag}'}}");
    assert_eq!(told("", &[(portal, &given)]), ["scenario-flag-placed"]);
    assert_eq!(told(service, &[]), Vec::<&str>::new());
    let apart = [
        (
            "checker:1', networks: [lab]",
            "checker:1', networks: [other]",
        ),
        (
            "networks: {lab: {}}",
            "networks: {lab: {}, other: {}, third: {}}",
        ),
    ];
    assert_eq!(
        told(service, &apart),
        ["scenario-network-empty", "scenario-no-way"]
    );
    assert_eq!(told(&pass_mark(0), &[]), ["scenario-credit-nothing"]);
    assert_eq!(
        told("audience: [incident_taem]\nsectors: [informatoin]\n", &[]),
        ["scenario-choice"; 2]
    );
}
