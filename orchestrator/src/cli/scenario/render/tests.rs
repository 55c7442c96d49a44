//! What is shown of an environment that a number draws.

use std::path::Path;

use super::*;
use crate::scenarios::{Bundle, check};

fn shipped() -> Definition {
    scenario("web-defacement")
}

fn scenario(name: &str) -> Definition {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../scenarios")
        .join(name);
    check(Bundle::open(&folder).unwrap()).definition.unwrap()
}

fn json(seed: u64) -> serde_json::Value {
    let definition = shipped();
    let example = Example::new(&definition, &Config::default(), seed).unwrap();
    let rendered = Rendered::new(&definition, &example, (seed, None), Locale::Vi).unwrap();
    serde_json::to_value(rendered).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_and_another_another() {
    let (one, again, other) = (json(1), json(1), json(2));
    assert_eq!(one, again);
    for key in ["flags", "variables", "answers", "networks"] {
        assert_ne!(one[key], other[key], "{key}");
    }
}

#[test]
fn nothing_is_left_to_fill_in() {
    let rendered = json(7);
    assert_eq!(rendered["example"], true);
    let admin = rendered["variables"]["admin"].as_str().unwrap();
    let nodes = rendered["nodes"].as_array().unwrap();
    let portal = nodes.iter().find(|node| node["node"] == "portal").unwrap();
    assert_eq!(portal["environment"]["ADMIN_PASSWORD"], admin);
    let texts = rendered["texts"].as_array().unwrap();
    let briefing = texts
        .iter()
        .find(|text| text["place"] == "briefing")
        .unwrap();
    assert!(briefing["text"].as_str().unwrap().contains(admin));
    for text in texts.iter().chain(rendered["files"].as_array().unwrap()) {
        let filled = text["text"].as_str().unwrap();
        assert!(
            text["templated"] == false || !filled.contains("{{"),
            "{text}"
        );
    }
}

fn asked(variant: Option<&str>, cell: Option<&str>) -> Render {
    Render {
        path: PathBuf::new(),
        team_seed: 1,
        variant: variant.map(str::to_owned),
        cell: cell.map(str::to_owned),
        json: true,
    }
}

fn of_routed(variant: &str, cell: Option<Cell>) -> serde_json::Value {
    let definition = scenario("routed-dmz");
    let (number, example) = asked(Some(variant), None)
        .example(&definition, &Config::default(), Locale::Vi)
        .unwrap();
    let rendered = Rendered::new(&definition, &example, (number, cell), Locale::Vi).unwrap();
    serde_json::to_value(rendered).unwrap()
}

#[test]
fn everything_that_is_drawn_is_found_filled_in() {
    let definition = scenario("routed-dmz");
    for variant in ["diagnostics", "backup-key"] {
        let rendered = of_routed(variant, None);
        assert_eq!(rendered["variant"], variant);
        // What is asked for, and where the value then stands.
        let shown = ["texts", "answers", "flags", "files"].map(|key| rendered[key].to_string());
        let shown = shown.concat();
        let mut asked: Vec<String> = Vec::new();
        let scenario = definition.bundle.file("scenario.yaml").unwrap();
        let placed = definition.scenario.files.iter().filter(|file| {
            let mut variants = file.variants.iter();
            file.template && (file.variants.is_empty() || variants.any(|it| it.as_str() == variant))
        });
        let placed = placed.map(|file| definition.bundle.file(&file.from).unwrap());
        for file in placed.chain([scenario]) {
            let text = String::from_utf8(file.bytes.clone()).unwrap();
            let names = text
                .split("{{")
                .skip(1)
                .map(|rest| rest.split("}}").next().unwrap());
            asked.extend(names.map(|name| name.trim().to_owned()));
        }
        assert!(asked.len() > 20, "{asked:?}");
        for name in asked {
            let (kind, name) = name.split_once('.').unwrap();
            let value = match kind {
                "variable" => rendered["variables"][name].clone(),
                "flag" => rendered["flags"][name].clone(),
                "node" => {
                    let node = name.strip_suffix(".address").unwrap();
                    let mut nodes = rendered["nodes"].as_array().unwrap().iter();
                    nodes.find(|it| it["node"] == node).unwrap()["addresses"][0].clone()
                }
                _ => continue,
            };
            let value = value.as_str().unwrap();
            assert!(shown.contains(value), "{kind}.{name} = {value}");
        }
        assert!(!rendered["texts"].to_string().contains("{{"));
        assert_eq!(
            rendered["answers"]["find-service"][0],
            rendered["variables"]["ssh_port"]
        );
    }
}

#[test]
fn a_side_gets_what_is_its_own() {
    let place = |rendered: &serde_json::Value, place: &str| {
        let texts = rendered["texts"].as_array().unwrap();
        texts.iter().any(|text| text["place"] == place)
    };
    let (red, blue) = (Some(Cell::Red), Some(Cell::Blue));
    let (red, blue) = (
        of_routed("diagnostics", red),
        of_routed("diagnostics", blue),
    );
    let both = of_routed("diagnostics", None);
    for (text, of) in [
        ("cells/red/briefing", [true, false]),
        ("cells/blue/briefing", [false, true]),
        ("phases/inside/title", [true, true]),
        ("tasks/foothold/text", [true, false]),
        (
            "tasks/gateway-rule/answer/choice/options/least/text",
            [false, true],
        ),
        ("timeline/E08/message/text", [true, true]),
    ] {
        assert_eq!([place(&red, text), place(&blue, text)], of, "{text}");
        assert!(place(&both, text), "{text}");
    }
    assert!(red["flags"]["foothold"].is_string() && blue["flags"]["foothold"].is_null());
    assert_eq!(blue["answers"]["measures"][0], "password,evidence,review");
}

#[test]
fn a_variant_or_side_that_there_is_not_is_refused() {
    let definition = scenario("routed-dmz");
    let wrong = asked(Some("other"), None).example(&definition, &Config::default(), Locale::En);
    let said = wrong.err().unwrap().to_string();
    assert!(said.contains("diagnostics, backup-key"), "{said}");
}

#[test]
fn it_says_first_that_it_is_an_example() {
    let definition = shipped();
    let example = Example::new(&definition, &Config::default(), 1).unwrap();
    for locale in Locale::ALL {
        let rendered = Rendered::new(&definition, &example, (1, None), locale).unwrap();
        let mut out = Vec::new();
        rendered.show(&mut out).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(shown.starts_with(&text(locale, "cli-render-notice", &[])));
        assert!(!shown.contains("cli-render"), "{shown}");
    }
}
