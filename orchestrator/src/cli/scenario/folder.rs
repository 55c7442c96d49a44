//! Folders that commands write: beside their place first and then renamed, so that whoever kills a command leaves nothing
//! half done, and what is there stays.

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    locales::{Locale, text},
    scenarios::BundleFile,
};

/// How the first line of a file points to its schema from within the folder of scenarios.
const BESIDE: &str = "# yaml-language-server: $schema=../schema/";

/// Writes a new folder within a parent that is made where it is missing. Where no schemas stand beside it, its files point
/// to those of `shipped`, the folder of scenarios.
///
/// # Errors
/// When something stands there already, or the file system refuses.
pub(super) fn write(
    parent: &Path,
    place: &Path,
    files: &BTreeMap<String, BundleFile>,
    shipped: Option<&Path>,
    locale: Locale,
) -> anyhow::Result<()> {
    let path = place.display().to_string();
    let free = !place.try_exists().with_context(|| path.clone())?;
    anyhow::ensure!(
        free,
        text(locale, "cli-new-exists", &[("path", path.clone().into())])
    );
    let mut files = files.clone();
    if let Some(folder) = schemas(parent, shipped) {
        for file in files.values_mut() {
            point_to(&folder, file);
        }
    }
    write_new(parent, place, &files).with_context(|| path)
}

/// The folder of the shipped schemas, in full, where a scenario in `parent` has none beside it.
fn schemas(parent: &Path, shipped: Option<&Path>) -> Option<String> {
    let holds = |folder: &PathBuf| folder.join("scenario.json").is_file();
    if holds(&parent.join("schema")) {
        return None;
    }
    let folder = Some(shipped?.join("schema")).filter(holds)?;
    let folder = fs::canonicalize(folder).ok()?;
    let folder = folder.to_str()?;
    // An editor reads up to the first space; as an address a path may hold some.
    Some(if folder.contains(char::is_whitespace) {
        format!("file://{}", folder.replace(char::is_whitespace, "%20"))
    } else {
        folder.to_owned()
    })
}

fn point_to(folder: &str, file: &mut BundleFile) {
    if let Some(rest) = file.bytes.strip_prefix(BESIDE.as_bytes()) {
        let line = BESIDE.replace("../schema", folder);
        file.bytes = [line.as_bytes(), rest].concat();
    }
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
