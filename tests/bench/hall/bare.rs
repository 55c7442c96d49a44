//! What a key's way costs without the program: a socket that sends back what it gets, and the engine's own `exec`.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use bollard::{
    Docker,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
    query_parameters::ListContainersOptions,
};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_tungstenite::{accept_async, client_async};

use super::{ECHO, KEY, KEYS, MACHINES, PACE, READY, TERMINALS, collect, key, pause, type_in};
use crate::program::TEAMS;

/// As many sockets at the same pace, of which the other end sends back what it gets.
pub async fn sockets() -> Vec<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let mut server = JoinSet::new();
    server.spawn(async move {
        let mut sockets = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("a connection");
            sockets.spawn(async move {
                let mut socket = accept_async(stream).await.expect("a socket");
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_binary() && socket.send(message).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let mut typists = JoinSet::new();
    for number in 0..TEAMS * TERMINALS {
        let stream = TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("the echo");
        stream.set_nodelay(true).expect("a connection");
        let url = format!("ws://127.0.0.1:{port}/");
        let (mut socket, _) = client_async(url, stream).await.expect("a socket");
        typists.spawn(async move {
            pause(number).await;
            let mut times = Vec::with_capacity(KEYS);
            for nth in 0..KEYS {
                let began = Instant::now();
                type_in(&mut socket, &key(number, nth)).await;
                socket.next().await.expect("an echo").expect("an echo");
                times.push(began.elapsed());
                tokio::time::sleep(PACE).await;
            }
            times
        });
    }
    let times = collect(typists).await;
    server.abort_all();
    times
}

/// The first machines of all teams.
pub async fn machines(docker: &Docker) -> Vec<String> {
    let label = format!("vn.thaotruong.node={}", MACHINES[0]);
    let filters = HashMap::from([("label".to_owned(), vec![label])]);
    let options = ListContainersOptions {
        filters: Some(filters),
        ..ListContainersOptions::default()
    };
    let found = docker
        .list_containers(Some(options))
        .await
        .expect("a listing");
    found
        .into_iter()
        .filter_map(|container| container.id)
        .collect()
}

/// As many `exec`s of the engine at the same pace.
pub async fn execs(docker: &Docker, machines: &[String]) -> Vec<Duration> {
    let mut typists = JoinSet::new();
    for number in 0..TEAMS * TERMINALS {
        let machine = &machines[number % machines.len()];
        let wanted = CreateExecOptions {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            tty: Some(true),
            cmd: Some(vec!["sh".to_owned(), "-c".to_owned(), ECHO.to_owned()]),
            ..CreateExecOptions::default()
        };
        let made = docker.create_exec(machine, wanted).await.expect("an exec");
        let options = StartExecOptions {
            tty: true,
            ..StartExecOptions::default()
        };
        let started = docker
            .start_exec(&made.id, Some(options))
            .await
            .expect("its start");
        let StartExecResults::Attached {
            mut output,
            mut input,
        } = started
        else {
            panic!("an exec that is not attached");
        };
        let mut said = Vec::new();
        while !said.windows(READY.len()).any(|window| window == READY) {
            said.extend(
                output
                    .next()
                    .await
                    .expect("output")
                    .expect("output")
                    .into_bytes(),
            );
        }
        typists.spawn(async move {
            pause(number).await;
            let mut times = Vec::with_capacity(KEYS);
            for nth in 0..KEYS {
                let key = key(number, nth);
                let began = Instant::now();
                input.write_all(&key).await.expect("typed");
                input.flush().await.expect("typed");
                let mut back = Vec::new();
                while back.len() < KEY {
                    back.extend(
                        output
                            .next()
                            .await
                            .expect("output")
                            .expect("output")
                            .into_bytes(),
                    );
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
