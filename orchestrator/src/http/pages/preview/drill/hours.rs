//! Invented data of a drill that has an hour: its console before and after it, and a trainee who waits.

use super::*;

pub(super) fn hours(sink: &Sink, locale: Locale, instructor: &Visitor, trainee: &Visitor) {
    let hour = |now| schedule::ScheduleView {
        opens: Opens::new(NOW, now),
        made_from: Some(minutes_ago(16)),
        made: false,
        by_itself: true,
        incomplete: false,
        missed: false,
        trouble: None,
        ready: None,
        may_change: true,
    };
    let mut page = control::console_page(None);
    page.keep = console::Keep::default();
    page.state = state(Idle, "Bản nháp");
    page.hour = HourForm {
        at: NOW.for_form(),
        by_itself: true,
        incomplete: false,
    };
    page.controls = console::Controls {
        prepare: true,
        schedule: true,
        ..console::Controls::default()
    };
    page.schedule = Some(hour(minutes_ago(52)));
    let keep = |name: &str, page: &console::ConsolePage| {
        let html = console::render(&sink.templates, instructor, page);
        sink.keep(name, locale, html);
    };
    keep("console-scheduled", &page);
    page.schedule = Some(schedule::ScheduleView {
        made: true,
        made_from: None,
        ready: Some(17),
        trouble: Some(schedule::TroubleView {
            at: NOW,
            text: format!("Đã đến giờ nhưng chưa sẵn sàng: {}.", TEAMS[3]),
            again: true,
        }),
        ..hour(NOW)
    });
    keep("console-waiting", &page);
    for (name, now) in [
        ("waiting", minutes_ago(52)),
        ("waiting-days", minutes_ago(3000)),
        ("waiting-over", NOW),
    ] {
        let page = schedule::WaitingPage {
            exercise: EXERCISE.into(),
            title: TITLE.into(),
            team: TEAMS[13].into(),
            opens: Opens::new(NOW, now),
            comms: Some(super::hall::ask()),
        };
        let html = schedule::render_waiting(&sink.templates, trainee, &page);
        sink.keep(name, locale, html);
    }
}
