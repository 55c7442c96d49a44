//! How well an objective was performed: HSEEP's four ratings, suggested by points and decided by an evaluator.

use std::str::FromStr;

use serde::Serialize;

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

/// From which part of an objective's points, in percent, each rating is suggested; below the last it is [`Rating::U`].
/// The thresholds are ours and are printed beside the ratings.
const SUGGESTED: [(i64, Rating); 3] = [(90, Rating::P), (70, Rating::S), (40, Rating::M)];

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

    /// What the points suggest; nothing where there are none to get.
    #[must_use]
    pub fn suggested(points: i64, possible: i64) -> Option<Self> {
        let reached = |percent: i64| points.max(0) * 100 >= percent * possible;
        (possible > 0).then(|| {
            SUGGESTED
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
        let suggested = |points| Rating::suggested(points, 200).map(Rating::as_str);
        assert_eq!(
            [-5, 0, 79, 80, 139, 140, 179, 180, 200].map(suggested),
            ["U", "U", "U", "M", "M", "S", "S", "P", "P"].map(Some)
        );
        assert_eq!(Rating::suggested(0, 0), None);
    }
}
