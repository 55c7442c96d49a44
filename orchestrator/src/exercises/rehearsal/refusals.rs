//! Answers that must not count: nothing, something wrong, and what would be right for the other team.

use std::time::Duration;

use super::{RehearsalError, Run};
use crate::{
    exercises::ExerciseError,
    journal::Verdict,
    scenarios::{Answer, Task},
};

/// An answer that no scenario accepts: nobody would write it.
const WRONG: &str = "không phải câu trả lời 7f3a";
/// Exercise time between answers, so that the limit on guessing stays out of the way.
const PACE: Duration = Duration::from_secs(7);
/// Tries that a task with counted tries keeps for the solution.
const KEPT_TRIES: u32 = 1;

impl Run<'_> {
    /// Gives every task the answers that it must refuse.
    pub(super) async fn refuse(&mut self) -> Result<(), RehearsalError> {
        let definition = std::sync::Arc::clone(&self.rehearsal.definition);
        for task in &definition.scenario.tasks {
            let tries = match &task.answer {
                Answer::Flag => u32::MAX,
                Answer::Text(text) => text.attempts.unwrap_or(u32::MAX),
                Answer::Check(_) | Answer::Report(_) => continue,
            };
            let mut wrong = vec![(WRONG.to_owned(), Verdict::Wrong)];
            wrong.extend(self.answers_of_the_other(task).await?);
            let room = usize::try_from(tries.saturating_sub(KEPT_TRIES)).unwrap_or(usize::MAX);
            let mut refused = usize::from(self.empty_is_refused(task).await?);
            for (answer, expected) in wrong.into_iter().take(room) {
                let verdict = self.give(task, &answer).await?;
                if verdict == expected {
                    refused += 1;
                } else {
                    self.find(
                        "rehearsal-not-refused",
                        [("task", task.id.to_string()), ("answer", answer)],
                    );
                }
            }
            self.rehearsal.observer.refused(task.id.as_str(), refused);
        }
        Ok(())
    }

    async fn empty_is_refused(&mut self, task: &Task) -> Result<bool, RehearsalError> {
        let refused = matches!(
            self.rehearsal
                .exercises
                .submit(
                    self.exercise,
                    self.own.team,
                    self.own.person,
                    task.id.as_str(),
                    "  "
                )
                .await,
            Err(ExerciseError::Input { .. })
        );
        if !refused {
            self.find(
                "rehearsal-not-refused",
                [("task", task.id.to_string()), ("answer", String::new())],
            );
        }
        Ok(refused)
    }

    /// What the other team would be right with; an answer that is the same for all teams proves nothing here.
    async fn answers_of_the_other(
        &self,
        task: &Task,
    ) -> Result<Vec<(String, Verdict)>, RehearsalError> {
        let mut own = Vec::new();
        let mut other = Vec::new();
        for status in self.statuses().await? {
            let environments = &self.rehearsal.environments;
            let values = environments
                .values(status.id, &self.rehearsal.definition)
                .await;
            for values in values.map_err(ExerciseError::from)? {
                let into = if status.team == Some(self.other.team) {
                    &mut other
                } else {
                    &mut own
                };
                into.push(values);
            }
        }
        let mut answers = Vec::new();
        for values in &other {
            let candidates: Vec<(String, Verdict)> = match &task.answer {
                Answer::Flag => values
                    .draw()
                    .flag(&task.id)
                    .map(|flag| (flag.to_owned(), Verdict::Foreign))
                    .into_iter()
                    .collect(),
                Answer::Text(text) => {
                    let rendered = text
                        .accept
                        .iter()
                        .filter_map(|accept| values.render(accept).ok());
                    rendered
                        .take(1)
                        .map(|answer| (answer, Verdict::Wrong))
                        .collect()
                }
                Answer::Check(_) | Answer::Report(_) => Vec::new(),
            };
            let same = |answer: &str| {
                own.iter()
                    .any(|values| values.solves(task, answer).unwrap_or(false))
            };
            answers.extend(candidates.into_iter().filter(|(answer, _)| !same(answer)));
        }
        Ok(answers)
    }

    pub(super) async fn give(&self, task: &Task, answer: &str) -> Result<Verdict, RehearsalError> {
        self.rehearsal.clock.advance(PACE);
        let submitted = self
            .rehearsal
            .exercises
            .submit(
                self.exercise,
                self.own.team,
                self.own.person,
                task.id.as_str(),
                answer,
            )
            .await?;
        Ok(submitted.verdict)
    }
}
