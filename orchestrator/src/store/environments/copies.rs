//! The copies that environments have had: what their values are drawn from, and the addresses that an engine gave them.

use crate::{
    ids::{EnvironmentId, ExerciseId, TeamId},
    store::{Connection, Statement, StoreError},
};

/// One copy that an environment has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// What its values are drawn from.
    pub seed: Vec<u8>,
    /// The addresses that the engine gave its machines, as JSON, where the engine gives them.
    pub addresses: Option<String>,
}

/// All copies that an environment, or the team that has it, was given, oldest first.
///
/// # Errors
/// What the database refuses.
pub async fn copies(
    connection: &mut Connection,
    id: EnvironmentId,
) -> Result<Vec<Copy>, StoreError> {
    Statement::new(
        "select i.seed, i.addresses from environment_incarnation i
         join environment e on e.id = i.environment_id
         join environment present on present.id = $1
         where e.id = present.id or (e.exercise_id = present.exercise_id and e.team_id = present.team_id)
         order by e.bound_at, e.id, i.incarnation",
    )
    .bind(id)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(Copy {
            seed: row.get("seed")?,
            addresses: row.get("addresses")?,
        })
    })
    .collect()
}

/// The seeds of all copies that an exercise's teams were given, and whose they are.
///
/// # Errors
/// What the database refuses.
pub async fn seeds_of_exercise(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<(TeamId, Vec<u8>)>, StoreError> {
    Statement::new(
        "select e.team_id, i.seed from environment_incarnation i join environment e on e.id = i.environment_id
         where e.exercise_id = $1 and e.team_id is not null",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((row.parse("team_id")?, row.get("seed")?)))
    .collect()
}

/// Keeps the addresses that the engine gave the machines of a copy, as JSON.
///
/// # Errors
/// What the database refuses.
pub async fn keep_addresses(
    connection: &mut Connection,
    id: EnvironmentId,
    incarnation: i64,
    addresses: &str,
) -> Result<(), StoreError> {
    Statement::new(
        "update environment_incarnation set addresses = $3 where environment_id = $1 and incarnation = $2",
    )
    .bind(id)
    .bind(incarnation)
    .bind(addresses)
    .execute(connection)
    .await?;
    Ok(())
}
