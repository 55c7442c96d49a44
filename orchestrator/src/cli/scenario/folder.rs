//! Folders that commands write: beside their place first and then renamed, so that whoever kills a command leaves nothing
//! half done, and what is there stays.

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use anyhow::Context as _;

use crate::{
    locales::{Locale, text},
    scenarios::BundleFile,
};

/// Writes a new folder within a parent that is made where it is missing.
///
/// # Errors
/// When something stands there already, or the file system refuses.
pub(super) fn write(
    parent: &Path,
    place: &Path,
    files: &BTreeMap<String, BundleFile>,
    locale: Locale,
) -> anyhow::Result<()> {
    let path = place.display().to_string();
    let free = !place.try_exists().with_context(|| path.clone())?;
    anyhow::ensure!(
        free,
        text(locale, "cli-new-exists", &[("path", path.clone().into())])
    );
    write_new(parent, place, files).with_context(|| path)
}

fn write_new(parent: &Path, place: &Path, files: &BTreeMap<String, BundleFile>) -> io::Result<()> {
    fs::create_dir_all(parent)?;
    let beside = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)?;
    for (path, file) in files {
        let path = beside.path().join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut written = fs::File::create(&path)?;
        written.write_all(&file.bytes)?;
        // The server reads them too; what may be run stays so.
        let mode = if file.mode & 0o111 == 0 { 0o644 } else { 0o755 };
        written.set_permissions(Permissions::from_mode(mode))?;
        written.sync_all()?;
    }
    // A temporary folder is its maker's alone; a scenario is read by the server too.
    fs::set_permissions(beside.path(), Permissions::from_mode(0o755))?;
    fs::rename(beside.path(), place)?;
    // Nothing stands under the temporary name any more.
    let _ = beside.keep();
    Ok(())
}
