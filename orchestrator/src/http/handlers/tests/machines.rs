//! Machines as administrators look after them and instructors keep them.

use super::*;

#[tokio::test]
async fn administrators_see_desired_beside_actual_and_instructors_keep_machines_for_longer() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    let mut administrator = drill.server.signed_in("quantri").await;
    let page = drill
        .server
        .get(&mut administrator, "/admin/environments")
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "Diễn tập năm 2026",
        "Đội Một",
        "Đội Hai",
        "2 môi trường",
        "Không có gì sót lại",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    // What an exercise needs is not offered to be removed, and not removed when asked for all the same.
    assert!(!page.body.contains("/remove\""), "{}", page.body);
    let own = drill
        .server
        .app
        .exercises
        .environment_of(drill.id, drill.teams[0])
        .await
        .expect("environment");
    let remove = format!("/admin/environments/{own}/remove");
    let answer = drill.server.post(&mut administrator, &remove, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let answer = drill.server.post(&mut drill.instructor, &remove, "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let nothing = format!("/admin/environments/{}/remove", EnvironmentId::new());
    let answer = drill.server.post(&mut administrator, &nothing, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let prune = "/admin/environments/prune";
    let answer = drill.server.post(&mut administrator, prune, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let kept = drill.server.app.environments.measure().await;
    assert_eq!(kept.expect("engine").environments, 2);
    let audit = drill.server.get(&mut administrator, "/admin/audit").await;
    assert!(audit.body.contains("Quản lý môi trường"), "{}", audit.body);

    let page = drill.page("/parts/notices").await;
    assert!(page.contains("được giữ đến"), "{page}");
    let extend = format!("/exercises/{}/extend", drill.id);
    let shown = page
        .split_once("name=\"from\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(shown, _)| shown.to_owned())
        .expect("the end that is shown");
    // Clicked twice it is put off once.
    let asked = [
        ("3", "Máy được giữ đến"),
        ("3", "Máy được giữ đến"),
        ("", "Chọn từ 1 giờ"),
    ];
    for (hours, word) in asked {
        let form = format!("hours={hours}&from={shown}");
        let answer = drill
            .server
            .post(&mut drill.instructor, &extend, &form)
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let page = drill.page("").await;
        assert!(page.contains(word), "{word}: {page}");
    }
    let extended = |event: &Event| matches!(event, Event::ExpiryExtended { .. });
    assert_eq!(drill.count(extended).await, 1);

    // An hour before the end it is said loudly; after it the exercise is a draft again and says why.
    drill.server.pass(Duration::from_hours(28));
    drill.instructor = drill.server.signed_in("trang").await;
    drill.until("/parts/notices", "data-state=\"warn\"").await;
    drill.server.pass(Duration::from_hours(1));
    drill.instructor = drill.server.signed_in("trang").await;
    let page = drill
        .until("/parts/notices", "trở lại bản nháp, các đội giữ nguyên")
        .await;
    assert!(page.contains("Hết hạn giữ máy"), "{page}");
    assert_eq!(drill.state().await, ExerciseState::Draft);
    drill.server.app.tasks.drain().await;
}
