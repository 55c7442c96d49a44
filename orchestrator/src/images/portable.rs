//! Portable bundles: a scenario and every image that it runs on, in one signed file, for sites without a network.
//!
//! The file is a plain tar in one fixed form: the manifest, its signature, the scenario's files, then the content of
//! images, each once. Since the manifest says all of it, a reader knows every byte that is not content before it comes:
//! it compares instead of interpreting, so that links, special entries, paths that lead out, entries twice, missing or
//! too many, and sizes that lie cannot even be expressed. Nothing is compressed, so nothing can swell: a bundle takes no
//! more room than the file does.
//!
//! Reading comes in an order that must stay: signature, trust, all content, and only then the engine and the folder of
//! scenarios. A bundle may bring only images that its own scenario names, and those that the platform runs itself. What
//! is cut off anywhere is simply called again.

mod container;
mod engine;
mod error;
mod export;
mod import;
mod load;
mod manifest;
mod opened;
mod own;
mod place;
mod saved;
#[cfg(test)]
mod tests;
mod trust;

pub use error::PortableError;
pub use export::{Export, Exported};
pub use import::{ImageOutcome, Import, Imported, ImportedImage};
pub use manifest::{FORMAT, Image, Manifest, Role};
pub use opened::Opened;
pub use place::Placed;
pub use trust::{TrustList, Trusted};

use serde::Serialize;

/// What is being done with a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Images come from the engine into the file.
    Saving,
    /// Every byte of the file is compared with the manifest.
    Verifying,
    /// Images go to the engine.
    Loading,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// With what.
    pub stage: Stage,
    /// The image in question, where there is one.
    pub image: Option<&'a str>,
    /// Bytes done.
    pub done: u64,
    /// Bytes there are; while saving, at most.
    pub total: u64,
}

/// Who is told how far it is.
pub type Meter = std::sync::Arc<dyn Fn(Progress<'_>) + Send + Sync>;
