//! Reports: the list, a drill's report as a page, what is written beside its figures, its Word file.

use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;
use std::collections::HashMap;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path, Query},
        pages::report as page,
    },
    say, see_other,
};
use crate::{
    accounts::{Action, Object, authorise},
    exercises::ExerciseState,
    ids::ExerciseId,
    locales::{self, Locale},
    organisation::fold,
    reports::{Block, Cell, Report, Reports, Section, Span, drill_report, word},
};

/// The kind of a Word file.
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    language: String,
}

/// `GET /reports`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Html<String>, AppError> {
    let province = visitor.actor()?.province;
    let exercises = app
        .exercises
        .list(province)
        .await
        .map_err(AppError::unexpected)?;
    let rows = exercises
        .into_iter()
        .filter(|exercise| exercise.state == ExerciseState::Finished)
        .filter_map(|exercise| {
            Some(page::ReportRow {
                finished_at: exercise.finished_at?,
                href: format!("/exercises/{}/report", exercise.id),
                document: document(exercise.id, visitor.locale),
                title: exercise.title,
            })
        });
    page::render_list(
        &app.templates,
        &visitor,
        &page::ReportsPage {
            rows: rows.collect(),
        },
    )
}

/// `GET /exercises/{exercise}/report`
pub(in crate::http) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Html<String>, AppError> {
    let actor = visitor.actor()?;
    let locale = visitor.locale;
    let facts = reports(&app).evidence(exercise, locale).await?;
    let report = drill_report(&facts, locale);
    let field = |section: &Section| page::SectionField {
        id: section.as_str().to_owned(),
        title: say(locale, &format!("report-section-{}", section.as_str())),
        text: facts.texts.get(section).cloned().unwrap_or_default(),
        line: section.is_line(),
    };
    let may_write = authorise(actor, Action::WriteReport, &Object::Platform).is_ok();
    let page = page::ReportPage {
        exercise: exercise.to_string(),
        title: facts.drill.title.clone(),
        document: document(exercise, locale),
        seal: facts
            .drill
            .signature
            .as_ref()
            .map(|_| facts.drill.head_hash.clone()),
        broken: !facts.drill.verified,
        unfinished: facts.drill.finished_at.is_none(),
        sections: Section::ALL.iter().map(field).collect(),
        may_write,
        language: locale.tag(),
        blocks: sheet(&report),
    };
    page::render(&app.templates, &visitor, &page)
}

/// `POST /exercises/{exercise}/report`
pub(in crate::http) async fn write(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let texts: Vec<(Section, String)> = fields
        .into_iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("section-")?.parse().ok()?, text)))
        .collect();
    reports(&app)
        .write((actor.province, actor.account), exercise, &texts)
        .await?;
    let saved = Message::new("report-saved").with("at", locales::time(app.clock.now()));
    Ok(see_other(
        &app,
        &visitor,
        &format!("/exercises/{exercise}/report"),
        &saved,
    ))
}

/// `GET /exercises/{exercise}/report.docx`
pub(in crate::http) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, AppError> {
    let locale = wanted.language.parse().unwrap_or(visitor.locale);
    let facts = reports(&app).evidence(exercise, locale).await?;
    let file = word(&drill_report(&facts, locale), None).map_err(AppError::unexpected)?;
    let name = fold(&facts.drill.title).replace(' ', "-");
    let disposition = format!(
        "attachment; filename=\"{}.docx\"",
        if name.is_empty() { "report" } else { &name }
    );
    Ok((
        [
            (header::CONTENT_TYPE, WORD.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        file,
    )
        .into_response())
}

fn reports(app: &App) -> Reports {
    Reports::new(app.db.clone(), app.exercises.clone(), app.clock.clone())
}

fn document(exercise: ExerciseId, locale: Locale) -> String {
    format!("/exercises/{exercise}/report.docx?language={locale}")
}

/// The report as the page's sheet shows it.
fn sheet(report: &Report) -> Vec<page::Block> {
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
