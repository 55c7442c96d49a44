//! A whole server over an empty database for tests: accounts, cookies, requests.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header, request},
};
use tower::ServiceExt as _;

use super::{App, Services, router};
use crate::{
    accounts::{NewAccount, Role},
    clock::{Clock, TestClock, Timestamp},
    config::Config,
    environments::{
        Engine, Environments, EnvironmentsConfig, Foundation, Isolation, Kept, MemoryEngine,
    },
    exercises::{
        Exercises,
        rehearsal::{Grounds, Rehearsals},
    },
    ids::{AccountId, PersonId, ProvinceId},
    journal::{Journal, Signer},
    ownership::{self, Ownership},
    random::{Random, SeededRandom},
    store::{Database, Statement},
    tasks::Tasks,
};

/// The password of every account that tests make.
pub(super) const PASSWORD: &str = "một mật khẩu dài";

/// A server and what tests steer it with.
pub(super) struct Server {
    pub(super) app: App,
    pub(super) clock: Arc<TestClock>,
    pub(super) province: ProvinceId,
    pub(super) engine: Arc<MemoryEngine>,
    pub(super) walls: Arc<Walls>,
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    pub(super) bytes: Vec<u8>,
}

/// A browser: keeps cookies and the CSRF token of the last page.
#[derive(Default)]
pub(super) struct Browser {
    pub(super) cookies: std::collections::BTreeMap<String, String>,
    pub(super) csrf: String,
}

impl Server {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db = Database::connect(&url).await.expect("database");
        db.migrate().await.expect("schema");
        let province = ProvinceId::new();
        insert_province(&db, province).await;
        let clock = Arc::new(TestClock::new(Timestamp(1_795_000_000_000_000)));
        let random = Arc::new(SeededRandom::new(7));
        let (engine, walls) = (Arc::new(MemoryEngine::new()), Arc::<Walls>::default());
        let services = services(
            db,
            Arc::<TestClock>::clone(&clock),
            random,
            folder.path(),
            (Arc::clone(&engine), Arc::clone(&walls)),
        );
        let app = App::new(services.await);
        let app = app.expect("app");
        Self {
            router: router(&app),
            app,
            clock,
            province,
            engine,
            walls,
            _folder: folder,
        }
    }

    pub(super) async fn account(&self, username: &str, roles: &[Role]) -> AccountId {
        self.account_of(username, roles, None).await
    }

    pub(super) async fn account_of(
        &self,
        username: &str,
        roles: &[Role],
        person: Option<PersonId>,
    ) -> AccountId {
        let new = NewAccount {
            username: username.to_owned(),
            person,
            roles: roles.iter().copied().collect(),
            password: Some(PASSWORD.to_owned()),
        };
        self.app
            .accounts
            .create(self.province, new)
            .await
            .expect("account")
            .0
    }

    /// A browser in which `username` is signed in.
    pub(super) async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = Browser::default();
        self.get(&mut browser, "/sign-in").await;
        let form = format!(
            "username={username}&password={}",
            PASSWORD.replace(' ', "+")
        );
        let answer = self.post(&mut browser, "/sign-in", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.get(&mut browser, "/").await;
        browser
    }

    pub(super) async fn get(&self, browser: &mut Browser, path: &str) -> Answer {
        self.send(browser, Method::GET, path, None, &[]).await
    }

    /// Posts a form with the browser's CSRF token.
    pub(super) async fn post(&self, browser: &mut Browser, path: &str, form: &str) -> Answer {
        let body = format!("_csrf={}&{form}", browser.csrf);
        self.send(browser, Method::POST, path, Some(body), &[])
            .await
    }

    pub(super) async fn send(
        &self,
        browser: &mut Browser,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = body.map(String::into_bytes);
        let form = ("content-type", "application/x-www-form-urlencoded");
        let kind = body.is_some().then_some(form);
        let headers: Vec<_> = kind.into_iter().chain(headers.iter().copied()).collect();
        self.ask(browser, method, path, body, &headers).await
    }

    /// Posts a form with a file and the browser's CSRF token, as a browser writes it.
    pub(super) async fn upload(&self, browser: &mut Browser, path: &str, file: &[u8]) -> Answer {
        let part = "--edge\r\nContent-Disposition: form-data; name=";
        let mut body = format!(
            "{part}\"_csrf\"\r\n\r\n{}\r\n{part}\"bundle\"; filename=\"x.zip\"\r\n\r\n",
            browser.csrf
        )
        .into_bytes();
        body.extend(file);
        body.extend(b"\r\n--edge--\r\n");
        let kind = ("content-type", "multipart/form-data; boundary=edge");
        self.ask(browser, Method::POST, path, Some(body), &[kind])
            .await
    }

    /// What a stream of events says from now on.
    pub(super) async fn stream(&self, browser: &Browser, path: &str) -> BodyDataStream {
        let request = browser.request(Method::GET, path);
        let request = request.body(Body::empty()).expect("request");
        let response = self.router.clone().oneshot(request).await.expect("answer");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.into_body().into_data_stream()
    }

    async fn ask(
        &self,
        browser: &mut Browser,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = browser.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body.map_or_else(Body::empty, Body::from))
            .expect("request");
        let response = self.router.clone().oneshot(request).await.expect("answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("body");
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.to_vec(),
        };
        browser.keep(&answer);
        answer
    }

    /// Opens a stream that does not end by itself, as somebody who is not signed in.
    pub(super) async fn public_stream(&self, path: &str) -> Body {
        let request = Request::builder()
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .body(Body::empty())
            .expect("request");
        let answer = self.router.clone().oneshot(request).await.expect("answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.into_body()
    }

    pub(super) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

impl Browser {
    /// A request with its cookies.
    fn request(&self, method: Method, path: &str) -> request::Builder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080");
        if cookies.is_empty() {
            return request;
        }
        request.header(header::COOKIE, cookies.join("; "))
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let pair = cookie
                .to_str()
                .expect("cookie")
                .split(';')
                .next()
                .unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("name");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        if let Some((_, rest)) = answer.body.split_once("name=\"_csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
    }
}

/// Somebody who is not signed in.
pub(super) fn stranger(locale: crate::locales::Locale) -> super::Visitor {
    super::Visitor {
        session: None,
        csrf: "0123456789abcdef0123456789abcdef".into(),
        locale,
        theme: None,
        address: "10.0.0.1".into(),
        path: "/".into(),
        fragment: false,
        team: None,
        flash: None,
        mail: None,
        cookies: true,
    }
}

/// An error with all its sources.
pub(super) fn sources(error: &super::AppError) -> String {
    super::errors::sources(error)
}

pub(super) async fn insert_province(db: &Database, province: ProvinceId) {
    let mut connection = db.connection().await.expect("connection");
    Statement::new("insert into province (id, code, name) values ($1, $2, $3)")
        .bind(province)
        .bind(province.to_string())
        .bind("UBND tỉnh Quảng Trị")
        .execute(&mut connection)
        .await
        .expect("province");
}

mod tests;

/// Services over an engine in memory.
async fn services(
    db: Database,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    folder: &std::path::Path,
    (engine, walls): (Arc<MemoryEngine>, Arc<Walls>),
) -> Services {
    let tasks = Tasks::new();
    let journal = Journal::start(db.clone(), Arc::clone(&clock), &tasks);
    let signer = Arc::new(Signer::open(&folder.join("keys")).expect("key"));
    let ownership = Ownership::enter(db.clone(), ownership::BEAT, true).await;
    let config = EnvironmentsConfig {
        ranges: vec!["10.71.0.0/16".parse().expect("range")],
        parallel: 4,
        host_ranges: Vec::new(),
    };
    let (machines, kept) = (Arc::clone(&engine), Arc::clone(&walls));
    let grounds = Grounds {
        folder: folder.join("rehearsals"),
        engines: Arc::new(move |_, _| {
            let engine: Arc<dyn Engine> = Arc::<MemoryEngine>::clone(&machines);
            let isolation: Arc<dyn Isolation> = Arc::<Walls>::clone(&kept);
            (engine, isolation)
        }),
        config: config.clone(),
    };
    let environments = Environments::new(Foundation {
        database: db.clone(),
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
        engine,
        isolation: walls,
        ownership: ownership.expect("ownership"),
        config,
    });
    let rehearsals = Rehearsals::new(
        db.clone(),
        Arc::clone(&clock),
        environments.clone(),
        grounds,
    );
    let exercises = Exercises::new(
        db.clone(),
        Arc::clone(&clock),
        journal.clone(),
        signer,
        environments.clone(),
        Arc::clone(&random),
    );
    Services {
        db,
        config: Config {
            data: folder.to_owned(),
            scenarios: concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios").into(),
            plans: concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/plans").into(),
            ..Config::default()
        },
        clock,
        random,
        tasks,
        journal,
        environments,
        exercises,
        rehearsals,
    }
}

/// The isolation of an engine in memory: as a test says.
#[derive(Default)]
pub(super) struct Walls {
    reached: Mutex<Vec<String>>,
    next: Mutex<Option<Kept>>,
    proving: tokio::sync::RwLock<()>,
}

impl Walls {
    /// From now on a node reaches these.
    pub(super) fn open(&self, reached: &[&str]) {
        *self.reached.lock().expect("lock") = reached.iter().map(|&it| it.to_owned()).collect();
    }

    /// Until what is given is dropped, a proof lasts.
    pub(super) async fn hold(&self) -> impl Drop + '_ {
        self.proving.write().await
    }

    /// What the next look at them finds.
    pub(super) fn next(&self, kept: Kept) {
        *self.next.lock().expect("lock") = Some(kept);
    }
}

#[async_trait::async_trait]
impl Isolation for Walls {
    async fn prove(&self) -> Result<(), Vec<String>> {
        let _held = self.proving.read().await;
        let reached = self.reached.lock().expect("lock").clone();
        if reached.is_empty() {
            Ok(())
        } else {
            Err(reached)
        }
    }

    async fn keep(&self) -> Kept {
        if let Some(next) = self.next.lock().expect("lock").take() {
            return next;
        }
        match self.prove().await {
            Ok(()) => Kept::Stands,
            Err(reached) => Kept::Open(reached.join(", ")),
        }
    }
}
