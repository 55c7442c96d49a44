//! Fresh machines for a team.
//!
//! Whoever uses the machines loses what was on them, so the journal tells it to every team that does; only those whose
//! machines nobody else uses may take fresh ones without the white cell.

use std::time::Duration;

use super::{ExerciseError, Exercises, PREPARED, RUNNING};
use crate::{
    clock::Timestamp,
    environments::Desired,
    ids::{ExerciseId, TeamId},
    journal::{Actor, Appended, Draft as Row, Event, append_in},
    store,
};

/// How long the members of a team wait before they may take fresh machines again: each time all that anybody did on the old
/// ones is gone.
pub const RESET_INTERVAL: Duration = Duration::from_mins(10);

impl Exercises {
    /// Gives a team a fresh environment: one that stands ready where there is one. Flags of those before stay valid. A
    /// member may ask for it while exercise time runs, once in [`RESET_INTERVAL`].
    ///
    /// # Errors
    /// No such team, an exercise that is over, or a member who asks too often.
    pub async fn reset_team(
        &self,
        id: ExerciseId,
        team: TeamId,
        actor: Actor,
    ) -> Result<(), ExerciseError> {
        let member = matches!(actor, Actor::Person(_));
        let last = self.view(id).await?.score(team).asked_fresh;
        let recently = |at: Timestamp| self.clock.now() < at + RESET_INTERVAL;
        if member && last.is_some_and(|(_, at)| recently(at)) {
            return Err(too_often());
        }
        let mut transaction = self.database.begin().await?;
        // In this order everywhere: the exercise, then its environments.
        store::journal::lock_head(&mut transaction, id).await?;
        let exercise = store::exercises::find(&mut transaction, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        let has = store::environments::of_exercise(&mut transaction, id)
            .await?
            .into_iter()
            .find(|row| row.team == Some(team))
            .ok_or(ExerciseError::Missing("environment"))?;
        let teams = store::exercises::teams(&mut transaction, id).await?;
        let attackers = teams.iter().filter(|other| other.against == Some(team));
        if member && attackers.clone().next().is_some() {
            return Err(ExerciseError::input("team-reset-attacked"));
        }
        let current = (has.desired != Desired::Gone).then_some(has.id);
        let (incarnation, ready) = self
            .fresh_copy(&mut transaction, &exercise, team, current)
            .await?;
        let now = self.clock.now();
        let row = |of| Row::new(actor, Event::EnvironmentReset { incarnation }).team(of);
        let rows: Vec<Row> = if member {
            // Another tab that asks at the same moment asks after the same row.
            let once = format!("reset:{team}:{}", last.map_or(0, |(row, _)| row));
            vec![row(team).during(RUNNING).once(once)]
        } else {
            // Whoever attacks these machines has lost as much on them.
            let all = std::iter::once(team).chain(attackers.map(|other| other.id));
            all.map(|of| row(of).during(PREPARED)).collect()
        };
        let appended = append_in(&mut transaction, id, now, &rows).await?;
        if matches!(appended[..], [Appended::Before(_), ..]) {
            return Err(too_often());
        }
        // Fresh machines are kept as long as fresh ones are.
        self.set_expiry(&mut transaction, &exercise, now).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        self.environments.wake_all();
        self.environments.wake(has.id);
        if let Some(ready) = ready {
            self.environments.bring_to_life(ready).await;
        }
        Ok(())
    }
}

fn too_often() -> ExerciseError {
    let minutes = RESET_INTERVAL.as_secs() / 60;
    ExerciseError::input_with("team-reset-too-often", "minutes", &minutes)
}
