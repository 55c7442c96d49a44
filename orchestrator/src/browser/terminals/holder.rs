//! The session holder in the node: what keeps a shell alive while nobody is connected.
//!
//! Debian's `dtach`, static and mounted read-only below [`TOOLS`], holds one pseudo-terminal behind a socket; whoever
//! attaches next gets it, this program after a restart included. It has no memory of its own: screen and scrollback
//! come from the session's ring.
//!
//! A node is hostile and its images are anybody's. So the holder's folder has an unguessable name (nobody can squat
//! it), belongs to the shell's user alone, stands on whichever place can be written, and every answer of the node is
//! read as a claim: a number into our own list of places, never a path. All scripts run in the platform's own static
//! shell. They must not be given anything that a trainee typed.

use crate::ids::SessionId;

/// Where the platform's tools stand in every node.
pub const TOOLS: &str = "/opt/thaotruong";

/// Places for a holder's folder, best first: memory that every container has, then the usual ones.
const PLACES: [&str; 4] = ["/dev/shm", "/run", "/tmp", "/var/tmp"];

/// What dtach prints when it attaches: it clears the screen, which the viewer has just been given back.
const GREETING: &[u8] = b"\x1b[H\x1b[J";

/// Bytes within which the greeting comes. Until dtach has taken the terminal over, the terminal itself echoes what was
/// typed early, and that is shown a second time by the shell.
const BEFORE_GREETING: usize = 4096;

/// What dtach prints when the shell ended or when it was told to go; ours to say in the viewer's language.
const FAREWELLS: [&[u8]; 3] = [
    b"\x1b[999H\r\n[EOF - dtach terminating]\r\n\x1b[?25h",
    b"\x1b[999H\r\n[got signal 15 - dying]\r\n\x1b[?25h",
    b"\x1b[999H\r\n[detached]\r\n\x1b[?25h",
];

/// The longest of them, in bytes.
const LONGEST_FAREWELL: usize = 64;

/// Finds or makes the folder, and says what is in it. Arguments: folder name, mode, places.
///
/// `make` makes the folder; `find` looks for it, ends a client that an earlier server left attached (two clients would
/// tear the output between them), and clears up after a shell that ended; `end` ends the shell.
const LOOK: &str = r#"
umask 077
name=$1; mode=$2; shift 2
place=0; found=
for base; do
  d=$base/$name
  if [ "$mode" = make ]; then
    mkdir "$d" 2>/dev/null && found=1 && break
  elif [ -d "$d" ] && [ ! -L "$d" ] && [ -O "$d" ]; then
    found=1; break
  fi
  place=$((place + 1))
done
[ -n "$found" ] || { echo none; exit 0; }
ours() {
  pid=$(head -c 10 "$d/$1" 2>/dev/null)
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  case "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" in *"$d"*) return 0 ;; esac
  return 1
}
if [ "$mode" != make ] && ours client; then kill "$pid" 2>/dev/null; fi
if [ "$mode" = end ]; then
  if ours shell; then kill -HUP "$pid" 2>/dev/null; fi
  rm -rf "$d"
  echo none; exit 0
fi
echo "place $place"
if ours shell && [ -S "$d/s" ]; then
  echo alive
elif [ -e "$d/code" ]; then
  echo "code $(head -c 4 "$d/code")"
  rm -rf "$d"
elif [ "$mode" = find ]; then
  rm -rf "$d"
fi
"#;

/// Attaches, first making the shell where there is none. Arguments: folder, script of the shell.
///
/// The script travels in a variable: in the list of processes, which trainees study, it would be in the way.
const ATTACH: &str = r#"
echo $$ >"$1/client"
TT_SHELL=$2 exec /opt/thaotruong/dtach -A "$1/s" -E -z -r winch \
  /opt/thaotruong/busybox sh -c 'eval "$TT_SHELL"' shell "$1"
"#;

/// The shell itself, and its exit code for whoever asks later. Argument: folder, or nothing without a holder.
///
/// Caught signals go back to their defaults in the shell, ignored ones would not: hence `trap :`.
const SHELL: &str = r#"
unset TT_SHELL
[ -z "$1" ] || echo $$ >"$1/shell"
trap : INT QUIT TSTP
cd "${HOME:-/}" 2>/dev/null || cd /
for shell in /bin/bash /usr/bin/bash /usr/local/bin/bash /bin/sh /usr/bin/sh /opt/thaotruong/busybox; do
  [ -x "$shell" ] && break
done
case $shell in
  /opt/*) "$shell" sh -l ;;
  *) SHELL=$shell; export SHELL; "$shell" -l ;;
esac
code=$?
[ -z "$1" ] || echo $code >"$1/code"
exit $code
"#;

/// What to do with a holder's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Make it for a new session.
    Make,
    /// Find it again, freeing it from an earlier server's client.
    Find,
    /// End the shell and remove it.
    End,
}

/// What a node says about a session's holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The folder is there, and a shell runs or may be started in it.
    Ready {
        /// Which of our places it stands on.
        place: usize,
        /// Whether a shell runs already.
        alive: bool,
    },
    /// The shell ended with this code.
    Ended(i32),
    /// There is no such holder, or none can be made.
    Nothing,
}

/// The command that looks for a session's holder.
#[must_use]
pub fn look(session: SessionId, mode: Mode) -> Vec<String> {
    let mode = match mode {
        Mode::Make => "make",
        Mode::Find => "find",
        Mode::End => "end",
    };
    let mut argv = vec![
        format!("{TOOLS}/busybox"),
        "sh".into(),
        "-c".into(),
        LOOK.into(),
        "look".into(),
    ];
    argv.push(folder_name(session));
    argv.push(mode.into());
    argv.extend(PLACES.map(String::from));
    argv
}

/// What [`look`]'s command printed; anything unexpected is nothing.
#[must_use]
pub fn read(printed: &[u8]) -> Found {
    let text = String::from_utf8_lossy(printed);
    let mut lines = text.lines();
    let place = lines
        .next()
        .and_then(|line| line.strip_prefix("place ")?.parse().ok());
    let Some(place) = place.filter(|place| *place < PLACES.len()) else {
        return Found::Nothing;
    };
    match lines.next() {
        None => Found::Ready {
            place,
            alive: false,
        },
        Some("alive") => Found::Ready { place, alive: true },
        Some(line) => line
            .strip_prefix("code ")
            .and_then(|code| code.trim().parse().ok())
            .map_or(Found::Nothing, |code: u8| Found::Ended(i32::from(code))),
    }
}

/// The command that attaches to the holder at `place`.
#[must_use]
pub fn attach(session: SessionId, place: usize) -> Vec<String> {
    let base = PLACES.get(place).copied().unwrap_or(PLACES[0]);
    let folder = format!("{base}/{}", folder_name(session));
    let script = |text: &str| text.to_owned();
    vec![
        format!("{TOOLS}/busybox"),
        "sh".into(),
        "-c".into(),
        script(ATTACH),
        "attach".into(),
        folder,
        script(SHELL),
    ]
}

/// The command that runs a shell without a holder, in the node's own shell.
#[must_use]
pub fn bare() -> Vec<String> {
    vec![
        "/bin/sh".into(),
        "-c".into(),
        SHELL.into(),
        "shell".into(),
        String::new(),
    ]
}

/// Named by the session, of whose identifier 74 bits are random: nobody in the node can take the name beforehand.
fn folder_name(session: SessionId) -> String {
    format!(".tt-{}", session.0.as_simple())
}

/// Takes dtach's own words out of what it passes on.
#[derive(Debug, Default)]
pub struct Filter {
    begun: bool,
    held: Vec<u8>,
}

impl Filter {
    /// What of the chunk is the shell's. An end that may be a farewell's beginning is held until more shows that it was
    /// none.
    pub fn pass(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.held);
        out.extend_from_slice(chunk);
        if !self.begun {
            let greeting = out
                .windows(GREETING.len())
                .position(|window| window == GREETING);
            match greeting {
                Some(at) => drop(out.drain(..at + GREETING.len())),
                None if out.len() < BEFORE_GREETING => {
                    self.held = out;
                    return Vec::new();
                }
                None => {}
            }
            self.begun = true;
        }
        let tail = out.len().saturating_sub(LONGEST_FAREWELL);
        let farewell = (tail..out.len()).find(|at| {
            FAREWELLS
                .iter()
                .any(|farewell| farewell.starts_with(&out[*at..]))
        });
        if let Some(begin) = farewell {
            self.held = out.split_off(begin);
        }
        out
    }

    /// What is left at the end: the reason why dtach never greeted, else nothing but its farewell.
    #[must_use]
    pub fn rest(self) -> Vec<u8> {
        if self.begun { Vec::new() } else { self.held }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_not_believed_beyond_its_claim() {
        assert_eq!(
            read(b"place 0\n"),
            Found::Ready {
                place: 0,
                alive: false
            }
        );
        assert_eq!(
            read(b"place 2\nalive\n"),
            Found::Ready {
                place: 2,
                alive: true
            }
        );
        assert_eq!(read(b"place 1\ncode 130\n"), Found::Ended(130));
        assert_eq!(read(b"none\n"), Found::Nothing);
        for claim in [
            "",
            "place 9\n",
            "place ../..\n",
            "place 0\ncode 99999999999\n",
            "place 0\n\u{1b}]0;x\n",
        ] {
            assert_eq!(read(claim.as_bytes()), Found::Nothing, "{claim:?}");
        }
        assert_eq!(read(&[0xff; 10]), Found::Nothing);
    }

    #[test]
    fn the_holders_own_words_do_not_reach_the_viewer() {
        let mut filter = Filter::default();
        assert_eq!(filter.pass(b"typed early\r\n\x1b["), b"");
        assert_eq!(filter.pass(b"H\x1b[J$ "), b"$ ");
        assert_eq!(
            filter.pass(b"\x1b[H\x1b[J"),
            b"\x1b[H\x1b[J",
            "later it is the shell that clears"
        );
        let mut shown = Vec::new();
        for byte in b"logout\r\n\x1b[999H\r\n[EOF - dtach terminating]\r\n\x1b[?25h" {
            shown.extend(filter.pass(&[*byte]));
        }
        assert_eq!(shown, b"logout\r\n", "in however many pieces it comes");
    }

    #[test]
    fn a_farewell_that_was_none_is_shown() {
        let mut filter = Filter::default();
        assert_eq!(filter.pass(b"\x1b[H\x1b[J$ "), b"$ ");
        assert_eq!(filter.pass(b"\x1b[999H\r\n[detached]\r\n"), b"");
        assert_eq!(filter.pass(b"more"), b"\x1b[999H\r\n[detached]\r\nmore");
        assert_eq!(filter.pass(b"\x1b["), b"");
        assert_eq!(filter.pass(b"31mred"), b"\x1b[31mred");
    }

    #[test]
    fn a_holder_that_never_greets_is_heard() {
        let mut filter = Filter::default();
        assert_eq!(filter.pass(b"dtach: no such file\r\n"), b"");
        assert_eq!(filter.rest(), b"dtach: no such file\r\n");
        let mut filter = Filter::default();
        assert_eq!(
            filter.pass(&[b'x'; BEFORE_GREETING]),
            [b'x'; BEFORE_GREETING]
        );
        assert_eq!(filter.rest(), b"");
    }

    #[test]
    fn no_script_is_put_together_from_its_arguments() {
        let session = SessionId::new();
        assert_eq!(look(session, Mode::Find)[3], LOOK);
        assert_eq!(attach(session, 0)[3], ATTACH);
        assert!(
            attach(session, 99)[5].starts_with("/dev/shm/.tt-"),
            "an unknown place is the first"
        );
    }
}
