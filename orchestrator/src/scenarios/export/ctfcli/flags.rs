//! The flags of a challenge that an answer makes; none where a contest cannot judge it.

use crate::scenarios::{
    Answer, Logic, Message, Parts, Selection, Taking, Task,
    import::{Fate, Yaml},
    templates,
};

/// The flags, and what became of the answer; nothing is said where it is simply taken.
pub(super) struct Flags {
    pub(super) fate: Fate,
    pub(super) told: Option<Message>,
    pub(super) list: Vec<Yaml>,
}

impl Flags {
    fn taken(list: Vec<Yaml>) -> Self {
        Self {
            fate: Fate::Taken,
            told: None,
            list,
        }
    }

    fn changed(why: &'static str, list: Vec<Yaml>) -> Self {
        Self {
            fate: Fate::Changed,
            told: Some(Message::new(why)),
            list,
        }
    }

    fn lost(why: &'static str) -> Self {
        Self {
            fate: Fate::Lost,
            told: Some(Message::new(why)),
            list: Vec::new(),
        }
    }
}

/// The flags of an answer, any of which is right; of parts that are all asked for one each.
pub(super) fn of(answer: &Answer) -> Flags {
    let fixed = |text: &str| templates::expressions(text).is_empty();
    match answer {
        Answer::Text(text) if text.accept.iter().all(|text| fixed(text)) => {
            let flags = text.accept.iter().map(|text| flag("static", &plain(text)));
            Flags::taken(flags.collect())
        }
        Answer::Pattern(pattern) => Flags::taken(vec![flag("regex", &pattern.regex)]),
        Answer::File(file) => Flags::changed("export-digest", vec![flag("static", &file.sha256)]),
        Answer::Number(number) if fixed(&number.value) => {
            let flags = vec![flag("static", &number.value)];
            if number.tolerance.to_string() == "0" {
                Flags::taken(flags)
            } else {
                Flags::changed("export-tolerance", flags)
            }
        }
        Answer::Choice(options) => Flags::changed("export-options", right(options, Taking::One)),
        Answer::Choices(options) => Flags::changed("export-options", right(options, Taking::Some)),
        Answer::Order(options) => Flags::changed("export-options", right(options, Taking::All)),
        Answer::Flag | Answer::Text(_) | Answer::Number(_) => Flags::lost("export-drawn"),
        Answer::Parts(several) => parts(several),
        Answer::Check(_) => Flags::lost("export-check"),
        Answer::Report(_) => Flags::lost("export-report"),
        Answer::Decision(_) => Flags::lost("export-decision"),
    }
}

/// The flags of all parts. One that a contest cannot judge leaves the whole unanswerable where all are asked for.
fn parts(several: &Parts) -> Flags {
    let mut list = Vec::new();
    let mut left_out = false;
    for part in &several.parts {
        let own = of(&part.answer).list;
        left_out |= own.is_empty();
        match (&part.answer, several.logic) {
            // Each flag of a contest that asks for all of them is asked for.
            (Answer::Text(text), Logic::All) if own.len() > 1 => {
                let any: Vec<String> = text.accept.iter().map(|it| escaped(it)).collect();
                list.push(flag("regex", &format!("(?i:{})", any.join("|"))));
            }
            (_, Logic::All) => list.extend(own.into_iter().take(1)),
            (_, Logic::Any) => list.extend(own),
        }
    }
    if list.is_empty() || (left_out && several.logic == Logic::All) {
        return Flags::lost("export-drawn");
    }
    Flags::changed(
        if left_out {
            "export-parts-some"
        } else {
            "export-parts"
        },
        list,
    )
}

/// The tries that a contest counts, and whether they were those of each part.
pub(super) fn attempts(task: &Task) -> Option<(u32, bool)> {
    let limits: Option<Vec<u32>> = task
        .ways()
        .iter()
        .map(|way| way.answer.attempts())
        .collect();
    let most = limits?.into_iter().max()?;
    Some((most, matches!(task.answer, Answer::Parts(_))))
}

fn flag(kind: &str, content: &str) -> Yaml {
    let data = if kind == "regex" {
        "case_sensitive"
    } else {
        "case_insensitive"
    };
    Yaml::Map(vec![
        ("type".to_owned(), Yaml::text(kind)),
        ("content".to_owned(), Yaml::text(content)),
        ("data".to_owned(), Yaml::text(data)),
    ])
}

fn plain(text: &str) -> String {
    text.replace("\\{{", "{{")
}

fn escaped(text: &str) -> String {
    regex::escape(&plain(text))
}

fn right(selection: &Selection, taking: Taking) -> Vec<Yaml> {
    let right = selection.right(taking);
    right.iter().map(|right| flag("static", right)).collect()
}
