//! Making an exercise: the form, the estimate beside it, and what it sends.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;
use std::{collections::HashSet, time::Duration};

use super::super::{
    App, AppError, Visitor,
    errors::Message,
    forms::{Form, Query},
    offers,
    pages::{Choice, State as Shown, Tone, launch as page},
    underway::Proving,
};
use super::{
    rehearsal, roster,
    schedule::{self, Chosen},
    seating, see_other,
    steering::prove,
    words,
};
use crate::{
    accounts::Actor,
    exercises::{Draft, DraftTeam, Hour, Span, Terms},
    ids::{PersonId, UnitId},
    locales,
    organisation::{self, Staff},
    random::bytes,
    scenarios::{Cell, Definition},
};

/// What preparing one environment takes at least, where nothing was measured yet.
const ONE_ENVIRONMENT: Duration = Duration::from_secs(8);

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    scenario: String,
}

#[derive(Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are the form's")]
pub(in crate::http) struct Launch {
    #[serde(default)]
    launch_key: String,
    #[serde(default)]
    pub(super) scenario: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    evaluators: String,
    #[serde(default)]
    pub(super) person: Vec<PersonId>,
    /// Units whose teams attack.
    #[serde(default)]
    pub(super) red: Vec<UnitId>,
    /// `later` where an hour is chosen.
    #[serde(default)]
    when: String,
    #[serde(default)]
    starts_at: String,
    #[serde(default)]
    by_itself: String,
    #[serde(default)]
    incomplete: String,
    /// How many each team shall have; empty where nobody counts.
    #[serde(default)]
    seats: String,
    /// Teams as a list, in place of people chosen by their units.
    #[serde(default)]
    roster: String,
    /// What stands for the list as it was shown.
    #[serde(default)]
    roster_seen: String,
    /// `yes` where the list is only to be shown.
    #[serde(default)]
    roster_look: String,
}

impl Launch {
    /// The teams that would be made, without a word on what is to be mended.
    async fn teams(&self, app: &App, actor: &Actor) -> Result<Vec<DraftTeam>, AppError> {
        if !self.roster.trim().is_empty() {
            return roster::estimated(app, actor, &self.roster).await;
        }
        let staff = staff(app, actor).await?;
        Ok(teams(&staff, &self.person, &self.red))
    }

    /// The teams that are made.
    async fn teams_to_make(&self, app: &App, actor: &Actor) -> Result<Vec<DraftTeam>, AppError> {
        if self.roster.trim().is_empty() {
            return self.teams(app, actor).await;
        }
        if !self.person.is_empty() {
            return Err(AppError::Invalid(Message::new("roster-or-people")));
        }
        let seen = if self.roster_look.is_empty() {
            self.roster_seen.as_str()
        } else {
            ""
        };
        roster::teams(app, actor, (&self.roster, seen)).await
    }

    /// The hour, where one is chosen.
    fn hour(&self) -> Result<Option<Hour>, AppError> {
        let chosen = Chosen {
            starts_at: self.starts_at.clone(),
            by_itself: self.by_itself.clone(),
            incomplete: self.incomplete.clone(),
        };
        (self.when == "later").then(|| chosen.hour()).transpose()
    }

    /// How many evaluators grade each report; one where the form says nothing.
    fn evaluators(&self) -> u32 {
        self.evaluators.parse().unwrap_or(1)
    }

    fn duration(&self) -> Result<Duration, AppError> {
        let minutes: u64 = self
            .minutes
            .parse()
            .map_err(|_| AppError::Invalid(Message::new("exercise-duration-range")))?;
        Ok(Duration::from_secs(minutes.saturating_mul(60)))
    }
}

/// `GET /exercises/new`
pub(in crate::http) async fn form(
    State(app): State<App>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    let launch = Launch {
        launch_key: hex::encode(bytes::<16>(app.random.as_ref())),
        scenario: wanted.scenario,
        ..Launch::default()
    };
    let page = fill(&app, &visitor, launch, None).await?;
    page::render(&app.templates, &visitor, &page)
}

/// `POST /exercises`
pub(in crate::http) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(launch): Form<Launch>,
) -> Result<Response, AppError> {
    match lay_out(&app, &visitor, &launch).await {
        Ok(response) => Ok(response),
        Err(AppError::Invalid(message)) => {
            let page = fill(&app, &visitor, launch, Some(&message)).await?;
            let html = page::render(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

/// `POST /exercises/estimate`
pub(in crate::http) async fn estimate(
    State(app): State<App>,
    visitor: Visitor,
    Form(launch): Form<Launch>,
) -> Result<Html<String>, AppError> {
    let actor = visitor.actor()?;
    let definition = offers::definition(&app, actor.province, &launch.scenario)
        .await?
        .ok_or(AppError::NotFound)?;
    let teams = launch.teams(&app, actor).await?;
    let teams = DraftTeam::environments(&definition, &teams);
    let estimate = capacity(&app, &visitor, &definition, teams, &launch).await?;
    page::render_estimate(&app.templates, &visitor, &estimate)
}

/// Lays the exercise out, has it prepared, and leads to its console, where stands what is in the way.
async fn lay_out(app: &App, visitor: &Visitor, launch: &Launch) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let definition = offers::definition(app, actor.province, &launch.scenario)
        .await?
        .ok_or_else(|| AppError::Invalid(Message::new("launch-scenario-missing")))?;
    let duration = launch.duration()?;
    let hour = launch.hour()?;
    let seats = seating::number(&launch.seats)?;
    let teams = launch.teams_to_make(app, actor).await?;
    if let Some(hour) = hour {
        // Refused before anything is made, so that the form can be mended.
        let exercises = &app.exercises;
        let environments = DraftTeam::environments(&definition, &teams);
        let of = (actor.province, environments, duration);
        exercises
            .bookable(None, of, &definition, hour.starts_at)
            .await?;
    }
    let draft = Draft {
        province: actor.province,
        title: launch.title.clone(),
        duration: Some(duration),
        teams,
        created_by: actor.account,
        launch_key: format!("{}-{}", actor.account, launch.launch_key),
        trial: false,
    };
    let evaluators = launch.evaluators();
    let laid_out = app
        .exercises
        .create_with(draft, &definition, Terms { seats, evaluators })
        .await?;
    let exercise = laid_out.exercise;
    let to = format!("/exercises/{exercise}");
    if let Some(hour) = hour.filter(|_| !laid_out.before) {
        let set = app.exercises.schedule(exercise, actor.account, hour).await;
        let (state, told) = match set.map_err(AppError::from) {
            Ok(()) => ("good", schedule::told(visitor.locale, hour.starts_at)),
            Err(error) => ("bad", error.message()),
        };
        return Ok(see_other(app, visitor, &to, state, &told));
    }
    if laid_out.before {
        return Ok(see_other(
            app,
            visitor,
            &to,
            "warn",
            &Message::new("launch-before"),
        ));
    }
    prove(app, visitor, exercise, Proving::Prepare).await
}

pub(super) async fn staff(app: &App, actor: &Actor) -> Result<Vec<Staff>, AppError> {
    let mut connection = app.db.connection().await?;
    let today = app.clock.now().day();
    let units = organisation::unit_tree(&mut connection, actor.province, today)
        .await
        .map_err(AppError::unexpected)?;
    let mut staff = organisation::staff_on(&mut connection, actor.province, today)
        .await
        .map_err(AppError::unexpected)?;
    staff.sort_by_key(|line| units.iter().position(|(_, unit)| unit.id == line.unit));
    Ok(staff)
}

/// A team of each unit of which somebody was chosen, in the order of the staff list.
pub(super) fn teams(staff: &[Staff], chosen: &[PersonId], red: &[UnitId]) -> Vec<DraftTeam> {
    let chosen: HashSet<PersonId> = chosen.iter().copied().collect();
    let mut taken = HashSet::new();
    let mut teams: Vec<DraftTeam> = Vec::new();
    for line in staff.iter().filter(|line| chosen.contains(&line.person)) {
        // Somebody with two places stands in the team of the first.
        if !taken.insert(line.person) {
            continue;
        }
        match teams.iter_mut().find(|team| team.unit == Some(line.unit)) {
            Some(team) => team.members.push(line.person),
            None => teams.push(DraftTeam {
                name: line.unit_name.clone(),
                unit: Some(line.unit),
                members: vec![line.person],
                cell: if red.contains(&line.unit) {
                    Cell::Red
                } else {
                    Cell::Blue
                },
            }),
        }
    }
    teams
}

async fn capacity(
    app: &App,
    visitor: &Visitor,
    definition: &Definition,
    teams: usize,
    launch: &Launch,
) -> Result<page::Estimate, AppError> {
    let locale = visitor.locale;
    let province = visitor.actor()?.province;
    let exercises = &app.exercises;
    let duration = launch.duration().unwrap_or(definition.scenario.duration);
    // An hour that is not yet entered is no error here.
    let hour = launch.hour().ok().flatten().map(|hour| hour.starts_at);
    let now = app.clock.now();
    let span = match hour {
        Some(hour) => {
            let span = exercises.span(province, definition, teams, hour, duration);
            span.await?
        }
        None => Span {
            from: now,
            until: now + duration,
        },
    };
    let mut room = exercises
        .room((None, province), definition, teams, span)
        .await?;
    if hour.is_none() {
        // What is being taken away is there still.
        let capacity = app.environments.capacity(definition, teams).await?;
        room.available = room.available.min(capacity.memory_available);
    }
    let (tone, id) = if !room.is_enough() {
        (Tone::Bad, "launch-too-large")
    } else if room.needed > room.available / 10 * 9 {
        (Tone::Warn, "launch-tight")
    } else {
        (Tone::Good, "launch-fits")
    };
    let scenario = definition.scenario.id.as_str();
    let last = app.rehearsals.last(province, scenario).await?;
    let rounds = teams.div_ceil(app.config.parallel.max(1));
    let one = exercises.measured(province, definition).await?;
    let one = one.unwrap_or(ONE_ENVIRONMENT).as_secs_f64();
    Ok(page::Estimate {
        state: Shown::new(tone, words::say(locale, id)),
        teams,
        nodes: teams * definition.scenario.nodes.len(),
        memory: locales::memory(room.needed),
        memory_free: locales::memory(room.available),
        drills: (!room.drills.is_empty()).then(|| room.drills.join("”, “")),
        seconds: seconds(one, rounds),
        made_from: hour.map(|_| span.from),
        rehearsed: last.map(|held| page::Rehearsed {
            href: format!("/rehearsals/{}", held.row.id),
            at: held.row.ended_at,
            state: rehearsal::outcome(&held.report, locale),
            summary: rehearsal::summary(&held.report, locale),
            older: held.row.bundle != definition.bundle.digest(),
        }),
    })
}

/// Whole seconds of so many rounds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "seconds to be read, far below 2^52"
)]
fn seconds(one: f64, rounds: usize) -> u64 {
    (one * rounds as f64).ceil() as u64
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    launch: Launch,
    error: Option<&Message>,
) -> Result<page::LaunchPage, AppError> {
    let locale = visitor.locale;
    let actor = visitor.actor()?;
    let offers = offers::offers(app, actor.province).await?;
    let definitions: Vec<_> = offers.iter().map(|offer| &offer.definition).collect();
    let scenarios: Vec<Choice> = definitions
        .iter()
        .map(|definition| Choice {
            value: definition.scenario.id.to_string(),
            title: definition.scenario.title.get(locale).to_owned(),
            chosen: definition.scenario.id.as_str() == launch.scenario,
        })
        .collect();
    let chosen = definitions
        .iter()
        .find(|definition| definition.scenario.id.as_str() == launch.scenario)
        .or_else(|| definitions.first());
    let minutes = launch.minutes.parse().ok();
    let minutes = minutes
        .or_else(|| chosen.map(|it| it.scenario.duration.as_secs() / 60))
        .unwrap_or(90);
    let staff = staff(app, actor).await?;
    let people_with_account: HashSet<String> = app
        .accounts
        .people_with_account(actor.province)
        .await?
        .into_iter()
        .map(|id| id.to_string())
        .collect();
    let estimate = match chosen {
        Some(definition) if !launch.person.is_empty() || !launch.roster.trim().is_empty() => {
            let teams = launch.teams(app, actor).await?;
            let teams = DraftTeam::environments(definition, &teams);
            capacity(app, visitor, definition, teams, &launch)
                .await
                .ok()
        }
        _ => None,
    };
    let mut hour = schedule::form(None, app.clock.now());
    let later = launch.when == "later";
    if !launch.when.is_empty() {
        hour.at.clone_from(&launch.starts_at);
        hour.by_itself = launch.by_itself == "true";
        hour.incomplete = launch.incomplete == "true";
    }
    Ok(page::LaunchPage {
        evaluators: launch.evaluators(),
        launch_key: launch.launch_key,
        scenarios,
        title: launch.title,
        minutes,
        later,
        hour,
        units: units(&staff, &launch.person, &launch.red, &people_with_account),
        attackers: definitions
            .iter()
            .any(|definition| definition.scenario.plays(Cell::Red)),
        seats: launch.seats,
        roster: roster::view(app, actor, launch.roster, locale).await?,
        estimate,
        error: error.map(|message| message.text(locale)),
    })
}

/// Units with their people, in the order of the staff list.
pub(super) fn units(
    staff: &[Staff],
    chosen: &[PersonId],
    red: &[UnitId],
    accounts: &HashSet<String>,
) -> Vec<page::LaunchUnit> {
    let mut units: Vec<(UnitId, page::LaunchUnit)> = Vec::new();
    for line in staff.iter().filter(|line| !line.name.is_empty()) {
        let is_chosen = chosen.contains(&line.person);
        let person = page::LaunchPerson {
            id: line.person.to_string(),
            name: line.name.clone(),
            position: line.position.clone(),
            response_team: line.response_team,
            account: accounts.contains(&line.person.to_string()),
            chosen: is_chosen,
        };
        match units.iter_mut().find(|(id, _)| *id == line.unit) {
            Some((_, unit)) => {
                unit.open |= is_chosen;
                unit.people.push(person);
            }
            None => units.push((
                line.unit,
                page::LaunchUnit {
                    id: line.unit.to_string(),
                    name: line.unit_name.clone(),
                    open: is_chosen,
                    attacks: red.contains(&line.unit),
                    people: vec![person],
                },
            )),
        }
    }
    units.into_iter().map(|(_, unit)| unit).collect()
}
