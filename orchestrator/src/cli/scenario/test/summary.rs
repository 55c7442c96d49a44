//! What several tests of one scenario have in common: how often each task and step failed, and how long they took.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::record::Tested;
use crate::locales::{Locale, text};

/// All tests of one scenario.
#[derive(Serialize)]
pub(super) struct Summary {
    path: PathBuf,
    /// How often it was tested.
    runs: usize,
    /// How often it held.
    passed: usize,
    /// How often it could not be tested.
    unable: usize,
    tasks: Vec<Line>,
    steps: Vec<Line>,
}

/// One task or step over all tests that came so far.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Line {
    name: String,
    runs: usize,
    failed: usize,
    fastest_seconds: f64,
    median_seconds: f64,
    slowest_seconds: f64,
}

impl Summary {
    /// Sums up the tests of one path.
    pub(super) fn new(path: &Path, all: &[Tested]) -> Self {
        let own: Vec<&Tested> = all.iter().filter(|tested| tested.path() == path).collect();
        let over = |of: fn(&Tested) -> Vec<(&str, bool, f64)>| -> Vec<Line> {
            let mut names: Vec<&str> = Vec::new();
            let told: Vec<_> = own.iter().flat_map(|tested| of(tested)).collect();
            for (name, ..) in &told {
                if !names.contains(name) {
                    names.push(name);
                }
            }
            let line = |name: &str| {
                let times = told.iter().filter(|(other, ..)| *other == name);
                Line::new(
                    name,
                    times.map(|(_, ok, seconds)| (*ok, *seconds)).collect(),
                )
            };
            names.into_iter().map(line).collect()
        };
        Self {
            path: path.to_owned(),
            runs: own.len(),
            passed: own.iter().filter(|tested| tested.ok).count(),
            unable: own.iter().filter(|tested| tested.is_unable()).count(),
            tasks: over(Tested::tasks),
            steps: over(Tested::steps),
        }
    }

    /// The rows of its table, the head first.
    pub(super) fn rows(&self, locale: Locale) -> Vec<Vec<String>> {
        let say = |id: &str| text(locale, id, &[]);
        let head = [
            "cli-test-kind",
            "cli-test-name",
            "cli-test-failed",
            "cli-test-fastest",
            "cli-test-median",
            "cli-test-slowest",
        ];
        let mut rows = vec![head.map(say).to_vec()];
        let kinds = [
            ("cli-test-task", &self.tasks),
            ("cli-test-step", &self.steps),
        ];
        for (kind, lines) in kinds {
            rows.extend(lines.iter().map(|line| {
                let seconds = |seconds: f64| format!("{seconds:.1} s");
                vec![
                    say(kind),
                    line.name.clone(),
                    format!("{}/{}", line.failed, line.runs),
                    seconds(line.fastest_seconds),
                    seconds(line.median_seconds),
                    seconds(line.slowest_seconds),
                ]
            }));
        }
        rows
    }

    /// How it went in all.
    pub(super) fn head(&self, locale: Locale) -> String {
        let values = [
            ("path", self.path.display().to_string().into()),
            ("passed", self.passed.into()),
            ("runs", self.runs.into()),
        ];
        text(locale, "cli-test-held", &values)
    }
}

impl Line {
    fn new(name: &str, mut runs: Vec<(bool, f64)>) -> Self {
        runs.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        let seconds = |at: usize| runs.get(at).map_or(0.0, |(_, seconds)| *seconds);
        Self {
            name: name.to_owned(),
            runs: runs.len(),
            failed: runs.iter().filter(|(ok, _)| !ok).count(),
            fastest_seconds: seconds(0),
            median_seconds: seconds(runs.len().saturating_sub(1) / 2),
            slowest_seconds: seconds(runs.len().saturating_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_often_and_how_long() {
        let line = Line::new(
            "mend",
            vec![(true, 3.0), (false, 9.0), (true, 1.0), (true, 2.0)],
        );
        let times = (
            line.fastest_seconds,
            line.median_seconds,
            line.slowest_seconds,
        );
        assert_eq!((line.runs, line.failed, times), (4, 1, (1.0, 2.0, 9.0)));
    }

    #[test]
    fn tests_that_were_impossible_are_counted_and_only_the_own() {
        let path = Path::new("a");
        let all = [
            Tested::unable(path, 1, "no engine".to_owned()),
            Tested::unable(Path::new("b"), 1, "no engine".to_owned()),
        ];
        let summary = Summary::new(path, &all);
        assert_eq!((summary.runs, summary.passed, summary.unable), (1, 0, 1));
        for locale in Locale::ALL {
            let shown = format!("{} {:?}", summary.head(locale), summary.rows(locale));
            assert!(!shown.contains("cli-test"), "{shown}");
        }
    }
}
