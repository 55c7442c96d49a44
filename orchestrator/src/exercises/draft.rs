//! Laying out an exercise: a scenario, teams, members.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{ExerciseError, Exercises, grading};
use crate::{
    clock::Timestamp,
    environments::Pool,
    ids::{AccountId, ExerciseId, PersonId, ProvinceId, TeamId, UnitId},
    journal::{Actor, Draft as Row, Event, GENESIS, append_in},
    scenarios::{Cell, Definition, Scenario, ScenarioKind},
    store::{
        self, Connection, StoreError, bundles::StoredFile, exercises::NewExercise, exercises::Team,
    },
};

/// Teams that one exercise may have: beyond this one server's board and engine were never measured.
pub const MAX_TEAMS: usize = 200;
/// Members that one team may have.
pub const MAX_TEAM_MEMBERS: usize = 30;
/// Letters of a title or a team's name.
const MAX_NAME: usize = 200;
/// The longest an exercise may run.
const MAX_DURATION: Duration = Duration::from_hours(5 * 24);

/// A team to be.
#[derive(Clone, Debug)]
pub struct DraftTeam {
    /// Its name.
    pub name: String,
    /// The unit that it stands for.
    pub unit: Option<UnitId>,
    /// Its members.
    pub members: Vec<PersonId>,
    /// The side that it plays. The first team that attacks attacks the first that defends, and so on.
    pub cell: Cell,
}

/// An exercise to be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The province that holds it.
    pub province: ProvinceId,
    /// What the organisers call it.
    pub title: String,
    /// Exercise time after which it ends; the scenario's where none is given.
    pub duration: Option<Duration>,
    /// Teams, in the order of their numbers.
    pub teams: Vec<DraftTeam>,
    /// Who lays it out.
    pub created_by: AccountId,
    /// The form that it comes from: the same form sent twice makes one exercise.
    pub launch_key: String,
    /// Whether somebody tries the scenario alone: it counts nowhere.
    pub trial: bool,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug)]
pub struct LaidOut {
    /// The exercise.
    pub exercise: ExerciseId,
    /// Whether the same form had made it before; nothing was done then.
    pub before: bool,
}

impl DraftTeam {
    /// How many environments these teams of a scenario need.
    #[must_use]
    pub fn environments(definition: &Definition, teams: &[Self]) -> usize {
        let own = teams.iter().filter(|team| team.cell == Cell::Blue);
        if definition.is_bare() { 0 } else { own.count() }
    }
}

/// On what terms an exercise is held, beside who is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How many each team shall have; what a team lacks of it are its spare seats.
    pub seats: Option<u32>,
    /// How many evaluators grade each report.
    pub evaluators: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            seats: None,
            evaluators: 1,
        }
    }
}

impl Exercises {
    /// Lays out an exercise on a scenario, which is kept as it is now; one evaluator grades each report.
    ///
    /// # Errors
    /// [`ExerciseError::Input`] says what to mend; nothing was written then.
    pub async fn create(
        &self,
        draft: Draft,
        definition: &Definition,
    ) -> Result<LaidOut, ExerciseError> {
        self.create_with(draft, definition, Terms::default()).await
    }

    /// The same on other terms than the usual ones.
    ///
    /// # Errors
    /// As [`Self::create`], and terms that do not fit.
    pub async fn create_with(
        &self,
        draft: Draft,
        definition: &Definition,
        terms: Terms,
    ) -> Result<LaidOut, ExerciseError> {
        check(&draft, &definition.scenario)?;
        let Terms { seats, evaluators } = terms;
        grading::fit(evaluators)?;
        check_seats(seats)?;
        let now = self.clock.now();
        let scenario = &definition.scenario;
        let digest = definition.bundle.digest();
        let id = ExerciseId::new();
        let mut transaction = self.database.begin().await?;
        keep_bundle(&mut transaction, definition, now).await?;
        if !draft.trial {
            // Copies are kept ready of what drills use, not of what an author tries.
            let (province, id) = (draft.province, scenario.id.as_str());
            store::environments::follow_bundle(&mut transaction, province, id, &digest).await?;
        }
        let new = NewExercise {
            id,
            province: draft.province,
            title: draft.title.trim().to_owned(),
            kind: kind_name(scenario.kind).to_owned(),
            bundle: digest.clone(),
            duration: draft.duration.unwrap_or(scenario.duration),
            created_by: draft.created_by,
            created_at: now,
            launch_key: draft.launch_key.clone(),
            genesis: GENESIS.to_owned(),
            trial: draft.trial,
        };
        if !store::exercises::insert(&mut transaction, &new).await? {
            let before =
                store::exercises::find_by_launch_key(&mut transaction, &draft.launch_key).await?;
            let exercise = before.ok_or(ExerciseError::Missing("exercise"))?;
            return Ok(LaidOut {
                exercise,
                before: true,
            });
        }
        let mut rosters = BTreeMap::new();
        for (mut row, members) in teams(&draft.teams) {
            row.seats = seats.map(i64::from);
            store::exercises::insert_team(&mut transaction, id, &row, members).await?;
            rosters.insert(row.id, members.iter().copied().collect());
        }
        let created = Event::Created {
            scenario: scenario.id.to_string(),
            bundle: digest,
            teams: u32::try_from(draft.teams.len()).unwrap_or(u32::MAX),
            members: rosters,
        };
        let by = Actor::Account(draft.created_by);
        let mut rows = vec![Row::new(by, created)];
        if evaluators > 1 {
            rows.push(Row::new(by, Event::EvaluatorsSet { count: evaluators }));
        }
        append_in(&mut transaction, id, now, &rows).await?;
        transaction.commit().await?;
        self.journal.announce(id);
        Ok(LaidOut {
            exercise: id,
            before: false,
        })
    }

    /// Sets how many copies of a scenario, as it is now, a province keeps ready; none with 0.
    ///
    /// # Errors
    /// Images that are missing, an engine that is away, or too little memory: nothing was changed then.
    pub async fn keep_ready(
        &self,
        province: ProvinceId,
        definition: &Definition,
        size: u32,
        by: AccountId,
    ) -> Result<(), ExerciseError> {
        if size > 0 {
            let teams = usize::try_from(size).unwrap_or(usize::MAX);
            self.environments.preflight(definition, teams).await?;
        }
        let pool = Pool {
            province,
            scenario: definition.scenario.id.to_string(),
            bundle: definition.bundle.digest(),
            size: i64::from(size),
        };
        let mut transaction = self.database.begin().await?;
        keep_bundle(&mut transaction, definition, self.clock.now()).await?;
        self.environments
            .set_pool(&mut transaction, &pool, Some(by))
            .await?;
        transaction.commit().await?;
        self.environments.wake_all();
        Ok(())
    }
}

/// Keeps a scenario as it is now, under its digest.
async fn keep_bundle(
    transaction: &mut Connection,
    definition: &Definition,
    now: Timestamp,
) -> Result<(), StoreError> {
    let files: Vec<StoredFile> = definition
        .bundle
        .files()
        .map(|(path, file)| StoredFile {
            path: path.to_owned(),
            mode: file.mode,
            content: file.bytes.clone(),
        })
        .collect();
    store::bundles::keep(
        transaction,
        &definition.bundle.digest(),
        definition.scenario.id.as_str(),
        i64::from(definition.scenario.version),
        now,
        &files,
    )
    .await
}

const fn kind_name(kind: ScenarioKind) -> &'static str {
    match kind {
        ScenarioKind::Simulation => "simulation",
        ScenarioKind::Tabletop => "tabletop",
    }
}

/// The teams with their members, those that defend numbered first: variants are dealt out by number.
fn teams(all: &[DraftTeam]) -> Vec<(Team, &[PersonId])> {
    let of = |cell| move |draft: &&DraftTeam| draft.cell == cell;
    let drafts = all.iter().filter(of(Cell::Blue));
    let drafts = drafts.chain(all.iter().filter(of(Cell::Red)));
    let mut numbered: Vec<(Team, &[PersonId])> = (1..)
        .zip(drafts)
        .map(|(number, draft)| {
            let team = Team {
                id: TeamId::new(),
                number,
                name: draft.name.trim().to_owned(),
                unit: draft.unit,
                cell: draft.cell,
                against: None,
                seats: None,
            };
            (team, draft.members.as_slice())
        })
        .collect();
    let attacked: Vec<TeamId> = numbered.iter().map(|(team, _)| team.id).collect();
    let attacking = numbered
        .iter_mut()
        .filter(|(team, _)| team.cell == Cell::Red);
    for ((team, _), attacked) in attacking.zip(attacked) {
        team.against = Some(attacked);
    }
    numbered
}

/// Whether a team can have so many.
pub(super) fn check_seats(seats: Option<u32>) -> Result<(), ExerciseError> {
    let limit = u32::try_from(MAX_TEAM_MEMBERS).unwrap_or(u32::MAX);
    if seats.is_some_and(|seats| seats == 0 || seats > limit) {
        return Err(ExerciseError::input_with(
            "enrolment-seats-range",
            "limit",
            &limit,
        ));
    }
    Ok(())
}

fn check(draft: &Draft, scenario: &Scenario) -> Result<(), ExerciseError> {
    name(&draft.title, "exercise-title-missing")?;
    if draft.teams.is_empty() {
        return Err(ExerciseError::input("exercise-teams-missing"));
    }
    if draft.teams.len() > MAX_TEAMS {
        return Err(ExerciseError::input_with(
            "exercise-teams-too-many",
            "limit",
            &MAX_TEAMS,
        ));
    }
    if draft
        .duration
        .is_some_and(|duration| duration < Duration::from_mins(1) || duration > MAX_DURATION)
    {
        return Err(ExerciseError::input("exercise-duration-range"));
    }
    let plays = |cell| draft.teams.iter().any(|team| team.cell == cell);
    if plays(Cell::Red) && !scenario.plays(Cell::Red) {
        return Err(ExerciseError::input("exercise-no-attackers"));
    }
    if !plays(Cell::Blue) {
        return Err(ExerciseError::input("exercise-no-defenders"));
    }
    // Two that attack the same machines would see each other's work and flags.
    let attacking = draft.teams.iter().filter(|team| team.cell == Cell::Red);
    if attacking.count() * 2 > draft.teams.len() {
        return Err(ExerciseError::input("exercise-attackers-many"));
    }
    let mut names = BTreeSet::new();
    let mut people = BTreeSet::new();
    for team in &draft.teams {
        name(&team.name, "exercise-team-name-missing")?;
        if !names.insert(team.name.trim().to_lowercase()) {
            return Err(ExerciseError::input_with(
                "exercise-team-name-twice",
                "team",
                &team.name.trim(),
            ));
        }
        if team.members.is_empty() {
            return Err(ExerciseError::input_with(
                "exercise-team-empty",
                "team",
                &team.name.trim(),
            ));
        }
        if team.members.len() > MAX_TEAM_MEMBERS {
            return Err(ExerciseError::input_with(
                "exercise-team-too-large",
                "team",
                &team.name.trim(),
            ));
        }
        for person in &team.members {
            if !people.insert(*person) {
                return Err(ExerciseError::input_with(
                    "exercise-member-twice",
                    "team",
                    &team.name.trim(),
                ));
            }
        }
    }
    Ok(())
}

fn name(text: &str, missing: &'static str) -> Result<(), ExerciseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ExerciseError::input(missing));
    }
    if text.chars().count() > MAX_NAME {
        return Err(ExerciseError::input_with(
            "exercise-name-too-long",
            "limit",
            &MAX_NAME,
        ));
    }
    // Control characters and those that turn the direction of writing have no place in a name on a wall screen.
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        return Err(ExerciseError::input("exercise-name-characters"));
    }
    Ok(())
}
