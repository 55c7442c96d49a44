//! From which share of an objective's points each rating is suggested.

use serde::Serialize;

use crate::scenarios::{fields::Fields, findings::Reader, problem::Message, tree::Node};

/// The least share of the points for each rating, in per cent; below the last it is U, unable to be performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RatingShares {
    /// For P, performed without challenges.
    pub p: u32,
    /// For S, performed with some challenges.
    pub s: u32,
    /// For M, performed with major challenges.
    pub m: u32,
}

impl Default for RatingShares {
    fn default() -> Self {
        Self {
            p: 90,
            s: 70,
            m: 40,
        }
    }
}

impl RatingShares {
    /// Reads what an objective says of it; the usual shares where it says nothing.
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        let node = fields.optional("rating");
        node.map(|node| Self::of(fields.reader(), node))
            .unwrap_or_default()
    }

    fn of(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let usual = Self::default();
            let share = |key, usual| fields.optional_integer(key, 1..=100).unwrap_or(usual);
            let shares = Self {
                p: share("p", usual.p),
                s: share("s", usual.s),
                m: share("m", usual.m),
            };
            let pairs = [("s", shares.p, shares.s), ("m", shares.s, shares.m)];
            if let Some((key, ..)) = pairs.iter().find(|(_, higher, lower)| lower >= higher) {
                let message = Message::new("scenario-rating-order")
                    .with("p", shares.p)
                    .with("s", shares.s)
                    .with("m", shares.m);
                let help = Message::new("scenario-rating-order-help");
                reader.error(fields.span(key), message, Some(help));
            }
            shares
        })
    }
}
