//! What a machine gets when it takes all that it can: the limits measured, not believed.

use serde::{Deserialize, Serialize};

use crate::{
    environments::{Engine, NodeRef, engine::DISK, engine::ExecRequest},
    scenarios::PlannedNode,
};

use super::attempt::ProbeError;

/// Takes all that it can get, inside the machine.
const GREED: &str = include_str!("greed.py");
/// Processes that are tried: more than any machine may have.
const PROCESSES: u64 = 4096;
/// Where the engine has no limit of processes for one machine, its host has one that is the same for all, below this.
const HOST_PROCESSES: u64 = 1024;
/// Times the machine's memory that is tried.
const MEMORY_TIMES: u64 = 4;
/// Bytes printed: more than any engine keeps of a machine that it bounds.
const PRINTED: u64 = 64 << 20;
/// Bytes of a line of it.
const LINE: u64 = 1024;
/// Bytes written to the machine's disk.
const WRITTEN: u64 = 64 << 20;
/// Parts of a limit by which a measurement may be above it.
const TOLERANCE: u64 = 6;

/// A limit, and what was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// Of what.
    pub what: Limited,
    /// How much a machine may have.
    pub allowed: u64,
    /// How much the probe got.
    pub got: u64,
    /// What that means.
    pub verdict: Bound,
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Limited {
    /// Processes and threads.
    Processes,
    /// Memory in bytes.
    Memory,
    /// Thousandths of a processor.
    Processor,
    /// Bytes on disk.
    Disk,
    /// Bytes kept of what is printed.
    Log,
}

/// What a measurement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    /// No more than allowed could be had.
    Held,
    /// More could be had, and is seen at once by the platform, which stops whoever takes too much.
    Watched,
    /// The engine bounds it by what takes longer than a probe; it was not measured.
    Unmeasured,
    /// More could be had.
    Open,
}

#[derive(Serialize)]
struct Work {
    processes: u64,
    memory: u64,
    written: u64,
}

/// The first process of a machine that is measured: an engine keeps what this one prints. It does so when it is told.
pub(super) fn entrypoint() -> Vec<String> {
    let script = format!(
        "until [ -e /tmp/print ]; do sleep 0.2; done; yes \"$(printf %{}s | tr ' ' x)\" | head -n {}; \
         touch /tmp/printed; exec sleep infinity",
        LINE - 1,
        PRINTED / LINE
    );
    ["sh", "-c", &script].map(str::to_owned).to_vec()
}

#[derive(Deserialize)]
struct Got {
    processes: u64,
    memory: u64,
    processor: u64,
    disk: u64,
}

/// Takes all that `node`, planned as `planned` with [`entrypoint`], gives.
pub(super) async fn measure(
    engine: &dyn Engine,
    node: &NodeRef,
    planned: &PlannedNode,
) -> Result<Vec<Measured>, ProbeError> {
    let failed = |error: serde_json::Error| ProbeError::Failed(error.to_string());
    let work = serde_json::to_vec(&Work {
        processes: PROCESSES,
        memory: planned.memory * MEMORY_TIMES,
        written: WRITTEN,
    })
    .map_err(failed)?;
    let request = ExecRequest::new(["python3", "-c", GREED])
        .user("0")
        .stdin(work);
    let output = engine.exec(node, request).await?;
    if output.code != 0 {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ProbeError::Failed(said));
    }
    let got: Got = serde_json::from_slice(&output.stdout).map_err(failed)?;
    let lines = usize::try_from(PRINTED / LINE).unwrap_or(usize::MAX);
    let kept = engine.log_tail(node, lines).await?.len();
    let written = engine.disk_use().await?;
    let seen = written
        .iter()
        .any(|(of, bytes)| of == node && *bytes >= WRITTEN);
    let info = engine.info().await?;
    let processes = if info.unlimited.iter().any(|it| it == "pids") {
        HOST_PROCESSES
    } else {
        planned.pids.unsigned_abs()
    };
    let disk = if got.disk <= DISK + DISK / TOLERANCE {
        Bound::Held
    } else if seen {
        Bound::Watched
    } else if info.disk_quota {
        Bound::Unmeasured
    } else {
        Bound::Open
    };
    // All lines are of one length.
    let kept = u64::try_from(kept).unwrap_or(u64::MAX).saturating_mul(LINE);
    Ok(vec![
        plain(Limited::Processes, processes, got.processes),
        plain(Limited::Memory, planned.memory, got.memory),
        plain(
            Limited::Processor,
            planned.nano_cpus.unsigned_abs() / 1_000_000,
            got.processor,
        ),
        Measured {
            what: Limited::Disk,
            allowed: DISK,
            got: got.disk,
            verdict: disk,
        },
        plain(Limited::Log, PRINTED / 4, kept),
    ])
}

fn plain(what: Limited, allowed: u64, got: u64) -> Measured {
    let verdict = if got <= allowed + allowed / TOLERANCE {
        Bound::Held
    } else {
        Bound::Open
    };
    Measured {
        what,
        allowed,
        got,
        verdict,
    }
}
