//! The logs of tests that failed: a folder that is named at the end and that nobody removes but who reads it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::record::Tested;

/// Writes what the tests that did not hold have told; the folder, where there is one.
///
/// # Errors
/// A folder or file that cannot be written.
pub(super) fn keep(wanted: Option<&Path>, all: &[Tested]) -> std::io::Result<Option<PathBuf>> {
    let failed: Vec<&Tested> = all.iter().filter(|tested| !tested.ok).collect();
    if failed.is_empty() {
        return Ok(None);
    }
    let folder = match wanted {
        Some(folder) => {
            fs::create_dir_all(folder)?;
            folder.to_owned()
        }
        None => tempfile::Builder::new()
            .prefix("thaotruong-test-")
            .tempdir()?
            .keep(),
    };
    for tested in failed {
        let file = folder.join(format!("{}-{}.log", name(tested.path()), tested.run()));
        fs::write(file, tested.log())?;
    }
    Ok(Some(folder))
}

/// A path as the name of a file.
fn name(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_failed_is_kept_and_each_run_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = folder.path().join("logs");
        assert_eq!(keep(Some(&wanted), &[]).unwrap(), None);
        assert!(!wanted.exists());
        let path = Path::new("../scenarios/a");
        let run = |run| Tested::unable(path, run, format!("no engine in {run}"));
        let kept = keep(Some(&wanted), &[run(1), run(2)]).unwrap();
        assert_eq!(kept.as_deref(), Some(wanted.as_path()));
        let read = |name: &str| fs::read_to_string(wanted.join(name)).unwrap();
        assert!(read("scenarios-a-1.log").contains("no engine in 1"));
        assert!(read("scenarios-a-2.log").contains("no engine in 2"));
    }
}
