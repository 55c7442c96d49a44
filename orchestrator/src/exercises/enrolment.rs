//! Coming into a team by oneself, over a link that an organiser made for an exercise or one of its teams.
//!
//! The link's token is random and stands in the database as a hash alone. A seat is taken in the transaction that puts
//! the person into the team, under the lock on the exercise's head: however many press at once, no seat is given twice
//! and nobody gets two.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{
    Exercise, ExerciseError, ExerciseView, Exercises, MAX_TEAM_MEMBERS, MAX_TEAMS, MemberChange,
    Spare, UNTIL_END, members,
};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, InvitationId, PersonId, ProvinceId, TeamId},
    journal::{Actor, append_in},
    random::bytes,
    store::{self, Connection, exercises::Invitation},
};

/// How long a link may last: a year's drill is announced well before.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// A link to be.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation {
    /// The team, or whichever has free seats.
    pub team: Option<TeamId>,
    /// How many may come by it.
    pub seats: u32,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Who comes: the person behind an account.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The province of the account.
    pub province: ProvinceId,
    /// The person.
    pub person: PersonId,
}

/// Why a link lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such link.
    Unknown,
    /// An organiser took it back.
    Revoked,
    /// Its time is over.
    Expired,
    /// All its seats are taken.
    UsedUp,
    /// The exercise is over.
    Over,
    /// The team has no free seat, or none of them has.
    Full,
    /// The person is in a team of the exercise already.
    Within(TeamId),
}

/// What somebody sees who opens a link.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The exercise.
    pub view: ExerciseView,
    /// Teams with free seats into which the link leads, by number.
    pub open: Vec<TeamId>,
    /// What stands in the way.
    pub refused: Option<Refused>,
}

impl Exercises {
    /// Makes a link; its token is known to the caller alone.
    ///
    /// # Errors
    /// No such team, a time or number that no link can have, or an exercise that is over.
    pub async fn invite(
        &self,
        id: ExerciseId,
        by: AccountId,
        new: NewInvitation,
    ) -> Result<String, ExerciseError> {
        let now = self.clock.now();
        let view = self.view(id).await?;
        if !view.takes_members() {
            return Err(ExerciseError::State(view.exercise.state));
        }
        if new.team.is_some_and(|team| view.team(team).is_none()) {
            return Err(ExerciseError::Missing("team"));
        }
        let most = MAX_TEAMS * MAX_TEAM_MEMBERS;
        if new.seats == 0 || usize::try_from(new.seats).is_ok_and(|seats| seats > most) {
            return Err(ExerciseError::input_with(
                "enrolment-count-range",
                "limit",
                &most,
            ));
        }
        if new.expires_at <= now || new.expires_at > now + LONGEST {
            return Err(ExerciseError::input("enrolment-expiry-range"));
        }
        let token = hex::encode(bytes::<32>(self.random.as_ref()));
        let invitation = Invitation {
            id: InvitationId::new(),
            exercise: id,
            team: new.team,
            seats: i64::from(new.seats),
            used: 0,
            created_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
        };
        let mut connection = self.database.connection().await?;
        store::exercises::insert_invitation(&mut connection, &invitation, &digest(&token), by)
            .await?;
        Ok(token)
    }

    /// The links of an exercise, the latest first.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn invitations(&self, id: ExerciseId) -> Result<Vec<Invitation>, ExerciseError> {
        let mut connection = self.database.connection().await?;
        Ok(store::exercises::invitations(&mut connection, id).await?)
    }

    /// Takes a link back; who came by it stays.
    ///
    /// # Errors
    /// No such link.
    pub async fn revoke_invitation(
        &self,
        id: ExerciseId,
        invitation: InvitationId,
    ) -> Result<(), ExerciseError> {
        let now = self.clock.now();
        let mut connection = self.database.connection().await?;
        let known =
            store::exercises::revoke_invitation(&mut connection, id, invitation, now).await?;
        known
            .then_some(())
            .ok_or(ExerciseError::Missing("invitation"))
    }

    /// Where a link leads somebody; nothing where there is no such link in their province.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn invited(
        &self,
        token: &str,
        place: Place,
    ) -> Result<Option<Invited>, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let Some(invitation) = find(&mut connection, token).await? else {
            return Ok(None);
        };
        drop(connection);
        let view = self.view(invitation.exercise).await?;
        if view.exercise.province != place.province || view.exercise.trial {
            return Ok(None);
        }
        let now = self.clock.now();
        let teams = view.teams.iter().filter(|team| {
            let meant = invitation.team.is_none_or(|only| only == team.team.id);
            meant && team.spare().open() > 0
        });
        let open: Vec<TeamId> = teams.map(|team| team.team.id).collect();
        let within = view.team_of(place.person).map(|team| team.team.id);
        let refused = within
            .map(Refused::Within)
            .or_else(|| closed(&invitation, &view.exercise, now))
            .or_else(|| open.is_empty().then_some(Refused::Full));
        Ok(Some(Invited {
            view,
            open,
            refused,
        }))
    }

    /// Puts somebody into the team that they chose, or into the one with most free seats.
    ///
    /// # Errors
    /// A database that refuses; what a person can mend is [`Refused`].
    pub async fn enrol(
        &self,
        token: &str,
        place: Place,
        chosen: Option<TeamId>,
    ) -> Result<Result<(ExerciseId, TeamId), Refused>, ExerciseError> {
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        let Some(invitation) = find(&mut transaction, token).await? else {
            return Ok(Err(Refused::Unknown));
        };
        let id = invitation.exercise;
        let locked = members::lock(&mut transaction, id).await;
        let (exercise, roster) = match locked {
            Err(ExerciseError::Missing(_)) => return Ok(Err(Refused::Unknown)),
            locked => locked?,
        };
        if exercise.province != place.province {
            return Ok(Err(Refused::Unknown));
        }
        let within = roster.iter().find(|(_, who)| *who == place.person);
        if let Some((team, _)) = within {
            return Ok(Err(Refused::Within(*team)));
        }
        if let Some(refused) = closed(&invitation, &exercise, now) {
            return Ok(Err(refused));
        }
        let wanted = invitation.team.or(chosen);
        let teams = store::exercises::teams(&mut transaction, id).await?;
        let open = teams.iter().filter_map(|team| {
            let members = roster.iter().filter(|(of, _)| *of == team.id).count();
            let open = Spare::of(team, members).open();
            let meant = wanted.is_none_or(|wanted| wanted == team.id);
            (meant && open > 0).then_some((open, team))
        });
        // Of equals the first by number.
        let most = open.rev().max_by_key(|(open, _)| *open);
        let Some(team) = most.map(|(_, team)| team.id) else {
            return Ok(Err(Refused::Full));
        };
        // Asked once more by the statement that takes the seat: it may have been taken back a moment ago.
        if !store::exercises::take_seat(&mut transaction, invitation.id, now).await? {
            let known = find(&mut transaction, token).await?;
            let refused = known.and_then(|known| closed(&known, &exercise, now));
            return Ok(Err(refused.unwrap_or(Refused::UsedUp)));
        }
        let person = place.person;
        let change = MemberChange::Join { team, person };
        let by = Actor::Person(person);
        let rows = members::rows_of(&mut transaction, &exercise, &roster, by, change).await?;
        append_in(&mut transaction, id, now, &rows).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(Ok((id, team)))
    }
}

async fn find(
    connection: &mut Connection,
    token: &str,
) -> Result<Option<Invitation>, ExerciseError> {
    Ok(store::exercises::find_invitation(connection, &digest(token)).await?)
}

/// Why a link lets nobody in, whoever comes.
fn closed(invitation: &Invitation, exercise: &Exercise, now: Timestamp) -> Option<Refused> {
    if !UNTIL_END.contains(&exercise.state) {
        Some(Refused::Over)
    } else if invitation.revoked_at.is_some() {
        Some(Refused::Revoked)
    } else if invitation.expires_at <= now {
        Some(Refused::Expired)
    } else {
        (invitation.used >= invitation.seats).then_some(Refused::UsedUp)
    }
}

/// The hash under which a token stands in the table.
fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
