//! The instructor's console: figures on top, teams with the urgent first, time axis below, one team in a drawer.

use axum::response::Html;
use serde::Serialize;

use super::{
    super::{AppError, Templates, Visitor},
    Choice, ClockView, HourForm, State,
    isolation::Standing,
    log::LogLine,
    schedule::ScheduleView,
    scoring::ScoringView,
    team::TeamPage,
};
use crate::clock::Timestamp;

/// What the console shows.
#[derive(Clone, Debug, Serialize)]
pub struct ConsolePage {
    /// The exercise's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The scenario's title.
    pub scenario: String,
    /// Where it stands.
    pub state: State,
    /// What can be done now.
    pub controls: Controls,
    /// Its clock.
    pub clock: ClockView,
    /// Figures on top.
    pub figures: Figures,
    /// The teams, the urgent first.
    pub teams: Vec<TeamRow>,
    /// What was planned and what happened.
    pub axis: Axis,
    /// The team in the drawer.
    pub team: Option<TeamPage>,
    /// Whom a message can go to.
    pub recipients: Vec<Choice>,
    /// What stands about its isolation.
    pub standing: Standing,
    /// A step that goes on, or why the last did not come about.
    pub underway: Option<Underway>,
    /// That no server conducted it for a while, the last time.
    pub outage: Option<Outage>,
    /// What stands about its machines.
    pub keep: Keep,
    /// When it shall begin, where an hour is set.
    pub schedule: Option<ScheduleView>,
    /// What the form shows that sets the hour.
    pub hour: HourForm,
    /// What stands about scoring.
    pub scoring: ScoringView,
    /// Where the public scoreboard is.
    pub board: String,
    /// What the white cell did, the latest first.
    pub log: Vec<LogLine>,
    /// Whether notes can be taken.
    pub may_note: bool,
    /// The message form: sent twice it is one message.
    pub form: String,
    /// Where recordings of terminals are, for who may see them.
    pub recordings: Option<String>,
    /// Where the drill report is, once finished.
    pub report: Option<String>,
}

/// A time in which no server conducted the exercise.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Outage {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Whether the exercise stands paused since.
    pub paused: bool,
}

/// How long the machines are kept while exercise time stands, and that they went.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one part of the notice each")]
pub struct Keep {
    /// Until when they are kept.
    pub until: Option<Timestamp>,
    /// Whether that is near.
    pub soon: bool,
    /// Whether it can be put off.
    pub may_extend: bool,
    /// When they were taken away, where they are gone.
    pub removed_at: Option<Timestamp>,
    /// Whether that was because their time was over.
    pub expired: bool,
    /// Whether the teams can be given fresh ones.
    pub may_renew: bool,
    /// Whether the exercise is a draft by that, to be prepared again.
    pub draft: bool,
}

/// What can be done with the exercise now.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one button each")]
pub struct Controls {
    /// Prepare a draft.
    pub prepare: bool,
    /// Give preparing up.
    pub cancel: bool,
    /// Start.
    pub start: bool,
    /// Pause.
    pub pause: bool,
    /// Resume.
    pub resume: bool,
    /// Finish.
    pub finish: bool,
    /// Neither prepare nor start, because one of them goes on.
    pub proving: bool,
    /// Send messages.
    pub message: bool,
    /// Set the hour at which it begins.
    pub schedule: bool,
}

/// A step before which isolation is proven.
#[derive(Clone, Debug, Serialize)]
pub struct Underway {
    /// What goes on and since when, or why it did not come about.
    pub text: String,
    /// Whether it did not.
    pub failed: bool,
}

/// Figures on top.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Figures {
    /// Teams.
    pub teams: usize,
    /// Teams that have machines of their own; those that attack use theirs.
    pub hosts: usize,
    /// Of these, whose machines are well.
    pub healthy: usize,
    /// Reports that wait to be graded.
    pub waiting: usize,
    /// Teams to look at.
    pub attention: usize,
}

/// One team.
#[derive(Clone, Debug, Serialize)]
pub struct TeamRow {
    /// Its identifier.
    pub id: String,
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Why it is to be looked at, where that is not its machines.
    pub why: Option<String>,
    /// How its machines are.
    pub environment: State,
    /// How far preparing is, in hundredths, while it lasts.
    pub progress: Option<u8>,
    /// What is wrong with its machines, where something is.
    pub trouble: Option<Trouble>,
    /// The objective that it works on.
    pub stage: String,
    /// A mark a task: `solved`, `part`, `wrong` or `open`.
    pub dots: Vec<Dot>,
    /// Width of the marks.
    pub dots_width: usize,
    /// Tasks solved.
    pub solved: usize,
    /// Tasks.
    pub tasks: usize,
    /// Points.
    pub points: i64,
    /// Reports and calls that wait.
    pub waiting: usize,
    /// Seconds since it last did something.
    pub idle: Option<u64>,
    /// Whether it is in the drawer.
    pub selected: bool,
}

/// What is wrong with a team's machines.
#[derive(Clone, Debug, Serialize)]
pub struct Trouble {
    /// The step in which it went wrong.
    pub stage: String,
    /// The machine, where one is to blame.
    pub node: Option<String>,
    /// Why.
    pub reason: String,
    /// The machine's last lines.
    pub log: String,
    /// Whether it can be tried again.
    pub may_retry: bool,
}

/// A task's mark.
#[derive(Clone, Debug, Serialize)]
pub struct Dot {
    /// Its middle.
    pub x: usize,
    /// `solved`, `part`, `wrong` or `open`.
    pub kind: &'static str,
}

/// Marks of tasks beside each other, and their width.
#[must_use]
pub fn dots(kinds: &[&'static str]) -> (Vec<Dot>, usize) {
    let dots = kinds
        .iter()
        .enumerate()
        .map(|(n, kind)| Dot {
            x: 7 + 14 * n,
            kind,
        })
        .collect();
    (dots, 14 * kinds.len())
}

/// The time axis, 920 wide.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Axis {
    /// Times written below.
    pub ticks: Vec<AxisTick>,
    /// Events.
    pub events: Vec<AxisEvent>,
    /// Now.
    pub now: Option<AxisTick>,
}

/// A time on the axis.
#[derive(Clone, Debug, Serialize)]
pub struct AxisTick {
    /// Where.
    pub x: i64,
    /// Which.
    pub text: String,
}

/// An event on the axis and in the table below it.
#[derive(Clone, Debug, Serialize)]
pub struct AxisEvent {
    /// Its code.
    pub id: String,
    /// What it is.
    pub title: String,
    /// When it is planned, in words.
    pub planned: String,
    /// Where it is planned.
    pub plan_x: Option<i64>,
    /// Where it happened.
    pub done_x: Option<i64>,
    /// How high its code stands: codes close to each other stand above each other.
    pub label_y: i64,
    /// The corners of its mark.
    pub mark: Option<String>,
    /// Whether it happened, is due or waits.
    pub state: State,
    /// Whether it can be fired by hand.
    pub may_fire: bool,
}

/// Across which codes would overlap, and the heights at which they can stand.
const LABEL: (i64, [i64; 3]) = (30, [26, 14, 2]);
/// Left and right end of the axis.
const AXIS: (i64, i64) = (60, 880);

impl Axis {
    /// Where `seconds` of exercise time lie on an axis that ends at `duration`.
    #[must_use]
    pub fn place(seconds: i64, duration: i64) -> i64 {
        let (left, right) = AXIS;
        left + (right - left) * seconds.clamp(0, duration.max(1)) / duration.max(1)
    }

    /// Puts the codes of events that lie close to each other above each other.
    pub fn spread(&mut self) {
        let places: Vec<Option<i64>> = self
            .events
            .iter()
            .map(|event| event.plan_x.or(event.done_x))
            .collect();
        for (event, height) in self.events.iter_mut().zip(label_heights(&places)) {
            event.label_y = height;
        }
    }

    /// The corners of a mark at `x`.
    #[must_use]
    pub fn mark(x: i64) -> String {
        format!("M{} 72 L{x} 66 L{} 72 L{x} 78 Z", x - 5, x + 5)
    }
}

/// How high codes at these places stand so that those close to each other stand above each other.
#[must_use]
pub fn label_heights(places: &[Option<i64>]) -> Vec<i64> {
    let (width, heights) = LABEL;
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|index| places[*index]);
    let mut ends = [i64::MIN; 3];
    let mut found = vec![heights[0]; places.len()];
    for index in order {
        let Some(x) = places[index] else {
            continue;
        };
        let lane = ends
            .iter()
            .position(|end| *end <= x - width)
            .unwrap_or(heights.len() - 1);
        ends[lane] = x;
        found[index] = heights[lane];
    }
    found
}

/// Renders the console.
///
/// # Errors
/// A template that does not fit.
pub fn render(
    templates: &Templates,
    visitor: &Visitor,
    page: &ConsolePage,
) -> Result<Html<String>, AppError> {
    super::render(templates, visitor, "console", "nav-exercises", page)
}

/// Renders the parts that change, to be put in place of the old ones.
///
/// # Errors
/// A template that does not fit.
pub fn render_part(
    templates: &Templates,
    visitor: &Visitor,
    part: Part,
    page: &ConsolePage,
) -> Result<Html<String>, AppError> {
    let template = match part {
        Part::Notices => "parts/console-notices",
        Part::Control => "parts/console-control",
        Part::Teams => "parts/console-teams",
        Part::Axis => "parts/console-axis",
        Part::Log => "parts/console-log",
        Part::Scoring => "parts/console-scoring",
    };
    super::render(templates, visitor, template, "", page)
}

/// A part of the console that is fetched by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What stands about isolation.
    Notices,
    /// State, figures, buttons.
    Control,
    /// The table of teams.
    Teams,
    /// The time axis.
    Axis,
    /// What the white cell did.
    Log,
    /// What stands about scoring.
    Scoring,
}
