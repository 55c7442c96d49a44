//! A whole server over an empty database for tests: accounts, cookies, requests.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use tower::ServiceExt as _;

use super::{App, Services, router};
use crate::{
    accounts::{NewAccount, Role},
    clock::{Clock, TestClock, Timestamp},
    config::Config,
    environments::{Environments, EnvironmentsConfig, Foundation, Isolation, Kept, MemoryEngine},
    exercises::Exercises,
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
        let cookies: Vec<String> = browser
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
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
        };
        browser.keep(&answer);
        answer
    }

    pub(super) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

impl Browser {
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

mod tests {
    use super::*;

    #[tokio::test]
    async fn one_signs_in_reads_and_signs_out() {
        let server = Server::start().await;
        server.account("an.nguyen", &[Role::Instructor]).await;
        let mut browser = Browser::default();
        let answer = server.get(&mut browser, "/nowhere?x=1").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = server.get(&mut browser, "/account").await;
        assert_eq!(answer.headers[header::LOCATION], "/sign-in?next=/account");
        let mut browser = server.signed_in("an.nguyen").await;
        let answer = server.get(&mut browser, "/").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("an.nguyen"), "{}", answer.body);
        let answer = server.post(&mut browser, "/sign-out", "").await;
        assert_eq!(answer.headers[header::LOCATION], "/sign-in");
        let answer = server.get(&mut browser, "/").await;
        assert_eq!(answer.headers[header::LOCATION], "/sign-in");
    }

    #[tokio::test]
    async fn a_wrong_password_says_the_same_as_an_unknown_name_and_is_slowed() {
        let server = Server::start().await;
        server.account("an.nguyen", &[Role::Instructor]).await;
        let mut browser = Browser::default();
        server.get(&mut browser, "/sign-in").await;
        let mut texts = Vec::new();
        for name in ["an.nguyen", "nobody"] {
            let answer = server
                .post(
                    &mut browser,
                    "/sign-in",
                    &format!("username={name}&password=wrong"),
                )
                .await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            texts.push(answer.body.replace(name, ""));
        }
        assert_eq!(texts[0], texts[1]);
        for _ in 0..7 {
            server
                .post(
                    &mut browser,
                    "/sign-in",
                    "username=an.nguyen&password=wrong",
                )
                .await;
        }
        let answer = server
            .post(
                &mut browser,
                "/sign-in",
                "username=an.nguyen&password=wrong",
            )
            .await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.headers.contains_key(header::RETRY_AFTER));
        server.pass(Duration::from_secs(301));
        server.signed_in("an.nguyen").await;
    }

    #[tokio::test]
    async fn a_form_without_token_or_from_elsewhere_changes_nothing() {
        let server = Server::start().await;
        server.account("an.nguyen", &[Role::Instructor]).await;
        let mut browser = server.signed_in("an.nguyen").await;
        let body = Some("locale=en".to_owned());
        let answer = server
            .send(&mut browser, Method::POST, "/preferences", body, &[])
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let body = Some(format!("_csrf={}&locale=en", browser.csrf));
        let foreign = [("origin", "http://x.labs.localhost:8080")];
        let answer = server
            .send(&mut browser, Method::POST, "/preferences", body, &foreign)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let answer = server
            .post(&mut browser, "/preferences", "locale=en&back=/account")
            .await;
        assert_eq!(answer.headers[header::LOCATION], "/account");
        let answer = server.get(&mut browser, "/account").await;
        assert!(answer.body.contains("My account"));
    }

    #[tokio::test]
    async fn one_account_cannot_send_without_end_and_fills_no_audit_trail() {
        let server = Server::start().await;
        let account = server.account("an.nguyen", &[Role::Trainee]).await;
        let mut browser = server.signed_in("an.nguyen").await;
        for _ in 0..100 {
            let answer = server.get(&mut browser, "/admin/accounts").await;
            assert_ne!(answer.status, StatusCode::OK);
        }
        let mut connection = server.app.db.connection().await.expect("connection");
        let row = Statement::new(
            "select count(*) as lines from audit where account_id = $1 and outcome = 'refused'",
        )
        .bind(account)
        .fetch_one("audit", &mut connection)
        .await
        .expect("audit");
        assert!(row.get::<i64>("lines").expect("lines") <= 30);
        drop(connection);
        let mut last = StatusCode::OK;
        for _ in 0..70 {
            let form = "locale=vi&back=/account";
            last = server.post(&mut browser, "/preferences", form).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        server.pass(Duration::from_secs(5));
        let answer = server.post(&mut browser, "/preferences", "locale=vi").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }

    #[tokio::test]
    async fn a_zero_byte_is_refused_wherever_it_stands() {
        let server = Server::start().await;
        server.account("an.nguyen", &[Role::Instructor]).await;
        let mut browser = Browser::default();
        server.get(&mut browser, "/sign-in").await;
        let form = "username=an%00nguyen&password=x";
        let answer = server.post(&mut browser, "/sign-in", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut browser = server.signed_in("an.nguyen").await;
        let answer = server.get(&mut browser, "/library/web%00defacement").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = server.get(&mut browser, "/exercises?state=%00").await;
        assert_eq!(answer.status, StatusCode::OK);
        let form = "locale=en&back=/account%2500";
        let answer = server.post(&mut browser, "/preferences", form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "an encoded %00 is text"
        );
    }

    #[tokio::test]
    async fn every_answer_carries_the_policy() {
        let server = Server::start().await;
        for path in ["/sign-in", "/nowhere", "/healthz"] {
            let answer = server.get(&mut Browser::default(), path).await;
            let policy = answer.headers[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .expect("text");
            assert!(
                policy.contains("script-src 'self'") && !policy.contains("unsafe"),
                "{policy}"
            );
            assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[tokio::test]
    async fn a_lab_host_never_reaches_the_platform() {
        let server = Server::start().await;
        let request = Request::get("/sign-in")
            .header(header::HOST, "abc.labs.localhost:8080")
            .body(Body::empty());
        let response = server
            .router
            .clone()
            .oneshot(request.expect("request"))
            .await
            .expect("answer");
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_closed_account_is_out_at_once() {
        let server = Server::start().await;
        server.account("admin", &[Role::Administrator]).await;
        let account = server.account("an.nguyen", &[Role::Instructor]).await;
        let mut browser = server.signed_in("an.nguyen").await;
        server
            .app
            .accounts
            .set_disabled(server.province, account, true)
            .await
            .expect("closed");
        assert_eq!(
            server.get(&mut browser, "/").await.status,
            StatusCode::SEE_OTHER
        );
    }
}

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
    let environments = Environments::new(Foundation {
        database: db.clone(),
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
        engine,
        isolation: walls,
        ownership: ownership.expect("ownership"),
        config: EnvironmentsConfig {
            ranges: vec!["10.71.0.0/16".parse().expect("range")],
            parallel: 4,
            host_ranges: Vec::new(),
        },
    });
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
            plans: concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/plans").into(),
            ..Config::default()
        },
        clock,
        random,
        tasks,
        journal,
        environments,
        exercises,
    }
}

/// The isolation of an engine in memory: as a test says.
#[derive(Default)]
pub(super) struct Walls {
    reached: Mutex<Vec<String>>,
    next: Mutex<Option<Kept>>,
}

impl Walls {
    /// From now on a node reaches these.
    pub(super) fn open(&self, reached: &[&str]) {
        *self.reached.lock().expect("lock") = reached.iter().map(|&it| it.to_owned()).collect();
    }

    /// What the next look at them finds.
    pub(super) fn next(&self, kept: Kept) {
        *self.next.lock().expect("lock") = Some(kept);
    }
}

#[async_trait::async_trait]
impl Isolation for Walls {
    async fn prove(&self) -> Result<(), Vec<String>> {
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
