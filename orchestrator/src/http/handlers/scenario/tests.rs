//! The page of the shipped scenario.

use std::path::Path;

use super::*;
use crate::{
    accounts::Role as Duty,
    http::testing::{self, Server},
    scenarios::{self, Bundle},
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
