//! What becomes of each part of a scenario that is exported: what a format does not carry is named, never left out.
//!
//! The parts are taken from the model's types one by one, so that a part that the model gains does not compile until it
//! is said here what becomes of it.

use crate::{
    locales::Locale,
    scenarios::{
        Cell, Effect, Event, Message, Scenario, Task, Trigger, Worth,
        import::{Fate, Line, Report},
    },
};

/// The parts of a scenario by their keys, and how much there is of each.
pub(super) fn parts(scenario: &Scenario) -> Vec<(&'static str, usize)> {
    let Scenario {
        id: _,
        version: _,
        title: _,
        summary: _,
        briefing,
        kind: _,
        level: _,
        duration: _,
        audience,
        sectors,
        attack,
        skills,
        environment,
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
    let counted = [
        ("scenario", 1),
        ("version", 1),
        ("title", 1),
        ("summary", 1),
        ("briefing", usize::from(briefing.is_some())),
        ("kind", 1),
        ("level", 1),
        ("duration", 1),
        ("audience", audience.len()),
        ("sectors", sectors.len()),
        ("attack", attack.len()),
        ("skills", skills.len()),
        ("environment", usize::from(environment.is_some())),
        ("solution", 1),
        ("cells", cells.len()),
        ("variants", variants.len()),
        ("phases", phases.len()),
        ("variables", variables.len()),
        ("nodes", nodes.len()),
        ("files", files.len()),
        ("objectives", objectives.len()),
        ("tasks", tasks.len()),
        ("services", services.len()),
        ("timeline", timeline.len()),
        ("credits", credits.len()),
    ];
    counted
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// Keys of a task that only this system knows and that say something.
pub(super) fn own_keys(task: &Task) -> Vec<&'static str> {
    let Task {
        id: _,
        title: _,
        text: _,
        cell,
        phase,
        objective: _,
        requires: _,
        points: _,
        worth: Worth {
            decay: _,
            bonus,
            penalty,
        },
        answer: _,
        by: _,
        hints: _,
    } = task;
    let said = [
        ("cell", *cell != Cell::default()),
        ("phase", phase.is_some()),
        ("bonus", !bonus.is_empty()),
        ("penalty", penalty.is_some()),
    ];
    said.into_iter()
        .filter_map(|(key, says)| says.then_some(key))
        .collect()
}

/// The report of a list of events.
pub(super) fn of_list(scenario: &Scenario, locale: Locale) -> Report {
    let mut lines = Vec::new();
    for (key, _) in parts(scenario) {
        let (fate, message) = match key {
            "title" | "summary" | "timeline" => taken(key),
            "phases" => (Fate::Changed, Message::new("export-phases")),
            _ => (Fate::Lost, Message::new("export-only-timeline")),
        };
        lines.push(line(fate, key, message));
    }
    for (index, event) in scenario.timeline.iter().enumerate() {
        for (key, message) in changed(event) {
            let place = format!("timeline[{index}].{key}");
            lines.push(line(Fate::Changed, &place, Message::new(message)));
        }
    }
    lines.extend(other_language(locale));
    Report { lines }
}

/// What of an event is only a text in a list.
fn changed(event: &Event) -> Vec<(&'static str, &'static str)> {
    let trigger = match event.trigger {
        Trigger::At(_) | Trigger::Manual => None,
        Trigger::Solved(_)
        | Trigger::Decided { .. }
        | Trigger::CheckFailed(_)
        | Trigger::Responded(_)
        | Trigger::Unanswered(_) => Some(("when", "export-trigger")),
    };
    let effect = match event.effect {
        Effect::Message(_) => None,
        Effect::Action(_) => Some(("action", "export-action")),
    };
    trigger.into_iter().chain(effect).collect()
}

/// The report of a layer of techniques.
pub(super) fn of_layer(scenario: &Scenario, locale: Locale) -> Report {
    let line_of = |(key, _): (&'static str, usize)| {
        let (fate, message) = match key {
            "scenario" | "version" | "title" | "summary" | "attack" => taken(key),
            "tasks" | "timeline" | "objectives" => {
                (Fate::Changed, Message::new("export-techniques"))
            }
            _ => (Fate::Lost, Message::new("export-only-attack")),
        };
        line(fate, key, message)
    };
    let lines = parts(scenario).into_iter().map(line_of);
    Report {
        lines: lines.chain(other_language(locale)).collect(),
    }
}

fn taken(to: &str) -> (Fate, Message) {
    (Fate::Taken, Message::new("import-taken").with("to", to))
}

fn line(fate: Fate, place: &str, message: Message) -> Line {
    Line {
        fate,
        place: format!("scenario.yaml: {place}"),
        message,
    }
}

/// Title and summary stand in one language.
fn other_language(locale: Locale) -> [Line; 2] {
    let message = || Message::new("export-language").with("language", locale.other().tag());
    ["title", "summary"].map(|place| line(Fate::Lost, place, message()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{By, Decay, Phase, Side, export, tests::plain};

    #[test]
    fn whatever_a_format_does_not_carry_is_named() {
        let mut definition = plain();
        let scenario = &mut definition.scenario;
        scenario.cells = vec![Side {
            cell: Cell::Red,
            briefing: None,
        }];
        scenario.phases = vec![Phase {
            id: "one".into(),
            title: scenario.title.clone(),
            duration: scenario.duration,
        }];
        let task = &mut scenario.tasks[0];
        task.phase = Some("one".into());
        task.by = By::EveryMember;
        task.cell = Cell::Red;
        task.worth.decay = Some(Decay { to: 1, solves: 2 });
        task.worth.bonus = vec![5];
        for target in export::Target::ALL {
            let exported = export::export(target, &definition, Locale::En).unwrap();
            let told = |key: &str| {
                let place = format!("scenario.yaml: {key}");
                let lines = exported.report.lines.iter();
                lines
                    .filter(|line| line.place == place)
                    .map(|line| line.fate)
                    .collect::<Vec<_>>()
            };
            for (key, _) in parts(&definition.scenario) {
                assert!(!told(key).is_empty(), "{target}: {key}");
            }
            assert_eq!(told("cells"), [Fate::Lost], "{target}");
            if target == export::Target::Ctfcli {
                for key in ["cell", "phase", "bonus"] {
                    assert_eq!(told(&format!("tasks[0].{key}")), [Fate::Lost], "{key}");
                }
                for key in ["by", "decay"] {
                    assert_eq!(told(&format!("tasks[0].{key}")), [Fate::Taken], "{key}");
                }
            }
            for line in &exported.report.lines {
                for locale in Locale::ALL {
                    let text = line.message.text(locale);
                    assert!(
                        !text.is_empty() && text != line.message.id,
                        "{}",
                        line.message.id
                    );
                }
            }
        }
    }
}
