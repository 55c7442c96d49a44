//! Evidence in both databases, and what indicators make of it.

use jiff::civil::date;
use thaotruong_tests::both_databases;

use super::{
    Figure, NewFigures, Officer, Plan, Standing, WorkforceError, enter_figures, gather, measure,
};
use crate::{
    clock::Timestamp,
    ids::{
        AccountId, AttendanceId, CompletionId, ExerciseId, FigureId, PersonId, ProvinceId, TeamId,
    },
    journal::{Actor, Draft, Event, GENESIS, append_in},
    organisation::{demo, staff_on},
    store::{
        self, Connection, Database, Statement,
        accounts::AccountRow,
        exercises::NewExercise,
        learning::{self as rows, AttendanceList, Completion},
        workforce as figures,
    },
};

const PROVINCE: &str = include_str!("../../../deploy/demo/province.yaml");
const PLAN: &str = include_str!("../../../deploy/plans/demo.yaml");

struct Scene {
    account: AccountId,
    province: ProvinceId,
    now: Timestamp,
    people: Vec<PersonId>,
}

async fn scene(connection: &mut Connection) -> Scene {
    let demo = demo::seed(connection, PROVINCE).await.unwrap();
    let now = Timestamp::start_of(date(2026, 6, 1));
    let people = staff_on(connection, demo.province, now.day())
        .await
        .unwrap();
    let account = AccountRow {
        id: AccountId::new(),
        province: demo.province,
        province_name: String::new(),
        person: None,
        person_name: None,
        username: "tochuc".to_owned(),
        password_hash: String::new(),
        locale: "vi".to_owned(),
        created_at: now,
        disabled_at: None,
    };
    store::accounts::insert(connection, &account).await.unwrap();
    Scene {
        account: account.id,
        province: demo.province,
        now,
        people: people.iter().map(|line| line.person).collect(),
    }
}

async fn exercise(
    connection: &mut Connection,
    scene: &Scene,
    kind: &str,
    present: bool,
) -> ExerciseId {
    let now = scene.now;
    store::bundles::keep(connection, "digest", "web-defacement", 1, now, &[])
        .await
        .unwrap();
    let id = ExerciseId::new();
    let new = NewExercise {
        id,
        province: scene.province,
        title: "Diễn tập 2026".to_owned(),
        kind: kind.to_owned(),
        bundle: "digest".to_owned(),
        duration: std::time::Duration::from_hours(1),
        created_by: scene.account,
        created_at: now,
        launch_key: id.to_string(),
        genesis: GENESIS.to_owned(),
        trial: false,
    };
    assert!(store::exercises::insert(connection, &new).await.unwrap());
    let mut drafts = vec![Draft::new(Actor::System, Event::Started)];
    if present {
        let event = Event::Present {
            person: scene.people[0],
        };
        drafts.push(Draft::new(Actor::Person(scene.people[0]), event).team(TeamId::new()));
    }
    drafts.push(Draft::new(
        Actor::System,
        Event::Finished { time_out: false },
    ));
    append_in(connection, id, now, &drafts).await.unwrap();
    Statement::new("update exercise set started_at = $2 where id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await
        .unwrap();
    store::exercises::set_finished(connection, id, now)
        .await
        .unwrap();
    id
}

both_databases! {
    async fn a_completion_happens_once_and_moves_the_indicators(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let (province, now) = (scene.province, scene.now);
        let held = exercise(&mut connection, &scene, "simulation", true).await;
        let empty = exercise(&mut connection, &scene, "simulation", false).await;
        let staff = staff_on(&mut connection, province, now.day()).await.unwrap();
        let responder = staff.iter().find(|line| line.response_team).unwrap().person;
        let completion = Completion {
            id: CompletionId::new(),
            province,
            person: responder,
            exercise: held,
            kind: "incident-response".to_owned(),
            points: 300,
            evidence_sequence: 3,
            completed_at: now,
        };
        assert!(rows::insert_completion(&mut connection, &completion).await.unwrap());
        let again = Completion { id: CompletionId::new(), points: 999, ..completion.clone() };
        assert!(!rows::insert_completion(&mut connection, &again).await.unwrap());
        let kept = rows::completions_of_exercise(&mut connection, held).await.unwrap();
        assert_eq!(kept, [completion]);
        assert_eq!(rows::finished_behind(&mut connection, "x").await.unwrap().len(), 2);
        store::journal::move_cursor(&mut connection, "x", empty, 2).await.unwrap();
        assert_eq!(rows::finished_behind(&mut connection, "x").await.unwrap(), [held]);
        let list = AttendanceList {
            id: AttendanceId::new(),
            province,
            course: "awareness".to_owned(),
            title: "Lớp".to_owned(),
            held_at: now,
            document: "123/QĐ-SNV".to_owned(),
            entered_by: scene.account,
            created_at: now,
            voided: None,
        };
        assert!(rows::insert_list(&mut connection, &list).await.unwrap());
        for person in &scene.people[..45] {
            assert!(rows::add_attendee(&mut connection, list.id, *person, scene.account, now).await.unwrap());
        }

        let plan = Plan::read(PLAN).unwrap();
        let facts = gather(&mut connection, province, &plan, now.day()).await.unwrap();
        let measured: Vec<_> =
            plan.indicators[..3].iter().map(|one| measure(&plan, one, &facts, now.day())).collect();
        let results: Vec<_> = measured.iter().map(|one| (one.figure.unwrap(), one.standing)).collect();
        let figure = |numerator, denominator| Figure { numerator, denominator };
        assert_eq!(results, [
            (figure(1, None), Standing::Met),
            (figure(1, Some(17)), Standing::Missed { gap: 15 }),
            (figure(45, Some(60)), Standing::Missed { gap: 15 }),
        ]);
        assert_eq!((measured[1].missing.len(), measured[2].missing.len()), (16, 15));
        let yesterday = now.day().yesterday().unwrap();
        let before = gather(&mut connection, province, &plan, yesterday).await.unwrap();
        let drills = measure(&plan, &plan.indicators[0], &before, yesterday);
        assert_eq!(drills.standing, Standing::Missed { gap: 1 });
    }

    async fn a_figure_entered_by_hand_is_kept_with_its_document(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let (province, now) = (scene.province, scene.now);
        let figure = figures::ManualFigure {
            plan: "demo".to_owned(),
            indicator: "X".to_owned(),
            field: "schools".to_owned(),
            value: 91,
            as_of: now,
            document: "12/BC-SGDĐT".to_owned(),
            entered_by: scene.account,
            created_at: now,
        };
        for _ in 0..2 {
            figures::insert_figure(&mut connection, "the-form", province, &figure).await.unwrap();
        }
        let after = now + std::time::Duration::from_secs(1);
        let found = figures::figures(&mut connection, province, "demo", now, after).await.unwrap();
        assert_eq!(found, [figure]);
        let none = figures::figures(&mut connection, province, "other", now, after).await.unwrap();
        assert!(none.is_empty());
    }

    async fn an_officer_enters_figures_once_and_corrects_them_later(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let plan = Plan::read(PLAN).unwrap();
        let [_, _, computed, budget] = &plan.indicators[..] else { panic!("four indicators") };
        let officer = Officer { account: scene.account, province: scene.province, now: scene.now };
        let form = |part: &str, whole: &str| NewFigures {
            id: FigureId::new(),
            values: vec![
                ("technology_spend".to_owned(), whole.to_owned()),
                ("security_spend".to_owned(), part.to_owned()),
            ],
            day: Some(scene.now.day()),
            document: " 15/BC-STC  ngày 30/5/2026 ".to_owned(),
        };
        let good = form("1.200", "10.000");
        let tomorrow = scene.now.day().tomorrow().unwrap();
        for (new, indicator, message) in [
            (form("1,5", "10"), budget, "figures-number"),
            (form("", "10"), budget, "figures-number"),
            (form("11", "10"), budget, "figures-more-than-whole"),
            (form("0", "0"), budget, "figures-nothing"),
            (NewFigures { day: Some(tomorrow), ..good.clone() }, budget, "figures-day"),
            (NewFigures { day: None, ..good.clone() }, budget, "figures-day"),
            (NewFigures { day: Some(date(2025, 12, 31)), ..good.clone() }, budget, "figures-outside-plan"),
            (NewFigures { document: " ".to_owned(), ..good.clone() }, budget, "figures-document-missing"),
            (NewFigures { document: "x".repeat(301), ..good.clone() }, budget, "figures-document-long"),
            (good.clone(), computed, "figures-computed"),
        ] {
            let refused = enter_figures(&mut connection, officer, (&plan, indicator), &new).await;
            assert!(matches!(refused, Err(WorkforceError::Input(id)) if id == message), "{message}: {refused:?}");
        }
        for _ in 0..2 {
            enter_figures(&mut connection, officer, (&plan, budget), &good).await.unwrap();
        }
        let of = (plan.id.as_str(), budget.id.as_str());
        let entered = figures::entered_figures(&mut connection, scene.province, of).await.unwrap();
        assert_eq!(entered.len(), 2, "a form that is sent twice is one entry");
        assert!(entered.iter().all(|one| one.username == "tochuc" && one.figure.document == "15/BC-STC ngày 30/5/2026"));
        let later = Officer { now: scene.now + std::time::Duration::from_hours(1), ..officer };
        enter_figures(&mut connection, later, (&plan, budget), &form("900", "10.000")).await.unwrap();
        let facts = gather(&mut connection, scene.province, &plan, scene.now.day()).await.unwrap();
        let measured = measure(&plan, budget, &facts, scene.now.day());
        assert_eq!(measured.figure, Some(Figure { numerator: 900, denominator: Some(10_000) }));
        assert_eq!(measured.standing, Standing::Missed { gap: 100 });
        let entered = figures::entered_figures(&mut connection, scene.province, of).await.unwrap();
        assert_eq!(entered.iter().map(|one| one.figure.value).max(), Some(10_000));
        assert_eq!(entered.len(), 4, "what was corrected is kept");
        let elsewhere = figures::entered_figures(&mut connection, ProvinceId::new(), of).await.unwrap();
        assert!(elsewhere.is_empty());
    }
}
