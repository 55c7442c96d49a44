//! Thao Trường: a cyber range that holds a province's incident-response drills, trains its staff and reports on both.
//!
//! The modules stand in one order and import only downwards, so that a change can be followed in the direction in
//! which a request travels. From top to bottom:
//!
//! | module | topic |
//! |---|---|
//! | [`cli`] | commands: parse and dispatch |
//! | [`http`] | pages, live streams, terminals: parse, authorise, call, answer |
//! | [`reports`] | one report model, documents from evidence |
//! | [`learning`], [`workforce`] | completions and attendance; plans and indicators |
//! | [`exercises`] | lifecycle, teams, timeline, injects |
//! | [`scoring`], [`browser`], [`images`] | journal to score; terminals, recordings, lab pages; machines' images |
//! | [`environments`] | engines, reconciling, isolation |
//! | [`accounts`] | who signs in; `authorise` is the one place that decides |
//! | [`journal`], [`organisation`] | what happened; provinces, units, people |
//! | [`store`] | SQLite and PostgreSQL behind one set of SQL |
//! | [`scenarios`] | the model: pure |
//! | [`clock`], [`random`], [`ids`], [`tasks`], [`config`], [`locales`] | what all of them stand on |
//!
//! Effects that run upwards (a finished exercise makes completions) go through the journal: the upper module follows
//! it by a cursor, and a unique key makes each effect happen once.

pub mod accounts;
pub mod browser;
pub mod cli;
pub mod clock;
pub mod config;
pub mod environments;
pub mod exercises;
pub mod http;
pub mod ids;
pub mod images;
pub mod journal;
pub mod learning;
pub mod library;
pub mod locales;
pub mod organisation;
pub mod ownership;
pub mod random;
pub mod recent;
pub mod reports;
pub mod scenarios;
pub mod scoring;
pub mod store;
pub mod tasks;
pub mod workforce;
