//! What people write beside the figures of a report.

use super::{Connection, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId},
};

/// The texts of an exercise's report: section and content.
///
/// # Errors
/// What the database refuses.
pub async fn texts(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<(String, String)>, StoreError> {
    Statement::new(
        "select section, content from report_text where exercise_id = $1 order by section",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((row.get("section")?, row.get("content")?)))
    .collect()
}

/// Keeps a text in place of the one before.
///
/// # Errors
/// What the database refuses.
pub async fn set_text(
    connection: &mut Connection,
    exercise: ExerciseId,
    section: &str,
    content: &str,
    (by, at): (AccountId, Timestamp),
) -> Result<(), StoreError> {
    Statement::new(
        "insert into report_text (exercise_id, section, content, updated_by, updated_at) values ($1, $2, $3, $4, $5) \
         on conflict (exercise_id, section) do update set content = excluded.content, \
         updated_by = excluded.updated_by, updated_at = excluded.updated_at",
    )
    .bind(exercise)
    .bind(section)
    .bind(content)
    .bind(by)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}
