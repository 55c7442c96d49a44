//! `variables.yml`: values that are drawn for each sandbox.

use crate::scenarios::{
    Message, Variable, VariableKind, VariableName,
    import::{
        draft::Draft,
        foreign::{find, text_of},
        ledger::Given,
    },
};

/// Letters of a drawn text whose length is not said.
const LENGTH: i64 = 12;
/// Fewest and most letters of a drawn text.
const LENGTHS: (i64, i64) = (8, 128);

/// Reads the file.
pub(super) fn read(root: &Given<'_>, draft: &mut Draft) {
    for (key, given) in root.entries() {
        let kind = match text_of(&given, "type") {
            Some((kind, text)) => kind_of(&given, &kind, text),
            None => continue,
        };
        add(draft, key, kind);
    }
}

/// The variable of this name, drawn as text where the sandbox does not say how; its name as it may be written here.
pub(super) fn named(draft: &mut Draft, wish: &str) -> String {
    let name = word(wish);
    let known = draft
        .scenario
        .variables
        .iter()
        .any(|it| it.name.as_str() == name);
    if !known {
        add(draft, wish, VariableKind::Password { length: 12 });
    }
    name
}

fn add(draft: &mut Draft, wish: &str, kind: VariableKind) {
    let name = word(wish);
    if !draft
        .scenario
        .variables
        .iter()
        .any(|it| it.name.as_str() == name)
    {
        draft.scenario.variables.push(Variable {
            name: VariableName::from(name),
            kind,
        });
    }
}

/// Letters, digits and `_`, a letter first.
fn word(wish: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let word: String = wish.chars().take(40).map(plain).collect();
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        word
    } else {
        format!("v{word}")
    }
}

fn kind_of(given: &Given<'_>, kind: &Given<'_>, text: &str) -> VariableKind {
    let number = |key| find(given, key).and_then(|value| value.integer());
    let told = |key: &str| {
        if let Some(value) = find(given, key) {
            value.taken("variables");
        }
    };
    if let Some(value) = find(given, "prohibited") {
        value.lost(Message::new("import-crcz-prohibited"));
    }
    match text.to_lowercase().as_str() {
        "port" | "number" | "int" => {
            kind.taken("variables");
            told("min");
            told("max");
            let limit = i64::from(i32::MAX);
            let from = number("min").unwrap_or(1_024).clamp(-limit, limit);
            let to = number("max").unwrap_or(65_535).clamp(-limit, limit);
            VariableKind::Number {
                from: from.min(to),
                to: to.max(from),
            }
        }
        other => {
            if other == "password" || other == "text" {
                kind.taken("variables");
            } else {
                kind.changed(Message::new("import-crcz-variable"));
            }
            told("length");
            let length = number("length")
                .unwrap_or(LENGTH)
                .clamp(LENGTHS.0, LENGTHS.1);
            VariableKind::Password {
                length: usize::try_from(length).unwrap_or(12),
            }
        }
    }
}
