//! Every text of a scenario that somebody reads: where it stands, who reads it, and what must be solved before.
//!
//! One list for all who look at texts (flags in clear, values filled in, languages that lack something). The model is
//! taken apart field by field, so that a new text cannot be forgotten: the compiler asks what it is.

mod tasks;

use super::{
    Scenario, TaskId,
    model::{
        Cell, Credit, Effect, Event, Inject, LocalText, NodeFile, Objective, Phase, Recipient,
        ScenarioNode, Service, Side, Terminal, Trigger, Variable, Variant, WebPage,
    },
};

/// A text that somebody reads.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// Where it stands in the file, by position, such as `tasks/0/text`.
    pub place: String,
    /// The same by names, such as `tasks/entry-point/text`.
    pub name: String,
    /// What it says.
    pub text: &'a LocalText,
    /// Who reads it.
    pub readers: Readers,
    /// The tasks that must be solved before it is seen.
    pub after: Vec<&'a TaskId>,
    /// The task that it is a hint to.
    pub hint_to: Option<&'a TaskId>,
}

/// Who reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Everybody.
    All,
    /// The trainees of a side, and those who hold the exercise.
    Side(Cell),
    /// Those who hold the exercise, alone.
    Organisers,
}

impl Readers {
    /// Whether trainees of a side read it.
    #[must_use]
    pub fn include(self, cell: Cell) -> bool {
        match self {
            Self::All => true,
            Self::Side(side) => side == cell,
            Self::Organisers => false,
        }
    }
}

/// All texts, in the order in which the file is read.
#[must_use]
pub fn texts(scenario: &Scenario) -> Vec<Written<'_>> {
    let mut all = Texts::default();
    let Scenario {
        id: _,
        version: _,
        title,
        summary,
        briefing,
        kind: _,
        level: _,
        duration: _,
        audience: _,
        sectors: _,
        attack: _,
        skills: _,
        environment: _,
        solution: _,
        cells,
        variants,
        phases,
        variables,
        nodes,
        files,
        objectives,
        tasks,
        services,
        timeline,
        credits,
    } = scenario;
    all.add(&At::root("title"), title, Readers::All);
    all.add(&At::root("summary"), summary, Readers::All);
    all.maybe(&At::root("briefing"), briefing.as_ref(), Readers::All);
    for Side { cell, briefing } in cells {
        let at = At::root("cells").of(cell.as_str()).key("briefing");
        all.maybe(&at, briefing.as_ref(), Readers::Side(*cell));
    }
    for Variant { id, title } in variants {
        let at = At::root("variants").of(id.as_str()).key("title");
        all.add(&at, title, Readers::Organisers);
    }
    for (index, phase) in phases.iter().enumerate() {
        let Phase {
            id,
            title,
            duration: _,
        } = phase;
        let at = At::root("phases").item(index, id.as_str()).key("title");
        all.add(&at, title, Readers::All);
    }
    hold_none(variables, files, credits);
    for node in nodes {
        all.node(node);
    }
    for (index, objective) in objectives.iter().enumerate() {
        let Objective {
            id,
            title,
            rating: _,
        } = objective;
        let at = At::root("objectives").item(index, id.as_str()).key("title");
        all.add(&at, title, Readers::All);
    }
    for (index, task) in tasks.iter().enumerate() {
        all.task(&At::root("tasks").item(index, task.id.as_str()), task);
    }
    for (index, service) in services.iter().enumerate() {
        let Service {
            id,
            title,
            from: _,
            http: _,
            every: _,
            points_per_minute: _,
        } = service;
        let at = At::root("services").item(index, id.as_str()).key("title");
        all.add(&at, title, Readers::All);
    }
    for (index, event) in timeline.iter().enumerate() {
        all.event(&At::root("timeline").item(index, event.id.as_str()), event);
    }
    all.0
}

/// What holds no text, as long as it has no other fields.
fn hold_none(variables: &[Variable], files: &[NodeFile], credits: &[Credit]) {
    for Variable { name: _, kind: _ } in variables {}
    for NodeFile {
        node: _,
        path: _,
        from: _,
        template: _,
        mode: _,
        owner: _,
        variants: _,
    } in files
    {}
    for Credit {
        completion: _,
        cell: _,
        points: _,
    } in credits
    {}
}

/// A place by position and by names.
#[derive(Clone)]
struct At {
    place: String,
    name: String,
}

impl At {
    fn root(key: &str) -> Self {
        Self {
            place: key.to_owned(),
            name: key.to_owned(),
        }
    }

    /// A key below.
    fn key(&self, key: &str) -> Self {
        Self {
            place: format!("{}/{key}", self.place),
            name: format!("{}/{key}", self.name),
        }
    }

    /// What a map holds under a name.
    fn of(&self, name: &str) -> Self {
        self.key(name)
    }

    /// One of a list.
    fn item(&self, index: usize, name: &str) -> Self {
        Self {
            place: format!("{}/{index}", self.place),
            name: format!("{}/{name}", self.name),
        }
    }
}

/// The texts so far.
#[derive(Default)]
struct Texts<'a>(Vec<Written<'a>>);

impl<'a> Texts<'a> {
    fn add(&mut self, at: &At, text: &'a LocalText, readers: Readers) {
        self.after(at, text, readers, Vec::new());
    }

    fn maybe(&mut self, at: &At, text: Option<&'a LocalText>, readers: Readers) {
        if let Some(text) = text {
            self.add(at, text, readers);
        }
    }

    fn after(&mut self, at: &At, text: &'a LocalText, readers: Readers, after: Vec<&'a TaskId>) {
        self.0.push(Written {
            place: at.place.clone(),
            name: at.name.clone(),
            text,
            readers,
            after,
            hint_to: None,
        });
    }

    fn node(&mut self, node: &'a ScenarioNode) {
        let ScenarioNode {
            id,
            role: _,
            cell: _,
            terminal,
            web,
            privilege_escalation: _,
        } = node;
        let at = At::root("nodes").of(id.as_str());
        if let Some(Terminal { user: _, title }) = terminal {
            self.maybe(&at.key("terminal/title"), title.as_ref(), Readers::All);
        }
        if let Some(WebPage { port: _, title }) = web {
            self.add(&at.key("web/title"), title, Readers::All);
        }
    }

    fn event(&mut self, at: &At, event: &'a Event) {
        let Event {
            id: _,
            title,
            trigger,
            effect,
            respond: _,
            expected,
            notes,
            hold: _,
        } = event;
        for (key, text) in [("title", title), ("expected", expected), ("notes", notes)] {
            self.maybe(&at.key(key), text.as_ref(), Readers::Organisers);
        }
        let Effect::Message(message) = effect else {
            return;
        };
        let Inject {
            to,
            channel: _,
            from,
            subject,
            text,
        } = message;
        let readers = match to {
            Recipient::White => Readers::Organisers,
            Recipient::Blue => Readers::Side(Cell::Blue),
            Recipient::Red => Readers::Side(Cell::Red),
            Recipient::All => Readers::All,
        };
        let after: Vec<&TaskId> = match trigger {
            Trigger::Solved(task) | Trigger::Decided { task, .. } => vec![task],
            _ => Vec::new(),
        };
        let at = at.key("message");
        self.after(&at.key("from"), from, readers, after.clone());
        if let Some(subject) = subject {
            self.after(&at.key("subject"), subject, readers, after.clone());
        }
        self.after(&at.key("text"), text, readers, after);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenarios::{Bundle, check};

    #[test]
    fn every_text_stands_where_the_list_says() {
        for scenario in ["routed-dmz", "ransomware-tabletop", "web-defacement"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../scenarios")
                .join(scenario);
            let bundle = Bundle::open(&folder).unwrap();
            let file = bundle.file("scenario.yaml").unwrap();
            let written = String::from_utf8(file.bytes.clone()).unwrap();
            let definition = check(bundle).definition.unwrap();
            let listed = texts(&definition.scenario);
            // Each text in both languages is `vi:` once in the file.
            assert_eq!(
                listed.len(),
                written.matches("vi:").count(),
                "{scenario}: {:#?}",
                listed.iter().map(|it| &it.name).collect::<Vec<_>>()
            );
            let mut places: Vec<&str> = listed.iter().map(|it| it.place.as_str()).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), listed.len());
        }
    }
}
