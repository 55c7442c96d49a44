//! Texts that nobody translated: the same words stand in both languages, as after an import from a source that has one.

use crate::scenarios::{
    findings::Reader,
    problem::{Message, Span},
    tree::{Node, Value},
};

/// Most words of a name, which may be the same everywhere.
const NAME: usize = 3;
/// How many places the warning lists.
const LISTED: usize = 5;

/// One warning for all of them, at the first.
pub(super) fn untranslated(reader: Reader<'_>, root: &Node) {
    let mut places = Vec::new();
    look(root, &mut places);
    let Some(first) = places.first() else { return };
    let listed: Vec<String> = places
        .iter()
        .take(LISTED)
        .map(|span| span.line.to_string())
        .collect();
    let more = if places.len() > LISTED { ", …" } else { "" };
    let message = Message::new("scenario-untranslated")
        .with("count", places.len())
        .with("lines", format!("{}{more}", listed.join(", ")));
    let help = Message::new("scenario-untranslated-help");
    reader.warn(*first, message, Some(help));
}

fn look(node: &Node, places: &mut Vec<Span>) {
    match &node.value {
        Value::Map(entries) => {
            let of = |key: &str| match node.get(key).map(|it| (&it.value, it.span)) {
                Some((Value::Scalar { text, .. }, span)) => Some((text, span)),
                _ => None,
            };
            if let (Some((one, _)), Some((other, span))) = (of("vi"), of("en"))
                && one.trim() == other.trim()
                && words(one) > NAME
            {
                places.push(span);
            }
            // Who sends a message is a name, however long.
            let inside = entries.iter().filter(|entry| entry.key != "from");
            inside.for_each(|entry| look(&entry.value, places));
        }
        Value::List(items) => items.iter().for_each(|item| look(item, places)),
        Value::Null | Value::Scalar { .. } => {}
    }
}

/// Words of a text, without what stands in code or is filled in.
fn words(text: &str) -> usize {
    let plain = text.split('`').step_by(2);
    let plain = plain.flat_map(|part| part.split("{{"));
    let plain = plain.map(|part| part.split_once("}}").map_or(part, |(_, rest)| rest));
    let words = plain.flat_map(str::split_whitespace);
    words
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn code_and_names_of_an_environment_are_no_words() {
        for (text, count) in [
            ("Nguyễn Văn A", 3),
            ("Look around, then answer.", 4),
            ("`getent hosts edge router gateway`", 0),
            ("{{node.portal.address}} 10.0.0.1 — {{variable.a}}", 0),
        ] {
            assert_eq!(words(text), count, "{text}");
        }
    }
}
