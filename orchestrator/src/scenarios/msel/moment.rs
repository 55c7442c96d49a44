//! When an event of a list happens: `H+0:15`, `+15 min`, `08:15`, `8 giờ 15`, an Excel time or date.
//!
//! Lists mix two habits: time since the start, and the hour of the day. A single cell often cannot tell which, so the
//! whole column decides: no drill starts at night, hence a column that begins before five o'clock counts from the start.

use std::time::Duration;

use super::plain;
use crate::scenarios::time;

/// Before this hour no drill starts; a column that begins earlier counts from the start.
const EARLIEST_START: Duration = Duration::from_hours(5);
/// Longest time that a scenario knows.
const LONGEST: Duration = Duration::from_hours(24 * 30);

/// A time as one cell says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the start, for certain.
    After(Duration),
    /// An hour of the day, or a day and an hour, since the epoch of spreadsheets; or a time after the start.
    Clock(Duration),
}

/// Reads a text; nothing where it is no time.
#[must_use]
pub fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    let plain = plain(text);
    if matches!(
        plain.as_str(),
        "startex" | "start" | "start of exercise" | "bat dau" | "khai mac"
    ) {
        return Some(Moment::After(Duration::ZERO));
    }
    let small = text.to_lowercase();
    let after = ["h +", "h+", "t +", "t+", "+"]
        .iter()
        .find_map(|start| small.strip_prefix(start));
    if let Some(after) = after.map(str::trim) {
        return amount(after).map(Moment::After);
    }
    if let Some(clock) = clock(&small) {
        return Some(Moment::Clock(clock));
    }
    amount(&small).map(Moment::After)
}

/// Turns a column of times into times after the start; also the hour that was taken for the start, where there is one.
#[must_use]
pub fn relative(moments: &[Option<Moment>]) -> (Vec<Option<Duration>>, Option<Duration>) {
    let clocks = moments.iter().filter_map(|moment| match moment {
        Some(Moment::Clock(at)) => Some(*at),
        _ => None,
    });
    let start = clocks.min().filter(|first| *first >= EARLIEST_START);
    let within = |at: Duration| (at <= LONGEST).then_some(at);
    let times = moments.iter().map(|moment| match (*moment)? {
        Moment::After(at) => within(at),
        Moment::Clock(at) => within(at.saturating_sub(start.unwrap_or_default())),
    });
    (times.collect(), start)
}

/// `0:15`, `1:02:03`, `15`, `15m`, `15 phút`, `1 giờ 30 phút`: an amount of time, minutes where no unit stands.
fn amount(text: &str) -> Option<Duration> {
    if text.contains(':') {
        return parts(text, ':');
    }
    if let Ok(minutes) = text.parse::<u64>() {
        return minutes.checked_mul(60).map(Duration::from_secs);
    }
    let mut written = String::new();
    for word in words(&plain(text)) {
        written.push_str(match word.as_str() {
            "phut" | "min" | "mins" | "minute" | "minutes" | "p" => "m",
            "gio" | "hr" | "hrs" | "hour" | "hours" => "h",
            "giay" | "sec" | "secs" | "second" | "seconds" => "s",
            "ngay" | "day" | "days" => "d",
            other => other,
        });
    }
    // `1h30`: what stands behind hours alone are minutes.
    if written.contains('h') && written.ends_with(|c: char| c.is_ascii_digit()) {
        written.push('m');
    }
    time::parse(&written)
}

/// An hour of the day: `08:15`, `8:15:30`, `8h15`, `8 giờ 15`, `9:05 PM`.
fn clock(text: &str) -> Option<Duration> {
    let (text, half) = match text {
        _ if text.ends_with("am") || text.ends_with("sa") => (&text[..text.len() - 2], Some(0)),
        _ if text.ends_with("pm") || text.ends_with("ch") => (&text[..text.len() - 2], Some(12)),
        _ => (text, None),
    };
    let text = text.trim();
    let at = match text.split_once(" giờ ").or_else(|| text.split_once('h')) {
        Some((hours, minutes)) => {
            let minutes = minutes.trim();
            if minutes.len() != 2 {
                return None;
            }
            parts(&format!("{}:{minutes}", hours.trim()), ':')?
        }
        None => parts(text, ':')?,
    };
    match half {
        None => Some(at),
        Some(_) if at >= Duration::from_hours(13) || at < Duration::from_hours(1) => None,
        Some(half) => {
            let hours = at.as_secs() / 3600 % 12 + half;
            Some(Duration::from_secs(hours * 3600 + at.as_secs() % 3600))
        }
    }
}

/// Hours, minutes and perhaps seconds.
fn parts(text: &str, between: char) -> Option<Duration> {
    let parts: Vec<&str> = text.split(between).map(str::trim).collect();
    let (whole, thousandths) = match parts.last()?.split_once('.') {
        Some((whole, part)) if parts.len() == 3 && part.len() == 3 => {
            (whole, part.parse::<u64>().ok()?)
        }
        Some(_) => return None,
        None => (*parts.last()?, 0),
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| digits)
    };
    let small = |text: &str| number(text).filter(|number| *number < 60);
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, _] => (number(hours)?, small(whole)?, 0),
        [hours, minutes, _] => (number(hours)?, small(minutes)?, small(whole)?),
        _ => return None,
    };
    let seconds = hours
        .checked_mul(3600)?
        .checked_add(minutes * 60 + seconds)?;
    (hours < 1_000).then(|| Duration::from_secs(seconds) + Duration::from_millis(thousandths))
}

/// Numbers and letters apart from each other.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in text.chars().filter(|c| !c.is_whitespace() || *c == ' ') {
        let joins = words
            .last()
            .and_then(|word| word.chars().last())
            .is_some_and(|last| {
                last != ' ' && last.is_ascii_digit() == c.is_ascii_digit() && c != ' '
            });
        match words.last_mut() {
            Some(word) if joins => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words.retain(|word| word != " ");
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let after = |seconds| Some(Moment::After(Duration::from_secs(seconds)));
        let clock = |seconds| Some(Moment::Clock(Duration::from_secs(seconds)));
        for (text, moment) in [
            ("H+0:15", after(900)),
            ("h + 1:02:03", after(3_723)),
            ("T+15", after(900)),
            ("+15 min", after(900)),
            ("15", after(900)),
            ("15m", after(900)),
            ("90 phút", after(5_400)),
            ("1 giờ 30 phút", after(5_400)),
            ("1h30m", after(5_400)),
            ("StartEx", after(0)),
            ("Bắt đầu", after(0)),
            ("0:15", clock(900)),
            ("08:15", clock(29_700)),
            ("8:15:30", clock(29_730)),
            ("8h15", clock(29_700)),
            ("8 giờ 15", clock(29_700)),
            ("9:05 PM", clock(75_900)),
            ("12:05 AM", clock(300)),
            ("sau bữa trưa", None),
            ("8:75", None),
            ("99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(parse(text), moment, "{text}");
        }
    }

    #[test]
    fn a_column_says_together_where_it_starts() {
        let read = |texts: &[&str]| {
            let moments: Vec<_> = texts.iter().map(|text| parse(text)).collect();
            let (times, start) = relative(&moments);
            let minutes: Vec<_> = times
                .iter()
                .map(|at| at.map(|at| at.as_secs() / 60))
                .collect();
            (minutes, start.map(|start| start.as_secs() / 60))
        };
        assert_eq!(
            read(&["08:30", "8h00", "?", "+5"]),
            (vec![Some(30), Some(0), None, Some(5)], Some(480))
        );
        assert_eq!(
            read(&["0:00", "0:45", "1:30"]),
            (vec![Some(0), Some(45), Some(90)], None)
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".{0,40}", times in "[0-9:hHpam+ ]{0,12}") {
            let _ = (parse(&text), parse(&times));
        }
    }
}
