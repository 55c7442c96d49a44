//! Who completed what, and who was in a team and got nothing.

use std::collections::HashMap;

use axum::{extract::State, response::Html};

use super::{
    super::{App, AppError, Visitor, pages::completions as page},
    named,
};
use crate::{
    clock::Timestamp,
    exercises::{Exercise, ExerciseState},
    ids::PersonId,
    learning::NamedCompletion,
    locales::Locale,
    organisation::{self, Staff},
    reports::{DrillEvidence, Reports},
    store::learning,
};

/// Finished exercises, the latest, whose members without a credit are shown.
const EXERCISES: usize = 10;

/// `GET /completions`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let province = visitor.actor()?.province;
    let locale = visitor.locale;
    let now = app.clock.now();
    let mut connection = app.db.connection().await?;
    let staff = organisation::staff_on(&mut connection, province, now.day()).await?;
    let units: HashMap<PersonId, &Staff> = staff.iter().map(|line| (line.person, line)).collect();
    let found =
        learning::completions(&mut connection, province, Timestamp(0), Timestamp(i64::MAX)).await?;
    drop(connection);
    let row = |one: NamedCompletion| page::CompletionRow {
        unit: units
            .get(&one.completion.person)
            .map_or_else(String::new, |line| line.unit_name.clone()),
        kind: named(locale, "completion-", &one.completion.kind),
        points: one.completion.points,
        at: one.completion.completed_at,
        evidence: one.completion.evidence_sequence,
        href: format!("/exercises/{}/report", one.completion.exercise),
        name: one.person,
        exercise: one.exercise,
    };
    let rows = found.into_iter().map(row).collect();
    let mut missed = Vec::new();
    let exercises = app
        .exercises
        .list(province)
        .await
        .map_err(AppError::unexpected)?;
    let finished = exercises
        .iter()
        .filter(|one| one.state == ExerciseState::Finished);
    for exercise in finished.take(EXERCISES) {
        missed.extend(missed_of(&app, exercise, locale).await?);
    }
    page::render(
        &app.templates,
        &visitor,
        &page::CompletionsPage { rows, missed },
    )
}

async fn missed_of(
    app: &App,
    exercise: &Exercise,
    locale: Locale,
) -> Result<Vec<page::MissedRow>, AppError> {
    let reports = Reports::new(app.db.clone(), app.exercises.clone(), app.clock.clone());
    let facts: DrillEvidence = reports.evidence(exercise.id, locale).await?;
    let missed = facts.credits.into_iter().filter_map(|credit| {
        let reason = credit.reason(locale)?;
        Some(page::MissedRow {
            name: credit.name,
            team: credit.team,
            exercise: exercise.title.clone(),
            reason,
        })
    });
    Ok(missed.collect())
}
