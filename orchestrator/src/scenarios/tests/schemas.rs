//! The schemas that ship are those of the readers, and the scenarios that ship keep to them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::scenarios::{
    findings::{Findings, Reader},
    schema::File,
    source::Source,
    tree,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

#[test]
fn what_ships_is_what_is_read() {
    for file in File::ALL {
        let name = file.name();
        let path = folder().join(format!("schema/{name}.json"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
        assert!(
            kept == file.schema(),
            "run: thaotruong scenario schema {name} >scenarios/schema/{name}.json"
        );
    }
}

#[test]
fn shipped_scenarios_keep_to_it_and_name_it() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        for file in File::ALL {
            let path = entry
                .as_ref()
                .unwrap()
                .path()
                .join(format!("{}.yaml", file.name()));
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let reference = format!(
                "# yaml-language-server: $schema=../schema/{}.json\n",
                file.name()
            );
            assert!(text.starts_with(&reference), "{}", path.display());
            let errors = refused(&file.schema(), &text);
            assert_eq!(errors, Vec::<String>::new(), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 2, "no scenario was found");
}

/// Keys that no shipped scenario has, and why.
const UNUSED: &[(&str, &str)] = &[
    (
        "/tasks/*/answer/check/args",
        "a script that needs none says itself what it looks for",
    ),
    (
        "/tasks/*/answer/file/from",
        "the tool of `routed-dmz` comes with an event, so that it lies nowhere before",
    ),
];

#[test]
fn every_key_stands_in_a_scenario_that_ships() {
    let schema = File::Scenario.schema();
    let (mut all, mut used) = (BTreeSet::new(), BTreeSet::new());
    offered(&schema, &schema, "", &mut all);
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path().join("scenario.yaml");
        if let Ok(text) = std::fs::read_to_string(path) {
            taken(&schema, &schema, &json(&text), "", &mut used);
        }
    }
    let listed: BTreeSet<String> = UNUSED.iter().map(|(key, _)| (*key).to_owned()).collect();
    // A part is answered as a task is, by the same readers.
    let whole = |keys: &BTreeSet<String>| -> BTreeSet<String> {
        let keys = keys.iter();
        keys.map(|key| key.replace("/answers/parts/*/answer/", "/answer/"))
            .collect()
    };
    let unused: BTreeSet<String> = whole(&all).difference(&whole(&used)).cloned().collect();
    assert!(all.len() > 100, "{all:?}");
    assert_eq!(unused, listed);
}

/// What a schema stands for: itself, what it refers to, and each of its alternatives.
fn meant<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut all = vec![schema];
    if let Some(name) = schema["$ref"].as_str() {
        all.extend(meant(root, root.pointer(&name[1..]).unwrap()));
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let ways = schema[key].as_array().into_iter().flatten();
        all.extend(ways.flat_map(|way| meant(root, way)));
    }
    all
}

/// The ways to all keys that a schema offers.
fn offered(root: &Value, schema: &Value, path: &str, all: &mut BTreeSet<String>) {
    for schema in meant(root, schema) {
        for (key, below) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{key}");
            offered(root, below, &path, all);
            all.insert(path);
        }
        for key in ["items", "additionalProperties"] {
            if schema[key].is_object() {
                offered(root, &schema[key], &format!("{path}/*"), all);
            }
        }
    }
}

/// The ways to all keys of a file, as its schema calls them.
fn taken(root: &Value, schema: &Value, value: &Value, path: &str, all: &mut BTreeSet<String>) {
    for schema in meant(root, schema) {
        for (key, value) in value.as_object().into_iter().flatten() {
            if schema["properties"][key].is_object() {
                let path = format!("{path}/{key}");
                taken(root, &schema["properties"][key], value, &path, all);
                all.insert(path);
            } else if schema["additionalProperties"].is_object() {
                let path = format!("{path}/*");
                taken(root, &schema["additionalProperties"], value, &path, all);
            }
        }
        for value in value.as_array().into_iter().flatten() {
            if schema["items"].is_object() {
                taken(root, &schema["items"], value, &format!("{path}/*"), all);
            }
        }
    }
}

#[test]
fn a_schema_refuses_what_no_reader_takes() {
    let schema = File::Scenario.schema();
    let text = std::fs::read_to_string(folder().join("web-defacement/scenario.yaml")).unwrap();
    let good = json(&text);
    for (pointer, key, value) in [
        ("", "tittle", Value::from("x")),
        ("", "version", Value::from("one")),
        ("", "level", Value::from("hard")),
        ("/tasks/0", "points", Value::from(-1)),
        ("/tasks/0/answer", "check", Value::from(1)),
        ("/tasks/0", "title", Value::from("one language")),
        ("/timeline/0", "at", Value::from("soon")),
    ] {
        let mut bad = good.clone();
        bad.pointer_mut(pointer).unwrap()[key] = value;
        let mut errors = Vec::new();
        validate(&schema, &schema, &bad, "", &mut errors);
        assert!(!errors.is_empty(), "{pointer}/{key} is taken");
    }
}

/// What a file holds that a schema does not allow.
pub fn refused(schema: &Value, text: &str) -> Vec<String> {
    let mut errors = Vec::new();
    validate(schema, schema, &json(text), "", &mut errors);
    errors
}

/// A file as an editor sees it.
fn json(text: &str) -> Value {
    let source = std::sync::Arc::new(Source::new("x.yaml", text));
    let findings = Findings::default();
    let node = tree::read(Reader::new(&source, &findings)).unwrap();
    of(&node)
}

fn of(node: &tree::Node) -> Value {
    match &node.value {
        tree::Value::Null => Value::Null,
        tree::Value::Scalar { text, plain } => match text.parse::<i64>() {
            Ok(number) if *plain => number.into(),
            _ if *plain && (text == "true" || text == "false") => (text == "true").into(),
            _ => text.as_str().into(),
        },
        tree::Value::List(items) => items.iter().map(of).collect(),
        tree::Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), of(&entry.value)))
            .collect(),
    }
}

/// The part of JSON Schema that ours use.
fn validate(root: &Value, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).unwrap();
        return validate(root, target, value, at, errors);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let fits = |way: &Value| {
            let mut errors = Vec::new();
            validate(root, way, value, at, &mut errors);
            errors.is_empty()
        };
        if !ways.iter().any(fits) {
            errors.push(format!("{at}: none of the ways"));
        }
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        errors.push(format!("{at}: not one of {words:?}"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if kinds.contains(&"integer") => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        errors.push(format!("{at}: {kind} instead of {kinds:?}"));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !regex::Regex::new(pattern).unwrap().is_match(text)
    {
        errors.push(format!("{at}: `{text}` is none"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_i64(), value.as_i64())
        && number < least
    {
        errors.push(format!("{at}: below {least}"));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        validate(
            root,
            &schema["items"],
            item,
            &format!("{at}/{index}"),
            errors,
        );
    }
    if let Some(map) = value.as_object() {
        fields(root, schema, map, at, errors);
    }
}

fn fields(
    root: &Value,
    schema: &Value,
    map: &serde_json::Map<String, Value>,
    at: &str,
    errors: &mut Vec<String>,
) {
    for (key, value) in map {
        let at = format!("{at}/{key}");
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => errors.push(format!("{at}: unknown")),
            (Value::Null, other) => validate(root, other, value, &at, errors),
            (known, _) => validate(root, known, value, &at, errors),
        }
    }
    let has = |key: &Value| key.as_str().is_some_and(|key| map.contains_key(key));
    for key in schema["required"].as_array().into_iter().flatten() {
        if !has(key) {
            errors.push(format!("{at}: {key} is missing"));
        }
    }
    for group in schema["allOf"].as_array().into_iter().flatten() {
        let alone = group["oneOf"].as_array().into_iter().flatten();
        if alone.filter(|way| has(&way["required"][0])).count() != 1 {
            errors.push(format!("{at}: not one alone of {group}"));
        }
    }
}
