//! The staff list.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use axum::{extract::State, response::Html};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        forms::Query,
        pages::{Choice, people as page},
    },
    say,
};
use crate::{
    clock::Timestamp,
    ids::PersonId,
    locales::Locale,
    organisation::{self, PAGE, Search, Staff, Unit},
    store::learning,
};

#[derive(Default, Deserialize)]
pub(in crate::http) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    page: Option<usize>,
}

/// `GET /people`
pub(in crate::http) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, AppError> {
    let province = visitor.actor()?.province;
    let day = app.clock.now().day();
    let number = wanted.page.unwrap_or(1).max(1);
    let search = Search {
        text: wanted.q.clone(),
        unit: wanted.unit.parse().ok(),
        response_team: wanted.group == "response_team",
        it_specialist: wanted.group == "it_specialist",
        head: wanted.group == "head",
        page: number - 1,
    };
    let mut connection = app.db.connection().await?;
    let found = organisation::search(&mut connection, province, &search, day).await?;
    let units = organisation::unit_tree(&mut connection, province, day).await?;
    let year = Timestamp::start_of(Date::new(day.year(), 1, 1).unwrap_or(day));
    let tomorrow = Timestamp::start_of(day.tomorrow().unwrap_or(day));
    let mut completions: HashMap<PersonId, usize> = HashMap::new();
    for one in learning::completions(&mut connection, province, year, tomorrow).await? {
        *completions.entry(one.completion.person).or_default() += 1;
    }
    let reached: HashSet<PersonId> = learning::reached(&mut connection, province, year, tomorrow)
        .await?
        .into_iter()
        .map(|one| one.person)
        .collect();
    let row = |line: Staff| page::PersonRow {
        tags: tags(visitor.locale, &line),
        completions: completions.get(&line.person).copied().unwrap_or(0),
        reached: reached.contains(&line.person),
        name: line.name,
        unit: line.unit_name,
        position: line.position,
    };
    let page = page::PeoplePage {
        query: wanted.q.clone(),
        units: unit_choices(&units, &wanted.unit),
        groups: groups(visitor.locale, &wanted.group),
        total: found.total,
        previous: (number > 1).then(|| address(&wanted, number - 1)),
        next: (number * PAGE < found.total).then(|| address(&wanted, number + 1)),
        rows: found.lines.into_iter().map(row).collect(),
    };
    page::render(&app.templates, &visitor, &page)
}

/// The same list at another page.
fn address(wanted: &Wanted, page: usize) -> String {
    let query = [
        ("q", &wanted.q),
        ("unit", &wanted.unit),
        ("group", &wanted.group),
    ];
    let mut address = format!("/people?page={page}");
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        let value: String = value.bytes().map(encoded).collect();
        let _ = write!(address, "&{name}={value}");
    }
    address
}

fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn unit_choices(units: &[(usize, Unit)], chosen: &str) -> Vec<Choice> {
    let choice = |(depth, unit): &(usize, Unit)| Choice {
        value: unit.id.to_string(),
        title: format!("{}{}", "\u{2003}".repeat(*depth), unit.name),
        chosen: unit.id.to_string() == chosen,
    };
    units.iter().map(choice).collect()
}

fn groups(locale: Locale, chosen: &str) -> Vec<Choice> {
    [
        ("response_team", "people-response-team"),
        ("it_specialist", "people-it"),
        ("head", "people-head"),
    ]
    .map(|(value, message)| Choice {
        value: value.to_owned(),
        title: say(locale, message),
        chosen: value == chosen,
    })
    .into()
}

fn tags(locale: Locale, line: &Staff) -> Vec<String> {
    [
        (line.response_team, "people-response-team"),
        (line.it_specialist, "people-it"),
        (line.head, "people-head"),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, message)| say(locale, message))
    .collect()
}
