//! A course: what its file says of whom it is for, its lessons, its quiz, and the scenarios in which it is practised.
//!
//! Plans name courses by what they reach people with, and attendance lists name them too; the file gives them a title in
//! both languages. Reading is pure but for [`titles`], which looks into the folder of scenarios and courses.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use serde_json::Value as Json;

use crate::scenarios::{
    Audience, Level, LocalText, Message, ScenarioId, Selection, Taking,
    reading::{self, Fields, Form, Names, Node, Others, Outcome, Reader, Thing, work_roles},
};

/// The file that makes a folder a course.
pub const COURSE_FILE: &str = "course.yaml";

/// A course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Its name, as plans and attendance lists write it.
    pub id: String,
    /// What lists of courses show.
    pub title: LocalText,
    /// What those who choose it read first.
    pub summary: LocalText,
    /// Whom it is for.
    pub audience: Vec<Audience>,
    /// How much a trainee must know.
    pub level: Level,
    /// How long it takes, practice included.
    pub duration: Duration,
    /// NICE work roles that it trains.
    pub skills: Vec<String>,
    /// What is read, one after the other.
    pub lessons: Vec<Lesson>,
    /// What is asked at the end.
    pub quiz: Option<Quiz>,
    /// The scenarios in which it is practised; each must be passed.
    pub practice: Vec<ScenarioId>,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its name, unique in the course.
    pub id: String,
    /// Its title.
    pub title: LocalText,
    /// What is read, in Markdown.
    pub text: LocalText,
}

/// Questions, each worth the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiz {
    /// How many of them must be answered rightly, in per cent.
    pub pass_mark: u32,
    /// The questions in the order in which they are asked.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its name, unique in the quiz.
    pub id: String,
    /// What is asked.
    pub text: LocalText,
    /// What is offered, and what of it is right.
    pub answer: Selection,
    /// How many of what is offered an answer names.
    pub taking: Taking,
}

impl Course {
    /// Reads a course file and says everything that is wrong with it.
    #[must_use]
    pub fn check(file: &str, bytes: &[u8], others: &Others) -> Outcome<Self> {
        others.outcome(file, bytes, |reader, root| Self::read(reader, root, others))
    }

    /// The JSON Schema of course files.
    #[must_use]
    pub fn schema() -> Json {
        let others = Others::default();
        reading::schema(COURSE_FILE, |reader, root| {
            drop(Self::read(reader, root, &others));
        })
    }

    fn read(reader: Reader<'_>, root: &Node, others: &Others) -> Self {
        reader.map(root, |fields| {
            let lessons = Names::default();
            Self {
                id: others.own_name(fields, "course"),
                title: fields.languages("title"),
                summary: fields.languages("summary"),
                audience: fields.words("audience", &Audience::WORDS),
                level: fields.choice("level", Level::WORDS).unwrap_or(Level::Basic),
                duration: fields.duration("duration"),
                skills: work_roles(fields, "skills"),
                lessons: fields.filled_list("lessons", |node| Lesson::read(reader, node, &lessons)),
                quiz: fields.optional("quiz").map(|node| Quiz::read(reader, node)),
                practice: fields.list("practice", |node| practice(reader, node, others)),
            }
        })
    }
}

impl Lesson {
    fn read(reader: Reader<'_>, node: &Node, names: &Names) -> Self {
        reader.map(node, |fields| Self {
            id: names.give(fields, "id", Form::Name),
            title: fields.languages("title"),
            text: fields.languages("text"),
        })
    }
}

impl Quiz {
    fn read(reader: Reader<'_>, node: &Node) -> Self {
        reader.map(node, |fields| {
            let names = Names::default();
            Self {
                pass_mark: fields.integer("pass_mark", 1..=100),
                questions: fields
                    .filled_list("questions", |node| Question::read(reader, node, &names))
                    .into_iter()
                    .flatten()
                    .collect(),
            }
        })
    }
}

impl Question {
    fn read(reader: Reader<'_>, node: &Node, names: &Names) -> Option<Self> {
        reader.map(node, |fields| {
            let id = names.give(fields, "id", Form::Name);
            let text = fields.languages("text");
            let answer = fields.required("answer");
            let (answer, taking) = answer.and_then(|node| answer_of(reader, node))?;
            Some(Self {
                id,
                text,
                answer,
                taking,
            })
        })
    }
}

/// What is offered, written as a scenario's tasks write it.
fn answer_of(reader: Reader<'_>, node: &Node) -> Option<(Selection, Taking)> {
    reader.map(node, |fields: &Fields<'_>| {
        let (form, node) = fields.one_of(&["choice", "choices", "order"])?;
        let taking = match form {
            "choice" => Taking::One,
            "choices" => Taking::Some,
            _ => Taking::All,
        };
        let selection = reader.map(node, |fields| Selection::of(fields, taking));
        Some((selection, taking))
    })
}

/// A scenario to practise in: one that credits nobody is passed by nobody.
fn practice(reader: Reader<'_>, node: &Node, others: &Others) -> ScenarioId {
    let name = Form::Name.of(reader, node);
    reader.refer(Thing::Scenario, &name, node.span);
    let known = others.scenarios.as_ref().and_then(|all| all.get(&name));
    if known.is_some_and(Vec::is_empty) {
        let message = Message::new("content-practice-uncredited").with("name", &name);
        let help = Message::new("content-practice-uncredited-help");
        reader.error(node.span, message, Some(help));
    }
    ScenarioId::from(name)
}

/// The course files of a folder, by their folders' names. What begins with a dot is somebody's unfinished work.
#[must_use]
pub fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path().join(COURSE_FILE))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    files
}

/// The titles of a folder's courses. One with mistakes has none: `course check` says them, and nothing else waits for it.
#[must_use]
pub fn titles(folder: &Path) -> BTreeMap<String, LocalText> {
    let read = |file| {
        let bytes = fs::read(file).ok()?;
        let course = Course::check(COURSE_FILE, &bytes, &Others::default()).value?;
        Some((course.id, course.title))
    };
    files(folder).into_iter().filter_map(read).collect()
}
