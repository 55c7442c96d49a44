//! Mistakes of scenarios, courses and plans as the commands say them: for people as a compiler would, for programs as JSON.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    locales::{Locale, Value, text},
    scenarios::{self, Problem, Severity},
};

/// What checking one scenario, course or plan brought, as JSON.
#[derive(Serialize)]
pub(in crate::cli) struct Checked {
    path: PathBuf,
    ok: bool,
    errors: usize,
    warnings: usize,
    problems: Vec<Mistake>,
    /// Why nothing could be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
}

/// One mistake as JSON: what an editor needs to mark it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Mistake {
    /// The file within the scenario.
    file: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    line: usize,
    /// Column of the first character in question, from 1.
    column: usize,
    /// Column behind the last one, on the same line.
    end: usize,
    severity: Severity,
    /// Id of the message, the same in every language.
    code: &'static str,
    message: String,
    /// What to write instead.
    suggestion: Option<String>,
    /// The line, or the part of it around the place.
    excerpt: String,
}

impl Checked {
    pub(super) fn new(path: &Path, checked: &scenarios::Checked, locale: Locale) -> Self {
        Self::of(path, &checked.problems, locale)
    }

    pub(in crate::cli) fn of(path: &Path, problems: &[Problem], locale: Locale) -> Self {
        let (errors, warnings) = count(problems);
        let mistakes = problems.iter();
        Self {
            path: path.to_owned(),
            ok: errors == 0,
            errors,
            warnings,
            problems: mistakes
                .map(|problem| Mistake::new(problem, locale))
                .collect(),
            unreadable: None,
        }
    }

    pub(in crate::cli) fn unreadable(path: &Path, reason: String) -> Self {
        Self {
            path: path.to_owned(),
            ok: false,
            errors: 0,
            warnings: 0,
            problems: Vec::new(),
            unreadable: Some(reason),
        }
    }
}

impl Mistake {
    fn new(problem: &Problem, locale: Locale) -> Self {
        let view = problem.view(locale);
        let marked = if view.line == 0 { 0 } else { view.length };
        Self {
            file: view.file,
            line: view.line,
            column: view.column,
            end: view.column + marked,
            severity: view.severity,
            code: view.code,
            message: view.message,
            suggestion: view.help,
            excerpt: view.excerpt,
        }
    }

    /// The mistake on one line.
    pub(super) fn line(&self) -> String {
        let Self {
            file,
            line,
            column,
            message,
            ..
        } = self;
        format!("{file}:{line}:{column}: {message}")
    }
}

/// All mistakes of a scenario, in a language.
pub(super) fn mistakes(checked: &scenarios::Checked, locale: Locale) -> Vec<Mistake> {
    let problems = checked.problems.iter();
    problems
        .map(|problem| Mistake::new(problem, locale))
        .collect()
}

/// Says all mistakes and how many there are.
pub(super) fn show(
    out: &mut impl Write,
    path: &Path,
    checked: &scenarios::Checked,
    locale: Locale,
) -> io::Result<()> {
    show_all(out, path, &checked.problems, locale)
}

/// The same of whatever was checked.
pub(in crate::cli) fn show_all(
    out: &mut impl Write,
    path: &Path,
    problems: &[Problem],
    locale: Locale,
) -> io::Result<()> {
    for problem in problems {
        writeln!(out, "{}", problem.show(locale))?;
    }
    let (errors, warnings) = count(problems);
    let values = [
        ("path", Value::from(path.display().to_string())),
        ("errors", Value::from(errors)),
        ("warnings", Value::from(warnings)),
    ];
    let summary = if problems.is_empty() {
        "cli-check-fine"
    } else {
        "cli-check-found"
    };
    writeln!(out, "{}", text(locale, summary, &values))
}

/// Errors and warnings.
pub(super) fn counts(checked: &scenarios::Checked) -> (usize, usize) {
    count(&checked.problems)
}

fn count(problems: &[Problem]) -> (usize, usize) {
    let of = |severity| {
        let these = problems.iter().filter(|it| it.severity == severity);
        these.count()
    };
    (of(Severity::Error), of(Severity::Warning))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::scenarios::{Bundle, BundleFile, check};

    #[test]
    fn a_mistake_says_where_it_begins_and_ends() {
        let file = BundleFile {
            bytes: "scenario: a\nattack: [T1190, T1191]\n".into(),
            mode: 0o644,
        };
        let files = BTreeMap::from([("scenario.yaml".to_owned(), file)]);
        let checked = check(Bundle::from_files(files).unwrap());
        let found = mistakes(&checked, Locale::En);
        let wrong = found
            .iter()
            .find(|mistake| mistake.code == "scenario-attack-unknown")
            .unwrap();
        assert_eq!((wrong.line, wrong.column, wrong.end), (2, 17, 22));
        assert_eq!(wrong.severity, Severity::Error);
        assert!(wrong.message.contains("T1191") && wrong.suggestion.is_some());
        let view =
            serde_json::to_value(Checked::new(Path::new("a"), &checked, Locale::En)).unwrap();
        assert_eq!(view["ok"], false);
        assert_eq!(view["problems"][0]["severity"], "error");
    }
}
