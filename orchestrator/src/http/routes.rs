//! The one table of routes: each with the action that [`crate::accounts::authorise`] judges. Its parts stand
//! in files of their own; no route stands elsewhere.

mod conduct;
mod points;
mod review;
mod teams;
mod way;

use axum::{Router, http::StatusCode, middleware::from_fn_with_state};

use self::way::{Route, get, post, with_file};

use super::{
    App, AppError, assets,
    guard::{Guard, guard},
    handlers::{
        accounts, answers, board, console, environments, exercises, isolation, keeping, launch,
        library, pool, rehearsal, scenario, schedule, steering, team, trial, versions, workspace,
    },
    labs, live,
    office::{attendance, completions, indicators, issuer, people, report},
    pages::{account, preferences, sign_in},
    terminal,
};
use crate::accounts::Action;

/// All ways in.
#[expect(
    clippy::too_many_lines,
    reason = "one table of all routes: that is its point"
)]
pub(super) fn table() -> Vec<Route> {
    let mut table = conduct::table();
    table.extend(points::table());
    table.extend(review::table());
    table.extend(teams::table());
    table.extend(vec![
        get("/healthz", Action::Open, health),
        get("/assets/{*path}", Action::Open, assets::serve),
        get("/icon.svg", Action::Open, assets::icon),
        get("/sign-in", Action::Open, sign_in::show),
        post("/sign-in", Action::Open, sign_in::sign_in),
        post("/sign-out", Action::UseOwnAccount, sign_in::sign_out),
        post("/preferences", Action::Open, preferences::change),
        get("/", Action::UseOwnAccount, exercises::home),
        get("/scenarios", Action::ReadLibrary, library::list),
        get("/scenarios/{scenario}", Action::ReadLibrary, scenario::show),
        get(
            "/scenarios/{scenario}/pool",
            Action::ReadLibrary,
            pool::show,
        ),
        post(
            "/scenarios/{scenario}/pool",
            Action::PlanExercise,
            pool::change,
        ),
        get("/library/upload", Action::EditLibrary, library::form),
        with_file("/library/upload", Action::EditLibrary, library::upload),
        post(
            "/scenarios/{scenario}/versions/{version}/release",
            Action::EditLibrary,
            versions::release,
        ),
        post(
            "/scenarios/{scenario}/versions/{version}/archive",
            Action::EditLibrary,
            versions::archive,
        ),
        post(
            "/scenarios/{scenario}/versions/{version}/delete",
            Action::EditLibrary,
            versions::delete,
        ),
        post(
            "/scenarios/{scenario}/versions/{version}/try",
            Action::EditLibrary,
            trial::begin,
        ),
        get(
            "/scenarios/{scenario}/versions/{version}/zip",
            Action::EditLibrary,
            versions::download,
        ),
        get("/exercises", Action::ListExercises, exercises::list),
        post("/exercises", Action::PlanExercise, launch::create),
        get("/exercises/new", Action::PlanExercise, launch::form),
        post("/rehearsals", Action::PlanExercise, rehearsal::begin),
        get(
            "/rehearsals/{rehearsal}",
            Action::EstimateExercise,
            rehearsal::show,
        ),
        get(
            "/rehearsals/{rehearsal}/part",
            Action::EstimateExercise,
            rehearsal::part,
        ),
        post(
            "/rehearsals/{rehearsal}/stop",
            Action::PlanExercise,
            rehearsal::stop,
        ),
        post(
            "/exercises/estimate",
            Action::EstimateExercise,
            launch::estimate,
        ),
        get(
            "/exercises/{exercise}",
            Action::WatchExercise,
            console::show,
        ),
        get(
            "/exercises/{exercise}/parts/{part}",
            Action::WatchExercise,
            console::part,
        ),
        get(
            "/exercises/{exercise}/live",
            Action::FollowExercise,
            live::members,
        ),
        post(
            "/exercises/{exercise}/prepare",
            Action::RunExercise,
            steering::prepare,
        ),
        post(
            "/exercises/{exercise}/cancel",
            Action::RunExercise,
            steering::cancel,
        ),
        post(
            "/exercises/{exercise}/schedule",
            Action::RunExercise,
            schedule::set,
        ),
        post(
            "/exercises/{exercise}/schedule/cancel",
            Action::RunExercise,
            schedule::cancel,
        ),
        post(
            "/exercises/{exercise}/schedule/start",
            Action::RunExercise,
            schedule::start,
        ),
        get(
            "/exercises/{exercise}/isolation",
            Action::OverrideIsolation,
            isolation::show,
        ),
        post(
            "/exercises/{exercise}/isolation",
            Action::OverrideIsolation,
            isolation::decide,
        ),
        post(
            "/exercises/{exercise}/start",
            Action::RunExercise,
            steering::start,
        ),
        post(
            "/exercises/{exercise}/pause",
            Action::RunExercise,
            steering::pause,
        ),
        post(
            "/exercises/{exercise}/resume",
            Action::RunExercise,
            steering::resume,
        ),
        post(
            "/exercises/{exercise}/extend",
            Action::RunExercise,
            keeping::extend,
        ),
        post(
            "/exercises/{exercise}/renew",
            Action::RunExercise,
            keeping::renew,
        ),
        post(
            "/exercises/{exercise}/finish",
            Action::RunExercise,
            steering::finish,
        ),
        post(
            "/exercises/{exercise}/messages",
            Action::RunExercise,
            steering::message,
        ),
        post(
            "/exercises/{exercise}/events/{event}",
            Action::RunExercise,
            steering::fire,
        ),
        get(
            "/exercises/{exercise}/teams/{team}",
            Action::WatchExercise,
            team::show,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/watch",
            Action::EnterEnvironment,
            workspace::watch,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/retry",
            Action::RunExercise,
            steering::retry,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/reset",
            Action::RunExercise,
            steering::reset,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/members/{person}",
            Action::RunExercise,
            steering::excuse,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/reports/{task}",
            Action::GradeReport,
            steering::grade,
        ),
        get(
            "/exercises/{exercise}/workspace",
            Action::WorkInTeam,
            workspace::show,
        ),
        get(
            "/exercises/{exercise}/workspace/brief",
            Action::WorkInTeam,
            workspace::brief,
        ),
        get(
            "/exercises/{exercise}/workspace/top",
            Action::WorkInTeam,
            workspace::top,
        ),
        get(
            "/exercises/{exercise}/workspace/foot",
            Action::WorkInTeam,
            workspace::foot,
        ),
        get(
            "/exercises/{exercise}/trial",
            Action::WorkInTeam,
            trial::strip,
        ),
        post(
            "/exercises/{exercise}/trial/start",
            Action::WorkInTeam,
            trial::start,
        ),
        post(
            "/exercises/{exercise}/trial/skip",
            Action::WorkInTeam,
            trial::skip,
        ),
        post(
            "/exercises/{exercise}/trial/end",
            Action::WorkInTeam,
            trial::end,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/fresh",
            Action::WorkInTeam,
            workspace::reset,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/tasks/{task}/answer",
            Action::WorkInTeam,
            answers::answer,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/tasks/{task}/decision",
            Action::WorkInTeam,
            answers::decide,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/tasks/{task}/check",
            Action::WorkInTeam,
            answers::check,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/tasks/{task}/hints/{hint}",
            Action::WorkInTeam,
            answers::hint,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/tasks/{task}/report",
            Action::WorkInTeam,
            answers::report,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/responses/{event}",
            Action::WorkInTeam,
            answers::respond,
        ),
        post(
            "/exercises/{exercise}/teams/{team}/help",
            Action::WorkInTeam,
            answers::help,
        ),
        get("/boards/{exercise}", Action::Open, board::show),
        get("/boards/{exercise}/live", Action::Open, live::public),
        get("/admin/accounts", Action::ManageAccounts, accounts::list),
        post("/admin/accounts", Action::ManageAccounts, accounts::create),
        post(
            "/admin/accounts/{account}/roles",
            Action::ManageAccounts,
            accounts::set_roles,
        ),
        post(
            "/admin/accounts/{account}/password",
            Action::ManageAccounts,
            accounts::reset_password,
        ),
        post(
            "/admin/accounts/{account}/sessions",
            Action::ManageAccounts,
            accounts::revoke_sessions,
        ),
        post(
            "/admin/accounts/{account}/closed",
            Action::ManageAccounts,
            accounts::set_closed,
        ),
        get("/admin/issuer", Action::EditIssuer, issuer::show),
        post("/admin/issuer", Action::EditIssuer, issuer::write),
        get("/admin/audit", Action::ReadAudit, accounts::audit_trail),
        get("/admin/health", Action::ReadHealth, accounts::health),
        get(
            "/admin/environments",
            Action::ReadHealth,
            environments::show,
        ),
        get(
            "/admin/environments/rows",
            Action::ReadHealth,
            environments::rows,
        ),
        post(
            "/admin/environments/prune",
            Action::ManageEnvironments,
            environments::prune,
        ),
        post(
            "/admin/environments/{environment}/retry",
            Action::ManageEnvironments,
            environments::retry,
        ),
        post(
            "/admin/environments/{environment}/remove",
            Action::ManageEnvironments,
            environments::remove,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/terminals",
            Action::EnterEnvironment,
            terminal::list,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/nodes/{node}/terminal",
            Action::EnterEnvironment,
            terminal::open,
        ),
        get(
            "/exercises/{exercise}/teams/{team}/nodes/{node}/page",
            Action::EnterEnvironment,
            labs::open,
        ),
        get("/people", Action::ReadPeople, people::list),
        get("/attendance", Action::RecordAttendance, attendance::form),
        post("/attendance", Action::RecordAttendance, attendance::enter),
        get(
            "/attendance/{list}",
            Action::RecordAttendance,
            attendance::show,
        ),
        post(
            "/attendance/{list}/add",
            Action::RecordAttendance,
            attendance::add,
        ),
        post(
            "/attendance/{list}/remove",
            Action::RecordAttendance,
            attendance::remove,
        ),
        post(
            "/attendance/{list}/void",
            Action::RecordAttendance,
            attendance::void,
        ),
        post(
            "/attendance/{list}/restore",
            Action::RecordAttendance,
            attendance::restore,
        ),
        get("/completions", Action::ReadPeople, completions::list),
        get("/indicators", Action::ReadIndicators, indicators::show),
        post(
            "/indicators/figures",
            Action::EnterFigures,
            indicators::enter,
        ),
        get("/reports", Action::ReadReport, report::list),
        get(
            "/exercises/{exercise}/report",
            Action::ReadReport,
            report::show,
        ),
        post(
            "/exercises/{exercise}/report",
            Action::WriteReport,
            report::write,
        ),
        post(
            "/exercises/{exercise}/objectives",
            Action::GradeReport,
            report::rate,
        ),
        get(
            "/exercises/{exercise}/report.docx",
            Action::ReadReport,
            report::download,
        ),
        get("/account", Action::UseOwnAccount, account::show),
        post(
            "/account/password",
            Action::UseOwnAccount,
            account::change_password,
        ),
    ]);
    table
}

/// The platform's router.
pub(super) fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let state = Guard {
            app: app.clone(),
            action: route.action,
            takes_file: route.takes_file,
        };
        router = router.route(
            route.path,
            route.handler.route_layer(from_fn_with_state(state, guard)),
        );
    }
    let nowhere = Guard {
        app: app.clone(),
        action: Action::Open,
        takes_file: false,
    };
    router
        .fallback_service(
            Router::new()
                .fallback(|| async { AppError::NotFound })
                .layer(from_fn_with_state(nowhere, guard)),
        )
        .with_state(app.clone())
}

/// Answers while the server and its database do.
async fn health(
    axum::extract::State(app): axum::extract::State<App>,
) -> Result<&'static str, StatusCode> {
    app.db
        .connection()
        .await
        .map(|_| "ok\n")
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

#[cfg(test)]
mod tests;
