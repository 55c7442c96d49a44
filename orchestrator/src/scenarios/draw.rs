//! What one environment draws from its seed: flags, passwords, numbers, choices.
//!
//! The same seed and name give the same value for ever, on every version of every library: a server that was updated
//! during an exercise must still know the flags. So the stream is HMAC-SHA256 in counter mode and nothing else.

use std::collections::BTreeMap;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};

use super::{
    Scenario, Seed, Task, TaskId, VariableName, VariantId,
    compose::Lookup,
    model::{Answer, VariableKind},
};

/// Letters and digits of passwords: none that is mistaken for another when read aloud or from paper.
const PASSWORD_CHARACTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Digits of a flag and of hexadecimal values.
const HEX_CHARACTERS: &[u8] = b"0123456789abcdef";
/// Letters with which a syllable of a made-up word begins.
const CONSONANTS: &[u8] = b"bcdghklmnpqrstvx";
/// Letters with which it ends.
const VOWELS: &[u8] = b"aeiou";
/// Bytes of a flag's code.
const FLAG_BYTES: usize = 16;

/// The drawn values of one environment. They are secrets: never log them.
#[derive(Clone)]
pub struct Draw {
    flags: BTreeMap<TaskId, String>,
    variables: BTreeMap<VariableName, String>,
    variant: Option<VariantId>,
}

impl Draw {
    /// Draws all values of a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: &Seed) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &seed.0);
        let ways = scenario.tasks.iter().flat_map(Task::ways);
        let flags = ways.filter(|way| *way.answer == Answer::Flag);
        let variant = variant(&key, scenario);
        Self {
            flags: flags
                .map(|way| {
                    let code = flag(&key, &way.flag);
                    (way.flag, code)
                })
                .collect(),
            variables: scenario
                .variables
                .iter()
                .map(|variable| {
                    let stream = Stream::new(&key, &format!("variable:{}", variable.name));
                    (
                        variable.name.clone(),
                        draw(&variable.kind, variant.as_ref(), stream),
                    )
                })
                .collect(),
            variant,
        }
    }

    /// The form that an environment of this seed has, without drawing anything else.
    #[must_use]
    pub fn variant_of(scenario: &Scenario, seed: &Seed) -> Option<VariantId> {
        variant(&hmac::Key::new(hmac::HMAC_SHA256, &seed.0), scenario)
    }

    /// The form that the environment has, where its scenario knows several.
    #[must_use]
    pub fn variant(&self) -> Option<&VariantId> {
        self.variant.as_ref()
    }

    /// The flag of a task that asks for one, or of a part under `<task>.<part>`.
    #[must_use]
    pub fn flag(&self, task: &TaskId) -> Option<&str> {
        self.flags.get(task).map(String::as_str)
    }

    /// Whether `given` is the flag of a task, compared without telling where it differs.
    #[must_use]
    pub fn is_flag(&self, task: &TaskId, given: &str) -> bool {
        self.flag(task).is_some_and(|flag| {
            verify_slices_are_equal(flag.as_bytes(), given.trim().as_bytes()).is_ok()
        })
    }

    /// All flags.
    pub fn flags(&self) -> impl Iterator<Item = (&TaskId, &str)> {
        self.flags.iter().map(|(task, flag)| (task, flag.as_str()))
    }

    /// The value of a variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// All variables.
    pub fn variables(&self) -> impl Iterator<Item = (&VariableName, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name, value.as_str()))
    }
}

impl Lookup for Draw {
    fn value(&self, name: &str) -> Option<String> {
        self.variable(name).map(str::to_owned)
    }

    fn names(&self) -> Vec<String> {
        self.variables
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect()
    }
}

/// `TT{…}` with 32 hexadecimal digits.
fn flag(key: &hmac::Key, task: &TaskId) -> String {
    let tag = hmac::sign(key, format!("flag:{task}").as_bytes());
    let code = tag.as_ref().get(..FLAG_BYTES).unwrap_or_default();
    format!("TT{{{}}}", hex::encode(code))
}

/// One of the scenario's variants, all equally likely.
fn variant(key: &hmac::Key, scenario: &Scenario) -> Option<VariantId> {
    let count = scenario.variants.len() as u64;
    let index = Stream::new(key, "variant").below(count);
    let variant = scenario.variants.get(usize::try_from(index).ok()?)?;
    Some(variant.id.clone())
}

fn draw(kind: &VariableKind, variant: Option<&VariantId>, mut stream: Stream<'_>) -> String {
    match kind {
        VariableKind::Password { length } => stream.text(PASSWORD_CHARACTERS, *length),
        VariableKind::Hex { length } => stream.text(HEX_CHARACTERS, *length),
        VariableKind::Number { from, to } => {
            let offset = stream.below(from.abs_diff(*to).saturating_add(1));
            from.saturating_add_unsigned(offset).to_string()
        }
        VariableKind::Choice(words) => {
            let index = stream.below(words.len().max(1) as u64);
            usize::try_from(index)
                .ok()
                .and_then(|index| words.get(index))
                .cloned()
                .unwrap_or_default()
        }
        VariableKind::Port { from, to } => {
            let offset = stream.below(u64::from(from.abs_diff(*to)) + 1);
            (u64::from(*from) + offset).to_string()
        }
        VariableKind::Address(range) => {
            let inner = range.size().saturating_sub(2);
            let index = u32::try_from(stream.below(inner) + 1).ok();
            let address = index.and_then(|index| range.host(index));
            address.map(|it| it.to_string()).unwrap_or_default()
        }
        VariableKind::Name { syllables } => (0..*syllables)
            .map(|_| stream.text(CONSONANTS, 1) + &stream.text(VOWELS, 1))
            .collect(),
        VariableKind::Variant(texts) => {
            let own = texts.iter().find(|(of, _)| Some(of) == variant);
            own.map(|(_, text)| text.clone()).unwrap_or_default()
        }
    }
}

/// An endless row of numbers that belongs to a key and a label.
struct Stream<'a> {
    key: &'a hmac::Key,
    label: String,
    counter: u64,
}

impl<'a> Stream<'a> {
    fn new(key: &'a hmac::Key, label: &str) -> Self {
        Self {
            key,
            label: label.to_owned(),
            counter: 0,
        }
    }

    fn next(&mut self) -> u64 {
        let tag = hmac::sign(
            self.key,
            format!("{}:{}", self.label, self.counter).as_bytes(),
        );
        self.counter += 1;
        let bytes = tag.as_ref().iter().take(8);
        bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    /// A number below `bound`, all equally likely: what would favour the small ones is drawn again.
    fn below(&mut self, bound: u64) -> u64 {
        let bound = bound.max(1);
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let number = self.next();
            if number < fair {
                return number % bound;
            }
        }
    }

    fn text(&mut self, characters: &[u8], length: usize) -> String {
        (0..length)
            .filter_map(|_| {
                let index = usize::try_from(self.below(characters.len() as u64)).ok()?;
                characters.get(index).map(|byte| char::from(*byte))
            })
            .collect()
    }
}
