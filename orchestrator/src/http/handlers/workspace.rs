//! The trainee's workspace and its parts.

mod bench;
mod task;

use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        context::Flash,
        errors::Message,
        forms::{Path, Query},
        pages::workspace as page,
    },
    schedule, see_other, words,
};
use crate::{
    environments::{EnvironmentStatus, Phase},
    exercises::{ExerciseState, ExerciseView},
    ids::{ExerciseId, PersonId, TeamId},
    journal::Actor,
    locales::Locale,
    scenarios::{Cell, Values},
    scoring::TeamScore,
};

/// The header with which a part sends the whole page elsewhere.
const REDIRECT: &str = "hx-redirect";

#[derive(Clone, Default, Deserialize)]
pub(in crate::http) struct Place {
    #[serde(default)]
    pub(super) tab: String,
    #[serde(default)]
    pub(super) task: String,
    /// The page asks by itself because something changed; nobody went anywhere.
    #[serde(default)]
    pub(super) follow: bool,
}

/// What a workspace is filled from.
pub(super) struct Bench {
    pub(super) view: ExerciseView,
    team: TeamId,
    cell: Cell,
    score: TeamScore,
    /// Who looks.
    person: Option<PersonId>,
    status: Option<EnvironmentStatus>,
    values: Option<Values>,
    read: i64,
}

/// `GET /exercises/{exercise}/workspace`
pub(in crate::http) async fn show(
    State(app): State<App>,
    mut visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(place): Query<Place>,
) -> Result<Response, AppError> {
    let team = visitor.team.ok_or(AppError::NotFound)?;
    let view = app.exercises.view(exercise).await?;
    if let Some(page) = schedule::waiting(&app, &visitor, &view, team)? {
        return Ok(page.into_response());
    }
    if view.exercise.state == ExerciseState::Draft && !view.exercise.trial {
        // Who waited for an hour that was taken away goes back to where they came from.
        return Ok(Redirect::to("/").into_response());
    }
    let mut bench = Bench::gather(&app, &visitor, exercise).await?;
    let asleep = bench
        .status
        .as_ref()
        .filter(|status| status.phase == Phase::Suspended);
    if let Some(id) = asleep.map(|status| status.id)
        && app.environments.rouse(id).await?
    {
        visitor.flash = Some(Flash {
            state: "good".to_owned(),
            text: words::say(visitor.locale, "workspace-roused"),
        });
        bench = Bench::gather(&app, &visitor, exercise).await?;
    }
    if let Some(person) = visitor.actor()?.person {
        app.exercises
            .present(&bench.view, bench.team, person)
            .await?;
        bench.view = app.exercises.view(exercise).await?;
    }
    let (brief, cookie) = bench.brief(&app, &visitor, &place, None).await?;
    let page = bench.page(&app, &visitor, brief)?;
    Ok((cookie, page::render(&app.templates, &visitor, &page)?).into_response())
}

/// `GET /exercises/{exercise}/workspace/brief`
pub(in crate::http) async fn brief(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(place): Query<Place>,
) -> Result<Response, AppError> {
    let bench = match gathered(&app, &visitor, exercise).await? {
        Ok(bench) => bench,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (brief, cookie) = bench.brief(&app, &visitor, &place, None).await?;
    let html = if place.follow {
        page::render_brief(&app.templates, &visitor, &brief)?
    } else {
        page::render_answer(&app.templates, &visitor, &brief)?
    };
    Ok((cookie, html).into_response())
}

/// `GET /exercises/{exercise}/workspace/top`
pub(in crate::http) async fn top(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let bench = match gathered(&app, &visitor, exercise).await? {
        Ok(bench) => bench,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let page = bench.page(&app, &visitor, bench.bare())?;
    Ok(page::render_top(&app.templates, &visitor, &page)?.into_response())
}

/// `GET /exercises/{exercise}/workspace/foot`
pub(in crate::http) async fn foot(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let bench = match gathered(&app, &visitor, exercise).await? {
        Ok(bench) => bench,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let page = bench.page(&app, &visitor, bench.bare())?;
    Ok(page::render_foot(&app.templates, &visitor, &page)?.into_response())
}

/// What a part is filled from. Where the exercise was given up while somebody had its workspace open, the whole page goes
/// where nothing of it is shown.
async fn gathered(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
) -> Result<Result<Bench, Response>, AppError> {
    match Bench::gather(app, visitor, exercise).await {
        Err(AppError::NotFound) if visitor.fragment && visitor.team.is_some() => {
            let place = format!("/exercises/{exercise}/workspace");
            Ok(Err(([(REDIRECT, place)], ()).into_response()))
        }
        gathered => gathered.map(Ok),
    }
}

/// `POST /exercises/{exercise}/teams/{team}/fresh`: fresh machines in place of the team's own.
pub(in crate::http) async fn reset(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
) -> Result<Response, AppError> {
    let person = visitor.actor()?.person.ok_or(AppError::Forbidden)?;
    let actor = Actor::Person(person);
    let done = app.exercises.reset_team(exercise, team, actor).await;
    let (state, told) = match done.map_err(AppError::from) {
        Ok(()) => ("good", Message::new("workspace-reset-done")),
        Err(error @ (AppError::Invalid(_) | AppError::Conflict(_) | AppError::Unavailable(_))) => {
            ("bad", error.message())
        }
        Err(error) => return Err(error),
    };
    let to = format!("/exercises/{exercise}/workspace");
    Ok(see_other(&app, &visitor, &to, state, &told))
}

/// `GET /exercises/{exercise}/teams/{team}/watch`: a team's terminals, to be looked at.
pub(in crate::http) async fn watch(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let team_view = view.team(team).ok_or(AppError::NotFound)?;
    let title = Message::new("team-watch-title")
        .with("number", team_view.team.number)
        .with("name", team_view.team.name.clone());
    let place = format!("/exercises/{exercise}/teams/{team}");
    let page = page::WatchPage {
        title: title.text(visitor.locale),
        back: format!("/exercises/{exercise}?team={team}"),
        terminals: terminals(
            &view,
            team_view.team.cell,
            &format!("{place}/nodes"),
            visitor.locale,
        ),
        pages: Vec::new(),
        sessions: format!("{place}/terminals"),
    };
    page::render_watch(&app.templates, &visitor, &page)
}

/// A tab for each machine that has a terminal.
fn terminals(
    view: &ExerciseView,
    cell: Cell,
    place: &str,
    locale: Locale,
) -> Vec<page::TerminalTab> {
    let own = view.definition.scenario.nodes.iter();
    let nodes = own.filter(|node| node.cell == cell).filter_map(|node| {
        let terminal = node.terminal.as_ref()?;
        let title = terminal
            .title
            .as_ref()
            .map_or_else(|| node.id.to_string(), |it| it.get(locale).to_owned());
        Some((node.id.to_string(), title))
    });
    let tabs = nodes
        .enumerate()
        .map(|(index, (node, title))| page::TerminalTab {
            url: format!("{place}/{node}/terminal"),
            node,
            title,
            current: index == 0,
        });
    tabs.collect()
}
