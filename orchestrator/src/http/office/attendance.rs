//! Attendance lists: the form, what it sends, and what is corrected afterwards.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        pages::{
            Choice, attendance as page,
            launch::{LaunchPerson, LaunchUnit},
        },
    },
    day_or, plans, see_other,
};
use crate::{
    ids::{AttendanceId, PersonId},
    learning::{
        attendance::{self as lists, NewList, Officer},
        course,
    },
    locales::Locale,
    organisation,
    scenarios::LocalText,
    store::Connection,
};

#[derive(Default, Deserialize)]
pub(in crate::http) struct Entered {
    #[serde(default)]
    list: String,
    #[serde(default)]
    course: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    held_on: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    person: Vec<PersonId>,
}

#[derive(Deserialize)]
pub(in crate::http) struct One {
    person: PersonId,
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Reason {
    #[serde(default)]
    reason: String,
}

/// `GET /attendance`
pub(in crate::http) async fn form(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let entered = Entered {
        list: AttendanceId::new().to_string(),
        held_on: app.clock.now().day().to_string(),
        ..Entered::default()
    };
    let page = fill(&app, &visitor, entered, None).await?;
    page::render(&app.templates, &visitor, &page)
}

/// `POST /attendance`
pub(in crate::http) async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    Form(entered): Form<Entered>,
) -> Result<Response, AppError> {
    let officer = officer(&app, &visitor)?;
    let new = NewList {
        // A form without an identifier is no form of ours, and gets a list of its own.
        id: entered.list.parse().unwrap_or_else(|_| AttendanceId::new()),
        course: entered.course.clone(),
        title: entered.title.clone(),
        day: day_or(&entered.held_on, Date::MAX),
        document: entered.document.clone(),
        people: entered.person.clone(),
    };
    let mut transaction = app.db.begin().await?;
    match lists::enter(&mut transaction, officer, &new)
        .await
        .map_err(AppError::from)
    {
        Ok(()) => {
            transaction.commit().await?;
            let message = Message::new("attendance-saved").with("count", new.people.len());
            Ok(see_other(
                &app,
                &visitor,
                &format!("/attendance/{}", new.id),
                &message,
            ))
        }
        Err(AppError::Invalid(message)) => {
            drop(transaction);
            let page = fill(&app, &visitor, entered, Some(&message)).await?;
            let html = page::render(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

/// `GET /attendance/{list}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<AttendanceId>,
) -> Result<Html<String>, AppError> {
    let province = visitor.actor()?.province;
    let mut connection = app.db.connection().await?;
    let (list, people) = lists::show(&mut connection, province, id).await?;
    let row = |one: crate::learning::Attendee| page::AttendeeRow {
        id: one.person.to_string(),
        name: one.name,
        removed: one.removed_at.is_some(),
    };
    let titles = titles(&app).await?;
    let page = page::ListPage {
        id: list.id.to_string(),
        course: titled(&titles, &list.course, visitor.locale),
        title: list.title,
        held_at: list.held_at,
        document: list.document,
        entered_at: list.created_at,
        void_reason: list.voided.map(|(_, reason)| reason),
        people: people.into_iter().map(row).collect(),
    };
    page::render_list(&app.templates, &visitor, &page)
}

/// `POST /attendance/{list}/remove`
pub(in crate::http) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<AttendanceId>,
    Form(one): Form<One>,
) -> Result<Response, AppError> {
    let mut connection = app.db.connection().await?;
    lists::remove(&mut connection, officer(&app, &visitor)?, id, one.person).await?;
    Ok(back(&app, &visitor, id, "attendance-removed"))
}

/// `POST /attendance/{list}/add`
pub(in crate::http) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<AttendanceId>,
    Form(one): Form<One>,
) -> Result<Response, AppError> {
    let mut connection = app.db.connection().await?;
    lists::add(&mut connection, officer(&app, &visitor)?, id, one.person).await?;
    Ok(back(&app, &visitor, id, "attendance-added"))
}

/// `POST /attendance/{list}/void`
pub(in crate::http) async fn void(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<AttendanceId>,
    Form(reason): Form<Reason>,
) -> Result<Response, AppError> {
    let mut connection = app.db.connection().await?;
    lists::void(
        &mut connection,
        officer(&app, &visitor)?,
        id,
        &reason.reason,
    )
    .await?;
    Ok(back(&app, &visitor, id, "attendance-voided"))
}

/// `POST /attendance/{list}/restore`
pub(in crate::http) async fn restore(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<AttendanceId>,
) -> Result<Response, AppError> {
    let mut connection = app.db.connection().await?;
    lists::restore(&mut connection, officer(&app, &visitor)?, id).await?;
    Ok(back(&app, &visitor, id, "attendance-restored"))
}

fn back(app: &App, visitor: &Visitor, id: AttendanceId, message: &'static str) -> Response {
    see_other(
        app,
        visitor,
        &format!("/attendance/{id}"),
        &Message::new(message),
    )
}

fn officer(app: &App, visitor: &Visitor) -> Result<Officer, AppError> {
    let actor = visitor.actor()?;
    Ok(Officer {
        account: actor.account,
        province: actor.province,
        now: app.clock.now(),
    })
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    entered: Entered,
    error: Option<&Message>,
) -> Result<page::AttendancePage, AppError> {
    let province = visitor.actor()?.province;
    let locale = visitor.locale;
    let mut connection = app.db.connection().await?;
    let found = lists::lists(&mut connection, province).await?;
    let titles = titles(app).await?;
    let row = |summary: crate::learning::AttendanceSummary| page::AttendanceRow {
        href: format!("/attendance/{}", summary.list.id),
        course: titled(&titles, &summary.list.course, locale),
        title: summary.list.title,
        held_at: summary.list.held_at,
        document: summary.list.document,
        people: usize::try_from(summary.people).unwrap_or(0),
        voided: summary.list.voided.is_some(),
    };
    Ok(page::AttendancePage {
        lists: found.into_iter().map(row).collect(),
        courses: courses(app, &mut connection, visitor, &titles, &entered.course).await?,
        units: units(app, &mut connection, visitor, &entered.person).await?,
        list: entered.list,
        title: entered.title,
        held_on: entered.held_on,
        document: entered.document,
        error: error.map(|message| message.text(locale)),
    })
}

/// What courses are called.
type Titles = BTreeMap<String, LocalText>;

async fn titles(app: &App) -> Result<Titles, AppError> {
    let folder = app.config.scenarios.clone();
    let read = tokio::task::spawn_blocking(move || course::titles(&folder));
    read.await.map_err(AppError::unexpected)
}

/// The title of a course; its name where no file describes it.
fn titled(titles: &Titles, id: &str, locale: Locale) -> String {
    titles
        .get(id)
        .map_or(id, |title| title.get(locale))
        .to_owned()
}

/// The courses that there are, and those that the province's plans count people for.
async fn courses(
    app: &App,
    connection: &mut Connection,
    visitor: &Visitor,
    titles: &Titles,
    chosen: &str,
) -> Result<Vec<Choice>, AppError> {
    let province = visitor.actor()?.province;
    let (_, plans) = plans(app, connection, province, visitor.locale).await?;
    let mut ids: Vec<&str> = plans
        .iter()
        .flat_map(crate::workforce::Plan::courses)
        .collect();
    ids.extend(titles.keys().map(String::as_str));
    ids.sort_unstable();
    ids.dedup();
    let choice = |id: &str| Choice {
        value: id.to_owned(),
        title: titled(titles, id, visitor.locale),
        chosen: id == chosen,
    };
    Ok(ids.into_iter().map(choice).collect())
}

async fn units(
    app: &App,
    connection: &mut Connection,
    visitor: &Visitor,
    chosen: &[PersonId],
) -> Result<Vec<LaunchUnit>, AppError> {
    let province = visitor.actor()?.province;
    let day = app.clock.now().day();
    let staff = organisation::staff_on(connection, province, day).await?;
    let tree = organisation::unit_tree(connection, province, day).await?;
    let unit = |unit: organisation::Unit| {
        let people: Vec<LaunchPerson> = staff
            .iter()
            .filter(|line| line.unit == unit.id && !line.name.is_empty())
            .map(|line| LaunchPerson {
                id: line.person.to_string(),
                name: line.name.clone(),
                position: line.position.clone(),
                response_team: line.response_team,
                account: true,
                chosen: chosen.contains(&line.person),
            })
            .collect();
        LaunchUnit {
            id: unit.id.to_string(),
            name: unit.name,
            open: people.iter().any(|person| person.chosen),
            attacks: false,
            people,
        }
    };
    let units = tree.into_iter().map(|(_, one)| unit(one));
    Ok(units.filter(|unit| !unit.people.is_empty()).collect())
}
