//! The list of a drill's events as a spreadsheet (MSEL): which columns there are and what their headings are called.
//!
//! Offices keep such lists in Excel, each in its own order and with its own words, so a heading is recognised by what it
//! says in Vietnamese or English, never by its place. Writing and reading share this one table: what is written is
//! always read again.

mod moment;
mod sheet;

pub use moment::{Moment, parse, relative};
pub use sheet::{Sheet, SheetError, TextCell, column_name, read};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{LocalText, Message};
use crate::locales::Locale;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The event's number.
    Control,
    /// The phase of the drill.
    Move,
    /// The cell that it is for.
    Group,
    /// By what means it arrives.
    Method,
    /// Who it comes from.
    From,
    /// Who it is for.
    To,
    /// When it arrives.
    Time,
    /// What the white cell calls it.
    Title,
    /// What the message is about.
    Subject,
    /// What it says.
    Text,
    /// More of what it says.
    Details,
    /// What players should do about it.
    Expected,
    /// How long they have.
    Due,
    /// What that brings.
    Points,
    /// What controllers and evaluators note.
    Notes,
}

/// Which language a column's texts are in, where its heading says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

/// Headings by field, without accents, in small letters.
const HEADINGS: &[(Field, &[&str])] = &[
    (
        Field::Control,
        &[
            "control number",
            "control no",
            "control",
            "msel number",
            "msel no",
            "inject number",
            "inject no",
            "inject id",
            "event number",
            "event no",
            "event id",
            "seq no",
            "sequence",
            "sequence number",
            "number",
            "no",
            "id",
            "order",
            "so hieu",
            "so hieu tinh huong",
            "so thu tu",
            "stt",
            "tt",
            "so",
            "ma so",
            "ma tinh huong",
            "ma su kien",
        ],
    ),
    (
        Field::Move,
        &[
            "move",
            "move number",
            "phase",
            "stage",
            "giai doan",
            "pha",
            "buoc",
        ],
    ),
    (
        Field::Group,
        &[
            "group",
            "cell",
            "team",
            "audience",
            "training audience",
            "nhom",
            "doi",
            "khoi",
            "doi tuong",
        ],
    ),
    (
        Field::Method,
        &[
            "delivery method",
            "method",
            "method of delivery",
            "inject method",
            "inject mode",
            "delivery",
            "means",
            "mode",
            "channel",
            "phuong thuc",
            "phuong thuc gui",
            "phuong thuc chuyen",
            "hinh thuc",
            "hinh thuc gui",
            "hinh thuc chuyen",
            "cach thuc",
            "kenh",
        ],
    ),
    (
        Field::From,
        &[
            "from org",
            "from organization",
            "from",
            "sender",
            "originator",
            "originator from",
            "source",
            "tu",
            "tu don vi",
            "nguoi gui",
            "don vi gui",
            "ben gui",
            "nguon",
        ],
    ),
    (
        Field::To,
        &[
            "to org",
            "to organization",
            "to",
            "recipient",
            "recipient to",
            "recipient player",
            "receiver",
            "den",
            "den don vi",
            "gui den",
            "nguoi nhan",
            "don vi nhan",
            "ben nhan",
        ],
    ),
    (
        Field::Time,
        &[
            "time",
            "event time",
            "exercise time",
            "inject time",
            "delivery time",
            "start time",
            "scheduled time",
            "date time",
            "date time delivered",
            "thoi gian",
            "thoi diem",
            "moc thoi gian",
            "thoi gian dien tap",
            "gio",
        ],
    ),
    (
        Field::Title,
        &[
            "title",
            "name",
            "event",
            "event title",
            "inject title",
            "tieu de",
            "ten",
            "ten tinh huong",
            "ten su kien",
        ],
    ),
    (
        Field::Subject,
        &["subject", "subject line", "chu de", "trich yeu"],
    ),
    (
        Field::Text,
        &[
            "description",
            "event description",
            "inject description",
            "inject",
            "inject text",
            "message",
            "text",
            "content",
            "mo ta",
            "noi dung",
            "noi dung tinh huong",
            "tinh huong",
            "dien bien",
        ],
    ),
    (
        Field::Details,
        &["details", "additional details", "chi tiet"],
    ),
    (
        Field::Expected,
        &[
            "expected action",
            "expected actions",
            "expected player action",
            "expected player actions",
            "expected response",
            "expected outcome",
            "expected outcome of player action",
            "hanh dong mong doi",
            "hanh dong du kien",
            "ket qua mong doi",
            "yeu cau xu ly",
            "phuong an xu ly",
        ],
    ),
    (
        Field::Due,
        &[
            "response due",
            "due",
            "han tra loi",
            "han phan hoi",
            "thoi han",
            "thoi han tra loi",
        ],
    ),
    (Field::Points, &["points", "diem", "so diem"]),
    (
        Field::Notes,
        &[
            "notes",
            "evaluator notes",
            "evaluators notes",
            "evaluator comments",
            "controller notes",
            "comments",
            "remarks",
            "ghi chu",
            "ghi chu cua giam khao",
            "nhan xet",
            "nhan xet cua giam khao",
        ],
    ),
];

/// Endings that name a heading's language.
const LANGUAGES: &[(&str, Language)] = &[
    (" tieng viet", Language::Vi),
    (" vietnamese", Language::Vi),
    (" vi", Language::Vi),
    (" tieng anh", Language::En),
    (" english", Language::En),
    (" en", Language::En),
];

/// What a column holds by its heading, and in which language.
#[must_use]
pub fn heading(text: &str) -> Option<(Field, Option<Language>)> {
    let plain = plain(text);
    if let Some(field) = field(&plain) {
        return Some((field, None));
    }
    let (ending, language) = LANGUAGES
        .iter()
        .find(|(ending, _)| plain.ends_with(ending))?;
    Some((field(plain.strip_suffix(ending)?)?, Some(*language)))
}

fn field(plain: &str) -> Option<Field> {
    HEADINGS
        .iter()
        .find(|(_, names)| names.contains(&plain))
        .map(|(field, _)| *field)
}

/// Small letters and digits without accents, everything else as one space: how words of a list are compared.
#[must_use]
pub fn plain(text: &str) -> String {
    let letters: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message of the program in both languages.
#[must_use]
pub fn both(id: &'static str) -> LocalText {
    let message = Message::new(id);
    LocalText {
        vi: message.text(Locale::Vi),
        en: message.text(Locale::En),
    }
}

/// A title such as `[2] Second wave`, of which `2` is the move; the title may be empty.
#[must_use]
pub fn move_and_title(title: Option<&LocalText>) -> (String, LocalText) {
    let Some(title) = title else {
        return Default::default();
    };
    let parts = |text: &str| -> Option<(String, String)> {
        let (number, title) = text.strip_prefix('[')?.split_once(']')?;
        Some((number.to_owned(), title.trim_start().to_owned()))
    };
    match (parts(&title.vi), parts(&title.en)) {
        (Some((number, vi)), Some((other, en))) if number == other => {
            (number, LocalText { vi, en })
        }
        _ => (String::new(), title.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_both_languages_however_they_are_written() {
        for (text, known) in [
            ("Control Number", Some((Field::Control, None))),
            ("CONTROL  NO.", Some((Field::Control, None))),
            ("Số hiệu", Some((Field::Control, None))),
            ("Giai đoạn", Some((Field::Move, None))),
            ("Đơn vị gửi", Some((Field::From, None))),
            ("From Org (en)", Some((Field::From, Some(Language::En)))),
            (
                "Nội dung (tiếng Việt)",
                Some((Field::Text, Some(Language::Vi))),
            ),
            ("Evaluator's Notes", Some((Field::Notes, None))),
            ("Date/Time", Some((Field::Time, None))),
            ("Hành động mong đợi", Some((Field::Expected, None))),
            ("Weather", None),
            ("", None),
        ] {
            assert_eq!(heading(text), known, "{text}");
        }
    }

    #[test]
    fn no_heading_means_two_things() {
        let mut seen = Vec::new();
        for (_, names) in HEADINGS {
            for name in *names {
                assert_eq!(plain(name), *name);
                assert!(!seen.contains(name), "{name}");
                seen.push(name);
            }
        }
    }
}
