//! Single values read from the tree without ever stopping: what is wrong is noted and a harmless value stands in.

use std::{ops::RangeInclusive, time::Duration};

use jiff::civil::Date;

use super::{
    findings::Reader,
    model::LocalText,
    problem::{Message, Span},
    schema::Asked,
    source::is_deceptive,
    templates::Scope,
    time,
    tree::{Entry, Node, Value},
};

impl<'a> Reader<'a> {
    /// Reads a map whose keys are names that the author chose.
    pub fn entries(self, node: &'a Node) -> &'a [Entry] {
        self.hear(node.span, Asked::Entries);
        if let Value::Map(entries) = &node.value {
            entries
        } else {
            self.error(node.span, Message::new("scenario-not-a-map"), None);
            &[]
        }
    }

    /// Reads a list.
    pub fn items(self, node: &'a Node) -> &'a [Node] {
        self.hear(node.span, Asked::List);
        if let Value::List(items) = &node.value {
            items
        } else {
            self.error(node.span, Message::new("scenario-not-a-list"), None);
            &[]
        }
    }

    /// Reads one line or paragraph of text.
    pub fn text(self, node: &Node) -> String {
        self.hear(node.span, Asked::Text);
        let Value::Scalar { text, .. } = &node.value else {
            self.error(node.span, Message::new("scenario-not-a-text"), None);
            return String::new();
        };
        if let Some(hidden) = text.chars().find(|c| is_deceptive(*c)) {
            let message = Message::new("scenario-hidden-character")
                .with("code", format!("U+{:04X}", u32::from(hidden)));
            self.error(node.span, message, None);
        }
        text.clone()
    }

    /// Reads a text that must say something.
    pub fn filled(self, node: &Node) -> String {
        let text = self.text(node);
        if text.trim().is_empty() && matches!(node.value, Value::Scalar { .. }) {
            self.error(node.span, Message::new("scenario-empty-text"), None);
        }
        text
    }

    /// Reads a list of texts.
    pub fn texts(self, node: &'a Node) -> Vec<String> {
        self.items(node)
            .iter()
            .map(|item| self.text(item))
            .collect()
    }

    /// Reads a text in both languages; `shown` says that trainees see it.
    pub fn local_text(self, node: &'a Node, shown: bool) -> LocalText {
        self.in_both(node, |text, span| {
            self.template(text, span, Scope::Environment, shown);
        })
    }

    /// Reads a text in both languages in which nothing is filled in.
    pub fn languages(self, node: &'a Node) -> LocalText {
        self.in_both(node, |_, _| ())
    }

    fn in_both(self, node: &'a Node, look: impl Fn(&str, Span)) -> LocalText {
        self.hear(node.span, Asked::Local);
        if let Value::Scalar { text, .. } = &node.value {
            let help = Message::new("scenario-languages-help").with("text", text);
            self.error(node.span, Message::new("scenario-languages"), Some(help));
            return LocalText::default();
        }
        self.map(node, |fields| {
            let language = |key| {
                let node = fields.required_as(key, "scenario-missing-language")?;
                let text = self.filled(node);
                look(&text, node.span);
                Some(text)
            };
            LocalText {
                vi: language("vi").unwrap_or_default(),
                en: language("en").unwrap_or_default(),
            }
        })
    }

    /// Reads a time such as `90s`, `15m`, `2h` or `1h30m`.
    pub fn duration(self, node: &Node) -> Duration {
        self.hear(node.span, Asked::Duration);
        let text = self.text(node);
        time::parse(&text).unwrap_or_else(|| {
            if !text.is_empty() {
                let message = Message::new("scenario-duration").with("text", &text);
                self.error(
                    node.span,
                    message,
                    Some(Message::new("scenario-duration-help")),
                );
            }
            Duration::ZERO
        })
    }

    /// Reads a day such as `2026-12-31`; nothing where it is none.
    pub fn date(self, node: &Node) -> Option<Date> {
        self.hear(node.span, Asked::Date);
        let text = self.text(node);
        let date = text.parse().ok();
        if date.is_none() && !text.is_empty() {
            let message = Message::new("content-date").with("text", &text);
            self.error(node.span, message, Some(Message::new("content-date-help")));
        }
        date
    }

    /// Reads `true` or `false`; nothing where it is neither.
    pub fn truth(self, node: &Node) -> Option<bool> {
        self.hear(node.span, Asked::Truth);
        match &node.value {
            Value::Scalar { text, plain: true } if text == "true" => Some(true),
            Value::Scalar { text, plain: true } if text == "false" => Some(false),
            _ => None,
        }
    }

    /// Reads a whole number within a range.
    pub fn integer(self, node: &Node, range: RangeInclusive<i64>) -> i64 {
        self.hear(node.span, Asked::Integer(*range.start(), *range.end()));
        let number = match &node.value {
            Value::Scalar { text, plain: true } => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => number,
            _ => {
                let message = Message::new("scenario-number")
                    .with("from", range.start())
                    .with("to", range.end());
                self.error(node.span, message, None);
                *range.start()
            }
        }
    }

    /// Reads a name of the author's choice: lower case letters, digits and hyphens.
    pub fn name(self, text: &str, span: Span) -> String {
        if !is_name(text) {
            let message = Message::new("scenario-name").with("name", text);
            self.error(span, message, Some(Message::new("scenario-name-help")));
        }
        text.to_owned()
    }
}

/// Whether a name may stand in host names, templates and addresses of pages.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    (1..=40).contains(&bytes.len())
        && bytes.first().is_some_and(|byte| inner(*byte))
        && bytes.last().is_some_and(|byte| inner(*byte))
        && bytes.iter().all(|byte| inner(*byte) || *byte == b'-')
}
