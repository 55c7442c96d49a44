//! A bundle read and checked: the one way from an author's files to something that may run.

use std::{net::Ipv4Addr, str, sync::Arc};

use sha2::{Digest as _, Sha256};

use super::{
    Addresses, Bundle, Compose, Draw, EnvironmentPlan, LocalText, NodeId, PlanInput, Scenario,
    ScenarioId, Seed, Solution, Values,
    compose::{self, Beside, Lookup},
    crosscheck,
    findings::{Findings, Reader, Thing},
    model::Answer,
    planning::{self, PlanError},
    problem::{Message, Problem, Severity, Span},
    reading::at_margin,
    scalars::is_name,
    source::Source,
    suggest::nearest,
    templates::Scope,
    tree::{self, Node},
};

/// The file that makes a folder a scenario.
pub const SCENARIO_FILE: &str = "scenario.yaml";

/// What a bundle says, free of errors.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The scenario.
    pub scenario: Scenario,
    /// Its machines and networks, variables drawn from a fixed seed: for pictures and estimates, never to run.
    pub compose: Compose,
    /// The steps that solve it.
    pub solution: Solution,
    /// The files.
    pub bundle: Bundle,
    compose_source: Option<(Arc<Source>, Node)>,
}

/// What checking a bundle brought.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The definition, unless there is an error.
    pub definition: Option<Definition>,
    /// All mistakes, by file and place.
    pub problems: Vec<Problem>,
}

impl Checked {
    /// How many problems are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    }
}

/// Reads a bundle and says everything that is wrong with it.
#[must_use]
pub fn check(bundle: Bundle) -> Checked {
    let findings = Findings::default();
    for (path, _) in bundle.files() {
        findings.declare(Thing::File, path);
    }
    let parts = read(&bundle, &findings);
    findings.resolve();
    let problems = findings.into_problems();
    let faultless = problems
        .iter()
        .all(|problem| problem.severity == Severity::Warning);
    let definition = parts
        .filter(|_| faultless)
        .map(|parts| parts.define(bundle));
    Checked {
        definition,
        problems,
    }
}

/// Reads a bundle that was free of errors when it was taken. What has been found wrong with its like since is its author's
/// to mend in the next version: exercises that were made of it go on and stay readable. Nothing where it cannot be read.
#[must_use]
pub fn accepted(bundle: Bundle) -> Option<Definition> {
    let findings = Findings::default();
    for (path, _) in bundle.files() {
        findings.declare(Thing::File, path);
    }
    read(&bundle, &findings).map(|parts| parts.define(bundle))
}

/// The title in a scenario's first file; nothing where that cannot be read.
#[must_use]
pub fn title(file: &[u8]) -> Option<LocalText> {
    let source = Arc::new(Source::new(SCENARIO_FILE, str::from_utf8(file).ok()?));
    let findings = Findings::default();
    let reader = Reader::new(&source, &findings);
    let root = tree::read(reader)?;
    Some(Scenario::read(reader, &root).title)
}

/// The name in a scenario's first file and what those who pass it are credited with; nothing where it cannot be read.
#[must_use]
pub fn credited(file: &[u8]) -> Option<(ScenarioId, Vec<String>)> {
    let (id, _) = identity(file)?;
    let source = Arc::new(Source::new(SCENARIO_FILE, str::from_utf8(file).ok()?));
    let findings = Findings::default();
    let reader = Reader::new(&source, &findings);
    let root = tree::read(reader)?;
    let credits = Scenario::read(reader, &root).credits.into_iter();
    Some((id, credits.map(|credit| credit.completion).collect()))
}

/// The name and version in a scenario's first file, also in one that cannot be read otherwise; nothing where they do not
/// stand at its margin.
#[must_use]
pub fn identity(file: &[u8]) -> Option<(ScenarioId, u32)> {
    let text = str::from_utf8(file).ok()?;
    let id = at_margin(text, "scenario").filter(|id| is_name(id))?;
    let version = at_margin(text, "version")?
        .parse()
        .ok()
        .filter(|it| *it > 0)?;
    Some((ScenarioId::from(id), version))
}

impl Definition {
    /// Whether it is played without machines, around a table.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.compose.services.is_empty()
    }

    /// The networks and how many nodes stand in each, in the order in which a plan wants their subnets.
    #[must_use]
    pub fn network_sizes(&self) -> Vec<(String, usize)> {
        let size = |name: &String| {
            let within = |service: &&compose::ComposeService| {
                service.networks.iter().any(|(own, _)| own == name)
            };
            self.compose.services.iter().filter(within).count()
        };
        self.compose
            .networks
            .iter()
            .map(|name| (name.clone(), size(name)))
            .collect()
    }

    /// The values of one environment: for texts, answers and flags.
    ///
    /// # Errors
    /// When the subnets are too few or too small.
    pub fn values(&self, input: &PlanInput<'_>) -> Result<Values, PlanError> {
        let draw = Draw::new(&self.scenario, input.seed);
        let compose = self.drawn(&draw)?;
        let addresses = planning::addresses(&compose, input)?;
        Ok(values(draw, &addresses, input))
    }

    /// The plan of one environment.
    ///
    /// # Errors
    /// When the subnets are too few or too small, or a drawn value does not fit where the Compose file uses it.
    pub fn plan(&self, input: &PlanInput<'_>) -> Result<EnvironmentPlan, PlanError> {
        let draw = Draw::new(&self.scenario, input.seed);
        let compose = self.drawn(&draw)?;
        let addresses = planning::addresses(&compose, input)?;
        let values = values(draw, &addresses, input);
        planning::assemble(self, &compose, &addresses, &values, input)
    }

    /// The Compose file with the values of one environment.
    fn drawn(&self, draw: &Draw) -> Result<Compose, PlanError> {
        let Some((source, tree)) = &self.compose_source else {
            return Ok(Compose::default());
        };
        let findings = Findings::default();
        let compose = read_compose(Reader::new(source, &findings), tree, &self.bundle, draw);
        match findings
            .into_problems()
            .into_iter()
            .find(|problem| problem.severity == Severity::Error)
        {
            Some(problem) => Err(PlanError::Value(Box::new(problem))),
            None => Ok(compose),
        }
    }
}

fn values(draw: Draw, addresses: &Addresses, input: &PlanInput<'_>) -> Values {
    let first = |(node, all): (&NodeId, &Vec<Ipv4Addr>)| Some((node.clone(), *all.first()?));
    let primary: Vec<_> = addresses.iter().filter_map(first).collect();
    Values::new(draw, input.environment, &primary)
}

struct Parts {
    scenario: Scenario,
    compose: Compose,
    solution: Solution,
    compose_source: Option<(Arc<Source>, Node)>,
}

impl Parts {
    fn define(self, bundle: Bundle) -> Definition {
        Definition {
            scenario: self.scenario,
            compose: self.compose,
            solution: self.solution,
            bundle,
            compose_source: self.compose_source,
        }
    }
}

/// Reads all files; what cannot be read leaves its names unmissed.
fn read(bundle: &Bundle, findings: &Findings) -> Option<Parts> {
    let source = open(bundle, findings, SCENARIO_FILE)?;
    let reader = Reader::new(&source, findings);
    let root = tree::read(reader)?;
    let mut scenario = Scenario::read(reader, &root);
    take_digests(bundle, &mut scenario);
    template_files(bundle, findings, &scenario);

    let named = |key: &str, path: &str| {
        let span = root.place(key);
        if path.is_empty() {
            return None;
        }
        if bundle.file(path).is_none() {
            let paths = findings.names(Thing::File);
            let help =
                nearest(path, paths.iter().map(String::as_str)).map(super::findings::did_you_mean);
            reader.error(
                span,
                Message::new("scenario-unknown-file").with("name", path),
                help,
            );
            return None;
        }
        open(bundle, findings, path)
    };
    let draw = Draw::new(&scenario, &Seed([0; 32]));
    let environment = scenario.environment.as_deref();
    let noted = Noted {
        draw: &draw,
        findings,
    };
    let compose = environment.map(|path| {
        let compose = named("environment", path).and_then(|source| {
            let reader = Reader::new(&source, findings);
            let tree = tree::read(reader)?;
            let compose = read_compose(reader, &tree, bundle, &noted);
            Some((compose, source, tree))
        });
        if compose.is_none() {
            findings.unreadable(Thing::ComposeService);
        }
        compose
    });
    let solution = named("solution", &scenario.solution).and_then(|source| {
        let reader = Reader::new(&source, findings);
        let tree = tree::read(reader)?;
        Some((Solution::read(reader, &tree), source, tree))
    });
    crosscheck::scenario(reader, &root, &scenario);
    crosscheck::placed(reader, &root, &scenario, bundle);
    if let Some(Some((compose, source, tree))) = &compose {
        crosscheck::compose(Reader::new(source, findings), tree, compose);
        crosscheck::probes(reader, &root, &scenario, compose);
    }
    if let Some((solution, source, tree)) = &solution {
        crosscheck::solution(Reader::new(source, findings), tree, solution, &scenario);
    }
    let (compose, compose_source) = match compose {
        Some(read) => read.map(|(compose, file, tree)| (compose, Some((file, tree))))?,
        None => (Compose::default(), None),
    };
    let (solution, ..) = solution?;
    Some(Parts {
        scenario,
        compose,
        solution,
        compose_source,
    })
}

fn read_compose(
    reader: Reader<'_>,
    tree: &Node,
    bundle: &Bundle,
    variables: &dyn Lookup,
) -> Compose {
    let files = |path: &str| bundle.file(path).map(|file| file.bytes.as_slice());
    let beside = Beside {
        files: &files,
        variables,
    };
    Compose::read(
        reader,
        &compose::interpolate(reader, tree, variables),
        &beside,
    )
}

/// Variables of which is noted that they are used.
struct Noted<'a> {
    draw: &'a Draw,
    findings: &'a Findings,
}

impl Lookup for Noted<'_> {
    fn value(&self, name: &str) -> Option<String> {
        self.findings.interpolate(name);
        self.draw.value(name)
    }

    fn names(&self) -> Vec<String> {
        self.draw.names()
    }
}

/// The text of a file, or a problem.
fn open(bundle: &Bundle, findings: &Findings, path: &str) -> Option<Arc<Source>> {
    let Some(file) = bundle.file(path) else {
        findings.error_in(
            path,
            Message::new("scenario-file-missing").with("name", path),
        );
        return None;
    };
    readable(findings, path, &file.bytes)
}

/// What a file holds as text, or a problem.
pub fn readable(findings: &Findings, path: &str, bytes: &[u8]) -> Option<Arc<Source>> {
    if bytes.len() > tree::MAX_FILE {
        findings.error_in(path, Message::new("scenario-file-large"));
        return None;
    }
    match str::from_utf8(bytes) {
        Ok(text) => Some(Arc::new(Source::new(path, text))),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            let message = Message::new("scenario-file-utf8").with("line", line);
            findings.error_in(path, message);
            None
        }
    }
}

/// Takes the digests of the files of the bundle that trainees are to find.
fn take_digests(bundle: &Bundle, scenario: &mut Scenario) {
    for task in &mut scenario.tasks {
        let answers = match &mut task.answer {
            Answer::Parts(parts) => parts.parts.iter_mut().map(|it| &mut it.answer).collect(),
            answer => vec![answer],
        };
        for answer in answers {
            if let Answer::File(answer) = answer
                && let Some(file) = answer.from.as_ref().and_then(|path| bundle.file(path))
            {
                answer.sha256 = hex::encode(Sha256::digest(&file.bytes));
            }
        }
    }
}

/// Checks `{{…}}` in the files that are marked as templates.
fn template_files(bundle: &Bundle, findings: &Findings, scenario: &Scenario) {
    let mut seen = Vec::new();
    for file in scenario.files.iter().filter(|file| file.template) {
        if bundle.file(&file.from).is_some()
            && !seen.contains(&&file.from)
            && let Some(source) = open(bundle, findings, &file.from)
        {
            let start = Span {
                line: 1,
                column: 1,
                length: 1,
            };
            Reader::new(&source, findings).template(
                source.text(),
                start,
                Scope::Environment,
                false,
            );
        }
        seen.push(&file.from);
    }
}
