//! Names that are allowed, made from what other systems call things.

use std::collections::{HashMap, HashSet};

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::ledger::Given;
use crate::scenarios::{Message, scalars::is_name};

/// Longest name.
const LONGEST: usize = 40;

/// The names of one kind of thing, no two alike.
#[derive(Debug)]
pub(in crate::scenarios) struct Names {
    fallback: &'static str,
    taken: HashSet<String>,
    /// The number that is tried next for a name that is taken.
    next: HashMap<String, usize>,
}

impl Names {
    /// No names yet; `fallback` stands in where nothing of a name is left.
    pub(in crate::scenarios) fn new(fallback: &'static str) -> Self {
        Self {
            fallback,
            taken: HashSet::new(),
            next: HashMap::new(),
        }
    }

    /// A free name like the one that is wished for.
    pub(in crate::scenarios) fn make(&mut self, wish: &str) -> String {
        let name = slug(wish).unwrap_or_else(|| self.fallback.to_owned());
        let mut free = name.clone();
        while !self.taken.insert(free.clone()) {
            // Each number is tried once, however many ask for the same name.
            let number = self.next.entry(name.clone()).or_insert(2);
            let end = format!("-{number}");
            *number += 1;
            let room = LONGEST.saturating_sub(end.len());
            free = format!("{}{end}", shortened(&name, room));
        }
        free
    }

    /// The same for a name of the source; where it comes out differently the report says so.
    pub(in crate::scenarios) fn of(&mut self, given: &Given<'_>, wish: &str) -> String {
        let name = self.make(wish);
        if name != wish {
            let shown: String = wish.chars().take(LONGEST).collect();
            let message = Message::new("import-renamed")
                .with("name", shown)
                .with("to", &name);
            given
                .ledger()
                .tell(super::Fate::Changed, given.place(), message);
        }
        name
    }
}

/// Lower case letters, digits and hyphens of a text; nothing where none are left.
pub(in crate::scenarios) fn slug(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        let c = if matches!(c, 'đ' | 'Đ') {
            'd'
        } else {
            c.to_ascii_lowercase()
        };
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= LONGEST {
            break;
        }
    }
    let name = shortened(&name, LONGEST).to_owned();
    is_name(&name).then_some(name)
}

/// The beginning of a name of ASCII characters, without a hyphen at its end.
fn shortened(name: &str, most: usize) -> &str {
    name.get(..most.min(name.len()))
        .unwrap_or(name)
        .trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_of_the_same_name_are_numbered_without_trying_all_numbers_again() {
        let mut names = Names::new("task");
        for number in 2..50_000 {
            names.make("one");
            assert!(names.next.get("one").is_none_or(|next| *next == number));
        }
        assert_eq!(names.make("one"), "one-49999");
    }

    #[test]
    fn names_are_allowed_and_no_two_alike() {
        let mut names = Names::new("task");
        assert_eq!(names.make("Đường vào: “Cổng” số 1"), "duong-vao-cong-so-1");
        assert_eq!(names.make("duong vao cong so 1"), "duong-vao-cong-so-1-2");
        assert_eq!(
            (names.make("🦀").as_str(), names.make("").as_str()),
            ("task", "task-2")
        );
        let long = "a-".repeat(60);
        for _ in 0..12 {
            assert!(is_name(&names.make(&long)));
        }
    }
}
