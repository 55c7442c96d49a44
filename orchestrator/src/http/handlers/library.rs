//! The library and a scenario's page.

use axum::{extract::State, response::Html};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        catalogue::Shelved,
        errors::Message,
        forms::{Path, Query},
        pages::{self, Choice, Tone, library as page, scenario as thing},
    },
    pool, words,
};
use crate::{
    accounts::{Action, Actor, Object, authorise},
    locales::Locale,
    organisation::fold,
    scenarios::{Definition, Level, NodeRole, Scenario, ScenarioKind, Trigger},
};

#[derive(Default, Deserialize)]
pub(in crate::http) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    level: Vec<String>,
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    audience: Vec<String>,
    #[serde(default)]
    sector: Vec<String>,
    #[serde(default)]
    length: Vec<String>,
}

/// `GET /scenarios`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(filters): Query<Filters>,
) -> Result<Html<String>, AppError> {
    let shelves = app.catalogue.all(app.clock.now()).await;
    let used = uses(&app, visitor.actor()?).await?;
    let locale = visitor.locale;
    let all: Vec<&Definition> = shelves
        .iter()
        .filter_map(|shelved| shelved.definition.as_deref())
        .collect();
    let shown = all
        .iter()
        .filter(|definition| filters.pass(&definition.scenario, locale));
    let page = page::LibraryPage {
        query: filters.q.clone(),
        total: all.len(),
        facets: filters.facets(&all, locale),
        rows: shown
            .map(|definition| row(definition, &used, locale))
            .collect(),
        broken: shelves
            .iter()
            .filter_map(|shelved| broken(shelved, locale))
            .collect(),
    };
    page::render(&app.templates, &visitor, &page)
}

/// `GET /scenarios/{scenario}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Html<String>, AppError> {
    let definition = app
        .catalogue
        .find(&id, app.clock.now())
        .await
        .ok_or(AppError::NotFound)?;
    let actor = visitor.actor()?;
    let used = uses(&app, actor).await?;
    let mut page = scenario(&definition, &used, visitor.locale, may_plan(actor));
    page.pool = pool::view(&app, &visitor, &id).await?;
    thing::render(&app.templates, &visitor, &page)
}

pub(super) fn may_plan(actor: &Actor) -> bool {
    authorise(actor, Action::PlanExercise, &Object::Platform).is_ok()
}

/// Digests of the bundles of the province's exercises: how often each was used.
async fn uses(app: &App, actor: &Actor) -> Result<Vec<String>, AppError> {
    let exercises = app.exercises.list(actor.province).await?;
    Ok(exercises
        .into_iter()
        .map(|exercise| exercise.bundle)
        .collect())
}

impl Filters {
    fn pass(&self, scenario: &Scenario, locale: Locale) -> bool {
        let any = |chosen: &[String], has: &dyn Fn(&str) -> bool| {
            chosen.is_empty() || chosen.iter().any(|wanted| has(wanted))
        };
        any(&self.level, &|wanted| wanted == level_name(scenario.level))
            && any(&self.kind, &|wanted| wanted == kind_name(scenario.kind))
            && any(&self.audience, &|wanted| {
                scenario.audience.iter().any(|one| one == wanted)
            })
            && any(&self.sector, &|wanted| {
                scenario.sectors.iter().any(|one| one == wanted)
            })
            && any(&self.length, &|wanted| wanted == length_name(scenario))
            && fold(&searched(scenario, locale)).contains(&fold(&self.q))
    }

    fn facets(&self, all: &[&Definition], locale: Locale) -> Vec<page::Facet> {
        let facet = |name,
                     title: &str,
                     chosen: &[String],
                     values: Vec<(String, String)>,
                     has: &dyn Fn(&Scenario, &str) -> bool| page::Facet {
            name,
            title: words::say(locale, title),
            options: values
                .into_iter()
                .map(|(value, title)| page::FacetOption {
                    count: all
                        .iter()
                        .filter(|definition| has(&definition.scenario, &value))
                        .count(),
                    choice: Choice {
                        chosen: chosen.contains(&value),
                        value,
                        title,
                    },
                })
                .collect(),
        };
        let named = |names: &[&str], prefix: &str| {
            names
                .iter()
                .map(|name| {
                    (
                        (*name).to_owned(),
                        words::say(locale, &format!("{prefix}{name}")),
                    )
                })
                .collect()
        };
        let collected = |of: &dyn Fn(&Scenario) -> Vec<String>, prefix: &str| {
            let mut values: Vec<String> = all
                .iter()
                .flat_map(|definition| of(&definition.scenario))
                .collect();
            values.sort();
            values.dedup();
            values
                .into_iter()
                .map(|value| (value.clone(), known(locale, prefix, &value)))
                .collect()
        };
        let mut facets = vec![
            facet(
                "level",
                "library-level",
                &self.level,
                named(&["basic", "intermediate", "advanced"], "level-"),
                &|it, wanted| level_name(it.level) == wanted,
            ),
            facet(
                "kind",
                "library-kind",
                &self.kind,
                named(&["simulation", "tabletop"], "kind-"),
                &|it, wanted| kind_name(it.kind) == wanted,
            ),
            facet(
                "audience",
                "library-audience",
                &self.audience,
                collected(&|it| it.audience.clone(), "audience-"),
                &|it, wanted| it.audience.iter().any(|one| one == wanted),
            ),
            facet(
                "sector",
                "library-sectors",
                &self.sector,
                collected(&|it| it.sectors.clone(), "sector-"),
                &|it, wanted| it.sectors.iter().any(|one| one == wanted),
            ),
            facet(
                "length",
                "library-length",
                &self.length,
                named(&["short", "medium", "long"], "length-"),
                &|it, wanted| length_name(it) == wanted,
            ),
        ];
        facets.retain(|facet| !facet.options.is_empty());
        facets
    }
}

fn searched(scenario: &Scenario, locale: Locale) -> String {
    let mut text = format!(
        "{} {} {}",
        scenario.id,
        scenario.title.get(locale),
        scenario.summary.get(locale)
    );
    for code in scenario.attack.iter().chain(&scenario.skills) {
        text.push(' ');
        text.push_str(code);
    }
    text
}

/// A name of the catalogue where it has one, else the word that the author wrote.
fn known(locale: Locale, prefix: &str, value: &str) -> String {
    let id = format!("{prefix}{}", value.replace('_', "-"));
    if crate::locales::has(locale, &id) {
        words::say(locale, &id)
    } else {
        value.replace('_', " ")
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Basic => "basic",
        Level::Intermediate => "intermediate",
        Level::Advanced => "advanced",
    }
}

const fn kind_name(kind: ScenarioKind) -> &'static str {
    match kind {
        ScenarioKind::Simulation => "simulation",
        ScenarioKind::Tabletop => "tabletop",
    }
}

const fn length_name(scenario: &Scenario) -> &'static str {
    match scenario.duration.as_secs() / 60 {
        0..60 => "short",
        60..=120 => "medium",
        _ => "long",
    }
}

fn row(definition: &Definition, used: &[String], locale: Locale) -> page::ScenarioRow {
    let scenario = &definition.scenario;
    let digest = definition.bundle.digest();
    let role = |role| {
        scenario
            .nodes
            .iter()
            .filter(|node| node.role == role)
            .count()
    };
    let (foes, goals) = (role(NodeRole::Adversary), role(NodeRole::Target));
    page::ScenarioRow {
        id: scenario.id.to_string(),
        title: scenario.title.get(locale).to_owned(),
        summary: scenario.summary.get(locale).to_owned(),
        kind: words::say(locale, &format!("kind-{}", kind_name(scenario.kind))),
        attack: scenario.attack.clone(),
        level: page::Level {
            title: words::say(locale, &format!("level-{}", level_name(scenario.level))),
            second: scenario.level >= Level::Intermediate,
            third: scenario.level >= Level::Advanced,
        },
        minutes: scenario.duration.as_secs() / 60,
        nodes: scenario.nodes.len(),
        tasks: scenario.tasks.len(),
        state: pages::State::new(Tone::Good, words::say(locale, "library-valid")),
        used: used.iter().filter(|one| **one == digest).count(),
        sketch: page::Sketch::draw(foes, goals, scenario.nodes.len() - foes - goals),
    }
}

fn broken(shelved: &Shelved, locale: Locale) -> Option<page::BrokenScenario> {
    if shelved.definition.is_some() {
        return None;
    }
    let problems = shelved.problems.iter().map(|problem| {
        let view = problem.view(locale);
        let help = view
            .help
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        format!(
            "{}:{}:{}: {}{help}",
            view.file, view.line, view.column, view.message
        )
    });
    Some(page::BrokenScenario {
        folder: shelved.folder.clone(),
        problems: problems.chain(shelved.unreadable.clone()).collect(),
    })
}

fn scenario(
    definition: &Definition,
    used: &[String],
    locale: Locale,
    may_plan: bool,
) -> thing::ScenarioPage {
    let scenario = &definition.scenario;
    let task = |task: &crate::scenarios::Task| {
        let (kind, icon) = words::answer(&task.answer);
        thing::TaskRow {
            title: task.title.get(locale).to_owned(),
            icon,
            kind: words::say(locale, &format!("answer-{kind}")),
            points: i64::from(task.points),
        }
    };
    let mut objectives: Vec<thing::ObjectiveView> = scenario
        .objectives
        .iter()
        .map(|objective| thing::ObjectiveView {
            title: objective.title.get(locale).to_owned(),
            tasks: scenario
                .tasks
                .iter()
                .filter(|it| it.objective.as_ref() == Some(&objective.id))
                .map(task)
                .collect(),
        })
        .collect();
    let others: Vec<_> = scenario
        .tasks
        .iter()
        .filter(|it| it.objective.is_none())
        .map(task)
        .collect();
    if !others.is_empty() {
        objectives.push(thing::ObjectiveView {
            title: words::say(locale, "scenario-other-tasks"),
            tasks: others,
        });
    }
    objectives.retain(|objective| !objective.tasks.is_empty());
    thing::ScenarioPage {
        row: row(definition, used, locale),
        version: i64::from(scenario.version),
        audience: scenario
            .audience
            .iter()
            .map(|it| known(locale, "audience-", it))
            .collect(),
        sectors: scenario
            .sectors
            .iter()
            .map(|it| known(locale, "sector-", it))
            .collect(),
        skills: scenario.skills.clone(),
        nodes: scenario
            .nodes
            .iter()
            .map(|node| thing::NodeRow {
                id: node.id.to_string(),
                role: words::say(locale, &format!("role-{}", role_name(node.role))),
                terminal: node.terminal.as_ref().map(|terminal| terminal.user.clone()),
                web: node
                    .web
                    .as_ref()
                    .map(|web| web.title.get(locale).to_owned()),
            })
            .collect(),
        objectives,
        timeline: scenario
            .timeline
            .iter()
            .map(|event| {
                let (icon, title) = words::timeline_event(event, locale);
                thing::TimelineRow {
                    id: event.id.to_string(),
                    when: trigger(scenario, &event.trigger, locale),
                    icon,
                    title,
                }
            })
            .collect(),
        services: scenario
            .services
            .iter()
            .map(|service| service.title.get(locale).to_owned())
            .collect(),
        points: i64::try_from(scenario.highest_score()).unwrap_or(i64::MAX),
        may_plan,
        pool: thing::PoolView::default(),
    }
}

const fn role_name(role: NodeRole) -> &'static str {
    match role {
        NodeRole::Analyst => "analyst",
        NodeRole::Target => "target",
        NodeRole::Adversary => "adversary",
        NodeRole::Infrastructure => "infrastructure",
        NodeRole::Checker => "checker",
    }
}

/// When an event happens, in words.
pub(super) fn trigger(scenario: &Scenario, trigger: &Trigger, locale: Locale) -> String {
    match trigger {
        Trigger::At(at) => Message::new("when-at")
            .with("minutes", words::seconds(*at) / 60)
            .text(locale),
        Trigger::Solved(id) => Message::new("when-solved")
            .with("what", words::task(scenario, id.as_str(), locale))
            .text(locale),
        Trigger::CheckFailed(id) => Message::new("when-failed")
            .with("what", words::service(scenario, id, locale))
            .text(locale),
        Trigger::Manual => words::say(locale, "when-manual"),
    }
}
