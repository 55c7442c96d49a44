//! Who sits in which team: people who are added, moved, taken out, named lead, and whether all of them answer.

use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path, Query},
        pages::{self, Choice, Tone, seating as page},
    },
    roster, schedule, words,
};
use crate::{
    accounts::{Action, Actor as Account, Object, authorise},
    exercises::{
        ExerciseError, ExerciseState, ExerciseView, MAX_TEAM_MEMBERS, MemberChange, TeamView,
        roster::{Directory, Trouble},
    },
    ids::{ExerciseId, PersonId, TeamId},
    journal::Actor,
    organisation::{self, Search},
    random::bytes,
};

#[derive(Default, Deserialize)]
pub(in crate::http) struct Who {
    /// A name or an account's name.
    #[serde(default)]
    who: String,
    /// Or one who was chosen.
    #[serde(default)]
    person: Option<PersonId>,
}

#[derive(Deserialize)]
pub(in crate::http) struct To {
    to: TeamId,
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    q: String,
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Seats {
    #[serde(default)]
    seats: String,
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Check {
    #[serde(default)]
    form: String,
    #[serde(default)]
    check: i64,
}

/// `POST /exercises/{exercise}/teams/{team}/members`
pub(in crate::http) async fn join(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Form(who): Form<Who>,
) -> Result<Response, AppError> {
    let found = if let Some(person) = who.person {
        Ok(person)
    } else {
        let known = roster::known(&app, visitor.actor()?).await?;
        Directory::new(&known).find(&who.who, "")
    };
    let person = match found {
        Ok(person) => person,
        Err(trouble) => {
            let asked = (exercise, team, who.who.as_str());
            let page = choose(&app, &visitor, asked, Some(&trouble)).await?;
            return Ok(page.into_response());
        }
    };
    let change = MemberChange::Join { team, person };
    changed(&app, &visitor, (exercise, team), change, "members-joined").await
}

/// `POST /exercises/{exercise}/teams/{team}/members/{person}/move`
pub(in crate::http) async fn move_to(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, from, person)): Path<(ExerciseId, TeamId, PersonId)>,
    Form(To { to }): Form<To>,
) -> Result<Response, AppError> {
    let change = MemberChange::Move { from, to, person };
    changed(&app, &visitor, (exercise, to), change, "members-moved").await
}

/// `POST /exercises/{exercise}/teams/{team}/members/{person}/leave`
pub(in crate::http) async fn leave(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, person)): Path<(ExerciseId, TeamId, PersonId)>,
) -> Result<Response, AppError> {
    let change = MemberChange::Leave { team, person };
    changed(&app, &visitor, (exercise, team), change, "members-left").await
}

/// `POST /exercises/{exercise}/teams/{team}/members/{person}/lead`
pub(in crate::http) async fn lead(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, person)): Path<(ExerciseId, TeamId, PersonId)>,
) -> Result<Response, AppError> {
    let view = app.exercises.view(exercise).await?;
    if view.score(team).roster.lead == Some(person) {
        return told(&app, &visitor, (exercise, team), Ok("members-lead-named"));
    }
    let change = MemberChange::Lead { team, person };
    changed(
        &app,
        &visitor,
        (exercise, team),
        change,
        "members-lead-named",
    )
    .await
}

/// `POST /exercises/{exercise}/teams/{team}/seats`
pub(in crate::http) async fn seats(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Form(form): Form<Seats>,
) -> Result<Response, AppError> {
    let by = Actor::Account(visitor.actor()?.account);
    let done = match number(&form.seats) {
        Ok(seats) => {
            let done = app.exercises.set_seats(exercise, by, team, seats).await;
            done.map_err(AppError::from)
        }
        Err(error) => Err(error),
    };
    let done = done.map(|()| "members-seats-set");
    told(&app, &visitor, (exercise, team), done)
}

/// A number of seats as a field gives it; nothing where it was left empty.
pub(super) fn number(field: &str) -> Result<Option<u32>, AppError> {
    let field = field.trim();
    if field.is_empty() {
        return Ok(None);
    }
    let limit = i64::try_from(MAX_TEAM_MEMBERS).unwrap_or(i64::MAX);
    let wrong = || AppError::Invalid(Message::new("enrolment-seats-range").with("limit", limit));
    field.parse().map(Some).map_err(|_| wrong())
}

/// Makes a change; whoever is in a team no longer loses its terminals at once.
async fn changed(
    app: &App,
    visitor: &Visitor,
    place: (ExerciseId, TeamId),
    change: MemberChange,
    id: &'static str,
) -> Result<Response, AppError> {
    let by = Actor::Account(visitor.actor()?.account);
    let done = app.exercises.change_members(place.0, by, change).await;
    if let (Ok(()), MemberChange::Leave { person, .. } | MemberChange::Move { person, .. }) =
        (&done, change)
    {
        app.terminals.dismiss(person, Some(place.0));
    }
    let done = match done {
        Err(ExerciseError::Missing("person")) => {
            Err(AppError::Invalid(Message::new("members-unknown")))
        }
        done => done.map_err(AppError::from),
    };
    told(app, visitor, place, done.map(|()| id))
}

fn told(
    app: &App,
    visitor: &Visitor,
    (exercise, team): (ExerciseId, TeamId),
    done: Result<&'static str, AppError>,
) -> Result<Response, AppError> {
    let to = format!("/exercises/{exercise}?team={team}");
    schedule::answer_at(app, visitor, &to, done.map(Message::new))
}

/// `GET /exercises/{exercise}/teams/{team}/people`
pub(in crate::http) async fn people(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    choose(&app, &visitor, (exercise, team, &wanted.q), None).await
}

/// The people of the province whose names hold what was looked for, and where each is now.
async fn choose(
    app: &App,
    visitor: &Visitor,
    (exercise, team, query): (ExerciseId, TeamId, &str),
    trouble: Option<&Trouble>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let name = view.team(team).ok_or(AppError::NotFound)?.team.name.clone();
    let province = view.exercise.province;
    let mut connection = app.db.connection().await?;
    let day = app.clock.now().day();
    let search = Search {
        text: query.to_owned(),
        ..Search::default()
    };
    let found = organisation::search(&mut connection, province, &search, day).await?;
    drop(connection);
    let accounts = app.accounts.people_with_account(province).await?;
    let more = found.total > found.lines.len();
    let line = |line: organisation::Staff| {
        let within = view.team_of(line.person).map(|team| &team.team);
        page::Found {
            id: line.person.to_string(),
            account: accounts.contains(&line.person),
            here: within.is_some_and(|within| within.id == team),
            within: within.map(|team| (team.id.to_string(), team.name.clone())),
            name: line.name,
            unit: line.unit_name,
            position: line.position,
        }
    };
    let page = page::ChoosePage {
        exercise: exercise.to_string(),
        title: view.exercise.title.clone(),
        team: team.to_string(),
        name,
        query: query.to_owned(),
        reason: trouble.map(|trouble| roster::trouble(trouble, visitor.locale)),
        people: found.lines.into_iter().map(line).collect(),
        more,
    };
    page::render_choose(&app.templates, visitor, &page)
}

/// What the drawer says of a team's seats.
pub(super) fn seating(view: &ExerciseView, team: &TeamView, may_run: bool) -> page::Seating {
    let others = view
        .teams
        .iter()
        .filter(|other| other.team.id != team.team.id);
    page::Seating {
        may_change: may_run && view.takes_members(),
        seats: team.team.seats,
        spare: team.spare().wanted,
        most: MAX_TEAM_MEMBERS,
        others: others
            .map(|other| Choice {
                value: other.team.id.to_string(),
                title: other.team.name.clone(),
                chosen: false,
            })
            .collect(),
    }
}

/// `GET /exercises/{exercise}/comms`: a page, or its part of the console.
pub(in crate::http) async fn comms(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let may_run = may_run(visitor.actor()?, &view);
    let teams: Vec<&TeamView> = view.teams.iter().collect();
    let ready = view.exercise.state == ExerciseState::Ready;
    let sent = view.scores.comms_check.filter(|_| ready);
    let asked = if sent.is_some() { teams } else { Vec::new() };
    let names = words::names(&app, view.exercise.province, &asked).await?;
    let mut lines = Vec::new();
    let (mut answered, mut all) = (0, 0);
    for team in asked {
        let (there, missing) = view.comms_answers(team);
        answered += there.len();
        all += team.members.len();
        let tone = if missing.is_empty() {
            Tone::Good
        } else {
            Tone::Warn
        };
        let count = Message::new("comms-count")
            .with("answered", there.len().to_string())
            .with("all", team.members.len().to_string());
        let mut missing: Vec<String> = missing
            .iter()
            .map(|person| names.get(person).cloned().unwrap_or_default())
            .collect();
        missing.sort();
        lines.push(page::CommsTeam {
            name: team.team.name.clone(),
            state: pages::State::new(tone, count.text(visitor.locale)),
            missing,
        });
    }
    lines.sort_by_key(|line| line.missing.is_empty());
    let page = page::CommsPage {
        exercise: exercise.to_string(),
        title: view.exercise.title.clone(),
        form: hex::encode(bytes::<16>(app.random.as_ref())),
        may_send: may_run && ready,
        sent_at: sent.map(|(_, at)| at),
        answered,
        all,
        teams: lines,
    };
    page::render_comms(&app.templates, &visitor, &page)
}

/// Whether somebody may steer an exercise.
pub(super) fn may_run(actor: &Account, view: &ExerciseView) -> bool {
    let object = Object::Province(view.exercise.province);
    authorise(actor, Action::RunExercise, &object).is_ok()
}

/// `POST /exercises/{exercise}/comms`
pub(in crate::http) async fn send_comms(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(check): Form<Check>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app
        .exercises
        .send_comms_check(exercise, by, &check.form)
        .await;
    let done = done.map(|()| Message::new("comms-sent"));
    schedule::answer(&app, &visitor, exercise, done.map_err(AppError::from))
}

/// `POST /exercises/{exercise}/teams/{team}/comms`
pub(in crate::http) async fn answer_comms(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Form(check): Form<Check>,
) -> Result<Response, AppError> {
    let person = visitor.actor()?.person.ok_or(AppError::Forbidden)?;
    let member = (team, person);
    let done = app
        .exercises
        .answer_comms_check(exercise, member, check.check)
        .await;
    let done = done.map(|()| Message::new("comms-answered"));
    let to = format!("/exercises/{exercise}/workspace");
    schedule::answer_at(&app, &visitor, &to, done.map_err(AppError::from))
}

/// What a member is asked, while a check is under way.
pub(super) fn ask(
    view: &ExerciseView,
    team: TeamId,
    person: Option<PersonId>,
) -> Option<page::CommsAsk> {
    let (check, person) = (view.comms_check()?, person?);
    let (there, _) = view.comms_answers(view.team(team)?);
    Some(page::CommsAsk {
        to: format!("/exercises/{}/teams/{team}/comms", view.exercise.id),
        check,
        answered: there.contains(&person),
    })
}
