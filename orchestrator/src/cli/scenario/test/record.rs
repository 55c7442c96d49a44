//! What became of each task and step of a tested scenario, as JSON, and all that was told of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use serde::Serialize;

use super::super::problems::Mistake;
use crate::{
    exercises::rehearsal::{Finding, Outcome},
    locales::{Locale, text},
    scenarios::{Awaited, Definition, Step, TaskId},
};

/// What a rehearsal has told so far.
#[derive(Default)]
pub(super) struct Record(Mutex<Told>);

#[derive(Default)]
struct Told {
    /// When the stage or the last step ended: a step lasts from there.
    since: Option<Instant>,
    /// All that was said.
    lines: Vec<String>,
    steps: Vec<StepTaken>,
    refused: BTreeMap<String, usize>,
    /// By task: whether it was unsolved before and solved after.
    judged: BTreeMap<String, (bool, bool)>,
}

/// One scenario's test.
#[derive(Serialize)]
pub(super) struct Tested {
    path: PathBuf,
    /// The how manieth test of it, from 1.
    run: usize,
    scenario: Option<String>,
    pub(super) ok: bool,
    pub(super) seconds: f64,
    /// What checking it brought; with an error nothing else was tried.
    problems: Vec<Mistake>,
    tasks: Vec<TaskTested>,
    steps: Vec<StepTaken>,
    findings: Vec<FindingView>,
    /// Why it could not be tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    unable: Option<String>,
    #[serde(skip)]
    lines: Vec<String>,
}

/// One task.
#[derive(Debug, PartialEq, Serialize)]
struct TaskTested {
    task: String,
    /// Whether it was seen unsolved first and wrong answers were refused; null where the test never came so far.
    before: Option<bool>,
    /// Whether it was solved at the end.
    after: Option<bool>,
    ok: bool,
    /// Answers that were refused as they must be.
    refused: usize,
    /// How long the steps took that solve it.
    seconds: f64,
    steps: Vec<String>,
    /// What its failed steps printed last.
    log: Option<String>,
}

/// One step of the solution that was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct StepTaken {
    step: String,
    ok: bool,
    seconds: f64,
    /// What it printed last, where it failed.
    log: Option<String>,
}

/// Something that is wrong with the scenario.
#[derive(Serialize)]
struct FindingView {
    /// Id of the message, the same in every language.
    code: &'static str,
    message: String,
}

impl Record {
    /// What follows begins now.
    pub(super) fn begin(&self) {
        self.told(|told| told.since = Some(Instant::now()));
    }

    pub(super) fn line(&self, line: &str) {
        self.told(|told| told.lines.push(line.to_owned()));
    }

    pub(super) fn refused(&self, task: &str, answers: usize) {
        self.told(|told| *told.refused.entry(task.to_owned()).or_default() += answers);
    }

    pub(super) fn solved(&self, step: &str, outcome: &Outcome) {
        self.told(|told| {
            let since = told.since.replace(Instant::now());
            told.steps.push(StepTaken {
                step: step.to_owned(),
                ok: *outcome == Outcome::Done,
                seconds: since.map_or(0.0, |since| since.elapsed().as_secs_f64()),
                log: match outcome {
                    Outcome::Done => None,
                    Outcome::Failed(output) => Some(output.clone()),
                },
            });
        });
    }

    pub(super) fn judged(&self, task: &str, before: bool, after: bool) {
        // Of several variants each must hold.
        self.told(|told| {
            let so_far = told.judged.entry(task.to_owned()).or_insert((true, true));
            *so_far = (so_far.0 && before, so_far.1 && after);
        });
    }

    fn told<T>(&self, with: impl FnOnce(&mut Told) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tested {
    /// A scenario that is being tested.
    pub(super) fn new(
        path: &Path,
        run: usize,
        definition: &Definition,
        problems: Vec<Mistake>,
    ) -> Self {
        Self {
            scenario: Some(definition.scenario.id.to_string()),
            ..Self::wrong(path, run, problems)
        }
    }

    /// A scenario whose files have errors.
    pub(super) fn wrong(path: &Path, run: usize, problems: Vec<Mistake>) -> Self {
        Self {
            path: path.to_owned(),
            run,
            scenario: None,
            ok: false,
            seconds: 0.0,
            problems,
            tasks: Vec::new(),
            steps: Vec::new(),
            findings: Vec::new(),
            unable: None,
            lines: Vec::new(),
        }
    }

    /// A scenario that could not be tested.
    pub(super) fn unable(path: &Path, run: usize, reason: String) -> Self {
        Self {
            unable: Some(reason),
            ..Self::wrong(path, run, Vec::new())
        }
    }

    /// The same, where the test broke off; what was told until then stays.
    pub(super) fn given_up(mut self, record: &Record, reason: String) -> Self {
        record.told(|told| {
            self.steps.clone_from(&told.steps);
            self.lines.clone_from(&told.lines);
        });
        self.unable = Some(reason);
        self
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn run(&self) -> usize {
        self.run
    }

    /// Each task that was judged: whether it failed before and passed after, and the seconds of its steps.
    pub(super) fn tasks(&self) -> Vec<(&str, bool, f64)> {
        let judged = self.tasks.iter().filter(|task| task.after.is_some());
        judged
            .map(|task| (task.task.as_str(), task.ok, task.seconds))
            .collect()
    }

    /// Each step that was taken: whether it succeeded, and its seconds.
    pub(super) fn steps(&self) -> Vec<(&str, bool, f64)> {
        let taken = self.steps.iter();
        taken
            .map(|step| (step.step.as_str(), step.ok, step.seconds))
            .collect()
    }

    /// A row a task: whether it failed before and passed after, and how long its steps took.
    pub(super) fn rows(&self, locale: Locale) -> Vec<Vec<String>> {
        let say = |id: &str| text(locale, id, &[]);
        let mark = |right: Option<bool>| match right {
            Some(true) => say("cli-test-yes"),
            Some(false) => say("cli-test-no"),
            None => "–".to_owned(),
        };
        let head = [
            "cli-test-task",
            "cli-test-before",
            "cli-test-after",
            "cli-test-time",
        ];
        let mut rows = vec![head.map(say).to_vec()];
        rows.extend(self.tasks.iter().map(|task| {
            vec![
                task.task.clone(),
                mark(task.before),
                mark(task.after),
                format!("{:.1} s", task.seconds),
            ]
        }));
        rows
    }

    /// All that was told of it.
    pub(super) fn log(&self) -> String {
        let mut lines = self.lines.clone();
        lines.extend(self.problems.iter().map(Mistake::line));
        lines.extend(self.unable.clone());
        lines.push(String::new());
        lines.join("\n")
    }

    pub(super) fn is_unable(&self) -> bool {
        self.unable.is_some()
    }

    /// Takes over what a rehearsal that was held has told and found.
    pub(super) fn fill(
        &mut self,
        record: &Record,
        findings: &[Finding],
        definition: &Definition,
        locale: Locale,
    ) {
        self.ok = findings.is_empty();
        self.findings = findings
            .iter()
            .map(|finding| FindingView {
                code: finding.message.id,
                message: finding.message.text(locale),
            })
            .collect();
        record.told(|told| {
            self.steps.clone_from(&told.steps);
            self.lines.clone_from(&told.lines);
            let tasks = definition.scenario.tasks.iter();
            self.tasks = tasks
                .map(|task| told.task(task.id.as_str(), findings, &definition.solution.steps))
                .collect();
        });
    }
}

impl Told {
    fn task(&self, task: &str, findings: &[Finding], solution: &[Step]) -> TaskTested {
        let concerned = solution.iter().filter(|step| concerns(step, task));
        let taken: Vec<&StepTaken> = concerned
            .flat_map(|step| self.steps.iter().filter(|taken| taken.step == step.id))
            .collect();
        let let_through = findings.iter().any(|finding| {
            let about = finding.message.values.iter();
            finding.message.id == "rehearsal-not-refused"
                && about
                    .into_iter()
                    .any(|(name, value)| *name == "task" && value == task)
        });
        let judged = self.judged.get(task);
        let before = judged.map(|(before, _)| *before && !let_through);
        let after = judged.map(|(_, after)| *after);
        let logs: Vec<&str> = taken
            .iter()
            .filter_map(|step| step.log.as_deref())
            .collect();
        // A step that each variant takes is named once.
        let mut steps: Vec<String> = taken.iter().map(|step| step.step.clone()).collect();
        steps.dedup();
        TaskTested {
            task: task.to_owned(),
            before,
            after,
            ok: before == Some(true) && after == Some(true),
            refused: self.refused.get(task).copied().unwrap_or_default(),
            seconds: taken.iter().map(|step| step.seconds).sum(),
            steps,
            log: (!logs.is_empty()).then(|| logs.join("\n")),
        }
    }
}

/// Whether a step answers a task, files its report or waits for its check.
fn concerns(step: &Step, task: &str) -> bool {
    let solves = step.solves.as_ref().map(|it| it.task.as_str());
    let reports = step.report.as_ref().map(|it| it.task.as_str());
    let expects = step.expect_check.as_ref().map(TaskId::as_str);
    let until = step.wait.as_ref().and_then(|wait| wait.until.as_ref());
    let awaits = match until {
        Some(Awaited::Check(task) | Awaited::Solved(task)) => Some(task.as_str()),
        _ => None,
    };
    [solves, reports, expects, awaits].contains(&Some(task))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{Bundle, Message, check};

    fn tested(findings: &[Finding]) -> serde_json::Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios/tests/plain");
        let definition = check(Bundle::open(&folder).unwrap()).definition.unwrap();
        let record = Record::default();
        record.begin();
        record.refused("entry-point", 3);
        record.solved("look", &Outcome::Done);
        record.solved("remove", &Outcome::Failed("(1)\nno".to_owned()));
        record.judged("entry-point", true, true);
        record.judged("gone", true, false);
        let mut tested = Tested::new(Path::new("plain"), 1, &definition, Vec::new());
        tested.fill(&record, findings, &definition, Locale::En);
        serde_json::to_value(tested).unwrap()
    }

    #[test]
    fn a_task_knows_its_steps_and_what_they_printed() {
        let shown = tested(&[]);
        let [entry, address, gone, _] = shown["tasks"].as_array().unwrap().as_slice() else {
            panic!("{shown}");
        };
        assert_eq!(
            (&entry["before"], &entry["after"], &entry["ok"]),
            (&true.into(), &true.into(), &true.into())
        );
        assert_eq!(
            (&entry["steps"][0], &entry["refused"]),
            (&"look".into(), &3.into())
        );
        assert!(address["before"].is_null() && address["ok"] == false);
        assert_eq!(
            (&gone["log"], &gone["after"]),
            (&"(1)\nno".into(), &false.into())
        );
        assert_eq!(shown["steps"][1]["ok"], false);
    }

    #[test]
    fn each_variant_must_hold() {
        let record = Record::default();
        record.judged("gone", true, true);
        record.judged("gone", true, false);
        record.judged("gone", true, true);
        record.refused("gone", 2);
        record.refused("gone", 3);
        record.told(|told| {
            assert_eq!(told.judged["gone"], (true, false));
            assert_eq!(told.refused["gone"], 5);
        });
    }

    #[test]
    fn an_answer_that_was_let_through_spoils_what_was_before() {
        let message = Message::new("rehearsal-not-refused").with("task", "entry-point");
        let shown = tested(&[Finding { message }]);
        assert_eq!(shown["tasks"][0]["before"], false);
        assert_eq!(
            (&shown["ok"], &shown["findings"][0]["code"]),
            (&false.into(), &"rehearsal-not-refused".into())
        );
    }
}
