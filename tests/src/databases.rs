//! One empty database a test, on the engine that the test names.
//!
//! SQLite's is a file in a temporary folder, PostgreSQL's a database of its own on a throwaway server. Neither is ever
//! shared between tests, and nothing but its own database is touched on a server that `THAOTRUONG_TEST_POSTGRES` names.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::postgres;

/// How many databases this process has made: a part of their names.
static MADE: AtomicU64 = AtomicU64::new(0);

/// Which database engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on a throwaway server.
    Postgres,
}

/// Why no database could be made for a test.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No temporary folder, or a throwaway server that cannot be run.
    #[error("cannot prepare a database for tests: {0}")]
    Io(#[from] std::io::Error),
    /// The server answered with an error.
    #[error("the test server refused: {0}")]
    Server(#[from] sqlx::Error),
    /// The throwaway server ended before it said where it listens.
    #[error("the throwaway PostgreSQL did not start; what it said stands above")]
    NotStarted,
}

/// An empty database that exists as long as this value.
#[derive(Debug)]
pub struct FreshDatabase {
    url: String,
    /// Keeps SQLite's folder; `None` on PostgreSQL.
    _folder: Option<TempDir>,
}

impl FreshDatabase {
    /// Makes an empty database.
    ///
    /// # Errors
    /// Where no temporary folder can be made, or no PostgreSQL server runs or can be started.
    pub async fn create(engine: Engine) -> Result<Self, DatabaseError> {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir()?;
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Ok(Self {
                    url,
                    _folder: Some(folder),
                })
            }
            Engine::Postgres => {
                let server = postgres::server_url()?;
                let number = MADE.fetch_add(1, Ordering::Relaxed);
                let name = format!("test_{}_{number}", std::process::id());
                let mut connection = PgConnection::connect(&server).await?;
                // A server that outlives many runs may hold one of an earlier process with the same number.
                for statement in [
                    format!("drop database if exists {name}"),
                    format!("create database {name}"),
                ] {
                    sqlx::query(AssertSqlSafe(statement))
                        .execute(&mut connection)
                        .await?;
                }
                connection.close().await?;
                Ok(Self {
                    url: postgres::with_database(&server, &name),
                    _folder: None,
                })
            }
        }
    }

    /// The URL that the program is configured with.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Makes one test on each engine out of one body, which gets a migrated database of its own; `Database` is the store's.
///
/// ```ignore
/// both_databases! {
///     async fn keeps_a_unit(database: Database) { … }
/// }
/// ```
#[macro_export]
macro_rules! both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($argument:ident: $type:ty) $body:block)+) => {
        $(
            mod $name {
                use super::*;

                $(#[$meta])*
                async fn body($argument: $type) $body

                async fn run(engine: $crate::Engine) {
                    let fresh = $crate::FreshDatabase::create(engine).await.expect("a database for the test");
                    let database = <$type>::connect(fresh.url()).await.expect("the database answers");
                    database.migrate().await.expect("the migrations run");
                    body(database).await;
                }

                #[tokio::test]
                async fn on_sqlite() {
                    run($crate::Engine::Sqlite).await;
                }

                #[tokio::test]
                async fn on_postgres() {
                    run($crate::Engine::Postgres).await;
                }
            }
        )+
    };
}
