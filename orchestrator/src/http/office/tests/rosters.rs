//! Teams from a pasted list: shown first with what is to be mended, made only from what was shown.

use super::*;
use crate::store::Statement;

impl Office {
    async fn paste(&self, browser: &mut Browser, list: &str, more: &str) -> Answer {
        let list: Vec<String> = list.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let list = list.concat();
        let form = format!(
            "launch_key=k&scenario=web-defacement&title=N%C4%83m+2026&minutes=90&seats=4&when=now&roster={list}&{more}"
        );
        self.post(browser, "/exercises", &form).await
    }

    async fn drills(&self) -> usize {
        let mut connection = self.server.app.db.connection().await.unwrap();
        let rows = Statement::new("select id from exercise").fetch_all(&mut connection);
        rows.await.unwrap().len()
    }
}

#[tokio::test]
async fn a_list_is_seen_before_teams_are_made_of_it() {
    let office = Office::open().await;
    let mut browser = office.server.signed_in("giangvien").await;
    office.get(&mut browser, "/exercises/new").await;
    let wrong = "Họ và tên;Đội\nDo Minh Khoi;Một\nĐỗ Minh Khôi;Một\nĐỗ Minh Khôi;Hai\n";
    let refused = office.paste(&mut browser, wrong, "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in [
        "1 đội, 1 người; 2 dòng cần sửa",
        "có phải Đỗ Minh Khôi (Văn phòng Ủy ban nhân dân tỉnh)?",
        "đã có ở dòng 3",
    ] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
    let list = "Họ và tên;Đội\nĐỗ Minh Khôi;Một\nTrương Hoàng Nam;Hai\nBùi Thị Thanh Hương;Hai\n";
    let shown = office.paste(&mut browser, list, "").await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        shown.body.contains("2 đội, 3 người; 0 dòng cần sửa"),
        "{}",
        shown.body
    );
    assert_eq!(office.drills().await, 0, "nothing is written");

    let seen = shown
        .body
        .split("name=\"roster_seen\" value=\"")
        .nth(1)
        .unwrap();
    let seen: String = seen.chars().take_while(char::is_ascii_hexdigit).collect();
    let confirmed = format!("roster_seen={seen}");
    // Another list than the one that was shown is shown first.
    let other = list.replace("Hai", "Ba");
    let changed = office.paste(&mut browser, &other, &confirmed).await;
    assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let look = format!("{confirmed}&roster_look=yes");
    let looked = office.paste(&mut browser, list, &look).await;
    assert_eq!(looked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let both = format!("{confirmed}&person={}", office.person("duc anh").await);
    let both = office.paste(&mut browser, list, &both).await;
    assert!(both.body.contains("Bỏ một trong hai"), "{}", both.body);
    assert_eq!(office.drills().await, 0, "nothing is written");

    let made = office.paste(&mut browser, list, &confirmed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let exercises = &office.server.app.exercises;
    let exercise = exercises.list(office.province).await.unwrap().remove(0);
    let view = exercises.view(exercise.id).await.unwrap();
    let teams = view.teams.iter().map(|team| {
        let spare = team.spare().wanted;
        (team.team.name.as_str(), team.members.len(), spare)
    });
    let teams: Vec<_> = teams.collect();
    assert_eq!(teams, [("Một", 1, Some(3)), ("Hai", 2, Some(2))]);
}
