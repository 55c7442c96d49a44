//! The wall screen of a hall.

use axum::body::Body;
use http_body_util::BodyExt as _;

use super::*;
use crate::journal::{Actor, CheckState, Draft as Row, Pending, Subject, Verdict};

#[tokio::test]
async fn a_wall_shows_the_drill_to_everybody_once_it_is_prepared() {
    let mut drill = Drill::draft().await;
    let path = format!("/boards/{}/wall", drill.id);
    let mut nobody = Browser::default();
    let before = drill.server.get(&mut nobody, &path).await;
    assert_eq!(before.status, StatusCode::NOT_FOUND);
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    let wall = drill.server.get(&mut nobody, &path).await.body;
    for text in [
        "data-theme=\"dark\"",
        "UBND tỉnh Quảng Trị",
        "Diễn tập năm 2026",
        "Đội Một",
        "Sẵn sàng",
        "chưa rõ",
        "<noscript><meta http-equiv=\"refresh\"",
    ] {
        assert!(wall.contains(text), "{text}: {wall}");
    }
    let light = format!("{path}?theme=light");
    let light = drill.server.get(&mut nobody, &light).await.body;
    assert!(light.contains("data-theme=\"light\""), "{light}");
    drill.server.app.tasks.drain().await;
}

#[tokio::test]
async fn what_a_wall_says_follows_what_happened() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    drill.press("/start").await;
    let exercises = &drill.server.app.exercises;
    let view = exercises.view(drill.id).await.expect("view");
    let service = view.definition.scenario.services[0].clone();
    let task = &view.definition.scenario.tasks[0];
    let answer = Pending::new("x", None);
    let solved = Event::Submission {
        task: task.id.to_string(),
        part: None,
        verdict: Verdict::Correct,
        answer: answer.reference(),
    };
    let changed = Event::CheckChanged {
        subject: Subject::Service(service.id.to_string()),
        state: CheckState::Failing,
    };
    for row in [
        Row::new(Actor::System, changed),
        Row::new(Actor::System, solved).text(answer),
    ] {
        let row = row.team(drill.teams[1]);
        let journal = &drill.server.app.journal;
        journal.append(drill.id, row).await.expect("appended");
    }
    let wall = format!("/boards/{}/wall", drill.id);
    let title = task.title.get(crate::locales::Locale::Vi).to_owned();
    let mut nobody = Browser::default();
    let page = drill.server.get(&mut nobody, &wall).await.body;
    assert!(page.contains("gián đoạn"), "{page}");
    let firsts = page.split("hall-firsts").nth(1).expect("first solves");
    assert!(
        firsts.contains(&title) && firsts.contains("Đội Hai"),
        "{page}"
    );
    drill.press("/pause").await;
    let page = drill.server.get(&mut nobody, &wall).await.body;
    assert!(
        page.contains("Tạm dừng") && !page.contains("data-running"),
        "{page}"
    );
    drill.server.app.tasks.drain().await;
}

/// What a stream says next.
async fn hear(stream: &mut Body) -> String {
    let frame = tokio::time::timeout(PATIENCE, stream.frame()).await;
    let frame = frame.expect("in time").expect("a frame").expect("heard");
    let bytes = frame.into_data().expect("words");
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn all_walls_hear_the_same_frame_and_boards_hear_none_of_it() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    let [walls, boards] = ["wall/live", "live"].map(|end| format!("/boards/{}/{end}", drill.id));
    let mut one = drill.server.public_stream(&walls).await;
    let first = hear(&mut one).await;
    assert!(
        first.contains("event: wall") && first.contains("Sẵn sàng"),
        "{first}"
    );
    let mut other = drill.server.public_stream(&walls).await;
    let mut board = drill.server.public_stream(&boards).await;
    hear(&mut other).await;
    drill.press("/start").await;
    let mut heard = [String::new(), String::new()];
    for (stream, heard) in [&mut one, &mut other].into_iter().zip(&mut heard) {
        while !heard.contains("Đang diễn ra") {
            *heard = hear(stream).await;
        }
    }
    assert_eq!(heard[0], heard[1]);
    assert!(heard[0].contains("\"running\":true"), "{}", heard[0]);
    let mut told = String::new();
    while !told.contains("\"running\":true") {
        told = hear(&mut board).await;
        assert!(!told.contains("event: wall"), "{told}");
    }
    drill.server.app.tasks.drain().await;
}
