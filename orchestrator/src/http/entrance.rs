//! Whether somebody may enter a node now: terminals and lab pages ask at the door and again every few seconds.
//!
//! The rule is one for both: the session is good, its account may enter this team's environment, the exercise is at a
//! point where this account has business there, and the environment is ready in the life that was meant.

use std::sync::Arc;

use crate::{
    accounts::{AccountError, Accounts, Action, Actor, Object, Role, authorise},
    browser::terminals::Place,
    environments::{Desired, Environments, EnvironmentsError, Phase, engine::NodeRef},
    exercises::ExerciseState,
    ids::{EnvironmentId, ExerciseId, TeamId},
    scenarios::{Definition, ScenarioNode},
    store::{self, Database, StoreError},
};

/// Decides who may enter.
#[derive(Clone)]
pub(super) struct Entrance {
    pub(super) db: Database,
    pub(super) accounts: Accounts,
    pub(super) environments: Environments,
}

/// A node that may be entered now.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    /// Which, in which life of its environment.
    pub(super) place: Place,
    /// The scenario, for what it says of the node.
    pub(super) definition: Arc<Definition>,
    /// Whether the actor is of the node's team.
    pub(super) member: bool,
}

/// Why a node may not be entered.
#[derive(Debug, thiserror::Error)]
pub(super) enum Closed {
    /// Not by this account, or there is no such node.
    #[error("not by this account")]
    Refused,
    /// Not before the exercise begins.
    #[error("the exercise has not begun")]
    NotBegun,
    /// Not after it.
    #[error("the exercise is over")]
    Over,
    /// The environment is being made.
    #[error("the environment is not ready")]
    NotReady,
    /// The environment stands still because nobody used it.
    #[error("the environment stands still")]
    Asleep(EnvironmentId),
    /// The accounts cannot be read.
    #[error("accounts")]
    Accounts(#[from] AccountError),
    /// The environments cannot be read.
    #[error("environments")]
    Environments(#[from] EnvironmentsError),
    /// The database.
    #[error("database")]
    Store(#[from] StoreError),
}

impl Entered {
    /// What the scenario says of the node.
    pub(super) fn node(&self) -> Option<&ScenarioNode> {
        self.definition.scenario.node(&self.place.node.node)
    }
}

impl Entrance {
    /// Whether the account behind a session may enter a node now.
    pub(super) async fn enter_by(
        &self,
        token_hash: &str,
        (exercise, team, node): (ExerciseId, TeamId, &str),
    ) -> Result<Entered, Closed> {
        let session = self.accounts.current(token_hash).await?;
        let actor = session.ok_or(Closed::Refused)?.actor;
        self.look(&actor, (exercise, team, node)).await
    }

    /// Lets an account enter a node now: one that stands still goes on for it.
    pub(super) async fn enter(
        &self,
        actor: &Actor,
        place: (ExerciseId, TeamId, &str),
    ) -> Result<Entered, Closed> {
        match self.look(actor, place).await {
            Err(Closed::Asleep(environment)) => {
                self.environments.rouse(environment).await?;
                match self.look(actor, place).await {
                    Err(Closed::Asleep(_)) => Err(Closed::NotReady),
                    looked => looked,
                }
            }
            looked => looked,
        }
    }

    /// Whether an account may enter a node now; nothing is changed by asking.
    async fn look(
        &self,
        actor: &Actor,
        (exercise, team, node): (ExerciseId, TeamId, &str),
    ) -> Result<Entered, Closed> {
        let mut connection = self.db.connection().await?;
        let found =
            store::accounts::exercise_ownership(&mut connection, exercise, actor.person).await?;
        let (province, own, trial) = found.ok_or(Closed::Refused)?;
        let member = own == Some(team);
        if trial && !member {
            return Err(Closed::Refused);
        }
        authorise(
            actor,
            Action::EnterEnvironment,
            &Object::Team { province, member },
        )
        .map_err(|_| Closed::Refused)?;
        let row = store::exercises::find(&mut connection, exercise).await?;
        let row = row.ok_or(Closed::Refused)?;
        match row.state {
            ExerciseState::Running | ExerciseState::Paused => {}
            ExerciseState::Finished => return Err(Closed::Over),
            ExerciseState::Preparing | ExerciseState::Ready
                if actor.roles.has(Role::Instructor) => {}
            _ => return Err(Closed::NotBegun),
        }
        let environments = store::environments::of_exercise(&mut connection, exercise).await?;
        let playing = store::exercises::team(&mut connection, exercise, team).await?;
        let playing = playing.ok_or(Closed::Refused)?;
        let environment = environments
            .into_iter()
            .find(|environment| environment.team == Some(playing.host()))
            .ok_or(Closed::Refused)?;
        let definitions = self.environments.definitions();
        let definition = definitions
            .get(&mut connection, &environment.bundle)
            .await?;
        let id = node.into();
        // The machines of the other side are in the same environment, and closed.
        let known = definition.scenario.node(&id);
        let known = known.filter(|node| node.cell == playing.cell);
        let user = known.ok_or(Closed::Refused)?.terminal.as_ref();
        match environment.phase {
            Phase::Ready if environment.desired != Desired::Gone => {}
            Phase::Suspended if environment.desired != Desired::Gone => {
                return Err(Closed::Asleep(environment.id));
            }
            _ => return Err(Closed::NotReady),
        }
        let place = Place {
            exercise,
            team,
            user: user
                .map(|terminal| terminal.user.clone())
                .unwrap_or_default(),
            node: NodeRef {
                environment: environment.id,
                node: id,
            },
            incarnation: environment.incarnation,
        };
        Ok(Entered {
            place,
            definition,
            member,
        })
    }
}
