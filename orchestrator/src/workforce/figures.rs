//! Figures that the range holds no evidence of: entered by an officer, with the document and the day for which they hold.
//!
//! Nothing is changed or deleted: whoever corrects a figure enters it again, and the later one counts. A form that is
//! sent twice is one entry, because the form brings the identifier.

use jiff::civil::Date;

use super::{Indicator, Plan, WorkforceError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, FigureId, ProvinceId},
    store::{Connection, workforce as store},
};

/// Characters that the name of a document may have.
const LONGEST_DOCUMENT: usize = 300;
/// Digits that a figure may have: money is counted in it as well.
const MOST_DIGITS: usize = 15;

/// Who enters a figure, for which province, and when.
#[derive(Clone, Copy, Debug)]
pub struct Officer {
    /// The account.
    pub account: AccountId,
    /// Its province.
    pub province: ProvinceId,
    /// Now.
    pub now: Timestamp,
}

/// The figures of one indicator, as somebody typed them.
#[derive(Clone, Debug)]
pub struct NewFigures {
    /// Made with the form.
    pub id: FigureId,
    /// By the names of the indicator's fields.
    pub values: Vec<(String, String)>,
    /// The day for which they hold; `None` where it cannot be read.
    pub day: Option<Date>,
    /// The document that they are taken from.
    pub document: String,
}

/// Enters all figures of an indicator, inside the caller's transaction.
///
/// # Errors
/// [`WorkforceError::Input`] says what to mend; nothing was written then.
pub async fn enter_figures(
    transaction: &mut Connection,
    officer: Officer,
    (plan, indicator): (&Plan, &Indicator),
    new: &NewFigures,
) -> Result<(), WorkforceError> {
    let refused = |message| Err(WorkforceError::Input(message));
    let document = new
        .document
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let mut figures = Vec::new();
    for field in indicator.measure.fields() {
        let typed = new.values.iter().find(|(name, _)| *name == field.name);
        let Some(value) = typed.and_then(|(_, typed)| whole_number(typed)) else {
            return refused("figures-number");
        };
        figures.push((field, value));
    }
    match figures[..] {
        [] => return refused("figures-computed"),
        [_, (_, 0)] => return refused("figures-nothing"),
        [(_, part), (_, whole)] if part > whole => return refused("figures-more-than-whole"),
        _ => {}
    }
    let Some(day) = new.day.filter(|day| *day <= officer.now.day()) else {
        return refused("figures-day");
    };
    if day < plan.valid.from || day > plan.valid.to {
        return refused("figures-outside-plan");
    }
    if document.is_empty() {
        return refused("figures-document-missing");
    }
    if document.chars().count() > LONGEST_DOCUMENT {
        return refused("figures-document-long");
    }
    for (field, value) in figures {
        let figure = store::ManualFigure {
            plan: plan.id.clone(),
            indicator: indicator.id.clone(),
            field: field.name.clone(),
            value,
            as_of: Timestamp::start_of(day),
            document: document.clone(),
            entered_by: officer.account,
            created_at: officer.now,
        };
        let id = format!("{}-{}", new.id, field.name);
        store::insert_figure(transaction, &id, officer.province, &figure).await?;
    }
    Ok(())
}

/// A number as people type it, in groups of three with dots, commas or spaces between them or without.
fn whole_number(typed: &str) -> Option<i64> {
    let typed = typed.trim();
    let groups: Vec<&str> = typed.split(['.', ',', ' ', '\u{a0}']).collect();
    let grouped = groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let digits = groups.concat();
    let fits = (1..=MOST_DIGITS).contains(&digits.len());
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && plain && (groups.len() == 1 || grouped))
        .then(|| digits.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::whole_number;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, expected) in [
            ("0", Some(0)),
            (" 1204 ", Some(1204)),
            ("1.204", Some(1204)),
            ("12,345,678", Some(12_345_678)),
            ("1 204", Some(1204)),
            ("1,5", None),
            ("12.34", None),
            ("1234.567", None),
            ("-3", None),
            ("", None),
            ("9999999999999999", None),
        ] {
            assert_eq!(whole_number(typed), expected, "{typed}");
        }
    }
}
