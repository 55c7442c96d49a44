//! What can happen in an exercise, as the journal keeps it.
//!
//! A variant is never removed and a field never changes its meaning: journals of ten years are read with today's code.

mod kinds;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PlannedEvent;
use crate::ids::{PersonId, TeamId};

/// Words that a person wrote: where they stand, and a salted digest that proves them while they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReference {
    /// The row of `journal_text`.
    pub id: Uuid,
    /// SHA-256 over salt and content, in hexadecimal.
    pub digest: String,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It solves the task.
    Correct,
    /// It does not.
    Wrong,
    /// It is another team's flag: shown to the white cell as evidence.
    Foreign,
}

/// How something arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Mail,
    /// A telephone note.
    Phone,
    /// The press.
    News,
    /// A chat message.
    Chat,
    /// An official document.
    Document,
}

impl Channel {
    /// The word under which it stands in files and locales.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Phone => "phone",
            Self::News => "news",
            Self::Chat => "chat",
            Self::Document => "document",
        }
    }
}

/// What a check looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A task that is solved by a state.
    Task(String),
    /// A service whose availability counts.
    Service(String),
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Passing,
    /// Not as it should be.
    Failing,
    /// The check itself could not run.
    Error,
}

/// A fact of an exercise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The exercise was laid out, with this scenario at this version.
    Created {
        /// Scenario identifier.
        scenario: String,
        /// Digest of the scenario's bundle.
        bundle: String,
        /// Number of teams.
        teams: u32,
        /// Who is in each team; journals of before this was kept name nobody.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        members: BTreeMap<TeamId, BTreeSet<PersonId>>,
    },
    /// Environments were asked for.
    Preparing,
    /// Preparing was given up; the exercise is a draft again and its environments go.
    PreparationCancelled,
    /// A team's environment became ready.
    EnvironmentReady {
        /// Which copy: 1 for the first, one more after every reset.
        incarnation: i64,
    },
    /// A team's environment failed.
    EnvironmentFailed {
        /// Stage in which it failed.
        stage: String,
        /// The node, where one is to blame.
        node: Option<String>,
        /// Why.
        reason: String,
    },
    /// A team's environment is made anew.
    EnvironmentReset {
        /// The new copy.
        incarnation: i64,
    },
    /// A machine of a team was lost with all that was on it, and is made again. No fault of the team's.
    MachineLost {
        /// Which copy.
        incarnation: i64,
        /// The machine.
        node: String,
        /// Whether what the timeline did before is done again, since the machine is one of those that were attacked.
        repeats: bool,
    },
    /// A team's failed environment is tried again.
    EnvironmentRetried,
    /// The teams' environments were taken away, and the exercise was not ended by that.
    EnvironmentsRemoved {
        /// Whether their time was over, rather than somebody needing what they took.
        expired: bool,
    },
    /// The exercise keeps its machines for longer while its time stands.
    ExpiryExtended {
        /// Until when, microseconds since 1970 in UTC.
        until: i64,
    },
    /// An hour was set, or another one, at which the exercise shall begin.
    Scheduled {
        /// The hour, microseconds since 1970 in UTC.
        starts_at: i64,
        /// Whether it begins without anybody's hand.
        by_itself: bool,
        /// Whether it then begins without the teams whose machines are not ready.
        incomplete: bool,
    },
    /// The exercise has no hour any more at which it would begin.
    ScheduleCancelled,
    /// Something stood in the way of preparing or beginning at the hour that was set.
    ScheduleHindered {
        /// Identifier of the message that says what.
        reason: String,
        /// The message's arguments.
        arguments: BTreeMap<String, String>,
    },
    /// Exercise time began.
    Started,
    /// Exercise time stands.
    Paused,
    /// Exercise time goes on.
    Resumed,
    /// No server conducted the running exercise: exercise time stood meanwhile.
    Interrupted {
        /// From when, microseconds since 1970 in UTC.
        from: i64,
        /// Until when.
        until: i64,
    },
    /// The time of a trial jumped.
    Skipped {
        /// To which exercise time, in microseconds.
        to: i64,
    },
    /// The exercise ended.
    Finished {
        /// Whether time ran out, rather than somebody ending it.
        time_out: bool,
    },
    /// A member was at the team's workspace.
    Present {
        /// The member.
        person: PersonId,
    },
    /// The white cell decided whether a member must answer where every member must.
    MemberExcused {
        /// The member.
        person: PersonId,
        /// Whether the team is no longer to wait for them.
        excused: bool,
    },
    /// Somebody came into the team.
    MemberJoined {
        /// Who.
        person: PersonId,
    },
    /// A member is in the team no longer.
    MemberLeft {
        /// Who.
        person: PersonId,
    },
    /// A member leads the team from now on.
    LeadNamed {
        /// Who.
        person: PersonId,
    },
    /// How many a team shall have was set.
    SeatsSet {
        /// How many; absent where nobody counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seats: Option<u32>,
    },
    /// The white cell asked all members to show that they are there.
    CommsCheckSent,
    /// A member showed that.
    CommsCheckAnswered {
        /// Who.
        person: PersonId,
    },
    /// An answer was given.
    Submission {
        /// The task.
        task: String,
        /// The part of it, where it has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
        /// What became of it.
        verdict: Verdict,
        /// The answer.
        answer: TextReference,
    },
    /// A team decided; the first decision stands.
    Decided {
        /// The task.
        task: String,
        /// The option.
        option: String,
    },
    /// A check's state changed.
    CheckChanged {
        /// What it looks at.
        subject: Subject,
        /// What it found.
        state: CheckState,
    },
    /// A hint was bought.
    HintTaken {
        /// The task.
        task: String,
        /// Its place among the task's hints, from 0.
        hint: u32,
        /// Points that it costs.
        cost: i64,
    },
    /// A message of the timeline reached a team.
    InjectDelivered {
        /// The timeline's event.
        event: String,
    },
    /// The white cell set an event of the timeline, or a new one, for this exercise.
    EventPlanned {
        /// The timeline's event.
        event: String,
        /// When it happens, what it does and what it brings.
        plan: PlannedEvent,
        /// Its words as JSON.
        words: TextReference,
    },
    /// The white cell decided whether an event waits for it although its time has come.
    EventHeld {
        /// The timeline's event.
        event: String,
        /// Whether it waits.
        held: bool,
    },
    /// The white cell decided whether an event is left out: for the row's team, or for all where the row names none.
    EventSkipped {
        /// The timeline's event.
        event: String,
        /// Whether it is left out.
        skipped: bool,
    },
    /// An action of the timeline is about to run; it may run again where its end was never written.
    ActionStarted {
        /// The timeline's event.
        event: String,
    },
    /// An action of the timeline ended.
    ActionFinished {
        /// The timeline's event.
        event: String,
        /// Its exit code.
        code: i64,
        /// How often the team's environment had been made anew when it began: what it did to an earlier copy says
        /// nothing about the present one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resets: Option<u32>,
    },
    /// A member let somebody who watched type in a terminal of theirs, or no longer does.
    TerminalShared {
        /// The machine.
        node: String,
        /// Whether they may.
        shared: bool,
    },
    /// The white cell wrote something down for itself.
    NoteTaken {
        /// The words.
        text: TextReference,
    },
    /// The white cell set after how much exercise time the exercise ends.
    DurationSet {
        /// Exercise time, in microseconds.
        duration: i64,
    },
    /// The white cell wrote to a team.
    MessageSent {
        /// How it arrives.
        channel: Channel,
        /// The words.
        text: TextReference,
    },
    /// A team answered an inject.
    ResponseGiven {
        /// The timeline's event.
        event: String,
        /// The words.
        text: TextReference,
    },
    /// A team filed a report; a later one replaces it.
    ReportFiled {
        /// The task.
        task: String,
        /// The form's fields as JSON.
        text: TextReference,
    },
    /// A report was graded; a later grading replaces it.
    ReportGraded {
        /// The task.
        task: String,
        /// Points by criterion.
        points: BTreeMap<String, i64>,
        /// The evaluator's words.
        comment: TextReference,
    },
    /// So many evaluators grade each report before a grade counts; one where nothing was set.
    EvaluatorsSet {
        /// How many.
        count: u32,
    },
    /// One of several evaluators graded a report; it counts for nothing by itself.
    GradeGiven {
        /// The task.
        task: String,
        /// The row that filed the report that was read.
        report: i64,
        /// Points by criterion.
        points: BTreeMap<String, i64>,
        /// The evaluator's words.
        comment: TextReference,
    },
    /// A moderator decided between grades that were too far apart: this one counts.
    GradeSettled {
        /// The task.
        task: String,
        /// The row that filed the report.
        report: i64,
        /// Points by criterion.
        points: BTreeMap<String, i64>,
        /// The moderator's words.
        comment: TextReference,
    },
    /// The white cell set what a task brings a team, whatever it brought before.
    Regraded {
        /// The task.
        task: String,
        /// All points of the team for it, hints taken off.
        points: i64,
        /// Why.
        reason: TextReference,
    },
    /// The white cell gave a team points or took some.
    PointsAdjusted {
        /// How many; negative where they are taken.
        points: i64,
        /// Why.
        reason: TextReference,
    },
    /// From here on the public board shows what it shows now.
    BoardFrozen,
    /// The public board shows everything again.
    BoardThawed,
    /// A team asked the white cell for help.
    HelpCalled {
        /// The words.
        text: TextReference,
    },
    /// Preparing or starting was refused: isolation was not proven.
    LaunchRefused {
        /// What was reached from inside a node, or why nothing could be tried.
        reached: Vec<String>,
    },
    /// What keeps the labs closed was found missing while they ran.
    IsolationLost {
        /// Why it could not be put back at once; empty where it was.
        reason: String,
    },
    /// It stands again.
    IsolationRestored,
    /// An administrator let the exercise begin although isolation was not proven.
    IsolationOverridden {
        /// Why.
        reason: TextReference,
    },
}
