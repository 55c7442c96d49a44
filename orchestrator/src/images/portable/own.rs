//! Which images are the platform's own: a bundle may bring them where they are missing and never in place of what is there.

use crate::images::{OWN, repository, whole_name};

/// Beginnings of a name that mean the same to an engine as none.
const HUBS: [&str; 3] = ["docker.io/library/", "docker.io/", "index.docker.io/"];

/// Whether an engine gives this name to one of the images that the platform itself runs, however it is written.
pub(super) fn is_own(reference: &str) -> bool {
    let bare = HUBS
        .iter()
        .find_map(|hub| reference.strip_prefix(hub))
        .unwrap_or(reference);
    OWN.iter()
        .any(|own| repository(&whole_name(own)) == repository(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_own_images_are_known_however_they_are_written() {
        for (reference, own) in [
            ("thaotruong/checker:1", true),
            ("docker.io/thaotruong/checker:1", true),
            ("index.docker.io/thaotruong/platform:1", true),
            ("thaotruong/checker:2", false),
            ("thaotruong/workstation:1", false),
            ("other.example/thaotruong/checker:1", false),
        ] {
            assert_eq!(is_own(reference), own, "{reference}");
        }
    }
}
