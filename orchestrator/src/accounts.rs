//! Accounts: who signs in, in which roles, for how long; what is decided about a request is decided by [`authorise`] alone.
//!
//! A password is never kept, a session's token neither: the database holds hashes of both. Nothing here says more to
//! somebody who guesses than to somebody who mistyped: an unknown name costs the same work as a wrong password.

mod actions;
mod admin;
mod audit;
mod guesses;
mod passwords;
mod roles;
mod sessions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use actions::{Action, Actor, Object, Refusal, authorise};
pub use admin::{AccountView, NewAccount};
pub use audit::{Audit, AuditLine, Outcome};
pub use roles::{Role, Roles};
pub use sessions::{SESSION_TERM, Session, SessionView, SignedIn};

use crate::{
    clock::{Clock, Timestamp},
    ids::AccountId,
    random::Random,
    store::{Database, StoreError},
};

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Name and password do not belong together, or the account is closed: never said which.
    #[error("unknown name or wrong password")]
    Credentials,
    /// Too many wrong passwords; worth another try after this many seconds.
    #[error("too many attempts, try again in {0} s")]
    TooMany(u64),
    /// More people sign in than hashing keeps up with.
    #[error("too many are signing in at once")]
    Busy,
    /// The name is taken.
    #[error("the name {0} is taken")]
    Taken(String),
    /// A name, password or role that cannot be; the message's id says what to mend.
    #[error("{0}")]
    Invalid(&'static str),
    /// There is no such account in the province.
    #[error("no such account")]
    Unknown,
    /// A password could not be hashed or its hash not read.
    #[error("password hash: {0}")]
    Hash(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The accounts of this installation.
#[derive(Clone)]
pub struct Accounts {
    db: Database,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    passwords: Arc<passwords::Passwords>,
    guesses: Arc<guesses::Guesses>,
}

impl Accounts {
    /// Accounts in `db`.
    ///
    /// # Errors
    /// A hash that cannot be made; nothing else happens here.
    pub fn new(
        db: Database,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, AccountError> {
        let passwords = passwords::Passwords::new(random.as_ref())?;
        Ok(Self {
            db,
            clock,
            random,
            passwords: Arc::new(passwords),
            guesses: Arc::default(),
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keeps the language that somebody chose.
    ///
    /// # Errors
    /// The database.
    pub async fn choose_locale(
        &self,
        account: AccountId,
        locale: crate::locales::Locale,
    ) -> Result<(), AccountError> {
        let mut connection = self.db.connection().await?;
        crate::store::accounts::update_locale(&mut connection, account, locale.tag()).await?;
        Ok(())
    }
}
