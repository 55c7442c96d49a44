//! The appendices: participants, situations, points, what to mend, and the evidence itself.

use super::Writer;
use crate::{
    locales,
    reports::{
        evidence::{CreditOutcome, TeamFacts, side},
        model::{Appendix, Block, Span, Table},
    },
};

/// The decree numbers appendices in Roman numerals.
const ROMAN: [&str; 5] = ["I", "II", "III", "IV", "V"];

impl Writer<'_> {
    pub(super) fn appendices(&self) -> Vec<Appendix> {
        let contents = [
            vec![
                self.participants_table(),
                self.heading(2, "report-members"),
                self.members_table(),
            ],
            vec![self.situations_table()],
            vec![self.points_table()],
            vec![self.findings_table()],
            vec![self.evidence_table()],
        ];
        let head = self.letterhead();
        let day = self.evidence.today.day();
        let issuer = self.evidence.issuer.as_ref();
        let body = issuer.map_or_else(|| head.body.clone(), |issuer| issuer.body.clone());
        // Within a sentence the decree writes it small, and without the colon.
        let number = head.number.replacen("Số:", "số", 1);
        let reference = self.say_with(
            "report-appendix-reference",
            &[
                ("number", number.into()),
                ("day", locales::date(self.locale, day).into()),
                ("body", body.into()),
            ],
        );
        (1..)
            .zip(ROMAN)
            .zip(contents)
            .map(|((number, roman), blocks)| Appendix {
                label: self.say_with("report-appendix", &[("number", roman.into())]),
                title: self.say(&format!("report-appendix-{number}")),
                reference: reference.clone(),
                blocks,
            })
            .collect()
    }

    /// PL1: STT | Cơ quan | Đội | Số người | Vai trò.
    fn participants_table(&self) -> Block {
        let mut table = Table::new(
            vec![
                (self.say("report-column-number"), 6, true),
                (self.say("report-column-unit"), 40, false),
                (self.say("report-column-team"), 24, false),
                (self.say("report-column-people"), 15, true),
                (self.say("report-column-role"), 15, false),
            ],
            self.say("report-no-team"),
        );
        for (number, team) in (1_usize..).zip(&self.evidence.teams) {
            let present = team.members.iter().filter(|member| member.present).count();
            let people = format!("{present}/{}", team.members.len());
            table.push(vec![
                Span::text(number.to_string()),
                Span::text(team.unit.clone().unwrap_or_else(|| "–".to_owned())),
                Span::text(&team.name),
                Span::figure(people, self.evidence.journal()),
                Span::text(side(team.cell, self.locale)),
            ]);
        }
        Block::Table(table)
    }

    fn members_table(&self) -> Block {
        let mut table = Table::new(
            vec![
                (self.say("report-column-number"), 6, true),
                (self.say("report-column-name"), 28, false),
                (self.say("report-column-position"), 30, false),
                (self.say("report-column-team"), 22, false),
                (self.say("report-column-presence"), 14, false),
            ],
            self.say("report-no-team"),
        );
        let members = self
            .evidence
            .teams
            .iter()
            .flat_map(|team| team.members.iter().map(move |member| (team, member)));
        for (number, (team, member)) in (1_usize..).zip(members) {
            let presence = self.say(if member.present {
                "report-present"
            } else {
                "report-absent"
            });
            table.push(vec![
                Span::text(number.to_string()),
                Span::text(self.name(&member.name)),
                Span::text(&member.position),
                Span::text(&team.name),
                Span::figure(presence, self.evidence.journal()),
            ]);
        }
        Block::Table(table)
    }

    /// PL2: STT | Tình huống | Hệ thống/cấp độ | ATT&CK | Phát hiện (phút) | Xử lý (phút) | Kết quả.
    fn situations_table(&self) -> Block {
        let drill = &self.evidence.drill;
        let mut table = Table::new(
            vec![
                (self.say("report-column-number"), 5, true),
                (self.say("report-column-situation"), 27, false),
                (self.say("report-column-system"), 16, false),
                (self.say("report-column-attack"), 18, false),
                (self.say("report-column-detected"), 11, true),
                (self.say("report-column-handled"), 11, true),
                (self.say("report-column-result"), 12, false),
            ],
            self.say("report-no-team"),
        );
        for (number, team) in (1_usize..).zip(&self.evidence.teams) {
            let result = self.say_with(
                "report-result",
                &[
                    ("solved", team.solved.into()),
                    ("all", self.evidence.tasks_of(team.cell).into()),
                ],
            );
            table.push(vec![
                Span::text(number.to_string()),
                Span::text(format!("{} – {}", drill.scenario, self.team(team))),
                Span::text(drill.systems.join(", ")),
                Span::text(drill.attack.join(", ")),
                self.minutes(team.detected),
                self.minutes(team.handled),
                Span::figure(result, self.evidence.journal()),
            ]);
        }
        Block::Table(table)
    }

    /// PL3: STT | Đội | Điểm phát hiện/ứng cứu/báo cáo/sẵn sàng | Tổng | Hạng; a column more where points were given or
    /// taken by hand.
    fn points_table(&self) -> Block {
        let teams = &self.evidence.teams;
        let adjusted = teams.iter().any(|team| team.points.adjusted != 0);
        let mut columns = vec![
            (self.say("report-column-number"), 6, true),
            (self.say("report-column-team"), 30, false),
            (self.say("report-column-detection"), 12, true),
            (self.say("report-column-response"), 12, true),
            (self.say("report-column-report"), 12, true),
            (self.say("report-column-availability"), 12, true),
            (self.say("report-column-total"), 9, true),
            (self.say("report-column-rank"), 7, true),
        ];
        if adjusted {
            columns[1].1 = 18;
            columns.insert(6, (self.say("report-column-adjusted"), 12, true));
        }
        let mut table = Table::new(columns, self.say("report-no-team"));
        for (number, team) in (1_usize..).zip(&self.evidence.teams) {
            let TeamFacts { points, rank, .. } = team;
            let mut row = vec![
                Span::text(number.to_string()),
                Span::text(self.team(team)),
                self.points(points.detection),
                self.points(points.response),
                self.points(points.report),
                self.points(points.availability),
                self.points(points.total()),
                self.figure(*rank),
            ];
            if adjusted {
                row.insert(6, self.points(points.adjusted));
            }
            table.push(row);
        }
        Block::Table(table)
    }

    /// A team's name, with its side where both are played: each side has a first place.
    fn team(&self, team: &TeamFacts) -> String {
        if !self.evidence.play_both() {
            return team.name.clone();
        }
        format!("{} ({})", team.name, side(team.cell, self.locale))
    }

    /// PL4: STT | Tồn tại/lỗ hổng | Mức độ | Biện pháp | Đơn vị chủ trì | Thời hạn | Trạng thái. Tasks that fewer than
    /// half of their side's teams solved stand in it; the rest of each row is for the organisers to decide.
    fn findings_table(&self) -> Block {
        let mut table = Table::new(
            vec![
                (self.say("report-column-number"), 5, true),
                (self.say("report-column-finding"), 33, false),
                (self.say("report-column-severity"), 12, false),
                (self.say("report-column-measure"), 18, false),
                (self.say("report-column-lead"), 13, false),
                (self.say("report-column-deadline"), 9, false),
                (self.say("report-column-state"), 10, false),
            ],
            self.say("report-no-finding"),
        );
        let both = self.evidence.play_both();
        let tasks = self.evidence.tasks.iter();
        let weak = tasks.filter(|task| task.solved * 2 < task.teams);
        for (number, task) in (1_usize..).zip(weak) {
            let (id, side) = if both {
                ("report-finding-side", side(task.cell, self.locale))
            } else {
                ("report-finding", String::new())
            };
            let finding = self.say_with(
                id,
                &[
                    ("task", task.title.as_str().into()),
                    ("solved", task.solved.into()),
                    ("teams", task.teams.into()),
                    ("side", side.into()),
                ],
            );
            let severity = if task.solved == 0 {
                "report-severity-high"
            } else {
                "report-severity-medium"
            };
            let open = || Span::text("…");
            table.push(vec![
                Span::text(number.to_string()),
                Span::figure(finding, self.evidence.journal()),
                Span::text(self.say(severity)),
                open(),
                open(),
                open(),
                Span::text(self.say("report-state-open")),
            ]);
        }
        Block::Table(table)
    }

    /// PL5: what every figure can be checked against.
    fn evidence_table(&self) -> Block {
        let drill = &self.evidence.drill;
        let mut table = Table::new(
            vec![
                (self.say("report-column-item"), 28, false),
                (self.say("report-column-value"), 72, false),
            ],
            String::new(),
        );
        let credited = self
            .evidence
            .credits
            .iter()
            .filter_map(|credit| match credit.outcome {
                CreditOutcome::Credited(sequence) => Some(sequence),
                _ => None,
            });
        let mut row = |id: &str, value: String| {
            table.push(vec![Span::text(self.say(id)), Span::text(value)]);
        };
        row("report-evidence-exercise", drill.id.to_string());
        row("report-evidence-bundle", drill.bundle.clone());
        row(
            "report-evidence-rows",
            locales::number(self.locale, drill.head_sequence),
        );
        row("report-evidence-hash", drill.head_hash.clone());
        let chain = if drill.verified {
            "report-evidence-unbroken"
        } else {
            "report-evidence-broken"
        };
        row("report-evidence-chain", self.say(chain));
        let signature = drill.signature.clone();
        row(
            "report-evidence-signature",
            signature.unwrap_or_else(|| self.say("report-evidence-unsigned")),
        );
        if let Some(last) = credited.max() {
            row(
                "report-evidence-credits",
                locales::number(self.locale, last),
            );
        }
        Block::Table(table)
    }
}
