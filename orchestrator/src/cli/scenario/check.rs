//! `thaotruong scenario check`: every mistake of a scenario, with place and remedy, before an engine starts.

use std::{io::Write, path::PathBuf};

use clap::Args;

use super::{
    FINE, UNABLE, WRONG, folder_of,
    problems::{self, Checked},
    write_json,
};
use crate::{
    cli::printed::out,
    locales::{Locale, Value, text},
    scenarios::{Bundle, check},
};

/// What `scenario check` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 không có lỗi · no error, 1 có lỗi · errors, 2 không đọc được · cannot be read"
)]
pub(in crate::cli) struct Check {
    /// Thư mục kịch bản (hoặc tệp scenario.yaml) · folders of scenarios (or their scenario.yaml)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Checks every path and says what was found; the worst of them decides the exit code.
    ///
    /// # Errors
    /// When nothing can be written to standard output.
    pub(super) fn run(&self, locale: Locale) -> anyhow::Result<u8> {
        self.say(&mut out(), locale)
    }

    fn say(&self, out: &mut impl Write, locale: Locale) -> anyhow::Result<u8> {
        let mut code = FINE;
        let mut views = Vec::new();
        for path in &self.paths {
            match Bundle::open(folder_of(path)) {
                Ok(bundle) => {
                    let checked = check(bundle);
                    let ok = checked.definition.is_some();
                    code = code.max(if ok { FINE } else { WRONG });
                    if self.json {
                        views.push(Checked::new(path, &checked, locale));
                    } else {
                        problems::show(out, path, &checked, locale)?;
                    }
                }
                Err(error) => {
                    code = UNABLE;
                    let reason = format!("{:#}", anyhow::Error::new(error));
                    if self.json {
                        views.push(Checked::unreadable(path, reason));
                    } else {
                        let path = path.display().to_string();
                        let values = [("path", Value::from(path)), ("reason", Value::from(reason))];
                        writeln!(out, "{}", text(locale, "cli-unreadable", &values))?;
                    }
                }
            }
        }
        if self.json {
            write_json(out, &serde_json::json!({ "scenarios": views }))?;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests;
