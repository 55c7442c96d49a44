//! An exercise's journal, scenario and people made into the facts of its report: pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use super::{
    BreachFacts, CreditFacts, CreditOutcome, DrillEvidence, DrillFacts, Judgement, MemberFacts,
    ObjectiveFacts, Points, Section, SituationFacts, TaskFacts, TeamFacts, model::Evidence,
};
use crate::{
    clock::Timestamp,
    exercises::{ExerciseView, TeamView},
    ids::{PersonId, UnitId},
    journal::{self, Entry},
    learning::{Judged, Outcome, judge_view},
    locales::{self, Locale},
    organisation::Issuer,
    scenarios::{Cell, Channel, Effect, Event, NodeRole, Recipient, TaskId},
    scoring::{Cause, Reached, Rules, TaskKind, TeamScore},
    store::{organisation::Province, staff::Staff},
};

/// Characters of a message that stand for it where it has no subject.
const LONGEST_TITLE: usize = 110;

/// What [`assemble`] makes facts of.
pub struct Sources<'a> {
    /// The exercise.
    pub view: &'a ExerciseView,
    /// Its whole journal.
    pub entries: &'a [Entry],
    /// Whether they are what was written.
    pub untouched: bool,
    /// The province that held it.
    pub province: &'a Province,
    /// Names of its units.
    pub units: &'a HashMap<UnitId, String>,
    /// The members, as they stood in the staff list then.
    pub staff: &'a [Staff],
    /// Names of members who stood in no staff list then.
    pub others: &'a HashMap<PersonId, String>,
    /// What people wrote.
    pub texts: BTreeMap<Section, String>,
    /// How evaluators rated the objectives, by identifier.
    pub judgements: HashMap<String, Judgement>,
    /// Who issues and signs the report.
    pub issuer: Option<Issuer>,
    /// Now, for an exercise that has not ended.
    pub now: Timestamp,
}

/// The facts of a drill.
#[must_use]
pub fn assemble(sources: Sources<'_>, locale: Locale) -> DrillEvidence {
    let view = sources.view;
    let elapsed = view.exercise.elapsed_at(sources.now);
    let board = view.board(sources.now);
    let rank = |team: &TeamView| {
        board
            .rows
            .iter()
            .find(|row| row.team == team.team.id)
            .map_or(0, |row| row.rank)
    };
    let scores: Vec<TeamScore> = view
        .teams
        .iter()
        .map(|team| view.score(team.team.id))
        .collect();
    let cells = view.teams.iter().map(|team| team.team.cell);
    let sides: Vec<(Cell, TeamScore)> = cells.zip(scores.iter().cloned()).collect();
    let all = tasks(view, &sides, locale);
    let teams = view.teams.iter().zip(&scores);
    let facts = teams.map(|(team, score)| team_facts(&sources, team, score, rank(team), elapsed));
    DrillEvidence {
        province: sources.province.name.clone(),
        issuer: sources.issuer.clone(),
        drill: drill_facts(&sources, elapsed, locale),
        teams: facts.collect(),
        objectives: objectives(view, &sides, elapsed, (&sources.judgements, &all, locale)),
        tasks: all,
        situations: view
            .timeline
            .iter()
            .filter_map(|event| situation(&sources, event, locale))
            .collect(),
        credits: judge_view(view, sources.entries)
            .into_iter()
            .map(|judged| credit(&sources, judged))
            .collect(),
        today: view.exercise.finished_at.unwrap_or(sources.now),
        texts: sources.texts,
    }
}

fn drill_facts(sources: &Sources<'_>, elapsed: Duration, locale: Locale) -> DrillFacts {
    let exercise = &sources.view.exercise;
    let scenario = &sources.view.definition.scenario;
    let targets = scenario
        .nodes
        .iter()
        .filter(|node| node.role == NodeRole::Target);
    let systems = targets.map(|node| {
        node.web.as_ref().map_or_else(
            || node.id.to_string(),
            |web| web.title.get(locale).to_owned(),
        )
    });
    DrillFacts {
        id: exercise.id,
        title: exercise.title.clone(),
        kind: exercise.kind.clone(),
        scenario: scenario.title.get(locale).to_owned(),
        version: scenario.version,
        bundle: exercise.bundle.clone(),
        attack: scenario.attack.clone(),
        systems: systems.collect(),
        created_at: exercise.created_at,
        started_at: exercise.started_at,
        finished_at: exercise.finished_at,
        planned: exercise.duration,
        elapsed,
        pauses: sources
            .entries
            .iter()
            .filter(|entry| matches!(entry.event, journal::Event::Paused))
            .count(),
        outages: outages(sources.entries),
        isolation_override: isolation_override(sources),
        breaches: breaches(sources.entries),
        head_sequence: exercise.head_sequence,
        head_hash: exercise.head_hash.clone(),
        signature: exercise.head_signature.clone(),
        verified: sources.untouched,
    }
}

fn isolation_override(sources: &Sources<'_>) -> Option<(String, i64)> {
    let reason = sources.view.exercise.isolation_override.clone()?;
    let row = sources
        .entries
        .iter()
        .find(|entry| matches!(entry.event, journal::Event::IsolationOverridden { .. }))?;
    Some((reason, row.sequence))
}

fn outages(entries: &[Entry]) -> Vec<(Timestamp, Timestamp, i64)> {
    let outages = entries.iter().filter_map(|entry| match entry.event {
        journal::Event::Interrupted { from, until } => {
            Some((Timestamp(from), Timestamp(until), entry.sequence))
        }
        _ => None,
    });
    outages.collect()
}

fn breaches(entries: &[Entry]) -> Vec<BreachFacts> {
    let mut breaches: Vec<BreachFacts> = Vec::new();
    for entry in entries {
        let here = (entry.at, entry.sequence);
        match &entry.event {
            journal::Event::IsolationLost { .. } => breaches.push(BreachFacts {
                lost: here,
                restored: None,
            }),
            journal::Event::IsolationRestored => {
                if let Some(last) = breaches.last_mut() {
                    last.restored = Some(here);
                }
            }
            _ => {}
        }
    }
    breaches
}

fn team_facts(
    sources: &Sources<'_>,
    team: &TeamView,
    score: &TeamScore,
    rank: usize,
    elapsed: Duration,
) -> TeamFacts {
    let rules = &sources.view.rules;
    // Attackers neither detect an incident nor handle it, and their tasks are nobody else's.
    let solved_at = |kind: Kind| {
        let own = rules.tasks.iter();
        let own = own.filter(|rule| rule.cell == Cell::Blue && rule.cell == team.team.cell);
        let of_kind = own.filter(move |rule| Kind::of(&rule.kind) == kind);
        of_kind.map(|rule| Some(score.tasks.get(rule.id.as_str())?.solved?.1))
    };
    let handled: Option<Vec<Duration>> = solved_at(Kind::Response).collect();
    TeamFacts {
        name: team.team.name.clone(),
        cell: team.team.cell,
        unit: team
            .team
            .unit
            .and_then(|unit| sources.units.get(&unit).cloned()),
        members: team
            .members
            .iter()
            .map(|person| {
                let place = sources.staff.iter().find(|line| line.person == *person);
                MemberFacts {
                    name: sources.name(*person),
                    position: place.map(|line| line.position.clone()).unwrap_or_default(),
                    present: score.present.contains(person),
                }
            })
            .collect(),
        points: points(rules, score, elapsed),
        rank,
        solved: score.solved(),
        detected: solved_at(Kind::Detection).flatten().min(),
        handled: handled.and_then(|at| at.into_iter().max()),
    }
}

impl Sources<'_> {
    fn name(&self, person: PersonId) -> String {
        let place = self.staff.iter().find(|line| line.person == person);
        let name = place.map(|line| line.name.clone());
        name.or_else(|| self.others.get(&person).cloned())
            .unwrap_or_default()
    }
}

/// What a task's points are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Detection,
    Response,
    Report,
}

impl Kind {
    const fn of(kind: &TaskKind) -> Self {
        match kind {
            TaskKind::Flag | TaskKind::Text => Self::Detection,
            TaskKind::Check | TaskKind::Decision(_) => Self::Response,
            TaskKind::Report(_) => Self::Report,
        }
    }
}

fn points(rules: &Rules, score: &TeamScore, elapsed: Duration) -> Points {
    let mut points = Points {
        availability: score.availability_points(rules, elapsed),
        ..Points::default()
    };
    for row in score
        .ledger
        .iter()
        .filter(|row| row.exercise_time <= elapsed)
    {
        let kind = match &row.cause {
            Cause::Task(task)
            | Cause::Bonus(task)
            | Cause::Penalty(task)
            | Cause::Hint(task)
            | Cause::Report(task)
            | Cause::Regraded { task, .. } => rules
                .task(task)
                .map_or(Kind::Detection, |rule| Kind::of(&rule.kind)),
            Cause::Response(_) => Kind::Report,
            Cause::Adjusted { .. } => {
                points.adjusted += row.points;
                continue;
            }
        };
        match kind {
            Kind::Detection => points.detection += row.points,
            Kind::Response => points.response += row.points,
            Kind::Report => points.report += row.points,
        }
    }
    points
}

fn objectives(
    view: &ExerciseView,
    scores: &[(Cell, TeamScore)],
    elapsed: Duration,
    (judgements, all, locale): (&HashMap<String, Judgement>, &[TaskFacts], Locale),
) -> Vec<ObjectiveFacts> {
    let scenario = &view.definition.scenario;
    // In the scenario's order, as they stand in `all`.
    let facts = |id: &TaskId, teams: usize| {
        let place = scenario.tasks.iter().position(|task| task.id == *id)?;
        let task = all.get(place).filter(|task| task.teams > 0)?;
        Some(TaskFacts {
            solved: teams,
            ..task.clone()
        })
    };
    let objectives = scenario.objectives.iter().map(|objective| {
        let reached = Reached::of(&view.rules, &objective.id, scores, elapsed);
        let tasks = reached.tasks.iter();
        ObjectiveFacts {
            id: objective.id.to_string(),
            title: objective.title.get(locale).to_owned(),
            judgement: judgements.get(objective.id.as_str()).cloned(),
            points: reached.points,
            possible: reached.possible,
            shares: objective.rating,
            tasks: tasks
                .filter_map(|(task, teams)| facts(task, *teams))
                .collect(),
        }
    });
    objectives.collect()
}

fn tasks(view: &ExerciseView, sides: &[(Cell, TeamScore)], locale: Locale) -> Vec<TaskFacts> {
    let tasks = view.definition.scenario.tasks.iter();
    tasks
        .map(|task| {
            let own = || sides.iter().filter(|(cell, _)| *cell == task.cell);
            let solved = || {
                own().filter_map(|(_, score)| Some(score.tasks.get(task.id.as_str())?.solved?.1))
            };
            TaskFacts {
                title: task.title.get(locale).to_owned(),
                cell: task.cell,
                teams: own().count(),
                solved: solved().count(),
                first: solved().min(),
            }
        })
        .collect()
}

/// What the timeline delivered; what went to the white cell alone is no situation.
fn situation(sources: &Sources<'_>, event: &Event, locale: Locale) -> Option<SituationFacts> {
    let (title, channel) = match &event.effect {
        Effect::Message(inject) if inject.to == Recipient::White => return None,
        Effect::Message(inject) => {
            let words = inject.subject.as_ref().map_or_else(
                || {
                    format!(
                        "{}: {}",
                        inject.from.get(locale),
                        shortened(inject.text.get(locale))
                    )
                },
                |subject| subject.get(locale).to_owned(),
            );
            (words, format!("report-channel-{}", channel(inject.channel)))
        }
        Effect::Action(action) => {
            let node = action.node.to_string();
            let words = locales::text(locale, "report-action", &[("node", node.into())]);
            (words, "report-channel-action".to_owned())
        }
    };
    let delivered = sources.entries.iter().filter(|entry| match &entry.event {
        journal::Event::InjectDelivered { event: id }
        | journal::Event::ActionStarted { event: id } => id == event.id.as_str(),
        _ => false,
    });
    let rows: Vec<&Entry> = delivered.collect();
    let first = rows.first()?;
    Some(SituationFacts {
        id: event.id.to_string(),
        title: event
            .title
            .as_ref()
            .map_or(title, |title| title.get(locale).to_owned()),
        channel: locales::text(locale, &channel, &[]),
        at: rows.iter().map(|entry| entry.exercise_time).min(),
        teams: rows
            .iter()
            .filter_map(|entry| entry.team)
            .collect::<BTreeSet<_>>()
            .len(),
        evidence: Some(Evidence {
            exercise: first.exercise,
            first: first.sequence,
            last: rows.last().map_or(first.sequence, |entry| entry.sequence),
        }),
    })
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Phone => "phone",
        Channel::News => "news",
        Channel::Chat => "chat",
        Channel::Document => "document",
    }
}

/// The beginning of a message, without its marks of emphasis and its values.
fn shortened(text: &str) -> String {
    let plain: String = text.replace(['*', '`'], "");
    let words = plain
        .split("{{")
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_TITLE {
        return line;
    }
    let cut: String = line.chars().take(LONGEST_TITLE).collect();
    let whole = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '.']))
}

fn credit(sources: &Sources<'_>, judged: Judged) -> CreditFacts {
    let team = sources.view.team(judged.team);
    CreditFacts {
        name: sources.name(judged.person),
        team: team.map(|team| team.team.name.clone()).unwrap_or_default(),
        completion: judged.completion,
        needed: judged.needed,
        points: judged.points,
        outcome: match judged.outcome {
            Outcome::Credited { sequence, .. } => CreditOutcome::Credited(sequence),
            Outcome::Absent => CreditOutcome::Absent,
            Outcome::TooFewPoints => CreditOutcome::TooFewPoints,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_shortened_at_a_word() {
        assert_eq!(
            shortened("  **Alô**, `portal` bị\nđổi. "),
            "Alô, portal bị đổi."
        );
        assert_eq!(shortened("Địa chỉ {{node.x.address}} lạ"), "Địa chỉ");
        let long = "một hai ba bốn ".repeat(20);
        let short = shortened(&long);
        assert!(
            short.ends_with('…') && short.chars().count() <= LONGEST_TITLE + 1,
            "{short}"
        );
        assert!(long.starts_with(short.trim_end_matches('…')));
    }
}
