//! What is quoted of an answer: the words that earned something, one quote for each sentence, and never a lone word
//! where its clause has more to read.

use super::reading::{Place, Reading};
use super::text::Token;
use crate::domain::grade::Evidence;
use crate::domain::pattern::SMALL_WORDS;

/// A lone word is quoted with the words of its clause, up to so many in all ...
const MOST: usize = 8;
/// ... of which so many stand before it, where the clause is longer than that.
const BEFORE: usize = 3;

/// Words that lead on to what is not quoted any more, besides the small ones.
const LEADING_ON: &[&str] = &[
    "as", "at", "because", "but", "from", "i", "if", "into", "per", "so", "than", "they", "we", "when",
    "which", "while", "you",
];

/// Cuts the words that the places lie in: one quote for each sentence.
pub(super) fn quotes(places: &[Place], reading: &Reading, answer: &str) -> Vec<Evidence> {
    let tokens = &reading.text.tokens;
    let quote = |whole: Place| {
        let words = readable(whole, tokens);
        let start = tokens.get(words.first)?.start;
        let end = tokens.get(words.end.checked_sub(1)?)?.end;
        Evidence::cut(answer, start, closed(answer, start, end))
    };
    by_sentence(places, reading).into_iter().filter_map(quote).collect()
}

/// Joins the places that are in the same sentence.
pub(super) fn by_sentence(places: &[Place], reading: &Reading) -> Vec<Place> {
    let mut places = places.to_vec();
    places.sort_unstable();
    let sentences = places.chunk_by(|a, b| reading.sentence(*a) == reading.sentence(*b));
    sentences.filter_map(|places| places.iter().copied().reduce(Place::join)).collect()
}

/// Widens a lone word to its clause, or to the part of it around the word.
fn readable(whole: Place, tokens: &[Token]) -> Place {
    if whole.end != whole.first + 1 {
        return whole;
    }
    let clause = tokens.get(whole.first).map(|token| token.clause);
    let inside = |token: &&Token| Some(token.clause) == clause;
    let before = tokens.iter().take(whole.first).rev().take_while(inside).count();
    let behind = tokens.iter().skip(whole.end).take_while(inside).count();
    if before + 1 + behind <= MOST {
        return Place { first: whole.first - before, end: whole.end + behind };
    }
    // What the clause does not have on one side is taken from the other.
    let first = whole.first - before.min(BEFORE.max(MOST.saturating_sub(behind + 1)));
    let end = (first + MOST).min(whole.end + behind);
    trimmed(Place { first, end }, whole, tokens)
}

/// Drops words at both ends, down to the lone word, that say nothing without what was cut off; negations stay.
fn trimmed(words: Place, lone: Place, tokens: &[Token]) -> Place {
    let is = |token: &Token, list: &[&str]| list.contains(&token.word.as_str());
    let head = tokens.get(words.first..lone.first).unwrap_or_default();
    let tail = tokens.get(lone.end..words.end).unwrap_or_default();
    let small = head.iter().take_while(|token| is(token, SMALL_WORDS)).count();
    let loose = tail.iter().rev().take_while(|token| is(token, SMALL_WORDS) || is(token, LEADING_ON)).count();
    Place { first: words.first + small, end: words.end - loose }
}

/// Returns the end of a quote, behind the bracket that closes one of its own.
fn closed(answer: &str, start: usize, end: usize) -> usize {
    let open = answer.get(start..end).is_some_and(|quote| quote.rfind('(') > quote.rfind(')'));
    let closes = open && answer.get(end..).is_some_and(|rest| rest.starts_with(')'));
    end + usize::from(closes)
}

#[cfg(test)]
mod tests {
    use super::super::token::Words;
    use super::*;

    /// Checks how the first `word` of a text is quoted alone.
    fn check(answer: &str, word: &str, expected: &str) {
        let text = Words::new().split(answer);
        let at = text.tokens.iter().position(|token| token.word == word).unwrap();
        let words = readable(Place { first: at, end: at + 1 }, &text.tokens);
        let (start, end) = (text.tokens[words.first].start, text.tokens[words.end - 1].end);
        assert_eq!(&answer[start..closed(answer, start, end)], expected, "{answer}");
    }

    #[test]
    fn a_lone_word_is_quoted_with_its_clause() {
        check("One fetches it. All others wait.", "wait", "All others wait");
        check("We retry, with backoff, three times.", "backoff", "with backoff");
        check("Backoff, jitter, a budget.", "backoff", "Backoff");
        check("Wait (with backoff), then go on.", "backoff", "with backoff");
        check("Wait.", "wait", "Wait");
    }

    #[test]
    fn of_a_long_clause_the_part_around_the_word_is_quoted() {
        let long =
            "Whatever the client sends to us goes through the gateway and of course then on to the queue.";
        check(long, "gateway", "goes through the gateway and of course then");
        check(long, "queue", "course then on to the queue");
        check(long, "whatever", "Whatever the client sends to us goes through");
        check(
            "A lot of that is never sent to the main table of all the orders",
            "sent",
            "never sent to the main table",
        );
    }

    #[test]
    fn a_bracket_that_is_opened_is_closed() {
        let answer = "a page (2% of the budget) at once";
        assert_eq!(&answer[..closed(answer, 2, 24)], "a page (2% of the budget)");
        assert_eq!(closed(answer, 2, 20), 20);
        assert_eq!(closed(answer, 11, 24), 24);
    }
}
