//! The PostgreSQL server that tests use: the one that is named, otherwise one started for this process.
//!
//! The throwaway server is the script `tests/postgres`, which serves as long as its standard input is open: when this
//! process ends, by whatever way, the pipe closes and the server goes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::Mutex;

use crate::databases::DatabaseError;

/// Names a server that tests may make databases on; its user must be allowed to create them.
const SERVER_VARIABLE: &str = "THAOTRUONG_TEST_POSTGRES";

/// The server started for this process, and the pipe that keeps it alive.
static STARTED: Mutex<Option<(String, ChildStdin)>> = Mutex::new(None);

/// The URL of a server on which databases can be made, starting one at the first call where none is named.
pub(crate) fn server_url() -> Result<String, DatabaseError> {
    if let Some(url) = std::env::var(SERVER_VARIABLE)
        .ok()
        .filter(|url| !url.is_empty())
    {
        return Ok(url);
    }
    let mut started = STARTED.lock().map_err(|_| DatabaseError::NotStarted)?;
    if let Some((url, _)) = started.as_ref() {
        return Ok(url.clone());
    }
    let (url, pipe) = start()?;
    *started = Some((url.clone(), pipe));
    Ok(url)
}

/// The same server's URL with another database in its path.
pub(crate) fn with_database(server: &str, name: &str) -> String {
    let (address, options) = server
        .split_once('?')
        .map_or((server, None), |(address, rest)| (address, Some(rest)));
    let authority_starts = address.find("://").map_or(0, |at| at + "://".len());
    let authority_ends = address[authority_starts..]
        .find('/')
        .map_or(address.len(), |at| authority_starts + at);
    let authority = &address[..authority_ends];
    match options {
        Some(options) => format!("{authority}/{name}?{options}"),
        None => format!("{authority}/{name}"),
    }
}

fn start() -> Result<(String, ChildStdin), DatabaseError> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres");
    let mut server = Command::new(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(stdin), Some(stdout)) = (server.stdin.take(), server.stdout.take()) else {
        return Err(DatabaseError::NotStarted);
    };
    let mut url = String::new();
    BufReader::new(stdout).read_line(&mut url)?;
    match url.trim() {
        "" => Err(DatabaseError::NotStarted),
        url => Ok((url.to_owned(), stdin)),
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;
    use crate::{Engine, FreshDatabase};

    #[test]
    fn a_database_replaces_the_path_alone() {
        assert_eq!(
            with_database("postgres://u@h:5/x?host=/tmp/a", "n"),
            "postgres://u@h:5/n?host=/tmp/a"
        );
        assert_eq!(with_database("postgres://u@h", "n"), "postgres://u@h/n");
    }

    #[tokio::test]
    async fn each_test_gets_a_database_of_its_own() {
        use sqlx::{Connection, PgConnection};
        for _ in 0..2 {
            let fresh = FreshDatabase::create(Engine::Postgres).await.unwrap();
            let mut connection = PgConnection::connect(fresh.url()).await.unwrap();
            sqlx::query("create table only_here (id bigint)")
                .execute(&mut connection)
                .await
                .unwrap();
        }
    }
}
