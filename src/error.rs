//! What the user is told when something does not work: one line, a hint, an exit code.
//!
//! Errors of the modules become a [`Failure`] here and nowhere else.

use std::fmt;
use std::io;

use crate::app::Fatal;
use crate::content::loader::LoadError;
use crate::domain::id::IdError;
use crate::domain::suggest::nearest;
use crate::domain::words::UnknownWord;
use crate::history::HistoryError;
use crate::session::plan::PlanError;
use crate::ui::prompt::InputError;

/// Exit code: done.
pub const DONE: u8 = 0;
/// Exit code: the work was done, and problems were found.
pub const PROBLEMS: u8 = 1;
/// Exit code: wrong use, configuration or environment.
pub const UNUSABLE: u8 = 2;
/// Exit code: interrupted by the user.
pub const INTERRUPTED: u8 = 130;

/// Why a command did not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Something that the user can mend.
    Unusable {
        /// One line on what is wrong; lower case, no full stop.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The reader of our output is gone; nobody is left to tell.
    ReaderGone,
}

impl Failure {
    /// Makes a failure of a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Unusable { message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(self, text: impl Into<String>) -> Self {
        match self {
            Self::Unusable { message, .. } => Self::Unusable { message, hint: Some(text.into()) },
            Self::ReaderGone => Self::ReaderGone,
        }
    }

    /// Adds "did you mean" where one of the known names is near.
    #[must_use]
    pub fn did_you_mean<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(typed, known) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Returns the exit code of a run that fails so.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Unusable { .. } => UNUSABLE,
            Self::ReaderGone => DONE,
        }
    }

    /// Makes a failure of a file that could not be read or written.
    pub fn file(doing: &str, path: &std::path::Path, error: &io::Error) -> Self {
        Self::new(format!("cannot {doing} `{}`: {}", path.display(), plain(error)))
    }
}

/// Returns an I/O error's text as it stands within a sentence.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    // What stands behind the number is the path once more, or that of a temporary file.
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Takes out the "(os error 2)" that says nothing to people.
fn without_code(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" (os error ") else { return text.to_owned() };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable { message, hint } => {
                write!(f, "error: {message}")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
            }
            Self::ReaderGone => f.write_str("the reader is gone"),
        }
    }
}

/// Output that fails: a closed pipe is nobody's mistake, a full disk has to be said.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::new(format!("cannot write the output: {}", plain(&error))),
        }
    }
}

impl From<Fatal> for Failure {
    fn from(fatal: Fatal) -> Self {
        match fatal {
            Fatal::History(error) => Self::from(error),
            Fatal::Output(error) => Self::from(error),
            Fatal::Input(error) => Self::from(error),
        }
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Read(error) => Self::new(format!("cannot read the answers: {}", plain(&error))),
            InputError::Terminal(_) => Self::new(without_code(&error.to_string())),
        }
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        Self::new(without_code(&error.to_string()))
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Unreadable { path, source } => Self::file("read the pack", &path, &source),
            _ => Self::new(error.to_string()),
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<UnknownWord> for Failure {
    fn from(error: UnknownWord) -> Self {
        let word = error.word.clone();
        Self::new(error.to_string()).did_you_mean(&word, error.allowed.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Level;

    #[test]
    fn a_failure_is_one_line_and_a_hint() {
        let failure = Failure::from("senoir".parse::<Level>().unwrap_err());
        assert_eq!(
            failure.to_string(),
            "error: `senoir` is not a level; one of `mid`, `senior`, `staff`\nhint: did you mean `senior`?"
        );
        assert_eq!(failure.code(), 2);
    }

    #[test]
    fn what_the_system_says_is_told_in_words() {
        let denied = || io::Error::from_raw_os_error(13);
        let failure = Failure::from(InputError::Read(denied()));
        assert_eq!(failure.to_string(), "error: cannot read the answers: permission denied");
        let failure = Failure::from(LoadError::Unreadable { path: "p".into(), source: denied() });
        assert_eq!(failure.to_string(), "error: cannot read the pack `p`: permission denied");
        let failure = Failure::from(HistoryError::Unreadable { path: "p".into(), source: denied().into() });
        assert_eq!(
            failure.to_string(),
            "error: cannot read `p`: Permission denied; check who owns it and its permissions"
        );
    }

    #[test]
    fn a_closed_pipe_is_quiet() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.code(), 0);
        let failure = Failure::from(io::Error::from_raw_os_error(28));
        assert_eq!(failure.to_string(), "error: cannot write the output: no space left on device");
    }
}
