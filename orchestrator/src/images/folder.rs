//! The folder of sources: which images there are, what each stands on, the hash of what it is made of, and the archive
//! that the engine builds it from.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{ImagesError, PREFIX, TAG};

/// The file that makes a folder an image's.
const DOCKERFILE: &str = "Dockerfile";

/// An image's sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// The folder's name.
    pub name: String,
    folder: PathBuf,
    /// Names of images of the same folder that it stands on.
    pub parents: BTreeSet<String>,
    /// Other images that it stands on, also through its parents.
    pub bases: BTreeSet<String>,
}

impl Source {
    /// The image's whole name.
    pub fn image(&self) -> String {
        format!("{PREFIX}{}{TAG}", self.name)
    }

    /// The hash of its files, their modes, and the images it stands on (`ids`, bases first).
    ///
    /// Of a mode only the owner's rights count: the others' depend on who checked the sources out.
    pub fn content(&self, ids: &[String]) -> Result<String, ImagesError> {
        let mut modes = Vec::new();
        let mut sums = Vec::new();
        for entry in self.entries()? {
            let path = format!("./{}", entry.inside);
            match entry.kind {
                Kind::Folder => {}
                Kind::File(mode) => {
                    modes.push(match mode >> 9 {
                        0 => format!("{path} {:o}", mode >> 6),
                        _ => format!("{path} {mode:05o}"),
                    });
                    let sum = hex::encode(Sha256::digest(entry.read()?));
                    sums.push(format!("{sum}  {path}"));
                }
                Kind::Link(target) => modes.push(format!("{path} -> {}", target.display())),
            }
        }
        modes.sort_unstable();
        let mut hash = Sha256::new();
        for line in modes.iter().chain(&sums).chain(ids) {
            hash.update(line);
            hash.update("\n");
        }
        Ok(hex::encode(hash.finalize()))
    }

    /// The archive that the engine builds from: everything belongs to root, and others may do what the hash cannot see.
    pub fn pack(&self) -> Result<Vec<u8>, ImagesError> {
        let mut archive = tar::Builder::new(Vec::new());
        for entry in self.entries()? {
            let mut header = tar::Header::new_gnu();
            header.set_mtime(entry.modified);
            header.set_uid(0);
            header.set_gid(0);
            let packed = match &entry.kind {
                Kind::Folder => {
                    header.set_entry_type(tar::EntryType::Directory);
                    header.set_mode(0o755);
                    header.set_size(0);
                    archive.append_data(&mut header, &entry.inside, io::empty())
                }
                Kind::File(mode) => {
                    let bytes = entry.read()?;
                    let rights = if mode & 0o100 == 0 { 0o644 } else { 0o755 };
                    header.set_mode(mode & 0o7000 | rights);
                    header.set_size(bytes.len() as u64);
                    archive.append_data(&mut header, &entry.inside, bytes.as_slice())
                }
                Kind::Link(target) => {
                    header.set_entry_type(tar::EntryType::Symlink);
                    header.set_mode(0o777);
                    header.set_size(0);
                    archive.append_link(&mut header, &entry.inside, target)
                }
            };
            packed.map_err(|error| unreadable(&entry.path, &error))?;
        }
        archive
            .into_inner()
            .map_err(|error| unreadable(&self.folder, &error))
    }

    /// Everything in the folder, sorted by path.
    fn entries(&self) -> Result<Vec<Entry>, ImagesError> {
        let mut found = Vec::new();
        let mut folders = vec![(self.folder.clone(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            let failed = |error: io::Error| unreadable(&folder, &error);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = entry.path();
                let inside = format!("{prefix}{}", entry.file_name().to_string_lossy());
                let about = entry
                    .metadata()
                    .map_err(|error| unreadable(&path, &error))?;
                let kind = if about.is_dir() {
                    folders.push((path.clone(), format!("{inside}/")));
                    Kind::Folder
                } else if about.is_symlink() {
                    let target = fs::read_link(&path);
                    Kind::Link(target.map_err(|error| unreadable(&path, &error))?)
                } else {
                    Kind::File(about.permissions().mode() & 0o7777)
                };
                let modified = u64::try_from(about.mtime()).unwrap_or_default();
                found.push(Entry {
                    path,
                    inside,
                    kind,
                    modified,
                });
            }
        }
        found.sort_unstable_by(|one, other| one.inside.cmp(&other.inside));
        Ok(found)
    }
}

struct Entry {
    path: PathBuf,
    inside: String,
    kind: Kind,
    /// When it was last changed, in seconds since 1970.
    modified: u64,
}

enum Kind {
    Folder,
    File(u32),
    Link(PathBuf),
}

impl Entry {
    fn read(&self) -> Result<Vec<u8>, ImagesError> {
        fs::read(&self.path).map_err(|error| unreadable(&self.path, &error))
    }
}

/// All images of `folder`, each after those that it stands on; none where there is no such folder.
pub(super) fn read(folder: &Path) -> Result<Vec<Source>, ImagesError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| unreadable(folder, &error))?,
    };
    let mut texts = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let file = path.join(DOCKERFILE);
        if let (true, Some(name)) = (file.is_file(), path.file_name()) {
            let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
            texts.insert(name.to_string_lossy().into_owned(), text);
        }
    }
    let mut sources: Vec<Source> = Vec::new();
    let mut open: BTreeMap<String, BTreeSet<String>> = texts
        .iter()
        .map(|(name, text)| (name.clone(), stands_on(text)))
        .collect();
    // Whatever stands only on what is settled is settled next; a round without any is a circle.
    while !open.is_empty() {
        let ours = |image: &String| {
            let name = image.strip_prefix(PREFIX)?.strip_suffix(TAG)?;
            texts.contains_key(name).then(|| name.to_owned())
        };
        let ready = open.iter().find_map(|(name, images)| {
            let parents: BTreeSet<String> = images.iter().filter_map(ours).collect();
            let settled = |parent: &String| sources.iter().any(|source| source.name == *parent);
            parents.iter().all(settled).then(|| (name.clone(), parents))
        });
        let Some((name, parents)) = ready else {
            let names: Vec<String> = open.into_keys().collect();
            return Err(ImagesError::Circle(names.join(", ")));
        };
        let images = open.remove(&name).unwrap_or_default();
        let mut bases: BTreeSet<String> = images
            .into_iter()
            .filter(|image| ours(image).is_none())
            .collect();
        for source in sources
            .iter()
            .filter(|source| parents.contains(&source.name))
        {
            bases.extend(source.bases.iter().cloned());
        }
        let folder = folder.join(&name);
        sources.push(Source {
            name,
            folder,
            parents,
            bases,
        });
    }
    Ok(sources)
}

/// The images that a Dockerfile names: what it builds from and copies out of, but for its own stages.
fn stands_on(dockerfile: &str) -> BTreeSet<String> {
    let mut stages: BTreeSet<String> = BTreeSet::from(["scratch".to_owned()]);
    let mut images = BTreeSet::new();
    for line in dockerfile.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((first, rest)) = words.split_first() else {
            continue;
        };
        let named = match first.to_ascii_uppercase().as_str() {
            "FROM" => {
                let mut plain = rest.iter().filter(|word| !word.starts_with("--"));
                let image = plain.next().copied();
                if let (Some("AS"), Some(stage)) = (
                    plain
                        .next()
                        .map(|word| word.to_ascii_uppercase())
                        .as_deref(),
                    plain.next(),
                ) {
                    images.extend(image.filter(|it| !stages.contains(*it)).map(str::to_owned));
                    stages.insert((*stage).to_owned());
                    continue;
                }
                image
            }
            "COPY" | "ADD" => rest.iter().find_map(|word| word.strip_prefix("--from=")),
            _ => None,
        };
        // A stage may also be named by its number.
        let is_image = |name: &&str| !stages.contains(*name) && name.parse::<usize>().is_err();
        images.extend(named.filter(is_image).map(str::to_owned));
    }
    images
}

fn unreadable(path: &Path, error: &io::Error) -> ImagesError {
    ImagesError::Folder {
        path: path.display().to_string(),
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(images: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, dockerfile) in images {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join(DOCKERFILE), dockerfile).unwrap();
        }
        folder
    }

    #[test]
    fn images_come_after_what_they_stand_on() {
        let folder = folder(&[
            (
                "a",
                "FROM thaotruong/c:1\nCOPY --from=thaotruong/b:1 /x /x\n",
            ),
            (
                "b",
                "FROM debian:bookworm-slim AS build\nFROM scratch\nCOPY --from=build / /\n",
            ),
            ("c", "FROM --platform=linux/amd64 thaotruong/b:1\n"),
        ]);
        let sources = read(folder.path()).unwrap();
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "a"]);
        assert_eq!(sources[2].parents, ["b", "c"].map(str::to_owned).into());
        assert_eq!(sources[2].bases, ["debian:bookworm-slim".to_owned()].into());
        assert_eq!(read(Path::new("/nonexistent")).unwrap(), []);
    }

    #[test]
    fn a_circle_is_named() {
        let folder = folder(&[
            ("a", "FROM thaotruong/b:1"),
            ("b", "FROM thaotruong/a:1"),
            ("c", "FROM x"),
        ]);
        let error = read(folder.path()).unwrap_err();
        assert!(matches!(error, ImagesError::Circle(names) if names == "a, b"));
    }

    #[test]
    fn the_hash_sees_what_the_image_is_made_of_and_nothing_else() {
        let folder = folder(&[("a", "FROM scratch\nCOPY start /\n")]);
        let start = folder.path().join("a/start");
        fs::write(&start, "one").unwrap();
        let mode = |mode| fs::set_permissions(&start, fs::Permissions::from_mode(mode)).unwrap();
        let hash = |ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
            read(folder.path()).unwrap()[0].content(&ids).unwrap()
        };
        mode(0o644);
        let first = hash(&["x"]);
        mode(0o664);
        assert_eq!(
            hash(&["x"]),
            first,
            "what the group may do is nobody's matter"
        );
        mode(0o755);
        assert_ne!(hash(&["x"]), first);
        mode(0o644);
        assert_ne!(hash(&["y"]), first);
        fs::write(&start, "two").unwrap();
        assert_ne!(hash(&["x"]), first);
        fs::write(&start, "one").unwrap();
        assert_eq!(hash(&["x"]), first);
        std::os::unix::fs::symlink("start", folder.path().join("a/link")).unwrap();
        assert_ne!(hash(&["x"]), first);
    }

    #[test]
    fn the_archive_is_the_same_whoever_checked_the_sources_out() {
        let folder = folder(&[("a", "FROM scratch\n")]);
        let start = folder.path().join("a/start");
        fs::write(&start, "x").unwrap();
        fs::set_permissions(&start, fs::Permissions::from_mode(0o700)).unwrap();
        let packed = read(folder.path()).unwrap()[0].pack().unwrap();
        let mut archive = tar::Archive::new(packed.as_slice());
        let found: Vec<(String, u32, u64)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                let path = entry.path().unwrap().display().to_string();
                (path, header.mode().unwrap(), header.uid().unwrap())
            })
            .collect();
        let expected = [("Dockerfile", 0o644, 0), ("start", 0o755, 0)];
        assert_eq!(
            found,
            expected.map(|(path, mode, uid)| (path.to_owned(), mode, uid))
        );
    }
}
