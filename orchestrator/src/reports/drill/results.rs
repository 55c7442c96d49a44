//! Part II: time, form, scope, participants, situations, results.

use std::time::Duration;

use super::Writer;
use crate::{
    locales,
    reports::{
        Rating,
        evidence::{CreditOutcome, ObjectiveFacts, side},
        model::{Block, Span, Table},
    },
    scenarios::{Cell, RatingShares},
};

impl Writer<'_> {
    pub(super) fn results(&self) -> Vec<Block> {
        let mut blocks = vec![self.heading(2, "report-2-1")];
        blocks.extend(self.time_and_form());
        blocks.push(self.heading(2, "report-2-2"));
        blocks.push(self.participants());
        blocks.push(self.heading(2, "report-2-3"));
        blocks.push(self.situations());
        blocks.push(self.heading(2, "report-2-4"));
        blocks.extend([self.ranking(), self.objectives()]);
        blocks.push(Block::Paragraph(vec![Span::text(
            self.say("report-ratings-note"),
        )]));
        blocks.extend(self.credits());
        blocks
    }

    /// Exercise time in minutes, with one decimal.
    pub(super) fn minutes(&self, duration: Option<Duration>) -> Span {
        duration.map_or_else(
            || Span::text("–"),
            |duration| {
                let minutes = locales::decimal(self.locale, duration.as_secs_f64() / 60.0, 1);
                Span::figure(minutes, self.evidence.journal())
            },
        )
    }

    fn time_and_form(&self) -> Vec<Block> {
        let drill = &self.evidence.drill;
        let at = |at: Option<_>| {
            at.map_or_else(
                || Span::text(self.say("report-not-yet")),
                |at| Span::figure(locales::date_time(self.locale, at), self.evidence.journal()),
            )
        };
        let figures = [
            ("from", at(drill.started_at)),
            ("to", at(drill.finished_at)),
            ("minutes", self.minutes(Some(drill.elapsed))),
            (
                "planned",
                Span::text(locales::length(self.locale, drill.planned)),
            ),
            ("pauses", self.figure(drill.pauses)),
        ];
        let outages = drill.outages.iter().map(|(from, until, row)| {
            let time = |at| {
                let at = locales::date_time(self.locale, at);
                Span::figure(at, self.evidence.rows(*row, *row))
            };
            let times = [("from", time(*from)), ("to", time(*until))];
            Block::Item(self.sentence("report-outage", &times))
        });
        let mut blocks = vec![Block::Item(self.sentence("report-time", &figures))];
        blocks.extend(outages);
        blocks.extend([
            Block::Item(vec![Span::text(
                self.say(&format!("report-form-{}", drill.kind.replace('_', "-"))),
            )]),
            Block::Item(vec![Span::text(self.say_with(
                "report-scope",
                &[
                    ("systems", drill.systems.join(", ").into()),
                    ("attack", drill.attack.join(", ").into()),
                ],
            ))]),
        ]);
        blocks
    }

    fn participants(&self) -> Block {
        let members = || self.evidence.teams.iter().flat_map(|team| &team.members);
        let present = members().filter(|member| member.present).count();
        let all = members().count();
        let figures = [
            ("teams", self.figure(self.evidence.teams.len())),
            ("members", self.figure(all)),
            ("present", self.figure(present)),
            ("absent", self.figure(all - present)),
        ];
        let mut spans = self.sentence("report-participants", &figures);
        if self.evidence.play_both() {
            let of = |cell| self.figure(self.evidence.teams_of(cell));
            let sides = [("blue", of(Cell::Blue)), ("red", of(Cell::Red))];
            spans.push(Span::text(" "));
            spans.extend(self.sentence("report-participants-sides", &sides));
        }
        Block::Paragraph(spans)
    }

    fn situations(&self) -> Block {
        let mut table = Table::new(
            vec![
                (self.say("report-column-code"), 8, false),
                (self.say("report-column-situation"), 46, false),
                (self.say("report-column-channel"), 18, false),
                (self.say("report-column-minute"), 14, true),
                (self.say("report-column-teams-reached"), 14, true),
            ],
            self.say("report-no-situation"),
        );
        for situation in &self.evidence.situations {
            let figure = |text: String| Span {
                text,
                evidence: situation.evidence,
            };
            table.push(vec![
                Span::text(&situation.id),
                Span::text(&situation.title),
                Span::text(&situation.channel),
                figure(self.minutes(situation.at).text),
                figure(self.figure(situation.teams).text),
            ]);
        }
        Block::Table(table)
    }

    fn ranking(&self) -> Block {
        let both = self.evidence.play_both();
        let mut columns = vec![
            (self.say("report-column-rank"), 10, true),
            (
                self.say("report-column-team"),
                if both { 30 } else { 50 },
                false,
            ),
            (self.say("report-column-solved"), 20, true),
            (self.say("report-column-total"), 20, true),
        ];
        if both {
            // Each side has a first place.
            columns.insert(1, (self.say("report-column-role"), 20, false));
        }
        let mut table = Table::new(columns, self.say("report-no-team"));
        let mut teams: Vec<_> = self.evidence.teams.iter().collect();
        teams.sort_by_key(|team| (team.cell, team.rank));
        for team in teams {
            let all = self.evidence.tasks_of(team.cell);
            let solved = Span::figure(format!("{}/{all}", team.solved), self.evidence.journal());
            let mut row = vec![
                self.figure(team.rank),
                Span::text(&team.name),
                solved,
                self.points(team.points.total()),
            ];
            if both {
                row.insert(1, Span::text(side(team.cell, self.locale)));
            }
            table.push(row);
        }
        Block::Table(table)
    }

    fn objectives(&self) -> Block {
        let mut table = Table::new(
            vec![
                (self.say("report-column-objective"), 19, false),
                (self.say("report-column-tasks-solved"), 23, false),
                (self.say("report-column-reached"), 12, true),
                (self.say("report-column-rating"), 20, false),
                (self.say("report-column-judgement"), 26, false),
            ],
            self.say("report-no-objective"),
        );
        for objective in &self.evidence.objectives {
            let suggested = objective.suggested();
            let rating = match (&objective.judgement, suggested) {
                (Some(judgement), _) => Span::text(self.rating(judgement.rating)),
                (None, Some(rating)) => {
                    let rating = self.rating(rating);
                    let words = self.suggestion(rating, objective.shares);
                    Span::figure(words, self.evidence.journal())
                }
                (None, None) => Span::text("–"),
            };
            let judgement = objective.judgement.as_ref();
            table.push(vec![
                Span::text(&objective.title),
                self.tasks_solved(objective),
                self.reached(objective),
                rating,
                Span::text(judgement.map_or("–", |judgement| &judgement.words)),
            ]);
        }
        Block::Table(table)
    }

    /// A rating's letter and what it means.
    fn rating(&self, rating: Rating) -> String {
        self.say(&format!("rating-{}", rating.as_str().to_lowercase()))
    }

    /// What the points suggest; with the shares where they are the scenario's own.
    fn suggestion(&self, rating: String, shares: RatingShares) -> String {
        if shares == RatingShares::default() {
            return self.say_with("report-suggested", &[("rating", rating.into())]);
        }
        let arguments = [
            ("rating", rating.into()),
            ("p", shares.p.into()),
            ("s", shares.s.into()),
            ("m", shares.m.into()),
        ];
        self.say_with("report-suggested-shares", &arguments)
    }

    /// The tasks of an objective and how many teams of their side solved each: the evidence for its rating.
    fn tasks_solved(&self, objective: &ObjectiveFacts) -> Span {
        let both = self.evidence.play_both();
        let tasks: Vec<String> = objective
            .tasks
            .iter()
            .map(|task| format!("{} {}", task.title, task.share(both, self.locale)))
            .collect();
        if tasks.is_empty() {
            return Span::text("–");
        }
        Span::figure(tasks.join("; "), self.evidence.journal())
    }

    fn reached(&self, objective: &ObjectiveFacts) -> Span {
        if objective.possible <= 0 {
            return Span::text(self.say("report-no-data"));
        }
        let number = |value| locales::number(self.locale, value);
        let reached = format!(
            "{}/{}",
            number(objective.points.max(0)),
            number(objective.possible)
        );
        Span::figure(reached, self.evidence.journal())
    }

    fn credits(&self) -> Vec<Block> {
        let credits = &self.evidence.credits;
        let credited = |outcome| matches!(outcome, CreditOutcome::Credited(_));
        let passed = credits
            .iter()
            .filter(|credit| credited(credit.outcome))
            .count();
        let figures = [
            ("passed", self.figure(passed)),
            ("missed", self.figure(credits.len() - passed)),
        ];
        let mut blocks = vec![Block::Paragraph(self.sentence("report-credited", &figures))];
        let mut table = Table::new(
            vec![
                (self.say("report-column-number"), 8, true),
                (self.say("report-column-name"), 30, false),
                (self.say("report-column-team"), 27, false),
                (self.say("report-column-reason"), 35, false),
            ],
            String::new(),
        );
        let missed = credits
            .iter()
            .filter_map(|credit| Some((credit, credit.reason(self.locale)?)));
        for (number, (credit, reason)) in (1_usize..).zip(missed) {
            table.push(vec![
                Span::text(number.to_string()),
                Span::text(self.name(&credit.name)),
                Span::text(&credit.team),
                Span::figure(reason, self.evidence.journal()),
            ]);
        }
        if !table.rows.is_empty() {
            blocks.push(Block::Table(table));
        }
        blocks
    }

    pub(super) fn name(&self, name: &str) -> String {
        if name.is_empty() {
            self.say("report-erased")
        } else {
            name.to_owned()
        }
    }
}
