//! Drives one session: makes or finds its holder, attaches, moves bytes, attaches again where the connection broke.
//!
//! The runner is the only one that speaks to the engine for its session, since an attached terminal cannot be attached
//! twice. An engine that does not answer is waited for: ignorance ends nothing. What a node says decides only about
//! that node's session.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    browser::{
        frames::{Notice, Size},
        nodes::Nodes,
    },
    clock::Clock,
    environments::{
        engine::{AttachRequest, Attached, ExecRequest, TerminalControl},
        failure::EngineError,
    },
};

use super::{
    holder::{self, Filter, Found, Mode},
    keeper::{Kept, What},
    prepared::Waiting,
    session::{Ending, Session},
};

/// How long a terminal stays attached when nobody looks; the holder keeps its shell after that.
pub const IDLE: Duration = Duration::from_mins(5);

/// How long a question to the holder may take.
const LOOK_LIMIT: Duration = Duration::from_secs(15);

/// How long an engine that does not answer is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

/// Wait before an engine that did not answer is asked again: long enough not to burden one that is starting, short
/// enough that a person at the terminal hardly notices.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// An attachment that lasted less is counted as a failure.
const SHORT: Duration = Duration::from_secs(5);

/// How often in a row an attachment may fail before the session is given up.
const ATTEMPTS: u32 = 5;

/// How much is read from the engine at once, in bytes.
const CHUNK: usize = 16 * 1024;

/// The shell's environment: what xterm.js understands, and Vietnamese letters everywhere.
const ENVIRONMENT: [&str; 3] = ["TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"];

pub(super) struct Runner {
    pub(super) session: Arc<Session>,
    pub(super) nodes: Arc<dyn Nodes>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) input: mpsc::UnboundedReceiver<Bytes>,
    pub(super) kept: mpsc::Sender<Kept>,
    pub(super) stop: CancellationToken,
    /// Whether the session was opened by an earlier server.
    pub(super) resumed: bool,
}

/// Why bytes no longer move.
enum Pause {
    Ended,
    Idle,
    Closed,
    Halted(Notice),
    Stopping,
}

/// Where the shell runs.
#[derive(Clone, Copy)]
enum Shell {
    Held { place: usize },
    Bare,
}

impl Runner {
    /// Runs until the session is over for this server, and says why. `ready` is the shell that was prepared for it.
    pub(super) async fn run(mut self, ready: Option<Waiting>) -> Ending {
        let ending = self.drive(ready).await;
        if let Ending::Exited(code) = &ending {
            self.keep(What::Exit(*code)).await;
        }
        ending
    }

    async fn drive(&mut self, mut ready: Option<Waiting>) -> Ending {
        let mode = if self.resumed { Mode::Find } else { Mode::Make };
        let found = match &ready {
            Some(ready) => Ok(Found::Ready {
                place: ready.place,
                alive: true,
            }),
            None => self.look(mode).await,
        };
        let shell = match found {
            Ok(Found::Ready { place, alive }) if alive || !self.resumed => Shell::Held { place },
            Ok(Found::Ended(code)) => return Ending::Exited(code),
            Ok(_) if self.resumed => return Ending::Lost(Notice::new("session-gone")),
            Ok(_) => Shell::Bare,
            Err(ending) => return ending,
        };
        let mut failures = 0;
        loop {
            let begun = Instant::now();
            let attached = match ready.take() {
                Some(ready) => Ok(ready.into_attached()),
                None => self.attach(shell).await,
            };
            match attached {
                Ok(attached) => match self.pump(attached, shell).await {
                    (Pause::Ended, Some(code)) => return Ending::Exited(code),
                    (Pause::Ended, None) => {}
                    (pause, _) => return self.leave(pause, shell).await,
                },
                Err(error) => {
                    warn!(session = %self.session.id, %error, "the terminal could not be attached");
                }
            }
            failures = if begun.elapsed() < SHORT {
                failures + 1
            } else {
                0
            };
            if failures >= ATTEMPTS || matches!(shell, Shell::Bare) {
                return Ending::Lost(Notice::new("session-gone"));
            }
            match self.look(Mode::Find).await {
                Ok(Found::Ready { alive: true, .. }) => {}
                Ok(Found::Ended(code)) => return Ending::Exited(code),
                Ok(_) => return Ending::Lost(Notice::new("session-gone")),
                Err(ending) => return ending,
            }
            sleep(Duration::from_millis(100) * failures).await;
        }
    }

    /// Asks the node for the holder, waiting for an engine that is away.
    async fn look(&self, mode: Mode) -> Result<Found, Ending> {
        let begun = Instant::now();
        let mut told = false;
        loop {
            let request = ExecRequest::new(holder::look(self.session.id, mode))
                .user(&self.session.place.user)
                .timeout(LOOK_LIMIT);
            let answer = tokio::select! {
                answer = self.nodes.exec(&self.session.place.node, request) => answer,
                () = self.stop.cancelled() => return Err(Ending::Left(Notice::new("server-stopping"))),
                notice = self.session.halted() => return Err(Ending::Lost(notice)),
            };
            match answer {
                Ok(output) if output.code == 0 => return Ok(holder::read(&output.stdout)),
                Ok(_) if mode == Mode::Make => return Ok(Found::Nothing),
                Err(EngineError::NoSuchNode(_)) => {
                    return Err(Ending::Lost(Notice::new("node-gone")));
                }
                Err(error) if is_silent(&error) && begun.elapsed() < PATIENCE => {
                    if !std::mem::replace(&mut told, true) {
                        self.session.tell_all(&Notice::new("engine-away"));
                    }
                    sleep(ASK_AGAIN).await;
                }
                Err(error) if is_silent(&error) => {
                    return Err(Ending::Left(Notice::new("engine-away")));
                }
                Err(error) if mode == Mode::Make => {
                    info!(session = %self.session.id, %error, "no holder can run in this node");
                    return Ok(Found::Nothing);
                }
                // The shell of the holder ran here before: a node that cannot run it now is going down.
                Ok(_) | Err(_) => return Err(Ending::Lost(Notice::new("node-gone"))),
            }
        }
    }

    async fn attach(&self, shell: Shell) -> Result<Attached, EngineError> {
        let size = *self.session.sizes.borrow();
        let place = &self.session.place;
        let argv = match shell {
            Shell::Held { place } => holder::attach(self.session.id, place),
            Shell::Bare => holder::bare(),
        };
        let request = attach_request(argv, &place.user, size);
        self.nodes.attach(&place.node, request).await
    }

    /// Moves bytes until something ends it; the exit code is known only where no holder stands between.
    async fn pump(&mut self, attached: Attached, shell: Shell) -> (Pause, Option<i32>) {
        let Attached {
            reader,
            writer,
            control,
        } = attached;
        let session = Arc::clone(&self.session);
        session.set_ready(matches!(shell, Shell::Bare));
        let pause = tokio::select! {
            () = read(&session, &self.kept, self.clock.as_ref(), reader) => Pause::Ended,
            () = write(&session, &mut self.input, writer) => Pause::Ended,
            () = resize(&session, &self.kept, self.clock.as_ref(), control.as_ref()) => Pause::Ended,
            () = idle(&session) => Pause::Idle,
            () = session.end.cancelled() => Pause::Closed,
            notice = session.halted() => Pause::Halted(notice),
            () = self.stop.cancelled() => Pause::Stopping,
        };
        let code = match (&pause, shell) {
            (Pause::Ended, Shell::Bare) => control.exit_code().await.ok().flatten(),
            _ => None,
        };
        (pause, code.map(|code| i32::try_from(code).unwrap_or(-1)))
    }

    /// Lets go of the shell on purpose.
    async fn leave(&self, pause: Pause, shell: Shell) -> Ending {
        let held = matches!(shell, Shell::Held { .. });
        match pause {
            Pause::Closed => {
                if held {
                    let _ = self.look(Mode::End).await;
                }
                Ending::Exited(0)
            }
            Pause::Idle if held => {
                let _ = self.look(Mode::Find).await;
                Ending::Left(Notice::new("idle"))
            }
            Pause::Halted(notice) => Ending::Lost(notice),
            Pause::Stopping if held => Ending::Left(Notice::new("server-stopping")),
            Pause::Idle | Pause::Stopping | Pause::Ended => {
                Ending::Lost(Notice::new("session-gone"))
            }
        }
    }

    async fn keep(&self, what: What) {
        let _ = self
            .kept
            .send(Kept {
                at: self.clock.now(),
                what,
            })
            .await;
    }
}

/// A terminal for `user` in which `argv` runs.
pub(super) fn attach_request(argv: Vec<String>, user: &str, size: Size) -> AttachRequest {
    let mut env: Vec<String> = ENVIRONMENT.map(String::from).into();
    env.extend([format!("USER={user}"), format!("LOGNAME={user}")]);
    AttachRequest {
        argv,
        user: Some(user.to_owned()),
        columns: size.columns,
        rows: size.rows,
        env,
        workdir: None,
    }
}

/// Whether the engine said nothing, so that nothing is known.
const fn is_silent(error: &EngineError) -> bool {
    matches!(error, EngineError::Away(_) | EngineError::TimedOut(_))
}

/// Reads what the shell prints, as fast as the writer draws it.
async fn read(
    session: &Session,
    kept: &mpsc::Sender<Kept>,
    clock: &dyn Clock,
    mut reader: impl AsyncRead + Unpin,
) {
    let (mut filter, mut first) = (Filter::default(), true);
    let mut buffer = BytesMut::with_capacity(CHUNK);
    loop {
        session.room().await;
        buffer.clear();
        buffer.reserve(CHUNK);
        match reader.read_buf(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        if std::mem::take(&mut first) {
            session.sizes.send_modify(|_| {});
        }
        show(session, kept, clock, filter.pass(&buffer)).await;
    }
    show(session, kept, clock, filter.rest()).await;
}

/// Gives output to the viewers and to the record.
async fn show(session: &Session, kept: &mpsc::Sender<Kept>, clock: &dyn Clock, output: Vec<u8>) {
    if output.is_empty() {
        return;
    }
    let bytes = Bytes::from(output);
    let offset = session.push(&bytes);
    let _ = kept
        .send(Kept {
            at: clock.now(),
            what: What::Output { offset, bytes },
        })
        .await;
}

/// Hands typed input to the shell. A broken pipe is not its business: the reader sees the end as well.
async fn write(
    session: &Session,
    input: &mut mpsc::UnboundedReceiver<Bytes>,
    mut writer: impl AsyncWrite + Unpin,
) {
    while let Some(bytes) = input.recv().await {
        let done = writer.write_all(&bytes).await.and(writer.flush().await);
        session.typed(bytes.len());
        if done.is_err() {
            break;
        }
    }
    std::future::pending::<()>().await;
}

/// Sets the size at the start, whenever the writer's window changes, and again at the first output: some engines
/// forget what comes before the program runs.
async fn resize(
    session: &Session,
    kept: &mpsc::Sender<Kept>,
    clock: &dyn Clock,
    control: &dyn TerminalControl,
) {
    let mut sizes = session.sizes.subscribe();
    let mut recorded = *sizes.borrow_and_update();
    loop {
        let size = *sizes.borrow_and_update();
        if let Err(error) = control.resize(size.columns, size.rows).await {
            warn!(session = %session.id, %error, "the terminal was not resized");
        }
        if size != recorded {
            recorded = size;
            let _ = kept
                .send(Kept {
                    at: clock.now(),
                    what: What::Resize(size),
                })
                .await;
        }
        if sizes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Ends when nobody has looked for [`IDLE`].
async fn idle(session: &Session) {
    let mut viewers = session.viewers.subscribe();
    loop {
        let nobody = *viewers.borrow_and_update() == 0;
        tokio::select! {
            () = sleep(IDLE), if nobody => return,
            changed = viewers.changed() => if changed.is_err() { std::future::pending::<()>().await },
        }
    }
}
