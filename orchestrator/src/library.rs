//! The library's own scenarios: uploaded by authors, checked, released, archived, and kept for what was made of them.
//!
//! A version goes from draft to released to archived and may be released again. Only a draft changes: what was released
//! once is the same for ever, so that two drills of version 3 are drills of the same thing. One version of a scenario is
//! released at a time. A draft is kept with its errors, so that nothing an author sent is lost, but nobody can try or
//! release it before it has none. Bundles that an exercise was made of are never taken away.

mod card;
mod differences;
mod held;
mod incoming;
mod reading;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

pub use card::Card;
pub use differences::differences;
pub use incoming::{Incoming, Judged};
pub use reading::{Listed, Sight};

pub use crate::store::library::{Change, Entry, Stage};

use card::Kept;
use held::Held;

use crate::{
    clock::Clock,
    ids::{AccountId, ChangeId, ProvinceId},
    scenarios::{BundleError, Problem, zip::ZipError},
    store::{self, Connection, Database, StoreError, bundles::StoredFile},
};

/// Letters of a note.
pub const MAX_NOTE: usize = 300;

/// Why something was not done. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The zip file is not taken.
    #[error("zip file")]
    Zip(#[from] ZipError),
    /// Its files are no bundle.
    #[error("bundle")]
    Bundle(#[from] BundleError),
    /// Its files do not say which scenario they are, and these are the mistakes.
    #[error("no name and version")]
    Unnamed(Vec<Problem>),
    /// This version was released or archived with other content; the number is the next free one.
    #[error("version is fixed; the next is {0}")]
    Fixed(i64),
    /// The installation brings this version or a later one; the number is the next free one.
    #[error("shipped as late or later; the next is {0}")]
    Shipped(i64),
    /// It has errors.
    #[error("it has errors")]
    Faulty,
    /// It is not what it was when it was looked at.
    #[error("changed meanwhile")]
    Changed,
    /// There is no such version.
    #[error("no such version")]
    Missing,
    /// The note is too long.
    #[error("note too long")]
    Note,
    /// The database refuses.
    #[error("database")]
    Store(#[from] StoreError),
}

/// What became of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The scenario.
    pub scenario: String,
    /// Its version.
    pub version: i64,
    /// How many errors it has.
    pub errors: i64,
    /// Whether the very same was there before; nothing was done then.
    pub before: bool,
}

/// A version as somebody saw it who asks for something.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The province.
    pub province: ProvinceId,
    /// The scenario.
    pub scenario: &'a str,
    /// The version.
    pub version: i64,
    /// Digest of the bundle that was seen.
    pub bundle: &'a str,
}

/// The uploaded scenarios of this installation.
#[derive(Clone)]
pub struct Library {
    database: Database,
    clock: Arc<dyn Clock>,
    held: Arc<Mutex<Held>>,
}

impl Library {
    /// Puts the module on what it stands on.
    #[must_use]
    pub fn new(database: Database, clock: Arc<dyn Clock>) -> Self {
        Self {
            database,
            clock,
            held: Arc::new(Mutex::new(Held::new())),
        }
    }

    /// Keeps what was uploaded as a draft, in place of an earlier draft of the same version. `shipped` is the version that
    /// the installation brings of it.
    ///
    /// # Errors
    /// A version that cannot change any more, or that would never be used.
    pub async fn upload(
        &self,
        province: ProvinceId,
        by: AccountId,
        incoming: &Incoming,
        shipped: Option<i64>,
    ) -> Result<Uploaded, LibraryError> {
        let entry = Entry {
            province,
            scenario: incoming.scenario.to_string(),
            version: incoming.version,
            bundle: incoming.digest.clone(),
            stage: Stage::Draft,
            errors: incoming.errors(),
            uploaded_by: by,
            uploaded_at: self.clock.now(),
        };
        let mut transaction = self.database.begin().await?;
        let versions =
            store::library::versions(&mut transaction, province, &entry.scenario).await?;
        let latest = versions.iter().map(|it| it.version).chain(shipped).max();
        let next = latest.unwrap_or_default() + 1;
        let known = versions.iter().find(|it| it.version == entry.version);
        if known.is_none() && shipped.is_some_and(|shipped| entry.version <= shipped) {
            return Err(LibraryError::Shipped(next));
        }
        let uploaded = |before| Uploaded {
            scenario: entry.scenario.clone(),
            version: entry.version,
            errors: entry.errors,
            before,
        };
        if known.is_some_and(|known| known.bundle == entry.bundle) {
            // Files that were lost come back.
            self.keep_bundle(&mut transaction, &entry, incoming).await?;
            transaction.commit().await?;
            return Ok(uploaded(true));
        }
        if known.is_some_and(|known| known.stage != Stage::Draft) {
            return Err(LibraryError::Fixed(next));
        }
        self.keep_bundle(&mut transaction, &entry, incoming).await?;
        let change = if let Some(known) = known {
            // Another upload of the same moment was kept in its place: that one is not to be lost unseen.
            if !store::library::replace(&mut transaction, &entry, &known.bundle).await? {
                return Err(LibraryError::Changed);
            }
            store::bundles::drop_unused(&mut transaction, &known.bundle).await?;
            "replaced"
        } else {
            if !store::library::insert(&mut transaction, &entry).await? {
                return Err(LibraryError::Changed);
            }
            "uploaded"
        };
        if let Some(card) = Kept::of(&incoming.judged).text() {
            store::library::keep_card(&mut transaction, &entry, entry.errors, &card).await?;
        }
        self.note(&mut transaction, &entry, change, by, "").await?;
        transaction.commit().await?;
        self.hold(&entry.bundle, Arc::clone(&incoming.judged));
        Ok(uploaded(false))
    }

    /// Releases a version; the one that was released before is archived. Done before, it is done.
    ///
    /// # Errors
    /// A version with errors, one that is not as it was seen, or one that would never be used.
    pub async fn release(
        &self,
        seen: Seen<'_>,
        by: AccountId,
        note: &str,
        shipped: Option<i64>,
    ) -> Result<(), LibraryError> {
        let note = note.trim();
        if note.chars().count() > MAX_NOTE {
            return Err(LibraryError::Note);
        }
        let entry = self.seen(seen).await?;
        if entry.stage == Stage::Released {
            return Ok(());
        }
        if self.judged(&entry.bundle).await?.definition.is_none() {
            return Err(LibraryError::Faulty);
        }
        let mut transaction = self.database.begin().await?;
        let versions =
            store::library::versions(&mut transaction, seen.province, seen.scenario).await?;
        if shipped.is_some_and(|shipped| entry.version <= shipped) {
            let latest = versions.iter().map(|it| it.version).chain(shipped).max();
            return Err(LibraryError::Shipped(latest.unwrap_or_default() + 1));
        }
        for other in versions.iter().filter(|it| it.stage == Stage::Released) {
            moved(&mut transaction, other, Stage::Archived).await?;
            self.note(&mut transaction, other, "archived", by, "")
                .await?;
        }
        moved(&mut transaction, &entry, Stage::Released).await?;
        self.note(&mut transaction, &entry, "released", by, note)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Archives a released version. Done before, it is done.
    ///
    /// # Errors
    /// A version that was never released, or that is not as it was seen.
    pub async fn archive(&self, seen: Seen<'_>, by: AccountId) -> Result<(), LibraryError> {
        let entry = self.seen(seen).await?;
        match entry.stage {
            Stage::Archived => return Ok(()),
            Stage::Draft => return Err(LibraryError::Changed),
            Stage::Released => {}
        }
        let mut transaction = self.database.begin().await?;
        moved(&mut transaction, &entry, Stage::Archived).await?;
        self.note(&mut transaction, &entry, "archived", by, "")
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a draft away. What a trial was made of it is kept.
    ///
    /// # Errors
    /// A version that was released once, or that is not as it was seen.
    pub async fn delete_draft(&self, seen: Seen<'_>, by: AccountId) -> Result<(), LibraryError> {
        let entry = self.seen(seen).await?;
        if entry.stage != Stage::Draft {
            return Err(LibraryError::Changed);
        }
        let mut transaction = self.database.begin().await?;
        if !store::library::delete_draft(&mut transaction, &entry).await? {
            return Err(LibraryError::Changed);
        }
        store::bundles::drop_unused(&mut transaction, &entry.bundle).await?;
        self.note(&mut transaction, &entry, "deleted", by, "")
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What was done to a scenario and who did it, the latest first.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn changes(
        &self,
        province: ProvinceId,
        scenario: &str,
    ) -> Result<Vec<(Change, String)>, LibraryError> {
        let mut connection = self.database.connection().await?;
        Ok(store::library::changes(&mut connection, province, scenario).await?)
    }

    /// The version, provided that it is as it was seen.
    async fn seen(&self, seen: Seen<'_>) -> Result<Entry, LibraryError> {
        let versions = self.versions(seen.province, seen.scenario).await?;
        let entry = versions.into_iter().find(|it| it.version == seen.version);
        let entry = entry.ok_or(LibraryError::Missing)?;
        if entry.bundle == seen.bundle {
            Ok(entry)
        } else {
            Err(LibraryError::Changed)
        }
    }

    async fn keep_bundle(
        &self,
        transaction: &mut Connection,
        entry: &Entry,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        let (digest, scenario) = (entry.bundle.as_str(), entry.scenario.as_str());
        let files: Vec<StoredFile> = incoming
            .bundle
            .files()
            .map(|(path, file)| StoredFile {
                path: path.to_owned(),
                mode: file.mode,
                content: file.bytes.clone(),
            })
            .collect();
        let (version, now) = (entry.version, entry.uploaded_at);
        store::bundles::keep(transaction, digest, scenario, version, now, &files).await
    }

    async fn note(
        &self,
        transaction: &mut Connection,
        entry: &Entry,
        change: &str,
        by: AccountId,
        note: &str,
    ) -> Result<(), StoreError> {
        let change = Change {
            id: ChangeId::new(),
            province: entry.province,
            scenario: entry.scenario.clone(),
            version: entry.version,
            change: change.to_owned(),
            note: note.to_owned(),
            by,
            at: self.clock.now(),
        };
        store::library::note(transaction, &change).await
    }

    fn hold(&self, digest: &str, judged: Arc<Judged>) {
        self.lock().insert(digest, judged);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn moved(transaction: &mut Connection, entry: &Entry, to: Stage) -> Result<(), LibraryError> {
    match store::library::move_stage(transaction, entry, to).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(LibraryError::Changed),
        // Another version was released at the same moment.
        Err(error) if error.is_duplicate() => Err(LibraryError::Changed),
        Err(error) => Err(error.into()),
    }
}
