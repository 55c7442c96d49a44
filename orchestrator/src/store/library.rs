//! Scenarios that authors uploaded: their versions, the states of these, and what was done to them.

use std::{fmt, str::FromStr};

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ChangeId, ProvinceId},
};

/// How far a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Its author works on it.
    Draft,
    /// Exercises may be made of it.
    Released,
    /// Kept for what was made of it.
    Archived,
}

impl Stage {
    /// The word under which it is stored and named in locales.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Released => "released",
            Self::Archived => "archived",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Draft, Self::Released, Self::Archived]
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or(())
    }
}

/// A version of an uploaded scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The province that holds it.
    pub province: ProvinceId,
    /// The scenario.
    pub scenario: String,
    /// Its version.
    pub version: i64,
    /// Digest of its bundle.
    pub bundle: String,
    /// How far it is.
    pub stage: Stage,
    /// How many errors it had when it was uploaded.
    pub errors: i64,
    /// Who uploaded it.
    pub uploaded_by: AccountId,
    /// When.
    pub uploaded_at: Timestamp,
}

/// Something that was done to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Identifier.
    pub id: ChangeId,
    /// The province.
    pub province: ProvinceId,
    /// The scenario.
    pub scenario: String,
    /// The version.
    pub version: i64,
    /// What: `uploaded`, `replaced`, `released`, `archived`, `deleted`.
    pub change: String,
    /// What was said to it.
    pub note: String,
    /// Who did it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// Adds a version; `false` where the province has it already.
///
/// # Errors
/// What the database refuses.
pub async fn insert(transaction: &mut Connection, entry: &Entry) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "insert into library_entry (province_id, scenario, version, bundle_digest, state, errors, uploaded_by,
           uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (province_id, scenario, version) do nothing",
    )
    .bind(entry.province)
    .bind(entry.scenario.as_str())
    .bind(entry.version)
    .bind(entry.bundle.as_str())
    .bind(entry.stage.as_str())
    .bind(entry.errors)
    .bind(entry.uploaded_by)
    .bind(entry.uploaded_at)
    .execute(transaction)
    .await?;
    Ok(rows == 1)
}

/// Puts another bundle under a draft; `false` where it is no draft any more, or no longer the one that was read.
///
/// # Errors
/// What the database refuses.
pub async fn replace(
    transaction: &mut Connection,
    entry: &Entry,
    known: &str,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "update library_entry set bundle_digest = $4, errors = $5, uploaded_by = $6, uploaded_at = $7, card = null
         where province_id = $1 and scenario = $2 and version = $3 and bundle_digest = $8 and state = 'draft'",
    )
    .bind(entry.province)
    .bind(entry.scenario.as_str())
    .bind(entry.version)
    .bind(entry.bundle.as_str())
    .bind(entry.errors)
    .bind(entry.uploaded_by)
    .bind(entry.uploaded_at)
    .bind(known)
    .execute(transaction)
    .await?;
    Ok(rows == 1)
}

/// Keeps what lists show of a version, unless it has another bundle by now.
///
/// # Errors
/// What the database refuses.
pub async fn keep_card(
    connection: &mut Connection,
    entry: &Entry,
    errors: i64,
    card: &str,
) -> Result<(), StoreError> {
    Statement::new(
        "update library_entry set card = $5, errors = $6
         where province_id = $1 and scenario = $2 and version = $3 and bundle_digest = $4",
    )
    .bind(entry.province)
    .bind(entry.scenario.as_str())
    .bind(entry.version)
    .bind(entry.bundle.as_str())
    .bind(card)
    .bind(errors)
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves a version, as it was read, to another state; `false` where it is no longer as it was read.
///
/// # Errors
/// What the database refuses; a duplicate where another version is released.
pub async fn move_stage(
    transaction: &mut Connection,
    entry: &Entry,
    to: Stage,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "update library_entry set state = $6
         where province_id = $1 and scenario = $2 and version = $3 and bundle_digest = $4 and state = $5",
    )
    .bind(entry.province)
    .bind(entry.scenario.as_str())
    .bind(entry.version)
    .bind(entry.bundle.as_str())
    .bind(entry.stage.as_str())
    .bind(to.as_str())
    .execute(transaction)
    .await?;
    Ok(rows == 1)
}

/// Takes a draft, as it was read, away; `false` where it is no longer as it was read.
///
/// # Errors
/// What the database refuses.
pub async fn delete_draft(transaction: &mut Connection, entry: &Entry) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "delete from library_entry
         where province_id = $1 and scenario = $2 and version = $3 and bundle_digest = $4 and state = 'draft'",
    )
    .bind(entry.province)
    .bind(entry.scenario.as_str())
    .bind(entry.version)
    .bind(entry.bundle.as_str())
    .execute(transaction)
    .await?;
    Ok(rows == 1)
}

/// All versions of a province, by scenario, the newest first, with what lists show of them.
///
/// # Errors
/// What the database refuses.
pub async fn cards(
    connection: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<(Entry, Option<String>)>, StoreError> {
    Statement::new(
        "select * from library_entry where province_id = $1 order by scenario, version desc",
    )
    .bind(province)
    .list(connection, |row| Ok((entry(row)?, row.get("card")?)))
    .await
}

/// The released version of each scenario of a province.
///
/// # Errors
/// What the database refuses.
pub async fn released(
    connection: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<Entry>, StoreError> {
    Statement::new(
        "select * from library_entry where province_id = $1 and state = 'released' order by scenario",
    )
    .bind(province)
    .list(connection, entry)
    .await
}

/// The versions of one scenario, the newest first.
///
/// # Errors
/// What the database refuses.
pub async fn versions(
    connection: &mut Connection,
    province: ProvinceId,
    scenario: &str,
) -> Result<Vec<Entry>, StoreError> {
    Statement::new(
        "select * from library_entry where province_id = $1 and scenario = $2 order by version desc",
    )
    .bind(province)
    .bind(scenario)
    .list(connection, entry)
    .await
}

/// Notes what was done.
///
/// # Errors
/// What the database refuses.
pub async fn note(transaction: &mut Connection, change: &Change) -> Result<(), StoreError> {
    Statement::new(
        "insert into library_change (id, province_id, scenario, version, change, note, account_id, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(change.id)
    .bind(change.province)
    .bind(change.scenario.as_str())
    .bind(change.version)
    .bind(change.change.as_str())
    .bind(change.note.as_str())
    .bind(change.by)
    .bind(change.at)
    .execute(transaction)
    .await?;
    Ok(())
}

/// What was done to a scenario's versions and the names of who did it, the latest first.
///
/// # Errors
/// What the database refuses.
pub async fn changes(
    connection: &mut Connection,
    province: ProvinceId,
    scenario: &str,
) -> Result<Vec<(Change, String)>, StoreError> {
    Statement::new(
        "select c.*, coalesce(p.name, a.username) as who from library_change c
         join account a on a.id = c.account_id left join person p on p.id = a.person_id
         where c.province_id = $1 and c.scenario = $2 order by c.changed_at desc, c.id desc",
    )
    .bind(province)
    .bind(scenario)
    .list(connection, |row| {
        let change = Change {
            id: row.parse("id")?,
            province: row.parse("province_id")?,
            scenario: row.get("scenario")?,
            version: row.get("version")?,
            change: row.get("change")?,
            note: row.get("note")?,
            by: row.parse("account_id")?,
            at: row.time("changed_at")?,
        };
        Ok((change, row.get("who")?))
    })
    .await
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let stage: String = row.get("state")?;
    Ok(Entry {
        province: row.parse("province_id")?,
        scenario: row.get("scenario")?,
        version: row.get("version")?,
        bundle: row.get("bundle_digest")?,
        stage: stage.parse().map_err(|()| StoreError::Value {
            column: "state",
            value: stage,
        })?,
        errors: row.get("errors")?,
        uploaded_by: row.parse("uploaded_by")?,
        uploaded_at: row.time("uploaded_at")?,
    })
}
