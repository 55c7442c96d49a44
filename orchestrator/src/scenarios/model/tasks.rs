//! What is to be solved, and how an answer is known to be right.

use std::time::Duration;

use serde::Serialize;

use super::{
    Cell, CriterionId, LocalText, ObjectiveId, TaskId,
    answers::{FileAnswer, NumberAnswer, PatternAnswer, Selection, Taking, TextAnswer},
    decision::Decision,
    parts::{By, Parts},
    scoring::Worth,
    seconds,
};
use crate::scenarios::{
    EventId, NodeId, PhaseId,
    fields::Fields,
    findings::{Reader, Thing},
    problem::Message,
    schema::Asked,
    tree::Node,
};

/// Most points that one thing can bring; sums stay far from overflowing.
pub(super) const MAX_POINTS: i64 = 100_000;
/// How often a check runs when nothing is said.
const DEFAULT_CHECK_INTERVAL: Duration = Duration::from_secs(20);

/// Something to solve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its name.
    pub id: TaskId,
    /// What lists call it.
    pub title: LocalText,
    /// What is to be done.
    pub text: LocalText,
    /// The side whose task it is.
    pub cell: Cell,
    /// The part of the exercise's time that it is meant for; it stays open after it.
    pub phase: Option<PhaseId>,
    /// What it shows to be achieved.
    pub objective: Option<ObjectiveId>,
    /// What must be solved before it opens; a report is enough when it is filed.
    pub requires: Vec<TaskId>,
    /// What it brings.
    pub points: u32,
    /// What it is worth beyond them.
    pub worth: Worth,
    /// How it is solved.
    pub answer: Answer,
    /// Who of a team must answer.
    pub by: By,
    /// Help that costs points.
    pub hints: Vec<Hint>,
}

/// Help that a team can buy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// Points that it takes.
    pub cost: u32,
    /// What it says.
    pub text: LocalText,
}

/// How a task is solved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// By the environment's own flag.
    Flag,
    /// By a text.
    Text(TextAnswer),
    /// By a number.
    Number(NumberAnswer),
    /// By a text of a certain form.
    Pattern(PatternAnswer),
    /// By choosing one option.
    Choice(Selection),
    /// By choosing all options that are right, and no other.
    Choices(Selection),
    /// By putting all options in order.
    Order(Selection),
    /// By the SHA-256 of a file.
    File(FileAnswer),
    /// By bringing the environment into a state.
    Check(StateCheck),
    /// By filing a report that an evaluator grades.
    Report(ReportTask),
    /// By deciding between courses of action.
    Decision(Decision),
    /// By several parts, each of them given.
    Parts(Parts),
}

/// A state that the platform looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateCheck {
    /// Where and by what means it looks.
    pub place: CheckPlace,
    /// Time between two looks.
    #[serde(serialize_with = "seconds")]
    pub every: Duration,
    /// The event before whose delivery nobody looks.
    pub after: Option<EventId>,
}

/// Where and by what means a check looks. Exit 0 means passed, 1 not yet, anything else that the check itself failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckPlace {
    /// The bundle's script in the platform's own shell, as root in the machine: who is root there can replace neither.
    Platform {
        /// The machine.
        node: NodeId,
        /// The script in the bundle.
        script: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// A command of another machine, which looks from there.
    Node {
        /// The machine that looks.
        node: NodeId,
        /// The command and its arguments.
        run: Vec<String>,
    },
}

/// A form of the regulations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportForm {
    /// Initial report.
    #[serde(rename = "mau-03")]
    Initial,
    /// Final report.
    #[serde(rename = "mau-04")]
    Final,
}

/// A report to file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportTask {
    /// Which form.
    pub form: ReportForm,
    /// How long after the start it is due.
    #[serde(serialize_with = "seconds")]
    pub due: Duration,
    /// What it is graded by.
    pub rubric: Vec<Criterion>,
}

/// One line of a rubric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Criterion {
    /// Its name.
    pub id: CriterionId,
    /// The most points for it.
    pub points: u32,
    /// What is judged.
    pub title: LocalText,
}

impl Task {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            id: TaskId::from(fields.declared("id", Thing::Task)),
            title: fields.local_text("title", true),
            text: fields.local_text("text", true),
            cell: Cell::read(fields),
            phase: fields
                .optional_referred("phase", Thing::Phase)
                .map(PhaseId::from),
            objective: fields
                .optional_referred("objective", Thing::Objective)
                .map(ObjectiveId::from),
            requires: fields.list("requires", |node| {
                let task = reader.filled(node);
                reader.refer(Thing::Task, &task, node.span);
                TaskId::from(task)
            }),
            points: fields.integer("points", 0..=MAX_POINTS),
            worth: Worth::read(fields),
            answer: Answer::of_task(fields),
            by: By::read(fields),
            hints: fields.list("hints", |node| {
                reader.map(node, |fields| Hint {
                    cost: fields.integer("cost", 0..=MAX_POINTS),
                    text: fields.local_text("text", true),
                })
            }),
        })
    }

    /// What it asks to decide.
    #[must_use]
    pub const fn decision(&self) -> Option<&Decision> {
        match &self.answer {
            Answer::Decision(decision) => Some(decision),
            _ => None,
        }
    }

    /// What it brings for certain, however late it is solved.
    #[must_use]
    pub fn floor(&self) -> u64 {
        u64::try_from(self.worth.floor(i64::from(self.points))).unwrap_or(0)
    }

    /// The most that it can bring.
    #[must_use]
    pub fn most(&self) -> u64 {
        u64::try_from(self.worth.most(i64::from(self.points))).unwrap_or(0)
    }
}

/// Kinds of answers that a trainee gives; those that come to be in another way stand behind them.
const KINDS: [&str; 11] = [
    "flag", "text", "number", "pattern", "choice", "choices", "order", "file", "check", "report",
    "decision",
];
/// How many of them are given.
const GIVEN: usize = 8;

impl Answer {
    /// The answer of a task: one, or several parts.
    fn of_task(fields: &Fields<'_>) -> Self {
        let reader = fields.reader();
        match fields.one_of(&["answer", "answers"]) {
            Some(("answer", node)) => {
                Self::read(reader, node, &KINDS).unwrap_or_else(Self::nothing)
            }
            Some((_, node)) => {
                let task = fields.optional_text("id").unwrap_or_default();
                Self::Parts(Parts::read(reader, node, &task))
            }
            None => Self::nothing(),
        }
    }

    /// What stands in for an answer that cannot be read.
    pub(super) const fn nothing() -> Self {
        Self::Text(TextAnswer {
            accept: Vec::new(),
            attempts: None,
        })
    }

    /// One that a trainee gives.
    pub(super) fn read_given(reader: Reader<'_>, node: &Node) -> Option<Self> {
        Self::read(reader, node, &KINDS[..GIVEN])
    }

    fn read(reader: Reader<'_>, node: &Node, kinds: &[&'static str]) -> Option<Self> {
        reader.map(node, |fields| {
            Some(match fields.one_of(kinds)? {
                ("flag", node) => {
                    reader.map(node, |_| ());
                    Self::Flag
                }
                ("text", node) => Self::Text(TextAnswer::read(reader, node)),
                ("number", node) => Self::Number(NumberAnswer::read(reader, node)),
                ("pattern", node) => Self::Pattern(PatternAnswer::read(reader, node)),
                ("choice", node) => Self::Choice(Selection::read(reader, node, Taking::One)),
                ("choices", node) => Self::Choices(Selection::read(reader, node, Taking::Some)),
                ("order", node) => Self::Order(Selection::read(reader, node, Taking::All)),
                ("file", node) => Self::File(FileAnswer::read(reader, node)),
                ("check", node) => Self::Check(StateCheck::read(reader, node)?),
                ("report", node) => Self::Report(ReportTask::read(reader, node)),
                (_, node) => Self::Decision(Decision::read(reader, node)),
            })
        })
    }
}

impl StateCheck {
    fn read(reader: Reader<'_>, node: &Node) -> Option<Self> {
        reader.map(node, |fields| {
            let from = fields.required("from").map(|node| {
                reader.hear(node.span, Asked::Example("platform"));
                (reader.filled(node), node.span)
            });
            let place = match from {
                Some((from, _)) if from == "platform" => Some(CheckPlace::Platform {
                    node: NodeId::from(fields.referred("node", Thing::Node)),
                    script: fields.referred("script", Thing::File),
                    args: fields.texts("args"),
                }),
                Some((from, span)) => {
                    if from != "platform" {
                        reader.refer(Thing::Node, &from, span);
                    }
                    Some(CheckPlace::Node {
                        node: NodeId::from(from),
                        run: fields.filled_texts("run"),
                    })
                }
                None => {
                    for key in ["node", "script", "args", "run"] {
                        fields.know(key);
                    }
                    None
                }
            };
            let every = fields.duration_or("every", DEFAULT_CHECK_INTERVAL);
            let after = fields
                .optional_referred("after", Thing::Event)
                .map(EventId::from);
            Some(Self {
                place: place?,
                every,
                after,
            })
        })
    }
}

impl ReportTask {
    fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            form: fields
                .choice(
                    "form",
                    &[
                        ("mau-03", ReportForm::Initial),
                        ("mau-04", ReportForm::Final),
                    ],
                )
                .unwrap_or(ReportForm::Initial),
            due: fields.duration("due"),
            rubric: {
                let rubric = fields
                    .required("rubric")
                    .map(|node| (node, reader.items(node)));
                let mut seen: Vec<String> = Vec::new();
                let items = rubric.map(|(_, items)| items).unwrap_or_default();
                if let (Some((node, _)), true) = (rubric, items.is_empty()) {
                    reader.error(node.span, Message::new("scenario-empty-list"), None);
                }
                items
                    .iter()
                    .map(|node| Criterion::read(reader, node, &mut seen))
                    .collect()
            },
        })
    }
}

impl Criterion {
    fn read(reader: Reader<'_>, node: &Node, seen: &mut Vec<String>) -> Self {
        reader.map(node, |fields| {
            let id = fields.text("id");
            if !id.is_empty() {
                reader.name(&id, fields.span("id"));
                if seen.contains(&id) {
                    let message = Message::new("scenario-criterion-twice").with("name", &id);
                    reader.error(fields.span("id"), message, None);
                }
                seen.push(id.clone());
            }
            Self {
                id: CriterionId::from(id),
                points: fields.integer("points", 0..=MAX_POINTS),
                title: fields.local_text("title", true),
            }
        })
    }
}
