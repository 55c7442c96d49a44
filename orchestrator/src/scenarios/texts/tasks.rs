//! The texts of a task: what is asked, what is offered, and what is read once it is answered.

use super::{At, Readers, Texts, Written};
use crate::scenarios::{
    TaskId,
    model::{
        Answer, AnswerOption, Criterion, Decision, DecisionOption, Hint, LocalText, Part, Parts,
        ReportTask, Selection, Task,
    },
};

/// Who reads the texts of a task, and when.
struct Of<'a> {
    task: &'a TaskId,
    readers: Readers,
    /// What it requires: its title is seen while it is locked, the rest is not.
    requires: Vec<&'a TaskId>,
}

impl<'a> Texts<'a> {
    pub(super) fn task(&mut self, at: &At, task: &'a Task) {
        let Task {
            id,
            title,
            text,
            cell,
            phase: _,
            objective: _,
            requires,
            points: _,
            worth: _,
            answer,
            by: _,
            hints,
        } = task;
        let of = Of {
            task: id,
            readers: Readers::Side(*cell),
            requires: requires.iter().collect(),
        };
        self.add(&at.key("title"), title, of.readers);
        self.open(&at.key("text"), text, &of);
        for (index, Hint { cost: _, text }) in hints.iter().enumerate() {
            let at = at
                .key("hints")
                .item(index, &(index + 1).to_string())
                .key("text");
            self.0.push(Written {
                place: at.place,
                name: at.name,
                text,
                readers: of.readers,
                after: of.requires.clone(),
                hint_to: Some(id),
            });
        }
        if let Answer::Parts(Parts { logic: _, parts }) = answer {
            for (index, part) in parts.iter().enumerate() {
                let Part { id, title, answer } = part;
                let at = at.key("answers/parts").item(index, id.as_str());
                self.open(&at.key("title"), title, &of);
                self.answer(&at.key("answer"), answer, &of);
            }
        } else {
            self.answer(&at.key("answer"), answer, &of);
        }
    }

    fn answer(&mut self, at: &At, answer: &'a Answer, of: &Of<'a>) {
        match answer {
            Answer::Choice(selection) => self.options(&at.key("choice"), selection, of),
            Answer::Choices(selection) => self.options(&at.key("choices"), selection, of),
            Answer::Order(selection) => self.options(&at.key("order"), selection, of),
            Answer::Report(report) => self.report(&at.key("report"), report, of),
            Answer::Decision(decision) => self.decision(&at.key("decision"), decision, of),
            // What is in their places is no text, and parts hold no parts.
            Answer::Flag
            | Answer::Text(_)
            | Answer::Number(_)
            | Answer::Pattern(_)
            | Answer::File(_)
            | Answer::Check(_)
            | Answer::Parts(_) => {}
        }
    }

    fn options(&mut self, at: &At, selection: &'a Selection, of: &Of<'a>) {
        let Selection {
            options,
            correct: _,
            attempts: _,
        } = selection;
        for (index, AnswerOption { id, text }) in options.iter().enumerate() {
            let at = at.key("options").item(index, id.as_str()).key("text");
            self.open(&at, text, of);
        }
    }

    fn report(&mut self, at: &At, report: &'a ReportTask, of: &Of<'a>) {
        let ReportTask {
            form: _,
            due: _,
            rubric,
        } = report;
        for (index, criterion) in rubric.iter().enumerate() {
            let Criterion {
                id,
                points: _,
                title,
            } = criterion;
            // Stands beside the grade.
            let at = at.key("rubric").item(index, id.as_str()).key("title");
            self.behind(&at, title, of);
        }
    }

    fn decision(&mut self, at: &At, decision: &'a Decision, of: &Of<'a>) {
        let Decision { options } = decision;
        for (index, option) in options.iter().enumerate() {
            let DecisionOption {
                id,
                text,
                points: _,
                outcome,
            } = option;
            let at = at.key("options").item(index, id.as_str());
            self.open(&at.key("text"), text, of);
            if let Some(outcome) = outcome {
                self.behind(&at.key("outcome"), outcome, of);
            }
        }
    }

    /// A text that is read once the task is open.
    fn open(&mut self, at: &At, text: &'a LocalText, of: &Of<'a>) {
        self.after(at, text, of.readers, of.requires.clone());
    }

    /// A text that is read once the task is answered.
    fn behind(&mut self, at: &At, text: &'a LocalText, of: &Of<'a>) {
        let mut after = of.requires.clone();
        after.push(of.task);
        self.after(at, text, of.readers, after);
    }
}
