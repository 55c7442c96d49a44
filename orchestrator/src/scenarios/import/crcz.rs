//! A sandbox and a training of `CyberRangeCZ` (KYPO): `topology.yml` gives the machines, `training.json` the tasks.
//!
//! A training is linear: each level opens when the one before is done, so its tasks require each other in order. Its
//! machines are set up by Ansible from plain disk images; here an image has everything in it, and what the playbooks do
//! is the author's to carry over.

mod assessment;
mod drawn;
mod hints;
mod phases;
mod topology;
mod training;
mod variables;

use std::collections::BTreeMap;

use super::{
    ImportError, Wanted,
    draft::Draft,
    foreign::text_of,
    ledger::{Document, Ledger},
    names::slug,
};
use crate::scenarios::BundleFile;

/// Reads both files, or the one that is there.
pub(super) fn import(
    files: &BTreeMap<String, BundleFile>,
    ledger: &Ledger,
    wanted: &Wanted,
) -> Result<Draft, ImportError> {
    let find = |names: &[&str]| {
        files.iter().find(|(path, _)| {
            let file = path.rsplit('/').next().unwrap_or(path);
            names.contains(&file)
        })
    };
    let topology = find(&["topology.yml", "topology.yaml"]);
    let training = find(&["training.json"]);
    let variables = find(&["variables.yml", "variables.yaml"]);
    if topology.is_none() && training.is_none() {
        return Err(ImportError::Missing("topology.yml, training.json"));
    }
    let yaml = |file: Option<(&String, &BundleFile)>| {
        file.map(|(path, file)| ledger.yaml(path, &file.bytes))
            .transpose()
    };
    let topology = yaml(topology)?;
    let variables = yaml(variables)?;
    let training = training
        .map(|(path, file)| ledger.json(path, &file.bytes))
        .transpose()?;

    let root = |document: &'_ Option<std::rc::Rc<Document>>| document.clone();
    let (sandbox, course, drawn) = (root(&topology), root(&training), root(&variables));
    let sandbox = sandbox.as_ref().map(|document| document.root(ledger));
    let course = course.as_ref().map(|document| document.root(ledger));
    let name = sandbox.as_ref().and_then(|root| text_of(root, "name"));
    let title = course.as_ref().and_then(|root| text_of(root, "title"));
    if let Some((given, _)) = &name {
        given.taken("scenario");
    }
    if let Some((given, _)) = &title {
        given.taken("title");
    }
    let name = name.map(|(_, text)| text);
    let title = title
        .map(|(_, text)| text)
        .or(name)
        .unwrap_or("CyberRangeCZ");
    let id = wanted.id.clone().or_else(|| slug(name.unwrap_or(title)));
    let id = id.unwrap_or_else(|| "crcz".to_owned());
    let mut draft = Draft::new(&id, ledger.text(title), ledger.text(title));
    let hosts = match &sandbox {
        Some(root) => topology::read(root, &mut draft, wanted),
        None => topology::Hosts::default(),
    };
    if let Some(document) = &drawn {
        variables::read(&document.root(ledger), &mut draft);
    }
    if let Some(root) = &course {
        training::read(root, &mut draft, &hosts);
    }
    Ok(draft)
}
