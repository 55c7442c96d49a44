//! Which keys may be renamed, removed or given another type without an error in their place, and why.

use super::Mutation::{self, Removed, Renamed, Retyped};

/// Keys that are exempt.
pub struct Exempt {
    /// The file.
    pub file: &'static str,
    /// The way to the key; `*` stands for one name or number.
    pub path: &'static str,
    /// What may be done to it.
    pub mutations: &'static [Mutation],
    /// Why.
    #[expect(dead_code, reason = "it is there for those who read the list")]
    pub reason: &'static str,
}

impl Exempt {
    /// Whether this is meant.
    pub fn covers(&self, file: &str, path: &str, mutation: Mutation) -> bool {
        let (own, given) = (self.path.split('/'), path.split('/'));
        file == self.file
            && self.mutations.contains(&mutation)
            && own.clone().count() == given.clone().count()
            && own
                .zip(given)
                .all(|(own, given)| own == "*" || own == given)
    }
}

/// A key that is exempt.
pub const fn may(
    file: &'static str,
    path: &'static str,
    mutations: &'static [Mutation],
    reason: &'static str,
) -> Exempt {
    Exempt {
        file,
        path,
        mutations,
        reason,
    }
}

const SCENARIO: &str = "scenario.yaml";
const COMPOSE: &str = "compose.yaml";
const SOLUTION: &str = "solution.yaml";

const DEFAULT: &str = "it has a default";
const OPTIONAL: &str = "a scenario need not have it";
const USED: &str = "what used it says so, where it is used";

/// What is told, but elsewhere.
pub const ELSEWHERE: &[Exempt] = &[
    may(SCENARIO, "variables", &[Removed], USED),
    may(SCENARIO, "variables/*", &[Renamed], USED),
    may(SCENARIO, "objectives", &[Removed], USED),
    may(SCENARIO, "timeline", &[Removed], USED),
    may(SCENARIO, "nodes/*/terminal", &[Removed], USED),
    may(SCENARIO, "cells", &[Removed], USED),
    may(SCENARIO, "variants", &[Removed], USED),
    may(SCENARIO, "variants/*", &[Renamed], USED),
    may(SCENARIO, "phases", &[Removed], USED),
    may(
        SCENARIO,
        "tasks/*/cell",
        &[Removed],
        "the step that solves it uses the other side's machine, and says so",
    ),
    may(
        SCENARIO,
        "tasks/*/answers/parts/*/answer/*",
        &[Removed],
        "nothing is left of `answer`, and the part that lacks it is told",
    ),
    may(COMPOSE, "networks", &[Removed], USED),
    may(COMPOSE, "networks/*", &[Renamed], USED),
    may(SOLUTION, "steps/*/capture/*", &[Renamed], USED),
    may(
        SOLUTION,
        "steps/*/solves",
        &[Removed],
        "the task that nothing solves any more is named",
    ),
    may(
        SOLUTION,
        "steps/*/expect_check",
        &[Removed],
        "the task that nothing solves any more is named",
    ),
    may(
        SOLUTION,
        "steps/*/request",
        &[Removed],
        "what is taken from its answer says so, where it is taken",
    ),
    may(
        SOLUTION,
        "steps",
        &[Removed],
        "the file is then empty, and that is said",
    ),
];

/// What is no mistake.
pub const MAY: &[Exempt] = &[
    may(SCENARIO, "briefing", &[Removed], "the summary stands in"),
    may(SCENARIO, "audience", &[Removed], OPTIONAL),
    may(SCENARIO, "sectors", &[Removed], OPTIONAL),
    may(SCENARIO, "attack", &[Removed], OPTIONAL),
    may(SCENARIO, "skills", &[Removed], OPTIONAL),
    may(SCENARIO, "files", &[Removed], OPTIONAL),
    may(SCENARIO, "services", &[Removed], OPTIONAL),
    may(SCENARIO, "credits", &[Removed], OPTIONAL),
    may(
        SCENARIO,
        "nodes/*/terminal/title",
        &[Removed],
        "the machine's name stands in",
    ),
    may(SCENARIO, "nodes/*/web", &[Removed], OPTIONAL),
    may(
        SCENARIO,
        "nodes/*/privilege_escalation",
        &[Removed],
        DEFAULT,
    ),
    may(SCENARIO, "files/*/template", &[Removed], DEFAULT),
    may(
        SCENARIO,
        "tasks/*/answer/decision/options/*/outcome",
        &[Removed],
        "the story may tell what came of it",
    ),
    may(SCENARIO, "files/*/mode", &[Removed], DEFAULT),
    may(SCENARIO, "tasks/*/objective", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/hints", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/answer/check/every", &[Removed], DEFAULT),
    may(SCENARIO, "tasks/*/answer/check/after", &[Removed], OPTIONAL),
    may(SCENARIO, "services/*/every", &[Removed], DEFAULT),
    may(SCENARIO, "services/*/http/path", &[Removed], DEFAULT),
    may(SCENARIO, "services/*/http/expect", &[Removed], DEFAULT),
    may(SCENARIO, "services/*/http/contains", &[Removed], OPTIONAL),
    may(SCENARIO, "timeline/*/respond", &[Removed], OPTIONAL),
    may(SCENARIO, "timeline/*/message/subject", &[Removed], OPTIONAL),
    may(
        SCENARIO,
        "cells/*",
        &[Removed],
        "defenders play whether they are named or not",
    ),
    may(
        SCENARIO,
        "cells/*/briefing",
        &[Removed],
        "the scenario's briefing stands in; a side left empty counts as none, and its tasks say so",
    ),
    may(
        SCENARIO,
        "nodes/*/cell",
        &[Removed],
        "it is the defenders'; steps of the other side say so",
    ),
    may(SCENARIO, "credits/*/cell", &[Removed], DEFAULT),
    may(SCENARIO, "variables/*/port/from", &[Removed], DEFAULT),
    may(SCENARIO, "variables/*/port/to", &[Removed], DEFAULT),
    may(SCENARIO, "files/*/owner", &[Removed], DEFAULT),
    may(
        SCENARIO,
        "files/*/variants",
        &[Removed],
        "it is then placed in all of them",
    ),
    may(SCENARIO, "tasks/*/phase", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/requires", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/answer/*/attempts", &[Removed], DEFAULT),
    may(
        SCENARIO,
        "tasks/*/answer/number/tolerance",
        &[Removed],
        DEFAULT,
    ),
    may(
        SCENARIO,
        "tasks/*/answers/parts/*/answer/*/attempts",
        &[Removed],
        DEFAULT,
    ),
    may(SCENARIO, "tasks/*/by", &[Removed], DEFAULT),
    may(SCENARIO, "tasks/*/decay", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/bonus", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/penalty", &[Removed], OPTIONAL),
    may(SCENARIO, "tasks/*/penalty/free", &[Removed], DEFAULT),
    may(SCENARIO, "objectives/*/rating", &[Removed], DEFAULT),
    may(SCENARIO, "objectives/*/rating/*", &[Removed], DEFAULT),
    may(SCENARIO, "timeline/*/title", &[Removed], OPTIONAL),
    may(SCENARIO, "timeline/*/expected", &[Removed], OPTIONAL),
    may(SCENARIO, "timeline/*/notes", &[Removed], OPTIONAL),
    may(SCENARIO, "timeline/*/hold", &[Removed], DEFAULT),
    may(SCENARIO, "timeline/*/action/user", &[Removed], DEFAULT),
    may(COMPOSE, "services/*/cap_add", &[Removed], OPTIONAL),
    may(COMPOSE, "services/*/depends_on", &[Removed], OPTIONAL),
    may(COMPOSE, "services/*/depends_on/*", &[Removed], OPTIONAL),
    may(COMPOSE, "services/*/mem_limit", &[Removed], DEFAULT),
    may(COMPOSE, "services/*/pids_limit", &[Removed], DEFAULT),
    may(COMPOSE, "services/*/healthcheck", &[Removed], OPTIONAL),
    may(
        COMPOSE,
        "services/*/healthcheck/test",
        &[Retyped],
        "one line is Compose's form for the shell",
    ),
    may(
        COMPOSE,
        "services/*/healthcheck/interval",
        &[Removed],
        DEFAULT,
    ),
    may(
        COMPOSE,
        "services/*/healthcheck/timeout",
        &[Removed],
        DEFAULT,
    ),
    may(
        COMPOSE,
        "services/*/healthcheck/retries",
        &[Removed],
        DEFAULT,
    ),
    may(COMPOSE, "services/*/environment", &[Removed], OPTIONAL),
    may(
        COMPOSE,
        "services/*/environment/*",
        &[Renamed, Removed],
        "only the image knows which it reads",
    ),
    may(
        COMPOSE,
        "services/*/networks",
        &[Removed],
        "Compose's default network stands in",
    ),
    may(
        COMPOSE,
        "services/*/networks/*",
        &[Removed],
        "a machine need not stand in it",
    ),
    may(
        COMPOSE,
        "services/*/networks/*/aliases",
        &[Removed],
        OPTIONAL,
    ),
    may(
        SOLUTION,
        "steps/*/capture",
        &[Removed],
        "a step of another variant may capture the same",
    ),
    may(
        SOLUTION,
        "steps/*/capture/*",
        &[Renamed, Removed],
        "a step of another variant may capture the same",
    ),
    may(
        SOLUTION,
        "steps/*/variants",
        &[Removed],
        "it is then taken in all of them, and the test says where it fails",
    ),
    may(
        SOLUTION,
        "steps/*/expect_check",
        &[Removed],
        "another step may wait for the same check",
    ),
    may(SOLUTION, "steps/*/request/method", &[Removed], DEFAULT),
    may(SOLUTION, "steps/*/request/headers", &[Removed], OPTIONAL),
    may(
        SOLUTION,
        "steps/*/request/headers/*",
        &[Renamed, Removed],
        "only the server knows which it reads",
    ),
    may(SOLUTION, "steps/*/request/body", &[Removed], OPTIONAL),
    may(SOLUTION, "steps/*/request/expect", &[Removed], DEFAULT),
    may(
        SOLUTION,
        "steps/*/request/expect/status",
        &[Removed],
        DEFAULT,
    ),
    may(
        SOLUTION,
        "steps/*/request/expect/contains",
        &[Removed],
        OPTIONAL,
    ),
    may(
        SOLUTION,
        "steps/*/wait",
        &[Removed],
        "another step may wait for the same check",
    ),
    may(SOLUTION, "steps/*/wait/at_most", &[Removed], DEFAULT),
    may(SOLUTION, "steps/*/report/fields", &[Removed], OPTIONAL),
    may(
        SOLUTION,
        "steps/*/report/fields/*",
        &[Removed],
        "a report may be filed with fields left empty",
    ),
    may(
        SOLUTION,
        "steps/*/report/grade/*",
        &[Removed],
        "an evaluator may leave a line open",
    ),
];
