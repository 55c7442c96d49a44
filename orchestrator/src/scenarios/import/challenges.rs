//! Challenges of a capture-the-flag contest, wherever they were read from, put together as one scenario.
//!
//! Each challenge is a task, or one for each of its flags where all of them are asked for. Trainees work from a
//! workstation on which the challenges' files lie; a challenge with an image of its own is a machine beside it.

use std::collections::BTreeMap;

use super::{
    Fate, Wanted,
    draft::{self, Draft, Machine},
    ledger::{Given, Ledger},
    names::{Names, slug},
    sample,
    yaml::Yaml,
};
use crate::{
    locales::Locale,
    scenarios::{
        Answer, BundleFile, LocalText, Message, NodeRole, Objective, ObjectiveId, PatternAnswer,
        RatingShares, TaskId, TextAnswer, WebPage,
    },
};

/// Most points that a task can bring.
const MAX_POINTS: i64 = 100_000;
/// Most tries that a task can count.
const MAX_ATTEMPTS: i64 = 1_000;
/// Most bytes of all files together; what is left of a bundle is for texts.
const MOST_BYTES: usize = 60 << 20;
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
    /// What solves it.
    pub flags: Vec<Flag<'a>>,
    /// Whether all flags are asked for.
    pub every_flag: bool,
    /// How often a team may try.
    pub attempts: Option<u32>,
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
    pub(super) fn new(key: String, name: String, given: Given<'a>) -> Self {
        Self {
            key,
            name,
            given,
            description: String::new(),
            remarks: Vec::new(),
            category: None,
            points: 0,
            flags: Vec::new(),
            every_flag: false,
            attempts: None,
            hints: Vec::new(),
            requires: Vec::new(),
            files: Vec::new(),
            machine: None,
            topics: Vec::new(),
        }
    }

    /// How all its flags are asked for: any, all, or by each member of a team.
    pub(super) fn logic(&mut self, given: &Given<'_>) {
        match given.text() {
            Some("any") => given.taken("scenario.yaml: tasks"),
            Some("all") => {
                self.every_flag = true;
                given.changed(Message::new("import-logic-all"));
            }
            Some("team") => given.changed(Message::new("import-logic-team")),
            _ => given.lost(Message::new("import-unknown")),
        }
    }

    /// How often a team may try; 0 is without limit.
    pub(super) fn tries(&mut self, given: &Given<'_>) {
        match given.integer() {
            Some(0) => given.taken("scenario.yaml: tasks"),
            Some(number @ 1..=MAX_ATTEMPTS) => {
                self.attempts = u32::try_from(number).ok();
                given.taken("scenario.yaml: tasks");
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

/// Points of a task or a hint.
pub(super) fn points(given: &Given<'_>) -> Option<u32> {
    if let Some(points) = given
        .integer()
        .filter(|points| (0..=MAX_POINTS).contains(points))
    {
        given.taken("scenario.yaml: tasks");
        u32::try_from(points).ok()
    } else {
        given.lost(bounds(0, MAX_POINTS));
        None
    }
}

/// Points that fall with every solve: what a scenario cannot say.
pub(super) fn decay(given: &Given<'_>) {
    given.lost(Message::new("import-decay"));
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
    let topics: Vec<String> = challenges
        .iter()
        .flat_map(|it| it.topics.iter().cloned())
        .collect();
    if !topics.is_empty() {
        add_line(
            &mut summary,
            &Message::new("import-topics").with("topics", draft::literal(&topics.join(", "))),
        );
    }
    let mut draft = Draft::new(&id, title, summary);
    draft.scenario.audience.push("it_specialist".to_owned());
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
        add(challenge, ledger, &mut draft, &mut names, &mut machines);
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
        for (key, given) in before {
            let Some(ids) = parts.get(&key) else {
                given.lost(Message::new("scenario-unknown-task").with("name", key));
                continue;
            };
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
    in_order(&mut draft);
    draft
}

/// A task or several of a challenge, with its files and its machine.
fn add(
    mut challenge: Challenge<'_>,
    ledger: &Ledger,
    draft: &mut Draft,
    names: &mut Names,
    machines: &mut Names,
) {
    let id = names.of(&challenge.given, &challenge.name);
    for (name, file) in &challenge.files {
        // More than a bundle may hold is refused anyway: it is not even copied.
        let held: usize = draft.files.values().map(|file| file.bytes.len()).sum();
        if held + file.bytes.len() > MOST_BYTES {
            let message = Message::new("import-file-large").with("name", name);
            ledger.tell(Fate::Lost, challenge.given.place(), message);
            continue;
        }
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
    let objective = challenge.category.as_deref().and_then(|category| {
        let id = ObjectiveId::from(slug(category)?);
        if !draft
            .scenario
            .objectives
            .iter()
            .any(|objective| objective.id == id)
        {
            draft.scenario.objectives.push(Objective {
                rating: RatingShares::default(),
                id: id.clone(),
                title: ledger.text(category),
            });
        }
        Some(id)
    });
    let mut text = ledger.text(&challenge.description);
    for remark in &challenge.remarks {
        add_line(&mut text, remark);
    }
    if text.en.trim().is_empty() {
        text = ledger.text(&challenge.name);
    }
    let flags = std::mem::take(&mut challenge.flags);
    let groups: Vec<Vec<Flag<'_>>> = if challenge.every_flag && flags.len() > 1 {
        flags.into_iter().map(|flag| vec![flag]).collect()
    } else {
        vec![flags]
    };
    let count = u32::try_from(groups.len()).unwrap_or(1);
    for (number, group) in (1_u32..).zip(groups) {
        let (answer, right) = answer(&challenge, &group);
        let id = if count == 1 || number == 1 {
            id.clone()
        } else {
            names.make(&format!("{id}-{number}"))
        };
        let name = if count == 1 {
            challenge.name.clone()
        } else {
            format!("{} ({number}/{count})", challenge.name)
        };
        let share = challenge.points / count
            + if number == 1 {
                challenge.points % count
            } else {
                0
            };
        let mut task = draft::task(&id, ledger.text(&name), text.clone(), share, answer);
        task.objective.clone_from(&objective);
        if number == 1 {
            let hints = challenge.hints.iter();
            task.hints = hints
                .map(|(cost, text)| draft::hint(*cost, ledger.text(text)))
                .collect();
        }
        draft.scenario.tasks.push(task);
        draft.steps.push(draft::answer_step(&id, &right));
    }
}

/// The answer that flags make, and a right one.
fn answer(challenge: &Challenge<'_>, flags: &[Flag<'_>]) -> (Answer, String) {
    let attempts = challenge.attempts;
    let mut patterns: Vec<String> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for flag in flags {
        let content = flag.content.trim();
        if content.is_empty() {
            flag.given.lost(Message::new("scenario-empty-text"));
        } else if flag.is_pattern {
            let bare = content
                .trim_start_matches('^')
                .strip_suffix('$')
                .unwrap_or(content.trim_start_matches('^'));
            let regex = if flag.any_case {
                format!("(?i:{bare})")
            } else {
                bare.to_owned()
            };
            if let Some(fault) = PatternAnswer::fault(&regex) {
                flag.given.lost(fault);
            } else {
                flag.given.note(
                    Fate::Taken,
                    Message::new("import-taken").with("to", "scenario.yaml: tasks"),
                );
                patterns.push(regex);
            }
        } else {
            let (fate, message) = if flag.any_case {
                (
                    Fate::Taken,
                    Message::new("import-taken").with("to", "scenario.yaml: tasks"),
                )
            } else {
                (Fate::Changed, Message::new("import-flag-case"))
            };
            flag.given.note(fate, message);
            texts.push(content.to_owned());
        }
    }
    let right = texts
        .first()
        .cloned()
        .or_else(|| patterns.iter().find_map(|pattern| sample::of(pattern)));
    if patterns.is_empty() && texts.is_empty() {
        let message = Message::new("import-flag-none").with("name", &challenge.name);
        challenge
            .given
            .ledger()
            .tell(Fate::Changed, challenge.given.place(), message);
        return (Answer::Flag, "TT{}".to_owned());
    }
    if patterns.is_empty() {
        let mut answer = draft::text_answer(&texts);
        if let Answer::Text(TextAnswer { attempts: own, .. }) = &mut answer {
            *own = attempts;
        }
        return (answer, right.unwrap_or_default());
    }
    patterns.extend(
        texts
            .iter()
            .map(|text| format!("(?i:{})", regex::escape(text))),
    );
    let joined = patterns
        .iter()
        .map(|pattern| format!("(?:{pattern})"))
        .collect::<Vec<_>>()
        .join("|");
    let whole = if patterns.len() == 1 {
        patterns.concat()
    } else {
        joined
    };
    // Too many for one pattern: the first stands.
    let regex = if PatternAnswer::fault(&whole).is_none() {
        whole
    } else {
        for flag in flags.iter().skip(1) {
            flag.given.lost(Message::new("import-flag-many"));
        }
        patterns.swap_remove(0)
    };
    (
        Answer::Pattern(PatternAnswer { regex, attempts }),
        right.unwrap_or_else(|| "?".to_owned()),
    )
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

/// Puts the solution's steps in an order in which each finds its task open.
fn in_order(draft: &mut Draft) {
    let mut waiting = std::mem::take(&mut draft.steps);
    let tasks = &draft.scenario.tasks;
    let mut solved: Vec<String> = Vec::new();
    while !waiting.is_empty() {
        let open = |step: &crate::scenarios::Step| {
            let task = tasks.iter().find(|task| task.id.as_str() == step.id);
            task.is_none_or(|task| {
                task.requires
                    .iter()
                    .all(|id| solved.iter().any(|it| it == id.as_str()))
            })
        };
        // In a circle nothing opens; `check` tells it.
        let next = waiting.iter().position(open).unwrap_or_default();
        let step = waiting.remove(next);
        solved.push(step.id.clone());
        draft.steps.push(step);
    }
}
