//! How well an objective was performed: HSEEP's four ratings, suggested by points and decided by an evaluator.

use std::str::FromStr;

use serde::Serialize;

use crate::scenarios::RatingShares;

/// A rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Rating {
    /// Performed without challenges.
    P,
    /// Performed with some challenges.
    S,
    /// Performed with major challenges.
    M,
    /// Unable to be performed.
    U,
}

/// An evaluator's decision on an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// How it was performed.
    pub rating: Rating,
    /// Why, in a sentence.
    pub words: String,
}

impl Rating {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::P, Self::S, Self::M, Self::U];

    /// Its letter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P => "P",
            Self::S => "S",
            Self::M => "M",
            Self::U => "U",
        }
    }

    /// What the points suggest by the shares of an objective; nothing where there are none to get. The shares are ours or
    /// the scenario's, and are printed beside the ratings.
    #[must_use]
    pub fn suggested(points: i64, possible: i64, shares: RatingShares) -> Option<Self> {
        let reached = |percent: u32| points.max(0) * 100 >= i64::from(percent) * possible;
        let suggested = [
            (shares.p, Self::P),
            (shares.s, Self::S),
            (shares.m, Self::M),
        ];
        (possible > 0).then(|| {
            suggested
                .iter()
                .find(|(percent, _)| reached(*percent))
                .map_or(Self::U, |(_, rating)| *rating)
        })
    }
}

impl FromStr for Rating {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|rating| rating.as_str() == text)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_suggest_a_rating() {
        let usual = RatingShares::default();
        let suggested = |points| Rating::suggested(points, 200, usual).map(Rating::as_str);
        assert_eq!(
            [-5, 0, 79, 80, 139, 140, 179, 180, 200].map(suggested),
            ["U", "U", "U", "M", "M", "S", "S", "P", "P"].map(Some)
        );
        assert_eq!(Rating::suggested(0, 0, usual), None);
        let strict = RatingShares { p: 100, ..usual };
        assert_eq!(Rating::suggested(199, 200, strict), Some(Rating::S));
    }
}
