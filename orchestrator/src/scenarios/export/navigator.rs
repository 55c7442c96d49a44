//! A scenario's techniques as a layer of the ATT&CK Navigator (format 4.5), to be laid over what an office can detect.
//!
//! A technique scores one for being in the scenario and one more for each task and event whose texts name it; its
//! comment says which. Links are addresses in a file: nothing here asks them.

use serde::Serialize;

use crate::{
    locales::{Locale, text},
    scenarios::{Effect, LocalText, Scenario, attack},
};

/// The layer format's version.
const LAYER: &str = "4.5";
/// The Navigator's version whose layers these are.
const NAVIGATOR: &str = "5.1.0";
/// From a technique that is only named to the one that most of the scenario turns on.
const COLOURS: [&str; 2] = ["#ffe0b2", "#e64a19"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the names and kinds are the format's"
)]
struct Layer {
    name: String,
    versions: Versions,
    domain: &'static str,
    description: String,
    sorting: u8,
    layout: Layout,
    hide_disabled: bool,
    techniques: Vec<Technique>,
    gradient: Gradient,
    legend_items: Vec<Legend>,
    metadata: Vec<Datum>,
    links: Vec<Link>,
    show_tactic_row_background: bool,
    select_techniques_across_tactics: bool,
    select_subtechniques_with_parent: bool,
}

#[derive(Serialize)]
struct Versions {
    attack: String,
    navigator: &'static str,
    layer: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    reason = "the names and kinds are the format's"
)]
struct Layout {
    layout: &'static str,
    #[serde(rename = "showID")]
    show_id: bool,
    show_name: bool,
    aggregate_function: &'static str,
    show_aggregate_scores: bool,
    count_unscored: bool,
    expanded_subtechniques: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_field_names,
    reason = "the names and kinds are the format's"
)]
struct Technique {
    #[serde(rename = "techniqueID")]
    technique_id: String,
    score: usize,
    comment: String,
    enabled: bool,
    metadata: Vec<Datum>,
    links: Vec<Link>,
    show_subtechniques: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gradient {
    colors: [&'static str; 2],
    min_value: usize,
    max_value: usize,
}

#[derive(Serialize)]
struct Legend {
    label: String,
    color: &'static str,
}

#[derive(Serialize)]
struct Datum {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Link {
    label: String,
    url: String,
}

/// Writes the layer, as JSON.
///
/// # Errors
/// When it cannot be put down as JSON, which nothing in a scenario brings about.
pub fn navigator(scenario: &Scenario, locale: Locale) -> serde_json::Result<String> {
    let techniques: Vec<Technique> = scenario
        .attack
        .iter()
        .map(|id| technique(scenario, id, locale))
        .collect();
    let highest = techniques.iter().map(|technique| technique.score).max();
    let say = |id| text(locale, id, &[]);
    let layer = Layer {
        name: scenario.title.get(locale).to_owned(),
        versions: Versions {
            attack: major(attack::version()).to_owned(),
            navigator: NAVIGATOR,
            layer: LAYER,
        },
        domain: "enterprise-attack",
        description: scenario.summary.get(locale).trim().to_owned(),
        sorting: 3,
        layout: Layout {
            layout: "side",
            show_id: true,
            show_name: true,
            aggregate_function: "max",
            show_aggregate_scores: false,
            count_unscored: false,
            expanded_subtechniques: "annotated",
        },
        hide_disabled: false,
        techniques,
        gradient: Gradient {
            colors: COLOURS,
            min_value: 1,
            max_value: highest.unwrap_or_default().max(2),
        },
        legend_items: vec![
            Legend {
                label: say("navigator-named"),
                color: COLOURS[0],
            },
            Legend {
                label: say("navigator-used"),
                color: COLOURS[1],
            },
        ],
        metadata: vec![
            datum(say("navigator-scenario"), scenario.id.as_str()),
            datum(say("navigator-version"), &scenario.version.to_string()),
        ],
        links: Vec::new(),
        show_tactic_row_background: false,
        select_techniques_across_tactics: true,
        select_subtechniques_with_parent: false,
    };
    serde_json::to_string_pretty(&layer)
}

fn technique(scenario: &Scenario, id: &str, locale: Locale) -> Technique {
    let mut metadata = Vec::new();
    let mut score = 1;
    for task in &scenario.tasks {
        let hints = task.hints.iter().map(|hint| &hint.text);
        let texts = [&task.title, &task.text].into_iter().chain(hints);
        if names(texts, id) {
            score += 1;
            let value = format!("{}: {}", task.id, task.title.get(locale));
            metadata.push(datum(text(locale, "navigator-task", &[]), &value));
            let objective = task.objective.as_ref();
            let objective = scenario
                .objectives
                .iter()
                .find(|known| Some(&known.id) == objective);
            if let Some(objective) = objective {
                let title = objective.title.get(locale);
                metadata.push(datum(text(locale, "navigator-objective", &[]), title));
            }
        }
    }
    for event in &scenario.timeline {
        let message = match &event.effect {
            Effect::Message(message) => vec![&message.text],
            Effect::Action(_) => Vec::new(),
        };
        let title = event.title.as_ref();
        if names(message.into_iter().chain(title), id) {
            score += 1;
            let title = title.map_or("", |title| title.get(locale));
            let value = format!("{} {title}", event.id);
            metadata.push(datum(text(locale, "navigator-event", &[]), value.trim()));
        }
    }
    let lines = metadata
        .iter()
        .map(|it| format!("{}: {}", it.name, it.value));
    let comment = lines.collect::<Vec<_>>().join("\n");
    Technique {
        technique_id: id.to_owned(),
        score,
        comment: if comment.is_empty() {
            text(locale, "navigator-in-scenario", &[])
        } else {
            comment
        },
        enabled: true,
        links: vec![Link {
            label: attack::name(id).unwrap_or_else(|| id.to_owned()),
            url: format!(
                "https://attack.mitre.org/techniques/{}/",
                id.replace('.', "/")
            ),
        }],
        show_subtechniques: id.contains('.'),
        metadata,
    }
}

/// Whether one of the texts names the technique, and not merely a sub-technique of it.
fn names<'a>(texts: impl IntoIterator<Item = &'a LocalText>, id: &str) -> bool {
    texts.into_iter().any(|text| {
        [&text.vi, &text.en].iter().any(|text| {
            text.match_indices(id).any(|(at, _)| {
                let mut behind = text.get(at + id.len()..).unwrap_or_default().chars();
                match behind.next() {
                    Some('.') => !behind.next().is_some_and(|c| c.is_ascii_digit()),
                    next => !next.is_some_and(|c| c.is_ascii_digit()),
                }
            })
        })
    })
}

fn datum(name: String, value: &str) -> Datum {
    Datum {
        name,
        value: value.to_owned(),
    }
}

/// `18` of `18.0 (October 2025)`: the Navigator knows releases by that.
fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_technique_is_not_named_by_its_sub_technique() {
        let text = |vi: &str| LocalText {
            vi: vi.to_owned(),
            en: String::new(),
        };
        for (said, named) in [
            ("qua T1505.", true),
            ("T1505", true),
            ("T1505.003", false),
            ("T15050", false),
            ("T1505.003 và T1505 nữa", true),
        ] {
            assert_eq!(names([&text(said)], "T1505"), named, "{said}");
        }
    }

    #[test]
    fn each_technique_stands_once_with_what_names_it() {
        let mut scenario = crate::scenarios::tests::plain().scenario;
        scenario.attack = vec!["T1190".to_owned(), "T1505.003".to_owned()];
        scenario.tasks[0].text.en = "The web shell (T1505.003).".to_owned();
        let layer: serde_json::Value =
            serde_json::from_str(&navigator(&scenario, Locale::En).unwrap()).unwrap();
        assert_eq!(layer["versions"]["layer"], "4.5");
        assert_eq!(layer["versions"]["attack"], "18");
        let techniques = layer["techniques"].as_array().unwrap();
        let told: Vec<_> = techniques
            .iter()
            .map(|it| {
                (
                    it["techniqueID"].as_str().unwrap(),
                    it["score"].as_u64().unwrap(),
                )
            })
            .collect();
        // One for being there, one for the task that names it.
        assert_eq!(told, [("T1190", 1), ("T1505.003", 2)]);
        assert_eq!(
            techniques[1]["links"][0]["url"],
            "https://attack.mitre.org/techniques/T1505/003/"
        );
        assert_eq!(
            techniques[1]["comment"],
            "Task: entry-point: Way in\nObjective: Detect"
        );
    }
}
