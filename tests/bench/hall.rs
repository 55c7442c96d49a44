//! A full hall: forty teams with two hundred terminals in a hundred and twenty machines, and two thousand who watch the
//! board, all at once on the real program.
//!
//! A key's way is measured from the socket that sends it to the socket that gets it back, byte for byte, while the board
//! changes. Its ceiling is the sum of two bare echoes of the same run at the same pace: a WebSocket that sends back what
//! it gets, and the engine's own `exec` of the same program in the same machines.

mod bare;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bollard::Docker;
use futures_util::{SinkExt as _, StreamExt as _};
use regex::bytes::Regex;
use thaotruong::store::{Database, Statement};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Mutex,
    task::JoinSet,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::{
    program::{Browser, INSTRUCTOR, Server, TEAMS, one, program},
    report::{Goal, Table, at, median},
};

const MACHINES: [&str; 3] = ["desk", "portal", "mail"];
/// Terminals of each team.
const TERMINALS: usize = 5;
const VIEWERS: usize = 2_000;
/// Keys that each terminal sends.
const KEYS: usize = 60;
/// Between two keys of a terminal: how fast somebody types who thinks as well.
const PACE: Duration = Duration::from_millis(500);
/// Bytes of a key: what an arrow key or a letter with marks sends.
const KEY: usize = 4;
/// Sends back what it gets, as bytes.
const ECHO: &str = "stty raw -echo; printf READY; exec cat";
const READY: &[u8] = b"READY";

type Socket = WebSocketStream<TcpStream>;

pub async fn measure(table: &mut Table, docker: &Docker) {
    let Some(program) = program() else {
        return table.fact("a full hall", "NOT MEASURED: no program beside this one");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&program, folder.path(), &MACHINES).await;
    let mut browser = Browser::new(server.port);
    browser
        .sign_in(INSTRUCTOR, &server.password(INSTRUCTOR))
        .await;
    let url = format!("sqlite://{}", server.data.join("thaotruong.db").display());
    let database = Database::connect(&url).await.expect("its database");
    let exercise = one(&database, "select id as value from exercise").await;
    let page = format!("/exercises/{exercise}");
    browser.get(&page).await;
    browser.post(&format!("{page}/prepare"), &[]).await;
    until(&database, "select state as value from exercise", "ready").await;
    browser.post(&format!("{page}/start"), &[]).await;
    until(&database, "select state as value from exercise", "running").await;

    let hall = Hall::seat(server.port, &exercise).await;
    let (mut terminals, mut answers) = (Vec::new(), Vec::new());
    for team in 0..TEAMS {
        let account = format!("trainee{team}");
        let mut trainee = Browser::new(server.port);
        trainee.sign_in(&account, &server.password(&account)).await;
        trainee.get(&format!("{page}/workspace")).await;
        let id = team_of(&database, &account).await;
        let place = format!("{page}/teams/{id}");
        for number in 0..TERMINALS {
            let mut socket = terminal(server.port, &place, &trainee.cookies()).await;
            if number == 0 {
                answers.push((trainee_flag(&mut socket).await, place.clone()));
            }
            type_in(&mut socket, format!("{ECHO}\n").as_bytes()).await;
            seen(&mut socket, READY).await;
            terminals.push(socket);
        }
        answers.last_mut().expect("a team").1 = place;
        hall.trainees.lock().await.push(trainee);
    }
    let before = server.processor();
    let began = Instant::now();
    let mut typing = JoinSet::new();
    typing.spawn(echo_all(terminals));
    let mut boards = Vec::new();
    for (team, (flag, place)) in answers.into_iter().enumerate() {
        boards.push(hall.change(team, &flag, &place).await);
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let typed = typing.join_next().await.expect("somebody types");
    let mut echoes = typed.expect("typing");
    let busy =
        server.processor().saturating_sub(before).as_secs_f64() / began.elapsed().as_secs_f64();
    let memory = server.memory("VmRSS");
    let machines = bare::machines(docker).await;
    let mut wire = bare::sockets().await;
    let mut engine = bare::execs(docker, &machines).await;
    browser.post(&format!("{page}/finish"), &[]).await;
    let left = "select cast(count(*) as text) as value from environment where phase <> 'gone'";
    until(&database, left, "0").await;
    database.close().await;

    let sum = |percent, wire: &mut Vec<Duration>, engine: &mut Vec<Duration>| {
        at(wire, percent) + at(engine, percent)
    };
    let (middle, slowest) = (
        sum(50, &mut wire, &mut engine),
        sum(99, &mut wire, &mut engine),
    );
    table.time(
        "a key's echo in 200 terminals (beside: bare socket and bare exec), median",
        Goal::AtMost(1.3),
        median(&mut echoes),
        middle,
    );
    table.time(
        "the same, 99 of 100",
        Goal::AtMost(2.0),
        at(&mut echoes, 99),
        slowest,
    );
    table.fact("bare socket, median", &format!("{:?}", median(&mut wire)));
    table.fact("bare exec, median", &format!("{:?}", median(&mut engine)));
    table.fact(
        "keys that came back, byte for byte",
        &echoes.len().to_string(),
    );
    tell_boards(table, &boards);
    table.fact("memory of the server", &memory);
    table.fact("processors that it took", &format!("{busy:.2}"));
}

/// How long after an answer the boards showed it, and how far the first and the last lay apart.
fn tell_boards(table: &mut Table, boards: &[(Vec<Duration>, Duration)]) {
    let mut told: Vec<Duration> = boards.iter().flat_map(|board| board.0.clone()).collect();
    let mut spread: Vec<Duration> = boards.iter().map(|board| board.1).collect();
    table.fact(
        "from an answer to 2,000 boards, median and 99 of 100",
        &format!("{:?}, {:?}", median(&mut told), at(&mut told, 99)),
    );
    let widest = at(&mut spread, 100);
    table.time(
        "from the first of 2,000 boards to the last, the widest",
        Goal::Below(Duration::from_millis(50)),
        widest,
        median(&mut spread).max(Duration::from_micros(1)),
    );
}

/// Everybody who watches the board.
struct Hall {
    heard: Arc<Mutex<Vec<Instant>>>,
    count: Arc<AtomicUsize>,
    trainees: Mutex<Vec<Browser>>,
    _seats: JoinSet<()>,
}

impl Hall {
    /// Opens the board's stream for all of them; each notes when a board reaches it.
    async fn seat(port: u16, exercise: &str) -> Self {
        let heard = Arc::<Mutex<Vec<Instant>>>::default();
        let count = Arc::<AtomicUsize>::default();
        let greeted = Arc::<AtomicUsize>::default();
        let mut seats = JoinSet::new();
        let board = Regex::new("event: ?board").expect("a pattern");
        for _ in 0..VIEWERS {
            let board = board.clone();
            let mut stream = TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("a seat");
            let ask =
                format!("GET /boards/{exercise}/live HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
            stream.write_all(ask.as_bytes()).await.expect("asked");
            let (heard, count, greeted) =
                (Arc::clone(&heard), Arc::clone(&count), Arc::clone(&greeted));
            seats.spawn(async move {
                let mut piece = vec![0; 64 * 1024];
                let mut first = true;
                while let Ok(read) = stream.read(&mut piece).await {
                    if read == 0 {
                        return;
                    }
                    if std::mem::take(&mut first) {
                        greeted.fetch_add(1, Ordering::SeqCst);
                    }
                    if board.is_match(&piece[..read]) {
                        let now = Instant::now();
                        heard.lock().await.push(now);
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        while greeted.load(Ordering::SeqCst) < VIEWERS {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self {
            heard,
            count,
            trainees: Mutex::default(),
            _seats: seats,
        }
    }

    /// A team answers; how long after that each board shows it, and how far the first and the last lie apart.
    async fn change(&self, team: usize, flag: &str, place: &str) -> (Vec<Duration>, Duration) {
        self.heard.lock().await.clear();
        self.count.store(0, Ordering::SeqCst);
        let began = Instant::now();
        let path = format!("{place}/tasks/way/answer");
        let mut trainees = self.trainees.lock().await;
        trainees[team].post(&path, &[("answer", flag)]).await;
        drop(trainees);
        while self.count.load(Ordering::SeqCst) < VIEWERS {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "a board was never told"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let heard = self.heard.lock().await;
        let (first, last) = (
            heard.iter().min().expect("one"),
            heard.iter().max().expect("one"),
        );
        let spread = *last - *first;
        (heard.iter().map(|at| *at - began).collect(), spread)
    }
}

async fn until(database: &Database, sql: &'static str, wanted: &str) {
    while one(database, sql).await != wanted {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn team_of(database: &Database, account: &str) -> String {
    let mut connection = database.connection().await.expect("a connection");
    let sql = "select m.team_id as value from team_member m join account a on a.person_id = m.person_id where a.username = $1";
    let row = Statement::new(sql)
        .bind(account)
        .fetch_one("value", &mut connection)
        .await;
    row.expect("a row").get("value").expect("a team")
}

/// A new terminal of a team's first machine, as its page opens it.
async fn terminal(port: u16, place: &str, cookies: &str) -> Socket {
    let url = format!(
        "ws://localhost:{port}{place}/nodes/{}/terminal",
        MACHINES[0]
    );
    let mut request = url.into_client_request().expect("a request");
    let headers = request.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        headers.insert(name, HeaderValue::from_str(value).expect("a header"));
    };
    set("Cookie", cookies);
    set("Origin", &format!("http://localhost:{port}"));
    set(
        "Sec-WebSocket-Protocol",
        thaotruong::browser::frames::SUBPROTOCOL,
    );
    let stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("the server");
    stream.set_nodelay(true).expect("a connection");
    let (mut socket, _) = client_async(request, stream).await.expect("a terminal");
    send(&mut socket, &[0x02, 0, 120, 0, 40]).await;
    let mut resume = vec![0x05];
    resume.extend([0; 24]);
    send(&mut socket, &resume).await;
    socket
}

async fn send(socket: &mut Socket, frame: &[u8]) {
    socket
        .send(Message::binary(frame.to_vec()))
        .await
        .expect("sent");
}

async fn type_in(socket: &mut Socket, keys: &[u8]) {
    let mut frame = vec![0x01];
    frame.extend(keys);
    send(socket, &frame).await;
}

/// What the shell prints next.
async fn output(socket: &mut Socket) -> Vec<u8> {
    loop {
        let message = socket.next().await.expect("a frame").expect("a frame");
        if let Message::Binary(frame) = message
            && frame.first() == Some(&0x81)
        {
            return frame[9..].to_vec();
        }
    }
}

/// Everything up to and with `wanted`.
async fn seen(socket: &mut Socket, wanted: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while !all.windows(wanted.len()).any(|window| window == wanted) {
        all.extend(output(socket).await);
    }
    all
}

/// The flag that a trainee finds, as one does.
async fn trainee_flag(socket: &mut Socket) -> String {
    type_in(socket, b"cat /srv/flag; echo SHO''WN\n").await;
    let said = seen(socket, b"SHOWN").await;
    let flag = Regex::new(r"TT\{[0-9a-f]+\}").expect("a pattern");
    let found = flag.find(&said).expect("a flag");
    let flag = String::from_utf8_lossy(found.as_bytes());
    flag.replace('{', "%7B").replace('}', "%7D")
}

/// A key that no other is like.
fn key(terminal: usize, number: usize) -> [u8; KEY] {
    let number = u32::try_from(terminal * KEYS + number).expect("few keys");
    // Letters alone, which no terminal changes.
    let letter = |shift: u32| b'a' + u8::try_from(number >> (4 * shift) & 0xf).unwrap_or(0);
    [letter(3), letter(2), letter(1), letter(0)]
}

/// Keys in all terminals at once, each at its own moment; how long each took to come back.
async fn echo_all(terminals: Vec<Socket>) -> Vec<Duration> {
    let mut typists = JoinSet::new();
    for (number, mut socket) in terminals.into_iter().enumerate() {
        typists.spawn(async move {
            pause(number).await;
            let mut times = Vec::with_capacity(KEYS);
            for nth in 0..KEYS {
                let key = key(number, nth);
                let began = Instant::now();
                type_in(&mut socket, &key).await;
                let mut back = Vec::new();
                while back.len() < KEY {
                    back.extend(output(&mut socket).await);
                }
                times.push(began.elapsed());
                assert_eq!(back, key, "what came back is what was typed");
                tokio::time::sleep(PACE).await;
            }
            times
        });
    }
    collect(typists).await
}

/// Spreads those who type over the pace, so that they never all press at once.
async fn pause(number: usize) {
    let all = u32::try_from(TEAMS * TERMINALS).expect("few");
    tokio::time::sleep(PACE * u32::try_from(number).unwrap_or(0) / all).await;
}

async fn collect(mut typists: JoinSet<Vec<Duration>>) -> Vec<Duration> {
    let mut all = Vec::new();
    while let Some(times) = typists.join_next().await {
        all.extend(times.expect("a typist"));
    }
    all
}
