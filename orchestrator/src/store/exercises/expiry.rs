//! Until when exercises keep their machines.

use crate::{
    clock::Timestamp,
    ids::ExerciseId,
    store::{Connection, Statement, StoreError},
};

/// Sets until when an exercise keeps its machines while its time stands; never where it has none.
///
/// # Errors
/// What the database refuses.
pub async fn set_expiry(
    transaction: &mut Connection,
    id: ExerciseId,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    Statement::new("update exercise set expires_at = $2 where id = $1")
        .bind(id)
        .bind(until)
        .execute(transaction)
        .await?;
    Ok(())
}
