//! Bundles without an engine: what an engine would give is made here, in both forms that there are.

mod crafted;
mod damage;
mod making;

use std::{fs, sync::Arc};

use making::{Form, Making, meter};

use super::*;
use crate::images::Event;

#[test]
fn what_an_engine_gives_comes_through_in_both_forms_and_the_same_twice() {
    for form in [Form::Folders, Form::Hashes] {
        let making = Making::new();
        let (first, second) = (making.path("first"), making.path("second"));
        let exported = making.write(&first, form);
        making.write(&second, form);
        assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
        assert!(!making.path("first.part").exists());

        let opened = Opened::open(&first).unwrap();
        assert_eq!(opened.signer(), making.signer.public_key());
        assert_eq!(opened.length(), exported.bytes);
        let files = opened.verify(&meter()).unwrap();
        assert_eq!(files, making.files());
        let manifest = opened.manifest();
        let names: Vec<&str> = manifest
            .images
            .iter()
            .map(|it| it.reference.as_str())
            .collect();
        assert_eq!(names, ["thaotruong/desk:1", "thaotruong/platform:1"]);
        // One layer in common, one each, two configurations.
        assert_eq!(manifest.blobs.len(), 5);
        assert_eq!(manifest.images[0].layers[0], manifest.images[1].layers[0]);
    }
}

#[test]
fn any_archiver_reads_it() {
    let making = Making::new();
    let path = making.path("bundle");
    making.write(&path, Form::Folders);
    let mut archive = tar::Archive::new(fs::File::open(&path).unwrap());
    let paths: Vec<String> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    assert_eq!(paths[..2], ["manifest.json", "signature.jws"]);
    let long = format!("scenario/files/{}", making::LONG);
    assert!(paths.contains(&long), "{paths:?}");
    assert!(paths.contains(&"scenario/scenario.yaml".to_owned()));
}

#[test]
fn an_image_that_the_engine_left_out_is_found_missing() {
    let making = Making::new();
    let error = making.try_write(&making.path("bundle"), &[]);
    assert!(matches!(error, Err(PortableError::Images(_))), "{error:?}");
    assert!(!making.path("bundle").exists());
    assert!(!making.path("bundle.part").exists());
}

#[tokio::test]
async fn a_scenario_is_taken_in_once_and_gives_way_only_when_told_to() {
    let making = Making::new();
    let path = making.path("bundle");
    making.write(&path, Form::Folders);
    let scenarios = making.path("scenarios");
    let import = async |replace| {
        let opened = Arc::new(Opened::open(&path)?);
        let files = opened.verify(&meter())?;
        let import = Import {
            opened,
            files: &files,
            definition: &making.definition(),
            scenarios: &scenarios,
            images: None,
            push: false,
            replace,
        };
        let watch = |_: &Event<'_>| {};
        import.run(&watch, &meter()).await
    };
    assert_eq!(import(false).await.unwrap().placed, Placed::New);
    assert_eq!(import(false).await.unwrap().placed, Placed::Unchanged);

    // The same scenario under another folder's name is the same scenario.
    fs::rename(scenarios.join("one"), scenarios.join("two")).unwrap();
    let found = import(false).await.unwrap();
    assert_eq!(
        (found.placed, found.path),
        (Placed::Unchanged, scenarios.join("two"))
    );

    fs::write(scenarios.join("two/files/more"), "x").unwrap();
    let error = import(false).await.unwrap_err();
    assert!(
        matches!(&error, PortableError::Occupied(names) if names.len() == 1),
        "{error}"
    );
    assert!(scenarios.join("two/files/more").exists());
    assert_eq!(import(true).await.unwrap().placed, Placed::Replaced);
    assert!(!scenarios.join("two/files/more").exists());
}
