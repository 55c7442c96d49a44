//! Links by which people come into teams: organisers make and take them back, those who have one open it.

use std::time::Duration;

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        pages::{self, Choice, Tone, enrolment as page},
    },
    schedule, seating, see_other, words,
};
use crate::{
    accounts::{Action, Actor as Account, Object, authorise},
    clock::Timestamp,
    exercises::{
        EnrolmentPlace, EnrolmentRefused, ExerciseError, ExerciseView, Invited, NewInvitation,
    },
    ids::{ExerciseId, InvitationId, TeamId},
    locales::Locale,
    store::exercises::Invitation,
};

/// How long a link lasts where nobody says otherwise.
const USUAL: Duration = Duration::from_hours(7 * 24);
/// How many may come by a link where nothing says otherwise.
const SOME: u32 = 20;

#[derive(Default, Deserialize)]
pub(in crate::http) struct NewLink {
    #[serde(default)]
    team: String,
    #[serde(default)]
    seats: String,
    #[serde(default)]
    expires_at: String,
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Chosen {
    /// The team; empty for the one with most free seats.
    #[serde(default)]
    team: String,
}

/// `GET /exercises/{exercise}/invitations`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor, exercise, NewLink::default()).await?;
    page::render_invitations(&app.templates, &visitor, &page)
}

/// `POST /exercises/{exercise}/invitations`: the link is on the answer, and nowhere else ever again.
pub(in crate::http) async fn invite(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(link): Form<NewLink>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let made = match wanted(&link) {
        Ok(new) => {
            let made = app.exercises.invite(exercise, by, new).await;
            made.map_err(AppError::from)
        }
        Err(error) => Err(error),
    };
    let (status, made, error, link) = match made {
        Ok(token) => (StatusCode::OK, Some(token), None, NewLink::default()),
        Err(AppError::Invalid(message)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            None,
            Some(message.text(visitor.locale)),
            link,
        ),
        Err(error) => return Err(error),
    };
    let base = app.config.public_url.trim_end_matches('/');
    let page = page::InvitationsPage {
        made: made.map(|token| format!("{base}/join/{token}")),
        error,
        ..fill(&app, &visitor, exercise, link).await?
    };
    let html = page::render_invitations(&app.templates, &visitor, &page)?;
    Ok((status, html).into_response())
}

/// `POST /exercises/{exercise}/invitations/{invitation}/revoke`
pub(in crate::http) async fn revoke(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, invitation)): Path<(ExerciseId, InvitationId)>,
) -> Result<Response, AppError> {
    let done = app.exercises.revoke_invitation(exercise, invitation).await;
    let done = done.map(|()| Message::new("enrolment-revoked"));
    let to = format!("/exercises/{exercise}/invitations");
    schedule::answer_at(&app, &visitor, &to, done.map_err(AppError::from))
}

fn wanted(link: &NewLink) -> Result<NewInvitation, AppError> {
    let invalid = |id| AppError::Invalid(Message::new(id));
    let team = match link.team.as_str() {
        "" => None,
        team => Some(team.parse().map_err(|_| AppError::NotFound)?),
    };
    let seats = link.seats.trim().parse();
    Ok(NewInvitation {
        team,
        seats: seats.map_err(|_| invalid("enrolment-count-missing"))?,
        expires_at: Timestamp::from_form(&link.expires_at)
            .ok_or_else(|| invalid("enrolment-expiry-range"))?,
    })
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    link: NewLink,
) -> Result<page::InvitationsPage, AppError> {
    let locale = visitor.locale;
    let view = app.exercises.view(exercise).await?;
    let now = app.clock.now();
    let may_invite = view.takes_members() && seating::may_run(visitor.actor()?, &view);
    let invitations = app.exercises.invitations(exercise).await?;
    let lines = invitations.into_iter().map(|invitation| {
        let state = state(&invitation, now, locale);
        let team = invitation.team.and_then(|team| view.team(team));
        page::Link {
            id: invitation.id.to_string(),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            team: team.map(|team| team.team.name.clone()),
            used: invitation.used,
            seats: invitation.seats,
            may_revoke: may_invite && state.kind == Tone::Good,
            state,
        }
    });
    let spare: usize = view
        .teams
        .iter()
        .filter_map(|team| team.spare().wanted)
        .sum();
    let spare = u32::try_from(spare).ok().filter(|spare| *spare > 0);
    let teams = view.teams.iter().map(|team| Choice {
        value: team.team.id.to_string(),
        title: team.team.name.clone(),
        chosen: team.team.id.to_string() == link.team,
    });
    Ok(page::InvitationsPage {
        exercise: exercise.to_string(),
        title: view.exercise.title.clone(),
        may_invite,
        made: None,
        teams: teams.collect(),
        expires_at: if link.expires_at.is_empty() {
            (now + USUAL).for_form()
        } else {
            link.expires_at
        },
        seats: link.seats.parse().ok().or(spare).unwrap_or(SOME),
        error: None,
        links: lines.collect(),
    })
}

/// Whether a link still leads anywhere.
fn state(invitation: &Invitation, now: Timestamp, locale: Locale) -> pages::State {
    let (tone, id) = if invitation.revoked_at.is_some() {
        (Tone::Idle, "enrolment-state-revoked")
    } else if invitation.expires_at <= now {
        (Tone::Idle, "enrolment-state-expired")
    } else if invitation.used >= invitation.seats {
        (Tone::Info, "enrolment-state-used")
    } else {
        (Tone::Good, "enrolment-state-open")
    };
    pages::State::new(tone, words::say(locale, id))
}

/// `GET /join/{token}`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Html<String>, AppError> {
    let page = opened(&app, &visitor, &token).await?;
    page::render_join(&app.templates, &visitor, &page)
}

/// `POST /join/{token}`
pub(in crate::http) async fn join(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, AppError> {
    let Ok(place) = place(visitor.actor()?) else {
        return refuse(&app, &visitor, &token, None).await;
    };
    let team: Option<TeamId> = match chosen.team.as_str() {
        "" => None,
        team => Some(team.parse().map_err(|_| AppError::NotFound)?),
    };
    match app.exercises.enrol(&token, place, team).await? {
        Ok((exercise, team)) => {
            let view = app.exercises.view(exercise).await?;
            let name = view.team(team).map(|team| team.team.name.clone());
            let told = Message::new("enrolment-done").with("team", name.unwrap_or_default());
            let to = if view.is_open() {
                format!("/exercises/{exercise}/workspace")
            } else {
                "/".to_owned()
            };
            Ok(see_other(&app, &visitor, &to, "good", &told))
        }
        Err(refused) => refuse(&app, &visitor, &token, Some(refused)).await,
    }
}

/// The page again, which says what stands in the way.
async fn refuse(
    app: &App,
    visitor: &Visitor,
    token: &str,
    refused: Option<EnrolmentRefused>,
) -> Result<Response, AppError> {
    let mut page = opened(app, visitor, token).await?;
    if page.refused.is_none() {
        // The chosen team was filled a moment ago; others are on the page.
        page.refused = refused.map(|it| reason(&it, None, visitor.locale));
    }
    let html = page::render_join(&app.templates, visitor, &page)?;
    Ok((StatusCode::CONFLICT, html).into_response())
}

/// Who comes by a link: somebody of the staff whose account can work in a team.
fn place(actor: &Account) -> Result<EnrolmentPlace, &'static str> {
    let person = actor.person.ok_or("enrolment-no-person")?;
    let object = Object::Team {
        province: actor.province,
        member: true,
    };
    authorise(actor, Action::WorkInTeam, &object).map_err(|_| "enrolment-no-role")?;
    Ok(EnrolmentPlace {
        province: actor.province,
        person,
    })
}

async fn opened(app: &App, visitor: &Visitor, token: &str) -> Result<page::JoinPage, AppError> {
    let locale = visitor.locale;
    let empty = |refused: String| page::JoinPage {
        refused: Some(refused),
        ..page::JoinPage::default()
    };
    let place = match place(visitor.actor()?) {
        Ok(place) => place,
        Err(id) => return Ok(empty(words::say(locale, id))),
    };
    let invited = match app.exercises.invited(token, place).await {
        Err(ExerciseError::Missing(_)) => None,
        invited => invited?,
    };
    let Some(Invited {
        view,
        open,
        refused,
    }) = invited
    else {
        return Ok(empty(reason(&EnrolmentRefused::Unknown, None, locale)));
    };
    let exercise = &view.exercise;
    let scenario = &view.definition.scenario;
    let within = matches!(refused, Some(EnrolmentRefused::Within(_)));
    let teams = view
        .teams
        .iter()
        .filter(|team| open.contains(&team.team.id));
    let teams = teams.map(|team| page::JoinTeam {
        id: team.team.id.to_string(),
        name: team.team.name.clone(),
        cell: words::cell(scenario, team.team.cell, locale),
        members: team.members.len(),
        spare: team.spare().wanted,
    });
    let hour = exercise.schedule.as_ref().map(|it| it.starts_at);
    Ok(page::JoinPage {
        to: format!("/join/{token}"),
        title: Some(exercise.title.clone()),
        scenario: scenario.title.get(locale).to_owned(),
        state: Some(words::standing(locale, exercise)),
        at: exercise.started_at.or(hour),
        teams: if refused.is_none() {
            teams.collect()
        } else {
            Vec::new()
        },
        workspace: within.then(|| format!("/exercises/{}/workspace", exercise.id)),
        refused: refused.map(|it| reason(&it, Some(&view), locale)),
    })
}

/// Why a link lets somebody in nowhere, and what to do.
fn reason(refused: &EnrolmentRefused, view: Option<&ExerciseView>, locale: Locale) -> String {
    let id = match refused {
        EnrolmentRefused::Unknown => "enrolment-unknown",
        EnrolmentRefused::Revoked => "enrolment-taken-back",
        EnrolmentRefused::Expired => "enrolment-expired",
        EnrolmentRefused::UsedUp => "enrolment-used-up",
        EnrolmentRefused::Over => "enrolment-over",
        EnrolmentRefused::Full => "enrolment-full",
        EnrolmentRefused::Within(team) => {
            let team = view.and_then(|view| view.team(*team));
            let name = team.map(|team| team.team.name.clone()).unwrap_or_default();
            return Message::new("enrolment-within")
                .with("team", name)
                .text(locale);
        }
    };
    words::say(locale, id)
}
