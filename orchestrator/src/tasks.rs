//! Background tasks that can be stopped: every task is tracked and is told to end before the program does.
//!
//! A bare `tokio::spawn` is lost at shutdown and takes what it had in hand with it, so nothing in this program uses one.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, error, info, info_span, warn};

/// How long draining waits for tasks that were told to end before it reports those left.
const DRAIN_LIMIT: Duration = Duration::from_secs(20);
/// The same for the last ones, which have only what the others left to do.
const LAST_LIMIT: Duration = Duration::from_secs(5);

/// The program's tasks.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    ordinary: Group,
    last: Group,
    broken: Arc<AtomicBool>,
}

#[derive(Clone, Debug, Default)]
struct Group {
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
        self.ordinary.token.clone()
    }

    /// Cancelled when all other tasks have ended.
    #[must_use]
    pub fn last_token(&self) -> CancellationToken {
        self.last.token.clone()
    }

    /// Runs `future` in the background under a name that appears in its log lines.
    pub fn spawn<F>(&self, name: &'static str, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.ordinary.spawn(name, future)
    }

    /// As [`Tasks::spawn`], for what the program is nothing without: should it panic, the program ends with an error and
    /// whoever watches over it starts it again.
    pub fn spawn_vital<F>(&self, name: &'static str, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.ordinary.spawn(name, self.vital(future))
    }

    /// As [`Tasks::spawn_vital`], for what others need until they have ended; it stops with [`Tasks::last_token`].
    pub fn spawn_last<F>(&self, name: &'static str, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.last.spawn(name, self.vital(future))
    }

    /// Whether a vital task panicked.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    fn vital<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let (token, broken) = (self.token(), Arc::clone(&self.broken));
        async move {
            let _guard = OnPanic(|| {
                broken.store(true, Ordering::SeqCst);
                token.cancel();
            });
            future.await
        }
    }

    /// Tells every task to end, and waits until they have, or until the limit.
    pub async fn drain(&self) {
        self.ordinary.drain(DRAIN_LIMIT).await;
        self.last.drain(LAST_LIMIT).await;
    }
}

/// Does something where what it stands beside panics.
struct OnPanic<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnPanic<F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)();
        }
    }
}

impl Group {
    fn spawn<F>(&self, name: &'static str, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let watched = async move {
            let _guard = OnPanic(|| error!(task = name, "a task panicked"));
            future.await
        };
        #[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
        tokio::spawn(
            self.tracker
                .track_future(watched.instrument(info_span!("task", name))),
        )
    }

    async fn drain(&self, limit: Duration) {
        self.token.cancel();
        self.tracker.close();
        if tokio::time::timeout(limit, self.tracker.wait())
            .await
            .is_err()
        {
            warn!(left = self.tracker.len(), "some tasks did not end in time");
        } else {
            info!("all tasks ended");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_others_need_ends_after_them() {
        let tasks = Tasks::new();
        let (sender, mut inbox) = tokio::sync::mpsc::channel::<&str>(4);
        let last = tasks.last_token();
        let kept = tasks.spawn_last("journal", async move {
            let mut heard = Vec::new();
            loop {
                tokio::select! {
                    biased;
                    word = inbox.recv() => heard.extend(word),
                    () = last.cancelled() => return heard,
                }
            }
        });
        let stop = tasks.token();
        let writer = sender.clone();
        tasks.spawn("request", async move {
            stop.cancelled().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            writer.send("late").await.expect("somebody listens");
        });
        tasks.drain().await;
        assert_eq!(kept.await.expect("ended"), ["late"]);
    }

    #[tokio::test]
    async fn the_program_ends_when_a_vital_task_panics_and_goes_on_when_another_does() {
        let tasks = Tasks::new();
        let panics = tasks.spawn("one of many", async { panic!("for the test") });
        assert!(panics.await.is_err());
        assert!(!tasks.is_broken() && !tasks.token().is_cancelled());
        let panics = tasks.spawn_vital("conductor", async { panic!("for the test") });
        assert!(panics.await.is_err());
        assert!(tasks.is_broken() && tasks.token().is_cancelled());
    }
}
