//! Conditions, metrics, evaluations and objectives: what is judged, and what counts as passed.
//!
//! A condition's command prints how far it is met, from 0 to 1. A check knows only met and not yet, so its command is
//! wrapped: what prints 1, or prints nothing and succeeds, is met.

use std::{collections::BTreeMap, time::Duration};

use super::{machines::Machines, units};
use crate::scenarios::{
    Answer, Cell, CheckPlace, Credit, Criterion, CriterionId, LocalText, Message, NodeId,
    Objective, ObjectiveId, RatingShares, ReportForm, ReportStep, ReportTask, StateCheck, Step,
    Task, TaskId,
    import::{
        Fate,
        draft::{Draft, ours, report_step, step, task},
        foreign::{find, taken_list, text_of},
        ledger::{Given, Ledger},
        names::{Names, slug},
    },
};

/// Most points of a task.
const MAX_POINTS: i64 = 100_000;
/// How often a condition is looked at when nothing is said, and at most.
const EVERY: Duration = Duration::from_secs(20);
/// The one line of an imported metric's rubric.
const CRITERION: &str = "score";

/// The task of each condition that can be checked.
pub(super) type Conditions = BTreeMap<String, TaskId>;

/// Reads the four sections.
pub(super) fn read(
    root: &Given<'_>,
    draft: &mut Draft,
    machines: &Machines,
    ledger: &Ledger,
) -> Conditions {
    let mut checks = checks(root, machines);
    let mut names = Names::new("task");
    let mut conditions = Conditions::new();
    let mut metrics: BTreeMap<&str, (TaskId, u32)> = BTreeMap::new();
    for (key, metric) in entries(root, "metrics") {
        let (id, points) = metric_task(
            key,
            &metric,
            draft,
            &mut names,
            &mut checks,
            &mut conditions,
        );
        metrics.insert(key, (TaskId::from(id), points));
    }
    // What no metric counts is still looked at: events may wait for it.
    for (key, (given, check)) in checks {
        let id = names.of(&given, key);
        let title = name_of(&given, key, ledger);
        let text = ours(&Message::new("import-sdl-check-text").with("name", key));
        conditions.insert(key.to_owned(), TaskId::from(id.as_str()));
        draft
            .scenario
            .tasks
            .push(task(&id, title, text, 0, Answer::Check(check)));
        draft.steps.push(check_step(&id, ledger));
    }
    let objectives = objectives(root, draft, ledger);
    evaluations(root, draft, &metrics, &objectives);
    for section in ["capabilities", "features"] {
        for (_, given) in entries(root, section) {
            given.lost(Message::new(if section == "features" {
                "import-sdl-package"
            } else {
                "import-sdl-capability"
            }));
        }
    }
    conditions
}

/// Keys and values of a section.
pub(super) fn entries<'a>(root: &Given<'a>, key: &str) -> Vec<(&'a str, Given<'a>)> {
    find(root, key)
        .map(|section| section.entries())
        .unwrap_or_default()
}

/// The checks that can be made of conditions.
fn checks<'a>(root: &Given<'a>, machines: &Machines) -> BTreeMap<&'a str, (Given<'a>, StateCheck)> {
    let mut checks = BTreeMap::new();
    for (key, condition) in entries(root, "conditions") {
        let place = machines.conditions.get(key);
        if let Some(source) = find(&condition, "source") {
            source.lost(Message::new("import-sdl-package"));
        }
        let every = interval(&condition);
        let Some((given, command)) = text_of(&condition, "command") else {
            continue;
        };
        let Some(node) = place else {
            given.lost(Message::new("import-sdl-condition-nowhere"));
            continue;
        };
        given.changed(Message::new("import-sdl-command").with("node", node));
        let script = format!(
            "out=$({command}) || exit 1; case \"$out\" in ''|1|1.0|1.00) exit 0;; esac; exit 1"
        );
        let place = CheckPlace::Node {
            node: NodeId::from(node.as_str()),
            run: vec!["sh".to_owned(), "-c".to_owned(), script],
        };
        let check = StateCheck {
            place,
            every,
            after: None,
        };
        checks.insert(key, (condition, check));
    }
    checks
}

fn interval(condition: &Given<'_>) -> Duration {
    for key in ["timeout", "environment"] {
        if let Some(given) = find(condition, key) {
            given.lost(Message::new("import-sdl-condition-key"));
        }
    }
    let Some((given, text)) = text_of(condition, "interval") else {
        return EVERY;
    };
    if let Some(time) = units::time(text).filter(|time| !time.is_zero() && *time <= super::LONGEST)
    {
        given.taken("tasks[].answer.check.every");
        time
    } else {
        given.lost(Message::new("import-sdl-time"));
        EVERY
    }
}

/// One metric as a task: a check where its condition can be looked at, a report where somebody judges.
fn metric_task<'a>(
    key: &str,
    metric: &Given<'a>,
    draft: &mut Draft,
    names: &mut Names,
    checks: &mut BTreeMap<&'a str, (Given<'a>, StateCheck)>,
    conditions: &mut Conditions,
) -> (String, u32) {
    let ledger = metric.ledger();
    let id = names.of(metric, key);
    let title = name_of(metric, key, ledger);
    let points = points(metric);
    let condition = text_of(metric, "condition");
    let check = condition.as_ref().and_then(|(_, name)| checks.remove(name));
    let described = text_of(metric, "description").map(|(given, text)| {
        given.taken("tasks[].text");
        ledger.text(text)
    });
    if let (Some((_, name)), Some((about, check))) = (&condition, check) {
        if let Some((given, _)) = &condition {
            given.taken(format!("tasks: {id}"));
        }
        kind(metric, Fate::Taken, "check");
        name_of(&about, name, ledger);
        let text = ours(&Message::new("import-sdl-check-text").with("name", *name));
        conditions.insert((*name).to_owned(), TaskId::from(id.as_str()));
        let text = described.unwrap_or(text);
        draft
            .scenario
            .tasks
            .push(task(&id, title, text, points, Answer::Check(check)));
        draft.steps.push(check_step(&id, ledger));
        return (id, points);
    }
    // The same condition may stand behind a metric that came before.
    if let Some((given, name)) = &condition {
        given.lost(Message::new("import-sdl-condition-unused").with("name", *name));
    }
    kind(metric, Fate::Changed, "report");
    if let Some(artifact) = find(metric, "artifact") {
        artifact.lost(Message::new("import-sdl-artifact"));
    }
    let text = described.unwrap_or_else(|| ours(&Message::new("import-sdl-report-text")));
    let task = report(&id, title, text, points, draft.scenario.duration);
    draft.scenario.tasks.push(task);
    draft.steps.push(report_step(ReportStep {
        task: TaskId::from(id.as_str()),
        fields: Vec::new(),
        grade: vec![(CriterionId::from(CRITERION), points)],
    }));
    (id, points)
}

fn kind(metric: &Given<'_>, fate: Fate, to: &str) {
    if let Some(kind) = find(metric, "type") {
        kind.tell(
            fate,
            match fate {
                Fate::Taken => Message::new("import-taken").with("to", format!("answer.{to}")),
                _ => Message::new("import-sdl-manual"),
            },
        );
    }
}

fn points(metric: &Given<'_>) -> u32 {
    let Some(given) = find(metric, "max-score") else {
        return 0;
    };
    let points = given.integer().unwrap_or(-1);
    if (0..=MAX_POINTS).contains(&points) {
        given.taken("tasks[].points");
    } else {
        given.changed(Message::new("import-points").with("most", MAX_POINTS));
    }
    u32::try_from(points.clamp(0, MAX_POINTS)).unwrap_or_default()
}

fn report(id: &str, title: LocalText, text: LocalText, points: u32, due: Duration) -> Task {
    let criterion = Criterion {
        id: CriterionId::from(CRITERION),
        points,
        title: title.clone(),
    };
    let answer = Answer::Report(ReportTask {
        form: ReportForm::Final,
        due,
        rubric: vec![criterion],
    });
    task(id, title, text, points, answer)
}

/// The step that waits for a state. What brings it about the source does not say: that is left to the author.
fn check_step(id: &str, ledger: &Ledger) -> Step {
    let place = format!("solution.yaml: {id}");
    ledger.tell(Fate::Changed, place, Message::new("import-sdl-by-hand"));
    Step {
        expect_check: Some(TaskId::from(id)),
        ..step(id)
    }
}

/// The name of a thing, its key where it has none.
fn name_of(given: &Given<'_>, key: &str, ledger: &Ledger) -> LocalText {
    match text_of(given, "name") {
        Some((name, text)) => {
            name.taken("title");
            ledger.text(text)
        }
        None => ledger.text(key),
    }
}

/// Training learning objectives, each with the evaluation that shows it.
fn objectives<'a>(
    root: &Given<'a>,
    draft: &mut Draft,
    ledger: &Ledger,
) -> BTreeMap<&'a str, ObjectiveId> {
    let mut by_evaluation = BTreeMap::new();
    let mut names = Names::new("objective");
    for (key, tlo) in entries(root, "tlos") {
        let id = ObjectiveId::from(names.of(&tlo, key));
        let name = text_of(&tlo, "name").map_or(key, |(given, text)| {
            given.taken("objectives[].title");
            text
        });
        let title = match text_of(&tlo, "description") {
            Some((given, text)) => {
                given.changed(Message::new("import-sdl-objective"));
                format!("{name}: {text}")
            }
            None => name.to_owned(),
        };
        if let Some((given, name)) = text_of(&tlo, "evaluation") {
            if by_evaluation.contains_key(name) {
                given.lost(Message::new("import-sdl-evaluation-twice"));
            } else {
                given.taken("tasks[].objective");
                by_evaluation.insert(name, id.clone());
            }
        }
        if let Some(given) = find(&tlo, "capabilities") {
            given.lost(Message::new("import-sdl-capability"));
        }
        let title = ledger.text(&title);
        draft.scenario.objectives.push(Objective {
            id,
            title,
            rating: RatingShares::default(),
        });
    }
    by_evaluation
}

/// Ratings of which the lowest that is met begins at this share of the points, in per cent; the others where they
/// usually do, or between it and all points where it lies higher.
fn rated(share: u32) -> RatingShares {
    let usual = RatingShares::default();
    let m = share.clamp(1, 98);
    if m < usual.s {
        return RatingShares { m, ..usual };
    }
    let rest = 100 - m;
    let s = m + rest.div_ceil(3);
    RatingShares {
        p: (m + (2 * rest).div_ceil(3)).max(s + 1),
        s,
        m,
    }
}

/// Evaluations: their metrics' tasks get the objective, their pass mark becomes a credit.
fn evaluations(
    root: &Given<'_>,
    draft: &mut Draft,
    metrics: &BTreeMap<&str, (TaskId, u32)>,
    objectives: &BTreeMap<&str, ObjectiveId>,
) {
    let mut names = Names::new("completion");
    for (key, evaluation) in entries(root, "evaluations") {
        let mut sum = 0;
        if let Some(list) = find(&evaluation, "metrics") {
            for item in list.items() {
                let name = item.text().unwrap_or_default();
                let Some((id, points)) = metrics.get(name) else {
                    item.lost(Message::new("import-sdl-nobody").with("name", name));
                    continue;
                };
                sum += u64::from(*points);
                let tasks = &mut draft.scenario.tasks;
                if let Some(task) = tasks.iter_mut().find(|task| task.id == *id) {
                    task.objective = objectives.get(key).cloned();
                }
            }
            taken_list(&list, "tasks[].objective");
        }
        for key in ["name", "description"] {
            if let Some(given) = find(&evaluation, key) {
                given.lost(Message::new("import-sdl-evaluation-text"));
            }
        }
        let Some(given) = find(&evaluation, "min-score") else {
            continue;
        };
        let share = find(&given, "percentage").unwrap_or_else(|| given.clone());
        let absolute = find(&given, "absolute");
        let wanted = match &absolute {
            Some(absolute) => absolute.integer(),
            None => share.integer().map(|percent| {
                let sum = i64::try_from(sum).unwrap_or(i64::MAX);
                percent.clamp(0, 100).saturating_mul(sum).div_euclid(100)
            }),
        };
        let Some(points) = wanted.and_then(|points| u32::try_from(points).ok()) else {
            given.lost(Message::new("import-sdl-score"));
            continue;
        };
        let points = points.min(u32::try_from(sum).unwrap_or(u32::MAX));
        let objective = objectives.get(key);
        let all = &mut draft.scenario.objectives;
        let objective = all.iter_mut().find(|it| Some(&it.id) == objective);
        match (objective, sum) {
            (Some(objective), 1..) => {
                let share = u64::from(points).saturating_mul(100).div_ceil(sum);
                objective.rating = rated(u32::try_from(share).unwrap_or(100));
                let message = Message::new("import-sdl-pass-rated")
                    .with("points", points)
                    .with("share", objective.rating.m);
                given.changed(message);
            }
            _ => given.changed(Message::new("import-sdl-pass").with("points", points)),
        }
        let completion = slug(key).unwrap_or_else(|| "completion".to_owned());
        draft.scenario.credits.push(Credit {
            cell: Cell::Blue,
            completion: names.make(&completion),
            points,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_fall_whatever_the_pass_mark_is() {
        for share in 0..=100 {
            let RatingShares { p, s, m } = rated(share);
            assert!(100 >= p && p > s && s > m && m >= 1, "{share}: {p} {s} {m}");
        }
        let usual = RatingShares::default();
        assert_eq!(rated(50), RatingShares { m: 50, ..usual });
        assert_eq!(
            rated(70),
            RatingShares {
                p: 90,
                s: 80,
                m: 70
            }
        );
    }
}
