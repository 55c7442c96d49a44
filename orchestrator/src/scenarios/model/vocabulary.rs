//! The words in which scenarios and courses say whom they are for, and in which sector a story is set. A free text here
//! would make as many filters as there are ways to write one thing.

use serde::{Deserialize, Serialize};

/// Whom a scenario or a course is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody on the staff list.
    AllStaff,
    /// Those who decide: leaders and heads of units.
    Leader,
    /// IT specialists.
    ItSpecialist,
    /// Those whose work information security is.
    SecuritySpecialist,
    /// Members of the incident response team.
    IncidentTeam,
    /// Those who run a system day by day.
    Operator,
    /// Citizens, pupils, whoever uses what the authorities offer.
    Public,
}

/// A sector: the eleven critical ones of Vietnamese law (decision 632/QĐ-TTg), and education.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// Transport.
    Transport,
    /// Energy.
    Energy,
    /// Natural resources and environment.
    Environment,
    /// Information: portals, press, telecommunication.
    Information,
    /// Health.
    Health,
    /// Finance.
    Finance,
    /// Banking.
    Banking,
    /// National defence.
    Defence,
    /// Security, public order and safety.
    PublicOrder,
    /// Towns and what they run: water, waste, lights.
    Urban,
    /// The government's direction and administration.
    Government,
    /// Education.
    Education,
}

impl Audience {
    /// How they are written.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("all_staff", Self::AllStaff),
        ("leader", Self::Leader),
        ("it_specialist", Self::ItSpecialist),
        ("security_specialist", Self::SecuritySpecialist),
        ("incident_team", Self::IncidentTeam),
        ("operator", Self::Operator),
        ("public", Self::Public),
    ];
    /// The words alone.
    pub const NAMES: [&'static str; 7] = names(&Self::WORDS);

    /// How it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        word(&Self::WORDS, &self)
    }
}

impl Sector {
    /// How they are written.
    pub const WORDS: [(&'static str, Self); 12] = [
        ("transport", Self::Transport),
        ("energy", Self::Energy),
        ("environment", Self::Environment),
        ("information", Self::Information),
        ("health", Self::Health),
        ("finance", Self::Finance),
        ("banking", Self::Banking),
        ("defence", Self::Defence),
        ("public_order", Self::PublicOrder),
        ("urban", Self::Urban),
        ("government", Self::Government),
        ("education", Self::Education),
    ];
    /// The words alone.
    pub const NAMES: [&'static str; 12] = names(&Self::WORDS);

    /// How it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        word(&Self::WORDS, &self)
    }
}

const fn names<T: Copy, const N: usize>(words: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = words[at].0;
        at += 1;
    }
    names
}

fn word<T: PartialEq>(words: &[(&'static str, T)], wanted: &T) -> &'static str {
    let mut words = words.iter();
    words
        .find(|(_, value)| value == wanted)
        .map_or("", |(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::{Locale, has};

    #[test]
    fn each_word_is_one_thing_and_has_its_name_in_both_languages() {
        let audience = Audience::WORDS.map(|(word, it)| (word, serde_json::to_value(it).unwrap()));
        let sectors = Sector::WORDS.map(|(word, it)| (word, serde_json::to_value(it).unwrap()));
        for (prefix, words) in [("audience-", &audience[..]), ("sector-", &sectors[..])] {
            for (word, value) in words {
                assert_eq!(value, word);
                let id = format!("{prefix}{}", word.replace('_', "-"));
                assert!(Locale::ALL.iter().all(|locale| has(*locale, &id)), "{id}");
            }
        }
        assert_eq!(Sector::PublicOrder.as_str(), "public_order");
        assert_eq!(Audience::NAMES[4], Audience::IncidentTeam.as_str());
    }
}
