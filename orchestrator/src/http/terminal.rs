//! The terminal's WebSocket and the list of a team's terminals: who asks is checked here, what happens is `browser`'s.
//!
//! A socket is checked again every few seconds, so that one whose session, membership or exercise ended is closed
//! within five. What a viewer sends is bounded: a frame's length, and how long it may be silent.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use futures_util::{SinkExt as _, StreamExt as _, stream::SplitStream};
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout};

use super::{
    App, AppError, Visitor,
    entrance::{Closed, Entered},
    forms::Path,
    origin,
};
use crate::{
    accounts::Actor,
    browser::{
        frames::{ClientFrame, LONGEST_CLIENT_FRAME, Notice, SUBPROTOCOL, ServerFrame},
        terminals::{Access, Controls, Goodbye, Role, Viewer, Wish},
    },
    environments::{Environments, GRAIN},
    ids::{EnvironmentId, ExerciseId, PersonId, SessionId, TeamId},
};

/// How often an open socket's right to be open is looked at.
const CHECK_EVERY: Duration = Duration::from_secs(3);
/// How long a viewer that was shown the door may take to hear so.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long a viewer may be silent: it pings every ten seconds.
const SILENCE: Duration = Duration::from_secs(45);
/// How long a new socket may take to say what it wants.
const FIRST_WORDS: Duration = Duration::from_secs(10);
/// Memory for reading that a connection keeps; keys are short.
const READ_BUFFER: usize = 4096;

/// The session is over.
const CLOSE_OVER: u16 = 1000;
/// Come again.
const CLOSE_AGAIN: u16 = 1012;
/// The viewer sent what no viewer of ours sends.
const CLOSE_PROTOCOL: u16 = 1002;
/// May no longer look.
const CLOSE_REFUSED: u16 = 4403;

/// A terminal in a list.
#[derive(Serialize)]
pub(super) struct Listed {
    session: SessionId,
    node: String,
    own: bool,
    viewers: usize,
}

/// A team's open terminals.
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path((_, team)): Path<(ExerciseId, TeamId)>,
) -> Result<Json<Vec<Listed>>, AppError> {
    let person = seat(visitor.actor()?);
    let listed = app
        .terminals
        .list(team)
        .await
        .map_err(AppError::unexpected)?;
    let listed = listed.into_iter().map(|listed| Listed {
        session: listed.terminal.id,
        own: listed.terminal.person == person,
        node: listed.terminal.node,
        viewers: listed.viewers,
    });
    Ok(Json(listed.collect()))
}

/// Opens the socket. What cannot be entered yet is said through it, so that the page can say so and try again.
pub(super) async fn open(
    State(app): State<App>,
    visitor: Visitor,
    Path((exercise, team, node)): Path<(ExerciseId, TeamId, String)>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, AppError> {
    if !origin::is_own(&headers, &app.config) {
        return Err(AppError::Forbidden);
    }
    let session = visitor.session.as_ref().ok_or(AppError::SignIn)?;
    let actor = session.actor.clone();
    let place = (exercise, team, node.as_str());
    let entered = match app.entrance.enter(&actor, place).await {
        Ok(entered) => Ok(entered),
        Err(Closed::Refused) => return Err(AppError::NotFound),
        Err(closed @ (Closed::NotBegun | Closed::NotReady | Closed::Asleep(_) | Closed::Over)) => {
            Err(closed)
        }
        Err(error) => return Err(AppError::unexpected(error)),
    };
    if entered
        .as_ref()
        .is_ok_and(|entered| entered.place.user.is_empty())
    {
        return Err(AppError::NotFound);
    }
    let token = session.token_hash.clone();
    let upgrade = upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(LONGEST_CLIENT_FRAME)
        .max_frame_size(LONGEST_CLIENT_FRAME)
        .read_buffer_size(READ_BUFFER);
    if upgrade.selected_protocol().is_none() {
        return Err(AppError::NotFound);
    }
    let visit = Visit {
        app,
        token,
        exercise,
        team,
        node,
    };
    Ok(upgrade
        .on_upgrade(async move |socket| match entered {
            Ok(entered) => visit.serve(socket, &actor, entered).await,
            Err(closed) => refuse(socket, notice(&closed), goodbye(&closed)).await,
        })
        .into_response())
}

/// One socket.
struct Visit {
    app: App,
    token: String,
    exercise: ExerciseId,
    team: TeamId,
    node: String,
}

impl Visit {
    async fn serve(self, mut socket: WebSocket, actor: &Actor, entered: Entered) {
        let Ok(Some(wish)) = timeout(FIRST_WORDS, first_words(&mut socket)).await else {
            return refuse(socket, Notice::new("protocol"), CLOSE_PROTOCOL).await;
        };
        let access = Access {
            title: format!("{}@{}", entered.place.user, entered.place.node.node),
            place: entered.place,
            person: seat(actor),
            role: if entered.member {
                Role::Writer
            } else {
                Role::Watcher
            },
        };
        let environment = access.place.node.environment;
        match self.app.terminals.open(&access, wish).await {
            Ok(viewer) => self.run(socket, viewer, environment, actor.person).await,
            Err(error) => {
                tracing::debug!(%error, node = self.node, "a terminal was not opened");
                let over = matches!(
                    error,
                    crate::browser::terminals::TerminalError::NotFound
                        | crate::browser::terminals::TerminalError::TooMany
                );
                let code = if over { CLOSE_OVER } else { CLOSE_AGAIN };
                refuse(socket, error.notice(), code).await;
            }
        }
    }

    async fn run(
        self,
        socket: WebSocket,
        mut viewer: Viewer,
        environment: EnvironmentId,
        person: Option<PersonId>,
    ) {
        let controls = viewer.controls();
        let (mut sink, stream) = socket.split();
        let environments = &self.app.environments;
        let send = async {
            let mut used = Used::new(environments, environment);
            while let Some(frame) = viewer.next().await {
                if matches!(frame, ServerFrame::Output { .. }) {
                    used.now().await;
                }
                if sink.send(message(&frame)).await.is_err() {
                    return;
                }
            }
            let code = match viewer.goodbye() {
                Goodbye::Over => CLOSE_OVER,
                Goodbye::Again => CLOSE_AGAIN,
                Goodbye::Refused => CLOSE_REFUSED,
            };
            let _ = sink.send(close(code)).await;
        };
        tokio::select! {
            () = send => {}
            () = self.receive(stream, &controls, Used::new(environments, environment), person) => {}
            () = self.watch(&controls) => {}
        }
    }

    /// Lets frames take effect until the viewer leaves, is silent for too long, or sends what no viewer of ours sends.
    async fn receive(
        &self,
        mut stream: SplitStream<WebSocket>,
        controls: &Controls,
        mut used: Used<'_>,
        person: Option<PersonId>,
    ) {
        while let Ok(Some(Ok(message))) = timeout(SILENCE, stream.next()).await {
            match message {
                Message::Ping(_) | Message::Pong(_) => {}
                message => match binary(message).map(ClientFrame::decode) {
                    Some(Ok(frame)) => {
                        if matches!(frame, ClientFrame::Input(_)) {
                            used.now().await;
                        }
                        let shared = controls.handle(frame);
                        if let (Some(shared), Some(person)) = (shared, person) {
                            self.note_shared(person, shared).await;
                        }
                    }
                    _ => return,
                },
            }
        }
    }

    /// Writes down that a member let somebody who watches type in a terminal, or no longer does.
    async fn note_shared(&self, person: PersonId, shared: bool) {
        let member = (self.team, person);
        let exercises = &self.app.exercises;
        let noted = exercises.share_terminal(self.exercise, member, &self.node, shared);
        if let Err(error) = noted.await {
            tracing::error!(%error, "that a terminal is shared could not be written down");
        }
    }

    /// Ends when the viewer may no longer look, after it was told.
    async fn watch(&self, controls: &Controls) {
        loop {
            sleep(CHECK_EVERY).await;
            let place = (self.exercise, self.team, self.node.as_str());
            match self.app.entrance.enter_by(&self.token, place).await {
                Ok(_) | Err(Closed::NotReady | Closed::Asleep(_)) => {}
                Err(closed @ (Closed::Refused | Closed::NotBegun | Closed::Over)) => {
                    controls.dismiss(notice(&closed));
                    sleep(LAST_WORDS).await;
                    return;
                }
                // A database that does not answer proves nothing against anybody.
                Err(error) => tracing::warn!(%error, "a terminal's right could not be looked at"),
            }
        }
    }
}

/// Says now and then that an environment is used; what is typed and shown is not held up by it in between.
struct Used<'a> {
    environments: &'a Environments,
    environment: EnvironmentId,
    told: Option<Instant>,
}

impl<'a> Used<'a> {
    const fn new(environments: &'a Environments, environment: EnvironmentId) -> Self {
        Self {
            environments,
            environment,
            told: None,
        }
    }

    async fn now(&mut self) {
        if self.told.is_none_or(|told| told.elapsed() > GRAIN) {
            self.environments.touch(self.environment).await;
            self.told = Some(Instant::now());
        }
    }
}

/// Who somebody is among a terminal's viewers; an account without a person, an instructor's, stands for itself.
fn seat(actor: &Actor) -> PersonId {
    actor.person.unwrap_or(PersonId(actor.account.0))
}

/// The window's size and the session that the viewer wants.
async fn first_words(socket: &mut WebSocket) -> Option<Wish> {
    let mut wish = Wish::default();
    loop {
        match ClientFrame::decode(binary(socket.recv().await?.ok()?)?).ok()? {
            ClientFrame::Resize(size) => wish.size = Some(size),
            ClientFrame::Resume { session, offset } => {
                (wish.session, wish.offset) = (session, offset);
                return Some(wish);
            }
            _ => return None,
        }
    }
}

fn binary(message: Message) -> Option<Bytes> {
    match message {
        Message::Binary(bytes) => Some(bytes),
        _ => None,
    }
}

fn message(frame: &ServerFrame) -> Message {
    Message::Binary(frame.encode())
}

fn close(code: u16) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: "".into(),
    }))
}

async fn refuse(mut socket: WebSocket, notice: Notice, code: u16) {
    let _ = socket.send(message(&ServerFrame::Notice(notice))).await;
    let _ = socket.send(close(code)).await;
}

fn notice(closed: &Closed) -> Notice {
    Notice::new(match closed {
        Closed::NotReady | Closed::Asleep(_) | Closed::NotBegun => "not-ready",
        Closed::Over => "exercise-finished",
        _ => "no-longer-allowed",
    })
}

const fn goodbye(closed: &Closed) -> u16 {
    match closed {
        Closed::NotReady | Closed::Asleep(_) | Closed::NotBegun => CLOSE_AGAIN,
        Closed::Over => CLOSE_OVER,
        _ => CLOSE_REFUSED,
    }
}
