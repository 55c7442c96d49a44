//! Attendance lists: who was reached by which course, by which document.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice,
    launch::LaunchUnit,
};
use crate::clock::Timestamp;

/// What the page shows: lists so far, and the form for a new one.
#[derive(Debug, Default, Serialize)]
pub struct AttendancePage {
    /// Lists, latest first.
    pub lists: Vec<AttendanceRow>,
    /// Courses to choose from.
    pub courses: Vec<Choice>,
    /// The new list's title.
    pub title: String,
    /// The day it was held, as a date field writes it.
    pub held_on: String,
    /// The document that proves it.
    pub document: String,
    /// Units with their people.
    pub units: Vec<LaunchUnit>,
    /// What to mend.
    pub error: Option<String>,
}

/// A list.
#[derive(Clone, Debug, Serialize)]
pub struct AttendanceRow {
    /// Its title.
    pub title: String,
    /// Its course.
    pub course: String,
    /// When it was held.
    pub held_at: Timestamp,
    /// The document that proves it.
    pub document: String,
    /// People in it.
    pub people: usize,
}

/// Renders the page.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &AttendancePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "attendance", "nav-attendance", page)
}
