//! The versions of a scenario: which there are, what was done to them, what may be done now. Also the form that sends one.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    State,
    library::ProblemLine,
};
use crate::clock::Timestamp;

/// What a scenario's page says of its versions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Versions {
    /// The scenario.
    pub scenario: String,
    /// The version that is shown.
    pub version: i64,
    /// Digest of its files.
    pub bundle: String,
    /// How far it is; nothing only in a page without any.
    pub stage: Option<State>,
    /// Whether the installation brings it.
    pub shipped: bool,
    /// What is to be known about it beside its state.
    pub remark: Option<String>,
    /// What may be done with it.
    pub offers: Offers,
    /// All versions, the newest first.
    pub rows: Vec<VersionRow>,
    /// What was done, the latest first.
    pub changes: Vec<ChangeRow>,
}

/// What may be done with a version.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each form of the page"
)]
pub struct Offers {
    /// Whether the reader may upload another.
    pub upload: bool,
    /// To release a draft.
    pub release: bool,
    /// To release an archived one again.
    pub restore: bool,
    /// To archive it.
    pub archive: bool,
    /// To delete it.
    pub delete: bool,
    /// To try it alone.
    pub test: bool,
}

/// A version.
#[derive(Clone, Debug, Serialize)]
pub struct VersionRow {
    /// Its number.
    pub version: i64,
    /// Its page.
    pub href: String,
    /// Its files.
    pub zip: Option<String>,
    /// How far it is.
    pub stage: State,
    /// Whether it is the one that is shown.
    pub current: bool,
    /// What differs from the version before.
    pub differences: Vec<String>,
}

/// Something that was done.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRow {
    /// When.
    pub at: Timestamp,
    /// What, to which version.
    pub what: String,
    /// Who did it.
    pub who: String,
    /// What was said to it.
    pub note: String,
}

/// A draft that has errors.
#[derive(Clone, Debug, Serialize)]
pub struct DraftPage {
    /// Its title, as far as it can be read.
    pub title: String,
    /// Its versions.
    pub versions: Versions,
    /// How many errors there are.
    pub errors: usize,
    /// Why its files cannot be read, where that is so.
    pub unreadable: Option<String>,
    /// What is wrong, errors first.
    pub problems: Vec<ProblemLine>,
}

/// The form that sends a scenario.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UploadPage {
    /// Why the last one was not taken.
    pub error: Option<String>,
    /// What is wrong with it.
    pub problems: Vec<ProblemLine>,
}

/// Renders the page of a draft that has errors.
///
/// # Errors
/// A template that does not fit.
pub fn render_draft(
    templates: &Templates,
    visitor: &Visitor,
    page: &DraftPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "draft", "nav-scenarios", page)
}

/// Renders the form.
///
/// # Errors
/// A template that does not fit.
pub fn render_upload(
    templates: &Templates,
    visitor: &Visitor,
    page: &UploadPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "upload", "nav-scenarios", page)
}
