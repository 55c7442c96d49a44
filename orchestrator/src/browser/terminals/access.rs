//! Who comes to a terminal with what wish, and why there may be none.

use std::io;

use crate::{
    browser::frames::{Notice, Size},
    ids::{PersonId, SessionId},
    store::{StoreError, terminals::Terminal},
};

use super::Place;

/// Who comes to which terminal; membership and rights have been checked.
#[derive(Clone, Debug)]
pub struct Access {
    /// Which terminal.
    pub place: Place,
    /// Who comes.
    pub person: PersonId,
    /// Whether this person may open and type, or only look.
    pub role: Role,
    /// What the recording is called: user and machine.
    pub title: String,
}

/// What a viewer may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Opens sessions and types in their own.
    Writer,
    /// Looks.
    Watcher,
}

/// What a viewer asks for in its first frames.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// The session, where it is not to be a new one. A watcher without one gets the newest.
    pub session: Option<SessionId>,
    /// How many bytes of it the viewer has.
    pub offset: u64,
    /// The viewer's window.
    pub size: Option<Size>,
}

/// Why a viewer's program should come again or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// The session is over.
    Over,
    /// The session goes on and can be resumed.
    Again,
    /// This viewer may no longer look.
    Refused,
}

/// Why a terminal was not opened.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// There is no such session here: it ended, or it is another team's.
    #[error("there is no such terminal")]
    NotFound,
    /// The person or the team has too many.
    #[error("there are too many terminals open")]
    TooMany,
    /// The server is being stopped.
    #[error("the server is stopping")]
    Stopping,
    /// The database.
    #[error("the terminal was not noted")]
    Store(#[from] StoreError),
    /// The data folder.
    #[error("the terminal's files cannot be used")]
    Files(#[from] io::Error),
}

impl TerminalError {
    /// The remark for the viewer.
    #[must_use]
    pub const fn notice(&self) -> Notice {
        Notice::new(match self {
            Self::NotFound => "session-gone",
            Self::TooMany => "too-many",
            Self::Stopping => "server-stopping",
            Self::Store(_) | Self::Files(_) => "unavailable",
        })
    }
}

/// A session as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The session.
    pub terminal: Terminal,
    /// How many look at it through this server.
    pub viewers: usize,
}
