//! `thaotruong scenario export`: a scenario as another system reads it, with a report of what that cannot hold.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, builder::PossibleValuesParser};
use serde::Serialize;

use super::{
    FINE, faultless, folder,
    import::{ReportView, show},
    print_json,
};
use crate::{
    config::Config,
    locales::{Locale, text},
    scenarios::export::{self, Target},
};

/// What `scenario export` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 đã viết · written, 1 kịch bản có lỗi · the scenario has errors, 2 không viết được hoặc thư mục đã có · it could not be written, or the folder exists"
)]
pub(in crate::cli) struct Export {
    /// Tên kịch bản hoặc thư mục · the scenario's name or folder
    #[arg(value_name = "NAME")]
    scenario: PathBuf,
    /// Định dạng · format
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(Target::ALL.map(Target::name)))]
    to: String,
    /// Thư mục mới để viết vào · the new folder to write
    #[arg(long, value_name = "PATH")]
    into: PathBuf,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// The outcome as JSON.
#[derive(Serialize)]
struct Outcome {
    folder: PathBuf,
    #[serde(flatten)]
    report: ReportView,
}

impl Export {
    pub(super) fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let definition = match faultless(&self.scenario, config, self.json, locale)? {
            Ok(definition) => definition,
            Err(code) => return Ok(code),
        };
        let Some(target) = Target::from_name(&self.to) else {
            anyhow::bail!("{}", self.to);
        };
        let exported = export::export(target, &definition, locale)?;
        let parent = self
            .into
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        folder::write(
            parent.unwrap_or(Path::new(".")),
            &self.into,
            &exported.files,
            locale,
        )?;
        if self.json {
            print_json(&Outcome {
                folder: self.into.clone(),
                report: ReportView::new(&exported.report, locale),
            })?;
            return Ok(FINE);
        }
        let mut out = io::stdout().lock();
        show(&mut out, &exported.report, locale)?;
        let path = self.into.display().to_string();
        writeln!(
            out,
            "{}",
            text(locale, "cli-new-written", &[("path", path.into())])
        )?;
        Ok(FINE)
    }
}
