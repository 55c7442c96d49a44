//! Decimal numbers as people write them, compared without the roundings of floating point: an answer that is off by
//! exactly the tolerance is right.

use std::fmt;

use serde::{Serialize, Serializer};

/// Digits kept behind the decimal sign; what goes beyond them is cut off.
const PLACES: usize = 9;
/// Most digits before it: no measure of an exercise has more.
const MOST_DIGITS: usize = 15;
/// Most digits that are read behind it.
const MOST_PLACES: usize = 40;
/// What 1 is, in the unit of the last place.
const ONE: i128 = 1_000_000_000;

/// A decimal number with nine places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

impl Decimal {
    /// Reads `12.5`, `12,5`, `-3`, `12 500`: point and comma are both the decimal sign, and nothing but a space parts
    /// thousands, because `1.234` is one number to a Vietnamese and another to an Englishman.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().filter(|c| !c.is_whitespace()).collect();
        let negative = text.starts_with(['-', '\u{2212}']);
        let digits = text
            .strip_prefix(['-', '\u{2212}', '+'])
            .unwrap_or(text.as_str());
        let (whole, places) = match digits.split_once(['.', ',']) {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = whole.len() <= MOST_DIGITS && places.len() <= MOST_PLACES;
        if !fits
            || !is_digits(whole)
            || !is_digits(places)
            || (whole.is_empty() && places.is_empty())
        {
            return None;
        }
        let kept = places.get(..PLACES).unwrap_or(places);
        let units: i128 = format!("{whole}{kept:0<PLACES$}").parse().ok()?;
        Some(Self(if negative { -units } else { units }))
    }

    /// How far two numbers are apart.
    #[must_use]
    pub fn distance(self, other: Self) -> Self {
        Self((self.0 - other.0).abs())
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, places) = (self.0.abs() / ONE, self.0.abs() % ONE);
        let sign = if self.is_negative() { "-" } else { "" };
        let places = format!("{places:0PLACES$}");
        let places = places.trim_end_matches('0');
        let point = if places.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{places}")
    }
}

/// As text: a JSON number would be rounded by whoever reads it.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn reads_what_people_type() {
        for (text, shown) in [
            ("12", "12"),
            (" 12,50 ", "12.5"),
            ("-0.125", "-0.125"),
            ("\u{2212}3", "-3"),
            ("+7", "7"),
            (",5", "0.5"),
            ("12 500", "12500"),
            ("12\u{a0}500,25", "12500.25"),
            ("0.1234567891", "0.123456789"),
            ("-0", "0"),
        ] {
            let number = Decimal::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(number.to_string(), shown, "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1.",
            "1.2.3",
            "1,234.5",
            "1e3",
            "0x10",
            "một",
            "1234567890123456",
            "--1",
        ] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn tolerances_are_exact() {
        let read = |text| Decimal::read(text).unwrap();
        assert_eq!(read("0.4").distance(read("0.3")), read("0,1"));
        assert!(read("0.40001").distance(read("0.3")) > read("0.1"));
    }
}
