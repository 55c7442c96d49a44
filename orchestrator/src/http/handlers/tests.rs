//! A drill as the instructor and the administrator see it: over a whole server and an engine in memory.

mod machines;
mod review;
mod schedules;
mod scoring;
mod seating;
mod sides;
mod versions;
mod walls;

use std::{path::Path, sync::Arc, time::Duration};

use axum::http::{StatusCode, header};

use super::super::testing::{Browser, Server};
use crate::{
    accounts::Role,
    browser::recordings,
    environments::Kept,
    exercises::{Conductor, Draft, DraftTeam, ExerciseState},
    ids::{EnvironmentId, ExerciseId, PersonId, SessionId, TeamId},
    journal::Event,
    scenarios::{self, Bundle, Cell},
    store::{self, staff, staff::Person, terminals::Terminal},
};

/// How long something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(20);

struct Drill {
    server: Server,
    id: ExerciseId,
    teams: Vec<TeamId>,
    instructor: Browser,
}

impl Drill {
    /// A draft of two teams.
    async fn draft() -> Self {
        Self::draft_of("web-defacement", [Cell::Blue; 2]).await
    }

    /// A draft of two teams of these sides.
    async fn draft_of(scenario: &str, cells: [Cell; 2]) -> Self {
        let server = Server::start().await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let folder = folder.join(scenario);
        let definition = scenarios::check(Bundle::open(&folder).expect("bundle")).definition;
        let mut teams = Vec::new();
        for (name, cell) in ["Đội Một", "Đội Hai"].into_iter().zip(cells) {
            let person = Person {
                id: PersonId::new(),
                province: server.province,
                name: "Nguyễn Văn Hòa".into(),
                name_folded: "nguyen van hoa".into(),
                email: None,
                erased_at: None,
            };
            let mut connection = server.app.db.connection().await.expect("connection");
            staff::insert_person(&mut connection, &person)
                .await
                .expect("person");
            teams.push(DraftTeam {
                name: name.into(),
                unit: None,
                members: vec![person.id],
                cell,
            });
        }
        let draft = Draft {
            province: server.province,
            title: "Diễn tập năm 2026".into(),
            duration: None,
            teams,
            created_by: server.account("trang", &[Role::Instructor]).await,
            launch_key: "key".into(),
            trial: false,
        };
        server.account("quantri", &[Role::Administrator]).await;
        let exercises = &server.app.exercises;
        let definition = definition.expect("definition");
        let id = exercises.create(draft, &definition).await;
        let id = id.expect("exercise").exercise;
        let view = exercises.view(id).await.expect("view");
        Self {
            teams: view.teams.iter().map(|team| team.team.id).collect(),
            instructor: server.signed_in("trang").await,
            server,
            id,
        }
    }

    /// Lets everything happen that happens by itself.
    fn go(&self) {
        let app = &self.server.app;
        app.environments.start(&app.tasks);
        Conductor::start(&app.exercises, &app.tasks);
    }

    async fn page(&mut self, path: &str) -> String {
        let path = format!("/exercises/{}{path}", self.id);
        let answer = self.server.get(&mut self.instructor, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    async fn press(&mut self, path: &str) {
        let path = format!("/exercises/{}{path}", self.id);
        let answer = self.server.post(&mut self.instructor, &path, "").await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{path}: {}",
            answer.body
        );
    }

    /// Waits until a part of the console says something.
    async fn until(&mut self, path: &str, text: &str) -> String {
        let mut page = String::new();
        for _ in 0..PATIENCE.as_millis() / 100 {
            page = self.page(path).await;
            if page.contains(text) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{path} never says {text}: {page}");
    }

    async fn state(&self) -> ExerciseState {
        let view = self.server.app.exercises.view(self.id).await;
        view.expect("view").exercise.state
    }

    async fn count(&self, which: impl Fn(&Event) -> bool) -> usize {
        let entries = self.server.app.exercises.entries(self.id).await;
        let entries = entries.expect("journal");
        entries.iter().filter(|entry| which(&entry.event)).count()
    }
}

#[tokio::test]
async fn a_proof_that_lasts_keeps_nobody_waiting() {
    const PROVING: &str = "hệ thống đang thử";
    let mut drill = Drill::draft().await;
    let walls = Arc::clone(&drill.server.walls);
    walls.open(&["host tcp 10.0.0.1:9"]);
    for (part, then) in [
        ("/parts/notices", "10.0.0.1:9"),
        ("/parts/control", "/cancel"),
    ] {
        let held = walls.hold().await;
        // Pressed twice, it is tried once.
        drill.press("/prepare").await;
        drill.press("/prepare").await;
        let page = drill.page("").await;
        assert!(page.contains(PROVING) && !page.contains(then), "{page}");
        assert_eq!(drill.state().await, ExerciseState::Draft);
        drop(held);
        drill.until(part, then).await;
        walls.open(&[]);
    }
    let asked = |event: &Event| matches!(event, Event::Preparing);
    let refused = |event: &Event| matches!(event, Event::LaunchRefused { .. });
    assert_eq!(
        (drill.count(asked).await, drill.count(refused).await),
        (1, 1)
    );
    assert!(!drill.page("").await.contains(PROVING));
}

#[tokio::test]
async fn a_refused_launch_says_what_was_reached_and_an_administrator_decides() {
    let mut drill = Drill::draft().await;
    let path = format!("/exercises/{}/isolation", drill.id);
    drill
        .server
        .walls
        .open(&["host tcp 10.0.0.1:9", "platform tcp 10.0.0.1:8080"]);
    drill.press("/prepare").await;
    assert_eq!(drill.state().await, ExerciseState::Draft);
    let page = drill.page("").await;
    for text in [
        "Máy chủ chạy phòng lab",
        "10.0.0.1:8080",
        "doctor --fix",
        &path,
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let refused = drill.server.get(&mut drill.instructor, &path).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let mut administrator = drill.server.signed_in("quantri").await;
    let health = drill.server.get(&mut administrator, "/admin/health").await;
    assert!(health.body.contains(&path), "{}", health.body);
    let form = drill.server.get(&mut administrator, &path).await;
    assert!(form.body.contains("name=\"reason\""), "{}", form.body);
    let empty = drill.server.post(&mut administrator, &path, "reason=+");
    assert_eq!(empty.await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for reason in [
        "reason=M%C3%A1y+kh%C3%B4ng+n%E1%BB%91i+m%E1%BA%A1ng+%3Cb%3E",
        "reason=again",
    ] {
        let decided = drill.server.post(&mut administrator, &path, reason).await;
        assert_eq!(decided.headers[header::LOCATION], path, "{}", decided.body);
    }
    let decisions = drill.count(|event| matches!(event, Event::IsolationOverridden { .. }));
    assert_eq!(decisions.await, 1);
    let page = drill.page("").await;
    for text in ["quantri", "Máy không nối mạng &lt;b&gt;"] {
        assert!(page.contains(text), "{text}: {page}");
    }

    drill.press("/prepare").await;
    assert_eq!(drill.state().await, ExerciseState::Preparing);
    let page = drill.page("").await;
    assert!(page.contains("quantri") && !page.contains("10.0.0.1:8080"));
    let report = drill.page("/report").await;
    assert!(report.contains("Máy không nối mạng &lt;b&gt;"), "{report}");
    let audit = drill.server.get(&mut administrator, "/admin/audit").await;
    for text in [
        "launch-refused",
        "isolation-overridden",
        "override-isolation",
        "không thành",
    ] {
        assert!(audit.body.contains(text), "{text}: {}", audit.body);
    }
    let late = drill
        .server
        .app
        .exercises
        .finish(drill.id, crate::journal::Actor::System, false);
    late.await.expect("finished");
    let late = drill
        .server
        .post(&mut administrator, &path, "reason=x")
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn preparing_is_shown_retried_given_up_and_done_again() {
    let mut drill = Drill::draft().await;
    drill.press("/prepare").await;
    let engine = drill.server.engine.clone();
    engine.set_missing_images(vec!["thaotruong/portal:1".into()]);
    drill.go();
    let retries: Vec<String> = drill
        .teams
        .iter()
        .map(|team| format!("/teams/{team}/retry"))
        .collect();
    for retry in &retries {
        let page = drill.until("/parts/teams", retry).await;
        assert!(
            page.contains("Lỗi ở bước") && page.contains("thaotruong/portal:1"),
            "{page}"
        );
    }
    engine.set_missing_images(Vec::new());
    for retry in &retries {
        drill.press(retry).await;
    }
    drill.until("/parts/control", "/start").await;
    let page = drill.page("/parts/control").await;
    assert!(
        page.contains("/cancel") && !page.contains("/finish"),
        "{page}"
    );

    drill.press("/cancel").await;
    drill.press("/cancel").await;
    assert_eq!(drill.state().await, ExerciseState::Draft);
    drill.until("/parts/teams", "Đã gỡ").await;
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    drill.press("/start").await;
    let page = drill.page("/parts/teams").await;
    assert!(page.contains("Tốt"), "{page}");
    drill.press("/finish").await;
    let page = drill.page("/parts/teams").await;
    assert!(!page.contains("Tốt"), "{page}");
    for _ in 0..PATIENCE.as_millis() / 100 {
        if !drill.page("/parts/teams").await.contains("Đang gỡ") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drill.until("/parts/teams", "Đã gỡ").await;
    let (made, removed) = engine.made_and_removed();
    assert_eq!(made, removed);
    drill.server.app.tasks.drain().await;
}

#[tokio::test]
async fn labs_found_open_are_told_on_the_console_and_written_down_once() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    drill.press("/start").await;
    let environments = drill.server.app.environments.clone();
    let walls = drill.server.walls.clone();
    let lost = |event: &Event| matches!(event, Event::IsolationLost { .. });
    let restored = |event: &Event| matches!(event, Event::IsolationRestored);

    walls.next(Kept::Unknown("no answer".into()));
    environments.look_whether_closed(true).await;
    assert_eq!(environments.breach(), None);
    for _ in 0..2 {
        walls.next(Kept::Open("nft: not permitted".into()));
        environments.look_whether_closed(true).await;
    }
    let page = drill.until("/parts/notices", "Phòng lab đang mở").await;
    assert!(page.contains("nft: not permitted"), "{page}");
    assert_eq!(
        (drill.count(lost).await, drill.count(restored).await),
        (1, 0)
    );
    environments.look_whether_closed(true).await;
    drill.until("/parts/notices", "đã được đặt lại lúc").await;
    assert_eq!(
        (drill.count(lost).await, drill.count(restored).await),
        (1, 1)
    );

    // The next time it is put back at once.
    drill.server.pass(Duration::from_mins(1));
    walls.next(Kept::PutBack);
    environments.look_whether_closed(true).await;
    for _ in 0..PATIENCE.as_millis() / 100 {
        if drill.count(restored).await == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        (drill.count(lost).await, drill.count(restored).await),
        (2, 2)
    );
    let mut administrator = drill.server.signed_in("quantri").await;
    let audit = drill.server.get(&mut administrator, "/admin/audit").await;
    assert_eq!(audit.body.matches("isolation-lost").count(), 2);
    drill.server.app.tasks.drain().await;
}

#[tokio::test]
async fn recordings_are_listed_replayed_and_taken_by_who_may() {
    let mut drill = Drill::draft().await;
    let app = drill.server.app.clone();
    let (team, session) = (drill.teams[0], SessionId::new());
    let page = drill.page("/recordings").await;
    assert!(page.contains("Chưa có bản ghi nào"), "{page}");
    let started = app.clock.now();
    for part in [1, 2] {
        let path = recordings::path_of(drill.id, team, session, part);
        let terminal = Terminal {
            id: session,
            exercise: drill.id,
            team,
            environment: EnvironmentId::new(),
            incarnation: 1,
            node: "workstation".into(),
            person: app.exercises.view(drill.id).await.expect("view").teams[0].members[0],
            opened_at: started,
        };
        let mut connection = app.db.connection().await.expect("connection");
        let named = (part, path.to_str().expect("path"));
        let row = store::terminals::insert_recording(&mut connection, &terminal, named, started);
        row.await.expect("row");
        let end = started + Duration::from_secs(3661);
        let end = store::terminals::end_recording(&mut connection, session, part, end);
        end.await.expect("end");
        if part == 1 {
            let path = app.config.data.join(path);
            std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
            std::fs::write(path, "{\"version\":3}\n[0.5, \"o\", \"Ễ\"]\n").expect("file");
        }
    }
    let page = drill.page("/recordings").await;
    for text in [
        "Nguyễn Văn Hòa",
        "workstation",
        "01:01:01",
        "phần 1",
        "không còn tệp",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let place = format!("/teams/{team}/recordings/{session}");
    let page = drill.page(&format!("{place}/1")).await;
    assert!(
        page.contains("data-replay=") && page.contains("Đội Một"),
        "{page}"
    );
    let page = drill.page(&format!("{place}/2")).await;
    assert!(!page.contains("data-replay="), "{page}");
    let cast = format!("/exercises/{}{place}/1/cast", drill.id);
    let answer = drill.server.get(&mut drill.instructor, &cast).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("Ễ"), "{}", answer.body);
    let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str();
    assert!(disposition.expect("text").starts_with("attachment"));
    let elsewhere = cast.replace(&team.to_string(), &drill.teams[1].to_string());
    for path in [
        &elsewhere,
        &cast.replace("/1/cast", "/2/cast"),
        &cast.replace("/1/cast", "/3/cast"),
    ] {
        let answer = drill.server.get(&mut drill.instructor, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    drill.server.account("lanhdao", &[Role::Leader]).await;
    drill.server.account("giamkhao", &[Role::Evaluator]).await;
    for (username, status) in [
        ("giamkhao", StatusCode::OK),
        ("lanhdao", StatusCode::FORBIDDEN),
    ] {
        let mut browser = drill.server.signed_in(username).await;
        let answer = drill.server.get(&mut browser, &cast).await;
        assert_eq!(answer.status, status, "{username}");
    }
}
