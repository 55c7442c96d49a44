//! Terminals: shells in nodes that outlive whoever looks at them.
//!
//! A session is one shell, attached once by this program however many watch it. Viewers come and go: a page that is
//! loaded again receives the bytes it lacks, and a server that is started again finds the shell through its holder in
//! the node and gives the screen back from the backlog. One viewer types, the person who opened the session; others
//! only look, and the one who types is told so.
//!
//! Who may come at all is decided before this module is asked. It must never let a session be reached through another
//! team, another machine or another life of the environment than its own.

mod access;
mod backlog;
mod holder;
mod keeper;
mod prepared;
mod ring;
mod runner;
mod session;
mod sharing;
mod viewer;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::mpsc;
use tracing::warn;

use crate::{
    clock::{Clock, Timestamp},
    ids::{ExerciseId, PersonId, SessionId, TeamId},
    store::{self, Database, terminals::Terminal},
    tasks::Tasks,
};

use super::{
    frames::{Notice, Size},
    nodes::Nodes,
    recordings,
};

pub use access::{Access, Goodbye, Listed, Role, TerminalError, Wish};
pub use holder::TOOLS;
pub use runner::IDLE;
pub use session::{Ending, LONGEST_UNACKNOWLEDGED, Place, RING, Session};
pub use viewer::{Controls, Viewer};

use backlog::Backlog;
use keeper::{Keeper, Kept, What};
use prepared::{Prepared, Waiting};
use ring::Ring;
use runner::Runner;

/// How many terminals one person may have in one environment.
pub const LARGEST_PERSON: usize = 12;

/// How many terminals a team may have: below the process limits of the smallest nodes.
pub const LARGEST_TEAM: usize = 48;

/// Folder of the backlogs below the data folder.
const BACKLOGS: &str = "terminals";

/// How often sessions that ended elsewhere are forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// What terminals stand on.
pub struct Foundation {
    /// The way into nodes.
    pub nodes: Arc<dyn Nodes>,
    /// Where sessions are noted.
    pub database: Database,
    /// The time for recordings.
    pub clock: Arc<dyn Clock>,
    /// Tracks the sessions' tasks.
    pub tasks: Tasks,
    /// The data folder.
    pub data: PathBuf,
}

/// Where a session's shell comes from.
enum Shell {
    /// It is made.
    New,
    /// It was made before anybody wanted it.
    Prepared(Waiting),
    /// An earlier server left it.
    Resumed,
}

/// All terminals of this server.
pub struct Terminals {
    foundation: Foundation,
    sessions: Mutex<HashMap<SessionId, Arc<Session>>>,
    prepared: Prepared,
}

impl Terminals {
    /// No session yet; those of an earlier server are taken up when somebody asks for them.
    #[must_use]
    pub fn new(foundation: Foundation) -> Arc<Self> {
        Arc::new(Self {
            foundation,
            sessions: Mutex::default(),
            prepared: Prepared::default(),
        })
    }

    /// Opens or resumes a terminal.
    ///
    /// # Errors
    /// No such session in this place, too many sessions, or a database or disk that refuses.
    pub async fn open(
        self: &Arc<Self>,
        access: &Access,
        wish: Wish,
    ) -> Result<Viewer, TerminalError> {
        if self.foundation.tasks.token().is_cancelled() {
            return Err(TerminalError::Stopping);
        }
        let session = match wish.session {
            Some(id) => self.find(access, id, wish.offset).await?,
            None if access.role == Role::Watcher => self.newest(access).await?,
            None => self.begin(access, wish.size.unwrap_or(Size::USUAL)).await?,
        };
        let writes = access.role == Role::Writer && session.person == access.person;
        let id = session.join(access.person, writes, wish.offset, wish.size);
        Ok(Viewer::new(session, id, wish.offset))
    }

    /// A team's terminals that have not ended, oldest first.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn list(&self, team: TeamId) -> Result<Vec<Listed>, TerminalError> {
        let mut connection = self.foundation.database.connection().await?;
        let terminals = store::terminals::open_of_team(&mut connection, team).await?;
        let sessions = self.sessions();
        Ok(terminals
            .into_iter()
            .map(|terminal| {
                let viewers = sessions
                    .get(&terminal.id)
                    .map_or(0, |session| session.watched_by());
                Listed { terminal, viewers }
            })
            .collect())
    }

    /// Whether a session of this server runs, so that its recording still grows.
    #[must_use]
    pub fn is_running(&self, session: SessionId) -> bool {
        let sessions = self.sessions();
        sessions.get(&session).is_some_and(|it| !it.is_over())
    }

    /// The file of a recording, and when it was last written to; absent where it is gone.
    ///
    /// # Errors
    /// What the file system refuses.
    pub async fn recording_file(
        &self,
        recording: &store::terminals::Recording,
    ) -> std::io::Result<Option<(tokio::fs::File, Timestamp)>> {
        recordings::open(&self.foundation.data.join(&recording.path)).await
    }

    /// Whether this server holds a terminal of an exercise.
    #[must_use]
    pub fn has_any(&self, exercise: ExerciseId) -> bool {
        self.sessions()
            .values()
            .any(|session| session.place.exercise == exercise && !session.is_over())
    }

    /// Ends every terminal of an exercise; viewers are told why.
    ///
    /// # Errors
    /// What the database refuses; the terminals of this server are ended all the same.
    pub async fn close_exercise(&self, exercise: ExerciseId) -> Result<(), TerminalError> {
        for session in self
            .sessions()
            .values()
            .filter(|session| session.place.exercise == exercise)
        {
            session.halt(Notice::new("exercise-finished"));
        }
        let mut connection = self.foundation.database.connection().await?;
        let now = self.foundation.clock.now();
        Ok(store::terminals::end_of_exercise(&mut connection, exercise, now).await?)
    }

    /// Lets every viewer of one person go, in one exercise or in all; their shells live on.
    pub fn dismiss(&self, person: PersonId, exercise: Option<ExerciseId>) {
        for session in self.sessions().values() {
            if exercise.is_none_or(|exercise| session.place.exercise == exercise) {
                session.dismiss(&Notice::new("no-longer-allowed"), |viewer| viewer == person);
            }
        }
    }

    /// Now and then, until the program stops, forgets sessions that ended without this server: their environment was
    /// reset or taken away while nobody was attached.
    pub async fn sweep(self: Arc<Self>) {
        let stop = self.foundation.tasks.token();
        loop {
            if let Err(error) = self.sweep_once().await {
                warn!(%error, "terminals that ended could not be cleared away");
            }
            tokio::select! {
                () = tokio::time::sleep(SWEEP_EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn sweep_once(&self) -> Result<(), TerminalError> {
        let mut connection = self.foundation.database.connection().await?;
        store::terminals::end_stranded(&mut connection, self.foundation.clock.now()).await?;
        if !self.prepared.is_empty() {
            let kept = store::environments::list_kept(&mut connection).await?;
            let kept: HashMap<_, _> = kept.iter().map(|row| (row.id, row.incarnation)).collect();
            self.prepared
                .retain(|id, incarnation| kept.get(&id) == Some(&incarnation));
        }
        for (id, folder) in backlog::all(&self.foundation.data.join(BACKLOGS)).await? {
            let running = self.sessions().contains_key(&id);
            if !running
                && store::terminals::find_open(&mut connection, id)
                    .await?
                    .is_none()
            {
                backlog::remove(&folder).await?;
            }
        }
        Ok(())
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session that runs, or one that an earlier server left.
    ///
    /// A killed server may have shown its viewer a little that it had not yet written down. Numbering then goes on
    /// where that viewer is, so that it lacks nothing and draws nothing twice.
    async fn find(
        self: &Arc<Self>,
        access: &Access,
        id: SessionId,
        seen: u64,
    ) -> Result<Arc<Session>, TerminalError> {
        let running = self
            .sessions()
            .get(&id)
            .filter(|session| !session.is_over())
            .cloned();
        if let Some(session) = running {
            return if session.place == access.place {
                Ok(session)
            } else {
                Err(TerminalError::NotFound)
            };
        }
        let mut connection = self.foundation.database.connection().await?;
        let found = store::terminals::find_open(&mut connection, id).await?;
        let terminal = found
            .filter(|terminal| is_at(terminal, &access.place))
            .ok_or(TerminalError::NotFound)?;
        let (start, bytes) = backlog::load(&self.backlog(id)).await?;
        let ahead = seen.saturating_sub(start + bytes.len() as u64);
        let ahead = if ahead <= RING as u64 { ahead } else { 0 };
        let mut ring = Ring::new(RING, start + ahead);
        ring.push(&bytes);
        let shell = Shell::Resumed;
        let drawn = (ring, Size::USUAL);
        Box::pin(self.start(&mut connection, access, terminal, drawn, shell)).await
    }

    /// The newest session at a place, for somebody who only looks.
    async fn newest(self: &Arc<Self>, access: &Access) -> Result<Arc<Session>, TerminalError> {
        let listed = self.list(access.place.team).await?;
        let newest = listed
            .into_iter()
            .rev()
            .find(|listed| is_at(&listed.terminal, &access.place));
        self.find(
            access,
            newest.ok_or(TerminalError::NotFound)?.terminal.id,
            0,
        )
        .await
    }

    /// A new session. It is noted before its shell is made: a crash between leaves a row, never an unknown shell.
    async fn begin(
        self: &Arc<Self>,
        access: &Access,
        size: Size,
    ) -> Result<Arc<Session>, TerminalError> {
        let place = &access.place;
        let open = self.list(place.team).await?;
        let own = open
            .iter()
            .filter(|listed| listed.terminal.person == access.person)
            .count();
        if own >= LARGEST_PERSON || open.len() >= LARGEST_TEAM {
            return Err(TerminalError::TooMany);
        }
        let ready = self
            .prepared
            .take(&place.node, place.incarnation, &place.user);
        let terminal = Terminal {
            id: ready.as_ref().map_or_else(SessionId::new, |it| it.session),
            exercise: place.exercise,
            team: place.team,
            environment: place.node.environment,
            incarnation: place.incarnation,
            node: place.node.node.to_string(),
            person: access.person,
            opened_at: self.foundation.clock.now(),
        };
        let mut connection = self.foundation.database.connection().await?;
        store::terminals::insert(&mut connection, &terminal).await?;
        let shell = ready.map_or(Shell::New, Shell::Prepared);
        let drawn = (Ring::new(RING, 0), size.clamped());
        Box::pin(self.start(&mut connection, access, terminal, drawn, shell)).await
    }

    /// Registers a session and lets it run. Of two that resume the same session at once, one starts it.
    async fn start(
        self: &Arc<Self>,
        connection: &mut store::Connection,
        access: &Access,
        terminal: Terminal,
        (ring, size): (Ring, Size),
        shell: Shell,
    ) -> Result<Arc<Session>, TerminalError> {
        let (resumed, ready) = match shell {
            Shell::New => (false, None),
            Shell::Prepared(waiting) => (false, Some(waiting)),
            Shell::Resumed => (true, None),
        };
        let (input, typed) = mpsc::unbounded_channel();
        let identity = (
            terminal.id,
            access.place.clone(),
            terminal.person,
            terminal.opened_at,
        );
        let session = Arc::new(Session::new(identity, ring, size, input));
        {
            let mut sessions = self.sessions();
            if let Some(running) = sessions
                .get(&terminal.id)
                .filter(|session| !session.is_over())
            {
                return Ok(Arc::clone(running));
            }
            sessions.insert(terminal.id, Arc::clone(&session));
        }
        let recording = self.record(connection, access, &terminal, size).await;
        if recording.0.is_none() {
            session.tell_later(Notice::new("recording-failed"));
        } else if !resumed {
            session.tell_later(Notice::new("recorded"));
        }
        let (kept, queue) = Keeper::queue();
        let foundation = &self.foundation;
        let backlog = Backlog::new(self.backlog(terminal.id));
        let keeper = Keeper::new(
            Arc::clone(&session),
            recording,
            backlog,
            foundation.database.clone(),
        );
        foundation.tasks.spawn("terminal keeper", keeper.run(queue));
        if resumed {
            let marker = What::Marker("server restarted");
            let _ = kept
                .send(Kept {
                    at: foundation.clock.now(),
                    what: marker,
                })
                .await;
        }
        let runner = Runner {
            session: Arc::clone(&session),
            nodes: Arc::clone(&foundation.nodes),
            clock: Arc::clone(&foundation.clock),
            input: typed,
            kept,
            stop: foundation.tasks.token(),
            resumed,
        };
        foundation.tasks.spawn(
            "terminal",
            Arc::clone(self).run(runner, ready, Arc::clone(&session)),
        );
        Ok(session)
    }

    async fn run(self: Arc<Self>, runner: Runner, ready: Option<Waiting>, session: Arc<Session>) {
        let ending = runner.run(ready).await;
        session.set_ending(ending.clone());
        self.sessions()
            .retain(|_, other| !Arc::ptr_eq(other, &session));
        let code = match ending {
            Ending::Left(_) => return,
            Ending::Exited(code) => Some(i64::from(code)),
            Ending::Lost(_) => None,
        };
        if let Err(error) = self.forget(session.id, code).await {
            warn!(session = %session.id, %error, "the terminal's end was not noted");
        }
    }

    async fn forget(&self, id: SessionId, code: Option<i64>) -> Result<(), TerminalError> {
        let mut connection = self.foundation.database.connection().await?;
        store::terminals::end(&mut connection, id, self.foundation.clock.now(), code).await?;
        Ok(backlog::remove(&self.backlog(id)).await?)
    }

    /// Begins the recording; a disk that refuses costs the recording, not the terminal.
    async fn record(
        &self,
        connection: &mut store::Connection,
        access: &Access,
        terminal: &Terminal,
        size: Size,
    ) -> (Option<recordings::Writer>, i64) {
        match self.try_record(connection, access, terminal, size).await {
            Ok((writer, part)) => (Some(writer), part),
            Err(error) => {
                warn!(session = %terminal.id, %error, "the recording could not be begun");
                (None, 0)
            }
        }
    }

    async fn try_record(
        &self,
        connection: &mut store::Connection,
        access: &Access,
        terminal: &Terminal,
        size: Size,
    ) -> Result<(recordings::Writer, i64), TerminalError> {
        let now = self.foundation.clock.now();
        let part = store::terminals::next_part(connection, terminal.id).await?;
        let path = recordings::path_of(terminal.exercise, terminal.team, terminal.id, part);
        let shown = path.display().to_string();
        store::terminals::insert_recording(connection, terminal, (part, &shown), now).await?;
        let path = self.foundation.data.join(path);
        let writer =
            recordings::Writer::create(&path, &access.title, size, now, recordings::LONGEST_PART);
        Ok((writer.await?, part))
    }

    fn backlog(&self, id: SessionId) -> PathBuf {
        self.foundation.data.join(BACKLOGS).join(id.to_string())
    }
}

fn is_at(terminal: &Terminal, place: &Place) -> bool {
    terminal.exercise == place.exercise
        && terminal.team == place.team
        && terminal.environment == place.node.environment
        && terminal.incarnation == place.incarnation
        && terminal.node == place.node.node.as_str()
}
