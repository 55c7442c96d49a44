//! What happens while images are built, pushed or pulled, told as it happens.

use serde::Serialize;

/// Something that happened; serialised it is a line for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// Somebody else builds on this machine; this build waits for the end of that.
    Waiting,
    /// Nothing that the image is made of has changed.
    Unchanged {
        /// Which image.
        image: &'a str,
    },
    /// A step of a build begins.
    Step {
        /// Which image.
        image: &'a str,
        /// Its number, from one.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The Dockerfile's instruction.
        text: &'a str,
    },
    /// An image is complete, and its tag names it.
    Built {
        /// Which image.
        image: &'a str,
        /// Its hash in the engine.
        id: &'a str,
        /// Its size in bytes, with all that it stands on.
        size: u64,
        /// How long it took.
        seconds: u64,
    },
    /// Bytes go to or come from the registry.
    Transfer {
        /// Which image.
        image: &'a str,
        /// How many have gone.
        bytes: u64,
        /// How many there are, as far as is known by now.
        total: u64,
    },
    /// Both sides had the image already.
    Present {
        /// Which image.
        image: &'a str,
        /// Its digest in the registry.
        digest: &'a str,
    },
    /// The registry has the image, and said so when asked again.
    Pushed {
        /// Which image.
        image: &'a str,
        /// Its digest in the registry.
        digest: &'a str,
        /// Bytes that were sent; layers that were there are not among them.
        bytes: u64,
        /// How long it took.
        seconds: u64,
    },
    /// The engine has the image, under the name that scenarios use.
    Pulled {
        /// Which image.
        image: &'a str,
        /// Its digest in the registry.
        digest: &'a str,
        /// Bytes that came.
        bytes: u64,
        /// How long it took.
        seconds: u64,
    },
}

/// Who is told.
pub type Watch<'a> = &'a (dyn Fn(&Event<'_>) + Send + Sync);
