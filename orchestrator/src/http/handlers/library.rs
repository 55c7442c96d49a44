//! The library: scenarios in the order that is asked for, and folders in which an author has to mend something.

mod filters;
mod upload;

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
    library::{Card, Judged, Listed, Sight, Stage},
    locales::{self, Locale},
    scenarios::{Level, LocalText, Problem, ScenarioKind, Severity},
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
    id: String,
    card: Card,
    /// Digest of its files.
    bundle: String,
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

/// What exercises can be made of, and what is not in use: of that, drafts only for those who work on them. Nothing is judged
/// for it.
async fn gather(app: &App, visitor: &Visitor) -> Result<Shelves, AppError> {
    let (actor, locale) = (visitor.actor()?, visitor.locale);
    let mut shelves = Shelves {
        may_edit: may_edit(actor),
        ..Shelves::default()
    };
    let brought = app.catalogue.all(app.clock.now()).await;
    let listed = app.library.shelf(actor.province).await?;
    for shelved in brought.iter() {
        let Some(definition) = &shelved.definition else {
            shelves.broken.extend(broken(shelved, locale));
            continue;
        };
        let id = definition.scenario.id.as_str();
        let shipped = offers::version(definition);
        let covers = |it: &Listed| it.entry.scenario == id && it.covers(Some(shipped));
        if !listed.iter().any(covers) {
            shelves.usable.push(Usable {
                id: id.to_owned(),
                card: Card::of(definition, shelved.problems.len()),
                bundle: definition.bundle.digest(),
                stage: None,
                href: format!("/scenarios/{id}"),
            });
        }
    }
    for Listed { entry, sight } in listed {
        if entry.stage == Stage::Draft && !shelves.may_edit {
            continue;
        }
        let href = version_page(&entry.scenario, entry.version, &entry.bundle);
        match sight {
            Sight::Usable(card) => shelves.usable.push(Usable {
                id: entry.scenario,
                card: *card,
                bundle: entry.bundle,
                stage: Some(entry.stage),
                href,
            }),
            sight if shelves.may_edit => {
                let stage = stage(Some(entry.stage), locale);
                let unusable = unusable((&entry.scenario, stage), sight, href, locale);
                shelves.broken.push(unusable);
            }
            _ => {}
        }
    }
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
            id: &usable.id,
            card: &usable.card,
            used: times_used(&usable.bundle, used),
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
                ..row(found.id, found.card, found.used, locale)
            })
            .collect(),
        broken: shelves.broken.clone(),
        may_edit: shelves.may_edit,
    }
}

/// Digits of a digest by which two versions of the same number are told from each other.
const DIGITS: usize = 12;

/// The page of one version: the installation may bring another of the same number, so its files are named as well.
pub(super) fn version_page(scenario: &str, version: i64, bundle: &str) -> String {
    // What a form sent stands here too, which may be anything.
    let digits = bundle.chars().filter(char::is_ascii_hexdigit);
    let bundle: String = digits.take(DIGITS).collect();
    format!("/scenarios/{scenario}?version={version}&bundle={bundle}")
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

pub(super) fn times_used(bundle: &str, used: &[String]) -> usize {
    used.iter().filter(|one| *one == bundle).count()
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

const fn length_name(minutes: u64) -> &'static str {
    match minutes {
        0..60 => "short",
        60..=120 => "medium",
        _ => "long",
    }
}

pub(super) fn row(id: &str, card: &Card, used: usize, locale: Locale) -> page::ScenarioRow {
    page::ScenarioRow {
        id: id.to_owned(),
        href: format!("/scenarios/{id}"),
        stage: stage(None, locale),
        title: card.title.get(locale).to_owned(),
        summary: card.summary.get(locale).to_owned(),
        kind: words::say(locale, &format!("kind-{}", kind_name(card.kind))),
        attack: card.attack.clone(),
        level: page::Level {
            title: words::say(locale, &format!("level-{}", level_name(card.level))),
            second: card.level >= Level::Intermediate,
            third: card.level >= Level::Advanced,
        },
        minutes: card.minutes,
        nodes: card.foes + card.goals + card.others,
        tasks: card.tasks,
        state: state(card.warnings, locale),
        used,
        sketch: page::Sketch::draw(card.foes, card.goals, card.others),
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
        stage: None,
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
        // The file's own indentation says nothing here, and on a telephone it hides the place.
        before: letters[..from]
            .iter()
            .collect::<String>()
            .trim_start()
            .to_owned(),
        marked: letters[from..to].iter().collect(),
        after: letters[to..].iter().collect(),
    });
    page::ProblemLine {
        excerpt,
        ..problem_line(problem, locale)
    }
}

/// A version that has errors, or whose files cannot be read. Its own page says which.
fn unusable(
    (id, stage): (&str, pages::State),
    sight: Sight,
    href: String,
    locale: Locale,
) -> page::BrokenScenario {
    let (title, errors, why) = match sight {
        Sight::Faulty { title, errors } => (title, usize::try_from(errors).unwrap_or(0), None),
        Sight::Unreadable(why) => (None, 1, Some(unreadable(&why, locale))),
        Sight::Usable(card) => (Some(card.title), 0, None),
    };
    page::BrokenScenario {
        href: Some(href),
        stage: Some(stage),
        folder: id.to_owned(),
        title: title.as_ref().and_then(|title| said(title, locale)),
        errors,
        problems: why
            .map(|text| page::ProblemLine {
                place: id.to_owned(),
                text,
                help: None,
                excerpt: None,
            })
            .into_iter()
            .collect(),
    }
}

/// Why the files of a version that was kept cannot be read, and what helps.
pub(super) fn unreadable(why: &str, locale: Locale) -> String {
    locales::text(locale, "version-unreadable", &[("detail", why.into())])
}

/// The title of one that has errors, where it has any.
pub(super) fn title_of(judged: &Judged, locale: Locale) -> Option<String> {
    said(judged.title.as_ref()?, locale)
}

fn said(title: &LocalText, locale: Locale) -> Option<String> {
    let title = title.get(locale);
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
