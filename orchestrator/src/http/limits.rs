//! How often one address may try what costs or can be guessed; more is answered with 429 and when to come again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::clock::Timestamp;

/// Addresses remembered at most.
const MEMORY: usize = 50_000;

/// A bucket that refills: `burst` at once, one more every `every`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Names the bucket.
    pub name: &'static str,
    /// How many at once.
    pub burst: u32,
    /// How long until one more.
    pub every: Duration,
}

/// Sign-in requests of one address, right or wrong: a training room of forty behind one address gets through.
pub const SIGN_IN: Limit = Limit {
    name: "sign-in",
    burst: 120,
    every: Duration::from_millis(500),
};

/// Changes that one account asks for: more than any hand, in several windows, and fewer than a script could.
pub const CHANGE: Limit = Limit {
    name: "change",
    burst: 60,
    every: Duration::from_millis(500),
};

/// Refused requests of one account that the audit trail notes.
pub const REFUSED: Limit = Limit {
    name: "refused",
    burst: 30,
    every: Duration::from_secs(5),
};

/// All buckets. A bucket is kept as the instant at which it will be full again.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<(&'static str, String), Timestamp>>);

impl Limits {
    /// Takes one from the bucket of `who`.
    ///
    /// # Errors
    /// The seconds to wait where it is empty.
    pub fn take(&self, limit: Limit, who: &str, now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MEMORY {
            buckets.retain(|_, full| *full > now);
        }
        let full = buckets.entry((limit.name, who.to_owned())).or_insert(now);
        let most = now + limit.every * limit.burst;
        // Full later than an empty bucket can be: the clock was set back since.
        *full = (*full).clamp(now, most);
        let next = *full + limit.every;
        if next > most {
            return Err(next.since(most).as_secs() + 1);
        }
        *full = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills() {
        let limits = Limits::default();
        let limit = Limit {
            name: "test",
            burst: 2,
            every: Duration::from_secs(10),
        };
        let start = Timestamp(1_000_000);
        assert_eq!(limits.take(limit, "a", start), Ok(()));
        assert_eq!(limits.take(limit, "a", start), Ok(()));
        assert_eq!(limits.take(limit, "a", start), Err(11));
        assert_eq!(limits.take(limit, "b", start), Ok(()));
        assert_eq!(
            limits.take(limit, "a", start + Duration::from_secs(10)),
            Ok(())
        );
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_out_for_an_hour() {
        let limits = Limits::default();
        let limit = Limit {
            name: "test",
            burst: 2,
            every: Duration::from_secs(10),
        };
        let hour = Duration::from_hours(1);
        let late = Timestamp(0) + hour;
        assert_eq!(limits.take(limit, "a", late), Ok(()));
        assert_eq!(limits.take(limit, "a", late), Ok(()));
        let back = late - hour;
        assert_eq!(limits.take(limit, "a", back), Err(11));
        let soon = back + Duration::from_secs(10);
        assert_eq!(limits.take(limit, "a", soon), Ok(()));
    }
}
