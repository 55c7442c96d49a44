//! Who issues and signs a province's documents, by the day from which that holds.

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ProvinceId},
};

/// What an office puts around a document, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// The first day for which it holds, by its first instant.
    pub valid_from: Timestamp,
    /// The body above the one that issues; empty where there is none.
    pub superior: String,
    /// The body that issues.
    pub body: String,
    /// The sign behind a document's number, as `BC-BTC`.
    pub sign: String,
    /// The place in front of the date.
    pub place: String,
    /// On whose behalf somebody signs, as `TM. BAN TỔ CHỨC`; empty where the head signs as such.
    pub authority: String,
    /// As what, as `TRƯỞNG BAN`.
    pub position: String,
    /// The name of who signs; empty until it is known.
    pub signer: String,
    /// Who receives a document, a line each.
    pub recipients: String,
}

/// All that a province has had, the earliest first.
///
/// # Errors
/// What the database refuses.
pub async fn issuers(
    connection: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<Issuer>, StoreError> {
    Statement::new(
        "select valid_from, superior, body, sign, place, authority, position, signer, recipients from issuer \
         where province_id = $1 order by valid_from",
    )
    .bind(province)
    .list(connection, issuer)
    .await
}

/// Keeps one; that of the same day is replaced.
///
/// # Errors
/// What the database refuses.
pub async fn set_issuer(
    connection: &mut Connection,
    province: ProvinceId,
    issuer: &Issuer,
    (by, at): (Option<AccountId>, Timestamp),
) -> Result<(), StoreError> {
    Statement::new(
        "insert into issuer (province_id, valid_from, superior, body, sign, place, authority, position, signer, \
         recipients, updated_by, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         on conflict (province_id, valid_from) do update set superior = excluded.superior, body = excluded.body, \
         sign = excluded.sign, place = excluded.place, authority = excluded.authority, position = excluded.position, \
         signer = excluded.signer, recipients = excluded.recipients, updated_by = excluded.updated_by, \
         updated_at = excluded.updated_at",
    )
    .bind(province)
    .bind(issuer.valid_from)
    .bind(issuer.superior.as_str())
    .bind(issuer.body.as_str())
    .bind(issuer.sign.as_str())
    .bind(issuer.place.as_str())
    .bind(issuer.authority.as_str())
    .bind(issuer.position.as_str())
    .bind(issuer.signer.as_str())
    .bind(issuer.recipients.as_str())
    .bind(by)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

fn issuer(row: &Row) -> Result<Issuer, StoreError> {
    Ok(Issuer {
        valid_from: row.time("valid_from")?,
        superior: row.get("superior")?,
        body: row.get("body")?,
        sign: row.get("sign")?,
        place: row.get("place")?,
        authority: row.get("authority")?,
        position: row.get("position")?,
        signer: row.get("signer")?,
        recipients: row.get("recipients")?,
    })
}
