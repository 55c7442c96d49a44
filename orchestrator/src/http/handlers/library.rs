//! The library: scenarios in the order that is asked for, and folders in which an author has to mend something.

mod filters;
mod upload;

use std::sync::Arc;

use axum::{extract::State, response::Html};

use super::{
    super::{
        App, AppError, Visitor,
        catalogue::Shelved,
        forms::Query,
        offers,
        pages::{self, Tone, library as page},
    },
    words,
};
use crate::{
    accounts::{Action, Actor, Object, authorise},
    library::{Judged, Stage},
    locales::{self, Locale},
    scenarios::{Definition, Level, NodeRole, Problem, Scenario, ScenarioKind, Severity},
};

use filters::{Filters, Found};
pub(in crate::http) use upload::{form, upload};

/// What the list is filled from.
#[derive(Default)]
struct Shelves {
    usable: Vec<Usable>,
    broken: Vec<page::BrokenScenario>,
    may_edit: bool,
}

/// A scenario without errors.
struct Usable {
    definition: Arc<Definition>,
    warnings: usize,
    /// How far it is; nothing where the installation brings it.
    stage: Option<Stage>,
    /// Its page.
    href: String,
}

/// `GET /scenarios`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(filters): Query<Filters>,
) -> Result<Html<String>, AppError> {
    let shelves = gather(&app, &visitor).await?;
    let used = uses(&app, visitor.actor()?).await?;
    let page = fill(&shelves, &used, &filters, visitor.locale);
    page::render(&app.templates, &visitor, &page)
}

/// What exercises can be made of, and what is not in use: of that, drafts only for those who work on them.
async fn gather(app: &App, visitor: &Visitor) -> Result<Shelves, AppError> {
    let (actor, locale) = (visitor.actor()?, visitor.locale);
    let offers = offers::offers(app, actor.province).await?;
    let mut shelves = Shelves {
        may_edit: may_edit(actor),
        ..Shelves::default()
    };
    for entry in app.library.list(actor.province).await? {
        let in_use = |offer: &offers::Offer| offer.entry.as_ref() == Some(&entry);
        if offers.iter().any(in_use) || entry.stage == Stage::Draft && !shelves.may_edit {
            continue;
        }
        let judged = app.library.judged(&entry.bundle).await?;
        let href = version_page(&entry.scenario, entry.version);
        match &judged.definition {
            Some(definition) => shelves.usable.push(Usable {
                definition: Arc::clone(definition),
                warnings: judged.problems.len(),
                stage: Some(entry.stage),
                href,
            }),
            None if shelves.may_edit => {
                let draft = faulty(&judged, &entry.scenario, href, locale);
                shelves.broken.push(draft);
            }
            None => {}
        }
    }
    shelves
        .usable
        .extend(offers.into_iter().map(|offer| Usable {
            warnings: offer.problems.len(),
            stage: offer.entry.map(|entry| entry.stage),
            href: format!("/scenarios/{}", offer.definition.scenario.id),
            definition: offer.definition,
        }));
    let brought = app.catalogue.all(app.clock.now()).await;
    let broken = brought.iter().filter_map(|shelved| broken(shelved, locale));
    shelves.broken.extend(broken);
    Ok(shelves)
}

fn fill(
    shelves: &Shelves,
    used: &[String],
    filters: &Filters,
    locale: Locale,
) -> page::LibraryPage {
    let all: Vec<Found<'_>> = shelves
        .usable
        .iter()
        .map(|usable| Found {
            definition: &usable.definition,
            warnings: usable.warnings,
            used: times_used(&usable.definition, used),
            stage: usable.stage,
            href: &usable.href,
        })
        .collect();
    let mut shown: Vec<&Found<'_>> = all
        .iter()
        .filter(|found| filters.pass(found, locale))
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
            .map(|found| page::ScenarioRow {
                href: found.href.to_owned(),
                stage: stage(found.stage, locale),
                ..row(found.definition, found.used, found.warnings, locale)
            })
            .collect(),
        broken: shelves.broken.clone(),
        may_edit: shelves.may_edit,
    }
}

/// The page of one version.
pub(super) fn version_page(scenario: &str, version: i64) -> String {
    format!("/scenarios/{scenario}?version={version}")
}

/// How far a version is, as a state; nothing is what the installation brings.
pub(super) fn stage(stage: Option<Stage>, locale: Locale) -> pages::State {
    let (tone, word) = match stage {
        None => (Tone::Good, "shipped"),
        Some(Stage::Released) => (Tone::Good, "released"),
        Some(Stage::Draft) => (Tone::Idle, "draft"),
        Some(Stage::Archived) => (Tone::Paused, "archived"),
    };
    pages::State::new(tone, words::say(locale, &format!("stage-{word}")))
}

pub(super) fn may_edit(actor: &Actor) -> bool {
    authorise(actor, Action::EditLibrary, &Object::Platform).is_ok()
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
        href: format!("/scenarios/{}", scenario.id),
        stage: stage(None, locale),
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
    let unreadable = shelved.unreadable.iter().map(|why| page::ProblemLine {
        place: shelved.folder.clone(),
        text: why.clone(),
        help: None,
        excerpt: None,
    });
    Some(page::BrokenScenario {
        href: None,
        folder: shelved.folder.clone(),
        title: shelved
            .title
            .as_ref()
            .map(|title| title.get(locale).to_owned())
            .filter(|title| !title.is_empty()),
        errors: errors(&shelved.problems) + shelved.unreadable.iter().count(),
        problems: worst_first(&shelved.problems)
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
        excerpt: None,
    }
}

/// The same with its line, for its author.
pub(super) fn mistake(problem: &Problem, locale: Locale) -> page::ProblemLine {
    let view = problem.view(locale);
    let letters: Vec<char> = view.excerpt.chars().collect();
    let from = view.before.min(letters.len());
    let to = (from + view.length).min(letters.len());
    let excerpt = (!letters.is_empty()).then(|| page::Excerpt {
        before: letters[..from].iter().collect(),
        marked: letters[from..to].iter().collect(),
        after: letters[to..].iter().collect(),
    });
    page::ProblemLine {
        excerpt,
        ..problem_line(problem, locale)
    }
}

/// A draft that has errors.
fn faulty(judged: &Judged, id: &str, href: String, locale: Locale) -> page::BrokenScenario {
    page::BrokenScenario {
        href: Some(href),
        folder: id.to_owned(),
        title: title_of(judged, locale),
        errors: errors(&judged.problems),
        problems: worst_first(&judged.problems)
            .map(|problem| problem_line(problem, locale))
            .collect(),
    }
}

/// The title of one that has errors, where it has any.
pub(super) fn title_of(judged: &Judged, locale: Locale) -> Option<String> {
    let title = judged.title.as_ref()?.get(locale);
    (!title.is_empty()).then(|| title.to_owned())
}

pub(super) fn errors(problems: &[Problem]) -> usize {
    let errors = problems.iter();
    errors
        .filter(|problem| problem.severity == Severity::Error)
        .count()
}

pub(super) fn worst_first(problems: &[Problem]) -> impl Iterator<Item = &Problem> {
    let of = |severity| {
        problems
            .iter()
            .filter(move |problem| problem.severity == severity)
    };
    of(Severity::Error).chain(of(Severity::Warning))
}

#[cfg(test)]
mod tests;
