//! `thaotruong scenario import`: a scenario of another system, with a report of what became of every key.
//!
//! The report comes first, then what `check` says of the result. It is written as a whole or not at all, and never over
//! something that is there.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _, Write},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Serialize;

use super::{FINE, WRONG, folder, print_json, problems};
use crate::{
    cli::printed::out,
    locales::{Locale, text},
    scenarios::{
        self, Bundle, BundleFile, Severity,
        import::{self, Fate, Format, ImportError, Imported, Report, Wanted},
    },
};

/// Most bytes of a file that is imported: what a bundle may hold, packed or not.
const MAX_FILE: u64 = 64 << 20;

/// What `scenario import` is asked.
pub(super) struct Import {
    /// Thư mục, tệp hoặc tệp zip của hệ thống khác · folder, file or zip file of another system
    pub(super) path: PathBuf,
    /// Định dạng; mặc định nhận ra từ các tệp · format; recognised from the files where absent
    pub(super) from: Option<String>,
    /// Tên kịch bản; mặc định lấy từ nguồn · the scenario's name; made from the source where absent
    pub(super) id: Option<String>,
    /// Ảnh máy của nguồn và ảnh máy dùng thay · an image of the source and the one to use in its place
    pub(super) images: Vec<(String, String)>,
    /// Thư mục chứa, thay cho thư mục kịch bản đã cấu hình · parent folder, in place of the configured one
    pub(super) into: Option<PathBuf>,
    /// In JSON · print JSON
    pub(super) json: bool,
}

/// The outcome as JSON.
#[derive(Serialize)]
struct Outcome {
    format: &'static str,
    folder: PathBuf,
    #[serde(flatten)]
    report: ReportView,
    check: problems::Checked,
}

/// A report as JSON.
#[derive(Serialize)]
pub(super) struct ReportView {
    taken: usize,
    changed: usize,
    lost: usize,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    fate: Fate,
    place: String,
    code: &'static str,
    message: String,
}

impl ReportView {
    pub(super) fn new(report: &Report, locale: Locale) -> Self {
        let lines = report.lines.iter().map(|line| LineView {
            fate: line.fate,
            place: line.place.clone(),
            code: line.message.id,
            message: line.message.text(locale),
        });
        Self {
            taken: report.count(Fate::Taken),
            changed: report.count(Fate::Changed),
            lost: report.count(Fate::Lost),
            lines: lines.collect(),
        }
    }
}

/// `kali=thaotruong/workstation:1`.
pub(super) fn image(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => {
            Ok((from.to_owned(), to.to_owned()))
        }
        _ => Err("SOURCE=IMAGE".to_owned()),
    }
}

impl Import {
    pub(super) fn run(
        &self,
        configured: impl Fn() -> anyhow::Result<PathBuf>,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        let files = read(&self.path)?;
        let named = self.from.as_deref().and_then(Format::from_name);
        let format = named
            .or_else(|| import::recognise(&files))
            .ok_or(ImportError::Unrecognised);
        let wanted = Wanted {
            id: self.id.clone(),
            images: self.images.iter().cloned().collect(),
            called: called(&self.path),
        };
        let imported =
            format.and_then(|format| Ok((format, import::import(format, &files, &wanted)?)));
        let (format, imported) = imported.map_err(|error| refused(&error, locale))?;
        let Imported { bundle, report } = imported;
        let files: BTreeMap<String, BundleFile> = bundle
            .files()
            .map(|(path, file)| (path.to_owned(), file.clone()))
            .collect();
        let checked = scenarios::check(bundle);
        let id = named_in(&files).context("scenario.yaml")?;
        let parent = match &self.into {
            Some(parent) => parent.clone(),
            None => configured()?,
        };
        let place = parent.join(&id);
        folder::write(
            &parent,
            &place,
            &files,
            configured().ok().as_deref(),
            locale,
        )?;
        let code = if checked.count(Severity::Error) > 0 {
            WRONG
        } else {
            FINE
        };
        if self.json {
            print_json(&Outcome {
                format: format.name(),
                folder: place.clone(),
                report: ReportView::new(&report, locale),
                check: problems::Checked::new(&place, &checked, locale),
            })?;
            return Ok(code);
        }
        let mut out = out();
        show(&mut out, &report, locale)?;
        let path = place.display().to_string();
        writeln!(
            out,
            "{}\n",
            text(
                locale,
                "import-written",
                &[("path", path.into()), ("format", format.name().into())]
            )
        )?;
        problems::show(&mut out, &place, &checked, locale)?;
        Ok(code)
    }
}

/// Why nothing could be imported, with the place where there is one.
fn refused(error: &ImportError, locale: Locale) -> anyhow::Error {
    let message = error.message().text(locale);
    match error {
        ImportError::Unreadable(problem) => {
            anyhow::anyhow!("{}:{}: {message}", problem.file, problem.span.line)
        }
        _ => anyhow::anyhow!(message),
    }
}

/// What the folder or file is called, for a source without a name.
fn called(path: &Path) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    Some(path.file_stem()?.to_str()?.to_owned())
}

/// The name in what was written.
fn named_in(files: &BTreeMap<String, BundleFile>) -> Option<String> {
    let file = files.get(scenarios::SCENARIO_FILE)?;
    let text = str::from_utf8(&file.bytes).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("scenario: "))?;
    Some(line.trim_matches(['"', '\'']).to_owned())
}

/// The files of a folder, a zip file, or a file alone.
fn read(path: &Path) -> anyhow::Result<BTreeMap<String, BundleFile>> {
    let shown = || path.display().to_string();
    if path.is_dir() {
        let bundle = Bundle::open(path).with_context(shown)?;
        let mut files: BTreeMap<String, BundleFile> = bundle
            .files()
            .map(|(path, file)| (path.to_owned(), file.clone()))
            .collect();
        // Compose reads its values from here; other hidden files stay where they are.
        let environment = path.join(".env");
        // A link could name any file of the machine.
        let own = fs::symlink_metadata(&environment).is_ok_and(|about| about.is_file());
        if own {
            files.insert(".env".to_owned(), read_file(&environment)?);
        }
        return Ok(files);
    }
    let file = read_file(path).with_context(shown)?;
    let extension = path
        .extension()
        .and_then(|end| end.to_str())
        .unwrap_or_default();
    if extension.eq_ignore_ascii_case("zip") {
        let files = scenarios::zip::unpack(&file.bytes).with_context(shown)?;
        return Ok(without_folder(files));
    }
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .with_context(shown)?;
    Ok(BTreeMap::from([(name.to_owned(), file)]))
}

fn read_file(path: &Path) -> anyhow::Result<BundleFile> {
    let file = fs::File::open(path)?;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    anyhow::ensure!(
        bytes.len() as u64 <= MAX_FILE,
        scenarios::BundleError::TooLarge
    );
    Ok(BundleFile { bytes, mode })
}

/// The files without the one folder in which all of them lie, as whoever packs a folder gets it.
fn without_folder(files: BTreeMap<String, BundleFile>) -> BTreeMap<String, BundleFile> {
    let first = files.keys().next().and_then(|path| path.split_once('/'));
    let Some(folder) = first.map(|(folder, _)| format!("{folder}/")) else {
        return files;
    };
    if folder == "db/" || !files.keys().all(|path| path.starts_with(&folder)) {
        return files;
    }
    let files = files.into_iter();
    files
        .map(|(path, file)| (path[folder.len()..].to_owned(), file))
        .collect()
}

/// Says the fate of everything: what is lost stands last, where it is read.
pub(super) fn show(out: &mut impl Write, report: &Report, locale: Locale) -> io::Result<()> {
    for (fate, title) in [
        (Fate::Taken, "import-title-taken"),
        (Fate::Changed, "import-title-changed"),
        (Fate::Lost, "import-title-lost"),
    ] {
        let lines: Vec<_> = report
            .lines
            .iter()
            .filter(|line| line.fate == fate)
            .collect();
        if lines.is_empty() {
            continue;
        }
        writeln!(
            out,
            "{}",
            text(locale, title, &[("count", lines.len().into())])
        )?;
        for line in lines {
            // A name over several lines would look like lines of ours.
            let place = line.place.replace('\n', " ");
            writeln!(out, "  {place}\n      {}", line.message.text(locale))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(path: &Path, into: &Path) -> Import {
        Import {
            images: Vec::new(),
            path: path.to_owned(),
            from: None,
            id: None,
            into: Some(into.to_owned()),
            json: false,
        }
    }

    fn run(import: &Import) -> anyhow::Result<u8> {
        import.run(|| anyhow::bail!("not asked for"), Locale::En)
    }

    fn example(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/scenarios/tests/import")
            .join(name)
    }

    #[test]
    fn a_folder_is_written_once_and_stays() {
        let into = tempfile::tempdir().unwrap();
        let mut import = command(&example("compose"), into.path());
        import.id = Some("commune".to_owned());
        assert_eq!(run(&import).unwrap(), FINE);
        let written = into.path().join("commune");
        let checked = scenarios::check(Bundle::open(&written).unwrap());
        assert_eq!(checked.count(Severity::Error), 0);
        fs::write(written.join("mine"), "x").unwrap();
        let error = run(&import).unwrap_err().to_string();
        assert!(error.contains("commune"), "{error}");
        assert!(written.join("mine").exists());
        let left = fs::read_dir(into.path()).unwrap().count();
        assert_eq!(left, 1, "nothing else is left");
    }

    #[test]
    fn a_file_of_no_known_format_names_those_that_are() {
        let into = tempfile::tempdir().unwrap();
        let path = into.path().join("notes.txt");
        fs::write(&path, "hello").unwrap();
        let error = run(&command(&path, into.path())).unwrap_err().to_string();
        assert!(error.contains("compose, ctfcli"), "{error}");
        assert_eq!(fs::read_dir(into.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_in_place_of_the_values_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        fs::write(&secret, "A=secret").unwrap();
        let source = folder.path().join("source");
        fs::create_dir(&source).unwrap();
        fs::write(source.join("compose.yaml"), "services: {a: {image: b}}").unwrap();
        std::os::unix::fs::symlink(&secret, source.join(".env")).unwrap();
        assert!(!read(&source).unwrap().contains_key(".env"));
        fs::remove_file(source.join(".env")).unwrap();
        fs::write(source.join(".env"), "A=own").unwrap();
        assert!(read(&source).unwrap().contains_key(".env"));
    }

    #[test]
    fn a_zip_file_is_unpacked_without_the_folder_around_it() {
        let into = tempfile::tempdir().unwrap();
        let path = into.path().join("one.zip");
        let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        for (name, text) in [
            (
                "one/challenge.yml",
                "name: One\nvalue: 5\nflags: [a]\nfiles: [x]\n",
            ),
            ("one/x", "y"),
        ] {
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file(name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        assert_eq!(run(&command(&path, into.path())).unwrap(), FINE);
        assert!(into.path().join("one/files/one/x").exists());
    }
}
