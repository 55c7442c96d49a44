//! What an administrator does: accounts, the audit trail, the installation's state.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use super::super::{
    App, AppError, Visitor,
    errors::Message,
    forms::{Form, Path, Query},
    pages::{self, Choice, Tone, accounts as page, audit, health},
};
use super::{isolation, see_other, words};
use crate::{
    accounts::{AccountView, NewAccount, Role, Roles},
    clock::Timestamp,
    environments::EnvironmentsError,
    exercises::ExerciseState,
    ids::{AccountId, PersonId},
    locales::{self, Locale},
    organisation,
};

/// Lines of the audit trail that one page holds.
const AUDIT_PAGE: i64 = 100;

#[derive(Clone, Default, Deserialize)]
pub(in crate::http) struct New {
    #[serde(default)]
    username: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    role: Vec<String>,
}

/// `GET /admin/accounts`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let page = fill(&app, &visitor, &New::default(), None, None).await?;
    page::render(&app.templates, &visitor, &page)
}

/// `POST /admin/accounts`
pub(in crate::http) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(new): Form<New>,
) -> Result<Response, AppError> {
    let person = match new.person.as_str() {
        "" => None,
        person => Some(person.parse::<PersonId>().map_err(|_| AppError::NotFound)?),
    };
    let account = NewAccount {
        username: new.username.clone(),
        person,
        roles: roles(&new.role),
        password: None,
    };
    match app
        .accounts
        .create(visitor.actor()?.province, account)
        .await
        .map_err(AppError::from)
    {
        Ok((_, password)) => {
            let drawn = page::Drawn {
                username: new.username,
                password,
            };
            let page = fill(&app, &visitor, &New::default(), Some(drawn), None).await?;
            Ok(page::render(&app.templates, &visitor, &page)?.into_response())
        }
        Err(AppError::Invalid(message) | AppError::Conflict(message)) => {
            let page = fill(&app, &visitor, &new, None, Some(&message)).await?;
            let html = page::render(&app.templates, &visitor, &page)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
pub(in crate::http) struct Ticked {
    #[serde(default)]
    role: Vec<String>,
}

/// `POST /admin/accounts/{account}/roles`
pub(in crate::http) async fn set_roles(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
    Form(ticked): Form<Ticked>,
) -> Result<Response, AppError> {
    app.accounts
        .set_roles(visitor.actor()?.province, account, roles(&ticked.role))
        .await?;
    Ok(see_other(
        &app,
        &visitor,
        "/admin/accounts",
        "good",
        &Message::new("accounts-saved"),
    ))
}

/// `POST /admin/accounts/{account}/password`
pub(in crate::http) async fn reset_password(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
) -> Result<Html<String>, AppError> {
    let province = visitor.actor()?.province;
    let password = app.accounts.reset_password(province, account).await?;
    let accounts = app.accounts.list(province).await?;
    let username = accounts
        .into_iter()
        .find(|it| it.id == account)
        .map(|it| it.username)
        .unwrap_or_default();
    let drawn = Some(page::Drawn { username, password });
    let page = fill(&app, &visitor, &New::default(), drawn, None).await?;
    page::render(&app.templates, &visitor, &page)
}

/// `POST /admin/accounts/{account}/sessions`
pub(in crate::http) async fn revoke_sessions(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
) -> Result<Response, AppError> {
    let count = app
        .accounts
        .revoke_sessions(visitor.actor()?.province, account)
        .await?;
    let message =
        Message::new("accounts-revoked").with("count", i64::try_from(count).unwrap_or(i64::MAX));
    Ok(see_other(
        &app,
        &visitor,
        "/admin/accounts",
        "good",
        &message,
    ))
}

#[derive(Deserialize)]
pub(in crate::http) struct Closed {
    closed: String,
}

/// `POST /admin/accounts/{account}/closed`
pub(in crate::http) async fn set_closed(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
    Form(form): Form<Closed>,
) -> Result<Response, AppError> {
    app.accounts
        .set_disabled(visitor.actor()?.province, account, form.closed == "yes")
        .await?;
    Ok(see_other(
        &app,
        &visitor,
        "/admin/accounts",
        "good",
        &Message::new("accounts-saved"),
    ))
}

fn roles(names: &[String]) -> Roles {
    names
        .iter()
        .filter_map(|name| name.parse::<Role>().ok())
        .collect()
}

async fn fill(
    app: &App,
    visitor: &Visitor,
    new: &New,
    drawn: Option<page::Drawn>,
    error: Option<&Message>,
) -> Result<page::AccountsPage, AppError> {
    let locale = visitor.locale;
    let province = visitor.actor()?.province;
    let accounts = app.accounts.list(province).await?;
    let taken = app.accounts.people_with_account(province).await?;
    let mut connection = app.db.connection().await?;
    let staff = organisation::staff_on(&mut connection, province, app.clock.now().day()).await;
    drop(connection);
    let mut people: Vec<Choice> = staff
        .map_err(AppError::unexpected)?
        .into_iter()
        .filter(|line| !taken.contains(&line.person) && !line.name.is_empty())
        .map(|line| {
            let value = line.person.to_string();
            Choice {
                chosen: value == new.person,
                title: format!("{} · {}", line.name, line.unit_name),
                value,
            }
        })
        .collect();
    people.dedup_by(|left, right| left.value == right.value);
    let chosen = roles(&new.role);
    Ok(page::AccountsPage {
        rows: accounts
            .iter()
            .map(|account| row(account, locale))
            .collect(),
        roles: role_choices(&chosen, locale),
        people,
        username: new.username.chars().take(64).collect(),
        drawn,
        error: error.map(|message| message.text(locale)),
    })
}

fn role_choices(chosen: &Roles, locale: Locale) -> Vec<Choice> {
    let choice = |role: Role| Choice {
        value: role.name().to_owned(),
        title: words::say(locale, &format!("user-role-{role}")),
        chosen: chosen.has(role),
    };
    Role::ALL.into_iter().map(choice).collect()
}

fn row(account: &AccountView, locale: Locale) -> page::AccountRow {
    let closed = account.disabled_at.is_some();
    page::AccountRow {
        id: account.id.to_string(),
        username: account.username.clone(),
        person: account.person.clone(),
        roles: role_choices(&account.roles, locale),
        state: if closed {
            pages::State::new(Tone::Idle, words::say(locale, "accounts-closed"))
        } else {
            pages::State::new(Tone::Good, words::say(locale, "accounts-open"))
        },
        closed,
        created_at: account.created_at,
        sessions: account.sessions.len(),
        seen_at: account.sessions.iter().map(|session| session.seen_at).max(),
    }
}

#[derive(Default, Deserialize)]
pub(in crate::http) struct Before {
    before: Option<i64>,
}

/// `GET /admin/audit`
pub(in crate::http) async fn audit_trail(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<Before>,
) -> Result<Html<String>, AppError> {
    let locale = visitor.locale;
    let before = query.before.map_or(Timestamp(i64::MAX), Timestamp);
    let lines = app
        .accounts
        .audit_lines(visitor.actor()?.province, before, AUDIT_PAGE)
        .await?;
    let full = lines.len() == usize::try_from(AUDIT_PAGE).unwrap_or(usize::MAX);
    let older = lines
        .last()
        .filter(|_| full)
        .map(|line| format!("/admin/audit?before={}", line.at.0));
    let rows = lines.into_iter().map(|line| audit::AuditRow {
        at: line.at,
        username: line.username,
        address: line.address,
        action: deed(&line.action, locale),
        object: line.object,
        outcome: outcome(&line.outcome, locale),
    });
    let page = audit::AuditPage {
        rows: rows.collect(),
        older,
    };
    audit::render(&app.templates, &visitor, &page)
}

/// What was done, in words; an action that has none keeps its name.
fn deed(action: &str, locale: Locale) -> String {
    let message = format!("action-{action}");
    if locales::has(locale, &message) {
        words::say(locale, &message)
    } else {
        action.to_owned()
    }
}

fn outcome(name: &str, locale: Locale) -> pages::State {
    match name {
        "done" => pages::State::new(Tone::Good, words::say(locale, "audit-done")),
        "refused" => pages::State::new(Tone::Bad, words::say(locale, "audit-refused")),
        _ => pages::State::new(Tone::Warn, words::say(locale, "audit-failed")),
    }
}

/// `GET /admin/health`
pub(in crate::http) async fn health(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let locale = visitor.locale;
    let mut checks = quick_checks(&app, locale).await;
    checks.push(match app.environments.launch_allowed().await {
        Ok(()) => check(
            locale,
            "health-isolation",
            Ok(words::say(locale, "health-isolated")),
        ),
        Err(EnvironmentsError::NotIsolated(reached)) => {
            let reached = isolation::targets(locale, &reached);
            let lines = reached
                .iter()
                .map(|it| format!("{}: {} {}", it.what, it.how, it.places));
            let found = lines.collect::<Vec<_>>().join("; ");
            let remedy = words::say(locale, isolation::mending(app.config.engine).0);
            check(locale, "health-isolation", Err((found, Some(remedy))))
        }
        Err(error) => {
            let told = AppError::from(error).message().text(locale);
            check(locale, "health-isolation", Err((told, None)))
        }
    });
    checks.sort_by_key(|row| row.state.kind == Tone::Good);
    let refused = refused(&app, &visitor).await?;
    health::render(
        &app.templates,
        &visitor,
        &health::HealthPage { checks, refused },
    )
}

/// Exercises of the province that wait for an administrator's decision.
async fn refused(app: &App, visitor: &Visitor) -> Result<Vec<health::RefusedRow>, AppError> {
    let mut rows = Vec::new();
    let exercises = app.exercises.list(visitor.actor()?.province).await?;
    for exercise in exercises.into_iter().filter(|exercise| {
        matches!(exercise.state, ExerciseState::Draft | ExerciseState::Ready)
            && exercise.isolation_override.is_none()
    }) {
        let view = app.exercises.view(exercise.id).await?;
        let standing = isolation::standing(app, visitor.locale, &view).await?;
        if let Some(refusal) = standing.refusal {
            rows.push(health::RefusedRow {
                href: format!("/exercises/{}/isolation", exercise.id),
                title: exercise.title,
                at: refusal.at,
            });
        }
    }
    Ok(rows)
}

/// What can be said at once of the installation, what is wrong first; isolation takes a probe, and is not among it.
pub(super) async fn quick_checks(app: &App, locale: Locale) -> Vec<health::HealthRow> {
    let kind = match app.db {
        crate::store::Database::Sqlite { .. } => "SQLite",
        crate::store::Database::Postgres(_) => "PostgreSQL",
    };
    let database = app.db.connection().await;
    let database = database
        .map(|_| kind.to_owned())
        .map_err(|_| (kind.to_owned(), None));
    let engine = app.environments.engine().info().await;
    let engine = engine
        .map(|info| {
            let memory = locales::memory(info.memory);
            format!("{memory} · CPU {}", info.cpus)
        })
        .map_err(|error| {
            let remedy = words::say(locale, "environment-engine-unreachable");
            (error.to_string(), Some(remedy))
        });
    let mut checks = vec![
        check(locale, "health-database", database),
        check(locale, "health-engine", engine),
    ];
    checks.sort_by_key(|row| row.state.kind == Tone::Good);
    checks
}

/// A line: what there is, or what is wrong and what to do.
fn check(
    locale: Locale,
    title: &str,
    found: Result<String, (String, Option<String>)>,
) -> health::HealthRow {
    let (tone, word) = if found.is_ok() {
        (Tone::Good, "health-good")
    } else {
        (Tone::Bad, "health-bad")
    };
    let (detail, remedy) = found.map_or_else(|wrong| wrong, |detail| (detail, None));
    health::HealthRow {
        title: words::say(locale, title),
        state: pages::State::new(tone, words::say(locale, word)),
        detail,
        remedy,
    }
}
