//! A filed report as somebody of the white cell may see it: what it says, and of its grades no more than leaves two
//! evaluators blind to each other.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::{
    super::{errors::Message, pages::team as page},
    ledger::Reading,
    words,
};
use crate::{
    ids::AccountId,
    journal::Actor,
    locales::Locale,
    scenarios::{Answer, ReportTask, Task},
    scoring::{Mark, ReportState, TaskState},
};

/// Who looks, and what they may do.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) account: AccountId,
    pub(super) may_run: bool,
    pub(super) may_grade: bool,
}

/// What a reader gets of a report's grades.
struct Seen<'a> {
    marks: Vec<&'a Mark>,
    action: Option<&'static str>,
    standing: Option<Message>,
}

/// Evaluators see nothing of another's grade before all are in, and those who only watch nothing before one counts.
fn seen(filed: &ReportState, evaluators: u32, reader: Reader) -> Seen<'_> {
    let own = filed.given_by(reader.account);
    let mut marks: Vec<&Mark> = filed.given.iter().collect();
    if let Some(counts) = &filed.grade {
        marks.push(counts);
        return Seen {
            marks,
            action: None,
            standing: None,
        };
    }
    if evaluators <= 1 {
        return Seen {
            marks: Vec::new(),
            action: reader.may_grade.then_some("grade"),
            standing: None,
        };
    }
    if filed.is_disputed(evaluators) {
        let moderates = reader.may_run && own.is_none();
        let id = if moderates {
            "grading-settle-now"
        } else {
            "grading-disputed"
        };
        marks.retain(|_| reader.may_grade);
        return Seen {
            marks,
            action: moderates.then_some("settle"),
            standing: Some(Message::new(id)),
        };
    }
    let id = if own.is_some() {
        "grading-waits"
    } else {
        "grading-blind"
    };
    let standing = Message::new(id)
        .with("given", filed.given.len())
        .with("evaluators", evaluators);
    Seen {
        marks: own.into_iter().collect(),
        action: (reader.may_grade && own.is_none()).then_some("grade"),
        standing: Some(standing),
    }
}

/// A task's report, where one was filed.
pub(super) fn report(
    task: &Task,
    state: &TaskState,
    (evaluators, reader): (u32, Reader),
    reading: &Reading<'_>,
) -> Option<page::ReportView> {
    let locale = reading.locale;
    let Answer::Report(form) = &task.answer else {
        return None;
    };
    let filed = state.report.as_ref()?;
    let seen = seen(filed, evaluators, reader);
    let written = written(filed, reading.texts);
    Some(page::ReportView {
        task: task.id.to_string(),
        title: task.title.get(locale).to_owned(),
        sequence: filed.sequence,
        filed_at: filed.filed,
        late: filed.late,
        fields: form
            .form
            .fields()
            .iter()
            .map(|field| page::ReportField {
                title: words::say(locale, &format!("form-{}", field.id)),
                text: written
                    .get(field.id)
                    .and_then(|text| text.as_str())
                    .unwrap_or_default()
                    .to_owned(),
            })
            .collect(),
        rubric: form
            .rubric
            .iter()
            .map(|line| page::RubricLine {
                id: line.id.to_string(),
                title: line.title.get(locale).to_owned(),
                possible: i64::from(line.points),
            })
            .collect(),
        marks: seen
            .marks
            .iter()
            .map(|mark| shown(mark, form, filed, reading))
            .collect(),
        standing: seen.standing.map(|words| words.text(locale)),
        waits: seen.action.is_some(),
        action: seen.action,
    })
}

/// What was written into a report's fields.
fn written(
    filed: &ReportState,
    texts: &HashMap<Uuid, String>,
) -> serde_json::Map<String, serde_json::Value> {
    let text = texts.get(&filed.text.id);
    let fields = text.and_then(|text| serde_json::from_str(text).ok());
    fields.unwrap_or_default()
}

fn shown(
    mark: &Mark,
    form: &ReportTask,
    filed: &ReportState,
    reading: &Reading<'_>,
) -> page::MarkView {
    let locale = reading.locale;
    let counts = filed
        .grade
        .as_ref()
        .is_some_and(|grade| grade.sequence == mark.sequence);
    page::MarkView {
        title: titled(mark, counts, reading.names, locale),
        counts,
        lines: form
            .rubric
            .iter()
            .map(|line| page::MarkLine {
                title: line.title.get(locale).to_owned(),
                points: mark.points.get(line.id.as_str()).copied().unwrap_or(0),
                possible: i64::from(line.points),
            })
            .collect(),
        total: mark.points.values().sum(),
        comment: reading
            .texts
            .get(&mark.comment.id)
            .cloned()
            .unwrap_or_default(),
    }
}

fn titled(mark: &Mark, counts: bool, names: &HashMap<AccountId, String>, locale: Locale) -> String {
    let name = match mark.by {
        Actor::Account(account) => names.get(&account).cloned(),
        _ => None,
    };
    let Some(name) = name else {
        return words::say(locale, "grading-mean");
    };
    let id = if counts {
        "grading-counts-by"
    } else {
        "grading-given-by"
    };
    Message::new(id).with("name", name).text(locale)
}
