//! What an indicator says on a day: pure arithmetic over facts, so that known facts give known figures.
//!
//! Operators are strict as written. A whole that is empty has no share: the result is no figure at all, never 100 %.
//! Parts are compared in whole numbers, so that no rounding decides whether a target is met.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::plan::{
    Amount, Condition, Indicator, Measure, Operator, Plan, Subject, Target, Validity,
};
use crate::{
    clock::Timestamp,
    ids::{AttendanceId, CompletionId, ExerciseId, PersonId, UnitId},
    organisation::{Staff, Unit},
    store::{
        learning::{NamedCompletion, Reached},
        workforce::{HeldExercise, ManualFigure},
    },
};

/// Everything that indicators of a plan are measured on, for one province and one day.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The staff list of the day.
    pub staff: Vec<Staff>,
    /// The units of the day.
    pub units: Vec<Unit>,
    /// Completions within the plan's time.
    pub completions: Vec<NamedCompletion>,
    /// Attendances within the plan's time.
    pub reached: Vec<Reached>,
    /// Exercises held within the plan's time.
    pub exercises: Vec<HeldExercise>,
    /// Figures entered by hand within the plan's time, the latest last.
    pub figures: Vec<ManualFigure>,
}

/// What an indicator says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The figures; `None` says that there is nothing to measure.
    pub figure: Option<Figure>,
    /// How it stands.
    pub standing: Standing,
    /// Who or what counts, with the evidence.
    pub counted: Vec<Line>,
    /// Who or what belongs to the whole and does not count yet.
    pub missing: Vec<Line>,
}

/// A figure and, for a share, its whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How many count.
    pub numerator: i64,
    /// Out of how many; `None` for a count.
    pub denominator: Option<i64>,
}

/// How an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing to measure.
    NoData,
    /// The source sets no threshold.
    NoTarget,
    /// The target is met.
    Met,
    /// It is missed by so many.
    Missed {
        /// How many more would meet it.
        gap: i64,
    },
}

/// A person, unit or exercise behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub subject: SubjectId,
    /// Its name; empty where a person's was erased.
    pub name: String,
    /// The units in which the person works.
    pub units: Vec<String>,
    /// What proves that it counts.
    pub evidence: Vec<Evidence>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectId {
    /// A person.
    Person(PersonId),
    /// A unit.
    Unit(UnitId),
    /// An exercise.
    Exercise(ExerciseId),
}

/// Where a figure's proof stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A completion, and the journal row with which it was earned.
    Completion {
        /// The completion.
        id: CompletionId,
        /// The exercise.
        exercise: ExerciseId,
        /// Its title.
        title: String,
        /// The row of its journal.
        sequence: i64,
    },
    /// A name on an attendance list.
    Attendance(AttendanceId),
    /// The whole journal of an exercise.
    Journal {
        /// The exercise.
        exercise: ExerciseId,
        /// Its last row.
        sequence: i64,
    },
    /// A document from which a figure was entered.
    Document(String),
}

/// Measures an indicator of a plan on a day.
#[must_use]
pub fn measure(plan: &Plan, indicator: &Indicator, facts: &Facts, day: Date) -> Measured {
    let window = plan.window(indicator.period, day);
    let lookup = Lookup::new(facts, window);
    let (figure, counted, missing) = match &indicator.measure {
        Measure::Count {
            subject,
            conditions,
        } => {
            let (kind, achievements): (Vec<_>, Vec<_>) = conditions
                .iter()
                .partition(|condition| !condition.is_achievement());
            let (counted, missing) = lookup.split(*subject, &kind, &achievements);
            // Whatever does not count of a mere number of things is not missing.
            let missing = if achievements.is_empty() {
                Vec::new()
            } else {
                missing
            };
            let figure = Figure {
                numerator: whole(counted.len()),
                denominator: None,
            };
            (Some(figure), counted, missing)
        }
        Measure::Share { subject, of, with } => {
            let (of, with): (Vec<_>, Vec<_>) = (of.iter().collect(), with.iter().collect());
            let (counted, missing) = lookup.split(*subject, &of, &with);
            let total = whole(counted.len() + missing.len());
            let figure = Figure {
                numerator: whole(counted.len()),
                denominator: Some(total),
            };
            ((total > 0).then_some(figure), counted, missing)
        }
        Measure::Manual {
            numerator,
            denominator,
        } => {
            let denominator = denominator.as_ref().map(|field| field.name.as_str());
            let figure = lookup.manual(&indicator.id, &numerator.name, denominator);
            (figure, Vec::new(), Vec::new())
        }
    };
    let standing = standing(indicator.target, figure);
    Measured {
        figure,
        standing,
        counted,
        missing,
    }
}

/// The documents behind a manual figure, for whoever wants to see its evidence.
#[must_use]
pub fn documents(plan: &Plan, indicator: &Indicator, facts: &Facts, day: Date) -> Vec<Evidence> {
    let lookup = Lookup::new(facts, plan.window(indicator.period, day));
    indicator
        .measure
        .fields()
        .filter_map(|field| lookup.figure(&indicator.id, &field.name))
        .map(|figure| Evidence::Document(figure.document.clone()))
        .collect()
}

/// The least number that meets a target on a whole.
fn needed(target: Target, denominator: Option<i64>) -> i64 {
    let total = denominator.unwrap_or(0);
    match (target.operator, target.amount) {
        (Operator::AtLeast, Amount::Number(number)) => number,
        (Operator::MoreThan, Amount::Number(number)) => number.saturating_add(1),
        (Operator::AtLeast, Amount::Percent(percent)) => {
            (percent * total).div_euclid(100) + i64::from((percent * total).rem_euclid(100) > 0)
        }
        (Operator::MoreThan, Amount::Percent(percent)) => (percent * total).div_euclid(100) + 1,
    }
}

fn standing(target: Option<Target>, figure: Option<Figure>) -> Standing {
    match (figure, target) {
        (None, _) => Standing::NoData,
        (_, None) => Standing::NoTarget,
        (Some(figure), Some(target)) => {
            match needed(target, figure.denominator) - figure.numerator {
                gap if gap > 0 => Standing::Missed { gap },
                _ => Standing::Met,
            }
        }
    }
}

/// Facts, found by whom they are about.
struct Lookup<'a> {
    facts: &'a Facts,
    from: Timestamp,
    before: Timestamp,
    places: BTreeMap<PersonId, Vec<&'a Staff>>,
    members: HashMap<UnitId, Vec<PersonId>>,
    completions: HashMap<PersonId, Vec<&'a NamedCompletion>>,
    reached: HashMap<PersonId, Vec<&'a Reached>>,
}

impl<'a> Lookup<'a> {
    fn new(facts: &'a Facts, window: Validity) -> Self {
        let from = Timestamp::start_of(window.from);
        let before = Timestamp::start_of(window.to.tomorrow().unwrap_or(Date::MAX));
        let within = |at: Timestamp| from <= at && at < before;
        let mut lookup = Self {
            facts,
            from,
            before,
            places: BTreeMap::new(),
            members: HashMap::new(),
            completions: HashMap::new(),
            reached: HashMap::new(),
        };
        for line in &facts.staff {
            lookup.places.entry(line.person).or_default().push(line);
            lookup
                .members
                .entry(line.unit)
                .or_default()
                .push(line.person);
        }
        for one in facts
            .completions
            .iter()
            .filter(|one| within(one.completion.completed_at))
        {
            lookup
                .completions
                .entry(one.completion.person)
                .or_default()
                .push(one);
        }
        for one in facts.reached.iter().filter(|one| within(one.at)) {
            lookup.reached.entry(one.person).or_default().push(one);
        }
        lookup
    }

    /// Those that fulfil `of`: who of them also fulfils `with`, and who does not.
    fn split(
        &self,
        subject: Subject,
        of: &[&Condition],
        with: &[&Condition],
    ) -> (Vec<Line>, Vec<Line>) {
        let all = |conditions: &[&Condition], id| {
            conditions
                .iter()
                .map(|condition| self.holds(condition, id))
                .collect::<Option<Vec<_>>>()
        };
        let (mut counted, mut missing) = (Vec::new(), Vec::new());
        for mut line in self.subjects(subject) {
            let Some(kind) = all(of, line.subject) else {
                continue;
            };
            if let Some(proof) = all(with, line.subject) {
                line.evidence
                    .extend(kind.into_iter().chain(proof).flatten());
                counted.push(line);
            } else {
                missing.push(line);
            }
        }
        (counted, missing)
    }

    fn subjects(&self, subject: Subject) -> Vec<Line> {
        match subject {
            Subject::People => {
                let mut seen = HashSet::new();
                let first = self
                    .facts
                    .staff
                    .iter()
                    .filter(|line| seen.insert(line.person));
                first.map(|line| self.person(line)).collect()
            }
            Subject::Units => self.facts.units.iter().map(unit_line).collect(),
            Subject::Exercises => {
                let held = |one: &&HeldExercise| {
                    self.from <= one.finished_at && one.finished_at < self.before
                };
                self.facts
                    .exercises
                    .iter()
                    .filter(held)
                    .map(exercise_line)
                    .collect()
            }
        }
    }

    /// Whether a condition holds, and what proves it.
    fn holds(&self, condition: &Condition, subject: SubjectId) -> Option<Vec<Evidence>> {
        let is = |holds: bool| holds.then(Vec::new);
        match (subject, condition) {
            (SubjectId::Person(person), condition) => self.person_holds(condition, person),
            (SubjectId::Unit(unit), Condition::Member(conditions)) => {
                let members = self.members.get(&unit)?;
                members.iter().find_map(|person| {
                    let proofs = conditions
                        .iter()
                        .map(|inner| self.person_holds(inner, *person));
                    proofs
                        .collect::<Option<Vec<_>>>()
                        .map(|proofs| proofs.concat())
                })
            }
            (SubjectId::Unit(unit), condition) => {
                let unit = self.facts.units.iter().find(|one| one.id == unit)?;
                match condition {
                    Condition::UnitKind(kinds) => {
                        is(kinds.iter().any(|kind| kind.as_str() == unit.kind))
                    }
                    Condition::Level(levels) => {
                        is(levels.iter().any(|level| level.as_str() == unit.level))
                    }
                    _ => None,
                }
            }
            (SubjectId::Exercise(exercise), Condition::Kind(kinds)) => {
                let exercise = self.facts.exercises.iter().find(|one| one.id == exercise)?;
                is(kinds.iter().any(|kind| kind.as_str() == exercise.kind))
            }
            (SubjectId::Exercise(_), _) => None,
        }
    }

    fn person_holds(&self, condition: &Condition, person: PersonId) -> Option<Vec<Evidence>> {
        let place = |holds: fn(&Staff) -> bool| {
            self.places
                .get(&person)?
                .iter()
                .any(|line| holds(line))
                .then(Vec::new)
        };
        match condition {
            Condition::AllStaff => place(|_| true),
            Condition::ResponseTeam => place(|line| line.response_team),
            Condition::ItSpecialist => place(|line| line.it_specialist),
            Condition::Head => place(|line| line.head),
            Condition::Completed(wanted) => {
                let found = self.completions.get(&person)?.iter().find(|one| {
                    one.completion.kind == wanted.drill
                        && (wanted.kind.is_empty()
                            || wanted
                                .kind
                                .iter()
                                .any(|kind| kind.as_str() == one.exercise_kind))
                })?;
                Some(vec![Evidence::Completion {
                    id: found.completion.id,
                    exercise: found.completion.exercise,
                    title: found.exercise.clone(),
                    sequence: found.completion.evidence_sequence,
                }])
            }
            Condition::Reached(wanted) => {
                let lists = self.reached.get(&person)?;
                let found = lists.iter().find(|one| one.course == wanted.course)?;
                Some(vec![Evidence::Attendance(found.list)])
            }
            Condition::Kind(_)
            | Condition::UnitKind(_)
            | Condition::Level(_)
            | Condition::Member(_) => None,
        }
    }

    fn person(&self, line: &Staff) -> Line {
        let places = self.places.get(&line.person).map_or(&[][..], Vec::as_slice);
        Line {
            subject: SubjectId::Person(line.person),
            name: line.name.clone(),
            units: places.iter().map(|place| place.unit_name.clone()).collect(),
            evidence: Vec::new(),
        }
    }

    fn manual(
        &self,
        indicator: &str,
        numerator: &str,
        denominator: Option<&str>,
    ) -> Option<Figure> {
        let numerator = self.figure(indicator, numerator)?.value;
        let denominator = match denominator {
            None => None,
            Some(field) => Some(self.figure(indicator, field)?.value)
                .filter(|total| *total > 0)?
                .into(),
        };
        Some(Figure {
            numerator,
            denominator,
        })
    }

    fn figure(&self, indicator: &str, field: &str) -> Option<&'a ManualFigure> {
        self.facts.figures.iter().rfind(|figure| {
            figure.indicator == indicator
                && figure.field == field
                && self.from <= figure.as_of
                && figure.as_of < self.before
        })
    }
}

fn unit_line(unit: &Unit) -> Line {
    Line {
        subject: SubjectId::Unit(unit.id),
        name: unit.name.clone(),
        units: Vec::new(),
        evidence: Vec::new(),
    }
}

fn exercise_line(exercise: &HeldExercise) -> Line {
    Line {
        subject: SubjectId::Exercise(exercise.id),
        name: exercise.title.clone(),
        units: Vec::new(),
        evidence: vec![Evidence::Journal {
            exercise: exercise.id,
            sequence: exercise.head_sequence,
        }],
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
