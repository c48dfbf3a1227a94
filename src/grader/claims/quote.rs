//! Finding a quote in an answer, so that the evidence is the answer's own bytes.
//!
//! Compared is what is seen: in canonical decomposition, white space folded, typographic quotation marks as plain
//! ones, without characters that take no room. Upper and lower case stay apart.

use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use crate::domain::character::{self, Kind};

/// A character as it is compared, with the bytes that it was made from.
#[derive(Clone, Debug)]
struct Piece {
    c: char,
    bytes: Range<usize>,
}

/// A text as it is compared.
pub(super) struct Folded {
    text: String,
    /// Offset of each character in `text`, with the bytes of the original; in order.
    places: Vec<(usize, Range<usize>)>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut text = String::new();
        let mut places = Vec::new();
        for Piece { c, bytes } in fold(original) {
            places.push((text.len(), bytes));
            text.push(c);
        }
        Self { text, places }
    }

    /// Returns every place in the original where the quote stands, whole words only.
    ///
    /// What is neither letter nor digit at the quote's ends does not count, since it is often added.
    pub(super) fn find(&self, quote: &str) -> Vec<Range<usize>> {
        let quote = Self::new(quote).text;
        let quote = quote.trim_matches(|c: char| !c.is_alphanumeric() && canonical_combining_class(c) == 0);
        if quote.is_empty() {
            return Vec::new();
        }
        let found = self.text.match_indices(quote);
        found.filter_map(|(at, found)| self.original(at..at + found.len())).collect()
    }

    /// Returns the bytes of the original for a range of the text; `None` where that would tear a word or a character.
    fn original(&self, range: Range<usize>) -> Option<Range<usize>> {
        let before = self.text.get(..range.start)?.chars().next_back();
        let behind = self.text.get(range.end..)?.chars().next();
        let torn = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if torn(before) || torn(behind) || behind.is_some_and(|c| canonical_combining_class(c) != 0) {
            return None;
        }
        let first = self.places.partition_point(|(at, _)| *at < range.start);
        let end = self.places.partition_point(|(at, _)| *at < range.end);
        let pieces = self.places.get(first..end)?;
        let start = pieces.iter().map(|(_, bytes)| bytes.start).min()?;
        let end = pieces.iter().map(|(_, bytes)| bytes.end).max()?;
        Some(start..end)
    }
}

fn fold(original: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (start, c) in original.char_indices() {
        let bytes = start..start + c.len_utf8();
        if c.is_whitespace() {
            // Of a run the first stands for all.
            if pieces.last().is_none_or(|last| last.c != ' ') {
                pieces.push(Piece { c: ' ', bytes });
            }
        } else if character::kind(c) == Kind::Harmless {
            decompose_canonical(plain(c), |c| pieces.push(Piece { c, bytes: bytes.clone() }));
        }
    }
    for marks in pieces.chunk_by_mut(|a, b| is_mark(a) == is_mark(b)).filter(|run| run.iter().all(is_mark)) {
        marks.sort_by_key(|piece| canonical_combining_class(piece.c));
    }
    pieces
}

fn is_mark(piece: &Piece) -> bool {
    canonical_combining_class(piece.c) != 0
}

/// Models write plain quotation marks and hyphens where the candidate's keyboard made others, and the other way round.
fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, quote: &str, expected: &[&str]) {
        let found = Folded::new(answer).find(quote);
        let found: Vec<&str> = found.into_iter().map(|range| &answer[range]).collect();
        assert_eq!(found, expected, "{quote:?} in {answer:?}");
    }

    #[test]
    fn a_quote_is_found_as_it_is_seen() {
        check("The rest  wait\n\tfor it.", "rest wait for it", &["rest  wait\n\tfor it"]);
        check("The rest wait.", "\u{201c}the rest wait\u{201d}", &[]);
        check("The rest wait.", "\u{201c}The rest wait.\u{201d}", &["The rest wait"]);
        check("it\u{2019}s a naïve loop", "it's a naïve", &["it\u{2019}s a naïve"]);
        check("a nai\u{308}ve loop", "naïve loop", &["nai\u{308}ve loop"]);
        check("a na\u{ef}ve loop", "nai\u{308}ve", &["na\u{ef}ve"]);
        check("soft\u{ad}ware fails", "software fails", &["soft\u{ad}ware fails"]);
        check("wait, wait", "wait", &["wait", "wait"]);
        check("q\u{323}\u{307}x", "q\u{307}\u{323}x", &["q\u{323}\u{307}x"]);
    }

    #[test]
    fn words_and_characters_are_not_torn() {
        check("cache is stale", "ache is stale", &[]);
        check("cache is stale", "cache is stal", &[]);
        check("a café, here", "a cafe", &[]);
        check("a cafe\u{301}, here", "a cafe", &[]);
        check("anything", "", &[]);
        check("anything", " . ", &[]);
        check("all others wait", "all others ... wait", &[]);
    }
}
