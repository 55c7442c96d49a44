//! How exercise time passed: which moments of the day it runs through, where it stood and where it jumped.
//!
//! Read from the journal alone, so that what a terminal showed at ten past nine and what the board said at minute 40 are
//! found on one axis, whatever was paused, lost with a server or skipped in a trial.

use std::time::Duration;

use serde::Serialize;

use crate::{
    clock::Timestamp,
    journal::{Entry, Event},
};

/// A stretch of the day in which exercise time ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Exercise time at its beginning.
    pub begins: Duration,
    /// Exercise time at its end.
    pub ends: Duration,
}

/// Why exercise time did not simply pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The white cell paused it.
    Paused,
    /// No server conducted the exercise.
    Interrupted,
    /// A trial jumped.
    Skipped,
}

/// A place on the axis where exercise time stood or jumped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Exercise time there.
    pub at: Duration,
    /// When it stopped.
    pub from: Timestamp,
    /// When it went on; absent where it has not.
    pub until: Option<Timestamp>,
    /// Why.
    pub why: Why,
}

/// All of an exercise's time up to now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// Where it ran, in order.
    pub runs: Vec<Run>,
    /// Where it did not, in order.
    pub stops: Vec<Stop>,
}

impl Passage {
    /// Read from the rows that concern all teams, in order; exercise time at `now` is `elapsed`.
    #[must_use]
    pub fn of<'a>(
        entries: impl IntoIterator<Item = &'a Entry>,
        (now, elapsed): (Timestamp, Duration),
    ) -> Self {
        let mut passage = Self::default();
        let mut running: Option<(Timestamp, Duration)> = None;
        for entry in entries {
            let at = entry.exercise_time;
            match entry.event {
                Event::Started | Event::Resumed => {
                    if let Some(stop) = passage.stops.last_mut()
                        && stop.until.is_none()
                    {
                        stop.until = Some(entry.at);
                    }
                    running = Some((entry.at, at));
                }
                Event::Paused => {
                    passage.run(running.take(), entry.at, at);
                    passage.stop(at, entry.at, None, Why::Paused);
                }
                Event::Finished { .. } => {
                    passage.run(running.take(), entry.at, at);
                    if let Some(stop) = passage.stops.last_mut() {
                        stop.until.get_or_insert(entry.at);
                    }
                }
                Event::Interrupted { from, until } if running.is_some() => {
                    passage.run(running, Timestamp(from), at);
                    let (from, until) = (Timestamp(from), Timestamp(until));
                    passage.stop(at, from, Some(until), Why::Interrupted);
                    running = Some((until, at));
                }
                Event::Skipped { to } if running.is_some() => {
                    let to = Duration::from_micros(u64::try_from(to).unwrap_or(0));
                    let passed = running.map_or(to, |(from, begins)| begins + entry.at.since(from));
                    passage.run(running, entry.at, passed.min(to));
                    passage.stop(passed.min(to), entry.at, Some(entry.at), Why::Skipped);
                    running = Some((entry.at, to));
                }
                _ => {}
            }
        }
        passage.run(running, now, elapsed);
        passage
    }

    /// Exercise time at a moment of the day; absent before it began.
    #[must_use]
    pub fn exercise_time(&self, at: Timestamp) -> Option<Duration> {
        let run = self.runs.iter().rfind(|run| run.from <= at)?;
        Some((run.begins + at.since(run.from)).min(run.ends))
    }

    /// When it was that much exercise time: the first such moment; the next that there was where a trial jumped over it.
    #[must_use]
    pub fn wall_time(&self, at: Duration) -> Option<Timestamp> {
        let run = self.runs.iter().find(|run| run.ends >= at);
        let run = run.or(self.runs.last())?;
        let into = at
            .saturating_sub(run.begins)
            .min(run.ends.saturating_sub(run.begins));
        Some((run.from + into).min(run.until.max(run.from)))
    }

    fn run(&mut self, running: Option<(Timestamp, Duration)>, until: Timestamp, ends: Duration) {
        if let Some((from, begins)) = running {
            self.runs.push(Run {
                from,
                until: until.max(from),
                begins,
                ends: ends.max(begins),
            });
        }
    }

    fn stop(&mut self, at: Duration, from: Timestamp, until: Option<Timestamp>, why: Why) {
        self.stops.push(Stop {
            at,
            from,
            until,
            why,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::ExerciseId, journal::Actor};

    const MINUTE: u64 = 60;

    fn minute(minutes: u64) -> Timestamp {
        Timestamp(0) + Duration::from_secs(MINUTE * minutes)
    }

    fn passed(minutes: u64) -> Duration {
        Duration::from_secs(MINUTE * minutes)
    }

    /// Rows as minutes of the day, minutes of exercise time, and what happened.
    fn journal(rows: Vec<(u64, u64, Event)>) -> Vec<Entry> {
        let exercise = ExerciseId::new();
        (1..)
            .zip(rows)
            .map(|(sequence, (at, time, event))| Entry {
                exercise,
                sequence,
                at: minute(at),
                exercise_time: passed(time),
                actor: Actor::System,
                team: None,
                event,
                payload: String::new(),
                previous: String::new(),
                hash: String::new(),
            })
            .collect()
    }

    #[test]
    fn pauses_and_outages_take_no_exercise_time() {
        let rows = journal(vec![
            (100, 0, Event::Started),
            (110, 10, Event::Paused),
            (115, 10, Event::Resumed),
            (
                140,
                20,
                Event::Interrupted {
                    from: minute(125).0,
                    until: minute(140).0,
                },
            ),
            (150, 30, Event::Finished { time_out: false }),
        ]);
        let passage = Passage::of(&rows, (minute(900), passed(30)));
        for (wall, exercise) in [
            (99, None),
            (100, Some(0)),
            (105, Some(5)),
            (112, Some(10)),
            (117, Some(12)),
            (130, Some(20)),
            (145, Some(25)),
            (150, Some(30)),
            (400, Some(30)),
        ] {
            let expected = exercise.map(passed);
            assert_eq!(passage.exercise_time(minute(wall)), expected, "{wall}");
        }
        for (exercise, wall) in [
            (0, 100),
            (10, 110),
            (12, 117),
            (20, 125),
            (25, 145),
            (99, 150),
        ] {
            let expected = Some(minute(wall));
            assert_eq!(passage.wall_time(passed(exercise)), expected, "{exercise}");
        }
        let stops: Vec<_> = passage.stops.iter().map(|it| (it.why, it.at)).collect();
        assert_eq!(
            stops,
            [(Why::Paused, passed(10)), (Why::Interrupted, passed(20))]
        );
        assert_eq!(passage.stops[0].until, Some(minute(115)));
    }

    #[test]
    fn a_long_outage_ends_in_a_pause() {
        let rows = journal(vec![
            (0, 0, Event::Started),
            (
                60,
                5,
                Event::Interrupted {
                    from: minute(5).0,
                    until: minute(60).0,
                },
            ),
            (60, 5, Event::Paused),
            (70, 5, Event::Resumed),
        ]);
        let passage = Passage::of(&rows, (minute(75), passed(10)));
        assert_eq!(passage.exercise_time(minute(65)), Some(passed(5)));
        assert_eq!(passage.exercise_time(minute(73)), Some(passed(8)));
        assert_eq!(passage.wall_time(passed(8)), Some(minute(73)));
    }

    #[test]
    fn a_trial_jumps() {
        let rows = journal(vec![
            (0, 0, Event::Started),
            (
                2,
                2,
                Event::Skipped {
                    to: i64::try_from(passed(40).as_micros()).expect("fits"),
                },
            ),
        ]);
        let passage = Passage::of(&rows, (minute(5), passed(43)));
        assert_eq!(passage.exercise_time(minute(1)), Some(passed(1)));
        assert_eq!(passage.exercise_time(minute(4)), Some(passed(42)));
        assert_eq!(passage.wall_time(passed(20)), Some(minute(2)));
        assert_eq!(passage.wall_time(passed(41)), Some(minute(3)));
    }

    #[test]
    fn what_has_not_begun_has_no_time() {
        let passage = Passage::of(&[], (minute(5), passed(0)));
        assert_eq!(passage.exercise_time(minute(5)), None);
        assert_eq!(passage.wall_time(passed(0)), None);
    }
}
