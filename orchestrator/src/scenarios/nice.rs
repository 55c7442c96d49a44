//! The NICE framework: the work roles that a scenario trains.

use std::sync::LazyLock;

use super::{
    catalogue::{Catalogue, Rules},
    fields::Fields,
};

static WORK_ROLES: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read(include_str!("../../../scenarios/lists/nice.txt")));

/// The English name of a work role, `PD-WRL-003`.
#[must_use]
pub fn name(id: &str) -> Option<&'static str> {
    WORK_ROLES.name(id)
}

/// The release whose work roles are known.
#[must_use]
pub fn version() -> &'static str {
    WORK_ROLES.version()
}

/// Reads the work roles that a scenario or course trains.
pub(crate) fn read(fields: &Fields<'_>, key: &'static str) -> Vec<String> {
    let rules = Rules {
        is_code: is_work_role,
        form: "scenario-skill",
        unknown: "scenario-skill-unknown",
        newer: "scenario-skill-newer",
    };
    WORK_ROLES.codes(fields, key, &rules)
}

/// `PD-WRL-003`.
fn is_work_role(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts.as_slice(), [category, "WRL", number]
        if category.len() == 2 && category.bytes().all(|byte| byte.is_ascii_uppercase())
            && number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_work_role() {
        assert_eq!(WORK_ROLES.all().count(), 41);
        assert!(WORK_ROLES.all().all(|(id, _)| is_work_role(id)));
        assert_eq!(name("PD-WRL-003"), Some("Incident Response"));
        assert!(version().contains("2.0.0"));
    }
}
