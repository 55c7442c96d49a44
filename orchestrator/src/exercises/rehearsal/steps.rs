//! Taking the solution's steps: only through the terminals that a trainee has, as the user that the trainee is.

mod typing;
mod waiting;

use std::{collections::BTreeMap, time::Duration};

use super::{Outcome, RehearsalError, Run, Side, patiently};
use crate::{
    clock::Clock,
    exercises::{
        ExerciseError, ExerciseView, Grade,
        timeline::{comes, is_due},
    },
    ids::{PersonId, TeamId},
    scenarios::{self, Effect, Event, Jump, ReportStep, Step, Trigger, VariantId},
};

/// Lines of a step's output that are shown when it fails.
const SHOWN_LINES: usize = 12;

impl Run<'_> {
    pub(super) async fn solve(&mut self) -> Result<(), RehearsalError> {
        let definition = std::sync::Arc::clone(&self.rehearsal.definition);
        let variant = self.variant().await?;
        for step in &definition.solution.steps {
            if !step.is_of(variant.as_ref()) {
                continue;
            }
            let outcome = self.take(step).await?;
            self.rehearsal.observer.solved(&step.id, &outcome);
            if let Outcome::Failed(output) = outcome {
                self.find(
                    "rehearsal-step-failed",
                    [("step", step.id.clone()), ("output", output)],
                );
                // Later steps build on this one: going on would only bury the cause.
                break;
            }
        }
        self.respond_to_all().await
    }

    /// The variant of the machines that are used.
    async fn variant(&self) -> Result<Option<VariantId>, RehearsalError> {
        if self.rehearsal.definition.scenario.variants.is_empty() {
            return Ok(None);
        }
        let (copies, _) = self.values_by_side().await?;
        Ok(copies
            .last()
            .and_then(|values| values.draw().variant().cloned()))
    }

    async fn take(&mut self, step: &Step) -> Result<Outcome, RehearsalError> {
        // Every check has had its chance to be seen failing before this step mends anything.
        self.settle_checks().await?;
        // What the step before has opened is tried with wrong answers before this one gives the right one.
        self.refuse().await?;
        if let Some(failed) = self.use_machine(step).await? {
            return Ok(Outcome::Failed(failed));
        }
        if let Some(solves) = &step.solves {
            let answer = self.fill(&solves.answer)?;
            let definition = std::sync::Arc::clone(&self.rehearsal.definition);
            let task = definition
                .scenario
                .task(&solves.task)
                .ok_or(ExerciseError::Missing("task"))?;
            if !self.answer(task, solves.part.as_ref(), &answer).await? {
                return Ok(Outcome::Failed(format!("{}: {answer}", solves.task)));
            }
        }
        if let Some(report) = &step.report {
            self.file(report).await?;
        }
        if let Some(jump) = &step.jump {
            self.jump(jump).await?;
        }
        if let Some(wait) = &step.wait
            && let Some(failed) = self.wait(wait).await?
        {
            return Ok(Outcome::Failed(failed));
        }
        let failed = match &step.expect_check {
            Some(task) => self.expect(task).await?,
            None => None,
        };
        Ok(failed.map_or(Outcome::Done, Outcome::Failed))
    }

    /// Files a report and grades it.
    async fn file(&self, report: &ReportStep) -> Result<(), RehearsalError> {
        let fields = report
            .fields
            .iter()
            .map(|(name, text)| Ok((name.clone(), serde_json::Value::String(self.fill(text)?))))
            .collect::<Result<_, RehearsalError>>()?;
        let task = report.task.as_str();
        let (team, person) = self.side_of(task)?;
        let exercises = &self.rehearsal.exercises;
        exercises
            .file_report(self.exercise, team, person, task, &fields)
            .await?;
        let points: BTreeMap<String, i64> = report
            .grade
            .iter()
            .map(|(id, points)| (id.to_string(), i64::from(*points)))
            .collect();
        let filed = self.view().await?.score(team);
        let filed = filed.tasks.get(task).and_then(|it| it.report.as_ref());
        let grade = Grade {
            team,
            task: task.to_owned(),
            report: filed.map_or(0, |report| report.sequence),
            points,
            comment: String::new(),
        };
        exercises
            .grade(self.exercise, self.organiser, grade)
            .await?;
        Ok(())
    }

    /// Lets exercise time come to where a step says.
    async fn jump(&mut self, jump: &Jump) -> Result<(), RehearsalError> {
        match jump {
            Jump::To(time) => self.settle_events(*time).await,
            Jump::Event(event) => {
                let timeline = &self.rehearsal.definition.scenario.timeline;
                let known = timeline.iter().find(|known| known.id == *event);
                let at = known.and_then(|event| match event.trigger {
                    Trigger::At(at) => Some(at),
                    _ => None,
                });
                match at {
                    Some(at) => self.settle_events(at).await,
                    None => self.fire(event.as_str()).await,
                }
            }
        }
    }

    fn fill(&self, text: &str) -> Result<String, RehearsalError> {
        let filled = scenarios::fill_captures(text, &self.captures);
        Ok(filled.map_err(|_| ExerciseError::Missing("capture"))?)
    }

    /// Lets exercise time come to `until`, and waits until everything that is due by then has happened.
    pub(super) async fn settle_events(&mut self, until: Duration) -> Result<(), RehearsalError> {
        let view = self.view().await?;
        let clock = &self.rehearsal.clock;
        clock.advance(until.saturating_sub(view.exercise.elapsed_at(clock.now())));
        let wait = async {
            loop {
                let view = self.view().await?;
                let elapsed = view.exercise.elapsed_at(self.rehearsal.clock.now());
                let due = |side: &Side, event: &&Event| {
                    let (score, others) = (view.score(side.team), view.opponents(side.team));
                    is_due(event, &score, &others, elapsed)
                };
                Box::pin(self.approve(&view, elapsed)).await?;
                let settled = self.sides().all(|side| {
                    let mut own = view.timeline.iter();
                    let actions = view.score(side.team).actions;
                    !own.any(|event| comes(&view, side.team, event) && due(side, &event))
                        && actions.values().all(|action| action.code.is_some())
                });
                if settled {
                    return Ok(());
                }
                self.changed().await;
            }
        };
        Box::pin(patiently("the timeline", wait)).await?;
        let view = self.view().await?;
        for (event, action) in view.score(self.own.team).actions {
            if let Some(code) = action.code.filter(|code| *code != 0) {
                self.find(
                    "rehearsal-action-failed",
                    [("event", event), ("code", code.to_string())],
                );
            }
        }
        Ok(())
    }

    /// What waits for the white cell is let go once it is due, as the white cell would do.
    async fn approve(&self, view: &ExerciseView, elapsed: Duration) -> Result<(), RehearsalError> {
        for side in self.sides() {
            let (score, others) = (view.score(side.team), view.opponents(side.team));
            let held = view
                .timeline
                .iter()
                .filter(|event| event.concerns(view.cell(side.team)) && view.is_held(event));
            for event in held.filter(|event| is_due(event, &score, &others, elapsed)) {
                let (exercises, to) = (&self.rehearsal.exercises, Some(side.team));
                exercises
                    .fire(self.exercise, self.organiser, event.id.as_str(), to)
                    .await?;
            }
        }
        Ok(())
    }

    async fn fire(&mut self, event: &str) -> Result<(), RehearsalError> {
        self.rehearsal
            .exercises
            .fire(self.exercise, self.organiser, event, None)
            .await?;
        self.settle_events(Duration::ZERO).await
    }

    /// Waits until every check that may be evaluated by now has been.
    async fn settle_checks(&self) -> Result<(), RehearsalError> {
        let wait = async {
            loop {
                let view = self.view().await?;
                let open = view.definition.scenario.tasks.iter().any(|task| {
                    let Ok(side) = self.side(task.cell) else {
                        return false;
                    };
                    let score = view.score(side.team);
                    let scenarios::Answer::Check(check) = &task.answer else {
                        return false;
                    };
                    let early = check
                        .after
                        .as_ref()
                        .is_some_and(|it| !view.has_happened(side.team, it))
                        || !score.missing(task).is_empty();
                    !early
                        && score
                            .tasks
                            .get(task.id.as_str())
                            .is_none_or(|state| state.check.is_none())
                });
                if !open {
                    return Ok(());
                }
                self.changed().await;
            }
        };
        patiently("checks to be evaluated", wait).await
    }

    /// The team that solves a task, and one of its members.
    pub(super) fn side_of(&self, task: &str) -> Result<(TeamId, PersonId), RehearsalError> {
        let task = self.rehearsal.definition.scenario.task(&task.into());
        let side = self.side(task.ok_or(ExerciseError::Missing("task"))?.cell)?;
        Ok((side.team, side.person))
    }

    async fn respond_to_all(&self) -> Result<(), RehearsalError> {
        let view = self.view().await?;
        for side in self.sides() {
            self.respond(&view, side).await?;
        }
        Ok(())
    }

    /// Answers every inject that asks for an answer, so that conditional events are seen to arrive.
    async fn respond(
        &self,
        view: &ExerciseView,
        &Side { team, person, .. }: &Side,
    ) -> Result<(), RehearsalError> {
        let score = view.score(team);
        for event in score
            .responses
            .iter()
            .filter(|(_, state)| state.given.is_none())
            .map(|(event, _)| event)
        {
            let exercises = &self.rehearsal.exercises;
            exercises
                .respond(self.exercise, team, person, event, "Đã rõ, đội đang xử lý.")
                .await?;
        }
        for event in &view.definition.scenario.timeline {
            let happened =
                score.delivered.contains_key(event.id.as_str()) || !event.concerns(view.cell(team));
            if !happened
                && matches!(
                    (&event.trigger, &event.effect),
                    (Trigger::Solved(_), Effect::Message(_))
                )
            {
                tracing::warn!(event = %event.id, "a conditional message never came");
            }
        }
        Ok(())
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}
