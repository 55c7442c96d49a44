//! Tasks that nobody can reach or solve: what waits for itself, answers that stand nowhere, checks that can be faked.

use std::collections::{BTreeSet, HashSet};

use super::{checks, found};
use crate::scenarios::{
    Scenario, Task, TaskId, VariableKind, Way,
    findings::Reader,
    model::{Answer, Decided, FileAnswer, NumberAnswer, Story, Trigger},
    problem::{Message, Span},
    templates,
    tree::Node,
};

/// Tasks that require each other: each circle is told once, at the first of its tasks.
pub(super) fn circles(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    let mut told: HashSet<&TaskId> = HashSet::new();
    for (index, task) in scenario.tasks.iter().enumerate() {
        let own = task.requires.iter().position(|it| *it == task.id);
        if let Some(place) = own.filter(|_| !task.id.as_str().is_empty()) {
            let span = root.place(&format!("tasks/{index}/requires/{place}"));
            let message = Message::new("scenario-requires-itself").with("name", &task.id);
            reader.error(span, message, None);
            told.insert(&task.id);
        }
        if told.contains(&task.id) {
            continue;
        }
        if let Some(circle) = circle(scenario, task) {
            let names: Vec<&str> = circle.iter().map(|id| id.as_str()).collect();
            let message = Message::new("scenario-requires-circle").with("names", names.join(" → "));
            reader.error(
                root.place(&format!("tasks/{index}/requires")),
                message,
                Some(Message::new("scenario-requires-circle-help")),
            );
            told.extend(circle);
        }
    }
}

/// The shortest way from a task over what it requires back to it, both ends named.
fn circle<'a>(scenario: &'a Scenario, start: &'a Task) -> Option<Vec<&'a TaskId>> {
    let mut ways: Vec<Vec<&TaskId>> = vec![vec![&start.id]];
    let mut seen: HashSet<&TaskId> = HashSet::new();
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let here = way.last().and_then(|id| scenario.task(id));
        for required in here
            .map(|task| task.requires.as_slice())
            .unwrap_or_default()
        {
            let mut longer = way.clone();
            longer.push(required);
            if *required == start.id {
                return Some(longer);
            }
            if seen.insert(required) {
                ways.push(longer);
            }
        }
    }
    None
}

/// The names of tasks that stand in a circle, or require themselves.
fn circling(scenario: &Scenario) -> BTreeSet<&TaskId> {
    let tasks = scenario.tasks.iter();
    tasks
        .filter(|task| circle(scenario, task).is_some())
        .map(|task| &task.id)
        .collect()
}

/// Events that never happen, after the end or waiting for each other, and tasks that never open or are never solved.
pub(super) fn reached(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    let story = Story::of(scenario);
    late(reader, root, &story, scenario);
    for (index, event) in scenario.timeline.iter().enumerate() {
        if story.events.contains_key(&event.id) {
            continue;
        }
        if matches!(event.trigger, Trigger::At(_)) {
            let span = root.place(&format!("timeline/{index}/at"));
            let help = Message::new("scenario-after-end-help");
            reader.error(span, Message::new("scenario-after-end"), Some(help));
        } else {
            let message = Message::new("scenario-never-happens").with("name", &event.id);
            reader.error(root.place(&format!("timeline/{index}/when")), message, None);
        }
    }
    let circling = circling(scenario);
    for (index, task) in scenario.tasks.iter().enumerate() {
        if story.tasks.contains_key(&task.id) || circling.contains(&task.id) {
            continue;
        }
        let known = |id: &&TaskId| scenario.task(id).is_some() && !story.tasks.contains_key(*id);
        let (message, key) = match task.requires.iter().find(known) {
            Some(required) => (
                Message::new("scenario-never-opens").with("required", required),
                "requires",
            ),
            None if story.contradicts(task) => {
                (Message::new("scenario-never-together"), "requires")
            }
            None => (
                Message::new("scenario-never-solvable"),
                "answer/check/after",
            ),
        };
        let span = root.place(&format!("tasks/{index}/{key}"));
        reader.error(span, message.with("name", &task.id), None);
    }
}

/// What is due behind the end, or before it can be open.
fn late(reader: Reader<'_>, root: &Node, story: &Story<'_>, scenario: &Scenario) {
    for (index, event) in scenario.timeline.iter().enumerate() {
        let (Some(comes), Some(respond)) = (story.events.get(&event.id), &event.respond) else {
            continue;
        };
        if comes.at + respond.due > scenario.duration && !scenario.duration.is_zero() {
            let span = root.place(&format!("timeline/{index}/respond/due"));
            let help = Message::new("scenario-after-end-help");
            reader.warn(span, Message::new("scenario-respond-late"), Some(help));
        }
    }
    for (index, task) in scenario.tasks.iter().enumerate() {
        let Answer::Report(report) = &task.answer else {
            continue;
        };
        let opens = story.tasks.get(&task.id).map(|comes| comes.at);
        if let Some(opens) = opens.filter(|at| !at.is_zero() && report.due <= *at) {
            let span = root.place(&format!("tasks/{index}/answer/report/due"));
            let minutes = opens.as_secs().div_ceil(60);
            let message = Message::new("scenario-due-early").with("minutes", minutes);
            let help = Message::new("scenario-due-early-help");
            reader.warn(span, message, Some(help));
        }
    }
}

/// Whether a step uses what the steps before have decided against: it would wait for ever. Told at the step.
pub(super) fn decided_otherwise(
    reader: Reader<'_>,
    span: Span,
    decided: &Decided<'_>,
    chosen: &[(&TaskId, &str)],
) -> bool {
    let other = decided.iter().find_map(|(task, option)| {
        let taken = chosen.iter().find(|(of, _)| of == task)?.1;
        (taken != option.as_str()).then_some((task, option, taken))
    });
    if let Some((task, option, taken)) = other {
        let message = Message::new("scenario-decided-otherwise")
            .with("name", task)
            .with("option", option)
            .with("taken", taken);
        reader.error(span, message, None);
    }
    other.is_some()
}

/// Whether a step of the solution finds its task still locked: what that requires was not solved by the steps before.
pub(super) fn locked(
    reader: Reader<'_>,
    span: Span,
    task: &TaskId,
    solved: &[&TaskId],
    scenario: &Scenario,
) -> bool {
    // In a circle no order of steps helps, and the circle is told where it stands.
    let Some(task) = scenario
        .task(task)
        .filter(|task| circle(scenario, task).is_none())
    else {
        return false;
    };
    let missing: Vec<&str> = task
        .requires
        .iter()
        .filter(|it| **it != task.id && scenario.task(it).is_some() && !solved.contains(it))
        .map(TaskId::as_str)
        .collect();
    if !missing.is_empty() {
        let message = Message::new("scenario-still-locked")
            .with("name", &task.id)
            .with("names", missing.join(", "));
        reader.error(span, message, None);
    }
    !missing.is_empty()
}

/// Flags and files that stand nowhere, numbers that are none, and checks that a trainee could fake.
pub(super) fn answers(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for (index, task) in scenario.tasks.iter().enumerate() {
        for (below, way) in task.places() {
            let place = format!("tasks/{index}/{below}");
            answer(reader, root, (&place, task, &way), scenario);
        }
    }
}

fn answer(
    reader: Reader<'_>,
    root: &Node,
    (place, task, way): (&str, &Task, &Way<'_>),
    scenario: &Scenario,
) {
    match way.answer {
        Answer::Flag if !way.flag.as_str().is_empty() => {
            let name = format!("flag.{}", way.flag);
            let files = reader.findings().files_with(&name);
            let message = match found::lacking(scenario, &files) {
                found::Lacking::Nowhere => return,
                found::Lacking::Everywhere => Message::new("scenario-flag-nowhere"),
                found::Lacking::In(names) => {
                    Message::new("scenario-flag-variants").with("names", names)
                }
            };
            let help = Message::new("scenario-flag-nowhere-help").with("name", &way.flag);
            reader.warn(
                root.place(place),
                message.with("name", &way.flag),
                Some(help),
            );
        }
        Answer::Text(answer) => {
            let span = root.place(&format!("{place}/text/accept"));
            found::drawn(reader, span, &answer.accept, scenario);
        }
        Answer::Number(answer) => {
            let span = root.place(&format!("{place}/number/value"));
            number(reader, span, answer, scenario);
            found::drawn(reader, span, std::slice::from_ref(&answer.value), scenario);
        }
        Answer::File(answer) => {
            file(
                reader,
                root.place(&format!("{place}/file/from")),
                answer,
                scenario,
            );
        }
        Answer::Check(check) => checks::tampering(reader, root, (place, task), check, scenario),
        _ => {}
    }
}

/// A number that is drawn comes from one variable all of whose values are numbers.
fn number(reader: Reader<'_>, span: Span, answer: &NumberAnswer, scenario: &Scenario) {
    if !answer.value.contains("{{") {
        return;
    }
    let expressions = templates::expressions(&answer.value);
    let named = match expressions.as_slice() {
        [only] if only.text == answer.value.trim() => only.name.ok(),
        [only] if only.name.is_err() => return,
        _ => None,
    };
    let variable = named.and_then(|name| name.strip_prefix("variable."));
    let variables = scenario.variables.iter();
    let kind = variable.map(|name| {
        let mut of_name = variables.filter(|variable| variable.name.as_str() == name);
        of_name.next().map(|variable| &variable.kind)
    });
    let is_number = match kind {
        // A variable that does not exist is told as such.
        Some(None | Some(VariableKind::Number { .. } | VariableKind::Port { .. })) => true,
        Some(Some(VariableKind::Choice(words))) => words.iter().all(|word| is_decimal(word)),
        Some(Some(VariableKind::Variant(texts))) => texts.iter().all(|(_, text)| is_decimal(text)),
        Some(Some(
            VariableKind::Password { .. }
            | VariableKind::Hex { .. }
            | VariableKind::Address(_)
            | VariableKind::Name { .. },
        ))
        | None => false,
    };
    if !is_number {
        let message = Message::new("scenario-number-value").with("text", answer.value.trim());
        let help = Message::new("scenario-number-value-help");
        reader.error(span, message, Some(help));
    }
}

fn is_decimal(text: &str) -> bool {
    crate::scenarios::Decimal::read(text).is_some()
}

/// A file that is to be found lies on a machine, the same for every team.
fn file(reader: Reader<'_>, span: Span, answer: &FileAnswer, scenario: &Scenario) {
    let Some(from) = &answer.from else { return };
    let mut placed = scenario.files.iter().filter(|file| file.from == *from);
    if placed.clone().any(|file| file.template) {
        let message = Message::new("scenario-file-template").with("name", from);
        let help = Message::new("scenario-file-template-help");
        reader.error(span, message, Some(help));
    } else if placed.next().is_none() && !answer.sha256.is_empty() {
        let message = Message::new("scenario-file-nowhere").with("name", from);
        let help = Message::new("scenario-file-nowhere-help");
        reader.warn(span, message, Some(help));
    }
}
