//! One build at a time on a machine, whoever starts it: builds share the tags, and would clear each other's layers away.
//! It covers this machine alone; where several build on one remote engine, they take turns by arrangement.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::Duration,
};

use super::{Event, ImagesError, Watch};

/// The file that stands for the machine; it is only ever locked.
const FILE: &str = "thaotruong-images.lock";
/// How often a build that waits looks again.
const AGAIN: Duration = Duration::from_millis(300);

/// Waits until nobody else builds; the file's end frees the lock.
pub(super) async fn take(watch: Watch<'_>) -> Result<File, ImagesError> {
    // Seen alike by everybody on the machine, which a unit's own /tmp and a user's own TMPDIR are not.
    let common = Path::new("/run/lock");
    let path = if common.is_dir() {
        common.join(FILE)
    } else {
        std::env::temp_dir().join(FILE)
    };
    let failed = |error: io::Error| ImagesError::Folder {
        path: path.display().to_string(),
        detail: error.to_string(),
    };
    let file = open(&path).map_err(failed)?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {
                if !told {
                    watch(&Event::Waiting);
                    told = true;
                }
                tokio::time::sleep(AGAIN).await;
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

/// Reading is enough for a lock; another user's file could not be opened otherwise.
fn open(path: &Path) -> io::Result<File> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .open(path),
        opened => opened,
    }
}
