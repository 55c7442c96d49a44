//! The web server: pages, live streams, terminals. Handlers parse, authorise, call and answer; rules and SQL stand below.
//!
//! Every route stands in [`routes`] with the action that it needs; there is no other way in. Lab pages have host names of
//! their own and never reach the platform's router.

mod assets;
mod catalogue;
mod closing;
mod context;
mod entrance;
mod errors;
mod feed;
mod forms;
mod guard;
mod handlers;
mod headers;
mod hosts;
mod labs;
mod limits;
mod live;
mod markdown;
mod offers;
mod office;
pub mod origin;
pub mod pages;
mod proxies;
mod routes;
mod templates;
mod terminal;
#[cfg(test)]
mod testing;
mod topology;
mod underway;
mod upload;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit, serve::ListenerExt as _};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use tracing::info;

pub use context::{Request, Visitor};
pub use errors::AppError;
pub use templates::{TemplateError, Templates};

use entrance::Entrance;

use crate::{
    accounts::{AccountError, Accounts},
    browser::{
        labs::{self as labs_of_nodes, Labs},
        nodes::Nodes,
        terminals::{self, Terminals},
    },
    clock::Clock,
    config::Config,
    environments::Environments,
    exercises::{Exercises, rehearsal::Rehearsals},
    journal::Journal,
    library::Library,
    random::Random,
    store::Database,
    tasks::Tasks,
};

/// Larger request bodies are refused; files come by routes with a limit of their own.
const BODY_LIMIT: usize = 1024 * 1024;
/// How long open requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// What handlers call; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The services that pages are set up over.
pub struct Services {
    /// The database.
    pub db: Database,
    /// What an administrator set.
    pub config: Config,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// Background tasks.
    pub tasks: Tasks,
    /// The journal.
    pub journal: Journal,
    /// Environments.
    pub environments: Environments,
    /// Exercises.
    pub exercises: Exercises,
    /// Rehearsals of drills.
    pub rehearsals: Rehearsals,
}

/// What the pages hold.
pub struct Parts {
    /// The database, for what has no service of its own: the health check.
    pub db: Database,
    /// What an administrator set.
    pub config: Config,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// Background tasks.
    pub tasks: Tasks,
    /// The journal.
    pub journal: Journal,
    /// Environments.
    pub environments: Environments,
    /// Exercises.
    pub exercises: Exercises,
    /// Rehearsals of drills.
    pub rehearsals: Rehearsals,
    /// Accounts, sessions, the audit trail.
    pub accounts: Accounts,
    /// Terminals.
    pub terminals: Arc<Terminals>,
    /// Pages of nodes.
    pub labs: Arc<Labs>,
    /// Proxies whose word on a visitor's address is taken.
    proxies: Vec<proxies::Range>,
    /// Who may enter a node now.
    entrance: Entrance,
    /// Compiled pages.
    pub templates: Templates,
    /// How often an address may ask.
    pub limits: limits::Limits,
    /// Scenarios in the configured folder.
    catalogue: catalogue::Catalogue,
    /// Scenarios that authors uploaded.
    library: Library,
    /// Journals by team.
    feeds: feed::Feeds,
    /// Live streams.
    live: live::Hub,
    /// Steps of exercises that go on after their request.
    underway: underway::Underway,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why the server could not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// A template does not compile.
    #[error("pages")]
    Templates(#[from] TemplateError),
    /// `trusted_proxies` holds what is no address range.
    #[error("trusted_proxies")]
    Proxies(#[from] proxies::InvalidRange),
    /// Accounts could not be set up.
    #[error("accounts")]
    Accounts(#[from] AccountError),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The server broke off.
    #[error("serving")]
    Serve(#[source] std::io::Error),
}

impl App {
    /// Sets up the pages over the services.
    ///
    /// # Errors
    /// A template that does not compile.
    pub fn new(services: Services) -> Result<Self, HttpError> {
        let Services {
            db,
            config,
            clock,
            random,
            tasks,
            journal,
            environments,
            exercises,
            rehearsals,
        } = services;
        let accounts = Accounts::new(db.clone(), Arc::clone(&clock), Arc::clone(&random))?;
        let entrance = Entrance {
            db: db.clone(),
            accounts: accounts.clone(),
            environments: environments.clone(),
        };
        let nodes: Arc<dyn Nodes> = Arc::new(Arc::clone(environments.engine()));
        let terminals = Terminals::new(terminals::Foundation {
            nodes: Arc::clone(&nodes),
            database: db.clone(),
            clock: Arc::clone(&clock),
            tasks: tasks.clone(),
            data: config.data.clone(),
        });
        environments.prepare_with(Arc::<Terminals>::clone(&terminals));
        let labs = Labs::new(labs_of_nodes::Foundation {
            nodes,
            gate: Arc::new(entrance.clone()),
            database: db.clone(),
            clock: Arc::clone(&clock),
            random: Arc::clone(&random),
            tasks: tasks.clone(),
            domain: config.labs_domain.clone(),
            public_url: config.public_url.clone(),
        });
        let catalogue = catalogue::Catalogue::new(config.scenarios.clone());
        let library = Library::new(db.clone(), Arc::clone(&clock));
        let proxies = config.trusted_proxies.iter();
        let proxies: Vec<_> = proxies.map(|text| text.parse()).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Parts {
            proxies,
            db,
            config,
            clock,
            random,
            tasks,
            journal,
            environments,
            exercises,
            rehearsals,
            accounts,
            terminals,
            labs,
            entrance,
            templates: Templates::load()?,
            limits: limits::Limits::default(),
            catalogue,
            library,
            feeds: feed::Feeds::default(),
            live: live::Hub::default(),
            underway: underway::Underway::default(),
        })))
    }
}

/// The whole service: platform and lab pages, told apart by host name.
pub fn router(app: &App) -> Router {
    let platform = routes::router(app)
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            headers::secure,
        ))
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(errors::panicked));
    hosts::split(app, platform)
}

/// Serves until the tasks are told to end, then lets open requests finish.
///
/// # Errors
/// An address that cannot be listened on.
pub async fn serve(app: App) -> Result<(), HttpError> {
    let address = app.config.listen;
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|error| HttpError::Listen(address, error))?
        // A key's echo is a small packet that must not wait for the next one.
        .tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection collects small packets");
            }
        });
    info!(%address, url = app.config.public_url, "serving");
    app.tasks
        .spawn("terminal sweep", Arc::clone(&app.terminals).sweep());
    app.tasks
        .spawn("terminal closing", closing::close_terminals(app.clone()));
    let stop = app.tasks.token();
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let stopped = stop.clone();
    let server = axum::serve(listener, service)
        .with_graceful_shutdown(async move { stopped.cancelled().await });
    tokio::select! {
        result = async { server.await } => result.map_err(HttpError::Serve),
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}
