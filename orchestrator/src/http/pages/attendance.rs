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
    /// The new list's identifier: the form sent twice makes one list.
    pub list: String,
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
    /// Where it opens.
    pub href: String,
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
    /// Whether it counts no longer.
    pub voided: bool,
}

/// What the page of one list shows.
#[derive(Debug, Serialize)]
pub struct ListPage {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its course.
    pub course: String,
    /// When it was held.
    pub held_at: Timestamp,
    /// The document that proves it.
    pub document: String,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// Why it counts no longer.
    pub void_reason: Option<String>,
    /// Who stands or stood on it.
    pub people: Vec<AttendeeRow>,
}

/// Somebody on a list.
#[derive(Clone, Debug, Serialize)]
pub struct AttendeeRow {
    /// The person's identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether taken off.
    pub removed: bool,
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

/// Renders the page of one list.
///
/// # Errors
/// A template that does not fit.
pub fn render_list(
    templates: &Templates,
    visitor: &Visitor,
    page: &ListPage,
) -> Result<Html<String>, AppError> {
    super::render(
        templates,
        visitor,
        "attendance-list",
        "nav-attendance",
        page,
    )
}
