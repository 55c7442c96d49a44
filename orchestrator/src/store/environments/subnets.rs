//! Address ranges that environments hold.

use crate::{
    ids::EnvironmentId,
    store::{Connection, Statement, StoreError},
};

/// Takes the lock under which address ranges are given out, and reads the mark of the last gift.
///
/// # Errors
/// What the database refuses.
pub async fn lock_subnets(transaction: &mut Connection) -> Result<String, StoreError> {
    Statement::new(
        "insert into setting (key, value) values ('subnet-lock', '')
         on conflict (key) do update set value = setting.value returning value",
    )
    .fetch_one("setting", transaction)
    .await?
    .get("value")
}

/// Marks that ranges were given out, under the lock.
///
/// # Errors
/// What the database refuses.
pub async fn mark_subnets(transaction: &mut Connection, mark: &str) -> Result<(), StoreError> {
    Statement::new("update setting set value = $1 where key = 'subnet-lock'")
        .bind(mark)
        .execute(transaction)
        .await?;
    Ok(())
}

/// All address ranges that are given out.
///
/// # Errors
/// What the database refuses.
pub async fn subnets(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Statement::new("select cidr from environment_subnet")
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| row.get("cidr"))
        .collect()
}

/// The address ranges of an environment: network and range.
///
/// # Errors
/// What the database refuses.
pub async fn subnets_of(
    connection: &mut Connection,
    id: EnvironmentId,
) -> Result<Vec<(String, String)>, StoreError> {
    Statement::new("select network, cidr from environment_subnet where environment_id = $1")
        .bind(id)
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| Ok((row.get("network")?, row.get("cidr")?)))
        .collect()
}

/// Gives a range to a network of an environment.
///
/// # Errors
/// A range that is taken, or what the database refuses.
pub async fn take_subnet(
    transaction: &mut Connection,
    id: EnvironmentId,
    network: &str,
    cidr: &str,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into environment_subnet (cidr, environment_id, network) values ($1, $2, $3)",
    )
    .bind(cidr)
    .bind(id)
    .bind(network)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Takes an environment's ranges back and gives them.
///
/// # Errors
/// What the database refuses.
pub async fn release_subnets(
    connection: &mut Connection,
    id: EnvironmentId,
) -> Result<Vec<String>, StoreError> {
    Statement::new("delete from environment_subnet where environment_id = $1 returning cidr")
        .bind(id)
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| row.get("cidr"))
        .collect()
}
