//! When environments were last used, and which stand still because nobody uses them.

use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId},
    store::{Connection, Statement, StoreError},
};

/// Notes that an environment is used; gives whether it stood still for want of use and shall now go on.
///
/// # Errors
/// What the database refuses.
pub async fn note_use(
    connection: &mut Connection,
    id: EnvironmentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let roused = Statement::new(
        "update environment set used_at = $2, desired = 'running', updated_at = $2
         where id = $1 and desired = 'suspended' and purpose = 'exercise'",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    if roused == 0 {
        Statement::new("update environment set used_at = $2 where id = $1")
            .bind(id)
            .bind(now)
            .execute(connection)
            .await?;
    }
    Ok(roused == 1)
}

/// Notes that all of an exercise's environments are used, and lets those go on that stand still; gives these.
///
/// # Errors
/// What the database refuses.
pub async fn rouse_exercise(
    transaction: &mut Connection,
    exercise: ExerciseId,
    now: Timestamp,
) -> Result<Vec<EnvironmentId>, StoreError> {
    Statement::new("update environment set used_at = $2 where exercise_id = $1")
        .bind(exercise)
        .bind(now)
        .execute(transaction)
        .await?;
    Statement::new(
        "update environment set desired = 'running', updated_at = $2
         where exercise_id = $1 and desired = 'suspended' returning id",
    )
    .bind(exercise)
    .bind(now)
    .fetch_all(transaction)
    .await?
    .iter()
    .map(|row| row.parse("id"))
    .collect()
}

/// Says that an environment shall stand still, unless somebody has used it since `before` or it is not well.
///
/// # Errors
/// What the database refuses.
pub async fn rest(
    connection: &mut Connection,
    id: EnvironmentId,
    before: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "update environment set desired = 'suspended', updated_at = $3
         where id = $1 and desired = 'running' and phase = 'ready' and reason is null and purpose = 'exercise'
           and coalesce(used_at, 0) <= $2 and coalesce(ready_at, bound_at) <= $2",
    )
    .bind(id)
    .bind(before)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// Says that all of an exercise's environments shall stand still once they are ready: nobody needs them yet.
///
/// # Errors
/// What the database refuses.
pub async fn rest_exercise(
    transaction: &mut Connection,
    exercise: ExerciseId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update environment set desired = 'suspended', updated_at = $2
         where exercise_id = $1 and desired = 'running'",
    )
    .bind(exercise)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Whether any of an exercise's environments shall stand still.
///
/// # Errors
/// What the database refuses.
pub async fn rests(connection: &mut Connection, exercise: ExerciseId) -> Result<bool, StoreError> {
    let found = Statement::new(
        "select 1 as one from environment where exercise_id = $1 and desired = 'suspended' limit 1",
    )
    .bind(exercise)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}
