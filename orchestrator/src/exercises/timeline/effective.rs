//! The timeline of one exercise: the scenario's, with what the white cell set for this exercise in its place.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tracing::error;

use crate::{
    clock::micros,
    journal::{
        self, PlannedEffect, PlannedEvent, PlannedRecipient, PlannedResponse, PlannedTrigger,
    },
    scenarios::{
        Action, Channel, Effect, Event, Inject, LocalText, Recipient, Response, Scenario, Trigger,
    },
    scoring::Planned,
    store::{self, Connection, StoreError},
};

/// The words of an event: what the journal keeps apart from its row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Words {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expected: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<LocalText>,
}

impl Words {
    /// The words of an event.
    pub(super) fn of(event: &Event) -> Self {
        let message = match &event.effect {
            Effect::Message(message) => Some(message),
            Effect::Action(_) => None,
        };
        Self {
            title: event.title.clone(),
            from: message.map(|it| it.from.clone()),
            subject: message.and_then(|it| it.subject.clone()),
            text: message.map(|it| it.text.clone()),
            expected: event.expected.clone(),
            notes: event.notes.clone(),
        }
    }
}

/// The scenario's timeline with what was `planned` for the exercise in its place, new events behind it.
///
/// # Errors
/// What the database refuses.
pub(in crate::exercises) async fn effective(
    connection: &mut Connection,
    scenario: &Scenario,
    planned: &[Planned],
) -> Result<Vec<Event>, StoreError> {
    let mut timeline = scenario.timeline.clone();
    for planned in planned {
        let words = store::journal::text(connection, planned.words.id).await?;
        let words = words.map(|words| serde_json::from_str(&words));
        let words: Words = match words {
            Some(Ok(words)) => words,
            Some(Err(failure)) => {
                error!(event = %planned.id, error = ?failure, "the words of an event cannot be read");
                Words::default()
            }
            // Erased: what it did and what it brought is still told.
            None => Words::default(),
        };
        let event = event(planned, words);
        match timeline.iter_mut().find(|known| known.id == event.id) {
            Some(known) => *known = event,
            None => timeline.push(event),
        }
    }
    Ok(timeline)
}

fn event(planned: &Planned, words: Words) -> Event {
    let plan = &planned.plan;
    Event {
        id: planned.id.clone(),
        title: words.title,
        trigger: match &plan.trigger {
            PlannedTrigger::At(at) => Trigger::At(time(*at)),
            PlannedTrigger::Solved(task) => Trigger::Solved(task.as_str().into()),
            PlannedTrigger::Decided { task, option } => Trigger::Decided {
                task: task.as_str().into(),
                option: option.as_str().into(),
            },
            PlannedTrigger::CheckFailed(service) => Trigger::CheckFailed(service.as_str().into()),
            PlannedTrigger::Responded(of) => Trigger::Responded(of.as_str().into()),
            PlannedTrigger::Unanswered(of) => Trigger::Unanswered(of.as_str().into()),
            PlannedTrigger::Manual => Trigger::Manual,
        },
        effect: match &plan.effect {
            PlannedEffect::Message { to, channel } => Effect::Message(Inject {
                to: match to {
                    PlannedRecipient::Blue => Recipient::Blue,
                    PlannedRecipient::Red => Recipient::Red,
                    PlannedRecipient::All => Recipient::All,
                    PlannedRecipient::White => Recipient::White,
                },
                channel: match channel {
                    journal::Channel::Mail => Channel::Mail,
                    journal::Channel::Phone => Channel::Phone,
                    journal::Channel::News => Channel::News,
                    journal::Channel::Chat => Channel::Chat,
                    journal::Channel::Document => Channel::Document,
                },
                from: words.from.unwrap_or_default(),
                subject: words.subject,
                text: words.text.unwrap_or_default(),
            }),
            PlannedEffect::Action { node, run, user } => Effect::Action(Action {
                node: node.as_str().into(),
                run: run.clone(),
                user: user.clone(),
            }),
        },
        respond: plan.respond.map(|respond| Response {
            due: time(respond.due),
            points: respond.points,
        }),
        expected: words.expected,
        notes: words.notes,
        hold: plan.hold,
    }
}

fn time(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

/// What the journal's row says of an event that was set.
pub(super) fn planned(event: &Event) -> PlannedEvent {
    PlannedEvent {
        trigger: match &event.trigger {
            Trigger::At(at) => PlannedTrigger::At(micros(*at)),
            Trigger::Solved(task) => PlannedTrigger::Solved(task.to_string()),
            Trigger::Decided { task, option } => PlannedTrigger::Decided {
                task: task.to_string(),
                option: option.to_string(),
            },
            Trigger::CheckFailed(service) => PlannedTrigger::CheckFailed(service.to_string()),
            Trigger::Responded(of) => PlannedTrigger::Responded(of.to_string()),
            Trigger::Unanswered(of) => PlannedTrigger::Unanswered(of.to_string()),
            Trigger::Manual => PlannedTrigger::Manual,
        },
        effect: match &event.effect {
            Effect::Message(message) => PlannedEffect::Message {
                to: match message.to {
                    Recipient::Blue => PlannedRecipient::Blue,
                    Recipient::Red => PlannedRecipient::Red,
                    Recipient::All => PlannedRecipient::All,
                    Recipient::White => PlannedRecipient::White,
                },
                channel: match message.channel {
                    Channel::Mail => journal::Channel::Mail,
                    Channel::Phone => journal::Channel::Phone,
                    Channel::News => journal::Channel::News,
                    Channel::Chat => journal::Channel::Chat,
                    Channel::Document => journal::Channel::Document,
                },
            },
            Effect::Action(action) => PlannedEffect::Action {
                node: action.node.to_string(),
                run: action.run.clone(),
                user: action.user.clone(),
            },
        },
        respond: event.respond.as_ref().map(|respond| PlannedResponse {
            due: micros(respond.due),
            points: respond.points,
        }),
        hold: event.hold,
    }
}
