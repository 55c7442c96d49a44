//! What the white cell decides about points: how many evaluators, between two grades, a task's points anew, points given
//! and taken, the board frozen; and the signs of foul play that it looks at.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{Html, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path},
        pages::scoring as page,
    },
    steering::{back, graded},
    team::texts,
    words,
};
use crate::{
    exercises::{Adjustment, ExerciseState, ExerciseView, Regrade},
    ids::{ExerciseId, TeamId},
    locales::{self, Locale},
    scoring::{
        BURST_SPAN, BURST_WRONG, Evidence, FAST_OTHERS, FAST_PARTS, SOON, Share, Sign, evidence,
    },
};

/// The console's part about scoring; `may` says whether the reader may run the exercise and see its signs.
pub(super) fn view(view: &ExerciseView, (may_run, may_grade): (bool, bool)) -> page::ScoringView {
    let id = view.exercise.id;
    let scored = matches!(
        view.exercise.state,
        ExerciseState::Running | ExerciseState::Paused | ExerciseState::Finished
    );
    page::ScoringView {
        evaluators: view.scores.evaluators(),
        may_set: may_run && view.scores.first_grade.is_none(),
        frozen: view.scores.frozen.as_ref().map(|then| then.at),
        may_freeze: may_run && scored,
        board: format!("/exercises/{id}/board"),
        evidence: may_grade.then(|| format!("/exercises/{id}/evidence")),
    }
}

#[derive(Deserialize)]
pub(in crate::http) struct Evaluators {
    evaluators: u32,
}

/// `POST /exercises/{exercise}/evaluators`
pub(in crate::http) async fn evaluators(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(form): Form<Evaluators>,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let exercises = &app.exercises;
    let done = exercises
        .set_evaluators(exercise, by, form.evaluators)
        .await;
    let to = format!("/exercises/{exercise}");
    let done = done.map_err(AppError::from);
    back(&app, &visitor, &to, done, "grading-evaluators-set")
}

/// `POST /exercises/{exercise}/teams/{team}/reports/{task}/settle`: a field `points-<criterion>` each.
pub(in crate::http) async fn settle(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task)): Path<(ExerciseId, TeamId, String)>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, AppError> {
    let grade = graded(team, task, &fields)?;
    let by = visitor.actor()?.account;
    let done = app.exercises.settle(exercise, by, grade).await;
    let to = format!("/exercises/{exercise}?team={team}&tab=tasks");
    let done = done.map_err(AppError::from);
    back(&app, &visitor, &to, done, "grading-settled")
}

#[derive(Deserialize)]
pub(in crate::http) struct Change {
    #[serde(default)]
    task: String,
    #[serde(default)]
    points: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    form: String,
}

impl Change {
    fn points(&self) -> Result<i64, AppError> {
        let points = self.points.trim().parse();
        points.map_err(|_| AppError::Invalid(Message::new("error-form")))
    }

    /// The form's own name, without which two clicks could not be told from two decisions.
    fn name(&self) -> Result<String, AppError> {
        if self.form.is_empty() {
            return Err(AppError::Invalid(Message::new("error-form")));
        }
        Ok(self.form.clone())
    }
}

/// `POST /exercises/{exercise}/teams/{team}/regrade`
pub(in crate::http) async fn regrade(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Form(form): Form<Change>,
) -> Result<Response, AppError> {
    let regrade = Regrade {
        team,
        points: form.points()?,
        form: form.name()?,
        task: form.task,
        reason: form.reason,
    };
    let by = visitor.actor()?.account;
    let done = app.exercises.regrade(exercise, by, regrade).await;
    let to = format!("/exercises/{exercise}?team={team}&tab=score");
    let done = done.map_err(AppError::from);
    back(&app, &visitor, &to, done, "points-regraded")
}

/// `POST /exercises/{exercise}/teams/{team}/points`
pub(in crate::http) async fn adjust(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Form(form): Form<Change>,
) -> Result<Response, AppError> {
    let adjustment = Adjustment {
        team,
        points: form.points()?,
        form: form.name()?,
        reason: form.reason,
    };
    let by = visitor.actor()?.account;
    let done = app.exercises.adjust(exercise, by, adjustment).await;
    let to = format!("/exercises/{exercise}?team={team}&tab=score");
    let done = done.map_err(AppError::from);
    back(&app, &visitor, &to, done, "points-adjusted")
}

/// `POST /exercises/{exercise}/board/freeze`
pub(in crate::http) async fn freeze(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    set_frozen(&app, &visitor, exercise, true).await
}

/// `POST /exercises/{exercise}/board/thaw`
pub(in crate::http) async fn thaw(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    set_frozen(&app, &visitor, exercise, false).await
}

async fn set_frozen(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    frozen: bool,
) -> Result<Response, AppError> {
    let by = visitor.actor()?.account;
    let done = app.exercises.freeze_board(exercise, by, frozen).await;
    let to = format!("/exercises/{exercise}");
    let told = if frozen {
        "board-frozen-done"
    } else {
        "board-thawed-done"
    };
    back(app, visitor, &to, done.map_err(AppError::from), told)
}

/// `GET /exercises/{exercise}/evidence`
pub(in crate::http) async fn show_evidence(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let locale = visitor.locale;
    let view = app.exercises.view(exercise).await?;
    let rows = app.feeds.rows(&app.db, exercise).await?;
    let texts = texts(&app, exercise).await?;
    let shares = view.teams.iter().map(|team| Share {
        team: team.team.id,
        cell: team.team.cell,
        rows: rows.team(team.team.id),
    });
    let shares: Vec<Share<'_>> = shares.collect();
    let found = evidence(&view.definition.scenario, &view.scores, &shares);
    let mut signs = Vec::with_capacity(found.len());
    for sign in found.iter().rev() {
        let team = view.team(sign.team).ok_or(AppError::NotFound)?;
        let entries = rows.team(sign.team);
        let entries = entries.iter().filter(|it| sign.rows.contains(&it.sequence));
        let rows: Vec<page::RowView> = entries
            .filter_map(|entry| {
                let (_, title, text) = words::entry(entry, &view, &texts, locale)?;
                Some(page::RowView {
                    row: entry.sequence,
                    at: entry.at,
                    title,
                    text,
                })
            })
            .collect();
        let whose = match (&sign.sign, rows.first()) {
            (Sign::ForeignFlag, Some(row)) => {
                app.exercises.whose_flag(&view, sign, &row.text).await?
            }
            _ => Vec::new(),
        };
        let (title, against) = told(&view, sign, &whose, locale);
        signs.push(page::SignView {
            seconds: sign.at.as_secs(),
            team: team.team.name.clone(),
            href: format!("/exercises/{exercise}?team={}", sign.team),
            task: words::task(&view.definition.scenario, &sign.task, locale),
            title,
            against,
            rows,
        });
    }
    let page = page::EvidencePage {
        title: view.exercise.title.clone(),
        back: format!("/exercises/{exercise}"),
        rules: rules(locale),
        signs,
    };
    page::render_evidence(&app.templates, &visitor, &page)
}

/// What was seen, and what speaks against it.
fn told(
    view: &ExerciseView,
    evidence: &Evidence,
    whose: &[TeamId],
    locale: Locale,
) -> (String, String) {
    let length = |time| locales::length(locale, time);
    let (title, against) = match &evidence.sign {
        Sign::ForeignFlag => {
            let names = whose.iter().filter_map(|team| view.team(*team));
            let names: Vec<&str> = names.map(|team| team.team.name.as_str()).collect();
            let title = if names.is_empty() {
                Message::new("evidence-foreign-unknown")
            } else {
                Message::new("evidence-foreign").with("teams", names.join(", "))
            };
            (title, "evidence-foreign-against")
        }
        Sign::Guessing { wrong, span } => {
            let title = Message::new("evidence-guessing")
                .with("wrong", *wrong)
                .with("span", length(*span));
            (title, "evidence-guessing-against")
        }
        Sign::Fast {
            took,
            median,
            others,
        } => {
            let title = Message::new("evidence-fast")
                .with("took", length(*took))
                .with("median", length(*median))
                .with("others", *others);
            (title, "evidence-fast-against")
        }
        Sign::Soon { after, took } => {
            let after = words::task(&view.definition.scenario, after, locale);
            let title = Message::new("evidence-soon")
                .with("took", length(*took))
                .with("after", after);
            (title, "evidence-soon-against")
        }
    };
    (title.text(locale), words::say(locale, against))
}

/// What is called a sign.
fn rules(locale: Locale) -> Vec<String> {
    let length = |time| locales::length(locale, time);
    let rules = [
        Message::new("evidence-rule-foreign"),
        Message::new("evidence-rule-guessing")
            .with("wrong", BURST_WRONG)
            .with("span", length(BURST_SPAN)),
        Message::new("evidence-rule-fast")
            .with("parts", FAST_PARTS)
            .with("others", FAST_OTHERS),
        Message::new("evidence-rule-soon").with("time", length(SOON)),
    ];
    rules.iter().map(|rule| rule.text(locale)).collect()
}
