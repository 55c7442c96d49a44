//! A viewer's window on a terminal: what it was told, what it sends.

use super::*;

/// A viewer's program: draws, acknowledges, remembers.
pub(super) struct Window {
    pub(super) viewer: Viewer,
    pub(super) session: SessionId,
    pub(super) offset: u64,
    pub(super) seen: Vec<u8>,
    pub(super) notices: Vec<String>,
    pub(super) exit: Option<i32>,
    pub(super) over: bool,
    pub(super) acknowledges: bool,
}

impl Window {
    pub(super) async fn open(terminals: &Arc<Terminals>, access: &Access, wish: Wish) -> Self {
        let viewer = terminals.open(access, wish).await.unwrap();
        let mut window = Self {
            viewer,
            session: SessionId(uuid::Uuid::nil()),
            offset: wish.offset,
            seen: Vec::new(),
            notices: Vec::new(),
            exit: None,
            over: false,
            acknowledges: true,
        };
        while window.session.0.is_nil() && !window.over {
            window.step(Duration::from_secs(20)).await;
        }
        window
    }

    /// Takes one frame; says whether there was one in time.
    pub(super) async fn step(&mut self, limit: Duration) -> bool {
        let Ok(frame) = tokio::time::timeout(limit, self.viewer.next()).await else {
            return false;
        };
        match frame {
            Some(ServerFrame::Hello { session, .. }) => self.session = session,
            Some(ServerFrame::Output { offset, bytes }) => {
                assert!(offset >= self.offset, "{offset} < {}", self.offset);
                self.offset = offset + bytes.len() as u64;
                self.seen.extend_from_slice(&bytes);
                if self.acknowledges {
                    self.send(ClientFrame::Acknowledge(self.offset));
                }
            }
            Some(ServerFrame::Notice(notice)) => self.notices.push(notice.id.to_owned()),
            Some(ServerFrame::Exit(code)) => self.exit = Some(code),
            Some(_) => {}
            None => self.over = true,
        }
        true
    }

    /// Waits until `text` is seen, however slowly it comes, as long as something does.
    pub(super) async fn until(&mut self, text: &str) {
        let (mut began, mut seen) = (Instant::now(), self.seen.len());
        while !contains(&self.seen, text) {
            assert!(
                began.elapsed() < Duration::from_secs(30) && !self.over,
                "no {text:?} in {:?}, notices {:?}",
                String::from_utf8_lossy(&self.seen),
                self.notices
            );
            self.step(Duration::from_secs(1)).await;
            if self.seen.len() > seen {
                (began, seen) = (Instant::now(), self.seen.len());
            }
        }
    }

    /// Interrupts what runs and types `line`, until `text` is seen.
    pub(super) async fn interrupt(&mut self, line: &str, text: &str) {
        self.say("\x03");
        self.forget();
        self.say(line);
        self.until(text).await;
    }

    pub(super) async fn drain(&mut self) {
        while !self.over {
            assert!(self.step(Duration::from_secs(30)).await, "no end");
        }
    }

    pub(super) fn send(&self, frame: ClientFrame) {
        self.viewer.controls().handle(frame);
    }

    pub(super) fn say(&self, text: &str) {
        self.send(ClientFrame::Input(text.to_owned().into()));
    }

    /// Forgets what was seen, so that only what comes next is found.
    pub(super) fn forget(&mut self) {
        self.seen.clear();
    }
}

pub(super) fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

pub(super) fn size(columns: u16, rows: u16) -> Size {
    Size { columns, rows }
}
