//! Columns that people use in lists of events: each has its line in the report.

use super::{example, faultless, files, msel::sheet, tells};
use crate::scenarios::{
    Effect, Recipient,
    import::{Fate, Format},
};

/// Headings of the lists that people use.
const USED: &[&str] = &[
    "Control Number",
    "Move",
    "Group",
    "Delivery Method",
    "From Org",
    "To Org",
    "Time",
    "Description",
    "Expected Action",
];

#[test]
fn no_column_that_people_use_lacks_its_line() {
    let row = [
        "1",
        "1",
        "Blue",
        "E-mail",
        "News desk",
        "Blue",
        "0:15",
        "A rumour.",
        "Asks for facts.",
    ];
    let bytes = sheet(&["List"], &[USED, &row]);
    let (_, report) = faultless(Format::Msel, &files([("list.xlsx", bytes)]));
    for (column, name) in ('A'..).zip(USED) {
        let place = format!("list.xlsx: MSEL!{column}3 ({name})");
        let lines = report.lines.iter().filter(|line| line.place == place);
        assert_eq!(lines.count(), 1, "{place}");
    }
}

#[test]
fn a_group_says_who_gets_it_where_no_column_does() {
    let rows: &[&[&str]] = &[
        &["Time", "Group", "Description"],
        &["0:10", "Blue", "To those who defend."],
        &["0:20", "Red", "To those who attack."],
    ];
    let (definition, report) = faultless(
        Format::Msel,
        &files([("list.xlsx", sheet(&["List"], rows))]),
    );
    let to = definition
        .scenario
        .timeline
        .iter()
        .map(|event| match &event.effect {
            Effect::Message(message) => message.to,
            Effect::Action(_) => unreachable!("lists hold messages"),
        });
    assert_eq!(to.collect::<Vec<_>>(), [Recipient::Blue, Recipient::Red]);
    tells(&report, &[("list.xlsx: MSEL!B3 (Group)", Fate::Taken)]);
}

/// The list that is kept beside these tests, as an office would send it: its headings in the fourth row, times of Excel.
#[test]
fn a_list_that_is_kept_becomes_an_exercise() {
    let (definition, report) = faultless(Format::Msel, &example("msel"));
    for (column, name) in ('A'..).zip(USED.iter().take(6)) {
        let place = format!("portal-2026.xlsx: MSEL!{column}4 ({name})");
        assert!(report.line(&place).is_some(), "{place}");
    }
    let scenario = &definition.scenario;
    let phases: Vec<_> = scenario
        .phases
        .iter()
        .map(|phase| (phase.title.en.as_str(), phase.duration.as_secs() / 60))
        .collect();
    assert_eq!(phases, [("1", 45), ("2", 45), ("3", 60)]);
    assert!(definition.is_bare() && scenario.timeline.len() >= 7);
}
