//! Waiting for what the range brings about: in the machine's time, since exercise time only jumps.

use std::time::Duration;

use super::Run;
use crate::{
    exercises::rehearsal::RehearsalError,
    journal::CheckState,
    scenarios::{Awaited, TaskId, Wait},
    scoring::ServiceState,
};

/// How long a check may stay failing after the step that mends it: services reload, caches expire.
const CHECK_PATIENCE: Duration = Duration::from_mins(1);

impl Run<'_> {
    /// Waits until a check passes, as long as it may take a service to come back; gives what it said last where it
    /// does not.
    pub(super) async fn expect(&self, task: &TaskId) -> Result<Option<String>, RehearsalError> {
        let until = Some(Awaited::Check(task.clone()));
        let at_most = CHECK_PATIENCE;
        self.wait(&Wait { until, at_most }).await
    }

    /// Waits for what a step waits for; gives what is missing where it does not come in time.
    pub(super) async fn wait(&self, wait: &Wait) -> Result<Option<String>, RehearsalError> {
        let Some(until) = &wait.until else {
            return Ok(None);
        };
        let coming = async {
            while !self.has_come(until).await? {
                self.changed().await;
            }
            Ok(None)
        };
        match tokio::time::timeout(wait.at_most, coming).await {
            Ok(come) => come,
            Err(_) => Ok(Some(self.missing(until, wait.at_most).await?)),
        }
    }

    async fn has_come(&self, until: &Awaited) -> Result<bool, RehearsalError> {
        Ok(match until {
            Awaited::Check(task) => self.look(task).await?.0 == CheckState::Passing,
            Awaited::Solved(task) => {
                let team = self.side_of(task.as_str())?.0;
                let score = self.view().await?.score(team);
                let state = score.tasks.get(task.as_str());
                state.is_some_and(|state| state.solved.is_some())
            }
            Awaited::Event(event) => {
                let view = self.view().await?;
                self.sides().any(|side| {
                    let score = view.score(side.team);
                    let action = score.actions.get(event.as_str());
                    score.delivered.contains_key(event.as_str())
                        && action.is_none_or(|action| action.code.is_some())
                })
            }
            Awaited::Service(service) => {
                let score = self.view().await?.score(self.own.team);
                let state = score.services.get(service.as_str());
                state.and_then(ServiceState::state) == Some(CheckState::Passing)
            }
        })
    }

    /// Looks at a task's check now: its state, and what it says.
    async fn look(&self, task: &TaskId) -> Result<(CheckState, String), RehearsalError> {
        let team = self.side_of(task.as_str())?.0;
        let exercises = &self.rehearsal.exercises;
        let found = exercises
            .check_now(self.exercise, team, task.as_str())
            .await?;
        Ok((found.state, found.detail))
    }

    async fn missing(&self, until: &Awaited, waited: Duration) -> Result<String, RehearsalError> {
        let (kind, name) = until.named();
        let said = match until {
            Awaited::Check(task) => self.look(task).await?.1,
            _ => String::new(),
        };
        let waited = waited.as_secs();
        Ok(format!("{kind} {name} ({waited} s)\n{said}")
            .trim_end()
            .to_owned())
    }
}
