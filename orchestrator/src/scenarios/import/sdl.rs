//! An exercise of Open Cyber Range's scenario definition language (SDL), read into a scenario.
//!
//! The language describes virtual machines that packages of a library are laid on; here a machine is an image that has
//! everything in it. So networks, machines, conditions, metrics and the course of events carry over, and what only a
//! package holds is named as lost. Its parser takes keys in any case, and so does this.

mod entities;
mod machines;
mod scoring;
mod story;
mod units;

use std::{collections::BTreeMap, str, time::Duration};

use super::{
    ImportError, Wanted,
    draft::Draft,
    foreign::{append, find, techniques, text_of},
    ledger::{Given, Ledger},
    names::slug,
};
use crate::scenarios::{Answer, BundleFile, Cell, LocalText, Message, ScenarioNode, Side};

/// Sections that no other YAML of a range has at its top.
const SECTIONS: &[&str] = &[
    "infrastructure",
    "stories",
    "tlos",
    "evaluations",
    "scripts",
    "injects",
];
/// Longest time that a scenario knows.
const LONGEST: Duration = Duration::from_hours(24 * 30);

/// The file that is written in the language, if there is one.
pub(super) fn file(files: &BTreeMap<String, BundleFile>) -> Option<&str> {
    let is_yaml = |path: &str| {
        let path = path.to_lowercase();
        [".yml", ".yaml", ".sdl"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    let is_sdl = |file: &BundleFile| {
        let text = str::from_utf8(&file.bytes).unwrap_or_default();
        let heads = text
            .lines()
            .filter_map(|line| line.trim_end().strip_suffix(':'));
        // A Compose file has services; they may stand under the old language's `scenario:`.
        let heads: Vec<String> = heads
            .filter(|head| head.len() - head.trim_start().len() <= 4)
            .map(|head| head.trim().to_lowercase())
            .collect();
        let named = |name: &str| heads.iter().any(|head| head == name);
        !named("services") && SECTIONS.iter().any(|section| named(section))
    };
    files
        .iter()
        .find(|(path, file)| is_yaml(path) && is_sdl(file))
        .map(|(path, _)| path.as_str())
}

/// Reads the exercise.
pub(super) fn import(
    files: &BTreeMap<String, BundleFile>,
    ledger: &Ledger,
    wanted: &Wanted,
) -> Result<Draft, ImportError> {
    let path = file(files).ok_or(ImportError::Missing("*.sdl, *.yml"))?;
    let bytes = files
        .get(path)
        .map(|file| file.bytes.as_slice())
        .unwrap_or_default();
    let document = ledger.yaml(path, bytes)?;
    let root = document.root(ledger);
    // Before its version 0.10 everything stood below one key.
    let root = find(&root, "scenario")
        .filter(Given::is_map)
        .unwrap_or(root);
    if !root.is_map() {
        return Err(ImportError::Nothing(path.to_owned()));
    }
    let mut draft = start(&root, ledger, wanted);
    let entities = entities::Entities::read(&root, &mut draft);
    let machines = machines::read(&root, &mut draft, &entities, wanted);
    let red = |it: &ScenarioNode| it.cell == Cell::Red;
    let attackers =
        draft.scenario.nodes.iter().any(red) || entities::reaches_attackers(&root, &entities);
    if attackers {
        let side = |cell| Side {
            cell,
            briefing: None,
        };
        draft.scenario.cells = Cell::ALL.map(side).into();
    }
    entities::attackers(&root, attackers);
    let conditions = scoring::read(&root, &mut draft, &machines, ledger);
    story::read(&root, &mut draft, &entities, &conditions);
    // Only the course of events says how long it takes.
    for task in &mut draft.scenario.tasks {
        if let Answer::Report(report) = &mut task.answer {
            report.due = draft.scenario.duration;
        }
    }
    Ok(draft)
}

/// Title, summary and whatever is text alone.
fn start(root: &Given<'_>, ledger: &Ledger, wanted: &Wanted) -> Draft {
    let name = text_of(root, "name");
    let title = name.as_ref().map_or("SDL", |(_, text)| text);
    if let Some((given, _)) = &name {
        given.taken("title");
    }
    let description = text_of(root, "description");
    if let Some((given, _)) = &description {
        given.taken("summary");
    }
    let summary = description.as_ref().map_or(title, |(_, text)| text);
    let id = wanted.id.clone().or_else(|| slug(title));
    let id = id.unwrap_or_else(|| "sdl".to_owned());
    let mut draft = Draft::new(&id, ledger.text(title), ledger.text(summary));
    dates(root, &mut draft);
    goals(root, &mut draft);
    vulnerabilities(root, &mut draft);
    draft
}

/// `start` and `end` are days of the calendar; how long it is between them is what carries over.
fn dates(root: &Given<'_>, draft: &mut Draft) {
    let date = |key| {
        let given = find(root, key)?;
        let time: Option<jiff::Timestamp> = given.text().and_then(|text| text.trim().parse().ok());
        match time {
            Some(_) => given.changed(Message::new("import-sdl-date")),
            None => given.lost(Message::new("import-sdl-time")),
        }
        time
    };
    let (start, end) = (date("start"), date("end"));
    if let (Some(start), Some(end)) = (start, end)
        && let Ok(time) = Duration::try_from(end.duration_since(start))
        && !time.is_zero()
    {
        draft.scenario.duration = time.min(LONGEST);
    }
}

fn goals(root: &Given<'_>, draft: &mut Draft) {
    let Some(goals) = find(root, "goals") else {
        return;
    };
    let mut lines = Vec::new();
    for (key, goal) in goals.entries() {
        let name = text_of(&goal, "name").map_or(key, |(_, text)| text);
        let description = text_of(&goal, "description").map(|(_, text)| text);
        let mut line = match description {
            Some(description) => format!("- **{name}**: {description}"),
            None => format!("- {name}"),
        };
        for key in ["name", "description"] {
            if let Some(given) = find(&goal, key) {
                given.changed(Message::new("import-sdl-briefing"));
            }
        }
        if let Some(given) = find(&goal, "tlos") {
            let served = objectives_of(root, &given);
            if served.is_empty() {
                given.lost(Message::new("import-sdl-goal-tlos"));
            } else {
                line = format!("{line} ({})", served.join(" · "));
                given.changed(Message::new("import-sdl-briefing"));
            }
        }
        lines.push(line);
        if !goal.is_map() {
            goal.changed(Message::new("import-sdl-briefing"));
        }
    }
    brief(draft, "import-sdl-goals", &lines, root);
}

/// What the objectives of a list are called; those that do not exist are left out.
fn objectives_of<'a>(root: &Given<'a>, list: &Given<'a>) -> Vec<&'a str> {
    let Some(all) = find(root, "tlos") else {
        return Vec::new();
    };
    let items = list.items();
    let named = items.iter().filter_map(|item| {
        let key = item.text()?;
        let tlo = all.get(key)?;
        Some(text_of(&tlo, "name").map_or(key, |(_, text)| text))
    });
    named.collect()
}

fn vulnerabilities(root: &Given<'_>, draft: &mut Draft) {
    let Some(all) = find(root, "vulnerabilities") else {
        return;
    };
    let mut lines = Vec::new();
    for (key, given) in all.entries() {
        let of = |key: &str| text_of(&given, key).map(|(_, text)| text);
        let name = of("name").unwrap_or(key);
        let class = of("class")
            .map(|class| format!(" ({class})"))
            .unwrap_or_default();
        let description = of("description")
            .map(|text| format!(": {text}"))
            .unwrap_or_default();
        let line = format!("- **{name}**{class}{description}");
        techniques(&line, &mut draft.scenario.attack);
        lines.push(line);
        for key in ["name", "description", "class"] {
            if let Some(given) = find(&given, key) {
                given.changed(Message::new("import-sdl-summary"));
            }
        }
        if let Some(given) = find(&given, "technical") {
            given.lost(Message::new("import-sdl-technical"));
        }
    }
    if !lines.is_empty() {
        let text = root.ledger().text(&lines.join("\n"));
        let heading = Some("import-sdl-vulnerabilities");
        append(&mut draft.scenario.summary, heading, &text);
    }
}

/// Puts lines under a heading into what trainees read before they begin.
fn brief(draft: &mut Draft, heading: &'static str, lines: &[String], root: &Given<'_>) {
    if lines.is_empty() {
        return;
    }
    let text = root.ledger().text(&lines.join("\n"));
    let summary = &draft.scenario.summary;
    let briefing = draft
        .scenario
        .briefing
        .get_or_insert_with(|| LocalText::clone(summary));
    append(briefing, Some(heading), &text);
}
