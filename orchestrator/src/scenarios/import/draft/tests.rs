//! What is written of a scenario is read again as the same, whatever it says.

use std::{fs, path::Path, sync::Arc};

use proptest::prelude::*;

use super::*;
use crate::scenarios::{
    Awaited, Decay, Expectation, Logic, Part, Parts, Penalty, Phase, RatingShares, Request, Side,
    Solution, Variant, Wait, check,
    findings::{Findings, Reader},
    source::{Source, is_deceptive},
    templates::render,
    tree::{self, Node},
};

fn is_refused(c: char) -> bool {
    c.is_control() || is_deceptive(c)
}

#[test]
fn a_scenario_that_is_written_again_is_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = fs::read_dir(root.join("../scenarios")).unwrap();
    let shipped = shipped.map(|entry| entry.unwrap().path());
    let own = ["plain", "steps"].map(|name| root.join("src/scenarios/tests").join(name));
    let folders = shipped.filter(|it| it.join(crate::scenarios::SCENARIO_FILE).is_file());
    let mut count = 0;
    for folder in folders.chain(own) {
        count += 1;
        let first = check(Bundle::open(&folder).unwrap()).definition.unwrap();
        let mut files: BTreeMap<String, BundleFile> = first
            .bundle
            .files()
            .map(|(path, file)| (path.to_owned(), file.clone()))
            .collect();
        for (path, text) in [
            (
                crate::scenarios::SCENARIO_FILE,
                scenario::write(&first.scenario),
            ),
            (
                first.scenario.solution.as_str(),
                solution::write(&first.solution.steps),
            ),
        ] {
            let bytes = text.into_bytes();
            files.insert(path.to_owned(), BundleFile { bytes, mode: 0o644 });
        }
        let again = check(Bundle::from_files(files).unwrap());
        let errors = again.count(crate::scenarios::Severity::Error);
        assert_eq!(errors, 0, "{}: {:?}", folder.display(), again.problems);
        let again = again.definition.unwrap();
        assert_eq!(again.scenario, first.scenario);
        assert_eq!(again.solution, first.solution);
    }
    assert!(count >= 4, "{count}");
}

/// A file read without looking at what it names.
fn read<T>(text: &str, read: impl FnOnce(Reader<'_>, &Node) -> T) -> T {
    let source = Arc::new(Source::new("a.yaml", text));
    let findings = Findings::default();
    let reader = Reader::new(&source, &findings);
    let value = read(reader, &tree::read(reader).unwrap());
    let errors = findings.into_problems().into_iter();
    let errors: Vec<_> = errors
        .filter(|it| it.severity == crate::scenarios::Severity::Error)
        .map(|it| (it.message, it.span.line))
        .collect();
    assert_eq!(errors, [], "{text}");
    value
}

/// Everything that a scenario can say and the shipped ones do not.
fn rich(said: &str) -> Scenario {
    let both = LocalText {
        vi: format!("v {said}"),
        en: format!("e {said}"),
    };
    let mut scenario = crate::scenarios::tests::plain().scenario;
    scenario.title = both.clone();
    scenario.cells = vec![
        Side {
            cell: Cell::Blue,
            briefing: None,
        },
        Side {
            cell: Cell::Red,
            briefing: Some(both.clone()),
        },
    ];
    scenario.variants = ["a", "b"]
        .map(|id| Variant {
            id: id.into(),
            title: both.clone(),
        })
        .into();
    scenario.phases = ["one", "two"]
        .map(|id| Phase {
            id: id.into(),
            title: both.clone(),
            duration: Duration::from_secs(90),
        })
        .into();
    scenario.objectives[0].rating = RatingShares {
        p: 80,
        s: 60,
        m: 30,
    };
    let task = &mut scenario.tasks[0];
    task.cell = Cell::Red;
    task.phase = Some("two".into());
    task.by = By::EveryMember;
    task.worth = Worth {
        decay: Some(Decay { to: 5, solves: 7 }),
        bonus: vec![30, 20],
        penalty: Some(Penalty { points: 3, free: 2 }),
    };
    let part = |id: &str, answer| Part {
        id: id.into(),
        title: both.clone(),
        answer,
    };
    task.answer = Answer::Parts(Parts {
        logic: Logic::Any,
        parts: vec![
            part("first", Answer::Flag),
            part("second", text_answer(&["x".to_owned()])),
        ],
    });
    scenario
}

fn rich_steps(said: &str) -> Vec<Step> {
    let mut asks = step("asks");
    asks.request = Some(Request {
        node: "portal".into(),
        method: "POST".to_owned(),
        url: "http://portal/".to_owned(),
        headers: vec![("X-One".to_owned(), "two".to_owned())],
        body: Some(format!("b {said}")),
        expect: Expectation {
            status: Some(201),
            contains: Some(format!("c {said}")),
        },
    });
    asks.variants = vec!["a".into()];
    let mut waits = step("waits");
    waits.wait = Some(Wait {
        until: Some(Awaited::Service("portal".into())),
        at_most: Duration::from_secs(7),
    });
    let mut gives = answer_step("entry-point", "x");
    gives.solves.as_mut().unwrap().part = Some("second".into());
    vec![asks, waits, gives]
}

proptest! {
    #[test]
    fn whatever_a_model_says_is_written_and_read_again(said in prop_oneof!["[ -~]{0,30}", "\\PC{0,12}", any::<String>()]) {
        // What hides or reorders a text is refused by the reader, and braces are names.
        let said = said.replace(['{', '}'], "(");
        let said: String = said.chars().filter(|c| !is_refused(*c)).collect();
        let scenario = rich(&said);
        prop_assert_eq!(read(&scenario::write(&scenario), Scenario::read), scenario);
        let steps = rich_steps(&said);
        prop_assert_eq!(read(&solution::write(&steps), Solution::read).steps, steps);
    }

    #[test]
    fn a_literal_text_comes_out_as_it_went_in(text in "([a-z ]|\\{\\{|\\}\\}|\\\\ ){0,20}") {
        let shown = render(&literal(&text), &serde_json::json!({}));
        // Three braces or more in a row are set apart.
        if text.contains("{{{") {
            prop_assert!(shown.is_ok(), "{text}: {shown:?}");
        } else {
            prop_assert_eq!(shown.unwrap(), text);
        }
    }
}
