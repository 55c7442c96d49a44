//! Invented data for the pages of a drill.

use std::time::Duration;

use super::{
    super::{
        Tone::{Bad, Busy, Good, Idle, Info, Paused, Warn},
        board, console, exercises, home, launch, library, scenario, sign_in, team, workspace,
    },
    ClockView, Locale, NOW, Role, Sink, Visitor, choice, minutes_ago, state, testing, visitor,
};

const EXERCISE: &str = "01994c00-0000-7000-8000-000000000001";
const TEAM: &str = "01994c00-0000-7000-8000-000000000003";
const TITLE: &str = "Diễn tập ứng cứu sự cố tỉnh 2026";
const SCENARIO: &str = "Cổng thông tin điện tử bị thay đổi giao diện";
const TEAMS: [&str; 18] = [
    "UBND phường Đông Hà",
    "UBND xã Gio Linh",
    "Báo và Phát thanh, truyền hình",
    "Sở Khoa học và Công nghệ",
    "Công an tỉnh (PA05)",
    "Sở Tài chính",
    "Sở Y tế",
    "Sở Nội vụ",
    "Sở Giáo dục và Đào tạo",
    "Văn phòng UBND tỉnh",
    "Sở Xây dựng",
    "UBND xã Hải Lăng",
    "Sở Nông nghiệp và Môi trường",
    "Trung tâm Giám sát, điều hành đô thị thông minh và Chuyển đổi số trực thuộc Sở Khoa học và Công nghệ tỉnh",
    "Bộ Chỉ huy Quân sự tỉnh",
    "Sở Công Thương",
    "VNPT Quảng Trị",
    "UBND xã Vĩnh Linh",
];

pub(super) fn render(sink: &Sink, locale: Locale) {
    let stranger = testing::stranger(locale);
    let page = sign_in::SignInPage {
        next: "/".into(),
        ..sign_in::SignInPage::default()
    };
    sink.keep(
        "sign-in",
        locale,
        sign_in::render(&sink.templates, &stranger, &page),
    );
    let page = sign_in::SignInPage {
        username: "an.nguyen".into(),
        error: Some("Tên đăng nhập hoặc mật khẩu chưa đúng.".into()),
        ..sign_in::SignInPage::default()
    };
    sink.keep(
        "sign-in-wrong",
        locale,
        sign_in::render(&sink.templates, &stranger, &page),
    );

    let instructor = visitor(locale, "Lê Thị Thu Trang", &[Role::Instructor]);
    let trainee = visitor(locale, "Nguyễn Văn Hòa", &[Role::Trainee]);
    planning(sink, locale, &instructor);
    running(sink, locale, &instructor);
    working(sink, locale, &trainee);
    sink.keep(
        "board",
        locale,
        board::render(&sink.templates, &stranger, &board_page()),
    );
    let page = home::HomePage {
        mine: vec![home::MyExercise {
            title: TITLE.into(),
            team: TEAMS[0].into(),
            state: state(Good, "Đang diễn ra"),
            href: "/".into(),
        }],
        ..home::HomePage::default()
    };
    sink.keep(
        "home-trainee",
        locale,
        home::render(&sink.templates, &trainee, &page),
    );
    let page = home::HomePage::default();
    sink.keep(
        "home-empty",
        locale,
        home::render(&sink.templates, &trainee, &page),
    );
}

fn exercise_row(state_of: super::State, started: bool) -> exercises::ExerciseRow {
    exercises::ExerciseRow {
        title: TITLE.into(),
        scenario: SCENARIO.into(),
        state: state_of,
        teams: 18,
        created_at: minutes_ago(300),
        started_at: started.then(|| minutes_ago(37)),
        href: "/".into(),
        action: "Điều hành".into(),
    }
}

fn planning(sink: &Sink, locale: Locale, instructor: &Visitor) {
    let rows = vec![
        exercise_row(state(Good, "Đang diễn ra"), true),
        exercise_row(state(Busy, "Đang chuẩn bị"), false),
        exercise_row(state(Paused, "Tạm dừng"), true),
        exercise_row(state(Idle, "Đã kết thúc"), true),
    ];
    let page = exercises::ExercisesPage {
        may_plan: true,
        rows: rows.clone(),
    };
    sink.keep(
        "exercises",
        locale,
        exercises::render(&sink.templates, instructor, &page),
    );
    let page = exercises::ExercisesPage {
        may_plan: true,
        rows: vec![],
    };
    sink.keep(
        "exercises-empty",
        locale,
        exercises::render(&sink.templates, instructor, &page),
    );
    let page = home::HomePage {
        exercises: Some(rows),
        may_plan: true,
        ..home::HomePage::default()
    };
    sink.keep(
        "home",
        locale,
        home::render(&sink.templates, instructor, &page),
    );

    sink.keep(
        "library",
        locale,
        library::render(&sink.templates, instructor, &library_page()),
    );
    let page = scenario::ScenarioPage {
        row: scenario_row(),
        version: 1,
        audience: vec!["Đội ứng cứu sự cố".into()],
        sectors: vec!["Thông tin".into()],
        skills: vec!["PD-WRL-003".into()],
        nodes: vec![
            scenario::NodeRow {
                id: "workstation".into(),
                role: "Phân tích".into(),
                terminal: Some("analyst".into()),
                web: None,
            },
            scenario::NodeRow {
                id: "portal".into(),
                role: "Mục tiêu".into(),
                terminal: Some("admin".into()),
                web: Some("Cổng thông tin".into()),
            },
        ],
        objectives: vec![scenario::ObjectiveView {
            title: "Phát hiện".into(),
            tasks: vec![scenario::TaskRow {
                title: "Tìm điểm xâm nhập".into(),
                icon: "flag",
                kind: "Cờ".into(),
                points: 100,
            }],
        }],
        timeline: vec![scenario::TimelineRow {
            id: "E01".into(),
            when: "Phút 0".into(),
            icon: "phone",
            title: "Người dân gọi báo trang chủ lạ".into(),
        }],
        services: vec!["Cổng thông tin phục vụ người dân".into()],
        points: 730,
        may_plan: true,
    };
    sink.keep(
        "scenario",
        locale,
        scenario::render(&sink.templates, instructor, &page),
    );

    let page = launch::LaunchPage {
        launch_key: "key".into(),
        scenarios: vec![choice("web-defacement", SCENARIO, true)],
        title: String::new(),
        minutes: 90,
        units: units(),
        estimate: Some(launch::Estimate {
            state: state(Good, "Đủ tài nguyên"),
            teams: 2,
            nodes: 10,
            memory: "2,5 GiB".into(),
            memory_free: "20 GiB".into(),
            seconds: 40,
        }),
        error: Some("Đặt tên cho cuộc diễn tập.".into()),
    };
    sink.keep(
        "launch",
        locale,
        launch::render(&sink.templates, instructor, &page),
    );
}

pub(super) fn units() -> Vec<launch::LaunchUnit> {
    let person = |name: &str, chosen| launch::LaunchPerson {
        id: name.into(),
        name: name.into(),
        position: "Chuyên viên".into(),
        response_team: chosen,
        account: chosen,
        chosen,
    };
    let people = vec![
        person("Nguyễn Văn Hòa", true),
        person("Trần Thị Bích Ngọc", false),
    ];
    vec![
        launch::LaunchUnit {
            id: "a".into(),
            name: TEAMS[0].into(),
            open: true,
            people: people.clone(),
        },
        launch::LaunchUnit {
            id: "b".into(),
            name: TEAMS[13].into(),
            open: false,
            people,
        },
    ]
}

fn scenario_row() -> library::ScenarioRow {
    library::ScenarioRow {
        id: "web-defacement".into(),
        title: SCENARIO.into(),
        summary: "Trang chủ hiển thị nội dung lạ lúc 8 giờ 30. Tìm điểm xâm nhập, gỡ web shell, vá lỗ hổng tải tệp và \
                  báo cáo theo Mẫu 03 trong khi vẫn giữ cổng hoạt động."
            .into(),
        kind: "Mô phỏng".into(),
        attack: vec!["T1190".into(), "T1505.003".into(), "T1491.002".into()],
        level: library::Level { title: "Trung bình".into(), second: true, third: false },
        minutes: 90,
        nodes: 5,
        tasks: 7,
        state: state(Good, "Hợp lệ"),
        used: 6,
        sketch: library::Sketch::draw(1, 1, 3),
    }
}

fn library_page() -> library::LibraryPage {
    let option = |title: &str, count, chosen| library::FacetOption {
        choice: choice(title, title, chosen),
        count,
    };
    library::LibraryPage {
        query: String::new(),
        total: 2,
        facets: vec![library::Facet {
            name: "level",
            title: "Mức độ".into(),
            options: vec![option("Cơ bản", 0, false), option("Trung bình", 1, true)],
        }],
        rows: vec![scenario_row(), scenario_row()],
        broken: vec![library::BrokenScenario {
            folder: "scenarios/ransomware".into(),
            problems: vec![
                "scenario.yaml dòng 41, cột 12: không có máy “porta”. Ý bạn là “portal”?".into(),
            ],
        }],
    }
}

fn running(sink: &Sink, locale: Locale, instructor: &Visitor) {
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
    page.controls = console::Controls::default();
    page.hindrance = Some(
        "Không được bắt đầu: từ máy trong môi trường vẫn gọi được máy chủ (cổng 8080).".into(),
    );
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
        console::Part::Control,
        console::Part::Teams,
        console::Part::Axis,
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

fn console_page(open: Option<team::TeamPage>) -> console::ConsolePage {
    let environments = [
        state(Bad, "portal dừng"),
        state(Warn, "Chậm"),
        state(Busy, "Đang làm lại"),
    ];
    let teams = TEAMS.iter().enumerate().map(|(n, name)| {
        let kinds: Vec<&str> = (0..7)
            .map(|task| {
                if task < n % 6 {
                    "solved"
                } else if task == n % 6 {
                    "part"
                } else {
                    "open"
                }
            })
            .collect();
        let (dots, dots_width) = console::dots(&kinds);
        console::TeamRow {
            id: format!("01994c00-0000-7000-8000-0000000000{n:02}"),
            number: 1 + i64::try_from(n).expect("small"),
            name: (*name).into(),
            environment: environments
                .get(n)
                .cloned()
                .unwrap_or_else(|| state(Good, "Tốt")),
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
        clock: ClockView::new(Duration::from_secs(2262), Duration::from_secs(5400), true),
        figures: console::Figures {
            teams: 18,
            healthy: 15,
            waiting: 4,
            attention: 3,
        },
        teams: teams.collect(),
        axis: console::Axis {
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
        },
        team: open,
        recipients: vec![
            choice("", "Tất cả các đội", true),
            choice(TEAM, TEAMS[0], false),
        ],
        hindrance: None,
        board: format!("/boards/{EXERCISE}"),
        report: None,
    }
}

fn team_page(tab: &str) -> team::TeamPage {
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
        members: vec![
            team::MemberView {
                name: "Nguyễn Văn Hòa".into(),
                present: true,
            },
            team::MemberView {
                name: "Trần Thị Bích Ngọc".into(),
                present: false,
            },
        ],
        environment: state(Bad, "portal dừng 6 phút trước"),
        reason: Some("Hết bộ nhớ (OOM), mã thoát 137".into()),
        nodes: vec![
            team::NodeState {
                id: "portal".into(),
                state: state(Bad, "dừng"),
                terminal: None,
            },
            team::NodeState {
                id: "workstation".into(),
                state: state(Good, "tốt"),
                terminal: Some("/".into()),
            },
        ],
        may_retry: true,
        may_reset: true,
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
        tasks: vec![team::TaskLine {
            title: "Tìm điểm xâm nhập".into(),
            state: state(Good, "đã giải"),
            points: 100,
            possible: 100,
            attempts: 1,
        }],
        reports: vec![team::ReportView {
            task: "initial-report".into(),
            title: "Báo cáo ban đầu (Mẫu 03)".into(),
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
                points: None,
            }],
            graded: false,
        }],
        messages: vec![line(30, "phone", "Người dân", "Trang chủ hiện hình lạ.")],
        ledger: vec![team::LedgerLine {
            seconds: 1520,
            title: "Tìm điểm xâm nhập".into(),
            points: 100,
        }],
        points: 90,
        may_run: true,
        may_grade: true,
    }
}

fn working(sink: &Sink, locale: Locale, trainee: &Visitor) {
    for tab in ["situation", "tasks", "mail", "hints"] {
        let page = workspace_page(tab);
        sink.keep(
            &format!("workspace-{tab}"),
            locale,
            workspace::render(&sink.templates, trainee, &page),
        );
    }
    let mut page = workspace_page("tasks");
    page.brief.task = Some(report_task());
    sink.keep(
        "workspace-report",
        locale,
        workspace::render(&sink.templates, trainee, &page),
    );
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
        state: state(Warn, "còn 11 phút"),
        open: true,
        attempts_left: None,
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
        state: state(Busy, "Kiểm tra lần tới sau 12 giây"),
        open: true,
        attempts_left: Some(3),
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
        respond,
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
        clock: ClockView::new(Duration::from_secs(2262), Duration::from_secs(5400), true),
        points: 295,
        possible: 730,
        rank: 3,
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
        services: vec![workspace::ServiceLine {
            title: "Cổng thông tin phục vụ người dân".into(),
            state: state(Good, "tốt"),
            share: Some(0.94),
        }],
        recorded_until: Some(NOW),
    }
}

fn board_page() -> board::BoardPage {
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
        clock: ClockView::new(Duration::from_secs(2262), Duration::from_secs(5400), true),
        rows: TEAMS
            .iter()
            .enumerate()
            .map(|(n, name)| board::BoardLine {
                rank: n + 1,
                name: (*name).into(),
                solved: 7 - n / 3,
                points: 700 - 31 * i64::try_from(n).expect("small"),
                series: (n < 6).then_some(n + 1),
            })
            .collect(),
        tasks: 7,
        chart: serde_json::to_string(&curves).expect("json"),
    }
}
