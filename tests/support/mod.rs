//! Runs the program and compares all that it wrote.
//!
//! A [`Home`] is a folder of its own with files, history and a fixed environment; a [`Trial`] is one run in it.
//! Whatever a trial does not name is expected to be nothing: no output, no notices, exit code 0.

mod diff;
#[cfg(feature = "llm")]
pub(crate) mod faults;
#[cfg(all(unix, feature = "llm"))]
pub(crate) mod server;
pub(crate) mod stream;
#[cfg(unix)]
pub(crate) mod terminal;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

pub(crate) use diff::assert_same;

/// The time of every run, as `SOURCE_DATE_EPOCH`: 2026-01-02 03:04:05 UTC.
pub(crate) const NOW: &str = "1767323045";

/// Returns the path of a fixture below `tests/data`.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Returns a trial in a home that nothing else uses.
pub(crate) fn followup<S: Into<OsString>>(args: impl IntoIterator<Item = S>) -> Trial {
    Home::new().followup(args)
}

/// A folder for one test: the working directory, `$HOME`, and history below it.
pub(crate) struct Home {
    dir: std::sync::Arc<TempDir>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: std::sync::Arc::new(tempfile::tempdir().unwrap()) }
    }

    /// Returns a path inside.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Returns the folder where this home's history is kept by default.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("share/followup")
    }

    /// Writes a file inside, and the folders that it needs.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Returns a run of the program in this home.
    pub(crate) fn followup<S: Into<OsString>>(&self, args: impl IntoIterator<Item = S>) -> Trial {
        Trial {
            home: Self { dir: self.dir.clone() },
            args: args.into_iter().map(Into::into).collect(),
            env: Vec::new(),
            stdin: Vec::new(),
            stdout: String::new(),
            stderr: String::new(),
            code: 0,
        }
    }
}

/// One run of the program, and what is expected of it.
#[must_use = "a trial does nothing until it is run"]
pub(crate) struct Trial {
    home: Home,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
    stdout: String,
    stderr: String,
    code: i32,
}

impl Trial {
    /// Adds arguments.
    pub(crate) fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Writes a file into the home.
    pub(crate) fn file(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.home = self.home.file(name, content);
        self
    }

    /// Sets a variable of the environment, which is else fixed.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Gives standard input; without it, there is nothing to read.
    pub(crate) fn stdin(mut self, input: impl AsRef<[u8]>) -> Self {
        self.stdin = input.as_ref().to_vec();
        self
    }

    /// Expects this on standard output; the home's path stands as `[HOME]`.
    pub(crate) fn stdout(mut self, expected: impl Into<String>) -> Self {
        self.stdout = expected.into();
        self
    }

    /// Expects this on standard error; the home's path stands as `[HOME]`.
    pub(crate) fn stderr(mut self, expected: impl Into<String>) -> Self {
        self.stderr = expected.into();
        self
    }

    /// Expects this exit code.
    pub(crate) fn code(mut self, expected: i32) -> Self {
        self.code = expected;
        self
    }

    /// Runs the program and compares everything that it wrote with what is expected.
    ///
    /// # Panics
    /// Where something differs; all that differs is shown.
    pub(crate) fn run(self) {
        let seen = self.output();
        let expected = Seen { stdout: self.stdout, stderr: self.stderr, code: Some(self.code) };
        assert_same(&expected.to_string(), &seen.to_string());
    }

    /// As [`Trial::run`], with the standard output of `tests/data/golden/NAME`; `BLESS=1` writes that file anew.
    ///
    /// # Panics
    /// As [`Trial::run`].
    pub(crate) fn golden(self, name: &str) {
        let path = data("golden").join(name);
        let seen = self.output();
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &seen.stdout).unwrap();
        }
        let stdout = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let expected = Seen { stdout, stderr: self.stderr, code: Some(self.code) };
        assert_same(&expected.to_string(), &seen.to_string());
    }

    /// Runs the program and returns what it wrote, for tests that look at a part of it.
    #[must_use]
    pub(crate) fn output(&self) -> Seen {
        let output = self.raw_output();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("the program writes UTF-8");
            without_lexicon(&text.replace(self.home.dir.path().to_str().unwrap(), "[HOME]"))
        };
        Seen { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() }
    }

    /// Runs the program and returns its output byte by byte.
    #[must_use]
    pub(crate) fn raw_output(&self) -> Output {
        let mut command = self.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        thread::scope(|scope| {
            // A program that stops reading early closes the pipe; that is its right.
            scope.spawn(move || stdin.write_all(&self.stdin).ok());
            child.wait_with_output().unwrap()
        })
    }

    /// Returns the command with arguments, folder and environment, for tests that start it in a way of their own.
    #[must_use]
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_followup"));
        command
            .args(&self.args)
            .current_dir(self.home.dir.path())
            .env_clear()
            .env("HOME", self.home.dir.path())
            .env("XDG_DATA_HOME", self.home.path("share"))
            .env("XDG_CONFIG_HOME", self.home.path("config"))
            .env("PATH", "/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .env("TZ", "UTC")
            .env("SOURCE_DATE_EPOCH", NOW)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// What a run wrote, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or("a signal".to_owned(), |code| code.to_string());
        write!(f, "{}---- stderr ----\n{}---- code {code} ----\n", self.stdout, self.stderr)
    }
}

/// Puts `[LEXICON]` in the place of the built-in lexicon's hash: a new synonym is no change of what is tested here.
fn without_lexicon(text: &str) -> String {
    let key = "\"lexicon_hash\": \"";
    let mut parts = text.split(key);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        format!("{text}{key}[LEXICON]{}", part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
    })
}

/// The arguments of a round of five questions that stays the same whatever the built-in pack grows to.
pub(crate) const FIVE: [&str; 15] = [
    "interview",
    "--seed",
    "7",
    "--scenario",
    "order-inventory",
    "--question",
    "cache/cache-down",
    "--question",
    "consistency/network-partition",
    "--question",
    "messaging/ordering",
    "--question",
    "scale/capacity-planning",
    "--question",
    "database/failover",
];
