//! What an administrator does with accounts: make, close, give roles, set passwords, end sessions.

use std::collections::HashMap;

use super::{AccountError, Accounts, Role, Roles, SessionView, sessions};
use crate::{
    clock::Timestamp,
    ids::{AccountId, PersonId, ProvinceId},
    random::bytes,
    store::{
        Connection,
        accounts::{self as table, AccountRow, SessionRow},
        organisation, staff,
    },
};

/// The shortest password that is accepted, in characters.
const SHORTEST_PASSWORD: usize = 10;
/// The longest password, in bytes: hashing more says nothing more.
const LONGEST_PASSWORD: usize = 1024;
/// Letters and digits of first passwords: none that can be taken for another.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What one signs in with.
    pub username: String,
    /// The person behind it.
    pub person: Option<PersonId>,
    /// Its roles.
    pub roles: Roles,
    /// Its first password; without one, one is drawn.
    pub password: Option<String>,
}

/// An account in a list.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// Its identifier.
    pub id: AccountId,
    /// What one signs in with.
    pub username: String,
    /// The person's name.
    pub person: Option<String>,
    /// Its roles.
    pub roles: Roles,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is closed.
    pub disabled_at: Option<Timestamp>,
    /// Its open sessions.
    pub sessions: Vec<SessionView>,
}

impl Accounts {
    /// All accounts of a province with their open sessions.
    ///
    /// # Errors
    /// The database.
    pub async fn list(&self, province: ProvinceId) -> Result<Vec<AccountView>, AccountError> {
        let now = self.now();
        let mut connection = self.db.connection().await?;
        let mut roles: HashMap<AccountId, Vec<String>> = HashMap::new();
        for (id, role) in table::roles_of_province(&mut connection, province).await? {
            roles.entry(id).or_default().push(role);
        }
        let mut open: HashMap<AccountId, Vec<SessionRow>> = HashMap::new();
        for session in table::open_sessions(&mut connection, province, now).await? {
            open.entry(session.account).or_default().push(session);
        }
        let mut views = Vec::new();
        for row in table::list(&mut connection, province).await? {
            let sessions = open.remove(&row.id).unwrap_or_default();
            let names = roles.remove(&row.id).unwrap_or_default();
            views.push(AccountView {
                id: row.id,
                username: row.username,
                person: row.person_name,
                roles: sessions::roles_of(&names),
                created_at: row.created_at,
                disabled_at: row.disabled_at,
                sessions: sessions
                    .into_iter()
                    .map(|row| SessionView {
                        address: row.address,
                        created_at: row.created_at,
                        seen_at: row.seen_at,
                    })
                    .collect(),
            });
        }
        Ok(views)
    }

    /// People of a province who can sign in.
    ///
    /// # Errors
    /// The database.
    pub async fn people_with_account(
        &self,
        province: ProvinceId,
    ) -> Result<Vec<PersonId>, AccountError> {
        let mut connection = self.db.connection().await?;
        let rows = table::list(&mut connection, province).await?;
        Ok(rows
            .into_iter()
            .filter(|row| row.disabled_at.is_none())
            .filter_map(|row| row.person)
            .collect())
    }

    /// Makes an account and gives back its first password.
    ///
    /// # Errors
    /// A name that is taken or cannot be, a password that is too short, no role.
    pub async fn create(
        &self,
        province: ProvinceId,
        new: NewAccount,
    ) -> Result<(AccountId, String), AccountError> {
        let username = sessions::fold(&new.username);
        check_username(&username)?;
        if new.roles.iter().next().is_none() {
            return Err(AccountError::Invalid("account-needs-role"));
        }
        let password = new.password.unwrap_or_else(|| self.draw_password());
        check_password(&password)?;
        let row = AccountRow {
            id: AccountId::new(),
            province,
            province_name: String::new(),
            person: new.person,
            person_name: None,
            username: username.clone(),
            password_hash: self.passwords.hash(&password, self.random.as_ref()).await?,
            locale: crate::locales::Locale::default().tag().to_owned(),
            created_at: self.now(),
            disabled_at: None,
        };
        let mut transaction = self.db.begin().await?;
        if let Some(person) = new.person {
            let known = staff::find_person(&mut transaction, province, person).await?;
            if known.is_none_or(|person| person.erased_at.is_some()) {
                return Err(AccountError::Invalid("account-person-unknown"));
            }
        }
        match table::insert(&mut transaction, &row).await {
            Err(error) if error.is_duplicate() => return Err(AccountError::Taken(username)),
            other => other?,
        }
        table::replace_roles(&mut transaction, row.id, &new.roles.names()).await?;
        transaction.commit().await?;
        Ok((row.id, password))
    }

    /// Sets a drawn password, ends all sessions, and gives the password back.
    ///
    /// # Errors
    /// An account that the province does not have.
    pub async fn reset_password(
        &self,
        province: ProvinceId,
        id: AccountId,
    ) -> Result<String, AccountError> {
        self.of_province(province, id).await?;
        let password = self.draw_password();
        self.set_password(id, &password, None).await?;
        Ok(password)
    }

    /// Replaces the roles; open sessions have the new ones at their next request.
    ///
    /// # Errors
    /// An account that the province does not have, or the last administrator losing the role.
    pub async fn set_roles(
        &self,
        province: ProvinceId,
        id: AccountId,
        roles: Roles,
    ) -> Result<(), AccountError> {
        if roles.iter().next().is_none() {
            return Err(AccountError::Invalid("account-needs-role"));
        }
        let mut transaction = self.among_administrators(province, id).await?;
        if !roles.has(Role::Administrator) {
            keep_an_administrator(&mut transaction, province, id).await?;
        }
        table::replace_roles(&mut transaction, id, &roles.names()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Closes an account and ends its sessions, or opens it again.
    ///
    /// # Errors
    /// An account that the province does not have, or the last administrator.
    pub async fn set_disabled(
        &self,
        province: ProvinceId,
        id: AccountId,
        disabled: bool,
    ) -> Result<(), AccountError> {
        let now = self.now();
        let mut transaction = self.among_administrators(province, id).await?;
        if disabled {
            keep_an_administrator(&mut transaction, province, id).await?;
        }
        table::update_disabled(&mut transaction, id, disabled.then_some(now)).await?;
        if disabled {
            table::revoke_sessions(&mut transaction, id, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Ends all sessions of an account and says how many there were.
    ///
    /// # Errors
    /// An account that the province does not have.
    pub async fn revoke_sessions(
        &self,
        province: ProvinceId,
        id: AccountId,
    ) -> Result<u64, AccountError> {
        self.of_province(province, id).await?;
        let mut connection = self.db.connection().await?;
        Ok(table::revoke_sessions(&mut connection, id, self.now()).await?)
    }

    /// Sets a password and ends every session; where `verified` is given, only while that is still the hash.
    pub(super) async fn set_password(
        &self,
        id: AccountId,
        password: &str,
        verified: Option<&str>,
    ) -> Result<(), AccountError> {
        let hash = self.passwords.hash(password, self.random.as_ref()).await?;
        let mut transaction = self.db.begin().await?;
        let stored = table::lock(&mut transaction, id).await?;
        let (stored, _) = stored.ok_or(AccountError::Unknown)?;
        if verified.is_some_and(|verified| verified != stored) {
            return Err(AccountError::Credentials);
        }
        table::update_password(&mut transaction, id, &hash).await?;
        table::revoke_sessions(&mut transaction, id, self.now()).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn of_province(
        &self,
        province: ProvinceId,
        id: AccountId,
    ) -> Result<AccountRow, AccountError> {
        let mut connection = self.db.connection().await?;
        of_province(&mut connection, province, id).await
    }

    /// A transaction in which nobody else changes who administers the province.
    async fn among_administrators(
        &self,
        province: ProvinceId,
        id: AccountId,
    ) -> Result<Connection, AccountError> {
        let mut transaction = self.db.begin().await?;
        organisation::lock_province(&mut transaction, province).await?;
        of_province(&mut transaction, province, id).await?;
        Ok(transaction)
    }

    /// A password for somebody to begin with.
    #[must_use]
    pub fn draw_password(&self) -> String {
        let drawn = bytes::<16>(self.random.as_ref());
        let letters: Vec<char> = drawn
            .iter()
            .map(|byte| char::from(READABLE[usize::from(byte % 32)]))
            .collect();
        letters
            .chunks(4)
            .map(|group| group.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join("-")
    }
}

async fn of_province(
    connection: &mut Connection,
    province: ProvinceId,
    id: AccountId,
) -> Result<AccountRow, AccountError> {
    let row = table::find(connection, id).await?;
    row.filter(|row| row.province == province)
        .ok_or(AccountError::Unknown)
}

/// Refuses where `leaving` is the province's last administrator.
async fn keep_an_administrator(
    connection: &mut Connection,
    province: ProvinceId,
    leaving: AccountId,
) -> Result<(), AccountError> {
    let role = Role::Administrator.to_string();
    let administrators = table::open_with_role(connection, province, &role).await?;
    if administrators == [leaving] {
        return Err(AccountError::Invalid("account-last-administrator"));
    }
    Ok(())
}

fn check_username(username: &str) -> Result<(), AccountError> {
    let fine = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-@".contains(letter)
    };
    if (3..=64).contains(&username.len()) && username.chars().all(fine) {
        Ok(())
    } else {
        Err(AccountError::Invalid("account-username-invalid"))
    }
}

/// Refuses passwords that are too short to be one, or too long to be typed.
pub(super) fn check_password(password: &str) -> Result<(), AccountError> {
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(AccountError::Invalid("account-password-short"));
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(AccountError::Invalid("account-password-long"));
    }
    Ok(())
}
