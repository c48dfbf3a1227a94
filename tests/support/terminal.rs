//! The program on a pseudo-terminal: keys go in, bytes come out, and an emulated screen shows what people see.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::process::Command;

use rexpect::process::PtyProcess;

use super::Trial;
use super::stream::Stream;

/// What the line editor switches on when it is ready for keys; before that the system would keep some for itself.
const READY: &str = "\u{1b}[?2004h";
const LEFT: &str = "<left ";

/// Sets the size, runs the program as a child, and says how it left the terminal. It has to be a child: the system
/// mends the modes of a terminal by itself when the first process of its session ends.
const SCRIPT: &str = r#"
stty rows "$1" cols "$2"; shift 2
before=$(stty -g)
# Ctrl-C reaches every process of the terminal; what the program makes of it is for the program to say.
trap : INT
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
    output: Stream,
    screen: vt100::Parser,
    /// How much of the output is on the screen.
    rendered: usize,
    pid: String,
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
        let mut output = Stream::of(process.get_file_handle().unwrap());
        let size = |value: u16| value.try_into().unwrap();
        let screen = vt100::Parser::new(size(rows), size(columns), 0);
        output.expect("<pid ");
        let pid = output.expect(">");
        Self { _process: process, keys, output, screen, rendered: 0, pid }
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
    #[track_caller]
    pub(crate) fn enter(&mut self, keys: impl AsRef<[u8]>) -> String {
        self.keys(keys);
        let (written, end) = self.output.expect_one(&[READY, LEFT]);
        assert_eq!(end, READY, "{written}");
        written
    }

    /// Waits until the program reads keys, or has ended.
    pub(crate) fn next(&mut self) -> Next {
        match self.output.expect_one(&[READY, LEFT]) {
            (_, READY) => Next::Ready,
            _ => Next::Left,
        }
    }

    /// Waits until a text can be read on the screen.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) {
        let (screen, rendered) = (&mut self.screen, &mut self.rendered);
        self.output.wait_until(|raw| {
            screen.process(&raw[*rendered..]);
            *rendered = raw.len();
            screen.screen().contents().contains(text)
        });
    }

    /// Returns what can be read on the screen.
    pub(crate) fn contents(&mut self) -> String {
        self.render();
        self.screen.screen().contents()
    }

    /// Returns the lines that the terminal had to break, since they are wider than the screen.
    pub(crate) fn wrapped_lines(&mut self) -> Vec<String> {
        self.render();
        let screen = self.screen.screen();
        let (_, columns) = screen.size();
        let rows = (0..).zip(screen.rows(0, columns.into()));
        rows.filter(|(row, _)| screen.row_wrapped(*row)).map(|(_, text)| text).collect()
    }

    /// Returns every byte that was written so far.
    pub(crate) fn raw(&self) -> &[u8] {
        self.output.raw()
    }

    /// Sends a signal, named as in `kill`, to the program.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Changes the width of the terminal, and tells the program.
    pub(crate) fn resize(&mut self, columns: u16) {
        let terminal = self.keys.try_clone().unwrap();
        let columns = columns.to_string();
        assert!(Command::new("stty").args(["cols", &columns]).stdin(terminal).status().unwrap().success());
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub(crate) fn leaving(&mut self) -> Leaving {
        self.output.expect(LEFT);
        let code = self.output.expect(", modes ").parse().unwrap();
        Leaving { code, restored: self.output.expect(">") == "restored" }
    }

    fn render(&mut self) {
        self.screen.process(&self.output.raw()[self.rendered..]);
        self.rendered = self.output.raw().len();
    }
}

/// Wraps a command, which names its whole environment, into [`SCRIPT`].
fn on_terminal(inner: &Command, rows: u16, columns: u16) -> Command {
    let size = [rows, columns].map(|value| OsString::from(value.to_string()));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "sh"]).args(size).arg(inner.get_program()).args(inner.get_args());
    command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(dir) = inner.get_current_dir() {
        command.current_dir(dir);
    }
    command
}
