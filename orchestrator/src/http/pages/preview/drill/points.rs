//! Invented data of grades, of points given by hand, of a frozen board and of signs.

use super::*;

pub(super) fn points(sink: &Sink, locale: Locale, instructor: &Visitor, trainee: &Visitor) {
    let mut page = control::console_page(Some(graded()));
    page.scoring.frozen = Some(NOW);
    page.scoring.may_set = false;
    sink.keep(
        "console-graded",
        locale,
        console::render(&sink.templates, instructor, &page),
    );
    for (name, real) in [("board-frozen", false), ("board-real", true)] {
        let mut page = control::board_page();
        page.frozen = Some(NOW);
        page.real = real;
        sink.keep(name, locale, board::render(&sink.templates, trainee, &page));
    }
    let mut page = evidence();
    for name in ["evidence", "evidence-empty"] {
        sink.keep(
            name,
            locale,
            scoring::render_evidence(&sink.templates, instructor, &page),
        );
        page.signs.clear();
    }
}

pub(super) fn scoring() -> scoring::ScoringView {
    scoring::ScoringView {
        evaluators: 2,
        may_set: true,
        frozen: None,
        may_freeze: true,
        board: "/".into(),
        evidence: Some("/".into()),
    }
}

pub(super) fn services() -> Vec<String> {
    vec!["Cổng thông tin: hoạt động 00:36:00 trong 00:38:00 × 2 điểm mỗi phút = 72 điểm".into()]
}

pub(super) fn ledger() -> Vec<team::LedgerLine> {
    let line = |row, seconds, title: &str, points, total| team::LedgerLine {
        row,
        seconds,
        title: title.into(),
        more: vec![],
        points,
        total,
    };
    vec![
        team::LedgerLine {
            more: vec![
                "Lý do: Đội báo sớm lỗ hổng của kịch bản.".into(),
                "Người ghi: Lê Thị Thu Trang".into(),
            ],
            ..line(143, 2160, "Ban tổ chức cộng điểm", 20, 182)
        },
        line(
            117,
            1620,
            "Cổng thông tin không hoạt động từ 00:25:00 đến 00:27:00: không có điểm",
            0,
            162,
        ),
        line(96, 1520, "Giải: Tìm điểm xâm nhập", 100, 162),
    ]
}

/// A report over which two evaluators differ, before one who moderates.
fn graded() -> team::TeamPage {
    let mark = |name: &str, points, counts| team::MarkView {
        title: format!("{name} chấm"),
        counts,
        lines: vec![team::MarkLine {
            title: "Nêu đúng thời điểm, hệ thống, dấu hiệu".into(),
            points,
            possible: 60,
        }],
        total: points,
        comment: "Thiếu thời điểm <b>phát hiện</b>.".into(),
    };
    let mut page = control::team_page("tasks");
    let report = &mut page.reports[0];
    report.marks = vec![
        mark("Trần Quang", 52, false),
        mark("Nguyễn Thị Hà", 30, false),
    ];
    report.standing = Some("Hai giám khảo chấm lệch quá một phần mười.".into());
    report.action = Some("settle");
    let mut counted = report.clone();
    counted.task = "final-report".into();
    counted.title = "Báo cáo kết thúc (Mẫu 04)".into();
    counted.marks.push(mark("Lê Thị Thu Trang", 45, true));
    counted.standing = None;
    counted.action = None;
    page.reports.push(counted);
    page
}

fn evidence() -> scoring::EvidencePage {
    let sign = |title: &str, against: &str| scoring::SignView {
        seconds: 1520,
        team: TEAMS[13].into(),
        href: "/".into(),
        task: "Tìm điểm xâm nhập".into(),
        title: title.into(),
        against: against.into(),
        rows: vec![scoring::RowView {
            row: 96,
            at: minutes_ago(10),
            title: "Nộp cờ của đội khác: Tìm điểm xâm nhập".into(),
            text: "TT{3f2a}".into(),
        }],
    };
    scoring::EvidencePage {
        title: TITLE.into(),
        back: "/".into(),
        rules: vec!["Nộp cờ của đội khác.".into()],
        signs: vec![
            sign(
                "Dấu hiệu: nộp cờ của Sở Y tế.",
                "Cũng có thể dán nhầm khi hai đội ngồi gần nhau.",
            ),
            sign(
                "Dấu hiệu đoán mò: 7 câu trả lời sai trong 45 giây.",
                "Có thể là lỗi gõ.",
            ),
        ],
    }
}
