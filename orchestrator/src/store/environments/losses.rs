//! Machines that were lost and made again.

use std::collections::HashMap;

use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId, TeamId},
    store::{Connection, Statement, StoreError},
};

/// A machine that was lost with all that was on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Of which environment.
    pub environment: EnvironmentId,
    /// Whose it is.
    pub team: TeamId,
    /// Of which copy.
    pub incarnation: i64,
    /// Which machine.
    pub node: String,
    /// When that was seen.
    pub at: Timestamp,
}

/// Notes that a machine was lost; one that is not mended yet is the same loss.
///
/// # Errors
/// What the database refuses.
pub async fn note_loss(
    transaction: &mut Connection,
    environment: EnvironmentId,
    incarnation: i64,
    node: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into environment_loss (environment_id, incarnation, node, lost_at, mended, told)
         select $1, $2, $3, $4, 0, 0 where not exists (select 1 from environment_loss
         where environment_id = $1 and incarnation = $2 and node = $3 and mended = 0)",
    )
    .bind(environment)
    .bind(incarnation)
    .bind(node)
    .bind(at)
    .execute(transaction)
    .await?;
    Ok(())
}

/// All that an environment lost has been made again.
///
/// # Errors
/// What the database refuses.
pub async fn mend_losses(
    connection: &mut Connection,
    environment: EnvironmentId,
) -> Result<(), StoreError> {
    Statement::new(
        "update environment_loss set mended = 1 where environment_id = $1 and mended = 0",
    )
    .bind(environment)
    .execute(connection)
    .await?;
    Ok(())
}

/// Losses of an exercise's machines that its journal does not tell of yet, oldest first.
///
/// # Errors
/// What the database refuses.
pub async fn untold_losses(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Loss>, StoreError> {
    Statement::new(
        "select l.environment_id, e.team_id, l.incarnation, l.node, l.lost_at
         from environment_loss l join environment e on e.id = l.environment_id
         where l.told = 0 and e.exercise_id = $1 and e.team_id is not null order by l.lost_at, l.node",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(Loss {
            environment: row.parse("environment_id")?,
            team: row.parse("team_id")?,
            incarnation: row.get("incarnation")?,
            node: row.get("node")?,
            at: Timestamp(row.get("lost_at")?),
        })
    })
    .collect()
}

/// The journal tells of it.
///
/// # Errors
/// What the database refuses.
pub async fn tell_loss(connection: &mut Connection, loss: &Loss) -> Result<(), StoreError> {
    Statement::new(
        "update environment_loss set told = 1
         where environment_id = $1 and incarnation = $2 and node = $3 and lost_at = $4",
    )
    .bind(loss.environment)
    .bind(loss.incarnation)
    .bind(loss.node.as_str())
    .bind(loss.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Which copy each environment of an exercise is, how many machines it has lost, and how many of these its journal does
/// not tell of yet.
///
/// # Errors
/// What the database refuses.
pub async fn losses(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<HashMap<EnvironmentId, (i64, i64, i64)>, StoreError> {
    Statement::new(
        "select e.id, e.incarnation, count(l.node) as lost, count(case when l.told = 0 then 1 end) as untold
         from environment e left join environment_loss l on l.environment_id = e.id
         where e.exercise_id = $1 group by e.id, e.incarnation",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        let count = (row.get("incarnation")?, row.get("lost")?, row.get("untold")?);
        Ok((row.parse("id")?, count))
    })
    .collect()
}
