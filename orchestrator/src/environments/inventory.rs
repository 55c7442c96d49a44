//! Desired beside actual: every environment as the database wants it and as the engine has it, and what the engine has
//! that the database knows nothing of.
//!
//! Only a look: it writes nothing. What the engine holds is read from the labels of what exists, so a line says what is
//! there, not what somebody last believed.

use std::{
    collections::{HashMap, HashSet},
    sync::PoisonError,
};

use serde::Serialize;

use super::{
    Desired, EngineError, Environments, EnvironmentsError, Failure, Phase, Purpose, Stage,
    engine::{Incarnation, NodeState, ObservedEnvironment},
};
use crate::{
    clock::Timestamp,
    ids::{EnvironmentId, ExerciseId, ProvinceId, TeamId},
    scenarios::LocalText,
    store::{self, environments::Line as Row, exercises::ExerciseState},
};

/// What shall be and what is.
#[derive(Clone, Debug, Serialize)]
pub struct Inventory {
    /// When it was looked at.
    pub at: Timestamp,
    /// Why the engine could not be looked at, where it could not.
    pub engine_error: Option<String>,
    /// What of ours exists on the engine; absent where it could not be looked at.
    pub total: Option<Total>,
    /// Environments that the database knows, those of one exercise together.
    pub lines: Vec<Line>,
    /// What is ours by its labels and shall not exist.
    pub orphans: Vec<Orphan>,
}

/// How much of ours exists on the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Environments of which anything exists.
    pub environments: usize,
    /// Machines.
    pub nodes: usize,
    /// Networks.
    pub networks: usize,
}

/// An environment that the database knows.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Which.
    pub id: EnvironmentId,
    /// The province that it belongs to.
    pub province: ProvinceId,
    /// What it is for.
    pub purpose: Purpose,
    /// Its scenario; empty where the kept bundle cannot be read.
    pub scenario: LocalText,
    /// Its exercise.
    pub exercise: Option<LineExercise>,
    /// Its team.
    pub team: Option<LineTeam>,
    /// Whether its team has been given a later one.
    pub replaced: bool,
    /// Which copy.
    pub incarnation: Incarnation,
    /// What shall become of it.
    pub desired: Desired,
    /// How far the reconciler has come.
    pub phase: Phase,
    /// The stage within that.
    pub stage: Option<Stage>,
    /// Since when it is so.
    pub since: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Tries since it was last ready.
    pub attempts: i64,
    /// Not to be tried before this.
    pub next_attempt_at: Option<Timestamp>,
    /// Why it is not further.
    pub failure: Option<Failure>,
    /// What of it exists on the engine; absent where nothing does, or where the engine could not be looked at.
    pub actual: Option<Actual>,
}

/// The exercise of an environment.
#[derive(Clone, Debug, Serialize)]
pub struct LineExercise {
    /// Which.
    pub id: ExerciseId,
    /// Its title.
    pub title: String,
    /// How far it is.
    pub state: ExerciseState,
}

/// The team of an environment.
#[derive(Clone, Debug, Serialize)]
pub struct LineTeam {
    /// Which.
    pub id: TeamId,
    /// Its number in the exercise.
    pub number: i64,
    /// Its name.
    pub name: String,
}

/// What of an environment exists on the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Actual {
    /// Machines that run.
    pub running: usize,
    /// Machines that stand still.
    pub paused: usize,
    /// Machines that are made and not started.
    pub created: usize,
    /// Machines that ended.
    pub ended: usize,
    /// Networks.
    pub networks: usize,
    /// The lives to which these belong: more than one while a copy replaces another.
    pub lives: Vec<Incarnation>,
}

impl Actual {
    /// All machines.
    #[must_use]
    pub const fn nodes(&self) -> usize {
        self.running + self.paused + self.created + self.ended
    }

    fn of(found: &ObservedEnvironment) -> Self {
        let count =
            |of: fn(NodeState) -> bool| found.nodes.iter().filter(|node| of(node.state)).count();
        let mut lives: Vec<Incarnation> = found.nodes.iter().map(|node| node.incarnation).collect();
        lives.extend(found.networks.iter().map(|(_, of)| *of));
        lives.sort_unstable();
        lives.dedup();
        Self {
            running: count(|state| state == NodeState::Running),
            paused: count(|state| state == NodeState::Paused),
            created: count(|state| state == NodeState::Created),
            ended: count(|state| matches!(state, NodeState::Exited(_))),
            networks: found.networks.len(),
            lives,
        }
    }
}

/// Something on the engine that is ours by its labels and shall not exist. The reconciler removes it at its next listing.
#[derive(Clone, Debug, Serialize)]
pub struct Orphan {
    /// The environment that its labels name.
    pub id: EnvironmentId,
    /// What exists.
    pub actual: Actual,
    /// What the reconciler has met with it, where it has.
    pub leftover: Option<Leftover>,
}

/// A leftover as the reconciler of this process has met it.
#[derive(Clone, Debug, Serialize)]
pub struct Leftover {
    /// When it was first seen.
    pub seen_at: Timestamp,
    /// How often its removal was tried.
    pub tries: u32,
    /// Why the last try failed; absent while it is at work.
    pub error: Option<String>,
}

impl Environments {
    /// What shall be and what is, now. An engine that is away leaves what shall be.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn inventory(&self) -> Result<Inventory, EnvironmentsError> {
        // The engine first: what is asked for meanwhile is then known, and never taken for a leftover.
        let observed = self.0.engine.observe().await;
        let mut connection = self.0.database.connection().await?;
        let rows = store::environments::inventory(&mut connection).await?;
        let (found, engine_error) = match observed {
            Ok(found) => (Some(found), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let on_engine: HashMap<EnvironmentId, &ObservedEnvironment> = found
            .iter()
            .flatten()
            .map(|found| (found.environment, found))
            .collect();
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let title = self
                .0
                .definitions
                .title(&mut connection, &row.environment.bundle);
            let scenario = title.await.unwrap_or_default();
            let found = on_engine.get(&row.environment.id).copied();
            lines.push(line(row, scenario, found));
        }
        let known: HashSet<EnvironmentId> = lines.iter().map(|line| line.id).collect();
        let orphans = found
            .iter()
            .flatten()
            .filter(|found| !known.contains(&found.environment))
            .map(|found| Orphan {
                id: found.environment,
                actual: Actual::of(found),
                leftover: self.leftover(found.environment),
            })
            .collect();
        Ok(Inventory {
            at: self.0.clock.now(),
            engine_error,
            total: found.as_deref().map(total),
            lines,
            orphans,
        })
    }

    /// How much of ours exists on the engine, as the engine says.
    ///
    /// # Errors
    /// An engine that is away.
    pub async fn measure(&self) -> Result<Total, EngineError> {
        Ok(total(&self.0.engine.observe().await?))
    }

    /// Removes at once what the database does not know; gives whether there was such a thing.
    ///
    /// # Errors
    /// A database that refuses, or an engine that is away or keeps something.
    pub async fn remove_orphan(&self, id: EnvironmentId) -> Result<bool, EnvironmentsError> {
        let lock = self.lock(id);
        let _held = lock.lock().await;
        let found = self.0.engine.observe_one(id).await?;
        let mut connection = self.0.database.connection().await?;
        let known = store::environments::find(&mut connection, id).await?;
        drop(connection);
        if found.is_none() || known.is_some_and(|row| row.phase != Phase::Gone) {
            return Ok(false);
        }
        let removed = self.0.engine.destroy(id).await;
        self.note_leftover(id, Some(&removed));
        Ok(removed.map(|()| true)?)
    }

    /// The province of an environment that the database knows.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn province_of(
        &self,
        id: EnvironmentId,
    ) -> Result<Option<ProvinceId>, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        Ok(store::environments::province_of(&mut connection, id).await?)
    }

    fn leftover(&self, id: EnvironmentId) -> Option<Leftover> {
        let leftovers = self.0.leftovers.lock();
        leftovers
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    /// Remembers that something was found that shall not exist, and then what became of the try to remove it.
    pub(super) fn note_leftover(
        &self,
        id: EnvironmentId,
        removed: Option<&Result<(), EngineError>>,
    ) {
        let mut leftovers = self
            .0
            .leftovers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match removed {
            Some(Ok(())) => {
                leftovers.remove(&id);
            }
            Some(Err(error)) => {
                if let Some(leftover) = leftovers.get_mut(&id) {
                    leftover.error = Some(error.to_string());
                }
            }
            None => {
                let leftover = leftovers.entry(id).or_insert_with(|| Leftover {
                    seen_at: self.0.clock.now(),
                    tries: 0,
                    error: None,
                });
                leftover.tries += 1;
            }
        }
    }
}

fn total(found: &[ObservedEnvironment]) -> Total {
    Total {
        environments: found.len(),
        nodes: found.iter().map(|it| it.nodes.len()).sum(),
        networks: found.iter().map(|it| it.networks.len()).sum(),
    }
}

fn line(row: Row, scenario: LocalText, found: Option<&ObservedEnvironment>) -> Line {
    let environment = row.environment;
    let exercise = environment.exercise.zip(row.exercise);
    let team = environment.team.zip(row.team);
    Line {
        id: environment.id,
        province: row.province,
        purpose: environment.purpose,
        scenario,
        exercise: exercise.map(|(id, (title, state))| LineExercise { id, title, state }),
        team: team.map(|(id, (number, name))| LineTeam { id, number, name }),
        replaced: row.replaced,
        incarnation: environment.incarnation,
        desired: environment.desired,
        phase: environment.phase,
        stage: environment.stage.parse().ok(),
        since: row.updated_at,
        asked_at: environment.bound_at,
        attempts: environment.attempts,
        next_attempt_at: environment.next_attempt_at,
        failure: environment
            .reason
            .as_deref()
            .and_then(|json| serde_json::from_str(json).ok()),
        actual: found.map(Actual::of),
    }
}
