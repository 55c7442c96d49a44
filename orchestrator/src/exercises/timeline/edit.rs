//! What the white cell does to the timeline of one exercise: set an event or a new one, let it wait, leave it out.
//!
//! The scenario stays as it is. What reached a team stands: an event that has happened anywhere is not set anew, since
//! those who got it must find what they got.

use super::effective::{Words, planned};
use crate::{
    exercises::{ExerciseError, ExerciseState, ExerciseView, Exercises},
    ids::{AccountId, ExerciseId, TeamId},
    journal::{self, Actor, Draft as Row, Entry, Pending, append_in},
    scenarios::{Effect, Event, EventId, Inject, LocalText, Trigger, is_name},
    store,
};

/// The most that answering a message in time brings.
const MAX_POINTS: u32 = 100_000;
/// Most events of one exercise.
const MAX_EVENTS: usize = 500;
/// Most letters of one text.
const MAX_LETTERS: usize = 20_000;

/// Planned before the exercise begins and while it lasts, never after.
const PLANNABLE: &[ExerciseState] = &[
    ExerciseState::Draft,
    ExerciseState::Preparing,
    ExerciseState::Ready,
    ExerciseState::Running,
    ExerciseState::Paused,
];

impl Exercises {
    /// Sets events of the timeline for this exercise, known ones and new ones, all or none. `seen` is the journal's row
    /// up to which who sets them had read.
    ///
    /// # Errors
    /// An event that does not fit, that has happened, or that somebody else set since; an exercise that is over.
    pub async fn plan_events(
        &self,
        id: ExerciseId,
        by: AccountId,
        events: &[Event],
        seen: i64,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let mut next = view.clone();
        let timeline = std::sync::Arc::make_mut(&mut next.timeline);
        for event in events {
            match timeline.iter_mut().find(|known| known.id == event.id) {
                Some(known) => known.clone_from(event),
                None => timeline.push(event.clone()),
            }
        }
        if next.timeline.len() > MAX_EVENTS {
            return Err(ExerciseError::input_with(
                "event-too-many",
                "limit",
                &MAX_EVENTS,
            ));
        }
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            fits(&next, event)?;
            self.can_be_filled(&view, event).await?;
            let words = serde_json::to_string(&Words::of(event));
            let words = words.map_err(|error| ExerciseError::Journal(error.into()))?;
            let words = Pending::new(&words, None);
            let happens = journal::Event::EventPlanned {
                event: event.id.to_string(),
                plan: planned(event),
                words: words.reference(),
            };
            let row = Row::new(Actor::Account(by), happens);
            rows.push(row.text(words).during(PLANNABLE));
        }
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        store::journal::lock_head(&mut transaction, id).await?;
        // Looked at again under the lock: it may have happened, or been set by somebody else, while it was edited.
        let since = Entry::read(&mut transaction, id, view.scores.sequence).await?;
        for event in events {
            let name = event.id.as_str();
            let came = since.iter().any(|entry| happened(&entry.event, name));
            if came || has_happened(&view, name) {
                return Err(ExerciseError::input_with("event-happened", "event", &name));
            }
            let before = view.scores.planned.iter().find(|it| it.id == event.id);
            let meanwhile = before.is_some_and(|it| it.sequence > seen);
            if meanwhile || since.iter().any(|entry| was_set(&entry.event, name)) {
                return Err(ExerciseError::input_with("event-changed", "event", &name));
            }
        }
        append_in(&mut transaction, id, now, &rows).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }

    /// Lets an event wait for the white cell although its time comes, or lets it come by itself again.
    ///
    /// # Errors
    /// No such event, or an exercise that is over.
    pub async fn hold_event(
        &self,
        id: ExerciseId,
        by: AccountId,
        event: &str,
        held: bool,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let event = view.event(event).ok_or(ExerciseError::Missing("event"))?;
        if view.is_held(event) == held {
            return Ok(());
        }
        let happens = journal::Event::EventHeld {
            event: event.id.to_string(),
            held,
        };
        let row = Row::new(Actor::Account(by), happens).during(PLANNABLE);
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// Leaves an event out, for a team or for all, or takes that back.
    ///
    /// # Errors
    /// No such event or team, or an exercise that is over.
    pub async fn skip_event(
        &self,
        id: ExerciseId,
        by: AccountId,
        (event, team): (&str, Option<TeamId>),
        skipped: bool,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let event = view.event(event).ok_or(ExerciseError::Missing("event"))?;
        let happens = journal::Event::EventSkipped {
            event: event.id.to_string(),
            skipped,
        };
        let row = Row::new(Actor::Account(by), happens).during(PLANNABLE);
        let row = match team {
            Some(team) if view.team(team).is_none() => return Err(ExerciseError::Missing("team")),
            Some(team) if view.scores.is_skipped(team, event.id.as_str()) == skipped => {
                return Ok(());
            }
            Some(team) => row.team(team),
            None => {
                let all = view.teams.iter().map(|team| team.team.id);
                let mut all = all.map(|team| view.scores.is_skipped(team, event.id.as_str()));
                if all.all(|it| it == skipped) {
                    return Ok(());
                }
                row
            }
        };
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// A message's words can be filled in with what each team's machines have.
    async fn can_be_filled(&self, view: &ExerciseView, event: &Event) -> Result<(), ExerciseError> {
        let Effect::Message(message) = &event.effect else {
            return Ok(());
        };
        let texts = [&message.text.vi, &message.text.en];
        if !texts.iter().any(|text| text.contains("{{")) {
            return Ok(());
        }
        // Before machines were asked for nothing is drawn yet; the scenario's own words were checked with it.
        let known = view.definition.scenario.timeline.iter();
        let mut known = known.filter_map(|it| match &it.effect {
            Effect::Message(message) => Some(&message.text),
            Effect::Action(_) => None,
        });
        let same = |text: &&LocalText| {
            (text.vi.trim(), text.en.trim()) == (message.text.vi.trim(), message.text.en.trim())
        };
        if known.any(|text| same(&text)) {
            return Ok(());
        }
        if view.exercise.state == ExerciseState::Draft && !view.definition.is_bare() {
            return Err(ExerciseError::input("event-values-later"));
        }
        for team in view.teams.iter() {
            let values = self.values_of(view, team.team.host()).await?;
            let Some(values) = values.last() else {
                continue;
            };
            for text in texts {
                if let Err(failure) = values.render(text) {
                    return Err(ExerciseError::input_with(
                        "event-template",
                        "reason",
                        &failure,
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether a row says that an event reached a team, or began on its machines.
fn happened(row: &journal::Event, id: &str) -> bool {
    matches!(
        row,
        journal::Event::InjectDelivered { event } | journal::Event::ActionStarted { event } if event == id
    )
}

fn was_set(row: &journal::Event, id: &str) -> bool {
    matches!(row, journal::Event::EventPlanned { event, .. } if event == id)
}

/// Whether an event has reached any team.
#[must_use]
pub fn has_happened(view: &ExerciseView, event: &str) -> bool {
    let mut teams = view.scores.teams.values();
    teams.any(|score| score.came.contains(event))
}

/// Whether an event fits the exercise and its other events.
fn fits(view: &ExerciseView, event: &Event) -> Result<(), ExerciseError> {
    let scenario = &view.definition.scenario;
    let id = event.id.as_str();
    if !is_name(&id.to_lowercase()) {
        return Err(ExerciseError::input_with("event-name", "name", &id));
    }
    let missing = |what: &str| Err(ExerciseError::input_with("event-refers", "name", &what));
    let answerable = |of: &EventId| {
        view.event(of.as_str())
            .is_some_and(|it| it.respond.is_some() && it.id != event.id)
    };
    match &event.trigger {
        // At its end an exercise is over, and nothing comes any more.
        Trigger::At(at) if *at >= view.exercise.duration => {
            return Err(ExerciseError::input("event-after-end"));
        }
        Trigger::Solved(task) if scenario.task(task).is_none() => return missing(task.as_str()),
        Trigger::Decided { task, option } => {
            let decision = scenario.task(task).and_then(|task| task.decision());
            if decision.and_then(|it| it.option(option.as_str())).is_none() {
                return missing(&format!("{task}: {option}"));
            }
        }
        Trigger::CheckFailed(service) => {
            if !scenario.services.iter().any(|it| it.id == *service) {
                return missing(service.as_str());
            }
        }
        Trigger::Responded(of) | Trigger::Unanswered(of) if !answerable(of) => {
            return Err(ExerciseError::input_with("event-unanswerable", "name", &of));
        }
        Trigger::At(_)
        | Trigger::Solved(_)
        | Trigger::Responded(_)
        | Trigger::Unanswered(_)
        | Trigger::Manual => {}
    }
    match &event.effect {
        Effect::Message(message) => says(message)?,
        Effect::Action(action) => {
            if scenario.node(&action.node).is_none() {
                return missing(action.node.as_str());
            }
            if action.run.iter().all(|word| word.trim().is_empty()) {
                return Err(ExerciseError::input("event-command-missing"));
            }
            if event.respond.is_some() {
                return Err(ExerciseError::input("event-respond-action"));
            }
        }
    }
    if let Some(respond) = &event.respond {
        if respond.due.is_zero() || respond.due > view.exercise.duration {
            return Err(ExerciseError::input("event-due"));
        }
        if respond.points > MAX_POINTS {
            return Err(ExerciseError::input_with(
                "event-points",
                "limit",
                &MAX_POINTS,
            ));
        }
    }
    let texts = [&event.title, &event.expected, &event.notes];
    texts.into_iter().flatten().try_for_each(short_enough)
}

fn says(message: &Inject) -> Result<(), ExerciseError> {
    if message.from.vi.trim().is_empty() {
        return Err(ExerciseError::input("event-from-missing"));
    }
    if message.text.vi.trim().is_empty() {
        return Err(ExerciseError::input("event-text-missing"));
    }
    let subject = message.subject.iter();
    let mut texts = subject.chain([&message.from, &message.text]);
    texts.try_for_each(short_enough)
}

fn short_enough(text: &LocalText) -> Result<(), ExerciseError> {
    let long = [&text.vi, &text.en]
        .into_iter()
        .any(|it| it.chars().count() > MAX_LETTERS);
    if long {
        return Err(ExerciseError::input_with(
            "event-text-long",
            "limit",
            &MAX_LETTERS,
        ));
    }
    Ok(())
}
