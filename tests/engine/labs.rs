//! Lab pages over a real engine: tickets, what goes through to a hostile page and back, upgrades, and who is let in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use thaotruong::{
    browser::{
        labs::{Admission, Door, Foundation, Gate, Labs},
        nodes::Nodes,
    },
    clock::SystemClock,
    environments::NodeRef,
    ids::{ExerciseId, TeamId},
    random::SystemRandom,
    scenarios::EnvironmentPlan,
    store::{Database, labs::LabHost},
    tasks::Tasks,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    both_engines,
    lab::{Kind, Lab, at, plan, until},
};

/// A page that does what a hostile one does: shows what it was sent, sets cookies far and wide, sends elsewhere, and
/// talks on after an upgrade.
const PAGE: &str = r#"
import http.server, socketserver
class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def do_GET(self):
        if self.headers.get('Upgrade'):
            self.send_response(101)
            self.send_header('Upgrade', self.headers['Upgrade'])
            self.send_header('Connection', 'Upgrade')
            self.end_headers()
            while True:
                data = self.connection.recv(100)
                if not data: break
                self.connection.sendall(data.upper())
            return
        if self.path == '/away':
            self.send_response(302)
            self.send_header('Location', 'http://portal/here?x=1')
            self.send_header('Content-Length', '0')
            self.end_headers()
            return
        body = (self.requestline + '\n' + str(self.headers)).encode()
        self.send_response(200)
        self.send_header('Set-Cookie', 's=1; Domain=labs.localhost; Path=/')
        self.send_header('Set-Cookie', 'tt=evil')
        self.send_header('Clear-Site-Data', '"cookies"')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer): daemon_threads = True
Server(('0.0.0.0', 8000), Page).serve_forever()
"#;

const ADMITTED: u8 = 0;
const REFUSED: u8 = 1;
const OVER: u8 = 2;

/// Lets in whom the test lets in.
struct TestGate {
    node: NodeRef,
    says: AtomicU8,
}

#[async_trait::async_trait]
impl Gate for TestGate {
    async fn admit(&self, _host: &LabHost, holder: &str) -> Admission {
        match self.says.load(Ordering::SeqCst) {
            ADMITTED if holder == "me" => Admission::Admitted(Door {
                node: self.node.clone(),
                port: 8000,
            }),
            OVER => Admission::Over,
            _ => Admission::Refused,
        }
    }
}

/// Sends a request as it stands, and reads the answer to the end of the connection.
async fn ask(port: u16, text: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .unwrap()
        .unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(host: &str, path: &str, fields: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n")
}

fn field<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// A node, the lab pages in front of it, and a listener of their own.
struct Stage {
    lab: Lab,
    plan: EnvironmentPlan,
    labs: Arc<Labs>,
    gate: Arc<TestGate>,
    tasks: Tasks,
    port: u16,
    place: LabHost,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn new(kind: Kind) -> Self {
        let lab = Lab::new(kind);
        let plan = plan(&["portal"]);
        lab.up(&plan).await;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let database = Database::connect(&url).await.unwrap();
        database.migrate().await.unwrap();
        let engine = lab.another();
        let nodes: Arc<dyn Nodes> = Arc::new(engine);
        let gate = Arc::new(TestGate {
            node: at(&plan, "portal"),
            says: AtomicU8::new(ADMITTED),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tasks = Tasks::new();
        let labs = Labs::new(Foundation {
            nodes,
            gate: Arc::clone(&gate) as Arc<dyn Gate>,
            database,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            tasks: tasks.clone(),
            domain: "labs.localhost".to_owned(),
            public_url: format!("http://localhost:{port}"),
        });
        tasks.spawn(
            "listener",
            listen(listener, Arc::clone(&labs), tasks.clone()),
        );
        let place = LabHost {
            token: String::new(),
            exercise: ExerciseId::new(),
            team: TeamId::new(),
            environment: plan.environment,
            incarnation: 1,
            node: "portal".to_owned(),
        };
        Self {
            lab,
            plan,
            labs,
            gate,
            tasks,
            port,
            place,
            _folder: folder,
        }
    }

    /// Changes a ticket for a pass, as a browser does; gives the host and the pass.
    async fn enter(&self) -> (String, String) {
        let address = self.labs.ticket(self.place.clone(), "me").await.unwrap();
        let (_, rest) = address.split_once("://").unwrap();
        let (host, path) = rest.split_at(rest.find('/').unwrap());
        assert!(host.ends_with(&format!(".labs.localhost:{}", self.port)));
        assert_eq!(self.status(host, "/", "").await, "403");
        let answer = self.get(host, path, "").await;
        assert_eq!(status(&answer), "303");
        assert_eq!(field(&answer, "location"), Some("/_ticket"));
        let cookie = field(&answer, "set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        assert!(!cookie.contains("Domain"));
        let pass = cookie.split(';').next().unwrap().to_owned();
        assert_eq!(self.status(host, path, "").await, "403", "it serves once");
        assert_eq!(self.status(host, "/_ticket", "").await, "403", "no cookie");
        let kept = self
            .get(host, "/_ticket", &format!("Cookie: {pass}\r\n"))
            .await;
        assert_eq!(status(&kept), "303");
        assert_eq!(field(&kept, "location"), Some("/"));
        (host.to_owned(), pass)
    }

    async fn get(&self, host: &str, path: &str, fields: &str) -> String {
        ask(self.port, &get(host, path, fields)).await
    }

    async fn status(&self, host: &str, path: &str, fields: &str) -> String {
        status(&self.get(host, path, fields).await).to_owned()
    }

    /// Starts the page in the node and waits until it answers.
    async fn serve(&self, host: &str, cookies: &str) {
        let start = format!(
            "cat >/tmp/page.py <<'END'\n{PAGE}\nEND\npython3 /tmp/page.py >/dev/null 2>&1 &"
        );
        self.lab.sh(&self.plan, "portal", &start).await;
        until("the page", async || {
            self.status(host, "/", cookies).await == "200"
        })
        .await;
    }

    async fn end(self) {
        self.tasks.token().cancel();
        self.lab.down(&self.plan).await;
    }
}

async fn listen(listener: TcpListener, labs: Arc<Labs>, tasks: Tasks) {
    while let Ok((stream, _)) = listener.accept().await {
        let labs = Arc::clone(&labs);
        let service = service_fn(move |request: Request<Incoming>| {
            let labs = Arc::clone(&labs);
            async move { Ok::<_, std::convert::Infallible>(labs.serve(request).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tasks.spawn("connection", connection);
    }
}

both_engines! {
async fn a_hostile_page_stays_on_its_host(kind: Kind) {
    let stage = Stage::new(kind).await;
    let (host, pass) = stage.enter().await;
    let cookies = format!("Cookie: {pass}; a=1; __Host-tt=secret\r\n");

    // Nothing serves yet: a page that says so.
    let silent = stage.get(&host, "/", &cookies).await;
    assert_eq!(status(&silent), "502");
    assert!(
        silent.contains("portal") && silent.contains("Máy"),
        "{silent}"
    );
    let english = format!("{cookies}Accept-Language: en\r\n");
    let silent = stage.get(&host, "/", &english).await;
    assert!(silent.contains("does not answer"), "{silent}");

    stage.serve(&host, &cookies).await;
    let answer = stage.get(&host, "/a?b=c", &cookies).await;
    let (_, seen) = answer.split_once("\r\n\r\n").unwrap();
    assert!(seen.starts_with("GET /a?b=c HTTP/1.1"), "{seen}");
    assert!(seen.to_lowercase().contains("cookie: a=1\n"), "{seen}");
    assert!(
        !seen.contains("secret") && !seen.contains("tt-lab"),
        "{seen}"
    );
    assert_eq!(field(&answer, "set-cookie"), Some("s=1; Path=/"));
    assert!(!answer.contains("evil") && field(&answer, "clear-site-data").is_none());
    let policy = field(&answer, "content-security-policy");
    assert_eq!(policy, Some("frame-ancestors 'self'"));
    let away = stage.get(&host, "/away", &cookies).await;
    assert_eq!(field(&away, "location"), Some("/here?x=1"));

    let long = "x".repeat(300_000);
    let sent = format!(
        "POST /echo HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookies}Content-Length: {}\r\n\r\n{long}",
        long.len()
    );
    assert!(ask(stage.port, &sent).await.ends_with(&long));
    stage.end().await;
}
}

both_engines! {
async fn only_who_belongs_there_comes_to_a_lab_page(kind: Kind) {
    let stage = Stage::new(kind).await;
    let (host, pass) = stage.enter().await;
    let cookies = format!("Cookie: {pass}\r\n");
    stage.serve(&host, &cookies).await;

    // Not from another lab's page, not for a service worker, not for another host of ours.
    let sneaked = format!("{cookies}Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\n");
    assert_eq!(stage.status(&host, "/", &sneaked).await, "403");
    let worker = format!("{cookies}Service-Worker: script\r\n");
    assert_eq!(stage.status(&host, "/sw.js", &worker).await, "403");
    let after_reset = LabHost {
        incarnation: 2,
        ..stage.place.clone()
    };
    let address = stage.labs.ticket(after_reset, "me").await.unwrap();
    let other = address.split('/').nth(2).unwrap();
    assert_ne!(host, other);
    assert_eq!(stage.status(other, "/", &cookies).await, "403");
    let nowhere = format!("{}.labs.localhost", "0".repeat(32));
    for host in [
        &nowhere,
        "labs.localhost",
        "169.254.169.254",
        "10.71.0.1.labs.localhost",
        "",
    ] {
        assert_eq!(stage.status(host, "/", &cookies).await, "404", "{host}");
    }

    // An upgraded connection carries both ways, and ends soon after its holder lost the right.
    let mut stream = TcpStream::connect(("127.0.0.1", stage.port)).await.unwrap();
    let upgrade = format!(
        "GET /ws HTTP/1.1\r\nHost: {host}\r\n{cookies}Connection: Upgrade\r\nUpgrade: shout\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let mut head = vec![0; 4096];
    let count = stream.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..count]).into_owned();
    assert_eq!(status(&head), "101", "{head}");
    stream.write_all(b"xin chao").await.unwrap();
    let mut echo = [0; 8];
    stream.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"XIN CHAO");
    stage.gate.says.store(REFUSED, Ordering::SeqCst);
    let end = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut echo)).await;
    assert!(matches!(end, Ok(Ok(0) | Err(_))), "{end:?}");
    assert_eq!(stage.status(&host, "/", &cookies).await, "403");
    stage.gate.says.store(OVER, Ordering::SeqCst);
    assert_eq!(stage.status(&host, "/", &cookies).await, "404");
    stage.end().await;
}
}
