//! Invented data for the pages of an office: people, plans, reports, administration.

use super::{
    super::{
        Tone::{Bad, Good, Idle, Warn},
        account, accounts, attendance, audit, completions, health, home, indicators, issuer,
        people, report,
    },
    Locale, NOW, Role, Sink, choice, drill, minutes_ago, state, visitor,
};

pub(super) fn render(sink: &Sink, locale: Locale) {
    workforce(sink, locale);
    documents(sink, locale);
    administration(sink, locale);
}

#[expect(clippy::too_many_lines, reason = "invented data of one page")]
fn workforce(sink: &Sink, locale: Locale) {
    let officer = visitor(locale, "Nguyễn Thị An", &[Role::Hr]);
    let page = people::PeoplePage {
        query: "hoa".into(),
        units: vec![choice("a", "UBND phường Đông Hà", true)],
        groups: vec![choice("response", "Đội ứng cứu", false)],
        total: 1204,
        rows: vec![people::PersonRow {
            name: "Nguyễn Văn Hòa".into(),
            unit: "UBND phường Đông Hà".into(),
            position: "Chuyên viên".into(),
            tags: vec!["Đội ứng cứu".into()],
            completions: 1,
            reached: true,
        }],
        previous: None,
        next: Some("/people?page=2".into()),
    };
    sink.keep(
        "people",
        locale,
        people::render(&sink.templates, &officer, &page),
    );
    let page = people::PeoplePage::default();
    sink.keep(
        "people-empty",
        locale,
        people::render(&sink.templates, &officer, &page),
    );

    let page = attendance::AttendancePage {
        list: "x".into(),
        lists: vec![attendance::AttendanceRow {
            href: "/attendance/x".into(),
            voided: true,
            title: "Buổi tuyên truyền tháng 3".into(),
            course: "Nâng cao nhận thức an toàn thông tin".into(),
            held_at: NOW,
            document: "12/DS-SKHCN".into(),
            people: 42,
        }],
        courses: vec![choice(
            "awareness",
            "Nâng cao nhận thức an toàn thông tin",
            true,
        )],
        title: String::new(),
        held_on: "2026-11-22".into(),
        document: String::new(),
        units: drill::units(),
        error: Some("Đánh dấu ít nhất một người dự.".into()),
    };
    sink.keep(
        "attendance",
        locale,
        attendance::render(&sink.templates, &officer, &page),
    );

    let page = attendance::ListPage {
        id: "x".into(),
        title: "Buổi tuyên truyền tháng 3".into(),
        course: "Nâng cao nhận thức an toàn thông tin".into(),
        held_at: NOW,
        document: "12/DS-SKHCN".into(),
        entered_at: NOW,
        void_reason: Some("Nhập nhầm lớp".into()),
        people: [false, true]
            .map(|removed| attendance::AttendeeRow {
                id: "p".into(),
                name: "Nguyễn Văn Hòa".into(),
                removed,
            })
            .into(),
    };
    sink.keep(
        "attendance-list",
        locale,
        attendance::render_list(&sink.templates, &officer, &page),
    );
    sink.keep(
        "indicators-none",
        locale,
        indicators::render_none(&sink.templates, &officer),
    );

    let page = completions::CompletionsPage {
        rows: vec![completions::CompletionRow {
            name: "Nguyễn Văn Hòa".into(),
            unit: "UBND phường Đông Hà".into(),
            kind: "Ứng cứu sự cố".into(),
            exercise: "Diễn tập ứng cứu sự cố tỉnh 2026".into(),
            points: 465,
            at: NOW,
            evidence: 218,
            href: "/".into(),
        }],
        missed: vec![completions::MissedRow {
            name: "Trần Thị Bích Ngọc".into(),
            team: "UBND phường Đông Hà".into(),
            exercise: "Diễn tập ứng cứu sự cố tỉnh 2026".into(),
            reason: "Nhật ký không ghi nhận có mặt".into(),
        }],
    };
    sink.keep(
        "completions",
        locale,
        completions::render(&sink.templates, &officer, &page),
    );
    let page = completions::CompletionsPage::default();
    sink.keep(
        "completions-empty",
        locale,
        completions::render(&sink.templates, &officer, &page),
    );
    sink.keep(
        "indicators",
        locale,
        indicators::render(&sink.templates, &officer, &indicators_page()),
    );
    let leader = visitor(locale, "Phạm Quốc Bảo", &[Role::Leader]);
    let page = home::HomePage {
        exercises: Some(vec![]),
        indicators: Some(indicators_page().rows),
        report: Some(report_row()),
        ..home::HomePage::default()
    };
    sink.keep(
        "home-leader",
        locale,
        home::render(&sink.templates, &leader, &page),
    );
}

fn indicators_page() -> indicators::IndicatorsPage {
    let row = |code: &str, numerator: Option<i64>, of, current| indicators::IndicatorRow {
        code: code.into(),
        title: "Thành viên đội ứng cứu có diễn tập đạt".into(),
        quote: "ít nhất 05 chuyên gia".into(),
        numerator,
        denominator: numerator.map(|_| 19_310),
        target: "≥ 80 %".into(),
        gauge: numerator.map(|_| indicators::Gauge {
            value: 60,
            target: 80,
        }),
        gap: numerator.map_or("–".into(), |_| "−568 người".into()),
        due: numerator.map(|_| NOW),
        state: of,
        inferred: current,
        href: "/indicators?open=x#open".into(),
        current,
    };
    indicators::IndicatorsPage {
        plans: vec![choice("demo", "Kế hoạch mẫu 2026–2030", true)],
        title: "Kế hoạch mẫu 2026–2030".into(),
        as_of: NOW,
        as_of_field: "2026-11-22".into(),
        met: 1,
        unmet: 1,
        unknown: 1,
        rows: vec![
            row("DM-01", Some(18_742), state(Warn, "Chưa đạt"), true),
            row("DM-02", Some(19_310), state(Good, "Đạt"), false),
            row("DM-03", None, state(Idle, "Chưa có số liệu"), false),
        ],
        open: Some(indicators::IndicatorDetail {
            code: "DM-01".into(),
            title: "Thành viên đội ứng cứu có diễn tập đạt".into(),
            missing: vec![indicators::MissingRow {
                name: "Trần Quang Vinh".into(),
                unit: "Trung tâm CNTT".into(),
                reason: "Chưa tham gia diễn tập".into(),
            }],
            more: 12,
            evidence: vec![indicators::EvidenceRow {
                title: "Diễn tập ứng cứu sự cố tỉnh 2026".into(),
                href: Some("/".into()),
            }],
            manual: Some(indicators::ManualFigures {
                form: Some(figure_form()),
                entries: vec![indicators::EnteredRow {
                    title: "Chi cho an toàn thông tin (triệu đồng)".into(),
                    value: 12_400,
                    as_of: NOW,
                    document: "15/BC-STC".into(),
                    username: "tochuc".into(),
                    at: NOW,
                }],
            }),
        }),
    }
}

fn figure_form() -> indicators::FigureForm {
    indicators::FigureForm {
        id: "x".into(),
        plan: "demo".into(),
        indicator: "DM-01".into(),
        day: "2026-11-22".into(),
        fields: vec![indicators::FigureField {
            name: "spend".into(),
            title: "Chi cho an toàn thông tin (triệu đồng)".into(),
            value: "12.400".into(),
        }],
        as_of: "2026-11-22".into(),
        latest: "2026-11-22".into(),
        document: "15/BC-STC".into(),
        error: Some("Nhập số, ngày của văn bản làm nguồn số liệu.".into()),
    }
}

fn documents(sink: &Sink, locale: Locale) {
    let instructor = visitor(locale, "Lê Thị Thu Trang", &[Role::Instructor]);
    let page = report::ReportsPage {
        rows: vec![report_row()],
    };
    sink.keep(
        "reports",
        locale,
        report::render_list(&sink.templates, &instructor, &page),
    );
    let page = report::ReportsPage::default();
    sink.keep(
        "reports-empty",
        locale,
        report::render_list(&sink.templates, &instructor, &page),
    );
    let page = report_page();
    sink.keep(
        "report",
        locale,
        report::render(&sink.templates, &instructor, &page),
    );
}

fn report_row() -> report::ReportRow {
    report::ReportRow {
        title: "Diễn tập ứng cứu sự cố tỉnh 2026".into(),
        finished_at: NOW,
        href: "/".into(),
        document: "/".into(),
    }
}

fn report_page() -> report::ReportPage {
    let span = |text: &str, numeric: bool| report::Span {
        text: text.into(),
        evidence: numeric.then(|| "#1–218".into()),
    };
    let cell = |text: &str, numeric: bool| report::Cell {
        numeric,
        spans: vec![span(text, numeric)],
    };
    let head = |title: &str, numeric: bool| report::Head {
        title: title.into(),
        numeric,
        width: 33,
    };
    let section = |id: &str, line: bool| report::SectionField {
        id: id.into(),
        title: "Bài học kinh nghiệm".into(),
        text: String::new(),
        mark: String::new(),
        line,
    };
    report::ReportPage {
        exercise: "x".into(),
        title: "Báo cáo kết quả diễn tập".into(),
        document: "/".into(),
        seal: Some("3b1f9c5a77e0…".into()),
        broken: true,
        unfinished: true,
        sections: vec![section("number", true), section("lessons", false)],
        may_write: true,
        objectives: vec![report::ObjectiveField {
            id: "detect".into(),
            title: "Phát hiện và phân tích sự cố".into(),
            suggested: "S – Còn một số vướng mắc".into(),
            solved: vec!["Tìm điểm xâm nhập: 3/4".into()],
            ratings: vec![choice("P", "P – Thực hiện tốt", true)],
            words: "Hai đội xác định đúng đường xâm nhập trong 20 phút.".into(),
        }],
        may_rate: true,
        error: Some("Ghi nhận xét cho mục tiêu “Phát hiện”.".into()),
        language: "vi",
        blocks: vec![
            report::Block::Letterhead {
                state: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".into(),
                motto: "Độc lập - Tự do - Hạnh phúc".into(),
                superior: "ỦY BAN NHÂN DÂN TỈNH QUẢNG TRỊ".into(),
                body: "BAN TỔ CHỨC DIỄN TẬP".into(),
                number: "Số: …/BC-BTC".into(),
                place: "Quảng Trị, ngày 22 tháng 11 năm 2026".into(),
            },
            report::Block::Title {
                name: "BÁO CÁO".into(),
                subject: "Kết quả diễn tập ứng cứu sự cố năm 2026".into(),
            },
            report::Block::Heading {
                level: 1,
                text: "I. CÔNG TÁC CHUẨN BỊ".into(),
            },
            report::Block::Paragraph {
                item: true,
                spans: vec![
                    span("Thành lập ", false),
                    span("18", true),
                    span(" đội.", false),
                ],
            },
            report::Block::Open {
                section: "lessons",
                text: "[Bổ sung bài học kinh nghiệm]".into(),
            },
            report::Block::Signature {
                heading: "Nơi nhận:".into(),
                recipients: vec!["- Như trên;".into()],
                authority: "TM. BAN TỔ CHỨC".into(),
                position: "TRƯỞNG BAN".into(),
                name: "Phạm Quốc Bảo".into(),
            },
            report::Block::Appendix {
                label: "Phụ lục III".into(),
                title: "ĐIỂM CỦA CÁC ĐỘI".into(),
                reference: "(Kèm theo Báo cáo số 12/BC-BTC ngày 22/11/2026)".into(),
            },
            report::Block::Table {
                head: vec![head("STT", true), head("Đội", false), head("Tổng", true)],
                rows: vec![vec![
                    cell("1", true),
                    cell("UBND phường Đông Hà", false),
                    cell("465", true),
                ]],
            },
        ],
    }
}

fn administration(sink: &Sink, locale: Locale) {
    let administrator = visitor(locale, "Hoàng Minh Quân", &[Role::Administrator]);
    let page = issuer::IssuerPage {
        form: issuer::IssuerForm {
            body: "Ban Tổ chức diễn tập".into(),
            recipients: "Công an tỉnh\nLưu: VT".into(),
            ..issuer::IssuerForm::default()
        },
        history: vec![issuer::IssuerRow {
            valid_from: NOW,
            body: "Ban Tổ chức diễn tập".into(),
            position: "Trưởng ban".into(),
            signer: String::new(),
        }],
        error: Some("Nhập cơ quan ban hành.".into()),
    };
    let html = issuer::render(&sink.templates, &administrator, &page);
    sink.keep("issuer", locale, html);
    let empty = issuer::IssuerPage::default();
    let html = issuer::render(&sink.templates, &administrator, &empty);
    sink.keep("issuer-empty", locale, html);
    let roles = vec![
        choice("trainee", "Học viên", true),
        choice("hr", "Cán bộ tổ chức", false),
    ];
    let account_row = |closed| accounts::AccountRow {
        id: format!("id-{closed}"),
        username: "an.nguyen".into(),
        person: Some("Nguyễn Thị An".into()),
        roles: roles.clone(),
        state: if closed {
            state(Idle, "Đã khóa")
        } else {
            state(Good, "Đang mở")
        },
        closed,
        created_at: NOW,
        sessions: 2,
        seen_at: Some(NOW),
    };
    let page = accounts::AccountsPage {
        rows: vec![account_row(false), account_row(true)],
        roles: roles.clone(),
        people: vec![choice("p", "Nguyễn Văn Hòa", false)],
        username: String::new(),
        drawn: Some(accounts::Drawn {
            username: "an.nguyen".into(),
            password: "abcd-efgh-ijkm-npqr".into(),
        }),
        error: None,
    };
    sink.keep(
        "accounts",
        locale,
        accounts::render(&sink.templates, &administrator, &page),
    );
    let page = audit::AuditPage {
        rows: vec![audit::AuditRow {
            at: minutes_ago(3),
            username: Some("an.nguyen".into()),
            address: "10.0.0.7".into(),
            action: "manage-accounts".into(),
            object: "/admin/accounts".into(),
            outcome: state(Bad, "bị từ chối"),
        }],
        older: Some("/admin/audit?before=1".into()),
    };
    sink.keep(
        "audit",
        locale,
        audit::render(&sink.templates, &administrator, &page),
    );
    let page = health::HealthPage {
        checks: vec![health::HealthRow {
            title: "Docker Engine".into(),
            state: state(Good, "tốt"),
            detail: "20.10.24, API 1.41".into(),
            remedy: Some("thaotruong doctor --fix".into()),
        }],
        refused: vec![health::RefusedRow {
            href: "/exercises/1/isolation".into(),
            title: "Diễn tập ứng cứu sự cố tỉnh 2026".into(),
            at: NOW,
        }],
    };
    sink.keep(
        "health",
        locale,
        health::render(&sink.templates, &administrator, &page),
    );
    let page = account::AccountPage {
        error: Some("Mật khẩu phải có ít nhất 10 ký tự.".into()),
    };
    sink.keep(
        "account",
        locale,
        account::render(&sink.templates, &administrator, &page),
    );
}
