//! Attendance lists on both databases.

use jiff::civil::date;
use thaotruong_tests::both_databases;

use super::attendance::{self as lists, NewList, Officer};
use crate::{
    clock::Timestamp,
    ids::{AccountId, AttendanceId, PersonId, ProvinceId},
    organisation::{demo, staff_on},
    store::{self, Connection, Database, accounts::AccountRow, learning as rows},
};

const PROVINCE: &str = include_str!("../../../deploy/demo/province.yaml");

struct Scene {
    officer: Officer,
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
        officer: Officer {
            account: account.id,
            province: demo.province,
            now,
        },
        people: people.iter().map(|line| line.person).collect(),
    }
}

fn new_list(people: &[PersonId]) -> NewList {
    NewList {
        id: AttendanceId::new(),
        course: "awareness".to_owned(),
        title: "Lớp kỹ năng an toàn thông tin cơ bản".to_owned(),
        day: date(2026, 5, 20),
        document: "123/QĐ-SNV ngày 10/5/2026".to_owned(),
        people: people.to_vec(),
    }
}

async fn reached(connection: &mut Connection, scene: &Scene) -> usize {
    let (from, to) = (Timestamp::start_of(date(2026, 1, 1)), scene.officer.now);
    rows::reached(connection, scene.officer.province, from, to)
        .await
        .unwrap()
        .len()
}

both_databases! {
    async fn a_form_sent_twice_makes_one_list(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let new = new_list(&[scene.people[0], scene.people[1], scene.people[1]]);
        lists::enter(&mut connection, scene.officer, &new).await.unwrap();
        lists::enter(&mut connection, scene.officer, &new).await.unwrap();
        let all = lists::lists(&mut connection, scene.officer.province).await.unwrap();
        assert_eq!((all.len(), all[0].people), (1, 2));
        assert_eq!((all[0].list.id, all[0].list.held_at.day()), (new.id, date(2026, 5, 20)));
        assert_eq!(reached(&mut connection, &scene).await, 2);
    }

    async fn a_wrong_name_and_a_wrong_list_can_be_taken_back_and_restored(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let (officer, first) = (scene.officer, scene.people[0]);
        let new = new_list(&scene.people[..3]);
        lists::enter(&mut connection, officer, &new).await.unwrap();
        lists::remove(&mut connection, officer, new.id, first).await.unwrap();
        lists::remove(&mut connection, officer, new.id, first).await.unwrap();
        assert_eq!(reached(&mut connection, &scene).await, 2);
        let (_, people) = lists::show(&mut connection, officer.province, new.id).await.unwrap();
        let off: Vec<PersonId> =
            people.iter().filter(|one| one.removed_at.is_some()).map(|one| one.person).collect();
        assert_eq!((people.len(), off), (3, vec![first]));
        lists::add(&mut connection, officer, new.id, first).await.unwrap();
        lists::add(&mut connection, officer, new.id, first).await.unwrap();
        assert_eq!(reached(&mut connection, &scene).await, 3);

        lists::void(&mut connection, officer, new.id, "  Nhập nhầm lớp ").await.unwrap();
        lists::void(&mut connection, officer, new.id, "lần hai").await.unwrap();
        assert_eq!(reached(&mut connection, &scene).await, 0);
        let (list, _) = lists::show(&mut connection, officer.province, new.id).await.unwrap();
        assert_eq!(list.voided, Some((officer.now, "Nhập nhầm lớp".to_owned())));
        lists::restore(&mut connection, officer, new.id).await.unwrap();
        let (list, _) = lists::show(&mut connection, officer.province, new.id).await.unwrap();
        assert_eq!((list.voided, reached(&mut connection, &scene).await), (None, 3));
    }

    async fn what_is_wrong_with_a_list_is_said(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let good = new_list(&scene.people[..1]);
        for (list, expected) in [
            (NewList { title: " ".to_owned(), ..good.clone() }, "attendance-title-missing"),
            (NewList { document: String::new(), ..good.clone() }, "attendance-document-missing"),
            (NewList { course: "Nhận thức".to_owned(), ..good.clone() }, "attendance-course-missing"),
            (NewList { day: date(2026, 6, 2), ..good.clone() }, "attendance-day-future"),
            (NewList { people: vec![], ..good.clone() }, "attendance-people-missing"),
            (NewList { people: vec![PersonId::new()], ..good.clone() }, "attendance-person-unknown"),
        ] {
            let refused = lists::enter(&mut connection, scene.officer, &list).await.unwrap_err();
            assert_eq!(refused.to_string(), expected);
        }
    }

    async fn a_list_of_another_province_is_none(database: Database) {
        let mut connection = database.begin().await.unwrap();
        let scene = scene(&mut connection).await;
        let new = new_list(&scene.people[..1]);
        lists::enter(&mut connection, scene.officer, &new).await.unwrap();
        let stranger = Officer { province: ProvinceId::new(), ..scene.officer };
        let refused = [
            lists::show(&mut connection, stranger.province, new.id).await.map(drop),
            lists::enter(&mut connection, stranger, &new).await,
            lists::void(&mut connection, stranger, new.id, "x").await,
            lists::restore(&mut connection, stranger, new.id).await,
            lists::remove(&mut connection, stranger, new.id, scene.people[0]).await,
            lists::add(&mut connection, stranger, new.id, scene.people[0]).await,
        ];
        for answer in refused {
            assert!(answer.is_err(), "{answer:?}");
        }
        assert!(lists::lists(&mut connection, stranger.province).await.unwrap().is_empty());
        assert_eq!(reached(&mut connection, &scene).await, 1);
    }

    async fn an_exercise_that_cannot_be_read_keeps_nobody_else_from_a_credit(database: Database) {
        let bench = crate::exercises::tests::Bench::new(database).await;
        bench.begin(false).await;
        let by = crate::journal::Actor::Account(bench.organiser);
        bench.exercises.finish(bench.exercise, by, false).await.unwrap();
        // An older one, whose bundle this program cannot read.
        bench.execute("insert into bundle (digest, scenario, version, created_at) values ('gone', 'x', 1, 0)").await;
        bench.execute(
            "insert into exercise (id, province_id, title, kind, bundle_digest, state, duration, created_by, created_at,
               clock_elapsed, launch_key, head_sequence, head_hash)
             select '00000000-0000-7000-8000-000000000000', province_id, title, kind, 'gone', state, duration, created_by,
               created_at, 0, 'another', head_sequence, head_hash from exercise",
        )
        .await;
        let follower = crate::learning::Follower::new(bench.database.clone(), bench.exercises.clone());
        follower.catch_up().await.unwrap();
        let mut connection = bench.database.connection().await.unwrap();
        let read = store::journal::cursor(&mut connection, crate::learning::FOLLOWER, bench.exercise).await.unwrap();
        assert!(read > 0, "the younger one was read");
    }
}
