//! Asking machines whether they are well.
//!
//! While an environment is coming up the platform asks by itself, at short intervals: an engine would first ask after a
//! whole one. Afterwards the engine goes on at a slow pace, because a quick check in each of a hundred machines for the
//! length of a drill would eat the processor that the machines need.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use crate::{
    environments::{
        engine::{ExecRequest, NodeRef},
        failure::EngineError,
    },
    scenarios::{EnvironmentPlan, Healthcheck, NodeId, PlannedNode},
};

use super::Machines;

/// The shortest interval at which an engine itself asks.
pub(in crate::environments) const SLOW: Duration = Duration::from_secs(30);
/// The first pause between two questions of our own; it grows to the second, and is never shorter than what the last
/// answer took so many times: a machine that is slow because many start at once is not asked more often for it.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
const REST: u32 = 2;
/// Given to a check beyond what it asks for itself: many machines start at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the machines of an environment have answered so far.
#[derive(Default)]
pub(super) struct Answers(BTreeMap<NodeId, Asked>);

struct Asked {
    check: Option<Healthcheck>,
    since: Instant,
    next: Instant,
    pause: Duration,
    well: bool,
    said: Vec<u8>,
}

impl Answers {
    /// Asks those of `running` whose time has come.
    pub async fn ask(
        &mut self,
        machines: &dyn Machines,
        plan: &EnvironmentPlan,
        running: &[&PlannedNode],
        now: Instant,
    ) -> Result<(), EngineError> {
        for node in running {
            if !self.0.contains_key(&node.id) {
                let check = machines.check_of(node).await?;
                let well = check.is_none();
                let asked = Asked {
                    check,
                    since: now,
                    next: now,
                    pause: FIRST_PAUSE,
                    well,
                    said: Vec::new(),
                };
                self.0.insert(node.id.clone(), asked);
            }
        }
        let due = self.0.iter_mut().filter(|(id, asked)| {
            !asked.well && asked.next <= now && running.iter().any(|node| node.id == **id)
        });
        let answers = join_all(due.map(async |(id, asked)| {
            let node = NodeRef {
                environment: plan.environment,
                node: id.clone(),
            };
            let Some(request) = asked.check.as_ref().and_then(request) else {
                return Ok(());
            };
            let began = Instant::now();
            let answer = machines.run(&node, request).await;
            asked.next = Instant::now() + asked.pause.max(began.elapsed() * REST);
            asked.pause = (asked.pause * 5 / 4).min(LONGEST_PAUSE);
            match answer {
                Ok(output) => {
                    asked.well = output.code == 0;
                    asked.said = [output.stdout, output.stderr].concat();
                    Ok(())
                }
                // It ended, or cannot run the command yet: the next look at the states tells more.
                Err(
                    EngineError::TimedOut(_)
                    | EngineError::NoSuchNode(_)
                    | EngineError::Refused { .. },
                ) => Ok(()),
                Err(error) => Err(error),
            }
        }));
        answers.await.into_iter().collect()
    }

    /// How long until the next question may be asked.
    pub fn until_due(&self, now: Instant) -> Duration {
        self.0
            .values()
            .filter(|asked| !asked.well)
            .map(|asked| asked.next.saturating_duration_since(now))
            .min()
            .unwrap_or(LONGEST_PAUSE)
    }

    /// Whether `node` has said that it is well, or has nothing to say.
    pub fn is_well(&self, node: &NodeId) -> bool {
        self.0.get(node).is_some_and(|asked| asked.well)
    }

    /// How long `node` has been asked in vain, where that is longer than its check allows, and what it said last.
    pub fn given_up(&self, node: &NodeId, now: Instant) -> Option<(Duration, String)> {
        let asked = self.0.get(node).filter(|asked| !asked.well)?;
        let waited = now.duration_since(asked.since);
        let allowed = asked.check.as_ref().map(allowed).unwrap_or_default();
        (waited > allowed).then(|| (waited, String::from_utf8_lossy(&asked.said).into_owned()))
    }
}

/// Program and arguments of a check; `None` where there is nothing to ask.
pub(in crate::environments) fn command(check: &Healthcheck) -> Option<Vec<String>> {
    let (kind, rest) = check.test.split_first()?;
    match kind.as_str() {
        "CMD" if !rest.is_empty() => Some(rest.to_vec()),
        "CMD-SHELL" => Some(
            ["/bin/sh", "-c"]
                .into_iter()
                .map(str::to_owned)
                .chain(rest.iter().cloned())
                .collect(),
        ),
        _ => None,
    }
}

fn request(check: &Healthcheck) -> Option<ExecRequest> {
    let mut request = ExecRequest::new(command(check)?).timeout(check.timeout.max(LONGEST_PAUSE));
    request.output_limit = 4096;
    Some(request)
}

/// How long a machine may take to become well: what its check says, and some more.
fn allowed(check: &Healthcheck) -> Duration {
    let tries = u32::try_from(check.retries.max(1)).unwrap_or(1);
    check.start_period + (check.interval + check.timeout) * tries + PATIENCE
}
