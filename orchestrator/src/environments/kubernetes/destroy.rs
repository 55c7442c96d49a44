//! Taking an environment away until its namespace is gone.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams},
};
use tokio::time::sleep;

use crate::{
    environments::{failpoint, failure::EngineError, progress::Stage},
    ids::{EnvironmentId, InstallationId},
};

use super::{
    connection::{gone, refused},
    objects::{self, belongs},
};

/// Given to machines to end; their work is of no more use.
const GRACE: u32 = 1;
/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// After this long a namespace that does not go is told of; a busy node takes minutes to end a machine.
const LONGEST: Duration = Duration::from_mins(5);

/// Removes the namespace of `environment` with everything in it.
pub(super) async fn destroy(
    client: &Client,
    owner: InstallationId,
    environment: EnvironmentId,
) -> Result<(), EngineError> {
    let name = objects::namespace(environment);
    let api: Api<Namespace> = Api::all(client.clone());
    let step = |error| refused(error, Stage::Remove, None);
    let began = Instant::now();
    let mut asked = false;
    while let Some(found) = api.get_opt(&name).await.map_err(step)? {
        // A stranger's namespace under our name is left alone, and nothing of ours can be in it.
        if belongs(&found.metadata, owner).is_none() {
            return Ok(());
        }
        if !asked {
            // Machines first: with the namespace each would be given the time that its scenario allows it to stop.
            let pods: Api<Pod> = Api::namespaced(client.clone(), &name);
            let grace = DeleteParams::default().grace_period(GRACE);
            gone(pods.delete_collection(&grace, &objects::ours(owner)).await).map_err(step)?;
            failpoint::reach("mid-destroy");
            // The namespace would take a stranger's pod along: it stays, and the failure names the pod.
            let left = pods.list(&ListParams::default()).await.map_err(step)?;
            let mut strangers = left.items.iter().map(|pod| &pod.metadata);
            if let Some(stranger) = strangers.find(|meta| belongs(meta, owner).is_none()) {
                let pod = stranger.name.as_deref().unwrap_or_default();
                return Err(EngineError::Stranger(format!("{name}/{pod}")));
            }
            match api.delete(&name, &DeleteParams::background()).await {
                // On its way out already.
                Err(kube::Error::Api(status)) if status.code == 409 => {}
                other => gone(other).map_err(step)?,
            }
            asked = true;
            continue;
        }
        if began.elapsed() > LONGEST {
            let conditions = found.status.and_then(|status| status.conditions);
            let why: Vec<String> = conditions
                .into_iter()
                .flatten()
                .filter(|it| it.status == "True")
                .filter_map(|it| it.message)
                .collect();
            return Err(EngineError::Refused {
                stage: Stage::Remove,
                node: None,
                detail: format!("namespace {name} does not go: {}", why.join("; ")),
            });
        }
        sleep(PAUSE).await;
    }
    Ok(())
}
