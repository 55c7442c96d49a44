//! The host's firewall table that keeps labs away from the host and from each other.
//!
//! One table of our own, replaced as a whole, so that nobody else's rules are touched. Every bridge of a lab has a name
//! that begins alike, and the rules match that: they stand before the first lab and need no change for the next. The
//! program sets them itself where it may; elsewhere a helper container on the host's network does.

use std::{process::Stdio, sync::Arc};

use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::environments::{DockerEngine, failure::EngineError};

/// Image of the helper; it holds `nft`.
const IMAGE: &str = "thaotruong/firewall:1";
/// Where `nft` is found, also where the program's search path lacks the system's folders.
const PLACES: [&str; 2] = ["nft", "/usr/sbin/nft"];
/// The rules without which a lab is open, as `nft` lists them.
const RULES: [&str; 4] = [
    r#"iifname "tt-*" ct state established,related accept"#,
    r#"iifname "tt-*" drop"#,
    r#"iifname "tt-*" oifname != "tt-*" drop"#,
    r#"iifname != "tt-*" oifname "tt-*" drop"#,
];
/// Between two labs: a packet may leave by the bridge on which it came, and by no other. Kernels before 5.16 do not know
/// this question in a forward chain; there the engine's own rules stand alone, and the probe tells.
const BETWEEN: &str = r#"iifname "tt-*" fib daddr . iif oif missing drop"#;

/// Why the firewall could not be set or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FirewallError {
    /// Neither the program nor a helper may.
    #[error("nft: {own}; helper: {helper}")]
    NotAllowed {
        /// What the program's own try said.
        own: String,
        /// What the helper said.
        helper: String,
    },
    /// The rules were refused.
    #[error("nft: {0}")]
    Refused(String),
}

/// The table on the host of an engine.
#[derive(Clone)]
pub struct Firewall {
    engine: Arc<DockerEngine>,
}

impl Firewall {
    /// The table on the host of `engine`.
    #[must_use]
    pub fn new(engine: Arc<DockerEngine>) -> Self {
        Self { engine }
    }

    /// Sets the table, replacing whatever it was.
    ///
    /// # Errors
    /// Neither the program nor a helper may, or the rules are refused.
    pub async fn set(&self) -> Result<(), FirewallError> {
        match self.run(&ruleset(&[BETWEEN])).await {
            Err(FirewallError::Refused(_)) => self.run(&ruleset(&[])).await.map(|_| ()),
            other => other.map(|_| ()),
        }
    }

    /// Whether the table stands with every rule that matters.
    ///
    /// # Errors
    /// Neither the program nor a helper may look.
    pub async fn stands(&self) -> Result<bool, FirewallError> {
        match self.run("list table inet thaotruong").await {
            Ok(listing) => Ok(has_rules(&listing)),
            Err(FirewallError::Refused(text)) if text.contains("No such file") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Takes the table away: for tests and for whoever removes the program.
    ///
    /// # Errors
    /// Neither the program nor a helper may.
    pub async fn remove(&self) -> Result<(), FirewallError> {
        self.run("table inet thaotruong\ndelete table inet thaotruong\n")
            .await
            .map(|_| ())
    }

    async fn run(&self, commands: &str) -> Result<String, FirewallError> {
        let own = match own(commands).await {
            Ok(output) => return Ok(output),
            Err(Own::Refused(text)) => return Err(FirewallError::Refused(text)),
            Err(Own::May(text)) => text,
        };
        match self.helper(commands).await {
            Ok((0, output)) => Ok(output),
            Ok((_, output)) => Err(FirewallError::Refused(output)),
            Err(error) => Err(FirewallError::NotAllowed {
                own,
                helper: error.to_string(),
            }),
        }
    }

    async fn helper(&self, commands: &str) -> Result<(i64, String), EngineError> {
        let argv = vec!["nft".to_owned(), commands.to_owned()];
        self.engine
            .helper(IMAGE, argv, "NET_ADMIN")
            .await?
            .finish()
            .await
    }
}

/// Why the program's own try failed.
enum Own {
    /// There is no `nft`, or the program may not use it.
    May(String),
    /// It was used, and refused.
    Refused(String),
}

async fn own(commands: &str) -> Result<String, Own> {
    let mut missing = String::new();
    for place in PLACES {
        let started = Command::new(place)
            .args(["-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                missing = error.to_string();
                continue;
            }
        };
        if let Some(mut stdin) = child.stdin.take() {
            stdin
                .write_all(commands.as_bytes())
                .await
                .map_err(|error| Own::May(error.to_string()))?;
        }
        let output = child
            .wait_with_output()
            .await
            .map_err(|error| Own::May(error.to_string()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(
            if text.contains("not permitted") || text.contains("must be root") {
                Own::May(text)
            } else {
                Own::Refused(text)
            },
        );
    }
    Err(Own::May(missing))
}

/// The table in `nft`'s language, with `more` rules between labs. Declared once before it is deleted, so that deleting
/// succeeds the first time; all of it is one transaction.
fn ruleset(more: &[&str]) -> String {
    let [answers, host, out, inward] = RULES;
    let more = more.join("\n    ");
    format!(
        "table inet thaotruong\ndelete table inet thaotruong\ntable inet thaotruong {{\n  chain input {{\n    \
         type filter hook input priority -10; policy accept;\n    {answers}\n    {host}\n  }}\n  chain forward {{\n    \
         type filter hook forward priority -10; policy accept;\n    {out}\n    {inward}\n    {more}\n  }}\n}}\n"
    )
}

fn has_rules(listing: &str) -> bool {
    let mut lines = listing.lines().map(str::trim);
    listing.contains("hook input")
        && listing.contains("hook forward")
        && RULES.iter().all(|rule| lines.any(|line| line == *rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_one_rule_is_not_ours() {
        let whole = ruleset(&[BETWEEN]);
        assert!(has_rules(&whole));
        for rule in RULES {
            assert!(
                !has_rules(&whole.replacen(&format!("    {rule}\n"), "", 1)),
                "{rule}"
            );
        }
        assert!(!has_rules(""));
    }
}
