//! Who is in which team, changed after the exercise was laid out: people who come late, move, leave, and who leads.
//!
//! The table of members and the journal change in one transaction under the lock on the exercise's head, so a limit
//! holds whoever clicks at the same moment, and a program that is killed in between has done all of it or nothing. A
//! change that has been made already makes nothing again.

use super::{
    ExerciseError, ExerciseState, ExerciseView, Exercises, MAX_TEAM_MEMBERS, TeamView, draft,
};
use crate::{
    ids::{ExerciseId, PersonId, TeamId},
    journal::{Actor, Draft as Row, Event, append_in},
    store::{
        self, Connection,
        exercises::{Exercise, Team},
    },
};

/// Teams can be changed until the exercise is over.
pub const UNTIL_END: &[ExerciseState] = &[
    ExerciseState::Draft,
    ExerciseState::Preparing,
    ExerciseState::Ready,
    ExerciseState::Running,
    ExerciseState::Paused,
];

/// A change of who is in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// A person of the province comes into a team.
    Join {
        /// The team.
        team: TeamId,
        /// Who.
        person: PersonId,
    },
    /// A member goes from one team to another.
    Move {
        /// The team before.
        from: TeamId,
        /// The team then.
        to: TeamId,
        /// Who.
        person: PersonId,
    },
    /// A member leaves.
    Leave {
        /// The team.
        team: TeamId,
        /// Who.
        person: PersonId,
    },
    /// A member leads the team.
    Lead {
        /// The team.
        team: TeamId,
        /// Who.
        person: PersonId,
    },
}

/// Seats of a team that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spare {
    /// How many are free below the number that the team shall have; absent where none is set.
    pub wanted: Option<usize>,
    /// How many more the team can take at all.
    pub possible: usize,
}

impl Spare {
    /// The free seats of a team with so many members.
    #[must_use]
    pub fn of(team: &Team, members: usize) -> Self {
        let seats = team.seats.and_then(|seats| usize::try_from(seats).ok());
        Self {
            wanted: seats.map(|seats| seats.saturating_sub(members)),
            possible: MAX_TEAM_MEMBERS.saturating_sub(members),
        }
    }

    /// How many may come by themselves.
    #[must_use]
    pub fn open(self) -> usize {
        self.wanted.unwrap_or(self.possible).min(self.possible)
    }
}

impl TeamView {
    /// Its free seats.
    #[must_use]
    pub fn spare(&self) -> Spare {
        Spare::of(&self.team, self.members.len())
    }
}

impl ExerciseView {
    /// Whether its teams can still be changed; one that is tried alone has one tester.
    #[must_use]
    pub fn takes_members(&self) -> bool {
        UNTIL_END.contains(&self.exercise.state) && !self.exercise.trial
    }
}

impl Exercises {
    /// Changes who is in a team or leads it; whoever joins is in the workspace at once.
    ///
    /// # Errors
    /// [`ExerciseError::Input`] says what stands in the way; an exercise that is over takes no change.
    pub async fn change_members(
        &self,
        id: ExerciseId,
        by: Actor,
        change: MemberChange,
    ) -> Result<(), ExerciseError> {
        let mut transaction = self.database.begin().await?;
        let (exercise, roster) = lock(&mut transaction, id).await?;
        let rows = rows_of(&mut transaction, &exercise, &roster, by, change).await?;
        if rows.is_empty() {
            return Ok(());
        }
        append_in(&mut transaction, id, self.clock.now(), &rows).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }

    /// Sets how many a team shall have; with none nobody counts.
    ///
    /// # Errors
    /// A number that no team can have, no such team, or an exercise that is over.
    pub async fn set_seats(
        &self,
        id: ExerciseId,
        by: Actor,
        team: TeamId,
        seats: Option<u32>,
    ) -> Result<(), ExerciseError> {
        draft::check_seats(seats)?;
        let mut transaction = self.database.begin().await?;
        lock(&mut transaction, id).await?;
        let known = store::exercises::team(&mut transaction, id, team).await?;
        let known = known.ok_or(ExerciseError::Missing("team"))?;
        if known.seats == seats.map(i64::from) {
            return Ok(());
        }
        store::exercises::set_seats(&mut transaction, id, team, seats.map(i64::from)).await?;
        let row = Row::new(by, Event::SeatsSet { seats }).team(team);
        let row = row.during(UNTIL_END);
        append_in(&mut transaction, id, self.clock.now(), &[row]).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }
}

/// An exercise's row and who is in which team, with nobody else changing them until the transaction ends.
pub(super) async fn lock(
    transaction: &mut Connection,
    id: ExerciseId,
) -> Result<(Exercise, Vec<(TeamId, PersonId)>), ExerciseError> {
    let found = store::exercises::find(transaction, id).await?;
    found.ok_or(ExerciseError::Missing("exercise"))?;
    store::journal::lock_head(transaction, id).await?;
    let exercise = store::exercises::find(transaction, id).await?;
    let exercise = exercise.filter(|it| !it.trial);
    let exercise = exercise.ok_or(ExerciseError::Missing("exercise"))?;
    Ok((exercise, store::exercises::members(transaction, id).await?))
}

/// Changes the table under the lock; gives the rows that belong to it, none where all is so already.
pub(super) async fn rows_of(
    transaction: &mut Connection,
    exercise: &Exercise,
    roster: &[(TeamId, PersonId)],
    by: Actor,
    change: MemberChange,
) -> Result<Vec<Row>, ExerciseError> {
    let id = exercise.id;
    let now_in = |person| roster.iter().find(|(_, who)| *who == person);
    let now_in = |person| now_in(person).map(|(team, _)| *team);
    let row = |team, event| Row::new(by, event).team(team).during(UNTIL_END);
    let rows = match change {
        MemberChange::Join { team, person } => {
            match now_in(person) {
                Some(before) if before == team => return Ok(Vec::new()),
                Some(before) => {
                    let before = store::exercises::team(transaction, id, before).await?;
                    let name = before.map(|team| team.name).unwrap_or_default();
                    return Err(ExerciseError::input_with(
                        "members-elsewhere",
                        "team",
                        &name,
                    ));
                }
                None => {}
            }
            let known = store::staff::find_person(transaction, exercise.province, person).await?;
            let known = known.filter(|person| person.erased_at.is_none());
            known.ok_or(ExerciseError::Missing("person"))?;
            admit(transaction, id, roster, team).await?;
            store::exercises::insert_member(transaction, id, team, person).await?;
            vec![row(team, Event::MemberJoined { person })]
        }
        MemberChange::Move { from, to, person } => {
            match now_in(person) {
                Some(team) if team == to => return Ok(Vec::new()),
                Some(team) if team == from => {}
                _ => return Err(ExerciseError::input("members-gone")),
            }
            admit(transaction, id, roster, to).await?;
            store::exercises::delete_member(transaction, id, from, person).await?;
            store::exercises::insert_member(transaction, id, to, person).await?;
            vec![
                row(from, Event::MemberLeft { person }),
                row(to, Event::MemberJoined { person }),
            ]
        }
        MemberChange::Leave { team, person } => {
            if !store::exercises::delete_member(transaction, id, team, person).await? {
                return Ok(Vec::new());
            }
            vec![row(team, Event::MemberLeft { person })]
        }
        MemberChange::Lead { team, person } => {
            if now_in(person) != Some(team) {
                return Err(ExerciseError::input("members-gone"));
            }
            vec![row(team, Event::LeadNamed { person })]
        }
    };
    Ok(rows)
}

/// Whether a team of the exercise can take one more.
async fn admit(
    transaction: &mut Connection,
    id: ExerciseId,
    roster: &[(TeamId, PersonId)],
    team: TeamId,
) -> Result<(), ExerciseError> {
    let known = store::exercises::team(transaction, id, team).await?;
    known.ok_or(ExerciseError::Missing("team"))?;
    let members = roster.iter().filter(|(of, _)| *of == team).count();
    if members >= MAX_TEAM_MEMBERS {
        return Err(ExerciseError::input_with(
            "members-full",
            "limit",
            &MAX_TEAM_MEMBERS,
        ));
    }
    Ok(())
}
