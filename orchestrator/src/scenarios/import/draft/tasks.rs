//! The tasks of `scenario.yaml`: what is asked, what is right, what it brings.

use super::scenario::{Keys, duration, ids, local, side, texts};
use crate::scenarios::{
    Answer, AnswerOption, By, CheckPlace, Decision, DecisionOption, Logic, Part, Parts, ReportForm,
    Selection, StateCheck, Task, Worth, import::yaml::Yaml,
};

/// A task.
pub(super) fn task(task: &Task) -> Yaml {
    let hints = task.hints.iter().map(|hint| {
        Keys::default()
            .put("cost", Yaml::plain(hint.cost))
            .put("text", local(&hint.text))
            .block()
    });
    let by = match task.by {
        By::Team => None,
        By::EveryMember => Some(Yaml::text("every_member")),
    };
    let keys = Keys::default()
        .put("id", Yaml::text(task.id.as_str()))
        .put("title", local(&task.title))
        .put("text", local(&task.text))
        .maybe("cell", side(task.cell))
        .maybe(
            "phase",
            task.phase.as_ref().map(|id| Yaml::text(id.as_str())),
        )
        .maybe(
            "objective",
            task.objective.as_ref().map(|id| Yaml::text(id.as_str())),
        )
        .list("requires", ids(&task.requires))
        .put("points", Yaml::plain(task.points));
    worth(&task.worth, keys)
        .put(
            match task.answer {
                Answer::Parts(_) => "answers",
                _ => "answer",
            },
            answer(&task.answer),
        )
        .maybe("by", by)
        .list("hints", hints.collect())
        .block()
}

/// What it is worth beyond its points.
fn worth(worth: &Worth, keys: Keys) -> Keys {
    let decay = worth.decay.map(|decay| {
        Keys::default()
            .put("to", Yaml::plain(decay.to))
            .put("solves", Yaml::plain(decay.solves))
            .map()
    });
    let penalty = worth.penalty.map(|penalty| {
        Keys::default()
            .put("points", Yaml::plain(penalty.points))
            .put("free", Yaml::plain(penalty.free))
            .map()
    });
    keys.maybe("decay", decay)
        .list("bonus", worth.bonus.iter().map(Yaml::plain).collect())
        .maybe("penalty", penalty)
}

fn answer(answer: &Answer) -> Yaml {
    let tries =
        |keys: Keys, attempts: Option<u32>| keys.maybe("attempts", attempts.map(Yaml::plain)).map();
    let (kind, value) = match answer {
        Answer::Flag => ("flag", Keys::default().map()),
        Answer::Text(text) => (
            "text",
            tries(
                Keys::default().put("accept", Yaml::List(texts(&text.accept))),
                text.attempts,
            ),
        ),
        Answer::Number(number) => {
            let keys = Keys::default()
                .put("value", Yaml::text(&number.value))
                .put("tolerance", Yaml::text(number.tolerance.to_string()));
            ("number", tries(keys, number.attempts))
        }
        Answer::Pattern(pattern) => (
            "pattern",
            tries(
                Keys::default().put("regex", Yaml::text(&pattern.regex)),
                pattern.attempts,
            ),
        ),
        Answer::Choice(one) => {
            let correct = one.correct.first().map(|id| Yaml::text(id.as_str()));
            let keys = Keys::default()
                .put("options", options(one))
                .maybe("correct", correct);
            ("choice", tries(keys, one.attempts))
        }
        Answer::Choices(some) | Answer::Order(some) => {
            let kind = if matches!(answer, Answer::Order(_)) {
                "order"
            } else {
                "choices"
            };
            let keys = Keys::default()
                .put("options", options(some))
                .list("correct", ids(&some.correct));
            (kind, tries(keys, some.attempts))
        }
        Answer::Parts(several) => return parts(several),
        Answer::File(file) => {
            let keys = match &file.from {
                Some(from) => Keys::default().put("from", Yaml::text(from)),
                None => Keys::default().put("sha256", Yaml::text(&file.sha256)),
            };
            ("file", tries(keys, file.attempts))
        }
        Answer::Check(look) => ("check", check(look)),
        Answer::Decision(decision) => ("decision", deciding(decision)),
        Answer::Report(report) => {
            let rubric = report.rubric.iter().map(|criterion| {
                Keys::default()
                    .put("id", Yaml::text(criterion.id.as_str()))
                    .put("points", Yaml::plain(criterion.points))
                    .put("title", local(&criterion.title))
                    .map()
            });
            let form = match report.form {
                ReportForm::Initial => "mau-03",
                ReportForm::Final => "mau-04",
            };
            let keys = Keys::default()
                .put("form", Yaml::text(form))
                .put("due", duration(report.due))
                .list("rubric", rubric.collect());
            ("report", keys.block())
        }
    };
    Keys::default().put(kind, value).map()
}

fn parts(several: &Parts) -> Yaml {
    let part = |part: &Part| {
        Keys::default()
            .put("id", Yaml::text(part.id.as_str()))
            .put("title", local(&part.title))
            .put("answer", answer(&part.answer))
            .block()
    };
    let logic = match several.logic {
        Logic::Any => "any",
        Logic::All => "all",
    };
    Keys::default()
        .put("logic", Yaml::text(logic))
        .list("parts", several.parts.iter().map(part).collect())
        .block()
}

fn deciding(decision: &Decision) -> Yaml {
    let option = |option: &DecisionOption| {
        Keys::default()
            .put("id", Yaml::text(option.id.as_str()))
            .put("text", local(&option.text))
            .put("points", Yaml::plain(option.points))
            .maybe("outcome", option.outcome.as_ref().map(local))
            .block()
    };
    Keys::default()
        .list("options", decision.options.iter().map(option).collect())
        .block()
}

fn options(selection: &Selection) -> Yaml {
    let option = |option: &AnswerOption| {
        Keys::default()
            .put("id", Yaml::text(option.id.as_str()))
            .put("text", local(&option.text))
            .map()
    };
    Yaml::List(selection.options.iter().map(option).collect())
}

fn check(look: &StateCheck) -> Yaml {
    let keys = match &look.place {
        CheckPlace::Platform { node, script, args } => Keys::default()
            .put("from", Yaml::text("platform"))
            .put("node", Yaml::text(node.as_str()))
            .put("script", Yaml::text(script))
            .list("args", texts(args)),
        CheckPlace::Node { node, run } => Keys::default()
            .put("from", Yaml::text(node.as_str()))
            .put("run", Yaml::List(texts(run))),
    };
    keys.put("every", duration(look.every))
        .maybe(
            "after",
            look.after.as_ref().map(|id| Yaml::text(id.as_str())),
        )
        .map()
}
