//! What an engine can do, whichever it is: bring an environment's machines up, look at them, reach into them, take
//! them away.
//!
//! An engine holds no state of its own that matters: what exists is read back from the labels of what exists. Every
//! operation may be repeated and may have been cut off at any line by a crash, so each looks before it makes and
//! takes "already there" or "already gone" for success, but only after the labels have shown that the thing is ours.
//! An engine never touches what this installation did not make, and never destroys because it could not see.

use std::{net::Ipv4Addr, pin::Pin, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream as AsyncStream;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    ids::EnvironmentId,
    scenarios::{Addresses, EnvironmentPlan, NodeId, Subnet},
};

use super::{
    failure::EngineError,
    progress::{Progress, Stage},
};

/// Which of an environment's lives a thing belongs to: a reset begins the next one.
pub type Incarnation = i64;

/// Bytes that a machine may write to its file system.
pub const DISK: u64 = 4 << 30;

/// A two-way byte stream to a node's port.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A boxed stream of engine events; it ends or errs when the engine goes away, and the listener then lists anew.
pub type Events = Pin<Box<dyn AsyncStream<Item = Result<EngineEvent, EngineError>> + Send>>;

/// One machine of one environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeRef {
    /// The environment.
    pub environment: EnvironmentId,
    /// The machine's name in the scenario.
    pub node: NodeId,
}

/// How a node's machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// Made, not started.
    Created,
    /// Runs.
    Running,
    /// Runs, suspended.
    Paused,
    /// Ended with this code.
    Exited(i64),
}

/// What a node's own health check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It has none.
    None,
    /// Not yet known.
    Starting,
    /// It answers.
    Healthy,
    /// It does not.
    Unhealthy,
}

/// A node as found on the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedNode {
    /// Its name in the scenario.
    pub node: NodeId,
    /// The life it belongs to.
    pub incarnation: Incarnation,
    /// How it is.
    pub state: NodeState,
    /// What its health check says.
    pub health: Health,
    /// Names of its environment's networks that it is in; absent where the engine cannot take it out of one.
    pub networks: Option<Vec<String>>,
}

/// What of an environment exists on the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedEnvironment {
    /// The environment that the labels name.
    pub environment: EnvironmentId,
    /// Its machines.
    pub nodes: Vec<ObservedNode>,
    /// Names of its networks on the engine, with the life each belongs to.
    pub networks: Vec<(String, Incarnation)>,
}

impl ObservedEnvironment {
    /// Whether anything of it belongs to a life after `incarnation`.
    #[must_use]
    pub fn has_newer(&self, incarnation: Incarnation) -> bool {
        self.nodes.iter().any(|node| node.incarnation > incarnation)
            || self.networks.iter().any(|(_, of)| *of > incarnation)
    }

    /// Whether all of it belongs to the life `incarnation`.
    #[must_use]
    pub fn is_only(&self, incarnation: Incarnation) -> bool {
        self.nodes
            .iter()
            .all(|node| node.incarnation == incarnation)
            && self.networks.iter().all(|(_, of)| *of == incarnation)
    }
}

/// Refuses to bring up a life where a later one exists: whoever asks is late, and would destroy what a team works in.
pub(super) fn refuse_if_newer(
    found: Option<&ObservedEnvironment>,
    incarnation: Incarnation,
) -> Result<(), EngineError> {
    if found.is_some_and(|found| found.has_newer(incarnation)) {
        return Err(EngineError::Refused {
            stage: Stage::Wanted,
            node: None,
            detail: "a later copy of this environment exists".to_owned(),
        });
    }
    Ok(())
}

/// A command to run in a node.
#[derive(Clone, Debug)]
pub struct ExecRequest {
    /// Program and arguments; no shell reads it.
    pub argv: Vec<String>,
    /// Who runs it; the image's user where absent.
    pub user: Option<String>,
    /// What it reads; nothing where empty.
    pub stdin: Bytes,
    /// After this long its processes are ended.
    pub timeout: Duration,
    /// Bytes kept of each output; the rest is read and dropped.
    pub output_limit: usize,
    /// Environment variables, `NAME=value`.
    pub env: Vec<String>,
    /// Working directory.
    pub workdir: Option<String>,
}

impl ExecRequest {
    /// A command with the limits of a check: 20 seconds, 64 KiB.
    #[must_use]
    pub fn new(argv: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            user: None,
            stdin: Bytes::new(),
            timeout: Duration::from_secs(20),
            output_limit: 64 * 1024,
            env: Vec::new(),
            workdir: None,
        }
    }

    /// The same, run by `user`.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The same, reading `stdin`.
    #[must_use]
    pub fn stdin(mut self, stdin: impl Into<Bytes>) -> Self {
        self.stdin = stdin.into();
        self
    }

    /// The same, ended after `timeout`.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

/// What a command left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecOutput {
    /// Its exit code.
    pub code: i64,
    /// Standard output, up to the limit.
    pub stdout: Vec<u8>,
    /// Standard error, up to the limit.
    pub stderr: Vec<u8>,
    /// Whether there was more than the limit.
    pub truncated: bool,
}

/// A terminal to open in a node.
#[derive(Clone, Debug)]
pub struct AttachRequest {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Who runs it; the image's user where absent.
    pub user: Option<String>,
    /// Width in characters.
    pub columns: u16,
    /// Height in characters.
    pub rows: u16,
    /// Environment variables, `NAME=value`.
    pub env: Vec<String>,
    /// Working directory.
    pub workdir: Option<String>,
}

/// An open terminal. Dropping both halves hangs up; what runs under a session holder stays.
pub struct Attached {
    /// What the terminal shows, bytes as they come; not reading it stops the program in the node.
    pub reader: Box<dyn AsyncRead + Send + Unpin>,
    /// What is typed.
    pub writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// Changes the size and tells the exit code.
    pub control: Box<dyn TerminalControl>,
}

/// Beside the bytes of a terminal: its size and its end.
#[async_trait]
pub trait TerminalControl: Send + Sync {
    /// Sets the size; an ended terminal ignores it.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn resize(&self, columns: u16, rows: u16) -> Result<(), EngineError>;

    /// The exit code, once the program has ended; `None` while it runs.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn exit_code(&self) -> Result<Option<i64>, EngineError>;
}

/// Something happened to what is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineEvent {
    /// Whose.
    pub environment: EnvironmentId,
    /// Which machine; absent for networks.
    pub node: Option<NodeId>,
    /// The engine's word for it: `start`, `die`, `destroy`, `health_status: healthy`, ….
    pub action: String,
}

/// What the engine's machine has.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EngineInfo {
    /// Product and version, as an administrator knows them.
    pub version: String,
    /// Processors.
    pub cpus: u64,
    /// Memory in bytes.
    pub memory: u64,
    /// Security features that it names, such as `seccomp` and `userns`.
    pub security: Vec<String>,
    /// How it stores file systems, such as `overlay2 on xfs`.
    pub storage: String,
    /// Whether it can limit a machine's disk.
    pub disk_quota: bool,
    /// The configured runtime of machines, where the engine does not know it.
    pub unknown_runtime: Option<String>,
    /// What else it cannot limit, of `memory`, `swap`, `cpu` and `pids`.
    pub unlimited: Vec<String>,
}

/// Runs environments.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Where the engine gives addresses itself: makes the machines of `plan` as far as is needed for that, starts
    /// nothing, and tells the addresses, with which the plan is then made anew. `None` where the plan's own hold.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    async fn assign(
        &self,
        _plan: &EnvironmentPlan,
        _incarnation: Incarnation,
        _progress: &Progress,
    ) -> Result<Option<Addresses>, EngineError> {
        Ok(None)
    }

    /// Brings `plan` up as life `incarnation` and returns when all of it is ready. Takes up whatever an earlier,
    /// interrupted call left. Dropping the future stops it; what is made stays until the next call.
    ///
    /// # Errors
    /// What failed, at which node and stage.
    async fn apply(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<(), EngineError>;

    /// All that exists of this installation's environments.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn observe(&self) -> Result<Vec<ObservedEnvironment>, EngineError>;

    /// What exists of one environment; `None` where nothing does.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn observe_one(
        &self,
        environment: EnvironmentId,
    ) -> Result<Option<ObservedEnvironment>, EngineError>;

    /// Removes everything of an environment, in any state, in any life. Returns when nothing is left.
    ///
    /// # Errors
    /// The engine does not answer, or keeps something.
    async fn destroy(&self, environment: EnvironmentId) -> Result<(), EngineError>;

    /// Whether a machine that ended by itself starts again with all that was on it. Where not, another is made in its place.
    fn keeps_ended(&self) -> bool {
        true
    }

    /// Whether it can suspend an environment.
    fn can_suspend(&self) -> bool {
        false
    }

    /// Lets every running machine of an environment stand still, with all that is in its memory. Only called where
    /// [`Engine::can_suspend`] says so.
    ///
    /// # Errors
    /// The engine does not answer, or refuses.
    async fn suspend(&self, _environment: EnvironmentId) -> Result<(), EngineError> {
        Ok(())
    }

    /// Lets what stands still go on.
    ///
    /// # Errors
    /// The engine does not answer, or refuses.
    async fn resume(&self, _environment: EnvironmentId) -> Result<(), EngineError> {
        Ok(())
    }

    /// Bytes that each of our machines has written to its file system; nothing where the engine bounds that itself.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn disk_use(&self) -> Result<Vec<(NodeRef, u64)>, EngineError> {
        Ok(Vec::new())
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// No such machine, the command cannot be run, or its time is over.
    async fn exec(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError>;

    /// Opens a terminal.
    ///
    /// # Errors
    /// No such machine, or the engine does not answer.
    async fn attach(&self, node: &NodeRef, request: AttachRequest)
    -> Result<Attached, EngineError>;

    /// Unpacks a tar archive into the folder `to`.
    ///
    /// # Errors
    /// No such machine or folder.
    async fn copy_in(&self, node: &NodeRef, to: &str, archive: Bytes) -> Result<(), EngineError>;

    /// Packs a file or folder into a tar archive of at most `limit` bytes.
    ///
    /// # Errors
    /// No such machine or path, or more than `limit`.
    async fn copy_out(
        &self,
        node: &NodeRef,
        path: &str,
        limit: usize,
    ) -> Result<Bytes, EngineError>;

    /// Connects to a TCP port of a node, from outside the lab's networks.
    ///
    /// # Errors
    /// No such machine, or nothing listens.
    async fn dial(&self, node: &NodeRef, port: u16) -> Result<Box<dyn Stream>, EngineError>;

    /// The address of a node, primary network first.
    ///
    /// # Errors
    /// No such machine.
    async fn addresses(&self, node: &NodeRef) -> Result<Vec<Ipv4Addr>, EngineError>;

    /// The last lines that a node printed.
    ///
    /// # Errors
    /// No such machine.
    async fn log_tail(&self, node: &NodeRef, lines: usize) -> Result<Vec<String>, EngineError>;

    /// What happens to our machines and networks from now on.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn events(&self) -> Result<Events, EngineError>;

    /// Address ranges that the engine has given out, ours and others'.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn subnets_in_use(&self) -> Result<Vec<Subnet>, EngineError>;

    /// Those of `images` that the engine does not have.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn images_missing(&self, images: &[String]) -> Result<Vec<String>, EngineError>;

    /// What the engine is and what its machine has.
    ///
    /// # Errors
    /// The engine does not answer.
    async fn info(&self) -> Result<EngineInfo, EngineError>;
}
