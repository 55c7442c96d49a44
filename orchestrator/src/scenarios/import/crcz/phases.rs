//! The time of a training: each level that has a task and says how long it takes is a part of the exercise's time.
//!
//! What levels of text alone take belongs to the next level with a task, for their texts stand there, too.

use std::time::Duration;

use crate::scenarios::{
    LocalText, Message, Phase, PhaseId,
    import::{draft::Draft, foreign::find, ledger::Given, names::Names},
};

/// Shortest training, in minutes.
const SHORTEST: i64 = 30;
/// Longest training, in minutes.
const LONGEST: i64 = 30 * 24 * 60;

/// The parts of the time while levels are read.
pub(super) struct Budget {
    names: Names,
    /// Whether a scenario can be that long.
    fits: bool,
    /// Minutes of levels of text, for the next part.
    waiting: i64,
}

impl Budget {
    /// What all levels together take.
    pub(super) fn new<'a>(levels: impl Iterator<Item = &'a Given<'a>>, draft: &mut Draft) -> Self {
        let sum = levels.fold(0_i64, |sum, level| {
            let minutes = estimate(level).map_or(0, |(_, minutes)| minutes);
            sum.saturating_add(minutes)
        });
        if sum > 0 {
            draft.scenario.duration = of_minutes(sum.clamp(SHORTEST, LONGEST));
        }
        Self {
            names: Names::new("phase"),
            fits: sum <= LONGEST,
            waiting: 0,
        }
    }

    /// A level of text alone.
    pub(super) fn text(&mut self, level: &Given<'_>) {
        if let Some((given, minutes)) = self.told(level) {
            given.changed(Message::new("import-crcz-time"));
            self.waiting += minutes;
        }
    }

    /// The part of a level with a task; none where it does not say how long it takes.
    pub(super) fn level(
        &mut self,
        level: &Given<'_>,
        name: &str,
        title: LocalText,
        draft: &mut Draft,
    ) -> Option<PhaseId> {
        let (given, minutes) = self.told(level)?;
        given.taken("phases[].duration");
        let id = PhaseId::from(self.names.make(name));
        draft.scenario.phases.push(Phase {
            id: id.clone(),
            title,
            duration: of_minutes(minutes + std::mem::take(&mut self.waiting)),
        });
        Some(id)
    }

    /// What comes behind the last task belongs to its part.
    pub(super) fn finish(&mut self, draft: &mut Draft) {
        if let Some(last) = draft.scenario.phases.last_mut() {
            last.duration += of_minutes(std::mem::take(&mut self.waiting));
        }
    }

    /// The minutes of a level, where they can be a part; what cannot is told.
    fn told<'a>(&self, level: &Given<'a>) -> Option<(Given<'a>, i64)> {
        let (given, minutes) = estimate(level)?;
        if minutes == 0 || !self.fits {
            given.lost(Message::new("import-crcz-no-time").with("most", LONGEST));
            return None;
        }
        Some((given, minutes))
    }
}

fn estimate<'a>(level: &Given<'a>) -> Option<(Given<'a>, i64)> {
    let given = find(level, "estimated_duration")?;
    let minutes = given.integer().unwrap_or_default();
    Some((given, minutes.max(0)))
}

fn of_minutes(minutes: i64) -> Duration {
    Duration::from_secs(u64::try_from(minutes).unwrap_or_default() * 60)
}
