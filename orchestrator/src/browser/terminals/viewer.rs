//! One viewer of a session: a cursor into its ring, and what it may do.
//!
//! The order in which a viewer learns things is fixed: hello, what it lacked, the end of the replay, then what is new;
//! after an exit nothing more. A viewer that fell behind the ring is told how much it lost and goes on from there.

use std::sync::Arc;

use tokio::sync::watch;

use crate::browser::frames::{ClientFrame, Notice, ServerFrame, Size};

use super::{
    Goodbye,
    session::{Ending, Session, State, ViewerId},
};

/// The longest piece of output in one frame, in bytes: small enough that a key's echo never waits long behind it.
const LONGEST_OUTPUT: usize = 32 * 1024;

/// Receives a session's frames. Dropping it leaves the session, whose shell goes on.
#[derive(Debug)]
pub struct Viewer {
    controls: Controls,
    changed: watch::Receiver<u64>,
    cursor: u64,
    size: Size,
    greeted: bool,
    replay_to: Option<u64>,
    finished: bool,
}

/// What a viewer does to its session; separate from [`Viewer`] so that receiving never waits for sending.
#[derive(Clone, Debug)]
pub struct Controls {
    session: Arc<Session>,
    id: ViewerId,
}

enum Step {
    Send(ServerFrame),
    Wait,
    Finished,
}

impl Viewer {
    pub(super) fn new(session: Arc<Session>, id: ViewerId, cursor: u64) -> Self {
        let changed = session.changes();
        let controls = Controls { session, id };
        Self {
            controls,
            changed,
            cursor,
            size: Size::USUAL,
            greeted: false,
            replay_to: None,
            finished: false,
        }
    }

    /// The handle through which this viewer's frames take effect.
    #[must_use]
    pub fn controls(&self) -> Controls {
        self.controls.clone()
    }

    /// The next frame for the viewer; `None` when there is nothing more to come. May be dropped and called again.
    pub async fn next(&mut self) -> Option<ServerFrame> {
        loop {
            self.changed.borrow_and_update();
            match self.step() {
                Step::Send(frame) => return Some(frame),
                Step::Finished => return None,
                Step::Wait => self.changed.changed().await.ok()?,
            }
        }
    }

    /// Why there is nothing more to come, so that the viewer's program knows whether to try again.
    #[must_use]
    pub fn goodbye(&self) -> Goodbye {
        match &self.controls.session.lock().ending {
            Some(Ending::Exited(_) | Ending::Lost(_)) => Goodbye::Over,
            Some(Ending::Left(_)) => Goodbye::Again,
            None => Goodbye::Refused,
        }
    }

    fn step(&mut self) -> Step {
        if self.finished {
            return Step::Finished;
        }
        let session = Arc::clone(&self.controls.session);
        let mut state = session.lock();
        if !self.greeted {
            if state.ready {
                return self.greet(&state);
            }
            if state.ending.is_none() {
                return Step::Wait;
            }
        }
        if let Some(seat) = state.seats.get_mut(&self.controls.id) {
            if let Some(frame) = seat.outbox.pop_front() {
                return Step::Send(frame);
            }
            if seat.dismissed {
                return Step::Finished;
            }
        }
        self.output(&state)
    }

    fn greet(&mut self, state: &State) -> Step {
        self.greeted = true;
        self.size = state.size;
        self.replay_to = Some(state.ring.end());
        Step::Send(ServerFrame::Hello {
            session: self.controls.session.id,
            size: state.size,
            read_only: state.writer != Some(self.controls.id),
            unheld: state.unheld,
        })
    }

    fn output(&mut self, state: &State) -> Step {
        if self.greeted && self.size != state.size {
            self.size = state.size;
            return Step::Send(ServerFrame::Size(state.size));
        }
        if let Some(piece) = state.ring.read(self.cursor, LONGEST_OUTPUT) {
            if piece.lost > 0 && self.cursor > 0 {
                self.cursor = piece.offset;
                return Step::Send(ServerFrame::Notice(Notice::with("dropped", &piece.lost)));
            }
            self.cursor = piece.offset + piece.bytes.len() as u64;
            return Step::Send(ServerFrame::Output {
                offset: piece.offset,
                bytes: piece.bytes,
            });
        }
        self.cursor = self.cursor.min(state.ring.end());
        if self.replay_to.is_some_and(|end| self.cursor >= end) {
            self.replay_to = None;
            return Step::Send(ServerFrame::ReplayEnd);
        }
        match &state.ending {
            None => Step::Wait,
            Some(ending) => {
                self.finished = true;
                Step::Send(match ending {
                    Ending::Exited(code) => ServerFrame::Exit(*code),
                    Ending::Left(notice) | Ending::Lost(notice) => {
                        ServerFrame::Notice(notice.clone())
                    }
                })
            }
        }
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.controls.session.leave(self.controls.id);
    }
}

impl Controls {
    /// Whether the session counts this viewer as the one who types.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.session.writes(self.id)
    }

    /// The session that is viewed.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Lets a frame take effect. What only the writer may do has none for others. Says so where the writer has just let
    /// others type as well (`true`) or no longer does.
    pub fn handle(&self, frame: ClientFrame) -> Option<bool> {
        match frame {
            ClientFrame::Ask => self.session.ask(self.id),
            ClientFrame::Allow(allowed) => {
                return self.session.allow(self.id, allowed).then_some(allowed);
            }
            ClientFrame::Input(bytes) => {
                if self.session.types(self.id) && !self.session.type_in(bytes) {
                    self.session
                        .post(self.id, ServerFrame::Notice(Notice::new("input-lost")));
                }
            }
            ClientFrame::Resize(size) => self.session.resize(self.id, size),
            ClientFrame::Acknowledge(total) => self.session.acknowledge(self.id, total),
            ClientFrame::Ping(number) => self.session.post(self.id, ServerFrame::Pong(number)),
            ClientFrame::End => {
                if self.writes() {
                    self.session.end.cancel();
                }
            }
            ClientFrame::Resume { .. } => {}
        }
        None
    }

    /// Tells this viewer something and lets it go: its account may no longer look.
    pub fn dismiss(&self, notice: Notice) {
        if let Some(seat) = self.session.lock().seats.get_mut(&self.id) {
            seat.outbox.push_back(ServerFrame::Notice(notice));
            seat.dismissed = true;
        }
        self.session.touch();
    }
}
