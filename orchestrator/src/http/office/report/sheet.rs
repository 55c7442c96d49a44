//! A report as the page shows it: the sheet that will be printed.

use super::super::{super::pages::report as page, say};
use crate::reports::{Block, Cell, Report, Span};

/// The report as the page's sheet shows it.
pub(super) fn sheet(report: &Report) -> Vec<page::Block> {
    let head = &report.letterhead;
    let mut blocks = vec![
        page::Block::Letterhead {
            state: head.state.clone(),
            motto: head.motto.clone(),
            superior: head.superior.clone(),
            body: head.body.clone(),
            number: head.number.clone(),
            place: head.place_date.clone(),
        },
        page::Block::Title {
            name: report.title.clone(),
            subject: report.subject.clone(),
        },
    ];
    blocks.extend(report.body.iter().flat_map(shown));
    blocks.push(page::Block::Signature {
        heading: say(report.locale, "report-recipients-title"),
        recipients: report.recipients.clone(),
        authority: report.signature.authority.clone(),
        position: report.signature.position.clone(),
        name: report.signature.name.clone(),
    });
    for appendix in &report.appendices {
        blocks.push(page::Block::Appendix {
            label: appendix.label.clone(),
            title: appendix.title.clone(),
            reference: appendix.reference.clone(),
        });
        blocks.extend(appendix.blocks.iter().flat_map(shown));
    }
    blocks
}

fn shown(block: &Block) -> Vec<page::Block> {
    let paragraph = |text: &str| page::Block::Paragraph {
        item: false,
        spans: vec![page::Span {
            text: text.to_owned(),
            evidence: None,
        }],
    };
    match block {
        Block::Heading { level, text } => {
            vec![page::Block::Heading {
                level: *level,
                text: text.clone(),
            }]
        }
        Block::Paragraph(spans) => {
            vec![page::Block::Paragraph {
                item: false,
                spans: pieces(spans),
            }]
        }
        Block::Item(spans) => vec![page::Block::Paragraph {
            item: true,
            spans: pieces(spans),
        }],
        Block::Written(written) if written.paragraphs.is_empty() => {
            vec![page::Block::Open {
                section: written.section,
                text: written.placeholder.clone(),
            }]
        }
        Block::Written(written) => written
            .paragraphs
            .iter()
            .map(|text| paragraph(text))
            .collect(),
        Block::Table(table) if table.rows.is_empty() => vec![paragraph(&table.empty)],
        Block::Table(table) => {
            let whole: u32 = table.columns.iter().map(|column| column.width).sum();
            let whole = whole.max(1);
            let cell = |cell: &Cell| page::Cell {
                numeric: cell.number,
                spans: pieces(&cell.spans),
            };
            vec![page::Block::Table {
                head: table
                    .columns
                    .iter()
                    .map(|column| page::Head {
                        title: column.title.clone(),
                        numeric: column.number,
                        width: column.width * 100 / whole,
                    })
                    .collect(),
                rows: table
                    .rows
                    .iter()
                    .map(|row| row.iter().map(cell).collect())
                    .collect(),
            }]
        }
    }
}

fn pieces(spans: &[Span]) -> Vec<page::Span> {
    let piece = |span: &Span| page::Span {
        text: span.text.clone(),
        evidence: span.evidence.map(|rows| match rows.last {
            last if last == rows.first => format!("#{last}"),
            last => format!("#{}–{last}", rows.first),
        }),
    };
    spans.iter().map(piece).collect()
}
