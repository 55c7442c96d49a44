//! One terminal session as all its viewers share it: ring, size, who writes, what it is waiting for.
//!
//! The state is behind a plain lock that is held for a copy at most; nothing waits while holding it. Viewers wait for
//! `changed`, the runner for `room`, so a slow viewer slows nobody but itself, and the writer alone can slow the shell.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    browser::frames::{Notice, ServerFrame, Size},
    clock::Timestamp,
    environments::engine::{Incarnation, NodeRef},
    ids::{ExerciseId, PersonId, SessionId, TeamId},
};

use super::{
    ring::Ring,
    sharing::{Shared, end_sharing, stop_typing},
};

/// How much the writer may have before it without having drawn it, in bytes; then the shell waits.
pub const LONGEST_UNACKNOWLEDGED: u64 = 256 * 1024;

/// How much a session remembers, in bytes.
pub const RING: usize = 1024 * 1024;

/// How much typed input may wait for the shell, in bytes.
const LONGEST_INPUT: usize = 1024 * 1024;

/// How many remarks may wait for one viewer; the oldest goes.
const LONGEST_OUTBOX: usize = 64;

/// Which terminal a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The exercise.
    pub exercise: ExerciseId,
    /// The team whose environment it is.
    pub team: TeamId,
    /// The machine.
    pub node: NodeRef,
    /// The machine's life; a reset ends its sessions.
    pub incarnation: Incarnation,
    /// The user of the node who runs the shell.
    pub user: String,
}

/// Why a session is over, for this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The shell ended with this code.
    Exited(i32),
    /// The shell lives on, but this server holds it no longer: the remark says why.
    Left(Notice),
    /// The shell is gone, and nobody knows its code: the remark says why.
    Lost(Notice),
}

/// A viewer within its session.
pub type ViewerId = u64;

#[derive(Debug)]
pub(super) struct Seat {
    pub(super) person: PersonId,
    pub(super) outbox: VecDeque<ServerFrame>,
    pub(super) dismissed: bool,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) ring: Ring,
    pub(super) size: Size,
    /// Whether the shell is attached, so that viewers can be greeted.
    pub(super) ready: bool,
    pub(super) unheld: bool,
    pub(super) writer: Option<ViewerId>,
    pub(super) acknowledged: u64,
    pub(super) seats: BTreeMap<ViewerId, Seat>,
    /// Those who asked to type as well, and those who were allowed to.
    pub(super) shared: Shared,
    pub(super) ending: Option<Ending>,
    first_remark: Option<Notice>,
    next_viewer: ViewerId,
    waiting_input: usize,
}

/// A terminal session.
#[derive(Debug)]
pub struct Session {
    /// Its identifier, which viewers resume with.
    pub id: SessionId,
    /// Where it is.
    pub place: Place,
    /// Whose it is: the one who may type.
    pub person: PersonId,
    /// When it was opened.
    pub opened_at: Timestamp,
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    pub(super) viewers: watch::Sender<usize>,
    pub(super) sizes: watch::Sender<Size>,
    input: mpsc::UnboundedSender<Bytes>,
    room: Notify,
    /// Cancelled when the shell is to be ended.
    pub(super) end: CancellationToken,
    halt: watch::Sender<Option<Notice>>,
}

impl Session {
    pub(super) fn new(
        (id, place, person, opened_at): (SessionId, Place, PersonId, Timestamp),
        ring: Ring,
        size: Size,
        input: mpsc::UnboundedSender<Bytes>,
    ) -> Self {
        let state = State {
            acknowledged: ring.end(),
            ring,
            size,
            ready: false,
            unheld: false,
            writer: None,
            seats: BTreeMap::new(),
            shared: Shared::default(),
            ending: None,
            first_remark: None,
            next_viewer: 0,
            waiting_input: 0,
        };
        Self {
            id,
            place,
            person,
            opened_at,
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            viewers: watch::Sender::new(0),
            sizes: watch::Sender::new(size),
            input,
            room: Notify::new(),
            end: CancellationToken::new(),
            halt: watch::Sender::new(None),
        }
    }

    /// Ends the session for everybody: its exercise or its node is over.
    pub(super) fn halt(&self, notice: Notice) {
        self.halt.send_replace(Some(notice));
    }

    /// Waits until somebody halts the session, and says why.
    pub(super) async fn halted(&self) -> Notice {
        let mut halt = self.halt.subscribe();
        match halt
            .wait_for(Option::is_some)
            .await
            .map(|notice| notice.clone())
        {
            Ok(Some(notice)) => notice,
            _ => std::future::pending().await,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Tells every viewer to look again.
    pub(super) fn touch(&self) {
        self.changed
            .send_modify(|version| *version = version.wrapping_add(1));
    }

    /// Appends output and says at which offset it stands.
    pub(super) fn push(&self, bytes: &[u8]) -> u64 {
        let offset = {
            let mut state = self.lock();
            let offset = state.ring.end();
            state.ring.push(bytes);
            offset
        };
        self.touch();
        offset
    }

    /// Waits until the writer, where there is one, has drawn enough for more to be read.
    pub(super) async fn room(&self) {
        loop {
            let room = self.room.notified();
            {
                let state = self.lock();
                if state.writer.is_none()
                    || state.ring.end() - state.acknowledged <= LONGEST_UNACKNOWLEDGED
                {
                    return;
                }
            }
            room.await;
        }
    }

    pub(super) fn set_ready(&self, unheld: bool) {
        {
            let mut state = self.lock();
            state.ready = true;
            state.unheld = unheld;
        }
        self.touch();
    }

    pub(super) fn set_ending(&self, ending: Ending) {
        self.lock().ending.get_or_insert(ending);
        self.touch();
    }

    /// Whether the session is over for this server.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.lock().ending.is_some()
    }

    /// How many look at it.
    #[must_use]
    pub fn watched_by(&self) -> usize {
        self.lock().seats.len()
    }

    /// A remark for every viewer.
    pub(super) fn tell_all(&self, notice: &Notice) {
        for seat in self.lock().seats.values_mut() {
            post(&mut seat.outbox, ServerFrame::Notice(notice.clone()));
        }
        self.touch();
    }

    /// A remark for whoever comes first, made before anybody sits.
    pub(super) fn tell_later(&self, notice: Notice) {
        self.lock().first_remark = Some(notice);
    }

    /// Seats a viewer; one who writes takes the pen from whoever had it.
    pub(super) fn join(
        &self,
        person: PersonId,
        writes: bool,
        cursor: u64,
        size: Option<Size>,
    ) -> ViewerId {
        let (viewer, count) = {
            let mut state = self.lock();
            let viewer = state.next_viewer;
            state.next_viewer += 1;
            if writes {
                if let Some(before) = state.writer.replace(viewer)
                    && let Some(seat) = state.seats.get_mut(&before)
                {
                    post(
                        &mut seat.outbox,
                        ServerFrame::Notice(Notice::new("taken-over")),
                    );
                }
                state.acknowledged = cursor.min(state.ring.end());
                // What one window allowed another one did not.
                end_sharing(&mut state);
            }
            let outbox = state
                .first_remark
                .take()
                .map(ServerFrame::Notice)
                .into_iter()
                .collect();
            state.seats.insert(
                viewer,
                Seat {
                    person,
                    outbox,
                    dismissed: false,
                },
            );
            tell_watched(&mut state, self.person);
            (viewer, state.seats.len())
        };
        if let Some(size) = size.filter(|_| writes) {
            self.resize(viewer, size);
        }
        self.viewers.send_replace(count);
        self.room.notify_one();
        self.touch();
        viewer
    }

    pub(super) fn leave(&self, viewer: ViewerId) {
        let count = {
            let mut state = self.lock();
            state.seats.remove(&viewer);
            if state.writer == Some(viewer) {
                state.writer = None;
                end_sharing(&mut state);
            } else {
                stop_typing(&mut state, viewer);
            }
            tell_watched(&mut state, self.person);
            state.seats.len()
        };
        self.viewers.send_replace(count);
        self.room.notify_one();
        self.touch();
    }

    /// Shows the door to those viewers whom `who` names.
    pub(super) fn dismiss(&self, notice: &Notice, who: impl Fn(PersonId) -> bool) {
        for seat in self
            .lock()
            .seats
            .values_mut()
            .filter(|seat| who(seat.person))
        {
            post(&mut seat.outbox, ServerFrame::Notice(notice.clone()));
            seat.dismissed = true;
        }
        self.touch();
    }

    pub(super) fn writes(&self, viewer: ViewerId) -> bool {
        self.lock().writer == Some(viewer)
    }

    /// Queues input for the shell; says `false` where too much waits already.
    pub(super) fn type_in(&self, bytes: Bytes) -> bool {
        {
            let mut state = self.lock();
            if state.waiting_input + bytes.len() > LONGEST_INPUT {
                return false;
            }
            state.waiting_input += bytes.len();
        }
        self.input.send(bytes).is_ok()
    }

    pub(super) fn typed(&self, count: usize) {
        let mut state = self.lock();
        state.waiting_input = state.waiting_input.saturating_sub(count);
    }

    pub(super) fn resize(&self, viewer: ViewerId, size: Size) {
        let size = size.clamped();
        {
            let mut state = self.lock();
            if state.writer != Some(viewer) || state.size == size {
                return;
            }
            state.size = size;
        }
        self.sizes.send_replace(size);
        self.touch();
    }

    pub(super) fn acknowledge(&self, viewer: ViewerId, total: u64) {
        let mut state = self.lock();
        if state.writer == Some(viewer) {
            state.acknowledged = state.acknowledged.max(total.min(state.ring.end()));
            self.room.notify_one();
        }
    }

    pub(super) fn post(&self, viewer: ViewerId, frame: ServerFrame) {
        if let Some(seat) = self.lock().seats.get_mut(&viewer) {
            post(&mut seat.outbox, frame);
        }
        self.touch();
    }
}

pub(super) fn post(outbox: &mut VecDeque<ServerFrame>, frame: ServerFrame) {
    if outbox.len() >= LONGEST_OUTBOX {
        outbox.pop_front();
    }
    outbox.push_back(frame);
}

/// Tells the writer how many others look on: nobody is watched unawares.
fn tell_watched(state: &mut State, owner: PersonId) {
    let others = state
        .seats
        .values()
        .filter(|seat| seat.person != owner)
        .count();
    if let Some(seat) = state.writer.and_then(|writer| state.seats.get_mut(&writer)) {
        post(
            &mut seat.outbox,
            ServerFrame::Notice(Notice::with("watched", &others)),
        );
    }
}
