//! Typing along: one who looks asks, the one who opened the terminal says yes, and may take it back at any time.
//!
//! The pen stays with the one who opened it: size, end and pace are its own. Consent is of one window: where that leaves
//! or another takes over, nobody else types any more.

use std::collections::BTreeSet;

use super::session::{Session, State, ViewerId, post};
use crate::browser::frames::{Notice, ServerFrame};

/// Those who may type beside the one who opened the terminal. Never anybody whom that one did not let.
#[derive(Debug, Default)]
pub(super) struct Shared {
    asking: BTreeSet<ViewerId>,
    typing: BTreeSet<ViewerId>,
}

impl Session {
    /// One who looks asks the one who types to let it type as well; asked again by one who may, it does so no longer.
    pub(super) fn ask(&self, viewer: ViewerId) {
        {
            let mut state = self.lock();
            let state = &mut *state;
            if state.writer == Some(viewer) {
                return;
            }
            if state.shared.typing.contains(&viewer) {
                stop_typing(state, viewer);
                tell(state, viewer, "join-ended");
            } else if let Some(writer) = state.writer {
                state.shared.asking.insert(viewer);
                tell(state, writer, "join-asked");
                tell(state, viewer, "join-waits");
            } else {
                tell(state, viewer, "join-nobody");
            }
        }
        self.touch();
    }

    /// The one who types lets those type who asked, or none any more; says whether that changed anything.
    pub(super) fn allow(&self, viewer: ViewerId, allowed: bool) -> bool {
        let changed = {
            let mut state = self.lock();
            let state = &mut *state;
            if state.writer != Some(viewer) {
                return false;
            }
            if allowed {
                let asking = std::mem::take(&mut state.shared.asking);
                for other in &asking {
                    tell(state, *other, "join-allowed");
                }
                if !asking.is_empty() {
                    tell(state, viewer, "joined");
                }
                let changed = !asking.is_empty();
                state.shared.typing.extend(asking);
                changed
            } else {
                let changed = !state.shared.typing.is_empty();
                end_sharing(state);
                tell(state, viewer, "join-over");
                changed
            }
        };
        self.touch();
        changed
    }

    /// Whether a viewer may type: the one who opened the terminal, and those whom that one lets.
    pub(super) fn types(&self, viewer: ViewerId) -> bool {
        let state = self.lock();
        state.writer == Some(viewer) || state.shared.typing.contains(&viewer)
    }
}

/// Nobody but the one who opened the terminal types any more.
pub(super) fn end_sharing(state: &mut State) {
    let Shared { asking, typing } = std::mem::take(&mut state.shared);
    for viewer in asking.into_iter().chain(typing) {
        tell(state, viewer, "join-refused");
    }
}

/// One who was allowed to types no longer, by its own will.
pub(super) fn stop_typing(state: &mut State, viewer: ViewerId) {
    let asked = state.shared.asking.remove(&viewer);
    let typed = state.shared.typing.remove(&viewer);
    let left = state.shared.typing.is_empty() && state.shared.asking.is_empty();
    if let Some(writer) = state.writer.filter(|_| (asked || typed) && left) {
        tell(state, writer, "join-over");
    }
}

fn tell(state: &mut State, viewer: ViewerId, id: &'static str) {
    if let Some(seat) = state.seats.get_mut(&viewer) {
        post(&mut seat.outbox, ServerFrame::Notice(Notice::new(id)));
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::{
        browser::{
            frames::Size,
            terminals::{Place, RING, ring::Ring},
        },
        clock::Timestamp,
        environments::engine::NodeRef,
        ids::{EnvironmentId, ExerciseId, PersonId, SessionId, TeamId},
    };

    fn session() -> Session {
        let place = Place {
            exercise: ExerciseId::new(),
            team: TeamId::new(),
            node: NodeRef {
                environment: EnvironmentId::new(),
                node: "desk".into(),
            },
            incarnation: 1,
            user: "root".to_owned(),
        };
        let (input, _) = mpsc::unbounded_channel();
        let who = (SessionId::new(), place, PersonId::new(), Timestamp(0));
        Session::new(who, Ring::new(RING, 0), Size::USUAL, input)
    }

    fn told(session: &Session, viewer: ViewerId) -> Vec<&'static str> {
        let mut state = session.lock();
        let seat = state.seats.get_mut(&viewer).unwrap();
        let ids = seat.outbox.drain(..).filter_map(|frame| match frame {
            ServerFrame::Notice(notice) if notice.id != "watched" => Some(notice.id),
            _ => None,
        });
        ids.collect()
    }

    #[test]
    fn nobody_types_along_whom_the_one_who_opened_it_did_not_let() {
        let session = session();
        let owner = session.join(session.person, true, 0, None);
        let guest = session.join(PersonId::new(), false, 0, None);
        let other = session.join(PersonId::new(), false, 0, None);
        session.ask(guest);
        assert!(!session.types(guest), "asking is not being allowed");
        assert!(!session.allow(guest, true), "nobody lets itself in");
        assert_eq!(told(&session, owner), ["join-asked"]);
        assert!(session.allow(owner, true));
        assert!(session.types(guest) && !session.types(other));
        assert_eq!(told(&session, guest), ["join-waits", "join-allowed"]);
        assert!(
            !session.allow(owner, true),
            "there is nobody more to let in"
        );
        assert!(session.allow(owner, false), "taken back");
        assert!(!session.types(guest));
        assert_eq!(told(&session, guest), ["join-refused"]);
        assert!(session.types(owner));
    }

    #[test]
    fn consent_goes_with_the_window_that_gave_it() {
        let session = session();
        let owner = session.join(session.person, true, 0, None);
        let guest = session.join(PersonId::new(), false, 0, None);
        session.ask(guest);
        session.allow(owner, true);
        let again = session.join(session.person, true, 0, None);
        assert!(
            !session.types(guest),
            "another window of the same person did not say yes"
        );
        session.ask(guest);
        session.allow(again, true);
        session.leave(again);
        assert!(!session.types(guest));
        session.ask(guest);
        assert_eq!(told(&session, guest).last(), Some(&"join-nobody"));
        session.leave(guest);
        assert!(!session.types(guest));
    }
}
