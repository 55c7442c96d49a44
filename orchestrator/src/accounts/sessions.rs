//! Signing in and out, and the sessions between.
//!
//! A token is 32 random bytes that only the browser holds; the table has its SHA-256. A session ends when it is not used
//! for [`SESSION_TERM`], after [`LONGEST`] in any case, when it is revoked, and when its account is closed.

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use super::{AccountError, Accounts, Actor, Role, Roles};
use crate::{
    clock::Timestamp,
    ids::AccountId,
    random::bytes,
    store::accounts::{self as table, AccountRow, SessionRow},
};

/// A session that is not used ends after this time: a drill's day with its pauses.
pub const SESSION_TERM: Duration = Duration::from_hours(12);
/// No session lives longer, however much it is used.
const LONGEST: Duration = Duration::from_hours(7 * 24);
/// Use is noted at most this often, so that reading pages does not write rows.
const TOUCH: Duration = Duration::from_mins(1);
/// Longer passwords are refused before they are hashed.
const LONGEST_PASSWORD: usize = 1024;
/// Longer names are refused before they are looked up.
const LONGEST_USERNAME: usize = 64;

/// A session that was just opened.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the browser keeps in its cookie.
    pub token: String,
    /// Whose it is.
    pub actor: Actor,
}

/// A session that a request brought along.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who asks.
    pub actor: Actor,
    /// What forms must bring along.
    pub csrf: String,
    /// The person's name, or the account's.
    pub name: String,
    /// The province's name.
    pub province_name: String,
    /// What identifies the session in the table.
    pub token_hash: String,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

/// A session in a list.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// From which address it was opened.
    pub address: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
}

impl Accounts {
    /// Opens a session for whoever knows the password.
    ///
    /// # Errors
    /// [`AccountError::Credentials`] for a wrong name or password, [`AccountError::TooMany`] past the limits.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &str,
        address: &str,
    ) -> Result<SignedIn, AccountError> {
        let username = fold(username);
        if username.len() > LONGEST_USERNAME
            || password.len() > LONGEST_PASSWORD
            || username.is_empty()
        {
            return Err(AccountError::Credentials);
        }
        let now = self.now();
        let attempt = self
            .guesses
            .begin(&username, address, now)
            .map_err(AccountError::TooMany)?;
        let mut connection = self.db.connection().await?;
        let account = table::find_by_username(&mut connection, &username).await?;
        drop(connection);
        let open = account.filter(|account| account.disabled_at.is_none());
        let stored = open.as_ref().map(|account| account.password_hash.as_str());
        let right = self.passwords.verify(password, stored).await?;
        let Some(account) = open.filter(|_| right) else {
            attempt.wrong(self.now());
            return Err(AccountError::Credentials);
        };
        attempt.right();
        self.open_session(account, address).await
    }

    async fn open_session(
        &self,
        account: AccountRow,
        address: &str,
    ) -> Result<SignedIn, AccountError> {
        let now = self.now();
        let token = hex::encode(bytes::<32>(self.random.as_ref()));
        let session = SessionRow {
            token_hash: digest(&token),
            account: account.id,
            csrf: hex::encode(bytes::<16>(self.random.as_ref())),
            address: address.to_owned(),
            created_at: now,
            seen_at: now,
            expires_at: now + SESSION_TERM,
            revoked_at: None,
        };
        let mut transaction = self.db.begin().await?;
        // While the password was checked it may have been replaced, or the account closed.
        let now_stored = table::lock(&mut transaction, account.id).await?;
        if now_stored != Some((account.password_hash.clone(), None)) {
            return Err(AccountError::Credentials);
        }
        table::forget_sessions(&mut transaction, now - LONGEST).await?;
        table::insert_session(&mut transaction, &session).await?;
        let roles = roles_of(&table::roles(&mut transaction, account.id).await?);
        transaction.commit().await?;
        Ok(SignedIn {
            token,
            actor: actor(&account, roles),
        })
    }

    /// The session that belongs to a cookie's token; `None` when it ended or never was.
    ///
    /// # Errors
    /// The database.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, AccountError> {
        if token.len() != 64 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        self.session_by_hash(&digest(token), true).await
    }

    /// Whether a session is still good: open sockets ask every few seconds.
    ///
    /// # Errors
    /// The database.
    pub async fn still_open(&self, token_hash: &str) -> Result<bool, AccountError> {
        Ok(self.session_by_hash(token_hash, false).await?.is_some())
    }

    /// The session behind an open socket or a lab page, without noting a use of it; `None` when it ended.
    ///
    /// # Errors
    /// The database.
    pub async fn current(&self, token_hash: &str) -> Result<Option<Session>, AccountError> {
        self.session_by_hash(token_hash, false).await
    }

    async fn session_by_hash(
        &self,
        token_hash: &str,
        touch: bool,
    ) -> Result<Option<Session>, AccountError> {
        let now = self.now();
        let mut connection = self.db.connection().await?;
        let Some(row) = table::find_session(&mut connection, token_hash).await? else {
            return Ok(None);
        };
        if row.revoked_at.is_some() || row.expires_at <= now {
            return Ok(None);
        }
        let Some(account) = table::find(&mut connection, row.account).await? else {
            return Ok(None);
        };
        if account.disabled_at.is_some() {
            return Ok(None);
        }
        let roles = roles_of(&table::roles(&mut connection, account.id).await?);
        let mut expires_at = row.expires_at;
        if touch && now.since(row.seen_at) >= TOUCH {
            expires_at = (now + SESSION_TERM).min(row.created_at + LONGEST);
            table::touch_session(&mut connection, token_hash, now, expires_at).await?;
        }
        Ok(Some(Session {
            actor: actor(&account, roles),
            csrf: row.csrf,
            name: account.person_name.unwrap_or(account.username),
            province_name: account.province_name,
            token_hash: row.token_hash,
            expires_at,
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database.
    pub async fn sign_out(&self, token_hash: &str) -> Result<(), AccountError> {
        let mut connection = self.db.connection().await?;
        table::revoke_session(&mut connection, token_hash, self.now()).await?;
        Ok(())
    }

    /// Changes one's own password: the old one must be right, and every other session ends.
    ///
    /// # Errors
    /// [`AccountError::Credentials`] where the old password is wrong, [`AccountError::Invalid`] for a new one that is too short.
    pub async fn change_password(
        &self,
        account: AccountId,
        old: &str,
        new: &str,
        address: &str,
    ) -> Result<(), AccountError> {
        super::admin::check_password(new)?;
        let mut connection = self.db.connection().await?;
        let row = table::find(&mut connection, account)
            .await?
            .ok_or(AccountError::Unknown)?;
        drop(connection);
        let now = self.now();
        let attempt = self
            .guesses
            .begin(&row.username, address, now)
            .map_err(AccountError::TooMany)?;
        if old.len() > LONGEST_PASSWORD
            || !self.passwords.verify(old, Some(&row.password_hash)).await?
        {
            attempt.wrong(self.now());
            return Err(AccountError::Credentials);
        }
        attempt.right();
        self.set_password(account, new, Some(&row.password_hash))
            .await
    }
}

/// A name as it is looked up: composed, lower case, without spaces around.
pub(super) fn fold(username: &str) -> String {
    username.trim().nfc().collect::<String>().to_lowercase()
}

/// The hash under which a token stands in the table.
fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Roles that this program no longer knows count for nothing.
pub(super) fn roles_of(names: &[String]) -> Roles {
    names
        .iter()
        .filter_map(|name| name.parse::<Role>().ok())
        .collect()
}

fn actor(account: &AccountRow, roles: Roles) -> Actor {
    Actor {
        account: account.id,
        person: account.person,
        province: account.province,
        roles,
        locale: account.locale.parse().unwrap_or_default(),
    }
}
