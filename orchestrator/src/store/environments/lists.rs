//! Which environments there are to look at: what is kept, what is not yet as it shall be, what waits.

use crate::{
    clock::Timestamp,
    store::{Connection, Statement, StoreError},
};

use super::{Environment, Phase, read};

/// Every environment of which something is left or shall be.
///
/// # Errors
/// What the database refuses.
pub async fn list_kept(connection: &mut Connection) -> Result<Vec<Environment>, StoreError> {
    Statement::new("select * from environment where phase <> 'gone' order by created_at, id")
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Those of which something is left to do now, oldest first. Where engines `suspend`, one that shall stand still does.
///
/// # Errors
/// What the database refuses.
pub async fn list_unsettled(
    connection: &mut Connection,
    suspend: bool,
    now: Timestamp,
) -> Result<Vec<Environment>, StoreError> {
    let rest = if suspend {
        Phase::Suspended
    } else {
        Phase::Ready
    };
    Statement::new(
        "select * from environment
         where phase <> 'gone' and (next_attempt_at is null or next_attempt_at <= $1)
           and (desired = 'gone'
             or (phase <> 'failed'
               and (reason is not null or phase <> case when desired = 'suspended' then $2 else 'ready' end)))
         order by created_at, id",
    )
    .bind(now)
    .bind(rest.as_str())
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Those that wait for their first step, oldest first.
///
/// # Errors
/// What the database refuses.
pub async fn waiting(connection: &mut Connection) -> Result<Vec<Environment>, StoreError> {
    Statement::new(
        "select * from environment where phase = 'wanted' and desired <> 'gone' order by created_at, id",
    )
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Whether any environment shall run.
///
/// # Errors
/// What the database refuses.
pub async fn any_shall_run(connection: &mut Connection) -> Result<bool, StoreError> {
    let found = Statement::new(
        "select 1 as one from environment where desired = 'running' and phase <> 'gone' limit 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}
