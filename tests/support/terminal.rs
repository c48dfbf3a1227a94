//! The program on a pseudo-terminal: keys go in, bytes come out, and an emulated screen shows what people see.
//!
//! Nothing here waits for a fixed time: every wait is for something to be seen, up to a deadline.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rexpect::process::PtyProcess;

use super::Trial;

/// How long anything may take. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the line editor switches on when it is ready for keys; before that the system would keep some for itself.
const READY: &str = "\u{1b}[?2004h";

/// Sets the size, runs the program as a child, and says how it left the terminal. It has to be a child: the system
/// mends the modes of a terminal by itself when the first process of its session ends.
const SCRIPT: &str = r#"
stty rows "$1" cols "$2"; shift 2
before=$(stty -g)
sh -c 'echo "<pid $$>"; exec "$@"' sh "$@"
code=$?
after=$(stty -g)
[ "$before" = "$after" ] && echo "<left $code, modes restored>" || echo "<left $code, modes changed>"
"#;

/// A run of the program on a pseudo-terminal.
pub(crate) struct Terminal {
    // Dropped first: that ends the program, and with it the thread that reads.
    _process: PtyProcess,
    keys: File,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    /// How much of `raw` was waited for.
    seen: usize,
    pid: u32,
}

/// What comes after something was handed in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The program waits for keys.
    Ready,
    /// It has ended.
    Left,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Leaving {
    pub(crate) code: i32,
    /// Whether the modes of the terminal are what they were.
    pub(crate) restored: bool,
}

impl Terminal {
    /// Starts a trial on a terminal of 24 rows.
    pub(crate) fn start(trial: &Trial, columns: u16) -> Self {
        Self::sized(trial, 24, columns)
    }

    /// Starts a trial on a terminal of this size.
    pub(crate) fn sized(trial: &Trial, rows: u16, columns: u16) -> Self {
        let process = PtyProcess::new(on_terminal(&trial.command(), rows, columns)).unwrap();
        let keys = process.get_file_handle().unwrap();
        let (sender, output) = channel();
        let mut reader = process.get_file_handle().unwrap();
        let read = move || {
            let mut bytes = [0; 4096];
            // Reading fails when the last process has left the terminal.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new().spawn(read).unwrap();
        let size = |value: u16| value.try_into().unwrap();
        let screen = vt100::Parser::new(size(rows), size(columns), 0);
        let mut terminal = Self { _process: process, keys, output, screen, raw: Vec::new(), seen: 0, pid: 0 };
        terminal.expect("<pid ");
        terminal.pid = terminal.expect(">").parse().unwrap();
        terminal
    }

    /// Starts a trial and waits until it reads keys.
    pub(crate) fn ready(trial: &Trial, columns: u16) -> Self {
        let mut terminal = Self::start(trial, columns);
        let next = terminal.next();
        assert_eq!(next, Next::Ready, "{}", terminal.contents());
        terminal
    }

    /// Sends bytes, as a keyboard does: `\r` is Enter.
    pub(crate) fn keys(&mut self, keys: impl AsRef<[u8]>) {
        self.keys.write_all(keys.as_ref()).unwrap();
    }

    /// Sends a text between the marks of a paste.
    pub(crate) fn paste(&mut self, text: impl AsRef<[u8]>) {
        self.keys([b"\x1b[200~", text.as_ref(), b"\x1b[201~"].concat());
    }

    /// Sends keys that hand in or order something, and waits until it is done with; returns what was written
    /// meanwhile.
    pub(crate) fn enter(&mut self, keys: impl AsRef<[u8]>) -> String {
        self.keys(keys);
        let from = self.seen;
        let next = self.next();
        let written = String::from_utf8_lossy(&self.raw[from..self.seen]).into_owned();
        assert_eq!(next, Next::Ready, "{written}");
        written
    }

    /// Waits until the program reads keys, or has ended.
    pub(crate) fn next(&mut self) -> Next {
        let (at, next) = self.wait(|unseen| {
            let ready = find(unseen, READY).map(|at| (at + READY.len(), Next::Ready));
            ready.or_else(|| find(unseen, "<left ").map(|at| (at, Next::Left)))
        });
        self.seen += at;
        next
    }

    /// Waits for a text in the output; returns what stood before it.
    pub(crate) fn expect(&mut self, text: &str) -> String {
        let at = self.wait_for(text);
        let before = String::from_utf8_lossy(&self.raw[self.seen..self.seen + at]).into_owned();
        self.seen += at + text.len();
        before
    }

    /// Waits until a text can be read on the screen.
    pub(crate) fn shows(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.contents().contains(text) {
            assert!(self.receive(deadline), "`{text}` is not on the screen:\n{}", self.contents());
        }
    }

    /// Returns what can be read on the screen.
    pub(crate) fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Returns the lines that the terminal had to break, since they are wider than the screen.
    pub(crate) fn wrapped_lines(&self) -> Vec<String> {
        let screen = self.screen.screen();
        let (_, columns) = screen.size();
        let rows = screen.rows(0, columns.into()).enumerate();
        rows.filter(|(row, _)| screen.row_wrapped(*row as u16)).map(|(_, text)| text).collect()
    }

    /// Returns every byte that was written so far.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Sends a signal, named as in `kill`, to the program.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid.to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end of the program.
    pub(crate) fn leaving(&mut self) -> Leaving {
        self.expect("<left ");
        let code = self.expect(", modes ").parse().unwrap();
        Leaving { code, restored: self.expect(">") == "restored" }
    }

    fn wait_for(&mut self, text: &str) -> usize {
        self.wait_or(|unseen| find(unseen, text), text)
    }

    fn wait<T>(&mut self, found: impl Fn(&[u8]) -> Option<T>) -> T {
        self.wait_or(found, "a prompt or the end")
    }

    #[track_caller]
    fn wait_or<T>(&mut self, found: impl Fn(&[u8]) -> Option<T>, what: &str) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = found(&self.raw[self.seen..]) {
                return found;
            }
            let more = self.receive(deadline);
            assert!(more, "no {what:?} in {:?}", String::from_utf8_lossy(&self.raw[self.seen..]));
        }
    }

    /// Takes in what was written; returns whether something came before the deadline and the end.
    fn receive(&mut self, deadline: Instant) -> bool {
        match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(bytes) => {
                self.screen.process(&bytes);
                self.raw.extend(bytes);
                true
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }
}

fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}

/// Wraps a command, which names its whole environment, into [`SCRIPT`].
fn on_terminal(inner: &Command, rows: u16, columns: u16) -> Command {
    let size = [rows, columns].map(|value| OsString::from(value.to_string()));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "sh"]).args(size).arg(inner.get_program()).args(inner.get_args());
    command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    inner.get_current_dir().into_iter().for_each(|dir| {
        command.current_dir(dir);
    });
    command
}
