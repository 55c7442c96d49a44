//! Values that belong to the installation itself, such as its identity.

use super::{Connection, Statement, StoreError};

/// The value under `key`.
///
/// # Errors
/// What the database refuses.
pub async fn find(connection: &mut Connection, key: &str) -> Result<Option<String>, StoreError> {
    Statement::new("select value from setting where key = $1")
        .bind(key)
        .fetch_optional(connection)
        .await?
        .map(|row| row.get("value"))
        .transpose()
}

/// The value under `key`, which is `value` where there was none: of two that come at once, both get the first's.
///
/// # Errors
/// What the database refuses.
pub async fn find_or_insert(
    connection: &mut Connection,
    key: &str,
    value: &str,
) -> Result<String, StoreError> {
    Statement::new("insert into setting (key, value) values ($1, $2) on conflict (key) do nothing")
        .bind(key)
        .bind(value)
        .execute(connection)
        .await?;
    find(connection, key)
        .await?
        .ok_or(StoreError::Missing("setting"))
}

#[cfg(test)]
mod tests {
    use thaotruong_tests::both_databases;

    use super::{find, find_or_insert};
    use crate::store::Database;

    both_databases! {
        async fn the_first_value_stays(database: Database) {
            let mut connection = database.connection().await.unwrap();
            assert_eq!(find(&mut connection, "installation").await.unwrap(), None);
            assert_eq!(find_or_insert(&mut connection, "installation", "a").await.unwrap(), "a");
            assert_eq!(find_or_insert(&mut connection, "installation", "b").await.unwrap(), "a");
            assert_eq!(find(&mut connection, "installation").await.unwrap().as_deref(), Some("a"));
        }
    }
}
