//! Times as authors write them: `90s`, `15m`, `2h`, `1h30m`, `500ms`.

use std::time::Duration;

use serde::Serializer;

/// Longest time that makes sense anywhere in a scenario.
const LONGEST: Duration = Duration::from_hours(24 * 30);

/// Reads a time; a bare number other than 0 has no unit and is none.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let letters = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let unit = match rest.get(..letters)? {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            "d" => Duration::from_hours(24),
            _ => return None,
        };
        total = total.checked_add(unit.checked_mul(u32::try_from(number).ok()?)?)?;
        rest = rest.get(letters..)?;
    }
    (!text.trim().is_empty() && total <= LONGEST).then_some(total)
}

/// Writes a time as seconds, for pages and JSON.
///
/// # Errors
/// When the serializer fails.
pub fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units_and_nothing_without_them() {
        for (text, millis) in [
            ("90s", 90_000),
            ("15m", 900_000),
            ("1h30m", 5_400_000),
            ("500ms", 500),
            ("0", 0),
            ("0m", 0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            " ",
            "15",
            "m",
            "1x",
            "-1s",
            "1.5h",
            "99999999999999999999s",
            "4294967296d",
            "31d",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
