//! Rehearsals of drills: begun from the launch form, looked at while they last, kept when they are over.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{Html, Response},
};

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        offers,
        pages::{self, Tone, rehearsal as page},
    },
    launch::{Launch, staff, teams},
    see_other, words,
};
use crate::{
    exercises::{
        DraftTeam,
        rehearsal::{Begun, FEWEST_TEAMS, Held, Report, Stage, Standing, Wish},
    },
    ids::RehearsalId,
    locales::{self, Locale},
};

/// The stages of a rehearsal with their names.
const STAGES: [(Stage, &str); 5] = [
    (Stage::Preparing, "rehearse-preparing"),
    (Stage::Terminals, "rehearse-terminals"),
    (Stage::Refusing, "rehearse-refusing"),
    (Stage::Solving, "rehearse-solving"),
    (Stage::Removing, "rehearse-removing"),
];

/// `POST /rehearsals`
pub(in crate::http) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Form(launch): Form<Launch>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let definition = offers::definition(&app, actor.province, &launch.scenario)
        .await?
        .ok_or_else(|| AppError::Invalid(Message::new("launch-scenario-missing")))?;
    let staff = staff(&app, actor).await?;
    let form = || format!("/exercises/new?scenario={}", launch.scenario);
    let chosen = teams(&staff, &launch.person, &launch.red);
    if chosen.is_empty() {
        let message = Message::new("rehearse-no-teams");
        return Ok(see_other(&app, &visitor, &form(), "bad", &message));
    }
    let wish = Wish {
        province: Some(actor.province),
        by: Some(actor.account),
        definition: Arc::clone(&definition),
        teams: DraftTeam::environments(&definition, &chosen).max(FEWEST_TEAMS),
        not_isolated: None,
    };
    let (to, tone, message) = match app.rehearsals.begin(wish, &app.tasks).await {
        Ok(Begun::Now(id)) => (
            format!("/rehearsals/{id}"),
            "good",
            Message::new("rehearse-begun"),
        ),
        Ok(Begun::Already(id)) => (
            format!("/rehearsals/{id}"),
            "warn",
            Message::new("rehearse-already"),
        ),
        Ok(Begun::Elsewhere) => (form(), "bad", Message::new("rehearse-elsewhere")),
        Err(error) => (form(), "bad", AppError::from(error).message()),
    };
    Ok(see_other(&app, &visitor, &to, tone, &message))
}

/// `GET /rehearsals/{rehearsal}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<RehearsalId>,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor, id).await?;
    page::render(&app.templates, &visitor, &page)
}

/// `GET /rehearsals/{rehearsal}/part`
pub(in crate::http) async fn part(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<RehearsalId>,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor, id).await?;
    page::render_part(&app.templates, &visitor, &page)
}

/// `POST /rehearsals/{rehearsal}/stop`
pub(in crate::http) async fn stop(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<RehearsalId>,
) -> Result<Response, AppError> {
    fill(&app, &visitor, id).await?;
    app.rehearsals.stop(id);
    let to = format!("/rehearsals/{id}");
    Ok(see_other(
        &app,
        &visitor,
        &to,
        "good",
        &Message::new("rehearse-stopping"),
    ))
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    id: RehearsalId,
) -> Result<page::RehearsalPage, AppError> {
    let (locale, province) = (visitor.locale, visitor.actor()?.province);
    let standing = app
        .rehearsals
        .standing()
        .filter(|standing| standing.id == id && standing.province.is_none_or(|of| of == province));
    let held = match &standing {
        Some(_) => None,
        None => app.rehearsals.find(province, id).await?,
    };
    let (scenario, teams) = match (&standing, &held) {
        (Some(standing), _) => (standing.scenario.clone(), standing.teams),
        (_, Some(held)) => (held.row.scenario.clone(), held.report.teams),
        _ => return Err(AppError::NotFound),
    };
    let definition = offers::definition(app, province, &scenario).await?;
    Ok(page::RehearsalPage {
        id: id.to_string(),
        scenario: definition.map_or_else(
            || scenario.clone(),
            |it| it.scenario.title.get(locale).to_owned(),
        ),
        scenario_href: format!("/scenarios/{scenario}"),
        scenario_id: scenario,
        teams,
        standing: standing.map(|standing| standing_view(&standing, locale)),
        verdict: held.map(|held| verdict(&held, locale)),
    })
}

fn standing_view(standing: &Standing, locale: Locale) -> page::StandingView {
    let now = STAGES
        .iter()
        .position(|(stage, _)| *stage == standing.stage);
    let stages = STAGES.iter().enumerate().map(|(place, (_, id))| {
        let tone = match Some(place).cmp(&now) {
            std::cmp::Ordering::Less => Tone::Good,
            std::cmp::Ordering::Equal => Tone::Busy,
            std::cmp::Ordering::Greater => Tone::Idle,
        };
        pages::State::new(tone, words::say(locale, id))
    });
    page::StandingView {
        stages: stages.collect(),
        ready: standing.ready,
        progress: standing.ready * 100 / standing.teams.max(1),
        lasted: standing.lasted.as_secs(),
        stopping: standing.stopping,
    }
}

/// Go or no-go, as a state.
pub(super) fn outcome(report: &Report, locale: Locale) -> pages::State {
    let (tone, id) = if report.cancelled {
        (Tone::Warn, "rehearse-cancelled")
    } else if report.is_go() {
        (Tone::Good, "rehearse-go")
    } else {
        (Tone::Bad, "rehearse-no-go")
    };
    pages::State::new(tone, words::say(locale, id))
}

/// What came of a rehearsal, in one sentence.
pub(super) fn summary(report: &Report, locale: Locale) -> String {
    if report.cancelled {
        return words::say(locale, "rehearse-summary-cancelled");
    }
    match report.all_ready().filter(|_| report.teams > 0) {
        Some(ready) => Message::new("rehearse-summary")
            .with("teams", report.teams)
            .with("time", length(locale, ready))
            .text(locale),
        None => Message::new("rehearse-summary-not-ready")
            .with("ready", report.ready.iter().flatten().count())
            .with("teams", report.teams)
            .text(locale),
    }
}

fn verdict(held: &Held, locale: Locale) -> page::VerdictView {
    let report = &held.report;
    let reasons = report.reasons.iter().map(|reason| page::ReasonView {
        text: reason.say(locale),
        log: reason.log.join("\n"),
    });
    page::VerdictView {
        state: outcome(report, locale),
        summary: summary(report, locale),
        at: held.row.ended_at,
        reasons: reasons.collect(),
        figures: figures(report, locale),
        teams: report
            .ready
            .iter()
            .enumerate()
            .map(|(place, at)| (place + 1, at.map(|at| length(locale, at))))
            .collect(),
    }
}

fn figures(report: &Report, locale: Locale) -> Vec<(String, String)> {
    let say = |id: &'static str| words::say(locale, id);
    let mut figures = vec![(say("rehearse-nodes"), report.nodes.to_string())];
    if let Some(first) = report.first() {
        figures.push((say("rehearse-first"), length(locale, first)));
    }
    if let Some((team, at)) = report.slowest() {
        let slowest = Message::new("rehearse-slowest-value")
            .with("team", team)
            .with("time", length(locale, at));
        figures.push((say("rehearse-slowest"), slowest.text(locale)));
    }
    if let Some(terminals) = &report.terminals {
        let opened = Message::new("rehearse-terminals-value")
            .with("opened", terminals.opened)
            .with("teams", report.teams)
            .with("time", length(locale, terminals.slowest));
        figures.push((say("rehearse-terminals-opened"), opened.text(locale)));
        let echo = Message::new("rehearse-echo-value")
            .with("median", millis(locale, terminals.median))
            .with("p99", millis(locale, terminals.p99))
            .with("keys", terminals.keys);
        figures.push((say("rehearse-echo"), echo.text(locale)));
    }
    for (id, at) in [
        ("rehearse-solution", report.solution),
        ("rehearse-removal", report.removal),
    ] {
        if let Some(at) = at {
            figures.push((say(id), length(locale, at)));
        }
    }
    let memory = Message::new("rehearse-memory-value")
        .with("needed", locales::memory(report.memory.needed))
        .with("available", locales::memory(report.memory.available));
    figures.push((say("rehearse-memory"), memory.text(locale)));
    if let Some(used) = report.memory.used {
        figures.push((say("rehearse-memory-used"), locales::memory(used)));
    }
    figures
}

/// A time below a minute with a tenth of a second, above it as people say it.
fn length(locale: Locale, milliseconds: u64) -> String {
    if milliseconds >= 60_000 {
        return locales::length(locale, Duration::from_millis(milliseconds));
    }
    #[expect(clippy::cast_precision_loss, reason = "below a minute")]
    let seconds = milliseconds as f64 / 1000.0;
    Message::new("rehearse-seconds")
        .with("seconds", locales::decimal(locale, seconds, 1))
        .text(locale)
}

fn millis(locale: Locale, microseconds: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a key's echo")]
    let milliseconds = microseconds as f64 / 1000.0;
    locales::decimal(locale, milliseconds, 1)
}
