//! The drill report: facts laid out as FIELD's drill reports are, in the language asked for.
//!
//! Pure: the same facts give the same document. No figure is made here that is not in the facts or a sum of them.

mod appendices;
mod results;

use super::{
    Section,
    evidence::DrillEvidence,
    model::{Block, Letterhead, Report, Signature, Span, Written},
};
use crate::{
    clock::Timestamp,
    locales::{self, Locale, Value},
};

/// Where the private use area of Unicode begins.
const FIRST_MARK: u32 = 0xE000;

/// Writes the report of a drill.
#[must_use]
pub fn drill_report(evidence: &DrillEvidence, locale: Locale) -> Report {
    let writer = Writer { evidence, locale };
    Report {
        locale,
        letterhead: writer.letterhead(),
        title: writer.say("report-title"),
        subject: writer.say_with(
            "report-subject",
            &[("title", evidence.drill.title.as_str().into())],
        ),
        body: writer.body(),
        appendices: writer.appendices(),
        recipients: writer.recipients(),
        signature: writer.signature(),
    }
}

/// Writes in one language from one drill's facts.
struct Writer<'a> {
    evidence: &'a DrillEvidence,
    locale: Locale,
}

impl Writer<'_> {
    fn say(&self, id: &str) -> String {
        locales::text(self.locale, id, &[])
    }

    fn say_with(&self, id: &str, arguments: &[(&str, Value<'_>)]) -> String {
        locales::text(self.locale, id, arguments)
    }

    /// A sentence whose figures keep their evidence.
    fn sentence(&self, id: &str, figures: &[(&str, Span)]) -> Vec<Span> {
        // Characters of the private use area stand for the figures while the message is put together.
        let mark = |place: usize| {
            u32::try_from(place)
                .ok()
                .and_then(|place| char::from_u32(FIRST_MARK + place))
                .unwrap_or(' ')
        };
        let arguments: Vec<(&str, Value<'_>)> = (0..)
            .zip(figures)
            .map(|(place, (name, _))| (*name, mark(place).to_string().into()))
            .collect();
        let mut spans = Vec::new();
        let mut words = String::new();
        for character in self.say_with(id, &arguments).chars() {
            let place = u32::from(character)
                .checked_sub(FIRST_MARK)
                .map(|place| place as usize);
            match place.and_then(|place| figures.get(place)) {
                Some((_, figure)) => {
                    spans.push(Span::text(std::mem::take(&mut words)));
                    spans.push(figure.clone());
                }
                None => words.push(character),
            }
        }
        spans.push(Span::text(words));
        spans.retain(|span| !span.text.is_empty());
        spans
    }

    fn text(&self, section: Section) -> &str {
        self.evidence
            .texts
            .get(&section)
            .map_or("", String::as_str)
            .trim()
    }

    fn heading(&self, level: u8, id: &str) -> Block {
        Block::Heading {
            level,
            text: self.say(id),
        }
    }

    fn written(&self, section: Section) -> Block {
        let lines = self
            .text(section)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        Block::Written(Written {
            section: section.as_str(),
            paragraphs: lines.map(str::to_owned).collect(),
            placeholder: self.say(&format!("report-placeholder-{}", section.as_str())),
        })
    }

    /// A number as a figure computed from the whole journal.
    fn figure(&self, number: usize) -> Span {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        Span::figure(
            locales::number(self.locale, number),
            self.evidence.journal(),
        )
    }

    fn points(&self, points: i64) -> Span {
        Span::figure(
            locales::number(self.locale, points),
            self.evidence.journal(),
        )
    }

    fn letterhead(&self) -> Letterhead {
        let day = self.evidence.today.day();
        let issuer = self.evidence.issuer.as_ref();
        let place = issuer.map_or_else(
            || {
                let province = self.evidence.province.split_once(' ');
                province.map_or("", |(_, name)| name)
            },
            |issuer| &issuer.place,
        );
        let number = self.text(Section::Number);
        Letterhead {
            state: self.say("report-state"),
            motto: self.say("report-motto"),
            superior: issuer.map_or_else(String::new, |issuer| self.capitals(&issuer.superior)),
            body: issuer.map_or_else(
                || self.say("report-issuer-open"),
                |issuer| self.capitals(&issuer.body),
            ),
            number: if number.is_empty() {
                let sign = issuer.map_or("BC-…", |issuer| &issuer.sign);
                self.say_with("report-number", &[("sign", sign.into())])
            } else {
                number.to_owned()
            },
            place_date: self.say_with(
                "report-place-date",
                &[
                    ("place", place.into()),
                    ("day", two_digits(day.day(), 9).into()),
                    ("month", two_digits(day.month(), 2).into()),
                    ("year", day.year().to_string().into()),
                ],
            ),
        }
    }

    /// Capitals, in which the name of the province stays together where the line breaks.
    fn capitals(&self, text: &str) -> String {
        let province = self.evidence.province.to_uppercase();
        text.to_uppercase()
            .replace(&province, &province.replace(' ', "\u{a0}"))
    }

    fn signature(&self) -> Signature {
        let issuer = self.evidence.issuer.as_ref();
        let name = self.text(Section::Signer);
        Signature {
            authority: issuer.map_or_else(String::new, |issuer| self.capitals(&issuer.authority)),
            position: issuer.map_or_else(
                || self.say("report-position-open"),
                |issuer| self.capitals(&issuer.position),
            ),
            name: match issuer {
                Some(issuer) if name.is_empty() => issuer.signer.clone(),
                _ => name.to_owned(),
            },
        }
    }

    /// A line each, as the rules of administrative documents want them: the last ends with a full stop.
    fn recipients(&self) -> Vec<String> {
        let Some(issuer) = &self.evidence.issuer else {
            return vec![self.say("report-recipients-open")];
        };
        let lines: Vec<&str> = issuer.recipients.lines().collect();
        (1..)
            .zip(&lines)
            .map(|(number, line)| {
                let line = line.trim_start_matches('-').trim();
                let line = line.trim_end_matches([';', '.']);
                let end = if number == lines.len() { '.' } else { ';' };
                format!("- {line}{end}")
            })
            .collect()
    }

    fn body(&self) -> Vec<Block> {
        let drill = &self.evidence.drill;
        let mut blocks = vec![
            self.written(Section::Bases),
            Block::Paragraph(vec![Span::text(
                self.say_with("report-lead", &[("title", drill.title.as_str().into())]),
            )]),
            self.heading(1, "report-1"),
            self.written(Section::Preparation),
        ];
        blocks.extend(self.preparation());
        blocks.push(self.heading(1, "report-2"));
        blocks.extend(self.results());
        blocks.extend([
            self.heading(1, "report-3"),
            self.heading(2, "report-3-1"),
            self.written(Section::Strengths),
            self.heading(2, "report-3-2"),
            self.written(Section::Shortcomings),
            self.heading(2, "report-3-3"),
            self.written(Section::Causes),
            self.heading(1, "report-4"),
            self.written(Section::Lessons),
            self.heading(1, "report-5"),
            self.written(Section::Proposals),
            Block::Paragraph(vec![Span::text(
                self.say_with("report-close", &[("title", drill.title.as_str().into())]),
            )]),
        ]);
        blocks
    }

    fn preparation(&self) -> Vec<Block> {
        let drill = &self.evidence.drill;
        let scenario = self.say_with(
            "report-preparation-scenario",
            &[
                ("scenario", drill.scenario.as_str().into()),
                ("version", drill.version.to_string().into()),
            ],
        );
        let at = locales::date_time(self.locale, drill.created_at);
        let figures = [
            ("teams", self.figure(self.evidence.teams.len())),
            ("at", Span::figure(at, self.evidence.rows(1, 1))),
        ];
        let mut blocks = vec![
            Block::Item(vec![Span::text(scenario)]),
            Block::Item(self.sentence("report-preparation-teams", &figures)),
        ];
        blocks.extend(self.isolation());
        blocks
    }

    /// What a reader must know of isolation: nothing where it was proven and held.
    fn isolation(&self) -> Vec<Block> {
        let drill = &self.evidence.drill;
        let time = |(at, row): (Timestamp, i64)| {
            let at = locales::date_time(self.locale, at);
            Span::figure(at, self.evidence.rows(row, row))
        };
        let decided = drill.isolation_override.iter().map(|(reason, row)| {
            let reason = Span::figure(reason.clone(), self.evidence.rows(*row, *row));
            self.sentence("report-isolation-overridden", &[("reason", reason)])
        });
        let breaches = drill.breaches.iter().map(|breach| match breach.restored {
            Some(restored) => self.sentence(
                "report-isolation-restored",
                &[("from", time(breach.lost)), ("to", time(restored))],
            ),
            None => self.sentence("report-isolation-lost", &[("from", time(breach.lost))]),
        });
        decided.chain(breaches).map(Block::Item).collect()
    }
}

/// A number as dates in documents are written: up to `limit` with a zero before it, so that nobody can add a digit.
fn two_digits(number: i8, limit: i8) -> String {
    if number <= limit {
        format!("{number:02}")
    } else {
        number.to_string()
    }
}

#[cfg(test)]
pub(super) mod tests;
