//! What happens when, which services must stay up, and what counts as passed.

use std::time::Duration;

use serde::Serialize;

use super::{Cell, LocalText, seconds, tasks::MAX_POINTS};
use crate::scenarios::{
    EventId, NodeId, OptionId, ServiceId, TaskId,
    findings::{Reader, Thing},
    problem::Message,
    scalars::is_name,
    tree::Node,
};

/// How often a service is looked at when nothing is said.
const DEFAULT_SERVICE_INTERVAL: Duration = Duration::from_secs(15);

/// Something that the timeline or the white cell delivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// What the white cell's list calls it.
    pub title: Option<LocalText>,
    /// When it happens.
    pub trigger: Trigger,
    /// What happens.
    pub effect: Effect,
    /// What the team shall do about it.
    pub respond: Option<Response>,
    /// What the white cell expects of the team.
    pub expected: Option<LocalText>,
    /// What evaluators look at.
    pub notes: Option<LocalText>,
    /// Whether it waits for the white cell although its time has come.
    pub hold: bool,
}

/// When an event happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// At a time after the start, in exercise time.
    At(#[serde(serialize_with = "seconds")] Duration),
    /// When the team has solved a task.
    Solved(TaskId),
    /// When the team has decided so.
    Decided {
        /// The task that asks for the decision.
        task: TaskId,
        /// The option.
        option: OptionId,
    },
    /// When a service of the team fails.
    CheckFailed(ServiceId),
    /// When the team has answered a message.
    Responded(EventId),
    /// When the team has not answered a message by the time it was given.
    Unanswered(EventId),
    /// When the white cell says so.
    Manual,
}

/// What an event does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Somebody writes or calls.
    Message(Inject),
    /// A machine runs a command.
    Action(Action),
}

/// Who gets a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The teams that defend.
    Blue,
    /// The teams that attack.
    Red,
    /// All teams.
    All,
    /// Those who hold the exercise.
    White,
}

/// What a message looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An e-mail.
    Mail,
    /// A call.
    Phone,
    /// A piece of news.
    News,
    /// A chat message.
    Chat,
    /// An official letter.
    Document,
}

/// A message of the exercise's world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inject {
    /// Who gets it.
    pub to: Recipient,
    /// What it looks like.
    pub channel: Channel,
    /// Who it comes from.
    pub from: LocalText,
    /// What it is about.
    pub subject: Option<LocalText>,
    /// What it says; `{{…}}` is filled in.
    pub text: LocalText,
}

/// A command that a machine runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// The machine.
    pub node: NodeId,
    /// The command and its arguments.
    pub run: Vec<String>,
    /// Who runs it; root when absent.
    pub user: Option<String>,
}

/// What a team shall do about a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Response {
    /// How long after the message.
    #[serde(serialize_with = "seconds")]
    pub due: Duration,
    /// What it brings in time.
    pub points: u32,
}

/// A service whose availability counts while the exercise runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its name.
    pub id: ServiceId,
    /// What boards call it.
    pub title: LocalText,
    /// The machine that looks, as a client would.
    pub from: NodeId,
    /// What it asks for.
    pub http: HttpProbe,
    /// Time between two looks.
    #[serde(serialize_with = "seconds")]
    pub every: Duration,
    /// Points for each minute in which it is up.
    pub points_per_minute: u32,
}

/// A request and the answer that is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HttpProbe {
    /// The machine that serves.
    pub node: NodeId,
    /// Its port.
    pub port: u16,
    /// The path asked for.
    pub path: String,
    /// The status that is right.
    pub expect: u16,
    /// What the page must hold.
    pub contains: Option<String>,
}

/// What counts as passed, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Credit {
    /// What is completed.
    pub completion: String,
    /// The side whose members complete it.
    pub cell: Cell,
    /// The points that the team needs.
    pub points: u32,
}

impl Recipient {
    /// Whether the teams of a side get it.
    #[must_use]
    pub const fn reaches(self, cell: Cell) -> bool {
        match self {
            Self::Blue => matches!(cell, Cell::Blue),
            Self::Red => matches!(cell, Cell::Red),
            Self::All => true,
            Self::White => false,
        }
    }
}

impl Event {
    /// Whether it is a message that the teams of a side get.
    #[must_use]
    pub const fn reaches(&self, cell: Cell) -> bool {
        match &self.effect {
            Effect::Message(message) => message.to.reaches(cell),
            Effect::Action(_) => false,
        }
    }

    /// Whether it is one of the teams of a side. What happens to machines and what only the white cell reads belongs to
    /// those who have the machines.
    #[must_use]
    pub const fn concerns(&self, cell: Cell) -> bool {
        let of_white = matches!(&self.effect, Effect::Message(message) if matches!(message.to, Recipient::White));
        let of_machines = of_white || matches!(self.effect, Effect::Action(_));
        self.reaches(cell) || (of_machines && matches!(cell, Cell::Blue))
    }

    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            id: EventId::from({
                let id = fields.text("id");
                if !id.is_empty() {
                    if !is_name(&id.to_lowercase()) {
                        reader.name(&id, fields.span("id"));
                    }
                    reader.declare(Thing::Event, &id, fields.span("id"));
                }
                id
            }),
            title: fields.optional_local_text("title", false),
            trigger: fields
                .one_of(&["at", "when", "manual"])
                .and_then(|(key, node)| Trigger::read(reader, key, node))
                .unwrap_or(Trigger::Manual),
            effect: fields
                .one_of(&["message", "action"])
                .map_or_else(Effect::nothing, |(key, node)| {
                    Effect::read(reader, key, node)
                }),
            respond: fields.optional("respond").map(|node| {
                if fields.optional("action").is_some() {
                    reader.error(node.span, Message::new("scenario-respond-action"), None);
                }
                reader.map(node, |fields| Response {
                    due: fields.duration("due"),
                    points: fields.integer("points", 0..=MAX_POINTS),
                })
            }),
            expected: fields.optional_local_text("expected", false),
            notes: fields.optional_local_text("notes", false),
            hold: fields.flag("hold"),
        })
    }
}

impl Trigger {
    fn read(reader: Reader<'_>, key: &str, node: &Node) -> Option<Self> {
        match key {
            "at" => Some(Self::At(reader.duration(node))),
            "when" => reader.map(node, |fields| {
                Some(
                    match fields.one_of(&[
                        "solved",
                        "decided",
                        "check_failed",
                        "responded",
                        "unanswered",
                    ])? {
                        ("solved", node) => {
                            let task = reader.filled(node);
                            reader.refer(Thing::Task, &task, node.span);
                            Self::Solved(TaskId::from(task))
                        }
                        ("decided", node) => reader.map(node, |fields| Self::Decided {
                            task: TaskId::from(fields.referred("task", Thing::Task)),
                            option: OptionId::from(fields.text("option")),
                        }),
                        (key @ ("responded" | "unanswered"), node) => {
                            let event = reader.filled(node);
                            reader.refer(Thing::Event, &event, node.span);
                            let event = EventId::from(event);
                            if key == "responded" {
                                Self::Responded(event)
                            } else {
                                Self::Unanswered(event)
                            }
                        }
                        (_, node) => {
                            let service = reader.filled(node);
                            reader.refer(Thing::Service, &service, node.span);
                            Self::CheckFailed(ServiceId::from(service))
                        }
                    },
                )
            }),
            _ => {
                if reader.truth(node) != Some(true) {
                    reader.error(node.span, Message::new("scenario-manual"), None);
                }
                Some(Self::Manual)
            }
        }
    }
}

impl Effect {
    /// Stands in for an effect that could not be read.
    fn nothing() -> Self {
        Self::Action(Action {
            node: NodeId::from(""),
            run: Vec::new(),
            user: None,
        })
    }

    fn read(reader: Reader<'_>, key: &str, node: &Node) -> Self {
        if key == "action" {
            return reader.map(node, |fields| {
                Self::Action(Action {
                    node: NodeId::from(fields.referred("node", Thing::Node)),
                    run: fields.filled_texts("run"),
                    user: fields.optional_text("user"),
                })
            });
        }
        reader.map(node, |fields| {
            let to = fields.choice(
                "to",
                &[
                    ("blue", Recipient::Blue),
                    ("red", Recipient::Red),
                    ("all", Recipient::All),
                    ("white", Recipient::White),
                ],
            );
            let shown = to != Some(Recipient::White);
            Self::Message(Inject {
                to: to.unwrap_or(Recipient::Blue),
                channel: fields
                    .choice(
                        "channel",
                        &[
                            ("mail", Channel::Mail),
                            ("phone", Channel::Phone),
                            ("news", Channel::News),
                            ("chat", Channel::Chat),
                            ("document", Channel::Document),
                        ],
                    )
                    .unwrap_or(Channel::Mail),
                from: fields.local_text("from", shown),
                subject: fields.optional_local_text("subject", shown),
                text: fields.local_text("text", shown),
            })
        })
    }
}

impl Service {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            id: ServiceId::from(fields.declared("id", Thing::Service)),
            title: fields.local_text("title", true),
            from: NodeId::from(fields.referred("from", Thing::Node)),
            http: fields
                .required("http")
                .map_or_else(HttpProbe::nothing, |node| HttpProbe::read(reader, node)),
            every: fields.duration_or("every", DEFAULT_SERVICE_INTERVAL),
            points_per_minute: fields.integer("points_per_minute", 0..=1_000),
        })
    }
}

impl HttpProbe {
    /// Stands in for a probe that could not be read.
    fn nothing() -> Self {
        Self {
            node: NodeId::from(""),
            port: 80,
            path: "/".to_owned(),
            expect: 200,
            contains: None,
        }
    }

    fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let path = fields
                .optional_text("path")
                .unwrap_or_else(|| "/".to_owned());
            if !path.starts_with('/') && !path.is_empty() {
                let message = Message::new("scenario-url-path").with("path", &path);
                reader.error(fields.span("path"), message, None);
            }
            Self {
                node: NodeId::from(fields.referred("node", Thing::Node)),
                port: fields.integer("port", 1..=65_535),
                path,
                expect: fields.optional_integer("expect", 100..=599).unwrap_or(200),
                contains: fields.optional_text("contains"),
            }
        })
    }
}

impl Credit {
    pub(super) fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let completion = fields.text("completion");
            if !completion.is_empty() {
                reader.name(&completion, fields.span("completion"));
            }
            fields.choice("to", &[("present_members", ())]);
            let points = fields.required("when").map(|node| {
                reader.map(node, |fields| fields.integer("points", 0..=MAX_POINTS * 10))
            });
            Self {
                completion,
                cell: Cell::read(fields),
                points: points.unwrap_or_default(),
            }
        })
    }
}
