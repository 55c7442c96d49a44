//! Why an image was not built, pushed or pulled, in words that say what to mend.

use bollard::errors::Error;

use crate::locales::{Locale, Value, text};

/// Why an image was not built, pushed or pulled.
#[derive(Debug, thiserror::Error)]
pub enum ImagesError {
    /// The engine does not answer, or refuses.
    #[error("the engine: {0}")]
    Engine(String),
    /// The folder of sources, or something in it, cannot be read.
    #[error("{path}: {detail}")]
    Folder {
        /// Which.
        path: String,
        /// Why.
        detail: String,
    },
    /// Neither the folder nor the engine has such an image.
    #[error("there is no image {0}")]
    Unknown(String),
    /// Images stand on each other in a circle.
    #[error("images stand on each other in a circle: {0}")]
    Circle(String),
    /// An image that another stands on is neither here nor in a registry.
    #[error("{base}, on which {image} stands, is missing: {detail}")]
    Base {
        /// What is missing.
        base: String,
        /// What stands on it.
        image: String,
        /// Why it could not be pulled.
        detail: String,
    },
    /// A step of a build failed.
    #[error("building {image} failed at step {step}: {detail}")]
    Step {
        /// Which image.
        image: String,
        /// The step: number and instruction.
        step: String,
        /// The engine's words.
        detail: String,
        /// The last lines of the build's output.
        log: Vec<String>,
    },
    /// No registry is configured.
    #[error("no registry is configured")]
    NoRegistry,
    /// The registry refuses these credentials, or wants some.
    #[error("the registry {registry} refuses: {detail}")]
    Credentials {
        /// Which registry.
        registry: String,
        /// Its words.
        detail: String,
    },
    /// The registry cannot be reached, or does not take or have the image.
    #[error("the registry {registry}: {detail}")]
    Registry {
        /// Which registry.
        registry: String,
        /// The engine's words.
        detail: String,
    },
    /// The way to the engine cannot carry the password for this registry.
    #[error("the password for {0} cannot be carried to the engine")]
    Password(String),
}

impl ImagesError {
    /// What an error of the engine's client means.
    pub(super) fn engine(error: &Error) -> Self {
        Self::Engine(words(error))
    }

    /// The same where `registry` was asked through the engine.
    pub(super) fn registry(registry: &str, error: &Error) -> Self {
        let (registry, detail) = (registry.to_owned(), words(error));
        let lower = detail.to_lowercase();
        let refused = matches!(status(error), Some(401 | 403))
            || [
                "unauthorized",
                "no basic auth",
                "denied",
                "authentication required",
            ]
            .iter()
            .any(|sign| lower.contains(sign));
        if refused {
            Self::Credentials { registry, detail }
        } else {
            Self::Registry { registry, detail }
        }
    }

    /// The sentence for people, with what to do.
    #[must_use]
    pub fn say(&self, locale: Locale) -> String {
        let (id, arguments): (&str, Vec<(&str, &str)>) = match self {
            Self::Engine(detail) => ("images-engine-away", vec![("detail", detail)]),
            Self::Folder { path, detail } => (
                "images-folder-bad",
                vec![("path", path), ("detail", detail)],
            ),
            Self::Unknown(image) => ("images-unknown", vec![("image", image)]),
            Self::Circle(images) => ("images-circle", vec![("images", images)]),
            Self::Base {
                base,
                image,
                detail,
            } => (
                "images-base-missing",
                vec![("base", base), ("image", image), ("detail", detail)],
            ),
            Self::Step {
                image,
                step,
                detail,
                ..
            } => (
                "images-step-failed",
                vec![("image", image), ("step", step), ("detail", detail)],
            ),
            Self::NoRegistry => ("images-no-registry", Vec::new()),
            Self::Credentials { registry, detail } => (
                "images-credentials-refused",
                vec![("registry", registry), ("detail", detail)],
            ),
            Self::Registry { registry, detail } => (
                "images-registry-failed",
                vec![("registry", registry), ("detail", detail)],
            ),
            Self::Password(registry) => ("images-password-bad", vec![("registry", registry)]),
        };
        let arguments: Vec<(&str, Value<'_>)> = arguments
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect();
        text(locale, id, &arguments)
    }

    /// The last lines of the output that led to it.
    #[must_use]
    pub fn log(&self) -> &[String] {
        match self {
            Self::Step { log, .. } => log,
            _ => &[],
        }
    }
}

/// The HTTP status that the engine answered with, where it did.
pub(super) const fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// The engine's own words.
pub(super) fn words(error: &Error) -> String {
    match error {
        Error::DockerResponseServerError { message, .. } => message.clone(),
        Error::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    }
}
