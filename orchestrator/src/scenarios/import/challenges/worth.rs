//! What a challenge brings: points, and how they fall with every solve.
//!
//! The logarithmic function of `CTFd` is the decay of a scenario, to the point. Its linear one takes the same from each
//! solve; here the worth falls slowly at first and reaches its last value after as many solves.

use super::{Challenge, MAX_POINTS};
use crate::scenarios::{
    Decay, Message,
    import::{Fate, ledger::Given},
};

/// Most solves after which the last worth is reached.
const MAX_SOLVES: i64 = 10_000;

/// What a source says of points that fall.
#[derive(Default)]
pub(in crate::scenarios::import) struct Falling<'a> {
    /// Where it says that they do.
    kind: Option<Given<'a>>,
    /// What it is worth before anybody has solved it.
    initial: Option<u32>,
    minimum: Option<Given<'a>>,
    decay: Option<Given<'a>>,
    function: Option<Given<'a>>,
}

impl<'a> Falling<'a> {
    /// Says that the points fall.
    pub(in crate::scenarios::import) fn dynamic(&mut self, kind: &Given<'a>) {
        self.kind = Some(kind.clone());
    }

    /// Keeps one of its keys.
    pub(in crate::scenarios::import) fn keep(&mut self, key: &str, given: &Given<'a>) {
        match key {
            "initial" => self.initial = points(given).or(self.initial),
            "minimum" => self.minimum = Some(given.clone()),
            "decay" => self.decay = Some(given.clone()),
            "function" => self.function = Some(given.clone()),
            _ => {}
        }
    }
}

impl Challenge<'_> {
    /// What it brings at first.
    pub(super) fn first_worth(&self) -> u32 {
        self.falling.initial.unwrap_or(self.points)
    }

    /// How that falls; what became of each key is told here.
    pub(super) fn decay(&self) -> Option<Decay> {
        let Falling {
            kind,
            initial: _,
            minimum,
            decay,
            function,
        } = &self.falling;
        let word = function.as_ref().and_then(Given::text);
        let (Some(least), Some(number)) = (minimum, decay) else {
            let alone = kind.iter().chain(minimum).chain(decay).chain(function);
            for given in alone {
                if given.text() == Some("static") {
                    given.taken("scenario.yaml: tasks");
                } else {
                    given.lost(Message::new("import-decay-part"));
                }
            }
            return None;
        };
        let to = points(least)?;
        let every = number.integer().filter(|it| (0..=MAX_SOLVES).contains(it));
        let Some(every) = every else {
            number.lost(super::bounds(0, MAX_SOLVES));
            return None;
        };
        let first = self.first_worth();
        let all = || kind.iter().chain(decay).chain(function);
        if to >= first || word == Some("static") {
            for given in all() {
                given.changed(Message::new("import-decay-never"));
            }
            return None;
        }
        // Nothing is one there, too.
        let every = every.max(1);
        let is_linear = word == Some("linear");
        let solves = if is_linear {
            i64::from(first - to).div_euclid(every) + i64::from(i64::from(first - to) % every != 0)
        } else {
            every
        };
        let solves = u32::try_from(solves.clamp(1, MAX_SOLVES)).unwrap_or(1);
        for given in all() {
            let is_kind = kind
                .as_ref()
                .is_some_and(|kind| kind.place() == given.place());
            let (fate, message) = match word {
                Some("linear") if !is_kind => (
                    Fate::Changed,
                    Message::new("import-decay-linear").with("solves", solves),
                ),
                None | Some("linear" | "logarithmic") => (
                    Fate::Taken,
                    Message::new("import-taken").with("to", "scenario.yaml: tasks[].decay"),
                ),
                Some(_) => (Fate::Changed, Message::new("import-decay-function")),
            };
            given.tell(fate, message);
        }
        Some(Decay { to, solves })
    }
}

/// Points of a task or a hint.
pub(in crate::scenarios::import) fn points(given: &Given<'_>) -> Option<u32> {
    if let Some(points) = given
        .integer()
        .filter(|points| (0..=MAX_POINTS).contains(points))
    {
        given.taken("scenario.yaml: tasks");
        u32::try_from(points).ok()
    } else {
        given.lost(super::bounds(0, MAX_POINTS));
        None
    }
}
