//! Finding and reading the tree's own files, as git knows them: what is ignored is not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the tree, by its path from the root.
pub struct SourceFile {
    /// Path from the root, with `/`.
    pub path: String,
    /// The whole text; files that are not text are left out.
    pub text: String,
}

impl SourceFile {
    /// The file name's ending, without the dot.
    pub fn extension(&self) -> &str {
        Path::new(&self.path)
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or("")
    }
}

/// The tree's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the tree")
        .to_owned()
}

/// All text files that are committed or about to be.
pub fn files() -> Vec<SourceFile> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root())
        .output()
        .expect("git lists the tree");
    assert!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut files = Vec::new();
    for path in output
        .stdout
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
    {
        let path = String::from_utf8(path.to_vec()).expect("paths are UTF-8");
        // A file deleted but not yet committed is listed and cannot be read; a picture is no text.
        if let Ok(text) = std::fs::read_to_string(root().join(&path)) {
            files.push(SourceFile { path, text });
        }
    }
    files
}

/// The files below a folder with one of these endings.
pub fn files_below(folder: &str, endings: &[&str]) -> Vec<SourceFile> {
    let prefix = format!("{folder}/");
    files()
        .into_iter()
        .filter(|file| file.path.starts_with(&prefix) && endings.contains(&file.extension()))
        .collect()
}

/// Fails with all findings at once.
pub fn expect_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n  {}\n", findings.join("\n  "));
}
