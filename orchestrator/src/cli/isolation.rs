//! `isolation`: everything that is tried from inside a lab, row by row, with what came of it and what must be.

use std::{io::Write, sync::Arc, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::doctor;
use crate::{
    clock::SystemClock,
    config::{Config, EngineKind},
    environments::{
        ClusterProber, Prober,
        isolation::{Bound, Limited, Measured, ProbeReport, named},
    },
    locales::{Locale, text},
};

/// What `isolation` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 kín · nothing gets out, 1 có đường ra · something gets out, 2 không thử được · it could not be tried"
)]
pub(super) struct Isolation {
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

impl Isolation {
    /// Tries everything and prints it; 1 where something gets out or is not bounded.
    ///
    /// # Errors
    /// The probe could not be made, or nothing can be written to standard output.
    pub(super) async fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let bar = ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("  {spinner} {msg} {elapsed}")?)
            .with_message(text(locale, "isolation-trying", &[]));
        bar.enable_steady_tick(Duration::from_millis(120));
        let report = probe(config).await;
        bar.finish_and_clear();
        let report = report?;
        let mut out = std::io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        } else {
            print(locale, &report, &mut out)?;
        }
        let open = report.limits.iter().any(|it| it.verdict == Bound::Open);
        Ok(if report.reached.is_empty() && !open {
            super::FINE
        } else {
            super::WRONG
        })
    }
}

async fn probe(config: &Config) -> anyhow::Result<ProbeReport> {
    let installation = doctor::installation_of(config).await;
    let (port, clock) = (config.listen.port(), Arc::new(SystemClock));
    Ok(match config.engine {
        EngineKind::Docker => {
            let ranges = super::platform::ranges(config)?;
            Prober::new(&config.docker, installation, ranges, port, clock)
                .measure()
                .await?
        }
        EngineKind::Kubernetes => {
            ClusterProber::new(&config.kubernetes, installation, port, clock)
                .measure()
                .await?
        }
    })
}

fn print(locale: Locale, report: &ProbeReport, out: &mut impl Write) -> std::io::Result<()> {
    let say = |id: &str| text(locale, id, &[]);
    writeln!(out, "{}\n", say("isolation-from"))?;
    let mut rows = vec![
        ["what", "how", "where", "found", "must-be"]
            .map(|head| say(&format!("isolation-head-{head}")))
            .to_vec(),
    ];
    for label in &report.tried {
        let (whose, how, at) = named(label).map_or_else(
            || (label.clone(), String::new(), String::new()),
            |found| (say(found.whose), say(found.how), found.at.to_owned()),
        );
        let found = if report.reached.contains(label) {
            format!("✗ {}", say("isolation-row-reached"))
        } else {
            format!("✓ {}", say("isolation-row-unreached"))
        };
        rows.push(vec![whose, how, at, found, say("isolation-row-unreached")]);
    }
    table(&rows, out)?;
    if !report.limits.is_empty() {
        writeln!(out)?;
        let mut rows = vec![
            ["limit", "got", "limit-found", "at-most"]
                .map(|head| say(&format!("isolation-head-{head}")))
                .to_vec(),
        ];
        rows.extend(report.limits.iter().map(|it| limit(locale, it)));
        table(&rows, out)?;
    }
    let open = report.limits.iter();
    let open = open.filter(|it| it.verdict == Bound::Open).count();
    let arguments = [
        ("tried", (report.tried.len() + report.limits.len()).into()),
        ("open", (report.reached.len() + open).into()),
    ];
    let id = if report.reached.is_empty() && open == 0 {
        "isolation-closed"
    } else {
        "isolation-open"
    };
    writeln!(out, "\n{}", text(locale, id, &arguments))
}

fn limit(locale: Locale, measured: &Measured) -> Vec<String> {
    let say = |id: &str| text(locale, id, &[]);
    let shown = |value: u64| match measured.what {
        Limited::Processes => value.to_string(),
        Limited::Processor => format!("{}.{:02}", value / 1000, value % 1000 / 10),
        Limited::Memory | Limited::Disk | Limited::Log => format!("{} MiB", value >> 20),
    };
    let what = match measured.what {
        Limited::Processes => "isolation-limit-processes",
        Limited::Memory => "isolation-limit-memory",
        Limited::Processor => "isolation-limit-processor",
        Limited::Disk => "isolation-limit-disk",
        Limited::Log => "isolation-limit-log",
    };
    let (sign, found) = match measured.verdict {
        Bound::Held => ("✓", "isolation-bound-held"),
        Bound::Watched => ("✓", "isolation-bound-watched"),
        Bound::Unmeasured => ("!", "isolation-bound-unmeasured"),
        Bound::Open => ("✗", "isolation-bound-open"),
    };
    vec![
        say(what),
        shown(measured.got),
        format!("{sign} {}", say(found)),
        shown(measured.allowed),
    ]
}

/// Columns as wide as what stands in them.
pub(super) fn table(rows: &[Vec<String>], out: &mut impl Write) -> std::io::Result<()> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let line: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        writeln!(out, "{}", line.join("  ").trim_end())?;
    }
    Ok(())
}
