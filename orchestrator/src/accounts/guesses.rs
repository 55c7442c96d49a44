//! Limits on guessing passwords: by account and address together, by address, and by account over all addresses.
//!
//! Limits are windows that slide, never locks: who knows the password gets in as soon as the window has passed, and a
//! stranger's guesses from elsewhere slow the owner down only past [`ACCOUNT_LIMIT`].

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
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

/// Wrong passwords of the last minutes.
#[derive(Debug, Default)]
pub(super) struct Guesses(Mutex<HashMap<Key, VecDeque<Timestamp>>>);

impl Guesses {
    /// How many seconds to wait before the next try; `None` when it may be made now.
    pub(super) fn wait(&self, username: &str, address: &str, now: Timestamp) -> Option<u64> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limits(username, address)
            .into_iter()
            .filter_map(|(key, limit)| {
                let window = windows.get_mut(&key)?;
                slide(window, now);
                let first = window
                    .len()
                    .checked_sub(limit)
                    .and_then(|index| window.get(index))?;
                Some((*first + WINDOW).since(now).as_secs() + 1)
            })
            .max()
    }

    /// Counts a try before it is judged: tries that come at once cannot all slip through.
    pub(super) fn count(&self, username: &str, address: &str, now: Timestamp) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MEMORY {
            windows.retain(|_, window| {
                slide(window, now);
                !window.is_empty()
            });
        }
        if windows.len() >= MEMORY {
            windows.retain(|_, window| window.len() > 1);
        }
        for (key, _) in limits(username, address) {
            windows.entry(key).or_default().push_back(now);
        }
    }

    /// Takes back the last try, which was right, and forgives the account's earlier ones from this address.
    pub(super) fn forgive(&self, username: &str, address: &str) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in limits(username, address) {
            if matches!(key, Key::Pair(..)) {
                windows.remove(&key);
            } else if let Some(window) = windows.get_mut(&key) {
                window.pop_back();
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

fn slide(window: &mut VecDeque<Timestamp>, now: Timestamp) {
    while window.front().is_some_and(|first| *first + WINDOW <= now) {
        window.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slowed_and_never_locked() {
        let guesses = Guesses::default();
        let start = Timestamp(0);
        for _ in 0..PAIR_LIMIT {
            assert_eq!(guesses.wait("an", "10.0.0.1", start), None);
            guesses.count("an", "10.0.0.1", start);
        }
        assert_eq!(guesses.wait("an", "10.0.0.1", start), Some(301));
        assert_eq!(
            guesses.wait("an", "10.0.0.2", start),
            None,
            "the owner elsewhere is not locked out"
        );
        assert_eq!(guesses.wait("an", "10.0.0.1", start + WINDOW), None);
    }

    #[test]
    fn an_address_that_tries_many_names_is_slowed() {
        let guesses = Guesses::default();
        for n in 0..ADDRESS_LIMIT {
            guesses.count(&format!("user{n}"), "10.0.0.1", Timestamp(0));
        }
        assert!(guesses.wait("somebody", "10.0.0.1", Timestamp(0)).is_some());
    }

    #[test]
    fn the_right_password_forgives() {
        let guesses = Guesses::default();
        for _ in 0..PAIR_LIMIT - 1 {
            guesses.count("an", "10.0.0.1", Timestamp(0));
        }
        guesses.forgive("an", "10.0.0.1");
        guesses.count("an", "10.0.0.1", Timestamp(0));
        assert_eq!(guesses.wait("an", "10.0.0.1", Timestamp(0)), None);
    }
}
