//! Who issues and signs documents: an office's own words, dated, so that an earlier document comes out as it was.

use jiff::civil::Date;

use super::OrganisationError;
use crate::{
    clock::Timestamp,
    ids::{AccountId, ProvinceId},
    store::{Connection, issuers as store},
};

pub use crate::store::issuers::{Issuer, issuers};

/// Characters that a line of a document's head or foot may have.
const LONGEST_LINE: usize = 200;
/// Lines that may stand below "Nơi nhận".
const MOST_RECIPIENTS: usize = 20;

/// What holds on a day: the latest that began by then. A document from before the first gets the first, since an office
/// that writes down late who it is was nobody else before.
///
/// # Errors
/// The database.
pub async fn issuer_on(
    connection: &mut Connection,
    province: ProvinceId,
    day: Date,
) -> Result<Option<Issuer>, OrganisationError> {
    let at = Timestamp::start_of(day);
    let mut all = issuers(connection, province).await?;
    let place = all.iter().rposition(|issuer| issuer.valid_from <= at);
    Ok(if all.is_empty() {
        None
    } else {
        Some(all.swap_remove(place.unwrap_or(0)))
    })
}

/// Writes down who issues documents from a day on; what was written for that day is replaced.
///
/// # Errors
/// [`OrganisationError::Input`] says what to mend; the database.
pub async fn set_issuer(
    connection: &mut Connection,
    province: ProvinceId,
    issuer: &Issuer,
    (account, now): (Option<AccountId>, Timestamp),
) -> Result<(), OrganisationError> {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let recipients: Vec<String> = issuer
        .recipients
        .lines()
        .map(line)
        .filter(|line| !line.is_empty())
        .collect();
    let clean = Issuer {
        valid_from: issuer.valid_from,
        superior: line(&issuer.superior),
        body: line(&issuer.body),
        sign: line(&issuer.sign),
        place: line(&issuer.place),
        authority: line(&issuer.authority),
        position: line(&issuer.position),
        signer: line(&issuer.signer),
        recipients: recipients.join("\n"),
    };
    for (text, missing) in [
        (&clean.body, "issuer-body-missing"),
        (&clean.sign, "issuer-sign-missing"),
        (&clean.place, "issuer-place-missing"),
        (&clean.position, "issuer-position-missing"),
        (&clean.recipients, "issuer-recipients-missing"),
    ] {
        if text.is_empty() {
            return Err(OrganisationError::Input(missing));
        }
    }
    let lines = [
        &clean.superior,
        &clean.body,
        &clean.sign,
        &clean.place,
        &clean.authority,
        &clean.position,
        &clean.signer,
    ];
    let long = |line: &&String| line.chars().count() > LONGEST_LINE;
    if lines.iter().any(long) || recipients.iter().any(|line| long(&line)) {
        return Err(OrganisationError::Input("issuer-line-too-long"));
    }
    if recipients.len() > MOST_RECIPIENTS {
        return Err(OrganisationError::Input("issuer-recipients-too-many"));
    }
    store::set_issuer(connection, province, &clean, (account, now)).await?;
    Ok(())
}
