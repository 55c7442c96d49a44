//! A drill that teams attack and defend, as the console shows it.

use axum::http::Method;

use super::*;

const DEFENDED: [&str; 2] = ["<code>gateway</code>", "<code>attack</code>"];

#[tokio::test]
async fn the_console_counts_machines_once_and_shows_each_side_its_own() {
    let mut drill = Drill::draft_of("routed-dmz", [Cell::Blue, Cell::Red]).await;
    drill.go();
    drill.press("/prepare").await;
    let control = drill.until("/parts/control", "/start").await;
    assert!(control.contains("<b>1/1</b>"), "{control}");
    let [blue, red] = [0, 1].map(|team| format!("/teams/{}", drill.teams[team]));
    let own = drill.page(&blue).await;
    let theirs = drill.page(&red).await;
    let holds = |page: &str| DEFENDED.map(|node| page.contains(node));
    assert_eq!(holds(&own), [true, false], "{own}");
    assert_eq!(holds(&theirs), [false, true], "{theirs}");

    // Nobody is waited for where no task asks every member, yet a decision is kept.
    assert!(!own.contains("name=\"excused\""), "{own}");
    let view = drill.server.app.exercises.view(drill.id).await;
    let person = view.expect("view").teams[0].members[0];
    let path = format!("/exercises/{}{blue}/members/{person}", drill.id);
    for (form, kept) in [("excused=yes", true), ("excused=yes", true), ("", false)] {
        let answer = drill.server.post(&mut drill.instructor, &path, form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let view = drill.server.app.exercises.view(drill.id).await;
        let score = view.expect("view").score(drill.teams[0]);
        assert_eq!(score.is_excused(person), kept);
    }
    let decided = drill.count(|event| matches!(event, Event::MemberExcused { .. }));
    assert_eq!(decided.await, 2);
}

#[tokio::test]
async fn an_open_workspace_is_left_when_the_exercise_is_given_up() {
    let mut drill = Drill::draft().await;
    drill.go();
    drill.press("/prepare").await;
    drill.until("/parts/control", "/start").await;
    let view = drill.server.app.exercises.view(drill.id).await;
    let person = view.expect("view").teams[0].members[0];
    let server = &drill.server;
    server
        .account_of("hoa", &[Role::Trainee], Some(person))
        .await;
    let mut trainee = server.signed_in("hoa").await;
    let place = format!("/exercises/{}/workspace", drill.id);
    let open = server.get(&mut trainee, &place).await;
    assert_eq!(open.status, StatusCode::OK, "{}", open.body);
    drill.press("/cancel").await;
    let server = &drill.server;
    for part in ["brief?follow=true", "top", "foot"] {
        let path = format!("{place}/{part}");
        let fragment = [("hx-request", "true")];
        let left = server.send(&mut trainee, Method::GET, &path, None, &fragment);
        let left = left.await;
        assert_eq!(left.headers["hx-redirect"], place, "{part}");
        assert_eq!(left.body, "", "{part}");
        let asked = server.get(&mut trainee, &path).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND, "{part}");
    }
    let gone = server.get(&mut trainee, &place).await;
    assert_eq!(gone.headers["location"], "/");
    drill.server.app.tasks.drain().await;
}
