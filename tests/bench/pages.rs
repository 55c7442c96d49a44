//! Pages while environments start: the real program in a process of its own, asked as a browser asks, first idle and then
//! while forty environments are made. Beside it, what the machine does to anybody's work meanwhile: as much work of the
//! processor as a page is, while plain calls make as many.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bollard::Docker;
use regex::Regex;
use thaotruong::{
    environments::DockerEngine,
    scenarios::EnvironmentPlan,
    store::{Database, Statement},
};
use thaotruong_tests::scenario;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    AT_ONCE, ceiling,
    plans::sleeping,
    range,
    report::{Goal, Table, at, median},
    site::IMAGE,
    turns,
};

const TEAMS: usize = 40;
const MACHINES: [&str; 2] = ["desk", "portal"];
/// Pages asked for while nothing else is done.
const IDLE: usize = 400;
/// Between two pages: a person does not ask at once again.
const PAUSE: Duration = Duration::from_millis(5);
const INSTRUCTOR: &str = "giangvien";

/// The program, which ends with this.
struct Server {
    process: Child,
    port: u16,
    data: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub async fn measure(table: &mut Table, engine: &DockerEngine, docker: &Docker) {
    let Some(program) = program() else {
        table.fact(
            "pages while 40 environments start",
            "NOT MEASURED: no program beside this one",
        );
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&program, folder.path()).await;
    let mut browser = Browser::new(server.port);
    browser.sign_in(&server.password()).await;
    let url = format!("sqlite://{}", server.data.join("thaotruong.db").display());
    let database = Database::connect(&url).await.expect("its database");
    let exercise = one(&database, "select id as value from exercise").await;
    let page = format!("/exercises/{exercise}");
    browser.get(&page).await;
    let mut idle = Vec::new();
    for _ in 0..IDLE {
        idle.push(browser.time(&page).await);
    }
    let before = server.memory("VmRSS");

    browser.post(&format!("{page}/prepare"), &[]).await;
    // Isolation is proven first, and the answer does not wait for that.
    let wanted = "select cast(count(*) as text) as value from environment";
    while one(&database, wanted).await == "0" {
        tokio::time::sleep(PAUSE).await;
    }
    let left = "select cast(count(*) as text) as value from environment where phase <> 'ready'";
    let (mut busy, began) = (Vec::new(), Instant::now());
    let failed = "select cast(count(*) as text) as value from environment where phase = 'failed'";
    while one(&database, left).await != "0" {
        assert_eq!(one(&database, failed).await, "0", "an environment failed");
        for _ in 0..20 {
            busy.push(browser.time(&page).await);
        }
    }
    let ready = began.elapsed();
    let most = server.memory("VmHWM");
    browser.post(&format!("{page}/cancel"), &[]).await;
    let left = "select cast(count(*) as text) as value from environment where phase <> 'gone'";
    while one(&database, left).await != "0" {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    database.close().await;
    drop(server);
    let (mut work, bare) = disturbed(engine, docker, median(&mut idle)).await;
    let goal = Goal::AtMostAndBelow(3.0, Duration::from_millis(100));
    table.time(
        "a page while 40 environments start, 99 of 100 (beside: idle)",
        goal,
        at(&mut busy, 99),
        at(&mut idle, 99),
    );
    table.time(
        "the same, median",
        goal,
        median(&mut busy),
        median(&mut idle),
    );
    table.time(
        "the same, 99 of 100 (beside: as much bare work while plain calls start them)",
        Goal::AtMost(1.1),
        at(&mut busy, 99),
        at(&mut work, 99),
    );
    table.fact(
        "pages meanwhile",
        &format!("{} in {:.1} s", busy.len(), ready.as_secs_f64()),
    );
    table.fact(
        "bare works meanwhile",
        &format!("{} in {:.1} s", work.len(), bare.as_secs_f64()),
    );
    table.fact("memory of the server, idle", &before);
    table.fact("memory of the server, most", &most);
}

/// How long `work` of the processor takes, again and again after the pause between two pages, while plain calls start as
/// many environments; and how long they take.
async fn disturbed(
    engine: &DockerEngine,
    docker: &Docker,
    work: Duration,
) -> (Vec<Duration>, Duration) {
    let plans: Vec<EnvironmentPlan> = (0..TEAMS)
        .map(|index| sleeping(range(index), IMAGE, &MACHINES))
        .collect();
    let settings = turns::settings(engine, docker, &plans[0]).await;
    let turns_of_work = calibrated(work);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let worker = std::thread::spawn(move || {
        let mut times = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            std::thread::sleep(PAUSE);
            let began = Instant::now();
            spin(turns_of_work);
            times.push(began.elapsed());
        }
        times
    });
    let began = Instant::now();
    let made = ceiling::make_many(docker, &plans, AT_ONCE, &settings).await;
    let took = began.elapsed();
    stop.store(true, Ordering::Relaxed);
    let times = worker.join().expect("the worker");
    ceiling::remove_many(docker, made, AT_ONCE).await;
    (times, took)
}

/// So many turns of [`spin`] as take `work`: the fastest of a few tries.
fn calibrated(work: Duration) -> u64 {
    const TRIED: u64 = 1_000_000;
    let tries = (0..20).map(|_| {
        let began = Instant::now();
        spin(TRIED);
        began.elapsed()
    });
    let fastest = tries.min().expect("a try").as_nanos().max(1);
    let turns = work.as_nanos() * u128::from(TRIED) / fastest;
    u64::try_from(turns).expect("a page's work")
}

fn spin(turns: u64) {
    for turn in 0..turns {
        std::hint::black_box(turn);
    }
}

/// The program that was built with this benchmark.
fn program() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let path = own.parent()?.parent()?.join("thaotruong");
    path.is_file().then_some(path)
}

async fn one(database: &Database, sql: &'static str) -> String {
    let mut connection = database.connection().await.expect("a connection");
    let row = Statement::new(sql)
        .fetch_one("value", &mut connection)
        .await
        .expect("a row");
    row.get("value").expect("a value")
}

impl Server {
    /// Serves a demo of so many teams out of `folder`.
    async fn start(program: &Path, folder: &Path) -> Self {
        let write = |path: &Path, text: &str| {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        let scenario = folder.join("scenarios/web-defacement");
        for (path, text) in scenario::machines("web-defacement", &MACHINES, |_| {
            format!("image: '{IMAGE}', entrypoint: [sleep, infinity], mem_limit: 64m")
        }) {
            write(&scenario.join(path), &text);
        }
        write(&folder.join("deploy/demo/province.yaml"), &province());
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("its number").port();
        drop(free);
        let data = folder.join("data");
        let process = Command::new(program)
            .args(["serve", "--demo"])
            .current_dir(folder)
            .env("THAOTRUONG_DATA", &data)
            .env("THAOTRUONG_LISTEN", format!("127.0.0.1:{port}"))
            .env("THAOTRUONG_PUBLIC_URL", format!("http://localhost:{port}"))
            .env("THAOTRUONG_LAB_SUBNETS", r#"["10.81.0.0/16"]"#)
            .env(
                "THAOTRUONG_PLANS",
                concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/plans"),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program");
        let mut server = Self {
            process,
            port,
            data,
        };
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let ended = server.process.try_wait().expect("the program");
            assert!(ended.is_none(), "the program ended: {ended:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        server
    }

    fn password(&self) -> String {
        let text = std::fs::read_to_string(self.data.join("demo-accounts.txt")).expect("accounts");
        let line = text
            .lines()
            .find(|line| line.starts_with(INSTRUCTOR))
            .expect("the instructor");
        line.split_whitespace()
            .nth(1)
            .expect("a password")
            .to_owned()
    }

    /// A line of the system's account of the process's memory.
    fn memory(&self, key: &str) -> String {
        let path = format!("/proc/{}/status", self.process.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        let kilobytes: f64 = line
            .and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or_default();
        format!("{:.0} MB", kilobytes / 1024.0)
    }
}

/// A unit a team, each with one trainee, and an instructor.
fn province() -> String {
    let unit = |code: String, person: &str| {
        format!(
            "  - {{code: {code}, name: {code}, kind: department, level: province, \
             people: [{{name: {person}, position: x}}]}}\n"
        )
    };
    let units: Vec<String> = (0..TEAMS)
        .map(|n| unit(format!("u{n}"), &format!("T{n}")))
        .collect();
    let accounts: Vec<String> = (0..TEAMS)
        .map(|n| format!("  - {{username: trainee{n}, roles: [trainee], person: T{n}}}\n"))
        .collect();
    let (units, accounts) = (units.concat(), accounts.concat());
    format!(
        "province: {{code: bench, name: Bench, since: 2025-07-01, issuer: {{superior: x, body: x, sign: x, place: x, \
         authority: x, position: x, recipients: [x]}}}}\nunits:\n{}{units}accounts:\n  - {{username: {INSTRUCTOR}, \
         roles: [instructor], person: I}}\n{accounts}",
        unit("white".to_owned(), "I")
    )
}

/// One connection that stays, cookies and the last form's token.
struct Browser {
    port: u16,
    stream: Option<TcpStream>,
    cookies: BTreeMap<String, String>,
    token: String,
}

impl Browser {
    fn new(port: u16) -> Self {
        Self {
            port,
            stream: None,
            cookies: BTreeMap::new(),
            token: String::new(),
        }
    }

    async fn sign_in(&mut self, password: &str) {
        self.get("/sign-in").await;
        self.post(
            "/sign-in",
            &[("username", INSTRUCTOR), ("password", password)],
        )
        .await;
        self.get("/").await;
    }

    /// How long a page takes to arrive.
    async fn time(&mut self, path: &str) -> Duration {
        tokio::time::sleep(PAUSE).await;
        let began = Instant::now();
        self.get(path).await;
        began.elapsed()
    }

    async fn get(&mut self, path: &str) {
        let status = self.send("GET", path, "").await;
        assert_eq!(status, 200, "{path}");
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let mut body = format!("_csrf={}", self.token);
        for (name, value) in fields {
            body = format!("{body}&{name}={value}");
        }
        let status = self.send("POST", path, &body).await;
        assert_eq!(status, 303, "{path}");
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> u16 {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let port = self.port;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        );
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("the server"),
        };
        stream.set_nodelay(true).expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let (head, body) = answer(&mut stream).await;
        for line in head.lines() {
            let cookie = line
                .split_once(": ")
                .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
            if let Some((_, value)) = cookie
                && let Some((name, value)) =
                    value.split(';').next().and_then(|it| it.split_once('='))
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if !head.to_ascii_lowercase().contains("connection: close") {
            self.stream = Some(stream);
        }
        let token = Regex::new(r#"name="_csrf" value="([^"]+)""#).expect("a pattern");
        if let Some(found) = token.captures(&body) {
            found[1].clone_into(&mut self.token);
        }
        let status = head
            .split_whitespace()
            .nth(1)
            .and_then(|word| word.parse().ok());
        status.expect("a status")
    }
}

/// Head and body of one answer, whole or in chunks.
async fn answer(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        let count = stream.read(&mut part).await.expect("an answer");
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let small = head.to_ascii_lowercase();
            let length = small.lines().find_map(|line| {
                line.strip_prefix("content-length: ")?
                    .trim()
                    .parse::<usize>()
                    .ok()
            });
            let begun = bytes.len() - head.len() - 4;
            let whole = match length {
                Some(length) => begun >= length,
                None if small.contains("transfer-encoding: chunked") => body.ends_with("0\r\n\r\n"),
                None => true,
            };
            if whole || count == 0 {
                return (head.to_owned(), body.to_owned());
            }
        }
        assert!(count > 0, "the server hung up");
    }
}
