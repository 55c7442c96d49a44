//! Links by which people come into teams by themselves.

use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, InvitationId, TeamId},
    store::{Connection, Row, Statement, StoreError},
};

/// A link; its token is known to those alone who have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Identifier.
    pub id: InvitationId,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The one team into which it leads, where it leads into one.
    pub team: Option<TeamId>,
    /// How many may come by it.
    pub seats: i64,
    /// How many have.
    pub used: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it leads anywhere.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl Invitation {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parse("id")?,
            exercise: row.parse("exercise_id")?,
            team: row.parse_optional("team_id")?,
            seats: row.get("seats")?,
            used: row.get("used")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            revoked_at: row.time_optional("revoked_at")?,
        })
    }
}

/// Keeps a link under its token's hash.
///
/// # Errors
/// What the database refuses.
pub async fn insert_invitation(
    connection: &mut Connection,
    invitation: &Invitation,
    token_hash: &str,
    by: AccountId,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into invitation (id, exercise_id, team_id, token_hash, seats, used, created_by, created_at, \
         expires_at, revoked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(invitation.id)
    .bind(invitation.exercise)
    .bind(invitation.team)
    .bind(token_hash)
    .bind(invitation.seats)
    .bind(invitation.used)
    .bind(by)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .bind(invitation.revoked_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The links of an exercise, the latest first.
///
/// # Errors
/// What the database refuses.
pub async fn invitations(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Invitation>, StoreError> {
    Statement::new(
        "select id, exercise_id, team_id, seats, used, created_at, expires_at, revoked_at from invitation
         where exercise_id = $1 order by created_at desc, id desc",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(Invitation::of)
    .collect()
}

/// The link with this token's hash, whatever became of it.
///
/// # Errors
/// What the database refuses.
pub async fn find_invitation(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<Invitation>, StoreError> {
    let row = Statement::new(
        "select id, exercise_id, team_id, seats, used, created_at, expires_at, revoked_at from invitation
         where token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Invitation::of).transpose()
}

/// Takes a seat of a link; whether there was one at `now`.
///
/// # Errors
/// What the database refuses.
pub async fn take_seat(
    transaction: &mut Connection,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let taken = Statement::new(
        "update invitation set used = used + 1
         where id = $1 and used < seats and revoked_at is null and expires_at > $2",
    )
    .bind(id)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(taken > 0)
}

/// Takes a link of an exercise back, unless it was before; whether there is such a link.
///
/// # Errors
/// What the database refuses.
pub async fn revoke_invitation(
    connection: &mut Connection,
    exercise: ExerciseId,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let known = Statement::new(
        "update invitation set revoked_at = coalesce(revoked_at, $3) where exercise_id = $1 and id = $2",
    )
    .bind(exercise)
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(known > 0)
}
