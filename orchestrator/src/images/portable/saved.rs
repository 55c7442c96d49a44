//! What an engine gives when it is asked to save images, taken apart as it streams by.
//!
//! Engines write a tar in one of two forms: a folder a layer (up to Docker 24), or content by its hash (from 25 on);
//! both hold a `manifest.json` that names configuration and layers of each image. It comes last or first, so that
//! layers go on to the bundle at once and are only named afterwards. An engine is not a stranger, yet nothing here may
//! take more memory than a few megabytes, whatever comes.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
};

use serde::Deserialize;

use super::{
    container::{Writer, sha256},
    manifest::Blob,
};

/// What is smaller is kept until it is known whether it belongs to an image.
const SMALL: u64 = 1 << 20;
/// Most bytes that are kept.
const MAX_KEPT: u64 = 64 << 20;
/// How many links one after another lead to a layer, at most.
const MAX_LINKS: usize = 8;

/// An image among those that were saved.
#[derive(Debug)]
pub(super) struct SavedImage {
    /// SHA-256 of its configuration.
    pub(super) config: String,
    /// Its names.
    pub(super) tags: Vec<String>,
    /// SHA-256 of its layers, the lowest first.
    pub(super) layers: Vec<String>,
}

/// An image in the engine's own manifest.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// What has come by.
#[derive(Default)]
struct Kept {
    small: BTreeMap<String, Vec<u8>>,
    room: u64,
    /// SHA-256 by path.
    written: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
    blobs: Vec<Blob>,
}

/// Takes images from `stream` into `writer`; gives them, and their content in the order in which it was written.
pub(super) fn take(
    stream: &mut dyn Read,
    writer: &mut Writer,
) -> io::Result<(Vec<SavedImage>, Vec<Blob>)> {
    let mut kept = Kept::default();
    let mut archive = tar::Archive::new(stream);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        match entry.header().entry_type() {
            tar::EntryType::Symlink | tar::EntryType::Link => {
                let target = entry.link_name()?.unwrap_or_default();
                let hard = entry.header().entry_type() == tar::EntryType::Link;
                let from = if hard { "" } else { &path };
                kept.links
                    .insert(path.clone(), resolved(from, &target.to_string_lossy()));
            }
            tar::EntryType::Regular | tar::EntryType::Continuous => {
                let size = entry.size();
                if size <= SMALL {
                    kept.keep(path, size, &mut entry)?;
                } else {
                    kept.write(path, size, &mut entry, writer)?;
                }
            }
            _ => {}
        }
    }
    kept.finish(writer)
}

impl Kept {
    fn keep(&mut self, path: String, size: u64, content: &mut dyn Read) -> io::Result<()> {
        self.room += size;
        if self.room > MAX_KEPT {
            return Err(strange("too much beside the layers"));
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        self.small.insert(path, bytes);
        Ok(())
    }

    fn write(
        &mut self,
        path: String,
        size: u64,
        content: &mut dyn Read,
        writer: &mut Writer,
    ) -> io::Result<()> {
        let blobs = &self.blobs;
        let known = |name: &str| blobs.iter().any(|blob| blob.sha256 == name);
        let name = writer.blob(size, content, known)?;
        if !known(&name) {
            let sha256 = name.clone();
            self.blobs.push(Blob { sha256, size });
        }
        self.written.insert(path, name);
        Ok(())
    }

    /// Path behind all links.
    fn place<'a>(&'a self, path: &'a str) -> &'a str {
        let mut path = path;
        for _ in 0..MAX_LINKS {
            match self.links.get(path) {
                Some(next) => path = next,
                None => break,
            }
        }
        path
    }

    /// SHA-256 of what stands at a path.
    fn name(&self, path: &str) -> io::Result<String> {
        let place = self.place(path);
        let written = self.written.get(place).cloned();
        written
            .or_else(|| self.small.get(place).map(|bytes| sha256(bytes)))
            .ok_or_else(|| strange(path))
    }

    fn finish(mut self, writer: &mut Writer) -> io::Result<(Vec<SavedImage>, Vec<Blob>)> {
        let listed = self.small.get("manifest.json");
        let listed = listed.ok_or_else(|| strange("no manifest.json"))?;
        let listed: Vec<Listed> = serde_json::from_slice(listed)?;
        let mut images = Vec::new();
        let mut needed = BTreeSet::new();
        for image in listed {
            let text = self.small.get(self.place(&image.config));
            let text = text.ok_or_else(|| strange(&image.config))?;
            let layers = image.layers.iter().map(|layer| self.name(layer));
            let layers = layers.collect::<io::Result<Vec<_>>>()?;
            needed.extend(layers.iter().cloned());
            let config = sha256(text);
            needed.insert(config.clone());
            images.push(SavedImage {
                config,
                tags: image.repo_tags.unwrap_or_default(),
                layers,
            });
        }
        let small = std::mem::take(&mut self.small);
        let small: BTreeMap<String, Vec<u8>> = small
            .into_values()
            .map(|bytes| (sha256(&bytes), bytes))
            .collect();
        for (name, bytes) in small.into_iter().filter(|(name, _)| needed.contains(name)) {
            self.write(name, bytes.len() as u64, &mut bytes.as_slice(), writer)?;
        }
        Ok((images, self.blobs))
    }
}

/// Where a link at `from` that says `target` leads, from the top.
fn resolved(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn strange(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_where_the_engine_means_them_to() {
        assert_eq!(resolved("b/layer.tar", "../a/layer.tar"), "a/layer.tar");
        assert_eq!(resolved("", "a/layer.tar"), "a/layer.tar");
        assert_eq!(resolved("x", "../../y"), "y");
    }
}
