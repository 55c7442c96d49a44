//! What a team decides: once and for all, whoever of it comes first.

use super::{
    Closed, ExerciseError, Exercises, RUNNING,
    answers::{find_task, running, unlocked},
};
use crate::{
    ids::{ExerciseId, PersonId, TeamId},
    journal::{Actor, Appended, Draft as Row, Event},
};

impl Exercises {
    /// Decides a task; the same again changes nothing.
    ///
    /// # Errors
    /// An exercise that does not run, a task that is locked or asks for no decision, an option that is not offered, or
    /// a team that has decided otherwise.
    pub async fn decide(
        &self,
        id: ExerciseId,
        (team, person): (TeamId, PersonId),
        task: &str,
        option: &str,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        running(&view, self.clock.now())?;
        let rule = find_task(&view, team, task)?;
        let decision = rule.decision().ok_or(ExerciseError::Missing("decision"))?;
        let score = view.score(team);
        unlocked(&score, rule)?;
        if decision.option(option).is_none() {
            return Err(ExerciseError::input("answer-not-an-option"));
        }
        let event = Event::Decided {
            task: task.to_owned(),
            option: option.to_owned(),
        };
        let row = Row::new(Actor::Person(person), event)
            .team(team)
            .during(RUNNING)
            .once(format!("decision:{team}:{task}"));
        if let Appended::New(_) = self.journal.append(id, row).await? {
            return Ok(());
        }
        let stands = self.view(id).await?.score(team);
        let stands = stands.tasks.get(task).and_then(|it| it.decided.as_deref());
        if stands == Some(option) {
            Ok(())
        } else {
            Err(ExerciseError::Closed(Closed::Decided))
        }
    }
}
