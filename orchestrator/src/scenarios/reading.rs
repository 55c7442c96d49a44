//! The scenarios' reader for other files that people write: courses and plans.
//!
//! Whoever owns such a file says how it is read into types; places, excerpts, suggestions and both languages come from
//! here, so that a mistake looks the same whatever file it stands in. It decides nothing about what a file means, and
//! reads none itself: what other files hold is handed in.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    definition::readable,
    findings::Findings,
    problem::{Message, Problem, Severity},
    tree,
};
pub(crate) use super::{
    fields::Fields,
    findings::{Reader, Thing, did_you_mean},
    nice::read as work_roles,
    scalars::is_name,
    schema::{Asked, of as schema},
    suggest::nearest,
    tree::{Node, Value},
};

/// What reading a file brought.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// What it says, unless there is an error.
    pub value: Option<T>,
    /// All mistakes, by place.
    pub problems: Vec<Problem>,
}

/// What stands in other files and may be named; what nobody has looked at is never missed.
#[derive(Clone, Debug, Default)]
pub struct Others {
    /// Scenarios, each with what it credits those with who pass it.
    pub scenarios: Option<BTreeMap<String, Vec<String>>>,
    /// Courses.
    pub courses: Option<BTreeSet<String>>,
    /// Names that other files of this kind bear, each with its file.
    pub taken: BTreeMap<String, String>,
}

impl Others {
    /// Reads a file and says everything that is wrong with it.
    pub(crate) fn outcome<T>(
        &self,
        file: &str,
        bytes: &[u8],
        read: impl FnOnce(Reader<'_>, &Node) -> T,
    ) -> Outcome<T> {
        let findings = Findings::default();
        findings.declare_all(Thing::Course, self.courses.as_ref());
        let scenarios = self.scenarios.as_ref();
        let names = scenarios.map(|known| known.keys().cloned().collect());
        findings.declare_all(Thing::Scenario, names.as_ref());
        let credited = scenarios.map(|known| known.values().flatten().cloned().collect());
        findings.declare_all(Thing::Completion, credited.as_ref());
        let source = readable(&findings, file, bytes);
        let value = source.and_then(|source| {
            let reader = Reader::new(&source, &findings);
            let root = tree::read(reader)?;
            Some(read(reader, &root))
        });
        findings.resolve();
        let problems = findings.into_problems();
        let faultless = problems
            .iter()
            .all(|problem| problem.severity == Severity::Warning);
        Outcome {
            value: value.filter(|_| faultless),
            problems,
        }
    }

    /// The name of the file's own thing, which no other file may bear.
    pub(crate) fn own_name(&self, fields: &Fields<'_>, key: &'static str) -> String {
        let name = Form::Name.read(fields, key);
        if let Some(file) = self.taken.get(&name) {
            let message = Message::new("content-taken")
                .with("name", &name)
                .with("file", file);
            fields.reader().error(fields.span(key), message, None);
        }
        name
    }
}

/// What stands behind a key at the margin of a file, also of one that cannot be read otherwise.
#[must_use]
pub fn at_margin<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let behind = |line: &'a str| line.strip_prefix(key)?.strip_prefix(':');
    let bare = text.lines().find_map(behind)?.split(" #").next()?.trim();
    Some(bare.trim_matches(['"', '\'']))
}

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Small letters, digits and hyphens.
    Name,
    /// Letters, digits, hyphens and underscores, as in `BA-01` or `security_spend`.
    Code,
}

impl Form {
    /// A name that must be there.
    pub(crate) fn read(self, fields: &Fields<'_>, key: &'static str) -> String {
        fields
            .required(key)
            .map(|node| self.of(fields.reader(), node))
            .unwrap_or_default()
    }

    /// The name that a value holds.
    pub(crate) fn of(self, reader: Reader<'_>, node: &Node) -> String {
        let text = reader.filled(node);
        if text.trim().is_empty() {
            return String::new();
        }
        match self {
            Self::Name => reader.name(&text, node.span),
            Self::Code => {
                if !is_name(&text.to_ascii_lowercase().replace('_', "-")) {
                    let message = Message::new("scenario-name").with("name", &text);
                    let help = Message::new("content-code-help");
                    reader.error(node.span, message, Some(help));
                }
                text
            }
        }
    }
}

/// Names that a file gives to things of one kind, each once.
#[derive(Debug, Default)]
pub(crate) struct Names(RefCell<BTreeMap<String, usize>>);

impl Names {
    /// The name that a thing gets.
    pub(crate) fn give(&self, fields: &Fields<'_>, key: &'static str, form: Form) -> String {
        let name = form.read(fields, key);
        if name.is_empty() {
            return name;
        }
        let span = fields.span(key);
        let first = self.0.borrow_mut().insert(name.clone(), span.line);
        if let Some(line) = first {
            let message = Message::new("scenario-declared-twice")
                .with("name", &name)
                .with("line", line);
            fields.reader().error(span, message, None);
        }
        name
    }
}
