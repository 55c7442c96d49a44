//! Attendance lists of classroom sessions (lớp tập huấn): entered by an officer, with the document that proves them.
//!
//! A list that was wrong is voided with a reason, a name that was wrong is taken off; both can be undone, and neither
//! is forgotten. A form that is sent twice makes one list, because the form brings the identifier.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::LearningError;
use crate::{
    clock::Timestamp,
    ids::{AccountId, AttendanceId, PersonId, ProvinceId},
    store::{
        Connection,
        learning::{self as store, AttendanceList, AttendanceSummary, Attendee},
        staff,
    },
};

/// Characters that a title, a document or a reason may have.
const LONGEST_TEXT: usize = 300;
/// People that one list may hold: a session is held in one place.
const MOST_PEOPLE: usize = 2_000;

/// A list to be.
#[derive(Clone, Debug)]
pub struct NewList {
    /// Made with the form.
    pub id: AttendanceId,
    /// What was taught, as plans name it.
    pub course: String,
    /// The session's title.
    pub title: String,
    /// The day on which it was held.
    pub day: Date,
    /// The document that proves it: number and date.
    pub document: String,
    /// Who was there.
    pub people: Vec<PersonId>,
}

/// Who enters something, for which province, and when.
#[derive(Clone, Copy, Debug)]
pub struct Officer {
    /// The account.
    pub account: AccountId,
    /// Its province: no list or person of another is ever touched.
    pub province: ProvinceId,
    /// Now.
    pub now: Timestamp,
}

/// Enters a list, inside the caller's transaction; one that was entered before stays as it is.
///
/// # Errors
/// [`LearningError::Input`] says what to mend; nothing was written then.
pub async fn enter(
    transaction: &mut Connection,
    officer: Officer,
    new: &NewList,
) -> Result<(), LearningError> {
    if !is_course(&new.course) {
        return Err(LearningError::input("attendance-course-missing"));
    }
    let title = text(&new.title, "attendance-title-missing")?;
    let document = text(&new.document, "attendance-document-missing")?;
    if new.day > officer.now.day() {
        return Err(LearningError::input("attendance-day-future"));
    }
    let people: BTreeSet<PersonId> = new.people.iter().copied().collect();
    if people.is_empty() {
        return Err(LearningError::input("attendance-people-missing"));
    }
    if people.len() > MOST_PEOPLE {
        return Err(LearningError::input("attendance-people-too-many"));
    }
    let list = AttendanceList {
        id: new.id,
        province: officer.province,
        course: new.course.clone(),
        title,
        held_at: Timestamp::start_of(new.day),
        document,
        entered_by: officer.account,
        created_at: officer.now,
        voided: None,
    };
    if !store::insert_list(transaction, &list).await? {
        // The same form again; a list of another province is none of ours.
        return find(transaction, officer.province, new.id).await.map(drop);
    }
    for person in people {
        add(transaction, officer, list.id, person).await?;
    }
    Ok(())
}

/// Puts a person on a list; one who was taken off stands on it again.
///
/// # Errors
/// A list or person that this province does not have; the database.
pub async fn add(
    connection: &mut Connection,
    officer: Officer,
    list: AttendanceId,
    person: PersonId,
) -> Result<(), LearningError> {
    find(connection, officer.province, list).await?;
    let known = staff::find_person(connection, officer.province, person).await?;
    if known.is_none_or(|known| known.erased_at.is_some()) {
        return Err(LearningError::input("attendance-person-unknown"));
    }
    store::add_attendee(connection, list, person, officer.account, officer.now).await?;
    Ok(())
}

/// Takes a person off a list; [`add`] undoes it.
///
/// # Errors
/// A list that this province does not have; the database.
pub async fn remove(
    connection: &mut Connection,
    officer: Officer,
    list: AttendanceId,
    person: PersonId,
) -> Result<(), LearningError> {
    find(connection, officer.province, list).await?;
    store::remove_attendee(connection, list, person, officer.account, officer.now).await?;
    Ok(())
}

/// Voids a list: it counts for nothing, and says why.
///
/// # Errors
/// No reason, or a list that this province does not have; the database.
pub async fn void(
    connection: &mut Connection,
    officer: Officer,
    list: AttendanceId,
    reason: &str,
) -> Result<(), LearningError> {
    let reason = text(reason, "attendance-reason-missing")?;
    find(connection, officer.province, list).await?;
    let void = Some((officer.account, officer.now, reason.as_str()));
    store::set_void(connection, list, void).await?;
    Ok(())
}

/// Lets a voided list count again.
///
/// # Errors
/// A list that this province does not have; the database.
pub async fn restore(
    connection: &mut Connection,
    officer: Officer,
    list: AttendanceId,
) -> Result<(), LearningError> {
    find(connection, officer.province, list).await?;
    store::set_void(connection, list, None).await?;
    Ok(())
}

/// A province's lists, the latest first.
///
/// # Errors
/// The database.
pub async fn lists(
    connection: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<AttendanceSummary>, LearningError> {
    Ok(store::lists(connection, province).await?)
}

/// A list and everybody who stands or stood on it.
///
/// # Errors
/// [`LearningError::Missing`]; the database.
pub async fn show(
    connection: &mut Connection,
    province: ProvinceId,
    id: AttendanceId,
) -> Result<(AttendanceList, Vec<Attendee>), LearningError> {
    let list = find(connection, province, id).await?;
    let people = store::attendees(connection, id).await?;
    Ok((list, people))
}

async fn find(
    connection: &mut Connection,
    province: ProvinceId,
    id: AttendanceId,
) -> Result<AttendanceList, LearningError> {
    store::find_list(connection, province, id)
        .await?
        .ok_or(LearningError::Missing)
}

fn text(text: &str, missing: &'static str) -> Result<String, LearningError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(LearningError::input(missing));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(LearningError::input("attendance-text-too-long"));
    }
    Ok(text)
}

fn is_course(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
