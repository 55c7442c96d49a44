//! Whose flag was handed in: drawn again from the seeds of every copy that a team has held.

use super::{ExerciseError, ExerciseView, Exercises};
use crate::{environments::seed_from, ids::TeamId, scenarios::Draw, scoring::Evidence, store};

impl Exercises {
    /// The teams whose flag of a task an answer is; nobody where the words were erased.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn whose_flag(
        &self,
        view: &ExerciseView,
        evidence: &Evidence,
        answer: &str,
    ) -> Result<Vec<TeamId>, ExerciseError> {
        let scenario = &view.definition.scenario;
        let task = scenario
            .tasks
            .iter()
            .find(|task| task.id.as_str() == evidence.task);
        let Some(task) = task.filter(|_| !answer.is_empty()) else {
            return Ok(Vec::new());
        };
        let mut connection = self.database.connection().await?;
        let copies =
            store::environments::seeds_of_exercise(&mut connection, view.exercise.id).await?;
        let mut whose = Vec::new();
        for (of, seed) in copies {
            let draw = Draw::new(scenario, &seed_from(&seed)?);
            let mut ways = task.ways().into_iter();
            if ways.any(|way| draw.is_flag(&way.flag, answer)) && !whose.contains(&of) {
                whose.push(of);
            }
        }
        Ok(whose)
    }
}
