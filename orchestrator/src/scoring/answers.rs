//! Judging an answer.
//!
//! Comparison takes the same time whatever the answer is, so that nobody learns a flag letter by letter.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::journal::Verdict;

/// The flags of one task: those of the team's environments, and those of the other teams'.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Of every environment that the team has held, so that a reset costs nobody an answer.
    pub own: Vec<String>,
    /// Of the other teams: right there, evidence here.
    pub foreign: Vec<String>,
}

/// Judges a flag.
#[must_use]
pub fn judge_flag(answer: &str, flags: &Answers) -> Verdict {
    let answer = digest(answer.trim());
    // Both lists are always read to the end.
    let own = flags
        .own
        .iter()
        .fold(false, |found, flag| found | (digest(flag) == answer));
    let foreign = flags
        .foreign
        .iter()
        .fold(false, |found, flag| found | (digest(flag) == answer));
    if own {
        Verdict::Correct
    } else if foreign {
        Verdict::Foreign
    } else {
        Verdict::Wrong
    }
}

/// Judges an answer in words against those that the scenario accepts.
#[must_use]
pub fn judge_text(answer: &str, accepted: &[String]) -> Verdict {
    let answer = digest(&normalise(answer));
    let found = accepted.iter().fold(false, |found, text| {
        found | (digest(&normalise(text)) == answer)
    });
    if found {
        Verdict::Correct
    } else {
        Verdict::Wrong
    }
}

/// How answers in words are compared: composed letters, lower case, single spaces, nothing around.
#[must_use]
pub fn normalise(text: &str) -> String {
    let composed: String = text.nfc().collect::<String>().to_lowercase();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_teams_flag_is_told_apart() {
        let flags = Answers {
            own: vec!["TT{a}".into(), "TT{b}".into()],
            foreign: vec!["TT{c}".into()],
        };
        assert_eq!(judge_flag(" TT{b}\n", &flags), Verdict::Correct);
        assert_eq!(judge_flag("TT{c}", &flags), Verdict::Foreign);
        assert_eq!(judge_flag("", &flags), Verdict::Wrong);
    }

    #[test]
    fn words_are_compared_as_a_person_reads_them() {
        let decomposed: String = "Cổng  thông tin".nfd().collect();
        assert_eq!(
            judge_text(&decomposed, &["cổng thông tin".into()]),
            Verdict::Correct
        );
        assert_eq!(
            judge_text("cong thong tin", &["cổng thông tin".into()]),
            Verdict::Wrong
        );
    }
}
