//! The staff list on both databases: search without diacritics, days, moves, endings, the demo province.

use jiff::civil::date;
use thaotruong_tests::both_databases;

use super::*;
use crate::store::Database;

const DEMO: &str = include_str!("../../../deploy/demo/province.yaml");

async fn province(database: &Database) -> ProvinceId {
    let mut transaction = database.begin().await.unwrap();
    let demo = demo::seed(&mut transaction, DEMO).await.unwrap();
    transaction.commit().await.unwrap();
    demo.province
}

fn named(text: &str) -> Search {
    Search {
        text: text.to_owned(),
        ..Search::default()
    }
}

both_databases! {
    async fn the_demo_province_is_seeded_once(database: Database) {
        let first = province(&database).await;
        let mut connection = database.begin().await.unwrap();
        let demo = demo::seed(&mut connection, DEMO).await.unwrap();
        assert_eq!(demo.province, first);
        assert_eq!(demo.accounts.len(), 15);
        let day = date(2026, 3, 1);
        let staff = staff_on(&mut connection, first, day).await.unwrap();
        let folded: std::collections::BTreeSet<String> = staff.iter().map(|line| fold(&line.name)).collect();
        assert_eq!((staff.len(), folded.len()), (60, 60));
        assert_eq!(staff.iter().filter(|line| line.response_team).count(), 17);
        assert_eq!(store::provinces(&mut connection).await.unwrap().len(), 1);
        assert_eq!(store::get_province(&mut connection, first).await.unwrap().name, "tỉnh Bình An");
    }

    async fn a_name_is_found_without_diacritics(database: Database) {
        let province = province(&database).await;
        let mut connection = database.connection().await.unwrap();
        let day = date(2026, 3, 1);
        for (text, expected) in [
            ("hoang thi my le", vec!["Hoàng Thị Mỹ Lệ"]),
            ("ĐỨC ANH", vec!["Nguyễn Đức Anh"]),
            ("le thang", vec!["Lê Đức Thắng"]),
            ("xyz%", vec![]),
        ] {
            let page = search(&mut connection, province, &named(text), day).await.unwrap();
            let names: Vec<&str> = page.lines.iter().map(|line| line.name.as_str()).collect();
            assert_eq!((names, page.total), (expected.clone(), expected.len()), "{text}");
        }
        let everybody = search(&mut connection, province, &Search::default(), day).await.unwrap();
        assert_eq!((everybody.lines.len(), everybody.total), (PAGE, 60));
        let rest = Search { page: 1, ..Search::default() };
        assert_eq!(search(&mut connection, province, &rest, day).await.unwrap().lines.len(), 10);
        let responders = Search { response_team: true, ..Search::default() };
        assert_eq!(search(&mut connection, province, &responders, day).await.unwrap().total, 17);
        let before = search(&mut connection, province, &Search::default(), date(2025, 6, 30)).await.unwrap();
        assert_eq!(before.total, 0);
    }

    async fn a_day_shows_where_people_were_then(database: Database) {
        let province = province(&database).await;
        let mut connection = database.begin().await.unwrap();
        let units = unit_tree(&mut connection, province, date(2026, 1, 1)).await.unwrap();
        let unit = |code: &str| units.iter().find(|(_, unit)| unit.code == code).unwrap().1.id;
        let found = search(&mut connection, province, &named("phan van tung"), date(2026, 1, 1)).await.unwrap();
        let person = found.lines[0].person;
        let to = Place {
            unit: unit("stc"),
            position: "Chuyên viên tin học".to_owned(),
            response_team: false,
            it_specialist: true,
            head: false,
        };
        move_person(&mut connection, province, person, &to, date(2026, 4, 15)).await.unwrap();
        for (day, expected) in [(date(2026, 4, 14), "Trung tâm Chuyển đổi số"), (date(2026, 4, 15), "Sở Tài chính")] {
            let page = search(&mut connection, province, &named("phan van tung"), day).await.unwrap();
            assert_eq!((page.lines[0].unit_name.as_str(), page.total), (expected, 1));
        }
        leave(&mut connection, province, person, date(2026, 9, 1)).await.unwrap();
        let gone = search(&mut connection, province, &named("phan van tung"), date(2026, 9, 1)).await.unwrap();
        assert_eq!(gone.total, 0);
        assert_eq!(staff::memberships(&mut connection, person).await.unwrap().len(), 2);

        store::end_unit(&mut connection, unit("stc"), Timestamp::start_of(date(2026, 12, 1))).await.unwrap();
        let after = unit_tree(&mut connection, province, date(2026, 12, 1)).await.unwrap();
        assert_eq!(after.len(), units.len() - 1);
        let refused = move_person(&mut connection, province, person, &to, date(2026, 12, 1)).await;
        assert!(matches!(refused, Err(OrganisationError::Unit)), "{refused:?}");
        let lost = search(&mut connection, province, &named("ho sy quy"), date(2026, 12, 1)).await.unwrap();
        assert_eq!(lost.total, 0, "the people of a unit that ended have no place until they get one");
    }

    async fn an_erased_person_keeps_counting_without_a_name(database: Database) {
        let province = province(&database).await;
        let mut connection = database.begin().await.unwrap();
        let day = date(2026, 3, 1);
        let found = search(&mut connection, province, &named("chu anh tu"), day).await.unwrap();
        let person = found.lines[0].person;
        staff::erase_person(&mut connection, person, Timestamp::start_of(day)).await.unwrap();
        let kept = staff::find_person(&mut connection, province, person).await.unwrap().unwrap();
        assert_eq!((kept.name.as_str(), kept.email, kept.name_folded.as_str()), ("", None, ""));
        assert!(kept.erased_at.is_some());
        assert_eq!(staff_on(&mut connection, province, day).await.unwrap().len(), 60);
        assert_eq!(search(&mut connection, province, &Search::default(), day).await.unwrap().total, 59);
    }

    async fn provinces_are_strictly_apart(database: Database) {
        let ours = province(&database).await;
        let mut connection = database.begin().await.unwrap();
        let other = Province { id: ProvinceId::new(), code: "other".to_owned(), name: "tỉnh Khác".to_owned() };
        store::insert_province(&mut connection, &other).await.unwrap();
        let day = date(2026, 3, 1);
        let person = staff_on(&mut connection, ours, day).await.unwrap()[0].clone();
        assert!(staff::find_person(&mut connection, other.id, person.person).await.unwrap().is_none());
        assert!(staff_on(&mut connection, other.id, day).await.unwrap().is_empty());
        let place = Place {
            unit: person.unit,
            position: String::new(),
            response_team: false,
            it_specialist: false,
            head: false,
        };
        let new = NewPerson { name: "Ai Đó".to_owned(), email: None, place: place.clone() };
        let refused = add_person(&mut connection, other.id, &new, day).await;
        assert!(matches!(refused, Err(OrganisationError::Unit)), "{refused:?}");
        let refused = leave(&mut connection, other.id, person.person, day).await;
        assert!(matches!(refused, Err(OrganisationError::Person)), "{refused:?}");
        let nameless = NewPerson { name: "  ".to_owned(), email: None, place };
        let refused = add_person(&mut connection, ours, &nameless, day).await;
        assert!(matches!(refused, Err(OrganisationError::Name)), "{refused:?}");
    }

    async fn who_issues_documents_is_dated(database: Database) {
        let province = province(&database).await;
        let mut connection = database.begin().await.unwrap();
        let day = date(2026, 3, 1);
        let seeded = issuer_on(&mut connection, province, day)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (seeded.body.as_str(), seeded.signer.as_str()),
            ("Ban Tổ chức diễn tập", "")
        );
        assert_eq!(seeded.recipients.lines().count(), 4);
        let by = (None, Timestamp::start_of(day));
        for (issuer, message) in [
            (
                Issuer {
                    body: " ".to_owned(),
                    ..seeded.clone()
                },
                "issuer-body-missing",
            ),
            (
                Issuer {
                    sign: String::new(),
                    ..seeded.clone()
                },
                "issuer-sign-missing",
            ),
            (
                Issuer {
                    place: String::new(),
                    ..seeded.clone()
                },
                "issuer-place-missing",
            ),
            (
                Issuer {
                    position: String::new(),
                    ..seeded.clone()
                },
                "issuer-position-missing",
            ),
            (
                Issuer {
                    recipients: "\n \n".to_owned(),
                    ..seeded.clone()
                },
                "issuer-recipients-missing",
            ),
            (
                Issuer {
                    signer: "x".repeat(201),
                    ..seeded.clone()
                },
                "issuer-line-too-long",
            ),
            (
                Issuer {
                    recipients: "x\n".repeat(21),
                    ..seeded.clone()
                },
                "issuer-recipients-too-many",
            ),
        ] {
            let refused = set_issuer(&mut connection, province, &issuer, by).await;
            assert!(
                matches!(refused, Err(OrganisationError::Input(id)) if id == message),
                "{message}: {refused:?}"
            );
        }
        let next = Issuer {
            valid_from: Timestamp::start_of(date(2026, 6, 1)),
            body: " Sở  Khoa học và Công nghệ ".to_owned(),
            recipients: "Như trên\r\n\r\n Lưu: VT ".to_owned(),
            ..seeded.clone()
        };
        set_issuer(&mut connection, province, &next, by)
            .await
            .unwrap();
        let corrected = Issuer {
            signer: "Tô Hải Đăng".to_owned(),
            ..next
        };
        set_issuer(&mut connection, province, &corrected, by)
            .await
            .unwrap();
        assert_eq!(issuers(&mut connection, province).await.unwrap().len(), 2);
        let before = issuer_on(&mut connection, province, date(2026, 5, 31))
            .await
            .unwrap();
        assert_eq!(before, Some(seeded.clone()));
        let after = issuer_on(&mut connection, province, date(2026, 6, 1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(after.body, "Sở Khoa học và Công nghệ");
        assert_eq!(after.recipients, "Như trên\nLưu: VT");
        assert_eq!(after.signer, "Tô Hải Đăng");
        let earliest = issuer_on(&mut connection, province, date(2020, 1, 1))
            .await
            .unwrap();
        assert_eq!(
            earliest,
            Some(seeded),
            "nobody else issued documents before the first"
        );
        assert_eq!(
            issuer_on(&mut connection, ProvinceId::new(), day)
                .await
                .unwrap(),
            None
        );
        demo::seed(&mut connection, DEMO).await.unwrap();
        assert_eq!(
            issuers(&mut connection, province).await.unwrap().len(),
            2,
            "a second start changes nothing"
        );
    }
}

#[test]
fn units_stand_below_their_parents() {
    let unit = |code: &str, parent: Option<UnitId>| Unit {
        id: UnitId::new(),
        province: ProvinceId::new(),
        parent,
        code: code.to_owned(),
        name: code.to_owned(),
        kind: UnitKind::Department.as_str().to_owned(),
        level: Level::Province.as_str().to_owned(),
        valid_from: Timestamp(0),
        valid_to: None,
    };
    let top = unit("a", None);
    let child = unit("b", Some(top.id));
    let grandchild = unit("c", Some(child.id));
    let orphan = unit("d", Some(UnitId::new()));
    let ordered = in_tree_order(vec![grandchild, orphan, child, top]);
    let shape: Vec<(usize, &str)> = ordered
        .iter()
        .map(|(depth, unit)| (*depth, unit.code.as_str()))
        .collect();
    assert_eq!(shape, [(0, "d"), (0, "a"), (1, "b"), (2, "c")]);
}
