//! What reading a bundle brings to light: problems, the names that are declared and those that are used.
//!
//! Readers write names down while they go; only when every file has been read is it known which exist, so references
//! are resolved at the end and their mistakes carry a suggestion.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    problem::{Message, Problem, Severity, Span},
    suggest::nearest,
    templates::{self, Scope},
};

/// Most problems kept: past this an author is not reading them any more.
const MAX_PROBLEMS: usize = 500;

/// A kind of thing that an author names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A machine.
    Node,
    /// A service of the Compose file, which is a node too.
    ComposeService,
    /// A network of the Compose file.
    Network,
    /// A task.
    Task,
    /// An objective.
    Objective,
    /// A service whose availability counts.
    Service,
    /// An event of the timeline.
    Event,
    /// A value drawn for each environment.
    Variable,
    /// A file of the bundle.
    File,
}

impl Thing {
    fn unknown(self) -> &'static str {
        match self {
            Self::Node => "scenario-unknown-node",
            Self::ComposeService => "scenario-unknown-compose-service",
            Self::Network => "scenario-unknown-network",
            Self::Task => "scenario-unknown-task",
            Self::Objective => "scenario-unknown-objective",
            Self::Service => "scenario-unknown-service",
            Self::Event => "scenario-unknown-event",
            Self::Variable => "scenario-unknown-variable",
            Self::File => "scenario-unknown-file",
        }
    }
}

/// A text file of the bundle while it is read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path in the bundle.
    pub file: String,
    /// What it holds.
    pub text: String,
}

struct Reference {
    thing: Thing,
    name: String,
    file: String,
    span: Span,
    excerpt: String,
}

struct Template {
    name: String,
    shown: bool,
    file: String,
    span: Span,
    excerpt: String,
}

/// Everything found so far.
#[derive(Default)]
pub struct Findings {
    problems: RefCell<Vec<Problem>>,
    declared: RefCell<BTreeMap<(Thing, String), Span>>,
    references: RefCell<Vec<Reference>>,
    templates: RefCell<Vec<Template>>,
    unreadable: RefCell<BTreeSet<Thing>>,
}

/// A source and the findings to which its mistakes go.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    source: &'a Source,
    findings: &'a Findings,
}

impl<'a> Reader<'a> {
    /// Reads a source into findings.
    pub fn new(source: &'a Source, findings: &'a Findings) -> Self {
        Self { source, findings }
    }

    /// What the source holds.
    pub fn whole(self) -> &'a str {
        &self.source.text
    }

    /// Notes a mistake.
    pub fn error(self, span: Span, message: Message, help: Option<Message>) {
        self.note(Severity::Error, span, message, help);
    }

    /// Notes something that is probably not meant so.
    pub fn warn(self, span: Span, message: Message, help: Option<Message>) {
        self.note(Severity::Warning, span, message, help);
    }

    /// Where all findings go.
    pub fn findings(self) -> &'a Findings {
        self.findings
    }

    /// Writes down that a name exists; a second one of the same name is a mistake.
    pub fn declare(self, thing: Thing, name: &str, span: Span) {
        if name.is_empty() {
            return;
        }
        let first = self
            .findings
            .declared
            .borrow()
            .get(&(thing, name.to_owned()))
            .copied();
        match first {
            Some(first) => {
                let message = Message::new("scenario-declared-twice")
                    .with("name", name)
                    .with("line", first.line);
                self.error(span, message, None);
            }
            None => {
                self.findings
                    .declared
                    .borrow_mut()
                    .insert((thing, name.to_owned()), span);
            }
        }
    }

    /// Writes down that a name is used here; whether it exists is seen at the end.
    pub fn refer(self, thing: Thing, name: &str, span: Span) {
        if !name.is_empty() {
            self.findings.references.borrow_mut().push(Reference {
                thing,
                name: name.to_owned(),
                file: self.source.file.clone(),
                span,
                excerpt: self.line(span),
            });
        }
    }

    /// Checks the form of a text with `{{…}}` and writes the names in it down. `shown` says that trainees see it.
    pub fn template(self, text: &str, span: Span, scope: Scope, shown: bool) {
        for (index, found) in templates::expressions(text).into_iter().enumerate() {
            let span = self.within(span, index, found.text);
            let Ok(name) = found.name else {
                let message = Message::new("scenario-template-form").with("text", found.text);
                self.error(
                    span,
                    message,
                    Some(Message::new("scenario-template-form-help")),
                );
                continue;
            };
            {
                match scope {
                    Scope::Environment => self.findings.templates.borrow_mut().push(Template {
                        name: name.to_owned(),
                        shown,
                        file: self.source.file.clone(),
                        span,
                        excerpt: self.line(span),
                    }),
                    Scope::Captures(known) => {
                        let capture = name.strip_prefix("capture.");
                        if !capture.is_some_and(|name| known.iter().any(|known| known == name)) {
                            let message =
                                Message::new("scenario-unknown-capture").with("name", name);
                            let near = capture
                                .and_then(|name| nearest(name, known.iter().map(String::as_str)));
                            let help = near.map(|near| did_you_mean(&format!("capture.{near}")));
                            self.error(span, message, help);
                        }
                    }
                }
            }
        }
    }

    /// The place of the `index`th `{{` at or behind the start of a text.
    fn within(self, span: Span, index: usize, text: &str) -> Span {
        let first = span.line.saturating_sub(1);
        let length = text.chars().take_while(|c| *c != '\n').count().max(1);
        self.source
            .text
            .lines()
            .enumerate()
            .skip(first)
            .flat_map(|(number, line)| {
                line.match_indices("{{")
                    .map(move |(at, _)| (number + 1, line[..at].chars().count() + 1))
            })
            .filter(|(line, column)| *line > span.line || *column >= span.column)
            .nth(index)
            .map_or(span, |(line, column)| Span {
                line,
                column,
                length,
            })
    }

    fn note(self, severity: Severity, span: Span, message: Message, help: Option<Message>) {
        let (file, excerpt) = (self.source.file.clone(), self.line(span));
        self.findings.add(Problem {
            severity,
            file,
            span,
            excerpt,
            message,
            help,
        });
    }

    fn line(self, span: Span) -> String {
        span.line
            .checked_sub(1)
            .and_then(|index| self.source.text.lines().nth(index))
            .unwrap_or_default()
            .to_owned()
    }
}

impl Findings {
    /// Adds a problem, unless it is known already.
    pub fn add(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MAX_PROBLEMS && !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Adds a mistake of a file as a whole.
    pub fn error_in(&self, file: &str, message: Message, help: Option<Message>) {
        let (file, span, excerpt) = (file.to_owned(), Span::default(), String::new());
        self.add(Problem {
            severity: Severity::Error,
            file,
            span,
            excerpt,
            message,
            help,
        });
    }

    /// Makes a thing known that stands in no text, such as a file.
    pub fn declare(&self, thing: Thing, name: &str) {
        self.declared
            .borrow_mut()
            .insert((thing, name.to_owned()), Span::default());
    }

    /// The names of a kind, sorted.
    pub fn names(&self, thing: Thing) -> Vec<String> {
        self.declared
            .borrow()
            .keys()
            .filter(|(kind, _)| *kind == thing)
            .map(|(_, name)| name.clone())
            .collect()
    }

    /// Says that the place where things of a kind are declared could not be read: none of them is then missed.
    pub fn unreadable(&self, thing: Thing) {
        self.unreadable.borrow_mut().insert(thing);
    }

    /// Whether a text or file holds `{{flag.<task>}}`.
    pub fn places_flag(&self, task: &str) -> bool {
        self.templates
            .borrow()
            .iter()
            .any(|used| used.name.strip_prefix("flag.") == Some(task))
    }

    /// Resolves all references; call once, when every file has been read.
    pub fn resolve(&self) {
        let unreadable = self.unreadable.borrow();
        for used in self.references.take() {
            let known = self
                .declared
                .borrow()
                .contains_key(&(used.thing, used.name.clone()));
            if known || unreadable.contains(&used.thing) {
                continue;
            }
            let names = self.names(used.thing);
            let message = Message::new(used.thing.unknown()).with("name", &used.name);
            let help = self.suggestion(&used.name, &names);
            let Reference {
                file,
                span,
                excerpt,
                ..
            } = used;
            self.add(Problem {
                severity: Severity::Error,
                file,
                span,
                excerpt,
                message,
                help,
            });
        }
        let known = self.template_names();
        for used in self.templates.borrow().iter() {
            let kind = match used.name.split('.').next() {
                Some("flag") => Some(Thing::Task),
                Some("variable") => Some(Thing::Variable),
                Some("node") => Some(Thing::Node),
                _ => None,
            };
            if kind.is_some_and(|kind| unreadable.contains(&kind)) {
                continue;
            }
            let (file, span, excerpt) = (used.file.clone(), used.span, used.excerpt.clone());
            if !known.contains(&used.name) {
                let message = Message::new("scenario-unknown-value").with("name", &used.name);
                let help = self.suggestion(&used.name, &known);
                self.add(Problem {
                    severity: Severity::Error,
                    file,
                    span,
                    excerpt,
                    message,
                    help,
                });
            } else if used.shown && used.name.starts_with("flag.") {
                let message = Message::new("scenario-flag-shown").with("name", &used.name);
                let help = Some(Message::new("scenario-flag-shown-help"));
                self.add(Problem {
                    severity: Severity::Warning,
                    file,
                    span,
                    excerpt,
                    message,
                    help,
                });
            }
        }
    }

    /// All problems, by file and place; errors before warnings of the same place.
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by(|one, other| {
            (&one.file, one.span, one.severity).cmp(&(&other.file, other.span, other.severity))
        });
        problems
    }

    /// Every name that `{{…}}` may hold.
    fn template_names(&self) -> Vec<String> {
        let names = |thing, form: fn(&str) -> String| -> Vec<String> {
            self.names(thing).iter().map(|name| form(name)).collect()
        };
        let mut known = vec!["environment.id".to_owned()];
        known.extend(names(Thing::Task, |name| format!("flag.{name}")));
        known.extend(names(Thing::Variable, |name| format!("variable.{name}")));
        known.extend(names(Thing::Node, |name| format!("node.{name}.address")));
        known
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as what it is at both places of use"
    )]
    fn suggestion(&self, written: &str, names: &[String]) -> Option<Message> {
        if let Some(near) = nearest(written, names.iter().map(String::as_str)) {
            return Some(did_you_mean(near));
        }
        (!names.is_empty() && names.len() <= 12)
            .then(|| Message::new("scenario-known-names").with("names", names.join(", ")))
    }
}

/// "Did you mean `near`?"
pub fn did_you_mean(near: &str) -> Message {
    Message::new("scenario-did-you-mean").with("name", near)
}
