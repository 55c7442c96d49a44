//! What one team has reached.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;

use super::{
    ledger::{Cause, LedgerRow},
    roster::{self, Roster},
    rules::{Rules, ServiceRule, TaskKind, TaskRule, WayRule},
    service::{Change, ServiceState},
    task::TaskState,
    tries::{PartTries, Progress},
};
use crate::{
    clock::Timestamp,
    ids::PersonId,
    journal::{Actor, CheckState, Entry, Event, Subject, TextReference, Verdict},
    scenarios::{By, Task, TaskId},
};

/// An inject that is to be answered.
#[derive(Clone, Debug, Serialize)]
pub struct ResponseState {
    /// Exercise time of its delivery.
    pub delivered: Duration,
    /// Exercise time up to which an answer counts.
    pub due: Duration,
    /// What an answer in time brings.
    pub points: i64,
    /// The row that answered it, exercise time then, and the words.
    pub given: Option<(i64, Duration, TextReference)>,
    /// Whether the answer came in time.
    pub in_time: bool,
}

/// An action of the timeline on the copy that the team has now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ActionState {
    /// How often it was begun.
    pub tries: u32,
    /// Its exit code once it ended; only 0 is success.
    pub code: Option<i64>,
}

/// What one team has reached.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamScore {
    /// Tasks by identifier.
    pub tasks: BTreeMap<String, TaskState>,
    /// Services by identifier.
    pub services: BTreeMap<String, ServiceState>,
    /// Injects that are to be answered, once delivered.
    pub responses: BTreeMap<String, ResponseState>,
    /// Events of the timeline that reached the team.
    pub delivered: BTreeMap<String, Duration>,
    /// Events of which the white cell decided for this team alone whether they are left out.
    pub skipped: BTreeMap<String, bool>,
    /// Events of the timeline that came at any time, on whatever copy.
    pub came: BTreeSet<String>,
    /// Actions of the timeline that began on the present copy.
    pub actions: BTreeMap<String, ActionState>,
    /// How often the environment was made anew.
    pub resets: u32,
    /// How often the environment was tried again by hand.
    pub retries: u32,
    /// Who asked for fresh machines last without the white cell, by row and time.
    pub asked_fresh: Option<(i64, Timestamp)>,
    /// Who is in it, where the journal says so.
    pub members: BTreeSet<PersonId>,
    /// Who came, left, leads and answered.
    pub roster: Roster,
    /// Members of whom the white cell decided whether they must answer where every member must: the row that did, and
    /// whether they are excused.
    pub excused: BTreeMap<PersonId, (i64, bool)>,
    /// Members who did something or were at the workspace after exercise time began.
    pub present: BTreeSet<PersonId>,
    /// Every change of the score, in order; availability aside.
    pub ledger: Vec<LedgerRow>,
    /// When somebody of the team last did something.
    pub last_activity: Option<Timestamp>,
    /// Calls for help since the white cell last wrote to the team.
    pub help_calls: u32,
    /// Times at which answers were judged, for the limit on guessing, and whose they were where every member must answer:
    /// a large team that does so at the same moment guesses nothing.
    pub submissions: Vec<(Timestamp, Option<PersonId>)>,
}

impl TeamScore {
    /// Points without availability, up to `elapsed`.
    #[must_use]
    pub fn booked(&self, elapsed: Duration) -> i64 {
        self.ledger
            .iter()
            .filter(|row| row.exercise_time <= elapsed)
            .map(|row| row.points)
            .sum()
    }

    /// Points for availability at `elapsed`: whole points for the time served.
    #[must_use]
    pub fn availability_points(&self, rules: &Rules, elapsed: Duration) -> i64 {
        let services = rules.services.iter();
        services
            .map(|rule| self.service_points(rule, elapsed))
            .sum()
    }

    /// The same for one service.
    #[must_use]
    pub fn service_points(&self, rule: &ServiceRule, elapsed: Duration) -> i64 {
        self.services
            .get(rule.id.as_str())
            .map_or(0, |state| rule.points_for(state.at(elapsed).0))
    }

    /// Everything up to `elapsed`.
    #[must_use]
    pub fn total(&self, rules: &Rules, elapsed: Duration) -> i64 {
        self.booked(elapsed) + self.availability_points(rules, elapsed)
    }

    /// Tasks that are solved, or filed and graded.
    #[must_use]
    pub fn solved(&self) -> usize {
        self.tasks
            .values()
            .filter(|task| task.solved.is_some())
            .count()
    }

    /// What a task requires and the team has not completed: the task is locked while there is any. A report is complete
    /// when it is filed, so that nobody waits for an evaluator.
    #[must_use]
    pub fn missing<'a>(&self, task: &'a Task) -> Vec<&'a TaskId> {
        let complete = |id: &TaskId| {
            let state = self.tasks.get(id.as_str());
            state.is_some_and(|state| state.solved.is_some() || state.report.is_some())
        };
        task.requires.iter().filter(|id| !complete(id)).collect()
    }

    /// How much of a task is done, as `viewer` sees it.
    #[must_use]
    pub fn progress(&self, rule: &TaskRule, viewer: Option<PersonId>) -> Progress {
        let nothing = BTreeMap::new();
        let state = self.tasks.get(rule.id.as_str());
        let tries = state.map_or(&nothing, |state| &state.tries);
        rule.ways.progress(tries, &self.expected(), viewer)
    }

    /// Whether `who` has nothing left to answer in a task.
    #[must_use]
    pub fn is_done(&self, rule: &TaskRule, who: Option<PersonId>) -> bool {
        let state = self.tasks.get(rule.id.as_str());
        state.is_some_and(|state| state.solved.is_some() || rule.ways.is_done(&state.tries, who))
    }

    /// Folds a row of the team; `begun` while exercise time has begun and the exercise is not over, `solves` how many
    /// teams have solved each task.
    pub(super) fn apply(
        &mut self,
        rules: &Rules,
        entry: &Entry,
        begun: bool,
        solves: &mut BTreeMap<String, u32>,
    ) {
        let at = (entry.sequence, entry.exercise_time);
        self.note_who(entry, begun);
        if roster::note(self, &entry.event) {
            self.settle(rules, at, solves);
        }
        match &entry.event {
            Event::Present { person } if begun => {
                self.present.insert(*person);
            }
            Event::MemberExcused { person, excused } => {
                self.excused.insert(*person, (entry.sequence, *excused));
                self.settle(rules, at, solves);
            }
            Event::EnvironmentReset { .. } | Event::MachineLost { repeats: true, .. } => {
                if let Actor::Person(_) = entry.actor {
                    self.asked_fresh = Some((entry.sequence, entry.at));
                }
                self.reset();
            }
            Event::EnvironmentRetried => self.retries += 1,
            Event::Submission { .. } => self.answer(rules, entry, solves),
            Event::Decided { task, option } => self.decide(rules, task, option, at),
            Event::CheckChanged {
                subject: Subject::Task(task),
                state,
            } => {
                self.tasks.entry(task.clone()).or_default().check = Some(*state);
                if *state == CheckState::Passing {
                    self.solve(rules, task, at, solves);
                }
            }
            Event::CheckChanged {
                subject: Subject::Service(service),
                state,
            } => {
                let service = self.services.entry(service.clone()).or_default();
                service.changes.push(Change {
                    sequence: entry.sequence,
                    at: entry.exercise_time,
                    state: *state,
                });
            }
            Event::HintTaken { task, hint, cost } => {
                let state = self.tasks.entry(task.clone()).or_default();
                let cost = if state.hints.insert(*hint) { *cost } else { 0 };
                state.hints_cost += cost;
                self.book(at, -cost, Cause::Hint(task.clone()));
            }
            Event::InjectDelivered { event } => {
                self.came.insert(event.clone());
                self.delivered.insert(event.clone(), entry.exercise_time);
                if let Some(rule) = rules.response(event) {
                    let state = ResponseState {
                        delivered: entry.exercise_time,
                        due: entry.exercise_time + rule.due,
                        points: rule.points,
                        given: None,
                        in_time: false,
                    };
                    self.responses.insert(event.clone(), state);
                }
            }
            Event::ActionStarted { event } => {
                self.came.insert(event.clone());
                let action = self.actions.entry(event.clone()).or_default();
                if action.tries == 0 || action.code.is_some_and(|code| code != 0) {
                    action.tries += 1;
                    action.code = None;
                }
            }
            Event::ActionFinished {
                event,
                code,
                resets,
            } => {
                if resets.is_some_and(|then| then != self.resets) {
                    return;
                }
                let action = self.actions.entry(event.clone()).or_default();
                action.tries = action.tries.max(1);
                action.code = Some(*code);
                if *code == 0 {
                    self.delivered.insert(event.clone(), entry.exercise_time);
                }
            }
            Event::EventSkipped { event, skipped } => {
                self.skipped.insert(event.clone(), *skipped);
            }
            Event::ResponseGiven { event, text } => self.respond(event, text, at),
            Event::ReportFiled { task, text } => self.file(rules, task, text, entry),
            Event::HelpCalled { .. } => self.help_calls += 1,
            Event::MessageSent { .. } => self.help_calls = 0,
            _ => self.judge(entry),
        }
    }

    /// An answer was judged: it may solve its task, where nothing else is left to answer.
    fn answer(&mut self, rules: &Rules, entry: &Entry, solves: &mut BTreeMap<String, u32>) {
        let Event::Submission {
            task,
            part,
            verdict,
            answer,
        } = &entry.event
        else {
            return;
        };
        let ways = rules.task(task).map(|rule| rule.ways.clone());
        let ways = ways.unwrap_or_default();
        let who = match entry.actor {
            Actor::Person(person) => ways.who(person),
            _ => None,
        };
        self.submissions.push((entry.at, who));
        let state = self.tasks.entry(task.clone()).or_default();
        state.attempts += 1;
        let part = part.clone().unwrap_or_default();
        let tries = state.tries.entry(part).or_default();
        tries.note(who, answer, *verdict);
        if *verdict == Verdict::Correct && self.is_answered(task, &ways) {
            let at = (entry.sequence, entry.exercise_time);
            self.solve(rules, task, at, solves);
        }
    }

    /// The first decision stands, and brings what its option is worth.
    fn decide(&mut self, rules: &Rules, task: &str, option: &str, at: (i64, Duration)) {
        let state = self.tasks.entry(task.to_owned()).or_default();
        if state.decided.is_some() {
            return;
        }
        state.decided = Some(option.to_owned());
        state.solved = Some(at);
        if state.regraded.is_some() {
            return;
        }
        let points = rules.task(task).and_then(|rule| match &rule.kind {
            TaskKind::Decision(options) => options.get(option).copied(),
            _ => None,
        });
        self.book(at, points.unwrap_or_default(), Cause::Task(task.to_owned()));
    }

    /// Whether nobody of those who must has anything left to answer in a task.
    fn is_answered(&self, task: &str, ways: &WayRule) -> bool {
        let state = self.tasks.get(task);
        state.is_some_and(|state| ways.is_solved(&state.tries, &self.expected()))
    }

    /// Who must answer has changed: what nobody is waited for any more is solved now.
    fn settle(&mut self, rules: &Rules, at: (i64, Duration), solves: &mut BTreeMap<String, u32>) {
        let tasks = rules.tasks.iter();
        for rule in tasks.filter(|rule| rule.ways.by == By::EveryMember) {
            let task = rule.id.as_str();
            if self.is_answered(task, &rule.ways) {
                self.solve(rules, task, at, solves);
            }
        }
    }

    /// What was done to the copy before was not done to this one: the timeline's actions happen anew, and what waits for
    /// them waits again.
    fn reset(&mut self) {
        self.resets += 1;
        // An answer that was wrong of the copy before may be right of this one.
        let parts = self.tasks.values_mut().flat_map(|it| it.tries.values_mut());
        for tries in parts.flat_map(PartTries::all_mut) {
            tries.last = None;
        }
        for event in std::mem::take(&mut self.actions).into_keys() {
            self.delivered.remove(&event);
        }
    }

    pub(super) fn book(
        &mut self,
        (sequence, exercise_time): (i64, Duration),
        points: i64,
        cause: Cause,
    ) {
        self.ledger.push(LedgerRow {
            sequence,
            exercise_time,
            points,
            cause,
        });
    }

    /// A task is solved: it brings what it is worth now, which stays whatever other teams do later.
    fn solve(
        &mut self,
        rules: &Rules,
        task: &str,
        at: (i64, Duration),
        solves: &mut BTreeMap<String, u32>,
    ) {
        let state = self.tasks.entry(task.to_owned()).or_default();
        if state.solved.is_some() {
            return;
        }
        let teams = solves.entry(task.to_owned()).or_default();
        let before = *teams;
        *teams += 1;
        state.solved = Some(at);
        state.place = Some(before);
        if state.regraded.is_some() {
            // What the white cell set stands.
            return;
        }
        let offer = rules.task(task).map(|rule| self.offer(rule, before));
        let offer = offer.unwrap_or_default();
        self.book(at, offer.value, Cause::Task(task.to_owned()));
        if offer.bonus > 0 {
            self.book(at, offer.bonus, Cause::Bonus(task.to_owned()));
        }
        if offer.penalty > 0 {
            self.book(at, -offer.penalty, Cause::Penalty(task.to_owned()));
        }
    }

    fn respond(&mut self, event: &str, text: &TextReference, at: (i64, Duration)) {
        let Some(state) = self.responses.get_mut(event) else {
            return;
        };
        if state.given.is_some() {
            return;
        }
        state.given = Some((at.0, at.1, text.clone()));
        state.in_time = at.1 <= state.due;
        if state.in_time {
            let points = state.points;
            self.book(at, points, Cause::Response(event.to_owned()));
        }
    }
}
