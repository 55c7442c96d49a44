//! What the white cell does while an exercise runs: messages, firing an event by hand, excusing a member.

use super::{
    ExerciseError, ExerciseState, Exercises, OPEN, RUNNING,
    answers::{long_enough, running},
    timeline,
};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, PersonId, TeamId},
    journal::{Actor, Channel, Draft as Row, Event, Pending, append_in},
    scenarios::Effect,
    store::{self, Connection},
};

/// A message by hand.
#[derive(Clone, Debug)]
pub struct Message {
    /// To this team, or to all.
    pub team: Option<TeamId>,
    /// How it arrives.
    pub channel: Channel,
    /// The words.
    pub words: String,
    /// The form that it comes from: the same form sent twice is one message.
    pub form: String,
}

impl Exercises {
    /// Writes to a team or to all.
    ///
    /// # Errors
    /// No words, no such team, or an exercise that is not open.
    pub async fn message(
        &self,
        id: ExerciseId,
        by: AccountId,
        message: Message,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        if !view.is_open() {
            return Err(ExerciseError::State(view.exercise.state));
        }
        long_enough(message.words.trim(), "message-missing")?;
        let teams: Vec<TeamId> = match message.team {
            Some(team) => vec![
                view.team(team)
                    .ok_or(ExerciseError::Missing("team"))?
                    .team
                    .id,
            ],
            None => view.teams.iter().map(|view| view.team.id).collect(),
        };
        let rows: Vec<Row> = teams
            .into_iter()
            .map(|team| {
                let text = Pending::new(message.words.trim(), None);
                let event = Event::MessageSent {
                    channel: message.channel,
                    text: text.reference(),
                };
                Row::new(Actor::Account(by), event)
                    .team(team)
                    .text(text)
                    .during(OPEN)
                    .once(format!("message:{}:{team}", message.form))
            })
            .collect();
        self.append_together(id, &rows).await
    }

    /// Lets an event of the timeline happen now, for one team or all.
    ///
    /// # Errors
    /// No such event or team, or an exercise that does not run.
    pub async fn fire(
        &self,
        id: ExerciseId,
        by: AccountId,
        event: &str,
        team: Option<TeamId>,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        running(&view, self.clock.now())?;
        let event = view.event(event).ok_or(ExerciseError::Missing("event"))?;
        let teams: Vec<TeamId> = view
            .teams
            .iter()
            .map(|view| &view.team)
            .filter(|known| team.is_none_or(|team| team == known.id))
            .filter(|known| event.concerns(known.cell))
            .filter(|known| team.is_some() || !view.scores.is_skipped(known.id, event.id.as_str()))
            .map(|known| known.id)
            .collect();
        if teams.is_empty() {
            return Err(ExerciseError::Missing("team"));
        }
        let rows: Vec<Row> = teams
            .into_iter()
            .filter_map(|team| {
                let (happens, key) = match event.effect {
                    Effect::Message(_) => timeline::delivery(team, event),
                    Effect::Action(_) => timeline::action(team, event, &view.score(team))?,
                };
                let row = Row::new(Actor::Account(by), happens).team(team).once(key);
                Some(row.during(RUNNING))
            })
            .collect();
        self.append_together(id, &rows).await
    }

    /// Decides whether a member must answer where every member of a team must; a second time the same changes nothing.
    ///
    /// # Errors
    /// No such member of the team, or an exercise that is not open.
    pub async fn excuse(
        &self,
        id: ExerciseId,
        by: AccountId,
        (team, person): (TeamId, PersonId),
        excused: bool,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        let of = view.team(team).ok_or(ExerciseError::Missing("team"))?;
        if !of.members.contains(&person) {
            return Err(ExerciseError::Missing("person"));
        }
        let score = view.score(team);
        if score.is_excused(person) == excused {
            return Ok(());
        }
        let last = score.excused.get(&person).map_or(0, |(row, _)| *row);
        let row = Row::new(Actor::Account(by), Event::MemberExcused { person, excused })
            .team(team)
            .during(OPEN)
            .once(format!("excused:{person}:{last}"));
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// Appends rows that stand or fall together; after the end the head is signed anew.
    pub(super) async fn append_together(
        &self,
        id: ExerciseId,
        rows: &[Row],
    ) -> Result<(), ExerciseError> {
        let now = self.clock.now();
        let transaction = self.database.begin().await?;
        self.append_with(transaction, id, now, rows).await
    }

    pub(super) async fn append_with(
        &self,
        mut transaction: Connection,
        id: ExerciseId,
        now: Timestamp,
        rows: &[Row],
    ) -> Result<(), ExerciseError> {
        append_in(&mut transaction, id, now, rows).await?;
        let exercise = store::exercises::find(&mut transaction, id).await?;
        if exercise.is_some_and(|exercise| exercise.state == ExerciseState::Finished) {
            self.sign(&mut transaction, id, now).await?;
        }
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(())
    }
}
