//! A drill's facts, and what the report says of them.

use std::{collections::BTreeMap, time::Duration};

use jiff::civil::date;

use super::*;
use crate::reports::model::Evidence;
use crate::{
    clock::Timestamp,
    ids::ExerciseId,
    organisation::Issuer,
    reports::{
        CreditFacts, CreditOutcome, DrillFacts, Judgement, MemberFacts, ObjectiveFacts, Points,
        Rating, SituationFacts, TaskFacts, TeamFacts,
    },
    scenarios::{Cell, RatingShares},
};

const MINUTE: Duration = Duration::from_mins(1);

fn team(
    name: &str,
    unit: &str,
    rank: usize,
    points: [i64; 4],
    members: &[(&str, bool)],
) -> TeamFacts {
    let [detection, response, report, availability] = points;
    TeamFacts {
        name: name.to_owned(),
        cell: Cell::Blue,
        unit: Some(unit.to_owned()),
        members: members
            .iter()
            .map(|(name, present)| MemberFacts {
                name: (*name).to_owned(),
                position: "Chuyên viên".to_owned(),
                present: *present,
            })
            .collect(),
        points: Points {
            detection,
            response,
            report,
            availability,
            adjusted: 0,
        },
        rank,
        solved: if rank == 1 { 3 } else { 1 },
        detected: Some(MINUTE * 7),
        handled: (rank == 1).then_some(MINUTE * 41 + Duration::from_secs(30)),
    }
}

fn task(title: &str, solved: usize, first: Option<u32>) -> TaskFacts {
    TaskFacts {
        title: title.to_owned(),
        cell: Cell::Blue,
        teams: 2,
        solved,
        first: first.map(|minute| MINUTE * minute),
    }
}

/// The facts of a drill with two teams, one of whose members never came.
#[expect(clippy::too_many_lines, reason = "one drill, fact by fact")]
pub(in crate::reports) fn evidence() -> DrillEvidence {
    let at = |hour: u64, minute: u64| {
        Timestamp::start_of(date(2026, 11, 22)) + Duration::from_mins(hour * 60 + minute)
    };
    let credit = |name: &str, team: &str, points, outcome| CreditFacts {
        name: name.to_owned(),
        team: team.to_owned(),
        completion: "incident-response".to_owned(),
        needed: 350,
        points,
        outcome,
    };
    let situation = |id: &str, title: &str, minute, teams| SituationFacts {
        id: id.to_owned(),
        title: title.to_owned(),
        channel: "Điện thoại".to_owned(),
        at: Some(MINUTE * minute),
        teams,
        evidence: None,
    };
    DrillEvidence {
        province: "tỉnh Bình An".to_owned(),
        issuer: Some(Issuer {
            valid_from: at(0, 0),
            superior: "Ủy ban nhân dân tỉnh Bình An".to_owned(),
            body: "Ban Tổ chức diễn tập".to_owned(),
            sign: "BC-BTC".to_owned(),
            place: "Bình An".to_owned(),
            authority: "TM. Ban Tổ chức".to_owned(),
            position: "Trưởng ban".to_owned(),
            signer: "Phạm Thị Hồng Vân".to_owned(),
            recipients: "Công an tỉnh;\n- Các đơn vị có đội tham gia\nLưu: VT, BTC".to_owned(),
        }),
        drill: DrillFacts {
            id: ExerciseId(uuid::Uuid::from_u128(7)),
            title: "Diễn tập ứng cứu sự cố tỉnh Bình An năm 2026".to_owned(),
            kind: "simulation".to_owned(),
            scenario: "Cổng thông tin điện tử bị thay đổi giao diện".to_owned(),
            version: 1,
            bundle: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            attack: ["T1190", "T1505.003", "T1491.002"]
                .map(str::to_owned)
                .to_vec(),
            systems: vec!["Cổng thông tin điện tử".to_owned()],
            created_at: at(7, 10),
            started_at: Some(at(8, 0)),
            finished_at: Some(at(9, 25)),
            planned: MINUTE * 90,
            elapsed: MINUTE * 80,
            pauses: 1,
            outages: Vec::new(),
            isolation_override: None,
            breaches: Vec::new(),
            head_sequence: 214,
            head_hash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
                .to_owned(),
            signature: Some("eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSJ9.".repeat(4)),
            verified: true,
        },
        teams: vec![
            team(
                "Trung tâm Chuyển đổi số",
                "Trung tâm Chuyển đổi số",
                1,
                [150, 300, 80, 92],
                &[
                    ("Nguyễn Đức Anh", true),
                    ("Lý Thị Thu Hà", true),
                    ("Phan Văn Tùng", false),
                ],
            ),
            team(
                "Sở Tài chính",
                "Sở Tài chính",
                2,
                [55, 0, 20, 40],
                &[("Đinh Thị Tuyết Mai", true), ("", true)],
            ),
        ],
        objectives: vec![
            ObjectiveFacts {
                id: "detect".to_owned(),
                title: "Phát hiện và phân tích sự cố".to_owned(),
                points: 225,
                possible: 300,
                shares: RatingShares::default(),
                tasks: vec![
                    task("Địa chỉ tấn công", 2, Some(7)),
                    task("Đường vào", 1, Some(9)),
                ],
                judgement: None,
            },
            ObjectiveFacts {
                id: "recover".to_owned(),
                title: "Khôi phục hoạt động".to_owned(),
                points: -10,
                possible: 100,
                shares: RatingShares::default(),
                tasks: vec![],
                judgement: Some(Judgement {
                    rating: Rating::M,
                    words: "Cả hai đội khôi phục được cổng nhưng chưa vá lỗ hổng.".to_owned(),
                }),
            },
        ],
        tasks: vec![
            task("Đường xâm nhập", 2, Some(7)),
            task("Gỡ bỏ mã độc", 1, Some(40)),
            task("Vá lỗ hổng tải tệp <& \"\">", 0, None),
        ],
        situations: vec![
            situation("E02", "Tổng đài 1022 báo trang chủ bị thay đổi", 0, 2),
            situation("E08", "V/v bảo vệ chứng cứ và báo cáo ban đầu sự cố", 25, 2),
        ],
        credits: vec![
            credit(
                "Nguyễn Đức Anh",
                "Trung tâm Chuyển đổi số",
                622,
                CreditOutcome::Credited(210),
            ),
            credit(
                "Lý Thị Thu Hà",
                "Trung tâm Chuyển đổi số",
                622,
                CreditOutcome::Credited(210),
            ),
            credit(
                "Phan Văn Tùng",
                "Trung tâm Chuyển đổi số",
                622,
                CreditOutcome::Absent,
            ),
            credit(
                "Đinh Thị Tuyết Mai",
                "Sở Tài chính",
                115,
                CreditOutcome::TooFewPoints,
            ),
            credit("", "Sở Tài chính", 115, CreditOutcome::TooFewPoints),
        ],
        texts: BTreeMap::from([
            (
                Section::Strengths,
                "Các đội phối hợp tốt.\n\n Báo cáo đúng hạn.".to_owned(),
            ),
            (Section::Signer, "Phạm Thị Hồng Vân".to_owned()),
        ]),
        today: at(10, 0),
    }
}

/// The document as plain lines, for reading and comparing.
fn plain(report: &Report) -> String {
    let joined = |spans: &[Span]| {
        spans
            .iter()
            .map(|span| span.text.as_str())
            .collect::<String>()
    };
    let lines = |blocks: &[Block]| {
        let mut lines = Vec::new();
        for block in blocks {
            match block {
                Block::Heading { level, text } => {
                    lines.push(format!("{} {text}", "#".repeat(usize::from(*level))));
                }
                Block::Paragraph(spans) => lines.push(joined(spans)),
                Block::Item(spans) => lines.push(format!("- {}", joined(spans))),
                Block::Written(written) if written.paragraphs.is_empty() => {
                    lines.push(written.placeholder.clone());
                }
                Block::Written(written) => lines.extend(written.paragraphs.clone()),
                Block::Table(table) => {
                    lines.push(
                        table
                            .columns
                            .iter()
                            .map(|column| column.title.as_str())
                            .collect::<Vec<_>>()
                            .join(" | "),
                    );
                    for row in &table.rows {
                        lines.push(
                            row.iter()
                                .map(|cell| joined(&cell.spans))
                                .collect::<Vec<_>>()
                                .join(" | "),
                        );
                    }
                }
            }
        }
        lines
    };
    let head = &report.letterhead;
    let mut all = vec![
        format!("{} / {} / {}", head.superior, head.body, head.number),
        format!("{} / {} / {}", head.state, head.motto, head.place_date),
        format!("{}: {}", report.title, report.subject),
    ];
    all.extend(lines(&report.body));
    all.push(report.recipients.join(" "));
    all.push(format!(
        "{} / {} / {}",
        report.signature.authority, report.signature.position, report.signature.name
    ));
    for appendix in &report.appendices {
        all.push(format!(
            "== {}: {} {}",
            appendix.label, appendix.title, appendix.reference
        ));
        all.extend(lines(&appendix.blocks));
    }
    all.join("\n")
}

#[test]
fn the_report_says_what_the_facts_say() {
    insta::assert_snapshot!(
        "drill_report_vi",
        plain(&drill_report(&evidence(), Locale::Vi))
    );
    insta::assert_snapshot!(
        "drill_report_en",
        plain(&drill_report(&evidence(), Locale::En))
    );
}

/// The same drill with a team that attacks, first of its side as another is of its own.
fn with_attackers() -> DrillEvidence {
    let mut facts = evidence();
    let members = &[("Vũ Minh Quân", true)];
    facts.teams.push(TeamFacts {
        cell: Cell::Red,
        solved: 1,
        detected: None,
        handled: None,
        ..team("Đội đỏ", "Công an tỉnh", 1, [60, 0, 0, 0], members)
    });
    let red = |title, solved| TaskFacts {
        cell: Cell::Red,
        teams: 1,
        ..task(title, solved, None)
    };
    facts
        .tasks
        .extend([red("Chiếm máy chủ", 1), red("Lấy dữ liệu", 0)]);
    facts.objectives[0].tasks.push(red("Chiếm máy chủ", 1));
    facts
}

#[test]
fn what_is_said_of_a_team_or_task_names_its_side_where_both_are_played() {
    let text = plain(&drill_report(&with_attackers(), Locale::Vi));
    for line in [
        "Trong đó có 2 đội phòng thủ, ứng cứu và 1 đội tấn công.",
        "1 | Phòng thủ, ứng cứu | Trung tâm Chuyển đổi số | 3/3 | 622",
        "2 | Phòng thủ, ứng cứu | Sở Tài chính | 1/3 | 115",
        "1 | Tấn công | Đội đỏ | 1/2 | 60",
        "Đường vào 1/2 (Phòng thủ, ứng cứu); Chiếm máy chủ 1/1 (Tấn công)",
        "3 | Công an tỉnh | Đội đỏ | 1/1 | Tấn công",
        "– Đội đỏ (Tấn công) |",
        "| – | – | 1/2 nhiệm vụ",
        "3 | Đội đỏ (Tấn công) | 60 | 0 | 0 | 0 | 60 | 1",
        "Nhiệm vụ “Lấy dữ liệu” (Tấn công): 0/1 đội hoàn thành",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let text = plain(&drill_report(&with_attackers(), Locale::En));
    for line in [
        "Of these 2 defend and 1 attack.",
        "1 | Defence, response | Trung tâm Chuyển đổi số | 3/3 | 622",
        "1 | Attack | Đội đỏ | 1/2 | 60",
        "Task “Lấy dữ liệu” (Attack): solved by 0/1 teams",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!plain(&drill_report(&evidence(), Locale::Vi)).contains("Tấn công"));
}

#[test]
fn every_figure_carries_its_evidence() {
    let report = drill_report(&evidence(), Locale::Vi);
    let tables = report
        .body
        .iter()
        .chain(report.appendices.iter().flat_map(|one| &one.blocks));
    let points = tables.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let mut figures = 0;
    for table in points {
        for cell in table.rows.iter().flatten() {
            figures += cell
                .spans
                .iter()
                .filter(|span| span.evidence.is_some())
                .count();
        }
    }
    assert!(figures > 30, "{figures}");
    let all = Evidence {
        exercise: evidence().drill.id,
        first: 1,
        last: 214,
    };
    let participants = report.body.iter().find_map(|block| match block {
        Block::Paragraph(spans) if spans.iter().any(|span| span.text.contains("vắng mặt")) => {
            Some(spans)
        }
        _ => None,
    });
    let figures: Vec<(&str, Option<Evidence>)> = participants
        .expect("the paragraph of participants")
        .iter()
        .filter(|span| span.evidence.is_some())
        .map(|span| (span.text.as_str(), span.evidence))
        .collect();
    assert_eq!(
        figures,
        [
            ("2", Some(all)),
            ("5", Some(all)),
            ("4", Some(all)),
            ("1", Some(all))
        ]
    );
}

#[test]
fn time_in_which_no_server_ran_is_told() {
    let mut facts = evidence();
    let from = facts.drill.created_at;
    facts.drill.outages = vec![(from, from + MINUTE * 12, 40)];
    let text = plain(&drill_report(&facts, Locale::Vi));
    let told = "- Máy chủ thao trường ngừng từ 07:10 22/11/2026 đến 07:22 22/11/2026; thời gian này không tính";
    assert!(text.contains(told), "{text}");
}

#[test]
fn an_unfinished_drill_says_so() {
    let mut facts = evidence();
    facts.drill.finished_at = None;
    facts.drill.signature = None;
    facts.teams.clear();
    let text = plain(&drill_report(&facts, Locale::Vi));
    assert!(text.contains("đến chưa có;"), "{text}");
    assert!(text.contains("Chưa ký"), "{text}");
}

#[test]
fn a_report_of_a_province_that_has_not_said_who_issues_it_leaves_room() {
    let mut facts = evidence();
    facts.issuer = None;
    let text = plain(&drill_report(&facts, Locale::Vi));
    for open in [
        "[CƠ QUAN BAN HÀNH]",
        "[CHỨC VỤ NGƯỜI KÝ]",
        "BC-…",
        "Bình An, ngày 22",
    ] {
        assert!(text.contains(open), "{open}: {text}");
    }
}
