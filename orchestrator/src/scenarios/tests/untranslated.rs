//! A scenario whose second language nobody wrote.

use super::{folder, shown};
use crate::{
    locales::Locale,
    scenarios::{
        Bundle, Severity, check,
        import::{Format, Wanted, import},
    },
};

#[test]
fn the_same_words_in_both_languages_are_told_once() {
    let bundle = Bundle::open(&folder("import/ctfcli")).unwrap();
    let files = bundle
        .files()
        .map(|(path, file)| (path.to_owned(), file.clone()))
        .collect();
    let imported = import(Format::Ctfcli, &files, &Wanted::default()).unwrap();
    let checked = check(imported.bundle);
    let problems = checked.problems.iter();
    let told: Vec<_> = problems
        .filter(|it| it.message.id == "scenario-untranslated")
        .collect();
    let [told] = told.as_slice() else {
        panic!("{}", shown(&checked.problems, Locale::En))
    };
    assert_eq!(told.severity, Severity::Warning);
    assert!(told.span.line > 1, "{:?}", told.span);
}
