//! When exercises were last seen to be conducted, and after how much exercise time they end.

use std::time::Duration;

use crate::{
    clock::{Timestamp, micros},
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

/// Sets after how much exercise time an exercise ends.
///
/// # Errors
/// What the database refuses.
pub async fn set_duration(
    transaction: &mut Connection,
    id: ExerciseId,
    duration: Duration,
) -> Result<(), StoreError> {
    Statement::new("update exercise set duration = $2 where id = $1")
        .bind(id)
        .bind(micros(duration))
        .execute(transaction)
        .await?;
    Ok(())
}
