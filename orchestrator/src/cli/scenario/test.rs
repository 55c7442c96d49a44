//! `scenario test`: a scenario proves itself on the real engine, with its own throwaway database.

mod record;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use self::record::{Record, Tested};
use super::{FINE, UNABLE, WRONG, folder_of, print_json, problems, reason};
use crate::{
    cli::platform::Platform,
    clock::{Clock, SystemClock, TestClock},
    config::Config,
    environments::Step,
    exercises::rehearsal::{Finding, Observer, Outcome, Rehearsal, Stage},
    locales::{self, Locale},
    random::SystemRandom,
    scenarios::{self, Bundle, Definition, LocalText, Severity},
    tasks::Tasks,
};

/// Options of `scenario test`.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 kịch bản nào cũng đạt · all hold, 1 có kịch bản chưa đạt · some do not, 2 không diễn thử được · it could not be done"
)]
pub(in crate::cli) struct Test {
    /// Thư mục kịch bản · folders of scenarios
    #[arg(required = true, value_name = "PATH")]
    folders: Vec<PathBuf>,
    /// Vẫn diễn thử dù máy chưa được cách ly, vì lý do này · hold it although labs are not isolated, for this reason
    #[arg(long, value_name = "REASON")]
    not_isolated: Option<String>,
    /// In JSON, tiến độ ra luồng lỗi · print JSON, progress on standard error
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let mut all = Vec::new();
        for folder in &self.folders {
            let tested = Box::pin(self.test(folder, config, locale)).await;
            match tested.with_context(|| folder.display().to_string()) {
                Ok(tested) => all.push(tested),
                // The others are still tried, so that a program reads what became of each.
                Err(error) if self.json => {
                    all.push(Tested::unable(folder, reason(error, locale)));
                }
                Err(error) => return Err(error),
            }
        }
        let unable = all.iter().filter(|tested| tested.is_unable()).count();
        let passed = all.iter().filter(|tested| tested.ok).count();
        let failed = all.len() - passed - unable;
        if self.json {
            print_json(&serde_json::json!({
                "scenarios": all,
                "passed": passed,
                "failed": failed,
                "unable": unable,
            }))?;
        } else {
            say(false, &format!("{passed} passed, {failed} failed"));
        }
        Ok(match (unable, failed) {
            (0, 0) => FINE,
            (0, _) => WRONG,
            _ => UNABLE,
        })
    }

    async fn test(&self, folder: &Path, config: &Config, locale: Locale) -> anyhow::Result<Tested> {
        let begun = Instant::now();
        let mut checked = scenarios::check(Bundle::open(folder_of(folder))?);
        let Some(definition) = checked.definition.take() else {
            let errors = checked.count(Severity::Error);
            let values = [("errors", errors.into())];
            let said = locales::text(locale, "rehearsal-unreadable", &values);
            say(self.json, &said);
            return Ok(Tested::wrong(folder, problems::mistakes(&checked, locale)));
        };
        let definition = Arc::new(definition);
        let mut tested = Tested::new(folder, &definition, problems::mistakes(&checked, locale));
        let bar = ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("  {spinner} {msg}")?);
        bar.enable_steady_tick(Duration::from_millis(120));
        let observer = Arc::new(Terminal {
            bar: bar.clone(),
            json: self.json,
            locale,
            record: Record::default(),
        });
        let findings = self.hold(&definition, folder, config, &observer).await?;
        tested.fill(&observer.record, &findings, &definition, locale);
        tested.seconds = begun.elapsed().as_secs_f64();
        let verdict = if findings.is_empty() {
            "rehearsal-holds"
        } else {
            "rehearsal-does-not-hold"
        };
        let values = [("findings", findings.len().into())];
        say(self.json, &locales::text(locale, verdict, &values));
        Ok(tested)
    }

    /// Holds the rehearsal, and takes everything away that it made.
    async fn hold(
        &self,
        definition: &Arc<Definition>,
        folder: &Path,
        config: &Config,
        observer: &Arc<Terminal>,
    ) -> anyhow::Result<Vec<Finding>> {
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
        let rehearsal = Rehearsal {
            exercises: platform.exercises.clone(),
            environments: platform.environments.clone(),
            database: platform.database.clone(),
            clock,
            definition: Arc::clone(definition),
            not_isolated: self.not_isolated.clone(),
            teams: 2,
            terminals: false,
            observer: Arc::<Terminal>::clone(observer),
        };
        let bar = &observer.bar;
        bar.println(format!("{} ({})", definition.scenario.id, folder.display()));
        let outcome = rehearsal.hold().await;
        bar.finish_and_clear();
        tasks.drain().await;
        platform.database.close().await;
        Ok(outcome?)
    }
}

/// Says everything on the terminal, a line a fact, with a spinner for what lasts, and keeps what JSON tells of it.
struct Terminal {
    bar: ProgressBar,
    json: bool,
    locale: Locale,
    record: Record,
}

impl Terminal {
    fn line(&self, id: &str, arguments: &[(&str, locales::Value<'_>)]) {
        self.bar
            .suspend(|| say(self.json, &locales::text(self.locale, id, arguments)));
    }
}

impl Observer for Terminal {
    fn variant(&self, title: &LocalText) {
        self.line(
            "rehearsal-variant",
            &[("title", title.get(self.locale).into())],
        );
    }

    fn stage(&self, stage: Stage) {
        self.record.begin();
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
        self.record.refused(task, answers);
        self.line(
            "rehearsal-refused",
            &[("task", task.into()), ("answers", answers.into())],
        );
    }

    fn solved(&self, step: &str, outcome: &Outcome) {
        self.record.solved(step, outcome);
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

    fn judged(&self, task: &str, before: bool, after: bool) {
        self.record.judged(task, before, after);
    }

    fn finding(&self, finding: &Finding) {
        self.bar
            .suspend(|| say(self.json, &finding.message.text(self.locale)));
    }
}

/// Text is what the command is asked for; beside JSON it is progress, and goes where progress goes.
fn say(json: bool, line: &str) {
    let _ = if json {
        writeln!(std::io::stderr().lock(), "{line}")
    } else {
        writeln!(std::io::stdout().lock(), "{line}")
    };
}
