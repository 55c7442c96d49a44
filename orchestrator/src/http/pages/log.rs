//! What the white cell did, as all of it see it.

use serde::Serialize;

use crate::clock::Timestamp;

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// Exercise time then, in seconds.
    pub seconds: u64,
    /// Who did it; nobody where the range did it by itself.
    pub who: Option<String>,
    /// A drawing of it.
    pub icon: &'static str,
    /// What was done.
    pub title: String,
    /// Words that belong to it.
    pub text: String,
    /// The team, where it concerned one.
    pub team: Option<String>,
    /// How many teams it was done for at once, where it was more than one.
    pub teams: Option<usize>,
}
