//! Accounts, their roles and sessions, and the audit trail.

mod audit;

pub use audit::{AuditRow, insert_audit, list_audit};

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, PersonId, ProvinceId, TeamId},
};

/// An account as it stands in the database.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its identifier.
    pub id: AccountId,
    /// The province that it belongs to.
    pub province: ProvinceId,
    /// The province's name.
    pub province_name: String,
    /// The person behind it, where there is one.
    pub person: Option<PersonId>,
    /// The person's name, as long as it is kept.
    pub person_name: Option<String>,
    /// What one signs in with.
    pub username: String,
    /// The password's hash with its parameters.
    pub password_hash: String,
    /// The language last chosen.
    pub locale: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when nobody may sign in with it.
    pub disabled_at: Option<Timestamp>,
}

/// A session as it stands in the database; its token is known to the browser alone.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// SHA-256 of the token, in hex.
    pub token_hash: String,
    /// Whose session it is.
    pub account: AccountId,
    /// What forms must bring along.
    pub csrf: String,
    /// From which address it was opened.
    pub address: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// The columns of an account, before what chooses among them.
macro_rules! account_sql {
    ($tail:literal) => {
        concat!(
            "select account.id, account.province_id, account.person_id, account.username, account.password_hash, ",
            "account.locale, account.created_at, account.disabled_at, ",
            "province.name as province_name, person.name as person_name ",
            "from account join province on province.id = account.province_id ",
            "left join person on person.id = account.person_id and person.erased_at is null ",
            $tail
        )
    };
}

/// The account with this name.
///
/// # Errors
/// What the database refuses.
pub async fn find_by_username(
    c: &mut Connection,
    username: &str,
) -> Result<Option<AccountRow>, StoreError> {
    let row = Statement::new(account_sql!("where account.username = $1"))
        .bind(username)
        .fetch_optional(c)
        .await?;
    row.as_ref().map(account).transpose()
}

/// The account with this identifier.
///
/// # Errors
/// What the database refuses.
pub async fn find(c: &mut Connection, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
    let row = Statement::new(account_sql!("where account.id = $1"))
        .bind(id)
        .fetch_optional(c)
        .await?;
    row.as_ref().map(account).transpose()
}

/// The accounts of a province by name.
///
/// # Errors
/// What the database refuses.
pub async fn list(c: &mut Connection, province: ProvinceId) -> Result<Vec<AccountRow>, StoreError> {
    let sql = account_sql!("where account.province_id = $1 order by account.username");
    Statement::new(sql)
        .bind(province)
        .fetch_all(c)
        .await?
        .iter()
        .map(account)
        .collect()
}

/// Writes a new account; a taken name is a duplicate.
///
/// # Errors
/// What the database refuses.
pub async fn insert(c: &mut Connection, account: &AccountRow) -> Result<(), StoreError> {
    Statement::new(
        "insert into account (id, province_id, person_id, username, password_hash, locale, created_at, disabled_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(account.id)
    .bind(account.province)
    .bind(account.person)
    .bind(account.username.as_str())
    .bind(account.password_hash.as_str())
    .bind(account.locale.as_str())
    .bind(account.created_at)
    .bind(account.disabled_at)
    .execute(c)
    .await?;
    Ok(())
}

/// Locks an account until the transaction ends, and gives its password's hash and since when it is closed.
///
/// # Errors
/// What the database refuses.
pub async fn lock(
    transaction: &mut Connection,
    id: AccountId,
) -> Result<Option<(String, Option<Timestamp>)>, StoreError> {
    // An update is the one statement that takes the row's lock on both databases.
    let sql = "update account set password_hash = password_hash where id = $1 \
               returning password_hash, disabled_at";
    let row = Statement::new(sql)
        .bind(id)
        .fetch_optional(transaction)
        .await?;
    row.map(|row| Ok((row.get("password_hash")?, row.time_optional("disabled_at")?)))
        .transpose()
}

/// A province's accounts that are not closed and have a role.
///
/// # Errors
/// What the database refuses.
pub async fn open_with_role(
    c: &mut Connection,
    province: ProvinceId,
    role: &str,
) -> Result<Vec<AccountId>, StoreError> {
    let sql = "select a.id from account a join account_role r on r.account_id = a.id \
               where a.province_id = $1 and r.role = $2 and a.disabled_at is null";
    let rows = Statement::new(sql)
        .bind(province)
        .bind(role)
        .fetch_all(c)
        .await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

/// Replaces the password's hash.
///
/// # Errors
/// What the database refuses.
pub async fn update_password(
    c: &mut Connection,
    id: AccountId,
    hash: &str,
) -> Result<(), StoreError> {
    Statement::new("update account set password_hash = $2 where id = $1")
        .bind(id)
        .bind(hash)
        .execute(c)
        .await?;
    Ok(())
}

/// Keeps the language that was chosen.
///
/// # Errors
/// What the database refuses.
pub async fn update_locale(
    c: &mut Connection,
    id: AccountId,
    locale: &str,
) -> Result<(), StoreError> {
    Statement::new("update account set locale = $2 where id = $1")
        .bind(id)
        .bind(locale)
        .execute(c)
        .await?;
    Ok(())
}

/// Closes an account from `at` on, or opens it again.
///
/// # Errors
/// What the database refuses.
pub async fn update_disabled(
    c: &mut Connection,
    id: AccountId,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    Statement::new("update account set disabled_at = $2 where id = $1")
        .bind(id)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

/// The roles of an account.
///
/// # Errors
/// What the database refuses.
pub async fn roles(c: &mut Connection, id: AccountId) -> Result<Vec<String>, StoreError> {
    let rows = Statement::new("select role from account_role where account_id = $1")
        .bind(id)
        .fetch_all(c)
        .await?;
    rows.iter().map(|row| row.get("role")).collect()
}

/// The roles of all accounts of a province, as pairs.
///
/// # Errors
/// What the database refuses.
pub async fn roles_of_province(
    c: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<(AccountId, String)>, StoreError> {
    let sql = "select account_role.account_id, account_role.role from account_role \
               join account on account.id = account_role.account_id where account.province_id = $1";
    let rows = Statement::new(sql).bind(province).fetch_all(c).await?;
    rows.iter()
        .map(|row| Ok((row.parse("account_id")?, row.get("role")?)))
        .collect()
}

/// Replaces an account's roles; call it in a transaction.
///
/// # Errors
/// What the database refuses.
pub async fn replace_roles(
    c: &mut Connection,
    id: AccountId,
    roles: &[&str],
) -> Result<(), StoreError> {
    Statement::new("delete from account_role where account_id = $1")
        .bind(id)
        .execute(c)
        .await?;
    for role in roles {
        Statement::new("insert into account_role (account_id, role) values ($1, $2)")
            .bind(id)
            .bind(*role)
            .execute(c)
            .await?;
    }
    Ok(())
}

/// Writes a new session.
///
/// # Errors
/// What the database refuses.
pub async fn insert_session(c: &mut Connection, session: &SessionRow) -> Result<(), StoreError> {
    Statement::new(
        "insert into session (token_hash, account_id, csrf, address, created_at, seen_at, expires_at, revoked_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(session.token_hash.as_str())
    .bind(session.account)
    .bind(session.csrf.as_str())
    .bind(session.address.as_str())
    .bind(session.created_at)
    .bind(session.seen_at)
    .bind(session.expires_at)
    .bind(session.revoked_at)
    .execute(c)
    .await?;
    Ok(())
}

/// The session with this token hash, also when it has ended.
///
/// # Errors
/// What the database refuses.
pub async fn find_session(
    c: &mut Connection,
    token_hash: &str,
) -> Result<Option<SessionRow>, StoreError> {
    let row = Statement::new(
        "select token_hash, account_id, csrf, address, created_at, seen_at, expires_at, revoked_at \
         from session where token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(c)
    .await?;
    row.as_ref().map(session).transpose()
}

/// The sessions of a province's accounts that have not ended at `now`, latest use first.
///
/// # Errors
/// What the database refuses.
pub async fn open_sessions(
    c: &mut Connection,
    province: ProvinceId,
    now: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    let rows = Statement::new(
        "select s.token_hash, s.account_id, s.csrf, s.address, s.created_at, s.seen_at, s.expires_at, s.revoked_at \
         from session s join account a on a.id = s.account_id \
         where a.province_id = $1 and s.revoked_at is null and s.expires_at > $2 order by s.seen_at desc",
    )
    .bind(province)
    .bind(now)
    .fetch_all(c)
    .await?;
    rows.iter().map(session).collect()
}

/// Notes that a session was used, and how long it lasts from now on.
///
/// # Errors
/// What the database refuses.
pub async fn touch_session(
    c: &mut Connection,
    token_hash: &str,
    seen_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new("update session set seen_at = $2, expires_at = $3 where token_hash = $1 and revoked_at is null")
        .bind(token_hash)
        .bind(seen_at)
        .bind(expires_at)
        .execute(c)
        .await?;
    Ok(())
}

/// Ends one session.
///
/// # Errors
/// What the database refuses.
pub async fn revoke_session(
    c: &mut Connection,
    token_hash: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update session set revoked_at = $2 where token_hash = $1 and revoked_at is null",
    )
    .bind(token_hash)
    .bind(at)
    .execute(c)
    .await?;
    Ok(())
}

/// Ends all sessions of an account and says how many there were.
///
/// # Errors
/// What the database refuses.
pub async fn revoke_sessions(
    c: &mut Connection,
    account: AccountId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Statement::new(
        "update session set revoked_at = $2 where account_id = $1 and revoked_at is null and expires_at > $2",
    )
    .bind(account)
    .bind(at)
    .execute(c)
    .await
}

/// Removes sessions that ended before `before`.
///
/// # Errors
/// What the database refuses.
pub async fn forget_sessions(c: &mut Connection, before: Timestamp) -> Result<u64, StoreError> {
    Statement::new("delete from session where expires_at < $1")
        .bind(before)
        .execute(c)
        .await
}

/// Where an exercise belongs, the team of `person` in it, and whether it is a trial: what `authorise` wants to know of it.
///
/// # Errors
/// What the database refuses.
pub async fn exercise_ownership(
    c: &mut Connection,
    exercise: ExerciseId,
    person: Option<PersonId>,
) -> Result<Option<(ProvinceId, Option<TeamId>, bool)>, StoreError> {
    let row = Statement::new(
        "select exercise.province_id, exercise.trial, team_member.team_id from exercise left join team_member \
         on team_member.exercise_id = exercise.id and team_member.person_id = $2 where exercise.id = $1",
    )
    .bind(exercise)
    .bind(person)
    .fetch_optional(c)
    .await?;
    row.map(|row| {
        let trial: i64 = row.get("trial")?;
        Ok((
            row.parse("province_id")?,
            row.parse_optional("team_id")?,
            trial != 0,
        ))
    })
    .transpose()
}

/// Whether a team belongs to an exercise.
///
/// # Errors
/// What the database refuses.
pub async fn team_exists(
    c: &mut Connection,
    exercise: ExerciseId,
    team: TeamId,
) -> Result<bool, StoreError> {
    let sql = "select id from team where id = $1 and exercise_id = $2";
    Ok(Statement::new(sql)
        .bind(team)
        .bind(exercise)
        .fetch_optional(c)
        .await?
        .is_some())
}

fn account(row: &Row) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        province_name: row.get("province_name")?,
        person: row.parse_optional("person_id")?,
        person_name: row.get("person_name")?,
        username: row.get("username")?,
        password_hash: row.get("password_hash")?,
        locale: row.get("locale")?,
        created_at: row.time("created_at")?,
        disabled_at: row.time_optional("disabled_at")?,
    })
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        token_hash: row.get("token_hash")?,
        account: row.parse("account_id")?,
        csrf: row.get("csrf")?,
        address: row.get("address")?,
        created_at: row.time("created_at")?,
        seen_at: row.time("seen_at")?,
        expires_at: row.time("expires_at")?,
        revoked_at: row.time_optional("revoked_at")?,
    })
}
