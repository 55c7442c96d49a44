//! Invented data of a drill that is looked at again.

use super::*;
use crate::http::pages::{commands, review};

pub(super) fn render(sink: &Sink, locale: Locale, instructor: &Visitor) {
    let mut page = commands::CommandsPage {
        title: TITLE.into(),
        address: "/".into(),
        recordings: "/".into(),
        review: "/".into(),
        redact: "/".into(),
        may_redact: true,
        query: String::new(),
        teams: teams(),
        total: 3,
        rows: vec![
            command("grep -r eval /srv/portal/uploads | head", None),
            command(
                "█████ ██ ████ ████████████",
                Some("Mật khẩu thật của cán bộ"),
            ),
            command(
                "for file in /srv/portal/*.php; do\nmd5sum \"$file\"; done",
                None,
            ),
        ],
        here: "/".into(),
        previous: None,
        next: Some("/".into()),
    };
    let show = |page: &commands::CommandsPage| commands::render(&sink.templates, instructor, page);
    sink.keep("commands", locale, show(&page));
    page.rows.clear();
    sink.keep("commands-empty", locale, show(&page));

    let mut page = review_page();
    let show = |page: &review::ReviewPage| review::render(&sink.templates, instructor, page);
    sink.keep("review", locale, show(&page));
    page.events.clear();
    page.terminals.clear();
    page.drawing.lanes.clear();
    page.drawing.curves.clear();
    page.export = None;
    sink.keep("review-empty", locale, show(&page));
}

fn teams() -> Vec<super::super::Choice> {
    let names = TEAMS.iter().take(3).enumerate();
    names
        .map(|(number, name)| choice(&number.to_string(), name, number == 0))
        .collect()
}

fn command(line: &str, reason: Option<&str>) -> commands::CommandRow {
    commands::CommandRow {
        clock: Some("00:12:31".into()),
        at: minutes_ago(25),
        number: 1,
        team: TEAMS[0].into(),
        node: "workstation".into(),
        person: "Nguyễn Văn Hòa".into(),
        line: line.into(),
        reason: reason.map(str::to_owned),
        href: "/".into(),
        session: TEAM.into(),
        from: 0,
        until: 1,
    }
}

fn mark(x: i64, y: i64, kind: &'static str, count: Option<usize>) -> review::MarkView {
    review::MarkView {
        x,
        y: y - 11,
        shape: format!("M{x} {} l5 5 l-5 5 l-5 -5 Z", y - 9),
        kind,
        count,
        href: "/".into(),
        seconds: 751,
        title: "Tình huống: 1 sự kiện từ 00:12:31".into(),
    }
}

fn lane(title: &str, kind: &str, line_y: i64) -> review::LaneView {
    review::LaneView {
        title: title.into(),
        kind: kind.into(),
        text_y: line_y - 10,
        line_y,
        ..review::LaneView::default()
    }
}

fn drawing() -> review::Drawing {
    let mut injects = lane("Tình huống", "inject", 32);
    injects.marks = vec![mark(200, 22, "info", None), mark(420, 22, "info", Some(3))];
    injects.plans = vec![review::PlanView {
        x: 400,
        y: 6,
        y2: 18,
        to: Some(420),
        title: "Thư của phóng viên: dự kiến 00:25:00, đến lúc 00:26:10".into(),
    }];
    let mut answers = lane("Bài nộp", "answer", 60);
    answers.marks = vec![mark(330, 50, "good", None), mark(505, 50, "bad", Some(12))];
    let mut portal = lane("Trang chủ cổng", "check", 80);
    portal.bars = vec![review::BarView {
        x: 150,
        y: 65,
        width: 300,
        height: 10,
        kind: "good",
        title: "Trang chủ cổng: phục vụ được từ 00:00:00 đến 00:34:00".into(),
    }];
    review::Drawing {
        height: 210,
        bottom: 186,
        label: 204,
        ticks: (0..4)
            .map(|n| review::Tick {
                x: 150 + n * 266,
                text: format!("00:{:02}:00", n * 30),
            })
            .collect(),
        lanes: vec![injects, answers, portal],
        curves: vec![review::CurveView {
            points: "150,180 330,140 505,120 950,96".into(),
            name: "01 · 240".into(),
            other: false,
            x: 950,
            y: 92,
        }],
        cursor: 420,
    }
}

fn review_page() -> review::ReviewPage {
    let event = |sequence, icon, title: &str, text: &str| review::EventRow {
        sequence,
        seconds: 751,
        clock: "00:12:31".into(),
        at: minutes_ago(25),
        kind: "inject",
        icon,
        title: title.into(),
        text: text.into(),
        href: "/".into(),
        current: sequence == 2,
    };
    review::ReviewPage {
        title: TITLE.into(),
        state: state(Idle, "Đã kết thúc"),
        address: "/".into(),
        back: "/".into(),
        commands: Some("/".into()),
        export: Some("/".into()),
        teams: teams(),
        others: teams(),
        kinds: vec![
            choice("inject", "Tình huống", true),
            choice("answer", "Bài nộp", true),
            choice("check", "Kiểm tra", false),
        ],
        drawing: drawing(),
        at: 751,
        clock: "00:12:31".into(),
        length: 5400,
        runs: "[[1795311720.0,1795313220.0,0.0,1500.0]]".into(),
        events: vec![
            event(1, "play", "Bắt đầu tính giờ diễn tập", ""),
            event(2, "mail", "Tình huống: Thư của phóng viên", ""),
            event(3, "hand", "Đội gọi trợ giúp", "Không vào được máy portal."),
        ],
        earlier: None,
        later: Some("/".into()),
        terminals: vec![review::TerminalChoice {
            title: "workstation · Nguyễn Văn Hòa · 08:42".into(),
            file: "/recording.cast".into(),
            from: 1_795_311_720.0,
            until: 1_795_313_220.0,
            href: "/".into(),
            shows: true,
        }],
    }
}
