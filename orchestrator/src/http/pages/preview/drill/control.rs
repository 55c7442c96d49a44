//! Invented data of a drill under way: the console, its drawer, the scoreboard.

use super::*;

pub(super) fn running(sink: &Sink, locale: Locale, instructor: &Visitor) {
    for (name, tab) in [
        ("console", "live"),
        ("console-tasks", "tasks"),
        ("console-score", "score"),
    ] {
        let page = console_page(Some(team_page(tab)));
        sink.keep(
            name,
            locale,
            console::render(&sink.templates, instructor, &page),
        );
    }
    let mut page = console_page(None);
    page.state = state(Busy, "Đang chuẩn bị");
    page.controls = console::Controls {
        cancel: true,
        ..console::Controls::default()
    };
    page.standing = standing();
    page.teams[0].trouble = Some(console::Trouble {
        stage: "Khởi động máy".into(),
        node: Some("portal".into()),
        reason: "Máy portal dừng ngay sau khi khởi động, mã 1.".into(),
        log: "nginx: [emerg] bind() to 0.0.0.0:80 failed\nnginx: exiting".into(),
        may_retry: true,
    });
    sink.keep(
        "console-preparing",
        locale,
        console::render(&sink.templates, instructor, &page),
    );
    page.teams = vec![];
    sink.keep(
        "console-empty",
        locale,
        console::render(&sink.templates, instructor, &page),
    );
    for part in [
        console::Part::Notices,
        console::Part::Control,
        console::Part::Teams,
        console::Part::Axis,
        console::Part::Scoring,
    ] {
        sink.keep(
            "part-console",
            locale,
            console::render_part(&sink.templates, instructor, part, &page),
        );
    }
    sink.keep(
        "part-team",
        locale,
        team::render(&sink.templates, instructor, &team_page("mail")),
    );
}

/// Everything that can stand about isolation at once.
fn standing() -> isolation::Standing {
    let reached = |what: &str, how: &str, places: &str| isolation::Reached {
        what: what.into(),
        how: how.into(),
        places: places.into(),
    };
    isolation::Standing {
        refusal: Some(isolation::Refusal {
            at: minutes_ago(2),
            reached: vec![
                reached(
                    "Máy chủ chạy phòng lab",
                    "TCP, UDP, ICMP, gói tin thô",
                    "10.71.255.249:38213, 10.71.255.241:38213, 192.0.2.2:38213 và 14 nơi khác",
                ),
                reached("Trang của Thao Trường", "TCP", "10.71.255.249:8080"),
            ],
        }),
        decision: Some(isolation::Decision {
            at: minutes_ago(1),
            name: "quantri".into(),
            reason: "Máy chủ không nối mạng, chỉ có ban tổ chức dùng.".into(),
        }),
        breach: Some(isolation::BreachView {
            noticed: minutes_ago(1),
            closed: None,
            reason: "nft: Operation not permitted".into(),
        }),
        mend: "Trên máy chủ, người quản trị hệ thống đặt lại tường lửa.".into(),
        mend_first: "Nên sửa tường lửa trước.".into(),
        page: format!("http://localhost:8080/exercises/{EXERCISE}/isolation"),
    }
}

pub(super) fn replay(sink: &Sink, locale: Locale, instructor: &Visitor) {
    let row = |node: &str, seconds, kept| recordings::RecordingRow {
        href: "/".into(),
        file: "/recording.cast".into(),
        node: node.into(),
        person: "Nguyễn Văn Hòa".into(),
        part: (seconds > 2000).then_some(2),
        at: minutes_ago(40),
        seconds,
        state: if kept {
            state(Good, "đã lưu")
        } else {
            state(Warn, "không còn tệp")
        },
        kept,
    };
    let mut page = recordings::RecordingsPage {
        title: TITLE.into(),
        back: "/".into(),
        commands: "/".into(),
        export: "/".into(),
        teams: vec![recordings::TeamRecordings {
            number: 1,
            name: TEAMS[0].into(),
            rows: vec![
                row("workstation", 1834, true),
                row("workstation", 2402, true),
                row("portal", 12, false),
            ],
        }],
    };
    let render =
        |page: &recordings::RecordingsPage| recordings::render(&sink.templates, instructor, page);
    sink.keep("recordings", locale, render(&page));
    page.teams.clear();
    sink.keep("recordings-empty", locale, render(&page));
    for (name, kept) in [("replay", true), ("replay-gone", false)] {
        let page = recordings::ReplayPage {
            title: format!("Đội 1 · {} · máy workstation", TEAMS[0]),
            exercise: TITLE.into(),
            back: "/".into(),
            commands: "/".into(),
            at: 0,
            hidden: 2,
            original: Some("/".into()),
            session: TEAM.into(),
            from: 0,
            redact: Some("/".into()),
            here: "/".into(),
            recording: row("workstation", 1834, kept),
        };
        sink.keep(
            name,
            locale,
            recordings::render_replay(&sink.templates, instructor, &page),
        );
    }
}

pub(super) fn decision(sink: &Sink, locale: Locale, administrator: &Visitor) {
    let mut page = isolation::IsolationPage {
        id: EXERCISE.into(),
        title: TITLE.into(),
        scenario: SCENARIO.into(),
        state: state(Idle, "Bản nháp"),
        standing: isolation::Standing {
            decision: None,
            breach: None,
            ..standing()
        },
        open: true,
        reason: String::new(),
        error: Some("Ghi lý do vì sao vẫn cho bắt đầu.".into()),
    };
    let render =
        |page: &isolation::IsolationPage| isolation::render(&sink.templates, administrator, page);
    sink.keep("isolation", locale, render(&page));
    page.standing = isolation::Standing::default();
    page.open = false;
    sink.keep("isolation-none", locale, render(&page));
    page.standing = standing();
    sink.keep("isolation-decided", locale, render(&page));
}

pub(super) fn console_page(open: Option<team::TeamPage>) -> console::ConsolePage {
    let environments = [
        state(Bad, "portal dừng"),
        state(Warn, "Chậm"),
        state(Busy, "Đang làm lại"),
    ];
    let teams = TEAMS.iter().enumerate().map(|(n, name)| {
        let kinds: Vec<&str> = (0..7)
            .map(|task| match task.cmp(&(n % 6)) {
                std::cmp::Ordering::Less => "solved",
                std::cmp::Ordering::Equal => "part",
                std::cmp::Ordering::Greater => "open",
            })
            .collect();
        let (dots, dots_width) = console::dots(&kinds);
        console::TeamRow {
            id: format!("01994c00-0000-7000-8000-0000000000{n:02}"),
            number: 1 + i64::try_from(n).expect("small"),
            name: (*name).into(),
            why: (n == 3).then(|| "Chờ trợ giúp".into()),
            environment: environments
                .get(n)
                .cloned()
                .unwrap_or_else(|| state(Good, "Tốt")),
            trouble: None,
            progress: (n == 2).then_some(60),
            stage: "Khôi phục".into(),
            dots,
            dots_width,
            solved: n % 6,
            tasks: 7,
            points: 90 + 37 * i64::try_from(n).expect("small"),
            waiting: usize::from(n % 4 == 1) * 2,
            idle: (n != 5).then_some(31 * n as u64),
            selected: n == 0,
        }
    });
    console::ConsolePage {
        id: EXERCISE.into(),
        title: TITLE.into(),
        scenario: SCENARIO.into(),
        state: state(Good, "Đang diễn ra"),
        controls: console::Controls {
            pause: true,
            finish: true,
            message: true,
            ..console::Controls::default()
        },
        clock: ClockView::new(Duration::from_secs(2262), Duration::from_mins(90), true),
        figures: console::Figures {
            teams: 18,
            hosts: 18,
            healthy: 15,
            waiting: 4,
            attention: 3,
        },
        teams: teams.collect(),
        axis: axis(),
        log: lists::log_lines(),
        may_note: true,
        team: open,
        recipients: vec![
            choice("", "Tất cả các đội", true),
            choice(TEAM, TEAMS[0], false),
        ],
        standing: isolation::Standing::default(),
        underway: None,
        outage: None,
        keep: console::Keep {
            until: Some(NOW),
            may_extend: true,
            ..console::Keep::default()
        },
        schedule: None,
        hour: HourForm::default(),
        scoring: points::scoring(),
        board: format!("/boards/{EXERCISE}"),
        form: "form".into(),
        recordings: Some("/".into()),
        report: None,
    }
}

pub(super) fn axis() -> console::Axis {
    let event = |id: &str, plan: i64, done: Option<i64>| console::AxisEvent {
        id: id.into(),
        title: "Báo chí hỏi về sự cố".into(),
        planned: "Phút 12".into(),
        plan_x: Some(console::Axis::place(plan, 90)),
        done_x: done.map(|at| console::Axis::place(at, 90)),
        label_y: 26,
        mark: done.map(|at| console::Axis::mark(console::Axis::place(at, 90))),
        state: if done.is_some() {
            state(Good, "đã gửi")
        } else {
            state(Idle, "chưa đến")
        },
        may_fire: done.is_none(),
    };
    console::Axis {
        ticks: (0..6)
            .map(|n| console::AxisTick {
                x: console::Axis::place(15 * n, 90),
                text: format!("{:02}:{:02}", 8 + (30 + 15 * n) / 60, (30 + 15 * n) % 60),
            })
            .collect(),
        events: vec![
            event("E01", 0, Some(0)),
            event("E02", 15, Some(17)),
            event("E03", 28, Some(33)),
            event("E04", 60, None),
        ],
        now: Some(console::AxisTick {
            x: console::Axis::place(38, 90),
            text: "09:07".into(),
        }),
    }
}

fn members() -> Vec<team::MemberView> {
    vec![
        team::MemberView {
            id: TEAM.into(),
            name: "Nguyễn Văn Hòa".into(),
            present: true,
            excused: false,
            lead: true,
        },
        team::MemberView {
            id: EXERCISE.into(),
            name: "Trần Thị Bích Ngọc".into(),
            present: false,
            excused: true,
            lead: false,
        },
    ]
}

pub(super) fn team_page(tab: &str) -> team::TeamPage {
    let line = |minutes, icon, title: &str, text: &str| team::EventLine {
        at: minutes_ago(minutes),
        icon,
        title: title.into(),
        text: text.into(),
    };
    team::TeamPage {
        exercise: EXERCISE.into(),
        id: TEAM.into(),
        number: 3,
        name: TEAMS[0].into(),
        members: members(),
        environment: state(Bad, "portal dừng 6 phút trước"),
        reason: Some("Hết bộ nhớ (OOM), mã thoát 137".into()),
        nodes: vec![
            team::NodeState {
                id: "portal".into(),
                state: state(Bad, "dừng"),
                terminal: None,
                page: None,
            },
            team::NodeState {
                id: "workstation".into(),
                state: state(Good, "tốt"),
                terminal: Some("/".into()),
                page: Some("/".into()),
            },
        ],
        may_retry: true,
        may_reset: true,
        may_excuse: true,
        seating: super::hall::seating(),
        tab: tab.into(),
        events: vec![
            line(
                1,
                "hand",
                "Gọi trợ giúp",
                "“Máy portal không vào được, đội chưa đụng gì.”",
            ),
            line(
                6,
                "s-bad",
                "portal dừng",
                "Hết 256 MiB bộ nhớ, mã thoát 137",
            ),
            line(
                10,
                "flag",
                "Giải: Tìm điểm xâm nhập",
                "+100 điểm, đội thứ 9",
            ),
        ],
        tasks: vec![solved_task()],
        objectives: vec![objective()],
        to_grade: 1,
        reports: vec![team::ReportView {
            task: "initial-report".into(),
            title: "Báo cáo ban đầu (Mẫu 03)".into(),
            sequence: 91,
            filed_at: minutes_ago(2),
            late: true,
            fields: vec![
                team::ReportField {
                    title: "Mô tả sự cố".into(),
                    text: "Trang chủ bị thay <b>giao diện</b>.".into(),
                },
                team::ReportField {
                    title: "Đề nghị hỗ trợ".into(),
                    text: String::new(),
                },
            ],
            rubric: vec![team::RubricLine {
                id: "facts".into(),
                title: "Nêu đúng thời điểm, hệ thống, dấu hiệu".into(),
                possible: 60,
            }],
            marks: vec![],
            standing: None,
            waits: true,
            action: Some("grade"),
        }],
        messages: vec![line(30, "phone", "Người dân", "Trang chủ hiện hình lạ.")],
        ledger: points::ledger(),
        services: points::services(),
        may_adjust: true,
        regradable: vec![choice(
            "entry-point",
            "Tìm điểm xâm nhập (100 / 100)",
            false,
        )],
        most: 1000,
        form: "form".into(),
        points: 90,
        may_run: true,
    }
}

fn solved_task() -> team::TaskLine {
    team::TaskLine {
        title: "Tìm điểm xâm nhập".into(),
        state: state(Good, "đã giải"),
        points: 100,
        possible: 100,
        attempts: 1,
        notes: vec!["Đội được 85 điểm.".into(), "Thưởng thêm 15 điểm.".into()],
    }
}

fn objective() -> team::ObjectiveLine {
    team::ObjectiveLine {
        title: "Phát hiện và phân tích sự cố".into(),
        rating: Some("S – Còn một số vướng mắc".into()),
        points: 225,
        possible: 300,
        solved: vec!["Tìm điểm xâm nhập".into(), "Địa chỉ tấn công".into()],
    }
}

pub(super) fn board_page() -> board::BoardPage {
    let curves: Vec<board::Curve> = TEAMS
        .iter()
        .take(6)
        .zip(1_i64..)
        .map(|(name, n)| board::Curve {
            name: (*name).into(),
            seconds: (0..20).map(|t| t * 120).collect(),
            points: (0..20).map(|t| (t * (8 - n)).div_euclid(3) * 25).collect(),
        })
        .collect();
    board::BoardPage {
        id: EXERCISE.into(),
        title: TITLE.into(),
        state: state(Good, "Đang diễn ra"),
        stream: "/".into(),
        frozen: None,
        real: false,
        clock: ClockView::new(Duration::from_secs(2262), Duration::from_mins(90), true),
        rows: TEAMS
            .iter()
            .enumerate()
            .map(|(n, name)| board::BoardLine {
                rank: n + 1,
                cell: (n == 3).then(|| "tấn công".to_owned()),
                tasks: 7,
                name: (*name).into(),
                solved: 7 - n / 3,
                points: 700 - 31 * i64::try_from(n).expect("small"),
                series: (n < 6).then_some(n + 1),
            })
            .collect(),
        worths: vec![
            board::TaskWorth {
                title: "Tìm điểm xâm nhập".into(),
                value: 85,
                bonus: 10,
                solves: 5,
            },
            board::TaskWorth {
                title: "Gỡ web shell khỏi máy chủ".into(),
                value: 150,
                bonus: 0,
                solves: 0,
            },
        ],
        chart: serde_json::to_string(&curves).expect("json"),
    }
}
