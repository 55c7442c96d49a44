//! What a terminal printed last, by offset: the one buffer from which every viewer of a session reads.
//!
//! Viewers hold a cursor instead of a queue, so a slow one costs nothing: it finds its place overwritten, is told how
//! much it missed, and goes on. Memory of a session is bounded by the ring, however many watch.

use std::collections::VecDeque;

use bytes::Bytes;

/// How far a replay that begins in the middle looks for the start of a line, in bytes.
const LINE_SEARCH: usize = 4096;

/// A piece of the ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Offset of its first byte.
    pub offset: u64,
    /// The bytes.
    pub bytes: Bytes,
    /// How many bytes before it are no longer there although they were asked for.
    pub lost: u64,
}

/// The last bytes of a session.
#[derive(Debug)]
pub struct Ring {
    start: u64,
    bytes: VecDeque<u8>,
    capacity: usize,
}

impl Ring {
    /// An empty ring whose next byte has offset `start`.
    #[must_use]
    pub const fn new(capacity: usize, start: u64) -> Self {
        Self {
            start,
            bytes: VecDeque::new(),
            capacity,
        }
    }

    /// The offset of the next byte: how many the session printed in all.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Appends, and forgets what no longer fits.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
        let excess = self.bytes.len().saturating_sub(self.capacity);
        self.bytes.drain(..excess);
        self.start += excess as u64;
    }

    /// At most `longest` bytes from `cursor` on; nothing where there is nothing newer.
    ///
    /// A cursor beyond the end (a viewer that saw what a power cut took from the disk) is set back to the end, so that
    /// it goes on from there.
    #[must_use]
    pub fn read(&self, cursor: u64, longest: usize) -> Option<Piece> {
        let from = if cursor < self.start {
            self.start + self.to_line_start() as u64
        } else {
            cursor
        };
        if from >= self.end() {
            return None;
        }
        let skip = usize::try_from(from - self.start).ok()?;
        let bytes: Vec<u8> = self
            .bytes
            .range(skip..self.bytes.len().min(skip + longest))
            .copied()
            .collect();
        Some(Piece {
            offset: from,
            bytes: bytes.into(),
            lost: from.saturating_sub(cursor),
        })
    }

    /// Bytes up to the first line that is whole.
    fn to_line_start(&self) -> usize {
        self.bytes
            .iter()
            .take(LINE_SEARCH)
            .position(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_overwritten_cursor_goes_on_at_a_line() {
        let mut ring = Ring::new(8, 0);
        ring.push(b"first\nsecond");
        assert_eq!(ring.end(), 12);
        let piece = ring.read(0, 100).expect("a piece");
        assert_eq!(
            piece,
            Piece {
                offset: 6,
                bytes: Bytes::from_static(b"second"),
                lost: 6
            }
        );
        assert_eq!(ring.read(12, 100), None);
        assert_eq!(ring.read(99, 100), None);
    }

    proptest! {
        #[test]
        fn a_viewer_in_time_sees_every_byte(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..40),
            longest in 1_usize..20,
            start: u32,
        ) {
            let mut ring = Ring::new(64, u64::from(start));
            let (mut cursor, mut seen) = (u64::from(start), Vec::new());
            for chunk in &chunks {
                ring.push(chunk);
                while let Some(piece) = ring.read(cursor, longest) {
                    prop_assert_eq!(piece.lost, 0);
                    prop_assert_eq!(piece.offset, cursor);
                    cursor += piece.bytes.len() as u64;
                    seen.extend_from_slice(&piece.bytes);
                }
            }
            prop_assert_eq!(seen, chunks.concat());
        }

        #[test]
        fn memory_is_bounded(chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..20)) {
            let mut ring = Ring::new(64, 0);
            for chunk in &chunks {
                ring.push(chunk);
                prop_assert!(ring.bytes.len() <= 64);
            }
            prop_assert_eq!(ring.end(), chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>());
        }
    }
}
