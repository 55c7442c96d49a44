//! `thaotruong course …` and `thaotruong plan …`: what is wrong with files of courses and plans, before anybody is taught
//! or measured by them, and their schemas for editors.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use super::{
    FINE, UNABLE, WRONG,
    scenario::{
        print_json,
        problems::{Checked, show_all},
        write_json,
    },
};
use crate::{
    config::Config,
    learning::course::{self, COURSE_FILE, Course},
    locales::{Locale, Value, text},
    scenarios::{
        Problem, SCENARIO_FILE, Severity, credited,
        reading::{Others, at_margin},
    },
    workforce::{Plan, plan_files},
};

/// Commands on files of one kind.
#[derive(Subcommand)]
pub(super) enum Content {
    /// Kiểm tra tệp, báo mọi lỗi cùng lúc · check files, all mistakes at once
    Check(Check),
    /// Lược đồ JSON cho trình soạn thảo · JSON Schema for editors
    Schema,
}

/// What `check` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 không có lỗi · no error, 1 có lỗi · errors, 2 không đọc được · cannot be read"
)]
pub(super) struct Check {
    /// Tệp (hoặc thư mục của khóa học) · files (or a course's folder)
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A course.
    Course,
    /// A province's plan.
    Plan,
}

impl Kind {
    /// The key that names what the file holds.
    const fn key(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Plan => "plan",
        }
    }

    /// The files of this kind that are configured.
    fn files(self, config: &Config) -> Vec<PathBuf> {
        match self {
            Self::Course => course::files(&config.scenarios),
            Self::Plan => plan_files(&config.plans).unwrap_or_default(),
        }
    }

    /// The file of a path.
    fn file(self, path: &Path) -> PathBuf {
        match self {
            Self::Course if path.is_dir() => path.join(COURSE_FILE),
            Self::Course | Self::Plan => path.to_owned(),
        }
    }

    /// Everything that is wrong with a file.
    fn problems(self, name: &str, bytes: &[u8], others: &Others) -> Vec<Problem> {
        match self {
            Self::Course => Course::check(name, bytes, others).problems,
            Self::Plan => Plan::check(name, bytes, others).problems,
        }
    }
}

impl Content {
    /// Runs the command; the configuration is read only where it is needed.
    pub(super) fn run(
        self,
        kind: Kind,
        load: impl Fn() -> anyhow::Result<Config>,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        match (self, kind) {
            (Self::Check(check), _) => check.say(kind, &load()?, &mut io::stdout().lock(), locale),
            (Self::Schema, Kind::Course) => print_json(&Course::schema()).map(|()| FINE),
            (Self::Schema, Kind::Plan) => print_json(&Plan::schema()).map(|()| FINE),
        }
    }
}

impl Check {
    /// Checks every file and says what was found; the worst of them decides the exit code.
    fn say(
        &self,
        kind: Kind,
        config: &Config,
        out: &mut impl Write,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        let files = self.paths.iter().map(|path| kind.file(path));
        let named = Named::new(kind, files.chain(kind.files(config)));
        let mut others = others(&config.scenarios);
        let (mut code, mut views) = (FINE, Vec::new());
        for path in &self.paths {
            let file = kind.file(path);
            match fs::read(&file) {
                Ok(bytes) => {
                    others.taken = named.beside(&file);
                    let name = file.file_name().unwrap_or_default().to_string_lossy();
                    let problems = kind.problems(&name, &bytes, &others);
                    let wrong = problems.iter().any(|it| it.severity == Severity::Error);
                    code = code.max(if wrong { WRONG } else { FINE });
                    if self.json {
                        views.push(Checked::of(path, &problems, locale));
                    } else {
                        show_all(out, path, &problems, locale)?;
                    }
                }
                Err(error) => {
                    code = UNABLE;
                    let reason = error.to_string();
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
            let key = format!("{}s", kind.key());
            write_json(out, &BTreeMap::from([(key, views)]))?;
        }
        Ok(code)
    }
}

/// Which file bears which name.
struct Named(Vec<(PathBuf, String)>);

impl Named {
    fn new(kind: Kind, files: impl Iterator<Item = PathBuf>) -> Self {
        let mut seen: Vec<PathBuf> = Vec::new();
        let mut named = Vec::new();
        for file in files {
            let Ok(real) = file.canonicalize() else {
                continue;
            };
            let text = fs::read_to_string(&file).unwrap_or_default();
            if let Some(name) = at_margin(&text, kind.key())
                && !seen.contains(&real)
            {
                named.push((file, name.to_owned()));
                seen.push(real);
            }
        }
        Self(named)
    }

    /// The names of all files but this one.
    fn beside(&self, file: &Path) -> BTreeMap<String, String> {
        let own = file.canonicalize().ok();
        let others = self
            .0
            .iter()
            .filter(|(other, _)| other.canonicalize().ok() != own);
        others
            .map(|(other, name)| (name.clone(), other.display().to_string()))
            .collect()
    }
}

/// What the folder of scenarios and courses holds; nothing is missed where there is none.
fn others(folder: &Path) -> Others {
    if !folder.is_dir() {
        return Others::default();
    }
    let mut scenarios = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = fs::read(entry.path().join(SCENARIO_FILE)).unwrap_or_default();
        if let Some((id, credits)) = credited(&file) {
            scenarios.insert(id.to_string(), credits);
        }
    }
    let courses = course::files(folder).into_iter().filter_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        at_margin(&text, Kind::Course.key()).map(str::to_owned)
    });
    Others {
        scenarios: Some(scenarios),
        courses: Some(courses.collect()),
        taken: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests;
