//! Questions of one's own from other formats: Markdown notes, CSV, Anki's text export.
//!
//! An import reads cards, gives each an id and key points derived from its answer, and returns the texts of files
//! in the form of a pack. It writes nothing itself.

mod anki;
mod card;
mod cloze;
mod derive;
mod html;
mod markdown;
mod place;
mod sheet;
mod written;

pub use card::{Card, ReadError, Skipped, Why};
pub use derive::Deriver;
pub use place::{Import, Target, import};
pub use written::{pack_file, with_topics};

/// A format that questions are imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Headings are questions, and what stands below them answers.
    Markdown,
    /// A header row, then one question a row.
    Csv,
    /// What Anki writes as "Notes in Plain Text".
    Anki,
}

impl Format {
    /// Guesses a file's format from the ending of its name, without a dot, and from its text.
    #[must_use]
    pub fn guess(ending: &str, text: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "csv" | "tsv" => Some(Self::Csv),
            "txt" if anki::has_header(text) => Some(Self::Anki),
            _ => None,
        }
    }
}

/// What a file to import holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cards {
    /// Questions with their answers, in the file's order.
    pub cards: Vec<Card>,
    /// What is no card, and why.
    pub skipped: Vec<Skipped>,
}

/// Reads the cards of a file.
///
/// # Errors
/// When the text as a whole is nothing that cards can be read from.
pub fn read(format: Format, text: &str) -> Result<Cards, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let raw = match format {
        Format::Markdown => markdown::read(&text),
        Format::Csv => sheet::read(&text)?,
        Format::Anki => anki::read(&text)?,
    };
    let cards = card::sorted_out(raw);
    if cards.cards.is_empty() && cards.skipped.is_empty() {
        return Err(match format {
            Format::Markdown => ReadError::NoHeadings,
            Format::Csv | Format::Anki => ReadError::NoRows,
        });
    }
    Ok(cards)
}
