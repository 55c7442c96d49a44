//! Running a check: the platform's own script in a node, a command in a node, or a request as a client would make it.
//!
//! The three outcomes are kept apart: a check that could not run says nothing about the team.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Mutex as AsyncMutex, Semaphore};

use super::{
    ExerciseError, Exercises, OPEN,
    answers::{find_task, running, unlocked},
};
use crate::{
    environments::{EngineError, Environments, NodeRef, engine::ExecRequest},
    ids::{EnvironmentId, ExerciseId, TeamId},
    journal::{Actor, CheckState, Draft as Row, Event, Subject},
    recent::Recent,
    scenarios::{Answer, CheckPlace, Definition, NodeId, Service, StateCheck},
    store,
};

/// How long a check may take; a slower answer counts as none.
const CHECK_TIMEOUT: Duration = Duration::from_secs(15);
/// What a client waits for an answer.
const CLIENT_TIMEOUT_SECONDS: &str = "8";
/// Bytes of a page that are searched for the words that it must hold.
const PAGE_LIMIT: &str = "262144";
/// The platform's shell in every node.
const PLATFORM_SHELL: &str = "/opt/thaotruong/busybox";
/// Exit code by which a check says "not yet".
const NOT_YET: i64 = 1;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOutcome {
    /// Its state.
    pub state: CheckState,
    /// What it printed last, for the white cell.
    pub detail: String,
}

/// Runs the check of a task.
pub(super) async fn run_state_check(
    environments: &Environments,
    definition: &Definition,
    environment: EnvironmentId,
    check: &StateCheck,
) -> CheckOutcome {
    let (node, request) = match &check.place {
        CheckPlace::Platform { node, script, args } => {
            let Some(file) = definition.bundle.file(script) else {
                return CheckOutcome {
                    state: CheckState::Error,
                    detail: format!("{script}: no such file"),
                };
            };
            let argv = [PLATFORM_SHELL, "sh", "-s", "--"]
                .into_iter()
                .map(str::to_owned);
            let request =
                ExecRequest::new(argv.chain(args.iter().cloned())).stdin(file.bytes.clone());
            (node, request)
        }
        CheckPlace::Node { node, run } => (node, ExecRequest::new(run.iter().cloned())),
    };
    execute(
        environments,
        environment,
        node,
        request.user("0").timeout(CHECK_TIMEOUT),
    )
    .await
}

/// Asks a service as a client does.
pub(super) async fn run_service_check(
    environments: &Environments,
    environment: EnvironmentId,
    service: &Service,
) -> CheckOutcome {
    let http = &service.http;
    let url = format!("http://{}:{}{}", http.node, http.port, http.path);
    // The words are searched by the node's own shell, so that a page of any size crosses no border. The shell bounds the
    // file, since curl does not where a server leaves the length open.
    let script = "ulimit -f 512; page=/tmp/.tt-page.$$; trap 'rm -f $page' EXIT; \
                  code=$(curl -s -o $page --max-filesize \"$4\" -m \"$2\" -w '%{http_code}' \"$1\") || exit 1; \
                  [ \"$code\" = \"$3\" ] || { echo \"$code\"; exit 1; }; \
                  [ -z \"$5\" ] || grep -qF -- \"$5\" $page";
    let request = ExecRequest::new([
        "sh",
        "-c",
        script,
        "check",
        &url,
        CLIENT_TIMEOUT_SECONDS,
        &http.expect.to_string(),
        PAGE_LIMIT,
        http.contains.as_deref().unwrap_or_default(),
    ]);
    execute(
        environments,
        environment,
        &service.from,
        request.user("0").timeout(CHECK_TIMEOUT),
    )
    .await
}

async fn execute(
    environments: &Environments,
    environment: EnvironmentId,
    node: &NodeId,
    request: ExecRequest,
) -> CheckOutcome {
    let node = NodeRef {
        environment,
        node: node.clone(),
    };
    match environments.exec(&node, request).await {
        Ok(output) => {
            let text = String::from_utf8_lossy(if output.stderr.is_empty() {
                &output.stdout
            } else {
                &output.stderr
            });
            let state = match output.code {
                0 => CheckState::Passing,
                NOT_YET => CheckState::Failing,
                _ => CheckState::Error,
            };
            CheckOutcome {
                state,
                detail: text.trim().chars().take(400).collect(),
            }
        }
        Err(error) => {
            let state = match error {
                // A node that a team stopped, or that does not answer, is the team's to mend.
                EngineError::NoSuchNode(_) | EngineError::TimedOut(_) => CheckState::Failing,
                _ => CheckState::Error,
            };
            CheckOutcome {
                state,
                detail: error.to_string(),
            }
        }
    }
}

/// An outcome that is younger than this is the answer to whoever asks again.
const FRESH: Duration = Duration::from_secs(2);
/// Checks of one exercise that run at once, asked for or by themselves.
const PARALLEL: usize = 8;
/// Exercises and checks that are remembered.
const REMEMBERED: (usize, usize) = (64, 4096);

type Last = Arc<AsyncMutex<Option<(Instant, CheckOutcome)>>>;

/// What bounds checks: places by exercise, and the last outcome of each that somebody asked for.
#[derive(Clone, Debug)]
pub(super) struct Checks {
    places: Arc<Mutex<Recent<ExerciseId, Places>>>,
    asked: Arc<Mutex<Recent<(TeamId, String), Last>>>,
}

#[derive(Clone, Debug)]
struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PARALLEL)))
    }
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            places: Arc::new(Mutex::new(Recent::new(REMEMBERED.0))),
            asked: Arc::new(Mutex::new(Recent::new(REMEMBERED.1))),
        }
    }
}

impl Checks {
    /// The places of an exercise.
    pub(super) fn places(&self, exercise: ExerciseId) -> Arc<Semaphore> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&places.entry(exercise).0)
    }

    fn last(&self, team: TeamId, task: &str) -> Last {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(asked.entry((team, task.to_owned())))
    }
}

/// Which copies the environments of an exercise were at a moment, and what they had lost.
#[derive(Clone, Debug)]
pub(in crate::exercises) struct Losses {
    exercise: ExerciseId,
    of: HashMap<EnvironmentId, (i64, i64, i64)>,
}

impl Losses {
    /// Which copy an environment was and how many machines it had lost, where the journal told of each.
    pub(in crate::exercises) fn told(&self, environment: EnvironmentId) -> Option<(i64, i64)> {
        let (copy, lost, untold) = self.of.get(&environment).copied()?;
        (untold == 0).then_some((copy, lost))
    }
}

impl Exercises {
    /// What the environments of an exercise have lost so far. Read before the journal: what is decided by that is then
    /// decided of the same machines.
    pub(in crate::exercises) async fn losses(
        &self,
        id: ExerciseId,
    ) -> Result<Losses, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let of = store::environments::losses(&mut connection, id).await?;
        Ok(Losses { exercise: id, of })
    }

    /// The outcome of a check that was decided on after `known` was read, unless the team was given fresh machines or lost
    /// one since, or the journal did not tell of one yet: then it is an outcome of what nobody worked on.
    pub(in crate::exercises) async fn of_same_machines(
        &self,
        known: &Losses,
        environment: EnvironmentId,
        check: impl Future<Output = CheckOutcome>,
    ) -> Option<CheckOutcome> {
        let before = known.told(environment)?;
        let outcome = check.await;
        let now = self.losses(known.exercise).await.ok()?;
        (now.told(environment)? == before).then_some(outcome)
    }

    /// Runs the check of a task at once and keeps a change of its state. Who asks while it runs, or right after, is given
    /// the same outcome.
    ///
    /// # Errors
    /// An exercise that does not run, no such check, or one of a task that is locked.
    pub async fn check_now(
        &self,
        id: ExerciseId,
        team: TeamId,
        task: &str,
    ) -> Result<CheckOutcome, ExerciseError> {
        let known = self.losses(id).await?;
        let view = self.view(id).await?;
        running(&view, self.clock.now())?;
        let rule = find_task(&view, team, task)?;
        let Answer::Check(check) = &rule.answer else {
            return Err(ExerciseError::Missing("check"));
        };
        let score = view.score(team);
        unlocked(&score, rule)?;
        if check
            .after
            .as_ref()
            .is_some_and(|event| !view.has_happened(team, event))
        {
            return Ok(CheckOutcome {
                state: CheckState::Failing,
                detail: String::new(),
            });
        }
        let last = self.checks.last(team, task);
        let mut last = last.lock().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < FRESH
        {
            return Ok(outcome.clone());
        }
        let _place = self.checks.places(id).acquire_owned().await;
        let environment = self.environment_of(id, team).await?;
        let check = run_state_check(&self.environments, &view.definition, environment, check);
        let Some(outcome) = self.of_same_machines(&known, environment, check).await else {
            return Ok(CheckOutcome {
                state: CheckState::Failing,
                detail: String::new(),
            });
        };
        let before = score.tasks.get(task).and_then(|state| state.check);
        if before != Some(outcome.state) {
            let event = Event::CheckChanged {
                subject: Subject::Task(task.to_owned()),
                state: outcome.state,
            };
            let row = Row::new(Actor::System, event).team(team).during(OPEN);
            self.append_if_open(id, row).await?;
        }
        *last = Some((Instant::now(), outcome.clone()));
        Ok(outcome)
    }
}
