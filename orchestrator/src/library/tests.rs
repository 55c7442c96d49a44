//! The rules on both databases.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use thaotruong_tests::both_databases;

use super::*;
use crate::{
    clock::{Clock, TestClock, Timestamp},
    locales::Locale,
    scenarios::{Bundle, BundleFile, SCENARIO_FILE, Severity, zip},
    store::{Statement, accounts::AccountRow, organisation::Province},
};

struct Shelf {
    library: Library,
    database: Database,
    province: ProvinceId,
    author: AccountId,
}

impl Shelf {
    async fn new(database: Database) -> Self {
        let clock = TestClock::new(Timestamp(1_795_000_000_000_000));
        let (province, author) = (ProvinceId::new(), AccountId::new());
        let mut connection = database.connection().await.unwrap();
        let row = Province {
            id: province,
            code: "44".to_owned(),
            name: "Quảng Trị".to_owned(),
        };
        store::organisation::insert_province(&mut connection, &row)
            .await
            .unwrap();
        let account = AccountRow {
            id: author,
            province,
            province_name: String::new(),
            person: None,
            person_name: None,
            username: "trang".to_owned(),
            password_hash: String::new(),
            locale: "vi".to_owned(),
            created_at: clock.now(),
            disabled_at: None,
        };
        store::accounts::insert(&mut connection, &account)
            .await
            .unwrap();
        Self {
            library: Library::new(database.clone(), Arc::new(clock)),
            database,
            province,
            author,
        }
    }

    async fn upload(&self, zip: &[u8]) -> Result<Uploaded, LibraryError> {
        let incoming = Incoming::read(zip)?;
        let library = &self.library;
        library
            .upload(self.province, self.author, &incoming, None)
            .await
    }

    async fn entry(&self, version: i64) -> Entry {
        let versions = self.library.versions(self.province, "plain").await.unwrap();
        let entry = versions.into_iter().find(|it| it.version == version);
        entry.expect("version")
    }

    async fn release(&self, version: i64) -> Result<(), LibraryError> {
        let entry = self.entry(version).await;
        let library = &self.library;
        library.release(seen(&entry), self.author, "", None).await
    }

    async fn stages(&self) -> Vec<(i64, Stage)> {
        let versions = self.library.versions(self.province, "plain").await.unwrap();
        versions.iter().map(|it| (it.version, it.stage)).collect()
    }

    async fn listed(&self) -> Vec<Sight> {
        let listed = self.library.shelf(self.province).await.unwrap();
        listed.into_iter().map(|it| it.sight).collect()
    }

    async fn run(&self, sql: &'static str) {
        let mut connection = self.database.connection().await.unwrap();
        Statement::new(sql).execute(&mut connection).await.unwrap();
    }

    /// Another province.
    async fn neighbour(&self) -> ProvinceId {
        let row = Province {
            id: ProvinceId::new(),
            code: "46".to_owned(),
            name: "Huế".to_owned(),
        };
        let mut connection = self.database.connection().await.unwrap();
        store::organisation::insert_province(&mut connection, &row)
            .await
            .unwrap();
        row.id
    }

    async fn bundles(&self) -> i64 {
        let mut connection = self.database.connection().await.unwrap();
        let row = Statement::new("select count(*) as n from bundle")
            .fetch_one("bundle", &mut connection)
            .await;
        row.unwrap().get("n").unwrap()
    }
}

fn seen(entry: &Entry) -> Seen<'_> {
    Seen {
        province: entry.province,
        scenario: &entry.scenario,
        version: entry.version,
        bundle: &entry.bundle,
    }
}

/// The plain scenario of the model's tests with other words in its first file.
fn zipped(changes: &[(&str, &str)]) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios/tests/plain");
    let bundle = Bundle::open(&folder).expect("bundle");
    let files = bundle.files().map(|(path, file)| {
        let mut file = file.clone();
        if path == SCENARIO_FILE {
            let mut text = String::from_utf8(file.bytes).expect("text");
            for (from, to) in changes {
                assert!(text.contains(from), "{from}: {text}");
                text = text.replacen(from, to, 1);
            }
            file.bytes = text.into_bytes();
        }
        (path.to_owned(), file)
    });
    let files: BTreeMap<String, BundleFile> = files.collect();
    zip::pack(
        "any-folder",
        files.iter().map(|(path, file)| (path.as_str(), file)),
    )
    .expect("zip")
}

const FAULT: (&str, &str) = ("level: ", "level: very-");

both_databases! {
    async fn a_draft_is_kept_with_its_errors_until_a_better_one_comes(database: Database) {
        let shelf = Shelf::new(database).await;
        let uploaded = shelf.upload(&zipped(&[FAULT])).await.unwrap();
        assert_eq!((uploaded.scenario.as_str(), uploaded.version), ("plain", 1));
        assert_eq!((uploaded.errors, uploaded.before), (1, false));
        let faulty = shelf.entry(1).await;
        assert!(matches!(shelf.release(1).await, Err(LibraryError::Faulty)));
        let judged = shelf.library.judged(&faulty.bundle).await.unwrap();
        assert_eq!(judged.count(Severity::Error), 1);
        assert!(judged.title.is_some());
        assert!(shelf.upload(&zipped(&[FAULT])).await.unwrap().before);

        let uploaded = shelf.upload(&zipped(&[])).await.unwrap();
        assert_eq!((uploaded.errors, uploaded.before), (0, false));
        // What nobody refers to any more is gone, and who saw the old one releases nothing.
        assert_eq!(shelf.bundles().await, 1);
        let old = shelf.library.release(seen(&faulty), shelf.author, "", None).await;
        assert!(matches!(old, Err(LibraryError::Changed)), "{old:?}");
        shelf.release(1).await.unwrap();
        shelf.release(1).await.unwrap();
        assert_eq!(shelf.stages().await, [(1, Stage::Released)]);
        let changes = shelf.library.changes(shelf.province, "plain").await.unwrap();
        let told: Vec<&str> = changes.iter().map(|(it, _)| it.change.as_str()).collect();
        assert_eq!(told, ["released", "replaced", "uploaded"]);
        assert_eq!(changes[0].1, "trang");
    }

    async fn what_was_released_never_changes_and_one_version_is_released(database: Database) {
        let shelf = Shelf::new(database).await;
        shelf.upload(&zipped(&[])).await.unwrap();
        shelf.release(1).await.unwrap();
        let other = zipped(&[("duration: ", "duration: 1")]);
        let refused = shelf.upload(&other).await;
        assert!(matches!(refused, Err(LibraryError::Fixed(2))), "{refused:?}");
        assert!(shelf.upload(&zipped(&[])).await.unwrap().before);

        let second = [("version: 1", "version: 2"), ("duration: ", "duration: 1")];
        shelf.upload(&zipped(&second)).await.unwrap();
        assert_eq!(shelf.stages().await, [(2, Stage::Draft), (1, Stage::Released)]);
        shelf.release(2).await.unwrap();
        assert_eq!(shelf.stages().await, [(2, Stage::Released), (1, Stage::Archived)]);
        shelf.release(1).await.unwrap();
        assert_eq!(shelf.stages().await, [(2, Stage::Archived), (1, Stage::Released)]);
        let entry = shelf.entry(1).await;
        shelf.library.archive(seen(&entry), shelf.author).await.unwrap();
        shelf.library.archive(seen(&entry), shelf.author).await.unwrap();
        assert_eq!(shelf.stages().await, [(2, Stage::Archived), (1, Stage::Archived)]);
        let entry = shelf.entry(2).await;
        let kept = shelf.library.delete_draft(seen(&entry), shelf.author).await;
        assert!(matches!(kept, Err(LibraryError::Changed)));
        assert_eq!(shelf.bundles().await, 2);
    }

    async fn a_draft_that_is_deleted_leaves_its_history_alone(database: Database) {
        let shelf = Shelf::new(database).await;
        shelf.upload(&zipped(&[])).await.unwrap();
        let entry = shelf.entry(1).await;
        let early = shelf.library.archive(seen(&entry), shelf.author).await;
        assert!(matches!(early, Err(LibraryError::Changed)));
        shelf.library.delete_draft(seen(&entry), shelf.author).await.unwrap();
        assert_eq!(shelf.stages().await, []);
        assert_eq!(shelf.bundles().await, 0);
        let again = shelf.library.delete_draft(seen(&entry), shelf.author).await;
        assert!(matches!(again, Err(LibraryError::Missing)));
        assert_eq!(shelf.library.changes(shelf.province, "plain").await.unwrap().len(), 2);
    }

    async fn a_list_judges_nothing_and_shows_what_cannot_be_read(database: Database) {
        let shelf = Shelf::new(database).await;
        shelf.upload(&zipped(&[])).await.unwrap();
        shelf.upload(&zipped(&[("version: 1", "version: 2"), FAULT])).await.unwrap();
        let listed = shelf.listed().await;
        let [Sight::Faulty { errors: 1, title: Some(_) }, Sight::Usable(card)] = &listed[..] else {
            panic!("{listed:?}");
        };
        assert_eq!((card.minutes, card.level), (60, crate::scenarios::Level::Basic));
        // Their files are not looked at, for they are away.
        shelf.run("delete from bundle_file").await;
        let library = Library::new(shelf.database.clone(), Arc::new(TestClock::new(Timestamp(0))));
        let sights = || async {
            let listed = library.shelf(shelf.province).await.unwrap();
            listed.into_iter().map(|it| it.sight).collect::<Vec<Sight>>()
        };
        assert_eq!(sights().await, listed);
        // What another release kept is worked out again; where that cannot be done, it stands as such beside the others.
        shelf.run("update library_entry set card = replace(card, '\"program\":\"', '\"program\":\"0') where version = 1").await;
        let now = sights().await;
        assert_eq!(now[0], listed[0]);
        assert!(matches!(&now[1], Sight::Unreadable(why) if !why.is_empty()), "{now:?}");
        let entry = shelf.entry(1).await;
        let released = library.release(seen(&entry), shelf.author, "", None).await;
        assert!(matches!(released, Err(LibraryError::Faulty)), "{released:?}");
        // The same bundle again brings its files back, and the list keeps what it finds.
        assert!(shelf.upload(&zipped(&[])).await.unwrap().before);
        assert_eq!(sights().await, listed);
        shelf.run("delete from bundle_file").await;
        assert_eq!(sights().await, listed);
    }

    async fn of_two_uploads_of_a_draft_none_is_lost_unseen(database: Database) {
        let shelf = Shelf::new(database).await;
        shelf.upload(&zipped(&[])).await.unwrap();
        for round in 0..6 {
            let lengths = [1, 2].map(|number| format!("duration: {round}{number}"));
            let [one, other] = lengths.map(|length| zipped(&[("duration: ", &length)]));
            let (one, other) = tokio::join!(shelf.upload(&one), shelf.upload(&other));
            for upload in [&one, &other] {
                let fine = matches!(upload, Ok(_) | Err(LibraryError::Changed));
                assert!(fine, "{upload:?}");
            }
            assert!(one.is_ok() || other.is_ok());
            // What is kept is whole, and nothing is left of what was replaced.
            let entry = shelf.entry(1).await;
            assert!(shelf.library.bundle(&entry.bundle).await.is_ok());
            assert_eq!(shelf.bundles().await, 1);
        }
        let entry = shelf.entry(1).await;
        let mut connection = shelf.database.connection().await.unwrap();
        let late = store::library::replace(&mut connection, &entry, "what-it-was").await;
        assert!(!late.unwrap());
    }

    async fn files_that_one_drops_while_another_keeps_them_stay(database: Database) {
        let shelf = Shelf::new(database).await;
        let neighbour = shelf.neighbour().await;
        let shared = Incoming::read(&zipped(&[])).unwrap();
        let other = zipped(&[("duration: ", "duration: 1")]);
        let library = &shelf.library;
        for _ in 0..8 {
            shelf.upload(&zipped(&[])).await.unwrap();
            let keep = library.upload(neighbour, shelf.author, &shared, None);
            let (dropped, kept) = tokio::join!(shelf.upload(&other), keep);
            dropped.unwrap();
            kept.unwrap();
            assert!(library.bundle(&shared.digest).await.is_ok());
            let entry = library.versions(neighbour, "plain").await.unwrap().remove(0);
            library.delete_draft(seen(&entry), shelf.author).await.unwrap();
        }
    }

    async fn what_the_installation_brings_as_late_is_not_covered(database: Database) {
        let shelf = Shelf::new(database).await;
        let incoming = Incoming::read(&zipped(&[])).unwrap();
        let upload = |shipped| shelf.library.upload(shelf.province, shelf.author, &incoming, shipped);
        let refused = upload(Some(1)).await;
        assert!(matches!(refused, Err(LibraryError::Shipped(2))), "{refused:?}");
        upload(None).await.unwrap();
        let entry = shelf.entry(1).await;
        let library = &shelf.library;
        let late = library.release(seen(&entry), shelf.author, "", Some(4)).await;
        assert!(matches!(late, Err(LibraryError::Shipped(5))), "{late:?}");
        shelf.release(1).await.unwrap();
        let entry = shelf.entry(1).await;
        assert!(library.in_use(&entry, None).await.unwrap().is_some());
        assert!(library.in_use(&entry, Some(1)).await.unwrap().is_none());
    }
}

#[test]
fn a_scenario_without_name_is_refused_with_all_its_mistakes() {
    let nameless = Incoming::read(&zipped(&[("scenario: plain", "scenario: Plain One")]));
    let Err(LibraryError::Unnamed(problems)) = nameless else {
        panic!("{nameless:?}");
    };
    assert!(!problems.is_empty());
    // One that is no YAML at all still says at its margin what it is.
    let torn = Incoming::read(&zipped(&[("title: ", "title: {{{")])).expect("named");
    assert_eq!((torn.scenario.as_str(), torn.version), ("plain", 1));
    assert!(torn.errors() > 0);
}

#[test]
fn differences_are_told_in_words() {
    let scenario = |changes: &[(&str, &str)]| {
        let incoming = Incoming::read(&zipped(changes)).expect("scenario");
        let definition = incoming.judged.definition.clone();
        definition.expect("no errors").scenario.clone()
    };
    let before = scenario(&[]);
    assert!(differences(&before, &before, Locale::Vi).is_empty());
    let after = scenario(&[("duration: ", "duration: 1")]);
    let told = differences(&before, &after, Locale::Vi);
    assert!(told.iter().any(|it| it.contains("Thời lượng")), "{told:?}");
    let mut after = before.clone();
    after.tasks[0].points += 25;
    let told = differences(&before, &after, Locale::En);
    let title = &before.tasks[0].title.en;
    let line = told.iter().find(|it| it.contains(title.as_str()));
    assert!(line.is_some_and(|it| it.contains('→')), "{told:?}");
}
