//! Copies that are kept ready, a number for each scenario that somebody asked for.

use crate::{
    clock::Timestamp,
    ids::{AccountId, EnvironmentId, ExerciseId, OrchestratorId, ProvinceId, TeamId},
    store::{Connection, Row, Statement, StoreError},
};

use super::{Environment, read};

/// How many copies of a scenario a province keeps ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Who keeps them.
    pub province: ProvinceId,
    /// The scenario's name.
    pub scenario: String,
    /// Digest of its bundle.
    pub bundle: String,
    /// How many.
    pub size: i64,
}

/// Sets how many copies of a scenario are kept ready; none with 0.
///
/// # Errors
/// What the database refuses.
pub async fn set_pool(
    transaction: &mut Connection,
    pool: &Pool,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into pool (province_id, scenario, bundle_digest, size, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (province_id, scenario) do update
           set bundle_digest = excluded.bundle_digest, size = excluded.size, set_by = excluded.set_by,
               set_at = excluded.set_at",
    )
    .bind(pool.province)
    .bind(pool.scenario.as_str())
    .bind(pool.bundle.as_str())
    .bind(pool.size)
    .bind(by)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Lets a pool go on with a newer text of its scenario.
///
/// # Errors
/// What the database refuses.
pub async fn follow_bundle(
    transaction: &mut Connection,
    province: ProvinceId,
    scenario: &str,
    bundle: &str,
) -> Result<(), StoreError> {
    Statement::new(
        "update pool set bundle_digest = $3 where province_id = $1 and scenario = $2 and bundle_digest <> $3",
    )
    .bind(province)
    .bind(scenario)
    .bind(bundle)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Every pool.
///
/// # Errors
/// What the database refuses.
pub async fn pools(connection: &mut Connection) -> Result<Vec<Pool>, StoreError> {
    Statement::new("select * from pool order by province_id, scenario")
        .fetch_all(connection)
        .await?
        .iter()
        .map(read_pool)
        .collect()
}

/// Takes the lock under which copies are added to a pool or taken from it, and reads the pool once more.
///
/// # Errors
/// What the database refuses.
pub async fn lock_pool(
    transaction: &mut Connection,
    pool: &Pool,
) -> Result<Option<Pool>, StoreError> {
    Statement::new(
        "update pool set size = size where province_id = $1 and scenario = $2 returning *",
    )
    .bind(pool.province)
    .bind(pool.scenario.as_str())
    .fetch_optional(transaction)
    .await?
    .as_ref()
    .map(read_pool)
    .transpose()
}

/// The copies that are kept for nobody yet, oldest first.
///
/// # Errors
/// What the database refuses.
pub async fn kept_ready(
    connection: &mut Connection,
) -> Result<Vec<(ProvinceId, Environment)>, StoreError> {
    Statement::new(
        "select * from environment where purpose = 'pool' and desired <> 'gone' order by created_at, id",
    )
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| Ok((row.parse("province_id")?, read(row)?)))
    .collect()
}

/// For whom a copy is taken from a pool.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// Whose pool.
    pub province: ProvinceId,
    /// Digest of the scenario's bundle.
    pub bundle: &'a str,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The team.
    pub team: TeamId,
    /// Who brings it to life.
    pub owner: OrchestratorId,
}

/// Gives a team the oldest copy that is ready; `None` where there is none. A copy is given once.
///
/// # Errors
/// What the database refuses.
pub async fn bind_ready(
    transaction: &mut Connection,
    to: &Binding<'_>,
    now: Timestamp,
) -> Result<Option<EnvironmentId>, StoreError> {
    loop {
        let candidate = Statement::new(
            "select id from environment
             where purpose = 'pool' and province_id = $1 and bundle_digest = $2
               and desired = 'suspended' and phase in ('suspended', 'ready') and reason is null
             order by created_at, id limit 1",
        )
        .bind(to.province)
        .bind(to.bundle)
        .fetch_optional(transaction)
        .await?;
        let Some(row) = candidate else {
            return Ok(None);
        };
        let id: EnvironmentId = row.parse("id")?;
        let bound = Statement::new(
            "update environment
             set purpose = 'exercise', exercise_id = $2, team_id = $3, desired = 'running', owner = $4,
                 bound_at = $5, updated_at = $5
             where id = $1 and purpose = 'pool' and desired = 'suspended'",
        )
        .bind(id)
        .bind(to.exercise)
        .bind(to.team)
        .bind(to.owner)
        .bind(now)
        .execute(transaction)
        .await?;
        if bound == 1 {
            return Ok(Some(id));
        }
        // Another was faster with this one: the next is looked for.
    }
}

/// Says that a copy shall go, unless a team was given it meanwhile.
///
/// # Errors
/// What the database refuses.
pub async fn let_copy_go(
    transaction: &mut Connection,
    id: EnvironmentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update environment set desired = 'gone', attempts = 0, next_attempt_at = null, updated_at = $2
         where id = $1 and purpose = 'pool' and desired <> 'gone'",
    )
    .bind(id)
    .bind(now)
    .execute(transaction)
    .await?;
    Ok(())
}

/// How many copies a team has been given in an exercise.
///
/// # Errors
/// What the database refuses.
pub async fn copies_of_team(
    connection: &mut Connection,
    exercise: ExerciseId,
    team: TeamId,
) -> Result<i64, StoreError> {
    Statement::new(
        "select count(*) as copies from environment_incarnation i join environment e on e.id = i.environment_id
         where e.exercise_id = $1 and e.team_id = $2",
    )
    .bind(exercise)
    .bind(team)
    .fetch_one("environment", connection)
    .await?
    .get("copies")
}

fn read_pool(row: &Row) -> Result<Pool, StoreError> {
    Ok(Pool {
        province: row.parse("province_id")?,
        scenario: row.get("scenario")?,
        bundle: row.get("bundle_digest")?,
        size: row.get("size")?,
    })
}
