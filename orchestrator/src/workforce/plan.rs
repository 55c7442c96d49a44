//! A plan: what a province has promised, as a file says it.
//!
//! A plan and each of its indicators are valid in time, and every target keeps the words of its source. Whatever a
//! source does not say (a date, a threshold) is marked as inferred, and a measure never guesses a figure.

use jiff::civil::{Date, date};

pub use crate::scenarios::LocalText;

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its identifier.
    pub id: String,
    /// The code of the province whose plan it is.
    pub province: String,
    /// Its title.
    pub title: LocalText,
    /// The document that it was taken from.
    pub source: Source,
    /// From its first day to its last.
    pub valid: Validity,
    /// What it promises, in the source's order.
    pub indicators: Vec<Indicator>,
    /// The reports that it obliges.
    pub reports: Vec<ReportDuty>,
}

/// The document behind a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Its number, as printed.
    pub number: String,
    /// The year, or the day where it is known, as printed.
    pub issued: String,
    /// Who issued it.
    pub body: String,
}

/// The days on which something holds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// One measurable target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its identifier, unique in the plan.
    pub id: String,
    /// Its title.
    pub title: LocalText,
    /// Where it stands in the source.
    pub section: Option<String>,
    /// The source's own words.
    pub quote: String,
    /// What is counted, as people, drills, schools.
    pub unit: LocalText,
    /// How it is measured.
    pub measure: Measure,
    /// What is promised; `None` where the source sets no threshold.
    pub target: Option<Target>,
    /// Whether the threshold or the date is our reading rather than the source's words.
    pub inferred: bool,
    /// The time in which evidence counts.
    pub period: Period,
    /// The last day for reaching it.
    pub due: Option<Date>,
}

/// How an indicator is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many of a subject fulfil all conditions.
    Count {
        /// What is counted.
        subject: Subject,
        /// All of which must hold.
        conditions: Vec<Condition>,
    },
    /// Which part of those that fulfil `of` also fulfil `with`.
    Share {
        /// What is counted.
        subject: Subject,
        /// Who belongs to the whole.
        of: Vec<Condition>,
        /// Who of them counts.
        with: Vec<Condition>,
    },
    /// Figures that are entered by hand with a document.
    Manual {
        /// The figure.
        numerator: FigureField,
        /// The figure that it is a part of.
        denominator: Option<FigureField>,
    },
}

/// What stands in for a measure that cannot be read: nothing to enter.
impl Default for Measure {
    fn default() -> Self {
        Self::Manual {
            numerator: FigureField::default(),
            denominator: None,
        }
    }
}

/// A figure that somebody enters: its name in the database, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FigureField {
    /// Its name, which entered figures bear.
    pub name: String,
    /// What forms and lists call it.
    pub title: LocalText,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// People, each once.
    People,
    /// Units.
    Units,
    /// Exercises that were held: finished, with somebody present.
    Exercises,
}

/// What must hold of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A person of the staff list; everybody on it is.
    AllStaff,
    /// A member of the incident response team.
    ResponseTeam,
    /// An IT specialist.
    ItSpecialist,
    /// The head of a unit.
    Head,
    /// A person who was credited with what a drill gives.
    Completed(Completed),
    /// A person who stands on an attendance list.
    Reached(ReachedBy),
    /// An exercise of one of these kinds. A simulation is never a live-fire drill.
    Kind(Vec<ExerciseKind>),
    /// A unit of one of these kinds.
    UnitKind(Vec<crate::organisation::UnitKind>),
    /// A unit of one of these levels.
    Level(Vec<crate::organisation::Level>),
    /// A unit in which at least one person fulfils all of these.
    Member(Vec<Condition>),
}

/// What a person was credited with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The completion that a scenario credits.
    pub drill: String,
    /// Only from exercises of these kinds; empty for any.
    pub kind: Vec<ExerciseKind>,
}

/// Through what a person was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedBy {
    /// The course, as attendance lists name it.
    pub course: String,
}

/// The kind of an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExerciseKind {
    /// In a range.
    Simulation,
    /// On real systems.
    LiveFire,
    /// Around a table.
    Tabletop,
}

impl ExerciseKind {
    /// As the database writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simulation => "simulation",
            Self::LiveFire => "live_fire",
            Self::Tabletop => "tabletop",
        }
    }
}

impl Measure {
    /// The figures that somebody enters for it.
    pub fn fields(&self) -> impl Iterator<Item = &FigureField> {
        let (numerator, denominator) = match self {
            Self::Manual {
                numerator,
                denominator,
            } => (Some(numerator), denominator.as_ref()),
            Self::Count { .. } | Self::Share { .. } => (None, None),
        };
        numerator.into_iter().chain(denominator)
    }
}

impl Condition {
    /// Whether it can be asked of this subject.
    #[must_use]
    pub const fn fits(&self, subject: Subject) -> bool {
        match self {
            Self::AllStaff
            | Self::ResponseTeam
            | Self::ItSpecialist
            | Self::Head
            | Self::Completed(_)
            | Self::Reached(_) => matches!(subject, Subject::People),
            Self::Kind(_) => matches!(subject, Subject::Exercises),
            Self::UnitKind(_) | Self::Level(_) | Self::Member(_) => {
                matches!(subject, Subject::Units)
            }
        }
    }

    /// Whether it asks for something achieved, rather than for what somebody or something is.
    #[must_use]
    pub fn is_achievement(&self) -> bool {
        match self {
            Self::Completed(_) | Self::Reached(_) => true,
            Self::Member(conditions) => conditions.iter().any(Self::is_achievement),
            _ => false,
        }
    }

    /// How it is written.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AllStaff => "all_staff",
            Self::ResponseTeam => "response_team",
            Self::ItSpecialist => "it_specialist",
            Self::Head => "head",
            Self::Completed(_) => "completed",
            Self::Reached(_) => "reached",
            Self::Kind(_) => "kind",
            Self::UnitKind(_) => "unit_kind",
            Self::Level(_) => "level",
            Self::Member(_) => "member",
        }
    }
}

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// At least, or strictly more than.
    pub operator: Operator,
    /// How much.
    pub amount: Amount,
}

/// How a figure is compared. Operators are strict as the source writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `≥`
    AtLeast,
    /// `>`
    MoreThan,
}

/// An amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A number of things.
    Number(i64),
    /// A part of the whole, in percent.
    Percent(i64),
}

/// The time in which evidence counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// From the plan's first day on.
    #[default]
    Plan,
    /// From the year's first day on.
    Year,
}

/// A report that the plan obliges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportDuty {
    /// Its identifier.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Strictly before this day; absent where the source names none.
    pub before: Option<DayOfYear>,
    /// How often.
    pub every: Every,
    /// Whether the day is our reading.
    pub inferred: bool,
}

/// A day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfYear {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Once a year.
    Year,
    /// Twice a year.
    HalfYear,
}

impl Plan {
    /// The day for which the plan is measured when somebody asks for `day`: never past its own last.
    #[must_use]
    pub fn day(&self, day: Date) -> Date {
        day.min(self.valid.to)
    }

    /// The days whose evidence counts for a period when the plan is measured on `day`: the first, and the last.
    #[must_use]
    pub fn window(&self, period: Period, day: Date) -> Validity {
        let to = self.day(day);
        let from = match period {
            Period::Plan => self.valid.from,
            Period::Year => self.valid.from.max(date(to.year(), 1, 1)),
        };
        Validity { from, to }
    }

    /// The courses that indicators count people for.
    #[must_use]
    pub fn courses(&self) -> Vec<&str> {
        let mut courses: Vec<&str> = self
            .indicators
            .iter()
            .flat_map(|indicator| indicator.measure.conditions())
            .filter_map(|condition| match condition {
                Condition::Reached(reached) => Some(reached.course.as_str()),
                _ => None,
            })
            .collect();
        courses.sort_unstable();
        courses.dedup();
        courses
    }
}

impl Measure {
    /// Its conditions, those of the whole first.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let (of, with): (&[Condition], &[Condition]) = match self {
            Self::Count { conditions, .. } => (&[], conditions),
            Self::Share { of, with, .. } => (of, with),
            Self::Manual { .. } => (&[], &[]),
        };
        of.iter().chain(with)
    }
}
