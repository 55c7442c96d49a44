//! One exercise being conducted.

use std::{
    collections::{HashMap, HashSet},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{sync::Semaphore, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::super::{
    ExerciseError, ExerciseState, ExerciseView, Exercises, OPEN, PREPARED, RUNNING,
    checks::{self, Losses},
    timeline::{action, comes, delivery, is_due},
};
use super::{action::ActionRun, losses::tell_losses};
use crate::{
    environments::{EnvironmentStatus, Phase},
    ids::{EnvironmentId, ExerciseId, TeamId},
    journal::{Actor, CheckState, Draft as Row, Event, JournalError, Subject},
    scenarios::{Answer, Cell, Effect},
    scoring::TeamScore,
};

/// How often the clock is looked at: a timed event comes at most this late.
const TICK: Duration = Duration::from_millis(500);

type Work = Pin<Box<dyn Future<Output = Done> + Send>>;

/// Something that runs beside the worker's loop.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Job {
    Check(TeamId, Subject),
    Action(TeamId, String),
}

struct Done {
    job: Job,
    row: Option<Row>,
}

pub(super) struct Worker {
    exercises: Exercises,
    id: ExerciseId,
    limit: Arc<Semaphore>,
    at_work: HashSet<Job>,
    next: HashMap<(TeamId, Subject), Duration>,
    work: FuturesUnordered<Work>,
    /// Whether time was taken off the clock in which nobody conducted it.
    taken_up: bool,
    /// Whether a trial was begun; where that was refused, the one who tries begins it by hand.
    begun: bool,
}

impl Worker {
    pub(super) fn new(exercises: Exercises, id: ExerciseId) -> Self {
        Self {
            limit: exercises.checks.places(id),
            exercises,
            id,
            at_work: HashSet::new(),
            next: HashMap::new(),
            work: FuturesUnordered::new(),
            taken_up: false,
            begun: false,
        }
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut changes = self.exercises.subscribe(self.id);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
                _ = changes.changed() => {}
                Some(done) = self.work.next(), if !self.work.is_empty() => self.settle(done).await,
            }
            match self.step().await {
                Ok(true) => {}
                Ok(false) => return,
                // Tried again at the next tick: a database that is busy must not end an exercise.
                Err(failure) => {
                    error!(exercise = %self.id, error = ?failure, "the exercise could not be carried on");
                }
            }
        }
    }

    /// Does what is due; `false` when the exercise is over or another orchestrator conducts it.
    async fn step(&mut self) -> Result<bool, ExerciseError> {
        if !self.taken_up {
            self.exercises.take_up(self.id).await?;
            self.taken_up = true;
        }
        // Before the journal is read: what is due by now is due by what is known now, and an event that was left out or
        // answered a moment before its time does not come.
        let now = self.exercises.clock.now();
        let known = Arc::new(self.exercises.losses(self.id).await?);
        let view = self.exercises.view(self.id).await?;
        let state = view.exercise.state;
        let taken_over = view.exercise.owner != Some(self.exercises.environments.ownership().me());
        if taken_over || matches!(state, ExerciseState::Finished | ExerciseState::Draft) {
            return Ok(false);
        }
        let statuses = self.exercises.environments.of_exercise(self.id).await?;
        let lost = tell_losses(&self.exercises, &view).await?;
        watch_environments(&self.exercises, &view, &statuses).await?;
        self.exercises
            .note_breach(&view.exercise, &statuses)
            .await?;
        if state == ExerciseState::Ready && view.exercise.trial && !self.begun {
            self.begun = true;
            self.exercises
                .start(self.id, view.exercise.created_by)
                .await?;
            return Ok(true);
        }
        if state != ExerciseState::Running {
            self.exercises.keep(&view, &statuses).await?;
            return Ok(true);
        }
        self.exercises.note_conducted(&view.exercise).await?;
        let elapsed = view.exercise.elapsed_at(now);
        if elapsed >= view.exercise.duration {
            self.exercises.finish(self.id, Actor::System, true).await?;
            return Ok(true);
        }
        // A copy that was made anew between the two looks is seen whole at the next one: no action may fall on a copy
        // that the journal does not know yet.
        let same = self.exercises.row(self.id).await?.head_sequence == view.exercise.head_sequence;
        let mut rows = Vec::new();
        for team in view.teams.iter() {
            let (team, host) = (team.team.id, team.team.host());
            let score = view.score(team);
            let environment = ready_environment(&statuses, host);
            Self::deliver(
                &view,
                team,
                &score,
                elapsed,
                same && environment.is_some_and(|id| !lost.contains(&id)),
                &mut rows,
            );
            // What was on a lost machine is judged when the journal says that it was lost.
            if let Some(environment) = environment.filter(|id| !lost.contains(id)) {
                if same && host == team {
                    self.act(&view, team, &score, environment);
                }
                self.check(&view, &known, (team, environment), &score, elapsed);
            }
        }
        for row in rows {
            self.exercises
                .append_if_open(self.id, row.during(RUNNING))
                .await?;
        }
        Ok(true)
    }

    fn deliver(
        view: &ExerciseView,
        team: TeamId,
        score: &TeamScore,
        elapsed: Duration,
        ready: bool,
        rows: &mut Vec<Row>,
    ) {
        let others = view.opponents(team);
        let timeline = view.timeline.iter();
        for event in timeline
            .filter(|event| comes(view, team, event) && is_due(event, score, &others, elapsed))
        {
            let due = match (&event.effect, ready) {
                (Effect::Message(_), _) => Some(delivery(team, event)),
                (Effect::Action(_), true) => action(team, event, score),
                // An action waits for its machines: there is nothing yet to act on.
                (Effect::Action(_), false) => None,
            };
            let Some((happens, key)) = due else { continue };
            rows.push(Row::new(Actor::System, happens).team(team).once(key));
        }
    }

    /// Runs the first action that began and has not ended: on a copy that was made anew all that happened before are due
    /// at once, and each may build on the one before it.
    fn act(
        &mut self,
        view: &ExerciseView,
        team: TeamId,
        score: &TeamScore,
        environment: EnvironmentId,
    ) {
        if self
            .at_work
            .iter()
            .any(|job| matches!(job, Job::Action(of, _) if *of == team))
        {
            return;
        }
        let open = view.timeline.iter().find_map(|event| {
            let state = score.actions.get(event.id.as_str())?;
            match &event.effect {
                Effect::Action(action) if state.code.is_none() => Some((event, action, state)),
                _ => None,
            }
        });
        let Some((event, action, state)) = open else {
            return;
        };
        let job = Job::Action(team, event.id.to_string());
        self.at_work.insert(job.clone());
        let run = ActionRun {
            exercises: self.exercises.clone(),
            environment,
            resets: score.resets,
            action: action.clone(),
            team,
            event: event.id.to_string(),
            attempt: state.tries,
        };
        self.work.push(Box::pin(async move {
            let row = run.run().await;
            Done { job, row }
        }));
    }

    fn check(
        &mut self,
        view: &ExerciseView,
        known: &Arc<Losses>,
        (team, environment): (TeamId, EnvironmentId),
        score: &TeamScore,
        elapsed: Duration,
    ) {
        let scenario = &view.definition.scenario;
        let cell = view.cell(team);
        for task in scenario.tasks_of(cell) {
            let Answer::Check(check) = &task.answer else {
                continue;
            };
            let early = check
                .after
                .as_ref()
                .is_some_and(|event| !view.has_happened(team, event))
                || !score.missing(task).is_empty();
            let subject = Subject::Task(task.id.to_string());
            if early || !self.is_due(view, team, &subject, check.every, elapsed) {
                continue;
            }
            let before = score
                .tasks
                .get(task.id.as_str())
                .and_then(|state| state.check);
            let (exercises, definition, check) = (
                self.exercises.clone(),
                Arc::clone(&view.definition),
                check.clone(),
            );
            let place = (team, environment, Arc::clone(known));
            self.start_check(place, subject, before, async move {
                checks::run_state_check(&exercises.environments, &definition, environment, &check)
                    .await
            });
        }
        for service in scenario.services.iter().filter(|_| cell == Cell::Blue) {
            let subject = Subject::Service(service.id.to_string());
            if !self.is_due(view, team, &subject, service.every, elapsed) {
                continue;
            }
            let before = score
                .services
                .get(service.id.as_str())
                .and_then(crate::scoring::ServiceState::state);
            let (exercises, service) = (self.exercises.clone(), service.clone());
            let place = (team, environment, Arc::clone(known));
            self.start_check(place, subject, before, async move {
                checks::run_service_check(&exercises.environments, environment, &service).await
            });
        }
    }

    /// Whether a check is due; the teams' checks are spread over the interval, so that they never all come at once.
    fn is_due(
        &mut self,
        view: &ExerciseView,
        team: TeamId,
        subject: &Subject,
        every: Duration,
        elapsed: Duration,
    ) -> bool {
        let key = (team, subject.clone());
        let due = self.next.get(&key).is_none_or(|at| *at <= elapsed);
        if due && !self.at_work.contains(&Job::Check(team, subject.clone())) {
            let place = view
                .teams
                .iter()
                .position(|view| view.team.id == team)
                .unwrap_or_default();
            let spread = if self.next.contains_key(&key) {
                every
            } else {
                every * u32::try_from(place + 1).unwrap_or(1)
                    / u32::try_from(view.teams.len()).unwrap_or(1).max(1)
            };
            self.next.insert(key, elapsed + spread);
            return true;
        }
        false
    }

    fn start_check(
        &mut self,
        (team, environment, known): (TeamId, EnvironmentId, Arc<Losses>),
        subject: Subject,
        before: Option<CheckState>,
        check: impl Future<Output = checks::CheckOutcome> + Send + 'static,
    ) {
        let job = Job::Check(team, subject.clone());
        if !self.at_work.insert(job.clone()) {
            return;
        }
        let limit = Arc::clone(&self.limit);
        let exercises = self.exercises.clone();
        self.work.push(Box::pin(async move {
            let _permit = limit.acquire_owned().await;
            let checked = exercises.of_same_machines(&known, environment, check);
            let Some(outcome) = checked.await else {
                return Done { job, row: None };
            };
            if outcome.state == CheckState::Error {
                warn!(%team, ?subject, detail = %outcome.detail, "a check could not run");
            }
            let row = (before != Some(outcome.state)).then(|| {
                let event = Event::CheckChanged {
                    subject,
                    state: outcome.state,
                };
                Row::new(Actor::System, event).team(team)
            });
            Done { job, row }
        }));
    }

    async fn settle(&mut self, done: Done) {
        self.at_work.remove(&done.job);
        if let Some(row) = done.row
            && let Err(failure) = self
                .exercises
                .append_if_open(self.id, row.during(OPEN))
                .await
        {
            error!(exercise = %self.id, job = ?done.job, error = ?failure, "an outcome could not be written");
        }
    }
}

/// Writes down what became of the teams' environments; when all are ready, so is the exercise.
async fn watch_environments(
    exercises: &Exercises,
    view: &ExerciseView,
    statuses: &[EnvironmentStatus],
) -> Result<(), ExerciseError> {
    // Machines that were made for an hour stand still until it is near.
    let rests = view.exercise.schedule.is_some();
    let is_made = |status: &EnvironmentStatus| {
        status.phase == Phase::Ready || (rests && status.phase == Phase::Suspended)
    };
    for status in statuses {
        let Some(team) = status.team else { continue };
        let row = match (&status.phase, &status.failure) {
            _ if is_made(status) => Row::new(
                Actor::System,
                Event::EnvironmentReady {
                    incarnation: status.incarnation,
                },
            )
            .once(format!(
                "environment-ready:{}:{}",
                status.id, status.incarnation
            )),
            (Phase::Failed, Some(failure)) => {
                // Tries start over when somebody asks for another; how often that was tells its failures apart.
                let retries = view.scores.team(team).map_or(0, |score| score.retries);
                let key = format!(
                    "environment-failed:{}:{}:{}:{retries}",
                    status.id, status.incarnation, status.attempts
                );
                let event = Event::EnvironmentFailed {
                    stage: failure.stage.to_string(),
                    node: failure.node.as_ref().map(ToString::to_string),
                    reason: failure.message.clone(),
                };
                Row::new(Actor::System, event).once(key)
            }
            _ => continue,
        };
        // The key makes it one row; looking first spares the database a transaction at every tick.
        let key = row.key.clone().unwrap_or_default();
        if !exercises.views.knows(view.exercise.id, &key) {
            exercises
                .append_if_open(view.exercise.id, row.team(team).during(PREPARED))
                .await?;
            exercises.views.note(view.exercise.id, key);
        }
    }
    let all_ready = statuses.len() == view.hosts().count() && statuses.iter().all(is_made);
    if view.exercise.state == ExerciseState::Preparing && all_ready {
        exercises.set_ready(view.exercise.id).await?;
    }
    Ok(())
}

fn ready_environment(statuses: &[EnvironmentStatus], team: TeamId) -> Option<EnvironmentId> {
    statuses
        .iter()
        .find(|status| status.team == Some(team) && status.phase == Phase::Ready)
        .map(|status| status.id)
}

impl Exercises {
    /// Appends what began while the exercise was open, unless it is over by now.
    pub(in crate::exercises) async fn append_if_open(
        &self,
        id: ExerciseId,
        row: Row,
    ) -> Result<(), ExerciseError> {
        match self.journal.append(id, row).await {
            Ok(_) | Err(JournalError::State(_)) => Ok(()),
            Err(failure) => Err(failure.into()),
        }
    }
}
