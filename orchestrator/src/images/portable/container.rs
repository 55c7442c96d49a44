//! The tar below a bundle, in the one form that is written and taken.
//!
//! The form leaves no choice: an entry's header follows from its path, size and mode alone, so that a reader makes the
//! header that it expects and compares. It must never read a header for what it says, but for the sizes of
//! manifest and signature, which nothing else tells.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use aws_lc_rs::digest::{Context, SHA256, digest};

/// A tar goes by blocks of so many bytes.
pub(super) const BLOCK: u64 = 512;
/// The empty blocks at a tar's end.
pub(super) const END: u64 = 2 * BLOCK;
/// How much is read at once.
pub(super) const CHUNK: usize = 256 << 10;
/// The first entry and the second.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SIGNATURE: &str = "signature.jws";

/// An entry behind the manifest and its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
    pub(super) executable: bool,
}

/// Where a piece of images' content stands.
pub(super) fn blob_path(sha256: &str) -> String {
    format!("blobs/sha256/{sha256}")
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// All that stands before an entry's content.
pub(super) fn header(path: &str, size: u64, executable: bool) -> io::Result<Vec<u8>> {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(if executable { 0o755 } else { 0o644 });
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    let mut builder = tar::Builder::new(Vec::new());
    // The content goes its own way; a long path brings an entry of its own before the header.
    builder.append_data(&mut header, path, io::empty())?;
    let mut bytes = builder.into_inner()?;
    bytes.truncate(bytes.len().saturating_sub(1024));
    Ok(bytes)
}

/// How many zeros fill the last block of `size` bytes.
pub(super) const fn padding(size: u64) -> u64 {
    (BLOCK - size % BLOCK) % BLOCK
}

/// What an entry takes in the file.
pub(super) fn length(path: &str, size: u64) -> io::Result<u64> {
    let header = header(path, size, false)?.len() as u64;
    Ok(header + size + padding(size))
}

/// The size that a header gives.
pub(super) fn stated_size(header: &[u8; 512]) -> Option<u64> {
    tar::Header::from_byte_slice(header).entry_size().ok()
}

/// Writes a bundle; pieces of content are named when they are through, by what they held.
pub(super) struct Writer {
    file: BufWriter<File>,
}

impl Writer {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(CHUNK, File::create(path)?);
        Ok(Self { file })
    }

    /// An entry whose content is here.
    pub(super) fn entry(&mut self, path: &str, bytes: &[u8], executable: bool) -> io::Result<()> {
        let size = bytes.len() as u64;
        self.file.write_all(&header(path, size, executable)?)?;
        self.file.write_all(bytes)?;
        self.fill(size)
    }

    /// A piece of content of `size` bytes, unless `known` has one like it; gives its SHA-256.
    pub(super) fn blob(
        &mut self,
        size: u64,
        content: &mut dyn Read,
        known: impl Fn(&str) -> bool,
    ) -> io::Result<String> {
        let start = self.file.stream_position()?;
        let unnamed = "0".repeat(64);
        self.file
            .write_all(&header(&blob_path(&unnamed), size, false)?)?;
        let mut hash = Context::new(&SHA256);
        let mut chunk = vec![0; CHUNK];
        let mut left = size;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let read = content.read(&mut chunk[..most])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            hash.update(&chunk[..read]);
            self.file.write_all(&chunk[..read])?;
            left -= read as u64;
        }
        self.fill(size)?;
        let name = hex::encode(hash.finish());
        let end = self.file.stream_position()?;
        self.file.seek(SeekFrom::Start(start))?;
        if known(&name) {
            return Ok(name);
        }
        self.file
            .write_all(&header(&blob_path(&name), size, false)?)?;
        self.file.seek(SeekFrom::Start(end))?;
        Ok(name)
    }

    /// Writes the first two entries over their places, the end, and all of it to the disk.
    pub(super) fn finish(mut self, manifest: &[u8], signature: &[u8]) -> io::Result<u64> {
        let end = usize::try_from(END).unwrap_or_default();
        self.file.write_all(&vec![0; end])?;
        let length = self.file.stream_position()?;
        self.file.seek(SeekFrom::Start(0))?;
        self.entry(MANIFEST, manifest, false)?;
        self.entry(SIGNATURE, signature, false)?;
        self.file.flush()?;
        let file = self.file.get_ref();
        // What came twice at the very end may have reached further.
        file.set_len(length)?;
        file.sync_all()?;
        Ok(length)
    }

    fn fill(&mut self, size: u64) -> io::Result<()> {
        let zeros = [0; 512];
        let count = usize::try_from(padding(size)).unwrap_or_default();
        self.file.write_all(&zeros[..count])
    }
}
