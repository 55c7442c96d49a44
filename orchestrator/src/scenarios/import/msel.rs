//! A list of events as a spreadsheet (MSEL), read into a tabletop scenario: a timeline of messages, and one report in
//! place of what its author has to think out.
//!
//! A list says what happens and what is expected, never how it is judged. What is expected and what evaluators note
//! stays with the event, where the white cell alone reads it.

mod columns;
mod phases;
mod words;

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use self::{
    columns::{becomes, numbered},
    words::{Method, is_cell, is_manual, method_of, recipient_of},
};
use super::{
    Fate, ImportError, Wanted,
    draft::{Draft, literal, ours, report_step, task},
    foreign::append,
    ledger::Ledger,
    names::{Names, slug},
};
use crate::scenarios::{
    Answer, BundleFile, Cell, Channel, Criterion, CriterionId, Effect, Event, EventId, Inject,
    LocalText, Message, Recipient, ReportForm, ReportStep, ReportTask, Response, ScenarioKind,
    Side, TaskId, Trigger,
    msel::{self, Field, Language, Moment, Sheet, TextCell, both, column_name, plain},
    scalars::is_name,
};

/// How long a drill goes on behind its last event.
const AFTERMATH: Duration = Duration::from_mins(30);
/// A drill is planned in steps of this, and takes at least four of them.
const STEP_SECONDS: u64 = 15 * 60;
/// How long players have where a list gives points and no time.
const RESPONSE: Duration = Duration::from_mins(30);
/// Most points of one answer to a message.
const MAX_POINTS: i64 = 100_000;
/// The task that stands in for what a list does not say.
const REPORT: &str = "report";
/// The one of those who attack, where the list has messages for them.
const RED_REPORT: &str = "report-red";

/// Reads the spreadsheet.
pub(super) fn import(
    files: &BTreeMap<String, BundleFile>,
    ledger: &Ledger,
    wanted: &Wanted,
) -> Result<Draft, ImportError> {
    let (path, file) = files
        .iter()
        .find(|(path, _)| path.to_lowercase().ends_with(".xlsx"))
        .ok_or(ImportError::Missing("*.xlsx"))?;
    ledger.spare_file(path);
    let sheet = msel::read(&file.bytes).map_err(|error| ImportError::Sheet {
        file: path.clone(),
        error,
    })?;
    let mut list = List {
        path,
        sheet: &sheet,
        ledger,
        moves: Vec::new(),
    };
    let times = list.times();
    list.moves = phases::of(&list.moves_at(&times));
    list.columns();
    let mut draft = list.draft(wanted);
    let mut used = HashSet::new();
    for (index, (row, cells)) in sheet.rows.iter().enumerate() {
        let when = times.get(index).copied().flatten();
        list.row(*row, cells, when, &mut used, &mut draft);
    }
    if draft.scenario.timeline.is_empty() {
        return Err(ImportError::Nothing(path.clone()));
    }
    list.finish(&mut draft);
    Ok(draft)
}

struct List<'a> {
    path: &'a str,
    sheet: &'a Sheet,
    ledger: &'a Ledger,
    /// The parts of the drill's time that its moves are, and when each begins.
    moves: Vec<(String, Duration)>,
}

type Cells = BTreeMap<u32, TextCell>;

impl List<'_> {
    fn place(&self, column: u32, row: u32) -> String {
        let column = column_name(column);
        format!(
            "{}: {}!{column}{}",
            self.path,
            self.sheet.name,
            u64::from(row) + 1
        )
    }

    fn tell(&self, fate: Fate, field: Field, row: u32, message: Message) {
        let column = self.column(field, None).unwrap_or_default();
        self.ledger.tell(fate, self.place(column, row), message);
    }

    /// What becomes of each column, and of other sheets.
    fn columns(&self) {
        let mut seen = Vec::new();
        for (column, heading, meaning) in &self.sheet.columns {
            let place = format!("{} ({heading})", self.place(*column, self.sheet.head));
            let (fate, message) = match meaning {
                None => (Fate::Lost, Message::new("import-msel-column")),
                Some(meaning) if seen.contains(meaning) => {
                    (Fate::Lost, Message::new("import-msel-column-twice"))
                }
                Some((field, _)) => becomes(*field, !self.moves.is_empty()),
            };
            seen.extend(*meaning);
            self.ledger.tell(fate, place, message);
        }
        for other in &self.sheet.others {
            let place = format!("{}: {other}", self.path);
            self.ledger
                .tell(Fate::Lost, place, Message::new("import-msel-sheet"));
        }
    }

    /// The scenario with its title and nothing in it.
    fn draft(&self, wanted: &Wanted) -> Draft {
        let mut above = self.sheet.above.iter();
        let stem = self.path.rsplit('/').next().unwrap_or(self.path);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let title = above.next().map_or(stem, |(row, text)| {
            let message = Message::new("import-taken").with("to", "title");
            self.ledger.tell(Fate::Taken, self.place(0, *row), message);
            text
        });
        let more: Vec<&str> = above
            .map(|(row, text)| {
                let message = Message::new("import-taken").with("to", "summary");
                self.ledger.tell(Fate::Taken, self.place(0, *row), message);
                text.as_str()
            })
            .collect();
        let summary = if more.is_empty() {
            ours(&Message::new("import-msel-summary"))
        } else {
            self.ledger.text(&more.join("\n"))
        };
        let id = wanted.id.clone().or_else(|| slug(title));
        let id = id.unwrap_or_else(|| "msel".to_owned());
        let mut draft = Draft::new(&id, self.ledger.text(title), summary);
        draft.scenario.kind = ScenarioKind::Tabletop;
        draft
    }

    /// When each row happens; nothing where only the white cell can say.
    fn times(&self) -> Vec<Option<Duration>> {
        let column = self.column(Field::Time, None);
        let moments: Vec<Option<Moment>> = self
            .sheet
            .rows
            .iter()
            .map(|(_, cells)| {
                let cell = cells.get(&column?)?;
                cell.moment.or_else(|| msel::parse(&cell.text))
            })
            .collect();
        let (times, start) = msel::relative(&moments);
        if let Some(start) = start {
            let minutes = start.as_secs() / 60 % 1_440;
            let clock = format!("{:02}:{:02}", minutes / 60, minutes % 60);
            let message = Message::new("import-msel-clock").with("time", clock);
            self.tell(Fate::Changed, Field::Time, self.sheet.head, message);
        }
        times
    }

    /// The move of each row that happens at a time; nothing where one has none.
    fn moves_at(&self, times: &[Option<Duration>]) -> Vec<(Duration, Option<&str>)> {
        let rows = self.sheet.rows.iter().zip(times);
        rows.filter_map(|((_, cells), at)| {
            let says = [Field::Text, Field::Details, Field::Title, Field::Subject];
            let says = says.iter().any(|field| self.local(cells, *field).is_some());
            says.then_some(((*at)?, self.cell(cells, Field::Move)))
        })
        .collect()
    }

    /// The column of a field in a language; the one without a language where there is none of it.
    fn column(&self, field: Field, language: Option<Language>) -> Option<u32> {
        let find = |wanted| {
            let mut columns = self.sheet.columns.iter();
            columns.find(|(.., meaning)| *meaning == Some((field, wanted)))
        };
        let column = find(language).or_else(|| find(None))?;
        Some(column.0)
    }

    fn cell<'a>(&self, cells: &'a Cells, field: Field) -> Option<&'a str> {
        let cell = cells.get(&self.column(field, None)?)?;
        Some(&cell.text)
    }

    /// A text in both languages; one stands for the other where it is missing.
    fn local(&self, cells: &Cells, field: Field) -> Option<LocalText> {
        let of = |language| {
            let column = self.column(field, Some(language))?;
            Some((column, cells.get(&column)?.text.as_str()))
        };
        match (of(Language::Vi), of(Language::En)) {
            (Some((vi, said)), Some((en, english))) if vi != en => Some(LocalText {
                vi: literal(said),
                en: literal(english),
            }),
            (Some((_, text)), _) | (None, Some((_, text))) => Some(self.ledger.text(text)),
            (None, None) => None,
        }
    }

    /// One row: a message, and perhaps what the white cell is to expect.
    fn row(
        &self,
        row: u32,
        cells: &Cells,
        when: Option<Duration>,
        used: &mut HashSet<String>,
        draft: &mut Draft,
    ) {
        let local = |field| self.local(cells, field);
        let title = local(Field::Title);
        let subject = local(Field::Subject);
        let said = local(Field::Text).or_else(|| local(Field::Details));
        let Some(mut text) = said
            .clone()
            .or_else(|| title.clone())
            .or_else(|| subject.clone())
        else {
            self.tell(
                Fate::Lost,
                Field::Text,
                row,
                Message::new("import-msel-no-text"),
            );
            return;
        };
        if let Some(details) =
            local(Field::Details).filter(|details| Some(details) != said.as_ref())
        {
            append(&mut text, None, &details);
        }
        let to = self.recipient(row, cells, &mut text);
        let (channel, to) = self.channel(row, cells, to);
        let trigger = self.trigger(row, cells, when);
        let id = self.id(row, cells, used, draft.scenario.timeline.len());
        let respond = (to != Recipient::White)
            .then(|| self.respond(row, cells))
            .flatten();
        let from = local(Field::From).unwrap_or_else(|| both("msel-white"));
        let message = Inject {
            to,
            channel,
            from,
            subject,
            text,
        };
        draft.scenario.timeline.push(Event {
            id: EventId::from(id.as_str()),
            title: match when {
                Some(_) if !self.moves.is_empty() => title,
                _ => numbered(self.cell(cells, Field::Move), title),
            },
            trigger,
            effect: Effect::Message(message),
            respond,
            expected: local(Field::Expected),
            notes: local(Field::Notes),
            hold: false,
        });
    }

    /// Its number where that can be a name; a free one otherwise.
    fn id(&self, row: u32, cells: &Cells, used: &mut HashSet<String>, count: usize) -> String {
        let wish = self.cell(cells, Field::Control).unwrap_or_default();
        let small = wish.to_lowercase();
        if is_name(&small) && used.insert(small) {
            return wish.to_owned();
        }
        let mut names = Names::new("e");
        let mut id = names.make(&if wish.is_empty() {
            format!("e{}", count + 1)
        } else {
            wish.to_owned()
        });
        let mut number = count;
        while !used.insert(id.clone()) {
            number += 1;
            id = format!("e{number}");
        }
        if !wish.is_empty() {
            let message = Message::new("import-renamed")
                .with("name", wish)
                .with("to", &id);
            self.tell(Fate::Changed, Field::Control, row, message);
        }
        id
    }

    /// Who it is for; a name that is no cell of ours goes to the head of the text.
    fn recipient(&self, row: u32, cells: &Cells, text: &mut LocalText) -> Recipient {
        let group = self.cell(cells, Field::Group);
        let to = self.cell(cells, Field::To);
        let cells = [to, group].into_iter().flatten();
        let mut named = cells.filter_map(|name| recipient_of(&plain(name)));
        let first = named.next();
        // What either column keeps from the teams stays with those who hold the drill.
        let white = first == Some(Recipient::White) || named.any(|it| it == Recipient::White);
        if let Some(name) = to.or(group).filter(|name| !is_cell(&plain(name))) {
            let name = self.ledger.text(name);
            let head = Message::new("import-msel-to");
            let head = ours(&head);
            *text = LocalText {
                vi: format!("**{}:** {}\n\n{}", head.vi, name.vi, text.vi),
                en: format!("**{}:** {}\n\n{}", head.en, name.en, text.en),
            };
        }
        if let (Some(name), Some(_)) = (group.filter(|name| !is_cell(&plain(name))), to) {
            let message = Message::new("import-msel-group").with("name", name);
            self.tell(Fate::Lost, Field::Group, row, message);
        }
        if white {
            Recipient::White
        } else {
            first.unwrap_or(Recipient::Blue)
        }
    }

    fn channel(&self, row: u32, cells: &Cells, to: Recipient) -> (Channel, Recipient) {
        let Some(method) = self.cell(cells, Field::Method) else {
            return (Channel::Mail, to);
        };
        match method_of(&plain(method)) {
            Method::Known(channel) => (channel, to),
            Method::Like(channel) => {
                let message = Message::new("import-msel-method").with("name", method);
                self.tell(Fate::Changed, Field::Method, row, message);
                (channel, to)
            }
            Method::Action => {
                self.tell(
                    Fate::Changed,
                    Field::Method,
                    row,
                    Message::new("import-msel-action"),
                );
                (Channel::Document, Recipient::White)
            }
        }
    }

    fn trigger(&self, row: u32, cells: &Cells, when: Option<Duration>) -> Trigger {
        let said = self.cell(cells, Field::Time).unwrap_or_default();
        match when {
            Some(at) => Trigger::At(at),
            None if is_manual(&plain(said)) => Trigger::Manual,
            None => {
                let message = Message::new("import-msel-manual").with("text", said);
                self.tell(Fate::Changed, Field::Time, row, message);
                Trigger::Manual
            }
        }
    }

    fn respond(&self, row: u32, cells: &Cells) -> Option<Response> {
        let said = self.cell(cells, Field::Due);
        let due = said.and_then(msel::parse).map(|moment| match moment {
            Moment::After(time) | Moment::Clock(time) => time,
        });
        let due = due.filter(|due| !due.is_zero() && *due <= Duration::from_hours(24 * 30));
        if let (Some(said), None) = (said, due) {
            let message = Message::new("import-msel-due").with("text", said);
            self.tell(Fate::Lost, Field::Due, row, message);
        }
        let given = self.cell(cells, Field::Points);
        let points = given.and_then(|text| text.parse::<i64>().ok());
        let points = points.filter(|points| (0..=MAX_POINTS).contains(points));
        if let (Some(given), None) = (given, points) {
            let message = Message::new("import-msel-points").with("text", given);
            self.tell(Fate::Lost, Field::Points, row, message);
        }
        if due.is_none() && points.is_none() {
            return None;
        }
        Some(Response {
            due: due.unwrap_or(RESPONSE),
            points: points
                .and_then(|points| u32::try_from(points).ok())
                .unwrap_or_default(),
        })
    }

    /// How long it takes, and a report in place of the tasks that the author writes.
    fn finish(&self, draft: &mut Draft) {
        let times = draft
            .scenario
            .timeline
            .iter()
            .filter_map(|event| match event.trigger {
                Trigger::At(at) => Some(at),
                _ => None,
            });
        let end = (times.max().unwrap_or_default() + AFTERMATH).as_secs();
        let steps = end.div_ceil(STEP_SECONDS).max(4);
        let longest = Duration::from_hours(24 * 30);
        draft.scenario.duration = Duration::from_secs(steps * STEP_SECONDS).min(longest);
        let message = Message::new("import-msel-duration")
            .with("minutes", draft.scenario.duration.as_secs() / 60);
        self.ledger
            .tell(Fate::Changed, "scenario.yaml: duration", message);

        phases::put(&self.moves, draft);
        report(REPORT, Cell::Blue, draft);
        let to_red = |event: &Event| event.reaches(Cell::Red) && !event.reaches(Cell::Blue);
        if draft.scenario.timeline.iter().any(to_red) {
            let side = |cell| Side {
                cell,
                briefing: None,
            };
            draft.scenario.cells = Cell::ALL.map(side).into();
            report(RED_REPORT, Cell::Red, draft);
            let message = Message::new("import-msel-red");
            self.ledger
                .tell(Fate::Changed, "scenario.yaml: cells", message);
        }
        let message = Message::new("import-msel-mend");
        self.ledger
            .tell(Fate::Changed, "scenario.yaml: tasks[0]", message);
    }
}

/// A report of a side, and the step that files it.
fn report(id: &str, cell: Cell, draft: &mut Draft) {
    let criterion = CriterionId::from("course");
    let mut report = task(
        id,
        ours(&Message::new("import-msel-task")),
        ours(&Message::new("import-msel-task-text")),
        100,
        Answer::Report(ReportTask {
            form: ReportForm::Final,
            due: draft.scenario.duration,
            rubric: vec![Criterion {
                id: criterion.clone(),
                points: 100,
                title: ours(&Message::new("import-msel-criterion")),
            }],
        }),
    );
    report.cell = cell;
    draft.scenario.tasks.push(report);
    draft.steps.push(report_step(ReportStep {
        task: TaskId::from(id),
        fields: Vec::new(),
        grade: vec![(criterion, 100)],
    }));
}
