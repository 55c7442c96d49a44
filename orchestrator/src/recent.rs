//! A bounded memory of what was asked for last: beyond its places, what nobody asked for the longest is forgotten.
//!
//! For things that can be made again from the database. Nothing that exists only in memory belongs here.

use std::{collections::HashMap, hash::Hash};

/// What was asked for last, by key.
#[derive(Clone, Debug)]
pub struct Recent<K, V> {
    places: usize,
    asked: u64,
    kept: HashMap<K, (u64, V)>,
}

impl<K: Eq + Hash + Clone, V: Default> Recent<K, V> {
    /// The value under `key`, a default one where none is kept.
    pub fn entry(&mut self, key: K) -> &mut V {
        if !self.kept.contains_key(&key) {
            self.make_room();
        }
        self.asked += 1;
        let kept = self.kept.entry(key).or_default();
        kept.0 = self.asked;
        &mut kept.1
    }
}

impl<K: Eq + Hash + Clone, V> Recent<K, V> {
    /// Keeps at most `places` values.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self {
            places,
            asked: 0,
            kept: HashMap::new(),
        }
    }

    /// The value under `key`, where it is kept.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        self.asked += 1;
        let kept = self.kept.get_mut(key)?;
        kept.0 = self.asked;
        Some(&kept.1)
    }

    /// Keeps a value.
    pub fn insert(&mut self, key: K, value: V) {
        if !self.kept.contains_key(&key) {
            self.make_room();
        }
        self.asked += 1;
        self.kept.insert(key, (self.asked, value));
    }

    fn make_room(&mut self) {
        while self.kept.len() >= self.places.max(1) {
            let oldest = self.kept.iter().min_by_key(|(_, (asked, _))| *asked);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            self.kept.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_longest_ago_goes_first() {
        let mut recent = Recent::new(2);
        recent.insert("a", 1);
        recent.insert("b", 2);
        assert_eq!(recent.get(&"a"), Some(&1));
        *recent.entry("c") += 3;
        assert_eq!(recent.get(&"b"), None);
        assert_eq!(
            (recent.get(&"a").copied(), recent.get(&"c").copied()),
            (Some(1), Some(3))
        );
    }
}
