//! What a scenario gives points for.

use std::{collections::BTreeMap, time::Duration};

use crate::journal::{PlannedEffect, PlannedEvent, PlannedRecipient};
use crate::scenarios::{
    Answer, By, Cell, Effect, Event, EventId, Logic, ObjectiveId, Recipient, Scenario, ServiceId,
    Task, TaskId, Worth,
};

/// What solves a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// A flag that is found in the environment.
    Flag,
    /// An answer that is typed or chosen, or several of them.
    Text,
    /// A state that a check finds.
    Check,
    /// A report that an evaluator grades.
    Report(ReportRule),
    /// A decision: what each option gives.
    Decision(BTreeMap<String, i64>),
}

/// How a report is graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRule {
    /// Exercise time by which it is to be filed; a later one is marked late.
    pub due: Option<Duration>,
    /// The most that each criterion gives.
    pub criteria: BTreeMap<String, i64>,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRule {
    /// Which.
    pub id: TaskId,
    /// The side whose task it is.
    pub cell: Cell,
    /// The objective that it serves.
    pub objective: Option<ObjectiveId>,
    /// What solving it gives.
    pub points: i64,
    /// What it is worth beyond them.
    pub worth: Worth,
    /// What of it must be answered, and by whom.
    pub ways: WayRule,
    /// What solves it.
    pub kind: TaskKind,
    /// What each hint costs.
    pub hints: Vec<i64>,
}

/// What of a task must be answered, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayRule {
    /// Its parts; one without a name is the whole.
    pub parts: Vec<String>,
    /// How many of them solve it.
    pub logic: Logic,
    /// Who of a team must answer.
    pub by: By,
}

impl Default for WayRule {
    fn default() -> Self {
        Self {
            parts: vec![String::new()],
            logic: Logic::All,
            by: By::Team,
        }
    }
}

/// A service whose availability gives points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRule {
    /// Which.
    pub id: ServiceId,
    /// Points for a minute of exercise time during which it served.
    pub points_per_minute: i64,
}

/// An inject that is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseRule {
    /// The timeline's event.
    pub event: EventId,
    /// Who gets the inject.
    pub to: Recipient,
    /// Exercise time within which an answer counts, from delivery.
    pub due: Duration,
    /// What an answer in time gives.
    pub points: i64,
}

/// Everything that a scenario gives points for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Tasks, in the scenario's order.
    pub tasks: Vec<TaskRule>,
    /// Services.
    pub services: Vec<ServiceRule>,
    /// Injects that are to be answered.
    pub responses: Vec<ResponseRule>,
}

impl Rules {
    /// What a scenario gives points for.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let services = scenario.services.iter().map(|service| ServiceRule {
            id: service.id.clone(),
            points_per_minute: i64::from(service.points_per_minute),
        });
        let responses = scenario.timeline.iter().filter_map(ResponseRule::of);
        Self {
            tasks: scenario.tasks.iter().map(TaskRule::of).collect(),
            services: services.collect(),
            responses: responses.collect(),
        }
    }

    /// The most that tasks and responses can give a team of a side; availability comes on top, as long as the exercise
    /// runs.
    #[must_use]
    pub fn possible(&self, cell: Cell) -> i64 {
        let own = self.tasks.iter().filter(|task| task.cell == cell);
        own.map(|task| task.worth.most(task.points)).sum::<i64>()
            + self
                .responses
                .iter()
                .filter(|response| response.to.reaches(cell))
                .map(|response| response.points)
                .sum::<i64>()
    }

    /// The rule of an inject that is to be answered.
    #[must_use]
    pub fn response(&self, event: &str) -> Option<&ResponseRule> {
        self.responses.iter().find(|it| it.event.as_str() == event)
    }

    /// An event was set anew, and what answering it gives with it.
    pub(super) fn plan(&mut self, event: &EventId, plan: &PlannedEvent) {
        self.responses.retain(|it| it.event != *event);
        self.responses.extend(ResponseRule::planned(event, plan));
    }

    /// The rule of a task.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<&TaskRule> {
        self.tasks.iter().find(|task| task.id.as_str() == id)
    }
}

impl ResponseRule {
    fn of(event: &Event) -> Option<Self> {
        let (respond, Effect::Message(message)) = (event.respond.as_ref()?, &event.effect) else {
            return None;
        };
        Some(Self {
            event: event.id.clone(),
            to: message.to,
            due: respond.due,
            points: i64::from(respond.points),
        })
    }

    fn planned(event: &EventId, plan: &PlannedEvent) -> Option<Self> {
        let (respond, PlannedEffect::Message { to, .. }) = (plan.respond?, &plan.effect) else {
            return None;
        };
        let to = match to {
            PlannedRecipient::Blue => Recipient::Blue,
            PlannedRecipient::Red => Recipient::Red,
            PlannedRecipient::All => Recipient::All,
            PlannedRecipient::White => Recipient::White,
        };
        Some(Self {
            event: event.clone(),
            to,
            due: Duration::from_micros(u64::try_from(respond.due).unwrap_or_default()),
            points: i64::from(respond.points),
        })
    }
}

impl TaskRule {
    fn of(task: &Task) -> Self {
        let kind = match &task.answer {
            Answer::Flag => TaskKind::Flag,
            Answer::Text(_)
            | Answer::Number(_)
            | Answer::Pattern(_)
            | Answer::Choice(_)
            | Answer::Choices(_)
            | Answer::Order(_)
            | Answer::File(_)
            | Answer::Parts(_) => TaskKind::Text,
            Answer::Check(_) => TaskKind::Check,
            Answer::Decision(decision) => {
                let options = decision.options.iter();
                let points = options.map(|it| (it.id.to_string(), i64::from(it.points)));
                TaskKind::Decision(points.collect())
            }
            Answer::Report(report) => TaskKind::Report(ReportRule {
                due: Some(report.due),
                criteria: report
                    .rubric
                    .iter()
                    .map(|it| (it.id.to_string(), i64::from(it.points)))
                    .collect(),
            }),
        };
        Self {
            id: task.id.clone(),
            cell: task.cell,
            objective: task.objective.clone(),
            points: i64::from(task.points),
            worth: task.worth.clone(),
            ways: WayRule {
                parts: task.ways().iter().map(|way| way.part.to_owned()).collect(),
                logic: task.logic(),
                by: task.by,
            },
            kind,
            hints: task.hints.iter().map(|hint| i64::from(hint.cost)).collect(),
        }
    }
}
