//! A scenario's page: what it trains, on which machines, with which tasks and events, and what it takes. No answers.

mod drawing;

use axum::{extract::State, response::Html};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Path, Query},
        pages::{self, Tone, scenario as page, topology::Role, versions},
    },
    library, pool,
    versions::{Chosen, Known},
    words,
};
use crate::{
    environments::{Capacity, memory_of},
    library::Judged,
    locales::{self, Locale},
    scenarios::{
        Answer, Cell, Definition, Effect, Event, LocalText, Problem, Recipient, Scenario, Task,
        Trigger,
    },
};

/// Teams for which resources are shown where nobody asked for another number, and the most that can be asked for.
const TEAMS: (usize, usize) = (10, 200);
/// Times written below the axis.
const TICKS: i64 = 6;

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    teams: String,
    #[serde(default)]
    version: String,
}

/// `GET /scenarios/{scenario}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    let actor = visitor.actor()?;
    let locale = visitor.locale;
    let known = Known::of(&app, actor, &id).await?;
    let version = wanted.version.trim().parse().ok();
    let chosen = known.choose(version).ok_or(AppError::NotFound)?;
    let versions = known.view(&app, &visitor, (&id, chosen)).await?;
    let (definition, warnings) = match chosen {
        Chosen::Shipped(offer) => (&offer.definition, &offer.problems),
        Chosen::Own(_, judged) => {
            if let Some(definition) = &judged.definition {
                (definition, &judged.problems)
            } else {
                let page = draft(judged, versions, locale);
                return versions::render_draft(&app.templates, &visitor, &page);
            }
        }
    };
    let used = library::uses(&app, actor).await?;
    let teams = wanted.teams.trim().parse().unwrap_or(TEAMS.0);
    let teams = teams.clamp(1, TEAMS.1);
    // An engine that is away takes nothing from the page but this one figure.
    let capacity = app.environments.capacity(definition, teams).await.ok();
    let in_use = known.is_used(chosen);
    let page = page::ScenarioPage {
        may_plan: in_use && library::may_plan(actor),
        pool: pool::view(&app, &visitor, &id).await?,
        resources: resources(definition, teams, capacity, locale),
        versions,
        ..fill(
            definition,
            library::times_used(definition, &used),
            warnings,
            locale,
        )
    };
    page::render(&app.templates, &visitor, &page)
}

/// The page of a draft that has errors.
fn draft(judged: &Judged, versions: versions::Versions, locale: Locale) -> versions::DraftPage {
    versions::DraftPage {
        title: library::title_of(judged, locale).unwrap_or_else(|| versions.scenario.clone()),
        versions,
        errors: library::errors(&judged.problems),
        problems: library::worst_first(&judged.problems)
            .map(|problem| library::mistake(problem, locale))
            .collect(),
    }
}

/// What the bundle alone says.
fn fill(
    definition: &Definition,
    used: usize,
    warnings: &[Problem],
    locale: Locale,
) -> page::ScenarioPage {
    let scenario = &definition.scenario;
    let known = |prefix: &str, values: &[String]| {
        let named = values
            .iter()
            .map(|value| library::known(locale, prefix, value));
        named.collect()
    };
    let (axis, timeline) = timeline(scenario, locale);
    page::ScenarioPage {
        row: library::row(definition, used, warnings.len(), locale),
        version: i64::from(scenario.version),
        digest: definition.bundle.digest().chars().take(12).collect(),
        audience: known("audience-", &scenario.audience),
        sectors: known("sector-", &scenario.sectors),
        skills: scenario.skills.clone(),
        languages: languages(scenario, locale),
        warnings: warnings
            .iter()
            .map(|problem| library::problem_line(problem, locale))
            .collect(),
        topology: drawing::topology(definition, locale),
        nodes: nodes(definition, locale),
        objectives: objectives(scenario, locale),
        axis,
        timeline,
        services: services(scenario, locale),
        credits: scenario
            .credits
            .iter()
            .map(|credit| page::CreditRow {
                title: library::known(locale, "completion-", &credit.completion),
                points: i64::from(credit.points),
            })
            .collect(),
        points: i64::try_from(scenario.highest_score(Cell::Blue)).unwrap_or(i64::MAX),
        resources: page::Resources::default(),
        may_plan: false,
        pool: page::PoolView::default(),
        versions: versions::Versions::default(),
    }
}

fn nodes(definition: &Definition, locale: Locale) -> Vec<page::NodeRow> {
    let scenario = &definition.scenario;
    let row = |node: &crate::scenarios::ScenarioNode| {
        let mut services = definition.compose.services.iter();
        let service = services.find(|service| service.id == node.id);
        page::NodeRow {
            id: node.id.to_string(),
            role: Role::new(node.role, locale),
            networks: service
                .map(|service| service.networks.iter().map(|(name, _)| name.clone()))
                .map(Iterator::collect)
                .unwrap_or_default(),
            memory: service.map(|service| locales::memory(service.memory)),
            terminal: node.terminal.as_ref().map(|terminal| terminal.user.clone()),
            web: node
                .web
                .as_ref()
                .map(|web| format!("{} (:{})", web.title.get(locale), web.port)),
        }
    };
    scenario.nodes.iter().map(row).collect()
}

/// Objectives with their tasks; tasks of none come last.
fn objectives(scenario: &Scenario, locale: Locale) -> Vec<page::ObjectiveView> {
    let view = |title: String, tasks: Vec<&Task>| page::ObjectiveView {
        title,
        points: tasks.iter().map(|task| i64::from(task.points)).sum(),
        tasks: tasks.into_iter().map(|task| row(task, locale)).collect(),
    };
    let of = |objective: Option<&crate::scenarios::ObjectiveId>| {
        let tasks = scenario.tasks.iter();
        tasks
            .filter(|task| task.objective.as_ref() == objective)
            .collect()
    };
    let mut objectives: Vec<page::ObjectiveView> = scenario
        .objectives
        .iter()
        .map(|it| view(it.title.get(locale).to_owned(), of(Some(&it.id))))
        .collect();
    objectives.push(view(words::say(locale, "scenario-other-tasks"), of(None)));
    objectives.retain(|objective| !objective.tasks.is_empty());
    objectives
}

fn row(task: &Task, locale: Locale) -> page::TaskRow {
    let (kind, icon) = words::answer(&task.answer);
    page::TaskRow {
        title: task.title.get(locale).to_owned(),
        icon,
        kind: words::say(locale, &format!("answer-{kind}")),
        hints: task.hints.len(),
        cost: task.hints.iter().map(|hint| i64::from(hint.cost)).sum(),
        points: i64::from(task.points),
    }
}

fn services(scenario: &Scenario, locale: Locale) -> Vec<page::ServiceRow> {
    let row = |service: &crate::scenarios::Service| page::ServiceRow {
        title: service.title.get(locale).to_owned(),
        probed: format!("{}:{}", service.http.node, service.http.port),
        from: service.from.to_string(),
        seconds: service.every.as_secs(),
        points: i64::from(service.points_per_minute),
    };
    scenario.services.iter().map(row).collect()
}

/// The languages, and whether every text of a trainee's stands in each.
fn languages(scenario: &Scenario, locale: Locale) -> Vec<page::Language> {
    let mut texts: Vec<&LocalText> = vec![&scenario.title, &scenario.summary];
    texts.extend(Cell::ALL.map(|cell| scenario.briefing(cell)));
    texts.extend(
        scenario
            .tasks
            .iter()
            .flat_map(|task| [&task.title, &task.text]),
    );
    let languages = Locale::ALL.map(|language| page::Language {
        title: words::say(locale, &format!("about-language-{language}")),
        complete: texts
            .iter()
            .all(|text| !text.get(language).trim().is_empty()),
    });
    languages.into()
}

fn resources(
    definition: &Definition,
    teams: usize,
    capacity: Option<Capacity>,
    locale: Locale,
) -> page::Resources {
    let compose = &definition.compose;
    let one = memory_of(definition);
    #[expect(clippy::cast_precision_loss, reason = "a handful of processors")]
    let processors: f64 = {
        let services = compose.services.iter();
        services.map(|it| it.nano_cpus as f64 / 1e9).sum()
    };
    let of = |teams: usize| {
        #[expect(clippy::cast_precision_loss, reason = "at most hundreds of teams")]
        let times = teams as f64;
        page::Share {
            teams,
            machines: compose.services.len() * teams,
            networks: compose.networks.len() * teams,
            memory: locales::memory(one.saturating_mul(teams as u64)),
            processors: processors * times,
        }
    };
    page::Resources {
        scenario: definition.scenario.id.to_string(),
        teams,
        most: TEAMS.1,
        shares: if teams == 1 {
            vec![of(1)]
        } else {
            vec![of(1), of(teams)]
        },
        room: Some(capacity.map_or_else(
            || pages::State::new(Tone::Idle, words::say(locale, "resources-unknown")),
            |capacity| room(&capacity, teams, locale),
        )),
    }
}

/// Whether so many teams fit beside what runs now.
fn room(capacity: &Capacity, teams: usize, locale: Locale) -> pages::State {
    let (tone, id) = match capacity.teams_possible {
        0 => (Tone::Bad, "resources-full"),
        possible if possible < teams => (Tone::Warn, "resources-fewer"),
        _ => (Tone::Good, "resources-fit"),
    };
    let message = Message::new(id)
        .with("teams", capacity.teams_possible.min(TEAMS.1))
        .with("memory", locales::memory(capacity.memory_available));
    pages::State::new(tone, message.text(locale))
}

/// What happens, by time; what waits for something comes after it. Deadlines of reports stand among the events.
fn timeline(scenario: &Scenario, locale: Locale) -> (Option<page::Axis>, Vec<page::TimelineRow>) {
    let deadlines = scenario.tasks.iter().filter_map(|task| match &task.answer {
        Answer::Report(report) => Some((task, report.due)),
        _ => None,
    });
    let mut rows: Vec<(Option<i64>, page::TimelineRow)> = scenario
        .timeline
        .iter()
        .map(|event| happens(scenario, event, locale))
        .collect();
    rows.extend(deadlines.enumerate().map(|(number, (task, due))| {
        let at = words::seconds(due);
        let row = page::TimelineRow {
            id: Message::new("about-due-code")
                .with("number", number + 1)
                .text(locale),
            when: trigger(scenario, &Trigger::At(due), locale),
            icon: "report",
            title: Message::new("about-due")
                .with("what", task.title.get(locale).to_owned())
                .text(locale),
            to: None,
            respond: None,
            due: true,
        };
        (Some(at), row)
    }));
    rows.sort_by_key(|(at, _)| at.unwrap_or(i64::MAX));
    let duration = words::seconds(scenario.duration);
    let axis = page::Axis::draw(&rows, duration, TICKS);
    (axis, rows.into_iter().map(|(_, row)| row).collect())
}

fn happens(scenario: &Scenario, event: &Event, locale: Locale) -> (Option<i64>, page::TimelineRow) {
    let (icon, title) = words::timeline_event(event, locale);
    let at = match event.trigger {
        Trigger::At(at) => Some(words::seconds(at)),
        _ => None,
    };
    let to = match &event.effect {
        Effect::Message(message) => Some(match message.to {
            Recipient::Blue => "about-to-blue",
            Recipient::Red => "about-to-red",
            Recipient::All => "about-to-all",
            Recipient::White => "about-to-white",
        }),
        Effect::Action(_) => None,
    };
    let row = page::TimelineRow {
        id: event.id.to_string(),
        when: trigger(scenario, &event.trigger, locale),
        icon,
        title,
        to: to.map(|id| words::say(locale, id)),
        respond: event.respond.as_ref().map(|respond| {
            Message::new("about-respond")
                .with("length", locales::length(locale, respond.due))
                .with("points", i64::from(respond.points))
                .text(locale)
        }),
        due: false,
    };
    (at, row)
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
        Trigger::Decided { task, option } => Message::new("when-decided")
            .with("what", words::task(scenario, task.as_str(), locale))
            .with(
                "option",
                words::option(scenario, (task.as_str(), option.as_str()), locale),
            )
            .text(locale),
        Trigger::CheckFailed(id) => Message::new("when-failed")
            .with("what", words::service(scenario, id, locale))
            .text(locale),
        Trigger::Manual => words::say(locale, "when-manual"),
    }
}

#[cfg(test)]
mod tests;
