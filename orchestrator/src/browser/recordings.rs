//! Recordings: what a terminal showed, as asciicast v3, so that a drill can be reviewed and a claim checked.
//!
//! Output and sizes are kept, keys never: a password that is typed without echo must not end up on disk. A recording is
//! bounded; what exceeds the bound is not kept, and the trainee and the file both say so. After a restart of the
//! server a session goes on in a new part, since the old file's last line may be torn.
//!
//! Intervals count from the event before (version 3), on the clock that is passed in.

mod text;
mod veil;

use std::{
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use serde::Serialize;
use tokio::{
    fs::{self, File, OpenOptions},
    io::AsyncWriteExt as _,
};

use crate::{
    browser::frames::Size,
    clock::Timestamp,
    ids::{ExerciseId, SessionId, TeamId},
};

pub use text::Utf8;
pub use veil::{BLACK, Format, Veil, black};

/// How much of one part is kept, in bytes on disk.
pub const LONGEST_PART: u64 = 64 * 1024 * 1024;

/// What a recording shows last where it was cut.
const FULL: &str =
    "\r\n\u{1b}[0;7m Bản ghi đầy, dừng ở đây · Recording full, cut here \u{1b}[0m\r\n";

/// Where a part of a session's recording stands below the data folder:
/// `recordings/<exercise>/<team>/<session>.cast`, later parts `<session>.<n>.cast`.
#[must_use]
pub fn path_of(exercise: ExerciseId, team: TeamId, session: SessionId, part: i64) -> PathBuf {
    let name = if part <= 1 {
        format!("{session}.cast")
    } else {
        format!("{session}.{part}.cast")
    };
    Path::new("recordings")
        .join(exercise.to_string())
        .join(team.to_string())
        .join(name)
}

/// Opens a part for reading, with the time of its last line; absent where it is gone.
pub(super) async fn open(path: &Path) -> io::Result<Option<(File, Timestamp)>> {
    let file = match File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let written = file.metadata().await?.modified()?;
    let since = written
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let written = Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    Ok(Some((file, written)))
}

/// The first line of a recording.
#[derive(Debug, Serialize)]
struct Header<'a> {
    version: u8,
    term: Terminal,
    timestamp: i64,
    title: &'a str,
}

#[derive(Debug, Serialize)]
struct Terminal {
    cols: u16,
    rows: u16,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// What happened in a terminal.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// It printed these bytes.
    Output(&'a [u8]),
    /// It has this size from now on.
    Resize(Size),
    /// Something worth finding again, in a word.
    Marker(&'a str),
    /// The shell ended.
    Exit(i32),
}

/// Writes one part of a recording.
#[derive(Debug)]
pub struct Writer {
    file: File,
    last: Timestamp,
    text: Utf8,
    written: u64,
    limit: u64,
    full: bool,
    line: String,
}

impl Writer {
    /// Begins a file that must not exist yet, readable by this program's user alone.
    ///
    /// # Errors
    /// What the file system refuses.
    pub async fn create(
        path: &Path,
        title: &str,
        size: Size,
        now: Timestamp,
        limit: u64,
    ) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await?;
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .await?;
        let mut writer = Self {
            file,
            last: now,
            text: Utf8::default(),
            written: 0,
            limit,
            full: false,
            line: String::new(),
        };
        let header = Header {
            version: 3,
            term: Terminal {
                cols: size.columns,
                rows: size.rows,
                kind: "xterm-256color",
            },
            timestamp: now.0 / 1_000_000,
            title,
        };
        writer.line = serde_json::to_string(&header)?;
        writer.line.push('\n');
        writer.put().await?;
        Ok(writer)
    }

    /// Appends an event; says `true` once, when the recording has become full and keeps nothing more.
    ///
    /// # Errors
    /// What the file system refuses.
    pub async fn append(&mut self, event: Event<'_>, now: Timestamp) -> io::Result<bool> {
        if self.full {
            return Ok(false);
        }
        let (code, data) = match event {
            Event::Output(bytes) => {
                let text = self.text.take(bytes);
                if text.is_empty() {
                    return Ok(false);
                }
                ("o", text)
            }
            Event::Resize(size) => ("r", format!("{}x{}", size.columns, size.rows)),
            Event::Marker(label) => ("m", label.to_owned()),
            Event::Exit(code) => ("x", code.to_string()),
        };
        self.event(code, &data, now).await?;
        if self.written < self.limit {
            return Ok(false);
        }
        self.event("m", "recording full", now).await?;
        // On the screen too: not every player shows marks.
        self.event("o", FULL, now).await?;
        self.full = true;
        Ok(true)
    }

    /// Hands what was appended to the operating system, so that a killed program loses nothing.
    ///
    /// # Errors
    /// What the file system refuses.
    pub async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// Ends the part and waits until it is on disk.
    ///
    /// # Errors
    /// What the file system refuses.
    pub async fn close(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await
    }

    async fn event(&mut self, code: &str, data: &str, now: Timestamp) -> io::Result<()> {
        let interval = now.since(self.last);
        self.last = self.last.max(now);
        self.line.clear();
        let json = serde_json::to_string(data)?;
        let _ = writeln!(
            self.line,
            "[{}.{:06}, \"{code}\", {json}]",
            interval.as_secs(),
            interval.subsec_micros()
        );
        self.put().await
    }

    async fn put(&mut self) -> io::Result<()> {
        self.file.write_all(self.line.as_bytes()).await?;
        self.written += self.line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_recording_is_asciicast_of_version_3() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a/b.cast");
        let start = Timestamp(1_700_000_000_000_000);
        let mut writer = Writer::create(
            &path,
            "analyst@workstation",
            Size::USUAL,
            start,
            LONGEST_PART,
        )
        .await
        .expect("created");
        let vietnamese = "Ễ\u{1b}[0m\"".as_bytes();
        let later = start + Duration::from_millis(1500);
        writer
            .append(Event::Output(&vietnamese[..2]), later)
            .await
            .expect("first half");
        writer
            .append(Event::Output(&vietnamese[2..]), later)
            .await
            .expect("second half");
        writer
            .append(
                Event::Resize(Size {
                    columns: 132,
                    rows: 38,
                }),
                start,
            )
            .await
            .expect("clock went back");
        writer
            .append(Event::Exit(0), later + Duration::from_secs(2))
            .await
            .expect("exit");
        writer.close().await.expect("closed");
        let lines: Vec<serde_json::Value> = std::fs::read_to_string(&path)
            .expect("read")
            .lines()
            .map(|line| serde_json::from_str(line).expect("json"))
            .collect();
        assert_eq!(lines[0]["version"], 3);
        assert_eq!(lines[0]["term"]["cols"], 80);
        assert_eq!(lines[1], serde_json::json!([1.5, "o", "Ễ\u{1b}[0m\""]));
        assert_eq!(lines[2], serde_json::json!([0.0, "r", "132x38"]));
        assert_eq!(lines[3], serde_json::json!([2.0, "x", "0"]));
        assert!(
            Writer::create(&path, "", Size::USUAL, start, 1)
                .await
                .is_err(),
            "an existing file stays"
        );
    }

    #[tokio::test]
    async fn a_recording_is_bounded_and_says_so_once() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("b.cast");
        let mut writer = Writer::create(&path, "", Size::USUAL, Timestamp(0), 2000)
            .await
            .expect("created");
        let mut told = 0;
        for _ in 0..100 {
            told += usize::from(
                writer
                    .append(Event::Output(&[b'x'; 100]), Timestamp(0))
                    .await
                    .expect("appended"),
            );
        }
        writer.close().await.expect("closed");
        assert_eq!(told, 1);
        let kept = std::fs::read_to_string(&path).expect("file");
        assert!(kept.len() < 2400);
        let last: Vec<&str> = kept.lines().rev().take(2).collect();
        assert!(last[1].contains("\"m\", \"recording full\""), "{kept}");
        assert!(last[0].contains("cut here"), "{kept}");
    }

    #[test]
    fn parts_have_names_of_their_own() {
        let id = uuid::Uuid::nil();
        let path = |part| path_of(ExerciseId(id), TeamId(id), SessionId(id), part);
        assert!(path(1).ends_with(format!("{id}.cast")));
        assert!(path(2).ends_with(format!("{id}.2.cast")));
    }
}
