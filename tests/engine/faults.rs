//! What is there already, half there, somebody else's, or taken.

use thaotruong::{
    config,
    environments::{
        DockerEngine, Engine, EngineError, KubernetesEngine, Progress, engine::NodeState,
    },
    ids::InstallationId,
};

use crate::{
    both_engines,
    lab::{Kind, Lab, plan},
};

both_engines! {
async fn what_is_missing_or_stopped_is_made_whole(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha", "beta"]);
    lab.up(&plan).await;
    kind.remove(&plan, "alpha");
    kind.kill(&plan, "beta");
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
}

both_engines! {
async fn a_call_that_is_dropped_anywhere_is_taken_up_by_the_next(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha", "beta"]);
    for milliseconds in [5, 20, 40, 60, 90, 130, 180, 250, 350, 500] {
        let limit = std::time::Duration::from_millis(milliseconds * slowness(kind));
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
        std::time::Duration::from_millis(100 * slowness(kind)),
        lab.engine.destroy(plan.environment),
    )
    .await;
    lab.down(&plan).await;
}
}

both_engines! {
async fn a_stranger_with_our_name_is_left_alone(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    let stranger = kind.stranger(&plan, "alpha");
    let error = lab
        .engine
        .apply(&plan, 1, &Progress::silent())
        .await
        .unwrap_err();
    assert_eq!(error, EngineError::Stranger(stranger.name.clone()));
    lab.engine.destroy(plan.environment).await.unwrap();
    assert_eq!(lab.left_over(), "");
    assert!(stranger.stands());
}
}

both_engines! {
async fn an_engine_that_is_not_there_is_away(kind: Kind) {
    let nobody = InstallationId::new();
    let engine: Box<dyn Engine> = match kind {
        Kind::Docker => {
            let config = config::Docker {
                socket: "/nonexistent/docker.sock".to_owned(),
                ..config::Docker::default()
            };
            Box::new(DockerEngine::new(&config, nobody))
        }
        Kind::Kubernetes => {
            let config = config::Kubernetes {
                kubeconfig: "/nonexistent/kubeconfig".to_owned(),
                ..config::Kubernetes::default()
            };
            Box::new(KubernetesEngine::new(&config, nobody))
        }
    };
    assert!(matches!(
        engine.observe().await.unwrap_err(),
        EngineError::Away(_)
    ));
}
}

/// How much longer an engine takes than Docker for the same steps.
fn slowness(kind: Kind) -> u64 {
    match kind {
        Kind::Docker => 1,
        Kind::Kubernetes => 12,
    }
}
