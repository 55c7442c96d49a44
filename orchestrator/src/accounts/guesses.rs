//! Limits on guessing passwords: by account and address together, by address, and by account over all addresses.
//!
//! Limits are windows that slide, never locks: who knows the password gets in as soon as the window has passed, and a
//! stranger's guesses from elsewhere slow the owner down only past [`ACCOUNT_LIMIT`].

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::clock::Timestamp;

/// Wrong passwords count this long.
const WINDOW: Duration = Duration::from_mins(5);
/// Wrong passwords for one account from one address.
const PAIR_LIMIT: usize = 8;
/// Wrong passwords from one address, whatever the account: a training room behind one address mistypes too.
const ADDRESS_LIMIT: usize = 60;
/// Wrong passwords for one account from anywhere.
const ACCOUNT_LIMIT: usize = 40;
/// Windows remembered at most; the emptiest are dropped first.
const MEMORY: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, String),
    Address(String),
    Account(String),
}

/// Wrong passwords of the last minutes, and tries that are being judged.
#[derive(Debug, Default)]
pub(super) struct Guesses(Mutex<HashMap<Key, Window>>);

#[derive(Debug, Default)]
struct Window {
    wrong: VecDeque<Timestamp>,
    under_way: usize,
}

/// A try that is being judged. It counts among those under way until it is dropped, and as a wrong one only where
/// [`Try::wrong`] says so: what fails for other reasons is nobody's guess.
#[derive(Debug)]
pub(super) struct Try<'a> {
    guesses: &'a Guesses,
    username: String,
    address: String,
}

impl Guesses {
    /// Begins a try.
    ///
    /// # Errors
    /// How many seconds to wait before it may be made.
    pub(super) fn begin(
        &self,
        username: &str,
        address: &str,
        now: Timestamp,
    ) -> Result<Try<'_>, u64> {
        let mut windows = self.lock();
        if windows.len() >= MEMORY {
            windows.retain(|_, window| {
                slide(&mut window.wrong, now);
                window.under_way > 0 || !window.wrong.is_empty()
            });
        }
        if windows.len() >= MEMORY {
            windows.retain(|_, window| window.under_way > 0 || window.wrong.len() > 1);
        }
        let mut failed_before = false;
        let mut wait = None;
        for (key, limit) in limits(username, address) {
            let Some(window) = windows.get_mut(&key) else {
                continue;
            };
            slide(&mut window.wrong, now);
            let whole_address = matches!(key, Key::Address(_));
            failed_before |= matches!(key, Key::Pair(..)) && !window.wrong.is_empty();
            // Past the limit of an address only names that failed from it wait: others behind it mistyped nothing. Who
            // tries many names has one try of each in a window.
            if whole_address && !failed_before {
                continue;
            }
            let over = window.wrong.len().checked_sub(limit);
            let seconds = match over.and_then(|over| window.wrong.get(over)) {
                Some(first) => Some((*first + WINDOW).since(now).as_secs() + 1),
                // Those under way could all be wrong; how they end is known in a moment.
                None if !whole_address && window.wrong.len() + window.under_way >= limit => Some(1),
                None => None,
            };
            wait = wait.max(seconds);
        }
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        for (key, _) in limits(username, address) {
            windows.entry(key).or_default().under_way += 1;
        }
        Ok(Try {
            guesses: self,
            username: username.to_owned(),
            address: address.to_owned(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Try<'_> {
    /// The password was wrong.
    pub(super) fn wrong(self, now: Timestamp) {
        let mut windows = self.guesses.lock();
        for (key, _) in limits(&self.username, &self.address) {
            windows.entry(key).or_default().wrong.push_back(now);
        }
    }

    /// The password was right: earlier wrong ones of the account from this address are forgiven.
    pub(super) fn right(self) {
        let pair = Key::Pair(self.username.clone(), self.address.clone());
        if let Some(window) = self.guesses.lock().get_mut(&pair) {
            window.wrong.clear();
        }
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        let mut windows = self.guesses.lock();
        for (key, _) in limits(&self.username, &self.address) {
            if let Some(window) = windows.get_mut(&key) {
                window.under_way = window.under_way.saturating_sub(1);
                if window.under_way == 0 && window.wrong.is_empty() {
                    windows.remove(&key);
                }
            }
        }
    }
}

fn limits(username: &str, address: &str) -> [(Key, usize); 3] {
    [
        (
            Key::Pair(username.to_owned(), address.to_owned()),
            PAIR_LIMIT,
        ),
        (Key::Address(address.to_owned()), ADDRESS_LIMIT),
        (Key::Account(username.to_owned()), ACCOUNT_LIMIT),
    ]
}

/// Drops what is too old, and what a clock that was set back shows as still to come.
fn slide(window: &mut VecDeque<Timestamp>, now: Timestamp) {
    window.retain(|at| *at <= now && now < *at + WINDOW);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "10.0.0.1";

    fn fail(guesses: &Guesses, username: &str, address: &str, now: Timestamp) {
        guesses
            .begin(username, address, now)
            .expect("may try")
            .wrong(now);
    }

    #[test]
    fn guessing_is_slowed_and_never_locked() {
        let guesses = Guesses::default();
        let start = Timestamp(0);
        for _ in 0..PAIR_LIMIT {
            fail(&guesses, "an", HERE, start);
        }
        assert_eq!(guesses.begin("an", HERE, start).err(), Some(301));
        assert!(
            guesses.begin("an", "10.0.0.2", start).is_ok(),
            "the owner elsewhere is not locked out"
        );
        assert!(guesses.begin("an", HERE, start + WINDOW).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_names_is_slowed_and_its_neighbours_are_not() {
        let guesses = Guesses::default();
        let now = Timestamp(0);
        for n in 0..ADDRESS_LIMIT {
            fail(&guesses, &format!("user{n}"), HERE, now);
        }
        assert!(guesses.begin("user3", HERE, now).is_err());
        assert!(guesses.begin("somebody", HERE, now).is_ok());
        fail(&guesses, "somebody", HERE, now);
        assert!(guesses.begin("somebody", HERE, now).is_err());
    }

    #[test]
    fn a_class_that_signs_in_at_once_is_not_taken_for_an_attack() {
        let guesses = Guesses::default();
        let class: Vec<Try<'_>> = (0..200)
            .map(|n| {
                guesses
                    .begin(&format!("user{n}"), HERE, Timestamp(0))
                    .expect("may try")
            })
            .collect();
        class.into_iter().for_each(Try::right);
        assert!(guesses.lock().is_empty());
    }

    #[test]
    fn tries_that_come_at_once_cannot_all_slip_through() {
        let guesses = Guesses::default();
        let now = Timestamp(0);
        let tries: Vec<_> = (0..PAIR_LIMIT)
            .map(|_| guesses.begin("an", HERE, now).expect("may try"))
            .collect();
        assert_eq!(guesses.begin("an", HERE, now).err(), Some(1));
        drop(tries);
        assert!(
            guesses.begin("an", HERE, now).is_ok(),
            "none was judged wrong"
        );
    }

    #[test]
    fn the_right_password_forgives() {
        let guesses = Guesses::default();
        for _ in 0..PAIR_LIMIT - 1 {
            fail(&guesses, "an", HERE, Timestamp(0));
        }
        guesses
            .begin("an", HERE, Timestamp(0))
            .expect("may try")
            .right();
        fail(&guesses, "an", HERE, Timestamp(0));
        assert!(guesses.begin("an", HERE, Timestamp(0)).is_ok());
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let guesses = Guesses::default();
        let late = Timestamp(0) + Duration::from_hours(1);
        for _ in 0..PAIR_LIMIT {
            fail(&guesses, "an", HERE, late);
        }
        assert!(guesses.begin("an", HERE, Timestamp(0)).is_ok());
    }
}
