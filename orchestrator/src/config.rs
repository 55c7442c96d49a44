//! Configuration: defaults, then `thaotruong.toml`, then `THAOTRUONG_…` variables; the last one wins.
//!
//! Only what differs from site to site is configurable. Rules that change by law live in plans, not here.

use std::{net::SocketAddr, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// What an administrator may set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens, address and port.
    pub listen: SocketAddr,
    /// The address that people type, without a trailing slash; decides cookies and the allowed Origin. Where it is not
    /// set, this machine's own name for itself at the port of `listen`.
    pub public_url: String,
    /// Addresses or ranges of proxies in front of the server, whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<String>,
    /// Domain under which lab pages appear, each on a host name of its own; without port.
    pub labs_domain: String,
    /// Folder for the embedded database, keys and recordings.
    pub data: PathBuf,
    /// Database URL: `sqlite://PATH` or `postgres://…`; empty means SQLite in `data`.
    pub database: String,
    /// Address ranges for labs (IPv4, CIDR); must not overlap the host's own.
    pub lab_subnets: Vec<String>,
    /// Folder of scenarios and courses.
    pub scenarios: PathBuf,
    /// Folder of machines' images: one folder with a Dockerfile each.
    pub images: PathBuf,
    /// Folder of plan files.
    pub plans: PathBuf,
    /// Which engine runs environments.
    pub engine: EngineKind,
    /// Docker Engine to use.
    pub docker: Docker,
    /// Kubernetes cluster to use.
    pub kubernetes: Kubernetes,
    /// How many environments are worked on at once.
    pub parallel: usize,
    /// For how many minutes beyond its length an exercise whose time stands keeps its machines.
    pub keep_minutes: u64,
    /// After how many minutes without use machines stand still while exercise time stands; 0 means never.
    pub idle_minutes: u64,
    /// For how many minutes before its hour a scheduled drill's machines shall be ready, by what the last ones took.
    pub schedule_margin_minutes: u64,
}

/// The Docker Engine and what it runs beside the scenarios' images.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Docker {
    /// Socket path or URL; empty means `DOCKER_HOST`, else the engine's usual place.
    pub socket: String,
    /// Runtime of machines, by the name under which the engine knows it, such as `crun` or `runsc`; empty means its usual one.
    pub runtime: String,
    /// Processes that this runtime itself takes in each machine, beside those that the machine may have: none for `runc`
    /// and `crun`, hundreds for one that brings a kernel of its own.
    pub runtime_processes: u32,
    /// Image that carries the platform's tools for nodes.
    pub platform_image: String,
}

/// What runs environments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// A Docker Engine on one machine.
    #[default]
    Docker,
    /// A Kubernetes cluster.
    Kubernetes,
}

/// The Kubernetes cluster, and what every machine there is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kubernetes {
    /// Path of a kubeconfig; empty means `KUBECONFIG`, else the user's own, else the service account of the pod that the
    /// program runs in.
    pub kubeconfig: String,
    /// The kubeconfig's context; empty means its current one.
    pub context: String,
    /// What stands before images' names, such as `registry.example.vn/range`; empty means that nodes have them.
    pub registry: String,
    /// File with the registry's credentials for pushing and pulling, in the form of Docker's `config.json`; empty means the
    /// user's own.
    pub registry_credentials: String,
    /// Secrets with the registry's credentials, each `namespace/name`; copied into every environment.
    pub pull_secrets: Vec<String>,
    /// Runtime class of machines, such as one for gVisor; empty means the cluster's usual one.
    pub runtime_class: String,
    /// Nodes of the cluster that machines may run on, as `label=value`.
    pub node_selector: Vec<String>,
    /// Taints that machines tolerate, as `key=value:effect`, `key:effect` or `key`.
    pub tolerations: Vec<String>,
    /// System-call profile on the cluster's nodes, below the kubelet's folder; empty means the runtime's default.
    pub seccomp: String,
    /// Image that carries the platform's tools for nodes.
    pub platform_image: String,
}

/// Image that carries the platform's tools where nothing else is configured.
const PLATFORM_IMAGE: &str = "thaotruong/platform:1";

impl Default for Docker {
    fn default() -> Self {
        Self {
            socket: String::new(),
            runtime: String::new(),
            runtime_processes: 0,
            platform_image: PLATFORM_IMAGE.to_owned(),
        }
    }
}

impl Kubernetes {
    /// An image's name with the registry in front.
    #[must_use]
    pub fn image(&self, image: &str) -> String {
        if self.registry.is_empty() {
            image.to_owned()
        } else {
            format!("{}/{image}", self.registry.trim_end_matches('/'))
        }
    }
}

impl Default for Kubernetes {
    fn default() -> Self {
        Self {
            kubeconfig: String::new(),
            context: String::new(),
            registry: String::new(),
            registry_credentials: String::new(),
            pull_secrets: Vec::new(),
            runtime_class: String::new(),
            node_selector: Vec::new(),
            tolerations: Vec::new(),
            seccomp: String::new(),
            platform_image: PLATFORM_IMAGE.to_owned(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://localhost:8080".to_owned(),
            trusted_proxies: Vec::new(),
            labs_domain: "labs.localhost".to_owned(),
            data: PathBuf::from("data"),
            database: String::new(),
            lab_subnets: vec!["10.71.0.0/16".to_owned()],
            scenarios: PathBuf::from("scenarios"),
            images: PathBuf::from("images"),
            plans: PathBuf::from("deploy/plans"),
            engine: EngineKind::Docker,
            docker: Docker::default(),
            kubernetes: Kubernetes::default(),
            parallel: 4,
            keep_minutes: 24 * 60,
            idle_minutes: 30,
            schedule_margin_minutes: 15,
        }
    }
}

impl Config {
    /// Reads `file` (which may be absent) and the environment over the defaults.
    ///
    /// # Errors
    /// A key that does not exist or a value of the wrong kind, with the place where it stands.
    #[expect(
        clippy::result_large_err,
        reason = "figment's error carries the place; it is made once, at start"
    )]
    pub fn load(file: &std::path::Path) -> Result<Self, figment::Error> {
        let set = Figment::from(Toml::file(file)).merge(
            Env::prefixed("THAOTRUONG_")
                .ignore(&["crash_at", "dev", "locale", "log", "test_postgres"])
                .split("__"),
        );
        let named = set.contains("public_url");
        let mut config: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(set)
            .extract()?;
        if !named {
            config.public_url = format!("http://localhost:{}", config.listen.port());
        }
        Ok(config)
    }

    /// The database's URL, with the default filled in.
    #[must_use]
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite://{}", self.data.join("thaotruong.db").display())
        } else {
            self.database.clone()
        }
    }

    /// Whether people reach the server through TLS, so that cookies can be `Secure`.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_means_defaults() {
        let config =
            Config::load(std::path::Path::new("/nonexistent/thaotruong.toml")).expect("defaults");
        assert_eq!(config.database_url(), "sqlite://data/thaotruong.db");
        assert!(!config.secure());
        assert_eq!(config.public_url, "http://localhost:8080");
    }

    #[test]
    fn the_address_follows_the_port_unless_it_is_set() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("thaotruong.toml");
        std::fs::write(&file, "listen = '127.0.0.1:8105'").expect("a file");
        let address = || Config::load(&file).expect("a configuration").public_url;
        assert_eq!(address(), "http://localhost:8105");
        let text = "listen = '127.0.0.1:8105'\npublic_url = 'https://range.example'";
        std::fs::write(&file, text).expect("a file");
        assert_eq!(address(), "https://range.example");
    }
}
