//! Scenario bundles as they were when an exercise was made from them: later edits of a folder change no exercise.

use super::{Connection, Statement, StoreError};
use crate::clock::Timestamp;

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Path inside the bundle.
    pub path: String,
    /// Unix permission bits.
    pub mode: u32,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Keeps a bundle; one with the same digest is the same and is kept once. Until the transaction ends nobody else takes it
/// away: whoever drops it waits, and then sees what refers to it.
///
/// # Errors
/// What the database refuses.
pub async fn keep(
    transaction: &mut Connection,
    digest: &str,
    scenario: &str,
    version: i64,
    now: Timestamp,
    files: &[StoredFile],
) -> Result<(), StoreError> {
    // On a conflict something is written too, for that takes the row's lock.
    Statement::new(
        "insert into bundle (digest, scenario, version, created_at) values ($1, $2, $3, $4)
         on conflict (digest) do update set digest = excluded.digest",
    )
    .bind(digest)
    .bind(scenario)
    .bind(version)
    .bind(now)
    .execute(transaction)
    .await?;
    let known: i64 = Statement::new("select count(*) as n from bundle_file where digest = $1")
        .bind(digest)
        .fetch_one("bundle", transaction)
        .await?
        .get("n")?;
    if known > 0 {
        return Ok(());
    }
    for file in files {
        Statement::new(
            "insert into bundle_file (digest, path, mode, content) values ($1, $2, $3, $4)",
        )
        .bind(digest)
        .bind(file.path.as_str())
        .bind(i64::from(file.mode))
        .bind(file.content.as_slice())
        .execute(transaction)
        .await?;
    }
    Ok(())
}

/// The files of a bundle.
///
/// # Errors
/// No such bundle, or what the database refuses.
pub async fn files(
    connection: &mut Connection,
    digest: &str,
) -> Result<Vec<StoredFile>, StoreError> {
    let rows = Statement::new(
        "select path, mode, content from bundle_file where digest = $1 order by path",
    )
    .bind(digest)
    .fetch_all(connection)
    .await?;
    if rows.is_empty() {
        return Err(StoreError::Missing("bundle"));
    }
    rows.iter()
        .map(|row| {
            let mode: i64 = row.get("mode")?;
            Ok(StoredFile {
                path: row.get("path")?,
                mode: u32::try_from(mode).unwrap_or(0o644),
                content: row.get("content")?,
            })
        })
        .collect()
}

/// The content of one file.
///
/// # Errors
/// No such file, or what the database refuses.
pub async fn file(
    connection: &mut Connection,
    digest: &str,
    path: &str,
) -> Result<Vec<u8>, StoreError> {
    Statement::new("select content from bundle_file where digest = $1 and path = $2")
        .bind(digest)
        .bind(path)
        .fetch_one("file of the bundle", connection)
        .await?
        .get("content")
}

/// Takes away a bundle that nothing refers to any more; one in use stays.
///
/// # Errors
/// What the database refuses.
pub async fn drop_unused(transaction: &mut Connection, digest: &str) -> Result<(), StoreError> {
    // Takes the row's lock first: what is counted below is then true until the transaction ends.
    Statement::new("update bundle set digest = digest where digest = $1")
        .bind(digest)
        .execute(transaction)
        .await?;
    let used: i64 = Statement::new(
        "select (select count(*) from exercise where bundle_digest = $1)
              + (select count(*) from environment where bundle_digest = $1)
              + (select count(*) from pool where bundle_digest = $1)
              + (select count(*) from library_entry where bundle_digest = $1) as used",
    )
    .bind(digest)
    .fetch_one("bundle", transaction)
    .await?
    .get("used")?;
    if used > 0 {
        return Ok(());
    }
    for sql in [
        "delete from bundle_file where digest = $1",
        "delete from bundle where digest = $1",
    ] {
        Statement::new(sql)
            .bind(digest)
            .execute(transaction)
            .await?;
    }
    Ok(())
}
