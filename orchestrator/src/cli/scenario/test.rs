//! `scenario test`: a scenario proves itself on the real engine, with its own throwaway database.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::platform::Platform;
use crate::{
    clock::{Clock, SystemClock, TestClock},
    config::Config,
    environments::Step,
    exercises::rehearsal::{Finding, Observer, Outcome, Rehearsal, Stage},
    locales::{self, Locale},
    random::SystemRandom,
    scenarios::{self, Bundle, Severity},
    tasks::Tasks,
};

/// Options of `scenario test`.
#[derive(Args)]
pub(super) struct Test {
    /// Thư mục kịch bản · folders of scenarios
    #[arg(required = true, value_name = "PATH")]
    folders: Vec<PathBuf>,
    /// Vẫn diễn thử dù máy chưa được cách ly, vì lý do này · hold it although labs are not isolated, for this reason
    #[arg(long, value_name = "REASON")]
    not_isolated: Option<String>,
}

impl Test {
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let (mut passed, mut failed) = (0, 0);
        for folder in &self.folders {
            if test(folder, self.not_isolated.as_ref(), config, locale)
                .await
                .with_context(|| folder.display().to_string())?
            {
                passed += 1;
            } else {
                failed += 1;
            }
        }
        say(&format!("{passed} passed, {failed} failed"));
        Ok(if failed == 0 {
            super::FINE
        } else {
            super::WRONG
        })
    }
}

async fn test(
    folder: &std::path::Path,
    not_isolated: Option<&String>,
    config: &Config,
    locale: Locale,
) -> anyhow::Result<bool> {
    let bundle = Bundle::open(folder)?;
    let checked = scenarios::check(bundle);
    let errors = checked.count(Severity::Error);
    let Some(definition) = checked.definition else {
        say(&locales::text(
            locale,
            "rehearsal-unreadable",
            &[("errors", errors.into())],
        ));
        return Ok(false);
    };
    let data = tempfile::tempdir()?;
    let url = format!("sqlite://{}", data.path().join("rehearsal.db").display());
    let clock = Arc::new(TestClock::new(SystemClock.now()));
    let tasks = Tasks::new();
    let platform = Platform::open(
        config,
        &url,
        &data.path().join("keys"),
        Arc::<TestClock>::clone(&clock),
        Arc::new(SystemRandom),
        &tasks,
    )
    .await?;
    platform.start(&tasks);
    let bar =
        ProgressBar::new_spinner().with_style(ProgressStyle::with_template("  {spinner} {msg}")?);
    bar.enable_steady_tick(Duration::from_millis(120));
    let rehearsal = Rehearsal {
        exercises: platform.exercises.clone(),
        environments: platform.environments.clone(),
        database: platform.database.clone(),
        clock,
        definition: Arc::new(definition),
        not_isolated: not_isolated.cloned(),
        teams: 2,
        terminals: false,
        observer: Arc::new(Terminal {
            bar: bar.clone(),
            locale,
        }),
    };
    bar.println(format!(
        "{} ({})",
        rehearsal.definition.scenario.id,
        folder.display()
    ));
    let outcome = rehearsal.hold().await;
    bar.finish_and_clear();
    tasks.drain().await;
    platform.database.close().await;
    let findings = outcome?;
    let verdict = if findings.is_empty() {
        "rehearsal-holds"
    } else {
        "rehearsal-does-not-hold"
    };
    say(&locales::text(
        locale,
        verdict,
        &[("findings", findings.len().into())],
    ));
    Ok(findings.is_empty())
}

/// Says everything on the terminal, a line a fact, with a spinner for what lasts.
struct Terminal {
    bar: ProgressBar,
    locale: Locale,
}

impl Terminal {
    fn line(&self, id: &str, arguments: &[(&str, locales::Value<'_>)]) {
        self.bar
            .suspend(|| say(&locales::text(self.locale, id, arguments)));
    }
}

impl Observer for Terminal {
    fn stage(&self, stage: Stage) {
        let id = match stage {
            Stage::Preparing => "rehearsal-preparing",
            Stage::Terminals | Stage::Refusing => "rehearsal-refusing",
            Stage::Solving => "rehearsal-solving",
            Stage::Removing => "rehearsal-removing",
        };
        self.bar.set_message(locales::text(self.locale, id, &[]));
        self.line(id, &[]);
    }

    fn step(&self, step: &Step) {
        let node = step
            .node
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        self.bar.set_message(format!(
            "{} {}/{} {node}",
            step.stage, step.done, step.total
        ));
    }

    fn ready(&self, _: usize, _: usize) {}

    fn refused(&self, task: &str, answers: usize) {
        self.line(
            "rehearsal-refused",
            &[("task", task.into()), ("answers", answers.into())],
        );
    }

    fn solved(&self, step: &str, outcome: &Outcome) {
        match outcome {
            Outcome::Done => self.line("rehearsal-step-done", &[("step", step.into())]),
            Outcome::Failed(output) => {
                self.line(
                    "rehearsal-step-output",
                    &[("step", step.into()), ("output", output.as_str().into())],
                );
            }
        }
    }

    fn finding(&self, finding: &Finding) {
        self.bar.suspend(|| say(&finding.message.text(self.locale)));
    }
}

#[expect(clippy::print_stdout, reason = "the result is what the command prints")]
fn say(line: &str) {
    println!("{line}");
}
