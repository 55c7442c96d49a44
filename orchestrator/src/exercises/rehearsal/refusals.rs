//! Answers that must not count: nothing, something wrong, and what would be right for the other team.

use std::time::Duration;

use super::{RehearsalError, Run};
use crate::{
    exercises::ExerciseError,
    ids::PersonId,
    journal::Verdict,
    scenarios::{Answer, Task, Values, Way},
};

/// Exercise time between answers, so that the limit on guessing stays out of the way.
const PACE: Duration = Duration::from_secs(7);
/// Tries that a task with counted tries keeps for the solution.
const KEPT_TRIES: u32 = 1;

impl Run<'_> {
    /// Gives every task that is open, once, the answers that it must refuse.
    pub(super) async fn refuse(&mut self) -> Result<(), RehearsalError> {
        let definition = std::sync::Arc::clone(&self.rehearsal.definition);
        let view = self.view().await?;
        for task in &definition.scenario.tasks {
            let score = view.score(self.side(task.cell)?.team);
            let open = task.answer.is_given() && score.missing(task).is_empty();
            if !open || !self.refused.insert(task.id.clone()) {
                continue;
            }
            let mut refused = 0;
            for way in task.ways() {
                refused += self.refuse_at(task, &way).await?;
            }
            self.rehearsal.observer.refused(task.id.as_str(), refused);
        }
        Ok(())
    }

    /// The same for one part; says how many were refused.
    async fn refuse_at(&mut self, task: &Task, way: &Way<'_>) -> Result<usize, RehearsalError> {
        let person = self.side(task.cell)?.person;
        let (own, other) = self.values_by_side().await?;
        // What brings nothing may take any answer: it asks for an opinion.
        let mut wrong: Vec<(String, Verdict)> = guess(way, &own)
            .filter(|guess| task.most() > 0 || !solves(&own, way, guess))
            .map(|guess| (guess, Verdict::Wrong))
            .into_iter()
            .collect();
        wrong.extend(answers_of_the_other(way, &own, &other));
        let tries = way.answer.attempts().unwrap_or(u32::MAX);
        let room = usize::try_from(tries.saturating_sub(KEPT_TRIES)).unwrap_or(usize::MAX);
        let mut refused = usize::from(self.empty_is_refused(task, way).await?);
        for (answer, expected) in wrong.into_iter().take(room) {
            let verdict = self.give(person, task, way, &answer).await?;
            if verdict == expected {
                refused += 1;
            } else {
                self.find(
                    "rehearsal-not-refused",
                    [("task", way.flag.to_string()), ("answer", answer)],
                );
            }
        }
        Ok(refused)
    }

    async fn empty_is_refused(
        &mut self,
        task: &Task,
        way: &Way<'_>,
    ) -> Result<bool, RehearsalError> {
        let side = self.side(task.cell)?;
        let empty = self.rehearsal.exercises.submit_part(
            self.exercise,
            side.team,
            side.person,
            task.id.as_str(),
            way.part,
            "  ",
        );
        let refused = matches!(empty.await, Err(ExerciseError::Input { .. }));
        if !refused {
            self.find(
                "rehearsal-not-refused",
                [("task", way.flag.to_string()), ("answer", String::new())],
            );
        }
        Ok(refused)
    }

    /// The values of the own team's copies, and those of the other team's.
    pub(super) async fn values_by_side(
        &self,
    ) -> Result<(Vec<Values>, Vec<Values>), RehearsalError> {
        let exercises = &self.rehearsal.exercises;
        let view = self.view().await?;
        let own = exercises.values_of(&view, self.own.team).await?;
        let other = exercises.values_of(&view, self.other.team).await?;
        Ok((own, other))
    }

    pub(super) async fn give(
        &self,
        person: PersonId,
        task: &Task,
        way: &Way<'_>,
        answer: &str,
    ) -> Result<Verdict, RehearsalError> {
        self.rehearsal.clock.advance(PACE);
        let team = self.side(task.cell)?.team;
        let submitted = self
            .rehearsal
            .exercises
            .submit_part(
                self.exercise,
                team,
                person,
                task.id.as_str(),
                way.part,
                answer,
            )
            .await?;
        Ok(submitted.verdict)
    }
}

/// Something wrong, of the kind that the task asks for. Where everything that is tried is right, that is what is given:
/// the scenario is told so.
fn guess(way: &Way<'_>, own: &[Values]) -> Option<String> {
    let mut guesses = way.answer.guesses();
    let wrong = guesses.iter().position(|guess| !solves(own, way, guess));
    let chosen = wrong.unwrap_or(0);
    (chosen < guesses.len()).then(|| guesses.swap_remove(chosen))
}

/// What the other team would be right with; an answer that is the same for all teams proves nothing here.
fn answers_of_the_other(way: &Way<'_>, own: &[Values], other: &[Values]) -> Vec<(String, Verdict)> {
    let answers = other.iter().filter_map(|values| match way.answer {
        Answer::Flag => values
            .draw()
            .flag(&way.flag)
            .map(|flag| (flag.to_owned(), Verdict::Foreign)),
        Answer::Text(text) => {
            let mut accepted = text.accept.iter();
            let rendered = accepted.find_map(|accept| values.render(accept).ok());
            rendered.map(|answer| (answer, Verdict::Wrong))
        }
        Answer::Number(number) => {
            let rendered = values.render(&number.value).ok();
            rendered.map(|answer| (answer, Verdict::Wrong))
        }
        _ => None,
    });
    answers
        .filter(|(answer, _)| !solves(own, way, answer))
        .collect()
}

pub(super) fn solves(own: &[Values], way: &Way<'_>, answer: &str) -> bool {
    own.iter()
        .any(|values| values.solves(way, answer).unwrap_or(false))
}
