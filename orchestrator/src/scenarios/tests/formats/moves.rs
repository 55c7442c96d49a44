//! Phases of a scenario and moves of a list.

use std::time::Duration;

use super::{
    faultless, files,
    msel::{at, local},
    tells,
};
use crate::{
    locales::Locale,
    scenarios::{
        Cell, Channel, Effect, Event, EventId, Inject, Phase, Recipient,
        export::msel::msel as sheet_of,
        import::{Fate, Format},
        tests::plain,
    },
};

#[test]
fn phases_are_the_moves_of_a_list_and_come_back() {
    let mut scenario = plain().scenario;
    let said = |to, text: &str| {
        Effect::Message(Inject {
            to,
            channel: Channel::Mail,
            from: local("Sở", "Sở"),
            subject: None,
            text: local(text, text),
        })
    };
    let events = [
        ("a", 0, Recipient::Blue),
        ("b", 25, Recipient::Red),
        ("c", 60, Recipient::All),
    ];
    let events = events.map(|(id, minute, to)| Event {
        id: EventId::from(id),
        title: Some(local("[9] Việc", "[9] Việc")),
        trigger: at(minute),
        effect: said(to, id),
        respond: None,
        expected: None,
        notes: None,
        hold: false,
    });
    scenario.timeline = events.into();
    let phase = |id: &str, title: &str, minutes| Phase {
        id: id.into(),
        title: local(title, title),
        duration: Duration::from_mins(minutes),
    };
    scenario.phases = vec![
        phase("phat-hien", "Phát hiện", 25),
        phase("xu-ly", "Xử lý", 65),
    ];
    let bytes = sheet_of(&scenario, Locale::Vi).unwrap();
    let (again, report) = faultless(Format::Msel, &files([("out.xlsx", bytes)]));
    assert_eq!(again.scenario.timeline, scenario.timeline);
    assert_eq!(again.scenario.phases, scenario.phases);
    assert!(again.scenario.plays(Cell::Red));
    tells(
        &report,
        &[
            ("out.xlsx: MSEL!B4 (Giai đoạn)", Fate::Changed),
            ("scenario.yaml: cells", Fate::Changed),
        ],
    );
}
