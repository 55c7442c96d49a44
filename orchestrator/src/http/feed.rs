//! A team's share of the journal, kept in memory and carried on row by row: what the inbox, the drawer and the stream show.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Mutex as AsyncMutex;

use super::AppError;
use crate::{
    ids::{ExerciseId, TeamId},
    journal::Entry,
    recent::Recent,
    store::Database,
};

/// Exercises whose rows are kept; the one looked at longest ago is forgotten first.
const KEPT: usize = 32;

/// Rows by team.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// The last row read.
    pub(super) sequence: i64,
    /// Rows that concern a team, in order.
    teams: BTreeMap<TeamId, Vec<Entry>>,
    /// Rows that concern all.
    pub(super) common: Vec<Entry>,
}

impl Rows {
    /// Rows that concern a team.
    pub(super) fn team(&self, team: TeamId) -> &[Entry] {
        self.teams.get(&team).map_or(&[], Vec::as_slice)
    }

    /// The last row that concerns a team; 0 where there is none.
    pub(super) fn last(&self, team: TeamId) -> i64 {
        self.team(team).last().map_or(0, |entry| entry.sequence)
    }
}

type Kept = Arc<AsyncMutex<Arc<Rows>>>;

/// Rows by exercise.
#[derive(Debug)]
pub(super) struct Feeds(Mutex<Recent<ExerciseId, Kept>>);

impl Default for Feeds {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(KEPT)))
    }
}

impl Feeds {
    /// An exercise's rows up to now.
    pub(super) async fn rows(
        &self,
        db: &Database,
        exercise: ExerciseId,
    ) -> Result<Arc<Rows>, AppError> {
        let kept = self.kept(exercise);
        let mut rows = kept.lock().await;
        let mut connection = db.connection().await?;
        let fresh = Entry::read(&mut connection, exercise, rows.sequence).await?;
        if !fresh.is_empty() {
            let rows = Arc::make_mut(&mut rows);
            for entry in fresh {
                rows.sequence = entry.sequence;
                match entry.team {
                    Some(team) => rows.teams.entry(team).or_default().push(entry),
                    None => rows.common.push(entry),
                }
            }
        }
        Ok(Arc::clone(&rows))
    }

    fn kept(&self, exercise: ExerciseId) -> Kept {
        let mut feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(feeds.entry(exercise))
    }
}
