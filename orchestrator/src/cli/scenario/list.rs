//! `thaotruong scenario list`: the scenarios of the configured folder, and whether each can be used.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::{FINE, UNABLE, WRONG, print_json, problems::counts};
use crate::{
    cli::printed::out,
    locales::{Locale, Value, length, memory, text},
    scenarios::{self, Bundle, Definition, Level, LocalText, SCENARIO_FILE, attack},
};

/// What `scenario list` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 kịch bản nào cũng không có lỗi · none has errors, 1 có kịch bản lỗi · some have errors, 2 có kịch bản hoặc thư mục không đọc được · a scenario or the folder cannot be read"
)]
pub(in crate::cli) struct List {
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// One scenario.
#[derive(Debug, Serialize)]
struct Listed {
    path: PathBuf,
    /// Its own name; the folder's where it has errors.
    id: String,
    title: Option<LocalText>,
    ok: bool,
    errors: usize,
    warnings: usize,
    /// What it is made of, unless it has errors.
    #[serde(flatten)]
    facts: Option<Facts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
}

/// What only a scenario without errors can say.
#[derive(Debug, Serialize)]
struct Facts {
    version: u32,
    level: Level,
    duration_seconds: u64,
    /// Machines of one team.
    machines: usize,
    /// Memory that they may use together.
    memory_bytes: u64,
    techniques: Vec<Technique>,
}

/// A technique that happens in it.
#[derive(Debug, Serialize)]
struct Technique {
    id: String,
    name: Option<String>,
}

impl List {
    pub(super) fn run(&self, folder: &Path, locale: Locale) -> anyhow::Result<u8> {
        let listed = all(folder).with_context(|| folder.display().to_string())?;
        if self.json {
            print_json(&serde_json::json!({ "scenarios": listed }))?;
        } else {
            let mut out = out();
            for one in &listed {
                one.show(&mut out, locale)?;
            }
            if listed.is_empty() {
                let values = [("path", folder.display().to_string().into())];
                writeln!(out, "{}", text(locale, "cli-scenarios-none", &values))?;
            }
        }
        let code = |one: &Listed| match (&one.unreadable, one.ok) {
            (Some(_), _) => UNABLE,
            (None, false) => WRONG,
            (None, true) => FINE,
        };
        Ok(listed.iter().map(code).max().unwrap_or(FINE))
    }
}

/// The scenarios of a folder, by their folders' names. What begins with a dot is somebody's unfinished work.
fn all(folder: &Path) -> io::Result<Vec<Listed>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.path().join(SCENARIO_FILE).exists() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders.into_iter().map(Listed::read).collect())
}

impl Listed {
    fn read(path: PathBuf) -> Self {
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let bundle = match Bundle::open(&path) {
            Ok(bundle) => bundle,
            Err(error) => {
                return Self {
                    path,
                    id: name,
                    title: None,
                    ok: false,
                    errors: 0,
                    warnings: 0,
                    facts: None,
                    unreadable: Some(format!("{:#}", anyhow::Error::new(error))),
                };
            }
        };
        let file = bundle.file(SCENARIO_FILE);
        let title = file.and_then(|file| scenarios::title(&file.bytes));
        let checked = scenarios::check(bundle);
        let (errors, warnings) = counts(&checked);
        let definition = checked.definition.as_ref();
        Self {
            path,
            id: definition.map_or(name, |definition| definition.scenario.id.to_string()),
            title,
            ok: definition.is_some(),
            errors,
            warnings,
            facts: definition.map(Facts::new),
            unreadable: None,
        }
    }

    fn show(&self, out: &mut impl Write, locale: Locale) -> io::Result<()> {
        let title = self.title.as_ref().map(|title| title.get(locale));
        writeln!(out, "{}: {}", self.id, title.unwrap_or_default())?;
        let path = || Value::from(self.path.display().to_string());
        if let Some(reason) = &self.unreadable {
            let values = [("path", path()), ("reason", reason.as_str().into())];
            return writeln!(out, "  {}", text(locale, "cli-unreadable", &values));
        }
        if let Some(facts) = &self.facts {
            facts.show(out, locale)?;
        }
        let values = [
            ("path", path()),
            ("errors", self.errors.into()),
            ("warnings", self.warnings.into()),
        ];
        let id = if self.errors + self.warnings == 0 {
            "cli-check-fine"
        } else {
            "cli-check-found"
        };
        writeln!(out, "  {}", text(locale, id, &values))
    }
}

impl Facts {
    fn new(definition: &Definition) -> Self {
        let scenario = &definition.scenario;
        let services = &definition.compose.services;
        let technique = |id: &String| Technique {
            id: id.clone(),
            name: attack::name(id),
        };
        Self {
            version: scenario.version,
            level: scenario.level,
            duration_seconds: scenario.duration.as_secs(),
            machines: services.len(),
            memory_bytes: services.iter().map(|service| service.memory).sum(),
            techniques: scenario.attack.iter().map(technique).collect(),
        }
    }

    fn show(&self, out: &mut impl Write, locale: Locale) -> io::Result<()> {
        let level = match self.level {
            Level::Basic => "level-basic",
            Level::Intermediate => "level-intermediate",
            Level::Advanced => "level-advanced",
        };
        let duration = std::time::Duration::from_secs(self.duration_seconds);
        let values = [
            ("version", self.version.to_string().into()),
            ("level", text(locale, level, &[]).into()),
            ("duration", length(locale, duration).into()),
            ("machines", self.machines.into()),
            ("memory", memory(self.memory_bytes).into()),
        ];
        writeln!(out, "  {}", text(locale, "cli-scenarios-facts", &values))?;
        for technique in &self.techniques {
            let name = technique.name.as_deref().unwrap_or_default();
            writeln!(out, "  {} {name}", technique.id)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_listed_too() {
        let folder = tempfile::tempdir().unwrap();
        for (name, file) in [
            ("a/scenario.yaml", "title: {vi: Hỏng, en: Broken}"),
            (".b/scenario.yaml", ""),
            ("c/other", ""),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let listed = all(folder.path()).unwrap();
        assert_eq!(listed.len(), 1);
        let broken = &listed[0];
        assert!(!broken.ok && broken.errors > 0 && broken.facts.is_none());
        assert_eq!(
            (
                broken.id.as_str(),
                broken.title.as_ref().unwrap().vi.as_str()
            ),
            ("a", "Hỏng")
        );
    }

    #[test]
    fn shipped_scenarios_say_what_they_need() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let listed = all(&folder).unwrap();
        let one = listed
            .iter()
            .find(|one| one.id == "web-defacement")
            .unwrap();
        let facts = one.facts.as_ref().unwrap();
        assert!(one.ok && facts.machines == 5 && facts.memory_bytes > 500 << 20);
        assert!(
            facts
                .techniques
                .iter()
                .all(|technique| technique.name.is_some())
        );
        for locale in Locale::ALL {
            let mut out = Vec::new();
            one.show(&mut out, locale).unwrap();
            let shown = String::from_utf8(out).unwrap();
            assert!(
                !shown.contains("cli-")
                    && shown.contains("T1505.003 Server Software Component: Web Shell"),
                "{shown}"
            );
        }
    }
}
