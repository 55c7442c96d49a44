//! Where a province stands: its plans, their indicators, and what each says on a given day.
//!
//! A plan is a file; a figure is computed from the staff list of the day and from evidence (completions, attendance
//! lists, journals), or entered by hand with a document. Reading plans and computing are pure; [`gather`] alone asks
//! the database. No figure is stored: measured again for the same day, it comes out the same.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use crate::{
    clock::Timestamp,
    ids::ProvinceId,
    locales::Locale,
    scenarios::{Problem, Severity, reading::Others},
    store::{self, Connection, StoreError},
};

mod figures;
mod measure;
mod plan;
mod reader;

pub use figures::{NewFigures, Officer, enter_figures};
pub use measure::{
    Evidence, Facts, Figure, Line, Measured, Standing, SubjectId, documents, measure,
};
pub use plan::{
    Amount, Completed, Condition, DayOfYear, Every, ExerciseKind, FigureField, Indicator,
    LocalText, Measure, Operator, Period, Plan, ReachedBy, ReportDuty, Source, Subject, Target,
    Validity,
};

/// Why a province's standing cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum WorkforceError {
    /// A plan file, or the folder of them, cannot be read.
    #[error("plan file {path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A plan file holds mistakes.
    #[error("{path} has mistakes: {}", said(.problems, Locale::En))]
    Plan {
        /// The file.
        path: PathBuf,
        /// All of them.
        problems: Vec<Problem>,
    },
    /// What was entered cannot be; the message of the catalogue says what to mend.
    #[error("{0}")]
    Input(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads every plan (`*.yaml`) in a folder, by file name.
///
/// # Errors
/// A folder or file that cannot be read, or the mistakes of the first plan that has some.
pub fn read_plans(folder: &Path) -> Result<Vec<Plan>, WorkforceError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| WorkforceError::File { path, source }
    };
    let mut others = Others::default();
    let mut plans = Vec::new();
    for path in plan_files(folder).map_err(failed(folder))? {
        let bytes = fs::read(&path).map_err(failed(&path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let read = Plan::check(&name, &bytes, &others);
        let Some(plan) = read.value else {
            let problems = read.problems;
            return Err(WorkforceError::Plan { path, problems });
        };
        others.taken.insert(plan.id.clone(), name.into_owned());
        plans.push(plan);
    }
    Ok(plans)
}

/// The plan files (`*.yaml`) of a folder, by name.
///
/// # Errors
/// What the system says.
pub fn plan_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The errors among mistakes in one line, each with its place.
#[must_use]
pub fn said(problems: &[Problem], locale: Locale) -> String {
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    let said = errors.map(|problem| {
        let view = problem.view(locale);
        format!("{}:{}: {}", view.line, view.column, view.message)
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Everything that a plan's indicators are measured on, for the day that [`Plan::day`] gives.
///
/// # Errors
/// The database.
pub async fn gather(
    connection: &mut Connection,
    province: ProvinceId,
    plan: &Plan,
    day: Date,
) -> Result<Facts, WorkforceError> {
    let day = plan.day(day);
    let at = Timestamp::start_of(day);
    let from = Timestamp::start_of(plan.valid.from);
    let before = Timestamp::start_of(day.tomorrow().unwrap_or(Date::MAX));
    Ok(Facts {
        staff: store::staff::staff(connection, province, at).await?,
        units: store::organisation::units(connection, province, at).await?,
        completions: store::learning::completions(connection, province, from, before).await?,
        reached: store::learning::reached(connection, province, from, before).await?,
        exercises: store::workforce::held_exercises(connection, province, from, before).await?,
        figures: store::workforce::figures(connection, province, &plan.id, from, before).await?,
    })
}

#[cfg(test)]
mod stored_tests;
#[cfg(test)]
mod tests;
