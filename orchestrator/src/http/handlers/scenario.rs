//! A scenario's page: what it trains, on which machines, with which tasks and events, and what it takes. No answers.

mod course;
mod drawing;
mod sides;

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
    library::{Card, Judged},
    locales::{self, Locale},
    scenarios::{self, Cell, Definition, Problem, Scenario, attack, nice},
};

pub(super) use course::trigger;

/// Teams for which resources are shown where nobody asked for another number, and the most that can be asked for.
const TEAMS: (usize, usize) = (10, 200);

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    teams: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    bundle: String,
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
    let chosen = known.choose(version, wanted.bundle.trim());
    let chosen = chosen.ok_or(AppError::NotFound)?;
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
            library::times_used(&definition.bundle.digest(), &used),
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
        unreadable: judged
            .unreadable
            .as_ref()
            .map(|why| library::unreadable(why, locale)),
        problems: library::worst_first(&judged.problems)
            .map(|problem| library::mistake(problem, locale))
            .collect(),
    }
}

/// What the bundle alone says.
pub(in crate::http) fn fill(
    definition: &Definition,
    used: usize,
    warnings: &[Problem],
    locale: Locale,
) -> page::ScenarioPage {
    let scenario = &definition.scenario;
    let audience = scenario.audience.iter();
    let sectors = scenario.sectors.iter();
    let tagged = |codes: &[String], name: fn(&str) -> Option<String>| {
        let tagged = codes.iter().map(|code| page::Tagged {
            code: code.clone(),
            name: name(code),
        });
        tagged.collect()
    };
    let phases = course::phases(scenario, locale);
    let (axis, timeline) = course::timeline(scenario, &phases, locale);
    page::ScenarioPage {
        row: library::row(
            scenario.id.as_str(),
            &Card::of(definition, warnings.len()),
            used,
            locale,
        ),
        version: i64::from(scenario.version),
        digest: definition.bundle.digest().chars().take(12).collect(),
        audience: audience
            .map(|it| library::known(locale, "audience-", it.as_str()))
            .collect(),
        sectors: sectors
            .map(|it| library::known(locale, "sector-", it.as_str()))
            .collect(),
        machines: !definition.compose.services.is_empty(),
        attack: tagged(&scenario.attack, attack::name),
        skills: tagged(&scenario.skills, |code| nice::name(code).map(str::to_owned)),
        languages: languages(scenario, locale),
        warnings: warnings
            .iter()
            .map(|problem| library::problem_line(problem, locale))
            .collect(),
        topology: drawing::topology(definition, locale),
        nodes: nodes(definition, locale),
        sides: sides::sides(scenario, locale),
        both: scenario.plays(Cell::Red),
        variants: sides::variants(definition, locale),
        objectives: titles(scenario, locale),
        phases,
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

fn titles(scenario: &Scenario, locale: Locale) -> Vec<String> {
    let objectives = scenario.objectives.iter();
    objectives
        .map(|objective| objective.title.get(locale).to_owned())
        .collect()
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

/// The languages, and whether every text stands in each.
fn languages(scenario: &Scenario, locale: Locale) -> Vec<page::Language> {
    let texts = scenarios::texts(scenario);
    let languages = Locale::ALL.map(|language| page::Language {
        title: words::say(locale, &format!("about-language-{language}")),
        complete: texts
            .iter()
            .all(|written| !written.text.get(language).trim().is_empty()),
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

#[cfg(test)]
mod tests;
