//! What importers put down: a scenario, its machines and its solution, written as files that an author goes on with.
//!
//! The types are those of the model, so whatever a scenario can say an importer can say. They are made by the functions
//! here, which know what stands in where the source is silent; a field that the model gains is filled in here alone.

mod scenario;
mod solution;
mod tasks;

use std::{collections::BTreeMap, time::Duration};

use super::{ImportError, ledger::Ledger, names::Names, yaml::Yaml};
use crate::{
    locales::Locale,
    scenarios::{
        Answer, Bundle, BundleFile, By, Cell, Hint, Level, LocalText, Message, NodeFile, NodeId,
        NodeRole, PartId, ReportStep, Scenario, ScenarioId, ScenarioKind, ScenarioNode, Solves,
        Step, Task, TaskId, TextAnswer, Worth,
    },
};

/// How long an exercise runs whose source does not say.
const DURATION: Duration = Duration::from_hours(2);
/// How long a step's command may take.
const STEP_TIMEOUT: Duration = Duration::from_mins(2);
/// First lines of the files: where an editor finds the schema.
const SCENARIO_SCHEMA: &str = "# yaml-language-server: $schema=../schema/scenario.json\n";
const SOLUTION_SCHEMA: &str = "# yaml-language-server: $schema=../schema/solution.json\n";

/// A scenario while it is put down.
#[derive(Clone, Debug)]
pub(in crate::scenarios) struct Draft {
    /// The scenario.
    pub scenario: Scenario,
    /// The networks of its environment; `default` where a machine names none.
    pub networks: Vec<String>,
    /// The machines of its environment.
    pub machines: Vec<Machine>,
    /// The steps that solve it.
    pub steps: Vec<Step>,
    /// The other files of the bundle.
    pub files: BTreeMap<String, BundleFile>,
}

/// A machine as its Compose service.
#[derive(Clone, Debug)]
pub(in crate::scenarios) struct Machine {
    /// Its name.
    pub id: String,
    /// The keys of the service in their order, `image` first.
    pub keys: Vec<(String, Yaml)>,
}

impl Machine {
    /// A machine that runs an image; `${…}` is filled in.
    pub(in crate::scenarios) fn new(id: &str, image: &str) -> Self {
        Self {
            id: id.to_owned(),
            keys: vec![("image".to_owned(), Yaml::text(image))],
        }
    }

    /// The same with one more key.
    pub(in crate::scenarios) fn key(mut self, key: &str, value: Yaml) -> Self {
        self.keys.push((key.to_owned(), value));
        self
    }
}

impl Draft {
    /// A scenario in which nothing happens yet.
    pub(in crate::scenarios) fn new(id: &str, title: LocalText, summary: LocalText) -> Self {
        Self {
            scenario: Scenario {
                id: ScenarioId::from(id),
                version: 1,
                title,
                summary,
                briefing: None,
                kind: ScenarioKind::Simulation,
                level: Level::Basic,
                duration: DURATION,
                audience: Vec::new(),
                sectors: Vec::new(),
                attack: Vec::new(),
                skills: Vec::new(),
                environment: Some("compose.yaml".to_owned()),
                solution: "solution.yaml".to_owned(),
                cells: Vec::new(),
                variants: Vec::new(),
                phases: Vec::new(),
                variables: Vec::new(),
                nodes: Vec::new(),
                files: Vec::new(),
                objectives: Vec::new(),
                tasks: Vec::new(),
                services: Vec::new(),
                timeline: Vec::new(),
                credits: Vec::new(),
            },
            networks: Vec::new(),
            machines: Vec::new(),
            steps: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    /// Adds a machine in both files.
    pub(in crate::scenarios) fn machine(&mut self, machine: Machine, node: ScenarioNode) {
        self.machines.push(machine);
        self.scenario.nodes.push(node);
    }

    /// Adds a file of the bundle that stands in a machine.
    pub(in crate::scenarios) fn place(
        &mut self,
        node: &str,
        path: &str,
        from: &str,
        file: &BundleFile,
    ) {
        let mode = file.mode;
        self.files
            .entry(from.to_owned())
            .or_insert_with(|| file.clone());
        self.scenario.files.push(NodeFile {
            node: NodeId::from(node),
            path: path.to_owned(),
            from: from.to_owned(),
            template: false,
            mode: Some(mode & 0o777),
            owner: None,
            variants: Vec::new(),
        });
    }

    /// Adds a step for each of the answers that a task asks for, with a right one; named like the task.
    pub(in crate::scenarios) fn solve(&mut self, task: &Task, right: &[String], names: &mut Names) {
        for (way, right) in task.ways().iter().zip(right) {
            let mut step = answer_step(task.id.as_str(), right);
            if !way.part.is_empty() {
                step.id = names.make(&format!("{}-{}", task.id, way.part));
                if let Some(solves) = &mut step.solves {
                    solves.part = Some(PartId::from(way.part));
                }
            }
            self.steps.push(step);
        }
    }

    /// Adds what every scenario needs and the source does not have, so that what comes out can be run: a machine to
    /// work from and a task that is solved by looking around. The report says so.
    pub(in crate::scenarios) fn complete(&mut self, ledger: &Ledger) {
        let tabletop = self.scenario.kind == ScenarioKind::Tabletop;
        if self.machines.is_empty() && !tabletop {
            self.machine(
                Machine::new("workstation", "thaotruong/workstation:1"),
                node("workstation", NodeRole::Analyst).with_terminal("analyst"),
            );
            ledger.tell(
                super::Fate::Changed,
                "compose.yaml",
                Message::new("import-added-workstation"),
            );
        }
        if self.scenario.tasks.is_empty() {
            let answer = text_answer(&["OK".to_owned()]);
            let title = ours(&Message::new("import-first-task"));
            let text = ours(&Message::new("import-first-task-text"));
            self.scenario
                .tasks
                .push(task("ready", title, text, 10, answer));
            self.steps.push(answer_step("ready", "OK"));
            ledger.tell(
                super::Fate::Changed,
                "scenario.yaml",
                Message::new("import-added-task"),
            );
        }
        let idle = |cell| self.scenario.tasks_of(cell).next().is_none();
        if self.scenario.plays(Cell::Red) && idle(Cell::Red) {
            let answer = text_answer(&["OK".to_owned()]);
            let title = ours(&Message::new("import-first-task"));
            let text = ours(&Message::new("import-first-task-text"));
            let mut first = task("ready-red", title, text, 10, answer);
            first.cell = Cell::Red;
            self.scenario.tasks.push(first);
            self.steps.push(answer_step("ready-red", "OK"));
            ledger.tell(
                super::Fate::Changed,
                "scenario.yaml: cells.red",
                Message::new("import-added-red-task"),
            );
        }
    }

    /// The bundle: three files in YAML and those that they name.
    ///
    /// # Errors
    /// When it would be larger than a bundle may be, or a path in it is not plain.
    pub(in crate::scenarios) fn write(mut self, ledger: &Ledger) -> Result<Bundle, ImportError> {
        self.complete(ledger);
        if self.scenario.kind == ScenarioKind::Tabletop {
            self.scenario.environment = None;
        }
        let mut texts = vec![
            (
                "scenario.yaml",
                format!("{SCENARIO_SCHEMA}{}", scenario::write(&self.scenario)),
            ),
            (
                "solution.yaml",
                format!("{SOLUTION_SCHEMA}{}", solution::write(&self.steps)),
            ),
        ];
        if self.scenario.environment.is_some() {
            texts.push(("compose.yaml", self.compose()));
        }
        for (path, text) in texts {
            let bytes = text.into_bytes();
            self.files
                .insert(path.to_owned(), BundleFile { bytes, mode: 0o644 });
        }
        Ok(Bundle::from_files(self.files)?)
    }

    fn compose(&self) -> String {
        let services = self.machines.iter();
        let services =
            services.map(|machine| (machine.id.clone(), Yaml::Block(machine.keys.clone())));
        let mut file = vec![("services".to_owned(), Yaml::Block(services.collect()))];
        if !self.networks.is_empty() {
            let networks = self
                .networks
                .iter()
                .map(|name| (name.clone(), Yaml::Block(Vec::new())));
            file.push(("networks".to_owned(), Yaml::Block(networks.collect())));
        }
        Yaml::file(&file)
    }
}

impl ScenarioNode {
    /// The same with a terminal of this user.
    pub(in crate::scenarios) fn with_terminal(mut self, user: &str) -> Self {
        self.terminal = Some(crate::scenarios::Terminal {
            user: user.to_owned(),
            title: None,
        });
        self
    }
}

/// A machine that trainees do not reach yet.
pub(in crate::scenarios) fn node(id: &str, role: NodeRole) -> ScenarioNode {
    ScenarioNode {
        id: NodeId::from(id),
        role,
        cell: Cell::Blue,
        terminal: None,
        web: None,
        privilege_escalation: false,
    }
}

/// A task that opens at once and has no hints.
pub(in crate::scenarios) fn task(
    id: &str,
    title: LocalText,
    text: LocalText,
    points: u32,
    answer: Answer,
) -> Task {
    Task {
        id: TaskId::from(id),
        title,
        text,
        cell: Cell::Blue,
        phase: None,
        objective: None,
        requires: Vec::new(),
        points,
        worth: Worth::default(),
        by: By::Team,
        answer,
        hints: Vec::new(),
    }
}

/// A hint.
pub(in crate::scenarios) fn hint(cost: u32, text: LocalText) -> Hint {
    Hint { cost, text }
}

/// An answer of one of these texts, which are not filled in.
pub(in crate::scenarios) fn text_answer(accept: &[String]) -> Answer {
    Answer::Text(TextAnswer {
        accept: accept.iter().map(|text| literal(text)).collect(),
        attempts: None,
    })
}

/// A step that does nothing yet.
pub(in crate::scenarios) fn step(id: &str) -> Step {
    Step {
        id: id.to_owned(),
        node: None,
        user: None,
        run: None,
        timeout: STEP_TIMEOUT,
        capture: Vec::new(),
        solves: None,
        expect_check: None,
        report: None,
        jump: None,
        request: None,
        wait: None,
        variants: Vec::new(),
    }
}

/// A step that gives the answer to a task.
pub(in crate::scenarios) fn answer_step(task: &str, answer: &str) -> Step {
    Step {
        solves: Some(Solves {
            task: TaskId::from(task),
            part: None,
            answer: literal(answer),
        }),
        ..step(task)
    }
}

/// A step that files a report and grades it.
pub(in crate::scenarios) fn report_step(report: ReportStep) -> Step {
    let id = report.task.to_string();
    Step {
        report: Some(report),
        ..step(&id)
    }
}

/// A text of our own in both languages.
pub(in crate::scenarios) fn ours(message: &Message) -> LocalText {
    LocalText {
        vi: message.text(Locale::Vi),
        en: message.text(Locale::En),
    }
}

/// A text in which nothing is filled in: its double braces are escaped, what would hide or reorder it is left out.
pub(in crate::scenarios) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        // A backslash that stands there already would take ours away: then the braces are set apart.
        let braces = after.len() - after.trim_start_matches('{').len();
        if before.ends_with('\\') || (before.is_empty() && out.ends_with('\\')) || braces > 2 {
            out.push_str(&"{ ".repeat(braces - 1));
            out.push('{');
        } else {
            out.push_str("\\{{");
        }
        rest = &after[braces..];
    }
    out.push_str(rest);
    out.retain(|c| c != '\r' && !crate::scenarios::source::is_deceptive(c));
    out
}

#[cfg(test)]
mod tests;
