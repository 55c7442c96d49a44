//! The teams of an exercise and their members.

use crate::{
    ids::{ExerciseId, PersonId, TeamId, UnitId},
    store::{Connection, Statement, StoreError},
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
        "insert into team (id, exercise_id, number, name, unit_id) values ($1, $2, $3, $4, $5)",
    )
    .bind(team.id)
    .bind(exercise)
    .bind(team.number)
    .bind(team.name.as_str())
    .bind(team.unit)
    .execute(transaction)
    .await?;
    for person in members {
        Statement::new(
            "insert into team_member (exercise_id, person_id, team_id) values ($1, $2, $3)",
        )
        .bind(exercise)
        .bind(*person)
        .bind(team.id)
        .execute(transaction)
        .await?;
    }
    Ok(())
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
        "select id, number, name, unit_id from team where exercise_id = $1 order by number",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(Team {
            id: row.parse("id")?,
            number: row.get("number")?,
            name: row.get("name")?,
            unit: row.parse_optional("unit_id")?,
        })
    })
    .collect()
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
