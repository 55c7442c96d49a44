//! Attendance lists of classroom sessions, and the completions that exercises give.
//!
//! Nothing is deleted: a list is voided, a name is taken off, and reading leaves both out.

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, AttendanceId, CompletionId, ExerciseId, PersonId, ProvinceId},
};

/// A classroom session and where its list of names is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceList {
    /// Its identifier, made by the form, so that a form sent twice is one list.
    pub id: AttendanceId,
    /// The province.
    pub province: ProvinceId,
    /// What was taught, as plans name it.
    pub course: String,
    /// The session's title.
    pub title: String,
    /// The day on which it was held, by its first instant.
    pub held_at: Timestamp,
    /// The document that proves it: number and date.
    pub document: String,
    /// Who entered it.
    pub entered_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// Since when it no longer counts, and why.
    pub voided: Option<(Timestamp, String)>,
}

/// A list with the number of people on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceSummary {
    /// The list.
    pub list: AttendanceList,
    /// How many people stand on it.
    pub people: i64,
}

/// A person on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// Who.
    pub person: PersonId,
    /// The name; empty where it was erased.
    pub name: String,
    /// Since when the name is off the list.
    pub removed_at: Option<Timestamp>,
}

/// That a person was reached: an attendance that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Who.
    pub person: PersonId,
    /// Through what.
    pub course: String,
    /// The list that proves it.
    pub list: AttendanceId,
    /// When.
    pub at: Timestamp,
}

/// That a person finished something in an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Its identifier.
    pub id: CompletionId,
    /// The province.
    pub province: ProvinceId,
    /// Who.
    pub person: PersonId,
    /// The exercise that proves it.
    pub exercise: ExerciseId,
    /// What was finished, as the scenario credits it.
    pub kind: String,
    /// The team's points.
    pub points: i64,
    /// The journal row with which it was earned.
    pub evidence_sequence: i64,
    /// When.
    pub completed_at: Timestamp,
}

/// A completion with what a list shows beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCompletion {
    /// The completion.
    pub completion: Completion,
    /// The person's name; empty where it was erased.
    pub person: String,
    /// The exercise's title.
    pub exercise: String,
    /// The exercise's kind: simulation, `live_fire` or tabletop.
    pub exercise_kind: String,
}

/// Keeps a list; one with the same identifier that is already there stays as it is.
///
/// # Errors
/// What the database refuses.
pub async fn insert_list(
    connection: &mut Connection,
    list: &AttendanceList,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "insert into attendance_list (id, province_id, course, title, held_at, document, entered_by, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing",
    )
    .bind(list.id)
    .bind(list.province)
    .bind(list.course.as_str())
    .bind(list.title.as_str())
    .bind(list.held_at)
    .bind(list.document.as_str())
    .bind(list.entered_by)
    .bind(list.created_at)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// Puts a person on a list, also one who was taken off it; says whether that changed anything.
///
/// # Errors
/// What the database refuses.
pub async fn add_attendee(
    connection: &mut Connection,
    list: AttendanceId,
    person: PersonId,
    by: AccountId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "insert into attendance (list_id, person_id, added_by, added_at) values ($1, $2, $3, $4) \
         on conflict (list_id, person_id) do update set added_by = excluded.added_by, added_at = excluded.added_at, \
         removed_by = null, removed_at = null where attendance.removed_at is not null",
    )
    .bind(list)
    .bind(person)
    .bind(by)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// Takes a person off a list; says whether the person stood on it.
///
/// # Errors
/// What the database refuses.
pub async fn remove_attendee(
    connection: &mut Connection,
    list: AttendanceId,
    person: PersonId,
    by: AccountId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "update attendance set removed_by = $3, removed_at = $4 \
         where list_id = $1 and person_id = $2 and removed_at is null",
    )
    .bind(list)
    .bind(person)
    .bind(by)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// Voids a list with a reason, or lets it count again; says whether that changed anything.
///
/// # Errors
/// What the database refuses.
pub async fn set_void(
    connection: &mut Connection,
    list: AttendanceId,
    void: Option<(AccountId, Timestamp, &str)>,
) -> Result<bool, StoreError> {
    let (by, at, reason) = void.map_or((None, None, None), |(by, at, reason)| {
        (Some(by), Some(at), Some(reason))
    });
    let rows = Statement::new(
        "update attendance_list set voided_by = $2, voided_at = $3, void_reason = $4 \
         where id = $1 and (voided_at is null) <> (cast($3 as bigint) is null)",
    )
    .bind(list)
    .bind(by)
    .bind(at)
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// The lists of a province, the latest first, voided ones among them.
///
/// # Errors
/// What the database refuses.
pub async fn lists(
    connection: &mut Connection,
    province: ProvinceId,
) -> Result<Vec<AttendanceSummary>, StoreError> {
    Statement::new(
        "select attendance_list.id, province_id, course, title, held_at, document, entered_by, created_at, voided_at, \
         void_reason, cast((select count(*) from attendance where list_id = attendance_list.id \
         and removed_at is null) as bigint) as people from attendance_list where province_id = $1 \
         order by held_at desc, created_at desc, id",
    )
    .bind(province)
    .list(connection, |row| Ok(AttendanceSummary { list: list(row)?, people: row.get("people")? }))
    .await
}

/// A list of a province.
///
/// # Errors
/// What the database refuses.
pub async fn find_list(
    connection: &mut Connection,
    province: ProvinceId,
    id: AttendanceId,
) -> Result<Option<AttendanceList>, StoreError> {
    Statement::new(
        "select id, province_id, course, title, held_at, document, entered_by, created_at, voided_at, void_reason \
         from attendance_list where id = $1 and province_id = $2",
    )
    .bind(id)
    .bind(province)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(list)
    .transpose()
}

/// Everybody who stands or stood on a list, by name.
///
/// # Errors
/// What the database refuses.
pub async fn attendees(
    connection: &mut Connection,
    list: AttendanceId,
) -> Result<Vec<Attendee>, StoreError> {
    Statement::new(
        "select person_id, name, removed_at from attendance join person on person.id = person_id \
         where list_id = $1 order by name_folded, person_id",
    )
    .bind(list)
    .list(connection, |row| {
        Ok(Attendee {
            person: row.parse("person_id")?,
            name: row.get("name")?,
            removed_at: row.time_optional("removed_at")?,
        })
    })
    .await
}

/// The attendances that count, of sessions held from `from` until before `to`.
///
/// # Errors
/// What the database refuses.
pub async fn reached(
    connection: &mut Connection,
    province: ProvinceId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Reached>, StoreError> {
    Statement::new(
        "select person_id, course, list_id, held_at from attendance join attendance_list on id = list_id \
         where province_id = $1 and held_at >= $2 and held_at < $3 and voided_at is null and removed_at is null \
         order by held_at, list_id, person_id",
    )
    .bind(province)
    .bind(from)
    .bind(to)
    .list(connection, |row| {
        Ok(Reached {
            person: row.parse("person_id")?,
            course: row.get("course")?,
            list: row.parse("list_id")?,
            at: row.time("held_at")?,
        })
    })
    .await
}

/// Keeps a completion; one of the same person, exercise and kind stays as it is. Says whether it was new.
///
/// # Errors
/// What the database refuses.
pub async fn insert_completion(
    connection: &mut Connection,
    completion: &Completion,
) -> Result<bool, StoreError> {
    let rows = Statement::new(
        "insert into completion \
         (id, province_id, person_id, exercise_id, kind, points, evidence_sequence, completed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (exercise_id, person_id, kind) do nothing",
    )
    .bind(completion.id)
    .bind(completion.province)
    .bind(completion.person)
    .bind(completion.exercise)
    .bind(completion.kind.as_str())
    .bind(completion.points)
    .bind(completion.evidence_sequence)
    .bind(completion.completed_at)
    .execute(connection)
    .await?;
    Ok(rows == 1)
}

/// The completions of a province from `from` until before `to`, the latest first.
///
/// # Errors
/// What the database refuses.
pub async fn completions(
    connection: &mut Connection,
    province: ProvinceId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<NamedCompletion>, StoreError> {
    Statement::new(
        "select completion.id, completion.province_id, person_id, exercise_id, completion.kind, points, \
         evidence_sequence, completed_at, person.name, exercise.title, exercise.kind as exercise_kind \
         from completion join person on person.id = person_id join exercise on exercise.id = exercise_id \
         where completion.province_id = $1 and completed_at >= $2 and completed_at < $3 \
         order by completed_at desc, person.name_folded, person_id",
    )
    .bind(province)
    .bind(from)
    .bind(to)
    .list(connection, |row| {
        Ok(NamedCompletion {
            completion: completion(row)?,
            person: row.get("name")?,
            exercise: row.get("title")?,
            exercise_kind: row.get("exercise_kind")?,
        })
    })
    .await
}

/// The completions that an exercise gave.
///
/// # Errors
/// What the database refuses.
pub async fn completions_of_exercise(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Completion>, StoreError> {
    Statement::new(
        "select id, province_id, person_id, exercise_id, kind, points, evidence_sequence, completed_at \
         from completion where exercise_id = $1 order by person_id, kind",
    )
    .bind(exercise)
    .list(connection, completion)
    .await
}

/// Finished exercises, trials apart, whose journal `follower` has not read to the end.
///
/// # Errors
/// What the database refuses.
pub async fn finished_behind(
    connection: &mut Connection,
    follower: &str,
) -> Result<Vec<ExerciseId>, StoreError> {
    Statement::new(
        "select exercise.id from exercise left join follower on follower.exercise_id = exercise.id \
         and follower.name = $1 where exercise.finished_at is not null and exercise.trial = 0 \
         and coalesce(follower.sequence, 0) < exercise.head_sequence order by exercise.id",
    )
    .bind(follower)
    .list(connection, |row| row.parse("id"))
    .await
}

fn list(row: &Row) -> Result<AttendanceList, StoreError> {
    let reason: Option<String> = row.get("void_reason")?;
    Ok(AttendanceList {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        course: row.get("course")?,
        title: row.get("title")?,
        held_at: row.time("held_at")?,
        document: row.get("document")?,
        entered_by: row.parse("entered_by")?,
        created_at: row.time("created_at")?,
        voided: row.time_optional("voided_at")?.zip(reason),
    })
}

fn completion(row: &Row) -> Result<Completion, StoreError> {
    Ok(Completion {
        id: row.parse("id")?,
        province: row.parse("province_id")?,
        person: row.parse("person_id")?,
        exercise: row.parse("exercise_id")?,
        kind: row.get("kind")?,
        points: row.get("points")?,
        evidence_sequence: row.get("evidence_sequence")?,
        completed_at: row.time("completed_at")?,
    })
}
