//! Debian's docker-compose on the same machines, until they run and are healthy.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use bollard::{Docker, query_parameters::ListContainersOptionsBuilder};
use regex::Regex;
use thaotruong::scenarios::EnvironmentPlan;
use tokio::process::Command;

/// A project of docker-compose.
pub struct Project {
    file: PathBuf,
    name: String,
    /// Whether any machine has a health check.
    checks: bool,
}

/// Whether docker-compose is there.
pub async fn is_there() -> bool {
    let version = Command::new("docker-compose")
        .arg("version")
        .stdout(Stdio::null())
        .status()
        .await;
    version.is_ok_and(|status| status.success())
}

impl Project {
    /// The machines of a plan without files and checks.
    pub fn of_plan(folder: &Path, plan: &EnvironmentPlan) -> Self {
        let subnet = plan.networks[0].subnet;
        let services: Vec<String> = plan
            .nodes
            .iter()
            .map(|node| {
                let address = node.attachments[0].address;
                format!(
                    "  {}: {{image: '{}', entrypoint: [sleep, infinity], networks: {{lan: {{ipv4_address: {address}}}}}}}\n",
                    node.id, node.image
                )
            })
            .collect();
        let services = services.concat();
        let text = format!(
            "version: '3'\nservices:\n{services}networks:\n  lan:\n    internal: true\n    ipam: {{config: [{{subnet: {subnet}}}]}}\n"
        );
        let name = format!("bench{}", plan.environment.0.simple());
        let file = folder.join(format!("{name}.yaml"));
        std::fs::write(&file, text).expect("a Compose file");
        Self {
            file,
            name,
            checks: false,
        }
    }

    /// A scenario's own Compose file, its variables filled with anything.
    pub fn of_scenario(folder: &Path, compose: &Path) -> Self {
        let text = std::fs::read_to_string(compose).expect("a Compose file");
        let variable = Regex::new(r"\$\{(\w+)\}").expect("a pattern");
        let text = variable.replace_all(&text, "drawn-0123456789");
        let file = folder.join("scenario.yaml");
        // Version 2 is the one in which this docker-compose knows limits of memory.
        std::fs::write(&file, format!("version: '2.4'\n{text}")).expect("a Compose file");
        Self {
            file,
            name: "benchscenario".to_owned(),
            checks: true,
        }
    }

    pub async fn up(&self, docker: &Docker) {
        self.run(&["up", "-d"]).await;
        while self.checks && !self.is_healthy(docker).await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn down(&self) {
        self.run(&["down", "-v", "-t", "0"]).await;
    }

    async fn run(&self, words: &[&str]) {
        let output = Command::new("docker-compose")
            .arg("-f")
            .arg(&self.file)
            .args(["-p", &self.name])
            .args(words)
            .stdin(Stdio::null())
            .output()
            .await
            .expect("docker-compose");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {said}");
    }

    async fn is_healthy(&self, docker: &Docker) -> bool {
        let label = format!("com.docker.compose.project={}", self.name);
        let filters = HashMap::from([("label", vec![label])]);
        let options = ListContainersOptionsBuilder::default()
            .filters(&filters)
            .build();
        let found = docker
            .list_containers(Some(options))
            .await
            .expect("a listing");
        found.iter().all(|container| {
            let status = container.status.as_deref().unwrap_or_default();
            !status.contains("starting") && !status.contains("unhealthy")
        })
    }
}
