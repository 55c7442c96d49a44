//! The real program in a process of its own, and who asks it as a browser does.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use regex::Regex;
use thaotruong::store::{Database, Statement};
use thaotruong_tests::scenario;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::site::IMAGE;

/// Teams of the demo that is served, of one trainee each.
pub const TEAMS: usize = 40;
/// The one who holds it.
pub const INSTRUCTOR: &str = "giangvien";
/// Between two pages: a person does not ask at once again.
pub const PAUSE: Duration = Duration::from_millis(5);

/// The program, which ends with this.
pub struct Server {
    process: Child,
    pub port: u16,
    pub data: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program that was built with this benchmark.
pub fn program() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let path = own.parent()?.parent()?.join("thaotruong");
    path.is_file().then_some(path)
}

pub async fn one(database: &Database, sql: &'static str) -> String {
    let mut connection = database.connection().await.expect("a connection");
    let row = Statement::new(sql)
        .fetch_one("value", &mut connection)
        .await
        .expect("a row");
    row.get("value").expect("a value")
}

impl Server {
    /// Serves a demo of so many teams out of `folder`.
    pub async fn start(program: &Path, folder: &Path, machines: &[&str]) -> Self {
        let write = |path: &Path, text: &str| {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        let scenario = folder.join("scenarios/web-defacement");
        for (path, text) in scenario::machines("web-defacement", machines, |_| {
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

    pub fn password(&self, account: &str) -> String {
        let text = std::fs::read_to_string(self.data.join("demo-accounts.txt")).expect("accounts");
        let line = text
            .lines()
            .find(|line| line.split_whitespace().next() == Some(account))
            .expect("the account");
        line.split_whitespace()
            .nth(1)
            .expect("a password")
            .to_owned()
    }

    /// How long processors have worked for it, in user and system mode.
    pub fn processor(&self) -> Duration {
        /// Ticks of a second in which the system counts.
        const TICKS: f64 = 100.0;
        let path = format!("/proc/{}/stat", self.process.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let behind = text.rsplit_once(')').map_or("", |(_, behind)| behind);
        let ticks = behind.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|word| word.parse::<f64>().ok()).sum();
        Duration::from_secs_f64(ticks / TICKS)
    }

    /// A line of the system's account of the process's memory.
    pub fn memory(&self, key: &str) -> String {
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
pub struct Browser {
    port: u16,
    stream: Option<TcpStream>,
    cookies: BTreeMap<String, String>,
    token: String,
}

impl Browser {
    pub fn new(port: u16) -> Self {
        Self {
            port,
            stream: None,
            cookies: BTreeMap::new(),
            token: String::new(),
        }
    }

    pub async fn sign_in(&mut self, account: &str, password: &str) {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("username", account), ("password", password)])
            .await;
        self.get("/").await;
    }

    /// What it sends with each request to be known.
    pub fn cookies(&self) -> String {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// How long a page takes to arrive.
    pub async fn time(&mut self, path: &str) -> Duration {
        tokio::time::sleep(PAUSE).await;
        let began = Instant::now();
        self.get(path).await;
        began.elapsed()
    }

    pub async fn get(&mut self, path: &str) {
        let status = self.send("GET", path, "").await;
        assert_eq!(status, 200, "{path}");
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let mut body = format!("_csrf={}", self.token);
        for (name, value) in fields {
            body = format!("{body}&{name}={value}");
        }
        let status = self.send("POST", path, &body).await;
        assert_eq!(status, 303, "{path}");
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> u16 {
        let cookies = self.cookies();
        let port = self.port;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            cookies,
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
