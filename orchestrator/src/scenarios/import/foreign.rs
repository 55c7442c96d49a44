//! What the importers of whole ranges have in common: keys in any spelling, images, techniques, one-language texts.

use super::{Fate, Wanted, ledger::Given};
use crate::scenarios::{LocalText, Message, attack};

/// The accounts that trainees use in our own images; in all others it is root.
const USERS: &[(&str, &str)] = &[
    ("thaotruong/workstation", "analyst"),
    ("thaotruong/portal", "admin"),
    ("thaotruong/log-collector", "analyst"),
];

/// The value of a key, however its words are joined and whatever their case: `Start-Time`, `start_time`, `startTime`.
pub(super) fn find<'a>(given: &Given<'a>, key: &str) -> Option<Given<'a>> {
    if given.has(key) {
        return given.get(key);
    }
    let name = given
        .keys()
        .find(|name| joined(name).eq(joined(key)))?
        .to_owned();
    given.get(&name)
}

/// The text of a key.
pub(super) fn text_of<'a>(given: &Given<'a>, key: &str) -> Option<(Given<'a>, &'a str)> {
    let value = find(given, key)?;
    let text = value.text().filter(|text| !text.trim().is_empty())?;
    Some((value, text))
}

fn joined(key: &str) -> impl Iterator<Item = char> {
    key.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
}

/// The image that stands for one of the source, and the account that trainees use in it, where that is known.
pub(super) fn image(
    given: &Given<'_>,
    name: &str,
    wanted: &Wanted,
) -> (String, Option<&'static str>) {
    if let Some(ours) = wanted.images.get(name) {
        given.changed(Message::new("import-image-mapped").with("to", ours));
        let user = USERS
            .iter()
            .find(|(image, _)| ours.split(':').next() == Some(*image));
        return (ours.clone(), user.map(|(_, user)| *user));
    }
    let message = Message::new("import-image").with("name", name);
    given.changed(message);
    // An image's name takes no variable and no blank.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':');
    let name: String = name
        .to_lowercase()
        .chars()
        .map(|c| if plain(c) { c } else { '-' })
        .collect();
    (name, None)
}

/// Adds the techniques that a text names and that are known, each once.
pub(super) fn techniques(text: &str, known: &mut Vec<String>) {
    let is_code = |c: char| c.is_ascii_alphanumeric() || c == '.';
    for word in text.split(|c| !is_code(c)) {
        let word = word.trim_matches('.');
        // `TA0043.T1595` names the tactic first.
        let word = match word.split_once('.') {
            Some((tactic, rest)) if tactic.starts_with("TA") => rest,
            _ => word,
        };
        let fits = word.starts_with('T') && attack::name(word).is_some();
        if fits && !known.iter().any(|id| id == word) {
            known.push(word.to_owned());
        }
    }
}

/// Tells the same fate of every item of a list and of the list itself, in one line.
pub(super) fn taken_list(given: &Given<'_>, to: &str) {
    given.tell(Fate::Taken, Message::new("import-taken").with("to", to));
}

/// Puts paragraphs under a heading of ours at the end of a text.
pub(super) fn append(text: &mut LocalText, heading: Option<&'static str>, more: &LocalText) {
    let heading = heading.map(Message::new);
    let head = |locale| {
        let heading = heading.as_ref().map(|heading| heading.text(locale));
        heading.map_or(String::new(), |heading| format!("## {heading}\n\n"))
    };
    for (own, more, locale) in [
        (&mut text.vi, &more.vi, crate::locales::Locale::Vi),
        (&mut text.en, &more.en, crate::locales::Locale::En),
    ] {
        if !own.is_empty() {
            own.push_str("\n\n");
        }
        own.push_str(&head(locale));
        own.push_str(more.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::import::ledger::Ledger;

    #[test]
    fn keys_are_found_in_any_spelling() {
        let ledger = Ledger::default();
        let text = "Start-Time: 1\nmaxScore: 2\nTO_ENTITIES: 3\n";
        let document = ledger.yaml("a.yml", text.as_bytes()).unwrap();
        let root = document.root(&ledger);
        let number = |key| find(&root, key).and_then(|value| value.integer());
        assert_eq!(number("start-time"), Some(1));
        assert_eq!(number("max_score"), Some(2));
        assert_eq!(number("to-entities"), Some(3));
        assert_eq!(number("end-time"), None);
    }

    #[test]
    fn known_techniques_are_found_in_texts_once() {
        let mut known = Vec::new();
        techniques("T1190, TA0003.T1505.003; T1190 và T9999.", &mut known);
        assert_eq!(known, ["T1190", "T1505.003"]);
    }
}
