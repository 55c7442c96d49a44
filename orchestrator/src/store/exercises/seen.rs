//! When exercises were last seen to be conducted.

use crate::{
    clock::Timestamp,
    ids::ExerciseId,
    store::{Connection, Statement, StoreError},
};

/// Notes that an exercise is being conducted.
///
/// # Errors
/// What the database refuses.
pub async fn set_seen(
    connection: &mut Connection,
    id: ExerciseId,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new("update exercise set seen_at = $2 where id = $1")
        .bind(id)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}
