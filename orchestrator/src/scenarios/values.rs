//! What `{{…}}` stands for in one environment, and whether an answer is right there.

use std::{fmt, net::Ipv4Addr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{
    Draw, LocalText, NodeId, VariantId, Way,
    model::Answer,
    templates::{RenderError, render},
};
use crate::ids::EnvironmentId;

/// The values of one environment. They hold its secrets: never log them.
#[derive(Clone)]
pub struct Values {
    draw: Draw,
    context: Value,
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Values(…)")
    }
}

impl Values {
    /// Brings together what was drawn and where the machines are.
    pub(super) fn new(
        draw: Draw,
        environment: EnvironmentId,
        addresses: &[(NodeId, Ipv4Addr)],
    ) -> Self {
        let object = |pairs: &mut dyn Iterator<Item = (String, Value)>| {
            Value::Object(pairs.collect::<Map<_, _>>())
        };
        let mut flags = Map::new();
        for (name, flag) in draw.flags() {
            match name.as_str().split_once('.') {
                None => drop(flags.insert(name.to_string(), json!(flag))),
                Some((task, part)) => {
                    let parts = flags.entry(task).or_insert_with(|| json!({}));
                    parts[part] = json!(flag);
                }
            }
        }
        let variables = object(
            &mut draw
                .variables()
                .map(|(name, value)| (name.to_string(), json!(value))),
        );
        let nodes =
            object(&mut addresses.iter().map(|(node, address)| {
                (node.to_string(), json!({"address": address.to_string()}))
            }));
        let context = json!({
            "flag": flags,
            "variable": variables,
            "node": nodes,
            "environment": {"id": environment.to_string()},
        });
        Self { draw, context }
    }

    /// Flags and variables.
    #[must_use]
    pub fn draw(&self) -> &Draw {
        &self.draw
    }

    /// Whether this environment is of one of these variants; of none in particular is every one.
    #[must_use]
    pub fn has_variant(&self, variants: &[VariantId]) -> bool {
        let own = self.draw.variant();
        variants.is_empty() || own.is_some_and(|own| variants.contains(own))
    }

    /// The text with every name replaced by its value.
    ///
    /// # Errors
    /// When a name has no value, which a checked scenario excludes.
    pub fn render(&self, text: &str) -> Result<String, RenderError> {
        render(text, &self.context)
    }

    /// The same in both languages.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_local(&self, text: &LocalText) -> Result<LocalText, RenderError> {
        Ok(LocalText {
            vi: self.render(&text.vi)?,
            en: self.render(&text.en)?,
        })
    }

    /// Whether what was given is right for a part of a task, or for the whole; what asks for a state or a report is never
    /// solved so.
    ///
    /// All accepted texts are compared in constant time, so that the time taken says nothing about them.
    ///
    /// # Errors
    /// When an accepted answer holds a name without value, which a checked scenario excludes.
    pub fn solves(&self, way: &Way<'_>, given: &str) -> Result<bool, RenderError> {
        let same = |one: &str, other: &str| {
            verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
        };
        Ok(match way.answer {
            Answer::Flag => self.draw.is_flag(&way.flag, given),
            Answer::Text(answer) => {
                let given = comparable(given);
                let mut right = false;
                for accepted in &answer.accept {
                    right |= same(&comparable(&self.render(accepted)?), &given);
                }
                right && !given.is_empty()
            }
            Answer::Number(answer) => answer.takes(&self.render(&answer.value)?, given),
            Answer::Pattern(_)
            | Answer::Choice(_)
            | Answer::Choices(_)
            | Answer::Order(_)
            | Answer::File(_)
            | Answer::Check(_)
            | Answer::Report(_)
            | Answer::Decision(_)
            | Answer::Parts(_) => way.answer.judged(given).unwrap_or(false),
        })
    }
}

/// A text as answers are compared: composed accents, small letters, single spaces.
fn comparable(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
