//! What a Docker Engine alone has: networks of their own, with ranges and strangers in them, and its own limits.

use thaotruong::environments::{EngineError, Progress, names};

use crate::{
    hands::docker,
    lab::{IMAGE, Kind, Lab, plan},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_in_our_network_is_named_and_left_alone() {
    let lab = Lab::new(Kind::Docker);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let (network, stranger) = (
        names::network(plan.environment, 0),
        format!("stranger-{}", names::short(plan.environment)),
    );
    docker(&[
        "run",
        "-d",
        "--name",
        &stranger,
        "--network",
        "none",
        IMAGE,
        "sleep",
        "infinity",
    ]);
    docker(&["network", "disconnect", "none", &stranger]);
    docker(&["network", "connect", &network, &stranger]);
    let error = lab.engine.destroy(plan.environment).await.unwrap_err();
    assert_eq!(error, EngineError::Stranger(stranger.clone()));
    assert_eq!(
        docker(&["inspect", "-f", "{{.State.Running}}", &stranger]),
        "true"
    );
    docker(&["rm", "-f", &stranger]);
    lab.down(&plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_range_is_said_to_be_taken() {
    let (one, other) = (Lab::new(Kind::Docker), Lab::new(Kind::Docker));
    let first = plan(&["alpha"]);
    one.up(&first).await;
    let mut second = plan(&["alpha"]);
    second.networks[0].subnet = first.networks[0].subnet;
    let error = other
        .engine
        .apply(&second, 1, &Progress::silent())
        .await
        .unwrap_err();
    assert!(matches!(error, EngineError::RangeTaken { .. }), "{error:?}");
    assert!(
        other
            .engine
            .subnets_in_use()
            .await
            .unwrap()
            .contains(&first.networks[0].subnet)
    );
    other.down(&second).await;
    one.down(&first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_of_its_network_is_put_back() {
    let lab = Lab::new(Kind::Docker);
    let plan = plan(&["alpha", "beta"]);
    lab.up(&plan).await;
    let machines = Kind::Docker.identities(&plan);
    let network = names::network(plan.environment, 0);
    let machine = |node: &str| names::container(plan.environment, &node.into());
    let address = |node: &str| {
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        docker(&["inspect", "-f", format, &machine(node)])
    };
    let before = (address("alpha"), address("beta"));
    let joined = async || {
        let found = lab.engine.observe_one(plan.environment).await.unwrap();
        let nodes = found.unwrap().nodes;
        nodes
            .iter()
            .all(|node| node.networks == Some(vec![network.clone()]))
    };
    assert!(joined().await);

    docker(&["network", "disconnect", "-f", &network, &machine("alpha")]);
    assert!(!joined().await, "seen in the listing");
    lab.up(&plan).await;
    assert!(joined().await);

    // One stands still while its network goes, the other runs on without: both are in the new one, and still themselves.
    docker(&["kill", &machine("alpha")]);
    docker(&["network", "disconnect", "-f", &network, &machine("beta")]);
    docker(&["network", "rm", &network]);
    lab.up(&plan).await;
    assert!(joined().await);
    assert_eq!((address("alpha"), address("beta")), before);
    assert_eq!(Kind::Docker.identities(&plan), machines);
    lab.down(&plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_limit_is_set() {
    let lab = Lab::new(Kind::Docker);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let name = names::container(plan.environment, &"alpha".into());
    let settings = "{{.HostConfig.LogConfig.Type}} {{index .HostConfig.LogConfig.Config \"max-size\"}} {{.HostConfig.NanoCpus}} {{.HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}} {{json .HostConfig.PortBindings}} {{.HostConfig.CapDrop}}";
    assert_eq!(
        docker(&["inspect", "-f", settings, &name]),
        "local 1m 500000000 134217728 64 no null [ALL]"
    );
    lab.down(&plan).await;
}
