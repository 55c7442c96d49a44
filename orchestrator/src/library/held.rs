//! Judged bundles that were asked for last, bounded by the bytes of their files: one province's large scenarios leave
//! room for no more than they take, and many small ones of all provinces fit.

use std::{collections::HashMap, sync::Arc};

use super::Judged;

/// Bytes of files of bundles that are held: two of the largest that there may be.
const MOST: usize = 128 << 20;

/// What is held, by digest.
pub(super) struct Held {
    most: usize,
    bytes: usize,
    asked: u64,
    kept: HashMap<String, (u64, Arc<Judged>)>,
}

impl Held {
    pub(super) fn new() -> Self {
        Self::with_most(MOST)
    }

    fn with_most(most: usize) -> Self {
        Self {
            most,
            bytes: 0,
            asked: 0,
            kept: HashMap::new(),
        }
    }

    pub(super) fn get(&mut self, digest: &str) -> Option<Arc<Judged>> {
        self.asked += 1;
        let (asked, judged) = self.kept.get_mut(digest)?;
        *asked = self.asked;
        Some(Arc::clone(judged))
    }

    /// Holds one; what nobody asked for the longest makes room. One that alone is larger than all of it is not held.
    pub(super) fn insert(&mut self, digest: &str, judged: Arc<Judged>) {
        let bytes = judged.bytes;
        if bytes > self.most {
            return;
        }
        self.asked += 1;
        let before = self.kept.insert(digest.to_owned(), (self.asked, judged));
        self.bytes += bytes;
        self.bytes -= before.map_or(0, |(_, before)| before.bytes);
        while self.bytes > self.most {
            let oldest = self.kept.iter().min_by_key(|(_, (asked, _))| *asked);
            let Some(oldest) = oldest.map(|(digest, _)| digest.clone()) else {
                return;
            };
            if let Some((_, gone)) = self.kept.remove(&oldest) {
                self.bytes -= gone.bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(bytes: usize) -> Arc<Judged> {
        Arc::new(Judged {
            definition: None,
            problems: Vec::new(),
            title: None,
            bytes,
            unreadable: None,
        })
    }

    #[test]
    fn what_was_asked_for_longest_ago_makes_room_by_its_bytes() {
        let mut held = Held::with_most(100);
        for (digest, bytes) in [("a", 40), ("b", 40), ("too-large", 101)] {
            held.insert(digest, judged(bytes));
        }
        assert!(held.get("a").is_some() && held.get("too-large").is_none());
        held.insert("c", judged(50));
        assert!(held.get("b").is_none() && held.get("a").is_some());
        held.insert("c", judged(60));
        held.insert("d", judged(1));
        assert!(held.get("a").is_none() && held.get("c").is_some());
        assert_eq!((held.bytes, held.kept.len()), (61, 2));
    }
}
