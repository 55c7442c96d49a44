//! Zip files from strangers, unpacked in memory within a bundle's limits.
//!
//! The list of contents is judged before anything is unpacked: paths that lead out, links, encryption, and sizes that no
//! bundle has. A list may lie about sizes, so unpacking counts once more and stops at the limit.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use zip::{ZipArchive, result::ZipError};

use super::{
    BundleFile,
    bundle::{MAX_BYTES, MAX_FILES, is_plain},
};

/// How many times larger than the zip file its contents may be; deflate itself reaches about 1,000.
const MAX_RATIO: u64 = 200;
/// Contents below this are let through whatever the ratio: small texts shrink well.
const HARMLESS: u64 = 4 << 20;

/// A zip file that is not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ZipFault {
    /// It is no zip file, or broken.
    #[error("this is no zip file, or it is broken: {0}")]
    Broken(#[from] ZipError),
    /// A path leads out of the folder or cannot be written on all systems, or stands there twice.
    #[error("{0:?} is not a plain path, or stands there twice")]
    Path(String),
    /// A link or another thing that is neither file nor folder.
    #[error("{0:?} is neither a file nor a folder")]
    Special(String),
    /// Its contents are locked.
    #[error("{0:?} is encrypted")]
    Encrypted(String),
    /// More files than a bundle may hold.
    #[error("more than {MAX_FILES} files")]
    TooManyFiles,
    /// More bytes than a bundle may hold, or far more than a zip file of this size holds honestly.
    #[error("more than {} MiB, or packed suspiciously tight", MAX_BYTES >> 20)]
    TooLarge,
    /// Its contents could not be unpacked.
    #[error("{0:?} is broken")]
    Read(String, #[source] std::io::Error),
}

/// The files of a zip file by their paths. Folders of their own are left out.
///
/// # Errors
/// When it is no zip file, holds what a bundle may not hold, or more of it.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, BundleFile>, ZipFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let places = list(&mut archive, bytes.len() as u64)?;
    let mut files = BTreeMap::new();
    let mut room = MAX_BYTES;
    for (index, path, mode) in places {
        let packed = archive.by_index(index)?;
        let mut bytes = Vec::new();
        packed
            .take(room + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| ZipFault::Read(path.clone(), error))?;
        room = room
            .checked_sub(bytes.len() as u64)
            .ok_or(ZipFault::TooLarge)?;
        files.insert(path, BundleFile { bytes, mode });
    }
    Ok(files)
}

/// Judges the list of contents: index, path and permission bits of each file.
fn list(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    packed: u64,
) -> Result<Vec<(usize, String, u32)>, ZipFault> {
    // Folders stand in the list too, about one for each file in an export.
    if archive.len() > 2 * MAX_FILES {
        return Err(ZipFault::TooManyFiles);
    }
    let mut places: Vec<(usize, String, u32)> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let path = entry.name().to_owned();
        let mode = entry.unix_mode().unwrap_or(0o644);
        if !is_plain(path.strip_suffix('/').unwrap_or(&path)) {
            return Err(ZipFault::Path(path));
        }
        if entry.encrypted() {
            return Err(ZipFault::Encrypted(path));
        }
        let kind = mode & 0o170_000;
        if entry.is_symlink() || !matches!(kind, 0 | 0o100_000 | 0o040_000) {
            return Err(ZipFault::Special(path));
        }
        if entry.is_dir() {
            continue;
        }
        total = total.saturating_add(entry.size());
        if total > MAX_BYTES || (total > HARMLESS && total / packed.max(1) > MAX_RATIO) {
            return Err(ZipFault::TooLarge);
        }
        if !seen.insert(path.clone()) {
            return Err(ZipFault::Path(path));
        }
        places.push((index, path, mode & 0o777));
    }
    if places.len() > MAX_FILES {
        return Err(ZipFault::TooManyFiles);
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in files {
            let options = SimpleFileOptions::default().unix_permissions(0o755);
            writer.start_file(*path, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let files = unpack(&zipped(&[("a/b", b"one"), ("c", b"")])).unwrap();
        assert_eq!(
            files["a/b"],
            BundleFile {
                bytes: b"one".to_vec(),
                mode: 0o755
            }
        );
        assert_eq!(files.len(), 2);
    }

    #[test]
    fn what_leads_out_or_is_a_link_is_refused_before_anything_is_unpacked() {
        for path in [
            "../up",
            "/etc/passwd",
            "a/../../b",
            "a\\..\\b",
            "a//b",
            "./a",
        ] {
            let refused = unpack(&zipped(&[("good", b"x"), (path, b"x")]));
            assert!(
                matches!(&refused, Err(ZipFault::Path(_))),
                "{path}: {refused:?}"
            );
        }
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .add_symlink("link", "/etc/passwd", SimpleFileOptions::default())
            .unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert!(matches!(unpack(&bytes), Err(ZipFault::Special(_))));
    }

    #[test]
    fn bombs_and_masses_are_refused() {
        let bomb = zipped(&[("bomb", &vec![0; 40 << 20])]);
        assert!(bomb.len() < 100_000);
        assert!(matches!(unpack(&bomb), Err(ZipFault::TooLarge)));
        let names: Vec<String> = (0..=MAX_FILES).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert!(matches!(
            unpack(&zipped(&many)),
            Err(ZipFault::TooManyFiles)
        ));
    }

    #[test]
    fn a_list_that_lies_about_sizes_unpacks_no_more_than_a_bundle_holds() {
        let mut bytes = zipped(&[("liar", &vec![7; 5 << 20])]);
        let size = u32::try_from(5 << 20).unwrap().to_le_bytes();
        let places: Vec<usize> = (0..bytes.len() - 4)
            .filter(|at| bytes[*at..*at + 4] == size)
            .collect();
        for at in places {
            bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
        let unpacked = unpack(&bytes).map(|files| files["liar"].bytes.len());
        assert!(
            unpacked
                .as_ref()
                .map_or(true, |length| *length as u64 <= MAX_BYTES),
            "{unpacked:?}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0..200_usize) {
            let _ = unpack(&bytes);
            let mut broken = zipped(&[("a/b", b"one"), ("c", &bytes)]);
            let at = cut % broken.len();
            broken[at] ^= 0x41;
            let _ = unpack(&broken);
        }
    }
}
