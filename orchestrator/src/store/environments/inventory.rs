//! Every environment of which something is left or shall be, with whose it is.

use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ProvinceId},
    store::{Connection, Row, Statement, StoreError, exercises::ExerciseState},
};

use super::{Environment, read};

/// An environment and whose it is.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its row.
    pub environment: Environment,
    /// The province that it belongs to.
    pub province: ProvinceId,
    /// When something of its row last changed.
    pub updated_at: Timestamp,
    /// Title and state of its exercise.
    pub exercise: Option<(String, ExerciseState)>,
    /// Number and name of its team.
    pub team: Option<(i64, String)>,
    /// Whether its team has been given a later one.
    pub replaced: bool,
}

/// All of them, those of one exercise together.
///
/// # Errors
/// What the database refuses.
pub async fn inventory(connection: &mut Connection) -> Result<Vec<Line>, StoreError> {
    Statement::new(
        "select e.*, x.title as exercise_title, x.state as exercise_state, t.number as team_number,
           t.name as team_name,
           cast((select count(*) from environment later
             where later.exercise_id = e.exercise_id and later.team_id = e.team_id
               and later.desired <> 'gone' and (e.desired = 'gone'
                 or (later.bound_at, later.id) > (e.bound_at, e.id))) as bigint) as later_copies
         from environment e left join exercise x on x.id = e.exercise_id left join team t on t.id = e.team_id
         where e.phase <> 'gone'
         order by x.created_at is null, x.created_at desc, e.purpose, t.number, e.created_at, e.id",
    )
    .fetch_all(connection)
    .await?
    .iter()
    .map(line)
    .collect()
}

/// The province of an environment.
///
/// # Errors
/// What the database refuses.
pub async fn province_of(
    connection: &mut Connection,
    id: EnvironmentId,
) -> Result<Option<ProvinceId>, StoreError> {
    Statement::new("select province_id from environment where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?
        .map(|row| row.parse("province_id"))
        .transpose()
}

fn line(row: &Row) -> Result<Line, StoreError> {
    let state: Option<String> = row.get("exercise_state")?;
    let state: Option<ExerciseState> = state
        .map(|state| {
            state.parse().map_err(|()| StoreError::Value {
                column: "exercise_state",
                value: state,
            })
        })
        .transpose()?;
    let title: Option<String> = row.get("exercise_title")?;
    let number: Option<i64> = row.get("team_number")?;
    let name: Option<String> = row.get("team_name")?;
    Ok(Line {
        environment: read(row)?,
        province: row.parse("province_id")?,
        updated_at: row.time("updated_at")?,
        exercise: title.zip(state),
        team: number.zip(name),
        replaced: row.get::<i64>("later_copies")? > 0,
    })
}
