//! Invented data for the library and for scenarios of several sizes.

use std::path::Path;

use super::{
    super::super::topology::{Host, Role as Part, Topology},
    Good, Idle, Locale, SCENARIO, Sink, Visitor, Warn, choice, drafts, library, scenario, state,
    versions,
};
use crate::{
    http::handlers::scenario as about,
    scenarios::{self, Bundle, NodeRole},
};

pub(super) fn render(sink: &Sink, locale: Locale, instructor: &Visitor) {
    let keep = |name: &str, page: &library::LibraryPage| {
        let page = library::render(&sink.templates, instructor, page);
        sink.keep(name, locale, page);
    };
    keep("library", &library_page());
    keep(
        "library-nothing-found",
        &library::LibraryPage {
            rows: vec![],
            broken: vec![],
            ..library_page()
        },
    );
    keep("library-empty", &library::LibraryPage::default());
    for (name, page) in [
        ("scenario", scenario_page(locale, 2)),
        ("scenario-small", scenario_page(locale, 1)),
        ("scenario-large", scenario_page(locale, 4)),
        ("scenario-sides", shipped("routed-dmz", locale)),
        ("scenario-bare", bare(locale)),
    ] {
        let page = scenario::render(&sink.templates, instructor, &page);
        sink.keep(name, locale, page);
    }
    let page = versions::render_draft(&sink.templates, instructor, &drafts::draft());
    sink.keep("scenario-draft", locale, page);
    for (name, page) in [
        ("upload", versions::UploadPage::default()),
        ("upload-refused", drafts::refused_upload()),
    ] {
        let page = versions::render_upload(&sink.templates, instructor, &page);
        sink.keep(name, locale, page);
    }
}

fn row() -> library::ScenarioRow {
    library::ScenarioRow {
        id: "web-defacement".into(),
        href: "/scenarios/web-defacement".into(),
        stage: state(Good, "Có sẵn"),
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

pub(super) fn problem(place: &str, text: &str, help: Option<&str>) -> library::ProblemLine {
    library::ProblemLine {
        place: place.into(),
        text: text.into(),
        help: help.map(Into::into),
        excerpt: None,
    }
}

pub(super) fn marked(
    place: &str,
    text: &str,
    help: Option<&str>,
    line: [&str; 3],
) -> library::ProblemLine {
    library::ProblemLine {
        excerpt: Some(library::Excerpt {
            before: line[0].into(),
            marked: line[1].into(),
            after: line[2].into(),
        }),
        ..problem(place, text, help)
    }
}

#[expect(clippy::too_many_lines, reason = "invented data of one page")]
fn library_page() -> library::LibraryPage {
    let option = |title: &str, count, chosen| library::FacetOption {
        choice: choice(title, title, chosen),
        count,
    };
    let facet = |name, title: &str, options| library::Facet {
        name,
        title: title.into(),
        options,
    };
    let techniques = [
        "T1041",
        "T1059",
        "T1070",
        "T1078",
        "T1110",
        "T1136",
        "T1190",
        "T1486",
        "T1491.002",
        "T1505.003",
        "T1566",
        "T1567",
        "T1595",
    ];
    library::LibraryPage {
        query: "cong".into(),
        total: 13,
        facets: vec![
            facet(
                "level",
                "Mức độ",
                vec![
                    option("Cơ bản", 4, false),
                    option("Trung bình", 6, true),
                    option("Nâng cao", 3, false),
                ],
            ),
            facet(
                "sector",
                "Lĩnh vực",
                vec![option("Thông tin", 8, false), option("Y tế", 2, false)],
            ),
            facet(
                "attack",
                "Kỹ thuật MITRE ATT&CK",
                techniques
                    .iter()
                    .map(|code| option(code, 1, *code == "T1190"))
                    .collect(),
            ),
        ],
        sorts: vec![
            choice("title", "Theo tên", true),
            choice("used", "Dùng nhiều nhất", false),
        ],
        active: ["“cong”", "Trung bình", "T1190"]
            .map(|title| library::ActiveFilter {
                title: title.into(),
                href: "/scenarios".into(),
            })
            .into(),
        rows: vec![
            row(),
            library::ScenarioRow {
                state: state(Warn, "2 điểm cần xem lại"),
                ..row()
            },
        ],
        may_edit: true,
        broken: vec![
            library::BrokenScenario {
                href: Some("/scenarios/phishing?version=2".into()),
                stage: Some(state(Idle, "Bản nháp")),
                folder: "phishing".into(),
                title: Some("Thư giả mạo trong hộp thư công vụ".into()),
                errors: 4,
                problems: vec![],
            },
            library::BrokenScenario {
                href: None,
                stage: None,
                folder: "ransomware".into(),
                title: Some("Mã độc tống tiền trên máy chủ tệp của UBND xã".into()),
                errors: 2,
                problems: vec![
                    problem(
                        "scenario.yaml:41:12",
                        "không có máy “porta”",
                        Some("ý bạn là “portal”?"),
                    ),
                    problem(
                        "compose.yaml:7:5",
                        "không được dùng khóa “privileged”",
                        None,
                    ),
                ],
            },
            library::BrokenScenario {
                href: None,
                stage: None,
                folder: "thu-gia-mao".into(),
                title: None,
                errors: 1,
                problems: vec![problem("thu-gia-mao", "more than 64 MiB", None)],
            },
        ],
    }
}

fn host(name: &str, role: NodeRole, networks: &[usize], offers: &[(&'static str, &str)]) -> Host {
    Host {
        name: name.into(),
        role,
        networks: networks.to_vec(),
        offers: offers
            .iter()
            .map(|(icon, text)| (*icon, (*text).to_owned()))
            .collect(),
    }
}

/// Networks and machines of a small, a usual and a large scenario, by the number of networks.
fn hosts(networks: usize) -> (Vec<&'static str>, Vec<Host>) {
    use NodeRole::{Adversary, Analyst, Checker, Infrastructure, Target};
    let portal = [
        ("terminal", "admin"),
        ("globe", ":80 Cổng thông tin điện tử"),
        ("probe", ":80 Cổng phục vụ người dân"),
    ];
    match networks {
        1 => (
            vec!["default"],
            vec![
                host("workstation", Analyst, &[0], &[("terminal", "analyst")]),
                host("server", Target, &[0], &[]),
            ],
        ),
        2 => (
            vec!["internet", "office"],
            vec![
                host(
                    "log-collector",
                    Infrastructure,
                    &[1],
                    &[("globe", ":80 Nhật ký tập trung")],
                ),
                host("portal", Target, &[0, 1], &portal),
                host("workstation", Analyst, &[1], &[("terminal", "analyst")]),
                host("attacker", Adversary, &[0], &[]),
                host("checker", Checker, &[0], &[("arrow", "portal:80")]),
                host("database", Target, &[1], &[]),
            ],
        ),
        _ => (
            vec![
                "internet",
                "management",
                "dmz",
                "may-chu-noi-bo-cua-van-phong",
            ],
            vec![
                host("botnet-1", Adversary, &[0], &[]),
                host("botnet-2", Adversary, &[0], &[]),
                host("implant", Adversary, &[3], &[]),
                host(
                    "firewall",
                    Infrastructure,
                    &[0, 2, 3],
                    &[("terminal", "admin")],
                ),
                host("jump", Infrastructure, &[1, 2], &[]),
                host("dns", Infrastructure, &[2], &[]),
                host("portal", Target, &[2], &portal),
                host("mail", Target, &[2], &[("probe", ":25 Thư công vụ")]),
                host("file-server", Target, &[3], &[]),
                host(
                    "may-chu-co-so-du-lieu-dan-cu",
                    Target,
                    &[3],
                    &[("probe", ":5432 Cơ sở dữ liệu dân cư")],
                ),
                host("desktop-1", Target, &[3], &[]),
                host("desktop-2", Target, &[3], &[]),
                host("workstation", Analyst, &[1], &[("terminal", "analyst")]),
                host("monitor", Analyst, &[1, 3], &[("globe", ":5601 Nhật ký")]),
                host(
                    "checker",
                    Checker,
                    &[0],
                    &[("arrow", "portal:80"), ("arrow", "mail:25")],
                ),
            ],
        ),
    }
}

/// What a shipped scenario's page shows, with what an installation adds.
fn shipped(folder: &str, locale: Locale) -> scenario::ScenarioPage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let bundle = Bundle::open(&path.join(folder)).expect("bundle");
    let definition = scenarios::check(bundle).definition.expect("no errors");
    let page = about::fill(&definition, 3, &[], locale);
    scenario::ScenarioPage {
        resources: scenario::Resources {
            scenario: folder.into(),
            teams: 10,
            most: 200,
            shares: [1, 10]
                .map(|teams| scenario::Share {
                    teams,
                    machines: page.nodes.len() * teams,
                    networks: definition.compose.networks.len() * teams,
                    memory: if teams == 1 { "896 MiB" } else { "8960 MiB" }.into(),
                    processors: if teams == 1 { 2.5 } else { 25.0 },
                })
                .into(),
            room: Some(state(Good, "Hiện đủ chỗ (còn 20 GiB bộ nhớ).")),
        },
        may_plan: true,
        versions: drafts::released(),
        pool: scenario::PoolView {
            scenario: folder.into(),
            size: 4,
            ready: 2,
            preparing: 1,
            failed: 1,
            may_change: true,
        },
        ..page
    }
}

/// The same with a network of another size.
fn scenario_page(locale: Locale, networks: usize) -> scenario::ScenarioPage {
    let (names, hosts) = hosts(networks);
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    let page = shipped("web-defacement", locale);
    scenario::ScenarioPage {
        languages: page
            .languages
            .iter()
            .map(|language| scenario::Language {
                complete: networks < 4,
                ..language.clone()
            })
            .collect(),
        warnings: if networks < 4 {
            vec![]
        } else {
            vec![problem(
                "scenario.yaml:12:3",
                "biến “spare” không được dùng",
                None,
            )]
        },
        nodes: hosts
            .iter()
            .map(|host| scenario::NodeRow {
                id: host.name.clone(),
                role: Part::new(host.role, locale),
                networks: host.networks.iter().map(|it| names[*it].clone()).collect(),
                memory: Some("256 MiB".into()),
                terminal: (host.name == "portal").then(|| "admin".into()),
                web: (host.name == "portal").then(|| "Cổng thông tin (:80)".into()),
            })
            .collect(),
        topology: Topology::draw(&names, &hosts, locale),
        ..page
    }
}

/// A scenario around a table: nothing to draw, nothing with a time.
fn bare(locale: Locale) -> scenario::ScenarioPage {
    let page = shipped("web-defacement", locale);
    let sides = page.sides.iter().map(|side| scenario::SideView {
        access: vec![],
        ..side.clone()
    });
    scenario::ScenarioPage {
        machines: false,
        sides: sides.collect(),
        topology: None,
        nodes: vec![],
        axis: None,
        timeline: vec![],
        services: vec![],
        credits: vec![],
        skills: vec![],
        may_plan: false,
        pool: scenario::PoolView::default(),
        versions: versions::Versions::default(),
        resources: scenario::Resources::default(),
        ..page
    }
}
