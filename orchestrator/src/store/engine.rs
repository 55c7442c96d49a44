//! What differs between SQLite and PostgreSQL: connecting, migrating, beginning a transaction.
//!
//! SQLite runs with a write-ahead log and full synchronisation, and its transactions begin immediate: two writers then
//! wait for each other instead of failing in the middle. Those of this program wait in a queue of their own, so that
//! they take turns and leave the other connections to pages, which only read.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Postgres, Sqlite, Transaction,
    pool::PoolConnection,
    postgres::{PgPool, PgPoolOptions},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
    },
};

use super::StoreError;

/// Connections that the embedded database keeps open beside the one for transactions.
const SQLITE_CONNECTIONS: u32 = 16;
/// Connections to PostgreSQL: below its default limit of 100 with several orchestrators beside each other.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a writer waits for another on SQLite before it reports the database as busy.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// A pool of connections to either database.
#[derive(Clone, Debug)]
pub enum Database {
    /// The embedded database.
    Sqlite {
        /// For single statements.
        pool: SqlitePool,
        /// For transactions: one at a time.
        writer: SqlitePool,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// A connection, or a transaction that [`Connection::commit`] makes durable and dropping undoes.
#[derive(Debug)]
pub struct Connection(pub(super) Handle);

#[derive(Debug)]
pub(super) enum Handle {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

impl Database {
    /// Connects to `url` (`sqlite://PATH` or `postgres://…`); an SQLite file is created where it is missing.
    ///
    /// # Errors
    /// An unknown kind of URL, or a database that cannot be reached or opened.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT);
            let open = |connections| SqlitePoolOptions::new().max_connections(connections);
            let writer = open(1).connect_with(options.clone()).await?;
            let pool = open(SQLITE_CONNECTIONS).connect_with(options).await?;
            Ok(Self::Sqlite { pool, writer })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .connect(url)
                .await?;
            Ok(Self::Postgres(pool))
        } else {
            Err(StoreError::Url(super::shown_url(url)))
        }
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A database that refuses, or whose schema is newer than this program.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { writer, .. } => sqlx::migrate!("migrations/sqlite").run(writer).await?,
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// A connection on which every statement stands for itself.
    ///
    /// # Errors
    /// A database that cannot be reached.
    pub async fn connection(&self) -> Result<Connection, StoreError> {
        Ok(Connection(match self {
            Self::Sqlite { pool, .. } => Handle::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Handle::Postgres(pool.acquire().await?),
        }))
    }

    /// A transaction that may write.
    ///
    /// # Errors
    /// A database that cannot be reached, or another writer that does not finish.
    pub async fn begin(&self) -> Result<Connection, StoreError> {
        Ok(Connection(match self {
            Self::Sqlite { writer, .. } => {
                Handle::SqliteTransaction(writer.begin_with("begin immediate").await?)
            }
            Self::Postgres(pool) => Handle::PostgresTransaction(pool.begin().await?),
        }))
    }

    /// Closes every connection after its work is done.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { pool, writer } => {
                pool.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Connection {
    /// Makes a transaction durable; on a plain connection there is nothing left to do.
    ///
    /// # Errors
    /// A database that could not write.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Handle::SqliteTransaction(transaction) => transaction.commit().await?,
            Handle::PostgresTransaction(transaction) => transaction.commit().await?,
            Handle::Sqlite(_) | Handle::Postgres(_) => {}
        }
        Ok(())
    }
}
