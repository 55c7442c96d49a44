//! Challenges of a capture-the-flag contest, wherever they were read from, put together as one scenario.
//!
//! Each challenge is a task; where all of its flags are asked for each is a part of it, or a task of its own where there
//! are too many. Trainees work from a workstation on which the challenges' files lie; a challenge with an image of its own
//! is a machine beside it.

mod answers;
mod order;
mod worth;

pub(super) use worth::{Falling, points};

use std::collections::{BTreeMap, HashSet};

use super::{
    Fate, Wanted,
    draft::{self, Draft, Machine},
    ledger::{Given, Ledger},
    names::{Names, slug},
    yaml::Yaml,
};
use crate::{
    locales::Locale,
    scenarios::{
        Audience, BundleFile, By, Decay, LocalText, MAX_FILES, Message, NodeRole, Objective,
        ObjectiveId, RatingShares, TaskId, WebPage,
    },
};

/// Most points that a task can bring.
const MAX_POINTS: i64 = 100_000;
/// Most tries that a task can count.
const MAX_ATTEMPTS: i64 = 1_000;
/// Most bytes of all files together; what is left of a bundle is for texts.
const MOST_BYTES: usize = 60 << 20;
/// Most files of all challenges; what is left of a bundle is its own.
const MOST_FILES: usize = MAX_FILES - 10;
/// Most files of one challenge.
const MOST_OF_ONE: usize = 200;
/// Most patterns among all flags: each is compiled to be judged.
const MOST_PATTERNS: usize = 1_000;
/// Most ties between tasks: every part of one waits for every part of another.
const MOST_TIES: usize = 20_000;
/// Longest text that stands in each part of a challenge, in bytes; the others name the first.
const MOST_REPEATED: usize = 4_000;
/// Most characters of a title.
const LONGEST_NAME: usize = 200;
/// Most characters of a topic or a tag.
const LONGEST_TOPIC: usize = 80;
/// The machine on which files lie.
const WORKSTATION: &str = "workstation";

/// A challenge.
pub(super) struct Challenge<'a> {
    /// What other challenges call it.
    pub key: String,
    /// Its title.
    pub name: String,
    /// Where it stands.
    pub given: Given<'a>,
    /// Its text, in Markdown.
    pub description: String,
    /// Lines below the text.
    pub remarks: Vec<Message>,
    /// Its objective.
    pub category: Option<String>,
    /// What it brings.
    pub points: u32,
    /// How that falls.
    pub falling: Falling<'a>,
    /// What solves it.
    pub flags: Vec<Flag<'a>>,
    /// Where it says that all flags are asked for.
    every_flag: Option<Given<'a>>,
    /// Who of a team must answer.
    by: By,
    /// How often a team may try, and where that stands.
    attempts: Option<(u32, Given<'a>)>,
    /// What they cost and say.
    pub hints: Vec<(u32, String)>,
    /// Keys of what must be solved before.
    pub requires: Vec<(String, Given<'a>)>,
    /// Files for the workstation.
    pub files: Vec<(String, &'a BundleFile)>,
    /// An image and the port of its page.
    pub machine: Option<(String, Option<u16>)>,
    /// What instructors know it is about.
    pub topics: Vec<String>,
}

/// What all challenges together may still take.
struct Room {
    bytes: usize,
    files: usize,
    patterns: usize,
    ties: usize,
}

/// What solves a challenge.
pub(super) struct Flag<'a> {
    /// A text, or a regular expression.
    pub content: String,
    /// Whether it is a regular expression.
    pub is_pattern: bool,
    /// Whether upper and lower case are the same.
    pub any_case: bool,
    /// Where it stands.
    pub given: Given<'a>,
}

impl<'a> Challenge<'a> {
    /// A challenge of which no more is known than its name.
    pub(super) fn new(key: String, mut name: String, given: Given<'a>) -> Self {
        // Every part of it repeats its title.
        if let Some((at, _)) = name.char_indices().nth(LONGEST_NAME) {
            let message = Message::new("import-renamed").with("name", &name);
            name.truncate(at);
            let message = message.with("to", &name);
            given.ledger().tell(Fate::Changed, given.place(), message);
        }
        Self {
            key,
            name,
            given,
            description: String::new(),
            remarks: Vec::new(),
            category: None,
            points: 0,
            falling: Falling::default(),
            flags: Vec::new(),
            every_flag: None,
            by: By::Team,
            attempts: None,
            hints: Vec::new(),
            requires: Vec::new(),
            files: Vec::new(),
            machine: None,
            topics: Vec::new(),
        }
    }

    /// Adds a file for the players under a name of its own; whether there is room for it.
    pub(super) fn file(&mut self, path: &str, file: &'a BundleFile) -> bool {
        if self.files.len() >= MOST_OF_ONE {
            return false;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let mut free = name.to_owned();
        let mut number = 2_u32;
        while self.files.iter().any(|(other, _)| *other == free) {
            free = format!("{number}-{name}");
            number += 1;
        }
        self.files.push((free, file));
        true
    }

    /// Adds what instructors know it is about.
    pub(super) fn topic(&mut self, topic: &str) {
        let topic: String = topic.chars().take(LONGEST_TOPIC).collect();
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
        }
    }

    /// How all its flags are asked for: any, all, or by each member of a team.
    pub(super) fn logic(&mut self, given: &Given<'a>) {
        match given.text() {
            Some("any") => given.taken("scenario.yaml: tasks"),
            // What becomes of it is known when the flags are.
            Some("all") => self.every_flag = Some(given.clone()),
            Some("team") => {
                self.by = By::EveryMember;
                given.taken("scenario.yaml: tasks[].by");
            }
            _ => given.lost(Message::new("import-unknown")),
        }
    }

    /// How often a team may try; 0 is without limit.
    pub(super) fn tries(&mut self, given: &Given<'a>) {
        match given.integer() {
            Some(0) => given.taken("scenario.yaml: tasks"),
            Some(number @ 1..=MAX_ATTEMPTS) => {
                let number = u32::try_from(number).ok();
                self.attempts = number.map(|number| (number, given.clone()));
            }
            _ => given.lost(bounds(1, MAX_ATTEMPTS)),
        }
    }

    /// What it brings.
    pub(super) fn worth(&mut self, given: &Given<'_>) {
        if let Some(points) = points(given) {
            self.points = points;
        }
    }
}

fn bounds(from: i64, to: i64) -> Message {
    Message::new("scenario-number")
        .with("from", from)
        .with("to", to)
}

/// One scenario of all challenges.
pub(super) fn assemble(challenges: Vec<Challenge<'_>>, ledger: &Ledger, wanted: &Wanted) -> Draft {
    let single = match challenges.as_slice() {
        [only] => Some(only.name.clone()),
        _ => None,
    };
    let id = wanted.name(single.as_deref(), "contest");
    let title = match &single {
        Some(name) => ledger.text(name),
        None => draft::ours(&Message::new("import-challenges-title")),
    };
    let mut summary =
        draft::ours(&Message::new("import-challenges-summary").with("count", challenges.len()));
    let mut seen = HashSet::new();
    let topics = challenges.iter().flat_map(|it| &it.topics);
    let topics: Vec<&str> = topics
        .map(String::as_str)
        .filter(|topic| seen.insert(*topic))
        .collect();
    if !topics.is_empty() {
        add_line(
            &mut summary,
            &Message::new("import-topics").with("topics", draft::literal(&topics.join(", "))),
        );
    }
    let mut room = Room {
        bytes: MOST_BYTES,
        files: MOST_FILES,
        patterns: MOST_PATTERNS,
        ties: MOST_TIES,
    };
    let mut draft = Draft::new(&id, title, summary);
    draft.scenario.audience.push(Audience::ItSpecialist);
    let workstation = Machine::new(WORKSTATION, "thaotruong/workstation:1");
    draft.machine(
        workstation,
        draft::node(WORKSTATION, NodeRole::Analyst).with_terminal("analyst"),
    );
    let mut names = Names::new("task");
    let mut machines = Names::new("machine");
    machines.make(WORKSTATION);
    let mut parts: BTreeMap<String, Vec<TaskId>> = BTreeMap::new();
    let mut requires = Vec::new();
    for challenge in challenges {
        let first = draft.scenario.tasks.len();
        let key = challenge.key.clone();
        let before = challenge.requires.clone();
        add(challenge, &mut draft, &mut names, &mut machines, &mut room);
        let own = draft
            .scenario
            .tasks
            .iter()
            .skip(first)
            .map(|task| task.id.clone());
        parts.entry(key).or_default().extend(own);
        requires.push((first..draft.scenario.tasks.len(), before));
    }
    for (range, before) in requires {
        let mut asked = HashSet::new();
        for (key, given) in before {
            if !asked.insert(key.clone()) {
                given.spare();
                continue;
            }
            let Some(ids) = parts.get(&key) else {
                given.lost(Message::new("scenario-unknown-task").with("name", key));
                continue;
            };
            let ties = range.len().saturating_mul(ids.len());
            let Some(left) = room.ties.checked_sub(ties) else {
                given.lost(Message::new("import-requires-many").with("most", MOST_TIES));
                continue;
            };
            room.ties = left;
            given.taken("scenario.yaml: tasks");
            for task in draft
                .scenario
                .tasks
                .get_mut(range.clone())
                .unwrap_or_default()
            {
                task.requires.extend(ids.iter().cloned());
            }
        }
    }
    order::in_order(&mut draft);
    draft
}

/// A task or several of a challenge, with its files and its machine.
fn add(
    mut challenge: Challenge<'_>,
    draft: &mut Draft,
    names: &mut Names,
    machines: &mut Names,
    room: &mut Room,
) {
    let ledger = challenge.given.ledger();
    let id = names.of(&challenge.given, &challenge.name);
    for (name, file) in &challenge.files {
        // More than a bundle may hold is refused anyway: it is not even copied.
        let left = room.bytes.checked_sub(file.bytes.len());
        let (Some(bytes), Some(files)) = (left, room.files.checked_sub(1)) else {
            let message = Message::new("import-file-large").with("name", name);
            ledger.tell(Fate::Lost, challenge.given.place(), message);
            continue;
        };
        (room.bytes, room.files) = (bytes, files);
        let path = format!("/home/analyst/{id}/{name}");
        draft.place(WORKSTATION, &path, &format!("files/{id}/{name}"), file);
        if let Some(placed) = draft.scenario.files.last_mut() {
            placed.owner = Some("analyst".to_owned());
        }
        challenge
            .remarks
            .push(Message::new("import-file-at").with("path", path));
    }
    if let Some((image, port)) = &challenge.machine {
        let name = machines.make(&id);
        let mut node = draft::node(&name, NodeRole::Target);
        node.web = port.map(|port| WebPage {
            port,
            title: ledger.text(&challenge.name),
        });
        draft.machine(
            Machine::new(&name, &image.replace('$', "$$"))
                .key("networks", Yaml::texts(&["default"])),
            node,
        );
        challenge
            .remarks
            .push(Message::new("import-machine-at").with("name", name));
    }
    let category = challenge.category.as_deref();
    let objective = category.and_then(|category| objective(category, ledger, draft));
    let mut text = ledger.text(&challenge.description);
    for remark in &challenge.remarks {
        add_line(&mut text, remark);
    }
    if text.en.trim().is_empty() {
        text = ledger.text(&challenge.name);
    }
    let asked = answers::asked(&challenge, room);
    let count = u32::try_from(asked.len()).unwrap_or(1).max(1);
    let decay = challenge.decay();
    let first = challenge.first_worth();
    for (number, (answer, right)) in (1_u32..).zip(asked) {
        let id = if number == 1 {
            id.clone()
        } else {
            names.make(&format!("{id}-{number}"))
        };
        let name = if count == 1 {
            challenge.name.clone()
        } else {
            format!("{} ({number}/{count})", challenge.name)
        };
        let rest = if number == 1 { first % count } else { 0 };
        let short = text.vi.len() + text.en.len() <= MOST_REPEATED;
        let said = if number == 1 || short {
            text.clone()
        } else {
            draft::ours(
                &Message::new("import-part-of").with("name", draft::literal(&challenge.name)),
            )
        };
        let mut task = draft::task(&id, ledger.text(&name), said, first / count + rest, answer);
        let share = decay.map(|decay| Decay {
            to: decay.to / count,
            ..decay
        });
        task.worth.decay = share.filter(|decay| decay.to < task.points);
        task.by = challenge.by;
        task.objective.clone_from(&objective);
        if number == 1 {
            let hints = challenge.hints.iter();
            task.hints = hints
                .map(|(cost, text)| draft::hint(*cost, ledger.text(text)))
                .collect();
        }
        draft.solve(&task, &right, names);
        draft.scenario.tasks.push(task);
    }
}

/// The objective of a category, made where it comes for the first time.
fn objective(category: &str, ledger: &Ledger, draft: &mut Draft) -> Option<ObjectiveId> {
    let id = ObjectiveId::from(slug(category)?);
    let objectives = &mut draft.scenario.objectives;
    if !objectives.iter().any(|objective| objective.id == id) {
        objectives.push(Objective {
            rating: RatingShares::default(),
            id: id.clone(),
            title: ledger.text(category),
        });
    }
    Some(id)
}

/// Adds a paragraph of our own.
fn add_line(text: &mut LocalText, line: &Message) {
    for (whole, locale) in [(&mut text.vi, Locale::Vi), (&mut text.en, Locale::En)] {
        let trimmed = whole.trim_end().len();
        whole.truncate(trimmed);
        if !whole.is_empty() {
            whole.push_str("\n\n");
        }
        whole.push_str(&line.text(locale));
        whole.push('\n');
    }
}
