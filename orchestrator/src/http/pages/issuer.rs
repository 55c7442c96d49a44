//! Who issues and signs the province's documents.

use axum::response::Html;
use serde::{Deserialize, Serialize};

use super::super::{AppError, Templates, Visitor};
use crate::clock::Timestamp;

/// What the page shows.
#[derive(Debug, Default, Serialize)]
pub struct IssuerPage {
    /// What is in the form.
    pub form: IssuerForm,
    /// What was written down before, the latest first.
    pub history: Vec<IssuerRow>,
    /// What is wrong with the form.
    pub error: Option<String>,
}

/// The form's fields; what a browser leaves out is empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct IssuerForm {
    /// From which day it holds, as a date field writes it.
    pub valid_from: String,
    /// The body above.
    pub superior: String,
    /// The body that issues.
    pub body: String,
    /// The sign behind a document's number.
    pub sign: String,
    /// The place in front of the date.
    pub place: String,
    /// On whose behalf somebody signs.
    pub authority: String,
    /// As what.
    pub position: String,
    /// Who.
    pub signer: String,
    /// Who receives a document, a line each.
    pub recipients: String,
}

/// What holds from a day on.
#[derive(Clone, Debug, Serialize)]
pub struct IssuerRow {
    /// The day.
    pub valid_from: Timestamp,
    /// The body that issues.
    pub body: String,
    /// As what somebody signs.
    pub position: String,
    /// Who.
    pub signer: String,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &IssuerPage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "issuer", "nav-issuer", page)
}
