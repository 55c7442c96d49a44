//! `exercise rehearse`: a drill is rehearsed at its full size before people come, and the answer is go or no-go.

use std::{io::Write as _, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::{platform, serve};
use crate::{
    clock::SystemClock,
    config::Config,
    environments::Step,
    exercises::rehearsal::{Finding, Observer, Outcome, Rehearsals, Report, Stage, Wish},
    ids::RehearsalId,
    locales::{self, Locale, Value, text},
    random::SystemRandom,
    scenarios::{self, Bundle},
    tasks::Tasks,
};

/// Options of `exercise rehearse`.
#[derive(Args)]
pub(super) struct Rehearse {
    /// Kịch bản: tên hoặc thư mục · the scenario: its name or folder
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Số đội · how many teams
    #[arg(long, value_parser = clap::value_parser!(u16).range(2..=200))]
    teams: u16,
    /// Vẫn diễn thử dù máy chưa được cách ly, vì lý do này · hold it although labs are not isolated, for this reason
    #[arg(long, value_name = "REASON")]
    not_isolated: Option<String>,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

impl Rehearse {
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let known = config.scenarios.join(&self.scenario);
        let folder = if known.is_dir() {
            known
        } else {
            self.scenario.clone()
        };
        let bundle = Bundle::open(&folder).with_context(|| folder.display().to_string())?;
        let checked = scenarios::check(bundle);
        let Some(definition) = checked.definition else {
            let errors = checked.problems.len();
            anyhow::bail!(text(
                locale,
                "rehearsal-unreadable",
                &[("errors", errors.into())]
            ));
        };
        std::fs::create_dir_all(&config.data).with_context(|| config.data.display().to_string())?;
        let tasks = Tasks::new();
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let (url, keys) = (config.database_url(), config.data.join("keys"));
        let alone = serve::lock(&config.data).ok();
        let opened = if alone.is_some() {
            platform::Platform::open(config, &url, &keys, clock, random, &tasks).await
        } else {
            platform::Platform::beside(config, &url, &keys, clock, random, &tasks).await
        };
        let platform = opened?;
        let definition = Arc::new(definition);
        let teams = usize::from(self.teams);
        let preflight = platform.environments.preflight(&definition, teams).await;
        if let Err(error) = preflight {
            let said = crate::exercises::rehearsal::why(error);
            say(&said.say(locale))?;
            return Ok(super::WRONG);
        }
        let bar = ProgressBar::new(teams as u64).with_style(ProgressStyle::with_template(
            "  {spinner} {bar:30} {pos}/{len} {msg} {elapsed}",
        )?);
        bar.enable_steady_tick(Duration::from_millis(120));
        let stop = CancellationToken::new();
        let (stopped, ending) = (stop.clone(), tasks.token());
        tasks.spawn("interrupt", async move {
            let interrupted = ending.run_until_cancelled(tokio::signal::ctrl_c()).await;
            if let Some(Ok(())) = interrupted {
                stopped.cancel();
            }
        });
        let wish = Wish {
            province: None,
            by: None,
            definition,
            teams,
            not_isolated: self.not_isolated.clone(),
        };
        let observer = Arc::new(Bar {
            bar: bar.clone(),
            locale,
        });
        let rehearsals: &Rehearsals = &platform.rehearsals;
        let held = Box::pin(rehearsals.hold(RehearsalId::new(), &wish, observer, &stop)).await;
        bar.finish_and_clear();
        let report = held?.report;
        if self.json {
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        } else {
            show(&report, locale)?;
        }
        let go = report.is_go();
        tasks.drain().await;
        platform.database.close().await;
        Ok(if go { super::FINE } else { super::WRONG })
    }
}

fn show(report: &Report, locale: Locale) -> anyhow::Result<()> {
    let line = |id: &str, arguments: &[(&str, Value<'_>)]| say(&text(locale, id, arguments));
    if let Some((team, slowest)) = report.slowest() {
        let ready = report.ready.iter().flatten().count();
        line(
            "cli-rehearse-ready",
            &[
                ("ready", ready.into()),
                ("teams", report.teams.into()),
                ("nodes", report.nodes.into()),
                ("first", seconds(locale, report.first().unwrap_or(0)).into()),
                ("time", seconds(locale, slowest).into()),
                ("team", team.into()),
            ],
        )?;
    }
    if let Some(terminals) = &report.terminals {
        line(
            "cli-rehearse-terminals",
            &[
                ("opened", terminals.opened.into()),
                ("slowest", seconds(locale, terminals.slowest).into()),
                ("median", millis(locale, terminals.median).into()),
                ("p99", millis(locale, terminals.p99).into()),
                ("keys", terminals.keys.into()),
            ],
        )?;
    }
    for (id, at) in [
        ("cli-rehearse-solution", report.solution),
        ("cli-rehearse-removal", report.removal),
    ] {
        if let Some(at) = at {
            line(id, &[("time", seconds(locale, at).into())])?;
        }
    }
    let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
    let used = report.memory.used.map_or_else(|| "?".to_owned(), mebibytes);
    line(
        "cli-rehearse-memory",
        &[
            ("needed", mebibytes(report.memory.needed).into()),
            ("available", mebibytes(report.memory.available).into()),
            ("used", used.into()),
        ],
    )?;
    for reason in &report.reasons {
        say(&format!("✗ {}", reason.say(locale)))?;
        for logged in &reason.log {
            say(&format!("    | {logged}"))?;
        }
    }
    let verdict = if report.cancelled {
        "rehearse-cancelled"
    } else if report.is_go() {
        "rehearse-go"
    } else {
        "rehearse-no-go"
    };
    line(verdict, &[])?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "minutes at most")]
fn seconds(locale: Locale, milliseconds: u64) -> String {
    locales::decimal(locale, milliseconds as f64 / 1000.0, 1)
}

#[expect(clippy::cast_precision_loss, reason = "a key's echo")]
fn millis(locale: Locale, microseconds: u64) -> String {
    locales::decimal(locale, microseconds as f64 / 1000.0, 1)
}

/// Shows how far it is.
struct Bar {
    bar: ProgressBar,
    locale: Locale,
}

impl Observer for Bar {
    fn stage(&self, stage: Stage) {
        let id = match stage {
            Stage::Preparing => "rehearse-preparing",
            Stage::Terminals => "rehearse-terminals",
            Stage::Refusing => "rehearse-refusing",
            Stage::Solving => "rehearse-solving",
            Stage::Removing => "rehearse-removing",
        };
        let said = text(self.locale, id, &[]);
        self.bar.set_message(said.clone());
        self.bar.suspend(|| {
            let _ = say(&said);
        });
    }

    fn step(&self, _: &Step) {}

    fn ready(&self, ready: usize, _: usize) {
        self.bar.set_position(ready as u64);
    }

    fn refused(&self, _: &str, _: usize) {}

    fn solved(&self, step: &str, outcome: &Outcome) {
        let (id, output) = match outcome {
            Outcome::Done => ("rehearsal-step-done", ""),
            Outcome::Failed(output) => ("rehearsal-step-output", output.as_str()),
        };
        let said = text(
            self.locale,
            id,
            &[("step", step.into()), ("output", output.into())],
        );
        self.bar.suspend(|| {
            let _ = say(&said);
        });
    }

    fn finding(&self, _: &Finding) {}
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}
