//! Shells that wait for somebody: made in copies that are kept ready, before these stand still, and handed to the first
//! who opens a terminal there. Making a holder and attaching to it costs two commands in the node; a copy that is claimed
//! has them behind it.
//!
//! What is prepared lives in this process alone. Where there is none, after a restart or in another orchestrator, a
//! terminal is made as ever.

use std::{
    collections::HashMap,
    io::Cursor,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use tokio::{io::AsyncReadExt as _, time::timeout};
use tracing::debug;

use crate::{
    browser::frames::Size,
    environments::{
        Incarnation, NodeRef, Readying,
        engine::{Attached, ExecRequest},
        failure::EngineError,
    },
    ids::{EnvironmentId, SessionId},
    scenarios::Definition,
};

use super::{
    Terminals,
    holder::{self, Found, Mode},
    runner::attach_request,
};

/// How long preparing one shell may take; a copy without it is ready all the same.
const PATIENCE: Duration = Duration::from_secs(10);

/// A shell that printed nothing for so long has printed its prompt.
const QUIET: Duration = Duration::from_millis(300);

/// Most bytes that a shell may print before somebody comes.
const MOST: usize = 16 * 1024;

/// A shell that waits.
pub(super) struct Waiting {
    /// The session under which its holder was made.
    pub session: SessionId,
    /// Which of the holder's places it stands on.
    pub place: usize,
    /// What it printed so far.
    said: Vec<u8>,
    attached: Attached,
}

impl Waiting {
    /// The connection, which gives what came so far once more.
    pub fn into_attached(self) -> Attached {
        Attached {
            reader: Box::new(Cursor::new(self.said).chain(self.attached.reader)),
            ..self.attached
        }
    }
}

/// Whose shell it is: machine, life, user.
type Key = (NodeRef, Incarnation, String);

/// All that wait.
#[derive(Default)]
pub(super) struct Prepared(Mutex<HashMap<Key, Waiting>>);

impl Prepared {
    /// Takes the shell that waits for `user` in a node, if it still lives.
    pub fn take(&self, node: &NodeRef, incarnation: Incarnation, user: &str) -> Option<Waiting> {
        let key = (node.clone(), incarnation, user.to_owned());
        let mut waiting = self.shells().remove(&key)?;
        let mut more = [0; 1024];
        match waiting.attached.reader.read(&mut more).now_or_never() {
            // The node was made anew, or the shell ended.
            Some(Ok(0) | Err(_)) => None,
            Some(Ok(count)) => {
                waiting
                    .said
                    .extend_from_slice(more.get(..count).unwrap_or_default());
                Some(waiting)
            }
            None => Some(waiting),
        }
    }

    /// Forgets those in environments, in their present lives, that `keep` does not name.
    pub fn retain(&self, keep: impl Fn(EnvironmentId, Incarnation) -> bool) {
        self.shells()
            .retain(|(node, incarnation, _), _| keep(node.environment, *incarnation));
    }

    /// Whether any waits.
    pub fn is_empty(&self) -> bool {
        self.shells().is_empty()
    }

    fn shells(&self) -> MutexGuard<'_, HashMap<Key, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Readying for Terminals {
    async fn ready(&self, copy: EnvironmentId, incarnation: Incarnation, scenario: &Definition) {
        for node in &scenario.scenario.nodes {
            let Some(terminal) = &node.terminal else {
                continue;
            };
            let at = NodeRef {
                environment: copy,
                node: node.id.clone(),
            };
            match timeout(PATIENCE, self.make(&at, &terminal.user)).await {
                Ok(Ok(Some(shell))) => {
                    let key = (at, incarnation, terminal.user.clone());
                    self.prepared.shells().insert(key, shell);
                }
                Ok(Ok(None)) => {}
                Ok(Err(error)) => debug!(%error, node = %at.node, "no shell could be prepared"),
                Err(_) => debug!(node = %at.node, "no shell was prepared in time"),
            }
        }
    }
}

impl Terminals {
    /// A shell that has printed its prompt; nothing where no holder can run, as a shell without one cannot be kept.
    async fn make(&self, node: &NodeRef, user: &str) -> Result<Option<Waiting>, EngineError> {
        let session = SessionId::new();
        let nodes = &self.foundation.nodes;
        let look = ExecRequest::new(holder::look(session, Mode::Make)).user(user);
        let output = nodes.exec(node, look).await?;
        let Found::Ready { place, .. } = holder::read(&output.stdout) else {
            return Ok(None);
        };
        let request = attach_request(holder::attach(session, place), user, Size::USUAL);
        let mut attached = nodes.attach(node, request).await?;
        let (mut said, mut part) = (Vec::new(), [0; 1024]);
        loop {
            let more = attached.reader.read(&mut part);
            // The first words take as long as they take; after them silence means that it waits.
            let count = if said.is_empty() {
                more.await
            } else {
                match timeout(QUIET, more).await {
                    Ok(count) => count,
                    Err(_) => break,
                }
            };
            match count {
                Ok(count) if count > 0 && said.len() < MOST => {
                    said.extend_from_slice(part.get(..count).unwrap_or_default());
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(Waiting {
            session,
            place,
            said,
            attached,
        }))
    }
}
