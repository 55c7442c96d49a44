//! What rehearsals of drills found.

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ProvinceId, RehearsalId},
};

/// A rehearsal that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Identifier.
    pub id: RehearsalId,
    /// The province for which it was held; absent where it was held on the command line, for all.
    pub province: Option<ProvinceId>,
    /// The scenario.
    pub scenario: String,
    /// Digest of its bundle.
    pub bundle: String,
    /// How many teams.
    pub teams: i64,
    /// Who began it.
    pub started_by: Option<AccountId>,
    /// When.
    pub started_at: Timestamp,
    /// When it was over.
    pub ended_at: Timestamp,
    /// Whether the drill can be held.
    pub go: bool,
    /// What was measured and found, as JSON.
    pub report: String,
}

/// Keeps what a rehearsal found.
///
/// # Errors
/// What the database refuses.
pub async fn insert(connection: &mut Connection, row: &Rehearsal) -> Result<(), StoreError> {
    Statement::new(
        "insert into rehearsal (id, province_id, scenario, bundle_digest, teams, started_by, started_at, ended_at, go,
           report)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(row.id)
    .bind(row.province)
    .bind(row.scenario.as_str())
    .bind(row.bundle.as_str())
    .bind(row.teams)
    .bind(row.started_by)
    .bind(row.started_at)
    .bind(row.ended_at)
    .bind(i64::from(row.go))
    .bind(row.report.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// The last ten rehearsals of a scenario that concern a province, latest first.
///
/// # Errors
/// What the database refuses.
pub async fn last(
    connection: &mut Connection,
    province: ProvinceId,
    scenario: &str,
) -> Result<Vec<Rehearsal>, StoreError> {
    Statement::new(
        "select * from rehearsal where scenario = $2 and (province_id = $1 or province_id is null)
         order by ended_at desc, id desc limit 10",
    )
    .bind(province)
    .bind(scenario)
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// A rehearsal that concerns a province.
///
/// # Errors
/// What the database refuses.
pub async fn find(
    connection: &mut Connection,
    province: ProvinceId,
    id: RehearsalId,
) -> Result<Option<Rehearsal>, StoreError> {
    Statement::new(
        "select * from rehearsal where id = $2 and (province_id = $1 or province_id is null)",
    )
    .bind(province)
    .bind(id)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

fn read(row: &Row) -> Result<Rehearsal, StoreError> {
    Ok(Rehearsal {
        id: row.parse("id")?,
        province: row.parse_optional("province_id")?,
        scenario: row.get("scenario")?,
        bundle: row.get("bundle_digest")?,
        teams: row.get("teams")?,
        started_by: row.parse_optional("started_by")?,
        started_at: row.time("started_at")?,
        ended_at: row.time("ended_at")?,
        go: row.get::<i64>("go")? != 0,
        report: row.get("report")?,
    })
}

#[cfg(test)]
mod tests {
    use thaotruong_tests::both_databases;

    use super::*;
    use crate::store::Database;

    both_databases! {
        async fn the_last_one_of_a_scenario_is_found(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let province = ProvinceId::new();
            let row = |at: i64, scenario: &str| Rehearsal {
                id: RehearsalId::new(),
                province: None,
                scenario: scenario.to_owned(),
                bundle: "b".to_owned(),
                teams: 4,
                started_by: None,
                started_at: Timestamp(at),
                ended_at: Timestamp(at + 1),
                go: at > 5,
                report: "{}".to_owned(),
            };
            let rows = [row(1, "one"), row(9, "one"), row(12, "two")];
            for row in &rows {
                insert(&mut connection, row).await.unwrap();
            }
            let found = last(&mut connection, province, "one").await.unwrap();
            assert_eq!(found.first(), Some(&rows[1]));
            assert_eq!(last(&mut connection, province, "three").await.unwrap(), []);
            let found = find(&mut connection, province, rows[0].id).await.unwrap();
            assert_eq!(found.as_ref(), Some(&rows[0]));
        }
    }
}
