//! Teams from a list that is pasted into the launch form: shown first, and made only from what was shown.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::{
    super::{App, AppError, errors::Message, pages::roster as page},
    launch, words,
};
use crate::{
    accounts::Actor,
    exercises::{
        DraftTeam, MAX_TEAM_MEMBERS, MAX_TEAMS,
        roster::{Directory, Known, MAX_LINES, Roster, Trouble, read},
    },
    ids::PersonId,
    locales::Locale,
    scenarios::Cell,
    store,
};

/// Everybody of the province who can be in a team.
pub(super) async fn known(app: &App, actor: &Actor) -> Result<Vec<Known>, AppError> {
    let staff = launch::staff(app, actor).await?;
    let mut connection = app.db.connection().await?;
    let accounts = store::accounts::list(&mut connection, actor.province).await?;
    let accounts = accounts.into_iter().filter(|it| it.disabled_at.is_none());
    let accounts: HashMap<PersonId, String> = accounts
        .filter_map(|account| Some((account.person?, account.username)))
        .collect();
    let known = staff.into_iter().map(|line| Known {
        username: accounts.get(&line.person).cloned(),
        person: line.person,
        name: line.name,
        unit: line.unit_name,
    });
    Ok(known.collect())
}

/// The teams of a list that was seen as it is now and has nothing to be mended.
///
/// # Errors
/// A list that is to be looked at: nothing may be made of it.
pub(super) async fn teams(
    app: &App,
    actor: &Actor,
    (text, seen): (&str, &str),
) -> Result<Vec<DraftTeam>, AppError> {
    let known = known(app, actor).await?;
    let roster = read(text, &Directory::new(&known));
    let look = |id| Err(AppError::Invalid(Message::new(id)));
    if roster.wrong() > 0 {
        return look("roster-mend");
    }
    if roster.cut {
        let limit = i64::try_from(MAX_LINES).unwrap_or(i64::MAX);
        return Err(AppError::Invalid(
            Message::new("roster-cut").with("limit", limit),
        ));
    }
    if seen != mark(&roster) {
        return look("roster-look");
    }
    Ok(drafts(&roster))
}

/// The teams that a list makes.
fn drafts(roster: &Roster) -> Vec<DraftTeam> {
    let teams = roster.teams().into_iter();
    let teams = teams.map(|(name, members)| DraftTeam {
        name,
        unit: None,
        members,
        cell: Cell::Blue,
    });
    teams.collect()
}

/// The teams of a list for an estimate: what is to be mended is left out.
pub(super) async fn estimated(
    app: &App,
    actor: &Actor,
    text: &str,
) -> Result<Vec<DraftTeam>, AppError> {
    let known = known(app, actor).await?;
    let directory = Directory::new(&known).without_offers();
    Ok(drafts(&read(text, &directory)))
}

/// A list as it is shown; those lines first that are to be mended.
pub(super) async fn view(
    app: &App,
    actor: &Actor,
    text: String,
    locale: Locale,
) -> Result<page::RosterView, AppError> {
    if text.trim().is_empty() {
        return Ok(page::RosterView::default());
    }
    let known = known(app, actor).await?;
    let directory = Directory::new(&known);
    let roster = read(&text, &directory);
    let teams = roster.teams();
    let names: HashMap<PersonId, &Known> = known.iter().map(|one| (one.person, one)).collect();
    let lines = roster.lines.iter().map(|line| page::RosterLine {
        number: line.number,
        team: line.team.clone(),
        written: line.written.clone(),
        person: line
            .person
            .as_ref()
            .ok()
            .and_then(|person| names.get(person))
            .map(|one| format!("{} · {}", one.name, one.unit)),
        trouble: line.person.as_ref().err().map(|it| trouble(it, locale)),
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort_by_key(|line| line.trouble.is_none());
    Ok(page::RosterView {
        seen: mark(&roster),
        read: true,
        teams: teams.len(),
        people: teams.iter().map(|(_, people)| people.len()).sum(),
        wrong: roster.wrong(),
        cut: roster.cut,
        lines,
        text,
    })
}

/// Stands for the teams and people that were shown: of another text, or of people who changed, it is another.
fn mark(roster: &Roster) -> String {
    let mut digest = Sha256::new();
    for (team, people) in roster.teams() {
        digest.update(team.as_bytes());
        for person in people {
            digest.update(person.0.as_bytes());
        }
    }
    hex::encode(digest.finalize())
}

/// What is wrong with a line, in words.
pub(super) fn trouble(trouble: &Trouble, locale: Locale) -> String {
    let names = |id, names: &[String]| {
        let names = names.join("; ");
        Message::new(id).with("names", names).text(locale)
    };
    let limit = |id, limit| {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Message::new(id).with("limit", limit).text(locale)
    };
    match trouble {
        Trouble::NoTeam => words::say(locale, "roster-no-team"),
        Trouble::NoPerson => words::say(locale, "roster-no-person"),
        Trouble::Unknown(offers) if offers.is_empty() => words::say(locale, "roster-unknown"),
        Trouble::Unknown(offers) => names("roster-meant", offers),
        Trouble::Several(people) => names("roster-several", people),
        Trouble::Twice(line) => Message::new("roster-twice")
            .with("line", i64::try_from(*line).unwrap_or(i64::MAX))
            .text(locale),
        Trouble::TeamFull => limit("roster-team-full", MAX_TEAM_MEMBERS),
        Trouble::TooManyTeams => limit("roster-too-many-teams", MAX_TEAMS),
    }
}
