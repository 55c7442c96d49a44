//! The page of the shipped scenario.

use std::path::Path;

use super::*;
use crate::{
    accounts::Role as Duty,
    http::testing::{self, Server},
    scenarios::{self, Bundle, By, Decay, Penalty, Worth},
};

fn definition(folder: &str) -> Definition {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let checked = scenarios::check(Bundle::open(&path).expect("bundle"));
    checked.definition.expect("no errors")
}

#[test]
fn the_page_says_what_there_is_and_no_answer() {
    let definition = definition("../scenarios/web-defacement");
    let page = fill(&definition, 3, &[], Locale::En);
    let topology = page.topology.as_ref().expect("machines");
    assert_eq!(topology.boxes.len(), 5);
    let portal = topology.boxes.iter().find(|it| it.name == "portal");
    let offers = &portal.expect("portal").offers;
    let icons: Vec<&str> = offers.iter().map(|it| it.icon).collect();
    assert_eq!(icons, ["terminal", "globe", "probe", "probe"]);
    assert_eq!(page.credits.len(), definition.scenario.credits.len());
    assert!(page.languages.iter().all(|language| language.complete));
    let times: Vec<&str> = page.timeline.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(times[0], "E01");
    assert!(times.contains(&"D1"), "{times:?}");
    let drawn = page.axis.as_ref().expect("times").marks.len();
    assert!(drawn > 2 && drawn <= page.timeline.len());
    let templates = crate::http::Templates::load().expect("templates");
    let visitor = testing::stranger(Locale::En);
    let html = page::render(&templates, &visitor, &page).expect("page").0;
    for answer in ["{{node.attacker.address}}", "10.71.", "TT{"] {
        assert!(!html.contains(answer), "{answer}");
    }
}

#[test]
fn both_sides_have_their_access_their_tasks_and_what_opens_these() {
    let definition = definition("../scenarios/routed-dmz");
    let page = fill(&definition, 0, &[], Locale::En);
    let sides: Vec<(&str, usize)> = page.sides.iter().map(|it| (it.cell, it.tasks)).collect();
    let [("blue", blue), ("red", red)] = sides[..] else {
        panic!("{sides:?}");
    };
    assert_eq!(blue + red, definition.scenario.tasks.len());
    let access: Vec<&str> = page.sides[1]
        .access
        .iter()
        .map(|it| it.node.as_str())
        .collect();
    assert_eq!(access, ["attack"]);
    let tasks: Vec<&page::TaskRow> = page
        .sides
        .iter()
        .flat_map(|side| side.objectives.iter().flat_map(|it| &it.tasks))
        .collect();
    assert!(
        tasks
            .iter()
            .zip(1..)
            .all(|(task, number)| task.number == number)
    );
    let foothold = tasks.iter().find(|it| it.title == "Get into the portal");
    let foothold = foothold.expect("task");
    assert_eq!(foothold.after, [foothold.number - 1]);
    assert_eq!(foothold.phase.as_deref(), Some("Phase 1"));
    let ends: Vec<u64> = page.phases.iter().map(|phase| phase.to).collect();
    assert_eq!(ends, [30, 65, 90]);
    assert_eq!(page.axis.expect("times").bands.len(), 3);
    let files: Vec<usize> = page.variants.iter().map(|it| it.files.len()).collect();
    assert_eq!(files, [1, 1]);
    let named = page.attack.iter().find(|it| it.code == "T1190");
    let named = named.and_then(|it| it.name.as_deref());
    assert_eq!(named, Some("Exploit Public-Facing Application"));
}

#[test]
fn a_tasks_rules_stand_in_words() {
    let mut definition = definition("../scenarios/web-defacement");
    let task = &mut definition.scenario.tasks[0];
    task.worth = Worth {
        decay: Some(Decay { to: 40, solves: 8 }),
        bonus: vec![30, 20],
        penalty: Some(Penalty { points: 5, free: 2 }),
    };
    task.by = By::EveryMember;
    let title = task.title.en.clone();
    let page = fill(&definition, 0, &[], Locale::En);
    let mut tasks = page.sides[0].objectives.iter().flat_map(|it| &it.tasks);
    let row = tasks.find(|it| it.title == title).expect("task");
    insta::assert_debug_snapshot!(row.rules, @r#"
    [
        "Every member of the team must answer",
        "Falls to 40 points as 8 teams solve it",
        "Bonus for the first teams: +30, +20",
        "Each wrong answer takes 5 points, the first 2 are free",
    ]
    "#);
    assert_eq!(page.sides.len(), 1);
}

#[tokio::test]
async fn resources_are_worked_out_for_the_teams_that_are_asked_for() {
    let server = Server::start().await;
    server.account("trang", &[Duty::Instructor]).await;
    let mut browser = server.signed_in("trang").await;
    let path = "/scenarios/web-defacement";
    let answer = server.get(&mut browser, path).await;
    assert!(answer.body.contains("10 đội"), "{}", answer.body);
    let answer = server.get(&mut browser, &format!("{path}?teams=7")).await;
    assert!(answer.body.contains("7 đội") && answer.body.contains(">35<"));
    for strange in ["0", "1", "x", "999999999999", "-1"] {
        let path = format!("{path}?teams={strange}");
        let answer = server.get(&mut browser, &path).await;
        assert!(answer.status.is_success(), "{strange}");
    }
    let list = server
        .get(&mut browser, "/scenarios?q=t1190&sort=used")
        .await;
    assert!(list.body.contains("/scenarios/web-defacement"));
    let none = server.get(&mut browser, "/scenarios?attack=T0000").await;
    assert!(!none.body.contains("/scenarios/web-defacement"));
}
