//! Provinces and their units, which come to be, stand under one another, and end.
//!
//! A validity begins with its `valid_from` and ends before its `valid_to`; where there is no end it lasts. Whoever asks
//! for a day passes that day's first instant, and so gets the organisation as it was then.

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{ProvinceId, UnitId},
};

/// A province, or a city of that rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Province {
    /// Its identifier.
    pub id: ProvinceId,
    /// A short code, unique in the installation.
    pub code: String,
    /// Its full name, as `tỉnh Bình An`.
    pub name: String,
}

/// A unit of a province.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its identifier.
    pub id: UnitId,
    /// The province that it belongs to.
    pub province: ProvinceId,
    /// The unit above it.
    pub parent: Option<UnitId>,
    /// A short code, unique in the province.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is: one of `organisation::UnitKind`.
    pub kind: String,
    /// Where it stands: one of `organisation::Level`.
    pub level: String,
    /// When it came to be.
    pub valid_from: Timestamp,
    /// When it ended.
    pub valid_to: Option<Timestamp>,
}

/// All provinces by name.
///
/// # Errors
/// What the database refuses.
pub async fn provinces(connection: &mut Connection) -> Result<Vec<Province>, StoreError> {
    Statement::new("select id, code, name from province order by name, id")
        .fetch_all(connection)
        .await?
        .iter()
        .map(province)
        .collect()
}

/// What a province is called.
///
/// # Errors
/// What the database refuses.
pub async fn province_name(
    connection: &mut Connection,
    id: ProvinceId,
) -> Result<Option<String>, StoreError> {
    let row = Statement::new("select name from province where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| row.get("name")).transpose()
}

/// The province with this code.
///
/// # Errors
/// What the database refuses.
pub async fn find_province(
    connection: &mut Connection,
    code: &str,
) -> Result<Option<Province>, StoreError> {
    Statement::new("select id, code, name from province where code = $1")
        .bind(code)
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(province)
        .transpose()
}

/// The province with this identifier.
///
/// # Errors
/// [`StoreError::Missing`], or what the database refuses.
pub async fn get_province(
    connection: &mut Connection,
    id: ProvinceId,
) -> Result<Province, StoreError> {
    let row = Statement::new("select id, code, name from province where id = $1")
        .bind(id)
        .fetch_one("province", connection)
        .await?;
    province(&row)
}

/// Adds a province.
///
/// # Errors
/// What the database refuses; a code that another province has is a duplicate.
pub async fn insert_province(
    connection: &mut Connection,
    province: &Province,
) -> Result<(), StoreError> {
    Statement::new("insert into province (id, code, name) values ($1, $2, $3)")
        .bind(province.id)
        .bind(province.code.as_str())
        .bind(province.name.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// The units of a province that exist at `at`, parents not necessarily first.
///
/// # Errors
/// What the database refuses.
pub async fn units(
    connection: &mut Connection,
    province: ProvinceId,
    at: Timestamp,
) -> Result<Vec<Unit>, StoreError> {
    Statement::new(
        "select id, province_id, parent_id, code, name, kind, level, valid_from, valid_to from unit \
         where province_id = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2) order by code",
    )
    .bind(province)
    .bind(at)
    .fetch_all(connection)
    .await?
    .iter()
    .map(unit)
    .collect()
}

/// Adds a unit.
///
/// # Errors
/// What the database refuses; a code that another unit of the province has is a duplicate.
pub async fn insert_unit(connection: &mut Connection, unit: &Unit) -> Result<(), StoreError> {
    Statement::new(
        "insert into unit (id, province_id, parent_id, code, name, kind, level, valid_from, valid_to) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(unit.id)
    .bind(unit.province)
    .bind(unit.parent)
    .bind(unit.code.as_str())
    .bind(unit.name.as_str())
    .bind(unit.kind.as_str())
    .bind(unit.level.as_str())
    .bind(unit.valid_from)
    .bind(unit.valid_to)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a unit and every membership in it that still lasts; the people stay.
///
/// # Errors
/// What the database refuses.
pub async fn end_unit(
    connection: &mut Connection,
    id: UnitId,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update unit set valid_to = $2 where id = $1 and (valid_to is null or valid_to > $2)",
    )
    .bind(id)
    .bind(at)
    .execute(connection)
    .await?;
    Statement::new(
        "update membership set valid_to = $2 where unit_id = $1 and (valid_to is null or valid_to > $2)",
    )
    .bind(id)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

fn province(row: &Row) -> Result<Province, StoreError> {
    Ok(Province {
        id: row.parse("id")?,
        code: row.get("code")?,
        name: row.get("name")?,
    })
}

fn unit(row: &Row) -> Result<Unit, StoreError> {
    Ok(Unit {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        parent: row.parse_optional("parent_id")?,
        code: row.get("code")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        level: row.get("level")?,
        valid_from: row.time("valid_from")?,
        valid_to: row.time_optional("valid_to")?,
    })
}

/// Locks a province until the transaction ends: what must not be decided by two at once.
///
/// # Errors
/// What the database refuses.
pub async fn lock_province(transaction: &mut Connection, id: ProvinceId) -> Result<(), StoreError> {
    Statement::new("update province set code = code where id = $1")
        .bind(id)
        .execute(transaction)
        .await?;
    Ok(())
}
