//! Time as a value: instants are microseconds since 1970 in UTC, and whoever needs the time is given a [`Clock`].
//!
//! The same instant must come out of both databases and of a replayed journal, so nothing here reads the machine's
//! clock except [`SystemClock`], and nothing below `cli` makes one.

use std::{
    ops::{Add, Sub},
    sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::{
    Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// Vietnam's one time zone; administrative days begin and end in it.
const ZONE: &str = "Asia/Ho_Chi_Minh";

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// How much time passed since `earlier`; zero where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The instant in Vietnam's time zone.
    #[must_use]
    pub fn civil(self) -> Zoned {
        let instant =
            jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        instant.to_zoned(zone())
    }

    /// The instant at which clocks in Vietnam show `text`, as a form's field sends it: `2026-11-22T08:00`.
    #[must_use]
    pub fn from_form(text: &str) -> Option<Self> {
        let shown: DateTime = text.trim().parse().ok()?;
        let at = shown.to_zoned(zone()).ok()?;
        Some(Self(at.timestamp().as_microsecond()))
    }

    /// What clocks in Vietnam show, as a form's field takes it: `2026-11-22T08:00`.
    #[must_use]
    pub fn for_form(self) -> String {
        self.civil().strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The calendar day in Vietnam.
    #[must_use]
    pub fn day(self) -> Date {
        self.civil().date()
    }

    /// The first instant of a calendar day in Vietnam.
    #[must_use]
    pub fn start_of(day: Date) -> Self {
        day.to_zoned(zone()).map_or(Self::default(), |start| {
            Self(start.timestamp().as_microsecond())
        })
    }
}

fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(7)))
}

/// A duration in whole microseconds, as the database keeps it.
#[must_use]
pub fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock as it stood when the process began, carried on by what has passed since: somebody who sets the
/// machine's time neither ends a drill nor turns it back.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// Wall time and the monotonic clock's reading, taken together when time is first asked for.
static START: LazyLock<(Timestamp, Instant)> = LazyLock::new(|| (wall(), Instant::now()));

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that may read the machine's clock"
)]
fn wall() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

impl SystemClock {
    /// How far the machine's clock stands from this one: more than seconds where somebody set it since the start.
    #[must_use]
    pub fn drift(&self) -> Duration {
        let (wall, now) = (wall(), self.now());
        wall.since(now).max(now.since(wall))
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let (wall, began) = *START;
        wall + began.elapsed()
    }
}

/// A clock that stands until it is moved; tests and scenario rehearsals jump with it.
#[derive(Debug, Default)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows `start`.
    #[must_use]
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(micros(by), Ordering::SeqCst);
    }

    /// Sets the clock, backwards too.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        let day = jiff::civil::date(2026, 11, 22);
        let start = Timestamp::start_of(day);
        assert_eq!(
            start.civil().to_string(),
            "2026-11-22T00:00:00+07:00[Asia/Ho_Chi_Minh]"
        );
        assert_eq!(
            (start - Duration::from_micros(1)).day(),
            jiff::civil::date(2026, 11, 21)
        );
    }

    #[test]
    fn a_form_speaks_of_the_clocks_in_vietnam() {
        let at = Timestamp::from_form("2026-11-22T08:05").unwrap();
        assert_eq!(
            at.civil().to_string(),
            "2026-11-22T08:05:00+07:00[Asia/Ho_Chi_Minh]"
        );
        assert_eq!(at.for_form(), "2026-11-22T08:05");
        for wrong in ["", "08:05", "2026-02-30T08:00", "22/11/2026 08:00"] {
            assert_eq!(Timestamp::from_form(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_systems_clock_never_runs_backwards() {
        let clock = SystemClock;
        let before = clock.now();
        assert!(clock.now() >= before);
        assert!(clock.drift() < Duration::from_secs(1), "nobody set it");
    }

    #[test]
    fn time_that_ran_backwards_is_no_time() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
    }
}
