//! Why a bundle was not written or not taken, in words that say what to mend.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    images::ImagesError,
    locales::{Locale, Value, text},
};

/// Why a bundle was not written or not taken.
#[derive(Debug, thiserror::Error)]
pub enum PortableError {
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// What could not be read or written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no bundle at all, or broken where it begins.
    #[error("{0} is no bundle")]
    NoBundle(PathBuf),
    /// A form that another version of the program writes.
    #[error("a bundle of form {0}")]
    Format(u64),
    /// The manifest breaks a limit or contradicts itself.
    #[error("the manifest: {0}")]
    Manifest(String),
    /// The signature is not under this manifest.
    #[error("the signature does not hold")]
    Signature,
    /// The file is shorter or longer than what it says it holds.
    #[error("{has} bytes instead of {needs}")]
    Length {
        /// Its bytes.
        has: u64,
        /// What they should be.
        needs: u64,
    },
    /// An entry is not what the manifest says.
    #[error("{0} is damaged")]
    Damaged(String),
    /// Something else stands already where the bundle's content belongs.
    #[error("already there: {}", .0.join(", "))]
    Occupied(Vec<String>),
    /// The engine's disk is too small.
    #[error("{needs} bytes are needed, {free} are free")]
    Room {
        /// Bytes that are needed.
        needs: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// Images could not be looked at, saved, loaded or pushed.
    #[error(transparent)]
    Images(#[from] ImagesError),
}

impl PortableError {
    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::File { path, source }
    }

    /// Whether the bundle is at fault, rather than the machine.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::File { .. } | Self::Room { .. } | Self::Images(_)
        )
    }

    /// The sentence for people, with what to do.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let path = |path: &Path| Value::from(path.display().to_string());
        let megabytes =
            |bytes: u64| Value::from(i64::try_from(bytes.div_ceil(1_000_000)).unwrap_or(i64::MAX));
        let (id, arguments): (&str, Vec<(&str, Value<'_>)>) = match self {
            Self::File { path: at, source } if source.kind() == io::ErrorKind::StorageFull => {
                ("portable-full", vec![("path", path(at))])
            }
            Self::File { path: at, source } => (
                "portable-file",
                vec![("path", path(at)), ("detail", source.to_string().into())],
            ),
            Self::NoBundle(at) => ("portable-no-bundle", vec![("path", path(at))]),
            Self::Format(form) => (
                "portable-format",
                vec![
                    ("form", form.to_string().into()),
                    ("known", super::FORMAT.to_string().into()),
                ],
            ),
            Self::Manifest(detail) => (
                "portable-manifest",
                vec![("detail", detail.as_str().into())],
            ),
            Self::Signature => ("portable-signature", Vec::new()),
            Self::Length { has, needs } => (
                "portable-length",
                vec![
                    ("has", has.to_string().into()),
                    ("needs", needs.to_string().into()),
                ],
            ),
            Self::Damaged(entry) => ("portable-damaged", vec![("entry", entry.as_str().into())]),
            Self::Occupied(names) => (
                "portable-occupied",
                vec![("names", names.join(", ").into())],
            ),
            Self::Room { needs, free } => (
                "portable-room",
                vec![("needs", megabytes(*needs)), ("free", megabytes(*free))],
            ),
            Self::Images(error) => return error.say(locale),
        };
        text(locale, id, &arguments)
    }
}
