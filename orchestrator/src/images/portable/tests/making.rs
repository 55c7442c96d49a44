//! A small bundle, made by the code that makes them, from what an engine would have given.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use thaotruong_tests::scenario::machines;

use crate::{
    images::portable::{
        Exported, Meter, PortableError, Role,
        container::sha256,
        export::{Wanted, Writing},
        manifest::{About, Title},
    },
    journal::Signer,
    scenarios::{Bundle, BundleFile, Definition, check},
};

/// Longer than the name of an entry can be in a plain header.
pub const LONG: &str = "a-long-name-a-long-name-a-long-name-a-long-name-a-long-name/\
                        a-long-name-a-long-name-a-long-name-a-long-name-a-long-name";

/// How an engine saves images.
#[derive(Clone, Copy)]
pub enum Form {
    /// A folder a layer, links for what several have.
    Folders,
    /// Content by its hash.
    Hashes,
}

pub struct Making {
    folder: tempfile::TempDir,
    pub signer: Signer,
}

pub fn meter() -> Meter {
    Arc::new(|_| {})
}

impl Making {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signer = Signer::open(&folder.path().join("keys")).unwrap();
        Self { folder, signer }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The scenario's files.
    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub fn files(&self) -> BTreeMap<String, BundleFile> {
        let service = |_: &str| "image: 'thaotruong/desk:1'".to_owned();
        let mut files: BTreeMap<String, BundleFile> = machines("one", &["desk"], service)
            .into_iter()
            .map(|(path, text)| {
                let bytes = text.into_bytes();
                (path.to_owned(), BundleFile { bytes, mode: 0o644 })
            })
            .collect();
        let long = BundleFile {
            bytes: b"#!/bin/sh\n".to_vec(),
            mode: 0o755,
        };
        files.insert(format!("files/{LONG}"), long);
        files
    }

    pub fn definition(&self) -> Definition {
        let checked = check(Bundle::from_files(self.files()).unwrap());
        checked.definition.expect("no errors")
    }

    pub fn write(&self, path: &Path, form: Form) -> Exported {
        self.try_write(path, &saved(form)).unwrap()
    }

    pub fn try_write(&self, path: &Path, mut saved: &[u8]) -> Result<Exported, PortableError> {
        let definition = self.definition();
        let writing = Writing {
            about: About {
                id: "one".to_owned(),
                version: 1,
                title: Title::from(&definition.scenario.title),
                digest: definition.bundle.digest(),
            },
            bundle: definition.bundle,
            signer: self.signer.clone(),
            wanted: [("desk", Role::Scenario), ("platform", Role::Platform)]
                .map(|(name, role)| wanted(name, role))
                .into(),
            file: path.to_owned(),
        };
        writing.write(&mut saved)
    }
}

/// An image's configuration.
fn configuration(name: &str) -> Vec<u8> {
    let layers = [layer("below"), layer(name)].map(|layer| format!("sha256:{}", sha256(&layer)));
    serde_json::json!({
        "os": "linux", "architecture": "amd64", "config": {"Cmd": [name]},
        "rootfs": {"type": "layers", "diff_ids": layers},
    })
    .to_string()
    .into_bytes()
}

fn layer(name: &str) -> Vec<u8> {
    name.repeat(300).into_bytes()
}

fn wanted(name: &str, role: Role) -> Wanted {
    let found = serde_json::json!({
        "Id": format!("sha256:{}", sha256(&configuration(name))),
        "Os": "linux", "Architecture": "amd64",
        "RootFS": {"Type": "layers", "Layers": ["a", "b"]},
    });
    Wanted {
        reference: format!("thaotruong/{name}:1"),
        role,
        found: serde_json::from_value(found).unwrap(),
    }
}

/// What an engine gives that is asked for both images.
pub fn saved(form: Form) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |path: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, bytes).unwrap();
    };
    let place = |bytes: &[u8]| format!("blobs/sha256/{}", sha256(bytes));
    let mut list = Vec::new();
    for name in ["desk", "platform"] {
        let (config, own, below) = (configuration(name), layer(name), layer("below"));
        let (config_path, layers) = match form {
            Form::Hashes => {
                add(&place(&below), &below);
                add(&place(&own), &own);
                (place(&config), [place(&below), place(&own)])
            }
            Form::Folders => {
                add(&format!("{name}/layer.tar"), &own);
                add(&format!("{name}/VERSION"), b"1.0");
                let layers = [
                    format!("{name}-below/layer.tar"),
                    format!("{name}/layer.tar"),
                ];
                (format!("{}.json", sha256(&config)), layers)
            }
        };
        add(&config_path, &config);
        let tags = [format!("thaotruong/{name}:1")];
        list.push(serde_json::json!({"Config": config_path, "RepoTags": tags, "Layers": layers}));
    }
    if let Form::Folders = form {
        add("desk-below/layer.tar", &layer("below"));
    }
    add(
        "manifest.json",
        serde_json::to_string(&list).unwrap().as_bytes(),
    );
    if let Form::Folders = form {
        let mut link = tar::Header::new_ustar();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        archive
            .append_link(
                &mut link,
                "platform-below/layer.tar",
                "../desk-below/layer.tar",
            )
            .unwrap();
    }
    archive.into_inner().unwrap()
}
