//! Entities: who takes part, and which side of trainees they are.

use std::collections::BTreeMap;

use super::scoring::entries;
use crate::scenarios::{
    Cell, Message,
    import::{
        draft::Draft,
        foreign::{append, find, text_of},
        ledger::Given,
    },
};

/// Who takes part, by name and by path (`blue-team.analyst`).
#[derive(Default)]
pub(super) struct Entities {
    all: BTreeMap<String, Entity>,
}

struct Entity {
    title: String,
    role: Option<String>,
}

impl Entities {
    /// Reads the section; what entities are is told to instructors.
    pub(super) fn read(root: &Given<'_>, draft: &mut Draft) -> Self {
        let mut entities = Self::default();
        let mut lines = Vec::new();
        if let Some(section) = find(root, "entities") {
            entities.take(&section, "", None, &mut lines);
        }
        if !lines.is_empty() {
            let text = root.ledger().text(&lines.join("\n"));
            append(
                &mut draft.scenario.summary,
                Some("import-sdl-entities"),
                &text,
            );
        }
        entities
    }

    fn take(
        &mut self,
        section: &Given<'_>,
        above: &str,
        role: Option<&str>,
        lines: &mut Vec<String>,
    ) {
        for (key, given) in section.entries() {
            let name = text_of(&given, "name").map(|(given, text)| {
                given.taken("timeline[].message.from");
                text
            });
            let own = text_of(&given, "role").map(|(given, role)| {
                match role.to_lowercase().as_str() {
                    "blue" | "white" => given.taken("timeline[].message.to"),
                    // Whether they have a machine is known when machines are.
                    "red" => {}
                    _ => given.changed(Message::new("import-sdl-cell")),
                }
                role
            });
            let role = own.or(role);
            let title = name.unwrap_or(key).to_owned();
            let said: Vec<&str> = ["description", "mission"]
                .iter()
                .filter_map(|key| {
                    let (given, text) = text_of(&given, key)?;
                    given.changed(Message::new("import-sdl-summary"));
                    Some(text)
                })
                .collect();
            if !said.is_empty() {
                lines.push(format!("- **{title}**: {}", said.join(" · ")));
            }
            for key in ["categories", "vulnerabilities", "tlos", "facts", "events"] {
                if let Some(given) = find(&given, key) {
                    given.lost(Message::new("import-sdl-entity-key"));
                }
            }
            let path = if above.is_empty() {
                key.to_owned()
            } else {
                format!("{above}.{key}")
            };
            let entity = || Entity {
                title: title.clone(),
                role: role.map(str::to_lowercase),
            };
            self.all.insert(path.clone(), entity());
            self.all.entry(key.to_owned()).or_insert_with(entity);
            if let Some(inside) = find(&given, "entities") {
                self.take(&inside, &path, role, lines);
            }
        }
    }

    /// The side that an entity plays; nothing where trainees play no part of it.
    pub(super) fn side(&self, name: &str) -> Option<Cell> {
        let entity = self.all.get(name)?;
        Cell::named(entity.role.as_deref()?)
    }

    pub(super) fn title<'a>(&'a self, name: &'a str) -> &'a str {
        self.all.get(name).map_or(name, |entity| &entity.title)
    }
}

/// Whether a message of the exercise is for those who attack.
pub(super) fn reaches_attackers(root: &Given<'_>, entities: &Entities) -> bool {
    entries(root, "injects").iter().any(|(_, given)| {
        let list = find(given, "to-entities");
        let items = list.map(|list| list.items()).unwrap_or_default();
        let mut names = items.iter().filter_map(Given::text);
        names.any(|name| entities.side(name) == Some(Cell::Red))
    })
}

/// Says what became of those who attack: a side of trainees where a machine or a message is theirs.
pub(super) fn attackers(root: &Given<'_>, play: bool) {
    for (_, given) in entries(root, "entities") {
        let attacks = |(_, role): &(Given<'_>, &str)| role.eq_ignore_ascii_case(Cell::Red.as_str());
        if let Some((role, _)) = text_of(&given, "role").filter(attacks) {
            if play {
                role.taken("scenario.yaml: cells.red");
            } else {
                role.changed(Message::new("import-sdl-red-white"));
            }
        }
        attackers(&given, play);
    }
}
