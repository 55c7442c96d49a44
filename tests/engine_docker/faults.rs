//! What is there already, half there, somebody else's, or taken.

use thaotruong::environments::{Engine, EngineError, Progress, engine::NodeState, names};

use crate::lab::{Lab, docker, plan, range};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_stopped_is_made_whole() {
    let lab = Lab::new();
    let plan = plan(&["alpha", "beta"]);
    lab.up(&plan).await;
    docker(&[
        "rm",
        "-f",
        &names::container(plan.environment, &"alpha".into()),
    ]);
    docker(&[
        "stop",
        "-t0",
        &names::container(plan.environment, &"beta".into()),
    ]);
    lab.up(&plan).await;
    let found = lab
        .engine
        .observe_one(plan.environment)
        .await
        .unwrap()
        .unwrap();
    assert!(
        found
            .nodes
            .iter()
            .all(|node| node.state == NodeState::Running),
        "{found:?}"
    );
    assert_eq!(found.nodes.len(), 2);
    lab.down(&plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_dropped_anywhere_is_taken_up_by_the_next() {
    let lab = Lab::new();
    let plan = plan(&["alpha", "beta"]);
    lab.engine.tools_volume().await.unwrap();
    for milliseconds in [5, 20, 40, 60, 90, 130, 180, 250, 350, 500] {
        let limit = std::time::Duration::from_millis(milliseconds);
        let _ = tokio::time::timeout(limit, lab.engine.apply(&plan, 1, &Progress::silent())).await;
    }
    lab.up(&plan).await;
    let found = lab
        .engine
        .observe_one(plan.environment)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.nodes.len(), found.networks.len()), (2, 1));
    let _ = tokio::time::timeout(
        std::time::Duration::from_millis(100),
        lab.engine.destroy(plan.environment),
    )
    .await;
    lab.down(&plan).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_our_name_is_left_alone() {
    let lab = Lab::new();
    let plan = plan(&["alpha"]);
    let name = names::container(plan.environment, &"alpha".into());
    docker(&[
        "run",
        "-d",
        "--name",
        &name,
        "--network",
        "none",
        crate::lab::IMAGE,
        "sleep",
        "infinity",
    ]);
    let error = lab
        .engine
        .apply(&plan, 1, &Progress::silent())
        .await
        .unwrap_err();
    assert_eq!(error, EngineError::Stranger(name.clone()));
    lab.down(&plan).await;
    assert_eq!(
        docker(&["inspect", "-f", "{{.State.Running}}", &name]),
        "true"
    );
    docker(&["rm", "-f", &name]);

    let network = names::network(plan.environment, 0);
    docker(&[
        "network",
        "create",
        "--subnet",
        &range().to_string(),
        &network,
    ]);
    let error = lab
        .engine
        .apply(&plan, 1, &Progress::silent())
        .await
        .unwrap_err();
    assert_eq!(error, EngineError::Stranger(network.clone()));
    lab.down(&plan).await;
    assert_eq!(
        docker(&["network", "inspect", "-f", "{{.Name}}", &network]),
        network
    );
    docker(&["network", "rm", &network]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_in_our_network_is_named_and_left_alone() {
    let lab = Lab::new();
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
        crate::lab::IMAGE,
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
    let (one, other) = (Lab::new(), Lab::new());
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
async fn an_engine_that_is_not_there_is_away() {
    let config = thaotruong::config::Docker {
        socket: "/nonexistent/docker.sock".to_owned(),
        platform_image: String::new(),
    };
    let engine = thaotruong::environments::DockerEngine::new(
        &config,
        thaotruong::ids::InstallationId::new(),
    );
    assert!(matches!(
        engine.observe().await.unwrap_err(),
        EngineError::Away(_)
    ));
}
