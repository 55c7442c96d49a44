//! What the program says, in Vietnamese (the original) and English (its equal): messages in Fluent, numbers and dates.
//!
//! Messages stand in `web/locales/<locale>/<topic>.ftl` and are part of the binary, so an air-gapped site has them all.
//! Nothing here knows a request or a page; whoever speaks passes the reader's [`Locale`].

use std::{borrow::Cow, collections::HashMap, fmt, str::FromStr, time::Duration};

use fluent_templates::{
    LanguageIdentifier, Loader as _,
    fluent_bundle::{FluentValue, types::FluentNumber},
    langid,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

fluent_templates::static_loader! {
    static MESSAGES = {
        locales: "../web/locales",
        fallback_language: "vi",
        customise: |bundle| {
            bundle.set_use_isolating(false);
            let english = bundle.locales.first().is_some_and(|language| language.language == "en");
            bundle.set_formatter(Some(if english { english_number } else { vietnamese_number }));
        },
    };
}

const VIETNAMESE: LanguageIdentifier = langid!("vi");
const ENGLISH: LanguageIdentifier = langid!("en");

/// A language that the program speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Vietnamese, the default.
    #[default]
    Vi,
    /// English.
    En,
}

impl Locale {
    /// Both, the original first.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The tag for `lang` attributes and cookies.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// The first language of an `Accept-Language` header that the program speaks; Vietnamese otherwise.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        header
            .split(',')
            .find_map(|part| part.split([';', '-']).next()?.trim().parse().ok())
            .unwrap_or_default()
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A language that the program does not speak.
#[derive(Debug, thiserror::Error)]
#[error("neither vi nor en")]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag() == text)
            .ok_or(UnknownLocale)
    }
}

/// A value inside a message: numbers choose plural forms and are grouped as the language does it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text that stands as it is.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts in messages stay far below 2^52"
)]
impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts in messages stay far below 2^52"
)]
impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

/// Whether the message exists in the locale itself, without falling back.
#[must_use]
pub fn has(locale: Locale, id: &str) -> bool {
    let found = MESSAGES.lookup_single_language::<String>(&language_of(locale), id, None);
    // Arguments are missing here: a message that wants some is there all the same, and its error tells of them.
    found.map_or_else(
        |error| error.to_string().starts_with("Fluent errors"),
        |_| true,
    )
}

/// The message `id` with its arguments; a message that does not exist shows its id, which a test of the house catches.
#[must_use]
pub fn text(locale: Locale, id: &str, arguments: &[(&str, Value<'_>)]) -> String {
    let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = arguments
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Text(text) => FluentValue::from(text.as_ref()),
                Value::Number(number) => FluentValue::from(*number),
            };
            (Cow::Owned((*name).to_owned()), value)
        })
        .collect();
    MESSAGES
        .try_lookup_with_args(&language_of(locale), id, &arguments)
        .unwrap_or_else(|| id.to_owned())
}

const fn language_of(locale: Locale) -> LanguageIdentifier {
    match locale {
        Locale::Vi => VIETNAMESE,
        Locale::En => ENGLISH,
    }
}

/// A whole number, grouped: `1.204` in Vietnamese, `1,204` in English.
#[must_use]
pub fn number(locale: Locale, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let separator = if locale == Locale::Vi { '.' } else { ',' };
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if value < 0 {
        out.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A number with `digits` decimals, trailing zeros kept: `97,1` in Vietnamese, `97.1` in English.
#[must_use]
pub fn decimal(locale: Locale, value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = number(locale, whole.parse().unwrap_or(i64::MAX));
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        out.insert(0, '−');
    }
    if !fraction.is_empty() {
        out.push(if locale == Locale::Vi { ',' } else { '.' });
        out.push_str(fraction);
    }
    out
}

/// A share of one as a percentage with at most one decimal: `97,1 %`.
#[must_use]
pub fn percent(locale: Locale, share: f64) -> String {
    let tenths = (share * 1000.0).round();
    let digits = usize::from(tenths % 10.0 != 0.0);
    format!("{}\u{a0}%", decimal(locale, tenths / 10.0, digits))
}

/// A calendar day: `22/11/2026`, `22 November 2026`.
#[must_use]
pub fn date(locale: Locale, day: Date) -> String {
    match locale {
        Locale::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Locale::En => day.strftime("%-d %B %Y").to_string(),
    }
}

/// The time of day in Vietnam: `09:41`.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.civil().strftime("%H:%M").to_string()
}

/// Day and time in Vietnam: `09:41 22/11/2026`, `22 November 2026, 09:41`.
#[must_use]
pub fn date_time(locale: Locale, at: Timestamp) -> String {
    match locale {
        Locale::Vi => format!("{} {}", time(at), date(locale, at.day())),
        Locale::En => format!("{}, {}", date(locale, at.day()), time(at)),
    }
}

/// A running time: `00:52:18`.
#[must_use]
pub fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// How long ago something was, in its largest whole unit: `6 phút trước`.
#[must_use]
pub fn ago(locale: Locale, passed: Duration) -> String {
    let (unit, count) = match passed.as_secs() {
        seconds @ 0..60 => ("seconds", seconds),
        seconds @ 60..3600 => ("minutes", seconds / 60),
        seconds @ 3600..86_400 => ("hours", seconds / 3600),
        seconds => ("days", seconds / 86_400),
    };
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    text(
        locale,
        "time-ago",
        &[("unit", unit.into()), ("count", count.into())],
    )
}

/// A length of time in words: `90 phút`, `45 giây`.
#[must_use]
pub fn length(locale: Locale, duration: Duration) -> String {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    if seconds >= 60 && seconds % 60 == 0 {
        text(locale, "time-minutes", &[("count", (seconds / 60).into())])
    } else if seconds > 90 {
        text(
            locale,
            "time-minutes",
            &[("count", (seconds / 60 + 1).into())],
        )
    } else {
        text(locale, "time-seconds", &[("count", seconds.into())])
    }
}

/// A size of memory as people read it, alike in both languages: `640 MiB`, `12 GiB`.
#[must_use]
pub fn memory(bytes: u64) -> String {
    if bytes >= 10 << 30 {
        format!("{} GiB", bytes >> 30)
    } else {
        format!("{} MiB", bytes >> 20)
    }
}

fn vietnamese_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    grouped(Locale::Vi, value)
}

fn english_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    grouped(Locale::En, value)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "whole numbers below 2^52 survive"
)]
fn grouped(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else {
        return None;
    };
    Some(if value.fract() == 0.0 {
        number(locale, *value as i64)
    } else {
        decimal(locale, *value, 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(number(Locale::Vi, 1_204), "1.204");
        assert_eq!(number(Locale::En, -1_234_567), "−1,234,567");
        assert_eq!(number(Locale::Vi, 999), "999");
        assert_eq!(decimal(Locale::Vi, 1234.56, 1), "1.234,6");
        assert_eq!(decimal(Locale::En, -0.04, 1), "0.0");
        assert_eq!(percent(Locale::Vi, 0.971), "97,1\u{a0}%");
        assert_eq!(percent(Locale::En, 1.0), "100\u{a0}%");
    }

    #[test]
    fn dates_and_lengths() {
        let at =
            Timestamp::start_of(jiff::civil::date(2026, 12, 31)) + Duration::from_mins(9 * 60 + 41);
        assert_eq!(date_time(Locale::Vi, at), "09:41 31/12/2026");
        assert_eq!(date_time(Locale::En, at), "31 December 2026, 09:41");
        assert_eq!(clock(Duration::from_secs(3138)), "00:52:18");
        assert_eq!(ago(Locale::Vi, Duration::from_mins(6)), "6 phút trước");
        assert_eq!(ago(Locale::En, Duration::from_secs(1)), "1 second ago");
        assert_eq!(length(Locale::Vi, Duration::from_mins(90)), "90 phút");
    }

    #[test]
    fn messages_take_arguments_and_group_numbers() {
        let arguments = [("count", Value::Number(1204.0))];
        assert_eq!(text(Locale::Vi, "time-minutes", &arguments), "1.204 phút");
        assert_eq!(
            text(Locale::En, "time-minutes", &arguments),
            "1,204 minutes"
        );
        assert!(has(Locale::En, "time-minutes"));
        assert!(!has(Locale::En, "no-such-message"));
    }

    #[test]
    fn a_message_stands_once_and_in_both_languages() {
        let ids = |locale: Locale| {
            let folder = format!("{}/../web/locales/{locale}", env!("CARGO_MANIFEST_DIR"));
            let mut ids = std::collections::BTreeMap::<String, String>::new();
            for file in std::fs::read_dir(folder).expect("folder").flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                let text = std::fs::read_to_string(file.path()).expect("text");
                for line in text.lines() {
                    let Some((id, _)) = line.split_once(" =") else {
                        continue;
                    };
                    if !id.starts_with(|letter: char| letter.is_ascii_lowercase())
                        || id.contains(' ')
                    {
                        continue;
                    }
                    let before = ids.insert(id.to_owned(), name.clone());
                    assert_eq!(before, None, "{id} stands in {name} too");
                }
            }
            ids.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(ids(Locale::Vi), ids(Locale::En));
    }

    #[test]
    fn the_browser_chooses_until_the_reader_does() {
        assert_eq!(Locale::from_accept_language("en-US,en;q=0.9"), Locale::En);
        assert_eq!(Locale::from_accept_language("fr, vi;q=0.5"), Locale::Vi);
        assert_eq!(Locale::from_accept_language(""), Locale::Vi);
    }
}
