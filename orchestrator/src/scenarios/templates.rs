//! `{{…}}` in texts, accepted answers and files: names, and nothing but names.
//!
//! Handlebars fills them in, strict and unescaped. Which expressions are allowed is decided here, before it sees the
//! text: a name alone. No helper, block or partial ever reaches it, so a scenario can neither compute nor nest.

use std::collections::BTreeMap;

use handlebars::{Handlebars, no_escape};
use serde_json::Value;

/// A text that could not be filled in.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Something else than a name stands between the braces.
    #[error("only a name may stand in {0}")]
    Form(String),
    /// The name has no value here, or the braces do not close.
    #[error(transparent)]
    Value(#[from] Box<handlebars::RenderError>),
}

/// Which names a text may use.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Flags, variables, addresses: what belongs to one environment.
    Environment,
    /// What earlier steps of a solution have captured.
    Captures(&'a [String]),
}

/// One `{{…}}` of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expression<'a> {
    /// With its braces, as written.
    pub text: &'a str,
    /// The name in it, if it is one.
    pub name: Result<&'a str, ()>,
}

/// All `{{…}}` of a text, those behind a backslash left out.
#[must_use]
pub fn expressions(text: &str) -> Vec<Expression<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("{{").map(|at| at + from) {
        let backslashes = text[from..at]
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count();
        if backslashes == 1 {
            from = at
                + if text[at + 2..].starts_with("{{") {
                    4
                } else {
                    2
                };
            continue;
        }
        let end = text[at..].find("}}").map_or(text.len(), |end| at + end + 2);
        let inner = text[at + 2..end].strip_suffix("}}").unwrap_or("{");
        let name = inner.trim();
        let parts = || name.split('.');
        let is_name = parts().count() > 1 && parts().all(is_part);
        found.push(Expression {
            text: &text[at..end],
            name: if is_name { Ok(name) } else { Err(()) },
        });
        from = end;
    }
    found
}

/// The text with all names replaced by their values.
///
/// # Errors
/// When something else than a name stands between braces, or a name has no value.
pub fn render(text: &str, values: &Value) -> Result<String, RenderError> {
    let found = expressions(text);
    if let Some(wrong) = found.iter().find(|found| found.name.is_err()) {
        return Err(RenderError::Form(wrong.text.to_owned()));
    }
    if found.is_empty() && !text.contains("{{") {
        return Ok(text.to_owned());
    }
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(no_escape);
    for helper in [
        "if", "unless", "each", "with", "lookup", "raw", "log", "eq", "ne", "gt", "gte", "lt",
        "lte", "and", "or", "not", "len",
    ] {
        engine.unregister_helper(helper);
    }
    engine
        .render_template(text, values)
        .map_err(|error| RenderError::Value(Box::new(error)))
}

/// A step's text with what earlier steps printed.
///
/// # Errors
/// A name that no step has captured.
pub fn fill_captures(
    text: &str,
    captures: &BTreeMap<String, String>,
) -> Result<String, RenderError> {
    render(text, &serde_json::json!({ "capture": captures }))
}

fn is_part(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fills_in_names_as_they_are() {
        let values = json!({"flag": {"entry-point": "TT{<&>}"}, "node": {"portal": {"address": "10.0.0.2"}}});
        let text =
            "at {{node.portal.address}}: {{ flag.entry-point }} \\{{raw}} \\\\{{flag.entry-point}}";
        assert_eq!(
            render(text, &values).unwrap(),
            "at 10.0.0.2: TT{<&>} {{raw}} \\TT{<&>}"
        );
        assert!(matches!(
            render("{{flag.other}}", &values),
            Err(RenderError::Value(_))
        ));
    }

    #[test]
    fn refuses_everything_but_names() {
        for text in [
            "{{7*7}}",
            "{{#if a.b}}x{{/if}}",
            "{{lookup a b}}",
            "{{> part}}",
            "{{{a.b}}}",
            "{{a}}",
            "{{",
            "{{a.b",
            "{{}}",
            "{{{{raw}}}}",
            "{{../a.b}}",
            "{{a..b}}",
            "{{this.a}} {{@root.a}}",
            "{{! comment }}",
        ] {
            assert!(render(text, &json!({"a": {"b": 1}})).is_err(), "{text}");
        }
    }
}
