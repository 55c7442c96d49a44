//! What a team sends from its workspace: answers, checks, hints, reports, responses, calls for help.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::super::{
    App, AppError, Visitor,
    errors::Message,
    forms::{Form, Path},
    pages::{State as Shown, Tone, workspace as page},
};
use super::{
    see_other,
    workspace::{Bench, Place},
};
use crate::{
    exercises::Submitted,
    ids::{ExerciseId, PersonId, TeamId},
    journal::{CheckState, Verdict},
    scenarios::{Answer, TaskId},
};

/// Before the option's name in the field that says its place.
const PLACE: &str = "place-";

/// The answer in a form: `answer` once or, where several options are ticked, often; or a number `place-<option>` each.
fn given(sent: &[(String, String)]) -> Result<String, AppError> {
    let mut places = BTreeMap::new();
    let mut chosen: Vec<&str> = Vec::new();
    for (name, value) in sent {
        if name == "answer" {
            chosen.push(value);
        } else if let Some(option) = name.strip_prefix(PLACE) {
            let place: Option<u32> = value.trim().parse().ok();
            let free = place.is_some_and(|place| places.insert(place, option).is_none());
            if !free {
                return Err(AppError::Invalid(Message::new("answer-not-an-order")));
            }
        }
    }
    chosen.extend(places.into_values());
    Ok(chosen.join(","))
}

/// `POST /exercises/{exercise}/teams/{team}/tasks/{task}/answer`
pub(in crate::http) async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task)): Path<(ExerciseId, TeamId, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let person = person(&visitor)?;
    let submitted = match given(&sent) {
        Ok(given) => {
            let part = sent.iter().find(|(name, _)| name == "part");
            let part = part.map_or("", |(_, part)| part.as_str());
            let exercises = &app.exercises;
            let submitted = exercises.submit_part(exercise, team, person, &task, part, &given);
            submitted.await.map_err(AppError::from)
        }
        Err(error) => Err(error),
    };
    let outcome = submitted.map(|submitted| match submitted.verdict {
        Verdict::Correct => right(&submitted),
        Verdict::Wrong | Verdict::Foreign => {
            let message = match submitted.left {
                Some(left) => Message::new("answer-wrong-left").with("left", i64::from(left)),
                None => Message::new("answer-wrong"),
            };
            (Tone::Warn, message)
        }
    });
    reply(&app, &visitor, exercise, "tasks", &task, outcome).await
}

#[derive(Deserialize)]
pub(in crate::http) struct Chosen {
    #[serde(default)]
    option: String,
    /// Ticked where the team agrees: nothing is decided by a slip.
    #[serde(default)]
    agreed: bool,
}

/// `POST /exercises/{exercise}/teams/{team}/tasks/{task}/decision`
pub(in crate::http) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task)): Path<(ExerciseId, TeamId, String)>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, AppError> {
    let who = (team, person(&visitor)?);
    let outcome = if chosen.agreed {
        let decided = app.exercises.decide(exercise, who, &task, &chosen.option);
        decided.await.map_err(AppError::from)
    } else {
        Err(AppError::Invalid(Message::new("decision-not-agreed")))
    };
    let outcome = outcome.map(|()| (Tone::Good, Message::new("decision-noted")));
    reply(&app, &visitor, exercise, "tasks", &task, outcome).await
}

/// `POST /exercises/{exercise}/teams/{team}/tasks/{task}/check`
pub(in crate::http) async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task)): Path<(ExerciseId, TeamId, String)>,
) -> Result<Response, AppError> {
    let found = app.exercises.check_now(exercise, team, &task).await;
    let outcome = found
        .map_err(AppError::from)
        .map(|found| match found.state {
            CheckState::Passing => (Tone::Good, Message::new("check-passing")),
            CheckState::Failing => (Tone::Warn, Message::new("check-failing")),
            CheckState::Error => (Tone::Warn, Message::new("check-error")),
        });
    reply(&app, &visitor, exercise, "tasks", &task, outcome).await
}

/// `POST /exercises/{exercise}/teams/{team}/tasks/{task}/hints/{hint}`; hints are numbered from 1.
pub(in crate::http) async fn hint(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task, hint)): Path<(ExerciseId, TeamId, String, u32)>,
) -> Result<Response, AppError> {
    let index = hint.checked_sub(1).ok_or(AppError::NotFound)?;
    let taken = app
        .exercises
        .take_hint(exercise, team, person(&visitor)?, &task, index)
        .await;
    let outcome = taken
        .map_err(AppError::from)
        .map(|()| (Tone::Info, Message::new("hint-taken")));
    reply(&app, &visitor, exercise, "tasks", &task, outcome).await
}

/// `POST /exercises/{exercise}/teams/{team}/tasks/{task}/report`: a field `field-<id>` each.
pub(in crate::http) async fn report(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, task)): Path<(ExerciseId, TeamId, String)>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Result<Response, AppError> {
    let view = app.exercises.view(exercise).await?;
    let rule = view
        .definition
        .scenario
        .task(&TaskId::from(task.clone()))
        .ok_or(AppError::NotFound)?;
    let Answer::Report(form) = &rule.answer else {
        return Err(AppError::NotFound);
    };
    let fields: serde_json::Map<String, serde_json::Value> = form
        .form
        .fields()
        .iter()
        .filter_map(|field| Some((field, sent.get(&format!("field-{}", field.id))?.trim())))
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| (field.id.to_owned(), text.into()))
        .collect();
    let outcome = if fields.is_empty() {
        Err(AppError::Invalid(Message::new("report-missing")))
    } else {
        let filed = app
            .exercises
            .file_report(exercise, team, person(&visitor)?, &task, &fields)
            .await;
        filed
            .map_err(AppError::from)
            .map(|()| (Tone::Good, Message::new("report-filed")))
    };
    reply(&app, &visitor, exercise, "tasks", &task, outcome).await
}

#[derive(Deserialize)]
pub(in crate::http) struct Words {
    #[serde(default)]
    text: String,
}

/// `POST /exercises/{exercise}/teams/{team}/responses/{event}`
pub(in crate::http) async fn respond(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, event)): Path<(ExerciseId, TeamId, String)>,
    Form(words): Form<Words>,
) -> Result<Response, AppError> {
    let given = app
        .exercises
        .respond(exercise, team, person(&visitor)?, &event, &words.text)
        .await;
    let outcome = given
        .map_err(AppError::from)
        .map(|()| (Tone::Good, Message::new("response-given")));
    reply(&app, &visitor, exercise, "mail", "", outcome).await
}

/// `POST /exercises/{exercise}/teams/{team}/help`
pub(in crate::http) async fn help(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team)): Path<(ExerciseId, TeamId)>,
    Form(words): Form<Words>,
) -> Result<Response, AppError> {
    let called = app
        .exercises
        .call_help(exercise, team, person(&visitor)?, &words.text)
        .await;
    let outcome = called
        .map_err(AppError::from)
        .map(|()| (Tone::Good, Message::new("help-called")));
    reply(&app, &visitor, exercise, "tasks", "", outcome).await
}

/// What is told of a right answer: the task is solved, or what is left of it.
fn right(submitted: &Submitted) -> (Tone, Message) {
    let progress = submitted.progress;
    let left = |id: &'static str, (done, all): (usize, usize)| {
        Message::new(id).with("done", done).with("all", all)
    };
    match (submitted.solved, progress.members) {
        (true, _) if submitted.before => (Tone::Info, Message::new("answer-before")),
        (true, _) => (Tone::Good, Message::new("answer-solved")),
        (false, Some(members)) if progress.done => (Tone::Good, left("answer-own-right", members)),
        (false, _) => (Tone::Good, left("answer-part-right", progress.parts)),
    }
}

fn person(visitor: &Visitor) -> Result<PersonId, AppError> {
    visitor.actor()?.person.ok_or(AppError::Forbidden)
}

/// The left side again with what became of it; without script, the workspace with a message. What the team can mend is
/// told the same way, so that nothing it typed is lost.
async fn reply(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    tab: &str,
    task: &str,
    outcome: Result<(Tone, Message), AppError>,
) -> Result<Response, AppError> {
    let (status, wait, tone, message) = match outcome {
        Ok((tone, message)) => (StatusCode::OK, None, tone, message),
        Err(AppError::Invalid(message)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, None, Tone::Warn, message)
        }
        Err(AppError::Conflict(message)) => (StatusCode::CONFLICT, None, Tone::Warn, message),
        Err(AppError::TooMany(message, wait)) => (
            StatusCode::TOO_MANY_REQUESTS,
            Some(wait),
            Tone::Warn,
            message,
        ),
        Err(error) => return Err(error),
    };
    if !visitor.fragment && status == StatusCode::OK {
        let to = format!("/exercises/{exercise}/workspace?tab={tab}&task={task}");
        let state = if tone == Tone::Good { "good" } else { "warn" };
        return Ok(see_other(app, visitor, &to, state, &message));
    }
    if !visitor.fragment {
        return match (status, wait) {
            (_, Some(wait)) => Err(AppError::TooMany(message, wait)),
            (StatusCode::CONFLICT, _) => Err(AppError::Conflict(message)),
            _ => Err(AppError::Invalid(message)),
        };
    }
    let bench = Bench::gather(app, visitor, exercise).await?;
    let place = Place {
        tab: tab.to_owned(),
        task: task.to_owned(),
        follow: false,
    };
    let shown = Shown::new(tone, message.text(visitor.locale));
    let (brief, cookies) = bench.brief(app, visitor, &place, Some(shown)).await?;
    let html = page::render_answer(&app.templates, visitor, &brief)?;
    let mut response = (status, cookies, html).into_response();
    if let Some(wait) = wait {
        response
            .headers_mut()
            .insert(axum::http::header::RETRY_AFTER, wait.into());
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::given;

    fn sent(form: &str) -> Option<String> {
        let fields = form.split('&').filter_map(|field| field.split_once('='));
        let fields: Vec<_> = fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        given(&fields).ok()
    }

    #[test]
    fn options_of_a_form_are_joined_and_places_put_in_order() {
        let answer = |text: &str| Some(text.to_owned());
        assert_eq!(sent("_csrf=x&answer=TT{0}"), answer("TT{0}"));
        assert_eq!(
            sent("answer=isolate&answer=report"),
            answer("isolate,report")
        );
        assert_eq!(sent("place-a=2&place-b=3&place-c=1"), answer("c,a,b"));
        assert_eq!(sent("_csrf=x"), answer(""));
        assert_eq!(sent("place-a=1&place-b=1"), None, "two in one place");
        assert_eq!(sent("place-a=&place-b=1"), None, "one without a place");
    }
}
