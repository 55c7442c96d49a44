//! An exercise as pages and the conductor see it: its row, its scenario, its teams, and its journal folded.
//!
//! The fold is kept and carried on row by row, so that a page costs what happened since the last one, and everybody
//! who watches is woken by one counter.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Mutex as AsyncMutex, watch};

use super::{Exercise, ExerciseError, ExerciseState, Exercises, Team, timeline::effective};
use crate::{
    clock::Timestamp,
    environments::EnvironmentsError,
    ids::{EnvironmentId, ExerciseId, PersonId, ProvinceId, TeamId},
    journal::{self, Entry},
    recent::Recent,
    scenarios::{Cell, Definition, Event, EventId, LocalText, PlanInput, Seed, Values},
    scoring::{Board, Rules, Scores, TeamScore},
    store::{self, Connection, StoreError},
};

/// A team and its members.
#[derive(Clone, Debug)]
pub struct TeamView {
    /// The team.
    pub team: Team,
    /// Its members.
    pub members: Vec<PersonId>,
}

/// An exercise at one moment.
#[derive(Clone, Debug)]
pub struct ExerciseView {
    /// Its row.
    pub exercise: Exercise,
    /// Its scenario, as it was when the exercise was laid out.
    pub definition: Arc<Definition>,
    /// What the scenario gave points for when the exercise was laid out: what a fold of its journal begins with.
    pub laid_out: Arc<Rules>,
    /// What gives points now.
    pub rules: Arc<Rules>,
    /// What happens when: the scenario's timeline with what the white cell set for this exercise.
    pub timeline: Arc<Vec<Event>>,
    /// Its teams by number.
    pub teams: Arc<Vec<TeamView>>,
    /// Its journal, folded.
    pub scores: Arc<Scores>,
}

impl ExerciseView {
    /// A team.
    #[must_use]
    pub fn team(&self, team: TeamId) -> Option<&TeamView> {
        self.teams.iter().find(|view| view.team.id == team)
    }

    /// The teams that have machines of their own: those that defend, unless it is played around a table.
    pub fn hosts(&self) -> impl Iterator<Item = &TeamView> + Clone {
        let bare = self.definition.is_bare();
        let own = |view: &&TeamView| view.team.against.is_none();
        self.teams.iter().filter(move |_| !bare).filter(own)
    }

    /// The team whose machines a team uses.
    #[must_use]
    pub fn host(&self, team: TeamId) -> TeamId {
        self.team(team).map_or(team, |view| view.team.host())
    }

    /// The teams that use the machines of `host`, itself first.
    pub fn players(&self, host: TeamId) -> impl Iterator<Item = TeamId> {
        let others = self.teams.iter().map(|view| &view.team);
        let others = others.filter(move |other| other.against == Some(host));
        std::iter::once(host).chain(others.map(|other| other.id))
    }

    /// The side that a team plays.
    #[must_use]
    pub fn cell(&self, team: TeamId) -> Cell {
        self.team(team)
            .map(|view| view.team.cell)
            .unwrap_or_default()
    }

    /// An event of the timeline.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Event> {
        self.timeline.iter().find(|event| event.id.as_str() == id)
    }

    /// Whether an event waits for the white cell although its time has come.
    #[must_use]
    pub fn is_held(&self, event: &Event) -> bool {
        let decided = self.scores.held.get(event.id.as_str());
        decided.copied().unwrap_or(event.hold)
    }

    /// Whether an event of the timeline has reached a team, or another on the same machines.
    #[must_use]
    pub fn has_happened(&self, team: TeamId, event: &EventId) -> bool {
        let own = self.scores.team(team);
        let mut all = self.opponents(team).into_iter().chain(own);
        all.any(|score| score.delivered.contains_key(event.as_str()))
    }

    /// What the other teams on the same machines have reached.
    #[must_use]
    pub fn opponents(&self, team: TeamId) -> Vec<&TeamScore> {
        let host = self.host(team);
        let others = self.teams.iter().map(|view| &view.team);
        others
            .filter(|other| other.id != team && other.host() == host)
            .filter_map(|other| self.scores.team(other.id))
            .collect()
    }

    /// The team of a person.
    #[must_use]
    pub fn team_of(&self, person: PersonId) -> Option<&TeamView> {
        self.teams
            .iter()
            .find(|view| view.members.contains(&person))
    }

    /// What a team has reached; nothing where the journal does not name it.
    #[must_use]
    pub fn score(&self, team: TeamId) -> TeamScore {
        self.scores.team(team).cloned().unwrap_or_default()
    }

    /// Teams in order at `now`.
    #[must_use]
    pub fn board(&self, now: Timestamp) -> Board {
        self.board_at(self.exercise.elapsed_at(now))
    }

    /// Teams in order at `elapsed` exercise time.
    #[must_use]
    pub fn board_at(&self, elapsed: Duration) -> Board {
        let teams = self.teams.iter().map(|view| (view.team.id, view.team.cell));
        let teams: Vec<(TeamId, Cell)> = teams.collect();
        Board::rank(&self.rules, &self.scores, &teams, elapsed)
    }

    /// What everybody may see of the scores at `now`, and the exercise time of it: while the board is frozen, what it was
    /// then.
    #[must_use]
    pub fn public(&self, now: Timestamp) -> (Self, Duration) {
        match &self.scores.frozen {
            Some(then) => {
                let shown = Self {
                    scores: Arc::clone(then),
                    ..self.clone()
                };
                (shown, then.elapsed)
            }
            None => (self.clone(), self.exercise.elapsed_at(now)),
        }
    }

    /// Exercise time that is left at `now`.
    #[must_use]
    pub fn left_at(&self, now: Timestamp) -> Duration {
        self.exercise
            .duration
            .saturating_sub(self.exercise.elapsed_at(now))
    }
}

/// Folds kept: more exercises than any installation holds at once, fewer than it has ever held.
const FOLDS: usize = 64;
/// Counters kept before those that nobody watches are dropped.
const VERSIONS: usize = 256;

/// An exercise in a list.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its row.
    pub exercise: Exercise,
    /// Its scenario's title.
    pub scenario: LocalText,
    /// How many teams it has.
    pub teams: usize,
}

/// Folds in memory, by exercise.
#[derive(Clone, Debug)]
pub(super) struct Views {
    folds: Arc<Mutex<Recent<ExerciseId, Arc<AsyncMutex<Fold>>>>>,
    versions: Arc<Mutex<HashMap<ExerciseId, watch::Sender<u64>>>>,
    keys: Arc<Mutex<HashSet<(ExerciseId, String)>>>,
    noticed: Arc<Mutex<HashMap<ExerciseId, (ExerciseState, i64)>>>,
}

impl Default for Views {
    fn default() -> Self {
        Self {
            folds: Arc::new(Mutex::new(Recent::new(FOLDS))),
            versions: Arc::default(),
            keys: Arc::default(),
            noticed: Arc::default(),
        }
    }
}

#[derive(Debug, Default)]
struct Fold {
    scores: Arc<Scores>,
    laid_out: Option<(Arc<Rules>, Arc<Vec<TeamView>>)>,
    timeline: Option<(i64, Arc<Vec<Event>>)>,
}

impl Views {
    fn fold(&self, exercise: ExerciseId) -> Arc<AsyncMutex<Fold>> {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(folds.entry(exercise))
    }

    fn version<T>(&self, exercise: ExerciseId, with: impl FnOnce(&watch::Sender<u64>) -> T) -> T {
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if versions.len() >= VERSIONS && !versions.contains_key(&exercise) {
            versions.retain(|_, version| version.receiver_count() > 0);
        }
        with(
            versions
                .entry(exercise)
                .or_insert_with(|| watch::Sender::new(0)),
        )
    }

    /// Whether this process wrote the row under `key` or found it written.
    pub(super) fn knows(&self, exercise: ExerciseId, key: &str) -> bool {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&(exercise, key.to_owned()))
    }

    pub(super) fn note(&self, exercise: ExerciseId, key: String) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((exercise, key));
    }

    /// Wakes those who watch an exercise whose row says more than it did when it was last noticed: another orchestrator
    /// may have moved it.
    pub(super) fn notice(&self, exercise: &Exercise) {
        let now = (exercise.state, exercise.head_sequence);
        let before = self
            .noticed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(exercise.id, now);
        if before != Some(now) {
            self.bump(exercise.id);
        }
    }

    /// Forgets what was kept for conducting an exercise.
    pub(super) fn forget(&self, exercise: ExerciseId) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|(of, _)| *of != exercise);
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        noticed.remove(&exercise);
    }

    pub(super) fn bump(&self, exercise: ExerciseId) {
        self.version(exercise, |version| version.send_modify(|n| *n += 1));
    }
}

/// An exercise's teams with those who are in them now.
async fn teams_of(
    connection: &mut Connection,
    id: ExerciseId,
) -> Result<Vec<TeamView>, StoreError> {
    let members = store::exercises::members(connection, id).await?;
    let of = |team: TeamId| {
        let own = members.iter().filter(move |(of, _)| *of == team);
        own.map(|(_, person)| *person).collect()
    };
    let teams = store::exercises::teams(connection, id).await?;
    let teams = teams.into_iter().map(|team| TeamView {
        members: of(team.id),
        team,
    });
    Ok(teams.collect())
}

impl Exercises {
    /// An exercise at this moment.
    ///
    /// # Errors
    /// [`ExerciseError::Missing`], or a database that refuses.
    pub async fn view(&self, id: ExerciseId) -> Result<ExerciseView, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let exercise = store::exercises::find(&mut connection, id)
            .await?
            .ok_or(ExerciseError::Missing("exercise"))?;
        let definition = self
            .environments
            .definitions()
            .get(&mut connection, &exercise.bundle)
            .await?;
        let fold = self.views.fold(id);
        let mut fold = fold.lock().await;
        let mut entries = Vec::new();
        if exercise.head_sequence > fold.scores.sequence {
            entries = Entry::read(&mut connection, id, fold.scores.sequence).await?;
        }
        if entries.iter().any(|entry| entry.event.changes_teams()) {
            fold.laid_out = None;
        }
        let (rules, teams) = if let Some(laid_out) = &fold.laid_out {
            laid_out.clone()
        } else {
            let teams = teams_of(&mut connection, id).await?;
            let laid_out = (Arc::new(Rules::of(&definition.scenario)), Arc::new(teams));
            fold.laid_out.insert(laid_out).clone()
        };
        if !entries.is_empty() {
            let scores = Arc::make_mut(&mut fold.scores);
            for entry in &entries {
                scores.apply(&rules, entry);
            }
        }
        let set = fold.scores.planned.iter().map(|it| it.sequence).max();
        let set = set.unwrap_or_default();
        let timeline = match &fold.timeline {
            Some((at, timeline)) if *at == set => Arc::clone(timeline),
            _ => {
                let planned = &fold.scores.planned;
                let timeline = effective(&mut connection, &definition.scenario, planned).await?;
                let timeline = Arc::new(timeline);
                fold.timeline = Some((set, Arc::clone(&timeline)));
                timeline
            }
        };
        Ok(ExerciseView {
            exercise,
            definition,
            rules: fold.scores.rules(&rules),
            laid_out: rules,
            timeline,
            teams,
            scores: Arc::clone(&fold.scores),
        })
    }

    /// The values of the copies that a team uses; around a table, where nothing is drawn, those of the words alone.
    pub(super) async fn values_of(
        &self,
        view: &ExerciseView,
        team: TeamId,
    ) -> Result<Vec<Values>, ExerciseError> {
        if view.definition.is_bare() {
            let input = PlanInput {
                environment: EnvironmentId::new(),
                seed: &Seed([0; 32]),
                subnets: &[],
                addresses: None,
            };
            let values = view.definition.values(&input);
            return Ok(vec![values.map_err(EnvironmentsError::from)?]);
        }
        let environment = self.environment_of(view.exercise.id, team).await?;
        let copies = self.environments.values(environment, &view.definition);
        Ok(copies.await?)
    }

    /// The whole journal of an exercise, in order.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn entries(&self, id: ExerciseId) -> Result<Vec<Entry>, ExerciseError> {
        let mut connection = self.database.connection().await?;
        Ok(Entry::read(&mut connection, id, 0).await?)
    }

    /// Whether an exercise's journal is what was written: its chain up to the head, the words that are still kept, and,
    /// once it has finished, this installation's signature under that head.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn is_untouched(
        &self,
        exercise: &Exercise,
        entries: &[Entry],
    ) -> Result<bool, ExerciseError> {
        let head = (exercise.head_sequence, exercise.head_hash.clone());
        if journal::verify(entries).as_ref() != Ok(&head) {
            return Ok(false);
        }
        let mut connection = self.database.connection().await?;
        let texts = store::journal::stored_texts(&mut connection, exercise.id).await?;
        if journal::verify_texts(entries, &texts).is_err() {
            return Ok(false);
        }
        if exercise.state != ExerciseState::Finished {
            return Ok(true);
        }
        let signed = exercise.head_signature.as_deref();
        Ok(signed
            .and_then(|token| self.signer.verify(token).ok())
            .is_some_and(|it| it.exercise == exercise.id && (it.sequence, it.hash) == head))
    }

    /// A province's exercises, newest first.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn list(&self, province: ProvinceId) -> Result<Vec<Exercise>, ExerciseError> {
        Ok(store::exercises::list(&mut self.database.connection().await?, province).await?)
    }

    /// Exercises with what a list says of each, without reading a journal.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn summaries(&self, exercises: Vec<Exercise>) -> Result<Vec<Summary>, ExerciseError> {
        let mut connection = self.database.connection().await?;
        let mut summaries = Vec::with_capacity(exercises.len());
        for exercise in exercises {
            let digest = &exercise.bundle;
            let definitions = self.environments.definitions();
            summaries.push(Summary {
                scenario: definitions.title(&mut connection, digest).await?,
                teams: store::exercises::count_teams(&mut connection, exercise.id).await?,
                exercise,
            });
        }
        Ok(summaries)
    }

    /// Exercises of which a person is a member and the names of that person's teams, newest first.
    ///
    /// # Errors
    /// A database that refuses.
    pub async fn list_of_person(
        &self,
        person: PersonId,
    ) -> Result<Vec<(Exercise, String)>, ExerciseError> {
        Ok(
            store::exercises::list_of_person(&mut self.database.connection().await?, person)
                .await?,
        )
    }

    /// A number that grows whenever something of the exercise or its environments changes.
    #[must_use]
    pub fn subscribe(&self, id: ExerciseId) -> watch::Receiver<u64> {
        self.views.version(id, watch::Sender::subscribe)
    }
}
