//! Levels that ask questions: free texts, choices, and statements to be matched with options.

use super::training::{Course, points};
use crate::scenarios::{
    Answer, AnswerOption, LocalText, Logic, Message, OptionId, Part, PartId, Parts, PatternAnswer,
    Penalty, Selection, TaskId, TextAnswer,
    import::{
        Fate,
        draft::{Draft, literal, task},
        foreign::{find, text_of},
        ledger::Given,
    },
};

/// Fewest and most options of a choice.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;
/// Most bytes of what the statements of all questions repeat: each is a task with all options.
pub(super) const MOST_REPEATED: usize = 8 << 20;
/// Anything at all: what a questionnaire takes for an answer.
const ANYTHING: &str = r"(?s)\S.*";

/// Reads a level's questions; none waits for another, and no later level waits for them.
pub(super) fn read(level: &Given<'_>, course: &mut Course<'_>, draft: &mut Draft) {
    let title = text_of(level, "title");
    let name = title.as_ref().map_or("assessment", |(_, text)| text);
    if let Some((given, _)) = &title {
        given.taken("tasks[].title");
    }
    let kind = text_of(level, "assessment_type").or_else(|| text_of(level, "type"));
    if let Some((given, text)) = &kind {
        if text.eq_ignore_ascii_case("test") {
            given.taken("tasks");
        } else {
            given.changed(Message::new("import-crcz-questionnaire"));
        }
    }
    if let Some((given, text)) = text_of(level, "instructions") {
        given.taken("tasks[].text");
        let text = course.text(&given, text);
        course.text = course.with_before(&text);
    }
    if let Some(score) = find(level, "max_score") {
        score.changed(Message::new("import-crcz-sum"));
    }
    let mut questions = find(level, "questions")
        .map(|list| list.items())
        .unwrap_or_default();
    questions.sort_by_key(|item| {
        find(item, "order")
            .and_then(|order| order.integer())
            .unwrap_or(i64::MAX)
    });
    for (index, question) in questions.iter().enumerate() {
        common(question);
        let title = if questions.len() > 1 {
            format!("{name} {}", index + 1)
        } else {
            name.to_owned()
        };
        match text_of(question, "question_type") {
            Some((given, kind)) if kind.eq_ignore_ascii_case("ffq") => {
                given.taken("answer.text");
                free(question, &title, course, draft);
            }
            Some((given, kind)) if kind.eq_ignore_ascii_case("mcq") => {
                given.taken("answer.choice, answer.choices");
                multiple(question, &title, course, draft);
            }
            Some((_, kind)) if kind.eq_ignore_ascii_case("emi") => {
                matching(question, &title, course, draft);
            }
            _ => question.lost(Message::new("import-crcz-question")),
        }
    }
}

fn common(question: &Given<'_>) {
    if let Some(given) = find(question, "order") {
        given.taken("tasks");
    }
    if let Some(given) = find(question, "answer_required") {
        given.lost(Message::new("import-crcz-required"));
    }
}

/// What a wrong answer takes. A question there is answered once, and a wrong answer takes from the sum; here it takes
/// from what the right answer brings, so there is a second try.
fn penalty(question: &Given<'_>, points: u32) -> Option<Penalty> {
    let given = find(question, "penalty")?;
    let wanted = given.integer().unwrap_or(-1);
    if wanted == 0 {
        given.taken("tasks[].points");
        return None;
    }
    let penalty = u32::try_from(wanted).ok().filter(|_| points > 0);
    let Some(penalty) = penalty else {
        given.lost(Message::new("import-crcz-no-penalty"));
        return None;
    };
    given.changed(Message::new("import-crcz-penalty"));
    Some(Penalty {
        points: penalty.min(points),
        free: 0,
    })
}

/// How often a question may be answered.
fn tries(penalty: Option<Penalty>) -> u32 {
    if penalty.is_some() { 2 } else { 1 }
}

/// What a question asks for and brings.
struct Asked {
    title: String,
    text: LocalText,
    points: u32,
    penalty: Option<Penalty>,
    answer: Answer,
    /// A right answer to each part.
    right: Vec<String>,
}

impl Asked {
    /// Adds a task that waits for the last level with an answer.
    fn add(self, at: &Given<'_>, course: &mut Course<'_>, draft: &mut Draft) {
        let id = course.names.make(&self.title);
        let title = course.text(at, &self.title);
        let text = course.with_before(&self.text);
        let mut task = task(&id, title, text, self.points, self.answer);
        task.worth.penalty = self.penalty;
        task.phase.clone_from(&course.phase);
        task.requires = course
            .before
            .iter()
            .map(|before| TaskId::from(before.as_str()))
            .collect();
        draft.solve(&task, &self.right, &mut course.names);
        draft.scenario.tasks.push(task);
    }
}

fn asked(question: &Given<'_>, title: &str, course: &Course<'_>) -> LocalText {
    match text_of(question, "text") {
        Some((given, text)) => {
            given.taken("tasks[].text");
            course.text(&given, text)
        }
        None => question.ledger().text(title),
    }
}

/// A free text; without a right one any answer counts.
fn free(question: &Given<'_>, title: &str, course: &mut Course<'_>, draft: &mut Draft) {
    let text = asked(question, title, course);
    let points = points(question, "points");
    let choices = find(question, "choices")
        .map(|list| list.items())
        .unwrap_or_default();
    let mut right = Vec::new();
    for choice in &choices {
        if let Some((said, answer)) = text_of(choice, "text") {
            if is_right(choice) {
                said.taken("tasks[].answer.text.accept");
                right.push(answer);
            } else {
                said.lost(Message::new("import-crcz-wrong"));
            }
        }
    }
    if let Some(first) = right.first() {
        let penalty = penalty(question, points);
        let answer = Answer::Text(TextAnswer {
            accept: right.iter().map(|text| literal(text)).collect(),
            attempts: Some(tries(penalty)),
        });
        let asked = Asked {
            title: title.to_owned(),
            text,
            points,
            penalty,
            answer,
            right: vec![(*first).to_owned()],
        };
        asked.add(question, course, draft);
        return;
    }
    penalty(question, 0);
    let answer = Answer::Pattern(PatternAnswer {
        regex: ANYTHING.to_owned(),
        attempts: None,
    });
    question.ledger().tell(
        Fate::Changed,
        question.place(),
        Message::new("import-crcz-anything"),
    );
    let asked = Asked {
        title: title.to_owned(),
        text,
        points,
        penalty: None,
        answer,
        right: vec!["OK".to_owned()],
    };
    asked.add(question, course, draft);
}

/// Whether a choice is right; its place in order and its truth are told.
fn is_right(choice: &Given<'_>) -> bool {
    if let Some(order) = find(choice, "order") {
        order.taken("tasks[].answer");
    }
    find(choice, "correct").is_some_and(|given| {
        given.taken("tasks[].answer.correct");
        given.truth() == Some(true)
    })
}

fn option_id(index: usize) -> String {
    let letter = u8::try_from(index).unwrap_or_default().min(25);
    char::from(b'a' + letter).to_string()
}

fn options(texts: &[(Given<'_>, &str)], course: &Course<'_>) -> Vec<AnswerOption> {
    let options = texts.iter().enumerate().map(|(index, (given, text))| {
        given.taken("tasks[].answer.options");
        AnswerOption {
            id: OptionId::from(option_id(index)),
            text: course.text(given, text),
        }
    });
    options.collect()
}

fn ordered<'a>(question: &Given<'a>, key: &str) -> Vec<Given<'a>> {
    let mut items = find(question, key)
        .map(|list| list.items())
        .unwrap_or_default();
    items.sort_by_key(|item| {
        find(item, "order")
            .and_then(|order| order.integer())
            .unwrap_or(i64::MAX)
    });
    items
}

fn multiple(question: &Given<'_>, title: &str, course: &mut Course<'_>, draft: &mut Draft) {
    let text = asked(question, title, course);
    let points = points(question, "points");
    let choices = ordered(question, "choices");
    let texts: Vec<_> = choices
        .iter()
        .filter_map(|choice| text_of(choice, "text"))
        .collect();
    let right: Vec<bool> = choices
        .iter()
        .filter(|choice| text_of(choice, "text").is_some())
        .map(is_right)
        .collect();
    let correct: Vec<OptionId> = right
        .iter()
        .enumerate()
        .filter(|(_, right)| **right)
        .map(|(index, _)| OptionId::from(option_id(index)))
        .collect();
    if !OPTIONS.contains(&texts.len()) || correct.is_empty() {
        question.lost(Message::new("import-crcz-choices"));
        return;
    }
    let given: Vec<&str> = correct.iter().map(OptionId::as_str).collect();
    let right = vec![given.join(", ")];
    let one = correct.len() == 1;
    let penalty = penalty(question, points);
    let selection = Selection {
        options: options(&texts, course),
        correct,
        attempts: Some(tries(penalty)),
    };
    let answer = if one {
        Answer::Choice(selection)
    } else {
        Answer::Choices(selection)
    };
    let asked = Asked {
        title: title.to_owned(),
        text,
        points,
        penalty,
        answer,
        right,
    };
    asked.add(question, course, draft);
}

/// Each statement is a part with a choice, or a task of its own where there are too many; its share of the points goes
/// with it then.
fn matching(question: &Given<'_>, title: &str, course: &mut Course<'_>, draft: &mut Draft) {
    let text = asked(question, title, course);
    let points = points(question, "points");
    let offered = ordered(question, "extended_matching_options");
    let texts: Vec<_> = offered
        .iter()
        .filter_map(|option| text_of(option, "text"))
        .collect();
    let orders: Vec<Option<i64>> = offered
        .iter()
        .filter(|option| text_of(option, "text").is_some())
        .map(|option| {
            let order = find(option, "order")?;
            order.taken("tasks[].answer.options");
            order.integer()
        })
        .collect();
    let statements = ordered(question, "extended_matching_statements");
    if !OPTIONS.contains(&texts.len()) || statements.is_empty() {
        question.lost(Message::new("import-crcz-choices"));
        return;
    }
    let options = options(&texts, course);
    let said = options.iter().map(|option| &option.text).chain([&text]);
    let bytes: usize = said.map(|text| text.vi.len() + text.en.len()).sum();
    let Some(left) = bytes
        .checked_mul(statements.len())
        .and_then(|bytes| course.room.checked_sub(bytes))
    else {
        question.lost(Message::new("import-crcz-statements"));
        return;
    };
    course.room = left;
    let penalty = penalty(question, points);
    let mut choices: Vec<(LocalText, Answer, String)> = Vec::new();
    for statement in &statements {
        if let Some(order) = find(statement, "order") {
            order.taken("tasks");
        }
        let wanted = find(statement, "correct_option_order");
        let number = wanted.as_ref().and_then(Given::integer);
        let place = orders
            .iter()
            .position(|order| order.is_some() && *order == number);
        let (Some(place), Some((said, about))) = (place, text_of(statement, "text")) else {
            statement.lost(Message::new("import-crcz-statement"));
            continue;
        };
        said.taken("tasks[].answers.parts[].title");
        if let Some(wanted) = &wanted {
            wanted.taken("tasks[].answers.parts[].answer.choice.correct");
        }
        let id = option_id(place);
        let answer = Answer::Choice(Selection {
            options: options.clone(),
            correct: vec![OptionId::from(id.as_str())],
            attempts: Some(tries(penalty)),
        });
        choices.push((course.text(&said, about), answer, id));
    }
    let asked = Asked {
        title: title.to_owned(),
        text,
        points,
        penalty,
        answer: Answer::Flag,
        right: Vec::new(),
    };
    matched(question, asked, choices, course, draft);
}

/// Adds what a question of statements asks for.
fn matched(
    question: &Given<'_>,
    asked: Asked,
    choices: Vec<(LocalText, Answer, String)>,
    course: &mut Course<'_>,
    draft: &mut Draft,
) {
    if choices.is_empty() {
        question.lost(Message::new("import-crcz-choices"));
        return;
    }
    let kind = find(question, "question_type");
    let told = |fate, message| {
        if let Some(kind) = &kind {
            kind.tell(fate, message);
        }
    };
    if OPTIONS.contains(&choices.len()) {
        let to = Message::new("import-taken").with("to", "tasks[].answers");
        told(Fate::Taken, to);
        let right = choices.iter().map(|(.., right)| right.clone()).collect();
        let part = |(number, (title, answer, _)): (usize, _)| Part {
            id: PartId::from(format!("part-{number}")),
            title,
            answer,
        };
        let parts = (1_usize..).zip(choices).map(part).collect();
        let logic = Logic::All;
        let answer = Answer::Parts(Parts { logic, parts });
        let asked = Asked {
            answer,
            right,
            ..asked
        };
        asked.add(question, course, draft);
        return;
    }
    told(Fate::Changed, Message::new("import-crcz-matching"));
    let count = u32::try_from(choices.len()).unwrap_or(1).max(1);
    for (index, (about, answer, right)) in choices.into_iter().enumerate() {
        let rest = if index == 0 { asked.points % count } else { 0 };
        let own = Asked {
            title: asked.title.clone(),
            text: LocalText {
                vi: format!("{}\n\n**{}**", asked.text.vi, about.vi),
                en: format!("{}\n\n**{}**", asked.text.en, about.en),
            },
            points: asked.points / count + rest,
            penalty: asked.penalty,
            answer,
            right: vec![right],
        };
        own.add(question, course, draft);
    }
}
