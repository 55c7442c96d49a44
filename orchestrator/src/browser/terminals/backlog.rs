//! The ring's copy on disk, so that a screen comes back after a restart of the server.
//!
//! Raw bytes in segments named by the offset of their first byte; the last two are kept. Appending leaves them in the
//! operating system's hands, which survives a killed program; what a power cut takes is only what was on the screen.
//! Nothing here is evidence: recordings are.

use std::{
    io,
    path::{Path, PathBuf},
    str::FromStr,
};

use tokio::{
    fs::{self, File, OpenOptions},
    io::AsyncWriteExt as _,
};

use crate::ids::SessionId;

/// How long a segment grows before the next begins, in bytes; two of them make a full ring.
const LONGEST_SEGMENT: u64 = 512 * 1024;

/// Writes a session's segments.
#[derive(Debug)]
pub struct Backlog {
    folder: PathBuf,
    current: Option<(u64, u64, File)>,
}

impl Backlog {
    /// A backlog in `folder`, which is made when there is something to keep.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            current: None,
        }
    }

    /// Appends what the session printed from `offset` on.
    ///
    /// # Errors
    /// What the file system refuses.
    pub async fn append(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let fits = self.current.as_ref().is_some_and(|(start, length, _)| {
            start + length == offset && length + bytes.len() as u64 <= LONGEST_SEGMENT
        });
        if !fits {
            self.begin(offset).await?;
        }
        if let Some((_, length, file)) = &mut self.current {
            file.write_all(bytes).await?;
            file.flush().await?;
            *length += bytes.len() as u64;
        }
        Ok(())
    }

    async fn begin(&mut self, offset: u64) -> io::Result<()> {
        fs::create_dir_all(&self.folder).await?;
        let mut segments = segments(&self.folder).await?;
        segments.retain(|(start, _)| *start < offset);
        while segments.len() > 1 {
            fs::remove_file(segments.remove(0).1).await?;
        }
        let path = self.folder.join(format!("{offset:020}"));
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .await?;
        self.current = Some((offset, 0, file));
        Ok(())
    }
}

/// What a session printed last: the offset of the first byte, and the bytes. Nothing where there is no backlog.
///
/// # Errors
/// What the file system refuses.
pub async fn load(folder: &Path) -> io::Result<(u64, Vec<u8>)> {
    let (mut start, mut bytes) = (0, Vec::new());
    for (offset, path) in segments(folder).await? {
        if start + bytes.len() as u64 != offset {
            bytes.clear();
        }
        if bytes.is_empty() {
            start = offset;
        }
        bytes.extend(fs::read(path).await?);
    }
    Ok((start, bytes))
}

/// Forgets a session's backlog.
///
/// # Errors
/// What the file system refuses; a backlog that is not there is no error.
pub async fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The sessions of which there is a backlog below `folder`.
///
/// # Errors
/// What the file system refuses.
pub async fn all(folder: &Path) -> io::Result<Vec<(SessionId, PathBuf)>> {
    named(folder).await
}

/// The segments of a folder, oldest first.
async fn segments(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut segments = named(folder).await?;
    segments.sort_unstable();
    Ok(segments)
}

/// What stands in a folder under a name of this kind; nothing where there is no folder.
async fn named<T: FromStr>(folder: &Path) -> io::Result<Vec<(T, PathBuf)>> {
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        if let Some(name) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        {
            found.push((name, entry.path()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_screen_comes_back_and_the_disk_stays_bounded() {
        let folder = tempfile::tempdir().expect("folder");
        let folder = folder.path().join("session");
        assert_eq!(load(&folder).await.expect("nothing"), (0, Vec::new()));
        let mut backlog = Backlog::new(folder.clone());
        let chunk = vec![b'a'; 100 * 1024];
        let mut offset = 0;
        for _ in 0..30 {
            backlog.append(offset, &chunk).await.expect("appended");
            offset += chunk.len() as u64;
        }
        drop(backlog);
        let (start, bytes) = load(&folder).await.expect("loaded");
        assert_eq!(start + bytes.len() as u64, offset);
        assert!(
            bytes.len() >= 512 * 1024 && bytes.len() <= 1024 * 1024,
            "{}",
            bytes.len()
        );

        let mut again = Backlog::new(folder.clone());
        again.append(offset, b"more").await.expect("appended");
        drop(again);
        let (start, bytes) = load(&folder).await.expect("loaded");
        assert_eq!(start + bytes.len() as u64, offset + 4);
        assert!(bytes.ends_with(b"more"));
        remove(&folder).await.expect("removed");
        remove(&folder).await.expect("nothing to remove");
    }

    #[tokio::test]
    async fn a_gap_is_not_glued_over() {
        let folder = tempfile::tempdir().expect("folder");
        let mut backlog = Backlog::new(folder.path().to_owned());
        backlog.append(0, b"before").await.expect("appended");
        backlog.append(100, b"after").await.expect("appended");
        assert_eq!(
            load(folder.path()).await.expect("loaded"),
            (100, b"after".to_vec())
        );
    }
}
