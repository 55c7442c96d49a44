//! A rehearsal: a scenario proves itself on a real engine, by the same code that holds a drill.
//!
//! Two teams get environments of their own, and where the scenario has variants it is held once for each. Empty, wrong and the other team's answers are refused first; every check is
//! seen failing before it passes; the solution uses only the terminals that a trainee has and knows only what its own
//! steps print; exercise time jumps to the next event instead of waiting; and at the end nothing is left over.

mod drill;
mod ground;
mod held;
mod members;
mod refusals;
mod report;
mod steps;
mod verdict;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::sync::watch;

use super::{
    Draft, DraftTeam, ExerciseError, ExerciseState, ExerciseView, Exercises, TeamView, variant_of,
};
use crate::{
    clock::{Clock, TestClock, Timestamp},
    environments::{EnvironmentStatus, Environments, Phase},
    ids::{AccountId, ExerciseId, PersonId, ProvinceId, TeamId},
    journal::Actor,
    scenarios::{Cell, Definition, Message, TaskId, VariantId},
    store::{self, Database, accounts::AccountRow, organisation::Province, staff::Person},
};

pub use drill::why;
pub use ground::{Engines, Grounds, pass_time};
pub use held::{Begun, FEWEST_TEAMS, Held, Rehearsals, Standing, Wish};
pub use verdict::{Memory, Reason, Report, Terminals};

pub use report::{Finding, Observer, Outcome, Stage};

/// How long environments may take to be ready or gone, and events or checks to come about, before a rehearsal gives up
/// and says what it waited for. Generous: it bounds a rehearsal that will never end, it judges nothing.
const PATIENCE: Duration = Duration::from_mins(4);

/// Why a rehearsal could not be held at all.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// Something below refused.
    #[error("exercise")]
    Exercise(#[from] ExerciseError),
    /// An environment could not be made.
    #[error("environment: {0:?}")]
    Environment(Box<crate::environments::Failure>),
    /// What was waited for never came.
    #[error("waited in vain for {0}")]
    Patience(String),
    /// The database refuses.
    #[error("database")]
    Store(#[from] store::StoreError),
    /// The folder of a rehearsal cannot be used.
    #[error("folder")]
    Folder(#[from] std::io::Error),
}

/// What a rehearsal stands on: services of its own, over a database of its own.
pub struct Rehearsal {
    /// The exercises.
    pub exercises: Exercises,
    /// The environments.
    pub environments: Environments,
    /// The database.
    pub database: Database,
    /// The clock that jumps.
    pub clock: Arc<TestClock>,
    /// The scenario.
    pub definition: Arc<Definition>,
    /// Why it may be held although nothing proves that the labs are isolated.
    pub not_isolated: Option<String>,
    /// How many teams, two at least: the second's answers must be refused to the first.
    pub teams: usize,
    /// Whether terminals are opened and typed in at all teams' machines.
    pub terminals: bool,
    /// Told of everything as it happens.
    pub observer: Arc<dyn Observer>,
}

/// One team of a rehearsal.
#[derive(Clone, Debug)]
struct Side {
    team: TeamId,
    /// Who answers, where one answer is enough.
    person: PersonId,
    /// Everybody; more than one where every member must answer.
    members: Vec<PersonId>,
}

/// A rehearsal under way.
struct Run<'a> {
    rehearsal: &'a Rehearsal,
    exercise: ExerciseId,
    organiser: AccountId,
    own: Side,
    attackers: Option<Side>,
    other: Side,
    changes: watch::Receiver<u64>,
    captures: BTreeMap<String, String>,
    refused: BTreeSet<TaskId>,
    findings: Vec<Finding>,
}

impl Rehearsal {
    /// Holds it and says what was found; no finding means that the scenario holds.
    ///
    /// # Errors
    /// A rehearsal that could not be held at all. Its environments are taken away in any case.
    pub async fn hold(&self) -> Result<Vec<Finding>, RehearsalError> {
        let variants = &self.definition.scenario.variants;
        if variants.is_empty() {
            return Box::pin(self.hold_one(None)).await;
        }
        let mut findings = Vec::new();
        for variant in variants {
            self.observer.variant(&variant.title);
            findings.extend(Box::pin(self.hold_one(Some(&variant.id))).await?);
        }
        Ok(findings)
    }

    async fn hold_one(&self, variant: Option<&VariantId>) -> Result<Vec<Finding>, RehearsalError> {
        let mut run = self.lay_out(variant).await?;
        let outcome = run.hold().await;
        // Whatever happened, the machines go.
        let finished = self
            .exercises
            .finish(run.exercise, Actor::System, false)
            .await;
        self.observer.stage(Stage::Removing);
        let left = run.wait_until_gone().await;
        outcome?;
        finished?;
        left?;
        Ok(run.findings)
    }

    /// How many environments it has: one for each variant at least, so that every one can be solved.
    fn environments(&self) -> usize {
        self.teams.max(self.definition.scenario.variants.len())
    }

    /// Lays out the teams; `variant` is the one that the solving team gets, any where none is asked for.
    async fn lay_out(&self, variant: Option<&VariantId>) -> Result<Run<'_>, RehearsalError> {
        let scenario = &self.definition.scenario;
        let province = ProvinceId::new();
        let organiser = AccountId::new();
        let teams = self.environments();
        let each = members::in_a_team(scenario);
        let cells = Cell::ALL.into_iter().filter(|cell| scenario.plays(*cell));
        let people: Vec<(Cell, PersonId, String)> = cells
            .flat_map(|cell| std::iter::repeat_n(cell, teams * each))
            .zip(1..)
            .map(|(cell, number): (Cell, usize)| (cell, PersonId::new(), number.to_string()))
            .collect();
        let mut transaction = self.database.begin().await?;
        let row = Province {
            id: province,
            code: province.to_string(),
            name: "rehearsal".to_owned(),
        };
        store::organisation::insert_province(&mut transaction, &row).await?;
        store::accounts::insert(
            &mut transaction,
            &organiser_row(organiser, province, self.clock.now()),
        )
        .await?;
        for (_, id, name) in &people {
            let person = Person {
                id: *id,
                province,
                name: name.clone(),
                name_folded: name.clone(),
                email: None,
                erased_at: None,
            };
            store::staff::insert_person(&mut transaction, &person).await?;
        }
        transaction.commit().await?;
        let teams = (1..)
            .zip(people.chunks(each))
            .map(|(number, members)| DraftTeam {
                name: format!("{number}"),
                unit: None,
                members: members.iter().map(|(_, person, _)| *person).collect(),
                cell: members.first().map(|(cell, ..)| *cell).unwrap_or_default(),
            });
        let draft = Draft {
            province,
            title: self.definition.scenario.id.to_string(),
            duration: None,
            teams: teams.collect(),
            created_by: organiser,
            launch_key: ExerciseId::new().to_string(),
            trial: false,
        };
        let exercise = self
            .exercises
            .create(draft, &self.definition)
            .await?
            .exercise;
        let view = self.exercises.view(exercise).await?;
        let side = |view: &TeamView| {
            let (team, person) = (view.team.id, *view.members.first()?);
            let members = view.members.clone();
            Some(Side {
                team,
                person,
                members,
            })
        };
        let gets = |view: &&TeamView| {
            let dealt = variant_of(scenario, exercise, &view.team);
            variant.is_none() || dealt.as_ref() == variant
        };
        let defending = || view.teams.iter().filter(|it| it.team.against.is_none());
        let own = defending().find(gets).and_then(side);
        let own = own.ok_or(ExerciseError::Missing("team"))?;
        let mut attacking = view.teams.iter();
        let attackers = attacking.find(|it| it.team.against == Some(own.team));
        let other = defending().find(|it| it.team.id != own.team);
        Ok(Run {
            rehearsal: self,
            exercise,
            organiser,
            own,
            attackers: attackers.and_then(side),
            other: other.and_then(side).ok_or(ExerciseError::Missing("team"))?,
            changes: self.exercises.subscribe(exercise),
            captures: BTreeMap::new(),
            refused: BTreeSet::new(),
            findings: Vec::new(),
        })
    }
}

impl Run<'_> {
    async fn hold(&mut self) -> Result<(), RehearsalError> {
        let rehearsal = self.rehearsal;
        rehearsal.observer.stage(Stage::Preparing);
        if let Some(reason) = &rehearsal.not_isolated {
            let exercises = &rehearsal.exercises;
            exercises
                .override_isolation(self.exercise, self.organiser, reason)
                .await?;
        }
        rehearsal
            .exercises
            .prepare(self.exercise, self.organiser)
            .await?;
        self.wait_until_ready().await?;
        rehearsal
            .exercises
            .start(self.exercise, self.organiser)
            .await?;
        Box::pin(self.solve_it()).await
    }

    /// Once exercise time has begun: what must be refused, the solution, and what is left unsolved.
    async fn solve_it(&mut self) -> Result<(), RehearsalError> {
        let rehearsal = self.rehearsal;
        let view = self.view().await?;
        for side in self.sides() {
            for person in &side.members {
                let present = rehearsal.exercises.present(&view, side.team, *person);
                present.await?;
            }
        }
        self.settle_events(Duration::ZERO).await?;
        rehearsal.observer.stage(Stage::Refusing);
        self.refuse().await?;
        rehearsal.observer.stage(Stage::Solving);
        self.solve().await?;
        self.judge().await
    }

    /// After the solution: everything solved, every check seen failing first, the credits within reach.
    async fn judge(&mut self) -> Result<(), RehearsalError> {
        let view = self.view().await?;
        let entries = self.rehearsal.exercises.entries(self.exercise).await?;
        for task in &view.definition.scenario.tasks {
            let team = self.side(task.cell)?.team;
            let score = view.score(team);
            let state = score
                .tasks
                .get(task.id.as_str())
                .cloned()
                .unwrap_or_default();
            let before = report::failed_first(&entries, team, task);
            let after = state.solved.is_some();
            let observer = &self.rehearsal.observer;
            observer.judged(task.id.as_str(), before, after);
            if !after {
                self.find("rehearsal-unsolved", [("task", task.id.to_string())]);
            } else if !before {
                self.find("rehearsal-passed-before", [("task", task.id.to_string())]);
            }
        }
        let score = view.score(self.own.team);
        for service in &view.definition.scenario.services {
            let state = score
                .services
                .get(service.id.as_str())
                .and_then(crate::scoring::ServiceState::state);
            if state != Some(crate::journal::CheckState::Passing) {
                self.find(
                    "rehearsal-service-down",
                    [("service", service.id.to_string())],
                );
            }
        }
        for credit in &view.definition.scenario.credits {
            let score = view.score(self.side(credit.cell)?.team);
            let points = members::honest_points(&score);
            if i64::from(credit.points) <= points {
                continue;
            }
            self.find(
                "rehearsal-credit-out-of-reach",
                [
                    ("completion", credit.completion.clone()),
                    ("points", points.to_string()),
                ],
            );
        }
        Ok(())
    }

    fn find<const N: usize>(
        &mut self,
        message: &'static str,
        arguments: [(&'static str, String); N],
    ) {
        let message = arguments
            .into_iter()
            .fold(Message::new(message), |message, (name, value)| {
                message.with(name, &value)
            });
        let finding = Finding { message };
        self.rehearsal.observer.finding(&finding);
        self.findings.push(finding);
    }

    /// Those who solve the tasks of a side.
    fn side(&self, cell: Cell) -> Result<&Side, RehearsalError> {
        let side = match cell {
            Cell::Blue => Some(&self.own),
            Cell::Red => self.attackers.as_ref(),
        };
        Ok(side.ok_or(ExerciseError::Missing("team"))?)
    }

    /// Everybody who solves.
    fn sides(&self) -> impl Iterator<Item = &Side> {
        [Some(&self.own), self.attackers.as_ref()]
            .into_iter()
            .flatten()
    }

    async fn view(&self) -> Result<ExerciseView, RehearsalError> {
        Ok(self.rehearsal.exercises.view(self.exercise).await?)
    }

    async fn statuses(&self) -> Result<Vec<EnvironmentStatus>, RehearsalError> {
        let statuses = self.rehearsal.environments.of_exercise(self.exercise).await;
        Ok(statuses.map_err(ExerciseError::from)?)
    }

    async fn wait_until_ready(&mut self) -> Result<(), RehearsalError> {
        let wait = async {
            loop {
                for status in self.statuses().await? {
                    if let (Phase::Failed, Some(failure)) = (status.phase, status.failure) {
                        return Err(RehearsalError::Environment(Box::new(failure)));
                    }
                    if let Some(step) = status.step {
                        self.rehearsal.observer.step(&step);
                    }
                }
                if self.view().await?.exercise.state == ExerciseState::Ready {
                    return Ok(());
                }
                self.changed().await;
            }
        };
        patiently("environments to be ready", wait).await
    }

    async fn wait_until_gone(&self) -> Result<(), RehearsalError> {
        let wait = async {
            loop {
                if self
                    .statuses()
                    .await?
                    .iter()
                    .all(|status| status.phase == Phase::Gone)
                {
                    break;
                }
                self.changed().await;
            }
            let left = self.rehearsal.environments.engine().observe().await;
            let ids: Vec<_> = self
                .statuses()
                .await?
                .into_iter()
                .map(|status| status.id)
                .collect();
            let left = left.map_err(|error| {
                RehearsalError::Exercise(ExerciseError::Environments(error.into()))
            })?;
            match left.iter().find(|found| ids.contains(&found.environment)) {
                Some(found) => Err(RehearsalError::Patience(format!(
                    "{} to be gone",
                    found.environment
                ))),
                None => Ok(()),
            }
        };
        patiently("environments to be gone", wait).await
    }

    /// Something changed, or it is time to look again.
    async fn changed(&self) {
        let mut changes = self.changes.clone();
        changes.mark_unchanged();
        let _ = tokio::time::timeout(Duration::from_millis(300), changes.changed()).await;
    }
}

async fn patiently<T>(
    what: &str,
    work: impl Future<Output = Result<T, RehearsalError>>,
) -> Result<T, RehearsalError> {
    patiently_for(PATIENCE, what, work).await
}

async fn patiently_for<T>(
    patience: Duration,
    what: &str,
    work: impl Future<Output = Result<T, RehearsalError>>,
) -> Result<T, RehearsalError> {
    tokio::time::timeout(patience, work)
        .await
        .unwrap_or_else(|_| Err(RehearsalError::Patience(what.to_owned())))
}

fn organiser_row(id: AccountId, province: ProvinceId, now: Timestamp) -> AccountRow {
    AccountRow {
        id,
        province,
        province_name: String::new(),
        person: None,
        person_name: None,
        // Each variant is rehearsed by an organiser of its own, in one database.
        username: format!("rehearsal-{id}"),
        password_hash: String::new(),
        locale: "vi".to_owned(),
        created_at: now,
        disabled_at: None,
    }
}
