//! Invented data for the pages on which machines are looked after.

use super::{
    super::{
        Tone::{Bad, Busy, Good, Idle, Info},
        console::Trouble,
        environments, rehearsal,
    },
    Locale, NOW, Role, Sink, state, visitor,
};

pub(super) fn render(sink: &Sink, locale: Locale) {
    let administrator = visitor(locale, "Lê Văn Quản", &[Role::Administrator]);
    let row = |id: &str, actual, trouble: Option<Trouble>, may_remove: bool| {
        environments::EnvironmentRow {
            id: id.into(),
            whose: "Diễn tập ứng cứu sự cố tỉnh 2026 · Đang diễn ra".into(),
            href: (!may_remove).then(|| "/exercises/x?team=y".into()),
            of: "Đội 1 · UBND phường Đông Hà".into(),
            desired: state(Info, "Chạy"),
            actual,
            engine: "5 máy chạy, 2 mạng".into(),
            incarnation: 2,
            since: 240,
            asked_at: NOW,
            trouble,
            may_remove,
        }
    };
    let trouble = Trouble {
        stage: "Chờ máy sẵn sàng".into(),
        node: Some("portal".into()),
        reason: "Máy portal chưa sẵn sàng sau 60 giây.".into(),
        log: "nginx: [emerg] bind() to 0.0.0.0:80 failed".into(),
        may_retry: true,
    };
    let page = environments::EnvironmentsPage {
        away: None,
        total: Some("Trên hạ tầng: 3 môi trường, 15 máy, 6 mạng".into()),
        rehearsal: Some(environments::RehearsalNotice {
            text: "Đang diễn thử".into(),
            href: Some("/rehearsals/x".into()),
        }),
        rows: vec![
            row("a", state(Good, "Tốt"), None, false),
            row("b", state(Bad, "Hỏng"), Some(trouble), false),
            row("c", state(Idle, "Đang chờ"), None, true),
        ],
        others: 2,
        orphans: vec![
            environments::OrphanRow {
                id: "018f".into(),
                engine: "2 máy chạy, 1 mạng".into(),
                treatment: state(Busy, "Sẽ được gỡ"),
                reason: None,
            },
            environments::OrphanRow {
                id: "0190".into(),
                engine: "1 mạng".into(),
                treatment: state(Bad, "Chưa gỡ được"),
                reason: Some("403".into()),
            },
        ],
        unneeded: 3,
    };
    sink.keep(
        "environments",
        locale,
        environments::render(&sink.templates, &administrator, &page),
    );
    rehearsals(sink, locale);
    let page = environments::EnvironmentsPage {
        away: Some("connection refused".into()),
        ..environments::EnvironmentsPage::default()
    };
    sink.keep(
        "environments-empty",
        locale,
        environments::render_rows(&sink.templates, &administrator, &page),
    );
}

fn rehearsals(sink: &Sink, locale: Locale) {
    let instructor = visitor(locale, "Tô Hải Đăng", &[Role::Instructor]);
    let mut page = rehearsal::RehearsalPage {
        id: "x".into(),
        scenario: "Cổng thông tin điện tử bị thay đổi giao diện".into(),
        scenario_id: "web-defacement".into(),
        scenario_href: "/scenarios/web-defacement".into(),
        teams: 40,
        standing: Some(rehearsal::StandingView {
            stages: vec![
                state(Busy, "Dựng môi trường cho các đội"),
                state(Idle, "Gỡ môi trường"),
            ],
            ready: 12,
            progress: 30,
            lasted: 75,
            stopping: false,
        }),
        verdict: None,
    };
    sink.keep(
        "rehearsal-under-way",
        locale,
        rehearsal::render(&sink.templates, &instructor, &page),
    );
    page.standing = None;
    page.verdict = Some(rehearsal::VerdictView {
        state: state(Bad, "Chưa đạt: chưa nên tiến hành"),
        summary: "chỉ 39 trên 40 đội sẵn sàng".into(),
        at: NOW,
        reasons: vec![rehearsal::ReasonView {
            text: "Đội 7: Máy portal chưa sẵn sàng sau 60 giây.".into(),
            log: "nginx: exiting".into(),
        }],
        figures: vec![("Tổng số máy".into(), "200".into())],
        teams: vec![(1, Some("12,4 giây".into())), (2, None)],
    });
    sink.keep(
        "rehearsal",
        locale,
        rehearsal::render_part(&sink.templates, &instructor, &page),
    );
}
