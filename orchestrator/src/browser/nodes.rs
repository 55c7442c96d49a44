//! What the browser's side needs of an engine: reach into a node, in three ways. Nothing here makes or removes one.

use std::sync::Arc;

use async_trait::async_trait;

use crate::environments::{
    engine::{AttachRequest, Attached, Engine, ExecOutput, ExecRequest, NodeRef, Stream},
    failure::EngineError,
};

/// Reaches into nodes.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Runs a command to its end.
    ///
    /// # Errors
    /// As [`Engine::exec`].
    async fn exec(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError>;

    /// Opens a terminal.
    ///
    /// # Errors
    /// As [`Engine::attach`].
    async fn attach(&self, node: &NodeRef, request: AttachRequest)
    -> Result<Attached, EngineError>;

    /// Connects to a TCP port.
    ///
    /// # Errors
    /// As [`Engine::dial`].
    async fn dial(&self, node: &NodeRef, port: u16) -> Result<Box<dyn Stream>, EngineError>;
}

#[async_trait]
impl Nodes for Arc<dyn Engine> {
    async fn exec(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError> {
        self.as_ref().exec(node, request).await
    }

    async fn attach(
        &self,
        node: &NodeRef,
        request: AttachRequest,
    ) -> Result<Attached, EngineError> {
        self.as_ref().attach(node, request).await
    }

    async fn dial(&self, node: &NodeRef, port: u16) -> Result<Box<dyn Stream>, EngineError> {
        self.as_ref().dial(node, port).await
    }
}
