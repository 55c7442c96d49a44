//! A fictional province to try everything with: units, people and who signs in, read from a data file.
//!
//! Seeding is idempotent: what is there by its code or name is left as it is, so a second start changes nothing and a
//! data file that has grown adds what is new. It never touches another province.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{
    Issuer, Level, NewPerson, OrganisationError, Place, UnitKind, add_person, fold, issuer_on,
    set_issuer,
};
use crate::{
    clock::Timestamp,
    ids::{PersonId, ProvinceId, UnitId},
    store::{Connection, organisation as store, staff},
};

/// What was seeded, and the accounts that the data file asks for.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The province.
    pub province: ProvinceId,
    /// Who should be able to sign in.
    pub accounts: Vec<DemoAccount>,
}

/// An account that the demo asks for; making it and its password is the business of whoever keeps accounts.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The name to sign in with.
    pub username: String,
    /// The roles, as accounts write them.
    pub roles: Vec<String>,
    /// The person behind it.
    pub person: PersonId,
    /// That person's name.
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    province: ProvinceEntry,
    units: Vec<UnitEntry>,
    accounts: Vec<AccountEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvinceEntry {
    code: String,
    name: String,
    since: Date,
    issuer: IssuerEntry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerEntry {
    superior: String,
    body: String,
    sign: String,
    place: String,
    authority: String,
    position: String,
    recipients: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitEntry {
    code: String,
    name: String,
    kind: UnitKind,
    level: Level,
    #[serde(default)]
    under: Option<String>,
    #[serde(default)]
    people: Vec<PersonEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonEntry {
    name: String,
    position: String,
    #[serde(default)]
    response_team: bool,
    #[serde(default)]
    it_specialist: bool,
    #[serde(default)]
    head: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountEntry {
    username: String,
    roles: Vec<String>,
    person: String,
}

/// Brings the province of `document` into the database, inside the caller's transaction.
///
/// # Errors
/// A document that does not read, or names a unit or person that it does not hold; the database.
pub async fn seed(connection: &mut Connection, document: &str) -> Result<Demo, OrganisationError> {
    let document: Document = serde_yaml::from_str(document)
        .map_err(|error| OrganisationError::Document(error.to_string()))?;
    let province = seed_province(connection, &document.province).await?;
    seed_issuer(connection, province, &document.province).await?;
    let units = seed_units(connection, province, &document).await?;
    let people = seed_people(connection, province, &document, &units).await?;
    let accounts = document
        .accounts
        .into_iter()
        .map(|entry| {
            let person = people
                .get(&fold(&entry.person))
                .ok_or_else(|| unknown("person", &entry.person))?;
            Ok(DemoAccount {
                username: entry.username,
                roles: entry.roles,
                person: *person,
                name: entry.person,
            })
        })
        .collect::<Result<_, OrganisationError>>()?;
    Ok(Demo { province, accounts })
}

async fn seed_province(
    connection: &mut Connection,
    entry: &ProvinceEntry,
) -> Result<ProvinceId, OrganisationError> {
    if let Some(province) = store::find_province(connection, &entry.code).await? {
        return Ok(province.id);
    }
    let province = store::Province {
        id: ProvinceId::new(),
        code: entry.code.clone(),
        name: entry.name.clone(),
    };
    store::insert_province(connection, &province).await?;
    Ok(province.id)
}

async fn seed_issuer(
    connection: &mut Connection,
    province: ProvinceId,
    entry: &ProvinceEntry,
) -> Result<(), OrganisationError> {
    if issuer_on(connection, province, entry.since)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let since = Timestamp::start_of(entry.since);
    let words = &entry.issuer;
    let issuer = Issuer {
        valid_from: since,
        superior: words.superior.clone(),
        body: words.body.clone(),
        sign: words.sign.clone(),
        place: words.place.clone(),
        authority: words.authority.clone(),
        position: words.position.clone(),
        signer: String::new(),
        recipients: words.recipients.join("\n"),
    };
    set_issuer(connection, province, &issuer, (None, since)).await
}

async fn seed_units(
    connection: &mut Connection,
    province: ProvinceId,
    document: &Document,
) -> Result<HashMap<String, UnitId>, OrganisationError> {
    let since = Timestamp::start_of(document.province.since);
    let mut units: HashMap<String, UnitId> = store::units(connection, province, since)
        .await?
        .into_iter()
        .map(|unit| (unit.code, unit.id))
        .collect();
    for entry in &document.units {
        if units.contains_key(&entry.code) {
            continue;
        }
        let parent = entry
            .under
            .as_ref()
            .map(|code| {
                units
                    .get(code)
                    .copied()
                    .ok_or_else(|| unknown("unit", code))
            })
            .transpose()?;
        let unit = store::Unit {
            id: UnitId::new(),
            province,
            parent,
            code: entry.code.clone(),
            name: entry.name.clone(),
            kind: entry.kind.as_str().to_owned(),
            level: entry.level.as_str().to_owned(),
            valid_from: since,
            valid_to: None,
        };
        store::insert_unit(connection, &unit).await?;
        units.insert(unit.code, unit.id);
    }
    Ok(units)
}

async fn seed_people(
    connection: &mut Connection,
    province: ProvinceId,
    document: &Document,
    units: &HashMap<String, UnitId>,
) -> Result<HashMap<String, PersonId>, OrganisationError> {
    let since = document.province.since;
    let at = Timestamp::start_of(since);
    let mut people: HashMap<String, PersonId> = staff::staff(connection, province, at)
        .await?
        .into_iter()
        .map(|line| (fold(&line.name), line.person))
        .collect();
    for unit in &document.units {
        for entry in &unit.people {
            let key = fold(&entry.name);
            if people.contains_key(&key) {
                continue;
            }
            let new = NewPerson {
                name: entry.name.clone(),
                email: None,
                place: Place {
                    unit: units[&unit.code],
                    position: entry.position.clone(),
                    response_team: entry.response_team,
                    it_specialist: entry.it_specialist,
                    head: entry.head,
                },
            };
            people.insert(key, add_person(connection, province, &new, since).await?);
        }
    }
    Ok(people)
}

fn unknown(what: &str, name: &str) -> OrganisationError {
    OrganisationError::Document(format!("there is no {what} `{name}` in the document"))
}
