//! The board: teams in order, and how their scores grew.

use std::time::Duration;

use serde::Serialize;

use super::{fold::Scores, rules::Rules, team::TeamScore};
use crate::{ids::TeamId, scenarios::Cell};

/// Points on a curve at most; more could not be told apart on a wall screen.
const CURVE_POINTS: u32 = 240;

/// One team's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BoardRow {
    /// Place among the teams of its side, from 1; teams that cannot be told apart share one.
    pub rank: usize,
    /// The team.
    pub team: TeamId,
    /// The side that it plays.
    pub cell: Cell,
    /// All points.
    pub points: i64,
    /// Of these, for availability.
    pub availability: i64,
    /// Tasks solved.
    pub solved: usize,
    /// Exercise time at which the score last grew, availability aside; it decides between equal points.
    pub reached: Option<Duration>,
}

/// Teams in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Those who defend before those who attack, the best of each first.
    pub rows: Vec<BoardRow>,
}

/// A point of a team's curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CurvePoint {
    /// Exercise time in seconds.
    pub seconds: u64,
    /// Points then.
    pub points: i64,
}

impl Board {
    /// Puts `teams` (in the order of their numbers) in order at `elapsed` exercise time.
    #[must_use]
    pub fn rank(
        rules: &Rules,
        scores: &Scores,
        teams: &[(TeamId, Cell)],
        elapsed: Duration,
    ) -> Self {
        let nothing = TeamScore::default();
        let mut rows: Vec<BoardRow> = teams
            .iter()
            .map(|(team, cell)| {
                let score = scores.team(*team).unwrap_or(&nothing);
                BoardRow {
                    rank: 0,
                    team: *team,
                    cell: *cell,
                    points: score.total(rules, elapsed),
                    availability: score.availability_points(rules, elapsed),
                    solved: score.solved(),
                    reached: score
                        .ledger
                        .iter()
                        .rfind(|row| row.points > 0)
                        .map(|row| row.exercise_time),
                }
            })
            .collect();
        // Stable: teams that are equal in everything keep the order of their numbers.
        rows.sort_by_key(|row| {
            (
                row.cell,
                std::cmp::Reverse(row.points),
                row.reached.unwrap_or(Duration::MAX),
            )
        });
        let mut first = 0;
        for index in 0..rows.len() {
            if rows[index].cell != rows[first].cell {
                first = index;
            }
            let tie = index > first
                && rows[index].points == rows[index - 1].points
                && rows[index].reached == rows[index - 1].reached;
            rows[index].rank = if tie {
                rows[index - 1].rank
            } else {
                index - first + 1
            };
        }
        Self { rows }
    }
}

/// How a team's score grew up to `elapsed`: a point at every change, and in between for availability.
#[must_use]
pub fn curve(rules: &Rules, score: &TeamScore, elapsed: Duration) -> Vec<CurvePoint> {
    let step = (elapsed / CURVE_POINTS).max(Duration::from_secs(1));
    let mut times: Vec<Duration> = (0..=CURVE_POINTS)
        .map(|n| step * n)
        .take_while(|at| *at < elapsed)
        .collect();
    times.extend(
        score
            .ledger
            .iter()
            .map(|row| row.exercise_time)
            .filter(|at| *at <= elapsed),
    );
    times.push(elapsed);
    times.sort_unstable();
    times.dedup();
    times
        .into_iter()
        .map(|at| CurvePoint {
            seconds: at.as_secs(),
            points: score.total(rules, at),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        ids::{ExerciseId, PersonId},
        journal::{Actor, CheckState, Entry, Event, Pending, Subject, Verdict},
        scenarios::Worth,
        scoring::{ServiceRule, TaskKind, TaskRule, WayRule},
    };

    const MINUTE: Duration = Duration::from_mins(1);

    fn rules() -> Rules {
        let task = |id: &str, points| TaskRule {
            id: id.into(),
            cell: Cell::Blue,
            objective: None,
            points,
            worth: Worth::default(),
            ways: WayRule::default(),
            kind: TaskKind::Flag,
            hints: vec![10],
        };
        Rules {
            tasks: vec![task("a", 100), task("b", 50)],
            services: vec![ServiceRule {
                id: "portal".into(),
                points_per_minute: 2,
            }],
            responses: vec![],
        }
    }

    fn journal(rows: Vec<(u32, TeamId, Event)>) -> Vec<Entry> {
        let exercise = ExerciseId::new();
        (1..)
            .zip(rows)
            .map(|(sequence, (minute, team, event))| Entry {
                exercise,
                sequence,
                at: Timestamp(sequence),
                exercise_time: MINUTE * minute,
                actor: Actor::System,
                team: Some(team),
                event,
                payload: String::new(),
                previous: String::new(),
                hash: String::new(),
            })
            .collect()
    }

    fn solved(task: &str) -> Event {
        let answer = Pending::new("x", Some(PersonId::new())).reference();
        Event::Submission {
            task: task.into(),
            part: None,
            verdict: Verdict::Correct,
            answer,
        }
    }

    #[test]
    fn equal_points_go_to_whoever_reached_them_first() {
        let (first, second) = (TeamId::new(), TeamId::new());
        let entries = journal(vec![
            (1, second, solved("a")),
            (2, first, solved("a")),
            (
                3,
                first,
                Event::HintTaken {
                    task: "b".into(),
                    hint: 0,
                    cost: 10,
                },
            ),
            (
                4,
                second,
                Event::HintTaken {
                    task: "b".into(),
                    hint: 0,
                    cost: 10,
                },
            ),
            (4, second, solved("a")),
        ]);
        let scores = Scores::fold(&rules(), &entries);
        let board = Board::rank(
            &rules(),
            &scores,
            &[(first, Cell::Blue), (second, Cell::Blue)],
            MINUTE * 5,
        );
        let order: Vec<_> = board
            .rows
            .iter()
            .map(|row| (row.rank, row.team, row.points))
            .collect();
        assert_eq!(order, [(1, second, 90), (2, first, 90)]);
    }

    #[test]
    fn availability_counts_the_time_served_and_nothing_else() {
        let team = TeamId::new();
        let state = |state| Event::CheckChanged {
            subject: Subject::Service("portal".into()),
            state,
        };
        let entries = journal(vec![
            (1, team, state(CheckState::Passing)),
            (3, team, state(CheckState::Failing)),
            (4, team, state(CheckState::Error)),
            (6, team, state(CheckState::Passing)),
        ]);
        let scores = Scores::fold(&rules(), &entries);
        let score = scores.team(team).expect("the team has rows");
        assert_eq!(
            score.services["portal"].at(MINUTE * 10),
            (MINUTE * 6, MINUTE * 7)
        );
        assert_eq!(score.total(&rules(), MINUTE * 10), 12);
        let curve = curve(&rules(), score, MINUTE * 10);
        assert_eq!(curve.last().expect("a curve").points, 12);
        assert!(
            curve
                .windows(2)
                .all(|pair| pair[0].points <= pair[1].points)
        );
    }

    #[test]
    fn teams_without_anything_share_a_place() {
        let teams = [Cell::Blue, Cell::Blue, Cell::Red].map(|cell| (TeamId::new(), cell));
        let board = Board::rank(&rules(), &Scores::default(), &teams, MINUTE);
        assert_eq!(
            board.rows.iter().map(|row| row.rank).collect::<Vec<_>>(),
            [1, 1, 1],
            "each side has a first place"
        );
    }
}
