//! One line of evidence: what has to be said for a key point to count, in a form that authors write by hand.
//!
//! `one|single + request|caller + !retry|"fall back"` is three slots; the last must be said in the negative.
//! The meaning is described to authors in the pack guide (`content/README.md`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest line, in bytes; a pack cannot make matching costly by one huge line.
pub const MAX_LINE: usize = 2_000;

/// The alternative that stands for the question's figure, however it is stated.
const FIGURE: &str = "#";
/// What stands between slots.
const PLUS: &str = " + ";

/// Words that a phrase without quotation marks may hold and an answer may leave out.
pub const SMALL_WORDS: &[&str] = &[
    "a", "an", "the", "of", "to", "is", "are", "be", "it", "its", "in", "on", "for", "and", "or", "with",
    "by", "that", "this",
];

/// Why a line is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing between two ` + `, or an empty line.
    #[error("slot {0} of the line is empty: remove the ` + ` or write what must be said")]
    EmptySlot(usize),
    /// Nothing between two `|`.
    #[error("slot {0} has an empty alternative: remove a `|` or write a word")]
    EmptyAlternative(usize),
    /// A quotation mark is missing.
    #[error("slot {0} has a quotation mark without its partner")]
    Unquoted(usize),
    /// The line is longer than [`MAX_LINE`].
    #[error("the line has {0} bytes; at most {MAX_LINE} are read: split it into several lines")]
    TooLong(usize),
}

/// Words that fill a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternative<'a> {
    /// The words or the phrase, as written, without quotation marks.
    pub words: &'a str,
    /// Whether it stood in quotation marks: these words in this order, no lexicon.
    pub literal: bool,
}

impl Alternative<'_> {
    /// Whether a number near the question's figure is meant.
    #[must_use]
    pub fn is_figure(&self) -> bool {
        self.words == FIGURE && !self.literal
    }
}

/// One thing that must be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot<'a> {
    /// Whether it must be said in the negative.
    pub negated: bool,
    text: &'a str,
    number: usize,
}

/// All that must be said together.
///
/// It is kept as its text and cut up where it is used: a pack has thousands of lines, a round uses a few dozen.
/// Copies of a question, of which there are many, share it.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Arc<str>);

impl Pattern {
    /// Reads a line.
    ///
    /// # Errors
    /// When a slot or an alternative is empty, a quotation mark has no partner, or the line is too long.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_LINE {
            return Err(PatternError::TooLong(text.len()));
        }
        for slot in slots(text) {
            slot?.read().try_for_each(|alternative| alternative.map(drop))?;
        }
        Ok(Self(text.into()))
    }

    /// Returns the line as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a slot asks for the question's figure.
    #[must_use]
    pub fn has_figure(&self) -> bool {
        memchr::memchr(b'#', self.0.as_bytes()).is_some()
            && self.slots().flat_map(Slot::alternatives).any(|alternative| alternative.is_figure())
    }

    /// Returns the slots, at least one, the most telling first.
    pub fn slots(&self) -> impl Iterator<Item = Slot<'_>> {
        // Nothing is lost: all of it has been read before.
        slots(&self.0).filter_map(Result::ok)
    }
}

impl<'a> Slot<'a> {
    /// Returns what fills the slot; never nothing.
    pub fn alternatives(self) -> impl Iterator<Item = Alternative<'a>> {
        self.read().filter_map(Result::ok)
    }

    fn read(self) -> impl Iterator<Item = Result<Alternative<'a>, PatternError>> {
        AlternativeTexts(Some(self.text)).map(move |text| alternative(self.number, text.trim_ascii()))
    }
}

fn slots(line: &str) -> impl Iterator<Item = Result<Slot<'_>, PatternError>> {
    SlotTexts(Some(line)).enumerate().map(|(index, text)| {
        let (number, text) = (index + 1, text.trim());
        let (negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        if text.is_empty() {
            Err(PatternError::EmptySlot(number))
        } else {
            Ok(Slot { negated, text, number })
        }
    })
}

/// The texts between ` + `.
struct SlotTexts<'a>(Option<&'a str>);

impl<'a> Iterator for SlotTexts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let between = |at: usize| Some((rest.get(..at)?, rest.get(at..)?.strip_prefix(PLUS)?));
        let mut pluses = memchr::memchr_iter(b'+', rest.as_bytes());
        let Some((text, behind)) = pluses.find_map(|at| between(at.checked_sub(1)?)) else {
            return self.0.take();
        };
        self.0 = Some(behind);
        Some(text)
    }
}

/// The texts between `|`.
struct AlternativeTexts<'a>(Option<&'a str>);

impl<'a> Iterator for AlternativeTexts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let bar = memchr::memchr(b'|', rest.as_bytes());
        let Some((text, behind)) = bar.and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?))) else {
            return self.0.take();
        };
        self.0 = Some(behind);
        Some(text)
    }
}

fn alternative(number: usize, text: &str) -> Result<Alternative<'_>, PatternError> {
    let (literal, words) = match text.strip_prefix('"') {
        Some(rest) => (true, rest.strip_suffix('"').ok_or(PatternError::Unquoted(number))?),
        None => (false, text),
    };
    if words.bytes().any(|byte| byte == b'"') {
        return Err(PatternError::Unquoted(number));
    }
    if words != FIGURE && !words.contains(|c: char| c.is_alphanumeric()) {
        return Err(PatternError::EmptyAlternative(number));
    }
    Ok(Alternative { words, literal })
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        // Whether a rubric is the one that was made ready is asked for every answer, and nearly always it is.
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;
    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> String {
        pattern.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_slots_alternatives_quotes_and_negation() {
        let pattern = Pattern::parse(r#"one|single request + "write through" + !retry|Fall back"#).unwrap();
        let shape: Vec<(bool, Vec<(&str, bool)>)> = pattern
            .slots()
            .map(|slot| (slot.negated, slot.alternatives().map(|a| (a.words, a.literal)).collect()))
            .collect();
        assert_eq!(
            shape,
            [
                (false, vec![("one", false), ("single request", false)]),
                (false, vec![("write through", true)]),
                (true, vec![("retry", false), ("Fall back", false)]),
            ]
        );
    }

    #[test]
    fn says_which_slot_is_wrong() {
        assert_eq!(Pattern::parse(""), Err(PatternError::EmptySlot(1)));
        assert_eq!(Pattern::parse("a + "), Err(PatternError::EmptySlot(2)));
        assert_eq!(Pattern::parse("a + b||c"), Err(PatternError::EmptyAlternative(2)));
        assert_eq!(Pattern::parse("a + \"b"), Err(PatternError::Unquoted(2)));
        assert_eq!(Pattern::parse("a + !"), Err(PatternError::EmptySlot(2)));
        assert_eq!(Pattern::parse(&"x".repeat(3000)), Err(PatternError::TooLong(3000)));
    }
}
