//! The live stream: one task an exercise watches it, makes each frame once, and everybody who looks gets the same bytes.
//!
//! A frame either carries what all see alike (the board), or only says which team changed: pages then fetch their own part,
//! past the guard like any other request. The task ends when nobody looks.

mod wall;

pub(super) use wall::stream as wall_screens;

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::State,
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Serialize;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, sleep},
};

use super::{
    App, AppError, Visitor,
    forms::Path,
    handlers::board,
    pages::{self, ClockView, board::BoardPage},
};
use crate::{
    accounts::{Action, Object, authorise},
    clock::Timestamp,
    exercises::{ExerciseState, ExerciseView},
    ids::{ExerciseId, TeamId},
    locales::Locale,
};

/// Frames that may wait for a slow reader; it is then told to look at everything anew.
const WAITING: usize = 64;
/// Changes that come at once are told together.
const GATHER: Duration = Duration::from_millis(200);
/// Without a change the board is still made anew: availability counts by the second.
const REFRESH: Duration = Duration::from_secs(5);
/// A session that ended closes its stream within this time.
const RECHECK: Duration = Duration::from_secs(4);
/// More changed teams than this are told as "all".
const SINGLE_TEAMS: usize = 8;

/// Whom an event is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    /// Everybody, also who is not signed in.
    Everybody,
    /// Everybody but the white cell, which sees the board as it is while it is frozen.
    Public,
    /// Who is signed in and may follow the exercise.
    Members,
    /// The white cell.
    WhiteCell,
}

impl Audience {
    /// Whether a reader belongs to it.
    const fn has(self, signed_in: bool, white_cell: bool) -> bool {
        match self {
            Self::Everybody => true,
            Self::Public => !white_cell,
            Self::Members => signed_in,
            Self::WhiteCell => white_cell,
        }
    }
}

/// One event for all who look.
#[derive(Clone, Debug)]
struct Frame {
    name: &'static str,
    audience: Audience,
    vi: Arc<str>,
    en: Arc<str>,
}

impl Frame {
    fn data(&self, locale: Locale) -> &Arc<str> {
        match locale {
            Locale::Vi => &self.vi,
            Locale::En => &self.en,
        }
    }
}

/// Streams by exercise.
#[derive(Debug, Default)]
pub(super) struct Hub(
    Mutex<HashMap<ExerciseId, broadcast::Sender<Frame>>>,
    wall::Walls,
);

impl Hub {
    /// The wall screens among those who look.
    const fn walls(&self) -> &wall::Walls {
        &self.1
    }

    /// Joins the stream of an exercise, whose task is started where none runs.
    fn join(&self, app: &App, exercise: ExerciseId) -> broadcast::Receiver<Frame> {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = streams.get(&exercise) {
            return sender.subscribe();
        }
        let (sender, receiver) = broadcast::channel(WAITING);
        streams.insert(exercise, sender.clone());
        let watched = app.clone();
        app.tasks.spawn(
            "live",
            async move { watch(watched, exercise, sender).await },
        );
        receiver
    }

    /// Forgets a stream that nobody reads; `false` where somebody joined meanwhile.
    fn leave(&self, exercise: ExerciseId, sender: &broadcast::Sender<Frame>) -> bool {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = sender.receiver_count() == 0;
        if idle {
            forget(&mut streams, exercise, sender);
        }
        idle
    }
}

/// Takes a stream off the list, unless another stands in its place by now.
fn forget(
    streams: &mut HashMap<ExerciseId, broadcast::Sender<Frame>>,
    exercise: ExerciseId,
    sender: &broadcast::Sender<Frame>,
) {
    if streams
        .get(&exercise)
        .is_some_and(|listed| listed.same_channel(sender))
    {
        streams.remove(&exercise);
    }
}

/// A stream that is being fed; taken off the list however its task ends, so that the next who looks starts another.
struct Fed {
    app: App,
    exercise: ExerciseId,
    sender: broadcast::Sender<Frame>,
}

impl Drop for Fed {
    fn drop(&mut self) {
        let mut streams = self
            .app
            .live
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        forget(&mut streams, self.exercise, &self.sender);
    }
}

/// What was told last.
#[derive(Default)]
struct Told {
    board: [String; 2],
    /// The board as it is, where the public one is frozen.
    real: [String; 2],
    state: Option<(ExerciseState, bool, i64, Option<Timestamp>)>,
    teams: HashMap<TeamId, String>,
}

async fn watch(app: App, exercise: ExerciseId, sender: broadcast::Sender<Frame>) {
    let _fed = Fed {
        app: app.clone(),
        exercise,
        sender: sender.clone(),
    };
    let stop = app.tasks.token();
    let mut changes = app.exercises.subscribe(exercise);
    let mut environments = app.environments.subscribe();
    let mut underway = app.underway.subscribe();
    let mut told = Told::default();
    let mut first = true;
    loop {
        if !first && app.live.leave(exercise, &sender) {
            return;
        }
        match look(&app, exercise, &mut told).await {
            // What was so before anybody looked is on the page already.
            Ok(frames) if !first => frames
                .into_iter()
                .for_each(|frame| drop(sender.send(frame))),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%exercise, %error, "the live stream cannot see the exercise");
            }
        }
        first = false;
        let refresh = sleep(REFRESH);
        tokio::pin!(refresh);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = &mut refresh => break,
                grown = changes.changed() => {
                    if grown.is_err() { refresh.as_mut().reset(Instant::now() + REFRESH) } else { break }
                }
                begun = underway.changed() => if begun.is_ok() { break },
                change = environments.recv() => {
                    if change.is_ok_and(|change| change.exercise == Some(exercise)) { break }
                }
            }
        }
        sleep(GATHER).await;
        changes.mark_unchanged();
    }
}

/// Looks at the exercise and gives the frames of what is different from what was told.
async fn look(app: &App, exercise: ExerciseId, told: &mut Told) -> Result<Vec<Frame>, AppError> {
    let view = app.exercises.view(exercise).await?;
    let rows = app.feeds.rows(&app.db, exercise).await?;
    let statuses = app.environments.of_exercise(exercise).await?;
    let mut frames = Vec::new();
    let state = (
        view.exercise.state,
        view.exercise.clock_running_since.is_some(),
        // What concerns all: a refusal, a decision, labs found open.
        rows.common.last().map_or(0, |entry| entry.sequence),
        // A step that goes on while its isolation is proven.
        app.underway.of(exercise).map(|step| step.at),
    );
    if told.state != Some(state) {
        told.state = Some(state);
        frames.push(same(
            "state",
            Audience::Everybody,
            &serde_json::json!({ "clock": clock(app, &view) }),
        ));
    }
    let mut changed = Vec::new();
    for team in view.teams.iter().map(|team| &team.team) {
        let (team, host) = (team.id, team.host());
        let status = statuses.iter().find(|status| status.team == Some(host));
        let mark = format!(
            "{} {:?}",
            rows.last(team),
            status.map(|it| (
                it.phase,
                it.leaving,
                it.incarnation,
                &it.step,
                &it.failure,
                it.queue_place
            ))
        );
        if told.teams.get(&team) != Some(&mark) {
            told.teams.insert(team, mark);
            changed.push(team);
        }
    }
    if changed.len() > SINGLE_TEAMS {
        frames.push(same("team", Audience::Members, &serde_json::json!({})));
    } else {
        frames.extend(changed.iter().map(|team| {
            same(
                "team",
                Audience::Members,
                &serde_json::json!({ "team": team }),
            )
        }));
    }
    frames.extend(boards(app, &view, told)?);
    frames.extend(app.live.walls().tell(app, &view)?);
    Ok(frames)
}

/// The board for everybody; while it is frozen, what it showed then, and for the white cell what it is.
fn boards(app: &App, view: &ExerciseView, told: &mut Told) -> Result<Vec<Frame>, AppError> {
    let now = app.clock.now();
    let public = |locale| board::page(view, now, locale);
    if view.scores.frozen.is_none() {
        // Told anew when it is frozen the next time.
        told.real = Default::default();
        let frame = board_frame(app, Audience::Everybody, public, &mut told.board)?;
        return Ok(frame.into_iter().collect());
    }
    let real = |locale| board::real_page(view, now, locale);
    let frames = [
        board_frame(app, Audience::Public, public, &mut told.board)?,
        board_frame(app, Audience::WhiteCell, real, &mut told.real)?,
    ];
    Ok(frames.into_iter().flatten().collect())
}

fn board_frame(
    app: &App,
    audience: Audience,
    page: impl Fn(Locale) -> BoardPage,
    told: &mut [String; 2],
) -> Result<Option<Frame>, AppError> {
    let mut made = Vec::with_capacity(2);
    let mut fresh = false;
    for (locale, before) in Locale::ALL.into_iter().zip(told) {
        let page = page(locale);
        let rows = pages::board::render_rows(&app.templates, locale, &page)?;
        let worths = pages::board::render_worths(&app.templates, locale, &page)?;
        let frozen = pages::board::render_frozen(&app.templates, locale, &page)?;
        let chart: serde_json::Value = serde_json::from_str(&page.chart).unwrap_or_default();
        let shown = format!("{frozen}{rows}");
        if *before != shown {
            fresh = true;
            *before = shown;
        }
        let frame = serde_json::json!({
            "parts": { "board-rows": rows, "board-worths": worths, "board-frozen": frozen },
            "chart": chart,
        });
        made.push(Arc::<str>::from(frame.to_string()));
    }
    let (Some(en), Some(vi)) = (made.pop(), made.pop()) else {
        return Ok(None);
    };
    Ok(fresh.then_some(Frame {
        name: "board",
        audience,
        vi,
        en,
    }))
}

fn same(name: &'static str, audience: Audience, data: &serde_json::Value) -> Frame {
    let data: Arc<str> = data.to_string().into();
    Frame {
        name,
        audience,
        vi: Arc::clone(&data),
        en: data,
    }
}

/// The clock as pages show it.
pub(super) fn clock(app: &App, view: &ExerciseView) -> ClockView {
    let now = app.clock.now();
    let exercise = &view.exercise;
    ClockView::new(
        exercise.elapsed_at(now),
        exercise.duration,
        exercise.clock_running_since.is_some(),
    )
}

/// What a new reader hears first: the clock as it is now.
#[derive(Serialize)]
struct Hello {
    clock: ClockView,
}

/// `GET /exercises/{exercise}/live`: everything, for who is signed in and may see the exercise.
pub(super) async fn members(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    let token = visitor
        .session
        .as_ref()
        .ok_or(AppError::SignIn)?
        .token_hash
        .clone();
    let province = app.exercises.view(exercise).await?.exercise.province;
    let watches = authorise(
        visitor.actor()?,
        Action::WatchExercise,
        &Object::Province(province),
    );
    let who = (Some(token), watches.is_ok());
    stream_to(&app, &visitor, exercise, who, None).await
}

/// `GET /boards/{exercise}/live`: the board alone, for everybody.
pub(super) async fn public(
    State(app): State<App>,
    visitor: Visitor,
    Path(exercise): Path<ExerciseId>,
) -> Result<Response, AppError> {
    if !wall::is_shown(&app.exercises.view(exercise).await?) {
        return Err(AppError::NotFound);
    }
    stream_to(&app, &visitor, exercise, (None, false), None).await
}

struct Reader {
    app: App,
    frames: broadcast::Receiver<Frame>,
    locale: Locale,
    session: Option<String>,
    white_cell: bool,
    checked: Instant,
    hello: Option<(&'static str, Arc<str>)>,
    wall: Option<wall::Seat>,
}

async fn stream_to(
    app: &App,
    visitor: &Visitor,
    exercise: ExerciseId,
    (session, white_cell): (Option<String>, bool),
    wall: Option<wall::Seat>,
) -> Result<Response, AppError> {
    let view = app.exercises.view(exercise).await?;
    let hello = if let Some(seat) = &wall {
        let frame = seat.hello(app, &view)?;
        (frame.name, Arc::clone(frame.data(visitor.locale)))
    } else {
        let clock = clock(app, &view);
        let hello = serde_json::to_string(&Hello { clock }).map_err(AppError::unexpected)?;
        ("state", hello.into())
    };
    let reader = Reader {
        app: app.clone(),
        frames: app.live.join(app, exercise),
        locale: visitor.locale,
        session,
        white_cell,
        checked: Instant::now(),
        hello: Some(hello),
        wall,
    };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok::<_, Infallible>(event), reader))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

impl Reader {
    /// Whether a frame is for this reader: a wall hears its own alone, which say everything.
    fn hears(&self, frame: &Frame) -> bool {
        match (frame.name == wall::FRAME, &self.wall) {
            (of_walls, Some(_)) => of_walls,
            (of_walls, None) => {
                !of_walls && frame.audience.has(self.session.is_some(), self.white_cell)
            }
        }
    }

    /// The next event; `None` when the stream is to end.
    async fn next(&mut self) -> Option<Event> {
        if let Some((name, hello)) = self.hello.take() {
            return Some(Event::default().event(name).data(&*hello));
        }
        let stop = self.app.tasks.token();
        loop {
            if let Some(session) = &self.session
                && self.checked.elapsed() >= RECHECK
            {
                if !self.app.accounts.still_open(session).await.unwrap_or(true) {
                    return None;
                }
                self.checked = Instant::now();
            }
            let frame = tokio::select! {
                () = stop.cancelled() => return None,
                () = sleep(RECHECK) => continue,
                frame = self.frames.recv() => frame,
            };
            match frame {
                Ok(frame) if self.hears(&frame) => {
                    return Some(
                        Event::default()
                            .event(frame.name)
                            .data(&**frame.data(self.locale)),
                    );
                }
                Ok(_) => {}
                // Too slow to get every frame: everything of this reader is fetched anew.
                Err(RecvError::Lagged(_)) => {
                    return Some(Event::default().event("team").data("{}"));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
