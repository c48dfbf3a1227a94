//! Problems of a pack: where, what, and what to do about it.
//!
//! What is wrong is a value with data; its words are made when it is shown.

mod file;
mod form;
mod grading;
mod rule;

pub use file::FileFault;
pub use form::FormFault;
pub use grading::GradingFault;
pub use rule::RuleFault;

use super::limits::MAX_QUOTED;
use crate::domain::id::{QuestionId, ScenarioId};
use crate::domain::suggest::nearest;

/// The file that a text comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The path inside the pack, with `/` between its parts.
    pub file: String,
    /// The id of the question or scenario that the file holds.
    pub id: Option<String>,
}

/// A line of a pack's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path inside the pack, with `/` between its parts.
    pub file: String,
    /// The line, from 1; also 1 where the file as a whole is meant.
    pub line: usize,
    /// The id of the question or scenario that the file holds.
    pub id: Option<String>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// With a file or folder as such.
    File(FileFault),
    /// With the form of a file: its TOML, its keys and values, its sections.
    Form(FormFault),
    /// With what a well-formed file says.
    Rule(RuleFault),
    /// With what a grader makes of the pack's own answers.
    Grading(GradingFault),
}

/// One thing that is wrong with a pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub fault: Fault,
}

/// A fault in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    message: String,
    remedy: String,
}

impl Origin {
    /// Names a file that holds neither a question nor a scenario.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self { file: path.to_owned(), id: None }
    }

    /// Names the file of a question.
    #[must_use]
    pub fn question(id: &QuestionId) -> Self {
        Self { file: format!("questions/{id}.md"), id: Some(id.to_string()) }
    }

    /// Names the file of a scenario.
    #[must_use]
    pub fn scenario(id: &ScenarioId) -> Self {
        Self { file: format!("scenarios/{id}.md"), id: Some(id.to_string()) }
    }

    /// Names a line of the file.
    #[must_use]
    pub fn line(&self, line: usize) -> Place {
        Place { file: self.file.clone(), line, id: self.id.clone() }
    }
}

impl Problem {
    /// Says that something is wrong at a place.
    #[must_use]
    pub fn new(place: Place, fault: impl Into<Fault>) -> Self {
        Self { place, fault: fault.into() }
    }

    /// Returns what is wrong: one line, lower case at its start.
    #[must_use]
    pub fn message(&self) -> String {
        one_line(&self.fault.words().message)
    }

    /// Returns what to do about it: one line, lower case at its start.
    #[must_use]
    pub fn remedy(&self) -> String {
        one_line(&self.fault.words().remedy)
    }
}

impl Fault {
    fn words(&self) -> Words {
        match self {
            Self::File(fault) => fault.words(),
            Self::Form(fault) => fault.words(),
            Self::Rule(fault) => fault.words(),
            Self::Grading(fault) => fault.words(),
        }
    }
}

impl From<FileFault> for Fault {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

impl From<FormFault> for Fault {
    fn from(fault: FormFault) -> Self {
        Self::Form(fault)
    }
}

impl From<RuleFault> for Fault {
    fn from(fault: RuleFault) -> Self {
        Self::Rule(fault)
    }
}

impl From<GradingFault> for Fault {
    fn from(fault: GradingFault) -> Self {
        Self::Grading(fault)
    }
}

/// One line, as in `questions/cache/sizing.md:12: cache/sizing: unknown key ...; did you mean ...?`.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Words { message, remedy } = self.fault.words();
        write!(f, "{}:{}: ", one_line(&self.place.file), self.place.line)?;
        if let Some(id) = &self.place.id {
            write!(f, "{id}: ")?;
        }
        write!(f, "{}; {}", one_line(&message), one_line(&remedy))
    }
}

/// Sorts by file, then by line; problems of one line stay in the order in which they were found.
pub(crate) fn sort(problems: &mut [Problem]) {
    problems.sort_by(|a, b| a.place.cmp(&b.place));
}

fn words(message: impl Into<String>, remedy: impl Into<String>) -> Words {
    Words { message: message.into(), remedy: remedy.into() }
}

/// Cuts a pack's own text short for a message.
fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Splits an error of the domain, which says what is wrong, then `: `, then what to do.
fn split(error: &impl std::fmt::Display, otherwise: &str) -> Words {
    let text = error.to_string();
    match text.rsplit_once(": ") {
        Some((message, remedy)) => words(message, remedy),
        None => words(text, otherwise),
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn did_you_mean(meant: Option<&str>, otherwise: impl Into<String>) -> String {
    meant.map_or_else(|| otherwise.into(), |meant| format!("did you mean `{meant}`?"))
}

fn meant_or_known(typed: &str, known: &[&str]) -> String {
    did_you_mean(nearest(typed, known.iter().copied()), format!("known are {}", list(known)))
}

/// A control character in a pack's text can neither break the line nor reach the terminal.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_control() {
            true => line.extend(character.escape_default()),
            false => line.push(character),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_whatever_the_pack_says() {
        let key = format!("a\n\u{1b}[2J{}", "x".repeat(300));
        let fault = FormFault::UnknownKey { key, table: "`[bind]`", known: vec!["b"] };
        let problem = Problem::new(Origin::file("odd\nname.toml").line(3), fault);
        assert_eq!(
            problem.to_string(),
            format!(
                "odd\\nname.toml:3: unknown key `a\\n\\u{{1b}}[2J{}...` in `[bind]`; known are `b`",
                "x".repeat(74)
            )
        );
    }

    #[test]
    fn message_and_remedy_are_there_apart() {
        let id = QuestionId::parse("cache/sizing").unwrap();
        let problem = Problem::new(Origin::question(&id).line(1), FileFault::NotText);
        assert_eq!(problem.message(), "the file is not UTF-8 text");
        assert_eq!(problem.remedy(), "save it as UTF-8");
        assert_eq!(
            problem.to_string(),
            "questions/cache/sizing.md:1: cache/sizing: the file is not UTF-8 text; save it as UTF-8"
        );
    }
}
