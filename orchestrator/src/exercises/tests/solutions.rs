//! Steps of a solution that ask and wait, over the engine in memory.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use thaotruong_tests::both_databases;

use super::{Bench, output};
use crate::{
    environments::{Step, engine::ExecOutput},
    exercises::rehearsal::{Finding, Observer, Outcome, Rehearsal, Stage},
    scenarios::{Bundle, BundleFile, Definition, check},
    store::{Database, Statement},
};

/// The scenario whose steps ask and wait, some words of its solution replaced.
fn definition(from: &str, to: &str) -> Definition {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios/tests/steps");
    let bundle = Bundle::open(&folder).unwrap();
    let files = bundle.files().map(|(path, file)| {
        let mut text = String::from_utf8(file.bytes.clone()).unwrap();
        if path == "solution.yaml" {
            assert!(text.contains(from));
            text = text.replace(from, to);
        }
        let (bytes, mode) = (text.into_bytes(), file.mode);
        (path.to_owned(), BundleFile { bytes, mode })
    });
    let checked = check(Bundle::from_files(files.collect::<BTreeMap<_, _>>()).unwrap());
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    checked.definition.unwrap()
}

/// Keeps how each step ended.
#[derive(Default)]
struct Heard(std::sync::Mutex<Vec<(String, Outcome)>>);

impl Observer for Heard {
    fn stage(&self, _: Stage) {}
    fn step(&self, _: &Step) {}
    fn ready(&self, _: usize, _: usize) {}
    fn refused(&self, _: &str, _: usize) {}
    fn solved(&self, step: &str, outcome: &Outcome) {
        self.0
            .lock()
            .unwrap()
            .push((step.to_owned(), outcome.clone()));
    }
    fn finding(&self, _: &Finding) {}
}

fn answer(status: &str) -> ExecOutput {
    ExecOutput {
        stdout: "HTTP/1.1 200 OK\r\n\r\nXin chào, mật khẩu: hoa-phuong-07\n".into(),
        stderr: status.into(),
        ..output(0)
    }
}

/// What a request must be on the machine, word by word.
const CURL: [&str; 18] = [
    "curl",
    "-q",
    "--silent",
    "--show-error",
    "--include",
    "--globoff",
    "--path-as-is",
    "--write-out",
    "%{stderr}%{http_code}",
    "--max-time",
    "120",
    "--request",
    "POST",
    "--header",
    "Cookie: theme=dark",
    "--data-binary",
    "@-",
    "--url",
];

impl Bench {
    /// Holds a rehearsal in which the check fails until it was seen so; gives how each step ended and what was found.
    async fn rehearse(&self, status: &str) -> (Vec<(String, Outcome)>, Vec<&'static str>) {
        self.conduct();
        self.engine.set_output(&["/opt/mended"], output(1));
        let mut curl = CURL.to_vec();
        curl.push("http://portal/login");
        self.engine.set_output(&curl, answer(status));
        let heard = Arc::new(Heard::default());
        let rehearsal = Rehearsal {
            exercises: self.exercises.clone(),
            environments: self.environments.clone(),
            database: self.database.clone(),
            clock: Arc::clone(&self.clock),
            definition: Arc::new(self.definition.clone()),
            not_isolated: None,
            teams: 2,
            terminals: false,
            observer: Arc::<Heard>::clone(&heard),
        };
        let (held, ()) = tokio::join!(rehearsal.hold(), async {
            self.until("a failing check", async || {
                let mut connection = self.database.connection().await.unwrap();
                let rows = Statement::new(
                    "select count(*) as n from journal where kind = 'check_changed'",
                );
                let row = rows.fetch_one("checks", &mut connection).await.unwrap();
                row.get::<i64>("n").unwrap() > 0
            })
            .await;
            self.engine.set_output(&["/opt/mended"], output(0));
        });
        let found = held.unwrap();
        let steps = heard.0.lock().unwrap().clone();
        (steps, found.iter().map(|it| it.message.id).collect())
    }
}

both_databases! {
    async fn a_solution_asks_and_waits_for_what_comes_about(database: Database) {
        let bench = Bench::of(database, definition("", "")).await;
        let (steps, found) = bench.rehearse("200").await;
        let names = ["ask", "attacked", "mend", "done", "up"];
        assert_eq!(steps, names.map(|name| (name.to_owned(), Outcome::Done)));
        assert_eq!(found, [""; 0]);
        bench.tasks.drain().await;
    }

    async fn an_answer_that_is_not_as_expected_fails_the_step_and_shows_it(database: Database) {
        let bench = Bench::of(database, definition("", "")).await;
        let (steps, found) = bench.rehearse("403").await;
        let [(step, Outcome::Failed(shown))] = steps.as_slice() else {
            panic!("{steps:?}");
        };
        assert_eq!(step, "ask");
        assert!(shown.starts_with("HTTP 403\n") && shown.contains("Xin chào"), "{shown}");
        assert!(found.contains(&"rehearsal-step-failed"), "{found:?}");
        bench.tasks.drain().await;
    }

    async fn what_does_not_come_in_time_is_named(database: Database) {
        let early = "  - id: ask\n";
        let wait = "  - {id: early, wait: {for: {event: E01}, at_most: 1s}}\n  - id: ask\n";
        let bench = Bench::of(database, definition(early, wait)).await;
        let (steps, _) = bench.rehearse("200").await;
        let said = Outcome::Failed("event E01 (1 s)".to_owned());
        assert_eq!(steps, [("early".to_owned(), said)]);
        bench.tasks.drain().await;
    }
}
