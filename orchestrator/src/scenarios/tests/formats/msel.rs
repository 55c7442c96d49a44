//! Lists of events as spreadsheets, from other offices and from here.

use std::time::Duration;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Cell, Workbook};

use super::{faultless, files, tells, wanted};
use crate::{
    locales::Locale,
    scenarios::{
        Channel, Effect, Event, EventId, Inject, LocalText, Recipient, Response, ScenarioKind,
        Trigger,
        export::msel::msel as sheet_of,
        import::{Fate, Format, ImportError, import},
        tests::plain,
    },
};

/// A workbook of texts, the first rows merged across it.
pub(super) fn sheet(titles: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("MSEL").unwrap();
    let plain = Cell::new();
    for (row, title) in (0..).zip(titles) {
        sheet.merge_range(row, 0, row, 5, title, &plain).unwrap();
    }
    for (row, cells) in (u32::try_from(titles.len()).unwrap() + 1..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            if !cell.is_empty() {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn message(event: &Event) -> &Inject {
    match &event.effect {
        Effect::Message(message) => message,
        Effect::Action(_) => unreachable!("lists hold messages"),
    }
}

pub(super) fn at(minutes: u64) -> Trigger {
    Trigger::At(Duration::from_mins(minutes))
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a list with every column, and the fate of each"
)]
fn every_column_of_a_list_is_accounted_for() {
    let bytes = sheet(
        &["Exercise River Guard", "Tabletop for the county"],
        &[
            &[
                "Time",
                "Control Number",
                "Move",
                "Group",
                "Delivery Method",
                "From Org",
                "To Org",
                "Title",
                "Description",
                "Expected Action",
                "Evaluator's Notes",
                "Weather",
                "Details",
                "Response Due",
                "Points",
                "Subject",
                "Description",
            ],
            &[
                "08:00",
                "1",
                "1",
                "Blue",
                "E-mail",
                "News desk",
                "Utility Ltd",
                "Rumour",
                "A rumour spreads.",
                "Asks for facts.",
                "Watch the tone.",
                "sunny",
                "More to come.",
                "0:20",
                "10",
                "Rumour",
                "again",
            ],
            &[],
            &[
                "08:45",
                "2",
                "1",
                "White cell",
                "Radio",
                "Control",
                "White cell",
                "",
                "Prepare the press.",
            ],
            &[
                "9:00",
                "A very long control number, with words",
                "2",
                "Legal",
                "Face to face",
                "",
                "Lawyer",
                "",
                "Papers.",
            ],
            &[
                "whenever",
                "2",
                "",
                "",
                "",
                "",
                "",
                "",
                "Second of its number.",
            ],
            &["", "", "", "", "", "", "", "", "", "only what is expected"],
        ],
    );
    let (definition, report) = faultless(Format::Msel, &files([("list.xlsx", bytes)]));
    let head = |cell: &str, name: &str| format!("list.xlsx: MSEL!{cell} ({name})");
    let table = [
        (head("A4", "Time"), Fate::Taken),
        (head("B4", "Control Number"), Fate::Taken),
        (head("C4", "Move"), Fate::Changed),
        (head("D4", "Group"), Fate::Taken),
        (head("E4", "Delivery Method"), Fate::Taken),
        (head("F4", "From Org"), Fate::Taken),
        (head("G4", "To Org"), Fate::Changed),
        (head("H4", "Title"), Fate::Taken),
        (head("I4", "Description"), Fate::Taken),
        (head("J4", "Expected Action"), Fate::Taken),
        (head("K4", "Evaluator's Notes"), Fate::Taken),
        (head("L4", "Weather"), Fate::Lost),
        (head("M4", "Details"), Fate::Changed),
        (head("N4", "Response Due"), Fate::Taken),
        (head("O4", "Points"), Fate::Taken),
        (head("P4", "Subject"), Fate::Taken),
        (head("Q4", "Description"), Fate::Lost),
        ("list.xlsx: MSEL!A1".to_owned(), Fate::Taken),
        ("list.xlsx: MSEL!A4".to_owned(), Fate::Changed),
        ("list.xlsx: MSEL!E7".to_owned(), Fate::Changed),
        ("list.xlsx: MSEL!B8".to_owned(), Fate::Changed),
        ("list.xlsx: MSEL!D8".to_owned(), Fate::Lost),
        ("list.xlsx: MSEL!A9".to_owned(), Fate::Changed),
        ("list.xlsx: MSEL!B9".to_owned(), Fate::Changed),
        ("list.xlsx: MSEL!I10".to_owned(), Fate::Lost),
        ("scenario.yaml: duration".to_owned(), Fate::Changed),
        ("scenario.yaml: tasks[0]".to_owned(), Fate::Changed),
    ];
    let table: Vec<_> = table
        .iter()
        .map(|(place, fate)| (place.as_str(), *fate))
        .collect();
    tells(&report, &table);

    let scenario = &definition.scenario;
    assert_eq!(
        (scenario.title.en.as_str(), scenario.kind),
        ("Exercise River Guard", ScenarioKind::Tabletop)
    );
    let events: Vec<_> = scenario
        .timeline
        .iter()
        .map(|event| {
            (
                event.id.as_str(),
                event.trigger.clone(),
                message(event).to,
                message(event).channel,
            )
        })
        .collect();
    assert_eq!(
        events,
        [
            ("1", at(0), Recipient::Blue, Channel::Mail),
            ("2", at(45), Recipient::White, Channel::Phone),
            (
                "a-very-long-control-number-with-words",
                at(60),
                Recipient::Blue,
                Channel::Phone
            ),
            ("e4", Trigger::Manual, Recipient::Blue, Channel::Mail),
        ]
    );
    let first = &scenario.timeline[0];
    assert_eq!(first.title.as_ref().unwrap().en, "Rumour");
    let phases: Vec<_> = scenario
        .phases
        .iter()
        .map(|phase| (phase.title.en.as_str(), phase.duration.as_secs() / 60))
        .collect();
    assert_eq!(phases, [("1", 60), ("2", 30)]);
    assert_eq!(
        message(first).text.en,
        "**To:** Utility Ltd\n\nA rumour spreads.\n\nMore to come."
    );
    assert_eq!(
        first.respond,
        Some(Response {
            due: Duration::from_mins(20),
            points: 10
        })
    );
    let said = |text: &Option<LocalText>| text.as_ref().map(|text| text.en.clone());
    assert_eq!(said(&first.expected).as_deref(), Some("Asks for facts."));
    assert_eq!(said(&first.notes).as_deref(), Some("Watch the tone."));
    assert_eq!(scenario.duration, Duration::from_mins(90));
}

#[test]
fn a_list_with_vietnamese_headings_and_times_of_excel_is_read() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .write_string(0, 1, "Diễn tập mã độc tống tiền")
        .unwrap();
    let head = [
        "STT",
        "Thời gian",
        "Nội dung tình huống",
        "Đơn vị gửi",
        "Đơn vị nhận",
        "Hình thức",
        "Yêu cầu xử lý",
        "Giai đoạn",
    ];
    for (column, text) in (0..).zip(head) {
        sheet.write_string(2, column, text).unwrap();
    }
    let hours = Cell::new().set_num_format("hh:mm");
    for (row, hour, minute, text) in [(3, 8, 30, "Máy chủ bị mã hóa."), (4, 9, 15, "Báo chí hỏi.")]
    {
        sheet.write_number(row, 0, f64::from(row - 2)).unwrap();
        let time = ExcelDateTime::from_hms(hour, minute, 0.0).unwrap();
        sheet
            .write_datetime_with_format(row, 1, &time, &hours)
            .unwrap();
        sheet.write_string(row, 2, text).unwrap();
        sheet.write_string(row, 3, "Phòng CNTT").unwrap();
        sheet.write_string(row, 4, "Đội phòng thủ").unwrap();
        sheet.write_string(row, 5, "Điện thoại").unwrap();
        sheet.write_string(row, 6, "Cô lập máy.").unwrap();
        sheet.write_string(row, 7, "Ứng phó").unwrap();
    }
    book.add_worksheet().set_name("Ghi chú").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let (definition, report) = faultless(Format::Msel, &files([("Danh mục.xlsx", bytes)]));
    tells(&report, &[("Danh mục.xlsx: Ghi chú", Fate::Lost)]);
    let timeline = &definition.scenario.timeline;
    let events: Vec<_> = timeline
        .iter()
        .map(|event| {
            (
                event.id.as_str(),
                event.trigger.clone(),
                message(event).text.vi.as_str(),
            )
        })
        .collect();
    assert_eq!(
        events,
        [
            ("1", at(0), "Máy chủ bị mã hóa."),
            ("2", at(45), "Báo chí hỏi."),
        ]
    );
    assert_eq!(message(&timeline[0]).channel, Channel::Phone);
    assert_eq!(timeline[0].title, None);
    assert!(
        timeline
            .iter()
            .all(|event| event.expected == Some(local("Cô lập máy.", "Cô lập máy.")))
    );
    assert_eq!(definition.scenario.phases[0].title.vi, "Ứng phó");
    assert_eq!(definition.scenario.id.as_str(), "dien-tap-ma-doc-tong-tien");
}

pub(super) fn local(vi: &str, en: &str) -> LocalText {
    LocalText {
        vi: vi.to_owned(),
        en: en.to_owned(),
    }
}

#[test]
fn what_is_exported_is_the_same_timeline_when_it_is_imported() {
    let mut scenario = plain().scenario;
    let inject = |to, channel, text: LocalText, subject| {
        Effect::Message(Inject {
            to,
            channel,
            from: local("Sở", "Department"),
            subject,
            text,
        })
    };
    let event = |id: &str, trigger, effect| Event {
        id: EventId::from(id),
        title: None,
        trigger,
        effect,
        respond: None,
        expected: None,
        notes: None,
        hold: false,
    };
    let subject = Some(local("Khẩn", "Urgent"));
    scenario.timeline = vec![
        Event {
            title: Some(local("[2] Mở đầu", "[2] Opening")),
            respond: Some(Response {
                due: Duration::from_mins(15),
                points: 50,
            }),
            expected: Some(local("Cô lập", "Isolate")),
            notes: Some(local("Ai ra lệnh?", "Who orders it?")),
            ..event(
                "E01",
                at(0),
                inject(
                    Recipient::Blue,
                    Channel::Document,
                    local("Nhiều\ndòng", "Many\nlines"),
                    subject,
                ),
            )
        },
        event(
            "call",
            Trigger::At(Duration::from_millis(3_723_500)),
            inject(Recipient::Blue, Channel::Phone, local("=1+1", "+84"), None),
        ),
        event(
            "by-hand",
            Trigger::Manual,
            inject(Recipient::White, Channel::Chat, local("Tin", "Word"), None),
        ),
        event(
            "to-red",
            at(20),
            inject(Recipient::Red, Channel::Mail, local("Đi", "Go"), None),
        ),
        Event {
            respond: Some(Response {
                due: Duration::from_mins(5),
                points: 10,
            }),
            ..event(
                "to-all",
                at(21),
                inject(Recipient::All, Channel::Mail, local("Dừng", "Stop"), None),
            )
        },
        event(
            "late",
            at(26 * 60),
            inject(
                Recipient::Blue,
                Channel::News,
                local("Tin tức", "News"),
                None,
            ),
        ),
    ];
    for locale in [Locale::Vi, Locale::En] {
        let bytes = sheet_of(&scenario, locale).unwrap();
        assert_eq!(
            bytes,
            sheet_of(&scenario, locale).unwrap(),
            "the same each time"
        );
        let (again, _) = faultless(Format::Msel, &files([("out.xlsx", bytes)]));
        assert_eq!(again.scenario.timeline, scenario.timeline, "{locale:?}");
        assert_eq!(again.scenario.title.get(locale), scenario.title.get(locale));
    }
}

#[test]
fn conditions_and_actions_of_a_scenario_are_left_to_the_white_cell() {
    let bytes = sheet_of(&plain().scenario, Locale::Vi).unwrap();
    let (again, report) = faultless(Format::Msel, &files([("out.xlsx", bytes)]));
    let timeline = &again.scenario.timeline;
    assert_eq!(timeline[1].trigger, Trigger::Manual);
    assert_eq!(message(&timeline[1]).to, Recipient::White);
    assert_eq!(message(&timeline[1]).text.vi, "portal: /bin/true");
    tells(
        &report,
        &[
            ("out.xlsx: MSEL!D6", Fate::Changed),
            ("out.xlsx: MSEL!H6", Fate::Changed),
        ],
    );
}

#[test]
fn what_is_no_list_says_so() {
    let none = sheet(&[], &[&["Name", "Weight"], &["a", "b"]]);
    let empty = sheet(&[], &[&["Time", "Description"]]);
    let import =
        |bytes: Vec<u8>| import(Format::Msel, &files([("a.xlsx", bytes)]), &wanted()).unwrap_err();
    for (error, id) in [
        (import(none), "import-sheet-headings"),
        (import(b"PK\x03\x04 nothing".to_vec()), "import-sheet"),
        (import(empty), "import-nothing"),
    ] {
        assert_eq!(error.message().id, id, "{error}");
    }
    let missing = super::import(Format::Msel, &files([]), &wanted()).unwrap_err();
    assert!(matches!(missing, ImportError::Missing(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A broken workbook is refused or read in part, and its last cell does not make it large.
    #[test]
    fn no_broken_workbook_breaks_it(at in any::<prop::sample::Index>(), byte in any::<u8>(), cells in prop::collection::vec(".{0,12}", 0..12)) {
        let row: Vec<&str> = cells.iter().map(String::as_str).collect();
        let mut bytes = sheet(&["T"], &[&["Time", "Title", "Description", "Control", "Move", "Due", "Points", "Group", "To", "Method"], &row]);
        let _ = import(Format::Msel, &files([("a.xlsx", bytes.clone())]), &wanted());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = import(Format::Msel, &files([("a.xlsx", bytes)]), &wanted());
    }
}

#[test]
fn a_text_that_very_many_cells_share_is_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(["Time", "Description"]) {
        sheet.write_string(0, column, text).unwrap();
    }
    let long = "x".repeat(32_000);
    for row in 1..1_000 {
        sheet.write_string(row, 1, &long).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    let error = import(Format::Msel, &files([("a.xlsx", bytes)]), &wanted()).unwrap_err();
    assert_eq!(error.message().id, "import-sheet-large");
}

#[test]
fn a_cell_at_the_end_of_a_sheet_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(["Time", "Description"]) {
        sheet.write_string(0, column, text).unwrap();
    }
    sheet.write_string(1, 1, "A.").unwrap();
    sheet.write_string(1_048_575, 16_383, "far").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let (definition, _) = faultless(Format::Msel, &files([("far.xlsx", bytes)]));
    assert_eq!(definition.scenario.timeline.len(), 1);
}
