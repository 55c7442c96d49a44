//! `thaotruong scenario …`: what an author does with scenarios, from the first line to the proof on real machines.
//!
//! What a command finds out goes to standard output, as text or, with `--json`, as one JSON value; how far it is and
//! why it could not be done go to standard error. `scenarios/README.md` documents the shapes.

mod bundle;
mod check;
mod example;
mod exchange;
mod export;
mod folder;
mod import;
mod list;
mod new;
mod plan;
pub(super) mod problems;
mod render;
mod schema;
mod test;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Subcommand;
use serde::Serialize;

use super::{FINE, UNABLE, WRONG, reason};
use crate::{
    cli::printed::{err, escaped, out},
    config::Config,
    locales::Locale,
    scenarios::{self, Bundle, Definition, SCENARIO_FILE},
};

/// Commands on scenarios.
#[derive(Subcommand)]
pub(super) enum Scenario {
    /// Các kịch bản có sẵn · the scenarios that there are
    List(list::List),
    /// Viết một kịch bản nhỏ để bắt đầu · write a small scenario to begin with
    New(new::New),
    /// Kiểm tra kịch bản, báo mọi lỗi cùng lúc · check scenarios, all mistakes at once
    Check(check::Check),
    /// Một đội sẽ nhận được gì: biến, cờ, văn bản, tệp · what a team would get: variables, flags, texts, files
    Render(render::Render),
    /// Những gì sẽ chạy: mạng, máy, tài nguyên, kiểm tra · what would run: networks, machines, resources, checks
    Plan(plan::Plan),
    /// Lược đồ JSON cho trình soạn thảo · JSON Schema for editors
    Schema(schema::Schema),
    /// Nhập kịch bản của hệ thống khác, hoặc một tệp gói đã ký · import a scenario of another system, or a signed bundle
    Import(exchange::Import),
    /// Xuất kịch bản cho hệ thống khác, hoặc thành tệp gói đã ký · export a scenario for another system, or as a signed bundle
    Export(exchange::Export),
    /// Những khóa ký mà máy chủ này tin · the signers whose bundles this installation takes
    Trust(bundle::Trust),
    /// Diễn thử trên hạ tầng thật · let scenarios prove themselves on the real engine
    Test(test::Test),
}

impl Scenario {
    /// Runs the command; the configuration is read only where it is needed.
    pub(super) async fn run(
        self,
        load: impl Fn() -> anyhow::Result<Config>,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        match self {
            Self::List(list) => list.run(&load()?.scenarios, locale),
            Self::New(new) => new.run(|| Ok(load()?.scenarios), locale),
            Self::Check(check) => check.run(locale),
            Self::Render(render) => render.run(&load()?, locale),
            Self::Plan(plan) => plan.run(&load()?, locale),
            Self::Schema(schema) => schema.run(),
            Self::Import(import) => Box::pin(import.run(load, locale)).await,
            Self::Export(export) => Box::pin(export.run(&load()?, locale)).await,
            Self::Trust(trust) => trust.run(&load()?, locale),
            Self::Test(test) => Box::pin(test.run(&load()?, locale)).await,
        }
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

/// The scenario of a path, or of a name in the configured folder; where it has errors they are said, and the answer is
/// the exit code.
fn faultless(
    path: &Path,
    config: &Config,
    json: bool,
    locale: Locale,
) -> anyhow::Result<Result<Definition, u8>> {
    let named = config.scenarios.join(path);
    let folder: PathBuf = if !path.exists() && named.is_dir() {
        named
    } else {
        folder_of(path).to_owned()
    };
    let bundle = Bundle::open(&folder).with_context(|| path.display().to_string())?;
    let mut checked = scenarios::check(bundle);
    if let Some(definition) = checked.definition.take() {
        return Ok(Ok(definition));
    }
    if json {
        print_json(&problems::Checked::new(path, &checked, locale))?;
    } else {
        problems::show(&mut err(), path, &checked, locale)?;
    }
    Ok(Err(WRONG))
}

/// Prints one JSON value.
pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    write_json(&mut out(), value)
}

pub(super) fn write_json(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", escaped(&json))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_named_by_its_folder_or_its_file() {
        assert_eq!(folder_of(Path::new("a/b")), Path::new("a/b"));
        assert_eq!(folder_of(Path::new("a/scenario.yaml")), Path::new("a"));
        assert_eq!(folder_of(Path::new("scenario.yaml")), Path::new("."));
    }
}
