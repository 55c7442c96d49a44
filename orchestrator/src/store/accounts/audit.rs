//! The audit trail: who did or tried what, and what became of it.

use crate::{
    clock::Timestamp,
    ids::{AccountId, ProvinceId},
    store::{Connection, Row, Statement, StoreError},
};

/// One line of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its identifier, sortable by time.
    pub id: String,
    /// The province it concerns.
    pub province: Option<ProvinceId>,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, where somebody was signed in.
    pub account: Option<AccountId>,
    /// What was done or tried.
    pub action: String,
    /// To what.
    pub object: String,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// From which address.
    pub address: String,
    /// Anything else worth knowing; never a secret.
    pub detail: String,
}

/// Appends to the audit trail.
///
/// # Errors
/// What the database refuses.
pub async fn insert_audit(c: &mut Connection, audit: &AuditRow) -> Result<(), StoreError> {
    Statement::new(
        "insert into audit (id, province_id, at, account_id, action, object, outcome, address, detail) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(audit.id.as_str())
    .bind(audit.province)
    .bind(audit.at)
    .bind(audit.account)
    .bind(audit.action.as_str())
    .bind(audit.object.as_str())
    .bind(audit.outcome.as_str())
    .bind(audit.address.as_str())
    .bind(audit.detail.as_str())
    .execute(c)
    .await?;
    Ok(())
}

/// The audit trail of a province with the names of its actors, latest first: `limit` lines older than `before`.
///
/// # Errors
/// What the database refuses.
pub async fn list_audit(
    c: &mut Connection,
    province: ProvinceId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(AuditRow, Option<String>)>, StoreError> {
    let rows = Statement::new(
        "select audit.id, audit.province_id, audit.at, audit.account_id, audit.action, audit.object, audit.outcome, \
         audit.address, audit.detail, account.username from audit left join account on account.id = audit.account_id \
         where (audit.province_id = $1 or audit.province_id is null) and audit.at < $2 \
         order by audit.at desc, audit.id desc limit $3",
    )
    .bind(province)
    .bind(before)
    .bind(limit)
    .fetch_all(c)
    .await?;
    rows.iter()
        .map(|row| Ok((audit(row)?, row.get("username")?)))
        .collect()
}

fn audit(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.get("id")?,
        province: row.parse_optional("province_id")?,
        at: row.time("at")?,
        account: row.parse_optional("account_id")?,
        action: row.get("action")?,
        object: row.get("object")?,
        outcome: row.get("outcome")?,
        address: row.get("address")?,
        detail: row.get("detail")?,
    })
}
