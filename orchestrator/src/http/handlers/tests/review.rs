//! What was entered and what happened, looked at again: found, blacked out, taken along, by whom it may.

use super::*;
use crate::{
    journal::{Actor, CheckState, Draft as Row, Pending, Subject, Verdict},
    scenarios::zip,
};

const CAST: &str = "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24},\"timestamp\":1,\"title\":\"an\"}\n\
    [1.0, \"o\", \"$ \"]\n[1.0, \"o\", \"cat /etc/passwd\\r\\n\"]\n[8.0, \"o\", \"$ \"]\n\
    [1.0, \"o\", \"mysql -pcovert\"]\n[60.0, \"o\", \"$ exit\"]\n";

impl Drill {
    /// A terminal of the first team with its recording and two commands; its session and when it began.
    async fn recorded(&self) -> SessionId {
        let app = &self.server.app;
        let started = app.clock.now();
        let (team, session) = (self.teams[0], SessionId::new());
        let view = app.exercises.view(self.id).await.expect("view");
        let terminal = Terminal {
            id: session,
            exercise: self.id,
            team,
            environment: EnvironmentId::new(),
            incarnation: 1,
            node: "workstation".into(),
            person: view.teams[0].members[0],
            opened_at: started,
        };
        let path = recordings::path_of(self.id, team, session, 1);
        let mut connection = app.db.connection().await.expect("connection");
        let named = (1, path.to_str().expect("path"));
        store::terminals::insert_recording(&mut connection, &terminal, named, started)
            .await
            .expect("row");
        let path = app.config.data.join(path);
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(path, CAST).expect("file");
        for (number, began, line) in [(1, 1, "cat /etc/passwd"), (2, 10, "mysql -pcovert")] {
            let began = started + Duration::from_secs(began);
            let command = store::commands::NewCommand {
                part: (session, 1),
                number,
                place: (self.id, team),
                at: (began, began + Duration::from_secs(1)),
                line,
            };
            store::commands::insert(&mut connection, &command)
                .await
                .expect("line");
        }
        session
    }

    async fn status(&self, username: &str, path: &str) -> StatusCode {
        let mut browser = self.server.signed_in(username).await;
        let path = format!("/exercises/{}{path}", self.id);
        self.server.get(&mut browser, &path).await.status
    }

    async fn note(&self, team: Option<TeamId>, event: Event, text: Option<Pending>) {
        let mut row = Row::new(Actor::System, event);
        if let Some(team) = team {
            row = row.team(team);
        }
        if let Some(text) = text {
            row = row.text(text);
        }
        let written = self.server.app.journal.append(self.id, row).await;
        written.expect("written");
    }
}

#[tokio::test]
async fn commands_are_found_and_lead_into_the_replay() {
    let mut drill = Drill::draft().await;
    let empty = drill.page("/commands").await;
    assert!(empty.contains("Không có lệnh nào"), "{empty}");
    let session = drill.recorded().await;
    let page = drill.page("/commands").await;
    for text in [
        "cat /etc/passwd",
        "mysql -pcovert",
        "workstation",
        "Nguyễn Văn Hòa",
        "2 lệnh",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let found = drill.page("/commands?q=MYSQL").await;
    assert!(!found.contains("passwd"), "{found}");
    let place = format!("/recordings/{session}/1?at=10");
    assert!(found.replace("&#x3D;", "=").contains(&place), "{found}");
    let other = drill.teams[1];
    let none = drill.page(&format!("/commands?team={other}")).await;
    assert!(!none.contains("passwd"), "{none}");
    let team = drill.teams[0];
    let replay = drill.page(&format!("/teams/{team}{place}")).await;
    assert!(replay.contains("data-at=\"10\""), "{replay}");
}

#[tokio::test]
async fn what_is_blacked_out_is_seen_by_who_asks_for_the_original_alone() {
    let mut drill = Drill::draft().await;
    let began = drill.server.app.clock.now();
    let session = drill.recorded().await;
    drill.page("/commands").await;
    let path = format!("/exercises/{}/redactions", drill.id);
    let form = |from: u64, until: u64, reason: &str| {
        let [from, until] = [from, until].map(|it| (began + Duration::from_secs(it)).0);
        format!("session={session}&from={from}&until={until}&reason={reason}")
    };
    for (form, status) in [
        (form(10, 11, ""), StatusCode::UNPROCESSABLE_ENTITY),
        (form(11, 10, "x"), StatusCode::UNPROCESSABLE_ENTITY),
        (
            form(10, 11, "x").replace(&session.to_string(), &SessionId::new().to_string()),
            StatusCode::NOT_FOUND,
        ),
        (
            form(10, 11, "M%E1%BA%ADt+kh%E1%BA%A9u"),
            StatusCode::SEE_OTHER,
        ),
        (form(10, 11, "again"), StatusCode::SEE_OTHER),
    ] {
        let answer = drill.server.post(&mut drill.instructor, &path, &form).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.body);
    }
    let page = drill.page("/commands").await;
    assert!(
        !page.contains("covert") && page.contains("█████ ████████"),
        "{page}"
    );
    assert!(
        page.contains("Mật khẩu") && page.contains("cat /etc/passwd"),
        "{page}"
    );

    let cast = format!("/teams/{}/recordings/{session}/1/cast", drill.teams[0]);
    let shown = drill.page(&cast).await;
    assert!(
        !shown.contains("covert") && shown.contains("█████ ████████"),
        "{shown}"
    );
    assert!(
        shown.contains("cat /etc/passwd") && shown.contains("exit"),
        "{shown}"
    );
    let original = drill.page(&format!("{cast}?original=1")).await;
    assert_eq!(original, CAST);
    let mut administrator = drill.server.signed_in("quantri").await;
    let audit = drill.server.get(&mut administrator, "/admin/audit").await;
    assert_eq!(audit.body.matches("read-redacted").count(), 1);

    // A stretch of the recording, as its page's form sends it.
    let from = began.0;
    let stretch = format!(
        "session={session}&from={from}&until={from}&first=0:01&last=0:02&reason=x\
         &here=/exercises/{}/recordings",
        drill.id
    );
    let answer = drill
        .server
        .post(&mut drill.instructor, &path, &stretch)
        .await;
    assert_eq!(
        answer.headers[header::LOCATION],
        format!("/exercises/{}/recordings", drill.id)
    );
    let shown = drill.page(&cast).await;
    assert!(!shown.contains("passwd"), "{shown}");

    drill.server.account("lanhdao", &[Role::Leader]).await;
    drill.server.account("giamkhao", &[Role::Evaluator]).await;
    for (username, status) in [
        ("giamkhao", StatusCode::OK),
        ("lanhdao", StatusCode::FORBIDDEN),
    ] {
        for path in [
            "/commands",
            "/review.zip",
            &cast,
            &format!("{cast}?original=1"),
        ] {
            assert_eq!(
                drill.status(username, path).await,
                status,
                "{username} {path}"
            );
        }
    }
    let mut evaluator = drill.server.signed_in("giamkhao").await;
    let refused = drill.server.post(&mut evaluator, &path, &stretch).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_export_holds_tables_and_blacked_out_recordings_under_the_journals_head() {
    let mut drill = Drill::draft().await;
    let began = drill.server.app.clock.now();
    let session = drill.recorded().await;
    drill.page("/commands").await;
    let [from, until] = [10, 11].map(|it| (began + Duration::from_secs(it)).0);
    let form = format!("session={session}&from={from}&until={until}&reason=x");
    let path = format!("/exercises/{}/redactions", drill.id);
    drill.server.post(&mut drill.instructor, &path, &form).await;
    let path = format!("/exercises/{}/review.zip", drill.id);
    let answer = drill.server.get(&mut drill.instructor, &path).await;
    assert_eq!(answer.status, StatusCode::OK);
    let files = zip::unpack(&answer.bytes).expect("zip");
    let text = |name: &str| {
        let file = files
            .get(name)
            .unwrap_or_else(|| panic!("{name}: {:?}", files.keys()));
        String::from_utf8(file.bytes.clone()).expect("text")
    };
    let view = drill
        .server
        .app
        .exercises
        .view(drill.id)
        .await
        .expect("view");
    let index = text("index.txt");
    assert!(
        index.contains(&view.exercise.head_hash) && index.contains("chưa ký"),
        "{index}"
    );
    for name in ["commands.csv", "commands.json"] {
        let table = text(name);
        assert!(
            table.contains("cat /etc/passwd") && !table.contains("covert"),
            "{table}"
        );
    }
    assert!(files.contains_key("timeline.csv") && files.contains_key("timeline.json"));
    let cast = text(&format!("recordings/01-workstation-{session}-1.cast"));
    assert!(cast.starts_with("{\"version\":2,\"width\":80"), "{cast}");
    assert!(cast.contains("[71.000000, \"o\", \"$ exit\"]"), "{cast}");
    assert!(!cast.contains("covert"), "{cast}");
}

#[tokio::test]
async fn a_review_shows_one_team_on_the_axis_of_exercise_time() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    drill.press("/start").await;
    drill.until("/parts/control", "/pause").await;
    let session = drill.recorded().await;
    drill.server.pass(Duration::from_secs(20));
    let (one, two) = (drill.teams[0], drill.teams[1]);
    for (team, words) in [(one, "answer of one"), (two, "answer of two")] {
        let answer = Pending::new(words, None);
        let event = Event::Submission {
            task: "entry-point".into(),
            part: None,
            verdict: Verdict::Wrong,
            answer: answer.reference(),
        };
        drill.note(Some(team), event, Some(answer)).await;
    }
    let failing = Event::CheckChanged {
        subject: Subject::Service("portal".into()),
        state: CheckState::Failing,
    };
    drill.note(Some(one), failing, None).await;
    drill.press("/pause").await;
    drill.press("/resume").await;
    let page = drill.page("/review").await;
    for text in [
        "class=\"lanes\"",
        "answer of one",
        "Tạm dừng",
        "Trang chủ cổng",
        "class=\"curve\"",
        "data-state=\"stop\"",
        &format!("/recordings/{session}/1/cast"),
        "review.zip",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("answer of two"), "{page}");
    assert_eq!(page.matches("data-other").count(), 0);
    let other = drill
        .page(&format!("/review?team={two}&other={one}&at=20"))
        .await;
    assert!(
        other.contains("answer of two") && !other.contains("answer of one"),
        "{other}"
    );
    assert!(
        other.contains("aria-current=\"true\"") && other.contains("data-other"),
        "{other}"
    );
    assert!(!other.contains("/cast"), "terminals are the chosen team's");
    let course = drill.page("/review?kind=course&at=&other=").await;
    assert!(
        course.contains("Tạm dừng") && !course.contains("answer of one"),
        "{course}"
    );
    let href = format!(
        "/exercises/{}/review?team={one}&amp;at=20&amp;kind=course",
        drill.id
    );
    assert!(course.replace("&#x3D;", "=").contains(&href), "{course}");

    drill.server.account("lanhdao", &[Role::Leader]).await;
    drill.server.account("nhansu", &[Role::Hr]).await;
    drill.server.account("hocvien", &[Role::Trainee]).await;
    for (username, status) in [
        ("lanhdao", StatusCode::OK),
        ("nhansu", StatusCode::FORBIDDEN),
        ("hocvien", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(
            drill.status(username, "/review").await,
            status,
            "{username}"
        );
    }
    let mut leader = drill.server.signed_in("lanhdao").await;
    let path = format!("/exercises/{}/review", drill.id);
    let page = drill.server.get(&mut leader, &path).await.body;
    assert!(
        !page.contains("review.zip") && !page.contains("/cast"),
        "{page}"
    );
    drill.server.app.tasks.drain().await;
}
