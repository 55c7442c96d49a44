//! Keeps what a session shows: the recording for people, the list of commands for those who review, the backlog for the
//! next server.
//!
//! It runs beside the terminal, so that a key's echo never waits for a disk; its queue is short, so that a disk that is
//! slower than the shell slows the shell and fills no memory. A file that cannot be written is told to the viewers
//! once and never ends the session.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;
use tracing::warn;

use crate::{
    browser::{
        commands::{Commands, Entered},
        frames::{Notice, Size},
        recordings::{Event, Writer},
    },
    clock::Timestamp,
    store::{self, Database},
};

use super::{backlog::Backlog, session::Session};

/// How many pieces may wait for the disk.
const QUEUE: usize = 32;

/// How many pieces are written before the operating system is handed them.
const BATCH: usize = 32;

/// Commands of one part that are listed: far more than a person enters, a bound for a program that prints prompts.
const MOST_COMMANDS: i64 = 10_000;

/// Something to keep, and when it happened.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) at: Timestamp,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Output { offset: u64, bytes: Bytes },
    Resize(Size),
    Marker(&'static str),
    Exit(i32),
}

/// Writes a session's files until nobody sends any more.
pub(super) struct Keeper {
    session: Arc<Session>,
    recording: Option<Writer>,
    part: i64,
    commands: Commands,
    entered: Vec<Entered>,
    listed: i64,
    backlog: Backlog,
    database: Database,
}

impl Keeper {
    pub(super) fn new(
        session: Arc<Session>,
        (recording, part): (Option<Writer>, i64),
        backlog: Backlog,
        database: Database,
    ) -> Self {
        let commands = Commands::new(*session.sizes.borrow());
        Self {
            session,
            recording,
            part,
            commands,
            entered: Vec::new(),
            listed: 0,
            backlog,
            database,
        }
    }

    pub(super) fn queue() -> (mpsc::Sender<Kept>, mpsc::Receiver<Kept>) {
        mpsc::channel(QUEUE)
    }

    /// Writes until the queue is closed, then makes the recording durable.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Kept>) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut last = self.session.opened_at;
        while queue.recv_many(&mut batch, BATCH).await > 0 {
            for kept in batch.drain(..) {
                last = kept.at;
                self.keep(kept).await;
            }
            if let Some(recording) = &mut self.recording
                && let Err(error) = recording.flush().await
            {
                self.give_up(&error);
            }
            if !self.entered.is_empty()
                && let Err(error) = self.list().await
            {
                warn!(session = %self.session.id, %error, "commands were not listed");
            }
        }
        if let Some(recording) = self.recording.take() {
            if let Err(error) = recording.close().await {
                self.give_up(&error);
            }
            if let Err(error) = self.note_end(last).await {
                warn!(session = %self.session.id, %error, "the recording's end was not noted");
            }
        }
    }

    async fn keep(&mut self, kept: Kept) {
        if let What::Output { offset, bytes } = &kept.what
            && let Err(error) = self.backlog.append(*offset, bytes).await
        {
            warn!(session = %self.session.id, %error, "the backlog was not written");
        }
        let Some(recording) = &mut self.recording else {
            return;
        };
        let event = match &kept.what {
            What::Output { bytes, .. } => {
                self.entered.extend(self.commands.output(bytes, kept.at));
                Event::Output(bytes)
            }
            What::Resize(size) => {
                self.commands.resize(*size);
                Event::Resize(*size)
            }
            What::Marker(label) => Event::Marker(label),
            What::Exit(code) => Event::Exit(*code),
        };
        match recording.append(event, kept.at).await {
            Ok(false) => {}
            Ok(true) => self.session.tell_all(&Notice::new("recording-full")),
            Err(error) => self.give_up(&error),
        }
    }

    fn give_up(&mut self, error: &std::io::Error) {
        warn!(session = %self.session.id, %error, "the recording was not written");
        self.recording = None;
        self.session.tell_all(&Notice::new("recording-failed"));
    }

    /// Lists what was entered; a list that cannot be written costs nothing but itself.
    async fn list(&mut self) -> Result<(), store::StoreError> {
        let place = &self.session.place;
        let mut connection = self.database.connection().await?;
        for entered in self.entered.drain(..) {
            if self.listed == MOST_COMMANDS {
                continue;
            }
            self.listed += 1;
            let command = store::commands::NewCommand {
                part: (self.session.id, self.part),
                number: self.listed,
                place: (place.exercise, place.team),
                at: (entered.began, entered.at),
                line: &entered.text,
            };
            store::commands::insert(&mut connection, &command).await?;
        }
        Ok(())
    }

    async fn note_end(&self, at: Timestamp) -> Result<(), store::StoreError> {
        let mut connection = self.database.connection().await?;
        store::terminals::end_recording(&mut connection, self.session.id, self.part, at).await
    }
}
