//! An action of the timeline being run on a team's machines.
//!
//! It may run again where its end was never written, and has to bear that. An engine that could not be asked says nothing
//! about the action: it is not booked as failed.

use std::time::Duration;

use tracing::warn;

use super::super::Exercises;
use crate::{
    environments::{EngineError, NodeRef, engine::ExecRequest},
    ids::{EnvironmentId, TeamId},
    journal::{Actor, Draft as Row, Event},
    scenarios::Action,
};

/// How long an action may run.
const ACTION_TIMEOUT: Duration = Duration::from_mins(5);
/// Wait before an action is tried again that failed or that the engine could not run.
const ACTION_RETRY: Duration = Duration::from_millis(if cfg!(test) { 20 } else { 5000 });
/// How often an action may fail before it is given up and the white cell is told.
const ACTION_TRIES: u32 = 3;
/// Exit code under which an action is booked that could not run in its node at all.
const NOT_RUN: i64 = -1;

/// An action of the timeline about to run on one copy of a team's environment.
pub(super) struct ActionRun {
    pub(super) exercises: Exercises,
    pub(super) environment: EnvironmentId,
    pub(super) resets: u32,
    pub(super) action: Action,
    pub(super) team: TeamId,
    pub(super) event: String,
    pub(super) attempt: u32,
}

impl ActionRun {
    /// Runs it, again where it fails; nothing where the engine could not be asked, which says nothing about the action.
    pub(super) async fn run(self) -> Option<Row> {
        let mut code = NOT_RUN;
        for _ in 0..ACTION_TRIES {
            code = self.once().await?;
            if code == 0 {
                break;
            }
            tokio::time::sleep(ACTION_RETRY).await;
        }
        let (team, event, resets) = (self.team, self.event, self.resets);
        let key = format!("action-finished:{team}:{event}:{resets}:{}", self.attempt);
        let finished = Event::ActionFinished {
            event,
            code,
            resets: Some(resets),
        };
        Some(Row::new(Actor::System, finished).team(team).once(key))
    }

    async fn once(&self) -> Option<i64> {
        let node = NodeRef {
            environment: self.environment,
            node: self.action.node.clone(),
        };
        let mut request = ExecRequest::new(self.action.run.iter().cloned()).timeout(ACTION_TIMEOUT);
        request.user = Some(self.action.user.clone().unwrap_or_else(|| "0".to_owned()));
        let (team, event) = (self.team, &self.event);
        match self.exercises.environments.exec(&node, request).await {
            Ok(output) => {
                if output.code != 0 {
                    let said = String::from_utf8_lossy(&output.stderr);
                    warn!(%team, event, code = output.code, said = %said.trim(), "an action of the timeline failed");
                }
                Some(output.code)
            }
            Err(failure @ (EngineError::NoSuchNode(_) | EngineError::TimedOut(_))) => {
                warn!(%team, event, error = %failure, "an action of the timeline failed");
                Some(NOT_RUN)
            }
            Err(failure) => {
                warn!(%team, event, error = %failure, "an action of the timeline could not run; it is tried again");
                tokio::time::sleep(ACTION_RETRY).await;
                None
            }
        }
    }
}
