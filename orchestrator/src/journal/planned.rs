//! An event of an exercise's timeline as the white cell set it: what a journal must keep to say, ten years later, what
//! was planned and what it was worth. Its words stand apart, where they can be erased.

use serde::{Deserialize, Serialize};

use super::Channel;

/// When it happens, what it does and what it brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEvent {
    /// When it happens.
    pub trigger: PlannedTrigger,
    /// What it does.
    pub effect: PlannedEffect,
    /// What the team shall do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<PlannedResponse>,
    /// Whether it waits for the white cell although its time has come.
    pub hold: bool,
}

/// When an event happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedTrigger {
    /// At this exercise time, in microseconds.
    At(i64),
    /// When the team has solved a task.
    Solved(String),
    /// When the team has decided so.
    Decided {
        /// The task that asks for the decision.
        task: String,
        /// The option.
        option: String,
    },
    /// When a service of the team fails.
    CheckFailed(String),
    /// When the team has answered a message.
    Responded(String),
    /// When the team has not answered a message in time.
    Unanswered(String),
    /// When the white cell says so.
    Manual,
}

/// What an event does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedEffect {
    /// Somebody writes or calls.
    Message {
        /// Who gets it.
        to: PlannedRecipient,
        /// What it looks like.
        channel: Channel,
    },
    /// A machine runs a command.
    Action {
        /// The machine.
        node: String,
        /// The command and its arguments.
        run: Vec<String>,
        /// Who runs it; root when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
    },
}

/// Who gets a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedRecipient {
    /// The teams that defend.
    Blue,
    /// The teams that attack.
    Red,
    /// All teams.
    All,
    /// Those who hold the exercise.
    White,
}

/// What a team shall do about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedResponse {
    /// How long after the message, in microseconds.
    pub due: i64,
    /// What it brings in time.
    pub points: u32,
}
