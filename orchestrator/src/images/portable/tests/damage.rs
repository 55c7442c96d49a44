//! Nothing that differs from what was signed is taken, wherever it differs; and nothing makes the reader fall over.

use std::{fs, os::unix::fs::FileExt as _, path::Path, sync::OnceLock};

use proptest::prelude::*;

use super::making::{Form, Making, meter};
use crate::images::portable::{Opened, PortableError};

fn take(path: &Path) -> Result<(), PortableError> {
    Opened::open(path)?.verify(&meter()).map(drop)
}

#[test]
fn a_flipped_bit_is_found_in_every_part() {
    let making = Making::new();
    let path = making.path("bundle");
    making.write(&path, Form::Folders);
    let whole = fs::read(&path).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    for at in (0..whole.len()).step_by(5) {
        for bit in [1, 0x20] {
            file.write_all_at(&[whole[at] ^ bit], at as u64).unwrap();
            assert!(take(&path).is_err(), "byte {at}");
        }
        file.write_all_at(&whole[at..=at], at as u64).unwrap();
    }
    take(&path).unwrap();
}

#[test]
fn a_bundle_that_ends_too_early_or_too_late_is_refused() {
    let making = Making::new();
    let path = making.path("bundle");
    making.write(&path, Form::Hashes);
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(53).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        let error = take(&path).unwrap_err();
        let told = matches!(
            error,
            PortableError::Length { .. } | PortableError::NoBundle(_)
        );
        assert!(told, "{length}: {error}");
    }
    let mut more = whole;
    more.extend([0; 512]);
    fs::write(&path, more).unwrap();
    assert!(matches!(take(&path), Err(PortableError::Length { .. })));
    assert!(matches!(
        take(&making.path("")),
        Err(PortableError::NoBundle(_))
    ));
    assert!(matches!(
        take(&making.path("none")),
        Err(PortableError::File { .. })
    ));
}

fn sample() -> &'static [u8] {
    static SAMPLE: OnceLock<Vec<u8>> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let making = Making::new();
        let path = making.path("bundle");
        making.write(&path, Form::Folders);
        fs::read(&path).unwrap()
    })
}

/// Something that happens to a file on its way.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(usize, Vec<u8>),
    Cut(usize),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Swap(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || 0..sample().len();
    let bytes = || prop::collection::vec(any::<u8>(), 1..600);
    prop_oneof![
        (at(), bytes()).prop_map(|(at, bytes)| Damage::Overwrite(at, bytes)),
        at().prop_map(Damage::Cut),
        (at(), bytes()).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (at(), 1..2_000_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        (at(), at()).prop_map(|(a, b)| Damage::Swap(a / 512, b / 512)),
    ]
}

fn apply(file: &mut Vec<u8>, damage: Damage) {
    let length = file.len();
    match damage {
        Damage::Overwrite(at, bytes) => {
            for (place, byte) in file.iter_mut().skip(at).zip(bytes) {
                *place = byte;
            }
        }
        Damage::Cut(at) => file.truncate(at),
        Damage::Insert(at, bytes) => drop(file.splice(at.min(length)..at.min(length), bytes)),
        Damage::Remove(at, count) => {
            drop(file.drain(at.min(length)..(at + count).min(length)));
        }
        Damage::Swap(a, b) => {
            for offset in 0..512 {
                let (a, b) = (a * 512 + offset, b * 512 + offset);
                if a.max(b) < length {
                    file.swap(a, b);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_of_any_kind_is_found(damages in prop::collection::vec(damage(), 1..4)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle");
        let mut file = sample().to_vec();
        for damage in damages {
            apply(&mut file, damage);
        }
        fs::write(&path, &file).unwrap();
        prop_assert_eq!(take(&path).is_ok(), file == sample());
    }
}
