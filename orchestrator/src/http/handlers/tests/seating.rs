//! Members who are added, moved and taken out on the console, who enrol by a link, come by a list, and answer a check.

use super::*;
use crate::{
    clock::Timestamp,
    ids::{MembershipId, UnitId},
    store::organisation::{self, Unit},
};

impl Drill {
    async fn newcomer(&self, name: &str, username: &str) -> PersonId {
        let server = &self.server;
        let person = Person {
            id: PersonId::new(),
            province: server.province,
            name: name.into(),
            name_folded: crate::organisation::fold(name),
            email: None,
            erased_at: None,
        };
        let mut connection = server.app.db.connection().await.expect("connection");
        staff::insert_person(&mut connection, &person)
            .await
            .expect("person");
        let unit = Unit {
            id: UnitId::new(),
            province: server.province,
            parent: None,
            code: username.into(),
            name: "Sở Y tế".into(),
            kind: "department".into(),
            level: "province".into(),
            valid_from: Timestamp(0),
            valid_to: None,
        };
        let membership = staff::Membership {
            id: MembershipId::new(),
            province: server.province,
            person: person.id,
            unit: unit.id,
            position: "Chuyên viên".into(),
            response_team: true,
            it_specialist: false,
            head: false,
            valid_from: Timestamp(0),
            valid_to: None,
        };
        organisation::insert_unit(&mut connection, &unit)
            .await
            .expect("unit");
        staff::insert_membership(&mut connection, &membership)
            .await
            .expect("place");
        let roles = [Role::Trainee];
        server.account_of(username, &roles, Some(person.id)).await;
        person.id
    }

    async fn form(&mut self, path: &str, form: &str) -> crate::http::testing::Answer {
        let path = format!("/exercises/{}{path}", self.id);
        self.server.post(&mut self.instructor, &path, form).await
    }

    async fn members(&self, team: usize) -> Vec<PersonId> {
        let view = self.server.app.exercises.view(self.id).await;
        view.expect("view").teams[team].members.clone()
    }

    async fn ready(&mut self) {
        self.go();
        self.press("/prepare").await;
        self.until("/parts/control", "/start").await;
    }
}

#[tokio::test]
async fn the_drawer_adds_moves_names_and_takes_out() {
    let mut drill = Drill::draft().await;
    drill.ready().await;
    let late = drill.newcomer("Lê Thị Mai", "mai.le").await;
    let [one, two] = [0, 1].map(|team| format!("/teams/{}", drill.teams[team]));
    let mut trainee = drill.server.signed_in("mai.le").await;
    let workspace = format!("/exercises/{}/workspace", drill.id);
    let outside = drill.server.get(&mut trainee, &workspace).await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);

    let added = drill.form(&format!("{one}/members"), "who=mai.le").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let inside = drill.server.get(&mut trainee, &workspace).await;
    assert_eq!(inside.status, StatusCode::OK, "{}", inside.body);

    let lead = format!("{one}/members/{late}/lead");
    drill.press(&lead).await;
    let page = drill.page(&one).await;
    assert!(
        page.contains("Lê Thị Mai") && page.contains("đội trưởng"),
        "{page}"
    );
    let to = format!("to={}", drill.teams[1]);
    drill.form(&format!("{one}/members/{late}/move"), &to).await;
    assert!(drill.members(1).await.contains(&late));
    drill.form(&format!("{two}/seats"), "seats=5").await;
    let page = drill.page(&two).await;
    assert!(page.contains("còn 3 chỗ"), "{page}");
    drill.press(&format!("{two}/members/{late}/leave")).await;
    assert_eq!(drill.members(1).await.len(), 1);
    let outside = drill.server.get(&mut trainee, &workspace).await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);
    drill.server.app.tasks.drain().await;
}

#[tokio::test]
async fn a_name_that_is_not_quite_right_is_asked_about() {
    let mut drill = Drill::draft().await;
    let path = format!("/teams/{}/members", drill.teams[0]);
    let mai = drill.newcomer("Lê Thị Mai", "mai.le").await;
    let nobody = drill.form(&path, "who=Khong+Co+Ai").await;
    assert_eq!(nobody.status, StatusCode::OK);
    assert!(
        nobody.body.contains("không có ai tên như vậy"),
        "{}",
        nobody.body
    );
    let meant = drill.form(&path, "who=le+thi+mai").await;
    for text in [
        "có phải Lê Thị Mai (Sở Y tế, mai.le)?",
        &format!("value=\"{mai}\""),
    ] {
        assert!(meant.body.contains(text), "{text}: {}", meant.body);
    }
    assert_eq!(drill.members(0).await.len(), 1);
    drill.form(&path, "who=L%C3%AA+Th%E1%BB%8B+Mai").await;
    assert!(drill.members(0).await.contains(&mai));
}

#[tokio::test]
async fn a_link_lets_in_and_every_refusal_says_what_to_do() {
    let mut drill = Drill::draft().await;
    let person = drill.newcomer("Lê Thị Mai", "mai.le").await;
    let wrong = drill
        .form("/invitations", "seats=0&expires_at=2030-01-01T08:00")
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let at = (drill.server.app.clock.now() + Duration::from_hours(1)).for_form();
    let form = format!("seats=1&expires_at={}", at.replace(':', "%3A"));
    let made = drill.form("/invitations", &form).await;
    let token = made.body.split("/join/").nth(1).expect("a link");
    let token: String = token.chars().take_while(char::is_ascii_hexdigit).collect();
    let path = format!("/join/{token}");
    let list = drill.page("/invitations").await;
    assert!(list.contains("0/1") && !list.contains(&token), "{list}");

    let mut nobody = Browser::default();
    let asked = drill.server.get(&mut nobody, &path).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "signs in first");
    let without = drill.server.get(&mut drill.instructor, &path).await.body;
    assert!(without.contains("chưa gắn với cán bộ"), "{without}");
    let mut trainee = drill.server.signed_in("mai.le").await;
    let page = drill.server.get(&mut trainee, &path).await.body;
    for text in ["Diễn tập năm 2026", "Đội Một", "Đội Hai", "chưa hẹn giờ"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let form = format!("team={}", drill.teams[1]);
    let joined = drill.server.post(&mut trainee, &path, &form).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.body);
    assert!(drill.members(1).await.contains(&person));
    let again = drill.server.post(&mut trainee, &path, "team=").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(
        again.body.contains("Bạn đang ở đội Đội Hai"),
        "{}",
        again.body
    );

    drill.newcomer("Phạm An", "an.pham").await;
    let mut second = drill.server.signed_in("an.pham").await;
    let used = drill.server.get(&mut second, &path).await.body;
    assert!(used.contains("hết lượt"), "{used}");
    let other = drill.server.get(&mut second, "/join/0123").await.body;
    assert!(other.contains("Liên kết không đúng"), "{other}");
    let list = drill.page("/invitations").await;
    assert!(list.contains("1/1"), "{list}");
    // A refused request is written down, its secret is not.
    second.csrf = "wrong".to_owned();
    let refused = drill.server.post(&mut second, &path, "team=").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut administrator = drill.server.signed_in("quantri").await;
    let audit = drill
        .server
        .get(&mut administrator, "/admin/audit")
        .await
        .body;
    assert!(
        audit.contains("/join/") && !audit.contains(&token),
        "{audit}"
    );
}

#[tokio::test]
async fn a_check_is_answered_with_one_button() {
    let mut drill = Drill::draft().await;
    let person = drill.newcomer("Lê Thị Mai", "mai.le").await;
    drill.ready().await;
    let members = format!("/teams/{}/members", drill.teams[0]);
    drill.form(&members, &format!("person={person}")).await;
    let sent = drill.form("/comms", "form=one").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = drill.page("/comms").await;
    assert!(
        page.contains("Lê Thị Mai") && page.contains("0/3"),
        "{page}"
    );
    let mut trainee = drill.server.signed_in("mai.le").await;
    let workspace = format!("/exercises/{}/workspace", drill.id);
    let asked = drill.server.get(&mut trainee, &workspace).await.body;
    let check = asked
        .split("name=\"check\" value=\"")
        .nth(1)
        .expect("a button");
    let check: String = check.chars().take_while(char::is_ascii_digit).collect();
    let path = format!("/exercises/{}/teams/{}/comms", drill.id, drill.teams[0]);
    let form = format!("check={check}");
    let answered = drill.server.post(&mut trainee, &path, &form).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
    let page = drill.page("/comms").await;
    assert!(
        !page.contains("Lê Thị Mai") && page.contains("1/3"),
        "{page}"
    );
    let asked = drill.server.get(&mut trainee, &workspace).await.body;
    assert!(asked.contains("Đã trả lời kiểm tra liên lạc"), "{asked}");
    drill.server.app.tasks.drain().await;
}
