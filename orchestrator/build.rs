//! Tells cargo which files are part of the program beside its sources, so that a new migration, text or page is never
//! missing from a binary that cargo takes for up to date.
//!
//! A development build reads pages and front end from disk while it runs; only others hold them inside.

fn main() {
    let always = ["migrations", "../web/locales"];
    let embedded = ["../web/templates", "../web/dist"];
    let development = std::env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let folders = always
        .iter()
        .chain(embedded.iter().filter(|_| !development));
    for folder in folders {
        println!("cargo::rerun-if-changed={folder}");
    }
}
