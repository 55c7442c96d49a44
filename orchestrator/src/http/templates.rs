//! Pages: Handlebars templates, compiled and checked at start, one set a language.
//!
//! Strict: a field that the context lacks is an error, found by the test that renders every page. Templates escape by
//! default; three braces stand only where the context says that it holds markup of our own making.

mod helpers;

use std::sync::{Arc, RwLock};

use handlebars::Handlebars;
use rust_embed::RustEmbed;
use serde::Serialize;

use super::assets::Manifest;
use crate::locales::Locale;

#[derive(RustEmbed)]
#[folder = "../web/templates"]
struct Sources;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A template does not compile; the error names file, line and column.
    #[error("template {0}")]
    Compile(String, #[source] Box<handlebars::TemplateError>),
    /// A template does not fit its context.
    #[error("page {0}")]
    Render(String, #[source] Box<handlebars::RenderError>),
    /// A file is not text.
    #[error("template {0} is not UTF-8")]
    Encoding(String),
}

/// All pages in both languages.
pub struct Templates {
    compiled: RwLock<Arc<Compiled>>,
    /// Templates are read anew for every page, so that their author sees a change at once.
    reload: bool,
}

struct Compiled {
    vi: Handlebars<'static>,
    en: Handlebars<'static>,
    newest: Option<u64>,
}

impl Templates {
    /// Compiles all templates; `THAOTRUONG_DEV` makes pages read them anew.
    ///
    /// # Errors
    /// The first template that does not compile.
    pub fn load() -> Result<Self, TemplateError> {
        let reload = cfg!(debug_assertions) && std::env::var_os("THAOTRUONG_DEV").is_some();
        Ok(Self {
            compiled: RwLock::new(Arc::new(Compiled::load()?)),
            reload,
        })
    }

    /// Renders the template `name` with `context` for a reader of `locale`.
    ///
    /// # Errors
    /// A template that does not fit its context.
    pub fn render(
        &self,
        locale: Locale,
        name: &str,
        context: &impl Serialize,
    ) -> Result<String, TemplateError> {
        if self.reload {
            self.refresh()?;
        }
        let compiled = Arc::clone(
            &self
                .compiled
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        let registry = match locale {
            Locale::Vi => &compiled.vi,
            Locale::En => &compiled.en,
        };
        registry
            .render(name, context)
            .map_err(|error| TemplateError::Render(name.to_owned(), Box::new(error)))
    }
}

impl Templates {
    /// Compiles anew what changed since it was compiled.
    fn refresh(&self) -> Result<(), TemplateError> {
        let mut compiled = self
            .compiled
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if compiled.newest != newest() {
            *compiled = Arc::new(Compiled::load()?);
        }
        Ok(())
    }
}

/// When a template was last written, in seconds.
fn newest() -> Option<u64> {
    Sources::iter()
        .filter_map(|path| Sources::get(&path)?.metadata.last_modified())
        .max()
}

impl Compiled {
    fn load() -> Result<Self, TemplateError> {
        let manifest = Arc::new(Manifest::load());
        Ok(Self {
            vi: registry(Locale::Vi, &manifest)?,
            en: registry(Locale::En, &manifest)?,
            newest: newest(),
        })
    }
}

fn registry(
    locale: Locale,
    manifest: &Arc<Manifest>,
) -> Result<Handlebars<'static>, TemplateError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    helpers::register(&mut registry, locale, manifest);
    for path in Sources::iter().filter(|path| path.ends_with(".hbs")) {
        let Some(file) = Sources::get(&path) else {
            continue;
        };
        let name = path.trim_end_matches(".hbs");
        let source = std::str::from_utf8(&file.data)
            .map_err(|_| TemplateError::Encoding(name.to_owned()))?;
        registry
            .register_template_string(name, source)
            .map_err(|error| TemplateError::Compile(name.to_owned(), Box::new(error)))?;
    }
    Ok(registry)
}
