//! The Docker engine on a real Docker Engine: every operation, every limit, and what must be left when all is over.
//!
//! Needs an engine with the images `thaotruong/platform:1` and `thaotruong/checker:1` (`images/build platform checker`).
//! Each test has an installation of its own, so that they neither see nor hinder each other or a running program.

#[cfg(test)]
mod basics;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod labs;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod terminals;
