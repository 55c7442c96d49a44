//! The library: scenarios in the order that is asked for, and folders in which an author has to mend something.

mod filters;

use axum::{extract::State, response::Html};

use super::{
    super::{
        App, AppError, Visitor,
        catalogue::Shelved,
        forms::Query,
        pages::{self, Tone, library as page},
    },
    words,
};
use crate::{
    accounts::{Action, Actor, Object, authorise},
    locales::{self, Locale},
    scenarios::{Definition, Level, NodeRole, Problem, Scenario, ScenarioKind, Severity},
};

use filters::{Filters, Found};

/// `GET /scenarios`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(filters): Query<Filters>,
) -> Result<Html<String>, AppError> {
    let shelves = app.catalogue.all(app.clock.now()).await;
    let used = uses(&app, visitor.actor()?).await?;
    let page = fill(&shelves, &used, &filters, visitor.locale);
    page::render(&app.templates, &visitor, &page)
}

fn fill(
    shelves: &[Shelved],
    used: &[String],
    filters: &Filters,
    locale: Locale,
) -> page::LibraryPage {
    let all: Vec<Found<'_>> = shelves
        .iter()
        .filter_map(|shelved| {
            let definition = shelved.definition.as_deref()?;
            Some(Found {
                definition,
                warnings: shelved.problems.len(),
                used: times_used(definition, used),
            })
        })
        .collect();
    let mut shown: Vec<&Found<'_>> = all
        .iter()
        .filter(|found| filters.pass(&found.definition.scenario, locale))
        .collect();
    filters.sort(&mut shown, locale);
    page::LibraryPage {
        query: filters.query().to_owned(),
        total: all.len(),
        facets: filters.facets(&all, locale),
        sorts: filters.sorts(locale),
        active: filters.active(locale),
        rows: shown
            .into_iter()
            .map(|found| row(found.definition, found.used, found.warnings, locale))
            .collect(),
        broken: shelves
            .iter()
            .filter_map(|shelved| broken(shelved, locale))
            .collect(),
    }
}

pub(super) fn may_plan(actor: &Actor) -> bool {
    authorise(actor, Action::PlanExercise, &Object::Platform).is_ok()
}

/// Digests of the bundles of the province's exercises: how often each was used.
pub(super) async fn uses(app: &App, actor: &Actor) -> Result<Vec<String>, AppError> {
    let exercises = app.exercises.list(actor.province).await?;
    Ok(exercises
        .into_iter()
        .map(|exercise| exercise.bundle)
        .collect())
}

pub(super) fn times_used(definition: &Definition, used: &[String]) -> usize {
    let digest = definition.bundle.digest();
    used.iter().filter(|one| **one == digest).count()
}

/// A name of the catalogue where it has one, else the word that the author wrote.
pub(super) fn known(locale: Locale, prefix: &str, value: &str) -> String {
    let id = format!("{prefix}{}", value.replace('_', "-"));
    if locales::has(locale, &id) {
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

pub(super) fn row(
    definition: &Definition,
    used: usize,
    warnings: usize,
    locale: Locale,
) -> page::ScenarioRow {
    let scenario = &definition.scenario;
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
        state: state(warnings, locale),
        used,
        sketch: page::Sketch::draw(foes, goals, scenario.nodes.len() - foes - goals),
    }
}

/// Whether a scenario without errors is as its author meant it.
fn state(warnings: usize, locale: Locale) -> pages::State {
    if warnings == 0 {
        return pages::State::new(Tone::Good, words::say(locale, "library-valid"));
    }
    let count = [("count", warnings.into())];
    pages::State::new(
        Tone::Warn,
        locales::text(locale, "library-warnings", &count),
    )
}

fn broken(shelved: &Shelved, locale: Locale) -> Option<page::BrokenScenario> {
    if shelved.definition.is_some() {
        return None;
    }
    let (errors, warnings): (Vec<&Problem>, Vec<&Problem>) = shelved
        .problems
        .iter()
        .partition(|problem| problem.severity == Severity::Error);
    let told = errors.iter().chain(&warnings);
    let unreadable = shelved.unreadable.iter().map(|why| page::ProblemLine {
        place: shelved.folder.clone(),
        text: why.clone(),
        help: None,
    });
    Some(page::BrokenScenario {
        folder: shelved.folder.clone(),
        title: shelved
            .title
            .as_ref()
            .map(|title| title.get(locale).to_owned())
            .filter(|title| !title.is_empty()),
        errors: errors.len() + shelved.unreadable.iter().count(),
        problems: told
            .map(|problem| problem_line(problem, locale))
            .chain(unreadable)
            .collect(),
    })
}

/// A mistake with its place; its line is not shown, for it may hold an answer.
pub(super) fn problem_line(problem: &Problem, locale: Locale) -> page::ProblemLine {
    let view = problem.view(locale);
    page::ProblemLine {
        place: match view.line {
            0 => view.file,
            line => format!("{}:{line}:{}", view.file, view.column),
        },
        text: view.message,
        help: view.help,
    }
}

#[cfg(test)]
mod tests;
