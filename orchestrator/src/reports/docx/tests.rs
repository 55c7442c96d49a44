//! The Word file: what stands in its parts, and what an office's own template may and may not do.

use std::io::{Cursor, Read as _, Write as _};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{
    locales::Locale,
    reports::{drill, drill_report},
};

fn part(docx: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn report() -> Report {
    drill_report(&drill::tests::evidence(), Locale::Vi)
}

/// The template that comes with the program, with its text changed.
fn changed(change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(BUILT_IN)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        if file.name().unwrap() == "word/document.xml" {
            text = change(text);
        }
        writer
            .start_file(file.name().unwrap(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_file_holds_the_report_and_no_placeholder() {
    let docx = word(&report(), None).unwrap();
    let text = part(&docx, "word/document.xml");
    for expected in [
        "ỦY BAN NHÂN DÂN TỈNH\u{a0}BÌNH\u{a0}AN",
        "Độc lập - Tự do - Hạnh phúc",
        "Bình An, ngày 22 tháng 11 năm 2026",
        "Vá lỗ hổng tải tệp &lt;&amp; &quot;&quot;&gt;",
        "Phan Văn Tùng",
        "622",
        "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "Phạm Thị Hồng Vân",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    assert!(!text.contains("{{"), "a placeholder was left");
    assert_eq!(text.matches("<w:tblHeader/>").count(), 10);
    assert_eq!(
        text.matches(r#"w:orient="landscape""#).count(),
        5,
        "one section an appendix"
    );
    assert_eq!(
        text.matches("<w:titlePg/>").count(),
        6,
        "no number on a first page"
    );
    assert_eq!(text.matches("<w:body>").count(), 1);
    if let Some(path) = std::env::var_os("THAOTRUONG_KEEP_REPORT") {
        std::fs::write(path, docx).unwrap();
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(
        word(&report(), None).unwrap(),
        word(&report(), None).unwrap()
    );
}

#[test]
fn the_layout_is_the_decrees() {
    let text = part(BUILT_IN, "word/document.xml");
    // 20 mm on top, below and on the right, 30 mm on the left, on A4.
    assert!(text.contains(r#"<w:pgSz w:w="11906" w:h="16838"/>"#));
    assert!(text.contains(r#"w:top="1134" w:right="1134" w:bottom="1134" w:left="1701""#));
    assert!(part(BUILT_IN, "word/styles.xml").contains(r#"w:ascii="Times New Roman""#));
    assert!(part(BUILT_IN, "word/header.xml").contains("PAGE"));
    assert!(!part(BUILT_IN, "word/header-first.xml").contains("PAGE"));
}

#[test]
fn the_template_is_packed_from_its_parts() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/templates/drill-report");
    let archive = ZipArchive::new(Cursor::new(BUILT_IN)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let source = std::fs::read_to_string(folder.join(&name)).unwrap();
        assert_eq!(
            part(BUILT_IN, &name),
            source,
            "{name}: run deploy/templates/build"
        );
    }
}

#[test]
fn a_placeholder_that_word_split_is_filled_all_the_same() {
    let split = r#"{{sub</w:t></w:r><w:r><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t>ject}}"#;
    let template = changed(|text| text.replace("{{subject}}", split));
    let text = part(
        &word(&report(), Some(&template)).unwrap(),
        "word/document.xml",
    );
    assert!(text.contains("Kết quả diễn tập ứng cứu sự cố"), "{text}");
    assert!(!text.contains("ject}}"));
}

#[test]
fn a_template_that_cannot_be_filled_says_why() {
    let without = changed(|text| text.replace("{{content}}", ""));
    let unknown = changed(|text| text.replace("{{title}}", "{{tittle}}"));
    for (template, expected) in [
        (
            without,
            "the template lacks the placeholder {{content}} in a paragraph of its own",
        ),
        (
            unknown,
            "the template has the placeholder {{tittle}}, which no report fills",
        ),
        (
            b"no archive".to_vec(),
            "the template is no Word file (.docx)",
        ),
    ] {
        let refused = word(&report(), Some(&template)).unwrap_err();
        assert_eq!(refused.to_string(), expected);
    }
}
