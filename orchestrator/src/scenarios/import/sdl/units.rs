//! Times and sizes as the language writes them: `1 week 1day 1h 10 ms`, `4 gib`.

use std::time::Duration;

/// Units of time by their names, in milliseconds.
const TIMES: &[(&[&str], u64)] = &[
    (&["y", "year", "years"], 31_536_000_000),
    (&["mon", "month", "months"], 2_592_000_000),
    (&["w", "week", "weeks"], 604_800_000),
    (&["d", "day", "days"], 86_400_000),
    (&["h", "hr", "hour", "hours"], 3_600_000),
    (&["m", "min", "mins", "minute", "minutes"], 60_000),
    (&["s", "sec", "secs", "second", "seconds", ""], 1_000),
    (&["ms", "msec", "millisecond", "milliseconds"], 1),
];
/// Units of memory by their names, in bytes.
const SIZES: &[(&[&str], u64)] = &[
    (&["", "b"], 1),
    (&["k", "kb"], 1_000),
    (&["ki", "kib"], 1 << 10),
    (&["m", "mb"], 1_000_000),
    (&["mi", "mib"], 1 << 20),
    (&["g", "gb"], 1_000_000_000),
    (&["gi", "gib"], 1 << 30),
    (&["t", "tb"], 1_000_000_000_000),
    (&["ti", "tib"], 1 << 40),
];

/// Reads a time; blanks and `_` mean nothing.
pub(super) fn time(text: &str) -> Option<Duration> {
    sum(text, TIMES).map(Duration::from_millis)
}

/// Reads a size in bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    sum(text, SIZES)
}

fn sum(text: &str, units: &[(&[&str], u64)]) -> Option<u64> {
    let text: String = text
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '+'))
        .collect();
    let mut rest = text.as_str();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let (_, factor) = units.iter().find(|(names, _)| names.contains(&unit))?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*factor)?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read_as_the_language_writes_them() {
        for (text, millis) in [
            ("10min 2 sec", Some(602_000)),
            ("1 week 1day 1h 10 ms", Some(694_800_010)),
            ("_1_0__0__ min", Some(6_000_000)),
            ("0", Some(0)),
            ("3 fortnights", None),
            ("99999999999 years", None),
            ("", None),
        ] {
            assert_eq!(time(text), millis.map(Duration::from_millis), "{text}");
        }
        assert_eq!(
            (size("4 gib"), size("2GB"), size("512")),
            (Some(4 << 30), Some(2_000_000_000), Some(512))
        );
        assert_eq!(size("a lot"), None);
    }
}
