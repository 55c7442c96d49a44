//! An author's way: a scenario sent with mistakes, mended, tried, released, covered by the next version, archived.

use std::collections::BTreeMap;

use super::*;
use crate::{
    exercises::{Tester, Tried},
    http::testing::Answer,
    library::Incoming,
    scenarios::{BundleFile, Definition, SCENARIO_FILE, zip},
};

struct Author {
    server: Server,
    browser: Browser,
    tester: Tester,
}

impl Author {
    async fn new() -> Self {
        let server = Server::start().await;
        let person = Person {
            id: PersonId::new(),
            province: server.province,
            name: "Lê Thị Thu Trang".into(),
            name_folded: "le thi thu trang".into(),
            email: None,
            erased_at: None,
        };
        let mut connection = server.app.db.connection().await.expect("connection");
        staff::insert_person(&mut connection, &person)
            .await
            .expect("person");
        drop(connection);
        let roles = [Role::Instructor];
        let account = server.account_of("trang", &roles, Some(person.id)).await;
        let browser = server.signed_in("trang").await;
        let tester = Tester {
            account,
            person: person.id,
            province: server.province,
            name: "Thử".into(),
        };
        Self {
            server,
            browser,
            tester,
        }
    }

    async fn upload(&mut self, file: &[u8]) -> Answer {
        let server = &self.server;
        server
            .upload(&mut self.browser, "/library/upload", file)
            .await
    }

    async fn page(&mut self, path: &str) -> String {
        let answer = self.server.get(&mut self.browser, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    /// Presses the button of a version as its page shows it.
    async fn press(&mut self, version: u32, what: &str) -> Answer {
        let page = self
            .page(&format!("/scenarios/plain?version={version}"))
            .await;
        let action = format!("/scenarios/plain/versions/{version}/{what}\"");
        let (_, form) = page
            .split_once(&action)
            .unwrap_or_else(|| panic!("no {what}: {page}"));
        let (_, rest) = form.split_once("name=\"bundle\" value=\"").expect("bundle");
        let bundle = rest.split('"').next().unwrap_or_default();
        let form = format!("bundle={bundle}&note=Cho+l%E1%BB%9Bp+th%C3%A1ng+11");
        let path = format!("/scenarios/plain/versions/{version}/{what}");
        self.server.post(&mut self.browser, &path, &form).await
    }

    fn workspace_of(answer: &Answer) -> String {
        let to = answer.headers[header::LOCATION].to_str().expect("place");
        assert!(to.ends_with("/workspace"), "{to}");
        to.to_owned()
    }
}

fn zipped(changes: &[(&str, &str)]) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios/tests/plain");
    let bundle = Bundle::open(&folder).expect("bundle");
    let files = bundle.files().map(|(path, file)| {
        let mut file = file.clone();
        if path == SCENARIO_FILE {
            let mut text = String::from_utf8(file.bytes).expect("text");
            for (from, to) in changes {
                text = text.replacen(from, to, 1);
            }
            file.bytes = text.into_bytes();
        }
        (path.to_owned(), file)
    });
    let files: BTreeMap<String, BundleFile> = files.collect();
    zip::pack(
        "plain",
        files.iter().map(|(path, file)| (path.as_str(), file)),
    )
    .expect("zip")
}

#[tokio::test]
async fn a_scenario_is_sent_mended_released_and_archived() {
    let mut author = Author::new().await;
    for (file, word) in [
        (&b"no zip"[..], "không phải tệp zip"),
        (&b""[..], "Chưa chọn tệp"),
        (
            &zipped(&[("scenario: plain", "scenario: Plain One")]),
            "Không biết đây là kịch bản nào",
        ),
    ] {
        let answer = author.upload(file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{word}");
        assert!(answer.body.contains(word), "{word}: {}", answer.body);
    }

    // With a mistake: kept, shown with place and line, neither to be tried nor released, not offered to anybody.
    let answer = author
        .upload(&zipped(&[("level: basic", "level: basik")]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = author.page("/scenarios/plain").await;
    for text in [
        "scenario.yaml:6:",
        "<mark>basik</mark>",
        "Bản nháp",
        "1 lỗi phải sửa",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(
        !page.contains("/release") && !page.contains("/try"),
        "{page}"
    );
    let list = author.page("/scenarios").await;
    assert!(list.contains("/scenarios/plain?version&#x3D;1"), "{list}");

    author.upload(&zipped(&[])).await;
    let launch = author.page("/exercises/new").await;
    assert!(!launch.contains("value=\"plain\""), "{launch}");
    let answer = author.press(1, "release").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = author.page("/scenarios/plain").await;
    for text in [
        "Đã phát hành",
        "Cho lớp tháng 11",
        "Tạo cuộc diễn tập",
        "Thay bản nháp",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let launch = author.page("/exercises/new").await;
    assert!(launch.contains("value=\"plain\""), "{launch}");

    // Released it is fixed; the next version says what changed, and covers it once released.
    let answer = author
        .upload(&zipped(&[("duration: 60m", "duration: 70m")]))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("version: 2"), "{}", answer.body);
    let second = [
        ("version: 1", "version: 2"),
        ("duration: 60m", "duration: 70m"),
    ];
    author.upload(&zipped(&second)).await;
    let page = author.page("/scenarios/plain?version=2").await;
    assert!(page.contains("Thời lượng 60 → 70 phút"), "{page}");
    author.press(2, "release").await;
    let list = author.page("/scenarios").await;
    assert!(!list.contains("/scenarios/plain?version&#x3D;1"), "{list}");
    let archived = author.page("/scenarios?stage=archived").await;
    assert!(
        archived.contains("/scenarios/plain?version&#x3D;1"),
        "{archived}"
    );
    author.press(2, "archive").await;
    let launch = author.page("/exercises/new").await;
    assert!(!launch.contains("value=\"plain\""), "{launch}");
    author.press(1, "release").await;
    let launch = author.page("/exercises/new").await;
    assert!(launch.contains("value=\"plain\""), "{launch}");

    // What it is can be taken away and sent back.
    let answer = author
        .server
        .get(&mut author.browser, "/scenarios/plain/versions/1/zip")
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/zip");
    let stale = "/scenarios/plain/versions/1/archive";
    author
        .server
        .post(&mut author.browser, stale, "bundle=another")
        .await;
    let page = author.page("/scenarios/plain").await;
    assert!(page.contains("vừa được thay đổi"), "{page}");
}

#[tokio::test]
async fn what_the_installation_brings_is_covered_by_a_later_version_alone() {
    let mut author = Author::new().await;
    let page = author.page("/scenarios/web-defacement").await;
    for text in ["Có sẵn", "không sửa tại đây", "/versions/1/zip"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
    let bundle = Bundle::open(&folder).expect("bundle");
    let version = |number: u32| {
        let files = bundle.files().map(|(path, file)| {
            let mut file = file.clone();
            if path == SCENARIO_FILE {
                let text = String::from_utf8(file.bytes).expect("text");
                let text = text.replacen("\nversion: 1", &format!("\nversion: {number}"), 1);
                file.bytes = text.into_bytes();
            }
            (path.to_owned(), file)
        });
        let files: BTreeMap<String, BundleFile> = files.collect();
        zip::pack("x", files.iter().map(|(path, file)| (path.as_str(), file))).expect("zip")
    };
    let answer = author.upload(&version(1)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("version: 2"), "{}", answer.body);
    let answer = author.upload(&version(2)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = author.page("/scenarios/web-defacement").await;
    assert!(page.contains("không sửa tại đây"), "{page}");
}

#[tokio::test]
async fn two_versions_of_one_number_are_told_from_each_other_by_their_files() {
    let mut author = Author::new().await;
    let app = author.server.app.clone();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
    let bundle = Bundle::open(&folder).expect("bundle");
    let files = bundle.files().map(|(path, file)| {
        let mut file = file.clone();
        if path == SCENARIO_FILE {
            let text = String::from_utf8(file.bytes).expect("text");
            file.bytes = text
                .replacen("duration: 90m", "duration: 95m", 1)
                .into_bytes();
        }
        (path.to_owned(), file)
    });
    let files: BTreeMap<String, BundleFile> = files.collect();
    let zip = zip::pack("x", files.iter().map(|(path, file)| (path.as_str(), file)));
    let incoming = Incoming::read(&zip.expect("zip")).expect("scenario");
    // It was uploaded before the installation brought the same number.
    let (province, account) = (author.tester.province, author.tester.account);
    let upload = app.library.upload(province, account, &incoming, None);
    upload.await.expect("kept");

    let place = "/scenarios/web-defacement?version=1";
    let own = author
        .page(&format!("{place}&bundle={}", incoming.digest))
        .await;
    assert!(own.contains("95 phút") && own.contains("Bản nháp"), "{own}");
    let digest = bundle.digest();
    let brought = author
        .page(&format!("{place}&bundle={}", &digest[..12]))
        .await;
    assert!(
        brought.contains("90 phút") && brought.contains("Có sẵn"),
        "{brought}"
    );
    let list = format!("bundle&#x3D;{}", &digest[..12]);
    assert!(own.contains(&list), "{own}");
    // Files that nobody has any more lead to the number.
    let other = author.page(&format!("{place}&bundle=0000")).await;
    assert!(other.contains("95 phút"), "{other}");
    for strange in ["%0d%0aX", "%C4%91%C4%91%C4%91"] {
        author.page(&format!("{place}&bundle={strange}")).await;
        let path = "/scenarios/web-defacement/versions/1/archive";
        let form = format!("bundle={strange}");
        let answer = author.server.post(&mut author.browser, path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
}

#[tokio::test]
async fn two_clicks_at_once_lay_out_one_trial_and_never_that_of_other_files() {
    let mut author = Author::new().await;
    let app = author.server.app.clone();
    author.upload(&zipped(&[])).await;
    let second = [
        ("version: 1", "version: 2"),
        ("duration: 60m", "duration: 70m"),
    ];
    author.upload(&zipped(&second)).await;
    let mut definitions = Vec::new();
    let versions = app.library.versions(author.tester.province, "plain").await;
    for entry in versions.expect("versions") {
        let judged = app.library.judged(&entry.bundle).await.expect("judged");
        definitions.push(judged.definition.clone().expect("no errors"));
    }
    let attempt = |definition: &Arc<Definition>| {
        let (exercises, definition) = (app.exercises.clone(), Arc::clone(definition));
        let tester = author.tester.clone();
        async move {
            let tried = exercises.try_alone(tester, "Thử".into(), &definition);
            tried.await.expect("tried")
        }
    };
    let (one, other) = tokio::join!(attempt(&definitions[0]), attempt(&definitions[1]));
    let laid_out = |it: &Tried| matches!(it, Tried::New(_));
    assert!(laid_out(&one) != laid_out(&other), "{one:?} {other:?}");
    let later = if laid_out(&one) { other } else { one };
    assert!(matches!(later, Tried::Other(_)), "{later:?}");
}

#[tokio::test]
async fn an_author_tries_alone_and_it_counts_nowhere() {
    let mut author = Author::new().await;
    let app = author.server.app.clone();
    app.environments.start(&app.tasks);
    Conductor::start(&app.exercises, &app.tasks);
    let later = zipped(&[("{id: E01, at: 0m", "{id: E01, at: 10m")]);
    author.upload(&later).await;
    // While it is proven that labs are closed nobody waits, and a second click waits with the first.
    let walls = Arc::clone(&author.server.walls);
    let held = walls.hold().await;
    let answer = author.press(1, "try").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let workspace = Author::workspace_of(&answer);
    let again = author.press(1, "try").await;
    assert_eq!(Author::workspace_of(&again), workspace);
    drop(held);
    let mut page = String::new();
    for _ in 0..PATIENCE.as_millis() / 100 {
        page = author.page(&workspace).await;
        if page.contains("/trial/skip") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(page.contains("không tính kết quả"), "{page}");
    let place = workspace.trim_end_matches("/workspace").to_owned();
    let id: ExerciseId = place
        .trim_start_matches("/exercises/")
        .parse()
        .expect("exercise");
    let before = app.exercises.view(id).await.expect("view").exercise;
    let skip = format!("{place}/trial/skip");
    let answer = author.server.post(&mut author.browser, &skip, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let after = app.exercises.view(id).await.expect("view").exercise;
    let now = app.clock.now();
    assert!(before.elapsed_at(now) < Duration::from_mins(10));
    assert_eq!(after.elapsed_at(now), Duration::from_mins(10));

    // A second click leads to the same; another account sees nothing of it.
    let again = author.press(1, "try").await;
    assert_eq!(Author::workspace_of(&again), workspace);
    author.server.account("khac", &[Role::Instructor]).await;
    author
        .server
        .account("quantri", &[Role::Administrator])
        .await;
    let mut other = author.server.signed_in("khac").await;
    for path in [place.clone(), workspace.clone(), format!("/boards/{id}")] {
        let answer = author.server.get(&mut other, &path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let list = author.page("/exercises").await;
    assert!(!list.contains(&id.to_string()), "{list}");
    let mut administrator = author.server.signed_in("quantri").await;
    let all = author
        .server
        .get(&mut administrator, "/admin/environments")
        .await;
    assert!(all.body.contains("Thử: "), "{}", all.body);

    let end = format!("{place}/trial/end");
    let answer = author.server.post(&mut author.browser, &end, "").await;
    let to = answer.headers[header::LOCATION].to_str().expect("place");
    assert!(to.starts_with("/scenarios/plain?version=1&bundle="), "{to}");
    let view = app.exercises.view(id).await.expect("view");
    assert_eq!(view.exercise.state, ExerciseState::Finished);
    let report = author
        .server
        .get(&mut author.browser, &format!("{place}/report"))
        .await;
    assert_eq!(report.status, StatusCode::NOT_FOUND);
    // What it was tried with can still be deleted, and the trial keeps its files.
    let answer = author.press(1, "delete").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(app.exercises.view(id).await.is_ok());
    app.tasks.drain().await;
}
