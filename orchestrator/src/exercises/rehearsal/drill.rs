//! The rehearsal of a drill: as many environments as the drill will have, all at once on the real engine, terminals under
//! load in each, the solution on one, and everything taken away again; timed throughout.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{Reason, Rehearsal, RehearsalError, Report, Run, Stage, Terminals, patiently_for};
use crate::{
    environments::{
        Environments, EnvironmentsError, Failure, NodeRef, Phase, engine::AttachRequest, host,
    },
    exercises::{ExerciseError, ExerciseState},
    ids::TeamId,
    journal::Actor,
};

/// Places that were reached which are named; the others are counted.
const NAMED: usize = 4;
/// Keys typed in each terminal.
const KEYS: usize = 20;
/// Between two keys of one terminal: somebody who types fast.
const PACE: Duration = Duration::from_millis(100);
/// How long a terminal may take to open, and a key to be shown, before it counts as broken.
const TERMINAL_PATIENCE: Duration = Duration::from_secs(30);
/// How long the engine may take for each team beyond what is waited for in any case.
const PATIENCE_PER_TEAM: Duration = Duration::from_secs(30);

impl Rehearsal {
    /// Rehearses the drill and says what was measured and found. Its environments are taken away in any case, also where
    /// it is given up.
    pub async fn rehearse(&self, stop: &CancellationToken) -> Report {
        let mut report = Report {
            teams: self.environments(),
            nodes: self.environments() * self.definition.scenario.nodes.len(),
            ready: vec![None; self.environments()],
            ..Report::default()
        };
        let before = host::memory_available();
        let mut run = match self.lay_out(None).await {
            Ok(run) => run,
            Err(error) => {
                report.reasons.push(reason(error));
                return report;
            }
        };
        let outcome = tokio::select! {
            () = stop.cancelled() => None,
            outcome = Box::pin(run.rehearse(&mut report, before)) => Some(outcome),
        };
        match outcome {
            None => report.cancelled = true,
            Some(Ok(())) => {}
            Some(Err(error)) => report.reasons.push(reason(error)),
        }
        let findings = run
            .findings
            .iter()
            .map(|found| Reason::from(&found.message));
        report.reasons.extend(findings);
        self.observer.stage(Stage::Removing);
        let began = Instant::now();
        let finished = self
            .exercises
            .finish(run.exercise, Actor::System, false)
            .await;
        let finished = match finished {
            // Nothing was prepared, and nothing is there.
            Err(ExerciseError::State(ExerciseState::Draft)) | Ok(()) => run.wait_until_gone().await,
            Err(error) => Err(error.into()),
        };
        match finished {
            Ok(()) => report.removal = Some(millis(began.elapsed())),
            Err(error) => report.reasons.push(reason(error)),
        }
        report
    }
}

impl Run<'_> {
    async fn rehearse(
        &mut self,
        report: &mut Report,
        before: Option<u64>,
    ) -> Result<(), RehearsalError> {
        let rehearsal = self.rehearsal;
        rehearsal.observer.stage(Stage::Preparing);
        let exercises = &rehearsal.exercises;
        let capacity = rehearsal
            .environments
            .capacity(&rehearsal.definition, rehearsal.environments())
            .await
            .map_err(ExerciseError::from)?;
        report.memory.needed = capacity.memory_needed;
        report.memory.available = capacity.memory_available;
        if let Some(reason) = &rehearsal.not_isolated {
            exercises
                .override_isolation(self.exercise, self.organiser, reason)
                .await?;
        }
        exercises.prepare(self.exercise, self.organiser).await?;
        if !self.wait_for_all(report).await? {
            return Ok(());
        }
        if rehearsal.terminals {
            rehearsal.observer.stage(Stage::Terminals);
            self.load_terminals(report).await?;
        }
        // What they take is read while all of them are there and used.
        report.memory.used = before
            .zip(host::memory_available())
            .map(|(before, now)| before.saturating_sub(now));
        let began = Instant::now();
        exercises.start(self.exercise, self.organiser).await?;
        Box::pin(self.solve_it()).await?;
        report.solution = Some(millis(began.elapsed()));
        Ok(())
    }

    /// Waits until every team's machines are ready or have failed; `false` where some have.
    async fn wait_for_all(&mut self, report: &mut Report) -> Result<bool, RehearsalError> {
        let rehearsal = self.rehearsal;
        let began = Instant::now();
        let patience = super::PATIENCE
            + PATIENCE_PER_TEAM * u32::try_from(rehearsal.environments()).unwrap_or(u32::MAX);
        let wait = async {
            loop {
                let mut failed = 0;
                for (team, environment) in self.statuses_by_team().await? {
                    match environment.phase {
                        Phase::Ready => {
                            report.ready[team - 1].get_or_insert(millis(began.elapsed()));
                        }
                        Phase::Failed => failed += 1,
                        _ => {}
                    }
                    if let Some(step) = environment.step {
                        rehearsal.observer.step(&step);
                    }
                }
                let ready = report.ready.iter().flatten().count();
                rehearsal.observer.ready(ready, rehearsal.environments());
                if failed > 0 && ready + failed == rehearsal.environments() {
                    return Ok(false);
                }
                if self.view().await?.exercise.state == ExerciseState::Ready {
                    return Ok(true);
                }
                self.changed().await;
            }
        };
        let all = patiently_for(patience, "environments to be ready", wait).await?;
        for (team, environment) in self.statuses_by_team().await? {
            if let (Phase::Failed, Some(failure)) = (environment.phase, environment.failure) {
                report.reasons.push(Reason::from(failure).team(team));
            }
        }
        Ok(all)
    }

    /// The teams' environments with the teams' numbers, from 1.
    async fn statuses_by_team(
        &self,
    ) -> Result<Vec<(usize, crate::environments::EnvironmentStatus)>, RehearsalError> {
        let view = self.view().await?;
        let number = |team: TeamId| {
            let place = view.teams.iter().position(|known| known.team.id == team);
            place.map(|place| place + 1)
        };
        Ok(self
            .statuses()
            .await?
            .into_iter()
            .filter_map(|status| Some((number(status.team?)?, status)))
            .collect())
    }

    /// Opens a shell in each team's machines and types in all of them at once.
    async fn load_terminals(&self, report: &mut Report) -> Result<(), RehearsalError> {
        let rehearsal = self.rehearsal;
        let scenario = &rehearsal.definition.scenario;
        let found = scenario
            .nodes
            .iter()
            .find_map(|node| Some((node.id.clone(), node.terminal.as_ref()?.user.clone())));
        let Some((node, user)) = found else {
            return Ok(());
        };
        let statuses = self.statuses_by_team().await?;
        let shells = statuses.into_iter().map(|(team, status)| {
            let place = NodeRef {
                environment: status.id,
                node: node.clone(),
            };
            let user = user.clone();
            async move {
                let typed = type_in(&rehearsal.environments, &place, user).await;
                (team, typed)
            }
        });
        let (mut terminals, mut keys) = (Terminals::default(), Vec::new());
        for (team, typed) in join_all(shells).await {
            match typed {
                Ok((opened, shown)) => {
                    terminals.opened += 1;
                    terminals.slowest = terminals.slowest.max(millis(opened));
                    keys.extend(shown);
                }
                Err(detail) => report
                    .reasons
                    .push(Reason::new("rehearse-terminal", [("detail", detail)]).team(team)),
            }
        }
        keys.sort_unstable();
        terminals.keys = keys.len();
        terminals.median = percentile(&keys, 50);
        terminals.p99 = percentile(&keys, 99);
        report.terminals = Some(terminals);
        Ok(())
    }
}

/// Opens a shell and types: until its prompt, and until each key was shown.
async fn type_in(
    environments: &Environments,
    place: &NodeRef,
    user: String,
) -> Result<(Duration, Vec<Duration>), String> {
    let began = Instant::now();
    let request = AttachRequest {
        argv: ["bash", "--norc", "--noprofile"]
            .map(str::to_owned)
            .to_vec(),
        user: Some(user),
        columns: 120,
        rows: 36,
        env: vec!["TERM=xterm-256color".to_owned()],
        workdir: None,
    };
    let mut shell = environments
        .attach(place, request)
        .await
        .map_err(|error| error.to_string())?;
    let mut buffer = [0; 4096];
    let mut shown = Vec::with_capacity(KEYS);
    let typed = timeout(TERMINAL_PATIENCE, async {
        if shell.reader.read(&mut buffer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let opened = began.elapsed();
        for _ in 0..KEYS {
            tokio::time::sleep(PACE).await;
            let pressed = Instant::now();
            shell.writer.write_all(b"x").await?;
            shell.writer.flush().await?;
            loop {
                let read = shell.reader.read(&mut buffer).await?;
                if read == 0 {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
                if buffer[..read].contains(&b'x') {
                    break;
                }
            }
            shown.push(pressed.elapsed());
        }
        // Nothing is left of it: the line is taken back and the shell told to end.
        shell.writer.write_all(b"\x15exit\n").await?;
        shell.writer.flush().await?;
        Ok::<Duration, std::io::Error>(opened)
    })
    .await;
    match typed {
        Ok(Ok(opened)) => Ok((opened, shown)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("{} s", TERMINAL_PATIENCE.as_secs())),
    }
}

fn percentile(sorted: &[Duration], hundredth: usize) -> u64 {
    let place = (sorted.len() * hundredth).div_ceil(100).saturating_sub(1);
    sorted
        .get(place)
        .map_or(0, |at| u64::try_from(at.as_micros()).unwrap_or(u64::MAX))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Why it could not be held, in words that say what to mend.
fn reason(error: RehearsalError) -> Reason {
    match error {
        RehearsalError::Environment(failure) => Reason::from(*failure),
        RehearsalError::Patience(what) => Reason::new("rehearse-patience", [("what", what)]),
        RehearsalError::Exercise(ExerciseError::Environments(error)) => why(error),
        other => Reason::new("rehearse-broken", [("detail", sources(&other))]),
    }
}

/// Why environments refuse, in words that say what to mend.
#[must_use]
pub fn why(error: EnvironmentsError) -> Reason {
    match error {
        EnvironmentsError::Engine(error) => {
            Reason::from(Failure::of(&error, crate::environments::Stage::Wanted))
        }
        EnvironmentsError::ImagesMissing(images) => Reason::new(
            "environment-images-missing",
            [("images", images.join(", "))],
        ),
        EnvironmentsError::NotIsolated(reached) => {
            // A host with a hundred labs has a hundred addresses, all alike; the health page gathers them.
            let mut named = reached[..reached.len().min(NAMED)].join(", ");
            if reached.len() > NAMED {
                named = format!("{named} … ({})", reached.len());
            }
            Reason::new("rehearse-not-isolated", [("reached", named)])
        }
        EnvironmentsError::TooLarge { needed, available } => Reason::new(
            "environment-no-memory",
            [
                ("needed", mebibytes(needed)),
                ("available", mebibytes(available)),
            ],
        ),
        other => Reason::new("rehearse-broken", [("detail", sources(&other))]),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

fn sources(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        said = format!("{said}: {below}");
        source = below.source();
    }
    said
}
