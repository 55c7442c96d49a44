//! Lines that were entered in terminals, and the stretches of their recordings that are blacked out.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{Connection, Row, Statement, StoreError};
use crate::{
    clock::Timestamp,
    ids::{AccountId, ExerciseId, PersonId, SessionId, TeamId},
};

/// A line that was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The terminal.
    pub session: SessionId,
    /// The part of its recording that shows it.
    pub part: i64,
    /// Counts from 1 in that part.
    pub number: i64,
    /// The team in whose environment it was.
    pub team: TeamId,
    /// The machine.
    pub node: String,
    /// Who; absent once the person is erased.
    pub person: Option<PersonId>,
    /// When that part begins.
    pub part_began: Timestamp,
    /// When the prompt was shown.
    pub began_at: Timestamp,
    /// When it was sent off.
    pub entered_at: Timestamp,
    /// The line.
    pub line: String,
}

/// A line to be kept.
#[derive(Clone, Debug)]
pub struct NewCommand<'a> {
    /// The terminal, and the part of its recording.
    pub part: (SessionId, i64),
    /// Its place in that part, from 1.
    pub number: i64,
    /// The exercise and the team.
    pub place: (ExerciseId, TeamId),
    /// When the prompt was shown, and when the line was sent off.
    pub at: (Timestamp, Timestamp),
    /// The line.
    pub line: &'a str,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct CommandFilter {
    /// Of one team.
    pub team: Option<TeamId>,
    /// That hold these words, whatever their case and diacritics.
    pub words: String,
}

/// A stretch of a terminal that is blacked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The terminal.
    pub session: SessionId,
    /// From this moment on.
    pub from: Timestamp,
    /// Up to this moment, which is in it.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub account: AccountId,
    /// When.
    pub made_at: Timestamp,
}

/// Keeps a line.
///
/// # Errors
/// What the database refuses.
pub async fn insert(
    connection: &mut Connection,
    command: &NewCommand<'_>,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into terminal_command
           (session_id, part, number, exercise_id, team_id, began_at, entered_at, line, folded)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
    )
    .bind(command.part.0)
    .bind(command.part.1)
    .bind(command.number)
    .bind(command.place.0)
    .bind(command.place.1)
    .bind(command.at.0)
    .bind(command.at.1)
    .bind(command.line)
    .bind(folded(command.line))
    .execute(connection)
    .await?;
    Ok(())
}

/// Lines of an exercise in the order in which they were entered: `limit` after the first `offset`. Words find nothing in
/// lines that were blacked out, so that nobody finds these letter by letter.
///
/// # Errors
/// What the database refuses.
pub async fn list(
    connection: &mut Connection,
    exercise: ExerciseId,
    filter: &CommandFilter,
    (offset, limit): (i64, i64),
) -> Result<Vec<Command>, StoreError> {
    filtered(
        Statement::new(
            "select terminal_command.*, recording.node, recording.person_id, recording.started_at
             from terminal_command join recording
               on recording.session_id = terminal_command.session_id and recording.part = terminal_command.part
             where terminal_command.exercise_id = $1 and ($2 = '' or terminal_command.team_id = $2)
               and terminal_command.folded like $3 escape '!'
               and ($3 = '%%' or not exists (
                 select 1 from redaction where redaction.session_id = terminal_command.session_id
                   and redaction.from_at <= terminal_command.entered_at
                   and terminal_command.began_at <= redaction.until_at))
             order by entered_at, terminal_command.session_id, number limit $4 offset $5",
        ),
        exercise,
        filter,
    )
    .bind(limit)
    .bind(offset)
    .list(connection, command)
    .await
}

/// How many lines there are.
///
/// # Errors
/// What the database refuses.
pub async fn count(
    connection: &mut Connection,
    exercise: ExerciseId,
    filter: &CommandFilter,
) -> Result<i64, StoreError> {
    filtered(
        Statement::new(
            "select cast(count(*) as bigint) as lines from terminal_command
             where exercise_id = $1 and ($2 = '' or team_id = $2) and folded like $3 escape '!'
               and ($3 = '%%' or not exists (
                 select 1 from redaction where redaction.session_id = terminal_command.session_id
                   and redaction.from_at <= terminal_command.entered_at
                   and terminal_command.began_at <= redaction.until_at))",
        ),
        exercise,
        filter,
    )
    .fetch_one("lines", connection)
    .await?
    .get("lines")
}

/// Blacks out a stretch; one that is blacked out already stays as it was.
///
/// # Errors
/// What the database refuses.
pub async fn redact(
    connection: &mut Connection,
    exercise: ExerciseId,
    redaction: &Redaction,
) -> Result<(), StoreError> {
    Statement::new(
        "insert into redaction (session_id, from_at, until_at, exercise_id, reason, account_id, made_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
    )
    .bind(redaction.session)
    .bind(redaction.from)
    .bind(redaction.until)
    .bind(exercise)
    .bind(redaction.reason.as_str())
    .bind(redaction.account)
    .bind(redaction.made_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// An exercise's blacked-out stretches.
///
/// # Errors
/// What the database refuses.
pub async fn redactions(
    connection: &mut Connection,
    exercise: ExerciseId,
) -> Result<Vec<Redaction>, StoreError> {
    Statement::new("select * from redaction where exercise_id = $1 order by session_id, from_at")
        .bind(exercise)
        .list(connection, redaction)
        .await
}

fn filtered(statement: Statement, exercise: ExerciseId, filter: &CommandFilter) -> Statement {
    let team = filter.team.map_or_else(String::new, |id| id.to_string());
    let mut words = String::from("%");
    for letter in folded(&filter.words).trim().chars() {
        if matches!(letter, '%' | '_' | '!') {
            words.push('!');
        }
        words.push(letter);
    }
    words.push('%');
    statement.bind(exercise).bind(team).bind(words)
}

/// A line as it is searched: lower case, without diacritics, every other sign in its place.
fn folded(line: &str) -> String {
    line.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect()
}

fn command(row: &Row) -> Result<Command, StoreError> {
    Ok(Command {
        session: row.parse("session_id")?,
        part: row.get("part")?,
        number: row.get("number")?,
        team: row.parse("team_id")?,
        node: row.get("node")?,
        person: row.parse_optional("person_id")?,
        part_began: row.time("started_at")?,
        began_at: row.time("began_at")?,
        entered_at: row.time("entered_at")?,
        line: row.get("line")?,
    })
}

fn redaction(row: &Row) -> Result<Redaction, StoreError> {
    Ok(Redaction {
        session: row.parse("session_id")?,
        from: row.time("from_at")?,
        until: row.time("until_at")?,
        reason: row.get("reason")?,
        account: row.parse("account_id")?,
        made_at: row.time("made_at")?,
    })
}

#[cfg(test)]
mod tests {
    use thaotruong_tests::both_databases;

    use super::*;
    use crate::store::{Database, terminals};

    both_databases! {
        async fn lines_are_found_by_words_and_team(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let exercise = terminals::fixture::exercise(&mut connection).await;
            let terminal = terminals::fixture::terminal(exercise);
            let named = (1, "a.cast");
            terminals::insert_recording(&mut connection, &terminal, named, Timestamp(6)).await.unwrap();
            for (number, line) in [(1, "cat /etc/passwd"), (2, "echo 'Đã xong 100%'"), (3, "cat note_1")] {
                let command = NewCommand {
                    part: (terminal.id, 1),
                    number,
                    place: (exercise, terminal.team),
                    at: (Timestamp(9 + number), Timestamp(10 + number)),
                    line,
                };
                insert(&mut connection, &command).await.unwrap();
                insert(&mut connection, &command).await.unwrap();
            }
            for (words, team, numbers) in [
                ("", None, vec![1, 2, 3]),
                ("CAT", Some(terminal.team), vec![1, 3]),
                ("da xong", None, vec![2]),
                ("0%", None, vec![2]),
                ("e_1", None, vec![3]),
                ("_", None, vec![3]),
                ("!", None, vec![]),
                ("", Some(TeamId::new()), vec![]),
            ] {
                let filter = CommandFilter { team, words: words.to_owned() };
                let found = list(&mut connection, exercise, &filter, (0, 10)).await.unwrap();
                let found: Vec<i64> = found.iter().map(|it| it.number).collect();
                assert_eq!(found, numbers, "{words}");
                let count = count(&mut connection, exercise, &filter).await.unwrap();
                assert_eq!(usize::try_from(count).unwrap(), numbers.len());
            }
            let all = CommandFilter::default();
            let second = list(&mut connection, exercise, &all, (1, 1)).await.unwrap();
            assert_eq!(second[0].line, "echo 'Đã xong 100%'");
            assert_eq!((second[0].person, second[0].part_began), (Some(terminal.person), Timestamp(6)));
        }

        async fn a_stretch_is_blacked_out_once(database: Database) {
            let mut connection = database.connection().await.unwrap();
            let exercise = terminals::fixture::exercise(&mut connection).await;
            let account = Statement::new("select id from account").fetch_one("id", &mut connection).await.unwrap();
            let mut stretch = Redaction {
                session: SessionId::new(),
                from: Timestamp(1),
                until: Timestamp(3),
                reason: "Mật khẩu".to_owned(),
                account: account.parse("id").unwrap(),
                made_at: Timestamp(8),
            };
            redact(&mut connection, exercise, &stretch).await.unwrap();
            let first = stretch.clone();
            stretch.reason = "another".to_owned();
            redact(&mut connection, exercise, &stretch).await.unwrap();
            assert_eq!(redactions(&mut connection, exercise).await.unwrap(), vec![first]);
        }
    }
}
