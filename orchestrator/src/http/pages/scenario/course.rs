//! How a scenario's time goes: its parts, what happens in it, and both drawn on an axis.

use serde::Serialize;

use super::super::console;
use crate::locales;

/// Width of a letter on the axis, rather too much than too little.
const LETTER: i64 = 7;

/// An event, or a report's deadline.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineRow {
    /// Its code.
    pub id: String,
    /// When it happens.
    pub when: String,
    /// Its drawing by channel.
    pub icon: &'static str,
    /// What happens.
    pub title: String,
    /// Who gets it.
    pub to: Option<String>,
    /// What is to be done about it until when.
    pub respond: Option<String>,
    /// In which part of the time it happens.
    pub phase: Option<String>,
    /// Whether it is a deadline.
    pub due: bool,
}

/// A part of the exercise's time.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseRow {
    /// Its place, from 1.
    pub number: usize,
    /// Its title.
    pub title: String,
    /// The minute in which it begins.
    pub from: u64,
    /// The minute in which it ends.
    pub to: u64,
    /// How long it shall take.
    pub minutes: u64,
    /// Tasks that are meant for it.
    pub tasks: usize,
    /// Their points.
    pub points: i64,
}

/// The time axis of what has a time.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Axis {
    /// Times written below.
    pub ticks: Vec<console::AxisTick>,
    /// Events and deadlines.
    pub marks: Vec<AxisMark>,
    /// The parts of the time, below the times.
    pub bands: Vec<AxisBand>,
}

/// A part of the time on the axis.
#[derive(Clone, Debug, Serialize)]
pub struct AxisBand {
    /// Its left end.
    pub x: i64,
    /// Its width.
    pub width: i64,
    /// Its middle.
    pub middle: i64,
    /// Its number and as much of its title as there is room for.
    pub text: String,
    /// Its number and its title.
    pub whole: String,
}

/// An event or a deadline on the axis.
#[derive(Clone, Debug, Serialize)]
pub struct AxisMark {
    /// Its code.
    pub id: String,
    /// Where.
    pub x: i64,
    /// How high its code stands.
    pub label_y: i64,
    /// Whether it is a deadline.
    pub due: bool,
}

impl Axis {
    /// Draws what has a time, and the parts of it, on an axis of `duration` seconds with so many ticks; nothing where
    /// there is neither.
    #[must_use]
    pub fn draw(
        rows: &[(Option<i64>, TimelineRow)],
        phases: &[PhaseRow],
        duration: i64,
        ticks: i64,
    ) -> Option<Self> {
        let timed = rows.iter().filter_map(|(at, row)| Some(((*at)?, row)));
        let mut marks: Vec<AxisMark> = timed
            .map(|(at, row)| AxisMark {
                id: row.id.clone(),
                x: console::Axis::place(at, duration),
                label_y: 0,
                due: row.due,
            })
            .collect();
        let places: Vec<Option<i64>> = marks.iter().map(|mark| Some(mark.x)).collect();
        for (mark, height) in marks.iter_mut().zip(console::label_heights(&places)) {
            mark.label_y = height;
        }
        let tick = |n: i64| {
            let seconds = duration * n / (ticks - 1);
            let passed = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            console::AxisTick {
                x: console::Axis::place(seconds, duration),
                text: locales::clock(passed)[..5].to_owned(),
            }
        };
        let bands = phases.iter().map(|phase| AxisBand::of(phase, duration));
        (!marks.is_empty() || !phases.is_empty()).then(|| Self {
            ticks: (0..ticks).map(tick).collect(),
            marks,
            bands: bands.collect(),
        })
    }
}

impl AxisBand {
    fn of(phase: &PhaseRow, duration: i64) -> Self {
        let place = |minute: u64| {
            let seconds = i64::try_from(minute.saturating_mul(60)).unwrap_or(i64::MAX);
            console::Axis::place(seconds, duration)
        };
        let (x, end) = (place(phase.from), place(phase.to));
        let whole = format!("{}. {}", phase.number, phase.title);
        let room = usize::try_from((end - x) / LETTER).unwrap_or_default();
        let text = if whole.chars().count() <= room {
            whole.clone()
        } else {
            let cut: String = whole.chars().take(room.saturating_sub(1)).collect();
            format!("{}…", cut.trim_end())
        };
        Self {
            x,
            width: end - x,
            middle: i64::midpoint(x, end),
            text: if room < 4 {
                phase.number.to_string()
            } else {
                text
            },
            whole,
        }
    }
}
