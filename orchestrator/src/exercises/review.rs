//! A team's exercise laid out for a review: which lane of the axis a row of the journal belongs to, how long services
//! answered, and marks that lie too close to each other taken together.
//!
//! Pure: what is drawn follows from the journal alone.

use std::{collections::BTreeMap, time::Duration};

use crate::journal::{CheckState, Entry, Event, Subject, Verdict};

/// What kinds of events are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// The exercise itself: begun, paused, interrupted, over.
    Course,
    /// What the timeline brought.
    Inject,
    /// Answers, reports, hints and what became of them.
    Answer,
    /// Decisions.
    Decision,
    /// What checks found.
    Check,
    /// Calls for help, messages and replies.
    Talk,
    /// Machines.
    Machine,
    /// Notes and everything else.
    Other,
}

impl Lane {
    /// All, in the order in which they are drawn.
    pub const ALL: [Self; 8] = [
        Self::Course,
        Self::Inject,
        Self::Answer,
        Self::Decision,
        Self::Check,
        Self::Talk,
        Self::Machine,
        Self::Other,
    ];

    /// Its word in addresses and locales.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Inject => "inject",
            Self::Answer => "answer",
            Self::Decision => "decision",
            Self::Check => "check",
            Self::Talk => "talk",
            Self::Machine => "machine",
            Self::Other => "other",
        }
    }

    /// The lane of an event.
    #[must_use]
    pub const fn of(event: &Event) -> Self {
        match event {
            Event::Started
            | Event::Paused
            | Event::Resumed
            | Event::Interrupted { .. }
            | Event::Skipped { .. }
            | Event::Finished { .. } => Self::Course,
            Event::InjectDelivered { .. }
            | Event::ActionStarted { .. }
            | Event::ActionFinished { .. } => Self::Inject,
            Event::Submission { .. }
            | Event::ReportFiled { .. }
            | Event::ReportGraded { .. }
            | Event::HintTaken { .. } => Self::Answer,
            Event::Decided { .. } => Self::Decision,
            Event::CheckChanged { .. } => Self::Check,
            Event::HelpCalled { .. } | Event::MessageSent { .. } | Event::ResponseGiven { .. } => {
                Self::Talk
            }
            Event::EnvironmentReady { .. }
            | Event::EnvironmentFailed { .. }
            | Event::EnvironmentReset { .. }
            | Event::EnvironmentRetried
            | Event::EnvironmentsRemoved { .. }
            | Event::MachineLost { .. } => Self::Machine,
            _ => Self::Other,
        }
    }
}

/// How an event is to be taken at a glance; later ones outweigh earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For the record.
    Plain,
    /// Something went well.
    Good,
    /// Something to look at.
    Warn,
    /// Something went wrong.
    Bad,
}

impl Weight {
    /// The weight of an event.
    #[must_use]
    pub const fn of(event: &Event) -> Self {
        match event {
            Event::Submission { verdict, .. } => match verdict {
                Verdict::Correct => Self::Good,
                Verdict::Wrong => Self::Bad,
                Verdict::Foreign => Self::Warn,
            },
            Event::CheckChanged { subject, state } => match (state, subject) {
                (CheckState::Passing, _) => Self::Good,
                (CheckState::Failing, Subject::Service(_)) => Self::Bad,
                (CheckState::Failing, Subject::Task(_)) => Self::Plain,
                (CheckState::Error, _) => Self::Warn,
            },
            Event::ActionFinished { code, .. } if *code != 0 => Self::Bad,
            Event::EnvironmentFailed { .. } | Event::MachineLost { .. } => Self::Bad,
            Event::HelpCalled { .. }
            | Event::EnvironmentReset { .. }
            | Event::Paused
            | Event::Interrupted { .. } => Self::Warn,
            Event::EnvironmentReady { .. } => Self::Good,
            _ => Self::Plain,
        }
    }
}

/// Events of one lane that lie in one place of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Exercise time of the first.
    pub at: Duration,
    /// How many they are.
    pub count: usize,
    /// The heaviest.
    pub weight: Weight,
}

/// Takes events together that fall into the same of `places` along `length`; they come in order of time.
#[must_use]
pub fn gather(
    events: impl IntoIterator<Item = (Duration, Weight)>,
    length: Duration,
    places: u32,
) -> Vec<Mark> {
    let width = (length / places.max(1)).max(Duration::from_micros(1));
    let mut marks: BTreeMap<u128, Mark> = BTreeMap::new();
    for (at, weight) in events {
        let place = at.as_micros() / width.as_micros();
        let mark = marks.entry(place).or_insert(Mark {
            at,
            count: 0,
            weight,
        });
        mark.count += 1;
        mark.at = mark.at.min(at);
        mark.weight = mark.weight.max(weight);
    }
    marks.into_values().collect()
}

/// A time in which a service was in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// From when, in exercise time.
    pub from: Duration,
    /// Until when.
    pub until: Duration,
    /// What checks found.
    pub state: CheckState,
}

/// How a team's services were up to `elapsed`, by name; nothing before the first check.
#[must_use]
pub fn bars(entries: &[Entry], elapsed: Duration) -> BTreeMap<&str, Vec<Bar>> {
    let mut services: BTreeMap<&str, Vec<Bar>> = BTreeMap::new();
    for entry in entries {
        let Event::CheckChanged {
            subject: Subject::Service(service),
            state,
        } = &entry.event
        else {
            continue;
        };
        let bars = services.entry(service).or_default();
        let from = entry.exercise_time.min(elapsed);
        if let Some(last) = bars.last_mut() {
            if last.state == *state {
                continue;
            }
            last.until = from;
        }
        bars.push(Bar {
            from,
            until: elapsed,
            state: *state,
        });
    }
    for bars in services.values_mut() {
        bars.retain(|bar| bar.until > bar.from);
    }
    services
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        ids::{ExerciseId, TeamId},
        journal::Actor,
    };

    const MINUTE: Duration = Duration::from_mins(1);

    fn rows(rows: Vec<(u32, Event)>) -> Vec<Entry> {
        (1..)
            .zip(rows)
            .map(|(sequence, (minute, event))| Entry {
                exercise: ExerciseId::new(),
                sequence,
                at: Timestamp(sequence),
                exercise_time: MINUTE * minute,
                actor: Actor::System,
                team: Some(TeamId::new()),
                event,
                payload: String::new(),
                previous: String::new(),
                hash: String::new(),
            })
            .collect()
    }

    #[test]
    fn a_service_is_a_bar_for_each_state() {
        let found = |state| Event::CheckChanged {
            subject: Subject::Service("portal".into()),
            state,
        };
        let rows = rows(vec![
            (1, found(CheckState::Passing)),
            (3, found(CheckState::Passing)),
            (5, found(CheckState::Failing)),
            (5, found(CheckState::Error)),
            (6, found(CheckState::Passing)),
        ]);
        let bars = bars(&rows, MINUTE * 10);
        let portal: Vec<_> = bars["portal"]
            .iter()
            .map(|bar| (bar.from / 60, bar.until / 60, bar.state))
            .collect();
        let second = Duration::from_secs(1);
        assert_eq!(
            portal,
            [
                (second, second * 5, CheckState::Passing),
                (second * 5, second * 6, CheckState::Error),
                (second * 6, second * 10, CheckState::Passing),
            ]
        );
    }

    #[test]
    fn thousands_of_events_are_few_marks_that_say_the_worst() {
        let events = (0..5000u32).map(|n| {
            let weight = if n == 2500 { Weight::Bad } else { Weight::Good };
            (Duration::from_millis(u64::from(n)), weight)
        });
        let marks = gather(events, Duration::from_secs(5), 100);
        assert_eq!(marks.len(), 100);
        assert!(marks.iter().all(|mark| mark.count == 50));
        let bad = marks.iter().filter(|mark| mark.weight == Weight::Bad);
        assert_eq!(bad.count(), 1);
        assert_eq!(gather([], Duration::ZERO, 0), []);
    }

    #[test]
    fn lanes_have_words_of_their_own() {
        let mut words: Vec<_> = Lane::ALL.iter().map(|lane| lane.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Lane::ALL.len());
        assert_eq!(Lane::of(&Event::Paused), Lane::Course);
        let lost = Event::EnvironmentsRemoved { expired: true };
        assert_eq!(Lane::of(&lost), Lane::Machine);
        assert_eq!(Lane::of(&Event::Preparing), Lane::Other);
    }
}
