//! A repository of challenges for ctfcli: a folder with `challenge.yml` for each task.
//!
//! A contest has questions and answers, no machines and no clock: what a task asks of machines, the timeline and reports
//! stay behind, and the report names each of them.

use std::{collections::BTreeMap, fmt::Write as _};

mod flags;

use super::{Exported, losses};
use crate::{
    locales::Locale,
    scenarios::{
        Answer, BundleFile, By, Definition, LocalText, Logic, Message, Scenario, Task,
        import::{Fate, Line, Report, Yaml},
        templates,
    },
};

/// Version of the format that is written.
const VERSION: &str = "0.1";

struct Writer<'a> {
    scenario: &'a Scenario,
    locale: Locale,
    lines: Vec<Line>,
    files: BTreeMap<String, BundleFile>,
}

pub(super) fn export(definition: &Definition, locale: Locale) -> Exported {
    let mut writer = Writer {
        scenario: &definition.scenario,
        locale,
        lines: Vec::new(),
        files: BTreeMap::new(),
    };
    writer.readme();
    for (index, task) in definition.scenario.tasks.iter().enumerate() {
        writer.task(index, task);
    }
    writer.rest(definition);
    Exported {
        files: writer.files,
        report: Report {
            lines: writer.lines,
        },
    }
}

impl Writer<'_> {
    fn tell(&mut self, fate: Fate, key: impl AsRef<str>, message: Message) {
        let place = format!("scenario.yaml: {}", key.as_ref());
        self.lines.push(Line {
            fate,
            place,
            message,
        });
    }

    fn taken(&mut self, key: impl AsRef<str>, to: &str) {
        self.tell(
            Fate::Taken,
            key,
            Message::new("import-taken").with("to", to),
        );
    }

    /// A text in the language of the export; names that an environment fills in stay as they are and are told.
    fn text(&mut self, key: &str, text: &LocalText) -> String {
        let text = text.get(self.locale);
        if !templates::expressions(text).is_empty() {
            self.tell(Fate::Changed, key, Message::new("export-names"));
        }
        text.replace("\\{{", "{{")
    }

    /// What the repository is about.
    fn readme(&mut self) {
        let scenario = self.scenario;
        let title = self.text("title", &scenario.title);
        let summary = self.text("summary", &scenario.summary);
        let briefing = scenario
            .briefing
            .as_ref()
            .map(|it| self.text("briefing", it))
            .unwrap_or_default();
        let text = format!("# {title}\n\n{}\n\n{}", summary.trim(), briefing.trim());
        self.put("README.md", format!("{}\n", text.trim()));
        for key in ["title", "summary", "briefing"] {
            if key != "briefing" || scenario.briefing.is_some() {
                self.taken(key, "README.md");
            }
        }
    }

    fn put(&mut self, path: &str, text: String) {
        let file = BundleFile {
            bytes: text.into_bytes(),
            mode: 0o644,
        };
        self.files.insert(path.to_owned(), file);
    }

    /// What a contest calls a task: its title, with its name where two share one.
    fn name(&self, task: &Task) -> String {
        let title = task.title.get(self.locale).replace("\\{{", "{{");
        let same = self
            .scenario
            .tasks
            .iter()
            .filter(|other| other.title.get(self.locale) == task.title.get(self.locale));
        if same.count() > 1 {
            format!("{title} ({})", task.id)
        } else {
            title
        }
    }

    fn task(&mut self, index: usize, task: &Task) {
        let place = |key: &str| format!("tasks[{index}].{key}");
        let to = format!("{}/challenge.yml", task.id);
        let objective = task
            .objective
            .as_ref()
            .and_then(|id| self.scenario.objectives.iter().find(|it| it.id == *id));
        let category = objective
            .map_or(&self.scenario.title, |objective| &objective.title)
            .get(self.locale)
            .to_owned();
        let mut description = self.text(&place("text"), &task.text);
        self.asked(&place("answers"), task, &mut description);
        let mut keys = vec![
            ("name".to_owned(), Yaml::text(self.name(task))),
            ("author".to_owned(), Yaml::text(self.scenario.id.as_str())),
            ("category".to_owned(), Yaml::text(category)),
            ("description".to_owned(), Yaml::text(description)),
            ("value".to_owned(), Yaml::plain(task.points)),
        ];
        for key in ["id", "title", "text", "points"] {
            self.taken(place(key), &to);
        }
        if task.objective.is_some() {
            self.taken(place("objective"), &to);
        }
        if task.worth.decay.is_some() {
            self.taken(place("decay"), &to);
        }
        keys.extend(worth(task));
        for key in losses::own_keys(task) {
            let message = Message::new("export-none").with("count", 1);
            self.tell(Fate::Lost, place(key), message);
        }
        let is_parts = matches!(task.answer, Answer::Parts(_));
        let answered = place(if is_parts { "answers" } else { "answer" });
        let flags = flags::of(&task.answer);
        let told = flags
            .told
            .unwrap_or_else(|| Message::new("import-taken").with("to", &to));
        self.tell(flags.fate, answered, told);
        let is_answered = !flags.list.is_empty();
        if let Some((attempts, is_shared)) = flags::attempts(task) {
            if is_shared {
                let message = Message::new("export-attempts");
                self.tell(Fate::Changed, place("answers.parts[].attempts"), message);
            }
            keys.push(("attempts".to_owned(), Yaml::plain(attempts)));
        }
        keys.extend(self.logic(&place("by"), &to, task));
        if is_answered {
            keys.push(("flags".to_owned(), Yaml::List(flags.list)));
        }
        if !task.hints.is_empty() {
            let mut hints = Vec::new();
            for (number, hint) in task.hints.iter().enumerate() {
                let text = self.text(&place(&format!("hints[{number}]")), &hint.text);
                hints.push(Yaml::Block(vec![
                    ("content".to_owned(), Yaml::text(text)),
                    ("cost".to_owned(), Yaml::plain(hint.cost)),
                ]));
            }
            self.taken(place("hints"), &to);
            keys.push(("hints".to_owned(), Yaml::List(hints)));
        }
        if !task.requires.is_empty() {
            let required = task.requires.iter().filter_map(|id| self.scenario.task(id));
            let names: Vec<String> = required.map(|task| self.name(task)).collect();
            self.taken(place("requires"), &to);
            keys.push(("requirements".to_owned(), Yaml::texts(&names)));
        }
        // What nobody can answer there is not shown.
        let state = if is_answered { "visible" } else { "hidden" };
        keys.push(("state".to_owned(), Yaml::text(state)));
        keys.push(("version".to_owned(), Yaml::text(VERSION)));
        self.put(&to, Yaml::file(&keys));
    }

    /// Adds what is asked below the text: titles of parts, and the options of each.
    fn asked(&mut self, place: &str, task: &Task, description: &mut String) {
        if let Answer::Parts(parts) = &task.answer {
            for (number, part) in parts.parts.iter().enumerate() {
                let key = format!("{place}.parts[{number}].title");
                let title = self.text(&key, &part.title);
                let _ = write!(description, "\n\n**{title}**\n");
                options(&part.answer, self.locale, description);
            }
        } else {
            options(&task.answer, self.locale, description);
        }
    }

    /// Which flags a contest asks for, and of whom.
    fn logic(&mut self, place: &str, to: &str, task: &Task) -> Option<(String, Yaml)> {
        let all = matches!(&task.answer, Answer::Parts(parts) if parts.logic == Logic::All);
        let logic = match (task.by, all) {
            (By::Team, false) => return None,
            (By::Team, true) => "all",
            (By::EveryMember, false) => {
                self.taken(place, to);
                "team"
            }
            (By::EveryMember, true) => {
                self.tell(Fate::Lost, place, Message::new("export-by-parts"));
                "all"
            }
        };
        Some(("logic".to_owned(), Yaml::text(logic)))
    }

    /// What a contest does not have.
    fn rest(&mut self, definition: &Definition) {
        let scenario = self.scenario;
        // Told with what they became, or with how much there is of them.
        let elsewhere = [
            "title",
            "summary",
            "briefing",
            "tasks",
            "environment",
            "solution",
        ];
        for (key, count) in losses::parts(scenario) {
            if key == "objectives" {
                self.tell(Fate::Changed, key, Message::new("export-category"));
            } else if !elsewhere.contains(&key) {
                let message = Message::new("export-none").with("count", count);
                self.tell(Fate::Lost, key, message);
            }
        }
        self.taken("tasks", "challenge.yml");
        let machines = definition.compose.services.len();
        self.tell(
            Fate::Lost,
            "environment",
            Message::new("export-none").with("count", machines),
        );
        let steps = definition.solution.steps.len();
        self.tell(
            Fate::Lost,
            "solution",
            Message::new("export-none").with("count", steps),
        );
        let other = self.locale.other().tag().to_owned();
        let message = Message::new("export-language").with("language", other);
        self.tell(Fate::Lost, "title", message);
    }
}

/// Options of an answer, a line each.
fn options(answer: &Answer, locale: Locale, description: &mut String) {
    if let Some((selection, _)) = answer.selection() {
        description.push('\n');
        for option in &selection.options {
            let text = option.text.get(locale);
            let _ = writeln!(description, "- `{}`: {text}", option.id);
        }
    }
}

/// The type of a challenge, and how its points fall.
fn worth(task: &Task) -> Vec<(String, Yaml)> {
    let Some(decay) = task.worth.decay else {
        return vec![("type".to_owned(), Yaml::text("standard"))];
    };
    let extra = [
        ("initial", Yaml::plain(task.points)),
        ("decay", Yaml::plain(decay.solves)),
        ("minimum", Yaml::plain(decay.to)),
        ("function", Yaml::text("logarithmic")),
    ];
    let extra = extra.map(|(key, value)| (key.to_owned(), value));
    vec![
        ("type".to_owned(), Yaml::text("dynamic")),
        ("extra".to_owned(), Yaml::Block(extra.into())),
    ]
}
