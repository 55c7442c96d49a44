//! What a task is worth beyond its points: less the more teams have solved it, more for those who are first, less for
//! answers that were wrong.
//!
//! A team keeps what a task was worth when it solved it. So no score ever falls through what another team does, a pass
//! mark that was reached stays reached, and the row that booked the points explains them for ever.

use serde::Serialize;

use super::tasks::MAX_POINTS;
use crate::scenarios::{
    fields::Fields,
    findings::Reader,
    problem::Message,
    tree::{Node, Value},
};

/// Most teams after which a task has reached its lowest worth: more are not in one exercise.
const MAX_SOLVES: i64 = 10_000;
/// Most wrong answers that may be free.
const MAX_FREE: i64 = 1_000;
/// Most places that get a bonus.
const MAX_PLACES: usize = 20;

/// What a task is worth beyond its points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// How it becomes worth less the more teams have solved it.
    pub decay: Option<Decay>,
    /// Points on top for the first team that solves it, the second, and so on.
    pub bonus: Vec<u32>,
    /// What wrong answers take.
    pub penalty: Option<Penalty>,
}

/// How a task becomes worth less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Decay {
    /// What it is worth at last.
    pub to: u32,
    /// After how many teams that is.
    pub solves: u32,
}

/// What wrong answers take from the task, once it is solved; never more than it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Penalty {
    /// Points for each.
    pub points: u32,
    /// Wrong answers that cost nothing: of each part, and of each member where every one answers.
    pub free: u32,
}

impl Worth {
    /// What a task of `points` is worth to the next team when `before` teams have solved it:
    /// `points − (points − to) · before² / solves²`, the part that is taken rounded down, and `to` from `solves` on.
    #[must_use]
    pub fn value(&self, points: i64, before: u32) -> i64 {
        let Some(Decay { to, solves }) = self.decay else {
            return points;
        };
        if before >= solves {
            return i64::from(to).min(points);
        }
        let (before, solves) = (i128::from(before), i128::from(solves));
        let range = i128::from((points - i64::from(to)).max(0));
        let taken = range * before * before / (solves * solves);
        points - i64::try_from(taken).unwrap_or(points)
    }

    /// What a task of `points` brings for certain, however late it is solved.
    #[must_use]
    pub fn floor(&self, points: i64) -> i64 {
        self.decay
            .map_or(points, |decay| i64::from(decay.to).min(points))
    }

    /// The most that a task of `points` can bring.
    #[must_use]
    pub fn most(&self, points: i64) -> i64 {
        points + self.bonus.iter().copied().map(i64::from).max().unwrap_or(0)
    }

    /// The bonus of the next team when `before` teams have solved the task.
    #[must_use]
    pub fn bonus(&self, before: u32) -> i64 {
        let place = usize::try_from(before).unwrap_or(usize::MAX);
        self.bonus.get(place).copied().map_or(0, i64::from)
    }

    /// Reads what a task says of it.
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        let reader = fields.reader();
        let decay = fields.optional("decay");
        let bonus = fields.optional("bonus");
        let penalty = fields.optional("penalty");
        Self {
            decay: decay.map(|node| Decay::read(reader, node)),
            bonus: bonus.map(|node| places(reader, node)).unwrap_or_default(),
            penalty: penalty.map(|node| Penalty::read(reader, node)),
        }
    }
}

impl Decay {
    fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            to: fields.integer("to", 0..=MAX_POINTS),
            solves: fields.integer("solves", 1..=MAX_SOLVES),
        })
    }
}

impl Penalty {
    fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| Self {
            points: fields.integer("points", 1..=MAX_POINTS),
            free: fields.optional_integer("free", 0..=MAX_FREE).unwrap_or(0),
        })
    }
}

/// The points of each place, which fall from the first to the last.
fn places(reader: Reader<'_>, node: &Node) -> Vec<u32> {
    let items = reader.items(node);
    if items.is_empty() && matches!(node.value, Value::List(_)) {
        reader.error(node.span, Message::new("scenario-empty-list"), None);
    }
    if items.len() > MAX_PLACES {
        let message = Message::new("scenario-bonus-places").with("most", MAX_PLACES);
        reader.error(node.span, message, None);
    }
    let mut before: Option<u32> = None;
    let read = |item: &Node| {
        let points = u32::try_from(reader.integer(item, 1..=MAX_POINTS)).unwrap_or_default();
        if before.is_some_and(|before| points > before) {
            let message = Message::new("scenario-bonus-rises");
            let help = Message::new("scenario-bonus-rises-help");
            reader.warn(item.span, message, Some(help));
        }
        before = Some(points);
        points
    };
    items.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decaying(to: u32, solves: u32) -> Worth {
        Worth {
            decay: Some(Decay { to, solves }),
            ..Worth::default()
        }
    }

    #[test]
    fn a_task_is_worth_less_and_less_until_its_floor() {
        let worth = decaying(40, 10);
        let values = [0, 1, 2, 5, 9, 10, 11, u32::MAX].map(|before| worth.value(100, before));
        assert_eq!(values, [100, 100, 98, 85, 52, 40, 40, 40]);
        assert_eq!((worth.floor(100), worth.most(100)), (40, 100));
    }

    #[test]
    fn it_never_becomes_worth_more_and_never_less_than_its_floor() {
        for (points, to, solves) in [(100, 0, 1), (7, 3, 5), (100_000, 1, 10_000), (50, 49, 3)] {
            let worth = decaying(to, solves);
            let values: Vec<i64> = (0..=solves + 2).map(|n| worth.value(points, n)).collect();
            assert_eq!((values[0], values.last()), (points, Some(&i64::from(to))));
            assert!(
                values.windows(2).all(|pair| pair[0] >= pair[1]),
                "{values:?}"
            );
            assert!(values.iter().all(|value| *value >= i64::from(to)));
        }
    }

    #[test]
    fn the_first_get_more_and_without_anything_said_nothing_changes() {
        let worth = Worth {
            bonus: vec![30, 20],
            ..Worth::default()
        };
        assert_eq!([0, 1, 2].map(|before| worth.bonus(before)), [30, 20, 0]);
        assert_eq!((worth.floor(100), worth.most(100)), (100, 130));
        assert_eq!(Worth::default().value(100, 7), 100);
    }
}
