//! What indicators count beside people: finished exercises, and figures entered by hand.

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, ProvinceId},
};

/// An exercise that was held: finished, and somebody was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldExercise {
    /// The exercise.
    pub id: ExerciseId,
    /// Its title.
    pub title: String,
    /// simulation, `live_fire` or tabletop.
    pub kind: String,
    /// When it finished.
    pub finished_at: Timestamp,
    /// The last row of its journal: the evidence is all of it.
    pub head_sequence: i64,
}

/// A figure that somebody entered, because the range holds no evidence of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualFigure {
    /// The plan.
    pub plan: String,
    /// The indicator in the plan.
    pub indicator: String,
    /// The figure's name in the measure.
    pub field: String,
    /// The figure.
    pub value: i64,
    /// The day for which it holds.
    pub as_of: Timestamp,
    /// The document that it is taken from.
    pub document: String,
    /// Who entered it.
    pub entered_by: AccountId,
    /// When.
    pub created_at: Timestamp,
}

/// The exercises held from `from` until before `to`. One to which nobody came was not held, nor was a trial.
///
/// # Errors
/// What the database refuses.
pub async fn held_exercises(
    connection: &mut Connection,
    province: ProvinceId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<HeldExercise>, StoreError> {
    Statement::new(
        "select id, title, kind, finished_at, head_sequence from exercise \
         where province_id = $1 and trial = 0 and started_at is not null and finished_at >= $2 and finished_at < $3 \
         and exists (select 1 from journal where exercise_id = exercise.id and journal.kind = 'present') \
         order by finished_at, id",
    )
    .bind(province)
    .bind(from)
    .bind(to)
    .list(connection, |row| {
        Ok(HeldExercise {
            id: row.parse("id")?,
            title: row.get("title")?,
            kind: row.get("kind")?,
            finished_at: row.time("finished_at")?,
            head_sequence: row.get("head_sequence")?,
        })
    })
    .await
}

/// Keeps a figure; earlier ones stay, so that an earlier report can be made again.
///
/// # Errors
/// What the database refuses.
pub async fn insert_figure(
    connection: &mut Connection,
    id: &str,
    province: ProvinceId,
    figure: &ManualFigure,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into indicator_entry \
         (id, province_id, plan, indicator, field, value, as_of, document, entered_by, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing",
    )
    .bind(id)
    .bind(province)
    .bind(figure.plan.as_str())
    .bind(figure.indicator.as_str())
    .bind(figure.field.as_str())
    .bind(figure.value)
    .bind(figure.as_of)
    .bind(figure.document.as_str())
    .bind(figure.entered_by)
    .bind(figure.created_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// A figure with the name of who entered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredFigure {
    /// The figure.
    pub figure: ManualFigure,
    /// The account's name.
    pub username: String,
}

/// All figures that were ever entered for an indicator, the latest entry first.
///
/// # Errors
/// What the database refuses.
pub async fn entered_figures(
    connection: &mut Connection,
    province: ProvinceId,
    (plan, indicator): (&str, &str),
) -> Result<Vec<EnteredFigure>, StoreError> {
    Statement::new(
        "select plan, indicator, field, value, as_of, document, entered_by, indicator_entry.created_at, username \
         from indicator_entry join account on account.id = entered_by \
         where indicator_entry.province_id = $1 and plan = $2 and indicator = $3 \
         order by indicator_entry.created_at desc, indicator_entry.id",
    )
    .bind(province)
    .bind(plan)
    .bind(indicator)
    .list(connection, |row| {
        Ok(EnteredFigure {
            figure: figure(row)?,
            username: row.get("username")?,
        })
    })
    .await
}

/// The figures of a plan that hold from `from` until before `to`; of the same day, the one entered last stands last.
///
/// # Errors
/// What the database refuses.
pub async fn figures(
    connection: &mut Connection,
    province: ProvinceId,
    plan: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ManualFigure>, StoreError> {
    Statement::new(
        "select plan, indicator, field, value, as_of, document, entered_by, created_at from indicator_entry \
         where province_id = $1 and plan = $2 and as_of >= $3 and as_of < $4 order by as_of, created_at, id",
    )
    .bind(province)
    .bind(plan)
    .bind(from)
    .bind(to)
    .list(connection, figure)
    .await
}

fn figure(row: &Row) -> Result<ManualFigure, StoreError> {
    Ok(ManualFigure {
        plan: row.get("plan")?,
        indicator: row.get("indicator")?,
        field: row.get("field")?,
        value: row.get("value")?,
        as_of: row.time("as_of")?,
        document: row.get("document")?,
        entered_by: row.parse("entered_by")?,
        created_at: row.time("created_at")?,
    })
}
