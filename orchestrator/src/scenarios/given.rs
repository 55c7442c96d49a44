//! What a trainee gives to a task: the form in which it is compared and kept, and answers that are wrong for certain.

use super::{
    decimal::Decimal,
    model::{Answer, Selection, Taking, digest},
};

/// An answer that no scenario accepts: nobody would write it.
const WRONG_WORDS: &str = "không phải câu trả lời 7f3a";
/// Numbers of which a scenario's tolerance spares at least one.
const WRONG_NUMBERS: [&str; 3] = ["-999999999999999", "0", "999999999999999"];

/// Why something is no answer to its task at all. It costs no try: nothing was guessed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A number is asked for.
    Number,
    /// A SHA-256 is asked for.
    Digest,
    /// One of the options is asked for, or some of them, each once.
    Option,
    /// All options are asked for, each with a place of its own.
    Order,
}

impl Answer {
    /// Whether a trainee gives it, rather than filing a report, bringing about a state or deciding what is
    /// neither right nor wrong.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Check(_) | Self::Report(_) | Self::Decision(_))
    }

    /// How often a team may try, where that is limited; each part has a limit of its own.
    #[must_use]
    pub fn attempts(&self) -> Option<u32> {
        match self {
            Self::Text(text) => text.attempts,
            Self::Number(number) => number.attempts,
            Self::Pattern(pattern) => pattern.attempts,
            Self::Choice(selection) | Self::Choices(selection) | Self::Order(selection) => {
                selection.attempts
            }
            Self::File(file) => file.attempts,
            Self::Flag | Self::Check(_) | Self::Report(_) | Self::Decision(_) | Self::Parts(_) => {
                None
            }
        }
    }

    /// What is offered, and how many of that an answer names, where there is something to choose.
    #[must_use]
    pub fn selection(&self) -> Option<(&Selection, Taking)> {
        match self {
            Self::Choice(selection) => Some((selection, Taking::One)),
            Self::Choices(selection) => Some((selection, Taking::Some)),
            Self::Order(selection) => Some((selection, Taking::All)),
            _ => None,
        }
    }

    /// What was typed or chosen, in the form in which it is kept: two that mean the same are the same text.
    ///
    /// # Errors
    /// What is no answer to this task at all.
    pub fn given(&self, text: &str) -> Result<String, Unfit> {
        let text = text.trim();
        match self {
            Self::Number(_) => Decimal::read(text)
                .map(|number| number.to_string())
                .ok_or(Unfit::Number),
            Self::File(_) => digest(text)
                .map(std::borrow::Cow::into_owned)
                .ok_or(Unfit::Digest),
            _ => match self.selection() {
                Some((selection, taking)) => selection.given(text, taking).ok_or(match taking {
                    Taking::One | Taking::Some => Unfit::Option,
                    Taking::All => Unfit::Order,
                }),
                None => Ok(text.to_owned()),
            },
        }
    }

    /// Whether what was given is right, where that is the same in every environment: then no machine, seed or address is
    /// needed to know it. Nothing where it depends on the environment.
    #[must_use]
    pub fn judged(&self, given: &str) -> Option<bool> {
        match self {
            Self::Number(answer) if !answer.value.contains("{{") => {
                Some(answer.takes(&answer.value, given))
            }
            Self::Parts(_) | Self::Decision(_) => Some(false),
            Self::Pattern(answer) => Some(answer.matches(given)),
            Self::File(answer) => Some(digest(given).is_some_and(|given| given == answer.sha256)),
            _ => self.selection().map(|(selection, taking)| {
                let given = selection.given(given, taking);
                given.is_some() && given == selection.right(taking)
            }),
        }
    }

    /// Answers of its kind of which at least one is wrong, as a scenario's test tries them.
    #[must_use]
    pub fn guesses(&self) -> Vec<String> {
        match self {
            Self::Number(_) => WRONG_NUMBERS.map(str::to_owned).to_vec(),
            Self::Pattern(_) => vec![WRONG_WORDS.to_owned(), "-".to_owned(), "7f3a".to_owned()],
            Self::File(_) => ["0", "f"].map(|digit| digit.repeat(64)).to_vec(),
            Self::Choice(selection) | Self::Choices(selection) => {
                let options = selection.options.iter();
                options.map(|option| option.id.to_string()).collect()
            }
            Self::Order(selection) => {
                let mut ids: Vec<&str> = selection.correct.iter().map(AsRef::as_ref).collect();
                ids.reverse();
                vec![ids.join(",")]
            }
            Self::Flag | Self::Text(_) => vec![WRONG_WORDS.to_owned()],
            Self::Check(_) | Self::Report(_) | Self::Decision(_) | Self::Parts(_) => Vec::new(),
        }
    }
}
