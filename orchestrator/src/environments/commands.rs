//! What commands in nodes have in common on every engine: the platform's tools, output up to a limit, and how to end a
//! command whose time is over.
//!
//! No engine has a call that ends a command, and its processes outlive their client. So each command carries a mark in
//! its environment; when its time is over, everything with that mark, everything in the same sessions, and all that these
//! started is killed from inside by the platform's own shell.

use std::time::Duration;

use tracing::debug;
use uuid::Uuid;

use super::{
    engine::{ExecOutput, ExecRequest, NodeRef},
    failure::EngineError,
};

/// Where the platform's tools appear in every node.
pub(super) const TOOLS: &str = "/opt/thaotruong";

/// Name of the variable that marks a command's processes.
const MARK: &str = "THAOTRUONG_EXEC";
/// How long ending a command's processes may take.
const KILL_TIME: Duration = Duration::from_secs(5);
/// Bytes kept of what the killing shell prints.
const KILL_OUTPUT: usize = 16 * 1024;
/// Characters kept of one line of a machine's output.
const LINE_LIMIT: usize = 300;

/// Prints session and number of every process that carries the mark `$1`; readable only for the user who runs them.
const FIND: &str = r#"for p in /proc/[0-9]*; do
  tr '\0' '\n' 2>/dev/null < "$p/environ" | grep -qxF "$1" &&
    echo $(sed 's/.*) //' "$p/stat" 2>/dev/null | cut -d' ' -f4) "${p#/proc/}"
done; true"#;
/// Kills the processes `$1`, those of the sessions `$2`, and all that these have started. Each is stopped as soon as it is
/// found, so that it starts no more while the others are looked for.
const KILL: &str = r#"hit=" $1 " sessions=" $2 " more=1 passes=0
hold() { [ "$1" = 1 ] || kill -STOP "$1" 2>/dev/null; }
for n in $1; do hold "$n"; done
while [ "$more" ] && [ "$passes" -lt 50 ]; do
  more= passes=$((passes + 1))
  for p in /proc/[0-9]*; do
    n=${p#/proc/}
    case $hit in *" $n "*) continue ;; esac
    set -- $(sed 's/.*) //' "$p/stat" 2>/dev/null)
    [ "$4" ] || continue
    case $hit in *" $2 "*) hit="$hit$n " more=1; hold "$n"; continue ;; esac
    case $sessions in *" $4 "*) hit="$hit$n " more=1; hold "$n" ;; esac
  done
done
for n in $hit; do [ "$n" = 1 ] || kill -9 "$n" 2>/dev/null; done; true"#;

/// Runs `request` in `node` by `plain`, which runs a command without a limit of time, and ends it when its time is over.
/// `killer` is the user who may end anybody's processes there; the command's own where there is none.
pub(super) async fn run_in_time<F>(
    node: &NodeRef,
    mut request: ExecRequest,
    killer: Option<&str>,
    plain: impl Fn(ExecRequest) -> F,
) -> Result<ExecOutput, EngineError>
where
    F: Future<Output = Result<ExecOutput, EngineError>>,
{
    let mark = format!("{MARK}={}", Uuid::now_v7());
    request.env.push(mark.clone());
    let (limit, user) = (request.timeout, request.user.clone());
    if let Ok(outcome) = tokio::time::timeout(limit, plain(request)).await {
        return outcome;
    }
    let kill = async {
        let found = plain(ExecRequest {
            user: user.clone(),
            ..tool(FIND, [mark])
        })
        .await?;
        let text = String::from_utf8_lossy(&found.stdout).into_owned();
        let (mut processes, mut sessions) = (Vec::new(), Vec::new());
        for (session, process) in text.lines().filter_map(|line| line.split_once(' ')) {
            processes.push(process);
            // Session 0 belongs to everything that a runtime started without one of its own; 1 is the node itself.
            if session.parse::<u32>().is_ok_and(|number| number > 1) && !sessions.contains(&session)
            {
                sessions.push(session);
            }
        }
        if !processes.is_empty() {
            plain(ExecRequest {
                user: killer.map(str::to_owned).or(user),
                ..tool(KILL, [processes.join(" "), sessions.join(" ")])
            })
            .await?;
        }
        Ok::<_, EngineError>(())
    };
    if tokio::time::timeout(KILL_TIME, kill).await.is_err() {
        debug!(environment = %node.environment, node = %node.node, "a command could not be ended in time");
    }
    Err(EngineError::TimedOut(limit.as_secs()))
}

/// A script for the platform's own shell.
pub(super) fn tool(script: &str, arguments: impl IntoIterator<Item = String>) -> ExecRequest {
    let busybox = format!("{TOOLS}/busybox");
    let mut request = ExecRequest::new([busybox.as_str(), "sh", "-c", script, "sh"]);
    request.argv.extend(arguments);
    request.output_limit = KILL_OUTPUT;
    request
}

/// Output up to a limit; the rest is read and dropped, so that the command does not wait for ever.
pub(super) fn keep(kept: &mut Vec<u8>, limit: usize, message: &[u8]) -> bool {
    let room = limit.saturating_sub(kept.len());
    kept.extend_from_slice(message.get(..room.min(message.len())).unwrap_or_default());
    message.len() > room
}

/// Lines without control characters: what a node prints may be meant for the terminal of whoever reads it.
pub(super) fn clean_lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            line.chars()
                .filter(|c| !c.is_control())
                .take(LINE_LIMIT)
                .collect::<String>()
        })
        .filter(|line: &String| !line.trim().is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_log_line_cannot_speak_to_a_terminal() {
        assert_eq!(
            super::clean_lines("a\u{1b}]0;x\u{7}b\n\n  \nđ\n"),
            ["a]0;xb", "đ"]
        );
    }

    #[test]
    fn output_beyond_the_limit_is_dropped_and_told() {
        let mut kept = Vec::new();
        assert!(!super::keep(&mut kept, 4, b"abc"));
        assert!(super::keep(&mut kept, 4, b"de"));
        assert_eq!(kept, b"abcd");
    }
}
