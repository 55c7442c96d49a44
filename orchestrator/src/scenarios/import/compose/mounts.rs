//! What a service mounts: files beside the Compose file are placed in the machine, everything else stays behind.

use std::collections::HashSet;

use super::Source;
use crate::scenarios::{
    BundleFile, Message,
    import::{Fate, draft::Draft, ledger::Given, yaml::Yaml},
};

/// Most files that a scenario places: one folder mounted everywhere would make any number of them.
const MOST_FILES: usize = 1_900;
/// Most files that all mounts name, one after the other.
pub(super) const MOST_NAMED: usize = 20_000;

/// A mount in its parts.
struct Mount {
    kind: Kind,
    source: String,
    target: String,
}

/// What is mounted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A file or folder.
    Bind,
    /// A volume, named or not.
    Volume,
    /// A folder in memory.
    Memory,
    /// Something else.
    Other,
}

/// What becomes of a volume.
pub(super) fn volume(shared: bool) -> Message {
    Message::new(if shared {
        "import-compose-volume-shared"
    } else {
        "import-compose-volume"
    })
}

/// The name of the volume that is mounted, if it has one.
pub(super) fn named_volume(source: &Source<'_>, given: &Given<'_>) -> Option<String> {
    let mount = read(source, given)?;
    (mount.kind == Kind::Volume && !mount.source.is_empty()).then_some(mount.source)
}

/// `source:target:mode`, `target` alone, or a map.
fn read(source: &Source<'_>, given: &Given<'_>) -> Option<Mount> {
    if let Some(text) = given.text() {
        let text = super::fill::fill(text, &source.variables).text;
        let mut parts = text.splitn(3, ':');
        let (first, second) = (parts.next()?.to_owned(), parts.next());
        let Some(second) = second else {
            return Some(Mount {
                kind: Kind::Volume,
                source: String::new(),
                target: first,
            });
        };
        let is_path = first.starts_with(['.', '/', '~']) || first.contains('/');
        let kind = if is_path { Kind::Bind } else { Kind::Volume };
        return Some(Mount {
            kind,
            source: first,
            target: second.to_owned(),
        });
    }
    let part = |key: &str| {
        let part = given.get(key);
        part.and_then(|part| {
            part.text()
                .map(|text| super::fill::fill(text, &source.variables).text)
        })
    };
    let kind = match part("type").as_deref() {
        Some("bind") => Kind::Bind,
        Some("volume") | None => Kind::Volume,
        Some("tmpfs") => Kind::Memory,
        Some(_) => Kind::Other,
    };
    Some(Mount {
        kind,
        source: part("source").or_else(|| part("src")).unwrap_or_default(),
        target: part("target")
            .or_else(|| part("dst"))
            .or_else(|| part("destination"))?,
    })
}

impl Source<'_> {
    /// Mounts of a service: files for the scenario; the answer is its folders in memory.
    pub(super) fn mounts(&self, given: &Given<'_>, node: &str, draft: &mut Draft) -> Vec<Yaml> {
        let mut memory = Vec::new();
        let mut placed = HashSet::new();
        for item in given.items() {
            if self.mountable.get() == 0 {
                item.lost(Message::new("import-compose-many").with("most", MOST_FILES));
                continue;
            }
            let Some(mount) = read(self, &item) else {
                continue;
            };
            match mount.kind {
                Kind::Bind => self.bind(&item, &mount, (node, &mut placed), draft),
                Kind::Volume => {
                    let uses = self.volumes.get(&mount.source).copied().unwrap_or_default();
                    item.tell(
                        if uses > 1 { Fate::Lost } else { Fate::Changed },
                        volume(uses > 1),
                    );
                }
                Kind::Memory => {
                    memory.push(Yaml::text(&mount.target));
                    item.taken(format_args!("compose.yaml: services.{node}.tmpfs"));
                }
                Kind::Other => item.lost(Message::new("scenario-refused-volumes")),
            }
        }
        memory
    }

    /// Places a file, or all files of a folder.
    fn bind(
        &self,
        given: &Given<'_>,
        mount: &Mount,
        (node, placed): (&str, &mut HashSet<String>),
        draft: &mut Draft,
    ) {
        let target = mount.target.trim_end_matches('/');
        let Some(path) = within(&mount.source) else {
            given.lost(Message::new("import-compose-outside").with("path", &mount.source));
            return;
        };
        if !target.starts_with('/') || target.split('/').any(|part| part == "..") {
            given.lost(Message::new("scenario-path").with("path", target));
            return;
        }
        // A hidden file is where secrets lie; it is read for its values at most.
        let hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
        if self.files.contains_key(&path) && hidden(&path) {
            given.lost(Message::new("import-compose-hidden").with("path", &mount.source));
            return;
        }
        let found: Vec<(String, String, &BundleFile)> = if let Some(file) = self.files.get(&path) {
            vec![(path.clone(), target.to_owned(), file)]
        } else {
            let folder = if path.is_empty() {
                String::new()
            } else {
                format!("{path}/")
            };
            let shown = self.files.iter().filter(|(name, _)| !hidden(name));
            let inside = shown.filter_map(|(name, file)| {
                let rest = name.strip_prefix(&folder)?;
                Some((name.clone(), format!("{target}/{rest}"), file))
            });
            inside.collect()
        };
        if found.is_empty() {
            given.lost(Message::new("import-compose-absent").with("path", &mount.source));
            return;
        }
        let left = self.mountable.get().checked_sub(found.len());
        self.mountable.set(left.unwrap_or_default());
        if left.is_none() || draft.scenario.files.len() + found.len() > MOST_FILES {
            given.lost(Message::new("import-compose-many").with("most", MOST_FILES));
            return;
        }
        let message = Message::new("import-compose-bind").with("count", found.len());
        given.tell(Fate::Changed, message);
        for (from, to, file) in found {
            self.ledger.spare_file(&from);
            if placed.insert(to.clone()) {
                draft.place(node, &to, &format!("files/{from}"), file);
            }
        }
    }
}

/// A path within the folder, in its plain form; nothing where it leads out.
pub(super) fn within(path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_path_stays_in_the_folder() {
        assert_eq!(within("./a//b/../c"), Some("a/c".to_owned()));
        assert_eq!(within("."), Some(String::new()));
        for out in ["../a", "a/../../b", "/etc/passwd", "~/x", ".."] {
            assert_eq!(within(out), None, "{out}");
        }
    }
}
