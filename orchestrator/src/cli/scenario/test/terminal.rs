//! What a rehearsal tells while it goes on: a line a fact, with a spinner for what lasts. Of several at once each line
//! says whose it is.

use std::io::Write as _;

use indicatif::ProgressBar;

use super::record::Record;
use crate::{
    cli::printed::{err, out},
    environments::Step,
    exercises::rehearsal::{Finding, Observer, Outcome, Stage},
    locales::{self, Locale},
    scenarios::LocalText,
};

/// Says everything on the terminal and keeps what the end tells of it.
pub(super) struct Terminal {
    pub(super) bar: ProgressBar,
    /// Which of several it is, such as `web-defacement 2/5`; empty for the only one.
    pub(super) name: String,
    pub(super) json: bool,
    pub(super) locale: Locale,
    pub(super) record: Record,
}

impl Terminal {
    /// Says a line and keeps it.
    pub(super) fn say(&self, line: &str) {
        self.record.line(line);
        self.bar.suspend(|| {
            if self.name.is_empty() {
                say(self.json, line);
            } else {
                say(self.json, &format!("[{}] {line}", self.name));
            }
        });
    }

    fn message(&self, id: &str, arguments: &[(&str, locales::Value<'_>)]) {
        self.say(&locales::text(self.locale, id, arguments));
    }

    fn busy(&self, with: &str) {
        self.bar.set_message(format!("{} {with}", self.name));
    }
}

impl Observer for Terminal {
    fn variant(&self, title: &LocalText) {
        let title = title.get(self.locale).into();
        self.message("rehearsal-variant", &[("title", title)]);
    }

    fn stage(&self, stage: Stage) {
        self.record.begin();
        let id = match stage {
            Stage::Preparing => "rehearsal-preparing",
            Stage::Terminals | Stage::Refusing => "rehearsal-refusing",
            Stage::Solving => "rehearsal-solving",
            Stage::Removing => "rehearsal-removing",
        };
        self.busy(&locales::text(self.locale, id, &[]));
        self.message(id, &[]);
    }

    fn step(&self, step: &Step) {
        let node = step
            .node
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        self.busy(&format!(
            "{} {}/{} {node}",
            step.stage, step.done, step.total
        ));
    }

    fn ready(&self, _: usize, _: usize) {}

    fn refused(&self, task: &str, answers: usize) {
        self.record.refused(task, answers);
        self.message(
            "rehearsal-refused",
            &[("task", task.into()), ("answers", answers.into())],
        );
    }

    fn solved(&self, step: &str, outcome: &Outcome) {
        self.record.solved(step, outcome);
        match outcome {
            Outcome::Done => self.message("rehearsal-step-done", &[("step", step.into())]),
            Outcome::Failed(output) => {
                self.message(
                    "rehearsal-step-output",
                    &[("step", step.into()), ("output", output.as_str().into())],
                );
            }
        }
    }

    fn judged(&self, task: &str, before: bool, after: bool) {
        self.record.judged(task, before, after);
    }

    fn finding(&self, finding: &Finding) {
        self.say(&finding.message.text(self.locale));
    }
}

/// Text is what the command is asked for; beside JSON it is progress, and goes where progress goes.
pub(super) fn say(json: bool, line: &str) {
    let _ = if json {
        writeln!(err(), "{line}")
    } else {
        writeln!(out(), "{line}")
    };
}
