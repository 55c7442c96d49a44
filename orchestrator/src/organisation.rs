//! The organisation behind the drills: provinces, their units and people, as they are on a given day.
//!
//! Provinces were merged, districts ended and departments moved between ministries in 2025, so nothing here is simply
//! "so": every unit and every membership is dated, and whoever asks says for which day. A person is an opaque
//! identifier with an erasable name; nothing but the staff list itself may need the name to count.

use jiff::civil::Date;

use crate::{
    clock::Timestamp,
    ids::{MembershipId, PersonId, ProvinceId, UnitId},
    store::{Connection, StoreError, organisation as store, staff},
};

pub mod demo;
mod issuer;
mod kinds;
mod names;

pub use crate::store::{
    organisation::{Province, Unit},
    staff::{Membership, Person, Staff},
};
pub use issuer::{Issuer, issuer_on, issuers, set_issuer};
pub use kinds::{Level, UnitKind};
pub use names::fold;

/// Lines that a page of the staff list holds.
pub const PAGE: usize = 50;
/// Characters that a name may have; the longest real ones have about forty.
const LONGEST_NAME: usize = 100;

/// Why the staff list was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// A name is empty or far too long.
    #[error("a name has between 1 and {LONGEST_NAME} characters")]
    Name,
    /// The unit does not exist on that day, or not in this province.
    #[error("the unit does not exist in this province on that day")]
    Unit,
    /// The person is not known in this province.
    #[error("the person is not known in this province")]
    Person,
    /// What was entered cannot be; the message of the catalogue says what to mend.
    #[error("{0}")]
    Input(&'static str),
    /// A data file does not read.
    #[error("{0}")]
    Document(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A person to be added to the staff list.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The full name as written, with its diacritics.
    pub name: String,
    /// The office's address.
    pub email: Option<String>,
    /// The first place.
    pub place: Place,
}

/// A place in a unit.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where.
    pub unit: UnitId,
    /// As what.
    pub position: String,
    /// Whether in the incident response team.
    pub response_team: bool,
    /// Whether as an IT specialist.
    pub it_specialist: bool,
    /// Whether as the unit's head.
    pub head: bool,
}

/// What somebody looks for in the staff list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Any part of the name, with or without diacritics, in any case.
    pub text: String,
    /// Only in this unit.
    pub unit: Option<UnitId>,
    /// Only members of the response team.
    pub response_team: bool,
    /// Only IT specialists.
    pub it_specialist: bool,
    /// Only heads of units.
    pub head: bool,
    /// Which page, from 0.
    pub page: usize,
}

/// A page of the staff list.
#[derive(Clone, Debug)]
pub struct StaffPage {
    /// Its lines.
    pub lines: Vec<Staff>,
    /// How many lines the whole list has.
    pub total: usize,
}

/// A page of the staff list of a day.
///
/// # Errors
/// The database.
pub async fn search(
    connection: &mut Connection,
    province: ProvinceId,
    search: &Search,
    day: Date,
) -> Result<StaffPage, OrganisationError> {
    let at = Timestamp::start_of(day);
    let filter = staff::StaffFilter {
        name: fold(&search.text),
        unit: search.unit,
        response_team: search.response_team,
        it_specialist: search.it_specialist,
        head: search.head,
    };
    let total = staff::count_staff(connection, province, at, &filter).await?;
    let range = (whole(search.page.saturating_mul(PAGE)), whole(PAGE));
    let lines = staff::search_staff(connection, province, at, &filter, range).await?;
    Ok(StaffPage {
        lines,
        total: usize::try_from(total).unwrap_or(0),
    })
}

/// The whole staff list of a day; a person with two places stands twice.
///
/// # Errors
/// The database.
pub async fn staff_on(
    connection: &mut Connection,
    province: ProvinceId,
    day: Date,
) -> Result<Vec<Staff>, OrganisationError> {
    Ok(staff::staff(connection, province, Timestamp::start_of(day)).await?)
}

/// The units of a day, each after the unit that it stands under, with its depth below the top.
///
/// # Errors
/// The database.
pub async fn unit_tree(
    connection: &mut Connection,
    province: ProvinceId,
    day: Date,
) -> Result<Vec<(usize, Unit)>, OrganisationError> {
    let units = store::units(connection, province, Timestamp::start_of(day)).await?;
    Ok(in_tree_order(units))
}

/// Adds a person with a first place, from `day` on.
///
/// # Errors
/// A name that is none, a unit that is not there on that day; the database.
pub async fn add_person(
    connection: &mut Connection,
    province: ProvinceId,
    new: &NewPerson,
    day: Date,
) -> Result<PersonId, OrganisationError> {
    let name = names::tidy(&new.name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(OrganisationError::Name);
    }
    let person = Person {
        id: PersonId::new(),
        province,
        name_folded: fold(&name),
        name,
        email: new.email.clone(),
        erased_at: None,
    };
    require_unit(connection, province, new.place.unit, day).await?;
    staff::insert_person(connection, &person).await?;
    staff::insert_membership(
        connection,
        &membership(province, person.id, &new.place, day),
    )
    .await?;
    Ok(person.id)
}

/// Moves a person: every place that lasts ends on `day`, and `to` begins on it.
///
/// # Errors
/// A person or unit that is not there on that day; the database.
pub async fn move_person(
    connection: &mut Connection,
    province: ProvinceId,
    person: PersonId,
    to: &Place,
    day: Date,
) -> Result<(), OrganisationError> {
    require_unit(connection, province, to.unit, day).await?;
    leave(connection, province, person, day).await?;
    staff::insert_membership(connection, &membership(province, person, to, day)).await?;
    Ok(())
}

/// Ends every place of a person on `day`; what the person has finished stays.
///
/// # Errors
/// A person who is not known in this province; the database.
pub async fn leave(
    connection: &mut Connection,
    province: ProvinceId,
    person: PersonId,
    day: Date,
) -> Result<(), OrganisationError> {
    staff::find_person(connection, province, person)
        .await?
        .ok_or(OrganisationError::Person)?;
    staff::end_memberships(connection, person, None, Timestamp::start_of(day)).await?;
    Ok(())
}

async fn require_unit(
    connection: &mut Connection,
    province: ProvinceId,
    unit: UnitId,
    day: Date,
) -> Result<(), OrganisationError> {
    let units = store::units(connection, province, Timestamp::start_of(day)).await?;
    if units.iter().any(|one| one.id == unit) {
        Ok(())
    } else {
        Err(OrganisationError::Unit)
    }
}

fn membership(province: ProvinceId, person: PersonId, place: &Place, day: Date) -> Membership {
    Membership {
        id: MembershipId::new(),
        province,
        person,
        unit: place.unit,
        position: place.position.clone(),
        response_team: place.response_team,
        it_specialist: place.it_specialist,
        head: place.head,
        valid_from: Timestamp::start_of(day),
        valid_to: None,
    }
}

fn in_tree_order(units: Vec<Unit>) -> Vec<(usize, Unit)> {
    let known: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    // A unit whose parent has ended stands at the top: it must not vanish from the list.
    let is_top = |unit: &Unit| unit.parent.is_none_or(|parent| !known.contains(&parent));
    let (tops, mut rest): (Vec<_>, Vec<_>) = units.into_iter().partition(is_top);
    let mut open: Vec<(usize, Unit)> = tops.into_iter().rev().map(|unit| (0, unit)).collect();
    let mut ordered = Vec::new();
    while let Some((depth, unit)) = open.pop() {
        let (children, others) = rest
            .into_iter()
            .partition(|child: &Unit| child.parent == Some(unit.id));
        rest = others;
        let children: Vec<Unit> = children;
        open.extend(children.into_iter().rev().map(|child| (depth + 1, child)));
        ordered.push((depth, unit));
    }
    ordered
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
