//! A request that a step makes: what a trainee would ask for with `curl` on a machine whose terminal is theirs.

use serde::Serialize;

use super::{NodeId, templated};
use crate::scenarios::{
    fields::Fields,
    findings::{Reader, Thing},
    problem::Message,
    tree::Node,
};

/// Methods that a request may have. `HEAD` has no answer to look into.
const METHODS: &[(&str, &str)] = &[
    ("GET", "GET"),
    ("POST", "POST"),
    ("PUT", "PUT"),
    ("PATCH", "PATCH"),
    ("DELETE", "DELETE"),
    ("OPTIONS", "OPTIONS"),
];
/// What an address begins with.
const SCHEMES: [&str; 2] = ["http://", "https://"];

/// A request, made as the user of a machine's terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The machine that asks.
    pub node: NodeId,
    /// The method.
    pub method: String,
    /// Where to; `{{capture.…}}` is filled in, here as in headers and body.
    pub url: String,
    /// Names and values of header lines.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Option<String>,
    /// What must come back.
    pub expect: Expectation,
}

/// What an answer must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Expectation {
    /// Its status; any below 400 where absent.
    pub status: Option<u16>,
    /// Words in its header lines or its body; `{{capture.…}}` is filled in.
    pub contains: Option<String>,
}

impl Request {
    pub(super) fn read(reader: Reader<'_>, node: &Node, captures: &[String]) -> Self {
        let filled = |node: &Node| templated(reader, node, captures);
        reader.map(node, |fields| Self {
            node: NodeId::from(fields.referred("node", Thing::Node)),
            method: fields
                .optional_choice("method", METHODS)
                .unwrap_or("GET")
                .to_owned(),
            url: url(fields, captures),
            headers: headers(fields, captures),
            body: fields.optional("body").map(filled),
            expect: fields
                .optional("expect")
                .map(|node| {
                    reader.map(node, |fields| Expectation {
                        status: fields.optional_integer("status", 100..=599),
                        contains: fields.optional("contains").map(filled),
                    })
                })
                .unwrap_or_default(),
        })
    }
}

fn url(fields: &Fields<'_>, captures: &[String]) -> String {
    let reader = fields.reader();
    let Some(node) = fields.required("url") else {
        return String::new();
    };
    let url = templated(reader, node, captures);
    let begins = SCHEMES.iter().any(|scheme| url.starts_with(scheme)) || url.starts_with("{{");
    let parted = url.replace("{{ ", "{{").replace(" }}", "}}");
    if !url.trim().is_empty() && (!begins || parted.contains(char::is_whitespace)) {
        let message = Message::new("scenario-url").with("text", &url);
        let help = Message::new("scenario-url-help");
        reader.error(node.span, message, Some(help));
    }
    url
}

fn headers(fields: &Fields<'_>, captures: &[String]) -> Vec<(String, String)> {
    let reader = fields.reader();
    let Some(node) = fields.optional("headers") else {
        return Vec::new();
    };
    let entries = reader.entries(node).iter();
    entries
        .map(|entry| {
            let name = &entry.key;
            let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if name.is_empty() || !name.bytes().all(word) {
                let message = Message::new("scenario-header-name").with("name", name);
                reader.error(entry.span, message, None);
            }
            let value = templated(reader, &entry.value, captures);
            if value.contains(['\r', '\n']) {
                let message = Message::new("scenario-header-line").with("name", name);
                reader.error(entry.value.span, message, None);
            }
            (name.clone(), value)
        })
        .collect()
}
