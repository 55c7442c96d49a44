//! Scenarios written for other systems.
//!
//! Values go in and bytes come out; where they go is up to whoever asked. What a format has no place for is left out,
//! and the command that writes says which files it made.

mod msel;
mod navigator;

pub use msel::msel;
pub use navigator::navigator;
