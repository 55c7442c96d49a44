//! Machines that were lost under the teams' hands: told in the journal, to all teams that use them, before anything is
//! judged of what stands in their place.

use std::collections::BTreeSet;

use super::super::{ExerciseError, ExerciseView, Exercises, PREPARED};
use crate::{
    ids::EnvironmentId,
    journal::{Actor, Draft as Row, Event},
    scenarios::NodeRole,
    store,
};

/// Writes down which machines were lost since it was last asked, and gives their environments: nothing is judged of these
/// before the journal is read again.
pub(super) async fn tell_losses(
    exercises: &Exercises,
    view: &ExerciseView,
) -> Result<BTreeSet<EnvironmentId>, ExerciseError> {
    let mut connection = exercises.database.connection().await?;
    let losses = store::environments::untold_losses(&mut connection, view.exercise.id).await?;
    drop(connection);
    for loss in &losses {
        let target = view
            .definition
            .scenario
            .nodes
            .iter()
            .any(|node| node.id.as_str() == loss.node && node.role == NodeRole::Target);
        let event = Event::MachineLost {
            incarnation: loss.incarnation,
            node: loss.node.clone(),
            repeats: target,
        };
        let (environment, incarnation, at) = (loss.environment, loss.incarnation, loss.at.0);
        let key = format!(
            "machine-lost:{environment}:{incarnation}:{}:{at}",
            loss.node
        );
        for team in view.players(loss.team) {
            let key = if team == loss.team {
                key.clone()
            } else {
                format!("{key}:{team}")
            };
            let row = Row::new(Actor::System, event.clone())
                .team(team)
                .once(key)
                .during(PREPARED);
            exercises.append_if_open(view.exercise.id, row).await?;
        }
        // After the rows: killed in between, it is told again under the same key.
        let mut connection = exercises.database.connection().await?;
        store::environments::tell_loss(&mut connection, loss).await?;
    }
    Ok(losses.iter().map(|loss| loss.environment).collect())
}
