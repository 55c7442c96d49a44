//! When exercises shall begin by themselves, and what stood in the way.

use super::{Exercise, read};
use crate::{
    clock::Timestamp,
    ids::ExerciseId,
    store::{Connection, Row, Statement, StoreError},
};

/// When an exercise that has not begun shall begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The hour.
    pub starts_at: Timestamp,
    /// The journal's row that set it: whoever acts on it makes sure that it is still this one.
    pub row: i64,
    /// Whether it begins without anybody's hand.
    pub by_itself: bool,
    /// Whether it then begins without the teams whose machines are not ready, rather than wait for them.
    pub incomplete: bool,
    /// What stands in the way, as JSON.
    pub trouble: Option<String>,
    /// Not to be acted on before this.
    pub next_at: Option<Timestamp>,
}

/// Sets when an exercise shall begin; nothing stands in the way of a new hour.
///
/// # Errors
/// What the database refuses.
pub async fn set_schedule(
    transaction: &mut Connection,
    id: ExerciseId,
    schedule: &Schedule,
) -> Result<(), StoreError> {
    Statement::new(
        "update exercise set scheduled_at = $2, schedule_row = $3, starts_by_itself = $4, starts_incomplete = $5,
           schedule_trouble = $6, schedule_next_at = $7
         where id = $1",
    )
    .bind(id)
    .bind(schedule.starts_at)
    .bind(schedule.row)
    .bind(i64::from(schedule.by_itself))
    .bind(i64::from(schedule.incomplete))
    .bind(schedule.trouble.as_deref())
    .bind(schedule.next_at)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Forgets when an exercise shall begin: it begins now, or not at all.
///
/// # Errors
/// What the database refuses.
pub async fn clear_schedule(
    transaction: &mut Connection,
    id: ExerciseId,
) -> Result<(), StoreError> {
    Statement::new(
        "update exercise set scheduled_at = null, schedule_row = null, starts_by_itself = null,
           starts_incomplete = null, schedule_trouble = null, schedule_next_at = null
         where id = $1",
    )
    .bind(id)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Notes what stands in the way of a schedule, or that nothing does any more, and when it is next acted on; `false`
/// where it was changed meanwhile.
///
/// # Errors
/// What the database refuses.
pub async fn note_trouble(
    connection: &mut Connection,
    id: ExerciseId,
    row: i64,
    trouble: Option<&str>,
    next_at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "update exercise set schedule_trouble = $3, schedule_next_at = $4 where id = $1 and schedule_row = $2",
    )
    .bind(id)
    .bind(row)
    .bind(trouble)
    .bind(next_at)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// Exercises that shall begin at an hour and have not, the earliest first.
///
/// # Errors
/// What the database refuses.
pub async fn list_scheduled(connection: &mut Connection) -> Result<Vec<Exercise>, StoreError> {
    Statement::new(
        "select * from exercise
         where scheduled_at is not null and state in ('draft', 'preparing', 'ready') order by scheduled_at, id",
    )
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

pub(super) fn read_schedule(row: &Row) -> Result<Option<Schedule>, StoreError> {
    let Some(starts_at) = row.time_optional("scheduled_at")? else {
        return Ok(None);
    };
    let truth = |column| {
        row.get::<Option<i64>>(column)
            .map(|value| value.unwrap_or(0) != 0)
    };
    Ok(Some(Schedule {
        starts_at,
        row: row.get::<Option<i64>>("schedule_row")?.unwrap_or(0),
        by_itself: truth("starts_by_itself")?,
        incomplete: truth("starts_incomplete")?,
        trouble: row.get("schedule_trouble")?,
        next_at: row.time_optional("schedule_next_at")?,
    }))
}
