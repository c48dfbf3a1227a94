//! From an answer as typed to words with their places.
//!
//! Every token keeps its byte offsets into the answer as given, whatever is folded to compare it.

use std::sync::{PoisonError, RwLock};

use foldhash::HashMap;

use super::fold::fold;
use super::stem::Stems;
use super::text::{Sentence, Text, Token};
use crate::domain::grammar;

/// Room for a word of usual length, in bytes.
const WORD: usize = 16;
/// The most words that are remembered: those of the built-in pack and of many answers.
const MAX_SEEN: usize = 50_000;
/// The longest word that is remembered, in bytes.
const MAX_WORD: usize = 40;

/// Splits texts, and remembers their words.
pub(super) struct Words {
    stems: Stems,
    /// Words that were met before: most words of an answer are.
    seen: RwLock<HashMap<String, Seen>>,
}

/// What does not change of a word.
#[derive(Clone)]
struct Seen {
    stem: String,
    grammar: bool,
}

impl Words {
    pub(super) fn new() -> Self {
        Self { stems: Stems::new(), seen: RwLock::default() }
    }

    pub(super) fn stem(&self, word: &str) -> String {
        self.stems.stem(word)
    }

    /// Splits a text into words, sentences and clauses.
    pub(super) fn split(&self, text: &str) -> Text {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let mut splitter = Splitter {
            words: self,
            seen: &seen,
            new: Vec::new(),
            source: text,
            // Words have five letters in the mean, and a blank behind them.
            text: Text { tokens: Vec::with_capacity(text.len() / 6), sentences: Vec::new() },
            clause: 0,
            open: false,
            items: 0,
            in_item: false,
        };
        splitter.run();
        let Splitter { text, new, .. } = splitter;
        drop(seen);
        self.remember(new);
        text
    }

    fn remember(&self, words: Vec<(String, Seen)>) {
        if !words.is_empty() {
            let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
            let room = MAX_SEEN.saturating_sub(seen.len());
            seen.extend(words.into_iter().filter(|(word, _)| word.len() <= MAX_WORD).take(room));
        }
    }

    /// Returns the stems of a phrase of a pack, in order.
    pub(super) fn stems(&self, phrase: &str) -> Vec<String> {
        self.split(phrase).tokens.into_iter().map(|token| token.stem).collect()
    }
}

/// A case that is put with a question mark has at most so many words: "None free? Then wait a second."
const CASE_WORDS: usize = 8;

/// Words that a question begins with.
const ASKING: &[&str] = &[
    "what",
    "why",
    "how",
    "when",
    "where",
    "who",
    "which",
    "whose",
    "what's",
    "who's",
    "how's",
    "where's",
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "can",
    "could",
    "should",
    "shall",
    "will",
    "would",
    "may",
    "might",
    "must",
    "has",
    "have",
    "so",
    "and",
    "but",
    "or",
    "isn't",
    "aren't",
    "doesn't",
    "don't",
    "can't",
    "shouldn't",
    "wouldn't",
];

/// Those of them that also begin a statement ...
const JOINING: &[&str] = &["so", "and", "but", "or"];
/// ... which ends in a clause that begins so, and asks for no more than a nod.
const TAGS: &[&str] =
    &["right", "correct", "ok", "okay", "yes", "no", "isn't", "aren't", "doesn't", "don't", "won't", "can't"];

struct Splitter<'a> {
    words: &'a Words,
    seen: &'a HashMap<String, Seen>,
    /// Words of this text that were not seen before it.
    new: Vec<(String, Seen)>,
    source: &'a str,
    text: Text,
    clause: usize,
    /// Whether the current sentence has a token yet.
    open: bool,
    /// How many items of lists there were, and whether the current line is part of one.
    items: usize,
    in_item: bool,
}

impl Splitter<'_> {
    fn run(&mut self) {
        self.begin_line(self.source);
        let mut chars = self.source.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            let behind_it = start + c.len_utf8();
            let Some(c) = fold(c) else { continue };
            if c.is_alphanumeric() {
                let mut word = String::with_capacity(WORD);
                word.extend(c.to_lowercase());
                let mut end = behind_it;
                while let Some((at, next)) = chars.peek().copied() {
                    // As nearly always, a letter behind a letter.
                    if next.is_ascii_alphabetic() && !word.ends_with(|c: char| c.is_ascii_digit()) {
                        word.push(next.to_ascii_lowercase());
                        end = at + 1;
                        chars.next();
                        continue;
                    }
                    let behind = self.source.get(at + next.len_utf8()..).and_then(|rest| rest.chars().next());
                    match fold(next) {
                        None => {}
                        Some(next) if belongs(&word, next, behind) => word.extend(next.to_lowercase()),
                        Some(_) => break,
                    }
                    end = at + next.len_utf8();
                    chars.next();
                }
                self.push(word, start, end);
            } else if c == '%' && self.ends_in_digit(start) {
                self.push("percent".to_owned(), start, behind_it);
            } else {
                let rest = self.source.get(behind_it..).unwrap_or_default();
                self.separate(c, rest);
            }
        }
        self.close(false);
    }

    fn ends_in_digit(&self, at: usize) -> bool {
        self.source.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    }

    fn push(&mut self, word: String, start: usize, end: usize) {
        if word == "o" && self.is_short_for_without(start) {
            self.respell_last("without", end);
            return;
        }
        if !self.open {
            let first = self.text.tokens.len();
            self.text.sentences.push(Sentence {
                first,
                end: first,
                question: false,
                goes_on: false,
                item: self.in_item.then_some(self.items),
            });
            self.open = true;
        }
        let sentence = self.text.sentences.len() - 1;
        let Seen { stem, grammar } = self.seen.get(&word).cloned().unwrap_or_else(|| {
            let seen = Seen { stem: self.words.stem(&word), grammar: grammar::is_grammar(&word) };
            self.new.push((word.clone(), seen.clone()));
            seen
        });
        self.text.tokens.push(Token { start, end, word, stem, grammar, sentence, clause: self.clause });
    }

    /// Whether an "o" that begins here is the end of "w/o".
    fn is_short_for_without(&self, start: usize) -> bool {
        self.text.tokens.last().is_some_and(|last| {
            last.word == "w" && self.source.get(last.end..start).is_some_and(|between| between == "/")
        })
    }

    /// Reads the last word as another, which ends here.
    fn respell_last(&mut self, word: &str, end: usize) {
        let stem = self.words.stem(word);
        if let Some(last) = self.text.tokens.last_mut() {
            (last.word, last.stem, last.end) = (word.to_owned(), stem, end);
            last.grammar = grammar::is_grammar(word);
        }
    }

    fn separate(&mut self, c: char, rest: &str) {
        let next = rest.chars().next();
        match c {
            // "Got 7 and 9? Then 8 is missing" states a case, and what then is done about it.
            '?' if self.puts_a_case() => self.clause += 1,
            '?' => self.close(true),
            ';' => {
                if let Some(sentence) = self.text.sentences.last_mut().filter(|_| self.open) {
                    sentence.goes_on = true;
                }
                self.close(false);
            }
            '!' => self.close(false),
            '/' if next.is_some_and(char::is_whitespace) && self.ends_in_w() => {
                let end = self.source.len() - rest.len();
                self.respell_last("with", end);
            }
            '.' if next.is_none_or(|next| next.is_whitespace() || "\"')".contains(next))
                && !self.abbreviated() =>
            {
                self.close(false);
            }
            '\n' if breaks_line(rest) => {
                self.close(false);
                self.begin_line(rest);
            }
            ',' | ':' | '(' | ')' | '\u{2013}' | '\u{2014}' | '|' | '\u{2192}' | '>' => self.clause += 1,
            '-' if next.is_some_and(char::is_whitespace) => self.clause += 1,
            _ => {}
        }
    }

    /// Whether the last word is the beginning of "w/".
    fn ends_in_w(&self) -> bool {
        self.open && self.text.tokens.last().is_some_and(|last| last.word == "w")
    }

    /// Looks whether a line begins an item of a list, or ends the list: an empty line, or text at the margin.
    fn begin_line(&mut self, line: &str) {
        let text = line.trim_start_matches([' ', '\t', '\r']);
        let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_item = text.starts_with(['-', '*', '+', '\u{2022}']) && !text.starts_with("**")
            || (numbered.len() < text.len()
                && numbered.starts_with([')', '.'])
                && !numbered.chars().nth(1).is_some_and(|c| c.is_ascii_digit()));
        self.items += usize::from(is_item);
        let indented = text.len() < line.len() && !text.starts_with('\n');
        self.in_item = is_item || (self.in_item && indented);
    }

    /// Whether the words of the sentence so far are no question, and few enough to be the beginning of a statement.
    fn puts_a_case(&self) -> bool {
        let words = self.text.sentences.last().and_then(|sentence| self.text.tokens.get(sentence.first..));
        let words = words.filter(|words| self.open && words.len() <= CASE_WORDS);
        words.and_then(<[Token]>::first).is_some_and(|first| !is(first, ASKING))
    }

    fn abbreviated(&self) -> bool {
        let last = self.text.tokens.last().map(|token| token.word.as_str());
        self.open
            && matches!(
                last,
                Some("e.g" | "i.e" | "vs" | "etc" | "approx" | "dr" | "incl" | "excl" | "resp" | "cf" | "ca")
            )
    }

    fn close(&mut self, question: bool) {
        if self.open {
            if let Some(sentence) = self.text.sentences.last_mut() {
                sentence.end = self.text.tokens.len();
                sentence.question = question && self.text.tokens.get(sentence.first..).is_some_and(asks);
            }
            self.open = false;
        }
        self.clause += 1;
    }
}

/// Whether a sentence of these words that ends with a question mark asks something. "So they all wait, right?" states
/// it, and has a tag.
fn asks(words: &[Token]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let tag = words.iter().find(|token| token.clause == last.clause);
    let is_tagged = last.clause != first.clause && tag.is_some_and(|tag| is(tag, TAGS));
    let states = is(first, JOINING) && words.get(1).is_some_and(|second| !is(second, ASKING));
    is(first, ASKING) && !(states && is_tagged)
}

fn is(token: &Token, list: &[&str]) -> bool {
    list.contains(&token.word.as_str())
}

/// Whether a character goes on with the word, given the character behind it.
fn belongs(word: &str, c: char, behind: Option<char>) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let after_digit = digit(word.chars().last());
    match c {
        '\'' => letter(behind),
        // 0.5, 10,000 and e.g, i.e
        '.' => (after_digit && digit(behind)) || (word.chars().count() == 1 && letter(behind)),
        ',' => after_digit && digit(behind),
        // C++, C#
        '+' | '#' => word.starts_with('c') && word.chars().count() <= 2,
        // A number and its unit are two words, however they are written: 10k, 2 GB.
        _ if after_digit && c.is_alphabetic() => {
            !word.chars().all(|c| c.is_ascii_digit() || ".,".contains(c))
        }
        _ => c.is_alphanumeric(),
    }
}

/// Whether a line break ends a sentence: before an empty line, a bullet, a number, a heading or a capital letter.
/// A line that simply goes on with a small letter was wrapped.
fn breaks_line(rest: &str) -> bool {
    let line = rest.trim_start_matches([' ', '\t', '\r']);
    match line.chars().next() {
        None | Some('\n' | '-' | '*' | '+' | '#' | '>' | '\u{2022}' | '|' | '`') => true,
        Some(c) => c.is_uppercase() || c.is_ascii_digit(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let text = Words::new().split(text);
        text.sentences
            .iter()
            .map(|s| text.tokens[s.first..s.end].iter().map(|t| t.word.clone()).collect())
            .collect()
    }

    #[test]
    fn keeps_technical_words_whole() {
        assert_eq!(
            words("C++ isn't 10,000 req/s at 99.9% in us-east, e.g. a write-through cache."),
            [vec![
                "c++", "isn't", "10,000", "req", "s", "at", "99.9", "percent", "in", "us", "east", "e.g",
                "a", "write", "through", "cache"
            ]]
        );
    }

    #[test]
    fn with_and_without_may_be_shortened() {
        assert_eq!(
            words("keys w/o TTL, w/ jitter, a w, w/e"),
            [vec!["keys", "without", "ttl", "with", "jitter", "a", "w", "w", "e"]]
        );
        let text = Words::new().split("w/o it");
        assert_eq!((text.tokens[0].start, text.tokens[0].end), (0, 3));
    }

    #[test]
    fn a_number_and_its_unit_are_two_words() {
        assert_eq!(
            words("6GB, 10k, 0.5ms, p99, 2pc"),
            [vec!["6", "gb", "10", "k", "0.5", "ms", "p99", "2", "pc"]]
        );
    }

    #[test]
    fn ends_sentences_where_a_reader_would() {
        let text = "First this. Then that; and more\nwrapped on\n- a bullet\n\nWhy? Because v1.2 of it.\nNone free? Wait.";
        let text = words(text);
        let lengths: Vec<usize> = text.iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 2, 4, 2, 1, 4, 3], "{text:?}");
    }

    #[test]
    fn offsets_point_into_the_answer_as_typed() {
        let answer = "naïve “caсhe”, c\u{200b}ache \u{ff32}edis";
        let text = Words::new().split(answer);
        for (token, (word, shown)) in text.tokens.iter().zip([
            ("naïve", "naïve"),
            ("cache", "caсhe"),
            ("cache", "c\u{200b}ache"),
            ("redis", "\u{ff32}edis"),
        ]) {
            assert_eq!((token.word.as_str(), &answer[token.start..token.end]), (word, shown));
        }
    }

    #[test]
    fn stems_join_inflections_but_not_negations() {
        let words = Words::new();
        assert_eq!(words.stem("retries"), words.stem("retrying"));
        assert_eq!(words.stem("don't"), "don't");
    }

    #[test]
    fn odd_text_does_not_break_it() {
        for text in ["", "'", "...", "\u{200b}", "\u{0}\n\n", "a'", "💥", "٣٤", "ﬃ"] {
            let split = Words::new().split(text);
            assert!(split.tokens.iter().all(|token| text.get(token.start..token.end).is_some()), "{text:?}");
        }
    }
}
