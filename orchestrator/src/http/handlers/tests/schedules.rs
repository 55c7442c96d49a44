//! A drill that has an hour, as those see it who set it and those who wait for it.

use super::*;
use crate::clock::{Clock as _, Timestamp};

impl Drill {
    fn hour(&self, ahead: Duration) -> Timestamp {
        // Forms know no seconds.
        let at = self.server.clock.now() + ahead;
        Timestamp::from_form(&at.for_form()).expect("an hour")
    }

    async fn set(&mut self, starts_at: &str, more: &str) -> String {
        let path = format!("/exercises/{}/schedule", self.id);
        let form = format!("starts_at={}{more}", starts_at.replace(':', "%3A"));
        let answer = self.server.post(&mut self.instructor, &path, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.page("").await
    }
}

#[tokio::test]
async fn an_hour_is_set_shown_kept_and_waited_for() {
    let mut drill = Drill::draft().await;
    let view = drill.server.app.exercises.view(drill.id).await;
    let member = view.expect("view").teams[0].members[0];
    drill
        .server
        .account_of("hoa", &[Role::Trainee], Some(member))
        .await;
    let page = drill.page("").await;
    for text in ["data-open=\"schedule-dialog\"", "type=\"datetime-local\""] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for (wrong, word) in [
        ("", "Chọn ngày và giờ bắt đầu."),
        ("2020-01-01T08:00", "Giờ hẹn đã qua."),
        ("2199-01-01T08:00", "trong vòng một năm"),
    ] {
        let page = drill.set(wrong, "").await;
        assert!(page.contains(word), "{word}: {page}");
    }
    let hour = drill.hour(Duration::from_hours(2));
    let page = drill.set(&hour.for_form(), "&by_itself=true").await;
    for text in [
        "Đã hẹn bắt đầu lúc",
        "Tự bắt đầu lúc",
        "thì chờ đủ các đội",
        "/schedule/cancel",
        "data-countdown=",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let list = drill.server.get(&mut drill.instructor, "/exercises").await;
    assert!(list.body.contains("Hẹn lúc") && list.body.contains("Đã hẹn giờ"));

    let mut trainee = drill.server.signed_in("hoa").await;
    let home = drill.server.get(&mut trainee, "/").await;
    for text in ["Mở lúc", "data-countdown=", "Vào phòng chờ"] {
        assert!(home.body.contains(text), "{text}: {}", home.body);
    }
    let place = format!("/exercises/{}/workspace", drill.id);
    let waits = drill.server.get(&mut trainee, &place).await;
    assert_eq!(waits.status, StatusCode::OK);
    assert!(waits.body.contains("data-live-reload"), "{}", waits.body);
    assert!(
        !waits.body.contains("Cổng thông tin"),
        "what it is about is not told"
    );
    for part in ["brief", "top", "foot"] {
        let path = format!("{place}/{part}");
        let hidden = drill.server.get(&mut trainee, &path).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{part}");
    }

    drill.go();
    drill.server.clock.set(hour - Duration::from_secs(30));
    drill.instructor = drill.server.signed_in("trang").await;
    drill.until("/parts/control", "/start").await;
    let mut trainee = drill.server.signed_in("hoa").await;
    let waits = drill.server.get(&mut trainee, &place).await;
    assert!(waits.body.contains("data-live-reload"), "{}", waits.body);
    drill.server.clock.set(hour);
    drill.until("/parts/control", "/pause").await;
    let open = drill.server.get(&mut trainee, &place).await;
    assert!(!open.body.contains("data-live-reload"), "{}", open.body);
    let page = drill.page("/parts/notices").await;
    assert!(!page.contains("Tự bắt đầu lúc"), "{page}");
    drill.server.app.tasks.drain().await;
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_and_the_hour_can_be_taken_away() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.server.walls.open(&["host tcp 10.0.0.1:9"]);
    let hour = drill.hour(Duration::from_mins(10));
    let page = drill.set(&hour.for_form(), "&incomplete=true").await;
    assert!(page.contains("Hẹn lúc"), "{page}");
    let page = drill.until("/parts/notices", "Vướng mắc từ").await;
    for text in ["gọi được ra ngoài", "10.0.0.1", "Hệ thống tự thử lại"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    drill.press("/schedule/cancel").await;
    let page = drill.page("/parts/notices").await;
    assert!(!page.contains("Vướng mắc từ"), "{page}");
    assert_eq!(drill.state().await, ExerciseState::Draft);
    let hindered = |event: &Event| matches!(event, Event::ScheduleHindered { .. });
    assert_eq!(drill.count(hindered).await, 1);
    let mut administrator = drill.server.signed_in("quantri").await;
    let audit = drill.server.get(&mut administrator, "/admin/audit").await;
    assert!(audit.body.contains("schedule-hindered"), "{}", audit.body);
    drill.server.app.tasks.drain().await;
}
