//! What a team does: answers, hints, reports, responses, a call for help, and being there.
//!
//! Every effect has a key in the journal, so a double click or two tabs make it happen once. Guessing is bounded by
//! what the journal shows, which a restart does not forget.

use std::time::Duration;

use super::{BEGUN, Closed, ExerciseError, ExerciseState, ExerciseView, Exercises, OPEN, RUNNING};
use crate::{
    clock::Timestamp,
    environments::seed_from,
    ids::{ExerciseId, PersonId, TeamId},
    journal::{
        Actor, Appended, Draft as Row, Event, JournalError, Pending, TextReference, Verdict,
    },
    scenarios::{Answer, Draw, Task, Unfit, Way},
    scoring::{Progress, TeamScore},
    store,
};

/// Answers that a team may give in a minute: enough for any honest team, too few for guessing.
pub const SUBMISSIONS_PER_MINUTE: usize = 10;
/// Time between two calls for help of a team.
pub const HELP_INTERVAL: Duration = Duration::from_secs(30);
/// Letters of an answer: longer ones are no answers.
const MAX_ANSWER: usize = 500;
/// Letters of a response or a report's field.
const MAX_TEXT: usize = 20_000;
/// Races for the same place in the row of answers that one request runs before it gives up.
const RACES: usize = 20;

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether that was known before: the task was solved, or the team's last answer was the same.
    pub before: bool,
    /// Tries that are left, where they are counted.
    pub left: Option<u32>,
    /// Whether the task is solved, rather than a part of it or by one of those who must.
    pub solved: bool,
    /// How much of it is done.
    pub progress: Progress,
}

impl Exercises {
    /// Judges an answer to a task without parts, as [`Self::submit_part`] does.
    ///
    /// # Errors
    /// As [`Self::submit_part`].
    pub async fn submit(
        &self,
        id: ExerciseId,
        team: TeamId,
        person: PersonId,
        task: &str,
        answer: &str,
    ) -> Result<Submitted, ExerciseError> {
        self.submit_part(id, team, person, task, "", answer).await
    }

    /// Judges an answer that is typed or chosen, to a part of a task or, where that is empty, to the whole. What is kept
    /// of it is what [`Answer::given`] makes of it.
    ///
    /// # Errors
    /// An exercise that does not run, a task that is locked or takes no answer, no such part, something that is no
    /// answer to it at all, too many answers, no tries left.
    pub async fn submit_part(
        &self,
        id: ExerciseId,
        team: TeamId,
        person: PersonId,
        task: &str,
        part: &str,
        answer: &str,
    ) -> Result<Submitted, ExerciseError> {
        let answer = answer.trim();
        if answer.is_empty() {
            return Err(ExerciseError::input("answer-missing"));
        }
        if answer.chars().count() > MAX_ANSWER {
            return Err(ExerciseError::input_with(
                "answer-too-long",
                "limit",
                &MAX_ANSWER,
            ));
        }
        for _ in 0..RACES {
            let view = self.view(id).await?;
            running(&view, self.clock.now())?;
            let rule = find_task(&view, team, task)?;
            let way = rule.way(part).filter(|way| way.answer.is_given());
            let way = way.ok_or(ExerciseError::Missing("answer"))?;
            let score = view.score(team);
            unlocked(&score, rule)?;
            let answer = way.answer.given(answer).map_err(unfit)?;
            let answer = answer.as_str();
            let points = view
                .rules
                .task(task)
                .ok_or(ExerciseError::Missing("task"))?;
            let who = points.ways.who(person);
            let state = score.tasks.get(task).cloned().unwrap_or_default();
            let tries = state.tries(part, who);
            let limit = way.answer.attempts();
            let told = |verdict, before, score: &TeamScore| {
                let state = score.tasks.get(task);
                let used = state.map_or(0, |state| state.tries(part, who).attempts);
                Submitted {
                    verdict,
                    before,
                    left: limit.map(|limit| limit.saturating_sub(used)),
                    solved: state.is_some_and(|state| state.solved.is_some()),
                    progress: score.progress(points, Some(person)),
                }
            };
            if state.solved.is_some() || tries.right || score.is_done(points, who) {
                return Ok(told(Verdict::Correct, true, &score));
            }
            if let Some((last, verdict)) = &tries.last
                && self.is_same(last, answer).await?
            {
                // The same words again, as a double click sends them, are one answer.
                return Ok(told(*verdict, true, &score));
            }
            if limit.is_some_and(|limit| tries.attempts >= limit) {
                return Err(ExerciseError::Closed(Closed::NoTriesLeft));
            }
            self.guessing_bounded(&score, who)?;
            let verdict = self.judge(&view, team, &way, answer).await?;
            let text = Pending::new(answer, Some(person));
            let event = Event::Submission {
                task: task.to_owned(),
                part: Some(part.to_owned()).filter(|part| !part.is_empty()),
                verdict,
                answer: text.reference(),
            };
            let place = key(task, part, who);
            let row = Row::new(Actor::Person(person), event)
                .team(team)
                .text(text)
                .during(RUNNING)
                .once(format!("answer:{team}:{place}:{}", tries.attempts + 1));
            if let Appended::New(_) = self.journal.append(id, row).await? {
                let after = self.view(id).await?.score(team);
                return Ok(told(verdict, false, &after));
            }
            // Another tab took this place: look again at what it did.
        }
        Err(ExerciseError::TooFast(Duration::from_secs(1)))
    }

    /// Whether `words` are what stands under `kept`.
    async fn is_same(&self, kept: &TextReference, words: &str) -> Result<bool, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let known = store::journal::text(&mut connection, kept.id).await?;
        Ok(known.as_deref() == Some(words))
    }

    /// Buys the next hint of a task; the same hint again costs nothing.
    ///
    /// # Errors
    /// An exercise that does not run, a task that is locked, or no such hint.
    pub async fn take_hint(
        &self,
        id: ExerciseId,
        team: TeamId,
        person: PersonId,
        task: &str,
        hint: u32,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        running(&view, self.clock.now())?;
        let rule = find_task(&view, team, task)?;
        let score = view.score(team);
        unlocked(&score, rule)?;
        let taken = score.tasks.get(task).map_or(0, |state| state.hints.len());
        let index = usize::try_from(hint).unwrap_or(usize::MAX);
        let Some(offer) = rule.hints.get(index).filter(|_| index <= taken) else {
            return Err(ExerciseError::Missing("hint"));
        };
        let event = Event::HintTaken {
            task: task.to_owned(),
            hint,
            cost: i64::from(offer.cost),
        };
        let row = Row::new(Actor::Person(person), event)
            .team(team)
            .during(RUNNING)
            .once(format!("hint:{team}:{task}:{hint}"));
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// Files a report (its fields as JSON); a later one replaces it, the same again changes nothing.
    ///
    /// # Errors
    /// An exercise that does not run, or a task that is locked or asks for no report.
    pub async fn file_report(
        &self,
        id: ExerciseId,
        team: TeamId,
        person: PersonId,
        task: &str,
        fields: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), ExerciseError> {
        let content =
            serde_json::to_string(fields).map_err(|_| ExerciseError::input("report-unreadable"))?;
        long_enough(&content, "report-missing")?;
        for _ in 0..RACES {
            let view = self.view(id).await?;
            running(&view, self.clock.now())?;
            let rule = find_task(&view, team, task)?;
            if !matches!(rule.answer, Answer::Report(_)) {
                return Err(ExerciseError::Missing("report"));
            }
            let score = view.score(team);
            unlocked(&score, rule)?;
            let before = score.tasks.get(task).and_then(|it| it.report.as_ref());
            if let Some(before) = before {
                // The same words again are no new report, and take no grade back.
                if self.is_same(&before.text, &content).await? {
                    return Ok(());
                }
            }
            let text = Pending::new(&content, Some(person));
            let event = Event::ReportFiled {
                task: task.to_owned(),
                text: text.reference(),
            };
            let version = before.map_or(0, |before| before.sequence);
            let row = Row::new(Actor::Person(person), event)
                .team(team)
                .text(text)
                .during(RUNNING)
                .once(format!("report:{team}:{task}:{version}"));
            if let Appended::New(_) = self.journal.append(id, row).await? {
                return Ok(());
            }
            // Somebody of the team filed one in the meantime: this one replaces that.
        }
        Err(ExerciseError::TooFast(Duration::from_secs(1)))
    }

    /// Answers an inject; the first answer counts.
    ///
    /// # Errors
    /// An exercise that does not run, or an inject that did not arrive.
    pub async fn respond(
        &self,
        id: ExerciseId,
        team: TeamId,
        person: PersonId,
        event: &str,
        words: &str,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        running(&view, self.clock.now())?;
        long_enough(words.trim(), "response-missing")?;
        if !view.score(team).responses.contains_key(event) {
            return Err(ExerciseError::Missing("inject"));
        }
        let text = Pending::new(words.trim(), Some(person));
        let row = Row::new(
            Actor::Person(person),
            Event::ResponseGiven {
                event: event.to_owned(),
                text: text.reference(),
            },
        )
        .team(team)
        .text(text)
        .during(RUNNING)
        .once(format!("response:{team}:{event}"));
        self.journal.append(id, row).await?;
        Ok(())
    }

    /// Calls the white cell.
    ///
    /// # Errors
    /// A call shortly before, or an exercise that is over.
    pub async fn call_help(
        &self,
        id: ExerciseId,
        team: TeamId,
        person: PersonId,
        words: &str,
    ) -> Result<(), ExerciseError> {
        let view = self.view(id).await?;
        if !view.is_open() {
            return Err(ExerciseError::State(view.exercise.state));
        }
        long_enough(words.trim(), "help-missing")?;
        let slot = self.clock.now().0 / crate::clock::micros(HELP_INTERVAL);
        let text = Pending::new(words.trim(), Some(person));
        let row = Row::new(
            Actor::Person(person),
            Event::HelpCalled {
                text: text.reference(),
            },
        )
        .team(team)
        .text(text)
        .during(OPEN)
        .once(format!("help:{team}:{slot}"));
        match self.journal.append(id, row).await? {
            Appended::New(_) => Ok(()),
            Appended::Before(_) => Err(ExerciseError::TooFast(HELP_INTERVAL)),
        }
    }

    /// Notes that a member is at the team's workspace, once exercise time has begun.
    ///
    /// # Errors
    /// A journal that cannot be written.
    pub async fn present(
        &self,
        view: &ExerciseView,
        team: TeamId,
        person: PersonId,
    ) -> Result<(), ExerciseError> {
        let known = view
            .scores
            .team(team)
            .is_some_and(|score| score.present.contains(&person));
        if known
            || !BEGUN.contains(&view.exercise.state)
            || !view
                .team(team)
                .is_some_and(|view| view.members.contains(&person))
        {
            return Ok(());
        }
        let row = Row::new(Actor::Person(person), Event::Present { person })
            .team(team)
            .during(BEGUN)
            // Somebody who moves to another team is there anew.
            .once(format!("present:{person}:{team}"));
        match self.journal.append(view.exercise.id, row).await {
            // Over since it was looked at: nobody can be there any more.
            Ok(_) | Err(JournalError::State(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Every copy that the team has held counts, so that a reset costs nobody an answer; another team's flag is
    /// right there and evidence here. Flags are drawn from seeds alone, so that no team's answer waits for machines or
    /// address ranges, its own or another's.
    async fn judge(
        &self,
        view: &ExerciseView,
        team: TeamId,
        way: &Way<'_>,
        answer: &str,
    ) -> Result<Verdict, ExerciseError> {
        if let Some(right) = way.answer.judged(answer) {
            return Ok(if right {
                Verdict::Correct
            } else {
                Verdict::Wrong
            });
        }
        if !matches!(way.answer, Answer::Flag) {
            for values in self.values_of(view, team).await? {
                if values
                    .solves(way, answer)
                    .map_err(|_| ExerciseError::Missing("answer"))?
                {
                    return Ok(Verdict::Correct);
                }
            }
            return Ok(Verdict::Wrong);
        }
        let mut connection = self.database.connection().await?;
        let copies =
            store::environments::seeds_of_exercise(&mut connection, view.exercise.id).await?;
        let mut verdict = Verdict::Wrong;
        for (of, seed) in copies {
            if Draw::new(&view.definition.scenario, &seed_from(&seed)?).is_flag(&way.flag, answer) {
                if of == view.host(team) {
                    return Ok(Verdict::Correct);
                }
                verdict = Verdict::Foreign;
            }
        }
        Ok(verdict)
    }

    /// A team guesses only so fast, and so does each member where every one must answer.
    fn guessing_bounded(
        &self,
        score: &TeamScore,
        who: Option<PersonId>,
    ) -> Result<(), ExerciseError> {
        let minute = Duration::from_mins(1);
        let now = self.clock.now();
        let recent: Vec<_> = score
            .submissions
            .iter()
            .filter(|(_, of)| *of == who)
            .map(|(at, _)| at)
            // What a clock that was set back shows as still to come is older than it seems.
            .filter(|at| **at <= now && now.since(**at) < minute)
            .collect();
        match recent.len().checked_sub(SUBMISSIONS_PER_MINUTE) {
            Some(over) => Err(ExerciseError::TooFast(
                minute
                    .saturating_sub(now.since(*recent[over]))
                    .max(Duration::from_secs(1)),
            )),
            None => Ok(()),
        }
    }
}

/// What tells answers apart: the task, and where it has several or each member answers, the part and who.
fn key(task: &str, part: &str, who: Option<PersonId>) -> String {
    let part = if part.is_empty() {
        String::new()
    } else {
        format!("/{part}")
    };
    let who = who.map(|who| format!("@{who}")).unwrap_or_default();
    format!("{task}{part}{who}")
}

pub(super) fn running(view: &ExerciseView, now: Timestamp) -> Result<(), ExerciseError> {
    match view.exercise.state_at(now) {
        ExerciseState::Running => Ok(()),
        state => Err(ExerciseError::State(state)),
    }
}

/// Refuses a task that still waits for others.
pub(super) fn unlocked(score: &TeamScore, task: &Task) -> Result<(), ExerciseError> {
    if score.missing(task).is_empty() {
        return Ok(());
    }
    Err(ExerciseError::Closed(Closed::Locked))
}

/// What is no answer at all is told without costing a try.
fn unfit(unfit: Unfit) -> ExerciseError {
    ExerciseError::input(match unfit {
        Unfit::Number => "answer-not-a-number",
        Unfit::Digest => "answer-not-a-digest",
        Unfit::Option => "answer-not-an-option",
        Unfit::Order => "answer-not-an-order",
    })
}

/// A task of the side that a team plays.
pub(super) fn find_task<'a>(
    view: &'a ExerciseView,
    team: TeamId,
    task: &str,
) -> Result<&'a Task, ExerciseError> {
    let cell = view.cell(team);
    view.definition
        .scenario
        .tasks_of(cell)
        .find(|rule| rule.id.as_str() == task)
        .ok_or(ExerciseError::Missing("task"))
}

pub(super) fn long_enough(text: &str, missing: &'static str) -> Result<(), ExerciseError> {
    if text.is_empty() {
        return Err(ExerciseError::input(missing));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(ExerciseError::input_with(
            "text-too-long",
            "limit",
            &MAX_TEXT,
        ));
    }
    Ok(())
}
