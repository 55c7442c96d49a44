//! Background tasks that can be stopped: every task is tracked and is told to end before the program does.
//!
//! A bare `tokio::spawn` is lost at shutdown and takes what it had in hand with it, so nothing in this program uses one.

use std::{future::Future, time::Duration};

use tokio::task::JoinHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info, info_span, warn};

/// How long draining waits for tasks that were told to end before it reports those left.
const DRAIN_LIMIT: Duration = Duration::from_secs(20);

/// The program's tasks.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    token: CancellationToken,
}

impl Tasks {
    /// No task yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when the program is to stop; long tasks wait for it beside their work.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Runs `future` in the background under a name that appears in its log lines.
    pub fn spawn<F>(&self, name: &'static str, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
        tokio::spawn(
            self.tracker
                .track_future(future.instrument(info_span!("task", name))),
        )
    }

    /// Tells every task to end, and waits until they have, or until the limit.
    pub async fn drain(&self) {
        self.token.cancel();
        self.tracker.close();
        if tokio::time::timeout(DRAIN_LIMIT, self.tracker.wait())
            .await
            .is_err()
        {
            warn!(left = self.tracker.len(), "some tasks did not end in time");
        } else {
            info!("all tasks ended");
        }
    }
}
