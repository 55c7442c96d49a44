//! The database: SQLite (embedded) or PostgreSQL (shared by several orchestrators) behind one set of SQL.
//!
//! An enum of two pools, and [`Statement`]s whose one text runs on both. All SQL of the program stands in this module's
//! files, one a topic; what must differ between the engines stands in `engine` alone. Functions here hold no rules:
//! they read and write what they are told, inside the connection or transaction that the caller gives them.

mod engine;
mod statement;

pub mod accounts;
pub mod bundles;
pub mod commands;
pub mod environments;
pub mod exercises;
pub mod issuers;
pub mod journal;
pub mod labs;
pub mod learning;
pub mod library;
pub mod orchestrators;
pub mod organisation;
pub mod rehearsals;
pub mod reports;
pub mod settings;
pub mod staff;
pub mod terminals;
pub mod workforce;

pub use engine::{Connection, Database};
pub use statement::{Row, Statement, Value};

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names neither SQLite nor PostgreSQL.
    #[error("the database URL `{0}` begins with neither sqlite: nor postgres:")]
    Url(String),
    /// The database refused or could not be reached.
    #[error("database")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row held what this program never writes.
    #[error("column {column} holds `{value}`, which is not a valid value")]
    Value {
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// A row that must exist does not.
    #[error("no such {0}")]
    Missing(&'static str),
}

/// A database URL as it may be shown and logged: kind, host and name, neither user nor password nor options.
#[must_use]
pub fn shown_url(url: &str) -> String {
    let Some((kind, rest)) = url.split_once("://") else {
        // Whatever this is, it may hold a password.
        return url.split(':').next().unwrap_or_default().to_owned();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    format!("{kind}://{place}")
}

impl StoreError {
    /// Whether a unique key refused the row: the effect happened before.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

#[cfg(test)]
mod tests {
    use super::shown_url;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            (
                "postgres://tt:b%40d@pw@db:5432/range?sslmode=require",
                "postgres://db:5432/range",
            ),
            ("postgres://db/range?password=secret", "postgres://db/range"),
            ("sqlite://data/thaotruong.db", "sqlite://data/thaotruong.db"),
            ("mysql://root:secret@db/x", "mysql://db/x"),
            ("postgres:tt:secret@db", "postgres"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
    }
}
