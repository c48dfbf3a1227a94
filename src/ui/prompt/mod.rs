//! What the candidate types: answers and commands, from a keyboard or from lines of a file or a pipe.
//!
//! [`keyboard`] edits lines on a terminal, [`lines`] reads everything else, and [`editor`] opens `$EDITOR`.

pub mod editor;
mod ending;
pub mod keyboard;
pub mod lines;
#[cfg(test)]
#[cfg(unix)]
mod on_terminal;

use std::io;

pub use ending::interrupted;

use super::command::{self, Command, CommandError};

/// The longest answer that is taken, in bytes.
pub const MAX_ANSWER: usize = 1 << 20;

/// Somewhere that answers and commands come from.
pub trait Input {
    /// Reads one answer or one command.
    ///
    /// # Errors
    /// When the source cannot be read. The end of the input is no error but [`Typed::Leave`].
    fn read(&mut self, request: &Request<'_>) -> Result<Typed, InputError>;
}

/// What an input is to begin with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Text that stands in the answer already: a draft. Only a keyboard shows it.
    pub initial: &'a str,
    /// Words that Tab completes in commands, such as ids of key points.
    pub words: &'a [&'a str],
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// An answer, without blank lines at its end; it may be empty.
    Answer(String),
    /// A command.
    Command {
        /// What is wanted.
        command: Command,
        /// What was written above the command's line, to go on with.
        draft: String,
    },
    /// A line that begins with a slash and is no command.
    NoCommand(CommandError),
    /// Ctrl-C.
    Interrupt {
        /// What was written, to go on with.
        draft: String,
    },
    /// The end of the input, before anything was handed in.
    Leave,
    /// The system wants the program to end.
    Terminate,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The lines could not be read.
    #[error("cannot read the answers: {0}")]
    Read(#[from] io::Error),
    /// The terminal could not be used.
    #[error("cannot use the terminal: {0}; `--answers FILE` reads answers from a file")]
    Terminal(#[from] rustyline::error::ReadlineError),
}

/// Splits a text into what was written and the command on its last line, if there is one.
///
/// A single line is a command when it begins with one slash. A line below others is one only when it is right,
/// since an answer may well have a line such as `/api/users`.
fn split_command(text: &str) -> Option<(&str, Result<Command, CommandError>)> {
    let (draft, line) = match text.rsplit_once('\n') {
        Some((draft, line)) => (draft, line),
        None => ("", text),
    };
    if !command::is_command(line) {
        return None;
    }
    let parsed = command::parse(line);
    (draft.is_empty() || parsed.is_ok()).then_some((draft, parsed))
}

/// Makes an answer of what was written: without blank lines at its end, and without the first of two slashes.
fn answer(text: &str) -> String {
    let mut text = text;
    while let Some((above, _)) = text.rsplit_once('\n').filter(|(_, last)| last.trim().is_empty()) {
        text = above;
    }
    let text = if text.trim().is_empty() { "" } else { text };
    command::unescaped(text).to_owned()
}

/// Cuts an answer that is longer than [`MAX_ANSWER`]; returns whether it was.
fn cap(text: &mut String) -> bool {
    if text.len() <= MAX_ANSWER {
        return false;
    }
    text.truncate(text.floor_char_boundary(MAX_ANSWER));
    true
}

/// What is said of an answer that was cut.
const CUT_NOTICE: &str = "the answer was longer than 1 MiB; the rest was left out";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_line_or_a_right_last_one() {
        let split = |text| split_command(text).map(|(draft, parsed)| (draft, parsed.ok()));
        assert_eq!(split("/hint"), Some(("", Some(Command::Hint))));
        assert_eq!(split("/hnit"), Some(("", None)));
        assert_eq!(split("one\ntwo\n/hint"), Some(("one\ntwo", Some(Command::Hint))));
        assert_eq!(split("one\n/api/users"), None);
        assert_eq!(split("one\n/hint\n"), None, "something follows it");
        assert_eq!(split("//hint"), None);
        assert_eq!(split("one\n//hint"), None);
        assert_eq!(split("one"), None);
        assert_eq!(split(""), None);
    }

    #[test]
    fn an_answer_loses_blank_lines_at_its_end_only() {
        for (text, expected) in [
            ("", ""),
            (" \n\n", ""),
            ("one\n\n \n", "one"),
            ("\n one \n\ntwo ", "\n one \n\ntwo "),
            ("//api\n//x", "/api\n//x"),
        ] {
            assert_eq!(answer(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_answer_is_cut_between_characters() {
        let mut text = "ä".repeat(MAX_ANSWER);
        text.insert(0, 'x');
        assert!(cap(&mut text));
        assert_eq!(text.len(), MAX_ANSWER - 1);
        assert!(!cap(&mut text));
    }
}
