//! Blocks of a report as `WordprocessingML`.

use std::fmt::Write as _;

use super::escape;
use crate::reports::model::{Appendix, Block, Span, Table};

/// Width of the text on a page, in twentieths of a point.
#[derive(Clone, Copy)]
pub(super) struct Width(pub u32);

/// A paragraph of a style.
pub(super) fn paragraph(style: &str, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#,
        escape(text)
    )
}

/// Blocks, one after the other.
pub(super) fn blocks(blocks: &[Block], width: Width) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Heading { level, text } => {
                out.push_str(&paragraph(&format!("ReportHeading{level}"), text));
            }
            Block::Paragraph(spans) => out.push_str(&paragraph("ReportBody", &joined(spans))),
            Block::Item(spans) => {
                out.push_str(&paragraph("ReportItem", &format!("- {}", joined(spans))));
            }
            Block::Written(written) if written.paragraphs.is_empty() => {
                out.push_str(&paragraph("ReportOpen", &written.placeholder));
            }
            Block::Written(written) => {
                for text in &written.paragraphs {
                    out.push_str(&paragraph("ReportBody", text));
                }
            }
            Block::Table(table) if table.rows.is_empty() => {
                out.push_str(&paragraph("ReportBody", &table.empty));
            }
            Block::Table(table) => out.push_str(&self::table(table, width)),
        }
    }
    out
}

/// An appendix: its heading and what it holds.
pub(super) fn appendix(appendix: &Appendix, width: Width) -> String {
    paragraph("ReportAppendixLabel", &appendix.label)
        + &paragraph("ReportAppendixTitle", &appendix.title)
        + &reference(&appendix.reference)
        + &blocks(&appendix.blocks, width)
}

/// Which document an appendix belongs to: below its title, in italics and not bold.
fn reference(text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:pStyle w:val="ReportAppendixTitle"/></w:pPr><w:r><w:rPr><w:b w:val="0"/><w:bCs w:val="0"/><w:i/><w:iCs/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#,
        escape(text)
    )
}

fn joined(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

fn table(table: &Table, Width(width): Width) -> String {
    let parts: u32 = table
        .columns
        .iter()
        .map(|column| column.width)
        .sum::<u32>()
        .max(1);
    let widths: Vec<u32> = table
        .columns
        .iter()
        .map(|column| width * column.width / parts)
        .collect();
    let mut out = format!(
        r#"<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{width}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>"#
    );
    for width in &widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (column, width) in table.columns.iter().zip(&widths) {
        out.push_str(&cell(*width, "ReportCellHeading", &column.title));
    }
    out.push_str("</w:tr>");
    for row in &table.rows {
        out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (value, width) in row.iter().zip(&widths) {
            let style = if value.number {
                "ReportCellNumber"
            } else {
                "ReportCell"
            };
            out.push_str(&cell(*width, style, &joined(&value.spans)));
        }
        out.push_str("</w:tr>");
    }
    // A paragraph after it keeps the next table from growing together with this one.
    out + "</w:tbl>" + &paragraph("ReportCell", "")
}

fn cell(width: u32, style: &str, text: &str) -> String {
    format!(
        r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{}</w:tc>"#,
        paragraph(style, text)
    )
}
