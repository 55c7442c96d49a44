//! Whether there is memory for a drill between two moments, beside everything that has some then.

use std::{collections::HashMap, time::Duration};

use crate::{
    clock::Timestamp,
    environments::{EnvironmentsError, memory_of},
    exercises::{Exercise, ExerciseError, ExerciseState, Exercises},
    ids::{ExerciseId, ProvinceId},
    locales,
    scenarios::Definition,
    store,
};

/// For so long a rehearsal that is being held may have what it has.
const REHEARSED: Duration = Duration::from_mins(30);

/// From one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

impl Span {
    fn meets(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// Memory that somebody has for a while.
#[derive(Clone, Copy, Debug)]
struct Share {
    span: Span,
    bytes: u64,
}

/// What a drill needs and what is left for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes of memory that its environments may take.
    pub needed: u64,
    /// Bytes that are left for them where the least is.
    pub available: u64,
    /// Titles of the province's other drills that have some of the rest.
    pub drills: Vec<String>,
    /// Whether anybody has some of it.
    pub shared: bool,
}

impl Room {
    /// Whether it is enough.
    #[must_use]
    pub const fn is_enough(&self) -> bool {
        self.needed <= self.available
    }

    /// Refuses where it is not, with the numbers and with who has the rest.
    ///
    /// # Errors
    /// The words for it.
    pub fn or_refuse(self) -> Result<(), ExerciseError> {
        let (needed, available) = (self.needed, self.available);
        if self.is_enough() {
            return Ok(());
        }
        if !self.shared {
            return Err(EnvironmentsError::TooLarge { needed, available }.into());
        }
        let mut arguments = vec![
            ("needed", locales::memory(needed)),
            ("available", locales::memory(available)),
        ];
        let message = if self.drills.is_empty() {
            "schedule-conflict-elsewhere"
        } else {
            arguments.push(("drills", self.drills.join("”, “")));
            "schedule-conflict"
        };
        Err(ExerciseError::Input { message, arguments })
    }
}

impl Exercises {
    /// What is left for so many environments of a scenario within a span, beside what runs, what is kept ready and what
    /// other drills will have at their hours.
    ///
    /// # Errors
    /// An engine that is away, or a database that refuses.
    pub async fn room(
        &self,
        (own, province): (Option<ExerciseId>, ProvinceId),
        definition: &Definition,
        teams: usize,
        span: Span,
    ) -> Result<Room, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let active = store::exercises::list_active(&mut connection).await?;
        let scheduled = store::exercises::list_scheduled(&mut connection).await?;
        drop(connection);
        let bundle = definition.bundle.digest();
        let needed = memory_of(definition).saturating_mul(teams as u64);
        let (mut held, mut shares, mut spare) = (HashMap::new(), Vec::new(), 0);
        for taken in self.environments.taken().await? {
            if let Some(exercise) = taken.exercise {
                *held.entry(exercise).or_insert(0) += taken.bytes;
                continue;
            }
            if taken.pool == Some((province, bundle.clone())) {
                // Copies that are kept ready for this scenario serve these teams.
                spare = taken.bytes.min(needed);
            }
            shares.push(Share {
                span,
                bytes: taken.bytes,
            });
        }
        // Those of a rehearsal are made anew for each, and gone when it is over.
        let now = self.clock.now();
        shares.push(Share {
            span: Span {
                from: now,
                until: now + REHEARSED,
            },
            bytes: self.environments.aside(),
        });
        let mut drills = Vec::new();
        let drafts = scheduled
            .iter()
            .filter(|it| it.state == ExerciseState::Draft);
        for other in active.iter().chain(drafts).filter(|it| Some(it.id) != own) {
            let had = self.share(other, held.get(&other.id).copied()).await?;
            if had.bytes > 0 && had.span.meets(span) {
                shares.push(had);
                if other.province == province {
                    drills.push(other.title.clone());
                }
            }
        }
        let peak = peak(&shares, span);
        let all = self.environments.memory().await?;
        Ok(Room {
            needed,
            available: all.saturating_sub(peak) + spare,
            drills,
            shared: peak > spare,
        })
    }

    /// What an exercise has of the memory, and for how long.
    async fn share(&self, exercise: &Exercise, held: Option<u64>) -> Result<Share, ExerciseError> {
        let now = self.clock.now();
        let left = exercise.duration.saturating_sub(exercise.elapsed_at(now));
        let hour = exercise.schedule.as_ref().map(|it| it.starts_at.max(now));
        let (from, until, bytes) = match (exercise.state, hour) {
            (ExerciseState::Draft, Some(hour)) => {
                let mut connection = self.database.connection().await?;
                let teams = store::exercises::count_hosts(&mut connection, exercise.id).await?;
                let bundle = &exercise.bundle;
                let one = self.environments.memory_of(&mut connection, bundle).await?;
                drop(connection);
                let from = self.made_from(exercise).await?.unwrap_or(hour);
                (from, hour + left, one.saturating_mul(teams as u64))
            }
            (_, Some(hour)) => (now, hour + left, held.unwrap_or(0)),
            (ExerciseState::Running, None) => (now, now + left, held.unwrap_or(0)),
            // It may begin at any moment until its machines are taken away.
            (_, None) => {
                let until = exercise.expires_at.unwrap_or(now).max(now + left);
                (now, until, held.unwrap_or(0))
            }
        };
        Ok(Share {
            span: Span { from, until },
            bytes,
        })
    }
}

/// The most that is had at one moment of a span.
fn peak(shares: &[Share], span: Span) -> u64 {
    let begin = shares.iter().map(|share| share.span.from.max(span.from));
    begin
        .chain([span.from])
        .filter(|at| *at < span.until)
        .map(|at| {
            let had = shares
                .iter()
                .filter(|share| share.span.from <= at && at < share.span.until);
            had.map(|share| share.bytes).sum()
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_where_most_have_some_at_once() {
        let span = |from, until| Span {
            from: Timestamp(from),
            until: Timestamp(until),
        };
        let share = |from, until, bytes| Share {
            span: span(from, until),
            bytes,
        };
        let shares = [share(0, 10, 3), share(10, 20, 4), share(15, 30, 5)];
        for (of, most) in [
            (span(0, 5), 3),
            (span(0, 11), 4),
            (span(5, 16), 9),
            (span(20, 40), 5),
            (span(30, 40), 0),
        ] {
            assert_eq!(peak(&shares, of), most, "{of:?}");
        }
        assert_eq!(peak(&[], span(0, 1)), 0);
    }
}
