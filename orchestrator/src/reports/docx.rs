//! Word files: a report filled into a template document, so that an office can bring its own letterhead and styles.
//!
//! The template is a `.docx` whose text holds placeholders such as `{{subject}}`; those of whole parts (`{{content}}`,
//! `{{recipients}}`, `{{appendices}}`) stand in a paragraph of their own. What is filled in uses the styles that begin
//! with `Report`. The same report and template give the same bytes: no time, no chance goes into the file.

mod blocks;
mod template;

use super::model::Report;

pub use template::{DocxError, Template};

/// The template that comes with the program.
const BUILT_IN: &[u8] = include_bytes!("../../../deploy/templates/drill-report.docx");

/// The Word file of a report, on the office's template or the one that comes with the program.
///
/// # Errors
/// A template that is no Word file or lacks a placeholder.
pub fn word(report: &Report, template: Option<&[u8]>) -> Result<Vec<u8>, DocxError> {
    Template::open(template.unwrap_or(BUILT_IN))?.fill(report)
}

/// Text as XML may hold it: escaped, and without the control characters that XML forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            character if character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}') => {
            }
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests;
