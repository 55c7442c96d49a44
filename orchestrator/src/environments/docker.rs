//! Docker Engine (from API 1.41, Docker 20.10) as an engine for environments; Podman's socket speaks the same.
//!
//! All state stands in labels. Work on one environment is serialised; work on different ones is not. Every call looks
//! at what is there before it makes anything, so that one that was cut off anywhere is simply called again.

mod connection;
mod containers;
mod destroy;
mod exec;
mod files;
mod health;
mod helper;
mod info;
mod logs;
mod networks;
mod observe;
mod start;
mod suspend;
mod terminal;
mod tools;

use std::{
    collections::{BTreeMap, HashMap},
    net::Ipv4Addr,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bollard::{Docker, query_parameters::EventsOptionsBuilder};
use bytes::Bytes;
use futures_util::{
    StreamExt as _,
    future::{join, join_all, try_join_all, try_join4},
};
use tokio::{net::TcpStream, sync::OnceCell, time::timeout};

use crate::{
    config,
    ids::{EnvironmentId, InstallationId},
    scenarios::{EnvironmentPlan, NodeId, PlannedNode, Subnet},
};

use super::{
    bring_up::{self, States},
    engine::{
        AttachRequest, Attached, Engine, EngineInfo, Events, ExecOutput, ExecRequest, Incarnation,
        NodeRef, NodeState, ObservedEnvironment, ObservedNode, Stream, refuse_if_newer,
    },
    failpoint,
    failure::EngineError,
    names,
    progress::{Progress, Stage},
    seccomp,
};

use connection::{Connection, refused, status, unanswered};
use containers::Settings;
pub use helper::Helper;

/// How long a node may take to accept a connection.
const DIAL_TIME: Duration = Duration::from_secs(5);

/// What is there before an environment is made.
struct Found {
    environment: Option<ObservedEnvironment>,
    /// All networks of the engine.
    networks: Vec<networks::Found>,
    settings: Settings,
}

impl Found {
    /// How the machines of `plan` are, now that those that were not there are made. What ended meanwhile is seen when the
    /// others are started.
    fn states(&self, plan: &EnvironmentPlan) -> States {
        let before = self.environment.iter().flat_map(|found| &found.nodes);
        let before: BTreeMap<&NodeId, NodeState> =
            before.map(|node| (&node.node, node.state)).collect();
        let state = |node: &NodeId| before.get(node).copied().unwrap_or(NodeState::Created);
        let nodes = plan.nodes.iter();
        nodes
            .map(|node| (node.id.clone(), state(&node.id)))
            .collect()
    }
}

/// A Docker Engine.
pub struct DockerEngine {
    connection: Arc<Connection>,
    owner: InstallationId,
    platform_image: String,
    seccomp: String,
    runtime: String,
    runtime_processes: u32,
    tools: tokio::sync::Mutex<Option<String>>,
    disk_quota: OnceCell<bool>,
    locks: std::sync::Mutex<HashMap<EnvironmentId, Arc<tokio::sync::Mutex<()>>>>,
}

impl DockerEngine {
    /// The engine that `config` names; connected when it is first needed, so that a program starts without it.
    /// `owner` marks everything that is made.
    #[must_use]
    pub fn new(config: &config::Docker, owner: InstallationId) -> Self {
        Self {
            connection: Arc::new(Connection::new(&config.socket)),
            owner,
            platform_image: config.platform_image.clone(),
            seccomp: seccomp::profile().to_string(),
            runtime: config.runtime.clone(),
            runtime_processes: config.runtime_processes,
            tools: tokio::sync::Mutex::default(),
            disk_quota: OnceCell::new(),
            locks: std::sync::Mutex::default(),
        }
    }

    /// The client below, for what only this kind of engine can do: the firewall's helper, tests.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn client(&self) -> Result<Docker, EngineError> {
        self.connection.client().await
    }

    /// Makes sure of the volume with the platform's tools and gives its name.
    ///
    /// # Errors
    /// The engine does not answer, or lacks the platform's image.
    pub async fn tools_volume(&self) -> Result<String, EngineError> {
        Ok(self.settings(&self.client().await?).await?.tools)
    }

    /// Starts a helper on the host's network: `argv` of `image`, with `capability` alone.
    ///
    /// # Errors
    /// The engine does not answer, or lacks the image.
    pub async fn helper(
        &self,
        image: &str,
        argv: Vec<String>,
        capability: &str,
    ) -> Result<Helper, EngineError> {
        Helper::start(self.client().await?, self.owner, image, argv, capability).await
    }

    /// Removes helpers that a crash left: those that are older than `age`.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn forget_helpers(&self, age: Duration) -> Result<(), EngineError> {
        helper::forget(&self.client().await?, self.owner, age).await
    }

    async fn settings(&self, docker: &Docker) -> Result<Settings, EngineError> {
        let mut known = self.tools.lock().await;
        let tools =
            tools::volume(docker, self.owner, &self.platform_image, known.as_deref()).await?;
        *known = Some(tools.clone());
        drop(known);
        let disk_quota = self
            .disk_quota
            .get_or_try_init(async || Ok(info::read(docker, &self.runtime).await?.disk_quota))
            .await?;
        Ok(Settings {
            owner: self.owner,
            tools,
            seccomp: self.seccomp.clone(),
            runtime: self.runtime.clone(),
            runtime_processes: self.runtime_processes,
            disk_quota: *disk_quota,
        })
    }

    fn lock(&self, environment: EnvironmentId) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Locks that nobody holds are forgotten: the map stays as small as the work in hand.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(environment).or_default())
    }

    /// Makes networks and machines that are not there yet, as `found`, and joins them.
    async fn make(
        &self,
        docker: &Docker,
        (plan, incarnation): (&EnvironmentPlan, Incarnation),
        found: &Found,
        progress: &Progress,
    ) -> Result<(), EngineError> {
        // What runs or ran got its files before it was first started.
        let before: BTreeMap<&NodeId, &ObservedNode> = found
            .environment
            .iter()
            .flat_map(|environment| &environment.nodes)
            .filter(|node| node.state != NodeState::Created)
            .map(|node| (&node.node, node))
            .collect();
        let due = || {
            plan.nodes
                .iter()
                .filter(|node| !before.contains_key(&node.id))
        };
        let total = plan.nodes.len();
        let done = AtomicUsize::new(before.len());
        let networks = networks::make(
            docker,
            self.owner,
            (plan, incarnation),
            &found.networks,
            progress,
        );
        // Engines ask for a machine's network when it is started, not when it is made: both are made at once.
        let nodes = join_all(due().map(async |node| {
            containers::make(docker, &found.settings, plan, incarnation, node).await?;
            files::place(docker, plan.environment, node).await?;
            progress.report(
                Stage::Create,
                done.fetch_add(1, Ordering::Relaxed) + 1,
                total,
                Some(&node.id),
            );
            Ok::<_, EngineError>(())
        }));
        // All to their ends: nothing is on its way any more when one of them failed.
        let (networks, nodes) = join(networks, nodes).await;
        networks?;
        nodes.into_iter().collect::<Result<(), _>>()?;
        try_join_all(
            due().map(async |node| containers::connect(docker, plan.environment, node).await),
        )
        .await?;
        for node in &plan.nodes {
            if let Some(joined) = before.get(&node.id).and_then(|it| it.networks.as_ref()) {
                containers::connect_again(docker, plan.environment, node, joined).await?;
            }
        }
        Ok(())
    }

    /// Everything that must be known before an environment is made, asked at once.
    async fn look(&self, docker: &Docker, plan: &EnvironmentPlan) -> Result<Found, EngineError> {
        // Nothing half-made is left where an image is missing.
        let mut images: Vec<&PlannedNode> = plan.nodes.iter().collect();
        images.sort_by(|one, other| one.image.cmp(&other.image));
        images.dedup_by(|one, other| one.image == other.image);
        let images = try_join_all(images.into_iter().map(async |node| {
            if info::has_image(docker, &node.image).await? {
                Ok(())
            } else {
                Err(EngineError::ImageMissing {
                    node: node.id.clone(),
                    image: node.image.clone(),
                })
            }
        }));
        let (containers, networks, settings, _) = try_join4(
            observe::of_environment(docker, self.owner, plan.environment),
            networks::all(docker),
            self.settings(docker),
            images,
        )
        .await?;
        Ok(Found {
            environment: observe::gather(self.owner, &containers, &networks)
                .into_iter()
                .find(|found| found.environment == plan.environment),
            networks,
            settings,
        })
    }
}

#[async_trait]
impl Engine for DockerEngine {
    async fn apply(
        &self,
        plan: &EnvironmentPlan,
        incarnation: Incarnation,
        progress: &Progress,
    ) -> Result<(), EngineError> {
        let lock = self.lock(plan.environment);
        let _held = lock.lock().await;
        let docker = self.client().await?;
        let progress = &progress.forward();
        let mut found = self.look(&docker, plan).await?;
        refuse_if_newer(found.environment.as_ref(), incarnation)?;
        networks::refuse_strangers(&found.networks, self.owner, plan)?;
        let other_life = |found: &ObservedEnvironment| !found.is_only(incarnation);
        if found.environment.as_ref().is_some_and(other_life) {
            destroy::destroy(&docker, self.owner, plan.environment).await?;
            found = self.look(&docker, plan).await?;
        }
        self.make(&docker, (plan, incarnation), &found, progress)
            .await?;
        failpoint::reach("between-create-and-start");
        let containers = start::Containers {
            docker: &docker,
            owner: self.owner,
            environment: plan.environment,
        };
        let known = found.states(plan);
        bring_up::bring_up(&containers, plan, Some(known), progress).await
    }

    async fn observe(&self) -> Result<Vec<ObservedEnvironment>, EngineError> {
        observe::everything(&self.client().await?, self.owner).await
    }

    async fn observe_one(
        &self,
        environment: EnvironmentId,
    ) -> Result<Option<ObservedEnvironment>, EngineError> {
        observe::one(&self.client().await?, self.owner, environment).await
    }

    async fn destroy(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        let lock = self.lock(environment);
        let _held = lock.lock().await;
        destroy::destroy(&self.client().await?, self.owner, environment).await
    }

    async fn disk_use(&self) -> Result<Vec<(NodeRef, u64)>, EngineError> {
        let docker = self.client().await?;
        if self.settings(&docker).await?.disk_quota {
            return Ok(Vec::new());
        }
        observe::written(&docker, self.owner).await
    }

    fn can_suspend(&self) -> bool {
        true
    }

    async fn suspend(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        let lock = self.lock(environment);
        let _held = lock.lock().await;
        suspend::suspend(&self.client().await?, self.owner, environment).await
    }

    async fn resume(&self, environment: EnvironmentId) -> Result<(), EngineError> {
        let lock = self.lock(environment);
        let _held = lock.lock().await;
        suspend::resume(&self.client().await?, self.owner, environment).await
    }

    async fn exec(&self, node: &NodeRef, request: ExecRequest) -> Result<ExecOutput, EngineError> {
        exec::run(&self.client().await?, node, request).await
    }

    async fn attach(
        &self,
        node: &NodeRef,
        request: AttachRequest,
    ) -> Result<Attached, EngineError> {
        terminal::open(Arc::clone(&self.connection), node, request).await
    }

    async fn copy_in(&self, node: &NodeRef, to: &str, archive: Bytes) -> Result<(), EngineError> {
        let container = names::container(node.environment, &node.node);
        files::upload(
            &self.client().await?,
            &container,
            to,
            archive,
            &node.node,
            Stage::Ready,
        )
        .await
    }

    async fn copy_out(
        &self,
        node: &NodeRef,
        path: &str,
        limit: usize,
    ) -> Result<Bytes, EngineError> {
        let container = names::container(node.environment, &node.node);
        files::download(
            &self.client().await?,
            &container,
            path,
            limit,
            &node.node,
            Stage::Ready,
        )
        .await
    }

    async fn dial(&self, node: &NodeRef, port: u16) -> Result<Box<dyn Stream>, EngineError> {
        let mut last = EngineError::NoSuchNode(node.node.clone());
        for address in self.addresses(node).await? {
            let detail = match timeout(DIAL_TIME, TcpStream::connect((address, port))).await {
                Ok(Ok(stream)) => {
                    // Only a matter of speed.
                    let _ = stream.set_nodelay(true);
                    return Ok(Box::new(stream));
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("no answer within {} s", DIAL_TIME.as_secs()),
            };
            last = EngineError::Refused {
                stage: Stage::Ready,
                node: Some(node.node.clone()),
                detail,
            };
        }
        Err(last)
    }

    async fn addresses(&self, node: &NodeRef) -> Result<Vec<Ipv4Addr>, EngineError> {
        let container = names::container(node.environment, &node.node);
        match self
            .client()
            .await?
            .inspect_container(&container, None)
            .await
        {
            Ok(found) => Ok(info::addresses(node.environment, found)),
            Err(error) if status(&error) == Some(404) => {
                Err(EngineError::NoSuchNode(node.node.clone()))
            }
            Err(error) => Err(refused(error, Stage::Ready, Some(&node.node))),
        }
    }

    async fn log_tail(&self, node: &NodeRef, lines: usize) -> Result<Vec<String>, EngineError> {
        logs::tail(&self.client().await?, node.environment, &node.node, lines).await
    }

    async fn events(&self) -> Result<Events, EngineError> {
        let docker = self.client().await?;
        // The request goes out when the stream is first read; what happens until then counts too.
        let since = info::seconds(&docker).await?;
        let filters = HashMap::from([("label", vec![format!("{}={}", names::OWNER, self.owner)])]);
        let options = EventsOptionsBuilder::default()
            .since(&since)
            .filters(&filters)
            .build();
        let owner = self.owner;
        let events = docker
            .events(Some(options))
            .filter_map(move |event| async move {
                match event {
                    Ok(event) => info::event(event, owner).map(Ok),
                    Err(error) => Some(Err(unanswered(error))),
                }
            });
        Ok(Box::pin(events))
    }

    async fn subnets_in_use(&self) -> Result<Vec<Subnet>, EngineError> {
        let found = networks::all(&self.client().await?).await?;
        Ok(found
            .into_iter()
            .flat_map(|network| network.ranges)
            .collect())
    }

    async fn images_missing(&self, images: &[String]) -> Result<Vec<String>, EngineError> {
        let docker = self.client().await?;
        let mut missing = Vec::new();
        for image in images {
            if !info::has_image(&docker, image).await? {
                missing.push(image.clone());
            }
        }
        Ok(missing)
    }

    async fn info(&self) -> Result<EngineInfo, EngineError> {
        info::read(&self.client().await?, &self.runtime).await
    }
}
