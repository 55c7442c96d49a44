//! Signs that a team may not have worked alone or honestly: for the white cell to look at, never a verdict.
//!
//! Each sign names the rows that it is read from and takes no points. An honest team can leave every one of them: it
//! pastes the wrong line, guesses for fun, has a member who knows the trick, or two members who worked ahead.

use std::{collections::BTreeSet, time::Duration};

use super::fold::Scores;
use crate::{
    clock::Timestamp,
    ids::TeamId,
    journal::{Entry, Event, Verdict},
    scenarios::{Cell, Scenario, Task},
};

/// Wrong answers of a team to one task within [`BURST_SPAN`] that are called guessing.
pub const BURST_WRONG: usize = 6;
/// The time within which they fall: an answer every ten seconds leaves none to look for it.
pub const BURST_SPAN: Duration = Duration::from_mins(1);
/// Solved in less than one part in so many of the time that the other teams took is called very fast.
pub const FAST_PARTS: u32 = 5;
/// Other teams that must have solved a task before their time says anything.
pub const FAST_OTHERS: usize = 3;
/// A task that opened this short a time before it was solved can hardly have been read.
pub const SOON: Duration = Duration::from_secs(10);

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Another team's flag was handed in.
    ForeignFlag,
    /// So many wrong answers came within so short a time.
    Guessing {
        /// How many.
        wrong: usize,
        /// From the first to the last.
        span: Duration,
    },
    /// It was solved much faster than by the other teams.
    Fast {
        /// The team's time from when the task was open to it.
        took: Duration,
        /// The median of the other teams.
        median: Duration,
        /// How many other teams solved it.
        others: usize,
    },
    /// It was solved before it can have been read.
    Soon {
        /// The task that opened it.
        after: String,
        /// The time since.
        took: Duration,
    },
}

/// A sign of one team at one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The team.
    pub team: TeamId,
    /// The task.
    pub task: String,
    /// Exercise time of its last row.
    pub at: Duration,
    /// The rows that it is read from, in order.
    pub rows: Vec<i64>,
    /// What was seen.
    pub sign: Sign,
}

/// A team's share of a journal.
#[derive(Clone, Copy, Debug)]
pub struct Share<'a> {
    /// The team.
    pub team: TeamId,
    /// The side that it plays.
    pub cell: Cell,
    /// Its rows, in order.
    pub rows: &'a [Entry],
}

/// A task that a team solved.
struct Solved<'a> {
    share: &'a Share<'a>,
    /// When it was open to the team, and what opened it last: that row and task.
    opened: (Duration, Option<(i64, &'a str)>),
    /// The row that solved it, and when.
    at: (i64, Duration),
}

impl Solved<'_> {
    fn took(&self) -> Duration {
        self.at.1.saturating_sub(self.opened.0)
    }
}

/// All signs, by time.
#[must_use]
pub fn evidence(scenario: &Scenario, scores: &Scores, shares: &[Share<'_>]) -> Vec<Evidence> {
    let mut found = Vec::new();
    for share in shares {
        found.extend(foreign(share));
        found.extend(guessing(share));
    }
    for task in &scenario.tasks {
        let own = shares.iter().filter(|share| share.cell == task.cell);
        let solved: Vec<Solved<'_>> = own
            .filter_map(|share| solved(scores, task, share))
            .collect();
        found.extend(speed(task, &solved));
    }
    found.sort_by(|one, other| (one.at, &one.rows).cmp(&(other.at, &other.rows)));
    found
}

/// The middle one, or of two the lower; nothing of nothing.
#[must_use]
fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len().saturating_sub(1) / 2).copied()
}

fn foreign<'a>(share: &'a Share<'a>) -> impl Iterator<Item = Evidence> + 'a {
    share.rows.iter().filter_map(|entry| match &entry.event {
        Event::Submission {
            task,
            verdict: Verdict::Foreign,
            ..
        } => Some(Evidence {
            team: share.team,
            task: task.clone(),
            at: entry.exercise_time,
            rows: vec![entry.sequence],
            sign: Sign::ForeignFlag,
        }),
        _ => None,
    })
}

/// Wrong answers to each task, gathered as long as every [`BURST_WRONG`] of them fall within [`BURST_SPAN`].
fn guessing(share: &Share<'_>) -> Vec<Evidence> {
    let mut tasks: BTreeSet<&str> = BTreeSet::new();
    let wrong = |entry: &Entry, of: &str| matches!(&entry.event, Event::Submission { task, verdict: Verdict::Wrong, .. } if task == of);
    for entry in share.rows {
        if let Event::Submission { task, .. } = &entry.event {
            tasks.insert(task);
        }
    }
    let mut found = Vec::new();
    for task in tasks {
        let wrong: Vec<&Entry> = share.rows.iter().filter(|it| wrong(it, task)).collect();
        // By the wall clock: exercise time stands while the exercise is paused, and nobody answers then.
        let dense = |window: &[&Entry]| spread(window) <= BURST_SPAN;
        let mut burst: Option<(usize, usize)> = None;
        for (start, window) in wrong.windows(BURST_WRONG).enumerate() {
            let end = start + BURST_WRONG;
            burst = match burst {
                Some((from, until)) if dense(window) && start < until => Some((from, end)),
                Some(before) if dense(window) => {
                    found.extend(burst_of(share, task, &wrong[before.0..before.1]));
                    Some((start, end))
                }
                None if dense(window) => Some((start, end)),
                burst => burst,
            };
        }
        if let Some((from, until)) = burst {
            found.extend(burst_of(share, task, &wrong[from..until]));
        }
    }
    found
}

fn spread(entries: &[&Entry]) -> Duration {
    let at = |entry: Option<&&Entry>| entry.map_or(Timestamp::default(), |entry| entry.at);
    let (first, last) = (at(entries.first()), at(entries.last()));
    // A clock that was set back shows nothing.
    if last < first {
        Duration::MAX
    } else {
        last.since(first)
    }
}

fn burst_of(share: &Share<'_>, task: &str, wrong: &[&Entry]) -> Option<Evidence> {
    let last = wrong.last()?;
    Some(Evidence {
        team: share.team,
        task: task.to_owned(),
        at: last.exercise_time,
        rows: wrong.iter().map(|entry| entry.sequence).collect(),
        sign: Sign::Guessing {
            wrong: wrong.len(),
            span: spread(wrong),
        },
    })
}

/// When a team solved a task by itself, where it did: what was graded or set by hand, and decisions, say nothing of speed.
fn solved<'a>(scores: &'a Scores, task: &'a Task, share: &'a Share<'a>) -> Option<Solved<'a>> {
    let score = scores.team(share.team)?;
    let state = score.tasks.get(task.id.as_str())?;
    state.place?;
    let required = task.requires.iter().filter_map(|id| {
        let state = score.tasks.get(id.as_str())?;
        let filed = share.rows.iter().find(
            |entry| matches!(&entry.event, Event::ReportFiled { task, .. } if task == id.as_str()),
        );
        let filed = filed.map(|entry| (entry.sequence, entry.exercise_time));
        let (row, at) = filed.or(state.solved)?;
        Some((at, row, id.as_str()))
    });
    let last = required.max();
    Some(Solved {
        share,
        opened: last.map_or((Duration::ZERO, None), |(at, row, id)| {
            (at, Some((row, id)))
        }),
        at: state.solved?,
    })
}

fn speed(task: &Task, solved: &[Solved<'_>]) -> Vec<Evidence> {
    let mut found = Vec::new();
    for (place, own) in solved.iter().enumerate() {
        let of = |rows, sign| Evidence {
            team: own.share.team,
            task: task.id.to_string(),
            at: own.at.1,
            rows,
            sign,
        };
        let took = own.took();
        if let Some((row, after)) = own.opened.1.filter(|_| took < SOON) {
            let after = after.to_owned();
            found.push(of(vec![row, own.at.0], Sign::Soon { after, took }));
        }
        let others = solved.iter().enumerate().filter(|(it, _)| *it != place);
        let others: Vec<Duration> = others.map(|(_, it)| it.took()).collect();
        let count = others.len();
        let Some(median) = median(others).filter(|_| count >= FAST_OTHERS) else {
            continue;
        };
        if took * FAST_PARTS < median {
            let sign = Sign::Fast {
                took,
                median,
                others: count,
            };
            found.push(of(vec![own.at.0], sign));
        }
    }
    found
}
