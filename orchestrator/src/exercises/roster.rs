//! Teams from a list that somebody made elsewhere: pasted from a spreadsheet or read from a CSV file.
//!
//! A pure reading: text and the people of a province in, teams and a finding a line out. Nobody is guessed: who is not
//! named exactly is asked about with the names that are most alike.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{MAX_TEAM_MEMBERS, MAX_TEAMS};
use crate::{ids::PersonId, organisation::fold};

/// Lines that are read: more people than any exercise can have, and their headings.
pub const MAX_LINES: usize = MAX_TEAMS * MAX_TEAM_MEMBERS + 1;
/// Names that are offered for one that is not known.
const OFFERS: usize = 3;
/// Names of a list for which others are offered: each is compared with everybody's.
const ASKED: usize = 50;
/// How alike two names must be before one is offered for the other (Damerau–Levenshtein, 1 is equal).
const LIKENESS: f64 = 0.75;

/// Somebody who can be in a team.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The account's name, where there is one.
    pub username: Option<String>,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It names no team.
    NoTeam,
    /// It names nobody.
    NoPerson,
    /// Nobody is called so; these are most alike.
    Unknown(Vec<String>),
    /// Several are called so; these.
    Several(Vec<String>),
    /// The person stands on this line already.
    Twice(usize),
    /// The team has as many as a team can have.
    TeamFull,
    /// There are as many teams as an exercise can have.
    TooManyTeams,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the text, from 1.
    pub number: usize,
    /// The team as written.
    pub team: String,
    /// The person as written.
    pub written: String,
    /// Who that is, or what is wrong.
    pub person: Result<PersonId, Trouble>,
}

/// A list that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Its lines, without headings and empty ones.
    pub lines: Vec<Line>,
    /// Whether there were more lines than are read.
    pub cut: bool,
}

impl Roster {
    /// Teams in the order of the list, each with its people; lines with something wrong are left out.
    #[must_use]
    pub fn teams(&self) -> Vec<(String, Vec<PersonId>)> {
        let mut teams: Vec<(String, Vec<PersonId>)> = Vec::new();
        for line in &self.lines {
            let Ok(person) = line.person else { continue };
            let key = line.team.to_lowercase();
            let known = teams
                .iter_mut()
                .find(|(name, _)| name.to_lowercase() == key);
            match known {
                Some((_, people)) => people.push(person),
                None => teams.push((line.team.clone(), vec![person])),
            }
        }
        teams
    }

    /// Lines with something wrong.
    #[must_use]
    pub fn wrong(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| line.person.is_err())
            .count()
    }
}

/// Which column holds what.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    team: Option<usize>,
    name: Option<usize>,
    account: Option<usize>,
    unit: Option<usize>,
}

impl Columns {
    /// The columns that a line of headings names; nothing where it is none.
    fn named(cells: &[String]) -> Option<Self> {
        let mut columns = Self::default();
        for (place, cell) in cells.iter().enumerate() {
            let column = match fold(cell).as_str() {
                "doi" | "ten doi" | "doi thi" | "team" | "team name" => &mut columns.team,
                "ho ten" | "ho va ten" | "ten" | "thanh vien" | "can bo" | "name" | "full name"
                | "member" | "person" => &mut columns.name,
                "tai khoan" | "ten dang nhap" | "ten tai khoan" | "account" | "username"
                | "user name" | "login" => &mut columns.account,
                "don vi" | "co quan" | "unit" | "organisation" | "organization" => {
                    &mut columns.unit
                }
                _ => continue,
            };
            column.get_or_insert(place);
        }
        let person = columns.name.or(columns.account);
        (columns.team.is_some() && person.is_some()).then_some(columns)
    }
}

/// Finds people by what somebody wrote.
#[derive(Debug)]
pub struct Directory<'a> {
    known: &'a [Known],
    by_name: HashMap<String, Vec<&'a Known>>,
    by_account: HashMap<String, &'a Known>,
    /// For how many more names the nearest are looked for.
    offers_left: AtomicUsize,
}

impl<'a> Directory<'a> {
    /// A directory of these people; one with two places stands in it once.
    #[must_use]
    pub fn new(known: &'a [Known]) -> Self {
        let mut seen = HashSet::new();
        let mut by_name: HashMap<String, Vec<&Known>> = HashMap::new();
        let mut by_account = HashMap::new();
        for one in known.iter().filter(|one| !one.name.is_empty()) {
            if !seen.insert(one.person) {
                continue;
            }
            by_name.entry(fold(&one.name)).or_default().push(one);
            if let Some(username) = &one.username {
                by_account.insert(username.to_lowercase(), one);
            }
        }
        Self {
            known,
            by_name,
            by_account,
            offers_left: AtomicUsize::new(ASKED),
        }
    }

    /// The same where nobody reads which names are near.
    #[must_use]
    pub fn without_offers(self) -> Self {
        Self {
            offers_left: AtomicUsize::new(0),
            ..self
        }
    }

    /// Who is meant by a name or an account's name, where that is one person's.
    ///
    /// # Errors
    /// Nobody or several are called so.
    pub fn find(&self, written: &str, unit: &str) -> Result<PersonId, Trouble> {
        let written = written.trim();
        if let Some(one) = self.by_account.get(&written.to_lowercase()) {
            return Ok(one.person);
        }
        let alike = self.by_name.get(&fold(written));
        let unit = fold(unit);
        let alike: Vec<&Known> = alike
            .into_iter()
            .flatten()
            .copied()
            .filter(|one| unit.is_empty() || self.works_in(one.person, &unit))
            .collect();
        let exact = |one: &&&Known| one.name.to_lowercase() == written.to_lowercase();
        let exact: Vec<&Known> = alike.iter().filter(exact).copied().collect();
        match exact.as_slice() {
            [one] => Ok(one.person),
            [] if alike.is_empty() => Err(Trouble::Unknown(self.offers(written))),
            // Without its marks a name may be another's: it is asked about.
            [] => Err(Trouble::Unknown(shown(&alike))),
            several => Err(Trouble::Several(shown(several))),
        }
    }

    fn works_in(&self, person: PersonId, unit: &str) -> bool {
        let mut places = self.known.iter().filter(|one| one.person == person);
        places.any(|one| fold(&one.unit) == unit)
    }

    /// The people whose names are most like what was written.
    fn offers(&self, written: &str) -> Vec<String> {
        let folded = fold(written);
        let take_one = |left: usize| left.checked_sub(1);
        let (order, again) = (Ordering::Relaxed, Ordering::Relaxed);
        if folded.is_empty()
            || self
                .offers_left
                .fetch_update(order, again, take_one)
                .is_err()
        {
            return Vec::new();
        }
        // Names whose lengths lie further apart are never alike enough, and most do.
        let near = |name: &str| {
            let (one, other) = (folded.len(), name.len());
            one.abs_diff(other) * 4 <= one.max(other)
        };
        let names = self.by_name.iter().filter(|(name, _)| near(name));
        let names = names.map(|(name, people)| {
            let likeness = strsim::normalized_damerau_levenshtein(&folded, name);
            (likeness, name, people)
        });
        let mut names: Vec<_> = names.filter(|(like, ..)| *like >= LIKENESS).collect();
        names.sort_by(|(one, first, _), (other, second, _)| {
            other.total_cmp(one).then_with(|| first.cmp(second))
        });
        let people = names.into_iter().flat_map(|(.., people)| people.iter());
        let people: Vec<&Known> = people.take(OFFERS).copied().collect();
        shown(&people)
    }
}

/// People so that one can be told from the other.
fn shown(people: &[&Known]) -> Vec<String> {
    let one = |one: &&Known| match &one.username {
        Some(username) => format!("{} ({}, {username})", one.name, one.unit),
        None => format!("{} ({})", one.name, one.unit),
    };
    people.iter().take(OFFERS).map(one).collect()
}

/// Reads a list: a line each, with a heading or with the team first and the person second.
#[must_use]
pub fn read(text: &str, directory: &Directory<'_>) -> Roster {
    let text = text.trim_start_matches('\u{feff}');
    let rows = cells(text, delimiter(text));
    let mut roster = Roster::default();
    let mut columns = None;
    let mut people: BTreeMap<PersonId, usize> = BTreeMap::new();
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    let mut teams = BTreeSet::new();
    for (number, row) in rows {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let heads = columns.is_none();
        let named = heads.then(|| Columns::named(&row)).flatten();
        let columns = *columns.get_or_insert(named.unwrap_or(Columns {
            team: Some(0),
            name: Some(1),
            ..Columns::default()
        }));
        if named.is_some() {
            continue;
        }
        if roster.lines.len() >= MAX_LINES {
            roster.cut = true;
            break;
        }
        let cell = |column: Option<usize>| {
            let cell = column.and_then(|column| row.get(column));
            cell.map_or("", |cell| cell.trim()).to_owned()
        };
        let team = cell(columns.team);
        let (name, account) = (cell(columns.name), cell(columns.account));
        let written = if account.is_empty() { name } else { account };
        let key = team.to_lowercase();
        let mut person = if team.is_empty() {
            Err(Trouble::NoTeam)
        } else if written.is_empty() {
            Err(Trouble::NoPerson)
        } else {
            directory.find(&written, &cell(columns.unit))
        };
        if let Ok(found) = person {
            let before = people.get(&found).copied();
            let size = sizes.get(&key).copied().unwrap_or(0);
            person = if let Some(line) = before {
                Err(Trouble::Twice(line))
            } else if !teams.contains(&key) && teams.len() >= MAX_TEAMS {
                Err(Trouble::TooManyTeams)
            } else if size >= MAX_TEAM_MEMBERS {
                Err(Trouble::TeamFull)
            } else {
                people.insert(found, number);
                teams.insert(key.clone());
                sizes.insert(key, size + 1);
                Ok(found)
            };
        }
        roster.lines.push(Line {
            number,
            team,
            written,
            person,
        });
    }
    roster
}

/// What stands between the cells: whatever the first line has most of.
fn delimiter(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let count = |mark: &char| first.map_or(0, |line| line.matches(*mark).count());
    // Of equals the last: a tab comes from a spreadsheet and stands in no name.
    let marks = [',', ';', '\t'].into_iter();
    marks.max_by_key(count).unwrap_or(',')
}

/// Lines of cells with their numbers, as RFC 4180 writes them: a cell in quotes may hold what stands between cells.
fn cells(text: &str, delimiter: char) -> Vec<(usize, Vec<String>)> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut line, mut begun) = (false, 1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                line += 1;
                if quoted {
                    cell.push(' ');
                    continue;
                }
                row.push(std::mem::take(&mut cell));
                rows.push((begun, std::mem::take(&mut row)));
                begun = line;
            }
            letter if letter == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((begun, row));
    }
    rows
}

#[cfg(test)]
mod tests;
