//! A card: a question with its answer, as it is read from a file; and what is not one.

use std::collections::HashMap;

use super::Cards;
use crate::content::limits::{MAX_ENTRIES, MAX_FILE_BYTES};

/// The most characters of a question that a message quotes.
const MAX_TITLE: usize = 60;

/// A question with its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The line of the file that it begins in.
    pub line: usize,
    /// The question, in one line.
    pub question: String,
    /// The answer, as Markdown.
    pub answer: String,
    /// What it is about, as the file names it.
    pub topic: Option<String>,
}

/// A card that is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The line of the file that it begins in.
    pub line: usize,
    /// The beginning of its question.
    pub question: String,
    /// Why.
    pub why: Why,
}

/// Why a card is not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It asks nothing.
    #[error("there is no question")]
    NoQuestion,
    /// It has no answer.
    #[error("there is no answer")]
    NoAnswer,
    /// Another card says the same.
    #[error("line {0} has the same question and answer")]
    Repeated(usize),
    /// The pack has the file already.
    #[error("the pack has `{0}` already, and it stays; remove it to import the question anew")]
    Taken(String),
    /// No sentence of its answer can be graded.
    #[error(
        "its answer has no sentence that can be graded; write one that says what is done, and to what effect"
    )]
    NothingToGrade,
    /// Its file would be too long.
    #[error("it makes a file of {0} bytes, and at most {MAX_FILE_BYTES} are read; shorten its answer")]
    TooLong(usize),
    /// The pack has as many files as it may have.
    #[error("a pack has at most {MAX_ENTRIES} files and folders; import the rest into another one")]
    Full,
    /// What is made of it is not a question.
    #[error("no question can be made of it: {0}")]
    Unusable(String),
}

/// Why no card can be read from a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Markdown without headings.
    #[error("there is no heading in it: a heading is a question, and the text below it the answer")]
    NoHeadings,
    /// A table without rows.
    #[error("there is no row in it: each row is a question with its answer")]
    NoRows,
    /// A table whose columns are not those that are needed.
    #[error(
        "there are no columns `question` and `answer`, or `front` and `back`; the first row has {}",
        list(.found)
    )]
    NoColumns {
        /// What the first row has.
        found: Vec<String>,
    },
    /// `#separator:` with something that separates nothing.
    #[error(
        "`#separator:{0}` is none that is known; write `tab`, `comma`, `semicolon`, `pipe`, `colon` or `space`"
    )]
    Separator(String),
}

fn list(names: &[String]) -> String {
    let name = |name: &String| format!("`{}`", name.chars().take(MAX_TITLE).collect::<String>());
    names.iter().take(8).map(name).collect::<Vec<_>>().join(", ")
}

impl Skipped {
    /// Says why a card is not imported.
    pub(super) fn new(card: &Card, why: Why) -> Self {
        let mut question: String = card.question.chars().take(MAX_TITLE).collect();
        if question.len() < card.question.len() {
            question.push_str("...");
        }
        Self { line: card.line, question, why }
    }
}

/// Cleans what was read, and tells cards from what is none.
pub(super) fn sorted_out(raw: Vec<Card>) -> Cards {
    let mut sorted = Cards::default();
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    for card in raw.into_iter().map(cleaned) {
        let why = if card.question.is_empty() {
            // A row of nothing is a blank line.
            if card.answer.is_empty() {
                continue;
            }
            Some(Why::NoQuestion)
        } else if card.answer.is_empty() {
            Some(Why::NoAnswer)
        } else {
            let first = *seen.entry((card.question.clone(), card.answer.clone())).or_insert(card.line);
            (first != card.line).then_some(Why::Repeated(first))
        };
        match why {
            Some(why) => sorted.skipped.push(Skipped::new(&card, why)),
            None => sorted.cards.push(card),
        }
    }
    sorted
}

fn cleaned(card: Card) -> Card {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Card {
        line: card.line,
        question: one_line(&without_controls(&card.question)),
        answer: without_controls(&card.answer).trim_matches('\n').trim_end().to_owned(),
        topic: card.topic.map(|topic| one_line(&without_controls(&topic))).filter(|topic| !topic.is_empty()),
    }
}

/// Takes out what nobody typed on purpose; lines stay lines, and a tab is a space.
fn without_controls(text: &str) -> String {
    let text = text.chars().filter_map(|c| match c {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    let text: String = text.collect();
    if text.trim().is_empty() { String::new() } else { text }
}
