//! Invented data of a trainee's workspace.

use super::*;

pub(super) fn working(sink: &Sink, locale: Locale, trainee: &Visitor) {
    for tab in ["situation", "tasks", "mail", "hints", "score"] {
        let page = workspace_page(tab);
        sink.keep(
            &format!("workspace-{tab}"),
            locale,
            workspace::render(&sink.templates, trainee, &page),
        );
    }
    let mut page = workspace_page("tasks");
    page.trial = Some(workspace::TrialStrip {
        exercise: EXERCISE.into(),
        state: state(Info, "Tình huống kế tiếp ở phút 45"),
        start: false,
        skip: true,
        end: true,
        back: "/scenarios/web-defacement?version=4".into(),
    });
    sink.keep(
        "workspace-trial",
        locale,
        workspace::render(&sink.templates, trainee, &page),
    );
    page.trial = None;
    page.brief.task = Some(report_task());
    sink.keep(
        "workspace-report",
        locale,
        workspace::render(&sink.templates, trainee, &page),
    );
    for kind in [
        "text", "number", "pattern", "file", "choice", "choices", "order", "locked", "parts",
    ] {
        page.brief.task = Some(given_task(kind));
        sink.keep(
            &format!("workspace-answer-{kind}"),
            locale,
            workspace::render(&sink.templates, trainee, &page),
        );
    }
    page.bare = true;
    for (name, decided) in [("open", false), ("taken", true)] {
        page.brief.task = Some(decision_task(decided));
        sink.keep(
            &format!("workspace-decision-{name}"),
            locale,
            workspace::render(&sink.templates, trainee, &page),
        );
    }
    page.bare = false;
    let watch = workspace::WatchPage {
        title: "Màn hình của đội 03".into(),
        back: "/".into(),
        terminals: page.terminals.clone(),
        pages: vec![],
        sessions: page.sessions.clone(),
    };
    sink.keep(
        "watch",
        locale,
        workspace::render_watch(&sink.templates, trainee, &watch),
    );
    page.terminals.clear();
    page.open = false;
    page.state = state(Paused, "Tạm dừng");
    page.brief.mail.clear();
    page.brief.tab = "mail".into();
    sink.keep(
        "workspace-waiting",
        locale,
        workspace::render(&sink.templates, trainee, &page),
    );
    sink.keep(
        "part-render_brief",
        locale,
        workspace::render_brief(&sink.templates, trainee, &page.brief),
    );
    sink.keep(
        "part-render_answer",
        locale,
        workspace::render_answer(&sink.templates, trainee, &page.brief),
    );
    sink.keep(
        "part-render_top",
        locale,
        workspace::render_top(&sink.templates, trainee, &page),
    );
    sink.keep(
        "part-render_foot",
        locale,
        workspace::render_foot(&sink.templates, trainee, &page),
    );
}

fn report_task() -> workspace::TaskDetail {
    let field = |id: &str, title: &str, long| workspace::FieldItem {
        id: id.into(),
        title: title.into(),
        help: if long {
            "Nêu dấu hiệu, thời điểm, phạm vi.".into()
        } else {
            String::new()
        },
        long,
        text: String::new(),
    };
    workspace::TaskDetail {
        id: "initial-report".into(),
        title: "Báo cáo ban đầu (Mẫu 03)".into(),
        text: "<p>Gửi báo cáo ban đầu theo Mẫu 03.</p>".into(),
        kind: "report",
        asks: vec![],
        decision: vec![],
        notes: vec![],
        locked: vec![],
        state: state(Warn, "còn 11 phút"),
        open: true,
        hints: vec![],
        fields: vec![
            field("reporter", "Người báo cáo", false),
            field("description", "Mô tả sự cố", true),
        ],
        due: Some(NOW),
        grades: vec![workspace::GradeLine {
            title: "Nêu đúng thời điểm".into(),
            points: 40,
            possible: 60,
        }],
    }
}

/// A decision that is still to be taken, or one that was.
fn decision_task(decided: bool) -> workspace::TaskDetail {
    let choice = |id: &str, text: &str, outcome: Option<&str>| workspace::ChoiceItem {
        id: id.into(),
        text: text.into(),
        chosen: decided && outcome.is_some(),
        outcome: outcome
            .filter(|_| decided)
            .map(|text| format!("<p>{text}</p>")),
    };
    workspace::TaskDetail {
        title: "Cách ly hay tiếp tục theo dõi".into(),
        text: "<p>Máy chủ tệp đang bị mã hóa. Đội xử lý thế nào trong 15 phút tới?</p>".into(),
        kind: "decision",
        asks: vec![],
        decision: vec![
            choice(
                "isolate",
                "Ngắt máy chủ tệp và các máy trạm khỏi mạng, giữ nguyên nguồn điện.",
                Some("Việc mã hóa dừng ở 3 trong 11 thư mục; bộ nhớ còn nguyên để điều tra."),
            ),
            choice("shutdown", "Tắt nguồn máy chủ tệp ngay.", None),
            choice("watch", "Để máy chạy để theo dõi kẻ tấn công.", None),
        ],
        state: if decided {
            state(Good, "đã quyết định")
        } else {
            state(Idle, "chưa trả lời")
        },
        open: !decided,
        ..given_task("text")
    }
}

/// A task of a kind that is typed or chosen; `locked` is one that waits for another.
fn given_task(kind: &'static str) -> workspace::TaskDetail {
    let option = |id: &str, title: &str| workspace::OptionItem {
        id: id.into(),
        title: title.into(),
        places: if kind == "order" {
            vec![1, 2, 3]
        } else {
            vec![]
        },
    };
    let locked = kind == "locked";
    let parts = kind == "parts";
    let ask = |part: &str, right: bool| workspace::AskItem {
        part: part.into(),
        title: parts.then(|| {
            if right {
                "Địa chỉ của máy tấn công".into()
            } else {
                "Cổng mà kẻ tấn công mở trên máy chủ".into()
            }
        }),
        kind: if parts { "text" } else { kind },
        options: if ["choice", "choices", "order"].contains(&kind) {
            vec![
                option("isolate", "Cô lập máy chủ khỏi mạng nhưng không tắt máy"),
                option("report", "Báo cáo ban đầu cho cơ quan điều phối"),
                option("restore", "Phục hồi từ bản sao lưu"),
            ]
        } else {
            vec![]
        },
        state: parts.then(|| {
            if right {
                state(Good, "đã trả lời đúng")
            } else {
                state(Idle, "chưa đúng")
            }
        }),
        open: !right,
        attempts_left: Some(2),
        suffix: if parts {
            format!("-{part}")
        } else {
            String::new()
        },
    };
    let notes = || {
        vec![
            "Hiện được 85 điểm trong 100: đã có 5 đội giải; từ đội thứ 10 còn 40 điểm.".into(),
            "Thưởng 10 điểm nếu đội bạn là đội thứ 3 giải được.".into(),
            "Khi giải được, mỗi câu trả lời sai bị trừ 5 điểm; 2 câu sai đầu không trừ.".into(),
            "Đã có 2 câu sai bị tính: sẽ trừ 10 điểm.".into(),
            "Giải được khi mọi phần đều đúng: đã xong 1/2 phần.".into(),
        ]
    };
    workspace::TaskDetail {
        id: "first-step".into(),
        title: "Việc làm đầu tiên khi phát hiện sự cố".into(),
        text: "<p>Đội làm gì trước?</p>".into(),
        kind: if locked { "text" } else { kind },
        state: state(
            Idle,
            if locked {
                "còn khóa"
            } else {
                "chưa trả lời"
            },
        ),
        open: !locked,
        hints: vec![],
        fields: vec![],
        due: None,
        grades: vec![],
        asks: if parts {
            vec![ask("address", true), ask("port", false)]
        } else {
            vec![ask("", false)]
        },
        decision: vec![],
        notes: if parts { notes() } else { vec![] },
        locked: if locked {
            vec![workspace::LockItem {
                id: "entry-point".into(),
                title: "Tìm điểm xâm nhập".into(),
            }]
        } else {
            vec![]
        },
    }
}

#[expect(clippy::too_many_lines, reason = "invented data of one page")]
fn workspace_page(tab: &str) -> workspace::WorkspacePage {
    let task = |id: &str, title: &str, icon, of, points, current| workspace::TaskItem {
        id: id.into(),
        title: title.into(),
        icon,
        state: of,
        points,
        current,
    };
    let detail = workspace::TaskDetail {
        id: "webshell-removed".into(),
        title: "Gỡ web shell khỏi máy chủ".into(),
        text: "<p>Kẻ tấn công để lại một tệp cho phép chạy lệnh từ xa. Tìm và gỡ tệp đó mà không làm mất chứng cứ. \
               Hệ thống tự kiểm tra 20 giây một lần.</p>"
            .into(),
        kind: "check",
        asks: vec![],
        decision: vec![],
        notes: vec![],
        locked: vec![],
        state: state(Busy, "Kiểm tra lần tới sau 12 giây"),
        open: true,
        hints: vec![
            workspace::HintItem { number: 1, cost: 10, text: Some("<p>Xem <code>access.log</code>.</p>".into()), next: false },
            workspace::HintItem { number: 2, cost: 20, text: None, next: true },
            workspace::HintItem { number: 3, cost: 20, text: None, next: false },
        ],
        fields: vec![],
        due: None,
        grades: vec![],
    };
    let mail = |icon, from: &str, new, respond| workspace::Mail {
        id: "E01".into(),
        at: minutes_ago(5),
        icon,
        channel: "Thư điện tử".into(),
        from: from.into(),
        subject: Some("Đề nghị thông tin".into()),
        text: "<p>Đề nghị cho biết nguyên nhân và thời gian khắc phục.</p>".into(),
        new,
        kind: icon,
        respond,
        left: Some(312),
        running: true,
        answer: None,
    };
    workspace::WorkspacePage {
        exercise: EXERCISE.into(),
        team: TEAM.into(),
        title: TITLE.into(),
        scenario: SCENARIO.into(),
        team_name: TEAMS[0].into(),
        state: state(Good, "Đang diễn ra"),
        open: true,
        clock: ClockView::new(Duration::from_secs(2262), Duration::from_mins(90), true),
        points: 295,
        phase: Some(workspace::PhaseView {
            id: "contain".into(),
            title: "Ngăn chặn".into(),
            left: Some(540),
            running: true,
        }),
        cell: None,
        bare: false,
        possible: 730,
        rank: 3,
        frozen: Some(NOW),
        brief: workspace::Brief {
            exercise: EXERCISE.into(),
            team: TEAM.into(),
            open: true,
            tab: tab.into(),
            situation: "<p>Lúc 8 giờ 30, trang chủ cổng thông tin hiển thị nội dung lạ.</p>".into(),
            tasks: vec![
                task(
                    "entry-point",
                    "Tìm điểm xâm nhập",
                    "flag",
                    state(Good, "đã giải"),
                    100,
                    false,
                ),
                task(
                    "address",
                    "Địa chỉ máy tấn công",
                    "question",
                    state(Good, "đã giải"),
                    50,
                    false,
                ),
                task(
                    "webshell-removed",
                    "Gỡ web shell khỏi máy chủ",
                    "probe",
                    state(Busy, "đang kiểm tra"),
                    150,
                    true,
                ),
                task(
                    "upload",
                    "Vá lỗ hổng tải tệp",
                    "probe",
                    state(Idle, "chưa đạt"),
                    150,
                    false,
                ),
                task(
                    "initial-report",
                    "Báo cáo ban đầu (Mẫu 03)",
                    "report",
                    state(Warn, "còn 11 phút"),
                    100,
                    false,
                ),
            ],
            solved: 2,
            task: Some(detail),
            mail: vec![
                mail("mail", "Báo Quảng Trị", true, Some(NOW)),
                mail("phone", "Người dân", false, None),
            ],
            unread: 1,
            due: Some(workspace::Due {
                task: "initial-report".into(),
                title: "Báo cáo ban đầu".into(),
                at: NOW,
                late: false,
            }),
            points: 295,
            ledger: points::ledger(),
            services: points::services(),
            outcome: Some(state(Info, "Chưa đúng. Đội còn 3 lần thử.")),
        },
        terminals: vec![
            workspace::TerminalTab {
                node: "workstation".into(),
                title: "workstation".into(),
                url: "/x".into(),
                current: true,
            },
            workspace::TerminalTab {
                node: "portal".into(),
                title: "portal".into(),
                url: "/y".into(),
                current: false,
            },
        ],
        pages: vec![workspace::PageTab {
            title: "Cổng thông tin".into(),
            href: "/p".into(),
        }],
        sessions: "/exercises/x/teams/y/terminals".into(),
        environment: state(Good, "Môi trường hoạt động tốt"),
        may_reset: true,
        services: vec![workspace::ServiceLine {
            title: "Cổng thông tin phục vụ người dân".into(),
            state: state(Good, "tốt"),
            share: Some(0.94),
        }],
        trial: None,
        comms: Some(super::hall::ask()),
    }
}
