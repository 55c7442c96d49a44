//! Watches over what keeps labs closed while labs run.
//!
//! Isolation is proven when an exercise begins; afterwards somebody may flush the host's firewall, and nothing of the
//! labs would show it. So it is looked at now and then, put back where that works, and remembered, so that exercises
//! can write it down. Where no lab runs nothing is watched: the next launch is refused instead, and says why.

use std::{sync::PoisonError, time::Duration};

use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{Breach, Environments, EnvironmentsError, Kept};
use crate::store;

/// How often it is looked at while labs run: a look costs milliseconds, or a short-lived helper container.
const EVERY: Duration = Duration::from_secs(20);

impl Environments {
    /// The last time in which labs were open, as far as this process saw.
    #[must_use]
    pub fn breach(&self) -> Option<Breach> {
        let breach = self.0.breach.lock();
        breach.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at once, whether labs run or not, and then for as long as they do.
    pub(super) async fn keep_closed(self, stop: CancellationToken) {
        let mut first = true;
        loop {
            match self.any_lab().await {
                Ok(labs) if labs || first => self.look_whether_closed(labs).await,
                Ok(_) => {}
                Err(failure) => error!(error = ?failure, "environments could not be listed"),
            }
            first = false;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// One look. Without labs nothing can have got out, and nothing is remembered.
    pub(crate) async fn look_whether_closed(&self, labs: bool) {
        let kept = self.0.isolation.keep().await;
        let now = self.0.clock.now();
        let mut breach = self.0.breach.lock().unwrap_or_else(PoisonError::into_inner);
        let open = breach.as_ref().filter(|breach| breach.closed.is_none());
        *breach = match (kept, open.cloned()) {
            (Kept::Stands | Kept::PutBack, Some(open)) => {
                info!("labs are closed again");
                Some(Breach {
                    closed: Some(now),
                    ..open
                })
            }
            (Kept::PutBack, None) if labs => {
                warn!("labs were open; what keeps them closed was put back");
                Some(Breach {
                    noticed: now,
                    closed: Some(now),
                    reason: String::new(),
                })
            }
            (Kept::Open(reason), None) if labs => {
                error!(reason, "labs are open");
                Some(Breach {
                    noticed: now,
                    closed: None,
                    reason,
                })
            }
            (Kept::Open(reason), None) => {
                // Without it the probe refuses every launch, and says what is open.
                warn!(reason, "what keeps labs closed could not be put in place");
                return;
            }
            (Kept::Unknown(reason), _) => {
                debug!(reason, "what keeps labs closed could not be looked at");
                return;
            }
            _ => return,
        };
    }

    async fn any_lab(&self) -> Result<bool, EnvironmentsError> {
        let mut connection = self.0.database.connection().await?;
        Ok(store::environments::any_shall_run(&mut connection).await?)
    }
}
