//! The gate: where a pod waits, has its files placed, and from which its machine starts.
//!
//! The API has no call that puts a file into a machine that does not run, and no way to make without starting. So a
//! container of the machine's own image runs first. It copies the folders in which files shall be placed into volumes,
//! which the machine gets in their place: files then are plain files, as on any engine, that can be changed, renamed and
//! removed. Then it waits. An archive with the files opens it.

use std::{collections::BTreeSet, fmt::Write as _};

use tar::{Builder, EntryType, Header};

use crate::{
    environments::{commands::TOOLS, failure::EngineError, progress::Stage},
    scenarios::{NodeId, PlannedFile},
};

/// Where the gate keeps what opens it.
pub(super) const PLACE: &str = "/.thaotruong/gate";

/// Copies folders (`$@`, one a volume) and waits; then places the files. A file that nobody owns here says so.
const WAIT: &str = r#"
umask 022
index=0
for folder; do
  volume=/.thaotruong/$index
  if [ -d "$folder" ]; then
    cp -a "$folder/." "$volume/" || exit 1
    chown "$(stat -L -c %u:%g "$folder")" "$volume"
    chmod "$(stat -L -c %a "$folder")" "$volume"
  else
    chmod 755 "$volume"
  fi
  index=$((index + 1))
done
put() { # CONTENT FILE MODE OWNER
  [ -d "${2%/*}" ] || mkdir -p "${2%/*}" || exit 1
  rm -f "$2"
  cp "/.thaotruong/gate/files/$1" "$2" && chown "$4" "$2" && chmod "$3" "$2" || exit 1
}
while [ ! -e /.thaotruong/gate/open ]; do sleep 0.05; done
. /.thaotruong/gate/place
rm -rf /.thaotruong/gate/*
exit 0
"#;

/// Unpacks standard input, `$1` bytes, and opens the gate; once opened it stays so.
pub(super) const OPEN: &str = "cd /.thaotruong/gate && tar x && : >open";

/// The folders that become volumes: those that files are placed in, without those below another.
pub(super) fn folders(files: &[PlannedFile]) -> Vec<String> {
    let parents: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.path.rsplit_once('/'))
        .map(|(parent, _)| parent)
        .collect();
    let below = |one: &str, other: &str| {
        one.strip_prefix(other)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    parents
        .iter()
        .filter(|one| !parents.iter().any(|other| below(one, other)))
        .map(|&one| one.to_owned())
        .collect()
}

/// Where the gate sees the folder that comes as `index`th.
pub(super) fn folder(index: usize) -> String {
    format!("/.thaotruong/{index}")
}

/// What the gate runs.
pub(super) fn command(folders: &[String]) -> Vec<String> {
    let busybox = format!("{TOOLS}/busybox");
    [busybox.as_str(), "sh", "-c", WAIT, "gate"]
        .into_iter()
        .map(str::to_owned)
        .chain(folders.iter().cloned())
        .collect()
}

/// The archive that opens the gate: every file's content, and a script that puts each in its place.
pub(super) fn archive(node: &NodeId, files: &[PlannedFile]) -> Result<Vec<u8>, EngineError> {
    let bad = |detail: String| EngineError::Refused {
        stage: Stage::Create,
        node: Some(node.clone()),
        detail,
    };
    let folders = folders(files);
    let mut archive = Builder::new(Vec::new());
    let mut append = |path: &str, kind: EntryType, content: &[u8]| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(if kind == EntryType::Directory {
            0o700
        } else {
            0o600
        });
        header.set_size(content.len() as u64);
        archive
            .append_data(&mut header, path, content)
            .map_err(|error| bad(error.to_string()))
    };
    append("files", EntryType::Directory, &[])?;
    let mut script = String::new();
    for (number, file) in files.iter().enumerate() {
        append(
            &format!("files/{number}"),
            EntryType::Regular,
            &file.content,
        )?;
        let seen = folders
            .iter()
            .enumerate()
            .find_map(|(index, from)| {
                let rest = file.path.strip_prefix(from)?.strip_prefix('/')?;
                Some(format!("{}/{rest}", folder(index)))
            })
            .ok_or_else(|| bad(file.path.clone()))?;
        let owner = file.owner.as_deref().unwrap_or("0:0");
        // A user alone brings its own group, which a colon without more says; a number alone is both.
        let owner = match owner.parse::<u32>() {
            Ok(number) => format!("{number}:{number}"),
            Err(_) if owner.contains(':') => owner.to_owned(),
            Err(_) => format!("{owner}:"),
        };
        let quoted = |text: &str| {
            shlex::try_quote(text)
                .map(std::borrow::Cow::into_owned)
                .map_err(|error| bad(error.to_string()))
        };
        let (seen, owner) = (quoted(&seen)?, quoted(&owner)?);
        writeln!(script, "put {number} {seen} {:o} {owner}", file.mode)
            .map_err(|error| bad(error.to_string()))?;
    }
    append("place", EntryType::Regular, script.as_bytes())?;
    archive.into_inner().map_err(|error| bad(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> PlannedFile {
        PlannedFile {
            path: path.to_owned(),
            content: Vec::new(),
            mode: 0o600,
            owner: Some("www-data".to_owned()),
        }
    }

    #[test]
    fn folders_below_others_are_no_volumes_of_their_own() {
        let files = [
            "/etc/motd",
            "/etc/ssh/x",
            "/etcetera/y",
            "/srv/a/b",
            "/srv/a/c",
        ]
        .map(file);
        assert_eq!(folders(&files), ["/etc", "/etcetera", "/srv/a"]);
    }

    #[test]
    fn the_script_places_each_file_where_the_gate_sees_its_folder() {
        let bytes = archive(&NodeId::from("portal"), &[file("/srv/a/it's")]).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let script = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut text = String::new();
                std::io::Read::read_to_string(&mut entry.unwrap(), &mut text).unwrap();
                text
            })
            .last()
            .unwrap();
        assert_eq!(script, "put 0 \"/.thaotruong/0/it's\" 600 www-data:\n");
    }
}
