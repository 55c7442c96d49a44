//! `solution.yaml` written from the model.

use super::{
    STEP_TIMEOUT,
    scenario::{Keys, duration, ids},
};
use crate::scenarios::{Expectation, Jump, ReportStep, Request, Step, Wait, import::yaml::Yaml};

/// The file.
pub(super) fn write(steps: &[Step]) -> String {
    let steps = steps.iter().map(step).collect();
    Keys::default().put("steps", Yaml::List(steps)).file()
}

fn step(step: &Step) -> Yaml {
    let capture = step.capture.iter().fold(Keys::default(), |keys, capture| {
        keys.put(&capture.name, Yaml::text(&capture.pattern))
    });
    let solves = step.solves.as_ref().map(|solves| {
        Keys::default()
            .put("task", Yaml::text(solves.task.as_str()))
            .maybe(
                "part",
                solves.part.as_ref().map(|id| Yaml::text(id.as_str())),
            )
            .put("answer", Yaml::text(&solves.answer))
            .map()
    });
    Keys::default()
        .put("id", Yaml::text(&step.id))
        .maybe("node", step.node.as_ref().map(|id| Yaml::text(id.as_str())))
        .maybe("user", step.user.as_ref().map(Yaml::text))
        .maybe("run", step.run.as_ref().map(Yaml::text))
        .maybe("request", step.request.as_ref().map(request))
        .maybe(
            "timeout",
            (step.timeout != STEP_TIMEOUT).then(|| duration(step.timeout)),
        )
        .maybe("capture", (!step.capture.is_empty()).then(|| capture.map()))
        .maybe("solves", solves)
        .maybe(
            "expect_check",
            step.expect_check.as_ref().map(|id| Yaml::text(id.as_str())),
        )
        .maybe("report", step.report.as_ref().map(report))
        .maybe(
            "jump",
            step.jump.as_ref().map(|jump| match jump {
                Jump::To(time) => duration(*time),
                Jump::Event(id) => Yaml::text(id.as_str()),
            }),
        )
        .maybe("wait", step.wait.as_ref().map(wait))
        .list("variants", ids(&step.variants))
        .block()
}

fn report(report: &ReportStep) -> Yaml {
    let fields = report
        .fields
        .iter()
        .fold(Keys::default(), |keys, (key, text)| {
            keys.put(key, Yaml::text(text))
        });
    let grade = report
        .grade
        .iter()
        .fold(Keys::default(), |keys, (id, points)| {
            keys.put(id.as_str(), Yaml::plain(points))
        });
    Keys::default()
        .put("task", Yaml::text(report.task.as_str()))
        .maybe(
            "fields",
            (!report.fields.is_empty()).then(|| fields.block()),
        )
        .put("grade", grade.map())
        .block()
}

fn request(request: &Request) -> Yaml {
    let named = |keys: Keys, (name, value): &(String, String)| keys.put(name, Yaml::text(value));
    let headers = request.headers.iter().fold(Keys::default(), named);
    let Expectation { status, contains } = &request.expect;
    let expect = Keys::default()
        .maybe("status", status.map(Yaml::plain))
        .maybe("contains", contains.as_ref().map(Yaml::text));
    let expects = request.expect != Expectation::default();
    Keys::default()
        .put("node", Yaml::text(request.node.as_str()))
        .put("method", Yaml::text(&request.method))
        .put("url", Yaml::text(&request.url))
        .maybe(
            "headers",
            (!request.headers.is_empty()).then(|| headers.map()),
        )
        .maybe("body", request.body.as_ref().map(Yaml::text))
        .maybe("expect", expects.then(|| expect.map()))
        .block()
}

fn wait(wait: &Wait) -> Yaml {
    let until = wait.until.as_ref().map(|awaited| {
        let (key, name) = awaited.named();
        Keys::default().put(key, Yaml::text(name)).map()
    });
    Keys::default()
        .maybe("for", until)
        .put("at_most", duration(wait.at_most))
        .map()
}
