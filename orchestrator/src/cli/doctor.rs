//! `doctor`: says in plain words what is fine, what is worth knowing, and what has to be mended, with the remedy.
//!
//! It looks at everything that a drill stands on, also where the server does not run, and changes nothing unless it is
//! told to mend.

mod checks;
mod cluster;
mod ranges;

pub(super) use checks::installation_of;

use std::{io::Write, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{
    config::Config,
    environments::seccomp,
    locales::{Locale, Value, text},
};

/// What `doctor` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 dùng được · it can be used, 1 có điều phải sửa · something has to be mended, 2 không xem được · it could not look"
)]
pub(super) struct Doctor {
    /// Sửa những gì sửa được (tường lửa) · mend what can be mended (the firewall)
    #[arg(long)]
    fix: bool,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
    /// Chỉ in bộ lọc lời gọi hệ thống, cho các nút Kubernetes · only print the system-call filter, for a cluster's nodes
    #[arg(long)]
    seccomp: bool,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    /// As it should be.
    Good,
    /// It was not, and is now.
    Fixed,
    /// It can be lived with.
    Warning,
    /// It has to be mended.
    Bad,
}

impl Verdict {
    const fn message(self) -> &'static str {
        match self {
            Self::Good => "doctor-good",
            Self::Fixed => "doctor-fixed",
            Self::Warning => "doctor-warning",
            Self::Bad => "doctor-bad",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Fixed => "↻",
            Self::Warning => "!",
            Self::Bad => "✗",
        }
    }
}

/// One thing looked at, in the reader's language.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    /// What was looked at: a name for programs.
    check: &'static str,
    verdict: Verdict,
    /// What was looked at: a name for people.
    title: String,
    /// How it stands.
    text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// Where findings go as they are made: looking takes seconds, and people want to see that it goes on.
struct Report {
    locale: Locale,
    bar: Option<ProgressBar>,
    findings: Vec<Finding>,
}

impl Report {
    /// Says what is being looked at.
    fn begin(&self, check: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text(self.locale, &format!("doctor-{check}"), &[]));
        }
    }

    /// Adds a finding: `message` says how it stands, `remedy` what to do.
    fn add(
        &mut self,
        check: &'static str,
        verdict: Verdict,
        message: &str,
        arguments: &[(&str, Value<'_>)],
        remedy: Option<&str>,
    ) -> anyhow::Result<()> {
        let finding = Finding {
            check,
            verdict,
            title: text(self.locale, &format!("doctor-{check}"), &[]),
            text: text(self.locale, message, arguments),
            remedy: remedy.map(|id| text(self.locale, id, arguments)),
        };
        if let Some(bar) = &self.bar {
            bar.suspend(|| show(self.locale, &finding))?;
        }
        self.findings.push(finding);
        Ok(())
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    }
}

impl Doctor {
    /// Looks at everything; 1 where something has to be mended.
    ///
    /// # Errors
    /// When nothing can be written to standard output.
    pub(super) async fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        if self.seccomp {
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &seccomp::profile())?;
            writeln!(out)?;
            return Ok(super::FINE);
        }
        let bar = if self.json {
            None
        } else {
            let bar = ProgressBar::new_spinner()
                .with_style(ProgressStyle::with_template("  {spinner} {msg} {elapsed}")?);
            bar.enable_steady_tick(Duration::from_millis(120));
            Some(bar)
        };
        let mut report = Report {
            locale,
            bar,
            findings: Vec::new(),
        };
        checks::all(config, self.fix, &mut report).await?;
        if let Some(bar) = &report.bar {
            bar.finish_and_clear();
        }
        let (bad, warnings) = (report.count(Verdict::Bad), report.count(Verdict::Warning));
        let mut out = std::io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(
                &mut out,
                &serde_json::json!({ "usable": bad == 0, "findings": report.findings }),
            )?;
            writeln!(out)?;
        } else {
            let (id, count) = match (bad, warnings) {
                (0, 0) => ("doctor-all-good", 0),
                (0, count) => ("doctor-some-warnings", count),
                (count, _) => ("doctor-some-bad", count),
            };
            writeln!(out, "{}", text(locale, id, &[("count", count.into())]))?;
        }
        Ok(if bad == 0 { super::FINE } else { super::WRONG })
    }
}

fn show(locale: Locale, finding: &Finding) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let verdict = text(locale, finding.verdict.message(), &[]);
    writeln!(
        out,
        "{} {} ({verdict}): {}",
        finding.verdict.sign(),
        finding.title,
        finding.text
    )?;
    if let Some(remedy) = &finding.remedy {
        writeln!(
            out,
            "    {}",
            text(locale, "doctor-remedy", &[("text", remedy.as_str().into())])
        )?;
    }
    Ok(())
}
