//! Follows the journals of finished exercises and records the completions that they give.
//!
//! The cursor moves in the transaction of the completions that it stands for: killed at any point, the follower does
//! the rest when it starts again, and does nothing twice. It reads only what is finished; a drill that runs costs it
//! one short question a commit.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tracing::{error, info};

use super::{CreditRule, Judged, LearningError, Outcome, judge};
use crate::{
    exercises::{ExerciseView, Exercises},
    ids::{CompletionId, ExerciseId, PersonId, TeamId},
    journal::{Entry, Journal},
    scenarios::Cell,
    store::{self, Database, learning::Completion},
    tasks::Tasks,
};

/// The name under which the cursor is kept.
pub const FOLLOWER: &str = "completions";
/// How long at most until a journal that nobody announced here is read: another orchestrator may have written it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Records completions.
#[derive(Clone)]
pub struct Follower {
    database: Database,
    exercises: Exercises,
}

impl Follower {
    /// Puts it on what it reads and where it writes.
    #[must_use]
    pub const fn new(database: Database, exercises: Exercises) -> Self {
        Self {
            database,
            exercises,
        }
    }

    /// Follows in the background until the program stops.
    pub fn start(self, journal: &Journal, tasks: &Tasks) {
        let mut changes = journal.subscribe();
        let stop = tasks.token();
        tasks.spawn(FOLLOWER, async move {
            loop {
                if let Err(failure) = self.catch_up().await {
                    error!(error = ?failure, "completions could not be recorded; trying again");
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    change = changes.recv() => match change {
                        Ok(_) | Err(RecvError::Lagged(_)) => while changes.try_recv().is_ok() {},
                        Err(RecvError::Closed) => return,
                    },
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                }
            }
        });
    }

    /// Records what every finished exercise gives that was not recorded yet; says how many completions were new.
    ///
    /// # Errors
    /// A database that refuses; an exercise that cannot be read is logged and left for the next time.
    pub async fn catch_up(&self) -> Result<usize, LearningError> {
        let behind = {
            let mut connection = self.database.connection().await?;
            store::learning::finished_behind(&mut connection, FOLLOWER).await?
        };
        let mut recorded = 0;
        for exercise in behind {
            match self.record(exercise).await {
                Ok(new) => recorded += new,
                // Tried again at the next look; what this version cannot read keeps nobody else from a credit.
                Err(failure) => {
                    error!(%exercise, error = ?failure, "completions of an exercise could not be recorded");
                }
            }
        }
        Ok(recorded)
    }

    /// Who of an exercise is credited with what, and who is not and why.
    ///
    /// # Errors
    /// An exercise that cannot be read.
    pub async fn judged(&self, exercise: ExerciseId) -> Result<Vec<Judged>, LearningError> {
        let view = self.exercises.view(exercise).await?;
        let entries = self.exercises.entries(exercise).await?;
        Ok(judge_view(&view, &entries))
    }

    async fn record(&self, exercise: ExerciseId) -> Result<usize, LearningError> {
        let view = self.exercises.view(exercise).await?;
        let entries = self.exercises.entries(exercise).await?;
        let read = entries.last().map_or(0, |entry| entry.sequence);
        let mut transaction = self.database.begin().await?;
        let mut recorded = 0;
        for judged in judge_view(&view, &entries) {
            let Outcome::Credited { sequence, at } = judged.outcome else {
                continue;
            };
            let completion = Completion {
                id: CompletionId::new(),
                province: view.exercise.province,
                person: judged.person,
                exercise,
                kind: judged.completion,
                points: judged.points,
                evidence_sequence: sequence,
                completed_at: at,
            };
            let new = store::learning::insert_completion(&mut transaction, &completion).await?;
            recorded += usize::from(new);
        }
        store::journal::move_cursor(&mut transaction, FOLLOWER, exercise, read).await?;
        transaction.commit().await?;
        info!(%exercise, recorded, "completions recorded");
        Ok(recorded)
    }
}

/// As [`judge`], for an exercise that was read already.
#[must_use]
pub fn judge_view(view: &ExerciseView, entries: &[Entry]) -> Vec<Judged> {
    let of_side = |cell| {
        let teams = view.teams.iter().filter(|team| team.team.cell == cell);
        let teams: Vec<(TeamId, Vec<PersonId>)> = teams
            .map(|team| (team.team.id, team.members.clone()))
            .collect();
        let credits = view.definition.scenario.credits.iter();
        let credits: Vec<CreditRule> = credits
            .filter(|credit| credit.cell == cell)
            .map(|credit| CreditRule {
                completion: credit.completion.clone(),
                points: i64::from(credit.points),
            })
            .collect();
        judge(&view.laid_out, &credits, &teams, entries)
    };
    Cell::ALL.into_iter().flat_map(of_side).collect()
}
