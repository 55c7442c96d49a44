//! What steps of a solution use, wait for and file: a trainee's terminals, what comes about, the form's own fields.

use crate::scenarios::{
    EventId, Scenario, TaskId,
    findings::{Reader, did_you_mean},
    model::{Answer, Trigger},
    problem::{Message, Span},
    solution::{Awaited, ReportStep, Step},
    suggest::nearest,
    tree::Node,
};

/// Where a step names its machine.
pub(super) fn machine(place: &str, step: &Step) -> String {
    match step.node {
        Some(_) => format!("{place}/node"),
        None => format!("{place}/request/node"),
    }
}

/// A step has what a trainee has: a terminal and its user.
pub(super) fn access(
    reader: Reader<'_>,
    root: &Node,
    place: &str,
    step: &Step,
    scenario: &Scenario,
) {
    let Some(node) = step.machine().and_then(|node| scenario.node(node)) else {
        return;
    };
    match (&node.terminal, &step.user) {
        (None, _) => {
            let message = Message::new("scenario-no-terminal").with("name", &node.id);
            reader.error(root.place(&machine(place, step)), message, None);
        }
        (Some(terminal), Some(user)) if terminal.user != *user && !terminal.user.is_empty() => {
            let message = Message::new("scenario-other-user")
                .with("name", &node.id)
                .with("user", &terminal.user);
            reader.error(root.place(&format!("{place}/user")), message, None);
        }
        _ => {}
    }
}

/// What is waited for can come about.
pub(super) fn wait(reader: Reader<'_>, root: &Node, place: &str, step: &Step, scenario: &Scenario) {
    let message = match step.wait.as_ref().and_then(|wait| wait.until.as_ref()) {
        Some(Awaited::Check(id)) => {
            let task = scenario.task(id);
            let other = task.is_some_and(|task| !matches!(task.answer, Answer::Check(_)));
            other.then(|| Message::new("scenario-expect-kind").with("name", id))
        }
        Some(Awaited::Event(id)) => {
            let mut events = scenario.timeline.iter();
            let manual = events.any(|it| it.id == *id && matches!(it.trigger, Trigger::Manual));
            manual.then(|| Message::new("scenario-wait-manual").with("name", id))
        }
        _ => None,
    };
    if let (Some(message), Some(wait)) = (message, &step.wait) {
        let key = wait.until.as_ref().map_or("", |until| until.named().0);
        reader.error(root.place(&format!("{place}/{key}")), message, None);
    }
}

/// The task that a step waits for, and where it names it.
pub(super) fn awaited_task(step: &Step) -> Option<(&TaskId, &'static str)> {
    match step.wait.as_ref()?.until.as_ref()? {
        Awaited::Check(task) => Some((task, "wait/for/check")),
        Awaited::Solved(task) => Some((task, "wait/for/solved")),
        Awaited::Event(_) | Awaited::Service(_) => None,
    }
}

/// The event that a step waits for, and where it names it.
pub(super) fn awaited_event(step: &Step) -> Option<(&EventId, &'static str)> {
    match step.wait.as_ref()?.until.as_ref()? {
        Awaited::Event(event) => Some((event, "wait/for/event")),
        Awaited::Check(_) | Awaited::Solved(_) | Awaited::Service(_) => None,
    }
}

/// Whether a step waits for a task to be solved that no step before has answered: nothing else would solve it.
pub(super) fn in_vain(
    reader: Reader<'_>,
    span: Span,
    step: &Step,
    task: &TaskId,
    solved: &[&TaskId],
    scenario: &Scenario,
) -> bool {
    let waits = awaited_task(step).is_some_and(|(id, key)| id == task && key.ends_with("solved"));
    let by_itself = |id: &TaskId| {
        let task = scenario.task(id);
        task.is_none_or(|task| matches!(task.answer, Answer::Check(_)))
    };
    let vain = waits && !solved.contains(&task) && !by_itself(task);
    if vain {
        let message = Message::new("scenario-wait-unsolved").with("name", task);
        reader.error(span, message, None);
    }
    vain
}

/// A report has the fields of its form.
pub(super) fn fields(
    reader: Reader<'_>,
    root: &Node,
    place: &str,
    report: &ReportStep,
    scenario: &Scenario,
) {
    let Some(Answer::Report(task)) = scenario.task(&report.task).map(|task| &task.answer) else {
        return;
    };
    let known: Vec<&str> = task.form.fields().iter().map(|field| field.id).collect();
    for (id, _) in report
        .fields
        .iter()
        .filter(|(id, _)| !known.contains(&id.as_str()))
    {
        let help = match nearest(id, known.iter().copied()) {
            Some(near) => did_you_mean(near),
            None => Message::new("scenario-known-names").with("names", known.join(", ")),
        };
        let message = Message::new("scenario-unknown-field").with("name", id);
        reader.error(root.key_place(place, id), message, Some(help));
    }
}

/// Grades keep to the rubric.
pub(super) fn grade(
    reader: Reader<'_>,
    root: &Node,
    place: &str,
    report: &ReportStep,
    scenario: &Scenario,
) {
    let Some(Answer::Report(task)) = scenario.task(&report.task).map(|task| &task.answer) else {
        return;
    };
    for (id, points) in &report.grade {
        let span = root.place(&format!("{place}/{id}"));
        match task.rubric.iter().find(|criterion| criterion.id == *id) {
            None => {
                let near = nearest(
                    id.as_str(),
                    task.rubric.iter().map(|criterion| criterion.id.as_str()),
                );
                let message = Message::new("scenario-unknown-criterion").with("name", id);
                reader.error(span, message, near.map(did_you_mean));
            }
            Some(criterion) if *points > criterion.points => {
                let message =
                    Message::new("scenario-grade-points").with("points", criterion.points);
                reader.error(span, message, None);
            }
            Some(_) => {}
        }
    }
}
