//! The teams of an exercise and their members.

use crate::{
    ids::{ExerciseId, PersonId, TeamId, UnitId},
    scenarios::Cell,
    store::{Connection, Row, Statement, StoreError},
};

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Identifier.
    pub id: TeamId,
    /// Number in the exercise, from 1.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// The unit that it stands for.
    pub unit: Option<UnitId>,
    /// The side that it plays.
    pub cell: Cell,
    /// The team whose machines it uses, where it attacks.
    pub against: Option<TeamId>,
    /// How many it shall have, where somebody said so.
    pub seats: Option<i64>,
}

impl Team {
    /// The team whose environment this one uses: its own, or that of the team which it attacks.
    #[must_use]
    pub fn host(&self) -> TeamId {
        self.against.unwrap_or(self.id)
    }

    fn of(row: &Row) -> Result<Self, StoreError> {
        let cell: String = row.get("cell")?;
        Ok(Self {
            id: row.parse("id")?,
            number: row.get("number")?,
            name: row.get("name")?,
            unit: row.parse_optional("unit_id")?,
            cell: Cell::named(&cell).ok_or(StoreError::Value {
                column: "cell",
                value: cell,
            })?,
            against: row.parse_optional("against_id")?,
            seats: row.get("seats")?,
        })
    }
}

/// Adds a team and its members.
///
/// # Errors
/// A member who is in another team of the exercise, or what the database refuses.
pub async fn insert_team(
    transaction: &mut Connection,
    exercise: ExerciseId,
    team: &Team,
    members: &[PersonId],
) -> Result<(), StoreError> {
    Statement::new(
        "insert into team (id, exercise_id, number, name, unit_id, cell, against_id, seats)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(team.id)
    .bind(exercise)
    .bind(team.number)
    .bind(team.name.as_str())
    .bind(team.unit)
    .bind(team.cell.as_str())
    .bind(team.against)
    .bind(team.seats)
    .execute(transaction)
    .await?;
    for person in members {
        insert_member(transaction, exercise, team.id, *person).await?;
    }
    Ok(())
}

/// Puts a person into a team.
///
/// # Errors
/// Somebody who is in a team of the exercise already, or what the database refuses.
pub async fn insert_member(
    transaction: &mut Connection,
    exercise: ExerciseId,
    team: TeamId,
    person: PersonId,
) -> Result<(), StoreError> {
    Statement::new("insert into team_member (exercise_id, person_id, team_id) values ($1, $2, $3)")
        .bind(exercise)
        .bind(person)
        .bind(team)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Takes a person out of a team; whether they were in it.
///
/// # Errors
/// What the database refuses.
pub async fn delete_member(
    transaction: &mut Connection,
    exercise: ExerciseId,
    team: TeamId,
    person: PersonId,
) -> Result<bool, StoreError> {
    let gone = Statement::new(
        "delete from team_member where exercise_id = $1 and person_id = $2 and team_id = $3",
    )
    .bind(exercise)
    .bind(person)
    .bind(team)
    .execute(transaction)
    .await?;
    Ok(gone > 0)
}

/// Sets how many a team shall have; whether there is such a team.
///
/// # Errors
/// What the database refuses.
pub async fn set_seats(
    connection: &mut Connection,
    exercise: ExerciseId,
    team: TeamId,
    seats: Option<i64>,
) -> Result<bool, StoreError> {
    let set = Statement::new("update team set seats = $3 where exercise_id = $1 and id = $2")
        .bind(exercise)
        .bind(team)
        .bind(seats)
        .execute(connection)
        .await?;
    Ok(set > 0)
}

/// An exercise's teams by number.
///
/// # Errors
/// What the database refuses.
pub async fn teams(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Team>, StoreError> {
    Statement::new(
        "select id, number, name, unit_id, cell, against_id, seats from team
         where exercise_id = $1 order by number",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(Team::of)
    .collect()
}

/// A team of an exercise.
///
/// # Errors
/// What the database refuses.
pub async fn team(
    connection: &mut Connection,
    exercise: ExerciseId,
    team: TeamId,
) -> Result<Option<Team>, StoreError> {
    let row = Statement::new(
        "select id, number, name, unit_id, cell, against_id, seats from team
         where exercise_id = $1 and id = $2",
    )
    .bind(exercise)
    .bind(team)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Team::of).transpose()
}

/// An exercise's members: team and person.
///
/// # Errors
/// What the database refuses.
pub async fn members(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<(TeamId, PersonId)>, StoreError> {
    Statement::new(
        "select team_id, person_id from team_member where exercise_id = $1 order by person_id",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((row.parse("team_id")?, row.parse("person_id")?)))
    .collect()
}

/// How many teams an exercise has.
///
/// # Errors
/// What the database refuses.
pub async fn count_teams(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<usize, StoreError> {
    let row = Statement::new("select count(*) as teams from team where exercise_id = $1")
        .bind(exercise)
        .fetch_one("exercise", connection)
        .await?;
    let teams: i64 = row.get("teams")?;
    Ok(usize::try_from(teams).unwrap_or(0))
}

/// How many teams of an exercise have machines of their own.
///
/// # Errors
/// What the database refuses.
pub async fn count_hosts(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<usize, StoreError> {
    let row = Statement::new(
        "select count(*) as teams from team where exercise_id = $1 and against_id is null",
    )
    .bind(exercise)
    .fetch_one("exercise", connection)
    .await?;
    let teams: i64 = row.get("teams")?;
    Ok(usize::try_from(teams).unwrap_or(0))
}
