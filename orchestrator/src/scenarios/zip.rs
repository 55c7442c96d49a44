//! A zip file of a stranger, read into files, and files written into one.
//!
//! Nothing is taken on trust: paths that lead elsewhere, links, names that stand twice, passwords, and little that
//! unpacks to much are refused before anybody uses a file. Works on bytes alone; nothing is written to a disk.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _, Write as _},
};

use zip::{
    CompressionMethod, DateTime, ZipArchive, ZipWriter, read::ZipFile, result::ZipError as Inner,
    write::SimpleFileOptions,
};

use super::bundle::{BundleFile, MAX_BYTES, MAX_FILES, is_plain};

/// How many times as large as the zip file its files may be, beyond [`ALWAYS_FINE`]: text packs ten to one.
const MAX_RATIO: u64 = 200;
/// Bytes that are unpacked whatever they were packed to.
const ALWAYS_FINE: u64 = 4 << 20;
/// What the end of a zip file's directory begins with.
const END: &[u8] = b"PK\x05\x06";
/// Ends that an honest file may hold: its own, and those of zip files in it that are not packed again.
const MAX_ENDS: usize = 64;
/// What each entry of a zip file's directory begins with.
const ENTRY: &[u8] = b"PK\x01\x02";
/// Length of such an entry without its name, extra field and remark, whose lengths stand from byte 28 on.
const ENTRY_LENGTH: usize = 46;
/// Kind of a file in its Unix mode, and those that are fine: regular, folder, unsaid.
const KIND: u32 = 0o170_000;
const FINE: [u32; 3] = [0o100_000, 0o040_000, 0];

/// Why a zip file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// It is no zip file, or it is damaged.
    #[error("not a zip file, or a damaged one: {0}")]
    Damaged(String),
    /// A path leads out of the folder or cannot be written on all systems.
    #[error("{0:?} is not a plain path")]
    Path(String),
    /// A link or a device.
    #[error("{0:?} is neither a file nor a folder")]
    Special(String),
    /// A name stands in it twice.
    #[error("a name stands in it twice")]
    Twice,
    /// A file where another path has a folder.
    #[error("{0:?} is a file, and a folder elsewhere in it")]
    Within(String),
    /// It is locked with a password.
    #[error("{0:?} is locked with a password")]
    Locked(String),
    /// More files than are taken.
    #[error("more than {MAX_FILES} files")]
    TooManyFiles,
    /// More bytes than are taken, or far more than were packed.
    #[error("more than {} MiB, or far more than the zip file", MAX_BYTES >> 20)]
    TooLarge,
}

/// The files of a zip file by path. Folders, and what begins with a dot or ends with `~`, are left out, as they are where
/// a folder is read.
///
/// # Errors
/// What is wrong with it; nothing is taken then.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, BundleFile>, ZipError> {
    let mut archive = open(bytes)?;
    if archive.len() > 2 * MAX_FILES {
        return Err(ZipError::TooManyFiles);
    }
    if entries(bytes, archive.central_directory_start()) != archive.len() {
        return Err(ZipError::Twice);
    }
    let mut room = MAX_BYTES.min(ALWAYS_FINE.max(bytes.len() as u64 * MAX_RATIO));
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).and_then(Result::ok);
        let name = name.unwrap_or_default().into_owned();
        let mut file = archive.by_index(index).map_err(|error| match error {
            Inner::UnsupportedArchive(Inner::PASSWORD_REQUIRED) => ZipError::Locked(name.clone()),
            error => damaged(&error),
        })?;
        let path = name.strip_suffix('/').unwrap_or(&name);
        if !is_plain(path) {
            return Err(ZipError::Path(name));
        }
        if !FINE.contains(&(file.unix_mode().unwrap_or_default() & KIND)) {
            return Err(ZipError::Special(name));
        }
        let left_out = |part: &str| part.starts_with('.') || part == "__MACOSX";
        if file.is_dir() || path.split('/').any(left_out) || path.ends_with('~') {
            continue;
        }
        if files.len() >= MAX_FILES {
            return Err(ZipError::TooManyFiles);
        }
        let file = read(&mut file, &mut room)?;
        files.insert(path.to_owned(), file);
    }
    // A file where another path has a folder could never be written.
    let mut folders = files
        .keys()
        .flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]));
    let both = folders.find(|folder| files.contains_key(*folder));
    if let Some(both) = both.map(str::to_owned) {
        return Err(ZipError::Within(both));
    }
    Ok(files)
}

/// The files of the folder that `name` stands in: the whole, or the one folder that holds everything.
#[must_use]
pub fn at_top(files: BTreeMap<String, BundleFile>, name: &str) -> BTreeMap<String, BundleFile> {
    let folder = files.keys().next().and_then(|path| path.split_once('/'));
    let Some((folder, _)) = folder.filter(|_| !files.contains_key(name)) else {
        return files;
    };
    let prefix = format!("{folder}/");
    if !files.contains_key(&format!("{prefix}{name}"))
        || !files.keys().all(|path| path.starts_with(&prefix))
    {
        return files;
    }
    files
        .into_iter()
        .map(|(path, file)| (path[prefix.len()..].to_owned(), file))
        .collect()
}

/// A zip file with these files in a folder; the same files give the same bytes.
///
/// # Errors
/// Files that no zip file can hold.
pub fn pack<'a>(
    folder: &str,
    files: impl Iterator<Item = (&'a str, &'a BundleFile)>,
) -> Result<Vec<u8>, ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, file) in files {
        let mode = if file.mode & 0o111 == 0 { 0o644 } else { 0o755 };
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        let written = writer.start_file(format!("{folder}/{path}"), options);
        written.map_err(|error| damaged(&error))?;
        let written = writer.write_all(&file.bytes);
        written.map_err(|error| ZipError::Damaged(error.to_string()))?;
    }
    let packed = writer.finish().map_err(|error| damaged(&error))?;
    Ok(packed.into_inner())
}

/// Opens a zip file within bounds of time.
///
/// # Errors
/// No zip file, or one that is made to be searched for hours.
pub(super) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ZipError> {
    // The reader tries each end that it finds and reads a whole directory for it: a file of nothing but ends costs hours.
    if bytes.windows(END.len()).filter(|it| *it == END).count() > MAX_ENDS {
        return Err(ZipError::Damaged("too many directories".to_owned()));
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))
}

fn read(file: &mut ZipFile<'_, Cursor<&[u8]>>, room: &mut u64) -> Result<BundleFile, ZipError> {
    if file.size() > *room {
        return Err(ZipError::TooLarge);
    }
    let mode = file.unix_mode();
    let mut bytes = Vec::new();
    // What it says of its size may be wrong.
    let read = file.take(*room + 1).read_to_end(&mut bytes);
    read.map_err(|error| ZipError::Damaged(error.to_string()))?;
    *room = room
        .checked_sub(bytes.len() as u64)
        .ok_or(ZipError::TooLarge)?;
    // Windows keeps no permissions: a script is meant to be run.
    let unsaid = if bytes.starts_with(b"#!") {
        0o755
    } else {
        0o644
    };
    Ok(BundleFile {
        mode: mode.map_or(unsaid, |mode| mode & 0o777),
        bytes,
    })
}

/// How many entries the directory has: the reader keeps one of each name.
fn entries(bytes: &[u8], start: u64) -> usize {
    let mut rest = usize::try_from(start)
        .ok()
        .and_then(|start| bytes.get(start..))
        .unwrap_or_default();
    let mut count = 0;
    while rest.starts_with(ENTRY) && rest.len() >= ENTRY_LENGTH {
        let length = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let whole = ENTRY_LENGTH + length(28) + length(30) + length(32);
        count += 1;
        rest = rest.get(whole..).unwrap_or_default();
    }
    count
}

fn damaged(error: &Inner) -> ZipError {
    ZipError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests;
