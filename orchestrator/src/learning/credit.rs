//! Who of a finished exercise is credited with what, and who is not and why: a pure reading of its journal.
//!
//! It is judged at the row that finished the exercise and again at every row after it that changes points, so that the
//! answer depends on the journal alone and never on when somebody looked. What was credited stays: it was earned when it
//! was written down.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    clock::Timestamp,
    ids::{PersonId, TeamId},
    journal::{Entry, Event},
    scoring::{Rules, Scores},
};

/// What a scenario credits to the members present of a team with enough points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditRule {
    /// What is completed.
    pub completion: String,
    /// The points that the team needs.
    pub points: i64,
}

/// What became of one member and one credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The member.
    pub person: PersonId,
    /// The member's team.
    pub team: TeamId,
    /// What could be completed.
    pub completion: String,
    /// The points that it needs.
    pub needed: i64,
    /// The team's points: those with which it was earned, otherwise the last.
    pub points: i64,
    /// Whether it was.
    pub outcome: Outcome,
}

/// Whether a member is credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Credited by this row of the journal.
    Credited {
        /// The row.
        sequence: i64,
        /// When it was written.
        at: Timestamp,
    },
    /// The journal does not show the member at the workspace.
    Absent,
    /// The team has too few points.
    TooFewPoints,
}

/// Judges every member and credit of an exercise; nothing where it has not finished.
#[must_use]
pub fn judge(
    rules: &Rules,
    credits: &[CreditRule],
    teams: &[(TeamId, Vec<PersonId>)],
    entries: &[Entry],
) -> Vec<Judged> {
    let mut scores = Scores::default();
    let mut finished: Option<Duration> = None;
    let mut judged: BTreeMap<(TeamId, PersonId, usize), Judged> = BTreeMap::new();
    for entry in entries {
        scores.apply(rules, entry);
        match entry.event {
            Event::Finished { .. } => finished = Some(entry.exercise_time),
            Event::ReportGraded { .. }
            | Event::GradeSettled { .. }
            | Event::Regraded { .. }
            | Event::PointsAdjusted { .. } => {}
            _ => continue,
        }
        let Some(elapsed) = finished else { continue };
        for (team, members) in teams {
            let score = scores.team(*team);
            let points = score.map_or(0, |score| score.total(rules, elapsed));
            for person in members {
                let present = score.is_some_and(|score| score.present.contains(person));
                for (place, credit) in credits.iter().enumerate() {
                    let key = (*team, *person, place);
                    let before = judged.get(&key).map(|before| before.outcome);
                    if matches!(before, Some(Outcome::Credited { .. })) {
                        continue;
                    }
                    let outcome = match (present, points >= credit.points) {
                        (false, _) => Outcome::Absent,
                        (true, false) => Outcome::TooFewPoints,
                        (true, true) => Outcome::Credited {
                            sequence: entry.sequence,
                            at: entry.at,
                        },
                    };
                    judged.insert(
                        key,
                        Judged {
                            person: *person,
                            team: *team,
                            completion: credit.completion.clone(),
                            needed: credit.points,
                            points,
                            outcome,
                        },
                    );
                }
            }
        }
    }
    let mut order: Vec<Judged> = judged.into_values().collect();
    let number = |team: TeamId| teams.iter().position(|(one, _)| *one == team);
    order.sort_by_key(|one| number(one.team));
    order
}

#[cfg(test)]
mod tests;
