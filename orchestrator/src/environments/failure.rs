//! Why an engine did not do what was asked, and what becomes of an environment because of it.
//!
//! A failure must tell an instructor which machine, at which stage, for which reason, in their language: hence an
//! identifier and arguments, and the machine's own last lines, never only a sentence in English.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    locales::{self, Locale, Value},
    scenarios::{NodeId, Subnet},
};

use super::progress::Stage;

/// Lines of a machine's output kept with a failure.
pub const LOG_LINES: usize = 20;

/// Why an engine did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// It does not answer, or says that it cannot work now. Nothing is known of what it holds.
    #[error("the engine does not answer: {0}")]
    Away(String),
    /// It lacks an image.
    #[error("image {image} of node {node} is missing")]
    ImageMissing {
        /// Who needs it.
        node: NodeId,
        /// Its name.
        image: String,
    },
    /// A thing has the name that ours must have, and is not ours.
    #[error("{0} exists and was not made by this installation")]
    Stranger(String),
    /// The engine or its host uses the address range already.
    #[error("the address range {subnet} is in use: {detail}")]
    RangeTaken {
        /// The range.
        subnet: Subnet,
        /// The engine's words.
        detail: String,
    },
    /// A machine ended that should run.
    #[error("node {node} ended with code {code}")]
    NodeEnded {
        /// Which.
        node: NodeId,
        /// Its exit code.
        code: i64,
        /// The last lines it printed.
        log: Vec<String>,
    },
    /// A machine's health check does not pass.
    #[error("node {node} is not ready after {seconds} s")]
    NotReady {
        /// Which.
        node: NodeId,
        /// How long it was waited for.
        seconds: u64,
        /// What its health check and then the machine printed last.
        log: Vec<String>,
    },
    /// There is no such machine, or it does not run.
    #[error("there is no running node {0}")]
    NoSuchNode(NodeId),
    /// The engine has no means for what the scenario asks.
    #[error("node {node}: the engine does not offer {lack:?} {detail}")]
    NotOffered {
        /// For which machine.
        node: NodeId,
        /// What it lacks.
        lack: Lack,
        /// The scenario's words.
        detail: String,
    },
    /// The engine refused a step.
    #[error("{stage}: {detail}")]
    Refused {
        /// In which stage.
        stage: Stage,
        /// For which machine.
        node: Option<NodeId>,
        /// The engine's words.
        detail: String,
    },
    /// A command did not end in its time and was ended.
    #[error("the command took longer than {0} s")]
    TimedOut(u64),
}

/// What an engine has no means for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A machine's user given by name.
    UserName,
    /// A command run by another user than the machine's own, which is not root.
    OtherUser,
    /// A file in the root folder.
    RootFile,
    /// A name of a machine that is no plain label.
    Name,
}

impl Lack {
    /// Everything that an engine may lack.
    pub const ALL: [Self; 4] = [Self::UserName, Self::OtherUser, Self::RootFile, Self::Name];

    const fn message(self) -> &'static str {
        match self {
            Self::UserName => "environment-lacks-user-name",
            Self::OtherUser => "environment-lacks-other-user",
            Self::RootFile => "environment-lacks-root-file",
            Self::Name => "environment-lacks-name",
        }
    }
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Wait until the engine answers; counts as no attempt.
    Wait,
    /// Try again, a few times.
    Retry,
    /// Take other address ranges and try again.
    OtherRange,
    /// Only a person can mend it.
    Person,
}

impl EngineError {
    /// A file or folder of `node` has more than the `limit` of bytes that the caller allows.
    pub(super) fn more_than(limit: usize, node: &NodeId) -> Self {
        Self::Refused {
            stage: Stage::Ready,
            node: Some(node.clone()),
            detail: format!("more than {limit} bytes"),
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(&self) -> Remedy {
        match self {
            Self::Away(_) => Remedy::Wait,
            Self::RangeTaken { .. } => Remedy::OtherRange,
            Self::ImageMissing { .. } | Self::Stranger(_) | Self::NotOffered { .. } => {
                Remedy::Person
            }
            Self::NodeEnded { .. }
            | Self::NotReady { .. }
            | Self::NoSuchNode(_)
            | Self::Refused { .. }
            | Self::TimedOut(_) => Remedy::Retry,
        }
    }

    /// The machine it is about.
    #[must_use]
    pub const fn node(&self) -> Option<&NodeId> {
        match self {
            Self::ImageMissing { node, .. }
            | Self::NodeEnded { node, .. }
            | Self::NotReady { node, .. }
            | Self::NotOffered { node, .. }
            | Self::NoSuchNode(node) => Some(node),
            Self::Refused { node, .. } => node.as_ref(),
            Self::Away(_) | Self::Stranger(_) | Self::RangeTaken { .. } | Self::TimedOut(_) => None,
        }
    }
}

/// A failure as it is kept with an environment and said to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// In which stage.
    pub stage: Stage,
    /// Which machine.
    pub node: Option<NodeId>,
    /// Identifier of the message that says why.
    pub message: String,
    /// The message's arguments.
    pub arguments: BTreeMap<String, String>,
    /// The machine's last lines.
    pub log: Vec<String>,
}

impl Failure {
    /// A failure with a message of its own.
    #[must_use]
    pub fn new<const N: usize>(
        stage: Stage,
        message: &str,
        arguments: [(&str, String); N],
    ) -> Self {
        Self {
            stage,
            node: None,
            message: message.to_owned(),
            arguments: arguments
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            log: Vec::new(),
        }
    }

    /// The sentence that says why.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let arguments: Vec<(&str, Value<'_>)> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.as_str(), Value::from(value.as_str())))
            .collect();
        locales::text(locale, &self.message, &arguments)
    }

    /// What `error` means to an environment that had come to `stage`.
    #[must_use]
    pub fn of(error: &EngineError, stage: Stage) -> Self {
        let mut failure = match error {
            EngineError::Away(detail) => Self::new(
                stage,
                "environment-engine-away",
                [("detail", detail.clone())],
            ),
            EngineError::ImageMissing { node, image } => Self::new(
                stage,
                "environment-image-missing",
                [("node", node.to_string()), ("image", image.clone())],
            ),
            EngineError::Stranger(name) => {
                Self::new(stage, "environment-stranger", [("name", name.clone())])
            }
            EngineError::RangeTaken { subnet, detail } => Self::new(
                stage,
                "environment-range-taken",
                [("range", subnet.to_string()), ("detail", detail.clone())],
            ),
            EngineError::NodeEnded { node, code, .. } => Self::new(
                stage,
                "environment-node-ended",
                [("node", node.to_string()), ("code", code.to_string())],
            ),
            EngineError::NotReady { node, seconds, .. } => Self::new(
                stage,
                "environment-node-not-ready",
                [("node", node.to_string()), ("seconds", seconds.to_string())],
            ),
            EngineError::NoSuchNode(node) => Self::new(
                stage,
                "environment-no-such-node",
                [("node", node.to_string())],
            ),
            EngineError::NotOffered { node, lack, detail } => Self::new(
                Stage::Create,
                lack.message(),
                [("node", node.to_string()), ("detail", detail.clone())],
            ),
            EngineError::Refused { detail, .. } => {
                Self::new(stage, "environment-refused", [("detail", detail.clone())])
            }
            EngineError::TimedOut(seconds) => Self::new(
                stage,
                "environment-timed-out",
                [("seconds", seconds.to_string())],
            ),
        };
        failure.node = error.node().cloned();
        if let EngineError::Refused { stage, .. } = error {
            failure.stage = *stage;
        }
        if let EngineError::NodeEnded { log, .. } | EngineError::NotReady { log, .. } = error {
            failure.log.clone_from(log);
        }
        failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_can_be_said_in_both_languages() {
        let node = || NodeId::from("portal");
        let subnet = "10.71.0.0/28".parse().unwrap();
        let errors = [
            EngineError::Away("refused".to_owned()),
            EngineError::ImageMissing {
                node: node(),
                image: "x:1".to_owned(),
            },
            EngineError::Stranger("tt-x".to_owned()),
            EngineError::RangeTaken {
                subnet,
                detail: "overlaps".to_owned(),
            },
            EngineError::NodeEnded {
                node: node(),
                code: 1,
                log: Vec::new(),
            },
            EngineError::NotReady {
                node: node(),
                seconds: 9,
                log: Vec::new(),
            },
            EngineError::NoSuchNode(node()),
            EngineError::Refused {
                stage: Stage::Start,
                node: Some(node()),
                detail: "no".to_owned(),
            },
            EngineError::TimedOut(3),
            EngineError::more_than(5, &node()),
        ];
        let lacks = Lack::ALL.map(|lack| EngineError::NotOffered {
            node: node(),
            lack,
            detail: "x".to_owned(),
        });
        for locale in Locale::ALL {
            for error in errors.iter().chain(&lacks) {
                let said = Failure::of(error, Stage::Create).say(locale);
                assert!(
                    said.contains(' ') && !said.contains('{') && !said.contains("environment-"),
                    "{said}"
                );
            }
            for stage in Stage::ALL {
                assert!(locales::has(locale, &format!("environment-stage-{stage}")));
            }
        }
    }
}
