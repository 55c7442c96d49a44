//! `environment`: desired beside actual on the command line, and the engine made free, beside a server or without one.
//!
//! What is asked for goes into the database; where no server works on it, the command does itself. A count that is
//! printed was measured on the engine.

use std::{collections::BTreeSet, io::Write as _, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::{platform::Platform, serve};
use crate::{
    clock::SystemClock,
    config::Config,
    environments::{Actual, Inventory, Line, Purpose, Total},
    exercises::{ExerciseState, in_use, is_running},
    ids::EnvironmentId,
    locales::{self, Locale, Value, text},
    random::SystemRandom,
    tasks::Tasks,
};

/// How often the engine is measured while things go.
const LOOK: Duration = Duration::from_millis(500);
/// How long nothing may go before the command says that it is stuck. Removing one environment takes seconds.
const PATIENCE: Duration = Duration::from_mins(2);

/// What is asked about environments.
#[derive(Subcommand)]
pub(super) enum Environment {
    /// Mong muốn bên cạnh thực tế, và những gì sót lại · desired beside actual, and what is left over
    List(List),
    /// Gỡ môi trường · take environments away
    Remove(Remove),
    /// Gỡ những gì không còn ai cần · take away what nobody needs
    Prune,
}

/// Options of `environment list`.
#[derive(Args)]
pub(super) struct List {
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// Options of `environment remove`.
#[derive(Args)]
pub(super) struct Remove {
    /// Mã môi trường · identifiers
    #[arg(value_name = "ENVIRONMENT", required_unless_present = "all")]
    ids: Vec<EnvironmentId>,
    /// Tất cả; diễn tập chưa bắt đầu trở lại bản nháp, đang tạm dừng thì vẫn tạm dừng, không giữ môi trường dự phòng nữa ·
    /// everything; exercises that have not begun are drafts again, paused ones stay paused, no copies are kept ready
    #[arg(long, conflicts_with = "ids")]
    all: bool,
    /// Kể cả diễn tập đang chạy: tạm dừng rồi gỡ máy · exercises that run too: they are paused, then lose their machines
    #[arg(long, requires = "all")]
    running: bool,
}

impl Environment {
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let url = config.database_url();
        if let Some(path) = url.strip_prefix("sqlite://") {
            let known = std::path::Path::new(path).exists();
            anyhow::ensure!(
                known,
                text(locale, "cli-no-database", &[("path", path.into())])
            );
        }
        let tasks = Tasks::new();
        // Without a server nobody else makes what shall be so. Whether one has the embedded database open, its lock says;
        // on a shared one this command works beside whoever else does.
        let shared = !url.starts_with("sqlite:");
        let alone = if shared {
            None
        } else {
            serve::lock(&config.data).ok()
        };
        let works = shared || alone.is_some();
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let keys = config.data.join("keys");
        let platform = if works {
            Platform::open(config, &url, &keys, clock, random, &tasks).await?
        } else {
            Platform::beside(config, &url, &keys, clock, random, &tasks).await?
        };
        let command = Command {
            platform,
            tasks: tasks.clone(),
            alone: alone.is_some(),
            works,
            locale,
        };
        let done = command.run(self).await;
        tasks.drain().await;
        command.platform.database.close().await;
        done
    }
}

struct Command {
    platform: Platform,
    tasks: Tasks,
    /// No server has the database open.
    alone: bool,
    /// This command carries out what it asks for.
    works: bool,
    locale: Locale,
}

impl Command {
    async fn run(&self, what: Environment) -> anyhow::Result<u8> {
        match what {
            Environment::List(list) => self.list(&list).await,
            Environment::Remove(remove) if remove.all => self.remove_all(remove.running).await,
            Environment::Remove(remove) => self.remove(&remove.ids).await,
            Environment::Prune => self.prune().await,
        }
    }

    async fn inventory(&self) -> anyhow::Result<Inventory> {
        Ok(self.platform.environments.inventory().await?)
    }

    async fn list(&self, list: &List) -> anyhow::Result<u8> {
        let inventory = self.inventory().await?;
        if list.json {
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &inventory)?;
            writeln!(out)?;
        } else {
            self.show(&inventory)?;
        }
        let fine = inventory.engine_error.is_none() && inventory.orphans.is_empty();
        Ok(if fine { super::FINE } else { super::WRONG })
    }

    fn show(&self, inventory: &Inventory) -> anyhow::Result<()> {
        let locale = self.locale;
        let mut out = std::io::stdout().lock();
        if let Some(error) = &inventory.engine_error {
            let arguments = [("detail", Value::from(error.as_str()))];
            writeln!(out, "{}", text(locale, "cli-environments-away", &arguments))?;
        }
        for line in &inventory.lines {
            let since = inventory.at.since(line.since);
            let arguments = [
                ("whose", self.whose(line).into()),
                (
                    "desired",
                    self.word("environment-desired-", line.desired.as_str())
                        .into(),
                ),
                (
                    "actual",
                    self.word("environment-phase-", line.phase.as_str()).into(),
                ),
                ("engine", self.on_engine(line.actual.as_ref()).into()),
                ("since", locales::ago(locale, since).into()),
            ];
            writeln!(
                out,
                "{}  {}",
                line.id,
                text(locale, "cli-environments-line", &arguments)
            )?;
            if let Some(failure) = &line.failure {
                let node = failure
                    .node
                    .as_ref()
                    .map_or_else(String::new, |node| format!("{node}: "));
                let stage = self.word("stage-", failure.stage.as_str());
                writeln!(out, "    {stage}: {node}{}", failure.say(locale))?;
                for logged in &failure.log {
                    writeln!(out, "    | {logged}")?;
                }
            }
        }
        for orphan in &inventory.orphans {
            let engine = self.on_engine(Some(&orphan.actual));
            let message = if self.alone {
                "cli-environments-orphan-alone"
            } else {
                "cli-environments-orphan"
            };
            let arguments = [("engine", engine.into())];
            writeln!(out, "{}  {}", orphan.id, text(locale, message, &arguments))?;
        }
        if inventory.lines.is_empty() && inventory.orphans.is_empty() {
            writeln!(out, "{}", text(locale, "environments-none-title", &[]))?;
        }
        if let Some(total) = inventory.total {
            writeln!(out, "{}", self.total(total))?;
        }
        Ok(())
    }

    fn whose(&self, line: &Line) -> String {
        let scenario = line.scenario.get(self.locale);
        match (&line.exercise, &line.team) {
            (Some(exercise), Some(team)) => {
                format!("{} · {} {}", exercise.title, team.number, team.name)
            }
            (Some(exercise), None) => exercise.title.clone(),
            _ => {
                let id = match line.purpose {
                    Purpose::Pool => "environments-pool",
                    Purpose::Exercise | Purpose::Rehearsal => "environments-rehearsal",
                };
                format!("{} · {scenario}", text(self.locale, id, &[]))
            }
        }
    }

    fn word(&self, kind: &str, name: &str) -> String {
        text(self.locale, &format!("{kind}{name}"), &[])
    }

    fn on_engine(&self, found: Option<&Actual>) -> String {
        let nodes = found.map_or(0, Actual::nodes);
        let running = found.map_or(0, |found| found.running);
        let networks = found.map_or(0, |found| found.networks);
        let arguments = [
            ("running", running.into()),
            ("nodes", nodes.into()),
            ("networks", networks.into()),
        ];
        text(self.locale, "cli-environments-engine", &arguments)
    }

    fn total(&self, total: Total) -> String {
        let arguments = [
            ("environments", total.environments.into()),
            ("nodes", total.nodes.into()),
            ("networks", total.networks.into()),
        ];
        text(self.locale, "environments-total", &arguments)
    }

    async fn remove_all(&self, running: bool) -> anyhow::Result<u8> {
        let inventory = self.inventory().await?;
        let mut busy: Vec<&str> = inventory
            .lines
            .iter()
            .filter(|line| is_running(line))
            .filter_map(|line| line.exercise.as_ref())
            .map(|exercise| exercise.title.as_str())
            .collect();
        busy.dedup();
        if !busy.is_empty() && !running {
            let arguments = [("exercises", Value::from(busy.join("; ")))];
            say(&text(self.locale, "cli-environments-busy", &arguments))?;
            return Ok(super::WRONG);
        }
        self.platform
            .exercises
            .free_all(&inventory, running)
            .await?;
        self.tell_released(&inventory)?;
        self.until_gone(|_| true).await
    }

    /// What became of the exercises whose machines are taken away.
    fn tell_released(&self, before: &Inventory) -> anyhow::Result<()> {
        let (mut drafts, mut paused) = (BTreeSet::new(), BTreeSet::new());
        for line in &before.lines {
            let (Some(exercise), Some(state)) = (&line.exercise, in_use(line)) else {
                continue;
            };
            let titles = match state {
                ExerciseState::Running | ExerciseState::Paused => &mut paused,
                _ => &mut drafts,
            };
            titles.insert(exercise.title.as_str());
        }
        for (message, titles) in [
            ("cli-environments-drafts", drafts),
            ("cli-environments-paused", paused),
        ] {
            if !titles.is_empty() {
                let titles: Vec<&str> = titles.into_iter().collect();
                let arguments = [("exercises", Value::from(titles.join("; ")))];
                say(&text(self.locale, message, &arguments))?;
            }
        }
        Ok(())
    }

    async fn remove(&self, ids: &[EnvironmentId]) -> anyhow::Result<u8> {
        for id in ids {
            let removed = self.platform.exercises.remove_environment(*id).await;
            removed.with_context(|| id.to_string())?;
        }
        self.until_gone(|id| ids.contains(&id)).await
    }

    async fn prune(&self) -> anyhow::Result<u8> {
        let before = self.inventory().await?;
        self.platform.exercises.prune(None).await?;
        let unneeded: Vec<EnvironmentId> = before
            .lines
            .iter()
            .filter(|line| crate::exercises::is_unneeded(line))
            .map(|line| line.id)
            .chain(before.orphans.iter().map(|orphan| orphan.id))
            .collect();
        self.until_gone(|id| unneeded.contains(&id)).await
    }

    /// Waits until nothing of these is on the engine or in the database, and prints what was measured.
    async fn until_gone(&self, which: impl Fn(EnvironmentId) -> bool) -> anyhow::Result<u8> {
        if self.works {
            self.platform.environments.start(&self.tasks);
        }
        let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
            "  {bar:30} {pos}/{len} {msg}",
        )?);
        let mut most = 0;
        let mut last = (usize::MAX, tokio::time::Instant::now());
        loop {
            let inventory = self.inventory().await?;
            if let Some(error) = &inventory.engine_error {
                bar.set_message(error.clone());
            }
            let known = inventory.lines.iter().filter(|line| which(line.id)).count();
            let orphans = inventory.orphans.iter().filter(|it| which(it.id)).count();
            let left = known + orphans;
            most = most.max(left);
            bar.set_length(most as u64);
            bar.set_position((most - left) as u64);
            if left == 0 && inventory.engine_error.is_none() {
                bar.finish_and_clear();
                let total = self.platform.environments.measure().await?;
                say(&self.total(total))?;
                return Ok(super::FINE);
            }
            if left < last.0 {
                last = (left, tokio::time::Instant::now());
            }
            if last.1.elapsed() > PATIENCE {
                bar.finish_and_clear();
                self.show(&inventory)?;
                say(&text(
                    self.locale,
                    "cli-environments-stuck",
                    &[("count", left.into())],
                ))?;
                return Ok(super::WRONG);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}
