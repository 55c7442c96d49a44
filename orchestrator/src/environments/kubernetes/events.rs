//! What happens to our pods, as it happens.
//!
//! A watch ends every few minutes and is taken up where it ended. Where the server no longer knows that place (410), or
//! does not answer, the stream errs, and whoever listens lists everything anew.

use std::collections::HashMap;

use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client,
    api::{ListParams, WatchEvent, WatchParams},
};

use crate::{
    environments::{
        engine::{EngineEvent, Events, NodeState},
        failure::EngineError,
        names,
    },
    ids::InstallationId,
};

use super::{
    connection::unanswered,
    objects::{self, belongs},
    observe,
};

/// How long one watch lasts, in seconds.
const WATCH: u32 = 290;

/// Changes as the server tells them.
type Changes = BoxStream<'static, Result<WatchEvent<Pod>, kube::Error>>;

struct Watch {
    api: Api<Pod>,
    owner: InstallationId,
    version: String,
    states: HashMap<String, NodeState>,
    stream: Option<Changes>,
}

/// Follows `owner`'s pods from now on.
pub(super) async fn follow(client: Client, owner: InstallationId) -> Result<Events, EngineError> {
    let api: Api<Pod> = Api::all(client);
    let parameters: ListParams = objects::ours(owner);
    let now = api.list(&parameters).await.map_err(unanswered)?;
    let states = now
        .items
        .iter()
        .map(|pod| (key(pod), observe::state(pod)))
        .collect();
    let watch = Watch {
        api,
        owner,
        version: now.metadata.resource_version.unwrap_or_default(),
        states,
        stream: None,
    };
    let events = stream::try_unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Ok(Some((event, watch)))
    });
    Ok(Box::pin(events))
}

impl Watch {
    /// The next event that means something.
    async fn next(&mut self) -> Result<EngineEvent, EngineError> {
        loop {
            let stream = if let Some(stream) = &mut self.stream {
                stream
            } else {
                let parameters = WatchParams::default()
                    .labels(&format!("{}={}", names::OWNER, self.owner))
                    .timeout(WATCH);
                let opened = self.api.watch(&parameters, &self.version).await;
                self.stream.insert(opened.map_err(unanswered)?.boxed())
            };
            match stream.next().await {
                // Its time was over.
                None => self.stream = None,
                Some(Err(error)) => return Err(unanswered(error)),
                Some(Ok(WatchEvent::Error(status))) => {
                    return Err(EngineError::Away(format!(
                        "{} {}",
                        status.code, status.message
                    )));
                }
                Some(Ok(WatchEvent::Bookmark(mark))) => {
                    self.version = mark.metadata.resource_version;
                }
                Some(Ok(WatchEvent::Added(pod) | WatchEvent::Modified(pod))) => {
                    if let Some(event) = self.changed(&pod) {
                        return Ok(event);
                    }
                }
                Some(Ok(WatchEvent::Deleted(pod))) => {
                    self.note_version(&pod);
                    self.states.remove(&key(&pod));
                    if let Some(event) = self.event(&pod, "destroy") {
                        return Ok(event);
                    }
                }
            }
        }
    }

    /// What a pod's change means, where it means anything: that a machine began, or ended.
    fn changed(&mut self, pod: &Pod) -> Option<EngineEvent> {
        self.note_version(pod);
        let state = observe::state(pod);
        let before = self.states.insert(key(pod), state);
        if before == Some(state) {
            return None;
        }
        let action = match state {
            NodeState::Running => "start",
            NodeState::Exited(_) => "die",
            NodeState::Created | NodeState::Paused if before.is_none() => "create",
            NodeState::Created | NodeState::Paused => return None,
        };
        self.event(pod, action)
    }

    fn event(&self, pod: &Pod, action: &str) -> Option<EngineEvent> {
        let (environment, _, node) = belongs(&pod.metadata, self.owner)?;
        Some(EngineEvent {
            environment,
            node,
            action: action.to_owned(),
        })
    }

    fn note_version(&mut self, pod: &Pod) {
        if let Some(version) = &pod.metadata.resource_version {
            self.version.clone_from(version);
        }
    }
}

/// One life of one pod.
fn key(pod: &Pod) -> String {
    pod.metadata.uid.clone().unwrap_or_default()
}
