//! Asking machines whether they are well.
//!
//! While an environment is coming up the platform asks by itself, at short intervals: the engine would first ask after
//! a whole one. Afterwards the engine goes on at a slow pace, because a quick check in each of a hundred machines for
//! the length of a drill would eat the processor that the machines need.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bollard::{Docker, models::HealthConfig};
use futures_util::future::join_all;

use crate::{
    environments::{
        engine::{ExecRequest, NodeRef},
        failure::EngineError,
        progress::Stage,
    },
    scenarios::{EnvironmentPlan, Healthcheck, NodeId, PlannedNode},
};

use super::{
    connection::{refused, status},
    exec,
};

/// The shortest interval at which the engine asks.
const SLOW: Duration = Duration::from_secs(30);
/// The first pause between two questions of our own; it grows to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// What an engine takes where an image names no times.
const USUAL_INTERVAL: Duration = Duration::from_secs(30);
const USUAL_RETRIES: i64 = 3;
/// Given to a check beyond what it asks for itself: many machines start at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// The health check of `node`: the scenario's, else the image's, else none.
pub(super) async fn of(
    docker: &Docker,
    node: &PlannedNode,
) -> Result<Option<Healthcheck>, EngineError> {
    let check = match &node.healthcheck {
        Some(check) => Some(check.clone()),
        None => match docker.inspect_image(&node.image).await {
            Ok(image) => image
                .config
                .and_then(|config| config.healthcheck)
                .map(from_image),
            Err(error) if status(&error) == Some(404) => None,
            Err(error) => return Err(refused(error, Stage::Create, Some(&node.id))),
        },
    };
    Ok(check.filter(|check| command(check).is_some()))
}

/// What the engine is told: the same check at a slow pace, or expressly none.
pub(super) fn for_engine(check: Option<&Healthcheck>) -> HealthConfig {
    let nanoseconds = |time: Duration| i64::try_from(time.as_nanos()).ok();
    match check {
        None => HealthConfig {
            test: Some(vec!["NONE".to_owned()]),
            ..HealthConfig::default()
        },
        Some(check) => HealthConfig {
            test: Some(check.test.clone()),
            interval: nanoseconds(check.interval.max(SLOW)),
            timeout: nanoseconds(check.timeout),
            retries: Some(check.retries),
            start_period: nanoseconds(check.start_period),
            start_interval: None,
        },
    }
}

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
        docker: &Docker,
        plan: &EnvironmentPlan,
        running: &[&PlannedNode],
        now: Instant,
    ) -> Result<(), EngineError> {
        for node in running {
            if !self.0.contains_key(&node.id) {
                let check = of(docker, node).await?;
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
            let Some(request) = asked.check.as_ref().and_then(command) else {
                return Ok(());
            };
            asked.pause = (asked.pause * 3 / 2).min(LONGEST_PAUSE);
            asked.next = now + asked.pause;
            match exec::run(docker, &node, request).await {
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

/// How long a machine may take to become well: what its check says, and some more.
fn allowed(check: &Healthcheck) -> Duration {
    let tries = u32::try_from(check.retries.max(1)).unwrap_or(1);
    check.start_period + (check.interval + check.timeout) * tries + PATIENCE
}

/// The command that asks; `None` where there is nothing to ask.
fn command(check: &Healthcheck) -> Option<ExecRequest> {
    let (kind, rest) = check.test.split_first()?;
    let argv = match kind.as_str() {
        "CMD" if !rest.is_empty() => rest.to_vec(),
        "CMD-SHELL" => ["/bin/sh", "-c"]
            .into_iter()
            .map(str::to_owned)
            .chain(rest.iter().cloned())
            .collect(),
        _ => return None,
    };
    let mut request = ExecRequest::new(argv).timeout(check.timeout.max(LONGEST_PAUSE));
    request.output_limit = 4096;
    Some(request)
}

fn from_image(config: HealthConfig) -> Healthcheck {
    let time = |nanoseconds: Option<i64>| {
        nanoseconds
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| *n > 0)
            .map(Duration::from_nanos)
    };
    Healthcheck {
        test: config.test.unwrap_or_default(),
        interval: time(config.interval).unwrap_or(USUAL_INTERVAL),
        timeout: time(config.timeout).unwrap_or(USUAL_INTERVAL),
        retries: config
            .retries
            .filter(|count| *count > 0)
            .unwrap_or(USUAL_RETRIES),
        start_period: time(config.start_period).unwrap_or_default(),
    }
}
