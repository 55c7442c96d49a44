//! `thaotruong scenario new`: a small scenario to begin with, which holds as it is and says in remarks what is what.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;

use super::{FINE, WRONG, folder, print_json, problems};
use crate::{
    cli::printed::{err, out},
    locales::{Locale, text},
    scenarios::{self, Bundle, BundleFile, Message, Severity, is_name},
};

/// The files of the scenario to begin with; `NAME` and `TITLE` are filled in.
const STARTER: &[(&str, &str)] = &[
    ("scenario.yaml", include_str!("starter/scenario.yaml")),
    ("compose.yaml", include_str!("starter/compose.yaml")),
    ("solution.yaml", include_str!("starter/solution.yaml")),
    (
        "files/handover.txt",
        include_str!("starter/files/handover.txt"),
    ),
    (
        "checks/note-private",
        include_str!("starter/checks/note-private"),
    ),
];

/// What `scenario new` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 đã viết · written, 1 tiêu đề không dùng được · the title cannot be used, 2 không viết được, ví dụ tên sai hoặc thư mục đã có · it could not be written, such as a bad name or a folder that exists"
)]
pub(in crate::cli) struct New {
    /// Tên: chữ thường không dấu, chữ số, gạch nối · name: lower case letters, digits, hyphens
    #[arg(value_name = "NAME")]
    name: String,
    /// Tiêu đề; mặc định là tên · title; the name where absent
    #[arg(long)]
    title: Option<String>,
    /// Thư mục chứa, thay cho thư mục kịch bản đã cấu hình · parent folder, in place of the configured one
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// What was written, as JSON.
#[derive(Serialize)]
struct Written<'a> {
    path: &'a Path,
    check: problems::Checked,
}

impl New {
    pub(super) fn run(
        &self,
        configured: impl Fn() -> anyhow::Result<PathBuf>,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        if !is_name(&self.name) {
            let wrong = Message::new("scenario-name").with("name", &self.name);
            let help = Message::new("scenario-name-help");
            anyhow::bail!("{}; {}", wrong.text(locale), help.text(locale));
        }
        let parent = match &self.to {
            Some(parent) => parent.clone(),
            None => configured()?,
        };
        let files = files(&self.name, self.title.as_deref())?;
        let place = parent.join(&self.name);
        let checked = scenarios::check(Bundle::from_files(files.clone())?);
        if checked.count(Severity::Error) > 0 {
            if self.json {
                print_json(&problems::Checked::new(&place, &checked, locale))?;
            } else {
                problems::show(&mut err(), &place, &checked, locale)?;
            }
            return Ok(WRONG);
        }
        folder::write(
            &parent,
            &place,
            &files,
            configured().ok().as_deref(),
            locale,
        )?;
        if self.json {
            print_json(&Written {
                path: &place,
                check: problems::Checked::new(&place, &checked, locale),
            })?;
            return Ok(FINE);
        }
        let path = place.display().to_string();
        let said = text(locale, "cli-new-written", &[("path", path.into())]);
        writeln!(out(), "{said}")?;
        Ok(FINE)
    }
}

/// The files of a new scenario.
fn files(name: &str, title: Option<&str>) -> anyhow::Result<BTreeMap<String, BundleFile>> {
    // A JSON text is a YAML text in quotes, whatever stands in it.
    let title = serde_json::to_string(title.unwrap_or(name))?;
    let file = |text: &str| BundleFile {
        bytes: text
            .replace("NAME", name)
            .replace("TITLE", &title)
            .into_bytes(),
        mode: 0o644,
    };
    let files = STARTER.iter();
    Ok(files
        .map(|(path, text)| ((*path).to_owned(), file(text)))
        .collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn new(parent: &Path, name: &str, title: Option<&str>) -> anyhow::Result<u8> {
        let new = New {
            name: name.to_owned(),
            title: title.map(str::to_owned),
            to: Some(parent.to_owned()),
            json: false,
        };
        new.run(|| anyhow::bail!("not asked for"), Locale::En)
    }

    #[test]
    fn what_it_writes_holds_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let title = "Diễn tập: \"thử\" \\ # {1}";
        assert_eq!(new(folder.path(), "first-one", Some(title)).unwrap(), FINE);
        let checked = scenarios::check(Bundle::open(&folder.path().join("first-one")).unwrap());
        assert_eq!(checked.problems, []);
        let scenario = checked.definition.unwrap().scenario;
        assert_eq!(
            (scenario.id.as_str(), scenario.title.vi.as_str()),
            ("first-one", title)
        );
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing else is left"
        );
    }

    #[test]
    fn its_files_point_an_editor_to_their_schemas() {
        let first = |folder: &Path, file: &str| {
            let text = fs::read_to_string(folder.join("one").join(file)).unwrap();
            text.lines().next().unwrap().to_owned()
        };
        let shipped = fs::canonicalize("../scenarios").unwrap();
        let (beside, apart) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(beside.path().join("schema")).unwrap();
        fs::write(beside.path().join("schema/scenario.json"), "{}").unwrap();
        for parent in [beside.path(), apart.path()] {
            let new = New {
                name: "one".to_owned(),
                title: None,
                to: Some(parent.to_owned()),
                json: true,
            };
            assert_eq!(new.run(|| Ok(shipped.clone()), Locale::En).unwrap(), FINE);
        }
        for file in ["scenario", "solution"] {
            let own = first(beside.path(), &format!("{file}.yaml"));
            assert_eq!(
                own,
                format!("# yaml-language-server: $schema=../schema/{file}.json")
            );
            let own = first(apart.path(), &format!("{file}.yaml"));
            let schema = own
                .strip_prefix("# yaml-language-server: $schema=")
                .unwrap();
            assert!(Path::new(schema).is_file(), "{own}");
        }
    }

    #[test]
    fn what_is_there_stays_and_a_bad_name_says_what_is_allowed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("there")).unwrap();
        let error = new(folder.path(), "there", None).unwrap_err().to_string();
        assert!(error.contains("there"), "{error}");
        for name in ["../up", "Hoa", "", "a b", "-a"] {
            let error = new(folder.path(), name, None).unwrap_err().to_string();
            assert!(error.contains("letters"), "{error}");
        }
        let none = fs::read_dir(folder.path().join("there")).unwrap().count();
        assert_eq!((none, fs::read_dir(folder.path()).unwrap().count()), (0, 1));
    }

    #[test]
    fn a_title_that_cannot_be_one_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for title in ["", "{{variable.none}}"] {
            assert_eq!(
                new(folder.path(), "one", Some(title)).unwrap(),
                WRONG,
                "{title:?}"
            );
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
