//! Points that nobody can count on: pass marks out of reach, worths that say nothing or contradict themselves.

use crate::scenarios::{
    PartId, Scenario, Task,
    findings::Reader,
    model::{Answer, By, Logic, Way, Worth, unknown_part},
    problem::Message,
    solution::Solves,
    tree::Node,
};

/// A pass mark is within reach of every team, however late it solves what others have solved before.
pub(super) fn pass_marks(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for (index, credit) in scenario.credits.iter().enumerate() {
        let highest = scenario.highest_score(credit.cell);
        let certain = scenario.certain_score(credit.cell);
        let points = u64::from(credit.points);
        let span = root.place(&format!("credits/{index}/when/points"));
        if points == 0 && span != root.place(&format!("credits/{index}/when")) {
            reader.warn(span, Message::new("scenario-credit-nothing"), None);
        }
        if points > highest {
            let message = Message::new("scenario-pass-mark")
                .with("points", points)
                .with("highest", highest);
            let help = Message::new("scenario-pass-mark-help");
            reader.error(span, message, Some(help));
        } else if points > certain {
            let message = Message::new("scenario-pass-mark-early")
                .with("points", points)
                .with("certain", certain);
            let help = Message::new("scenario-pass-mark-early-help").with("certain", certain);
            reader.warn(span, message, Some(help));
        }
    }
}

/// What tasks are worth beyond their points.
pub(super) fn worths(reader: Reader<'_>, root: &Node, scenario: &Scenario) {
    for (index, task) in scenario.tasks.iter().enumerate() {
        let span = |key: &str| root.place(&format!("tasks/{index}/{key}"));
        if task.by == By::EveryMember && !task.answer.is_given() {
            let message = Message::new("scenario-by-nothing");
            let help = Message::new("scenario-by-nothing-help");
            reader.error(span("by"), message, Some(help));
        }
        if task.by == By::EveryMember
            && let Some(attempts) = fewest_tries(task)
        {
            let message = Message::new("scenario-by-attempts").with("attempts", attempts);
            let help = Message::new("scenario-by-attempts-help");
            reader.warn(span("by"), message, Some(help));
        }
        let Worth {
            decay,
            bonus,
            penalty,
        } = &task.worth;
        if matches!(task.answer, Answer::Report(_) | Answer::Decision(_)) {
            let said = [("decay", decay.is_some()), ("bonus", !bonus.is_empty())];
            for (key, _) in said.iter().filter(|(_, said)| *said) {
                let message = Message::new("scenario-worth-report").with("key", *key);
                let help = Message::new("scenario-worth-report-help");
                reader.error(span(key), message, Some(help));
            }
        }
        if let Some(decay) = decay
            && decay.to >= task.points
            && task.points > 0
        {
            let message = Message::new("scenario-decay-to").with("points", task.points);
            let help = Message::new("scenario-decay-to-help");
            reader.error(span("decay/to"), message, Some(help));
        }
        let Some(penalty) = penalty else { continue };
        if !task.answer.is_given() {
            let message = Message::new("scenario-penalty-nothing");
            let help = Message::new("scenario-penalty-nothing-help");
            reader.error(span("penalty"), message, Some(help));
            continue;
        }
        if penalty.points > task.points && task.points > 0 {
            let message = Message::new("scenario-penalty-all").with("points", task.points);
            reader.warn(span("penalty/points"), message, None);
        }
        // The last try solves the task or leaves nothing to take from.
        if most_tries(task).is_some_and(|tries| tries <= penalty.free.saturating_add(1)) {
            let message = Message::new("scenario-penalty-never").with("free", penalty.free);
            let help = Message::new("scenario-penalty-never-help");
            reader.warn(span("penalty"), message, Some(help));
        }
    }
}

/// What a step of the solution answers: a part of its task, or the whole.
pub(super) fn way<'a>(scenario: &'a Scenario, solves: &Solves) -> Option<Way<'a>> {
    let part = solves.part.as_ref().map_or("", PartId::as_str);
    scenario.task(&solves.task)?.way(part)
}

/// A step names a part where its task has some, and one that exists.
pub(super) fn part(
    reader: Reader<'_>,
    root: &Node,
    place: &str,
    solves: &Solves,
    scenario: &Scenario,
) {
    let Some(task) = scenario.task(&solves.task) else {
        return;
    };
    let parts = matches!(task.answer, Answer::Parts(_));
    match &solves.part {
        None if parts => {
            let names: Vec<&str> = task.ways().iter().map(|way| way.part).collect();
            let message = Message::new("scenario-part-missing").with("name", &task.id);
            let help = Message::new("scenario-known-names").with("names", names.join(", "));
            reader.error(root.place(place), message, Some(help));
        }
        Some(_) if !parts => {
            let message = Message::new("scenario-part-nothing").with("name", &task.id);
            reader.error(root.place(&format!("{place}/part")), message, None);
        }
        Some(part) if task.way(part.as_str()).is_none() => {
            let span = root.place(&format!("{place}/part"));
            unknown_part(reader, task, part.as_str(), span);
        }
        _ => {}
    }
}

/// Whether the steps so far solve the task of the last of them.
pub(super) fn is_solved(scenario: &Scenario, last: &Solves, answered: &[&Solves]) -> bool {
    let Some(task) = scenario.task(&last.task) else {
        return true;
    };
    let given = |way: &Way<'_>| {
        let of_task = answered.iter().filter(|solves| solves.task == task.id);
        let mut parts = of_task.map(|solves| solves.part.as_ref().map_or("", PartId::as_str));
        parts.any(|part| part == way.part)
    };
    let ways = task.ways();
    match task.logic() {
        Logic::Any => ways.iter().any(given),
        Logic::All => ways.iter().all(given),
    }
}

/// Of a task that any part solves, each part is proven; what is wrong with those that all parts solve, the task being
/// unsolved says.
pub(super) fn unproven(reader: Reader<'_>, root: &Node, answered: &[&Solves], scenario: &Scenario) {
    for task in scenario.tasks.iter().filter(|it| it.logic() == Logic::Any) {
        let ways = task.ways();
        let named = |way: &&Way<'_>| {
            let mut of_task = answered.iter().filter(|solves| solves.task == task.id);
            of_task.any(|solves| {
                solves
                    .part
                    .as_ref()
                    .is_some_and(|it| it.as_str() == way.part)
            })
        };
        let left: Vec<&str> = ways
            .iter()
            .filter(|way| !named(way))
            .map(|way| way.part)
            .collect();
        if !left.is_empty() && left.len() < ways.len() {
            let message = Message::new("scenario-part-unproven")
                .with("name", &task.id)
                .with("names", left.join(", "));
            reader.error(root.place("steps"), message, None);
        }
    }
}

/// The tries after which a member can no longer do their part of a task; nothing where there is always a way left.
fn fewest_tries(task: &Task) -> Option<u32> {
    let limits = task.ways().into_iter().map(|way| way.answer.attempts());
    match task.logic() {
        Logic::All => limits.flatten().min(),
        Logic::Any => most_tries(task),
    }
}

/// The most tries that anything asked by a task can take; without limit where one of them has none.
fn most_tries(task: &Task) -> Option<u32> {
    let limits = task.ways().into_iter().map(|way| way.answer.attempts());
    limits.collect::<Option<Vec<u32>>>()?.into_iter().max()
}
