//! MITRE ATT&CK for Enterprise: the techniques that a scenario says happen in it.

use std::sync::LazyLock;

use super::{
    catalogue::{Catalogue, Rules},
    fields::Fields,
};

static TECHNIQUES: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read(include_str!("../../../scenarios/lists/attack.txt")));

/// The English name of a technique, `T1491` or `T1491.002`; a sub-technique's stands behind its technique's.
#[must_use]
pub fn name(id: &str) -> Option<String> {
    let own = TECHNIQUES.name(id)?;
    let technique = id.split_once('.').and_then(|(id, _)| TECHNIQUES.name(id));
    Some(match technique {
        Some(technique) => format!("{technique}: {own}"),
        None => own.to_owned(),
    })
}

/// The release whose techniques are known.
#[must_use]
pub fn version() -> &'static str {
    TECHNIQUES.version()
}

/// Reads a scenario's techniques.
pub(super) fn read(fields: &Fields<'_>, key: &'static str) -> Vec<String> {
    let rules = Rules {
        is_code: is_technique,
        form: "scenario-attack",
        unknown: "scenario-attack-unknown",
        newer: "scenario-attack-newer",
    };
    TECHNIQUES.codes(fields, key, &rules)
}

/// `T1190` or `T1505.003`.
fn is_technique(text: &str) -> bool {
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.strip_prefix('T')
        .is_some_and(|code| match code.split_once('.') {
            Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
            None => digits(code, 4),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_technique() {
        assert_eq!(version(), "18.0 (October 2025)");
        let (subs, techniques): (Vec<_>, Vec<_>) =
            TECHNIQUES.all().partition(|(id, _)| id.contains('.'));
        assert_eq!((techniques.len(), subs.len()), (216, 475));
        for (id, own) in TECHNIQUES.all() {
            assert!(
                is_technique(id) && own.trim() == own && !own.is_empty(),
                "{id}"
            );
            let above = id.split('.').next().unwrap_or_default();
            assert!(TECHNIQUES.name(above).is_some(), "{id}");
        }
    }

    #[test]
    fn a_sub_technique_is_named_with_its_technique() {
        let name = |id| name(id).unwrap_or_default();
        assert_eq!(name("T1190"), "Exploit Public-Facing Application");
        assert_eq!(name("T1505.003"), "Server Software Component: Web Shell");
        assert_eq!(name("T1004"), "");
    }
}
