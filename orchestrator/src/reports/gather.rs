//! Facts for reports, from where they stand: an exercise's journal, its scenario, the staff list of the day on which it
//! ended, and what people wrote. The report bears that day, so that it comes out the same whenever it is made again.

use std::{collections::HashMap, sync::Arc};

use sha2::{Digest, Sha256};

use super::{
    DrillEvidence, Judgement, Rating, Report, ReportError, Section, drill_report,
    facts::{Sources, assemble},
};
use crate::{
    clock::{Clock, Timestamp},
    exercises::Exercises,
    ids::{AccountId, ExerciseId, ProvinceId},
    locales::Locale,
    organisation::issuer_on,
    store::{self, Database},
};

/// Characters that one written part may have.
const LONGEST_TEXT: usize = 20_000;
/// Characters that the reason of a rating may have: it stands in a cell.
const LONGEST_JUDGEMENT: usize = 500;

/// A part's words as somebody wants them.
#[derive(Clone, Debug)]
pub struct Words {
    /// The part.
    pub section: Section,
    /// The words.
    pub text: String,
    /// The [`mark`] of what stood there when they began to write.
    pub seen: String,
}

/// What tells one text from another.
#[must_use]
pub fn mark(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// The reports of this installation.
#[derive(Clone)]
pub struct Reports {
    database: Database,
    exercises: Exercises,
    clock: Arc<dyn Clock>,
}

impl Reports {
    /// Puts it on what it reads.
    #[must_use]
    pub const fn new(database: Database, exercises: Exercises, clock: Arc<dyn Clock>) -> Self {
        Self {
            database,
            exercises,
            clock,
        }
    }

    /// The report of a drill.
    ///
    /// # Errors
    /// No such exercise; a database that refuses.
    pub async fn drill(&self, id: ExerciseId, locale: Locale) -> Result<Report, ReportError> {
        Ok(drill_report(&self.evidence(id, locale).await?, locale))
    }

    /// The facts of a drill.
    ///
    /// # Errors
    /// No such exercise; a database that refuses.
    pub async fn evidence(
        &self,
        id: ExerciseId,
        locale: Locale,
    ) -> Result<DrillEvidence, ReportError> {
        let view = self.exercises.view(id).await?;
        let entries = self.exercises.entries(id).await?;
        let untouched = self
            .exercises
            .is_untouched(&view.exercise, &entries)
            .await?;
        let now = self.clock.now();
        let day = view.exercise.finished_at.unwrap_or(now).day();
        let at = Timestamp::start_of(day);
        let mut connection = self.database.connection().await?;
        let province =
            store::organisation::get_province(&mut connection, view.exercise.province).await?;
        let units = store::organisation::units(&mut connection, province.id, at).await?;
        let staff = store::staff::staff_of_exercise(&mut connection, id, at).await?;
        let mut others = HashMap::new();
        for person in view.teams.iter().flat_map(|team| &team.members) {
            if staff.iter().any(|line| line.person == *person) {
                continue;
            }
            if let Some(found) =
                store::staff::find_person(&mut connection, province.id, *person).await?
            {
                others.insert(*person, found.name);
            }
        }
        let texts = store::reports::texts(&mut connection, id).await?;
        let ratings = store::reports::ratings(&mut connection, id).await?;
        let issuer = issuer_on(&mut connection, province.id, day).await?;
        Ok(assemble(
            Sources {
                view: &view,
                entries: &entries,
                untouched,
                province: &province,
                units: &units.into_iter().map(|unit| (unit.id, unit.name)).collect(),
                staff: &staff,
                others: &others,
                texts: texts
                    .into_iter()
                    .filter_map(|(section, text)| Some((section.parse().ok()?, text)))
                    .collect(),
                judgements: ratings.into_iter().filter_map(judgement).collect(),
                issuer,
                now,
            },
            locale,
        ))
    }

    /// Keeps what somebody wrote, in place of what stood there.
    ///
    /// # Errors
    /// A text that is far too long, an exercise of another province; a database that refuses.
    pub async fn write(
        &self,
        (province, account): (ProvinceId, AccountId),
        id: ExerciseId,
        texts: &[Words],
    ) -> Result<Vec<Section>, ReportError> {
        if texts
            .iter()
            .any(|words| words.text.chars().count() > LONGEST_TEXT)
        {
            return Err(ReportError::TooLong);
        }
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        store::exercises::find(&mut transaction, id)
            .await?
            .filter(|exercise| exercise.province == province)
            .ok_or(ReportError::Missing)?;
        // The exercise's row is held while texts are compared: of two who save at once, one sees what the other wrote.
        store::journal::lock_head(&mut transaction, id).await?;
        let stand: HashMap<String, String> = store::reports::texts(&mut transaction, id)
            .await?
            .into_iter()
            .collect();
        let mut joined = Vec::new();
        for words in texts {
            let text = words.text.replace("\r\n", "\n");
            let text = text.trim();
            let section = words.section.as_str();
            let stands = stand.get(section).map_or("", String::as_str);
            if mark(text) == words.seen || text == stands {
                continue;
            }
            let written = (account, now);
            if mark(stands) == words.seen {
                store::reports::set_text(&mut transaction, id, section, text, written).await?;
            } else {
                // Somebody wrote here meanwhile: neither text is thrown away.
                let both = format!("{stands}\n\n{text}");
                store::reports::set_text(&mut transaction, id, section, &both, written).await?;
                joined.push(words.section);
            }
        }
        transaction.commit().await?;
        Ok(joined)
    }

    /// Keeps how an evaluator rates objectives, each with its reason; one with neither is left to the points.
    ///
    /// # Errors
    /// A rating without a reason or a reason without a rating, an objective that the scenario does not have, a text
    /// that is far too long; a database that refuses.
    pub async fn rate(
        &self,
        account: AccountId,
        id: ExerciseId,
        ratings: &[Rated],
        locale: Locale,
    ) -> Result<(), ReportError> {
        let view = self.exercises.view(id).await?;
        let objectives = &view.definition.scenario.objectives;
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        for rated in ratings {
            let objective = objectives
                .iter()
                .find(|objective| objective.id.as_str() == rated.objective)
                .ok_or(ReportError::Missing)?;
            let words = rated.words.split_whitespace().collect::<Vec<_>>().join(" ");
            let refused = |message| ReportError::Rating {
                message,
                objective: objective.title.get(locale).to_owned(),
            };
            match (rated.rating, words.is_empty()) {
                (Some(_), true) => return Err(refused("report-rating-reason-missing")),
                (None, false) => return Err(refused("report-rating-missing")),
                _ => {}
            }
            if words.chars().count() > LONGEST_JUDGEMENT {
                return Err(refused("report-rating-reason-long"));
            }
            let rating = store::reports::ObjectiveRating {
                objective: rated.objective.clone(),
                rating: rated.rating.map_or("", Rating::as_str).to_owned(),
                judgement: words,
            };
            store::reports::set_rating(&mut transaction, id, &rating, (account, now)).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// What an evaluator entered for an objective.
#[derive(Clone, Debug)]
pub struct Rated {
    /// The objective in the scenario.
    pub objective: String,
    /// How it was performed; `None` leaves it to the points.
    pub rating: Option<Rating>,
    /// Why, in a sentence.
    pub words: String,
}

fn judgement(rated: store::reports::ObjectiveRating) -> Option<(String, Judgement)> {
    let rating = rated.rating.parse().ok()?;
    let words = rated.judgement;
    Some((rated.objective, Judgement { rating, words }))
}
