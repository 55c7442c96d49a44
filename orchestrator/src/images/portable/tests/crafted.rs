//! Bundles as somebody would make them who has a trusted key and means ill.

use std::{fs, path::PathBuf};

use super::making::{Form, Making, meter};
use crate::{
    images::{
        Event,
        portable::{
            Import, Manifest, Opened, PortableError,
            container::{self, Entry, MANIFEST, SIGNATURE},
            opened::{Claims, KIND},
        },
    },
    journal::Signer,
};

/// A bundle in parts that can be changed before it is put together and signed again.
struct Crafted {
    making: Making,
    manifest: Manifest,
    entries: Vec<(Entry, Vec<u8>)>,
}

impl Crafted {
    fn new() -> Self {
        let making = Making::new();
        let path = making.path("model");
        making.write(&path, Form::Hashes);
        let manifest = Opened::open(&path).unwrap().manifest().clone();
        let mut archive = tar::Archive::new(fs::File::open(&path).unwrap());
        let contents = archive.entries().unwrap().skip(2).map(|entry| {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry.unwrap(), &mut bytes).unwrap();
            bytes
        });
        let entries = manifest.entries().zip(contents).collect();
        Self {
            making,
            manifest,
            entries,
        }
    }

    /// Puts it together with this text as manifest, signed by `signer`.
    fn sealed(&self, manifest: &str, signer: &Signer) -> PathBuf {
        let claims = Claims {
            manifest: container::sha256(manifest.as_bytes()),
        };
        let signature = signer.sign_as(KIND, &claims).unwrap();
        let mut bytes = Vec::new();
        let mut add = |path: &str, content: &[u8], executable| {
            let size = content.len() as u64;
            bytes.extend(container::header(path, size, executable).unwrap());
            bytes.extend(content);
            bytes.extend(vec![0; usize::try_from(container::padding(size)).unwrap()]);
        };
        add(MANIFEST, manifest.as_bytes(), false);
        add(SIGNATURE, signature.as_bytes(), false);
        for (entry, content) in &self.entries {
            add(&entry.path, content, entry.executable);
        }
        bytes.extend([0; 1024]);
        let path = self.making.path("crafted");
        fs::write(&path, bytes).unwrap();
        path
    }

    fn take(&self) -> Result<(), PortableError> {
        let manifest = serde_json::to_string(&self.manifest).unwrap();
        let path = self.sealed(&manifest, &self.making.signer);
        Opened::open(&path)?.verify(&meter()).map(drop)
    }
}

#[test]
fn the_model_holds() {
    Crafted::new().take().unwrap();
}

#[test]
fn only_the_key_that_the_manifest_names_can_have_signed() {
    let crafted = Crafted::new();
    let manifest = serde_json::to_string(&crafted.manifest).unwrap();
    let stranger = Making::new();
    let path = crafted.sealed(&manifest, &stranger.signer);
    assert!(matches!(Opened::open(&path), Err(PortableError::Signature)));

    // A signature of ours under something else.
    let path = crafted.sealed(&manifest, &crafted.making.signer);
    let whole = fs::read(&path).unwrap();
    let (from, to) = (b"\"version\":1", b"\"version\":2");
    let at = whole.windows(from.len()).position(|it| it == from).unwrap();
    let mut changed = whole;
    changed[at..at + to.len()].copy_from_slice(to);
    fs::write(&path, changed).unwrap();
    assert!(matches!(Opened::open(&path), Err(PortableError::Signature)));
}

#[test]
fn a_form_or_a_key_that_is_not_known_is_refused() {
    let crafted = Crafted::new();
    let mut manifest = serde_json::to_value(&crafted.manifest).unwrap();
    let take = |manifest: &serde_json::Value| {
        let path = crafted.sealed(&manifest.to_string(), &crafted.making.signer);
        Opened::open(&path).map(drop)
    };
    manifest["format"] = 2.into();
    assert!(matches!(take(&manifest), Err(PortableError::Format(2))));
    manifest["format"] = 1.into();
    take(&manifest).unwrap();
    manifest["after"] = "sh".into();
    assert!(matches!(take(&manifest), Err(PortableError::Manifest(_))));
    let huge = " ".repeat(5 << 20);
    let path = crafted.sealed(&huge, &crafted.making.signer);
    assert!(matches!(
        Opened::open(&path),
        Err(PortableError::NoBundle(_))
    ));
}

#[test]
fn paths_that_lead_out_or_come_twice_are_refused() {
    let long = "x".repeat(301);
    let paths = [
        "../x",
        "/etc/x",
        "a/../../x",
        "a//b",
        "./a",
        "",
        "a\\b",
        "a\nb",
        ".git/config",
        "a/.b",
        "a~",
        long.as_str(),
    ];
    for path in paths {
        let mut crafted = Crafted::new();
        let mut file = crafted.manifest.files[0].clone();
        file.path = path.to_owned();
        crafted.manifest.files.insert(0, file);
        let error = crafted.take().unwrap_err();
        assert!(
            matches!(error, PortableError::Manifest(_)),
            "{path:?}: {error}"
        );
    }
    let mut crafted = Crafted::new();
    let twice = crafted.manifest.files[0].clone();
    crafted.manifest.files.insert(0, twice);
    assert!(matches!(crafted.take(), Err(PortableError::Manifest(_))));
}

#[test]
fn images_that_the_list_does_not_hold_together_are_refused() {
    let changes: [fn(&mut Manifest); 8] = [
        |it| it.blobs.push(it.blobs[0].clone()),
        |it| it.images[0].layers[0] = "0".repeat(64),
        |it| it.images[0].reference = "../up".to_owned(),
        |it| it.images[0].reference = "a@sha256:00".to_owned(),
        |it| it.images[0].id = "../containers".to_owned(),
        |it| it.images[1] = it.images[0].clone(),
        |it| it.images.truncate(1),
        |it| it.images[0].layers = vec![it.blobs[0].sha256.clone(); 300],
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut crafted = Crafted::new();
        change(&mut crafted.manifest);
        let error = crafted.take().unwrap_err();
        assert!(
            matches!(error, PortableError::Manifest(_)),
            "{number}: {error}"
        );
    }
}

#[test]
fn sizes_that_lie_are_found_before_anything_is_read() {
    for size in [0, 1 << 40, u64::MAX / 4, u64::MAX] {
        let mut crafted = Crafted::new();
        crafted.manifest.blobs[0].size = size;
        let error = crafted.take().unwrap_err();
        let told = matches!(
            error,
            PortableError::Length { .. } | PortableError::Manifest(_)
        );
        assert!(told, "{size}: {error}");
        let mut crafted = Crafted::new();
        crafted.manifest.files[0].size = size;
        assert!(crafted.take().is_err());
    }
    let mut crafted = Crafted::new();
    let file = crafted.manifest.files[0].clone();
    crafted.manifest.files = (0..2_001)
        .map(|number| {
            let path = format!("f{number:05}");
            crate::images::portable::manifest::File {
                path,
                ..file.clone()
            }
        })
        .collect();
    assert!(matches!(crafted.take(), Err(PortableError::Manifest(_))));
}

#[test]
fn entries_that_are_missing_too_many_or_in_another_order_are_refused() {
    let mut crafted = Crafted::new();
    crafted.entries.remove(1);
    assert!(matches!(crafted.take(), Err(PortableError::Length { .. })));
    let mut crafted = Crafted::new();
    let again = crafted.entries[0].clone();
    crafted.entries.push(again);
    assert!(matches!(crafted.take(), Err(PortableError::Length { .. })));
    let mut crafted = Crafted::new();
    crafted.entries.swap(0, 1);
    assert!(matches!(crafted.take(), Err(PortableError::Damaged(_))));
    let mut crafted = Crafted::new();
    crafted.entries[0].0.path = "scenario/../../x".replace("../../", "zz/");
    assert!(crafted.take().is_err());
}

#[test]
fn links_and_special_entries_are_refused() {
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Fifo,
        tar::EntryType::Char,
        tar::EntryType::Directory,
        tar::EntryType::GNUSparse,
    ] {
        let crafted = Crafted::new();
        let manifest = serde_json::to_string(&crafted.manifest).unwrap();
        let path = crafted.sealed(&manifest, &crafted.making.signer);
        let mut bytes = fs::read(&path).unwrap();
        let (entry, content) = &crafted.entries[0];
        let size = content.len() as u64;
        let honest = container::header(&entry.path, size, entry.executable).unwrap();
        let at = bytes.windows(512).position(|it| it == honest).unwrap();
        let mut header = tar::Header::from_byte_slice(&honest).clone();
        header.set_entry_type(kind);
        header.set_link_name("/etc/passwd").unwrap();
        header.set_cksum();
        bytes[at..at + 512].copy_from_slice(header.as_bytes());
        fs::write(&path, bytes).unwrap();
        let error = Opened::open(&path).unwrap().verify(&meter()).unwrap_err();
        assert!(
            matches!(error, PortableError::Damaged(_)),
            "{kind:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_bundle_brings_no_image_that_its_scenario_does_not_name() {
    let changes: [fn(&mut Manifest); 4] = [
        |it| it.images[0].reference = "thaotruong/other:1".to_owned(),
        |it| it.images[1].role = crate::images::Role::Scenario,
        |it| it.images[1].reference = "debian:bookworm".to_owned(),
        |it| it.scenario.id = "two".to_owned(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut crafted = Crafted::new();
        change(&mut crafted.manifest);
        let manifest = serde_json::to_string(&crafted.manifest).unwrap();
        let path = crafted.sealed(&manifest, &crafted.making.signer);
        let opened = Opened::open(&path).unwrap();
        let files = opened.verify(&meter()).unwrap();
        let scenarios = crafted.making.path("scenarios");
        let import = Import {
            opened: opened.into(),
            files: &files,
            definition: &crafted.making.definition(),
            scenarios: &scenarios,
            images: None,
            push: false,
            replace: true,
        };
        let watch = |_: &Event<'_>| {};
        let error = import.run(&watch, &meter()).await.unwrap_err();
        assert!(
            matches!(error, PortableError::Manifest(_)),
            "{number}: {error}"
        );
        assert!(!scenarios.exists(), "{number}");
    }
}
