//! Bringing up, looking, taking away.

use std::sync::{Arc, Mutex};

use thaotruong::{
    environments::{
        EngineError, Progress, Stage,
        engine::{Health, NodeState},
    },
    scenarios::{
        Attachment, DependencyCondition, EnvironmentPlan, NodeId, PlannedFile, PlannedNetwork,
    },
};

use crate::{
    both_engines,
    lab::{Kind, Lab, at, depends, health, plan, range, until},
};

both_engines! {
async fn an_environment_comes_up_is_seen_and_leaves_nothing(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha", "beta"]);
    let steps = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&steps);
    lab.engine
        .apply(
            &plan,
            1,
            &Progress::new(move |step| sink.lock().unwrap().push(step.stage)),
        )
        .await
        .unwrap();
    let steps = steps.lock().unwrap().clone();
    assert!(steps.is_sorted(), "{steps:?}");
    assert_eq!(steps.first(), Some(&Stage::Network));
    assert_eq!(steps.last(), Some(&Stage::Ready));

    let found = lab
        .engine
        .observe_one(plan.environment)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.networks.len(), 1);
    assert_eq!(found.nodes.len(), 2);
    assert!(
        found
            .nodes
            .iter()
            .all(|node| node.state == NodeState::Running && node.health == Health::None)
    );
    assert!(found.is_only(1));

    let (_, greeting, _) = lab.sh(&plan, "alpha", "echo $GREETING; hostname").await;
    assert_eq!(greeting, "xin chào\nalpha\n");
    let (code, _, errors) = lab
        .sh(
            &plan,
            "alpha",
            "ping -c1 -W2 beta && { curl -s -m 2 http://beta/; test $? = 7; }",
        )
        .await;
    assert_eq!(code, 0, "beta answers, and refuses: {errors}");

    // The same again changes nothing.
    let before = kind.identities(&plan);
    lab.up(&plan).await;
    let after = kind.identities(&plan);
    assert_eq!(before, after);

    // Another life replaces all of it.
    lab.engine
        .apply(&plan, 2, &Progress::silent())
        .await
        .unwrap();
    let found = lab
        .engine
        .observe_one(plan.environment)
        .await
        .unwrap()
        .unwrap();
    assert!(found.is_only(2));
    assert_eq!(found.nodes.len(), 2);
    lab.down(&plan).await;
    lab.engine.destroy(plan.environment).await.unwrap();
}
}

both_engines! {
async fn files_are_there_before_the_first_process_starts(kind: Kind) {
    let lab = Lab::new(kind);
    let mut plan = plan(&["alpha"]);
    let file = |path: &str, mode, owner: Option<&str>| PlannedFile {
        path: path.to_owned(),
        content: b"TT{0}".to_vec(),
        mode,
        owner: owner.map(str::to_owned),
    };
    plan.nodes[0].files = vec![
        file("/srv/deep/er/secret", 0o600, None),
        file("/etc/motd", 0o644, Some("www-data:adm")),
        file("/srv/deep/seven", 0o640, Some("7:8")),
    ];
    plan.nodes[0].entrypoint = Some(
        [
            "sh",
            "-c",
            "cat /srv/deep/er/secret > /tmp/seen; sleep infinity",
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    lab.up(&plan).await;
    let (code, seen, _) = lab.sh(&plan, "alpha", "cat /tmp/seen; stat -c '%a %u:%g' /srv/deep/er /srv/deep/er/secret /etc/motd /srv/deep/seven /etc").await;
    assert_eq!(code, 0);
    assert_eq!(seen, "TT{0}755 0:0\n600 0:0\n644 33:4\n640 7:8\n755 0:0\n");
    lab.down(&plan).await;
}
}

both_engines! {
async fn machines_start_after_what_they_depend_on_is_well(kind: Kind) {
    let lab = Lab::new(kind);
    let mut plan = plan(&["prepare", "server", "client"]);
    plan.nodes[0].entrypoint = Some(["sh", "-c", "sleep 1; exit 0"].map(str::to_owned).to_vec());
    plan.nodes[1].depends_on = vec![depends("prepare", DependencyCondition::Completed)];
    plan.nodes[1].entrypoint = Some(
        ["sh", "-c", "sleep 1; touch /tmp/well; sleep infinity"]
            .map(str::to_owned)
            .to_vec(),
    );
    plan.nodes[1].healthcheck = Some(health("test -e /tmp/well"));
    plan.nodes[2].depends_on = vec![depends("server", DependencyCondition::Healthy)];
    lab.up(&plan).await;
    let started = |name: &str| kind.started_at(&plan, name);
    assert!(started("prepare") < started("server"));
    assert!(started("server") < started("client"));
    // A job that has ended is not run again.
    let before = started("prepare");
    lab.up(&plan).await;
    assert_eq!(started("prepare"), before);
    lab.down(&plan).await;
}
}

both_engines! {
async fn a_failure_names_node_and_reason(kind: Kind) {
    let lab = Lab::new(kind);
    let mut ends = plan(&["alpha", "broken"]);
    ends.nodes[1].entrypoint = Some(
        ["sh", "-c", "echo no database; exit 3"]
            .map(str::to_owned)
            .to_vec(),
    );
    // Its end is mostly seen at once, on a busy machine by whoever looks next.
    match lab.engine.apply(&ends, 1, &Progress::silent()).await {
        Err(EngineError::NodeEnded { node, code: 3, log }) => {
            assert_eq!(
                (node.as_str(), log),
                ("broken", vec!["no database".to_owned()])
            );
        }
        Err(error) => panic!("{error:?}"),
        Ok(()) => until_exited(&lab, &ends, "broken", 3).await,
    }
    lab.down(&ends).await;

    let mut unwell = plan(&["alpha"]);
    unwell.nodes[0].healthcheck = Some(health("echo the disk is full; false"));
    let error = lab
        .engine
        .apply(&unwell, 1, &Progress::silent())
        .await
        .unwrap_err();
    let EngineError::NotReady { node, log, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (node.as_str(), log.as_slice()),
        ("alpha", ["the disk is full".to_owned()].as_slice())
    );
    lab.down(&unwell).await;

    let mut without = plan(&["alpha"]);
    without.nodes[0].image = "thaotruong/there-is-none:1".to_owned();
    let error = lab
        .engine
        .apply(&without, 1, &Progress::silent())
        .await
        .unwrap_err();
    assert!(
        matches!(error, EngineError::ImageMissing { .. }),
        "{error:?}"
    );
    assert_eq!(lab.left_over(), "");

    let mut nothing = plan(&["alpha"]);
    nothing.nodes[0].entrypoint = Some(vec!["/no/such/program".to_owned()]);
    // The small init starts, and ends a moment later: mostly seen at once, else by whoever looks next.
    match lab.engine.apply(&nothing, 1, &Progress::silent()).await {
        Err(error) => assert_eq!(error.node().map(NodeId::as_str), Some("alpha"), "{error:?}"),
        Ok(()) => until_exited(&lab, &nothing, "alpha", 127).await,
    }
    // Without the small init between, the engine itself says it.
    nothing.nodes[0].init = false;
    let error = lab
        .engine
        .apply(&nothing, 2, &Progress::silent())
        .await
        .unwrap_err();
    let EngineError::Refused {
        stage: Stage::Start,
        detail,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    // Each runtime has words of its own.
    let said = detail.to_lowercase();
    assert!(said.contains("no such file"), "{detail}");
    lab.down(&nothing).await;
}
}

both_engines! {
async fn a_machine_in_two_networks_is_in_both(kind: Kind) {
    let lab = Lab::new(kind);
    let mut plan = plan(&["gateway", "inner"]);
    let inner = range();
    plan.networks.push(PlannedNetwork {
        name: "inner".to_owned(),
        subnet: inner,
    });
    plan.nodes[0].attachments.push(Attachment {
        network: 1,
        address: inner.host(2).unwrap(),
        aliases: vec!["router".to_owned()],
    });
    plan.nodes[1].attachments = vec![Attachment {
        network: 1,
        address: inner.host(3).unwrap(),
        aliases: Vec::new(),
    }];
    lab.up(&plan).await;
    let addresses = lab.engine.addresses(&at(&plan, "gateway")).await.unwrap();
    // A cluster has one flat network: one address, which it gives itself.
    let wanted = match kind {
        Kind::Docker => vec![plan.nodes[0].attachments[0].address, inner.host(2).unwrap()],
        Kind::Kubernetes => addresses.clone(),
    };
    assert!(addresses == wanted && !addresses.is_empty(), "{addresses:?}");
    let there = addresses.last().unwrap().to_string();
    let (code, found, _) = lab.sh(&plan, "inner", "getent hosts router gateway").await;
    assert_eq!(code, 0);
    assert_eq!(
        found.matches(&there).count(),
        2,
        "{found}"
    );
    lab.down(&plan).await;
}
}

async fn until_exited(lab: &Lab, plan: &EnvironmentPlan, node: &str, code: i64) {
    until("the end of the machine", async || {
        let found = lab
            .engine
            .observe_one(plan.environment)
            .await
            .unwrap()
            .unwrap();
        found
            .nodes
            .iter()
            .any(|it| it.node.as_str() == node && it.state == NodeState::Exited(code))
    })
    .await;
}
