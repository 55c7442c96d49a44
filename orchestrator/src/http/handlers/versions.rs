//! The versions of a scenario: shown on its page, released, archived, deleted, taken as a zip file.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    super::{
        App, AppError, Visitor,
        errors::Message,
        forms::{Form, Path, Query},
        guard::Undone,
        offers::{self, Offer},
        pages::versions as page,
    },
    library::{may_edit, stage, version_page},
    see_other, words,
};
use crate::{
    accounts::Actor,
    library::{Entry, Judged, LibraryError, MAX_NOTE, Seen, Stage, differences},
    locales::Locale,
    scenarios::{Definition, zip},
};

/// What a form says of the version that it was made for.
#[derive(Default, Deserialize)]
pub(in crate::http) struct Asked {
    #[serde(default)]
    pub(super) bundle: String,
    #[serde(default)]
    note: String,
}

/// All versions of a scenario that a reader may know of, with those of the installation.
pub(super) struct Known {
    /// Uploaded ones, the newest first.
    pub(super) entries: Vec<(Entry, std::sync::Arc<Judged>)>,
    /// What the installation brings, and what there is to be looked at in it.
    pub(super) shipped: Option<Offer>,
    /// What exercises are made of.
    pub(super) used: Option<Offer>,
    editor: bool,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) enum Chosen<'a> {
    Shipped(&'a Offer),
    Own(&'a Entry, &'a Judged),
}

impl Known {
    pub(super) async fn of(app: &App, actor: &Actor, id: &str) -> Result<Self, AppError> {
        let editor = may_edit(actor);
        let mut entries = Vec::new();
        for entry in app.library.versions(actor.province, id).await? {
            if editor || entry.stage != Stage::Draft {
                let judged = app.library.judged(&entry.bundle).await?;
                entries.push((entry, judged));
            }
        }
        let brought = app.catalogue.shelved(id, app.clock.now()).await;
        Ok(Self {
            entries,
            shipped: brought.map(|(definition, problems)| Offer {
                definition,
                problems,
                entry: None,
            }),
            used: offers::offer(app, actor.province, id).await?,
            editor,
        })
    }

    /// The version that is asked for, by its files where these are named: the installation may bring another of the same
    /// number. Where none is asked for, the one in use, or else the newest.
    pub(super) fn choose(&self, version: Option<i64>, bundle: &str) -> Option<Chosen<'_>> {
        let named = self.all().into_iter().find(|one| {
            // A draft that was replaced since is found by its number.
            version == Some(one.version()) && !bundle.is_empty() && one.bundle().starts_with(bundle)
        });
        named.or_else(|| self.numbered(version))
    }

    /// All that the reader may see: what is wrong with one that has errors is its author's business.
    fn all(&self) -> Vec<Chosen<'_>> {
        let own = self.entries.iter().filter_map(|(entry, judged)| {
            let seen = self.editor || judged.definition.is_some();
            seen.then_some(Chosen::Own(entry, judged))
        });
        own.chain(self.shipped.as_ref().map(Chosen::Shipped))
            .collect()
    }

    fn numbered(&self, version: Option<i64>) -> Option<Chosen<'_>> {
        let used = self.used.as_ref();
        if version.is_none() && self.is_shipped_used() {
            return self.shipped.as_ref().map(Chosen::Shipped);
        }
        let wanted = version.or(used.map(|offer| offers::version(&offer.definition)));
        let fits = |of: i64| wanted.is_none_or(|wanted| wanted == of);
        let mut all = self.all().into_iter();
        all.find(|one| fits(one.version()))
    }

    fn is_shipped_used(&self) -> bool {
        self.used
            .as_ref()
            .is_some_and(|offer| offer.entry.is_none())
    }

    /// Whether exercises are made of it.
    pub(super) fn is_used(&self, chosen: Chosen<'_>) -> bool {
        let used = self.used.as_ref().and_then(|offer| offer.entry.as_ref());
        match chosen {
            Chosen::Shipped(_) => self.is_shipped_used(),
            Chosen::Own(entry, _) => used == Some(entry),
        }
    }

    /// What the page says of them.
    pub(super) async fn view(
        &self,
        app: &App,
        visitor: &Visitor,
        (id, chosen): (&str, Chosen<'_>),
    ) -> Result<page::Versions, AppError> {
        let (locale, province) = (visitor.locale, visitor.actor()?.province);
        let changes = if self.editor {
            app.library.changes(province, id).await?
        } else {
            Vec::new()
        };
        let state = match chosen {
            Chosen::Shipped(_) => stage(None, locale),
            Chosen::Own(entry, _) => stage(Some(entry.stage), locale),
        };
        Ok(page::Versions {
            scenario: id.to_owned(),
            version: chosen.version(),
            bundle: chosen.bundle(),
            stage: Some(state),
            shipped: matches!(chosen, Chosen::Shipped(_)),
            remark: self.remark(chosen, locale),
            offers: self.offers(chosen),
            rows: self.rows(id, chosen, locale),
            changes: changes
                .into_iter()
                .map(|(change, who)| page::ChangeRow {
                    at: change.at,
                    what: Message::new(match change.change.as_str() {
                        "uploaded" => "version-told-uploaded",
                        "replaced" => "version-told-replaced",
                        "released" => "version-told-released",
                        "archived" => "version-told-archived",
                        _ => "version-told-deleted",
                    })
                    .with("version", change.version)
                    .text(locale),
                    who,
                    note: change.note,
                })
                .collect(),
        })
    }

    fn offers(&self, chosen: Chosen<'_>) -> page::Offers {
        let mut offers = page::Offers {
            upload: self.editor,
            ..page::Offers::default()
        };
        if !self.editor {
            return offers;
        }
        match chosen {
            Chosen::Shipped(_) => offers.test = true,
            Chosen::Own(entry, judged) => {
                let shipped = self.shipped.as_ref();
                let shipped = shipped.map(|offer| offers::version(&offer.definition));
                let usable = judged.definition.is_some();
                let late = shipped.is_some_and(|shipped| entry.version <= shipped);
                offers.test = usable;
                offers.release = entry.stage == Stage::Draft && usable && !late;
                offers.restore = entry.stage == Stage::Archived && usable && !late;
                offers.archive = entry.stage == Stage::Released;
                offers.delete = entry.stage == Stage::Draft;
            }
        }
        offers
    }

    /// Which of several is used, where that is not what one would think.
    fn remark(&self, chosen: Chosen<'_>, locale: Locale) -> Option<String> {
        let used = self.used.as_ref()?;
        let version = offers::version(&used.definition);
        let id = match (chosen, &used.entry) {
            (Chosen::Shipped(_), Some(_)) => "version-shipped-covered",
            (Chosen::Own(entry, _), None) if entry.stage == Stage::Released => {
                "version-covered-by-shipped"
            }
            (Chosen::Own(entry, _), Some(own)) if self.shipped.is_some() && own == entry => {
                "version-covers-shipped"
            }
            _ => return None,
        };
        Some(Message::new(id).with("version", version).text(locale))
    }

    fn rows(&self, id: &str, chosen: Chosen<'_>, locale: Locale) -> Vec<page::VersionRow> {
        let mut all = self.all();
        all.sort_by_key(|one| std::cmp::Reverse(one.version()));
        let rows = all.iter().enumerate().map(|(place, one)| {
            let before = all[place + 1..].iter().find_map(|it| it.definition());
            let (number, bundle) = (one.version(), one.bundle());
            page::VersionRow {
                version: number,
                href: version_page(id, number, &bundle),
                zip: self
                    .editor
                    .then(|| format!("/scenarios/{id}/versions/{number}/zip?bundle={bundle}")),
                stage: match one {
                    Chosen::Shipped(_) => stage(None, locale),
                    Chosen::Own(entry, _) => stage(Some(entry.stage), locale),
                },
                current: one.is(chosen),
                differences: match (before, one.definition()) {
                    (Some(before), Some(after)) => {
                        let told = differences(&before.scenario, &after.scenario, locale);
                        if told.is_empty() {
                            vec![words::say(locale, "library-diff-none")]
                        } else {
                            told
                        }
                    }
                    _ => Vec::new(),
                },
            }
        });
        rows.collect()
    }
}

impl<'a> Chosen<'a> {
    /// Digest of its files.
    fn bundle(self) -> String {
        match self {
            Self::Shipped(offer) => offer.definition.bundle.digest(),
            Self::Own(entry, _) => entry.bundle.clone(),
        }
    }

    fn version(self) -> i64 {
        match self {
            Self::Shipped(offer) => offers::version(&offer.definition),
            Self::Own(entry, _) => entry.version,
        }
    }

    pub(super) fn definition(self) -> Option<&'a Definition> {
        match self {
            Self::Shipped(offer) => Some(&offer.definition),
            Self::Own(_, judged) => judged.definition.as_deref(),
        }
    }

    fn is(self, other: Chosen<'_>) -> bool {
        match (self, other) {
            (Self::Shipped(_), Chosen::Shipped(_)) => true,
            (Self::Own(own, _), Chosen::Own(other, _)) => own == other,
            _ => false,
        }
    }
}

/// `POST /scenarios/{scenario}/versions/{version}/release`: also again after it was archived.
pub(in crate::http) async fn release(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, version)): Path<(String, i64)>,
    Form(asked): Form<Asked>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let shipped = offers::shipped(&app, &id).await;
    let seen = seen(actor, &id, version, &asked);
    let note: String = asked.note.chars().take(MAX_NOTE + 1).collect();
    let done = app.library.release(seen, actor.account, &note, shipped);
    let done = done.await;
    answer(
        &app,
        &visitor,
        (&id, version, &asked.bundle),
        done,
        "version-released",
    )
}

/// `POST /scenarios/{scenario}/versions/{version}/archive`
pub(in crate::http) async fn archive(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, version)): Path<(String, i64)>,
    Form(asked): Form<Asked>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let seen = seen(actor, &id, version, &asked);
    let done = app.library.archive(seen, actor.account).await;
    answer(
        &app,
        &visitor,
        (&id, version, &asked.bundle),
        done,
        "version-archived",
    )
}

/// `POST /scenarios/{scenario}/versions/{version}/delete`
pub(in crate::http) async fn delete(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, version)): Path<(String, i64)>,
    Form(asked): Form<Asked>,
) -> Result<Response, AppError> {
    let actor = visitor.actor()?;
    let seen = seen(actor, &id, version, &asked);
    if let Err(error) = app.library.delete_draft(seen, actor.account).await {
        return answer(
            &app,
            &visitor,
            (&id, version, &asked.bundle),
            Err(error),
            "version-deleted",
        );
    }
    let told = Message::new("version-deleted").with("version", version);
    Ok(see_other(&app, &visitor, "/scenarios", "good", &told))
}

/// `GET /scenarios/{scenario}/versions/{version}/zip`
pub(in crate::http) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, version)): Path<(String, i64)>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let known = Known::of(&app, visitor.actor()?, &id).await?;
    let chosen = known.choose(Some(version), &asked.bundle);
    let chosen = chosen.ok_or(AppError::NotFound)?;
    let bundle = match chosen {
        Chosen::Shipped(offer) => offer.definition.bundle.clone(),
        Chosen::Own(entry, _) => app.library.bundle(&entry.bundle).await?,
    };
    let folder = id.clone();
    let bytes = tokio::task::spawn_blocking(move || zip::pack(&folder, bundle.files()))
        .await
        .map_err(AppError::unexpected)?
        .map_err(AppError::unexpected)?;
    let name = format!("attachment; filename=\"{id}-{version}.zip\"");
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

fn seen<'a>(actor: &Actor, scenario: &'a str, version: i64, asked: &'a Asked) -> Seen<'a> {
    Seen {
        province: actor.province,
        scenario,
        version,
        bundle: &asked.bundle,
    }
}

/// Leads back to the version with a word on what was done, or on what stands in the way.
fn answer(
    app: &App,
    visitor: &Visitor,
    (id, version, bundle): (&str, i64, &str),
    done: Result<(), LibraryError>,
    told: &'static str,
) -> Result<Response, AppError> {
    let to = version_page(id, version, bundle);
    match done.map_err(AppError::from) {
        Ok(()) => {
            let told = Message::new(told).with("version", version);
            Ok(see_other(app, visitor, &to, "good", &told))
        }
        Err(error @ (AppError::Conflict(_) | AppError::Invalid(_))) => {
            let mut response = see_other(app, visitor, &to, "bad", &error.message());
            response.extensions_mut().insert(Undone);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}
