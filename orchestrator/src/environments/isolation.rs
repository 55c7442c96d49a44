//! Proof that nothing gets out of a lab.
//!
//! An engine's promises are not trusted: some versions ignore the very option that should isolate. Canaries listen on
//! the host, on the platform's own port and in another environment; a shell in a node of its own then tries all of
//! them with everything it has, raw frames too. Launching is allowed where none of them heard anything.

mod attempt;
mod cluster;
mod firewall;
mod limits;
mod probe;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::sync::{Mutex, OnceCell};
use tracing::{info, warn};

use crate::{
    clock::{Clock, Timestamp},
    config,
    ids::{EnvironmentId, InstallationId},
    scenarios::Subnet,
};

use super::{DockerEngine, EngineError, Isolation, Kept};

pub use attempt::{Named, ProbeError, ProbeReport, named};
pub use cluster::ClusterProber;
pub use firewall::{Firewall, FirewallError};
pub use limits::{Bound, Limited, Measured};

/// How long a success is believed while the firewall's table stands.
const BELIEVED: Duration = Duration::from_mins(1);
/// No probe takes as long: what is older was left by one that was cut off.
const LONGEST: Duration = Duration::from_mins(5);

/// Proves the isolation of one engine's labs.
pub struct Prober {
    engine: Arc<DockerEngine>,
    firewall: Firewall,
    ranges: Vec<Subnet>,
    platform_port: u16,
    clock: Arc<dyn Clock>,
    /// Whether the firewall's table was set since the program began; who asks while it is being set waits for it.
    secured: OnceCell<()>,
    /// When the last success was; held while a probe runs, so that launches at one moment share it.
    proven: Mutex<Option<Timestamp>>,
}

impl Prober {
    /// A prober beside `owner`'s own engine. Its machines belong to an installation of their own, so that neither
    /// takes the other's for orphans. `ranges` are the labs' ranges, `platform_port` is where the platform listens.
    #[must_use]
    pub fn new(
        config: &config::Docker,
        owner: InstallationId,
        ranges: Vec<Subnet>,
        platform_port: u16,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let engine = Arc::new(DockerEngine::new(config, beside(owner)));
        let firewall = Firewall::new(Arc::clone(&engine));
        Self {
            engine,
            firewall,
            ranges,
            platform_port,
            clock,
            secured: OnceCell::new(),
            proven: Mutex::new(None),
        }
    }

    /// The firewall's table on the engine's host.
    #[must_use]
    pub const fn firewall(&self) -> &Firewall {
        &self.firewall
    }

    /// Sets the firewall's table, whatever it was: when an administrator asks.
    ///
    /// # Errors
    /// Neither the program nor a helper may.
    pub async fn secure(&self) -> Result<(), FirewallError> {
        self.firewall.set().await
    }

    /// Sets the firewall's table once in the program's life: at start, or, where the engine was away then, before the
    /// first probe.
    ///
    /// # Errors
    /// Neither the program nor a helper may.
    pub async fn secure_once(&self) -> Result<(), FirewallError> {
        self.secured
            .get_or_try_init(|| self.firewall.set())
            .await
            .copied()
    }

    /// Tries to get out of a lab and says what was reached.
    ///
    /// # Errors
    /// The probe could not be made.
    pub async fn probe(&self) -> Result<ProbeReport, ProbeError> {
        probe::run(&self.engine, &self.ranges, self.platform_port, false).await
    }

    /// The same, with the limits of the probe's machine measured.
    ///
    /// # Errors
    /// The probe could not be made.
    pub async fn measure(&self) -> Result<ProbeReport, ProbeError> {
        probe::run(&self.engine, &self.ranges, self.platform_port, true).await
    }
}

#[async_trait]
impl Isolation for Prober {
    async fn tidy(&self) -> Result<(), EngineError> {
        let _alone = self.proven.lock().await;
        probe::clean(&self.engine).await
    }

    async fn clear(&self) -> Result<(), EngineError> {
        probe::clear(&self.engine).await
    }

    /// A success is believed for a minute, but only while the firewall's table stands: whoever takes it away is noticed
    /// at once. A table that was set is not set again here, because an administrator who removed it must learn of it.
    async fn prove(&self) -> Result<(), Vec<String>> {
        let mut proven = self.proven.lock().await;
        if let Err(error) = self.secure_once().await {
            // The probe refuses then, and says what is open.
            warn!(%error, "the firewall's table could not be set");
        }
        let now = self.clock.now();
        let stands = self.firewall.stands().await;
        if stands == Ok(true) && proven.is_some_and(|at| now.since(at) < BELIEVED) {
            return Ok(());
        }
        *proven = None;
        let report = self
            .probe()
            .await
            .map_err(|error| vec![error.to_string()])?;
        if report.reached.is_empty() {
            info!(tried = report.tried.len(), "nothing gets out of a lab");
            *proven = Some(now);
            Ok(())
        } else {
            warn!(reached = ?report.reached, firewall = ?stands, "labs are open");
            Err(report.reached)
        }
    }

    /// Alone, so that what was proven is not believed while the table is looked at.
    async fn keep(&self) -> Kept {
        let mut proven = self.proven.lock().await;
        match self.firewall.stands().await {
            Ok(true) => {
                let _ = self.secured.set(());
                return Kept::Stands;
            }
            Ok(false) => {}
            Err(error) => return Kept::Unknown(error.to_string()),
        }
        *proven = None;
        if let Err(error) = self.firewall.set().await {
            return Kept::Open(error.to_string());
        }
        let _ = self.secured.set(());
        match self.firewall.stands().await {
            Ok(true) => Kept::PutBack,
            Ok(false) => Kept::Open("the rules were set and do not stand".to_owned()),
            Err(error) => Kept::Open(error.to_string()),
        }
    }
}

/// Whether an environment of a probe is so old that nobody can be at work with it. Its name tells when it was made.
fn is_left(environment: EnvironmentId) -> bool {
    let made = |id: EnvironmentId| id.0.get_timestamp().map_or(0, |time| time.to_unix().0);
    made(EnvironmentId::new()).saturating_sub(made(environment)) > LONGEST.as_secs()
}

/// The installation under which the probe's machines run: as fixed as `owner`, and another.
fn beside(owner: InstallationId) -> InstallationId {
    InstallationId(uuid::Uuid::from_u128(owner.0.as_u128() ^ 1))
}
