//! Why a team has the points that it has, in words: for the team itself and for the white cell.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use uuid::Uuid;

use super::{
    super::{App, AppError, errors::Message, pages::team as page},
    words,
};
use crate::{
    exercises::ExerciseView,
    ids::{AccountId, TeamId},
    journal::{Actor, CheckState},
    locales::{self, Locale},
    scoring::{Because, Cause, Line, Stretch, TeamScore},
    store,
};

/// What a ledger is read with.
pub(super) struct Reading<'a> {
    /// What people wrote, by identifier.
    pub(super) texts: &'a HashMap<Uuid, String>,
    /// Who of the white cell did something, for the white cell alone.
    pub(super) names: &'a HashMap<AccountId, String>,
    pub(super) locale: Locale,
}

/// Names of accounts: the person's, or that under which one signs in.
pub(super) async fn names(
    app: &App,
    actors: impl IntoIterator<Item = Actor>,
) -> Result<HashMap<AccountId, String>, AppError> {
    let accounts: BTreeSet<AccountId> = actors
        .into_iter()
        .filter_map(|actor| match actor {
            Actor::Account(account) => Some(account),
            _ => None,
        })
        .collect();
    let mut connection = app.db.connection().await?;
    let mut names = HashMap::new();
    for account in accounts {
        let found = store::accounts::find(&mut connection, account).await?;
        let name = found.map(|found| found.person_name.unwrap_or(found.username));
        names.insert(account, name.unwrap_or_default());
    }
    Ok(names)
}

/// Who changed points by hand.
pub(super) fn hands(score: &TeamScore) -> impl Iterator<Item = Actor> {
    score.ledger.iter().filter_map(|row| match &row.cause {
        Cause::Regraded { by, .. } | Cause::Adjusted { by, .. } => Some(*by),
        _ => None,
    })
}

/// Every change of a team's score with the total after it, the last first.
pub(super) fn ledger(
    view: &ExerciseView,
    team: TeamId,
    elapsed: Duration,
    reading: &Reading<'_>,
) -> Vec<page::LedgerLine> {
    let score = view.score(team);
    let lines = score.explain(&view.rules, elapsed).into_iter().rev();
    let lines = lines.map(|line| page::LedgerLine {
        row: line.sequence,
        seconds: line.at.as_secs(),
        title: title(view, &score, &line, reading.locale),
        more: more(&line, reading),
        points: line.points,
        total: line.total,
    });
    lines.collect()
}

/// How the points for each service come about.
pub(super) fn services(
    view: &ExerciseView,
    score: &TeamScore,
    elapsed: Duration,
    locale: Locale,
) -> Vec<String> {
    let services = view.rules.services.iter().filter_map(|rule| {
        let state = score.services.get(rule.id.as_str())?;
        let (served, watched) = state.at(elapsed);
        let what = words::service(&view.definition.scenario, &rule.id, locale);
        let told = Message::new("cause-service")
            .with("what", what)
            .with("served", locales::clock(served))
            .with("watched", locales::clock(watched))
            .with("rate", rule.points_per_minute)
            .with("points", score.service_points(rule, elapsed));
        Some(told.text(locale))
    });
    services.collect()
}

fn title(view: &ExerciseView, score: &TeamScore, line: &Line, locale: Locale) -> String {
    match &line.because {
        Because::Booked(cause) => booked(view, score, (cause, line.points), locale),
        Because::Service {
            service,
            stretch,
            per_minute,
        } => {
            let Stretch { began, end, .. } = stretch;
            let id = match began.state {
                CheckState::Passing => "cause-service-up",
                CheckState::Failing => "cause-service-down",
                CheckState::Error => "cause-service-unknown",
            };
            let told = Message::new(id)
                .with(
                    "what",
                    words::service(&view.definition.scenario, service, locale),
                )
                .with("from", locales::clock(began.at))
                .with("to", locales::clock(*end));
            let told = if began.state == CheckState::Passing {
                told.with("length", locales::clock(end.saturating_sub(began.at)))
                    .with("rate", *per_minute)
            } else {
                told
            };
            told.text(locale)
        }
    }
}

/// The reason that somebody gave, and who it was where the reader may know.
fn more(line: &Line, reading: &Reading<'_>) -> Vec<String> {
    let Because::Booked(Cause::Regraded { by, reason, .. } | Cause::Adjusted { by, reason }) =
        &line.because
    else {
        return Vec::new();
    };
    let mut more = Vec::new();
    if let Some(reason) = reading.texts.get(&reason.id) {
        let told = Message::new("cause-reason").with("reason", reason.clone());
        more.push(told.text(reading.locale));
    }
    if let Actor::Account(account) = by
        && let Some(name) = reading.names.get(account)
    {
        let told = Message::new("cause-by").with("name", name.clone());
        more.push(told.text(reading.locale));
    }
    more
}

fn booked(
    view: &ExerciseView,
    score: &TeamScore,
    (cause, points): (&Cause, i64),
    locale: Locale,
) -> String {
    let scenario = &view.definition.scenario;
    let with = |id: &'static str, what: String| Message::new(id).with("what", what).text(locale);
    let place = |id: &str| score.tasks.get(id).and_then(|state| state.place);
    let placed = |message: &'static str, id: &str| {
        Message::new(message)
            .with("what", words::task(scenario, id, locale))
            .with("place", i64::from(place(id).unwrap_or(0)) + 1)
    };
    match cause {
        Cause::Task(id) => match view.rules.task(id) {
            Some(rule) if points < rule.points => placed("cause-task-decayed", id)
                .with("points", rule.points)
                .text(locale),
            _ => with("cause-task", words::task(scenario, id, locale)),
        },
        Cause::Bonus(id) => placed("cause-bonus", id).text(locale),
        Cause::Penalty(id) => {
            let rule = view.rules.task(id);
            let wrong = rule.map_or(0, |rule| view.scores.offer(rule, score).wrong);
            Message::new("cause-penalty")
                .with("what", words::task(scenario, id, locale))
                .with("wrong", wrong)
                .text(locale)
        }
        Cause::Hint(id) => with("cause-hint", words::task(scenario, id, locale)),
        Cause::Report(id) if points < 0 => {
            with("cause-report-again", words::task(scenario, id, locale))
        }
        Cause::Report(id) => with("cause-report", words::task(scenario, id, locale)),
        Cause::Response(id) => {
            let event = view.event(id);
            let title = event.map_or_else(
                || id.clone(),
                |event| words::timeline_event(event, locale).1,
            );
            with("cause-response", title)
        }
        Cause::Regraded { task, from, to, .. } => Message::new("cause-regraded")
            .with("what", words::task(scenario, task, locale))
            .with("from", *from)
            .with("to", *to)
            .text(locale),
        Cause::Adjusted { .. } if points < 0 => words::say(locale, "cause-taken"),
        Cause::Adjusted { .. } => words::say(locale, "cause-given"),
    }
}
