//! A text in words, sentences and clauses.

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Byte offset of its first byte.
    pub(super) start: usize,
    /// Byte offset behind its last byte.
    pub(super) end: usize,
    /// The word in lower case, folded.
    pub(super) word: String,
    /// The word's stem.
    pub(super) stem: String,
    /// Whether it carries grammar and no subject matter.
    pub(super) grammar: bool,
    /// Index of the sentence that it stands in.
    pub(super) sentence: usize,
    /// Index of the clause that it stands in, counted through the whole text.
    pub(super) clause: usize,
}

/// A sentence, a bullet or a line of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Index of its first token.
    pub(super) first: usize,
    /// Index behind its last token.
    pub(super) end: usize,
    /// Whether it asks instead of stating.
    pub(super) question: bool,
    /// Whether a semicolon joins it to the next one.
    pub(super) goes_on: bool,
    /// The item of a list that it is part of, counted through the whole text.
    pub(super) item: Option<usize>,
}

/// A text in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    /// The words in order.
    pub(super) tokens: Vec<Token>,
    /// The sentences in order; none is empty.
    pub(super) sentences: Vec<Sentence>,
}

impl Text {
    /// Returns the words from the first of these indices to the one before the second; none where it has not so many.
    pub(super) fn between(&self, first: usize, end: usize) -> &[Token] {
        self.tokens.get(first..end).unwrap_or_default()
    }
}
