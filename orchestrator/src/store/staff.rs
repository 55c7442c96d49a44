//! People, their dated memberships in units, and the staff list of a day.
//!
//! Validity is that of [`super::organisation`]: pass a day's first instant for the staff as it was on that day. An
//! erased person keeps the identifier, so that what the journal says still counts, and loses name and address.

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{ExerciseId, MembershipId, PersonId, ProvinceId, UnitId},
};

/// A person. An erased one keeps the identifier and loses the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Opaque, so that it may stand in a journal.
    pub id: PersonId,
    /// The province whose staff list the person stands in.
    pub province: ProvinceId,
    /// The full name.
    pub name: String,
    /// The name without diacritics, for the search.
    pub name_folded: String,
    /// The office's address.
    pub email: Option<String>,
    /// When the personal data were erased.
    pub erased_at: Option<Timestamp>,
}

/// A person's place in a unit, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its identifier.
    pub id: MembershipId,
    /// The province of both.
    pub province: ProvinceId,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub unit: UnitId,
    /// The position held, as written in the staff list.
    pub position: String,
    /// Whether the person belongs to the incident response team.
    pub response_team: bool,
    /// Whether the person is an IT specialist.
    pub it_specialist: bool,
    /// Whether the person heads the unit.
    pub head: bool,
    /// When it began.
    pub valid_from: Timestamp,
    /// When it ended.
    pub valid_to: Option<Timestamp>,
}

/// A line of the staff list of a day: a person in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub person: PersonId,
    /// The name; empty where it was erased.
    pub name: String,
    /// The office's address.
    pub email: Option<String>,
    /// Where.
    pub unit: UnitId,
    /// The unit's name.
    pub unit_name: String,
    /// The position held.
    pub position: String,
    /// Whether the person belongs to the incident response team.
    pub response_team: bool,
    /// Whether the person is an IT specialist.
    pub it_specialist: bool,
    /// Whether the person heads the unit.
    pub head: bool,
}

/// What a search for staff asks; an empty filter asks for everybody.
#[derive(Clone, Debug, Default)]
pub struct StaffFilter {
    /// A folded part of the name, its words in order; empty for any.
    pub name: String,
    /// Only in this unit.
    pub unit: Option<UnitId>,
    /// Only members of the response team.
    pub response_team: bool,
    /// Only IT specialists.
    pub it_specialist: bool,
    /// Only heads of units.
    pub head: bool,
}

/// A person of a province; a person of another province is none.
///
/// # Errors
/// What the database refuses.
pub async fn find_person(
    connection: &mut Connection,
    province: ProvinceId,
    id: PersonId,
) -> Result<Option<Person>, StoreError> {
    Statement::new(
        "select id, province_id, name, name_folded, email, erased_at from person where id = $1 and province_id = $2",
    )
    .bind(id)
    .bind(province)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(person)
    .transpose()
}

/// Adds a person.
///
/// # Errors
/// What the database refuses.
pub async fn insert_person(connection: &mut Connection, person: &Person) -> Result<(), StoreError> {
    Statement::new(
        "insert into person (id, province_id, name, name_folded, email, erased_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(person.id)
    .bind(person.province)
    .bind(person.name.as_str())
    .bind(person.name_folded.as_str())
    .bind(person.email.as_deref())
    .bind(person.erased_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes name and address from a person; what counts the person keeps counting.
///
/// # Errors
/// What the database refuses.
pub async fn erase_person(
    connection: &mut Connection,
    id: PersonId,
    at: Timestamp,
) -> Result<(), StoreError> {
    Statement::new(
        "update person set name = '', name_folded = '', email = null, erased_at = $2 \
         where id = $1 and erased_at is null",
    )
    .bind(id)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// All memberships of a person, the earliest first.
///
/// # Errors
/// What the database refuses.
pub async fn memberships(
    connection: &mut Connection,
    person: PersonId,
) -> Result<Vec<Membership>, StoreError> {
    Statement::new(
        "select id, province_id, person_id, unit_id, position, response_team, it_specialist, head, valid_from, \
         valid_to from membership where person_id = $1 order by valid_from, id",
    )
    .bind(person)
    .fetch_all(connection)
    .await?
    .iter()
    .map(membership)
    .collect()
}

/// Adds a membership.
///
/// # Errors
/// What the database refuses.
pub async fn insert_membership(
    connection: &mut Connection,
    membership: &Membership,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into membership (id, province_id, person_id, unit_id, position, response_team, it_specialist, head, \
         valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(membership.id)
    .bind(membership.province)
    .bind(membership.person)
    .bind(membership.unit)
    .bind(membership.position.as_str())
    .bind(membership.response_team)
    .bind(membership.it_specialist)
    .bind(membership.head)
    .bind(membership.valid_from)
    .bind(membership.valid_to)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a person's memberships that last at `at`: all of them, or those in `unit`.
///
/// # Errors
/// What the database refuses.
pub async fn end_memberships(
    connection: &mut Connection,
    person: PersonId,
    unit: Option<UnitId>,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Statement::new(
        "update membership set valid_to = $3 where person_id = $1 and ($2 = '' or unit_id = $2) \
         and valid_from <= $3 and (valid_to is null or valid_to > $3)",
    )
    .bind(person)
    .bind(unit.map(|id| id.to_string()).unwrap_or_default())
    .bind(at)
    .execute(connection)
    .await
}

/// The whole staff of a province at `at`; a person with two places stands twice.
///
/// # Errors
/// What the database refuses.
pub async fn staff(
    connection: &mut Connection,
    province: ProvinceId,
    at: Timestamp,
) -> Result<Vec<Staff>, StoreError> {
    Statement::new(
        "select person.id as person_id, person.name, person.email, unit.id as unit_id, unit.name as unit_name, \
         membership.position, membership.response_team, membership.it_specialist, membership.head \
         from membership join person on person.id = membership.person_id join unit on unit.id = membership.unit_id \
         where membership.province_id = $1 and membership.valid_from <= $2 \
         and (membership.valid_to is null or membership.valid_to > $2) \
         order by person.name_folded, person.id, unit.code",
    )
    .bind(province)
    .bind(at)
    .fetch_all(connection)
    .await?
    .iter()
    .map(staff_line)
    .collect()
}

/// A part of the staff list of `at`: `limit` lines after the first `offset`.
///
/// # Errors
/// What the database refuses.
pub async fn search_staff(
    connection: &mut Connection,
    province: ProvinceId,
    at: Timestamp,
    filter: &StaffFilter,
    (offset, limit): (i64, i64),
) -> Result<Vec<Staff>, StoreError> {
    filtered(
        Statement::new(
            "select person.id as person_id, person.name, person.email, unit.id as unit_id, unit.name as unit_name, \
             membership.position, membership.response_team, membership.it_specialist, membership.head \
             from membership join person on person.id = membership.person_id \
             join unit on unit.id = membership.unit_id \
             where membership.province_id = $1 and membership.valid_from <= $2 \
             and (membership.valid_to is null or membership.valid_to > $2) and person.erased_at is null \
             and person.name_folded like $3 and ($4 = '' or unit.id = $4) and (membership.response_team or not $5) \
             and (membership.it_specialist or not $6) and (membership.head or not $7) \
             order by person.name_folded, person.id, unit.code limit $8 offset $9",
        ),
        province,
        at,
        filter,
    )
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?
    .iter()
    .map(staff_line)
    .collect()
}

/// How many lines the staff list of `at` has.
///
/// # Errors
/// What the database refuses.
pub async fn count_staff(
    connection: &mut Connection,
    province: ProvinceId,
    at: Timestamp,
    filter: &StaffFilter,
) -> Result<i64, StoreError> {
    filtered(
        Statement::new(
            "select cast(count(*) as bigint) as lines from membership \
             join person on person.id = membership.person_id join unit on unit.id = membership.unit_id \
             where membership.province_id = $1 and membership.valid_from <= $2 \
             and (membership.valid_to is null or membership.valid_to > $2) and person.erased_at is null \
             and person.name_folded like $3 and ($4 = '' or unit.id = $4) and (membership.response_team or not $5) \
             and (membership.it_specialist or not $6) and (membership.head or not $7)",
        ),
        province,
        at,
        filter,
    )
    .fetch_one("count", connection)
    .await?
    .get("lines")
}

/// The members of an exercise's teams with the places that they had at `at`; one without a place then is not in it.
///
/// # Errors
/// What the database refuses.
pub async fn staff_of_exercise(
    connection: &mut Connection,
    exercise: ExerciseId,
    at: Timestamp,
) -> Result<Vec<Staff>, StoreError> {
    Statement::new(
        "select person.id as person_id, person.name, person.email, unit.id as unit_id, unit.name as unit_name, \
         membership.position, membership.response_team, membership.it_specialist, membership.head \
         from team_member join person on person.id = team_member.person_id \
         join membership on membership.person_id = person.id join unit on unit.id = membership.unit_id \
         where team_member.exercise_id = $1 and membership.valid_from <= $2 \
         and (membership.valid_to is null or membership.valid_to > $2) \
         order by person.name_folded, person.id, unit.code",
    )
    .bind(exercise)
    .bind(at)
    .fetch_all(connection)
    .await?
    .iter()
    .map(staff_line)
    .collect()
}

fn filtered(
    statement: Statement,
    province: ProvinceId,
    at: Timestamp,
    filter: &StaffFilter,
) -> Statement {
    statement
        .bind(province)
        .bind(at)
        .bind(format!("%{}%", filter.name.replace(' ', "%")))
        .bind(filter.unit.map(|id| id.to_string()).unwrap_or_default())
        .bind(filter.response_team)
        .bind(filter.it_specialist)
        .bind(filter.head)
}

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        name: row.get("name")?,
        name_folded: row.get("name_folded")?,
        email: row.get("email")?,
        erased_at: row.time_optional("erased_at")?,
    })
}

fn membership(row: &Row) -> Result<Membership, StoreError> {
    Ok(Membership {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        person: row.parse("person_id")?,
        unit: row.parse("unit_id")?,
        position: row.get("position")?,
        response_team: row.get("response_team")?,
        it_specialist: row.get("it_specialist")?,
        head: row.get("head")?,
        valid_from: row.time("valid_from")?,
        valid_to: row.time_optional("valid_to")?,
    })
}

fn staff_line(row: &Row) -> Result<Staff, StoreError> {
    Ok(Staff {
        person: row.parse("person_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        unit: row.parse("unit_id")?,
        unit_name: row.get("unit_name")?,
        position: row.get("position")?,
        response_team: row.get("response_team")?,
        it_specialist: row.get("it_specialist")?,
        head: row.get("head")?,
    })
}
