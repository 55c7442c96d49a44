//! The office's pages over a whole server: an officer and a leader work with the demo province and a finished drill.

mod documents;
mod launches;
mod rosters;

use std::path::Path;

use axum::http::{StatusCode, header};

use super::super::testing::{Answer, Browser, PASSWORD, Server};
use crate::{
    accounts::{NewAccount, Role},
    clock::Clock as _,
    exercises::{Draft as Exercise, DraftTeam},
    ids::{AccountId, AttendanceId, ExerciseId, PersonId, ProvinceId, TeamId},
    journal::{Actor, CheckState, Draft, Event, Pending, Subject, Verdict, append_in},
    learning::Follower,
    organisation::{Search, demo, search},
    reports::{CreditOutcome, Reports},
    scenarios::{Bundle, Cell, check},
    store::exercises as rows,
};

const PROVINCE: &str = include_str!("../../../../deploy/demo/province.yaml");

struct Office {
    server: Server,
    province: ProvinceId,
    instructor: AccountId,
}

impl Office {
    async fn open() -> Self {
        let server = Server::start().await;
        let mut transaction = server.app.db.begin().await.unwrap();
        let province = demo::seed(&mut transaction, PROVINCE)
            .await
            .unwrap()
            .province;
        transaction.commit().await.unwrap();
        let office = Self {
            server,
            province,
            instructor: AccountId::new(),
        };
        office.account("tochuc", Role::Hr).await;
        office.account("lanhdao", Role::Leader).await;
        office.account("giamkhao", Role::Evaluator).await;
        office.account("quantri", Role::Administrator).await;
        let instructor = office.account("giangvien", Role::Instructor).await;
        Self {
            instructor,
            ..office
        }
    }

    async fn account(&self, username: &str, role: Role) -> AccountId {
        let new = NewAccount {
            username: username.to_owned(),
            person: None,
            roles: [role].into_iter().collect(),
            password: Some(PASSWORD.to_owned()),
        };
        self.server
            .app
            .accounts
            .create(self.province, new)
            .await
            .unwrap()
            .0
    }

    async fn person(&self, name: &str) -> PersonId {
        let mut connection = self.server.app.db.connection().await.unwrap();
        let wanted = Search {
            text: name.to_owned(),
            ..Search::default()
        };
        let day = self.server.clock.now().day();
        search(&mut connection, self.province, &wanted, day)
            .await
            .unwrap()
            .lines[0]
            .person
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> String {
        let answer = self.server.get(browser, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    async fn post(&self, browser: &mut Browser, path: &str, form: &str) -> Answer {
        self.server.post(browser, path, form).await
    }

    /// A finished drill of two teams: the first solved everything but a report, one of its members never came.
    async fn drill(&self) -> (ExerciseId, [PersonId; 3]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
        let definition = check(Bundle::open(&folder).unwrap()).definition.unwrap();
        let [here, away, other] = [
            self.person("duc anh").await,
            self.person("thu ha").await,
            self.person("tuyet mai").await,
        ];
        let team = |name: &str, members: Vec<PersonId>| DraftTeam {
            name: name.to_owned(),
            unit: None,
            members,
            cell: Cell::Blue,
        };
        let app = &self.server.app;
        let draft = Exercise {
            province: self.province,
            title: "Diễn tập năm 2026".to_owned(),
            duration: None,
            teams: vec![
                team("Đội Một", vec![here, away]),
                team("Đội Hai", vec![other]),
            ],
            created_by: self.instructor,
            launch_key: "key".to_owned(),
            trial: false,
        };
        let laid_out = app.exercises.create(draft, &definition).await.unwrap();
        let id = laid_out.exercise;
        let view = app.exercises.view(id).await.unwrap();
        let [one, two] = [view.teams[0].team.id, view.teams[1].team.id];
        let now = app.clock.now();
        let mut transaction = app.db.begin().await.unwrap();
        append_in(&mut transaction, id, now, &course(one, two, here, other))
            .await
            .unwrap();
        rows::set_started(&mut transaction, id, now).await.unwrap();
        rows::move_state(
            &mut transaction,
            id,
            rows::ExerciseState::Draft,
            rows::ExerciseState::Running,
        )
        .await
        .unwrap();
        transaction.commit().await.unwrap();
        app.exercises
            .finish(id, Actor::Account(self.instructor), false)
            .await
            .unwrap();
        (id, [here, away, other])
    }
}

fn course(one: TeamId, two: TeamId, here: PersonId, other: PersonId) -> Vec<Draft> {
    let person = Actor::Person(here);
    let present =
        |person, team| Draft::new(Actor::Person(person), Event::Present { person }).team(team);
    let answer = Pending::new("TT{…}", Some(here));
    let correct = |task: &str| Event::Submission {
        task: task.to_owned(),
        part: None,
        verdict: Verdict::Correct,
        answer: answer.reference(),
    };
    let repaired = |task: &str| Event::CheckChanged {
        subject: Subject::Task(task.to_owned()),
        state: CheckState::Passing,
    };
    let mut rows = vec![
        Draft::new(Actor::System, Event::Started),
        present(here, one),
        present(other, two),
        Draft::new(person, correct("attacker-address")).team(one),
        Draft::new(person, correct("entry-point"))
            .team(one)
            .text(answer.clone()),
        Draft::new(
            person,
            Event::HintTaken {
                task: "webshell-removed".to_owned(),
                hint: 0,
                cost: 15,
            },
        )
        .team(one),
    ];
    for task in [
        "webshell-removed",
        "rogue-account",
        "upload-patched",
        "home-restored",
    ] {
        rows.push(Draft::new(Actor::System, repaired(task)).team(one));
    }
    for team in [one, two] {
        let delivered = Event::InjectDelivered {
            event: "E02".to_owned(),
        };
        rows.push(Draft::new(Actor::System, delivered).team(team));
    }
    rows
}

#[tokio::test]
async fn an_officer_finds_people_and_enters_who_was_reached() {
    let office = Office::open().await;
    let mut browser = office.server.signed_in("tochuc").await;
    let page = office.get(&mut browser, "/people?q=hoang+thi+my+le").await;
    assert!(
        page.contains("Hoàng Thị Mỹ Lệ") && !page.contains("Lê Đức Thắng"),
        "{page}"
    );
    let page = office.get(&mut browser, "/people?group=head&page=1").await;
    assert!(page.contains("Vũ Đình Phúc") && !page.contains("Phan Văn Tùng"));

    let page = office.get(&mut browser, "/attendance").await;
    assert!(
        page.contains("name=\"list\"") && page.contains("value=\"awareness\""),
        "{page}"
    );
    let (list, person) = (AttendanceId::new(), office.person("phan van tung").await);
    let form = format!(
        "list={list}&course=awareness&title=L%E1%BB%9Bp+th%C3%A1ng+5&held_on=2026-05-20&document=12%2FDS&person={person}"
    );
    let broken = form.replace("document=12%2FDS", "document=");
    let answer = office.post(&mut browser, "/attendance", &broken).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("văn bản làm chứng cứ") && answer.body.contains("Lớp tháng 5"),
        "{}",
        answer.body
    );
    for _ in 0..2 {
        let answer = office.post(&mut browser, "/attendance", &form).await;
        assert_eq!(
            answer.headers[header::LOCATION],
            format!("/attendance/{list}"),
            "{}",
            answer.body
        );
    }
    assert_eq!(
        office
            .get(&mut browser, "/attendance")
            .await
            .matches("Lớp tháng 5")
            .count(),
        1
    );
    let indicators = office.get(&mut browser, "/indicators?open=BA-03").await;
    assert!(indicators.contains("−59 người"), "{indicators}");
    assert!(
        indicators.contains(&format!("/attendance/{list}")),
        "{indicators}"
    );

    let void = format!("/attendance/{list}/void");
    let answer = office.post(&mut browser, &void, "reason=").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = office
        .post(&mut browser, &void, "reason=Nh%E1%BA%A7m")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(
        office
            .get(&mut browser, &format!("/attendance/{list}"))
            .await
            .contains("Nhầm")
    );
    assert!(
        office
            .get(&mut browser, "/indicators")
            .await
            .contains("−60 người")
    );
    for (action, form, expected) in [
        ("restore", String::new(), "−59 người"),
        ("remove", format!("person={person}"), "−60 người"),
        ("add", format!("person={person}"), "−59 người"),
    ] {
        let answer = office
            .post(&mut browser, &format!("/attendance/{list}/{action}"), &form)
            .await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{action}: {}",
            answer.body
        );
        assert!(
            office
                .get(&mut browser, "/indicators")
                .await
                .contains(expected),
            "{action}"
        );
    }
    let elsewhere = format!("/attendance/{}", AttendanceId::new());
    assert_eq!(
        office.server.get(&mut browser, &elsewhere).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one drill from its end to its document"
)]
async fn a_finished_drill_is_credited_reported_and_counted_once() {
    let office = Office::open().await;
    let app = office.server.app.clone();
    let follower = Follower::new(app.db.clone(), app.exercises.clone());
    let mut leader = office.server.signed_in("lanhdao").await;
    assert!(
        office
            .get(&mut leader, "/indicators")
            .await
            .contains("−1 cuộc")
    );
    let (exercise, [here, away, _]) = office.drill().await;

    assert_eq!(follower.catch_up().await.unwrap(), 1);
    assert_eq!(follower.catch_up().await.unwrap(), 0);
    let judged = follower.judged(exercise).await.unwrap();
    assert_eq!(judged.len(), 3);
    let indicators = office.get(&mut leader, "/indicators?open=BA-02").await;
    assert!(
        !indicators.contains("−1 cuộc") && indicators.contains("−15 người"),
        "{indicators}"
    );
    assert!(indicators.contains(&format!("/exercises/{exercise}/report")));

    let reports = Reports::new(app.db.clone(), app.exercises.clone(), app.clock.clone());
    let facts = reports
        .evidence(exercise, crate::locales::Locale::Vi)
        .await
        .unwrap();
    assert!(facts.drill.verified && facts.drill.signature.is_some());
    let points = facts.teams[0].points;
    assert_eq!(
        (
            points.detection,
            points.response,
            points.report,
            points.availability
        ),
        (160, 375, 0, 0)
    );
    assert_eq!(
        (facts.teams[0].rank, facts.teams[0].solved, points.total()),
        (1, 6, 535)
    );
    assert_eq!(facts.teams[1].points.total(), 0);
    let outcomes: Vec<CreditOutcome> = facts.credits.iter().map(|credit| credit.outcome).collect();
    assert!(matches!(
        outcomes[..],
        [
            CreditOutcome::Credited(_),
            CreditOutcome::Absent,
            CreditOutcome::TooFewPoints
        ]
    ));
    assert_eq!((judged[0].person, judged[1].person), (here, away));
    assert_eq!(
        facts
            .situations
            .iter()
            .map(|one| (one.id.as_str(), one.teams))
            .collect::<Vec<_>>(),
        [("E02", 2)]
    );

    let mut officer = office.server.signed_in("tochuc").await;
    let completions = office.get(&mut officer, "/completions").await;
    for expected in [
        "Nguyễn Đức Anh",
        "Nhật ký không ghi nhận có mặt",
        "cần 350 điểm",
    ] {
        assert!(completions.contains(expected), "{expected}: {completions}");
    }

    let mut instructor = office.server.signed_in("giangvien").await;
    assert!(
        office
            .get(&mut instructor, "/reports")
            .await
            .contains("Diễn tập năm 2026")
    );
    let path = format!("/exercises/{exercise}/report");
    let page = office.get(&mut instructor, &path).await;
    for expected in [
        ">535<",
        "Lý Thị Thu Hà",
        "[Bổ sung bài học kinh nghiệm]",
        facts.drill.head_hash.as_str(),
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let answer = office
        .post(
            &mut instructor,
            &path,
            "section-lessons=B%C3%A0i+h%E1%BB%8Dc+%3Cb%3E&section-x=y",
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = office.get(&mut instructor, &path).await;
    assert!(
        page.contains("Bài học &lt;b&gt;") && !page.contains("[Bổ sung bài học kinh nghiệm]"),
        "{page}"
    );
    // A second tab, opened before, saves other parts and sends this one as it saw it.
    let empty = crate::reports::mark("");
    for words in [
        "section-lessons=&section-proposals=Kien+nghi",
        "section-proposals=Y+khac",
    ] {
        let form = format!("{words}&seen-lessons={empty}&seen-proposals={empty}");
        let answer = office.post(&mut instructor, &path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    let page = office.get(&mut instructor, &path).await;
    for kept in ["Bài học &lt;b&gt;", "Kien nghi", "Y khac"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    let answer = office
        .server
        .get(&mut instructor, &format!("{path}.docx?language=vi"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .contains("dien-tap-nam-2026.docx")
    );
    assert!(answer.body.starts_with("PK"));
}

#[tokio::test]
async fn who_may_not_is_refused() {
    let office = Office::open().await;
    let (exercise, _) = office.drill().await;
    let mut leader = office.server.signed_in("lanhdao").await;
    let path = format!("/exercises/{exercise}/report");
    office.get(&mut leader, &path).await;
    let answer = office
        .post(&mut leader, "/attendance", "course=awareness")
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    office.server.account("nguoila", &[Role::Instructor]).await;
    let mut stranger = office.server.signed_in("nguoila").await;
    for path in [path.clone(), format!("{path}.docx")] {
        let answer = office.server.get(&mut stranger, &path).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "another province's drill does not exist"
        );
    }
    assert!(
        office
            .get(&mut stranger, "/indicators")
            .await
            .contains("Chưa có kế hoạch")
    );
}
