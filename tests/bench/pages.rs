//! Pages while environments start: the real program in a process of its own, asked as a browser asks, first idle and then
//! while forty environments are made. Beside it, what the machine does to anybody's work meanwhile: as much work of the
//! processor as a page is, while plain calls make as many.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bollard::Docker;
use thaotruong::{environments::DockerEngine, scenarios::EnvironmentPlan, store::Database};

use crate::{
    AT_ONCE, ceiling,
    plans::sleeping,
    program::{Browser, INSTRUCTOR, PAUSE, Server, TEAMS, one, program},
    range,
    report::{Goal, Table, at, median},
    site::IMAGE,
    turns,
};

const MACHINES: [&str; 2] = ["desk", "portal"];
/// Pages asked for while nothing else is done.
const IDLE: usize = 400;

pub async fn measure(table: &mut Table, engine: &DockerEngine, docker: &Docker) {
    let Some(program) = program() else {
        table.fact(
            "pages while 40 environments start",
            "NOT MEASURED: no program beside this one",
        );
        return;
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
