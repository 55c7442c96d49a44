//! What tests share: fresh databases of both engines, thrown away when a test ends.
//!
//! Every store function is tested on SQLite and on PostgreSQL, because one SQL text serves both and only running it
//! proves that. [`both_databases!`] makes the two tests out of one body. The library knows nothing of the program, so
//! that the program's own unit tests may use it as well.

mod databases;
mod postgres;

pub mod scenario;

pub use databases::{DatabaseError, Engine, FreshDatabase};
