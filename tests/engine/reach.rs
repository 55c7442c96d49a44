//! Reaching into machines: commands, terminals, files, connections, events.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use thaotruong::environments::{
    EngineError,
    engine::{AttachRequest, ExecRequest},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt as _};

use crate::{
    both_engines,
    lab::{Lab, at, plan, until},
};

both_engines! {
async fn a_command_runs_with_limits(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let node = at(&plan, "alpha");
    let exec = |request: ExecRequest| lab.engine.exec(&node, request);

    let output = exec(ExecRequest::new(["sh", "-c", "cat; echo oops >&2; exit 7"]).stdin("vào"))
        .await
        .unwrap();
    assert_eq!(
        (
            output.code,
            output.stdout.as_slice(),
            output.stderr.as_slice()
        ),
        (7, "vào".as_bytes(), "oops\n".as_bytes())
    );

    let output = exec(ExecRequest::new(["id", "-un"]).user("www-data"))
        .await
        .unwrap();
    assert_eq!(output.stdout, b"www-data\n");

    // A megabyte in, ten out, of which the limit is kept.
    let mut request = ExecRequest::new(["sh", "-c", "wc -c; head -c 10000000 /dev/zero"])
        .stdin(vec![b'x'; 1 << 20]);
    request.output_limit = 1000;
    let output = exec(request).await.unwrap();
    assert!(output.truncated);
    assert_eq!(output.stdout.len(), 1000);
    assert!(output.stdout.starts_with(b"1048576\n"));

    let output = exec(ExecRequest::new(["no-such-program"])).await.unwrap();
    assert_ne!(output.code, 0);

    // The platform's shell serves where the node's own may lie, and its folder cannot be written.
    let script = "touch /opt/thaotruong/x 2>/dev/null && echo writable; echo from-busybox";
    let output = exec(
        ExecRequest::new(["/opt/thaotruong/busybox", "sh", "-s"])
            .user("0")
            .stdin(script),
    )
    .await
    .unwrap();
    assert_eq!(output.stdout, b"from-busybox\n");

    let missing = lab
        .engine
        .exec(&at(&plan, "nobody"), ExecRequest::new(["true"]))
        .await
        .unwrap_err();
    assert!(matches!(missing, EngineError::NoSuchNode(_)), "{missing:?}");
    lab.down(&plan).await;
}
}

both_engines! {
async fn a_command_that_takes_too_long_is_ended_with_its_children(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    for user in ["0", "www-data"] {
        let began = Instant::now();
        let line = "trap '' TERM; (sleep 4242) & env -i sleep 4242; echo never";
        let request = ExecRequest::new(["sh", "-c", line])
            .user(user)
            .timeout(Duration::from_secs(1));
        let error = lab
            .engine
            .exec(&at(&plan, "alpha"), request)
            .await
            .unwrap_err();
        assert_eq!(error, EngineError::TimedOut(1));
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        let (_, left, _) = lab
            .sh(
                &plan,
                "alpha",
                "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline | grep '^sleep 4242'; done; true",
            )
            .await;
        assert_eq!(left, "", "{user}");
    }
    lab.down(&plan).await;
}
}

both_engines! {
async fn a_terminal_has_its_size_echoes_bytes_and_tells_its_end(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let request = AttachRequest {
        argv: vec!["bash".to_owned(), "--norc".to_owned()],
        user: Some("www-data".to_owned()),
        columns: 101,
        rows: 33,
        env: vec!["TERM=xterm-256color".to_owned(), "PS1=> ".to_owned()],
        workdir: Some("/tmp".to_owned()),
    };
    let mut terminal = lab
        .engine
        .attach(&at(&plan, "alpha"), request)
        .await
        .unwrap();
    let mut seen = Vec::new();
    read_until(&mut terminal.reader, &mut seen, "> ").await;
    // A cluster passes a size on in its own time: the shell waits for it.
    let wait = b"until [ \"$(stty size)\" = '33 10'1 ]; do sleep 0.1; done\r";
    terminal.writer.write_all(wait).await.unwrap();
    // Bytes that look like the engine's own frames come through as they are.
    terminal.writer.write_all(b"stty size; pwd; printf '\\001\\000\\000\\000\\377\\377\\377\\377\\303\\204'; echo END\r").await.unwrap();
    read_until(&mut terminal.reader, &mut seen, "ÄEND").await;
    let text = String::from_utf8_lossy(&seen).into_owned();
    assert!(text.contains("33 101\r\n/tmp\r\n\u{1}\0\0\0"), "{text:?}");
    terminal.control.resize(80, 24).await.unwrap();
    let wait = b"until [ \"$(stty size)\" = '24 8'0 ]; do sleep 0.1; done; stty size\r";
    terminal.writer.write_all(wait).await.unwrap();
    read_until(&mut terminal.reader, &mut seen, "24 80").await;
    assert_eq!(terminal.control.exit_code().await.unwrap(), None);
    terminal.writer.write_all(b"exit 5\r").await.unwrap();
    let mut rest = Vec::new();
    terminal.reader.read_to_end(&mut rest).await.unwrap();
    until("an exit code", async || {
        terminal.control.exit_code().await.unwrap() == Some(5)
    })
    .await;
    lab.down(&plan).await;
}
}

async fn read_until(reader: &mut (impl AsyncReadExt + Unpin), seen: &mut Vec<u8>, wanted: &str) {
    let reading = async {
        while !String::from_utf8_lossy(seen).contains(wanted) {
            assert_ne!(
                reader.read_buf(seen).await.unwrap(),
                0,
                "the terminal ended"
            );
        }
    };
    let outcome = tokio::time::timeout(Duration::from_secs(10), reading).await;
    assert!(
        outcome.is_ok(),
        "no {wanted:?} in {:?}",
        String::from_utf8_lossy(seen)
    );
}

both_engines! {
async fn files_go_in_and_out_and_ports_answer(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let node = at(&plan, "alpha");
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(5);
    header.set_mode(0o644);
    archive
        .append_data(&mut header, "index.html", &b"chao\n"[..])
        .unwrap();
    lab.engine
        .copy_in(&node, "/tmp", archive.into_inner().unwrap().into())
        .await
        .unwrap();
    let out = lab
        .engine
        .copy_out(&node, "/tmp/index.html", 1 << 16)
        .await
        .unwrap();
    let mut out = tar::Archive::new(out.as_ref());
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut out.entries().unwrap().next().unwrap().unwrap(),
        &mut text,
    )
    .unwrap();
    assert_eq!(text, "chao\n");
    let error = lab
        .engine
        .copy_out(&node, "/usr/bin", 1 << 16)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, EngineError::Refused { detail, .. } if detail == "more than 65536 bytes"),
        "{error:?}"
    );

    let error = lab.engine.dial(&node, 8000).await.err().unwrap();
    assert!(matches!(error, EngineError::Refused { .. }), "{error:?}");
    lab.sh(
        &plan,
        "alpha",
        "cd /tmp; python3 -m http.server 8000 >/dev/null 2>&1 &",
    )
    .await;
    until("a web server", async || {
        lab.engine.dial(&node, 8000).await.is_ok()
    })
    .await;
    let mut stream = lab.engine.dial(&node, 8000).await.unwrap();
    stream
        .write_all(b"GET /index.html HTTP/1.0\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("chao\n"), "{answer}");
    assert!(lab.engine.log_tail(&node, 10).await.unwrap().is_empty());
    lab.down(&plan).await;
}
}

both_engines! {
async fn what_is_done_by_hand_is_heard_at_once(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    let mut events = lab.engine.events().await.unwrap();
    lab.up(&plan).await;
    kind.kill(&plan, "alpha");
    let heard = tokio::time::timeout(Duration::from_secs(5), async {
        let mut actions = Vec::new();
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            assert_eq!(event.environment, plan.environment);
            actions.push(event.action.clone());
            if event.action == "die" {
                break;
            }
        }
        actions
    })
    .await
    .unwrap();
    assert!(heard.contains(&"start".to_owned()), "{heard:?}");
    lab.down(&plan).await;
}
}
