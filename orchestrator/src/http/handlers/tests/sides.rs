//! A drill that teams attack and defend, as the console shows it.

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
    assert!(!own.contains("/members/"), "{own}");
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
