//! Exercises on both databases over the engine in memory: a bench, and what happens on it by topic.

mod answers;
mod conducting;
mod decisions;
mod grading;
mod invitations;
mod keeping;
mod kinds;
mod machines;
mod members;
mod parts;
mod rehearsals;
mod schedules;
mod sides;
mod solutions;
mod timelines;
mod variants;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{Conductor, Draft, DraftTeam, ExerciseState, Exercises, Grade};
use crate::{
    clock::{Clock, TestClock, Timestamp},
    environments::{
        Environments, EnvironmentsConfig, Foundation, Isolation, Kept, MemoryEngine, Phase,
        engine::ExecOutput,
    },
    ids::{AccountId, EnvironmentId, ExerciseId, PersonId, ProvinceId, TeamId},
    journal::{Entry, Journal, Signer},
    ownership::Ownership,
    random::SeededRandom,
    scenarios::{Bundle, BundleFile, Cell, Definition, Draw},
    store::{self, Database, Statement, accounts::AccountRow, staff::Person},
    tasks::Tasks,
};

const SCENARIO: &str = "\
scenario: two
version: 1
title: {vi: Hai máy, en: Two machines}
summary: {vi: Hai máy., en: Two machines.}
kind: simulation
level: basic
duration: 90m
environment: compose.yaml
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: target}
tasks:
  - {id: way, title: {vi: Cờ, en: Flag}, text: {vi: Tìm., en: Find.}, points: 10, answer: {flag: {}}}
  - id: address
    title: {vi: Địa chỉ, en: Address}
    text: {vi: Tìm., en: Find.}
    points: 10
    answer: {text: {accept: ['{{node.portal.address}}']}}
  - id: mended
    title: {vi: Vá, en: Mended}
    text: {vi: Vá., en: Mend.}
    points: 50
    answer: {check: {from: desk, run: [/opt/mended], every: 5s, after: E01}}
  - id: form
    title: {vi: Báo cáo, en: Report}
    text: {vi: Gửi., en: Send.}
    points: 40
    answer: {report: {form: mau-03, due: 30m, rubric: [{id: facts, points: 40, title: {vi: Việc, en: Facts}}]}}
timeline:
  - {id: E01, at: 0m, action: {node: portal, run: [/opt/attack, first]}}
  - {id: E02, manual: true, action: {node: portal, run: [/opt/attack, again]}}
files:
  - {node: desk, path: /srv/flag, from: files/flag, template: true}
solution: solution.yaml
";
const COMPOSE: &str = "\
services:
  desk: {image: 'test/desk:1', networks: [lan]}
  portal: {image: 'test/portal:1', networks: [lan]}
networks: {lan: }
";
const SOLUTION: &str = "\
steps:
  - {id: look, node: desk, run: cat /srv/flag, capture: {flag: '(TT\\{[0-9a-f]+\\})'}, solves: {task: way, answer: '{{capture.flag}}'}}
  - {id: ip, node: desk, run: getent hosts portal, capture: {ip: '([0-9.]+)'}, solves: {task: address, answer: '{{capture.ip}}'}}
  - {id: mend, node: desk, run: 'true', expect_check: mended}
  - {id: write, report: {task: form, fields: {description: x}, grade: {facts: 40}}}
";
const FIRST: [&str; 2] = ["/opt/attack", "first"];

/// Labs that are closed until a test opens them, and how often that was proven.
#[derive(Default)]
struct Walls {
    open: AtomicBool,
    proven: AtomicUsize,
}

#[async_trait::async_trait]
impl Isolation for Walls {
    async fn prove(&self) -> Result<(), Vec<String>> {
        if self.open.load(Ordering::SeqCst) {
            return Err(vec!["host tcp 10.0.0.1:9".to_owned()]);
        }
        self.proven.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn keep(&self) -> Kept {
        Kept::Stands
    }
}

/// Two teams of one member each in an exercise that is laid out.
pub(crate) struct Bench {
    pub(crate) database: Database,
    engine: Arc<MemoryEngine>,
    walls: Arc<Walls>,
    clock: Arc<TestClock>,
    pub(crate) exercises: Exercises,
    environments: Environments,
    definition: Definition,
    pub(crate) exercise: ExerciseId,
    pub(crate) organiser: AccountId,
    province: ProvinceId,
    teams: [TeamId; 2],
    people: [PersonId; 2],
    tasks: Tasks,
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) async fn new(database: Database) -> Self {
        Self::of(database, definition(COMPOSE)).await
    }

    async fn of(database: Database, definition: Definition) -> Self {
        Self::of_cells(database, definition, [Cell::Blue; 2]).await
    }

    async fn of_cells(database: Database, definition: Definition, cells: [Cell; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::new(Timestamp(1_795_000_000_000_000)));
        let tasks = Tasks::new();
        let shared: Arc<dyn Clock> = Arc::<TestClock>::clone(&clock);
        let (engine, walls) = (Arc::new(MemoryEngine::new()), Arc::<Walls>::default());
        let signer = Arc::new(Signer::open(folder.path()).unwrap());
        let exercises = orchestrator(&database, shared, &engine, &walls, signer, &tasks).await;
        let environments = exercises.environments.clone();
        let (organiser, people, province) = people(&database, clock.now()).await;
        let draft = draft(province, organiser, people, cells);
        let laid_out = exercises.create(draft, &definition).await.unwrap();
        let exercise = laid_out.exercise;
        let view = exercises.view(exercise).await.unwrap();
        let team = |person| view.team_of(person).unwrap().team.id;
        Self {
            teams: people.map(team),
            database,
            engine,
            walls,
            clock,
            exercises,
            environments,
            definition,
            exercise,
            organiser,
            province,
            people,
            tasks,
            folder,
        }
    }

    /// The exercises of another orchestrator that shares the database and the engine.
    async fn beside(&self) -> Exercises {
        let (clock, signer) = (
            Arc::<TestClock>::clone(&self.clock),
            Signer::open(self.folder.path()),
        );
        let signer = Arc::new(signer.unwrap());
        orchestrator(
            &self.database,
            clock,
            &self.engine,
            &self.walls,
            signer,
            &self.tasks,
        )
        .await
    }

    /// Lets the range work by itself.
    fn conduct(&self) {
        self.environments.start(&self.tasks);
        Conductor::start(&self.exercises, &self.tasks);
    }

    /// Prepares and begins; machines come where the range works by itself, otherwise they are only said to be there.
    pub(crate) async fn begin(&self, by_itself: bool) {
        self.exercises
            .prepare(self.exercise, self.organiser)
            .await
            .unwrap();
        if by_itself {
            self.conduct();
            self.until("ready", async || self.state().await == ExerciseState::Ready)
                .await;
        } else {
            self.execute("update environment set phase = 'ready'").await;
            self.exercises.set_ready(self.exercise).await.unwrap();
        }
        self.exercises
            .start(self.exercise, self.organiser)
            .await
            .unwrap();
    }

    pub(crate) async fn execute(&self, sql: &'static str) {
        let mut connection = self.database.connection().await.unwrap();
        Statement::new(sql).execute(&mut connection).await.unwrap();
    }

    async fn state(&self) -> ExerciseState {
        self.exercises.row(self.exercise).await.unwrap().state
    }

    async fn environment(&self, team: TeamId) -> EnvironmentId {
        self.exercises
            .environment_of(self.exercise, team)
            .await
            .unwrap()
    }

    async fn entries(&self) -> Vec<Entry> {
        self.exercises.entries(self.exercise).await.unwrap()
    }

    /// Rows of a kind, whomever they concern.
    async fn count_all(&self, kind: &str) -> usize {
        let entries = self.entries().await;
        entries.iter().filter(|it| it.event.kind() == kind).count()
    }

    async fn count(&self, kind: &str, team: TeamId) -> usize {
        let entries = self.entries().await;
        let ours = entries
            .iter()
            .filter(|it| it.team == Some(team) && it.event.kind() == kind);
        ours.count()
    }

    /// The flag of a team's first copy.
    async fn flag(&self, team: TeamId) -> String {
        let environment = self.environment(team).await;
        let mut connection = self.database.connection().await.unwrap();
        let copies = store::environments::copies(&mut connection, environment)
            .await
            .unwrap();
        let draw = Draw::new(
            &self.definition.scenario,
            &crate::environments::seed_from(&copies[0].seed).unwrap(),
        );
        draw.flag(&"way".into()).unwrap().to_owned()
    }

    async fn file(&self, words: &str) {
        let fields = serde_json::json!({ "description": words });
        let fields = fields.as_object().unwrap();
        self.exercises
            .file_report(self.exercise, self.teams[0], self.people[0], "form", fields)
            .await
            .unwrap();
    }

    async fn report(&self) -> i64 {
        let view = self.exercises.view(self.exercise).await.unwrap();
        view.score(self.teams[0]).tasks["form"]
            .report
            .as_ref()
            .unwrap()
            .sequence
    }

    fn grade(&self, report: i64) -> Grade {
        Grade {
            team: self.teams[0],
            task: "form".to_owned(),
            report,
            points: BTreeMap::from([("facts".to_owned(), 30)]),
            comment: String::new(),
        }
    }

    /// Another exercise of the same people.
    fn draft(&self, cells: [Cell; 2]) -> Draft {
        draft(self.province, self.organiser, self.people, cells)
    }

    async fn until(&self, what: &str, mut condition: impl AsyncFnMut() -> bool) {
        for _ in 0..600 {
            if condition().await {
                return;
            }
            self.clock.advance(Duration::from_millis(500));
            self.environments.wake_all();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{what} did not come about: {:#?}", self.entries().await);
    }
}

fn draft(
    province: ProvinceId,
    organiser: AccountId,
    people: [PersonId; 2],
    cells: [Cell; 2],
) -> Draft {
    let names = ["một", "hai"].into_iter().zip(cells);
    let teams = people.into_iter().zip(names);
    let teams = teams.map(|(person, (name, cell))| DraftTeam {
        name: name.to_owned(),
        unit: None,
        members: vec![person],
        cell,
    });
    Draft {
        province,
        title: "Diễn tập".to_owned(),
        duration: None,
        teams: teams.collect(),
        created_by: organiser,
        launch_key: ExerciseId::new().to_string(),
        trial: false,
    }
}

async fn orchestrator(
    database: &Database,
    clock: Arc<dyn Clock>,
    engine: &Arc<MemoryEngine>,
    walls: &Arc<Walls>,
    signer: Arc<Signer>,
    tasks: &Tasks,
) -> Exercises {
    let journal = Journal::start(database.clone(), Arc::clone(&clock), tasks);
    let pace = Duration::from_millis(5);
    let environments = Environments::new(Foundation {
        database: database.clone(),
        clock: Arc::clone(&clock),
        random: Arc::new(SeededRandom::new(5)),
        engine: Arc::<MemoryEngine>::clone(engine),
        isolation: Arc::<Walls>::clone(walls),
        ownership: Ownership::enter(database.clone(), pace, true)
            .await
            .unwrap(),
        config: EnvironmentsConfig {
            ranges: vec!["10.71.0.0/24".parse().unwrap()],
            parallel: 4,
            host_ranges: Vec::new(),
        },
    });
    let random = Arc::new(SeededRandom::new(7));
    Exercises::new(
        database.clone(),
        clock,
        journal,
        signer,
        environments,
        random,
    )
}

fn definition(compose: &str) -> Definition {
    read(SCENARIO, compose, SOLUTION)
}

/// Another scenario on the same machines.
fn definition_of(scenario: &str, solution: &str) -> Definition {
    read(scenario, COMPOSE, solution)
}

fn read(scenario: &str, compose: &str, solution: &str) -> Definition {
    let files = [
        ("scenario.yaml", scenario),
        ("compose.yaml", compose),
        ("solution.yaml", solution),
        (
            "files/flag",
            if scenario == SCENARIO {
                "{{flag.way}}\n"
            } else {
                ""
            },
        ),
    ];
    let file = |text: &str| BundleFile {
        bytes: text.as_bytes().to_vec(),
        mode: 0o644,
    };
    let files = files.map(|(path, text)| (path.to_owned(), file(text)));
    let checked = crate::scenarios::check(Bundle::from_files(BTreeMap::from(files)).unwrap());
    checked
        .definition
        .unwrap_or_else(|| panic!("{:#?}", checked.problems))
}

async fn people(database: &Database, now: Timestamp) -> (AccountId, [PersonId; 2], ProvinceId) {
    let mut transaction = database.begin().await.unwrap();
    let province = ProvinceId::new();
    Statement::new("insert into province (id, code, name) values ($1, 'T', 'T')")
        .bind(province)
        .execute(&mut transaction)
        .await
        .unwrap();
    let organiser = AccountRow {
        id: AccountId::new(),
        province,
        province_name: String::new(),
        person: None,
        person_name: None,
        username: "an.nguyen".to_owned(),
        password_hash: String::new(),
        locale: "vi".to_owned(),
        created_at: now,
        disabled_at: None,
    };
    store::accounts::insert(&mut transaction, &organiser)
        .await
        .unwrap();
    let people = [PersonId::new(), PersonId::new()];
    for id in people {
        let person = Person {
            id,
            province,
            name: "Nguyễn Văn Hòa".to_owned(),
            name_folded: "nguyen van hoa".to_owned(),
            email: None,
            erased_at: None,
        };
        store::staff::insert_person(&mut transaction, &person)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    (organiser.id, people, province)
}

fn output(code: i64) -> ExecOutput {
    ExecOutput {
        code,
        stdout: Vec::new(),
        stderr: Vec::new(),
        truncated: false,
    }
}
