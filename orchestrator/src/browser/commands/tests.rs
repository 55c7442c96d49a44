//! What was entered, from bytes that shells printed and from shells in a real pseudo-terminal.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use super::*;
use crate::browser::recordings::{self, Event};

fn read(pieces: &[&[u8]]) -> Vec<String> {
    let mut commands = Commands::new(Size::USUAL);
    let found = pieces
        .iter()
        .flat_map(|piece| commands.output(piece, Timestamp(1)));
    found.map(|entered| entered.text).collect()
}

#[test]
fn a_line_counts_as_the_screen_shows_it() {
    for (name, pieces, expected) in [
        (
            "completion and correction",
            &[
                &b"\x1b[?2004h\x1b]133;A\x07a@b:~$ \x1b]133;B\x07"[..],
                b"cat bao",
                b"-cao.txt x\x08\x1b[K",
                b"\r\n\x1b[?2004l\r\x1b]133;C\x07",
            ][..],
            &["cat bao-cao.txt"][..],
        ),
        (
            "history in place of what was typed",
            &[
                b"\x1b[?2004h$ \x1b]133;B\x07",
                b"lss\x08\x08\x08whoami",
                b"\r\n\x1b[?2004l\r\x1b]133;C\x07root\r\n",
            ],
            &["whoami"],
        ),
        (
            "letters inserted and deleted in the middle",
            &[
                b"\x1b[?2004h$ \x1b]133;B\x07",
                b"cat file\x1b[4D\x1b[2@-n\x1b[2P",
                b"\r\n\x1b[?2004l\r\x1b]133;C\x07",
            ],
            &["cat -nle"],
        ),
        (
            "given up",
            &[
                b"\x1b[?2004h$ \x1b]133;B\x07rm -rf",
                b"^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r\r\n\x1b[?2004h$ \x1b]133;B\x07",
            ],
            &[],
        ),
        (
            "without marks",
            &[
                b"\x1b[?2004hroot@portal:/srv# ",
                b"tail -n 5 log > x",
                b"\r\n\x1b[?2004l\r",
                b"out\r\n\x1b[?2004h>>> ",
                b"1+1\r\n\x1b[?2004l\r",
            ],
            &["tail -n 5 log > x", "1+1"],
        ),
        (
            "the end of input is no line",
            &[
                b"seen $ before\r\n\x1b[?2004h$ ",
                b"\x1b[?2004l\r\r\nexit\r\n",
            ],
            &[],
        ),
        (
            "the plainest shell",
            &[b"/ # ", b"l", b"s", b"\r\n", b"bin\r\n/ # ", b"\r\n/ # "],
            &["ls"],
        ),
        (
            "a program on the other screen",
            &[
                b"\x1b[?1049h\x1b[H# ",
                b"no line\r\n",
                b"\x1b[?2004h$ x\r\n\x1b[?2004l\x1b[?1049l",
            ],
            &[],
        ),
    ] {
        assert_eq!(read(pieces), expected, "{name}");
    }
}

#[test]
fn a_long_line_is_one_although_it_wraps_and_scrolls() {
    let long = format!("echo {}", "a".repeat(300));
    let mut typed = vec![b"\r\n".repeat(23), b"\x1b[?2004h$ \x1b]133;B\x07".to_vec()];
    typed.extend(long.bytes().map(|byte| vec![byte]));
    typed.push(b"\r\n\x1b[?2004l\r\x1b]133;C\x07".to_vec());
    let pieces: Vec<&[u8]> = typed.iter().map(Vec::as_slice).collect();
    assert_eq!(read(&pieces), [long]);
}

#[test]
fn a_prompt_is_seen_behind_whatever_was_poured_out() {
    let mut poured = "a long line\r\n".repeat(9000).into_bytes();
    poured.extend(b"/ # ");
    assert_eq!(read(&[&poured, b"whoami\r\n"]), ["whoami"]);
    poured.extend(b"\r\n\x1b[?2004h$ \x1b]133;B\x07");
    let pieces = [&poured[..], b"id\r\n\x1b[?2004l\r\x1b]133;C\x07"];
    assert_eq!(read(&pieces), ["id"]);
}

#[test]
fn whatever_a_node_prints_is_borne() {
    use proptest::prelude::*;
    let alphabet = prop::sample::select(vec![
        &b"\x1b[999999999999C"[..],
        b"\x1b[H",
        b"\x1b[2J",
        b"\x1b[65535P",
        b"\x1b[65535@",
        b"\x1b[?2004h",
        b"\x1b[?2004l",
        b"\x1b]133;B\x07",
        b"\x1b]133;C\x07",
        b"\x1b[9999A",
        b"\x1b[9999B",
        b"\n",
        b"\r",
        "Ễ\u{301}漢".as_bytes(),
        b"\x08",
        b"\t",
        b"$ ",
        b"\x1bc",
        b"\xff",
        b"\x1b[u",
        b"\x1b[1J",
        b"\x1b[0K",
        b"word",
    ]);
    proptest!(|(pieces in proptest::collection::vec(alphabet, 0..200), columns in 0u16..9)| {
        let mut commands = Commands::new(Size::USUAL);
        for piece in pieces {
            commands.output(piece, Timestamp(1));
            commands.resize(Size { columns, rows: columns });
        }
    });
}

/// A shell in a pseudo-terminal of this machine.
struct Shell {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    seen: Vec<u8>,
    commands: Commands,
    found: Vec<String>,
    recording: recordings::Writer,
}

impl Shell {
    async fn start(folder: &std::path::Path) -> Self {
        let rc = concat!(env!("CARGO_MANIFEST_DIR"), "/../images/base/bashrc");
        let shell = format!("stty rows 24 cols 80; exec bash --noprofile --rcfile {rc} -i");
        let mut child = Command::new("script")
            .args(["-q", "-E", "always", "-c", &shell, "/dev/null"])
            .current_dir(folder)
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env("HOME", folder)
            .env("SHLVL", "5")
            .env("SHELL", "/bin/bash")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("script, of Debian's bsdutils");
        let path = folder.join("recording.cast");
        let recording = recordings::Writer::create(&path, "", Size::USUAL, Timestamp(0), 1 << 20);
        Self {
            input: child.stdin.take().expect("input"),
            output: child.stdout.take().expect("output"),
            child,
            seen: Vec::new(),
            commands: Commands::new(Size::USUAL),
            found: Vec::new(),
            recording: recording.await.expect("recording"),
        }
    }

    /// Types, and waits until something is shown that was not before.
    async fn type_until(&mut self, typed: &str, shown: &str) {
        self.input.write_all(typed.as_bytes()).await.expect("typed");
        let mut buffer = [0; 4096];
        let mut fresh = Vec::new();
        while !String::from_utf8_lossy(&fresh).contains(shown) {
            let more = self.output.read(&mut buffer);
            let more = tokio::time::timeout(Duration::from_secs(20), more).await;
            let count = more.unwrap_or_else(|_| {
                panic!(
                    "{shown:?} never came after {typed:?}: {:?}",
                    String::from_utf8_lossy(&fresh)
                )
            });
            let bytes = &buffer[..count.expect("output")];
            assert!(!bytes.is_empty(), "the shell ended");
            fresh.extend_from_slice(bytes);
            let found = self.commands.output(bytes, Timestamp(1));
            self.found
                .extend(found.into_iter().map(|entered| entered.text));
            let kept = self.recording.append(Event::Output(bytes), Timestamp(1));
            kept.await.expect("kept");
        }
        self.seen.extend(fresh);
    }
}

const PROMPT: &str = "\u{1b}]133;B\u{7}";

#[tokio::test]
async fn commands_of_a_real_shell_are_listed_and_no_password_is_kept() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("bao-cao.txt"), "x\n").expect("file");
    let mut shell = Shell::start(folder.path()).await;
    shell.type_until("", PROMPT).await;
    shell.type_until("cat bao\t", "bao-cao.txt ").await;
    shell.type_until("\r", PROMPT).await;
    shell.type_until("\u{1b}[A", "bao-cao.txt ").await;
    shell.type_until("\r", PROMPT).await;
    shell.type_until("echo Ễx\u{7f} xong\r", PROMPT).await;
    shell
        .type_until(
            "read -s -p 'Password: ' it; echo; echo thanks\r",
            "\u{7}Password: ",
        )
        .await;
    shell.type_until("open-sesame-1\r", PROMPT).await;
    shell.type_until("given-up\u{3}", PROMPT).await;
    shell.type_until("for i in 1 2; do\r", "h> ").await;
    shell.type_until("echo \"[$i]\"; done\r", PROMPT).await;
    // A shell without marks in it, and there a password as sudo asks for one: the terminal's echo is off.
    shell.type_until("PS1='$ ' sh\r", "\u{7}$ ").await;
    shell.type_until("ls /dev/null\r", "\n$ ").await;
    shell
        .type_until(
            "stty -echo; printf '[sudo] password for an: '; read it; stty echo; echo\r",
            "\n[sudo] password for an: ",
        )
        .await;
    shell.type_until("open-sesame-2\r", "\n$ ").await;
    shell.type_until("exit\r", PROMPT).await;
    assert_eq!(
        shell.found,
        [
            "cat bao-cao.txt",
            "cat bao-cao.txt",
            "echo Ễ xong",
            "read -s -p 'Password: ' it; echo; echo thanks",
            "for i in 1 2; do\necho \"[$i]\"; done",
            "PS1='$ ' sh",
            "ls /dev/null",
            "stty -echo; printf '[sudo] password for an: '; read it; stty echo; echo",
            "exit",
        ]
    );
    let Shell {
        mut child,
        seen,
        recording,
        ..
    } = shell;
    recording.close().await.expect("closed");
    let kept = std::fs::read_to_string(folder.path().join("recording.cast")).expect("recording");
    assert!(kept.contains("thanks") && kept.contains("[sudo]"));
    assert!(
        !kept.contains("open-sesame"),
        "a password stands on the disk"
    );
    assert!(!String::from_utf8_lossy(&seen).contains("open-sesame"));
    child.kill().await.expect("ended");
}
