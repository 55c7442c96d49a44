//! Orchestrators that share this database, and how often each has said that it lives.

use super::{Connection, Statement, StoreError};
use crate::ids::OrchestratorId;

/// Says that an orchestrator lives; enters it where it is not listed.
///
/// # Errors
/// What the database refuses.
pub async fn beat(connection: &mut Connection, me: OrchestratorId) -> Result<(), StoreError> {
    Statement::new(
        "insert into orchestrator (id, beat) values ($1, 1)
         on conflict (id) do update set beat = orchestrator.beat + 1",
    )
    .bind(me)
    .execute(connection)
    .await?;
    Ok(())
}

/// All that are listed, with their beats.
///
/// # Errors
/// What the database refuses.
pub async fn list(connection: &mut Connection) -> Result<Vec<(OrchestratorId, i64)>, StoreError> {
    Statement::new("select id, beat from orchestrator")
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| Ok((row.parse("id")?, row.get("beat")?)))
        .collect()
}

/// Strikes one out that has not beaten since `beat`; `false` where it has.
///
/// # Errors
/// What the database refuses.
pub async fn strike_out(
    connection: &mut Connection,
    id: OrchestratorId,
    beat: i64,
) -> Result<bool, StoreError> {
    let rows = Statement::new("delete from orchestrator where id = $1 and beat = $2")
        .bind(id)
        .bind(beat)
        .execute(connection)
        .await?;
    Ok(rows == 1)
}

/// Strikes out all but one, for a database that only one process can have open.
///
/// # Errors
/// What the database refuses.
pub async fn strike_out_others(
    connection: &mut Connection,
    me: OrchestratorId,
) -> Result<(), StoreError> {
    Statement::new("delete from orchestrator where id <> $1")
        .bind(me)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes an orchestrator off the list because it ends.
///
/// # Errors
/// What the database refuses.
pub async fn leave(connection: &mut Connection, me: OrchestratorId) -> Result<(), StoreError> {
    Statement::new("delete from orchestrator where id = $1")
        .bind(me)
        .execute(connection)
        .await?;
    Ok(())
}
