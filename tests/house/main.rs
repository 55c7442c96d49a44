//! The house's own rules, checked: what a reader may rely on anywhere in the tree.
//!
//! Each finding names its place and what to do about it. A rule that cannot be kept is changed here, never worked around.

#![expect(
    clippy::expect_used,
    reason = "a rule that cannot be read fails its test"
)]

mod files;
mod imports;
mod migrations;
mod readme;
mod source;
mod texts;
