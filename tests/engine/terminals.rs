//! Terminals in real nodes: what is typed and shown, what a reload and a restart of the server leave, what a slow viewer
//! costs.

mod prepared;
mod window;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use thaotruong::{
    browser::{
        frames::{ClientFrame, ServerFrame, Size},
        nodes::Nodes,
        terminals::{Access, Foundation, Place, Role, Terminals, Viewer, Wish},
    },
    clock::SystemClock,
    ids::{AccountId, ExerciseId, PersonId, ProvinceId, SessionId, TeamId},
    scenarios::EnvironmentPlan,
    store::{self, Database, Statement},
    tasks::Tasks,
};

use crate::{
    both_engines,
    lab::{Kind, Lab, at, plan, until},
};
use window::{Window, contains, size};

/// A node, a database, a data folder: what outlives a server.
struct Ground {
    lab: Lab,
    plan: EnvironmentPlan,
    database: Database,
    folder: tempfile::TempDir,
    access: Access,
}

impl Ground {
    async fn new(kind: Kind, user: &str) -> Self {
        let lab = Lab::new(kind);
        let plan = plan(&["workstation"]);
        lab.up(&plan).await;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let database = Database::connect(&url).await.unwrap();
        database.migrate().await.unwrap();
        let access = Access {
            place: Place {
                exercise: exercise(&database).await,
                team: TeamId::new(),
                node: at(&plan, "workstation"),
                incarnation: 1,
                user: user.to_owned(),
            },
            person: PersonId::new(),
            role: Role::Writer,
            title: format!("{user}@workstation"),
        };
        Self {
            lab,
            plan,
            database,
            folder,
            access,
        }
    }

    fn server(&self) -> (Arc<Terminals>, Tasks) {
        let engine = self.lab.another();
        let nodes: Arc<dyn Nodes> = Arc::new(engine);
        let tasks = Tasks::new();
        let terminals = Terminals::new(Foundation {
            nodes,
            database: self.database.clone(),
            clock: Arc::new(SystemClock),
            tasks: tasks.clone(),
            data: self.folder.path().to_owned(),
        });
        (terminals, tasks)
    }

    async fn sh(&self, line: &str) -> String {
        self.lab.sh(&self.plan, "workstation", line).await.1
    }

    /// The recording's lines, all parts together.
    async fn recorded(&self) -> Vec<serde_json::Value> {
        let mut connection = self.database.connection().await.unwrap();
        let place = &self.access.place;
        let parts = store::terminals::recordings(&mut connection, place.exercise)
            .await
            .unwrap();
        let read = |path: &str| std::fs::read_to_string(self.folder.path().join(path)).unwrap();
        parts
            .iter()
            .flat_map(|part| {
                read(&part.path)
                    .lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect::<Vec<serde_json::Value>>()
            })
            .collect()
    }
}

both_engines! {
async fn a_shell_echoes_takes_its_size_and_tells_its_code(kind: Kind) {
    let ground = Ground::new(kind, "www-data").await;
    let (terminals, tasks) = ground.server();
    let wish = Wish {
        size: Some(size(101, 33)),
        ..Wish::default()
    };
    let mut window = Window::open(&terminals, &ground.access, wish).await;
    // A cluster passes a size on in its own time: the shell waits for it, here and below.
    window.say("until [ \"$(stty size)\" = '33 10'1 ]; do sleep 0.1; done; stty size; id -un; echo TERM=$TERM; echo xin chào $((6*7))\n");
    window.until("chào 42").await;
    for expected in ["33 101", "www-data", "TERM=xterm-256color"] {
        assert!(contains(&window.seen, expected), "{expected}");
    }
    assert!(
        !contains(&window.seen, "\x1b[H\x1b[J"),
        "the holder's own words are not shown"
    );
    // Docker's own keys are out of the way; what a cluster's nodes take for theirs is not ours to say.
    if matches!(kind, Kind::Docker) {
        window.forget();
        window.say("\x10");
        window.until("chào $((6*7))").await;
        window.say("\x15");
    }
    window.send(ClientFrame::Resize(size(132, 40)));
    window.say("until [ \"$(stty size)\" = '40 13'2 ]; do sleep 0.1; done; stty size\n");
    window.until("40 132").await;

    let mut echoes: Vec<Duration> = Vec::new();
    window.say("cat\n");
    window.until("cat\r\n").await;
    for _ in 0..100 {
        window.forget();
        let began = Instant::now();
        window.say("x");
        window.until("x").await;
        echoes.push(began.elapsed());
    }
    echoes.sort_unstable();
    println!("echo: median {:?}, 95 % {:?}", echoes[50], echoes[95]);
    window.say("\n\x04");
    window.say("stty -echo; read -r secret; stty echo; exit 7\n");
    tokio::time::sleep(Duration::from_millis(300)).await;
    window.say("mat-khau-bi-mat\n");
    window.drain().await;
    assert_eq!(window.exit, Some(7), "notices {:?}", window.notices);
    assert!(!contains(&window.seen, "dtach"));

    drop(window);
    tasks.drain().await;
    let recorded = ground.recorded().await;
    assert_eq!(recorded[0]["term"]["cols"], 101);
    let all = serde_json::to_string(&recorded).unwrap();
    assert!(all.contains("xin chào 42") && all.contains("\"r\",\"132x40\""));
    assert!(all.contains("\"x\",\"7\"]") && !all.contains("mat-khau-bi-mat"));
    let left = ground.sh("ls -d /dev/shm/.tt-* 2>/dev/null; true").await;
    assert_eq!(left, "", "the holder's folder is gone with its shell");
    assert!(!ground.folder.path().join("terminals").join("x").exists());
    ground.lab.down(&ground.plan).await;
}
}

both_engines! {
async fn a_reload_brings_just_what_was_missed_and_one_writes(kind: Kind) {
    let ground = Ground::new(kind, "root").await;
    let (terminals, tasks) = ground.server();
    let mut first = Window::open(&terminals, &ground.access, Wish::default()).await;
    first.say("echo one-$((1)); (sleep 1; echo two-$((2))) &\n");
    first.until("one-1").await;
    let (session, offset) = (first.session, first.offset);
    drop(first);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let wish = Wish {
        session: Some(session),
        offset,
        size: None,
    };
    let mut second = Window::open(&terminals, &ground.access, wish).await;
    second.until("two-2").await;
    assert!(!contains(&second.seen, "one-1"), "only what was missed");

    // The same person once more: the later one writes, the earlier one is told.
    let again = Wish {
        session: Some(session),
        ..Wish::default()
    };
    let mut third = Window::open(&terminals, &ground.access, again).await;
    third.until("two-2").await;
    assert!(contains(&third.seen, "one-1"), "all that there is");
    second.say("echo from-the-second\n");
    third.say("echo from-the-third\n");
    third.until("from-the-third").await;
    assert!(!contains(&third.seen, "from-the-second"));
    while second.step(Duration::from_millis(200)).await {}
    assert!(second.notices.contains(&"taken-over".to_owned()));

    // An instructor finds the terminal, sees it, and cannot type.
    let instructor = Access {
        person: PersonId::new(),
        role: Role::Watcher,
        ..ground.access.clone()
    };
    let mut watcher = Window::open(&terminals, &instructor, Wish::default()).await;
    assert_eq!(watcher.session, session);
    watcher.until("from-the-third").await;
    watcher.say("echo from-the-watcher\n");
    third.forget();
    third.say("echo still-$((3))\n");
    third.until("still-3").await;
    assert!(!contains(&third.seen, "from-the-watcher"));
    assert!(third.notices.contains(&"watched".to_owned()));

    // Another team's session does not exist for this one.
    let mut other = ground.access.clone();
    other.place.team = TeamId::new();
    assert!(terminals.open(&other, again).await.is_err());
    let mut reset = ground.access.clone();
    reset.place.incarnation = 2;
    assert!(terminals.open(&reset, again).await.is_err());

    terminals
        .close_exercise(ground.access.place.exercise)
        .await
        .unwrap();
    third.drain().await;
    assert!(third.notices.contains(&"exercise-finished".to_owned()));
    assert!(terminals.open(&ground.access, again).await.is_err());
    tasks.drain().await;
    ground.lab.down(&ground.plan).await;
}
}

both_engines! {
async fn a_slow_writer_slows_the_shell_and_a_slow_watcher_nobody(kind: Kind) {
    let ground = Ground::new(kind, "root").await;
    let (terminals, tasks) = ground.server();
    let mut writer = Window::open(&terminals, &ground.access, Wish::default()).await;
    let instructor = Access {
        person: PersonId::new(),
        role: Role::Watcher,
        ..ground.access.clone()
    };
    let mut watcher = Window::open(&terminals, &instructor, Wish::default()).await;
    watcher.until("root@").await;

    writer.acknowledges = false;
    writer.say("seq 1 600000; echo end-of-$((1))\n");
    while writer.step(Duration::from_secs(2)).await {}
    let unacknowledged = writer.offset;
    assert!(
        (200 * 1024..400 * 1024).contains(&unacknowledged),
        "{unacknowledged} bytes before the shell waits"
    );
    assert!(!contains(&writer.seen, "end-of-1"));

    writer.acknowledges = true;
    writer.send(ClientFrame::Acknowledge(writer.offset));
    writer.until("end-of-1").await;
    // The first stands behind the shell's own control sequence.
    let numbers: Vec<u32> = String::from_utf8_lossy(&writer.seen)
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect();
    assert!(
        numbers.iter().copied().eq(2..=600_000),
        "every line, in order"
    );

    // The watcher looks again only now: it is told what it lost, and sees the end.
    watcher.until("end-of-1").await;
    assert!(watcher.notices.contains(&"dropped".to_owned()));
    assert!(watcher.seen.len() < 1100 * 1024, "{}", watcher.seen.len());
    tasks.drain().await;
    ground.lab.down(&ground.plan).await;
}
}

both_engines! {
async fn a_running_command_survives_the_server(kind: Kind) {
    let ground = Ground::new(kind, "www-data").await;
    let (terminals, tasks) = ground.server();
    let mut before = Window::open(&terminals, &ground.access, Wish::default()).await;
    // One process all along: between two commands of its own, bash loses an interrupt.
    before.say("echo early-$((1)); sh -c 'i=0; while sleep 0.2; do i=$((i+1)); echo $i >/tmp/ticks; echo tick-$i; done'\n");
    before.until("tick-3").await;
    let (session, offset) = (before.session, before.offset);
    tasks.drain().await;
    before.drain().await;
    assert!(before.notices.contains(&"server-stopping".to_owned()));
    drop((before, terminals));

    until("the counter to go on without a server", async || {
        let ticks = ground.sh("cat /tmp/ticks").await;
        ticks.trim().parse::<u32>().is_ok_and(|ticks| ticks >= 12)
    })
    .await;
    let (terminals, tasks) = ground.server();
    let resumed = Wish {
        session: Some(session),
        offset,
        size: Some(size(90, 30)),
    };
    let mut after = Window::open(&terminals, &ground.access, resumed).await;
    after.until("tick-14").await;
    assert!(!contains(&after.seen, "early-1"), "only what was missed");
    assert!(!contains(&after.seen, "tick-2\r"), "only what was missed");
    let wait = "until [ \"$(stty size)\" = '30 9'0 ]; do sleep 0.1; done; stty size; echo here-$((7))\n";
    after.interrupt(wait, "here-7").await;
    assert!(contains(&after.seen, "30 90"));
    drop(after);

    // A page that was loaded again has nothing: it gets all that the backlog has.
    let anew = Wish {
        session: Some(session),
        ..Wish::default()
    };
    let mut anew = Window::open(&terminals, &ground.access, anew).await;
    anew.until("here-7").await;
    assert!(contains(&anew.seen, "early-1"));
    anew.send(ClientFrame::End);
    anew.drain().await;
    assert_eq!(
        ground.sh("ls -d /dev/shm/.tt-* 2>/dev/null; true").await,
        ""
    );
    tasks.drain().await;
    let parts = ground.recorded().await;
    let headers = parts.iter().filter(|line| line.get("version").is_some());
    assert_eq!(headers.count(), 2, "a new part after the restart");
    ground.lab.down(&ground.plan).await;
}
}

both_engines! {
async fn a_killed_server_leaves_the_shell_working(kind: Kind) {
    let ground = Ground::new(kind, "root").await;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (terminals, _tasks) = ground.server();
    let access = ground.access.clone();
    let killed = {
        let terminals = Arc::clone(&terminals);
        runtime.spawn(async move {
            let mut window = Window::open(&terminals, &access, Wish::default()).await;
            window.say("sleep 1; seq 1 400000; touch /tmp/done; echo late-$((1))\n");
            window.until("seq 1").await;
            (window.session, window.offset)
        })
    };
    let (session, offset) = killed.await.unwrap();
    // Nothing is drained, nothing said: connections just break.
    runtime.shutdown_background();
    drop(terminals);
    until("the command's end", async || {
        ground.sh("ls /tmp/done 2>/dev/null; true").await == "/tmp/done\n"
    })
    .await;

    let (terminals, tasks) = ground.server();
    let resumed = Wish {
        session: Some(session),
        offset,
        size: None,
    };
    let mut after = Window::open(&terminals, &ground.access, resumed).await;
    after.say("echo alive-$((5))\n");
    after.until("alive-5").await;
    after.say("for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline | grep -c '^.opt.thaotruong.dtach'; done | grep -c 1; echo counted-$((1))\n");
    after.until("counted-1").await;
    assert!(
        contains(&after.seen, "2\r\ncounted-1"),
        "one holder, one client: {:?}",
        String::from_utf8_lossy(&after.seen)
    );
    tasks.drain().await;
    ground.lab.down(&ground.plan).await;
}
}

both_engines! {
async fn a_node_that_goes_takes_its_sessions_along(kind: Kind) {
    let ground = Ground::new(kind, "root").await;
    let (terminals, tasks) = ground.server();
    let mut window = Window::open(&terminals, &ground.access, Wish::default()).await;
    window.until("root@").await;
    ground.lab.down(&ground.plan).await;
    window.drain().await;
    assert!(
        window.notices.contains(&"node-gone".to_owned()),
        "{:?}",
        window.notices
    );
    let again = Wish {
        session: Some(window.session),
        ..Wish::default()
    };
    assert!(terminals.open(&ground.access, again).await.is_err());
    tasks.drain().await;
    assert!(
        !Path::new(&ground.folder.path().join("terminals"))
            .join(window.session.to_string())
            .exists()
    );
}
}

/// An exercise without anything in it.
async fn exercise(database: &Database) -> ExerciseId {
    let (province, account, exercise) = (ProvinceId::new(), AccountId::new(), ExerciseId::new());
    let mut c = database.connection().await.unwrap();
    let statements = [
        Statement::new("insert into province (id, code, name) values ($1, $1, '')").bind(province),
        Statement::new(
            "insert into account (id, province_id, username, password_hash, locale, created_at)
             values ($1, $2, $1, '', 'vi', 0)",
        )
        .bind(account)
        .bind(province),
        Statement::new("insert into bundle (digest, scenario, version, created_at) values ($1, 'x', 1, 0)")
            .bind(exercise),
        Statement::new(
            "insert into exercise (id, province_id, title, kind, bundle_digest, state, duration, created_by,
               created_at, clock_elapsed, launch_key, head_sequence, head_hash)
             values ($1, $2, '', 'simulation', $1, 'running', 0, $3, 0, 0, $1, 0, '')",
        )
        .bind(exercise)
        .bind(province)
        .bind(account),
    ];
    for statement in statements {
        statement.execute(&mut c).await.unwrap();
    }
    exercise
}
