//! What a province can make exercises of: the scenarios that the installation brings, and in their place or beside them the
//! province's own that are released.

use std::sync::Arc;

use super::{App, AppError};
use crate::{
    ids::ProvinceId,
    library::Entry,
    scenarios::{Definition, Problem},
};

/// A scenario that exercises can be made of.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// The scenario.
    pub(super) definition: Arc<Definition>,
    /// What its author should look at.
    pub(super) problems: Vec<Problem>,
    /// The version of the library that it is; none where the installation brings it.
    pub(super) entry: Option<Entry>,
}

/// All of them, those of the installation first.
pub(super) async fn offers(app: &App, province: ProvinceId) -> Result<Vec<Offer>, AppError> {
    let shelves = app.catalogue.all(app.clock.now()).await;
    let mut offers: Vec<Offer> = shelves
        .iter()
        .filter_map(|shelved| {
            Some(Offer {
                definition: Arc::clone(shelved.definition.as_ref()?),
                problems: shelved.problems.clone(),
                entry: None,
            })
        })
        .collect();
    for entry in app.library.released(province).await? {
        let id = entry.scenario.as_str();
        let place = offers
            .iter()
            .position(|offer| offer.definition.scenario.id.as_str() == id);
        let shipped = place.map(|place| version(&offers[place].definition));
        let Some(own) = own(app, entry, shipped).await? else {
            continue;
        };
        match place {
            Some(place) => offers[place] = own,
            None => offers.push(own),
        }
    }
    Ok(offers)
}

/// The one of a name.
pub(super) async fn offer(
    app: &App,
    province: ProvinceId,
    id: &str,
) -> Result<Option<Offer>, AppError> {
    let brought = app.catalogue.shelved(id, app.clock.now()).await;
    let shipped = brought.as_ref().map(|(definition, _)| version(definition));
    for entry in app.library.versions(province, id).await? {
        if let Some(own) = own(app, entry, shipped).await? {
            return Ok(Some(own));
        }
    }
    Ok(brought.map(|(definition, problems)| Offer {
        definition,
        problems,
        entry: None,
    }))
}

/// The definition of the one of a name.
pub(super) async fn definition(
    app: &App,
    province: ProvinceId,
    id: &str,
) -> Result<Option<Arc<Definition>>, AppError> {
    Ok(offer(app, province, id).await?.map(|it| it.definition))
}

/// The version that the installation brings.
pub(super) async fn shipped(app: &App, id: &str) -> Option<i64> {
    let brought = app.catalogue.shelved(id, app.clock.now()).await;
    brought.map(|(definition, _)| version(&definition))
}

async fn own(app: &App, entry: Entry, shipped: Option<i64>) -> Result<Option<Offer>, AppError> {
    let Some(judged) = app.library.in_use(&entry, shipped).await? else {
        return Ok(None);
    };
    Ok(judged.definition.clone().map(|definition| Offer {
        definition,
        problems: judged.problems.clone(),
        entry: Some(entry),
    }))
}

pub(super) fn version(definition: &Definition) -> i64 {
    i64::from(definition.scenario.version)
}
