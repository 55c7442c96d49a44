//! Reports: the list, a drill's report as a page, what is written beside its figures, its Word file.

mod sheet;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;
use std::collections::HashMap;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path, Query},
        pages::{Choice, report as page},
    },
    say, see_other,
};
use crate::{
    accounts::{Action, Object, authorise},
    exercises::ExerciseState,
    ids::ExerciseId,
    locales::{self, Locale},
    organisation::fold,
    reports::{ObjectiveFacts, Rated, Rating, Reports, Section, Words, drill_report, mark, word},
};
use sheet::sheet;

/// The kind of a Word file.
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    language: String,
}

/// `GET /reports`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let rows = finished(&app, &visitor).await?;
    page::render_list(&app.templates, &visitor, &page::ReportsPage { rows })
}

/// Reports of finished exercises, the latest first.
pub(in crate::http) async fn finished(
    app: &App,
    visitor: &Visitor,
) -> Result<Vec<page::ReportRow>, AppError> {
    let exercises = app.exercises.list(visitor.actor()?.province).await?;
    let rows = exercises
        .into_iter()
        .filter(|exercise| exercise.state == ExerciseState::Finished)
        .filter_map(|exercise| {
            Some(page::ReportRow {
                finished_at: exercise.finished_at?,
                href: format!("/exercises/{}/report", exercise.id),
                document: document(exercise.id, visitor.locale),
                title: exercise.title,
            })
        });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.finished_at));
    Ok(rows)
}

/// `GET /exercises/{exercise}/report`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    fill(&app, &visitor, exercise, None).await
}

/// Ratings that were not taken, and why.
type Refused = (Vec<Rated>, Message);

async fn fill(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    refused: Option<Refused>,
) -> Result<Html<String>, AppError> {
    let actor = visitor.actor()?;
    let locale = visitor.locale;
    let facts = reports(app).evidence(exercise, locale).await?;
    let report = drill_report(&facts, locale);
    let field = |section: &Section| {
        let text = facts.texts.get(section).cloned().unwrap_or_default();
        page::SectionField {
            id: section.as_str().to_owned(),
            title: say(locale, &format!("report-section-{}", section.as_str())),
            mark: mark(&text),
            text,
            line: section.is_line(),
        }
    };
    let may = |action| authorise(actor, action, &Object::Platform).is_ok();
    let (entered, error) = refused.map_or_else(Default::default, |(entered, message)| {
        (entered, Some(message.text(locale)))
    });
    let objectives = facts.objectives.iter();
    let page = page::ReportPage {
        exercise: exercise.to_string(),
        title: facts.drill.title.clone(),
        document: document(exercise, locale),
        seal: facts
            .drill
            .signature
            .as_ref()
            .filter(|_| facts.drill.verified)
            .map(|_| facts.drill.head_hash.clone()),
        broken: !facts.drill.verified,
        unfinished: facts.drill.finished_at.is_none(),
        sections: Section::ALL.iter().map(field).collect(),
        may_write: may(Action::WriteReport),
        objectives: objectives
            .map(|objective| objective_field(locale, (objective, facts.play_both()), &entered))
            .collect(),
        may_rate: may(Action::GradeReport),
        error,
        language: locale.tag(),
        blocks: sheet(&report),
    };
    page::render(&app.templates, visitor, &page)
}

/// An objective as the form shows it: with what was just typed where that was not taken.
fn objective_field(
    locale: Locale,
    (objective, play_both): (&ObjectiveFacts, bool),
    entered: &[Rated],
) -> page::ObjectiveField {
    let judgement = objective.judgement.as_ref();
    let typed = entered.iter().find(|one| one.objective == objective.id);
    let (rating, words) = typed.map_or_else(
        || {
            let words = judgement.map_or("", |judgement| &judgement.words);
            (judgement.map(|judgement| judgement.rating), words)
        },
        |typed| (typed.rating, &typed.words),
    );
    let title = |rating: Rating| {
        let letter = rating.as_str().to_lowercase();
        say(locale, &format!("rating-{letter}"))
    };
    let suggested = objective.suggested();
    page::ObjectiveField {
        id: objective.id.clone(),
        title: objective.title.clone(),
        suggested: suggested.map_or_else(|| say(locale, "report-no-data"), title),
        ratings: Rating::ALL
            .map(|one| Choice {
                value: one.as_str().to_owned(),
                title: title(one),
                chosen: rating == Some(one),
            })
            .into(),
        words: words.to_owned(),
        solved: objective
            .tasks
            .iter()
            .map(|task| format!("{}: {}", task.title, task.share(play_both, locale)))
            .collect(),
    }
}

/// `POST /exercises/{exercise}/objectives`
pub(in crate::http) async fn rate(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let entered: Vec<Rated> = fields
        .iter()
        .filter_map(|(name, words)| {
            let objective = name.strip_prefix("words-")?;
            let rating = fields.get(&format!("rating-{objective}"));
            Some(Rated {
                objective: objective.to_owned(),
                rating: rating.and_then(|rating| rating.parse().ok()),
                words: words.clone(),
            })
        })
        .collect();
    let rated = reports(&app)
        .rate(actor.account, exercise, &entered, visitor.locale)
        .await;
    match rated.map_err(AppError::from) {
        Ok(()) => {
            let saved = Message::new("report-saved").with("at", locales::time(app.clock.now()));
            let to = format!("/exercises/{exercise}/report#objectives");
            Ok(see_other(&app, &visitor, &to, &saved))
        }
        Err(AppError::Invalid(message)) => {
            let html = fill(&app, &visitor, exercise, Some((entered, message))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
        Err(error) => Err(error),
    }
}

/// `POST /exercises/{exercise}/report`
pub(in crate::http) async fn write(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let texts: Vec<Words> = fields
        .iter()
        .filter_map(|(name, text)| {
            let section = name.strip_prefix("section-")?;
            Some(Words {
                section: section.parse().ok()?,
                text: text.clone(),
                seen: fields
                    .get(&format!("seen-{section}"))
                    .cloned()
                    .unwrap_or_else(|| mark("")),
            })
        })
        .collect();
    let joined = reports(&app)
        .write((actor.province, actor.account), exercise, &texts)
        .await?;
    let at = locales::time(app.clock.now());
    let saved = if joined.is_empty() {
        Message::new("report-saved").with("at", at)
    } else {
        let title = |section: &Section| {
            say(
                visitor.locale,
                &format!("report-section-{}", section.as_str()),
            )
        };
        let sections: Vec<String> = joined.iter().map(title).collect();
        Message::new("report-saved-both")
            .with("at", at)
            .with("sections", sections.join("; "))
    };
    Ok(see_other(
        &app,
        &visitor,
        &format!("/exercises/{exercise}/report"),
        &saved,
    ))
}

/// `GET /exercises/{exercise}/report.docx`
pub(in crate::http) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, AppError> {
    let locale = wanted.language.parse().unwrap_or(visitor.locale);
    let facts = reports(&app).evidence(exercise, locale).await?;
    let file = word(&drill_report(&facts, locale), None).map_err(AppError::unexpected)?;
    let name = fold(&facts.drill.title).replace(' ', "-");
    let disposition = format!(
        "attachment; filename=\"{}.docx\"",
        if name.is_empty() { "report" } else { &name }
    );
    Ok((
        [
            (header::CONTENT_TYPE, WORD.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        file,
    )
        .into_response())
}

fn reports(app: &App) -> Reports {
    Reports::new(app.db.clone(), app.exercises.clone(), app.clock.clone())
}

fn document(exercise: ExerciseId, locale: Locale) -> String {
    format!("/exercises/{exercise}/report.docx?language={locale}")
}
