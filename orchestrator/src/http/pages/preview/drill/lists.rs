//! Invented data of a drill's list of events, the form of one, and a spreadsheet that was sent.

use super::*;

fn event(id: &str, when: &str, title: &str) -> timeline::EventRow {
    timeline::EventRow {
        id: id.into(),
        phase: Some("Phát hiện".into()),
        when: when.into(),
        clock: None,
        icon: "phone",
        channel: "Điện thoại".into(),
        from: Some("Văn phòng UBND tỉnh".into()),
        to: Some("đội phòng thủ".into()),
        title: title.into(),
        text: "Người dân báo trang chủ bị thay đổi. Đề nghị kiểm tra và báo lại trước 9 giờ 30."
            .into(),
        respond: Some("Trả lời trong 15 phút, 20 điểm".into()),
        expected: Some("Xác nhận đã nhận tin, cử người kiểm tra, hẹn giờ báo lại.".into()),
        notes: Some("Đội có hỏi lại thời điểm và ảnh chụp không?".into()),
        state: state(Idle, "chưa đến"),
        reached: 0,
        teams: 18,
        changed: false,
        held: false,
        skipped: false,
        due: false,
        may_fire: true,
        may_edit: true,
        may_hold: true,
    }
}

pub(super) fn lists(sink: &Sink, locale: Locale, instructor: &Visitor) {
    let done = timeline::EventRow {
        state: state(Good, "đã gửi"),
        reached: 18,
        may_fire: false,
        may_edit: false,
        may_hold: false,
        ..event("E01", "00:00:00", "Tin báo đầu tiên")
    };
    let due = timeline::EventRow {
        state: state(Warn, "chờ duyệt"),
        held: true,
        due: true,
        ..event("E02", "00:30:00", "Báo chí hỏi về sự cố")
    };
    let later = timeline::EventRow {
        clock: Some("09:47".into()),
        changed: true,
        ..event("E03", "01:20:00", "Họp báo cáo lãnh đạo")
    };
    let page = timeline::TimelinePage {
        id: EXERCISE.into(),
        title: TITLE.into(),
        running: true,
        editable: true,
        events: vec![done, due, later],
        axis: control::axis(),
        error: None,
    };
    let html = timeline::render(&sink.templates, instructor, &page);
    sink.keep("timeline", locale, html);
    let page = timeline::TimelinePage {
        events: vec![],
        error: Some("Tệp này không có danh mục tình huống.".into()),
        ..page
    };
    let html = timeline::render(&sink.templates, instructor, &page);
    sink.keep("timeline-empty", locale, html);
    let form = timeline::EventForm {
        id: "N01".into(),
        when: "at".into(),
        at: "0:45".into(),
        effect: "message".into(),
        from_vi: "Chủ tịch UBND tỉnh".into(),
        text_vi: "Tôi cần báo cáo nhanh trong 10 phút.".into(),
        due: "10".into(),
        points: "20".into(),
        ..timeline::EventForm::default()
    };
    let page = timeline::EventPage {
        exercise: EXERCISE.into(),
        title: TITLE.into(),
        place: "new".into(),
        new: true,
        form,
        whens: vec![
            choice("at", "Đúng giờ diễn tập", true),
            choice("manual", "Ban tổ chức tự phát", false),
        ],
        tasks: vec![choice("entry", "Tìm lối vào", false)],
        options: vec![],
        services: vec![choice("portal", "Cổng thông tin", false)],
        answered: vec![choice("E01", "E01 · Tin báo đầu tiên", false)],
        recipients: vec![choice("blue", "đội phòng thủ", true)],
        channels: vec![choice("phone", "Điện thoại", true)],
        nodes: vec![choice("portal", "portal", false)],
        error: Some("Giờ này sau khi cuộc diễn tập kết thúc".into()),
    };
    let html = timeline::render_event(&sink.templates, instructor, &page);
    sink.keep("timeline-event", locale, html);
    let page = timeline::ImportPage {
        id: EXERCISE.into(),
        title: TITLE.into(),
        changes: vec![timeline::ImportRow {
            id: "E03".into(),
            new: false,
            when: "01:20:00".into(),
            title: "Họp báo cáo lãnh đạo".into(),
            refused: None,
        }],
        same: 4,
        absent: "E05".into(),
        lost: vec!["msel.xlsx: MSEL!L4 (Thời tiết): không có chỗ cho cột này".into()],
        events: "[]".into(),
        seen: 12,
    };
    let html = timeline::render_import(&sink.templates, instructor, &page);
    sink.keep("timeline-import", locale, html);
}

pub(super) fn log_lines() -> Vec<log::LogLine> {
    let line = |title: &str, text: &str, team: Option<&str>| log::LogLine {
        at: minutes_ago(3),
        seconds: 2040,
        who: Some("Lê Thị Thu Trang".into()),
        icon: "edit",
        title: title.into(),
        text: text.into(),
        team: team.map(Into::into),
        teams: None,
    };
    vec![
        line(
            "Ghi chú",
            "Đội đã gọi điện cho nhà cung cấp.",
            Some(TEAMS[0]),
        ),
        log::LogLine {
            teams: Some(18),
            ..line("Phát E02", "", None)
        },
    ]
}
