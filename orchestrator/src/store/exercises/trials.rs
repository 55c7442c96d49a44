//! Trials: exercises that somebody holds alone on a scenario to see it as trainees will.

use super::{Exercise, read};
use crate::{
    ids::AccountId,
    store::{Connection, Statement, StoreError},
};

/// The trial of an account that is not over, the latest where there are several.
///
/// # Errors
/// What the database refuses.
pub async fn open_trial(
    connection: &mut Connection,
    account: AccountId,
) -> Result<Option<Exercise>, StoreError> {
    Statement::new(
        "select * from exercise where created_by = $1 and trial = 1 and state <> 'finished'
         order by created_at desc, id limit 1",
    )
    .bind(account)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// How many trials of an account are over.
///
/// # Errors
/// What the database refuses.
pub async fn count_trials(
    connection: &mut Connection,
    account: AccountId,
) -> Result<i64, StoreError> {
    Statement::new(
        "select count(*) as n from exercise where created_by = $1 and trial = 1 and state = 'finished'",
    )
    .bind(account)
    .fetch_one("exercise", connection)
    .await?
    .get("n")
}
