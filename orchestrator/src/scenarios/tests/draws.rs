//! What a seed gives: flags, values, addresses, a plan; and which answers are right there.

use insta::assert_json_snapshot;

use super::plain;
use crate::{
    ids::EnvironmentId,
    scenarios::{
        Answer, Definition, Draw, EnvironmentPlan, PlanError, PlanInput, Seed, Subnet, TaskId,
        Values,
    },
};

const ENVIRONMENT: EnvironmentId = EnvironmentId(uuid::Uuid::from_u128(
    0x0193_5a00_0000_7000_8000_0000_0000_0001,
));

fn subnets(texts: &[&str]) -> Vec<Subnet> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn input<'a>(seed: &'a Seed, subnets: &'a [Subnet]) -> PlanInput<'a> {
    PlanInput {
        environment: ENVIRONMENT,
        seed,
        subnets,
        addresses: None,
    }
}

fn values(definition: &Definition, seed: u8) -> Values {
    definition
        .values(&input(
            &Seed([seed; 32]),
            &subnets(&["10.71.0.0/28", "10.71.0.16/28"]),
        ))
        .unwrap()
}

fn plan(definition: &Definition, seed: u8) -> EnvironmentPlan {
    definition
        .plan(&input(
            &Seed([seed; 32]),
            &subnets(&["10.71.0.0/28", "10.71.0.16/28"]),
        ))
        .unwrap()
}

/// These values must never change: environments that run while the program is updated hold them.
#[test]
fn a_seed_gives_the_same_values_for_ever() {
    let draw = Draw::new(&plain().scenario, &Seed([7; 32]));
    let drawn: std::collections::BTreeMap<_, _> = draw
        .flags()
        .map(|(task, flag)| (task.to_string(), flag))
        .chain(
            draw.variables()
                .map(|(name, value)| (name.to_string(), value)),
        )
        .collect();
    assert_json_snapshot!(drawn);
}

#[test]
fn other_seeds_give_other_values_of_the_same_form() {
    let scenario = plain().scenario;
    let form = regex::Regex::new(r"^TT\{[0-9a-f]{32}\}$").unwrap();
    let mut flags = std::collections::HashSet::new();
    let mut colours = std::collections::HashSet::new();
    for seed in 0..100 {
        let draw = Draw::new(&scenario, &Seed([seed; 32]));
        let flag = draw.flag(&TaskId::from("entry-point")).unwrap();
        assert!(form.is_match(flag));
        assert!(flags.insert(flag.to_owned()));
        let port: i64 = draw.variable("port").unwrap().parse().unwrap();
        assert!((8000..=8100).contains(&port));
        let secret = draw.variable("secret").unwrap();
        assert!(secret.len() == 12 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        colours.insert(draw.variable("colour").unwrap().to_owned());
    }
    assert_eq!(colours.len(), 3);
    assert!(
        Draw::new(&scenario, &Seed([0; 32]))
            .flag(&TaskId::from("address"))
            .is_none()
    );
}

#[test]
fn a_plan_has_final_values() {
    let mut plan = plan(&plain(), 7);
    let mut texts = Vec::new();
    for file in plan.nodes.iter_mut().flat_map(|node| &mut node.files) {
        texts.push(String::from_utf8(std::mem::take(&mut file.content)).unwrap());
    }
    assert_json_snapshot!("plan", plan);
    assert_json_snapshot!("plan_files", texts);
    assert_eq!(plan.address(&"portal".into()), "10.71.0.2".parse().ok());
    let order: Vec<_> = plan.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(order, ["checker", "portal", "workstation"]);
}

#[test]
fn subnets_must_fit() {
    let definition = plain();
    assert_eq!(
        definition.network_sizes(),
        [("internet".to_owned(), 2), ("office".to_owned(), 2)]
    );
    let plan = |texts: &[&str]| definition.plan(&input(&Seed([0; 32]), &subnets(texts)));
    assert!(matches!(
        plan(&["10.71.0.0/28"]),
        Err(PlanError::Subnets {
            networks: 2,
            subnets: 1
        })
    ));
    assert!(matches!(
        plan(&["10.71.0.0/28", "10.71.0.16/30"]),
        Err(PlanError::Full(..))
    ));
    assert!(plan(&["10.71.0.0/29", "10.71.0.8/29"]).is_ok());
    for (nodes, prefix) in [(1, 30), (2, 29), (5, 29), (6, 28)] {
        assert_eq!(Subnet::prefix_for(nodes), prefix);
    }
}

#[test]
fn answers_are_right_in_their_own_environment_alone() {
    let definition = plain();
    let (own, other) = (values(&definition, 1), values(&definition, 2));
    let task = |id: &str| definition.scenario.task(&TaskId::from(id)).unwrap();
    let solves = |id: &str, given: &str| own.solves(&task(id).ways()[0], given).unwrap();

    let flag = own
        .draw()
        .flag(&TaskId::from("entry-point"))
        .unwrap()
        .to_owned();
    assert!(solves("entry-point", &flag) && solves("entry-point", &format!("  {flag}\n")));
    assert!(!solves("entry-point", &flag.to_uppercase()) && !solves("entry-point", ""));
    assert!(!other.solves(&task("entry-point").ways()[0], &flag).unwrap());

    let address = own.render("{{node.workstation.address}}").unwrap();
    assert!(
        solves("address", &address) && !solves("address", "") && !solves("address", "10.0.0.1")
    );
    let colour = own.draw().variable("colour").unwrap();
    // Vietnamese keyboards send accents composed or apart; both are one answer.
    let apart: String = unicode_normalization::UnicodeNormalization::nfd(
        format!(" MÁY PHÂN  TÍCH {colour}").as_str(),
    )
    .collect();
    assert!(solves("address", &apart));

    assert!(matches!(task("gone").answer, Answer::Check(_)) && !solves("gone", "anything"));
    let text = own.render_local(&task("address").text).unwrap();
    assert!(!text.vi.contains("{{") && text.vi.contains("10.71."));
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let definition = plain();
    let values = values(&definition, 1);
    let flag = values
        .draw()
        .flag(&TaskId::from("entry-point"))
        .unwrap()
        .to_owned();
    let plan = plan(&definition, 1);
    assert!(
        !format!(
            "{values:?} {:?}",
            plan.nodes
                .iter()
                .flat_map(|node| &node.files)
                .collect::<Vec<_>>()
        )
        .contains(&flag)
    );
    assert_eq!(format!("{:?}", Seed([1; 32])), "Seed(…)");
}
