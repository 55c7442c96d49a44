//! What no single line is wrong about: points that cannot be reached, events that never happen, flags that nobody can
//! find, solutions that do not solve.

mod cells;
mod checks;
mod clear;
mod decisions;
mod found;
mod languages;
mod replies;
mod scoring;
mod steps;
mod tasks;

pub use found::{placed, probes};

use super::{
    Compose, Scenario, Solution, TaskId, VariantId,
    findings::Reader,
    model::{Answer, NodeFile, Story, Trigger, names, unknown_option},
    planning::start_order,
    problem::Message,
    solution::{Jump, Solves, Step},
    tree::Node,
};

/// Most machines of one environment.
const MAX_NODES: usize = 100;

/// Checks `scenario.yaml` in itself.
pub fn scenario(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    points(reader, root, scenario);
    scoring::pass_marks(reader, root, scenario);
    scoring::worths(reader, root, scenario);
    decisions::decisions(reader, root, scenario);
    replies::replies(reader, root, scenario);
    tasks::circles(reader, root, scenario);
    tasks::reached(reader, root, scenario);
    tasks::answers(reader, root, scenario);
    clear::texts(reader, root, scenario);
    languages::untranslated(reader, root);
    found::unused(reader, root, scenario);
    cells::sides(reader, root, scenario);
    cells::variants(reader, root, scenario);
    cells::phases(reader, root, scenario);
    cells::table(reader, root, scenario);
    for (index, file) in scenario.files.iter().enumerate() {
        let twice = scenario.files[..index]
            .iter()
            .any(|other| other.node == file.node && other.path == file.path && meet(other, file));
        if twice && !file.path.is_empty() {
            let span = root.place(&format!("files/{index}/path"));
            reader.error(
                span,
                Message::new("scenario-path-twice").with("path", &file.path),
                None,
            );
        }
    }
    if !scenario.nodes.is_empty()
        && scenario
            .nodes
            .iter()
            .all(|node| node.terminal.is_none() && node.web.is_none())
    {
        reader.warn(
            root.place("nodes"),
            Message::new("scenario-no-access"),
            None,
        );
    }
    for (key, empty) in [
        ("tasks", scenario.tasks.is_empty()),
        ("nodes", scenario.nodes.is_empty()),
    ] {
        if empty && root.get(key).is_some() {
            reader.error(
                root.place(key),
                Message::new("scenario-none-of").with("key", key),
                None,
            );
        }
    }
    if root.get("tasks").is_none() {
        reader.error(
            root.place(""),
            Message::new("scenario-missing-key").with("key", "tasks"),
            None,
        );
    }
}

/// Whether there may be an environment in which both files are placed.
fn meet(one: &NodeFile, other: &NodeFile) -> bool {
    let both = |variant| one.variants.contains(variant);
    one.variants.is_empty() || other.variants.is_empty() || other.variants.iter().any(both)
}

/// Hints and rubrics.
fn points(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for (index, task) in scenario.tasks.iter().enumerate() {
        let hints: u64 = task.hints.iter().map(|hint| u64::from(hint.cost)).sum();
        if hints > task.floor() {
            let span = root.place(&format!("tasks/{index}/hints"));
            let message = Message::new("scenario-hints-cost")
                .with("cost", hints)
                .with("points", task.floor());
            reader.warn(span, message, None);
        }
        if let Answer::Report(report) = &task.answer {
            let sum: u64 = report
                .rubric
                .iter()
                .map(|criterion| u64::from(criterion.points))
                .sum();
            if sum != u64::from(task.points) {
                let span = root.place(&format!("tasks/{index}/answer/report/rubric"));
                let message = Message::new("scenario-rubric-sum")
                    .with("sum", sum)
                    .with("points", task.points);
                reader.warn(span, message, None);
            }
            if report.due > scenario.duration && !scenario.duration.is_zero() {
                let span = root.place(&format!("tasks/{index}/answer/report/due"));
                reader.error(span, Message::new("scenario-after-end"), None);
            }
        }
    }
}

/// Checks that the machines can be started one after the other.
pub fn compose(reader: Reader<'_>, root: &Node, compose: &Compose) {
    if compose.services.len() > MAX_NODES {
        let message = Message::new("scenario-too-many-nodes").with("most", MAX_NODES);
        reader.error(root.place("services"), message, None);
        return;
    }
    if let Err(node) = start_order(compose) {
        let span = root.place(&format!("services/{node}/depends_on"));
        let circle = circle(compose, node.as_str());
        reader.error(
            span,
            Message::new("scenario-circle").with("names", circle.join(" → ")),
            None,
        );
    }
    found::empty_networks(reader, root, compose);
    if compose.services.is_empty() && root.get("services").is_some() {
        reader.error(
            root.place("services"),
            Message::new("scenario-none-of").with("key", "services"),
            None,
        );
    }
}

/// The names of a circle of dependencies that can be reached from a service, the first one repeated at the end.
fn circle<'a>(compose: &'a Compose, start: &'a str) -> Vec<&'a str> {
    let stuck = |name: &str| {
        compose
            .services
            .iter()
            .find(|service| service.id.as_str() == name)
    };
    let mut path = vec![start];
    let mut here = start;
    while let Some(service) = stuck(here) {
        let reaches = |name: &str| leads_to(compose, name, name);
        let next = service
            .depends_on
            .iter()
            .map(|(on, _)| on.as_str())
            .find(|on| reaches(on));
        let Some(next) = next else { break };
        if let Some(at) = path.iter().position(|name| *name == next) {
            path.push(next);
            return path.split_off(at);
        }
        path.push(next);
        here = next;
    }
    path
}

/// Whether following dependencies from `from` leads to `to`.
fn leads_to(compose: &Compose, from: &str, to: &str) -> bool {
    let mut seen = vec![from];
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        let service = compose
            .services
            .iter()
            .find(|service| service.id.as_str() == name);
        for (on, _) in service
            .map(|service| service.depends_on.as_slice())
            .unwrap_or_default()
        {
            if on.as_str() == to {
                return true;
            }
            if !seen.contains(&on.as_str()) {
                seen.push(on.as_str());
                open.push(on.as_str());
            }
        }
    }
    false
}

/// Checks that the solution uses a trainee's access alone and solves every task.
pub fn solution(reader: Reader<'_>, root: &Node, solution: &Solution, scenario: &Scenario) {
    for (index, step) in solution.steps.iter().enumerate() {
        let place = format!("steps/{index}");
        steps::access(reader, root, &place, step, scenario);
        cells::step(reader, root, &place, step, scenario);
        if let Some(solves) = &step.solves {
            let at = format!("{place}/solves/task");
            let fits = |answer: &Answer| answer.is_given() || matches!(answer, Answer::Decision(_));
            kind(
                reader,
                root,
                &at,
                &solves.task,
                scenario,
                "scenario-solves-kind",
                fits,
            );
            let at = format!("{place}/solves/answer");
            options(reader, root, &at, solves, scenario);
            scoring::part(reader, root, &format!("{place}/solves"), solves, scenario);
        }
        if let Some(task) = &step.expect_check {
            let at = format!("{place}/expect_check");
            let fits = |answer: &Answer| matches!(answer, Answer::Check(_));
            kind(
                reader,
                root,
                &at,
                task,
                scenario,
                "scenario-expect-kind",
                fits,
            );
        }
        steps::wait(reader, root, &format!("{place}/wait/for"), step, scenario);
        if let Some(report) = &step.report {
            steps::fields(
                reader,
                root,
                &format!("{place}/report/fields"),
                report,
                scenario,
            );
            let at = format!("{place}/report/task");
            let fits = |answer: &Answer| matches!(answer, Answer::Report(_));
            kind(
                reader,
                root,
                &at,
                &report.task,
                scenario,
                "scenario-report-kind",
                fits,
            );
            let at = format!("{place}/report/grade");
            steps::grade(reader, root, &at, report, scenario);
        }
        jump(reader, root, &format!("{place}/jump"), step, scenario);
    }
    cells::ways(scenario)
        .iter()
        .any(|way| !order(reader, root, solution, scenario, *way));
}

/// Whether the steps of one variant solve every task, each when it is open. What is wrong in several is told once.
fn order(
    reader: Reader<'_>,
    root: &Node,
    solution: &Solution,
    scenario: &Scenario,
    variant: Option<&VariantId>,
) -> bool {
    let (mut solved, mut answered) = (Vec::<&TaskId>::new(), Vec::<&Solves>::new());
    let story = Story::of(scenario);
    let mut chosen = Vec::<(&TaskId, &str)>::new();
    let mut fine = true;
    for (index, step) in solution.steps.iter().enumerate() {
        if !step.is_of(variant) {
            continue;
        }
        let place = format!("steps/{index}");
        let given = step.solves.as_ref().map(|it| (&it.task, "solves/task"));
        let checked = step.expect_check.as_ref().map(|it| (it, "expect_check"));
        let awaited = steps::awaited_task(step);
        let reported = step.report.as_ref().map(|it| (&it.task, "report/task"));
        answered.extend(&step.solves);
        if let Some((event, key)) = steps::awaited_event(step)
            && let Some(comes) = story.events.get(event)
        {
            let span = root.place(&format!("{place}/{key}"));
            fine &= !tasks::decided_otherwise(reader, span, &comes.decided, &chosen);
        }
        for (task, key) in [given, reported, awaited, checked].into_iter().flatten() {
            let span = root.place(&format!("{place}/{key}"));
            if let Some(comes) = story.tasks.get(task) {
                fine &= !tasks::decided_otherwise(reader, span, &comes.decided, &chosen);
            }
            fine &= !tasks::locked(reader, span, task, &solved, scenario);
            fine &= !steps::in_vain(reader, span, step, task, &solved, scenario);
            let given = step.solves.as_ref().filter(|it| it.task == *task);
            if given.is_none_or(|given| scoring::is_solved(scenario, given, &answered)) {
                solved.push(task);
            }
        }
        if let Some(solves) = &step.solves
            && scenario
                .task(&solves.task)
                .is_some_and(|it| it.decision().is_some())
        {
            chosen.push((&solves.task, solves.answer.trim()));
        }
    }
    let open = scenario.tasks.iter().map(|task| &task.id);
    let left: Vec<&str> = open
        .filter(|id| !solved.contains(id))
        .map(TaskId::as_str)
        .collect();
    if !left.is_empty() && !left.contains(&"") {
        let names = left.join(", ");
        let message = match variant {
            Some(variant) => Message::new("scenario-unsolved-variant").with("variant", variant),
            None => Message::new("scenario-unsolved"),
        };
        reader.error(root.place("steps"), message.with("names", names), None);
        fine = false;
    }
    scoring::unproven(reader, root, &answered, scenario);
    fine
}

fn kind(
    reader: Reader<'_>,
    root: &Node,
    place: &str,
    task: &TaskId,
    scenario: &Scenario,
    message: &'static str,
    fits: impl Fn(&Answer) -> bool,
) {
    if scenario.task(task).is_some_and(|task| !fits(&task.answer)) {
        reader.error(
            root.place(place),
            Message::new(message).with("name", task),
            None,
        );
    }
}

/// Options that a step names must be offered.
fn options(reader: Reader<'_>, root: &Node, place: &str, solves: &Solves, scenario: &Scenario) {
    let offered: Vec<&str> = match scoring::way(scenario, solves).map(|way| way.answer) {
        Some(Answer::Decision(decision)) => {
            decision.options.iter().map(|it| it.id.as_str()).collect()
        }
        Some(answer) => match answer.selection() {
            Some((selection, _)) => selection.options.iter().map(|it| it.id.as_str()).collect(),
            None => return,
        },
        None => return,
    };
    if solves.answer.contains("{{") {
        return;
    }
    for name in names(&solves.answer).filter(|name| !offered.contains(name)) {
        unknown_option(reader, name, root.place(place), &offered);
    }
}

/// Time jumps only to what time brings.
fn jump(reader: Reader<'_>, root: &Node, place: &str, step: &Step, scenario: &Scenario) {
    match &step.jump {
        Some(Jump::To(at)) if *at >= scenario.duration && !scenario.duration.is_zero() => {
            reader.error(root.place(place), Message::new("scenario-after-end"), None);
        }
        Some(Jump::Event(id)) => {
            let event = scenario.timeline.iter().find(|event| event.id == *id);
            if event.is_some_and(|event| !matches!(event.trigger, Trigger::At(_))) {
                reader.error(
                    root.place(place),
                    Message::new("scenario-jump").with("name", id),
                    None,
                );
            }
        }
        _ => {}
    }
}
