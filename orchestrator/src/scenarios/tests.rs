//! Tests of the whole way from files to plans.

use std::path::Path;

use super::{Bundle, check};
use crate::locales::Locale;

#[test]
fn the_shipped_scenarios_are_faultless() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
    let checked = check(Bundle::open(&folder).unwrap());
    for problem in &checked.problems {
        println!("{}", problem.show(Locale::Vi));
        println!("{}", problem.show(Locale::En));
    }
    assert!(checked.definition.is_some() && checked.problems.is_empty());
}
