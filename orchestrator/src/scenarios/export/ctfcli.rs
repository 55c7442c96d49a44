//! A repository of challenges for ctfcli: a folder with `challenge.yml` for each task.
//!
//! A contest has questions and answers, no machines and no clock: what a task asks of machines, the timeline and reports
//! stay behind, and the report names each of them.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Exported, losses};
use crate::{
    locales::Locale,
    scenarios::{
        Answer, BundleFile, Definition, LocalText, Message, Scenario, Selection, Taking, Task,
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
        if let Some((selection, _)) = task.answer.selection() {
            description.push('\n');
            for option in &selection.options {
                let text = option.text.get(self.locale);
                let _ = writeln!(description, "- `{}`: {text}", option.id);
            }
        }
        let mut keys = vec![
            ("name".to_owned(), Yaml::text(self.name(task))),
            ("author".to_owned(), Yaml::text(self.scenario.id.as_str())),
            ("category".to_owned(), Yaml::text(category)),
            ("description".to_owned(), Yaml::text(description)),
            ("value".to_owned(), Yaml::plain(task.points)),
            ("type".to_owned(), Yaml::text("standard")),
        ];
        for key in ["id", "title", "text", "points"] {
            self.taken(place(key), &to);
        }
        if task.objective.is_some() {
            self.taken(place("objective"), &to);
        }
        for key in losses::own_keys(task) {
            let message = Message::new("export-none").with("count", 1);
            self.tell(Fate::Lost, place(key), message);
        }
        let flags = self.flags(&place("answer"), &to, &task.answer);
        let is_answered = !flags.is_empty();
        if let Some(attempts) = attempts(&task.answer) {
            keys.push(("attempts".to_owned(), Yaml::plain(attempts)));
        }
        if is_answered {
            keys.push(("flags".to_owned(), Yaml::List(flags)));
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

    /// The flags that an answer makes; none where a contest cannot judge it.
    fn flags(&mut self, place: &str, to: &str, answer: &Answer) -> Vec<Yaml> {
        let flag = |kind: &str, content: &str| {
            Yaml::Map(vec![
                ("type".to_owned(), Yaml::text(kind)),
                ("content".to_owned(), Yaml::text(content)),
                (
                    "data".to_owned(),
                    Yaml::text(if kind == "regex" {
                        "case_sensitive"
                    } else {
                        "case_insensitive"
                    }),
                ),
            ])
        };
        let fixed = |text: &str| templates::expressions(text).is_empty();
        let plain = |text: &str| text.replace("\\{{", "{{");
        let (fate, message, flags) = match answer {
            Answer::Text(text) if text.accept.iter().all(|text| fixed(text)) => {
                let flags = text.accept.iter().map(|text| flag("static", &plain(text)));
                (
                    Fate::Taken,
                    Message::new("import-taken").with("to", to),
                    flags.collect(),
                )
            }
            Answer::Pattern(pattern) => (
                Fate::Taken,
                Message::new("import-taken").with("to", to),
                vec![flag("regex", &pattern.regex)],
            ),
            Answer::File(file) => (
                Fate::Changed,
                Message::new("export-digest"),
                vec![flag("static", &file.sha256)],
            ),
            Answer::Number(number) if fixed(&number.value) => {
                let flags = vec![flag("static", &number.value)];
                if number.tolerance.to_string() == "0" {
                    (
                        Fate::Taken,
                        Message::new("import-taken").with("to", to),
                        flags,
                    )
                } else {
                    (Fate::Changed, Message::new("export-tolerance"), flags)
                }
            }
            Answer::Choice(selection) => (
                Fate::Changed,
                Message::new("export-options"),
                right(selection, Taking::One, flag),
            ),
            Answer::Choices(selection) => (
                Fate::Changed,
                Message::new("export-options"),
                right(selection, Taking::Some, flag),
            ),
            Answer::Order(selection) => (
                Fate::Changed,
                Message::new("export-options"),
                right(selection, Taking::All, flag),
            ),
            Answer::Flag | Answer::Text(_) | Answer::Number(_) => {
                (Fate::Lost, Message::new("export-drawn"), Vec::new())
            }
            Answer::Parts(_) => (Fate::Lost, Message::new("export-parts"), Vec::new()),
            Answer::Check(_) => (Fate::Lost, Message::new("export-check"), Vec::new()),
            Answer::Report(_) => (Fate::Lost, Message::new("export-report"), Vec::new()),
            Answer::Decision(_) => (Fate::Lost, Message::new("export-decision"), Vec::new()),
        };
        self.tell(fate, place, message);
        flags
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

fn right(selection: &Selection, taking: Taking, flag: impl Fn(&str, &str) -> Yaml) -> Vec<Yaml> {
    selection
        .right(taking)
        .iter()
        .map(|right| flag("static", right))
        .collect()
}

fn attempts(answer: &Answer) -> Option<u32> {
    match answer {
        Answer::Text(answer) => answer.attempts,
        Answer::Number(answer) => answer.attempts,
        Answer::Pattern(answer) => answer.attempts,
        Answer::File(answer) => answer.attempts,
        Answer::Choice(answer) | Answer::Choices(answer) | Answer::Order(answer) => answer.attempts,
        Answer::Flag
        | Answer::Parts(_)
        | Answer::Check(_)
        | Answer::Report(_)
        | Answer::Decision(_) => None,
    }
}
