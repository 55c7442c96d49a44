//! Terminals and connections of the engine in memory: a terminal echoes, a connection is closed at once.

use async_trait::async_trait;
use tokio::io::{duplex, simplex};

use crate::environments::{
    engine::{Attached, Stream, TerminalControl},
    failure::EngineError,
};

const BUFFER: usize = 64 * 1024;

struct Open;

#[async_trait]
impl TerminalControl for Open {
    async fn resize(&self, _columns: u16, _rows: u16) -> Result<(), EngineError> {
        Ok(())
    }

    async fn exit_code(&self) -> Result<Option<i64>, EngineError> {
        Ok(None)
    }
}

/// A terminal that shows what is typed.
pub(super) fn echo_terminal() -> Attached {
    let (reader, writer) = simplex(BUFFER);
    Attached {
        reader: Box::new(reader),
        writer: Box::new(writer),
        control: Box::new(Open),
    }
}

/// A connection whose other side has hung up.
pub(super) fn closed_stream() -> Box<dyn Stream> {
    let (near, _far) = duplex(BUFFER);
    Box::new(near)
}
