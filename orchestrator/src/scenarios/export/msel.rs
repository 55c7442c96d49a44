//! A timeline as a spreadsheet: the list of events that organisers print, sign and change in Excel.
//!
//! What is written here is read again by the importer; texts stand in both languages, each in a column of its own. The
//! file is the same for the same scenario: it carries no time of its making.

use std::time::Duration;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::{
    locales::{Locale, Value, text},
    scenarios::{
        Channel, Effect, Event, LocalText, Phase, Recipient, Scenario, Trigger,
        msel::move_and_title,
    },
};

/// Where the headings stand: below title and summary.
const HEAD: u32 = 3;
/// The columns: message id of the heading, its language where it has one, and its width in characters.
const COLUMNS: &[(&str, Option<Locale>, u8)] = &[
    ("msel-control", None, 12),
    ("msel-move", None, 10),
    ("msel-group", None, 14),
    ("msel-method", None, 16),
    ("msel-from", Some(Locale::Vi), 24),
    ("msel-from", Some(Locale::En), 24),
    ("msel-to", None, 18),
    ("msel-time", None, 16),
    ("msel-title", Some(Locale::Vi), 30),
    ("msel-title", Some(Locale::En), 30),
    ("msel-subject", Some(Locale::Vi), 30),
    ("msel-subject", Some(Locale::En), 30),
    ("msel-text", Some(Locale::Vi), 60),
    ("msel-text", Some(Locale::En), 60),
    ("msel-expected", Some(Locale::Vi), 50),
    ("msel-expected", Some(Locale::En), 50),
    ("msel-notes", Some(Locale::Vi), 50),
    ("msel-notes", Some(Locale::En), 50),
    ("msel-due", None, 12),
    ("msel-points", None, 8),
];

/// Writes the list, with headings in a language.
///
/// # Errors
/// When a text is longer than a cell of a spreadsheet can hold (32,767 characters).
pub fn msel(scenario: &Scenario, locale: Locale) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(scenario.title.get(locale))
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let sheet = book.add_worksheet();
    sheet.set_name("MSEL")?;
    head(sheet, scenario, locale)?;
    let plain = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin);
    let mut row = HEAD;
    for event in &scenario.timeline {
        row += 1;
        for (column, said) in (0_u16..).zip(cells(scenario, event, locale)) {
            sheet.write_string_with_format(row, column, said, &plain)?;
        }
    }
    let last = u16::try_from(COLUMNS.len() - 1).unwrap_or_default();
    sheet.autofilter(HEAD, 0, row, last)?;
    book.save_to_buffer()
}

/// Title, summary and headings; they stay in sight and come again on each printed page.
fn head(sheet: &mut Worksheet, scenario: &Scenario, locale: Locale) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(
        0,
        0,
        scenario.title.get(locale),
        &bold.clone().set_font_size(14),
    )?;
    sheet.write_string(1, 0, scenario.summary.get(locale).trim())?;
    let heading = bold
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_background_color("#dde6f0");
    for (column, (id, language, width)) in (0_u16..).zip(COLUMNS) {
        let said = text(locale, id, &[]);
        let said = match language {
            Some(Locale::Vi) => format!("{said} (vi)"),
            Some(Locale::En) => format!("{said} (en)"),
            None => said,
        };
        sheet.write_string_with_format(HEAD, column, said, &heading)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    sheet.set_repeat_rows(HEAD, HEAD)?;
    sheet.set_landscape();
    // A4, as wide as one page.
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The cells of one event, in the order of the columns.
fn cells(scenario: &Scenario, event: &Event, locale: Locale) -> Vec<String> {
    let say = |id| text(locale, id, &[]);
    let (number, title) = match phase(scenario, event) {
        Some(phase) => (
            phase.title.get(locale).to_owned(),
            event.title.clone().unwrap_or_default(),
        ),
        None => move_and_title(event.title.as_ref()),
    };
    let (group, method, from, subject, said) = match &event.effect {
        Effect::Message(message) => (
            say(recipient(message.to)),
            say(channel(message.channel)),
            message.from.clone(),
            message.subject.clone().unwrap_or_default(),
            message.text.clone(),
        ),
        Effect::Action(action) => {
            let command = format!("{}: {}", action.node, action.run.join(" "));
            let said = LocalText {
                vi: command.clone(),
                en: command,
            };
            (
                say("msel-white"),
                say("msel-action"),
                LocalText::default(),
                LocalText::default(),
                said,
            )
        }
    };
    let expected = event.expected.clone().unwrap_or_default();
    let notes = event.notes.clone().unwrap_or_default();
    let due = event.respond.as_ref();
    vec![
        event.id.to_string(),
        number,
        group.clone(),
        method,
        from.vi,
        from.en,
        group,
        time(&event.trigger, locale),
        title.vi,
        title.en,
        subject.vi,
        subject.en,
        said.vi,
        said.en,
        expected.vi,
        expected.en,
        notes.vi,
        notes.en,
        due.map(|due| clock(due.due)).unwrap_or_default(),
        due.map(|due| due.points.to_string()).unwrap_or_default(),
    ]
}

/// The part of the time in which it happens, where that is known beforehand.
fn phase<'a>(scenario: &'a Scenario, event: &Event) -> Option<&'a Phase> {
    match event.trigger {
        Trigger::At(at) => scenario.phase_at(at).map(|(phase, _)| phase),
        _ => None,
    }
}

fn recipient(to: Recipient) -> &'static str {
    match to {
        Recipient::Blue => "msel-blue",
        Recipient::Red => "msel-red",
        Recipient::All => "msel-all",
        Recipient::White => "msel-white",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "msel-mail",
        Channel::Phone => "msel-phone",
        Channel::News => "msel-news",
        Channel::Chat => "msel-chat",
        Channel::Document => "msel-document",
    }
}

fn time(trigger: &Trigger, locale: Locale) -> String {
    let named = |id: &str, name: &str| text(locale, id, &[("name", Value::from(name))]);
    match trigger {
        Trigger::At(at) => format!("H+{}", clock(*at)),
        Trigger::Solved(task) => named("msel-solved", task.as_str()),
        Trigger::Decided { task, option } => text(
            locale,
            "msel-decided",
            &[
                ("name", Value::from(task.as_str())),
                ("option", Value::from(option.as_str())),
            ],
        ),
        Trigger::CheckFailed(service) => named("msel-failed", service.as_str()),
        Trigger::Responded(event) => named("msel-responded", event.as_str()),
        Trigger::Unanswered(event) => named("msel-unanswered", event.as_str()),
        Trigger::Manual => text(locale, "msel-manual", &[]),
    }
}

/// `0:15`, `1:02:03`, `0:00:00.500`: as short as is exact.
fn clock(time: Duration) -> String {
    let (hours, seconds) = (time.as_secs() / 3600, time.as_secs() % 60);
    let short = format!("{hours}:{:02}", time.as_secs() / 60 % 60);
    match (seconds, time.subsec_millis()) {
        (0, 0) => short,
        (_, 0) => format!("{short}:{seconds:02}"),
        (_, thousandths) => format!("{short}:{seconds:02}.{thousandths:03}"),
    }
}
