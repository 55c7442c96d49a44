//! The audit trail: privileged actions, refusals, sign-ins. It is written beside what it tells of and never changed.

use super::{AccountError, Accounts};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ProvinceId, SessionId},
    store::accounts::{self as table, AuditRow},
};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The rules refused it.
    Refused,
    /// It was allowed and did not work.
    Failed,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A line to be written.
#[derive(Clone, Debug)]
pub struct Audit<'a> {
    /// The province it concerns, where known.
    pub province: Option<ProvinceId>,
    /// Who did it.
    pub account: Option<AccountId>,
    /// What was done or tried.
    pub action: &'a str,
    /// To what: a path or a name.
    pub object: &'a str,
    /// What became of it.
    pub outcome: Outcome,
    /// From which address.
    pub address: &'a str,
    /// Anything else; never a secret.
    pub detail: &'a str,
}

/// A line to be read.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// When it happened.
    pub at: Timestamp,
    /// The account's name.
    pub username: Option<String>,
    /// What was done or tried.
    pub action: String,
    /// To what.
    pub object: String,
    /// `done`, `refused` or `failed`.
    pub outcome: String,
    /// From which address.
    pub address: String,
    /// Anything else.
    pub detail: String,
}

impl Accounts {
    /// Writes a line.
    ///
    /// # Errors
    /// The database.
    pub async fn audit(&self, audit: Audit<'_>) -> Result<(), AccountError> {
        let row = AuditRow {
            id: SessionId::new().to_string(),
            province: audit.province,
            at: self.now(),
            account: audit.account,
            action: audit.action.to_owned(),
            object: audit.object.chars().take(300).collect(),
            outcome: audit.outcome.name().to_owned(),
            address: audit.address.to_owned(),
            detail: audit.detail.chars().take(300).collect(),
        };
        let mut connection = self.db.connection().await?;
        table::insert_audit(&mut connection, &row).await?;
        Ok(())
    }

    /// The latest lines of a province before `before`.
    ///
    /// # Errors
    /// The database.
    pub async fn audit_lines(
        &self,
        province: ProvinceId,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<AuditLine>, AccountError> {
        let mut connection = self.db.connection().await?;
        let rows = table::list_audit(&mut connection, province, before, limit).await?;
        Ok(rows
            .into_iter()
            .map(|(row, username)| AuditLine {
                at: row.at,
                username,
                action: row.action,
                object: row.object,
                outcome: row.outcome,
                address: row.address,
                detail: row.detail,
            })
            .collect())
    }
}
