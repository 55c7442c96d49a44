//! `scenario.yaml` written from the model: what the reader reads, the other way round.

use std::time::Duration;

use super::tasks;
use crate::scenarios::{
    Cell, Channel, Effect, Event, Level, LocalText, NodeFile, NodeRole, Objective, RatingShares,
    Recipient, Scenario, ScenarioKind, ScenarioNode, Service, Trigger, Variable, VariableKind,
    import::yaml::Yaml,
};

/// A map that grows by what is there.
#[derive(Default)]
pub(super) struct Keys(Vec<(String, Yaml)>);

impl Keys {
    pub(super) fn put(mut self, key: &str, value: Yaml) -> Self {
        self.0.push((key.to_owned(), value));
        self
    }

    pub(super) fn maybe(self, key: &str, value: Option<Yaml>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    /// Puts a list, unless it is empty.
    pub(super) fn list(self, key: &str, items: Vec<Yaml>) -> Self {
        if items.is_empty() {
            return self;
        }
        self.put(key, Yaml::List(items))
    }

    /// On one line where it fits.
    pub(super) fn map(self) -> Yaml {
        Yaml::Map(self.0)
    }

    /// A line each.
    pub(super) fn block(self) -> Yaml {
        Yaml::Block(self.0)
    }

    pub(super) fn file(self) -> String {
        Yaml::file(&self.0)
    }
}

/// The file.
pub(super) fn write(scenario: &Scenario) -> String {
    let named = |key: &str, entries: Vec<(String, Yaml)>, keys: Keys| {
        if entries.is_empty() {
            return keys;
        }
        keys.put(key, Yaml::Block(entries))
    };
    let keys = Keys::default()
        .put("scenario", Yaml::text(scenario.id.as_str()))
        .put("version", Yaml::plain(scenario.version))
        .put("title", local(&scenario.title))
        .put("summary", local(&scenario.summary))
        .put(
            "kind",
            Yaml::text(match scenario.kind {
                ScenarioKind::Simulation => "simulation",
                ScenarioKind::Tabletop => "tabletop",
            }),
        )
        .put(
            "level",
            Yaml::text(match scenario.level {
                Level::Basic => "basic",
                Level::Intermediate => "intermediate",
                Level::Advanced => "advanced",
            }),
        )
        .put("duration", duration(scenario.duration))
        .list(
            "audience",
            words(scenario.audience.iter().map(|it| it.as_str())),
        )
        .list(
            "sectors",
            words(scenario.sectors.iter().map(|it| it.as_str())),
        )
        .list("attack", texts(&scenario.attack))
        .list("skills", texts(&scenario.skills))
        .maybe(
            "environment",
            scenario.environment.as_deref().map(Yaml::text),
        )
        .put("solution", Yaml::text(&scenario.solution))
        .maybe("briefing", scenario.briefing.as_ref().map(local));
    let keys = named("cells", sides(scenario), keys);
    let keys = named("variants", variants(scenario), keys).list("phases", phases(scenario));
    let keys = named(
        "variables",
        scenario.variables.iter().map(variable).collect(),
        keys,
    );
    let keys = named("nodes", scenario.nodes.iter().map(node).collect(), keys);
    let credits = scenario.credits.iter().map(|credit| {
        let when = Keys::default()
            .put("points", Yaml::plain(credit.points))
            .map();
        Keys::default()
            .put("completion", Yaml::text(&credit.completion))
            .maybe("cell", side(credit.cell))
            .put("to", Yaml::text("present_members"))
            .put("when", when)
            .map()
    });
    keys.list("files", scenario.files.iter().map(file).collect())
        .list(
            "objectives",
            scenario.objectives.iter().map(objective).collect(),
        )
        .list("tasks", scenario.tasks.iter().map(tasks::task).collect())
        .list("services", scenario.services.iter().map(service).collect())
        .list("timeline", scenario.timeline.iter().map(event).collect())
        .list("credits", credits.collect())
        .file()
}

/// What is said to each side.
fn sides(scenario: &Scenario) -> Vec<(String, Yaml)> {
    let sides = scenario.cells.iter().map(|side| {
        let keys = Keys::default().maybe("briefing", side.briefing.as_ref().map(local));
        (side.cell.as_str().to_owned(), keys.map())
    });
    sides.collect()
}

fn variants(scenario: &Scenario) -> Vec<(String, Yaml)> {
    let variants = scenario.variants.iter().map(|variant| {
        let keys = Keys::default().put("title", local(&variant.title));
        (variant.id.as_str().to_owned(), keys.map())
    });
    variants.collect()
}

fn phases(scenario: &Scenario) -> Vec<Yaml> {
    let phases = scenario.phases.iter().map(|phase| {
        Keys::default()
            .put("id", Yaml::text(phase.id.as_str()))
            .put("title", local(&phase.title))
            .put("duration", duration(phase.duration))
            .map()
    });
    phases.collect()
}

fn objective(objective: &Objective) -> Yaml {
    let RatingShares { p, s, m } = objective.rating;
    let rating = Keys::default()
        .put("p", Yaml::plain(p))
        .put("s", Yaml::plain(s))
        .put("m", Yaml::plain(m));
    let usual = objective.rating == RatingShares::default();
    Keys::default()
        .put("id", Yaml::text(objective.id.as_str()))
        .put("title", local(&objective.title))
        .maybe("rating", (!usual).then(|| rating.map()))
        .map()
}

/// A text in both languages.
pub(super) fn local(text: &LocalText) -> Yaml {
    Keys::default()
        .put("vi", Yaml::text(&text.vi))
        .put("en", Yaml::text(&text.en))
        .map()
}

/// A time as an author writes it, in the largest unit that holds it.
pub(super) fn duration(time: Duration) -> Yaml {
    let seconds = time.as_secs();
    Yaml::text(if time.subsec_millis() > 0 {
        format!("{}ms", time.as_millis())
    } else if seconds.is_multiple_of(60) {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    })
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Yaml> {
    words.map(Yaml::text).collect()
}

pub(super) fn texts(items: &[String]) -> Vec<Yaml> {
    items.iter().map(Yaml::text).collect()
}

pub(super) fn ids<'a, T: AsRef<str> + 'a>(items: impl IntoIterator<Item = &'a T>) -> Vec<Yaml> {
    items
        .into_iter()
        .map(|id| Yaml::text(id.as_ref()))
        .collect()
}

/// The side of a thing, where it is not the one that is meant when nothing is said.
pub(super) fn side(cell: Cell) -> Option<Yaml> {
    (cell != Cell::default()).then(|| Yaml::text(cell.as_str()))
}

fn variable(variable: &Variable) -> (String, Yaml) {
    let length = |length: &usize| Keys::default().put("length", Yaml::plain(length)).map();
    let (kind, value) = match &variable.kind {
        VariableKind::Password { length: most } => ("password", length(most)),
        VariableKind::Hex { length: most } => ("hex", length(most)),
        VariableKind::Number { from, to } => (
            "number",
            Keys::default()
                .put("from", Yaml::plain(from))
                .put("to", Yaml::plain(to))
                .map(),
        ),
        VariableKind::Choice(words) => ("choice", Yaml::List(texts(words))),
        VariableKind::Port { from, to } => (
            "port",
            Keys::default()
                .put("from", Yaml::plain(from))
                .put("to", Yaml::plain(to))
                .map(),
        ),
        VariableKind::Address(range) => {
            let keys = Keys::default().put("in", Yaml::text(range.to_string()));
            ("address", keys.map())
        }
        VariableKind::Name { syllables } => {
            let keys = Keys::default().put("syllables", Yaml::plain(syllables));
            ("name", keys.map())
        }
        VariableKind::Variant(values) => {
            let keys = values.iter().fold(Keys::default(), |keys, (of, text)| {
                keys.put(of.as_str(), Yaml::text(text))
            });
            ("variant", keys.map())
        }
    };
    (
        variable.name.as_str().to_owned(),
        Keys::default().put(kind, value).map(),
    )
}

fn node(node: &ScenarioNode) -> (String, Yaml) {
    let role = match node.role {
        NodeRole::Analyst => "analyst",
        NodeRole::Target => "target",
        NodeRole::Adversary => "adversary",
        NodeRole::Infrastructure => "infrastructure",
        NodeRole::Checker => "checker",
    };
    let terminal = node.terminal.as_ref().map(|terminal| {
        Keys::default()
            .put("user", Yaml::text(&terminal.user))
            .maybe("title", terminal.title.as_ref().map(local))
            .map()
    });
    let web = node.web.as_ref().map(|web| {
        Keys::default()
            .put("port", Yaml::plain(web.port))
            .put("title", local(&web.title))
            .map()
    });
    let escalation = node.privilege_escalation.then(|| Yaml::plain(true));
    let keys = Keys::default()
        .put("role", Yaml::text(role))
        .maybe("cell", side(node.cell))
        .maybe("terminal", terminal)
        .maybe("web", web)
        .maybe("privilege_escalation", escalation);
    (node.id.as_str().to_owned(), keys.map())
}

fn file(file: &NodeFile) -> Yaml {
    Keys::default()
        .put("node", Yaml::text(file.node.as_str()))
        .put("path", Yaml::text(&file.path))
        .put("from", Yaml::text(&file.from))
        .maybe("template", file.template.then(|| Yaml::plain(true)))
        .maybe(
            "mode",
            file.mode.map(|mode| Yaml::text(format!("{mode:04o}"))),
        )
        .maybe("owner", file.owner.as_ref().map(Yaml::text))
        .list("variants", ids(&file.variants))
        .map()
}

fn service(service: &Service) -> Yaml {
    let http = Keys::default()
        .put("node", Yaml::text(service.http.node.as_str()))
        .put("port", Yaml::plain(service.http.port))
        .put("path", Yaml::text(&service.http.path))
        .put("expect", Yaml::plain(service.http.expect))
        .maybe("contains", service.http.contains.as_ref().map(Yaml::text));
    Keys::default()
        .put("id", Yaml::text(service.id.as_str()))
        .put("title", local(&service.title))
        .put("from", Yaml::text(service.from.as_str()))
        .put("http", http.map())
        .put("every", duration(service.every))
        .put("points_per_minute", Yaml::plain(service.points_per_minute))
        .block()
}

fn event(event: &Event) -> Yaml {
    let keys = Keys::default()
        .put("id", Yaml::text(event.id.as_str()))
        .maybe("title", event.title.as_ref().map(local));
    let when = |key: &str, id: &str| Keys::default().put(key, Yaml::text(id)).map();
    let keys = match &event.trigger {
        Trigger::At(at) => keys.put("at", duration(*at)),
        Trigger::Solved(task) => keys.put("when", when("solved", task.as_str())),
        Trigger::Decided { task, option } => {
            let decided = Keys::default()
                .put("task", Yaml::text(task.as_str()))
                .put("option", Yaml::text(option.as_str()));
            keys.put("when", Keys::default().put("decided", decided.map()).map())
        }
        Trigger::CheckFailed(service) => keys.put("when", when("check_failed", service.as_str())),
        Trigger::Responded(event) => keys.put("when", when("responded", event.as_str())),
        Trigger::Unanswered(event) => keys.put("when", when("unanswered", event.as_str())),
        Trigger::Manual => keys.put("manual", Yaml::plain(true)),
    };
    let respond = event.respond.as_ref().map(|respond| {
        Keys::default()
            .put("due", duration(respond.due))
            .put("points", Yaml::plain(respond.points))
            .map()
    });
    match &event.effect {
        Effect::Action(action) => {
            let action = Keys::default()
                .put("node", Yaml::text(action.node.as_str()))
                .put("run", Yaml::List(texts(&action.run)))
                .maybe("user", action.user.as_ref().map(Yaml::text));
            keys.put("action", action.map())
        }
        Effect::Message(inject) => {
            let to = match inject.to {
                Recipient::Blue => "blue",
                Recipient::Red => "red",
                Recipient::All => "all",
                Recipient::White => "white",
            };
            let channel = match inject.channel {
                Channel::Mail => "mail",
                Channel::Phone => "phone",
                Channel::News => "news",
                Channel::Chat => "chat",
                Channel::Document => "document",
            };
            let message = Keys::default()
                .put("to", Yaml::text(to))
                .put("channel", Yaml::text(channel))
                .put("from", local(&inject.from))
                .maybe("subject", inject.subject.as_ref().map(local))
                .put("text", local(&inject.text));
            keys.put("message", message.block())
        }
    }
    .maybe("respond", respond)
    .maybe("expected", event.expected.as_ref().map(local))
    .maybe("notes", event.notes.as_ref().map(local))
    .maybe("hold", event.hold.then(|| Yaml::plain(true)))
    .block()
}
