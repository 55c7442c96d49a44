//! What reading a bundle brings to light: problems, the names that are declared and those that are used.
//!
//! Readers write names down while they go; only when every file has been read is it known which exist, so references
//! are resolved at the end and their mistakes carry a suggestion.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use super::{
    definition::SCENARIO_FILE,
    problem::{Message, Problem, Severity, Span},
    schema::{Asked, Heard},
    source::Source,
    suggest::nearest,
    templates::{self, Scope},
};

/// Most problems kept: past this an author is not reading them any more.
const MAX_PROBLEMS: usize = 500;
/// Most names that are listed when none is like what was written.
const LISTED_NAMES: usize = 12;
/// How much of a wrong `{{…}}` a message repeats, in characters.
const SHOWN_EXPRESSION: usize = 60;

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
    /// A form that an environment may have.
    Variant,
    /// A part of the exercise's time.
    Phase,
    /// A file of the bundle.
    File,
    /// A scenario, where another file names it.
    Scenario,
    /// What a scenario credits those with who pass it.
    Completion,
    /// A course.
    Course,
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
            Self::Variant => "scenario-unknown-variant",
            Self::Phase => "scenario-unknown-phase",
            Self::File => "scenario-unknown-file",
            Self::Scenario => "content-unknown-scenario",
            Self::Completion => "content-unknown-completion",
            Self::Course => "content-unknown-course",
        }
    }
}

struct Reference {
    thing: Thing,
    name: String,
    source: Arc<Source>,
    span: Span,
}

struct Template {
    name: String,
    shown: bool,
    source: Arc<Source>,
    span: Span,
}

/// Everything found so far.
#[derive(Default)]
pub struct Findings {
    problems: RefCell<Vec<Problem>>,
    declared: RefCell<BTreeMap<(Thing, String), Span>>,
    references: RefCell<Vec<Reference>>,
    templates: RefCell<Vec<Template>>,
    unreadable: RefCell<BTreeSet<Thing>>,
    heard: Option<RefCell<Vec<Heard>>>,
    secrets: RefCell<BTreeSet<String>>,
    asked: RefCell<Vec<String>>,
    interpolated: RefCell<BTreeSet<String>>,
    flags: RefCell<BTreeSet<String>>,
}

/// A source and the findings to which its mistakes go.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    source: &'a Arc<Source>,
    findings: &'a Findings,
}

impl<'a> Reader<'a> {
    /// Reads a source into findings.
    pub fn new(source: &'a Arc<Source>, findings: &'a Findings) -> Self {
        Self { source, findings }
    }

    /// The source that it reads.
    pub fn source(self) -> &'a Source {
        self.source
    }

    /// Notes a mistake.
    pub fn error(self, span: Span, message: Message, help: Option<Message>) {
        self.note(Severity::Error, span, message, help);
    }

    /// Notes something that is probably not meant so.
    pub fn warn(self, span: Span, message: Message, help: Option<Message>) {
        self.note(Severity::Warning, span, message, help);
    }

    /// Notes what is asked of a value, where somebody listens.
    pub fn hear(self, span: Span, what: Asked) {
        if let Some(heard) = &self.findings.heard {
            heard.borrow_mut().push(Heard { place: span, what });
        }
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
            let (name, source) = (name.to_owned(), Arc::clone(self.source));
            self.findings.references.borrow_mut().push(Reference {
                thing,
                name,
                source,
                span,
            });
        }
    }

    /// Checks the form of a text with `{{…}}` and writes the names in it down. `shown` says that trainees see it.
    pub fn template(self, text: &str, span: Span, scope: Scope, shown: bool) {
        let mut places = self.source.openings(span);
        for found in templates::expressions(text) {
            let length = found.text.chars().take_while(|c| *c != '\n').count().max(1);
            let span = places.next().map_or(span, |place| Span { length, ..place });
            let Ok(name) = found.name else {
                let shortened: String = found.text.chars().take(SHOWN_EXPRESSION).collect();
                let message = Message::new("scenario-template-form").with("text", shortened);
                self.error(
                    span,
                    message,
                    Some(Message::new("scenario-template-form-help")),
                );
                continue;
            };
            match scope {
                Scope::Environment => {
                    let (name, source) = (name.to_owned(), Arc::clone(self.source));
                    let template = Template {
                        name,
                        shown,
                        source,
                        span,
                    };
                    self.findings.templates.borrow_mut().push(template);
                }
                Scope::Captures(known) => self.capture(name, known, span),
            }
        }
    }

    /// A name in a solution must have been captured by an earlier step.
    fn capture(self, name: &str, known: &[String], span: Span) {
        let capture = name.strip_prefix("capture.");
        if capture.is_some_and(|name| known.iter().any(|known| known == name)) {
            return;
        }
        let near = capture.and_then(|name| nearest(name, known.iter().map(String::as_str)));
        let help = near.map(|near| did_you_mean(&format!("capture.{near}")));
        self.error(
            span,
            Message::new("scenario-unknown-capture").with("name", name),
            help,
        );
    }

    fn note(self, severity: Severity, span: Span, message: Message, help: Option<Message>) {
        self.findings
            .note(severity, self.source, span, message, help);
    }
}

impl Findings {
    /// Findings that also keep what readers ask.
    pub fn listening() -> Self {
        Self {
            heard: Some(RefCell::default()),
            ..Self::default()
        }
    }

    /// What was asked, in order.
    pub fn into_heard(self) -> Vec<Heard> {
        self.heard.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Adds a mistake of a file as a whole.
    pub fn error_in(&self, file: &str, message: Message) {
        let source = Source::new(file, "");
        self.note(Severity::Error, &source, Span::default(), message, None);
    }

    /// Adds a problem, unless it is known already or there are more than anybody reads.
    fn note(
        &self,
        severity: Severity,
        source: &Source,
        span: Span,
        message: Message,
        help: Option<Message>,
    ) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() >= MAX_PROBLEMS {
            return;
        }
        let (file, excerpt) = (source.file().to_owned(), source.excerpt(span));
        let problem = Problem {
            severity,
            file,
            span,
            excerpt,
            message,
            help,
        };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    fn is_full(&self) -> bool {
        self.problems.borrow().len() >= MAX_PROBLEMS
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

    /// Makes all things of a kind known that other files hold; where nobody knows them, none of them is missed.
    pub fn declare_all(&self, thing: Thing, names: Option<&BTreeSet<String>>) {
        match names {
            Some(names) => names.iter().for_each(|name| self.declare(thing, name)),
            None => self.unreadable(thing),
        }
    }

    /// Says that the place where things of a kind are declared could not be read: none of them is then missed.
    pub fn unreadable(&self, thing: Thing) {
        self.unreadable.borrow_mut().insert(thing);
    }

    /// The files in which `{{name}}` stands, one for each time. What answers ask for is not meant.
    pub fn files_with(&self, name: &str) -> Vec<String> {
        let templates = self.templates.borrow();
        let used = templates.iter().filter(|used| used.name == name);
        let mut files: Vec<String> = used.map(|it| it.source.file().to_owned()).collect();
        for _ in self.asked.borrow().iter().filter(|asked| *asked == name) {
            if let Some(at) = files.iter().position(|file| file == SCENARIO_FILE) {
                files.swap_remove(at);
            }
        }
        files
    }

    /// Whether anything asks for `{{name}}`, or holds it.
    pub fn uses(&self, name: &str) -> bool {
        let templates = self.templates.borrow();
        templates.iter().any(|used| used.name == name)
    }

    /// Notes that the Compose file holds a variable.
    pub fn interpolate(&self, variable: &str) {
        let mut interpolated = self.interpolated.borrow_mut();
        interpolated.insert(variable.to_owned());
    }

    /// Whether the Compose file holds a variable.
    pub fn interpolates(&self, variable: &str) -> bool {
        self.interpolated.borrow().contains(variable)
    }

    /// Whether things of a kind could not be read.
    pub fn is_unreadable(&self, thing: Thing) -> bool {
        self.unreadable.borrow().contains(&thing)
    }

    /// Makes the flag of a part known, `<task>.<part>`.
    pub fn offer_flag(&self, name: &str) {
        self.flags.borrow_mut().insert(name.to_owned());
    }

    /// Notes an answer. Where it is a name alone, a text that shows its value to trainees gives it away.
    pub fn keep_secret(&self, answer: &str) {
        let names = templates::expressions(answer).into_iter();
        let names = names.filter_map(|it| it.name.ok().map(str::to_owned));
        self.asked.borrow_mut().extend(names);
        if let [only] = templates::expressions(answer).as_slice()
            && only.text == answer.trim()
            && let Ok(name) = only.name
        {
            self.secrets.borrow_mut().insert(name.to_owned());
        }
    }

    /// Resolves all references; call once, when every file has been read.
    pub fn resolve(&self) {
        let unreadable = self.unreadable.borrow();
        for Reference {
            thing,
            name,
            source,
            span,
        } in self.references.take()
        {
            let known = self.declared.borrow().contains_key(&(thing, name.clone()));
            if known || unreadable.contains(&thing) || self.is_full() {
                continue;
            }
            let help = suggestion(&name, &self.names(thing));
            let message = Message::new(thing.unknown()).with("name", &name);
            self.note(Severity::Error, &source, span, message, help);
        }
        let names = self.template_names();
        let known: HashSet<&str> = names.iter().map(String::as_str).collect();
        for Template {
            name,
            shown,
            source,
            span,
        } in self.templates.borrow().iter()
        {
            let thing = match name.split('.').next() {
                Some("flag") => Some(Thing::Task),
                Some("variable") => Some(Thing::Variable),
                Some("node") => Some(Thing::Node),
                _ => None,
            };
            if thing.is_some_and(|thing| unreadable.contains(&thing)) || self.is_full() {
                continue;
            }
            if !known.contains(name.as_str()) {
                let message = Message::new("scenario-unknown-value").with("name", name);
                self.note(
                    Severity::Error,
                    source,
                    *span,
                    message,
                    suggestion(name, &names),
                );
            } else if *shown && name.starts_with("flag.") {
                let message = Message::new("scenario-flag-shown").with("name", name);
                let help = Some(Message::new("scenario-flag-shown-help"));
                self.note(Severity::Warning, source, *span, message, help);
            } else if *shown && self.secrets.borrow().contains(name) {
                let message = Message::new("scenario-answer-shown").with("name", name);
                let help = Some(Message::new("scenario-answer-shown-help"));
                self.note(Severity::Warning, source, *span, message, help);
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
        let parts = self.flags.borrow();
        known.extend(parts.iter().map(|name| format!("flag.{name}")));
        known.extend(names(Thing::Variable, |name| format!("variable.{name}")));
        known.extend(names(Thing::Node, |name| format!("node.{name}.address")));
        known
    }
}

/// The nearest name, or all of them if they are few.
fn suggestion(written: &str, names: &[String]) -> Option<Message> {
    if let Some(near) = nearest(written, names.iter().map(String::as_str)) {
        return Some(did_you_mean(near));
    }
    (!names.is_empty() && names.len() <= LISTED_NAMES)
        .then(|| Message::new("scenario-known-names").with("names", names.join(", ")))
}

/// "Did you mean `near`?"
pub fn did_you_mean(near: &str) -> Message {
    Message::new("scenario-did-you-mean").with("name", near)
}
