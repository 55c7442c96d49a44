//! `thaotruong scenario export`: a scenario as another system reads it, with a report of what that cannot hold.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    FINE, faultless, folder,
    import::{ReportView, show},
    print_json,
};
use crate::{
    cli::printed::out,
    config::Config,
    locales::{Locale, text},
    scenarios::export::{self, Target},
};

/// What `scenario export` is asked.
pub(super) struct Export {
    /// Tên kịch bản hoặc thư mục · the scenario's name or folder
    pub(super) scenario: PathBuf,
    /// Định dạng · format
    pub(super) to: String,
    /// Thư mục mới để viết vào · the new folder to write
    pub(super) into: PathBuf,
    /// In JSON · print JSON
    pub(super) json: bool,
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
            None,
            locale,
        )?;
        if self.json {
            print_json(&Outcome {
                folder: self.into.clone(),
                report: ReportView::new(&exported.report, locale),
            })?;
            return Ok(FINE);
        }
        let mut out = out();
        show(&mut out, &exported.report, locale)?;
        let path = self.into.display().to_string();
        writeln!(
            out,
            "{}",
            text(locale, "export-written", &[("path", path.into())])
        )?;
        Ok(FINE)
    }
}
