//! The template: a Word file whose placeholders are filled.
//!
//! Word splits text into runs as it pleases, also inside a placeholder; a paragraph with a split one is joined into its
//! first run before it is filled. Text boxes are left alone.

use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    blocks::{self, Width, paragraph},
    escape,
};
use crate::{locales, reports::model::Report};

/// The part that holds the text.
const DOCUMENT: &str = "word/document.xml";
/// The largest part of a template, in bytes; an archive may claim to unpack to anything.
const LARGEST_PART: u64 = 16 * 1024 * 1024;

/// Why a template cannot be filled.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// It is no Word file.
    #[error("the template is no Word file (.docx)")]
    Archive(#[from] zip::result::ZipError),
    /// It cannot be unpacked or packed.
    #[error("the template cannot be unpacked")]
    Io(#[from] std::io::Error),
    /// It has no text.
    #[error("the template holds no {DOCUMENT} in UTF-8")]
    Document,
    /// A placeholder that the report needs is missing.
    #[error("the template lacks the placeholder {{{{{0}}}}} in a paragraph of its own")]
    Missing(&'static str),
    /// A placeholder that no report has.
    #[error("the template has the placeholder {{{{{0}}}}}, which no report fills")]
    Unknown(String),
    /// The page set-up is missing.
    #[error("the template has no page set-up (sectPr)")]
    Section,
}

/// A template, unpacked.
pub struct Template {
    parts: Vec<(String, Vec<u8>)>,
}

impl Template {
    /// Unpacks a template.
    ///
    /// # Errors
    /// A file that is no Word file, or one that unpacks to more than a letterhead can need.
    pub fn open(bytes: &[u8]) -> Result<Self, DocxError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes))?;
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let file = archive.by_index(index)?;
            let name = file.name()?.into_owned();
            let mut content = Vec::new();
            file.take(LARGEST_PART).read_to_end(&mut content)?;
            parts.push((name, content));
        }
        Ok(Self { parts })
    }

    /// Fills the template with a report.
    ///
    /// # Errors
    /// A placeholder that is missing or unknown.
    pub fn fill(mut self, report: &Report) -> Result<Vec<u8>, DocxError> {
        let (_, content) = self
            .parts
            .iter_mut()
            .find(|(name, _)| name == DOCUMENT)
            .ok_or(DocxError::Document)?;
        let text = std::str::from_utf8(content).map_err(|_| DocxError::Document)?;
        *content = document(text, report)?.into_bytes();
        self.pack()
    }

    fn pack(self) -> Result<Vec<u8>, DocxError> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        for (name, content) in self
            .parts
            .into_iter()
            .filter(|(name, _)| !name.ends_with('/'))
        {
            writer.start_file(name, options)?;
            writer.write_all(&content)?;
        }
        Ok(writer.finish()?.into_inner())
    }
}

/// The text of the document, filled.
fn document(text: &str, report: &Report) -> Result<String, DocxError> {
    let section = last_section(text).ok_or(DocxError::Section)?;
    let portrait = Width(text_width(section).ok_or(DocxError::Section)?);
    let mut out = String::with_capacity(text.len() * 4);
    let mut rest = text;
    let mut missing = vec!["content", "appendices", "recipients"];
    while let Some((before, inner, after)) = next_paragraph(rest) {
        out.push_str(before);
        let shown = shown_text(inner);
        let alone = shown
            .trim()
            .strip_prefix("{{")
            .and_then(|name| name.strip_suffix("}}"));
        match alone {
            Some("content") => out.push_str(&blocks::blocks(&report.body, portrait)),
            Some("recipients") => {
                for recipient in &report.recipients {
                    out.push_str(&paragraph("ReportRecipients", recipient));
                }
            }
            Some("appendices") => out.push_str(&appendices(report, section)),
            _ => out.push_str(&fill_paragraph(inner, &shown, report)?),
        }
        missing.retain(|name| Some(*name) != alone);
        rest = after;
    }
    out.push_str(rest);
    if let Some(name) = missing.first() {
        return Err(DocxError::Missing(name));
    }
    if report.appendices.is_empty() {
        return Ok(out);
    }
    // The page set-up at the end is that of the last section, which is now an appendix.
    let at = out.rfind("<w:sectPr").ok_or(DocxError::Section)?;
    let end = out[at..].find("</w:sectPr>").ok_or(DocxError::Section)? + at + "</w:sectPr>".len();
    out.replace_range(at..end, &landscape(section));
    Ok(out)
}

/// Each appendix on landscape pages of its own, numbered from 1; the body before it keeps its page set-up.
fn appendices(report: &Report, section: &str) -> String {
    let turned = landscape(section);
    let width = Width(text_width(&turned).unwrap_or_default());
    let end = |section: &str| format!("<w:p><w:pPr>{section}</w:pPr></w:p>");
    let mut out = String::new();
    for (place, appendix) in report.appendices.iter().enumerate() {
        out.push_str(&end(if place == 0 { section } else { &turned }));
        out.push_str(&blocks::appendix(appendix, width));
    }
    out
}

fn fill_paragraph(inner: &str, shown: &str, report: &Report) -> Result<String, DocxError> {
    if !shown.contains("{{") {
        return Ok(inner.to_owned());
    }
    let values = values(report);
    let mut filled = shown.to_owned();
    for (name, value) in &values {
        filled = filled.replace(&format!("{{{{{name}}}}}"), value);
    }
    if let Some((_, rest)) = shown.split_once("{{")
        && let Some((name, _)) = rest.split_once("}}")
        && !values.iter().any(|(known, _)| *known == name.trim())
    {
        return Err(DocxError::Unknown(name.to_owned()));
    }
    Ok(with_text(inner, &filled))
}

fn values(report: &Report) -> [(&'static str, String); 12] {
    let head = &report.letterhead;
    let of = |text: &String| text.clone();
    [
        ("superior", of(&head.superior)),
        ("body", of(&head.body)),
        ("state", of(&head.state)),
        ("motto", of(&head.motto)),
        ("number", of(&head.number)),
        ("place_date", of(&head.place_date)),
        ("title", of(&report.title)),
        ("subject", of(&report.subject)),
        ("authority", of(&report.signature.authority)),
        ("position", of(&report.signature.position)),
        ("signer", of(&report.signature.name)),
        (
            "recipients_title",
            locales::text(report.locale, "report-recipients-title", &[]),
        ),
    ]
}

/// The text before the next paragraph, the paragraph, and what follows it.
fn next_paragraph(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("<w:p")?;
        let is_paragraph = matches!(text.as_bytes().get(start + 4), Some(b'>' | b' '));
        if !is_paragraph {
            from = start + 4;
            continue;
        }
        let end = start + text[start..].find("</w:p>")? + "</w:p>".len();
        return Some((&text[..start], &text[start..end], &text[end..]));
    }
}

/// The places of the texts of a paragraph's runs, between `<w:t>` and `</w:t>`.
fn runs(paragraph: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut from = 0;
    while let Some(start) = paragraph[from..].find("<w:t").map(|at| at + from) {
        from = start + 4;
        if !matches!(paragraph.as_bytes().get(from), Some(b'>' | b' ')) {
            continue;
        }
        let Some(open) = paragraph[start..].find('>').map(|at| at + start + 1) else {
            break;
        };
        let Some(close) = paragraph[open..].find("</w:t>").map(|at| at + open) else {
            break;
        };
        places.push((open, close));
        from = close;
    }
    places
}

fn shown_text(paragraph: &str) -> String {
    let escaped: String = runs(paragraph)
        .iter()
        .map(|(from, to)| &paragraph[*from..*to])
        .collect();
    escaped
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The paragraph with all of its text in the first run.
fn with_text(paragraph: &str, text: &str) -> String {
    let mut out = String::with_capacity(paragraph.len() + text.len());
    let mut from = 0;
    for (place, (open, close)) in runs(paragraph).into_iter().enumerate() {
        out.push_str(&paragraph[from..open]);
        if place == 0 {
            out.push_str(&escape(text));
        }
        from = close;
    }
    out + &paragraph[from..]
}

/// The page set-up at the end of the document.
fn last_section(text: &str) -> Option<&str> {
    let start = text.rfind("<w:sectPr")?;
    let end = start + text[start..].find("</w:sectPr>")? + "</w:sectPr>".len();
    Some(&text[start..end])
}

/// Width between the margins, in twentieths of a point.
fn text_width(section: &str) -> Option<u32> {
    let size = element(section, "w:pgSz")?;
    let margins = element(section, "w:pgMar")?;
    let of = |element: &str, name| attribute(element, name)?.parse::<u32>().ok();
    of(size, "w:w")?.checked_sub(of(margins, "w:left")? + of(margins, "w:right")?)
}

/// The same page set-up on its side: what was on top of the page is then on its left.
fn landscape(section: &str) -> String {
    let (Some(size), Some(margins)) = (element(section, "w:pgSz"), element(section, "w:pgMar"))
    else {
        return section.to_owned();
    };
    let of = |element, name| attribute(element, name).unwrap_or("0");
    let (width, height) = (of(size, "w:w"), of(size, "w:h"));
    let turned_size = format!(r#"<w:pgSz w:w="{height}" w:h="{width}" w:orient="landscape"/>"#);
    let turned_margins = format!(
        r#"<w:pgMar w:top="{}" w:right="{}" w:bottom="{}" w:left="{}" w:header="{}" w:footer="{}" w:gutter="0"/>"#,
        of(margins, "w:left"),
        of(margins, "w:top"),
        of(margins, "w:right"),
        of(margins, "w:bottom"),
        of(margins, "w:header"),
        of(margins, "w:footer"),
    );
    section
        .replace(size, &turned_size)
        .replace(margins, &turned_margins)
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("<{name} "))?;
    let end = start + text[start..].find("/>")? + 2;
    Some(&text[start..end])
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element
        .split_once(&format!(" {name}=\""))?
        .1
        .split_once('"')
        .map(|(value, _)| value)
}
