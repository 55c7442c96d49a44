//! What people write beside the figures of a report, and how they rate its objectives.

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
    .list(connection, |row| {
        Ok((row.get("section")?, row.get("content")?))
    })
    .await
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

/// How somebody rated an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveRating {
    /// The objective in the scenario.
    pub objective: String,
    /// The rating's letter; empty where it is left to the points.
    pub rating: String,
    /// Why, in a sentence.
    pub judgement: String,
}

/// The ratings of an exercise's objectives.
///
/// # Errors
/// What the database refuses.
pub async fn ratings(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<ObjectiveRating>, StoreError> {
    Statement::new(
        "select objective, rating, judgement from objective_rating where exercise_id = $1 order by objective",
    )
    .bind(exercise)
    .list(connection, |row| {
        Ok(ObjectiveRating {
            objective: row.get("objective")?,
            rating: row.get("rating")?,
            judgement: row.get("judgement")?,
        })
    })
    .await
}

/// Keeps a rating in place of the one before.
///
/// # Errors
/// What the database refuses.
pub async fn set_rating(
    connection: &mut Connection,
    exercise: ExerciseId,
    rating: &ObjectiveRating,
    (by, at): (AccountId, Timestamp),
) -> Result<(), StoreError> {
    Statement::new(
        "insert into objective_rating (exercise_id, objective, rating, judgement, updated_by, updated_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (exercise_id, objective) do update set \
         rating = excluded.rating, judgement = excluded.judgement, updated_by = excluded.updated_by, \
         updated_at = excluded.updated_at",
    )
    .bind(exercise)
    .bind(rating.objective.as_str())
    .bind(rating.rating.as_str())
    .bind(rating.judgement.as_str())
    .bind(by)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}
