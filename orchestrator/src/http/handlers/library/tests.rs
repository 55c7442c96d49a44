//! The library over the shipped scenario and folders with mistakes.

use std::path::Path;

use super::*;
use crate::scenarios::{self, Bundle, SCENARIO_FILE};

fn shelved(folder: &str) -> Shelved {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let bundle = Bundle::open(&path).expect("bundle");
    let file = bundle.file(SCENARIO_FILE).expect("file").bytes.clone();
    let checked = scenarios::check(bundle);
    Shelved {
        folder: folder.rsplit('/').next().unwrap_or_default().to_owned(),
        title: scenarios::title(&file),
        definition: checked.definition.map(std::sync::Arc::new),
        problems: checked.problems,
        unreadable: None,
    }
}

fn shelves() -> Shelves {
    let folders = [
        shelved("../scenarios/web-defacement"),
        shelved("src/scenarios/tests/plain"),
        shelved("src/scenarios/tests/broken"),
    ];
    let usable = |shelved: &Shelved| {
        let definition = shelved.definition.as_ref()?;
        Some(Usable {
            id: definition.scenario.id.to_string(),
            card: Card::of(definition, shelved.problems.len()),
            bundle: definition.bundle.digest(),
            stage: None,
            href: String::new(),
        })
    };
    Shelves {
        usable: folders.iter().filter_map(usable).collect(),
        broken: folders
            .iter()
            .filter_map(|folder| broken(folder, Locale::Vi))
            .collect(),
        may_edit: false,
    }
}

fn asked(query: &str) -> page::LibraryPage {
    let uri = format!("/scenarios?{query}").parse().expect("address");
    let filters = axum_extra::extract::Query::<Filters>::try_from_uri(&uri).expect("filters");
    fill(&shelves(), &[], &filters.0, Locale::Vi)
}

fn found(query: &str) -> Vec<String> {
    asked(query).rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn scenarios_are_found_by_words_and_by_what_they_are() {
    let both = found("");
    assert_eq!(both.len(), 2, "{both:?}");
    let portal = ["web-defacement"];
    for query in [
        "q=cong+thong+tin",
        "q=DEFACED+portal",
        "q=T1505",
        "q=dien+tu",
        "q=web+shell",
        "q=incident+response",
        "attack=T1505",
        "attack=T1505.003&attack=T9999",
        "level=intermediate&q=web",
    ] {
        assert_eq!(found(query), portal, "{query}");
    }
    for query in ["q=khong-co-dau", "attack=T9999", "level=basic&attack=T1190"] {
        assert!(found(query).is_empty(), "{query}");
    }
}

#[test]
fn what_narrows_the_list_can_be_taken_away() {
    let page = asked("q=cong&attack=T9999&sort=used");
    assert!(page.rows.is_empty());
    assert_eq!(page.total, 2);
    let hrefs: Vec<&str> = page.active.iter().map(|it| it.href.as_str()).collect();
    assert_eq!(
        hrefs,
        [
            "/scenarios?attack=T9999&sort=used",
            "/scenarios?q=cong&sort=used"
        ]
    );
    let attack = page.facets.iter().find(|facet| facet.name == "attack");
    let options = &attack.expect("techniques").options;
    let unknown = options.iter().find(|it| it.choice.value == "T9999");
    assert!(unknown.is_some_and(|it| it.choice.chosen && it.count == 0));
    assert!(page.sorts.iter().any(|it| it.chosen && it.value == "used"));
}

#[test]
fn sectors_and_audiences_are_offered_by_their_names_where_scenarios_have_them() {
    let offered = |query: &str, name: &str| -> Vec<String> {
        let page = asked(query);
        let facet = page.facets.into_iter().find(|facet| facet.name == name);
        let options = facet.expect("facet").options.into_iter();
        options.map(|it| it.choice.title).collect()
    };
    assert_eq!(offered("", "sector"), ["Thông tin"]);
    assert_eq!(
        offered("sector=energy&sector=xyz", "sector"),
        ["Năng lượng", "Thông tin"]
    );
    let audience = offered("", "audience");
    let known = ["Cán bộ chuyên trách CNTT", "Đội ứng cứu sự cố"];
    assert!(
        known.iter().all(|it| audience.iter().any(|own| own == it)),
        "{audience:?}"
    );
    assert_eq!(
        offered("", "kind").len(),
        2,
        "few values are always offered"
    );
}

#[test]
fn the_order_is_by_title_unless_another_is_asked_for() {
    let titles: Vec<String> = asked("").rows.into_iter().map(|row| row.title).collect();
    let mut sorted = titles.clone();
    sorted.sort_by_key(|title| crate::organisation::fold(title));
    assert_eq!(titles, sorted);
    let minutes: Vec<u64> = asked("sort=length")
        .rows
        .iter()
        .map(|row| row.minutes)
        .collect();
    assert!(minutes.is_sorted(), "{minutes:?}");
}

#[test]
fn mistakes_are_shown_with_their_places() {
    let page = asked("q=nothing+has+this");
    let [broken] = page.broken.as_slice() else {
        panic!("one folder is broken")
    };
    assert_eq!(broken.folder, "broken");
    assert!(broken.errors > 10 && broken.problems.len() >= broken.errors);
    let first = &broken.problems[0];
    assert!(first.place.contains(".yaml:"), "{}", first.place);
}
