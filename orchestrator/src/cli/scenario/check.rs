//! `thaotruong scenario check`: every mistake of a scenario, with place and remedy, before an engine starts.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;

use super::{FINE, UNABLE, WRONG};
use crate::{
    locales::{Locale, Value, text},
    scenarios::{Bundle, Checked, ProblemView, SCENARIO_FILE, Severity, check},
};

/// What `scenario check` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 không có lỗi · no error, 1 có lỗi · errors, 2 không đọc được · cannot be read"
)]
pub struct Check {
    /// Thư mục kịch bản (hoặc tệp scenario.yaml) · folders of scenarios (or their scenario.yaml)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// One scenario's result as JSON.
#[derive(Serialize)]
struct ResultView {
    path: PathBuf,
    ok: bool,
    errors: usize,
    warnings: usize,
    problems: Vec<ProblemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
}

impl Check {
    /// Checks every path and says what was found; the worst of them decides the exit code.
    ///
    /// # Errors
    /// When nothing can be written to standard output.
    pub fn run(&self, locale: Locale) -> anyhow::Result<u8> {
        let mut out = io::stdout().lock();
        let mut code = FINE;
        let mut views = Vec::new();
        for path in &self.paths {
            match Bundle::open(folder_of(path)) {
                Ok(bundle) => {
                    let checked = check(bundle);
                    let ok = checked.definition.is_some();
                    code = code.max(if ok { FINE } else { WRONG });
                    if self.json {
                        views.push(view(path, &checked, locale));
                    } else {
                        show(&mut out, path, &checked, locale)?;
                    }
                }
                Err(error) => {
                    code = UNABLE;
                    let reason = format!("{:#}", anyhow::Error::new(error));
                    if self.json {
                        let path = path.clone();
                        let unreadable = Some(reason);
                        views.push(ResultView {
                            path,
                            ok: false,
                            errors: 0,
                            warnings: 0,
                            problems: Vec::new(),
                            unreadable,
                        });
                    } else {
                        let path = path.display().to_string();
                        let values = [("path", Value::from(path)), ("reason", Value::from(reason))];
                        writeln!(out, "{}", text(locale, "cli-unreadable", &values))?;
                    }
                }
            }
        }
        if self.json {
            serde_json::to_writer_pretty(&mut out, &serde_json::json!({ "scenarios": views }))?;
            writeln!(out)?;
        }
        Ok(code)
    }
}

/// The scenario's folder, also where its file is named.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if path.ends_with(SCENARIO_FILE) && folder.as_os_str().is_empty() => {
            Path::new(".")
        }
        Some(folder) if path.ends_with(SCENARIO_FILE) => folder,
        _ => path,
    }
}

fn view(path: &Path, checked: &Checked, locale: Locale) -> ResultView {
    ResultView {
        path: path.to_owned(),
        ok: checked.definition.is_some(),
        errors: checked.count(Severity::Error),
        warnings: checked.count(Severity::Warning),
        problems: checked
            .problems
            .iter()
            .map(|problem| problem.view(locale))
            .collect(),
        unreadable: None,
    }
}

fn show(out: &mut impl Write, path: &Path, checked: &Checked, locale: Locale) -> io::Result<()> {
    for problem in &checked.problems {
        writeln!(out, "{}", problem.show(locale))?;
    }
    let values = [
        ("path", Value::from(path.display().to_string())),
        ("errors", Value::from(checked.count(Severity::Error))),
        ("warnings", Value::from(checked.count(Severity::Warning))),
    ];
    let summary = if checked.problems.is_empty() {
        "cli-check-fine"
    } else {
        "cli-check-found"
    };
    writeln!(out, "{}", text(locale, summary, &values))
}
