//! Environments from an administrator's side: desired beside actual, and what can be done about a difference.

use axum::{
    extract::State,
    response::{Html, Response},
};

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::Path,
        pages::{self, Tone, console::Trouble, environments as page},
    },
    see_other, words,
};
use crate::{
    accounts::{Action, Object, authorise},
    clock::Timestamp,
    environments::{Actual, Desired, Inventory, Line, Orphan, Phase, Purpose, Stage},
    exercises::{in_use, is_unneeded},
    ids::EnvironmentId,
    locales::{self, Locale},
};

/// Where every action leads back to.
const PLACE: &str = "/admin/environments";

/// `GET /admin/environments`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor).await?;
    page::render(&app.templates, &visitor, &page)
}

/// `GET /admin/environments/rows`
pub(in crate::http) async fn rows(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor).await?;
    page::render_rows(&app.templates, &visitor, &page)
}

/// `POST /admin/environments/{environment}/retry`
pub(in crate::http) async fn retry(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<EnvironmentId>,
) -> Result<Response, AppError> {
    own(&app, &visitor, id).await?;
    let by = visitor.actor()?.account;
    let done = app.exercises.retry_environment(id, by).await;
    told(&app, &visitor, done.map_err(AppError::from), || {
        Message::new("environments-retried")
    })
}

/// `POST /admin/environments/{environment}/remove`
pub(in crate::http) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<EnvironmentId>,
) -> Result<Response, AppError> {
    own(&app, &visitor, id).await?;
    let done = app.exercises.remove_environment(id).await;
    told(&app, &visitor, done.map_err(AppError::from), || {
        Message::new("environments-removed")
    })
}

/// `POST /admin/environments/prune`
pub(in crate::http) async fn prune(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let done = app.exercises.prune(Some(visitor.actor()?.province)).await;
    let count = done.as_ref().map_or(0, |count| *count);
    told(
        &app,
        &visitor,
        done.map(|_| ()).map_err(AppError::from),
        || Message::new("environments-pruned").with("count", count),
    )
}

/// Leads back with what became of it; what is in the way is said there.
fn told(
    app: &App,
    visitor: &Visitor,
    done: Result<(), AppError>,
    good: impl FnOnce() -> Message,
) -> Result<Response, AppError> {
    match done {
        Ok(()) => Ok(see_other(app, visitor, PLACE, "good", &good())),
        Err(error @ (AppError::Conflict(_) | AppError::Unavailable(_))) => {
            Ok(see_other(app, visitor, PLACE, "bad", &error.message()))
        }
        Err(AppError::NotFound) => {
            let gone = Message::new("environments-already-gone");
            Ok(see_other(app, visitor, PLACE, "good", &gone))
        }
        Err(error) => Err(error),
    }
}

/// An environment of another province is none of the visitor's business; what nobody knows is everybody's.
async fn own(app: &App, visitor: &Visitor, id: EnvironmentId) -> Result<(), AppError> {
    let province = visitor.actor()?.province;
    match app.environments.province_of(id).await? {
        Some(of) if of != province => Err(AppError::NotFound),
        _ => Ok(()),
    }
}

async fn fill(app: &App, visitor: &Visitor) -> Result<page::EnvironmentsPage, AppError> {
    let locale = visitor.locale;
    let actor = visitor.actor()?;
    let inventory = app.environments.inventory().await?;
    let may_watch = authorise(
        actor,
        Action::WatchExercise,
        &Object::Province(actor.province),
    )
    .is_ok();
    let own: Vec<&Line> = inventory
        .lines
        .iter()
        .filter(|line| line.province == actor.province)
        .collect();
    let answered = inventory.total.is_some();
    Ok(page::EnvironmentsPage {
        away: inventory.engine_error.clone(),
        total: inventory.total.map(|total| {
            Message::new("environments-total")
                .with("environments", total.environments)
                .with("nodes", total.nodes)
                .with("networks", total.networks)
                .text(locale)
        }),
        rehearsal: app.rehearsals.standing().map(|standing| {
            let ours = standing.province == Some(actor.province);
            page::RehearsalNotice {
                text: Message::new("environments-rehearsal-held")
                    .with("scenario", standing.scenario)
                    .with("teams", standing.teams)
                    .text(locale),
                href: (may_watch && ours).then(|| format!("/rehearsals/{}", standing.id)),
            }
        }),
        others: inventory.lines.len() - own.len(),
        unneeded: own.iter().filter(|line| is_unneeded(line)).count() + inventory.orphans.len(),
        rows: own
            .into_iter()
            .map(|line| row(line, &inventory, answered, may_watch, locale))
            .collect(),
        orphans: inventory
            .orphans
            .iter()
            .map(|it| orphan(it, locale))
            .collect(),
    })
}

fn row(
    line: &Line,
    inventory: &Inventory,
    answered: bool,
    may_watch: bool,
    locale: Locale,
) -> page::EnvironmentRow {
    let scenario = line.scenario.get(locale).to_owned();
    let (whose, href, of) = if let Some(exercise) = &line.exercise {
        let team = line.team.as_ref().map_or_else(String::new, |team| {
            Message::new("environments-team")
                .with("number", team.number)
                .with("name", team.name.clone())
                .text(locale)
        });
        let state = words::exercise_state(locale, exercise.state).text;
        let place = line.team.as_ref().map_or_else(
            || format!("/exercises/{}", exercise.id),
            |team| format!("/exercises/{}?team={}", exercise.id, team.id),
        );
        let title = format!("{} · {state}", exercise.title);
        (title, may_watch.then_some(place), team)
    } else {
        let id = match line.purpose {
            Purpose::Pool => "environments-pool",
            Purpose::Exercise | Purpose::Rehearsal => "environments-rehearsal",
        };
        (words::say(locale, id), None, scenario)
    };
    page::EnvironmentRow {
        id: line.id.to_string(),
        whose,
        href,
        of,
        desired: pages::State::new(
            Tone::Info,
            words::say(locale, &format!("environment-desired-{}", line.desired)),
        ),
        actual: actual(line, answered, locale),
        engine: line.actual.as_ref().map_or_else(
            || {
                let id = if answered {
                    "environments-nothing"
                } else {
                    "no-figures"
                };
                words::say(locale, id)
            },
            |found| on_engine(found, locale),
        ),
        incarnation: line.incarnation,
        since: inventory.at.since(line.since).as_secs(),
        asked_at: line.asked_at,
        trouble: line
            .failure
            .as_ref()
            .map(|failure| trouble(line, failure, inventory.at, locale)),
        may_remove: in_use(line).is_none() && line.desired != Desired::Gone,
    }
}

/// How far it is; what the engine shows otherwise wins over what was believed last.
fn actual(line: &Line, answered: bool, locale: Locale) -> pages::State {
    let missing = match &line.actual {
        None => answered,
        Some(found) => found.nodes() == 0,
    };
    let made = matches!(line.phase, Phase::Ready | Phase::Suspended);
    if made && missing && line.desired != Desired::Gone {
        return pages::State::new(Tone::Warn, words::say(locale, "environments-lost"));
    }
    let mending = line.stage.is_some_and(|stage| stage != Stage::Ready);
    if made && mending && line.desired != Desired::Gone {
        return pages::State::new(Tone::Warn, words::say(locale, "environment-mending"));
    }
    let phase = if line.desired == Desired::Gone {
        Phase::Removing
    } else {
        line.phase
    };
    let tone = match phase {
        Phase::Ready => Tone::Good,
        Phase::Suspended => Tone::Paused,
        Phase::Failed => Tone::Bad,
        Phase::Preparing | Phase::Removing => Tone::Busy,
        Phase::Wanted | Phase::Gone => Tone::Idle,
    };
    let word = words::say(locale, &format!("environment-phase-{phase}"));
    match line.stage.filter(|_| phase == Phase::Preparing) {
        Some(stage) => pages::State::new(tone, words::say(locale, &format!("stage-{stage}"))),
        None => pages::State::new(tone, word),
    }
}

fn trouble(
    line: &Line,
    failure: &crate::environments::Failure,
    now: Timestamp,
    locale: Locale,
) -> Trouble {
    let reason = words::failure(locale, failure);
    let again = line
        .next_attempt_at
        .filter(|at| *at > now)
        .map(|at| Message::new("environments-again").with("at", locales::time(at)));
    Trouble {
        stage: words::say(locale, &format!("stage-{}", failure.stage)),
        node: failure.node.as_ref().map(ToString::to_string),
        reason: match again {
            Some(again) => format!("{reason} {}", again.text(locale)),
            None => reason,
        },
        log: failure.log.join("\n"),
        may_retry: line.phase == Phase::Failed && line.desired != Desired::Gone,
    }
}

fn orphan(orphan: &Orphan, locale: Locale) -> page::OrphanRow {
    let leftover = orphan.leftover.as_ref();
    let failed = leftover.and_then(|it| it.error.clone().map(|error| (it, error)));
    let treatment = match &failed {
        Some((leftover, _)) => {
            let text = Message::new("environments-orphan-stuck")
                .with("tries", i64::from(leftover.tries))
                .with("at", locales::time(leftover.seen_at));
            pages::State::new(Tone::Bad, text.text(locale))
        }
        None => pages::State::new(Tone::Busy, words::say(locale, "environments-orphan-next")),
    };
    page::OrphanRow {
        id: orphan.id.to_string(),
        engine: on_engine(&orphan.actual, locale),
        treatment,
        reason: failed.map(|(_, error)| error),
    }
}

/// What exists of an environment on the engine, in words.
fn on_engine(found: &Actual, locale: Locale) -> String {
    let counts = [
        ("environments-running", found.running),
        ("environments-paused", found.paused),
        ("environments-created", found.created),
        ("environments-ended", found.ended),
        ("environments-networks", found.networks),
    ];
    let mut said: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(id, count)| Message::new(id).with("count", count).text(locale))
        .collect();
    if found.lives.len() > 1 {
        said.push(words::say(locale, "environments-lives"));
    }
    said.join(", ")
}
