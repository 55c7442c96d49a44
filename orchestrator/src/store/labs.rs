//! Hosts of lab pages, the tickets that open them once, and the passes that keep them open.

use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId, TeamId},
};

use super::{Connection, Statement, StoreError};

/// A host name on which one node's page appears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabHost {
    /// The random label of the name.
    pub token: String,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The team in whose environment the node is.
    pub team: TeamId,
    /// The environment.
    pub environment: EnvironmentId,
    /// The environment's life; a reset gets other hosts.
    pub incarnation: i64,
    /// The machine.
    pub node: String,
}

/// The host of a node in an environment's life: `host` itself, or the one that was there.
///
/// # Errors
/// What the database refuses.
pub async fn find_or_insert_host(
    connection: &mut Connection,
    host: &LabHost,
    at: Timestamp,
) -> Result<LabHost, StoreError> {
    Statement::new(
        "insert into lab_host (token, exercise_id, team_id, environment_id, incarnation, node, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (environment_id, incarnation, node) do nothing",
    )
    .bind(host.token.as_str())
    .bind(host.exercise)
    .bind(host.team)
    .bind(host.environment)
    .bind(host.incarnation)
    .bind(host.node.as_str())
    .bind(at)
    .execute(connection)
    .await?;
    let row = Statement::new(
        "select token from lab_host where environment_id = $1 and incarnation = $2 and node = $3",
    )
    .bind(host.environment)
    .bind(host.incarnation)
    .bind(host.node.as_str())
    .fetch_one("lab host", connection)
    .await?;
    Ok(LabHost {
        token: row.get("token")?,
        ..host.clone()
    })
}

/// The host with this label.
///
/// # Errors
/// What the database refuses.
pub async fn find_host(
    connection: &mut Connection,
    token: &str,
) -> Result<Option<LabHost>, StoreError> {
    let row = Statement::new("select * from lab_host where token = $1")
        .bind(token)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(LabHost {
            token: row.get("token")?,
            exercise: row.parse("exercise_id")?,
            team: row.parse("team_id")?,
            environment: row.parse("environment_id")?,
            incarnation: row.get("incarnation")?,
            node: row.get("node")?,
        })
    })
    .transpose()
}

/// Adds a ticket, known by its digest.
///
/// # Errors
/// What the database refuses.
pub async fn insert_ticket(
    connection: &mut Connection,
    digest: &str,
    host: &str,
    holder: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into lab_ticket (digest, host, holder, expires_at) values ($1, $2, $3, $4)",
    )
    .bind(digest)
    .bind(host)
    .bind(holder)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a ticket, which is then gone, and says whose it was. An expired one is nobody's.
///
/// # Errors
/// What the database refuses.
pub async fn take_ticket(
    connection: &mut Connection,
    digest: &str,
    host: &str,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    Statement::new(
        "delete from lab_ticket where digest = $1 and host = $2 and expires_at > $3 returning holder",
    )
    .bind(digest)
    .bind(host)
    .bind(now)
    .fetch_optional(connection)
    .await?
    .map(|row| row.get("holder"))
    .transpose()
}

/// Adds a pass, known by its digest.
///
/// # Errors
/// What the database refuses.
pub async fn insert_pass(
    connection: &mut Connection,
    digest: &str,
    host: &str,
    holder: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into lab_pass (digest, host, holder, expires_at) values ($1, $2, $3, $4)",
    )
    .bind(digest)
    .bind(host)
    .bind(holder)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whose a pass is, where it is good for this host now.
///
/// # Errors
/// What the database refuses.
pub async fn find_pass(
    connection: &mut Connection,
    digest: &str,
    host: &str,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    Statement::new(
        "select holder from lab_pass where digest = $1 and host = $2 and expires_at > $3",
    )
    .bind(digest)
    .bind(host)
    .bind(now)
    .fetch_optional(connection)
    .await?
    .map(|row| row.get("holder"))
    .transpose()
}

/// Removes tickets and passes whose time is over.
///
/// # Errors
/// What the database refuses.
pub async fn forget_expired(connection: &mut Connection, now: Timestamp) -> Result<(), StoreError> {
    Statement::new("delete from lab_ticket where expires_at <= $1")
        .bind(now)
        .execute(connection)
        .await?;
    Statement::new("delete from lab_pass where expires_at <= $1")
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use thaotruong_tests::both_databases;

    use super::*;
    use crate::store::Database;

    fn host(token: &str) -> LabHost {
        LabHost {
            token: token.to_owned(),
            exercise: ExerciseId::new(),
            team: TeamId::new(),
            environment: EnvironmentId::new(),
            incarnation: 1,
            node: "portal".to_owned(),
        }
    }

    both_databases! {
        async fn a_node_keeps_its_host_until_it_is_reset(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let first = host("aa");
            assert_eq!(find_or_insert_host(&mut connection, &first, Timestamp(1)).await.unwrap(), first);
            let again = LabHost { token: "bb".to_owned(), ..first.clone() };
            assert_eq!(find_or_insert_host(&mut connection, &again, Timestamp(2)).await.unwrap(), first);
            let reset = LabHost { token: "cc".to_owned(), incarnation: 2, ..first.clone() };
            assert_eq!(find_or_insert_host(&mut connection, &reset, Timestamp(3)).await.unwrap(), reset);
            assert_eq!(find_host(&mut connection, "aa").await.unwrap(), Some(first));
            assert_eq!(find_host(&mut connection, "bb").await.unwrap(), None);
        }

        async fn a_ticket_serves_once_and_in_time(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let host = host("aa");
            find_or_insert_host(&mut connection, &host, Timestamp(1)).await.unwrap();
            insert_ticket(&mut connection, "one", "aa", "me", Timestamp(10)).await.unwrap();
            assert_eq!(take_ticket(&mut connection, "one", "bb", Timestamp(5)).await.unwrap(), None);
            assert_eq!(take_ticket(&mut connection, "one", "aa", Timestamp(5)).await.unwrap().as_deref(), Some("me"));
            assert_eq!(take_ticket(&mut connection, "one", "aa", Timestamp(5)).await.unwrap(), None);
            insert_ticket(&mut connection, "two", "aa", "me", Timestamp(10)).await.unwrap();
            assert_eq!(take_ticket(&mut connection, "two", "aa", Timestamp(10)).await.unwrap(), None);
        }

        async fn a_pass_is_good_for_its_host_until_it_expires(database: Database) {
            let mut connection = database.connection().await.unwrap();
            find_or_insert_host(&mut connection, &host("aa"), Timestamp(1)).await.unwrap();
            insert_pass(&mut connection, "pass", "aa", "me", Timestamp(10)).await.unwrap();
            assert_eq!(find_pass(&mut connection, "pass", "aa", Timestamp(9)).await.unwrap().as_deref(), Some("me"));
            assert_eq!(find_pass(&mut connection, "pass", "bb", Timestamp(9)).await.unwrap(), None);
            assert_eq!(find_pass(&mut connection, "pass", "aa", Timestamp(10)).await.unwrap(), None);
            forget_expired(&mut connection, Timestamp(10)).await.unwrap();
            assert_eq!(find_pass(&mut connection, "pass", "aa", Timestamp(9)).await.unwrap(), None);
        }
    }
}
