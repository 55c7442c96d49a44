//! The watch over what machines write, where the engine cannot bound it: one that fills the host's disk would take the
//! platform and every other team with it.
//!
//! An environment in which a machine has gone past [`DISK`] stands still and says why. It is not taken away: what is in
//! its machines may be what a team worked for. A person resets it.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::{Environments, EnvironmentsError, Failure, NodeRef, Phase, Stage, engine::DISK};
use crate::{
    ids::EnvironmentId,
    store::{self, environments::Desired},
};

/// How often the engine is asked: what a fast disk takes in between must fit beside the platform.
const INTERVAL: Duration = Duration::from_secs(10);

impl Environments {
    pub(super) async fn watch_disk(self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.bound_disk() => {}
            }
        }
    }

    /// Stops every environment in which a machine has written too much.
    pub(super) async fn bound_disk(&self) {
        let written = match self.0.engine.disk_use().await {
            Ok(written) => written,
            Err(failure) => {
                warn!(error = %failure, "the engine does not say what machines have written");
                return;
            }
        };
        let mut over: BTreeMap<EnvironmentId, (NodeRef, u64)> = BTreeMap::new();
        for (node, bytes) in written.into_iter().filter(|(_, bytes)| *bytes > DISK) {
            over.entry(node.environment).or_insert((node, bytes));
        }
        for (id, (node, bytes)) in over {
            if let Err(failure) = self.stop_writing(id, &node, bytes).await {
                error!(environment = %id, error = ?failure, "an environment that fills the disk could not be stopped");
            }
        }
    }

    async fn stop_writing(
        &self,
        id: EnvironmentId,
        node: &NodeRef,
        bytes: u64,
    ) -> Result<(), EnvironmentsError> {
        let lock = self.lock(id);
        let _held = lock.lock().await;
        let mut connection = self.0.database.connection().await?;
        let row = store::environments::find(&mut connection, id).await?;
        drop(connection);
        let Some(row) = row.filter(|row| {
            row.desired != Desired::Gone
                && row.phase != Phase::Failed
                && !self.0.ownership.is_anothers(row.owner)
        }) else {
            return Ok(());
        };
        warn!(environment = %id, node = %node.node, bytes, "a machine fills the disk; its environment is stopped");
        self.0.engine.suspend(id).await?;
        let mut failure = Failure::new(
            Stage::Ready,
            "environment-disk-full",
            [
                ("node", node.node.to_string()),
                ("written", mebibytes(bytes)),
                ("most", mebibytes(DISK)),
            ],
        );
        failure.node = Some(node.node.clone());
        self.give_up(&row, &failure).await
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
