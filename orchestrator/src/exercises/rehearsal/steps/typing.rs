//! What a step does on a machine: it types into a terminal, or asks with `curl` from there, as the terminal's user.

use super::{Run, last_lines};
use crate::{
    environments::{
        NodeRef,
        engine::{ExecOutput, ExecRequest},
    },
    exercises::{ExerciseError, rehearsal::RehearsalError},
    scenarios::{Request, Step},
};

/// The first status that says no.
const REFUSED: u16 = 400;

impl Run<'_> {
    /// Types or asks; gives what was printed where that failed.
    pub(super) async fn use_machine(
        &mut self,
        step: &Step,
    ) -> Result<Option<String>, RehearsalError> {
        let exec = if let Some(run) = &step.run {
            let text = self.fill(run)?;
            ExecRequest::new(["bash", "-lc", "cd; eval \"$1\"", "step", &text])
        } else if let Some(request) = &step.request {
            self.curl(request, step)?
        } else {
            return Ok(None);
        };
        let output = match self.execute(step, exec).await? {
            Ok(output) => output,
            Err(failed) => return Ok(Some(failed)),
        };
        let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if let Some(request) = &step.request {
            let said = String::from_utf8_lossy(&output.stderr);
            if let Some(failed) = self.unexpected(request, said.trim(), &printed)? {
                return Ok(Some(failed));
            }
        } else {
            printed.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        Ok(self.take_captures(step, &printed))
    }

    /// Runs it as the user of the machine's terminal; gives what it printed where it ended otherwise than well.
    async fn execute(
        &self,
        step: &Step,
        exec: ExecRequest,
    ) -> Result<Result<ExecOutput, String>, RehearsalError> {
        let rehearsal = self.rehearsal;
        let node = step
            .machine()
            .and_then(|id| rehearsal.definition.scenario.node(id))
            .ok_or(ExerciseError::Missing("node"))?;
        let terminal = node
            .terminal
            .as_ref()
            .ok_or(ExerciseError::Missing("terminal"))?;
        let exercises = &rehearsal.exercises;
        let environment = exercises
            .environment_of(self.exercise, self.own.team)
            .await?;
        let place = NodeRef {
            environment,
            node: node.id.clone(),
        };
        let exec = exec.user(terminal.user.clone()).timeout(step.timeout);
        Ok(match rehearsal.environments.exec(&place, exec).await {
            Ok(output) if output.code == 0 => Ok(output),
            Ok(output) => {
                let printed = format!(
                    "{}{}",
                    String::from_utf8_lossy(&output.stdout),
                    String::from_utf8_lossy(&output.stderr)
                );
                Err(format!("({})\n{}", output.code, last_lines(&printed)))
            }
            Err(error) => Err(error.to_string()),
        })
    }

    /// The command of a request. Header lines and body are printed, the status goes to standard error alone.
    fn curl(&self, request: &Request, step: &Step) -> Result<ExecRequest, RehearsalError> {
        let mut argv: Vec<String> = [
            "curl",
            "-q",
            "--silent",
            "--show-error",
            "--include",
            "--globoff",
            "--path-as-is",
            "--write-out",
            "%{stderr}%{http_code}",
            "--max-time",
        ]
        .map(str::to_owned)
        .to_vec();
        argv.push(step.timeout.as_secs().max(1).to_string());
        argv.extend(["--request".to_owned(), request.method.clone()]);
        for (name, value) in &request.headers {
            let value = self.fill(value)?;
            argv.extend(["--header".to_owned(), format!("{name}: {value}")]);
        }
        let body = match &request.body {
            Some(body) => self.fill(body)?,
            None => String::new(),
        };
        if !body.is_empty() {
            argv.extend(["--data-binary", "@-"].map(str::to_owned));
        }
        argv.extend(["--url".to_owned(), self.fill(&request.url)?]);
        Ok(ExecRequest::new(argv).stdin(body))
    }

    /// What came back, where it is not what must come back.
    fn unexpected(
        &self,
        request: &Request,
        status: &str,
        printed: &str,
    ) -> Result<Option<String>, RehearsalError> {
        let expect = &request.expect;
        let code: Option<u16> = status.parse().ok();
        let right = match expect.status {
            Some(status) => code == Some(status),
            None => code.is_some_and(|code| code < REFUSED),
        };
        let wanted = match &expect.contains {
            Some(words) => self.fill(words)?,
            None => String::new(),
        };
        if right && printed.contains(&wanted) {
            return Ok(None);
        }
        Ok(Some(format!("HTTP {status}\n{}", last_lines(printed))))
    }

    /// Takes from what was printed what later steps use; gives the pattern that found nothing.
    fn take_captures(&mut self, step: &Step, printed: &str) -> Option<String> {
        for capture in &step.capture {
            let found = regex::Regex::new(&capture.pattern)
                .ok()
                .and_then(|pattern| Some(pattern.captures(printed)?.get(1)?.as_str().to_owned()));
            let Some(found) = found else {
                return Some(format!(
                    "{}: {}\n{}",
                    capture.name,
                    capture.pattern,
                    last_lines(printed)
                ));
            };
            self.captures.insert(capture.name.clone(), found);
        }
        None
    }
}
