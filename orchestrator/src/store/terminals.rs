//! Terminal sessions that can be attached again, and the parts of their recordings.

use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId, PersonId, SessionId, TeamId},
};

use super::{Connection, Row, Statement, StoreError};

/// A terminal session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Its identifier.
    pub id: SessionId,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The team in whose environment it is.
    pub team: TeamId,
    /// The environment.
    pub environment: EnvironmentId,
    /// The environment's life in which it was opened.
    pub incarnation: i64,
    /// The machine.
    pub node: String,
    /// Whose it is.
    pub person: PersonId,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// A part of a session's recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The session.
    pub session: SessionId,
    /// The team in whose environment it was.
    pub team: TeamId,
    /// Counts from 1; a restart of the server begins the next.
    pub part: i64,
    /// The machine.
    pub node: String,
    /// Whose terminal it was; absent once the person is erased.
    pub person: Option<PersonId>,
    /// The file, below the data folder.
    pub path: String,
    /// When it begins.
    pub started_at: Timestamp,
    /// When it ends; absent while it runs, and for ever where the server was killed.
    pub ended_at: Option<Timestamp>,
}

/// Adds a session.
///
/// # Errors
/// What the database refuses.
pub async fn insert(connection: &mut Connection, terminal: &Terminal) -> Result<(), StoreError> {
    Statement::new(
        "insert into terminal
           (id, exercise_id, team_id, environment_id, incarnation, node, person_id, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(terminal.id)
    .bind(terminal.exercise)
    .bind(terminal.team)
    .bind(terminal.environment)
    .bind(terminal.incarnation)
    .bind(terminal.node.as_str())
    .bind(terminal.person)
    .bind(terminal.opened_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// A session that has not ended.
///
/// # Errors
/// What the database refuses.
pub async fn find_open(
    connection: &mut Connection,
    id: SessionId,
) -> Result<Option<Terminal>, StoreError> {
    Statement::new("select * from terminal where id = $1 and ended_at is null")
        .bind(id)
        .fetch_optional(connection)
        .await?
        .map(|row| terminal(&row))
        .transpose()
}

/// A team's sessions that have not ended, oldest first.
///
/// # Errors
/// What the database refuses.
pub async fn open_of_team(
    connection: &mut Connection,
    team: TeamId,
) -> Result<Vec<Terminal>, StoreError> {
    Statement::new(
        "select * from terminal where team_id = $1 and ended_at is null order by opened_at, id",
    )
    .bind(team)
    .fetch_all(connection)
    .await?
    .iter()
    .map(terminal)
    .collect()
}

/// Notes that a session ended; a second end changes nothing.
///
/// # Errors
/// What the database refuses.
pub async fn end(
    connection: &mut Connection,
    id: SessionId,
    at: Timestamp,
    code: Option<i64>,
) -> Result<(), StoreError> {
    Statement::new(
        "update terminal set ended_at = $2, exit_code = $3 where id = $1 and ended_at is null",
    )
    .bind(id)
    .bind(at)
    .bind(code)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends all sessions of an exercise.
///
/// # Errors
/// What the database refuses.
pub async fn end_of_exercise(
    connection: &mut Connection,
    exercise: ExerciseId,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new("update terminal set ended_at = $2 where exercise_id = $1 and ended_at is null")
        .bind(exercise)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends sessions whose environment no longer runs in the life in which they were opened.
///
/// # Errors
/// What the database refuses.
pub async fn end_stranded(connection: &mut Connection, at: Timestamp) -> Result<u64, StoreError> {
    Statement::new(
        "update terminal set ended_at = $1 where ended_at is null and not exists (
           select 1 from environment where environment.id = terminal.environment_id
             and environment.incarnation = terminal.incarnation and environment.desired = 'running')",
    )
    .bind(at)
    .execute(connection)
    .await
}

/// The number of the next part of a session's recording.
///
/// # Errors
/// What the database refuses.
pub async fn next_part(connection: &mut Connection, session: SessionId) -> Result<i64, StoreError> {
    Statement::new("select coalesce(max(part), 0) + 1 as part from recording where session_id = $1")
        .bind(session)
        .fetch_one("part", connection)
        .await?
        .get("part")
}

/// Adds a part that begins.
///
/// # Errors
/// What the database refuses; a duplicate where another server took the number.
pub async fn insert_recording(
    connection: &mut Connection,
    terminal: &Terminal,
    (part, path): (i64, &str),
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into recording (session_id, part, exercise_id, team_id, node, person_id, path, started_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(terminal.id)
    .bind(part)
    .bind(terminal.exercise)
    .bind(terminal.team)
    .bind(terminal.node.as_str())
    .bind(terminal.person)
    .bind(path)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a part is complete.
///
/// # Errors
/// What the database refuses.
pub async fn end_recording(
    connection: &mut Connection,
    session: SessionId,
    part: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new("update recording set ended_at = $3 where session_id = $1 and part = $2")
        .bind(session)
        .bind(part)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}

/// An exercise's recordings, oldest first.
///
/// # Errors
/// What the database refuses.
pub async fn recordings(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Recording>, StoreError> {
    Statement::new(
        "select * from recording where exercise_id = $1 order by started_at, session_id, part",
    )
    .bind(exercise)
    .fetch_all(connection)
    .await?
    .iter()
    .map(recording)
    .collect()
}

/// One part of a recording of a team in an exercise.
///
/// # Errors
/// What the database refuses.
pub async fn find_recording(
    connection: &mut Connection,
    (exercise, team): (ExerciseId, TeamId),
    (session, part): (SessionId, i64),
) -> Result<Option<Recording>, StoreError> {
    Statement::new(
        "select * from recording where exercise_id = $1 and team_id = $2 and session_id = $3 and part = $4",
    )
    .bind(exercise)
    .bind(team)
    .bind(session)
    .bind(part)
    .fetch_optional(connection)
    .await?
    .map(|row| recording(&row))
    .transpose()
}

fn recording(row: &Row) -> Result<Recording, StoreError> {
    Ok(Recording {
        session: row.parse("session_id")?,
        team: row.parse("team_id")?,
        part: row.get("part")?,
        node: row.get("node")?,
        person: row.parse_optional("person_id")?,
        path: row.get("path")?,
        started_at: row.time("started_at")?,
        ended_at: row.time_optional("ended_at")?,
    })
}

fn terminal(row: &Row) -> Result<Terminal, StoreError> {
    Ok(Terminal {
        id: row.parse("id")?,
        exercise: row.parse("exercise_id")?,
        team: row.parse("team_id")?,
        environment: row.parse("environment_id")?,
        incarnation: row.get("incarnation")?,
        node: row.get("node")?,
        person: row.parse("person_id")?,
        opened_at: row.time("opened_at")?,
    })
}

/// What rows of this module stand on, for tests here and in `browser`.
#[cfg(test)]
pub(crate) mod fixture {
    use super::*;
    use crate::ids::{AccountId, ProvinceId};

    /// An exercise without anything in it.
    pub(crate) async fn exercise(connection: &mut Connection) -> ExerciseId {
        let (province, account, exercise) =
            (ProvinceId::new(), AccountId::new(), ExerciseId::new());
        Statement::new("insert into province (id, code, name) values ($1, $1, 'Demo')")
            .bind(province)
            .execute(connection)
            .await
            .unwrap();
        Statement::new(
            "insert into account (id, province_id, username, password_hash, locale, created_at)
             values ($1, $2, $1, '', 'vi', 0)",
        )
        .bind(account)
        .bind(province)
        .execute(connection)
        .await
        .unwrap();
        Statement::new(
            "insert into bundle (digest, scenario, version, created_at) values ($1, 'x', 1, 0)",
        )
        .bind(exercise)
        .execute(connection)
        .await
        .unwrap();
        Statement::new(
            "insert into exercise (id, province_id, title, kind, bundle_digest, state, duration, created_by,
               created_at, clock_elapsed, launch_key, head_sequence, head_hash)
             values ($1, $2, '', 'simulation', $1, 'running', 0, $3, 0, 0, $1, 0, '')",
        )
        .bind(exercise)
        .bind(province)
        .bind(account)
        .execute(connection)
        .await
        .unwrap();
        exercise
    }

    /// A session in it.
    pub(crate) fn terminal(exercise: ExerciseId) -> Terminal {
        Terminal {
            id: SessionId::new(),
            exercise,
            team: TeamId::new(),
            environment: EnvironmentId::new(),
            incarnation: 1,
            node: "workstation".to_owned(),
            person: PersonId::new(),
            opened_at: Timestamp(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use thaotruong_tests::both_databases;

    use super::*;
    use crate::store::Database;

    both_databases! {
        async fn a_session_is_open_until_it_ends(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let exercise = fixture::exercise(&mut connection).await;
            let (one, two) = (fixture::terminal(exercise), fixture::terminal(exercise));
            insert(&mut connection, &one).await.unwrap();
            insert(&mut connection, &two).await.unwrap();
            assert_eq!(find_open(&mut connection, one.id).await.unwrap(), Some(one.clone()));
            assert_eq!(open_of_team(&mut connection, one.team).await.unwrap(), vec![one.clone()]);
            end(&mut connection, one.id, Timestamp(9), Some(0)).await.unwrap();
            assert_eq!(find_open(&mut connection, one.id).await.unwrap(), None);
            end_of_exercise(&mut connection, exercise, Timestamp(9)).await.unwrap();
            assert_eq!(find_open(&mut connection, two.id).await.unwrap(), None);
            let three = fixture::terminal(exercise);
            insert(&mut connection, &three).await.unwrap();
            assert_eq!(end_stranded(&mut connection, Timestamp(10)).await.unwrap(), 1);
            assert_eq!(find_open(&mut connection, three.id).await.unwrap(), None);
        }

        async fn parts_count_upwards(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let exercise = fixture::exercise(&mut connection).await;
            let session = fixture::terminal(exercise);
            assert_eq!(next_part(&mut connection, session.id).await.unwrap(), 1);
            insert_recording(&mut connection, &session, (1, "a.cast"), Timestamp(6)).await.unwrap();
            let twice = insert_recording(&mut connection, &session, (1, "a.cast"), Timestamp(6)).await;
            assert!(twice.unwrap_err().is_duplicate());
            assert_eq!(next_part(&mut connection, session.id).await.unwrap(), 2);
            end_recording(&mut connection, session.id, 1, Timestamp(7)).await.unwrap();
            let recordings = recordings(&mut connection, exercise).await.unwrap();
            assert_eq!(recordings.len(), 1);
            let found = find_recording(&mut connection, (exercise, session.team), (session.id, 1)).await.unwrap();
            assert_eq!(found.as_ref(), recordings.first());
            let elsewhere = find_recording(&mut connection, (exercise, TeamId::new()), (session.id, 1)).await.unwrap();
            assert_eq!(elsewhere, None);
            assert_eq!(recordings[0].ended_at, Some(Timestamp(7)));
            assert_eq!(recordings[0].person, Some(session.person));
        }
    }
}
