//! A statement and its row: one SQL text with `$1` placeholders, executed on whichever database is configured.
//!
//! The texts are `'static`: no SQL is put together from what a person typed.

use sqlx::{
    ColumnIndex, Database as Driver, Decode, Executor, Postgres, Row as _, Sqlite, Type,
    postgres::{PgArguments, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{
    StoreError,
    engine::{Connection, Handle},
};

/// A bound value; the kind is kept for null, because PostgreSQL wants to know it.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// An integer, also a time in microseconds.
    Integer(Option<i64>),
    /// A truth value.
    Boolean(Option<bool>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

macro_rules! values {
    ($($kind:ty => $variant:ident),* $(,)?) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(Some(value.into()))
            }
        }

        impl From<Option<$kind>> for Value {
            fn from(value: Option<$kind>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )*};
}

values! { String => Text, &str => Text, i64 => Integer, u32 => Integer, bool => Boolean, Vec<u8> => Bytes, &[u8] => Bytes }

macro_rules! identifiers {
    ($($name:ident),* $(,)?) => {$(
        impl From<crate::ids::$name> for Value {
            fn from(id: crate::ids::$name) -> Self {
                Self::Text(Some(id.to_string()))
            }
        }

        impl From<Option<crate::ids::$name>> for Value {
            fn from(id: Option<crate::ids::$name>) -> Self {
                Self::Text(id.map(|id| id.to_string()))
            }
        }
    )*};
}

identifiers! {
    ProvinceId, UnitId, PersonId, MembershipId, AccountId, ExerciseId, TeamId, EnvironmentId, CompletionId, AttendanceId, SessionId,
    OrchestratorId, RehearsalId, ChangeId, InvitationId,
}

impl From<crate::clock::Timestamp> for Value {
    fn from(at: crate::clock::Timestamp) -> Self {
        Self::Integer(Some(at.0))
    }
}

impl From<Option<crate::clock::Timestamp>> for Value {
    fn from(at: Option<crate::clock::Timestamp>) -> Self {
        Self::Integer(at.map(|at| at.0))
    }
}

/// One SQL text and its values.
#[derive(Debug)]
pub struct Statement {
    sql: &'static str,
    values: Vec<Value>,
}

/// A row of either database.
#[derive(Debug)]
pub enum Row {
    /// From the embedded database.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Statement {
    /// A statement; placeholders are `$1`, `$2`, ….
    #[must_use]
    pub const fn new(sql: &'static str) -> Self {
        Self {
            sql,
            values: Vec::new(),
        }
    }

    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// All rows, each read by `read`.
    ///
    /// # Errors
    /// What the database refuses; a row that holds what this program never writes.
    pub async fn list<T>(
        self,
        connection: &mut Connection,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.fetch_all(connection).await?.iter().map(read).collect()
    }

    /// Runs it and says how many rows it touched.
    ///
    /// # Errors
    /// What the database refuses; see [`StoreError::is_duplicate`].
    pub async fn execute(self, connection: &mut Connection) -> Result<u64, StoreError> {
        Ok(match &mut connection.0 {
            Handle::Sqlite(c) => c.execute(self.sqlite()).await?.rows_affected(),
            Handle::SqliteTransaction(c) => c.execute(self.sqlite()).await?.rows_affected(),
            Handle::Postgres(c) => c.execute(self.postgres()).await?.rows_affected(),
            Handle::PostgresTransaction(c) => c.execute(self.postgres()).await?.rows_affected(),
        })
    }

    /// All rows.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn fetch_all(self, connection: &mut Connection) -> Result<Vec<Row>, StoreError> {
        Ok(match &mut connection.0 {
            Handle::Sqlite(c) => c
                .fetch_all(self.sqlite())
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Handle::SqliteTransaction(c) => c
                .fetch_all(self.sqlite())
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Handle::Postgres(c) => c
                .fetch_all(self.postgres())
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
            Handle::PostgresTransaction(c) => c
                .fetch_all(self.postgres())
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    /// The first row, where there is one.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn fetch_optional(
        self,
        connection: &mut Connection,
    ) -> Result<Option<Row>, StoreError> {
        Ok(match &mut connection.0 {
            Handle::Sqlite(c) => c.fetch_optional(self.sqlite()).await?.map(Row::Sqlite),
            Handle::SqliteTransaction(c) => c.fetch_optional(self.sqlite()).await?.map(Row::Sqlite),
            Handle::Postgres(c) => c.fetch_optional(self.postgres()).await?.map(Row::Postgres),
            Handle::PostgresTransaction(c) => {
                c.fetch_optional(self.postgres()).await?.map(Row::Postgres)
            }
        })
    }

    /// The one row that must exist; `what` names it in the error.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or what the database refuses.
    pub async fn fetch_one(
        self,
        what: &'static str,
        connection: &mut Connection,
    ) -> Result<Row, StoreError> {
        self.fetch_optional(connection)
            .await?
            .ok_or(StoreError::Missing(what))
    }

    fn sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        self.values
            .into_iter()
            .fold(sqlx::query(self.sql), |query, value| match value {
                Value::Text(value) => query.bind(value),
                Value::Integer(value) => query.bind(value),
                Value::Boolean(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            })
    }

    fn postgres(self) -> Query<'static, Postgres, PgArguments> {
        self.values
            .into_iter()
            .fold(sqlx::query(self.sql), |query, value| match value {
                Value::Text(value) => query.bind(value),
                Value::Integer(value) => query.bind(value),
                Value::Boolean(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            })
    }
}

/// A type that both databases can give: `String`, `i64`, `bool`, `Vec<u8>` and their `Option`s.
pub trait Column:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> + Sized
{
}

impl<T> Column for T where
    T: for<'r> Decode<'r, Sqlite>
        + Type<Sqlite>
        + for<'r> Decode<'r, Postgres>
        + Type<Postgres>
        + Sized
{
}

impl Row {
    /// The value of `column`.
    ///
    /// # Errors
    /// A column that the statement did not ask for, or of another type.
    pub fn get<T: Column>(&self, column: &'static str) -> Result<T, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => read::<Sqlite, T>(row, column)?,
            Self::Postgres(row) => read::<Postgres, T>(row, column)?,
        })
    }

    /// The value of `column` in its own type: an identifier, a state, a number that the database keeps as text.
    ///
    /// # Errors
    /// A value that the type does not know.
    pub fn parse<T: std::str::FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        let value: String = self.get(column)?;
        value
            .parse()
            .map_err(|_| StoreError::Value { column, value })
    }

    /// As [`Row::parse`], where the column may be null.
    ///
    /// # Errors
    /// A value that the type does not know.
    pub fn parse_optional<T: std::str::FromStr>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let value: Option<String> = self.get(column)?;
        value
            .map(|value| {
                value
                    .parse()
                    .map_err(|_| StoreError::Value { column, value })
            })
            .transpose()
    }

    /// A time.
    ///
    /// # Errors
    /// A column that the statement did not ask for.
    pub fn time(&self, column: &'static str) -> Result<crate::clock::Timestamp, StoreError> {
        Ok(crate::clock::Timestamp(self.get(column)?))
    }

    /// A time that may be null.
    ///
    /// # Errors
    /// A column that the statement did not ask for.
    pub fn time_optional(
        &self,
        column: &'static str,
    ) -> Result<Option<crate::clock::Timestamp>, StoreError> {
        Ok(self
            .get::<Option<i64>>(column)?
            .map(crate::clock::Timestamp))
    }
}

fn read<'r, D, T>(row: &'r D::Row, column: &'static str) -> Result<T, sqlx::Error>
where
    D: Driver,
    T: Decode<'r, D> + Type<D>,
    &'static str: ColumnIndex<D::Row>,
{
    row.try_get(column)
}
