//! Zip files as authors send them, and as nobody should.

use proptest::prelude::*;

use super::*;

/// A zip file of these names and contents.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).expect("file");
        writer.write_all(content).expect("content");
    }
    writer.finish().expect("zip").into_inner()
}

/// Puts other bytes of the same length wherever these stand.
fn forged(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    for at in 0..bytes.len().saturating_sub(from.len()) {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

#[test]
fn a_folder_comes_out_as_it_went_in() {
    let file = |text: &str, mode| BundleFile {
        bytes: text.as_bytes().to_vec(),
        mode,
    };
    let files = BTreeMap::from([
        ("scenario.yaml".to_owned(), file("scenario: x", 0o644)),
        ("files/chạy.sh".to_owned(), file("#!/bin/sh", 0o755)),
    ]);
    let named = || files.iter().map(|(path, file)| (path.as_str(), file));
    let packed = pack("x", named()).expect("zip");
    assert_eq!(packed, pack("x", named()).expect("zip"));
    let unpacked = unpack(&packed).expect("files");
    assert!(unpacked.contains_key("x/files/chạy.sh"));
    assert_eq!(at_top(unpacked, "scenario.yaml"), files);
    assert_eq!(at_top(files.clone(), "scenario.yaml"), files);
}

#[test]
fn only_the_one_folder_around_everything_is_taken_off() {
    let files = unpack(&zipped(&[("a/scenario.yaml", b""), ("b/x", b"")])).expect("files");
    assert_eq!(at_top(files.clone(), "scenario.yaml"), files);
    assert_eq!(at_top(BTreeMap::new(), "x"), BTreeMap::new());
}

#[test]
fn what_systems_and_editors_leave_behind_is_left_out() {
    let bytes = zipped(&[
        ("x/scenario.yaml", b"a"),
        ("x/.git/config", b"a"),
        ("__MACOSX/x/._scenario.yaml", b"a"),
        ("x/scenario.yaml~", b"a"),
        ("x/empty/", b""),
    ]);
    let files = unpack(&bytes).expect("files");
    assert_eq!(files.keys().collect::<Vec<_>>(), ["x/scenario.yaml"]);
}

#[test]
fn paths_that_lead_elsewhere_are_refused() {
    for path in ["../x", "a/../../x", "/etc/x", "a//x", "a\\x", "C:\\x"] {
        let refused = unpack(&zipped(&[(path, b"x")]));
        assert!(
            matches!(refused, Err(ZipError::Path(_))),
            "{path}: {refused:?}"
        );
    }
}

#[test]
fn links_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer
        .add_symlink("x", "/etc/passwd", options)
        .expect("link");
    let bytes = writer.finish().expect("zip").into_inner();
    assert_eq!(unpack(&bytes), Err(ZipError::Special("x".to_owned())));
}

#[test]
fn a_name_stands_in_it_once() {
    let twice = forged(zipped(&[("a1", b"x"), ("a2", b"y")]), b"a2", b"a1");
    assert_eq!(unpack(&twice), Err(ZipError::Twice));
    let folder = zipped(&[("a", b"x"), ("a/b", b"y")]);
    assert_eq!(unpack(&folder), Err(ZipError::Within("a".to_owned())));
}

#[test]
fn a_password_is_named_as_what_is_in_the_way() {
    // The first bit of the flags, eight bytes into the directory's entry and six into the file's own head.
    let mut bytes = zipped(&[("a", b"x")]);
    let directory = bytes
        .windows(4)
        .position(|four| four == ENTRY)
        .expect("entry");
    bytes[directory + 8] |= 1;
    bytes[6] |= 1;
    assert_eq!(unpack(&bytes), Err(ZipError::Locked("a".to_owned())));
}

#[test]
fn little_that_unpacks_to_much_is_refused() {
    let much = vec![0; 8 << 20];
    assert_eq!(unpack(&zipped(&[("a", &much)])), Err(ZipError::TooLarge));
    // A size that is a lie changes nothing.
    let size = u32::try_from(much.len()).expect("size").to_le_bytes();
    let lie = forged(zipped(&[("a", &much)]), &size, &1_u32.to_le_bytes());
    assert!(unpack(&lie).is_err());
    let names: Vec<String> = (0..=MAX_FILES).map(|n| format!("f{n}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), &b""[..])).collect();
    assert_eq!(unpack(&zipped(&files)), Err(ZipError::TooManyFiles));
}

#[test]
fn damage_is_told_from_a_zip_file() {
    let whole = zipped(&[("a", b"some words that are packed")]);
    for bytes in [&b""[..], b"PK", b"scenario: x", &whole[..whole.len() / 2]] {
        assert!(matches!(unpack(bytes), Err(ZipError::Damaged(_))));
    }
}

proptest! {
    #[test]
    fn no_bytes_crash_it(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0..200_usize) {
        let _ = unpack(&bytes);
        let mut damaged = zipped(&[("a/b", b"content"), ("a/c", b"more")]);
        for (place, byte) in (at..).zip(&bytes) {
            if let Some(own) = damaged.get_mut(place) {
                *own ^= byte;
            }
        }
        let _ = unpack(&damaged);
    }
}

#[test]
fn a_file_of_nothing_but_ends_is_refused_at_once() {
    let end = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    let refused = unpack(&end.repeat(65));
    assert!(matches!(refused, Err(ZipError::Damaged(_))), "{refused:?}");
}
