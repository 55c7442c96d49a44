//! Accounts on both databases: what two people do at the same moment, and what a slow sign-in meets.

use std::sync::Arc;

use thaotruong_tests::both_databases;

use super::{AccountError, Accounts, NewAccount, Role, Roles};
use crate::{
    clock::{TestClock, Timestamp},
    ids::{AccountId, PersonId, ProvinceId},
    random::SeededRandom,
    store::{Database, Statement, staff, staff::Person},
};

const PASSWORD: &str = "một mật khẩu dài";

struct Bench {
    database: Database,
    accounts: Accounts,
    province: ProvinceId,
}

impl Bench {
    async fn new(database: Database) -> Self {
        let clock = Arc::new(TestClock::new(Timestamp(1_795_000_000_000_000)));
        let random = Arc::new(SeededRandom::new(7));
        let accounts = Accounts::new(database.clone(), clock, random).unwrap();
        let province = province(&database).await;
        Self {
            database,
            accounts,
            province,
        }
    }

    async fn make(
        &self,
        username: &str,
        role: Role,
        person: Option<PersonId>,
    ) -> Result<AccountId, AccountError> {
        let new = NewAccount {
            username: username.to_owned(),
            person,
            roles: std::iter::once(role).collect(),
            password: Some(PASSWORD.to_owned()),
        };
        Ok(self.accounts.create(self.province, new).await?.0)
    }
}

async fn province(database: &Database) -> ProvinceId {
    let id = ProvinceId::new();
    let mut connection = database.connection().await.unwrap();
    Statement::new("insert into province (id, code, name) values ($1, $2, 'T')")
        .bind(id)
        .bind(id.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    id
}

both_databases! {
    async fn a_password_that_was_replaced_opens_nothing_that_began_before(database: Database) {
        let bench = Bench::new(database).await;
        let id = bench.make("an.nguyen", Role::Instructor, None).await.unwrap();
        // Signing in and the reset run side by side; whichever is first, no session of the old password is left.
        for _ in 0..4 {
            bench.accounts.set_password(id, PASSWORD, None).await.unwrap();
            let (opened, reset) = tokio::join!(
                bench.accounts.sign_in("an.nguyen", PASSWORD, "10.0.0.1"),
                bench.accounts.reset_password(bench.province, id),
            );
            reset.unwrap();
            if let Ok(opened) = opened {
                assert!(bench.accounts.session(&opened.token).await.unwrap().is_none());
            }
        }
    }

    async fn a_verified_password_is_compared_again_where_it_counts(database: Database) {
        let bench = Bench::new(database).await;
        let id = bench.make("an.nguyen", Role::Instructor, None).await.unwrap();
        let late = bench.accounts.set_password(id, "một mật khẩu khác", Some("the hash before")).await;
        assert!(matches!(late, Err(AccountError::Credentials)), "{late:?}");
        bench.accounts.sign_in("an.nguyen", PASSWORD, "10.0.0.1").await.unwrap();
    }

    async fn two_administrators_cannot_remove_each_other(database: Database) {
        let bench = Bench::new(database).await;
        let one = bench.make("admin.one", Role::Administrator, None).await.unwrap();
        let two = bench.make("admin.two", Role::Administrator, None).await.unwrap();
        let plain: Roles = std::iter::once(Role::Instructor).collect();
        let (first, second) = tokio::join!(
            bench.accounts.set_disabled(bench.province, one, true),
            bench.accounts.set_roles(bench.province, two, plain),
        );
        assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        let left = bench.accounts.list(bench.province).await.unwrap();
        let administer = left.iter().filter(|it| it.disabled_at.is_none() && it.roles.has(Role::Administrator));
        assert_eq!(administer.count(), 1);
    }

    async fn an_account_belongs_to_a_person_of_its_province(database: Database) {
        let bench = Bench::new(database).await;
        let elsewhere = province(&bench.database).await;
        let mut person = Person {
            id: PersonId::new(),
            province: elsewhere,
            name: "Nguyễn Văn Hòa".to_owned(),
            name_folded: "nguyen van hoa".to_owned(),
            email: None,
            erased_at: None,
        };
        let mut connection = bench.database.connection().await.unwrap();
        staff::insert_person(&mut connection, &person).await.unwrap();
        let own = PersonId::new();
        (person.id, person.province) = (own, bench.province);
        staff::insert_person(&mut connection, &person).await.unwrap();
        drop(connection);
        for (n, stranger) in [person.id, PersonId::new()].into_iter().enumerate() {
            let made = bench.make(&format!("user{n}"), Role::Trainee, Some(stranger)).await;
            let refused = matches!(made, Err(AccountError::Invalid("account-person-unknown")));
            assert_eq!(refused, stranger != own, "{made:?}");
        }
    }
}
