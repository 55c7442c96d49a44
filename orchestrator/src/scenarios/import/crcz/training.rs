//! `training.json`: levels in their order. Texts become the briefing, levels with an answer become tasks.

use std::collections::HashSet;

use super::{assessment, drawn, hints::hints, phases::Budget, topology::Hosts, variables};
use crate::scenarios::{
    Answer, Capture, LocalText, Message, NodeId, PhaseId, Step, TaskId, TextAnswer,
    import::{
        Fate,
        draft::{Draft, answer_step, literal, step, task},
        foreign::{append, find, techniques, text_of},
        ledger::Given,
        names::Names,
    },
};

/// Most points of a task.
pub(super) const MAX_POINTS: i64 = 100_000;
/// Most levels of a training.
const MOST_LEVELS: usize = 1_000;
/// Kinds of levels that are read.
const KINDS: [&str; 5] = [
    "INFO_LEVEL",
    "ACCESS_LEVEL",
    "ASSESSMENT_LEVEL",
    "TRAINING_LEVEL",
    "GAME_LEVEL",
];

/// What is known while levels are read.
pub(super) struct Course<'a> {
    pub(super) names: Names,
    pub(super) hosts: &'a Hosts,
    /// The task that must be solved before the next.
    pub(super) before: Option<TaskId>,
    /// Texts of levels without a task, for the next one that has.
    pub(super) text: LocalText,
    /// How many more bytes may be repeated.
    pub(super) room: usize,
    /// The part of the time of the level that is read.
    pub(super) phase: Option<PhaseId>,
    budget: Budget,
    /// Tasks that may be tried so often, and where that stands.
    limits: Vec<(TaskId, Given<'a>)>,
}

/// Reads the file.
pub(super) fn read<'a>(root: &Given<'a>, draft: &mut Draft, hosts: &'a Hosts) {
    let ledger = root.ledger();
    if let Some((given, text)) = text_of(root, "description") {
        given.taken("summary");
        draft.scenario.summary = ledger.text(text);
    }
    for (key, heading) in [
        ("prerequisites", "import-crcz-prerequisites"),
        ("outcomes", "import-crcz-outcomes"),
    ] {
        let Some(list) = find(root, key) else {
            continue;
        };
        let items = list.items();
        let lines: Vec<String> = items
            .iter()
            .filter_map(Given::text)
            .filter(|line| !line.trim().is_empty())
            .map(|line| format!("- {line}"))
            .collect();
        if !lines.is_empty() {
            let text = ledger.text(&lines.join("\n"));
            append(&mut draft.scenario.summary, Some(heading), &text);
        }
        list.changed(Message::new("import-sdl-summary"));
    }
    for key in [
        "state",
        "show_stepper_bar",
        "variant_sandboxes",
        "estimated_duration",
    ] {
        if let Some(given) = find(root, key) {
            given.lost(Message::new("import-crcz-platform"));
        }
    }
    let mut levels = find(root, "levels")
        .map(|list| list.items())
        .unwrap_or_default();
    levels.sort_by_key(|level| {
        find(level, "order")
            .and_then(|order| order.integer())
            .unwrap_or(i64::MAX)
    });
    for level in levels.drain(MOST_LEVELS.min(levels.len())..) {
        level.lost(Message::new("import-crcz-levels").with("most", MOST_LEVELS));
    }
    let known = levels.iter().filter(|level| {
        let kind = text_of(level, "level_type");
        kind.is_some_and(|(_, kind)| KINDS.contains(&kind.to_uppercase().as_str()))
    });
    let mut course = Course {
        names: Names::new("task"),
        hosts,
        before: None,
        text: LocalText::default(),
        room: assessment::MOST_REPEATED,
        phase: None,
        budget: Budget::new(known, draft),
        limits: Vec::new(),
    };
    for level in &levels {
        read_level(level, &mut course, draft);
    }
    if !course.text.vi.is_empty() {
        course.brief(draft);
    }
    course.budget.finish(draft);
    free_last(draft, &course.limits);
}

fn read_level<'a>(level: &Given<'a>, course: &mut Course<'a>, draft: &mut Draft) {
    if let Some(order) = find(level, "order") {
        order.taken("tasks[].requires");
    }
    if let Some(given) = find(level, "minimal_possible_solve_time") {
        given.lost(Message::new("import-crcz-cheating"));
    }
    let kind = text_of(level, "level_type");
    let name = kind.as_ref().map(|(_, text)| text.to_uppercase());
    match name.as_deref() {
        Some("INFO_LEVEL" | "ACCESS_LEVEL") => course.budget.text(level),
        Some("ASSESSMENT_LEVEL" | "TRAINING_LEVEL" | "GAME_LEVEL") => course.begin(level, draft),
        _ => {}
    }
    match name.as_deref() {
        Some("INFO_LEVEL") => {
            told(kind.as_ref(), "briefing");
            course.tell(level, &["content"], draft);
        }
        Some("ACCESS_LEVEL") => {
            told(kind.as_ref(), "briefing");
            course.tell(level, &["cloud_content"], draft);
            for key in ["local_content", "passkey"] {
                if let Some(given) = find(level, key) {
                    given.lost(Message::new("import-crcz-access"));
                }
            }
        }
        Some("ASSESSMENT_LEVEL") => {
            told(kind.as_ref(), "tasks");
            assessment::read(level, course, draft);
        }
        Some("TRAINING_LEVEL" | "GAME_LEVEL") => {
            told(kind.as_ref(), "tasks");
            training(level, course, draft);
        }
        _ => level.lost(Message::new("import-crcz-level")),
    }
}

fn told(kind: Option<&(Given<'_>, &str)>, to: &str) {
    if let Some((given, _)) = kind {
        given.taken(to);
    }
}

impl Course<'_> {
    /// A text of a training, in which addresses of the sandbox are those of the environment.
    pub(super) fn text(&self, given: &Given<'_>, text: &str) -> LocalText {
        let text = given.ledger().text(text);
        let text = self.addressed(&text.vi);
        LocalText {
            vi: text.clone(),
            en: text,
        }
    }

    /// Puts `{{node.<name>.address}}` where an address of the sandbox stands.
    fn addressed(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let part = |c: char| c.is_ascii_digit() || c == '.';
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, word) = rest.split_at(at);
            out.push_str(before);
            let end = word.find(|c| !part(c)).unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            let address = word.trim_end_matches('.');
            // `10.1.26.0/24` is a network and no machine.
            match self
                .hosts
                .addresses
                .get(address)
                .filter(|_| !after.starts_with('/'))
            {
                Some(node) => {
                    out.push_str("{{node.");
                    out.push_str(node);
                    out.push_str(".address}}");
                    out.push_str(word.get(address.len()..).unwrap_or_default());
                }
                None => out.push_str(word),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// A level's texts: the briefing's where no task came yet, otherwise the next task's.
    fn tell(&mut self, level: &Given<'_>, keys: &[&str], draft: &mut Draft) {
        let title = text_of(level, "title");
        if let Some((given, _)) = &title {
            given.taken("briefing");
        }
        let mut text = title
            .map(|(_, title)| format!("## {title}"))
            .unwrap_or_default();
        for key in keys {
            if let Some((given, said)) = text_of(level, key) {
                if self.before.is_none() {
                    given.taken("briefing");
                } else {
                    given.changed(Message::new("import-crcz-next"));
                }
                text.push_str("\n\n");
                text.push_str(said);
            }
        }
        let text = self.text(level, text.trim());
        if !text.vi.is_empty() {
            append(&mut self.text, None, &text);
        }
        if self.before.is_none() {
            self.brief(draft);
        }
    }

    /// Begins the part of the time of a level with tasks.
    fn begin(&mut self, level: &Given<'_>, draft: &mut Draft) {
        let name = text_of(level, "title").map_or("phase", |(_, text)| text);
        let title = level.ledger().text(name);
        self.phase = self.budget.level(level, name, title, draft);
    }

    fn brief(&mut self, draft: &mut Draft) {
        let text = std::mem::take(&mut self.text);
        if !text.vi.is_empty() {
            append(draft.scenario.briefing.get_or_insert_default(), None, &text);
        }
    }

    /// The text of a task, with what levels before it said.
    pub(super) fn with_before(&mut self, text: &LocalText) -> LocalText {
        let mut whole = std::mem::take(&mut self.text);
        append(&mut whole, None, text);
        whole
    }
}

/// A level with an answer.
fn training<'a>(level: &Given<'a>, course: &mut Course<'a>, draft: &mut Draft) {
    let title = text_of(level, "title");
    let name = title.as_ref().map_or("task", |(_, text)| text);
    let id = course.names.make(name);
    if let Some((given, _)) = &title {
        given.taken(format!("tasks: {id}"));
    }
    let content = text_of(level, "content");
    let text = match &content {
        Some((given, text)) => {
            given.taken("tasks[].text");
            course.text(given, text)
        }
        None => level.ledger().text(name),
    };
    let text = course.with_before(&text);
    let points = points(level, "max_score");
    let (answer, solving) = answer(level, &id, course, draft);
    let mut task = task(&id, course.text(level, name), text, points, answer);
    task.hints = hints(level, points, course);
    task.phase.clone_from(&course.phase);
    task.requires = course.before.iter().cloned().collect();
    for item in find(level, "mitre_techniques")
        .map(|list| list.items())
        .unwrap_or_default()
    {
        technique(&item, draft);
    }
    for key in [
        "attachments",
        "reference_solution",
        "expected_commands",
        "commands_required",
        "snapshot_hook",
    ] {
        if let Some(given) = find(level, key) {
            given.lost(Message::new("import-crcz-commands"));
        }
    }
    course.before = Some(task.id.clone());
    draft.scenario.tasks.push(task);
    draft.steps.push(solving);
}

fn technique(item: &Given<'_>, draft: &mut Draft) {
    let key = if item.is_map() {
        text_of(item, "technique_key")
    } else {
        None
    };
    let (given, text) = match (&key, item.text()) {
        (Some((given, text)), _) => (given, *text),
        (None, Some(text)) => (item, text),
        (None, None) => return,
    };
    let before = draft.scenario.attack.len();
    techniques(text, &mut draft.scenario.attack);
    if draft.scenario.attack.len() > before
        || draft.scenario.attack.iter().any(|id| text.ends_with(id))
    {
        given.taken("attack");
    } else {
        given.lost(Message::new("import-crcz-technique"));
    }
}

/// Points within what a task may bring.
pub(super) fn points(level: &Given<'_>, key: &str) -> u32 {
    let Some(given) = find(level, key) else {
        return 0;
    };
    let points = given.integer().unwrap_or(-1);
    if (0..=MAX_POINTS).contains(&points) {
        given.taken("tasks[].points");
    } else {
        given.changed(Message::new("import-points").with("most", MAX_POINTS));
    }
    u32::try_from(points.clamp(0, MAX_POINTS)).unwrap_or_default()
}

/// The answer of a level and the step that gives it.
fn answer<'a>(
    level: &Given<'a>,
    id: &str,
    course: &mut Course<'a>,
    draft: &mut Draft,
) -> (Answer, Step) {
    let attempts =
        find(level, "incorrect_answer_limit").or_else(|| find(level, "incorrect_flag_limit"));
    let attempts = attempts.and_then(|given| {
        let count = given.integer().filter(|count| (1..=1_000).contains(count));
        match count {
            // Whether a later task waits for this one is known at the end.
            Some(_) => course.limits.push((TaskId::from(id), given)),
            None => given.lost(
                Message::new("scenario-number")
                    .with("from", 1)
                    .with("to", 1_000),
            ),
        }
        count.and_then(|count| u32::try_from(count).ok())
    });
    if let Some(given) = find(level, "variant_answers") {
        given.taken("tasks[].answer");
    }
    let text = |accept: String| {
        Answer::Text(TextAnswer {
            accept: vec![accept],
            attempts,
        })
    };
    if let Some((given, name)) =
        text_of(level, "answer_variable_name").or_else(|| text_of(level, "variable_name"))
    {
        let name = variables::named(draft, name);
        let answer = text(format!("{{{{variable.{name}}}}}"));
        let Some(placed) = drawn::place(draft, id, &name) else {
            given.changed(Message::new("import-crcz-drawn").with("name", &name));
            return (answer, answer_step(id, "?"));
        };
        let message = Message::new("import-crcz-placed")
            .with("name", &name)
            .with("node", &placed.node)
            .with("path", &placed.path);
        given.changed(message);
        return (answer, placed.step);
    }
    let Some((given, said)) = text_of(level, "answer").or_else(|| text_of(level, "flag")) else {
        let message = Message::new("import-crcz-no-answer");
        level.ledger().tell(Fate::Changed, level.place(), message);
        return (text("OK".to_owned()), answer_step(id, "OK"));
    };
    if let Some((accept, step)) = address_answer(id, said.trim(), course.hosts, draft) {
        given.changed(Message::new("import-crcz-address-answer"));
        return (text(accept), step);
    }
    given.taken("tasks[].answer.text");
    (text(literal(said)), answer_step(id, said))
}

/// An answer that is a machine's address: it is another one in each environment, so the solution has to look it up.
fn address_answer(id: &str, said: &str, hosts: &Hosts, draft: &Draft) -> Option<(String, Step)> {
    let node = hosts.addresses.get(said)?;
    let networks = hosts.networks.get(node)?;
    let seat = networks
        .iter()
        .find_map(|network| hosts.seats.get(network))?;
    let user = draft
        .scenario
        .node(&NodeId::from(seat.as_str()))?
        .terminal
        .as_ref()?
        .user
        .clone();
    let mut step = step(id);
    step.node = Some(NodeId::from(seat.as_str()));
    step.user = Some(user);
    step.run = Some(format!("getent hosts {node}"));
    step.capture = vec![Capture {
        name: "address".to_owned(),
        pattern: r"(\d+\.\d+\.\d+\.\d+)".to_owned(),
    }];
    step.solves = Some(crate::scenarios::Solves {
        task: TaskId::from(id),
        part: None,
        answer: "{{capture.address}}".to_owned(),
    });
    Some((format!("{{{{node.{node}.address}}}}"), step))
}

/// A task that others wait for must not lock them for ever: it may be tried without end.
fn free_last(draft: &mut Draft, limits: &[(TaskId, Given<'_>)]) {
    let tasks = &mut draft.scenario.tasks;
    let required = tasks.iter().flat_map(|task| task.requires.clone());
    let waited: HashSet<TaskId> = required.collect();
    for (id, given) in limits {
        if !waited.contains(id) {
            given.changed(Message::new("import-crcz-attempts"));
            continue;
        }
        given.lost(Message::new("import-crcz-freed"));
        let task = tasks.iter_mut().find(|task| task.id == *id);
        if let Some(Answer::Text(text)) = task.map(|task| &mut task.answer) {
            text.attempts = None;
        }
    }
}
