//! The terminal's wire format: binary frames whose first byte is the type, under a versioned subprotocol.
//!
//! Bytes stay bytes: a character that is cut in two by a frame's end is put together by the terminal, never here. Every
//! output frame carries the offset of its first byte, so a viewer that comes back says how far it got and receives only
//! what it lacks. Numbers are big endian. Decoding refuses what it does not know; it never guesses and never allocates
//! more than the frame is long.
//!
//! | to the server | body | | to the client | body |
//! |---|---|---|---|---|
//! | `01` input | bytes | | `81` output | offset u64, bytes |
//! | `02` resize | columns u16, rows u16 | | `82` hello | session 16, columns u16, rows u16, flags u8 |
//! | `03` ack | bytes in all, u64 | | `83` replay end | |
//! | `04` ping | u64 | | `84` size | columns u16, rows u16 |
//! | `05` resume | session 16, offset u64 | | `85` exit | code i32 |
//! | `06` end | | | `86` notice | identifier, NUL, detail (UTF-8) |
//! | `07` ask | | | `87` pong | u64 |
//! | `08` allow | u8, 0 or 1 | | | |
//!
//! The first frames of a client are its `resize` and its `resume`; a `resume` of the nil session asks for a new one.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use uuid::Uuid;

use crate::ids::SessionId;

/// The WebSocket subprotocol that both sides must name.
pub const SUBPROTOCOL: &str = "thaotruong.terminal.v1";

/// The longest frame that a client may send, in bytes: a paste is cut into pieces below it.
pub const LONGEST_CLIENT_FRAME: usize = 64 * 1024;

/// The widest and highest terminal; more is a mistake or an attack on whoever draws it.
const LARGEST: Size = Size {
    columns: 1000,
    rows: 500,
};

/// The smallest terminal that programs bear.
const SMALLEST: Size = Size {
    columns: 2,
    rows: 1,
};

/// A terminal's size in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

impl Size {
    /// What a terminal has before its viewer says more.
    pub const USUAL: Self = Self {
        columns: 80,
        rows: 24,
    };

    /// The nearest size that a terminal may have.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self {
            columns: self.columns.clamp(SMALLEST.columns, LARGEST.columns),
            rows: self.rows.clamp(SMALLEST.rows, LARGEST.rows),
        }
    }
}

/// What a viewer sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// Keys and pastes, as they go to the shell.
    Input(Bytes),
    /// The viewer's window has this size.
    Resize(Size),
    /// The viewer has drawn everything before this offset.
    Acknowledge(u64),
    /// Asks for a pong with the same number.
    Ping(u64),
    /// Asks for this session from this offset on; without a session, for a new one.
    Resume {
        /// The session, where it is not to be a new one.
        session: Option<SessionId>,
        /// How many bytes of it the viewer has.
        offset: u64,
    },
    /// Ends the shell: the viewer closed the terminal for good.
    End,
    /// One who looks asks to type as well, or does so no longer.
    Ask,
    /// The one who types lets those type who asked, or none any more.
    Allow(bool),
}

/// What a viewer receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerFrame {
    /// What the shell printed.
    Output {
        /// How many bytes of the session stand before the first of these.
        offset: u64,
        /// The bytes.
        bytes: Bytes,
    },
    /// The first frame: which session this is.
    Hello {
        /// The session, for a later resume.
        session: SessionId,
        /// Its size now.
        size: Size,
        /// Whether input and sizes of this viewer are ignored.
        read_only: bool,
        /// Whether no holder runs in the node, so that the shell ends with its connection.
        unheld: bool,
    },
    /// What the viewer lacked has been sent; what follows is new.
    ReplayEnd,
    /// The writer's window changed.
    Size(Size),
    /// The shell ended.
    Exit(i32),
    /// Something that the viewer should be told; the page holds the words.
    Notice(Notice),
    /// The answer to a ping.
    Pong(u64),
}

/// A remark of the platform: an identifier for which the page has words, and what to put in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which remark, in small letters and hyphens.
    pub id: &'static str,
    /// A number or a name that stands in it; often empty.
    pub detail: String,
}

impl Notice {
    /// A remark without detail.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            detail: String::new(),
        }
    }

    /// A remark with something to name.
    #[must_use]
    pub fn with(id: &'static str, detail: &dyn ToString) -> Self {
        Self {
            id,
            detail: detail.to_string(),
        }
    }
}

/// Why a frame was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No byte at all.
    #[error("an empty frame")]
    Empty,
    /// A type that this version does not have.
    #[error("frames of type {0:#04x} are unknown")]
    Unknown(u8),
    /// The body is shorter or longer than its type says.
    #[error("a frame of type {0:#04x} has another length")]
    Length(u8),
}

const INPUT: u8 = 0x01;
const RESIZE: u8 = 0x02;
const ACKNOWLEDGE: u8 = 0x03;
const PING: u8 = 0x04;
const RESUME: u8 = 0x05;
const END: u8 = 0x06;
const ASK: u8 = 0x07;
const ALLOW: u8 = 0x08;
const OUTPUT: u8 = 0x81;
const HELLO: u8 = 0x82;
const REPLAY_END: u8 = 0x83;
const SIZE: u8 = 0x84;
const EXIT: u8 = 0x85;
const NOTICE: u8 = 0x86;
const PONG: u8 = 0x87;

const READ_ONLY: u8 = 1;
const UNHELD: u8 = 2;

impl ClientFrame {
    /// Reads a frame.
    ///
    /// # Errors
    /// An unknown type, or a body that is not as long as its type says.
    pub fn decode(mut frame: Bytes) -> Result<Self, FrameError> {
        let kind = if frame.is_empty() {
            return Err(FrameError::Empty);
        } else {
            frame.get_u8()
        };
        let expected = match kind {
            INPUT => frame.len(),
            RESIZE => 4,
            ACKNOWLEDGE | PING => 8,
            RESUME => 24,
            END | ASK => 0,
            ALLOW => 1,
            _ => return Err(FrameError::Unknown(kind)),
        };
        if frame.len() != expected {
            return Err(FrameError::Length(kind));
        }
        Ok(match kind {
            INPUT => Self::Input(frame),
            RESIZE => Self::Resize(Size {
                columns: frame.get_u16(),
                rows: frame.get_u16(),
            }),
            ACKNOWLEDGE => Self::Acknowledge(frame.get_u64()),
            PING => Self::Ping(frame.get_u64()),
            RESUME => {
                let session = Uuid::from_u128(frame.get_u128());
                Self::Resume {
                    session: (!session.is_nil()).then_some(SessionId(session)),
                    offset: frame.get_u64(),
                }
            }
            ASK => Self::Ask,
            ALLOW => Self::Allow(frame.get_u8() != 0),
            _ => Self::End,
        })
    }

    /// Writes a frame, as a client does.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut frame = BytesMut::new();
        match self {
            Self::Input(bytes) => {
                frame.put_u8(INPUT);
                frame.put_slice(bytes);
            }
            Self::Resize(size) => put_size(&mut frame, RESIZE, *size),
            Self::Acknowledge(total) => put_number(&mut frame, ACKNOWLEDGE, *total),
            Self::Ping(number) => put_number(&mut frame, PING, *number),
            Self::Resume { session, offset } => {
                frame.put_u8(RESUME);
                frame.put_u128(session.map_or(0, |session| session.0.as_u128()));
                frame.put_u64(*offset);
            }
            Self::End => frame.put_u8(END),
            Self::Ask => frame.put_u8(ASK),
            Self::Allow(allowed) => {
                frame.put_u8(ALLOW);
                frame.put_u8(u8::from(*allowed));
            }
        }
        frame.freeze()
    }
}

impl ServerFrame {
    /// Writes a frame.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut frame = BytesMut::new();
        match self {
            Self::Output { offset, bytes } => {
                frame.reserve(9 + bytes.len());
                put_number(&mut frame, OUTPUT, *offset);
                frame.put_slice(bytes);
            }
            Self::Hello {
                session,
                size,
                read_only,
                unheld,
            } => {
                frame.put_u8(HELLO);
                frame.put_u128(session.0.as_u128());
                frame.put_u16(size.columns);
                frame.put_u16(size.rows);
                frame.put_u8(
                    if *read_only { READ_ONLY } else { 0 } | if *unheld { UNHELD } else { 0 },
                );
            }
            Self::ReplayEnd => frame.put_u8(REPLAY_END),
            Self::Size(size) => put_size(&mut frame, SIZE, *size),
            Self::Exit(code) => {
                frame.put_u8(EXIT);
                frame.put_i32(*code);
            }
            Self::Notice(notice) => {
                frame.put_u8(NOTICE);
                frame.put_slice(notice.id.as_bytes());
                frame.put_u8(0);
                frame.put_slice(notice.detail.as_bytes());
            }
            Self::Pong(number) => put_number(&mut frame, PONG, *number),
        }
        frame.freeze()
    }
}

fn put_number(frame: &mut BytesMut, kind: u8, number: u64) {
    frame.put_u8(kind);
    frame.put_u64(number);
}

fn put_size(frame: &mut BytesMut, kind: u8, size: Size) {
    frame.put_u8(kind);
    frame.put_u16(size.columns);
    frame.put_u16(size.rows);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn size() -> impl Strategy<Value = Size> {
        (any::<u16>(), any::<u16>()).prop_map(|(columns, rows)| Size { columns, rows })
    }

    fn client_frame() -> impl Strategy<Value = ClientFrame> {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200)
                .prop_map(|bytes| ClientFrame::Input(bytes.into())),
            size().prop_map(ClientFrame::Resize),
            any::<u64>().prop_map(ClientFrame::Acknowledge),
            any::<u64>().prop_map(ClientFrame::Ping),
            (any::<Option<u128>>(), any::<u64>()).prop_map(|(session, offset)| {
                ClientFrame::Resume {
                    session: session
                        .filter(|id| *id != 0)
                        .map(|id| SessionId(Uuid::from_u128(id))),
                    offset,
                }
            }),
            Just(ClientFrame::End),
        ]
    }

    proptest! {
        #[test]
        fn what_a_client_writes_is_what_the_server_reads(frame in client_frame()) {
            prop_assert_eq!(ClientFrame::decode(frame.encode()), Ok(frame));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(frame) = ClientFrame::decode(bytes.clone().into()) {
                prop_assert_eq!(frame.encode().to_vec(), bytes);
            }
        }

        #[test]
        fn a_clamped_size_stays(size in size()) {
            let clamped = size.clamped();
            prop_assert_eq!(clamped, clamped.clamped());
            prop_assert!(clamped.columns >= 2 && clamped.columns <= 1000);
            prop_assert!(clamped.rows >= 1 && clamped.rows <= 500);
        }

        #[test]
        fn output_carries_its_offset(offset: u64, bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let frame = ServerFrame::Output { offset, bytes: bytes.clone().into() }.encode();
            prop_assert_eq!(frame[0], OUTPUT);
            prop_assert_eq!(frame[1..9].to_vec(), offset.to_be_bytes().to_vec());
            prop_assert_eq!(frame[9..].to_vec(), bytes);
        }
    }

    #[test]
    fn the_wire_is_as_documented() {
        let session = SessionId(Uuid::from_u128(0x0102));
        let size = Size {
            columns: 132,
            rows: 38,
        };
        let hello = ServerFrame::Hello {
            session,
            size,
            read_only: true,
            unheld: true,
        }
        .encode();
        assert_eq!(
            hex::encode(hello),
            "82000000000000000000000000000001020084002603"
        );
        assert_eq!(
            ServerFrame::Exit(-1).encode().as_ref(),
            [EXIT, 255, 255, 255, 255]
        );
        assert_eq!(
            ServerFrame::Notice(Notice::with("dropped", &7))
                .encode()
                .as_ref(),
            b"\x86dropped\x007"
        );
        assert_eq!(ServerFrame::ReplayEnd.encode().as_ref(), [REPLAY_END]);
        assert_eq!(ServerFrame::Pong(1).encode().len(), 9);
        assert_eq!(
            ServerFrame::Size(size).encode().as_ref(),
            [SIZE, 0, 132, 0, 38]
        );
    }

    #[test]
    fn a_wrong_length_is_refused() {
        assert_eq!(ClientFrame::decode(Bytes::new()), Err(FrameError::Empty));
        assert_eq!(
            ClientFrame::decode(Bytes::from_static(&[RESIZE, 0, 80])),
            Err(FrameError::Length(RESIZE))
        );
        assert_eq!(
            ClientFrame::decode(Bytes::from_static(&[END, 0])),
            Err(FrameError::Length(END))
        );
        assert_eq!(
            ClientFrame::decode(Bytes::from_static(&[OUTPUT])),
            Err(FrameError::Unknown(OUTPUT))
        );
    }
}
