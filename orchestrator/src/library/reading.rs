//! Reading the library: lists from what is kept beside each version, single versions from their judged files.

use std::{collections::BTreeMap, sync::Arc};

use super::{Card, Entry, Judged, Library, LibraryError, Stage, card::Kept};
use crate::{
    ids::ProvinceId,
    scenarios::{Bundle, BundleFile, LocalText},
    store::{self, StoreError},
};

/// A version as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The version.
    pub entry: Entry,
    /// What there is to be seen of it.
    pub sight: Sight,
}

/// What there is to be seen of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It has no error.
    Usable(Box<Card>),
    /// It has errors.
    Faulty {
        /// Its title, as far as it can be read.
        title: Option<LocalText>,
        /// How many errors.
        errors: i64,
    },
    /// Its files cannot be read, and this is why.
    Unreadable(String),
}

impl Listed {
    /// Whether exercises are made of it in place of the version that the installation brings.
    #[must_use]
    pub fn covers(&self, shipped: Option<i64>) -> bool {
        self.entry.stage == Stage::Released
            && shipped.is_none_or(|shipped| self.entry.version > shipped)
            && matches!(self.sight, Sight::Usable(_))
    }
}

impl From<Kept> for Sight {
    fn from(kept: Kept) -> Self {
        match kept.card {
            Some(card) => Self::Usable(Box::new(card)),
            None => Self::Faulty {
                title: kept.title,
                errors: kept.errors,
            },
        }
    }
}

impl Library {
    /// All versions of a province, by scenario, the newest first, as a list shows them. One whose files cannot be read
    /// stands among the others as such.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn shelf(&self, province: ProvinceId) -> Result<Vec<Listed>, LibraryError> {
        let mut connection = self.database.connection().await?;
        let rows = store::library::cards(&mut connection, province).await?;
        drop(connection);
        let mut listed = Vec::with_capacity(rows.len());
        for (entry, text) in rows {
            let sight = match text.as_deref().and_then(Kept::read) {
                Some(kept) => kept.into(),
                None => self.work_out(&entry).await?,
            };
            listed.push(Listed { entry, sight });
        }
        Ok(listed)
    }

    /// Works out what a list shows of a version, and keeps it where there is anything to be seen.
    async fn work_out(&self, entry: &Entry) -> Result<Sight, LibraryError> {
        let judged = self.judged(&entry.bundle).await?;
        if let Some(why) = &judged.unreadable {
            return Ok(Sight::Unreadable(why.clone()));
        }
        let kept = Kept::of(&judged);
        if let Some(text) = kept.text() {
            let mut connection = self.database.connection().await?;
            store::library::keep_card(&mut connection, entry, kept.errors, &text).await?;
        }
        Ok(kept.into())
    }

    /// The versions of a scenario, the newest first.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn versions(
        &self,
        province: ProvinceId,
        scenario: &str,
    ) -> Result<Vec<Entry>, LibraryError> {
        let mut connection = self.database.connection().await?;
        Ok(store::library::versions(&mut connection, province, scenario).await?)
    }

    /// All versions of a province that are released.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn released(&self, province: ProvinceId) -> Result<Vec<Entry>, LibraryError> {
        let mut connection = self.database.connection().await?;
        Ok(store::library::released(&mut connection, province).await?)
    }

    /// A bundle as this program judges it. One whose files cannot be read has no definition and says why.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn judged(&self, digest: &str) -> Result<Arc<Judged>, LibraryError> {
        if let Some(held) = self.lock().get(digest) {
            return Ok(held);
        }
        let bundle = match self.bundle(digest).await {
            Ok(bundle) => bundle,
            Err(error) => return Ok(Arc::new(Judged::unreadable(unreadable(error)?))),
        };
        let judged = tokio::task::spawn_blocking(move || Judged::new(bundle)).await;
        let judged = Arc::new(judged.map_err(|_| LibraryError::Missing)?);
        self.hold(digest, Arc::clone(&judged));
        Ok(judged)
    }

    /// The files of a bundle.
    ///
    /// # Errors
    /// A bundle that is not kept, or whose files are no bundle any more.
    pub async fn bundle(&self, digest: &str) -> Result<Bundle, LibraryError> {
        let mut connection = self.database.connection().await?;
        let files = store::bundles::files(&mut connection, digest).await?;
        let files = files.into_iter().map(|file| {
            let content = BundleFile {
                bytes: file.content,
                mode: file.mode,
            };
            (file.path, content)
        });
        Ok(Bundle::from_files(files.collect::<BTreeMap<_, _>>())?)
    }

    /// The definition of a released version that is used in place of what the installation brings; nothing where there is
    /// none to use, also where its files cannot be read.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn in_use(
        &self,
        entry: &Entry,
        shipped: Option<i64>,
    ) -> Result<Option<Arc<Judged>>, LibraryError> {
        if entry.stage != Stage::Released || shipped.is_some_and(|it| entry.version <= it) {
            return Ok(None);
        }
        // A later program may see an error where an earlier one saw none.
        let judged = self.judged(&entry.bundle).await?;
        Ok(judged.definition.is_some().then_some(judged))
    }
}

/// Why files cannot be read; other errors are passed on.
fn unreadable(error: LibraryError) -> Result<String, LibraryError> {
    match error {
        LibraryError::Bundle(error) => Ok(error.to_string()),
        LibraryError::Store(error @ StoreError::Missing(_)) => Ok(error.to_string()),
        error => Err(error),
    }
}
