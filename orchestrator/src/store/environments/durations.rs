//! How long environments took to be made.

use std::time::Duration;

use crate::store::{Connection, Statement, StoreError};

/// The longest that the last twenty environments of a bundle took; absent before the first.
///
/// # Errors
/// What the database refuses.
pub async fn longest(
    connection: &mut Connection,
    bundle: &str,
) -> Result<Option<Duration>, StoreError> {
    let row = Statement::new(
        "select max(took) as took from (
           select took from environment where bundle_digest = $1 and took is not null
           order by ready_at desc, id desc limit 20) recent",
    )
    .bind(bundle)
    .fetch_one("environment", connection)
    .await?;
    let took: Option<i64> = row.get("took")?;
    Ok(took.map(|took| Duration::from_micros(u64::try_from(took).unwrap_or(0))))
}
