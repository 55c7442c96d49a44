//! Exercises: laid out, prepared, run and finished; who is in them; what happens when.
//!
//! An exercise's state and its clock stand in the database, every fact of it in the journal, and the two change in one
//! transaction. Whoever asks for something that was done already gets the same answer again: a second launch, a second
//! click, a second tab make nothing twice.
//!
//! Exercise time is a clock of its own: it runs only while the exercise runs, and a rehearsal may jump with it.

mod answers;
mod checks;
mod comms;
mod conductor;
mod decisions;
mod draft;
mod enrolment;
mod error;
mod flags;
mod grading;
mod isolation;
mod keeping;
mod lifecycle;
mod machines;
mod members;
mod notes;
mod outage;
mod passage;
mod points;
pub mod rehearsal;
mod reset;
pub mod review;
pub mod roster;
mod schedule;
#[cfg(test)]
pub(crate) mod tests;
mod timeline;
mod trial;
mod view;
mod white_cell;

use std::sync::Arc;

pub use answers::{HELP_INTERVAL, SUBMISSIONS_PER_MINUTE, Submitted};
pub use checks::CheckOutcome;
pub use conductor::Conductor;
pub use draft::{Draft, DraftTeam, LaidOut, MAX_TEAM_MEMBERS, MAX_TEAMS, Terms};
pub use enrolment::{Invited, NewInvitation, Place as EnrolmentPlace, Refused as EnrolmentRefused};
pub use error::{Closed, ExerciseError, NotGraded};
pub use grading::Grade;
pub use keeping::{Keeping, WARNING};
pub use machines::{Removal, in_use, is_running, is_unneeded};
pub use members::{MemberChange, Spare, UNTIL_END};
pub use passage::{Passage, Run, Stop, Why};
pub use points::{Adjustment, MAX_ADJUSTMENT, Regrade};
pub use reset::RESET_INTERVAL;
pub use schedule::{Hour, PATIENCE, Room, Scheduling, Span, Trouble};
pub use timeline::has_happened;
pub use trial::{Tester, Tried, next_event};
pub use view::{ExerciseView, Summary, TeamView};
pub use white_cell::Message;

pub use crate::store::exercises::{Exercise, ExerciseState, Schedule, Team};

use crate::{
    clock::Clock,
    environments::Environments,
    ids::ExerciseId,
    journal::{Journal, Signer},
    random::{self, Random},
    scenarios::{Draw, Scenario, Seed, VariantId},
    store::Database,
};

/// Answers, hints and reports count while exercise time runs.
const RUNNING: &[ExerciseState] = &[ExerciseState::Running];
/// Members are there once exercise time has begun.
const BEGUN: &[ExerciseState] = &[ExerciseState::Running, ExerciseState::Paused];
/// Environments exist and people talk to each other.
const OPEN: &[ExerciseState] = &[
    ExerciseState::Ready,
    ExerciseState::Running,
    ExerciseState::Paused,
];
/// There are points, also once it is over.
const SCORED: &[ExerciseState] = &[
    ExerciseState::Running,
    ExerciseState::Paused,
    ExerciseState::Finished,
];
/// Environments exist or are being made.
const PREPARED: &[ExerciseState] = &[
    ExerciseState::Preparing,
    ExerciseState::Ready,
    ExerciseState::Running,
    ExerciseState::Paused,
];

/// The exercises of this installation.
#[derive(Clone)]
pub struct Exercises {
    database: Database,
    clock: Arc<dyn Clock>,
    journal: Journal,
    signer: Arc<Signer>,
    environments: Environments,
    random: Arc<dyn Random>,
    views: view::Views,
    checks: checks::Checks,
    keeping: Keeping,
    scheduling: Scheduling,
}

/// Seeds that are drawn for one of a wanted variant before any is taken.
const MAX_DRAWS: usize = 1000;

/// The variant that is dealt out to a team; the first team's differs from exercise to exercise.
fn variant_of(scenario: &Scenario, exercise: ExerciseId, team: &Team) -> Option<VariantId> {
    let first = exercise.0.as_u128() % (scenario.variants.len().max(1) as u128);
    let place = usize::try_from(first).ok()? + usize::try_from(team.number).ok()?;
    let variants = scenario.variants.iter().cycle();
    variants
        .skip(place)
        .map(|variant| variant.id.clone())
        .next()
}

impl Exercises {
    /// Puts the module on what it stands on; nothing runs until a [`Conductor`] is started.
    #[must_use]
    pub fn new(
        database: Database,
        clock: Arc<dyn Clock>,
        journal: Journal,
        signer: Arc<Signer>,
        environments: Environments,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            database,
            clock,
            journal,
            signer,
            environments,
            random,
            views: view::Views::default(),
            checks: checks::Checks::default(),
            keeping: Keeping::default(),
            scheduling: Scheduling::default(),
        }
    }

    /// From which a new copy of a team's environment draws its secrets. Where the scenario has variants, they are dealt
    /// out to the teams in turn: neighbours have different ones, each is had by as many, and fresh machines keep theirs.
    fn seed_for(&self, scenario: &Scenario, exercise: &Exercise, team: &Team) -> Seed {
        let wanted = variant_of(scenario, exercise.id, team);
        let seeds = (0..MAX_DRAWS).map(|_| Seed(random::bytes(self.random.as_ref())));
        let mut fitting = seeds.skip_while(|seed| Draw::variant_of(scenario, seed) != wanted);
        let fit = fitting.next();
        fit.unwrap_or_else(|| Seed(random::bytes(self.random.as_ref())))
    }
}
