//! A drill is laid out for an hour from the launch form, with the demo province's people.

use std::time::Duration;

use super::*;
use crate::{clock::Timestamp, store::Statement};

impl Office {
    async fn launch(&self, browser: &mut Browser, hour: &str, more: &str) -> Answer {
        let person = self.person("duc anh").await;
        let form = format!(
            "launch_key={more}&scenario=web-defacement&title=N%C4%83m+2026&minutes=90&person={person}&when=later\
             &starts_at={}&by_itself=true&incomplete=false",
            hour.replace(':', "%3A")
        );
        self.post(browser, "/exercises", &form).await
    }

    async fn exercises(&self) -> usize {
        let mut connection = self.server.app.db.connection().await.unwrap();
        let rows = Statement::new("select id from exercise").fetch_all(&mut connection);
        rows.await.unwrap().len()
    }
}

#[tokio::test]
async fn the_form_sets_an_hour_or_says_why_it_cannot() {
    let office = Office::open().await;
    let mut browser = office.server.signed_in("giangvien").await;
    let form = office.get(&mut browser, "/exercises/new").await;
    for text in [
        "value=\"later\"",
        "type=\"datetime-local\"",
        "Tạo và hẹn giờ",
    ] {
        assert!(form.contains(text), "{text}: {form}");
    }
    for (hour, word) in [
        ("", "Chọn ngày và giờ bắt đầu."),
        ("2020-01-01T08:00", "Giờ hẹn đã qua."),
    ] {
        let refused = office.launch(&mut browser, hour, "a").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(word), "{word}: {}", refused.body);
        assert!(refused.body.contains("value=\"later\" checked"));
    }
    assert_eq!(office.exercises().await, 0, "nothing was made");

    let hour = office.server.clock.now() + Duration::from_hours(30);
    let hour = Timestamp::from_form(&hour.for_form()).unwrap();
    let estimate = office
        .post(
            &mut browser,
            "/exercises/estimate",
            &format!(
                "scenario=web-defacement&minutes=90&person={}&when=later&starts_at={}",
                office.person("duc anh").await,
                hour.for_form().replace(':', "%3A")
            ),
        )
        .await;
    assert!(
        estimate.body.contains("Dựng môi trường từ") && estimate.body.contains("Đủ tài nguyên"),
        "{}",
        estimate.body
    );
    // A form that is sent twice makes one drill.
    for _ in 0..2 {
        let made = office.launch(&mut browser, &hour.for_form(), "b").await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    }
    assert_eq!(office.exercises().await, 1);
    let exercises = office.server.app.exercises.list(office.province).await;
    let exercise = exercises.unwrap().remove(0);
    let schedule = exercise.schedule.unwrap();
    assert_eq!((schedule.starts_at, schedule.by_itself), (hour, true));
    let console = office
        .get(&mut browser, &format!("/exercises/{}", exercise.id))
        .await;
    assert!(console.contains("Tự bắt đầu lúc"), "{console}");
}
