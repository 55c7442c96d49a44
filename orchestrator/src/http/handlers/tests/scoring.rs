//! Grades of two evaluators who are blind to each other, points by hand, a frozen board and signs, as the pages show them.

use std::cell::RefCell;

use axum::http::Method;
use futures_util::StreamExt as _;

use super::*;
use crate::{exercises::Adjustment, ids::AccountId, journal::Actor};

/// Words that only one evaluator and, later, the moderator may read.
const SECRET: &str = "loi-kin-cua-mot";

/// A drill that runs, with one report filed by the first team.
async fn graded_by_two() -> (Drill, Browser) {
    let mut drill = Drill::draft().await;
    let server = &drill.server;
    for name in ["mot", "hai"] {
        server.account(name, &[Role::Evaluator]).await;
    }
    server.account("dieu.phoi", &[Role::Instructor]).await;
    server.account("lanh.dao", &[Role::Leader]).await;
    let path = format!("/exercises/{}/evaluators", drill.id);
    let set = server
        .post(&mut drill.instructor, &path, "evaluators=2")
        .await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    drill.press("/start").await;
    let view = drill.server.app.exercises.view(drill.id).await;
    let person = view.expect("view").teams[0].members[0];
    let server = &drill.server;
    server
        .account_of("hoa", &[Role::Trainee], Some(person))
        .await;
    let trainee = server.signed_in("hoa").await;
    file(&drill, person, "một").await;
    (drill, trainee)
}

async fn file(drill: &Drill, person: PersonId, words: &str) {
    let fields = serde_json::json!({ "description": words });
    let fields = fields.as_object().expect("fields");
    let filed =
        drill
            .server
            .app
            .exercises
            .file_report(drill.id, drill.teams[0], person, REPORT, fields);
    filed.await.expect("filed");
}

/// The report of the scenario that is filed first.
const REPORT: &str = "initial-report";

impl Drill {
    async fn grade_form(&self, points: impl Fn(i64) -> i64, comment: &str) -> String {
        let view = self.server.app.exercises.view(self.id).await.expect("view");
        let score = view.score(self.teams[0]);
        let report = score.tasks[REPORT].report.as_ref().expect("filed").sequence;
        let rule = view.rules.task(REPORT).expect("rule").rubric();
        let criteria = rule.expect("a report").iter();
        let criteria = criteria.map(|(id, most)| format!("&points-{id}={}", points(*most)));
        let criteria: String = criteria.collect();
        format!("report={report}&comment={comment}{criteria}")
    }

    async fn grade(&self, browser: &mut Browser, form: &str, end: &str) -> StatusCode {
        let team = self.teams[0];
        let path = format!("/exercises/{}/teams/{team}/reports/{REPORT}{end}", self.id);
        self.server.post(browser, &path, form).await.status
    }

    /// Everything that somebody of the white cell can open, in one text.
    async fn everything(&self, browser: &mut Browser) -> String {
        let mut all = String::new();
        let team = self.teams[0];
        let drawer = ["live", "tasks", "mail", "score"];
        let mut paths = vec![
            String::new(),
            "/report".into(),
            "/evidence".into(),
            "/board".into(),
        ];
        paths.extend(drawer.map(|tab| format!("/teams/{team}?tab={tab}")));
        paths.extend(drawer.map(|tab| format!("?team={team}&tab={tab}")));
        paths.extend(
            ["notices", "control", "teams", "axis", "scoring"].map(|part| format!("/parts/{part}")),
        );
        for path in paths {
            let path = format!("/exercises/{}{path}", self.id);
            let answer = self.server.get(browser, &path).await;
            all.push_str(&answer.body);
        }
        all
    }
}

#[tokio::test]
async fn two_evaluators_are_blind_to_each_other_until_both_graded_and_a_third_decides() {
    let (drill, mut trainee) = graded_by_two().await;
    let server = &drill.server;
    let mut one = server.signed_in("mot").await;
    let mut other = server.signed_in("hai").await;
    let mut moderator = server.signed_in("dieu.phoi").await;
    let mut leader = server.signed_in("lanh.dao").await;
    let form = drill.grade_form(|most| most, SECRET).await;
    assert_eq!(
        drill.grade(&mut one, &form, "").await,
        StatusCode::SEE_OTHER
    );
    let mine = drill.everything(&mut one).await;
    assert!(
        mine.contains(SECRET) && mine.contains("1/2"),
        "an evaluator reads their own"
    );
    for browser in [&mut other, &mut moderator, &mut leader, &mut trainee] {
        let seen = drill.everything(browser).await;
        assert!(!seen.contains(SECRET), "{seen}");
        assert!(
            !seen.contains("mot chấm") && !seen.contains("grade-mark"),
            "{seen}"
        );
    }
    let seen = drill.everything(&mut other).await;
    assert!(seen.contains("1/2 giám khảo chấm"), "{seen}");
    // Nobody settles what is not yet disputed, also not by hand.
    assert_eq!(
        drill.grade(&mut moderator, &form, "/settle").await,
        StatusCode::SEE_OTHER
    );
    let settled = |event: &Event| matches!(event, Event::GradeSettled { .. });
    assert_eq!(drill.count(settled).await, 0);

    let far = drill.grade_form(|_| 0, "loi-kin-cua-hai").await;
    assert_eq!(
        drill.grade(&mut other, &far, "").await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        drill
            .count(|it| matches!(it, Event::ReportGraded { .. }))
            .await,
        0
    );
    let seen = drill.everything(&mut moderator).await;
    assert!(
        seen.contains(SECRET) && seen.contains("loi-kin-cua-hai"),
        "{seen}"
    );
    assert!(seen.contains("/settle"), "{seen}");
    let seen = drill.everything(&mut one).await;
    assert!(
        !seen.contains("/settle"),
        "who graded does not decide: {seen}"
    );
    let seen = drill.everything(&mut leader).await;
    assert!(!seen.contains(SECRET), "{seen}");
    // An evaluator is no organiser, and the team reads nothing.
    assert_eq!(
        drill.grade(&mut one, &far, "/settle").await,
        StatusCode::FORBIDDEN
    );
    let place = format!("/exercises/{}/workspace", drill.id);
    for tab in ["tasks", "score", "mail"] {
        let path = format!("{place}?tab={tab}&task={REPORT}");
        let page = server.get(&mut trainee, &path).await.body;
        assert!(
            !page.contains(SECRET) && !page.contains("loi-kin-cua-hai"),
            "{page}"
        );
    }
    let form = drill.grade_form(|most| most / 2, "da-quyet").await;
    assert_eq!(
        drill.grade(&mut moderator, &form, "/settle").await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(drill.count(settled).await, 1);
    let view = server.app.exercises.view(drill.id).await.expect("view");
    let points = view.score(drill.teams[0]).task_points(REPORT);
    assert!(points > 0, "it counts");
    let seen = drill.everything(&mut one).await;
    assert!(seen.contains("được tính"), "{seen}");
    server.app.tasks.drain().await;
}

#[tokio::test]
async fn points_by_hand_stand_in_the_ledger_of_console_and_team_with_their_reason() {
    let (mut drill, mut trainee) = graded_by_two().await;
    let team = drill.teams[0];
    let path = format!("/exercises/{}/teams/{team}", drill.id);
    let server = &drill.server;
    for (end, form) in [
        ("points", "points=-20&form=a&reason=v%C3%A0o+mu%E1%BB%99n"),
        ("points", "points=-20&form=a&reason=v%C3%A0o+mu%E1%BB%99n"),
        (
            "regrade",
            "task=entry-point&points=33&form=b&reason=%C4%91%C3%BAng+%3Cb%3E",
        ),
    ] {
        let path = format!("{path}/{end}");
        let done = server.post(&mut drill.instructor, &path, form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    for (end, form) in [
        ("points", "points=5&form=c&reason="),
        ("points", "points=5&reason=x"),
    ] {
        let path = format!("{path}/{end}");
        let done = server.post(&mut drill.instructor, &path, form).await;
        assert_eq!(
            done.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            done.body
        );
    }
    let drawer = drill.page(&format!("/teams/{team}?tab=score")).await;
    for text in [
        "Lý do: vào muộn",
        "Lý do: đúng &lt;b&gt;",
        "Người ghi: trang",
        "từ 0 thành 33",
        "Dòng nhật ký",
    ] {
        assert!(drawer.contains(text), "{text}: {drawer}");
    }
    assert_eq!(drawer.matches("vào muộn").count(), 1, "two clicks are one");
    let server = &drill.server;
    let place = format!("/exercises/{}/workspace?tab=score", drill.id);
    let own = server.get(&mut trainee, &place).await.body;
    for text in ["Vì sao điểm này", "Lý do: vào muộn", "từ 0 thành 33"] {
        assert!(own.contains(text), "{text}: {own}");
    }
    assert!(
        !own.contains("Người ghi"),
        "who it was is not the team's to know: {own}"
    );
    server.app.tasks.drain().await;
}

/// What a stream has said.
type Heard = RefCell<String>;

/// Listens to a stream until it ends, which it does not.
async fn listen(drill: &Drill, browser: &Browser, path: &str, heard: &Heard) {
    let mut stream = drill.server.stream(browser, path).await;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.expect("chunk");
        heard
            .borrow_mut()
            .push_str(&String::from_utf8_lossy(&chunk));
    }
}

impl Drill {
    async fn adjust(&self, points: i64, form: &str) {
        let adjustment = Adjustment {
            team: self.teams[0],
            points,
            reason: "vì".into(),
            form: form.into(),
        };
        let exercises = &self.server.app.exercises;
        let done = exercises.adjust(self.id, AccountId::new(), adjustment);
        done.await.expect("adjusted");
    }

    /// The first team's points as the public board has them, and as they are.
    async fn points(&self) -> (i64, i64) {
        let view = self.server.app.exercises.view(self.id).await.expect("view");
        let (public, elapsed) = view.public(self.server.app.clock.now());
        let of = |board: crate::scoring::Board| {
            let mut rows = board.rows.iter();
            let row = rows.find(|row| row.team == self.teams[0]);
            row.expect("the team").points
        };
        (
            of(public.board_at(elapsed)),
            of(view.board(self.server.app.clock.now())),
        )
    }

    async fn board(&self, browser: &mut Browser) -> String {
        let path = format!("/boards/{}", self.id);
        self.server.get(browser, &path).await.body
    }
}

#[tokio::test]
async fn a_frozen_board_stands_still_for_everybody_but_the_white_cell() {
    const ONLY_WHITE: &str = "ban tổ chức vẫn thấy";
    let (mut drill, mut trainee) = graded_by_two().await;
    let mut stranger = Browser::default();
    drill.adjust(111, "a").await;
    drill.press("/board/freeze").await;
    drill.press("/board/freeze").await;
    drill.adjust(222, "b").await;
    // Checks bring points meanwhile: what was there at the freezing does not grow, and what is there does.
    let (then, now) = drill.points().await;
    assert!(now >= then + 222, "{then} {now}");
    let then = format!(">{then}<");
    let page = drill.board(&mut stranger).await;
    assert!(
        page.contains(&then) && page.contains("Bảng điểm đóng băng từ"),
        "{page}"
    );
    assert!(
        !page.contains(&format!(">{now}<")) && !page.contains(ONLY_WHITE),
        "{page}"
    );
    let place = format!("/exercises/{}/workspace", drill.id);
    for path in [place, format!("/exercises/{}/board", drill.id)] {
        let mut seen = (String::new(), String::new());
        for _ in 0..PATIENCE.as_millis() / 100 {
            let now = format!(">{}<", drill.points().await.1);
            let own = !path.ends_with("board");
            let browser = if own {
                &mut trainee
            } else {
                &mut drill.instructor
            };
            seen = (drill.server.get(browser, &path).await.body, now);
            if seen.0.contains(&seen.1) {
                break;
            }
        }
        assert!(seen.0.contains(&seen.1), "{path} goes on: {seen:?}");
    }
    let real = drill.page("/board").await;
    assert!(real.contains(ONLY_WHITE), "{real}");
    let path = format!("/exercises/{}/board", drill.id);
    let refused = drill.server.get(&mut trainee, &path).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let instructor = drill.server.signed_in("trang").await;
    let live = format!("/exercises/{}/live", drill.id);
    let wall_live = format!("/boards/{}/live", drill.id);
    let [white, member, wall] = [(); 3].map(|()| Heard::default());
    let says = |heard: &Heard, text: &str| heard.borrow().contains(text);
    let steps = async {
        // What changes before the stream's first look is on the page already, and told by nobody.
        for n in 0..PATIENCE.as_millis() / 250 {
            drill.adjust(1, &format!("c{n}")).await;
            tokio::time::sleep(Duration::from_millis(250)).await;
            if says(&white, ONLY_WHITE) && says(&member, "event: team") {
                break;
            }
        }
        assert!(says(&white, ONLY_WHITE), "the white cell sees what is");
        for heard in [&member, &wall] {
            assert!(!says(heard, "event: board"), "{}", heard.borrow());
        }
        let exercises = &drill.server.app.exercises;
        let thawed = exercises.freeze_board(drill.id, AccountId::new(), false);
        thawed.await.expect("thawed");
        for _ in 0..PATIENCE.as_millis() / 50 {
            if [&member, &wall].iter().all(|it| says(it, "event: board")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the board is never told again");
    };
    tokio::select! {
        () = steps => {}
        () = async {
            tokio::join!(
                listen(&drill, &instructor, &live, &white),
                listen(&drill, &trainee, &live, &member),
                listen(&drill, &stranger, &wall_live, &wall),
            );
        } => panic!("streams ended"),
    }
    for heard in [&member, &wall] {
        assert!(!says(heard, ONLY_WHITE), "{}", heard.borrow());
    }
    let page = drill.board(&mut stranger).await;
    assert!(
        !page.contains(&then) && !page.contains("Bảng điểm đóng băng từ"),
        "{page}"
    );
    drill.server.app.tasks.drain().await;
}

#[tokio::test]
async fn another_teams_flag_is_shown_as_a_sign_to_the_white_cell_alone() {
    let (mut drill, mut trainee) = graded_by_two().await;
    let empty = drill.page("/evidence").await;
    assert!(empty.contains("Chưa thấy dấu hiệu nào"), "{empty}");
    let app = drill.server.app.clone();
    let view = app.exercises.view(drill.id).await.expect("view");
    let scenario = &view.definition.scenario;
    let flag = scenario
        .tasks
        .iter()
        .find(|task| matches!(task.answer, scenarios::Answer::Flag));
    let task = flag.expect("a flag").id.clone();
    let mut connection = app.db.connection().await.expect("connection");
    let seeds = store::environments::seeds_of_exercise(&mut connection, drill.id);
    let seeds = seeds.await.expect("seeds");
    drop(connection);
    let (_, seed) = seeds
        .iter()
        .find(|(team, _)| *team == drill.teams[1])
        .expect("a copy");
    let draw = scenarios::Draw::new(
        scenario,
        &crate::environments::seed_from(seed).expect("seed"),
    );
    let foreign = draw.flag(&task).expect("flag").to_owned();
    let person = view.teams[0].members[0];
    let (id, team) = (drill.id, drill.teams[0]);
    let given = app
        .exercises
        .submit(id, team, person, task.as_str(), &foreign);
    given.await.expect("judged");
    let page = drill.page("/evidence").await;
    for text in [
        "Dấu hiệu: nộp cờ của Đội Hai",
        foreign.as_str(),
        "không phải kết luận",
        "Cách giải thích khác",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let path = format!("/exercises/{id}/evidence");
    for browser in [&mut trainee, &mut drill.server.signed_in("lanh.dao").await] {
        let refused = drill
            .server
            .send(browser, Method::GET, &path, None, &[])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let by = Actor::System;
    app.exercises.finish(id, by, false).await.expect("finished");
    app.tasks.drain().await;
}
