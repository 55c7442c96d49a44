//! `scenario test`: a scenario proves itself on the real engine, with its own throwaway database; several times and
//! several at once where it is asked, so that what fails now and then is seen.

mod logs;
mod record;
mod summary;
mod terminal;

use std::{
    io::Write as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use futures_util::{StreamExt as _, stream};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use self::{
    record::{Record, Tested},
    summary::Summary,
    terminal::{Terminal, say},
};
use super::{FINE, UNABLE, WRONG, folder_of, print_json, problems, reason};
use crate::{
    cli::printed::out,
    cli::{isolation::table, platform::Platform},
    clock::{Clock, SystemClock, TestClock},
    config::Config,
    exercises::rehearsal::{Finding, Rehearsal, pass_time},
    locales::{self, Locale},
    random::SystemRandom,
    scenarios::{self, Bundle, Definition, Severity},
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
    /// Diễn thử mỗi kịch bản N lần, để lộ ra chỗ lúc được lúc không · test each scenario N times, so that what fails now and then shows
    #[arg(long, value_name = "N", default_value = "1")]
    repeat: NonZeroUsize,
    /// Diễn thử M lần cùng lúc · hold M tests at once
    #[arg(long, value_name = "M", default_value = "1")]
    jobs: NonZeroUsize,
    /// Thư mục giữ nhật ký của những lần chưa đạt; mặc định là thư mục tạm mới · folder for the logs of what failed; a new temporary one by default
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// In JSON, tiến độ ra luồng lỗi · print JSON, progress on standard error
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let bars = MultiProgress::new();
        let repeat = self.repeat.get();
        let wanted = self.folders.iter();
        let wanted = wanted.flat_map(|folder| (1..=repeat).map(move |run| (folder, run)));
        let tests = wanted.map(|(folder, run)| {
            let (test, bars) = (&self, &bars);
            async move {
                let tested = Box::pin(test.test(folder, run, bars, config, locale)).await;
                // The others are still tried, so that one reads what became of each.
                tested
                    .with_context(|| folder.display().to_string())
                    .unwrap_or_else(|error| {
                        let reason = reason(error, locale);
                        bars.suspend(|| say(true, &reason));
                        Tested::unable(folder, run, reason)
                    })
            }
        });
        let all: Vec<Tested> = stream::iter(tests)
            .buffered(self.jobs.get())
            .collect()
            .await;
        let unable = all.iter().filter(|tested| tested.is_unable()).count();
        let passed = all.iter().filter(|tested| tested.ok).count();
        let failed = all.len() - passed - unable;
        let logs = logs::keep(self.logs.as_deref(), &all).context("logs")?;
        let folders = self.folders.iter();
        let summaries: Vec<Summary> = folders.map(|path| Summary::new(path, &all)).collect();
        if self.json {
            print_json(&serde_json::json!({
                "scenarios": all,
                "summaries": summaries,
                "passed": passed,
                "failed": failed,
                "unable": unable,
                "logs": logs,
            }))?;
        } else {
            let mut out = out();
            for summary in summaries.iter().filter(|_| repeat > 1) {
                writeln!(out, "\n{}", summary.head(locale))?;
                table(&summary.rows(locale), &mut out)?;
            }
            let values = [
                ("passed", passed.into()),
                ("failed", failed.into()),
                ("unable", unable.into()),
            ];
            writeln!(out, "{}", locales::text(locale, "cli-test-total", &values))?;
        }
        if let Some(folder) = logs {
            let values = [("path", folder.display().to_string().into())];
            say(self.json, &locales::text(locale, "cli-test-logs", &values));
        }
        Ok(match (unable, failed) {
            (0, 0) => FINE,
            (0, _) => WRONG,
            _ => UNABLE,
        })
    }

    /// Tests one scenario once.
    async fn test(
        &self,
        folder: &Path,
        run: usize,
        bars: &MultiProgress,
        config: &Config,
        locale: Locale,
    ) -> anyhow::Result<Tested> {
        let begun = Instant::now();
        let mut checked = scenarios::check(Bundle::open(folder_of(folder))?);
        let Some(definition) = checked.definition.take() else {
            let errors = checked.count(Severity::Error);
            let values = [("errors", errors.into())];
            let said = locales::text(locale, "rehearsal-unreadable", &values);
            say(self.json, &said);
            let problems = problems::mistakes(&checked, locale);
            return Ok(Tested::wrong(folder, run, problems));
        };
        let definition = Arc::new(definition);
        let problems = problems::mistakes(&checked, locale);
        let mut tested = Tested::new(folder, run, &definition, problems);
        let bar = bars.add(
            ProgressBar::new_spinner()
                .with_style(ProgressStyle::with_template("  {spinner} {msg}")?),
        );
        bar.enable_steady_tick(Duration::from_millis(120));
        let observer = Arc::new(Terminal {
            bar,
            name: self.name_of(&definition, run),
            json: self.json,
            locale,
            record: Record::default(),
        });
        let held = self.hold(&definition, folder, config, &observer).await;
        observer.bar.finish_and_clear();
        let findings = match held {
            Ok(findings) => findings,
            Err(error) => {
                let reason = reason(error, locale);
                observer.say(&reason);
                return Ok(tested.given_up(&observer.record, reason));
            }
        };
        tested.seconds = begun.elapsed().as_secs_f64();
        tested.fill(&observer.record, &findings, &definition, locale);
        let verdict = if findings.is_empty() {
            "rehearsal-holds"
        } else {
            "rehearsal-does-not-hold"
        };
        let values = [("findings", findings.len().into())];
        observer.say(&locales::text(locale, verdict, &values));
        if !self.json {
            let mut rows = Vec::new();
            table(&tested.rows(locale), &mut rows)?;
            observer.say(String::from_utf8_lossy(&rows).trim_end());
        }
        Ok(tested)
    }

    /// What tells one of several tests from the others.
    fn name_of(&self, definition: &Definition, run: usize) -> String {
        let id = &definition.scenario.id;
        match (self.repeat.get(), self.folders.len()) {
            (1, 1) => String::new(),
            (1, _) => id.to_string(),
            (repeat, _) => format!("{id} {run}/{repeat}"),
        }
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
        pass_time(&clock, &tasks);
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
        observer.say(&format!(
            "{} ({})",
            definition.scenario.id,
            folder.display()
        ));
        let outcome = rehearsal.hold().await;
        tasks.drain().await;
        platform.database.close().await;
        Ok(outcome?)
    }
}
