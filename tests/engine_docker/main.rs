//! The Docker engine on a real Docker Engine: every operation, every limit, and what must be left when all is over.
//!
//! Needs an engine with the images `thaotruong/platform:1` and `thaotruong/checker:1` (`images/build platform checker`).
//! Each test has an installation of its own, so that they neither see nor hinder each other or a running program.

mod basics;
mod faults;
mod hostile;
mod lab;
mod reach;
