//! What speaks of things and says nothing of them: "backfills and batches matter", "jitter plays a role".

use super::negation::{DENIALS, SUBJECTS, SUBORDINATORS, VERBS, is};
use super::text::Token;

/// Verbs that end a sentence without having said anything of what it is about.
const EMPTY_VERBS: &[&str] = &["matter", "matters", "differ", "differs", "vary", "varies", "exist", "exists"];
/// What things are said to be, where nothing is said of them.
const EMPTY: &[&str] = &[
    "important",
    "relevant",
    "interesting",
    "useful",
    "helpful",
    "crucial",
    "essential",
    "vital",
    "key",
    "central",
    "considered",
    "discussed",
    "mentioned",
    "topic",
    "topics",
    "option",
    "options",
    "factor",
    "factors",
    "aspect",
    "aspects",
    "theme",
    "themes",
    "subject",
    "subjects",
    "tool",
    "tools",
    "thing",
    "things",
    "concept",
    "concepts",
    "consideration",
    "considerations",
    "possibility",
    "possibilities",
];
/// Such verbs of several words, without the grammar between them ...
const EMPTY_VERB_PHRASES: &[&[&str]] =
    &[&["plays", "role"], &["play", "role"], &["comes", "play"], &["come", "play"]];
/// ... and what has to be done with things, which is nothing.
const EMPTY_PHRASES: &[&[&str]] = &[
    &["kept", "mind"],
    &["borne", "mind"],
    &["taken", "account"],
    &["taken", "consideration"],
    &["thought"],
    &["thought", "together"],
    &["looked"],
];
/// Praise and other padding before the last word: "is a very useful tool", "plays an important role".
const PADDING: &[&str] = &[
    "very",
    "quite",
    "really",
    "also",
    "too",
    "here",
    "always",
    "big",
    "great",
    "good",
    "useful",
    "important",
    "helpful",
    "relevant",
    "interesting",
    "major",
    "central",
    "common",
    "certain",
    "well",
    "known",
    "carefully",
    "equally",
];
/// What a thing is said to be, or to have to be.
const BEING: &[&str] = &["is", "are", "be", "been", "being", "was", "were", "become", "becomes"];
const LEADING: &[&str] = &["a", "an", "the", "to", "need", "needs", "of"];
/// Words that make a claim of a name: how much, how often, in which order, of which.
const CLAIMING: &[&str] = &[
    "only",
    "never",
    "every",
    "each",
    "always",
    "before",
    "after",
    "than",
    "without",
    "instead",
    "between",
    "per",
    "until",
    "regular",
    "regularly",
    "first",
    "then",
    "both",
    "same",
    "one",
    "all",
    "no",
    "not",
    "more",
    "less",
];
/// Of more words than this there is something said, one way or the other.
const SUBJECT_WORDS: usize = 12;

/// Whether a sentence names things, and tells of them only that they are there or matter.
pub(super) fn is_empty(sentence: &[Token]) -> bool {
    let Some(subject) = subject(sentence) else { return false };
    let names = |token: &Token| {
        !is(token, CLAIMING)
            && !is(token, DENIALS)
            && !is(token, VERBS)
            && !is(token, SUBJECTS)
            && !is(token, SUBORDINATORS)
            && !token.word.starts_with(|c: char| c.is_ascii_digit())
    };
    // "Testing restores is essential" tells to test them.
    let does = subject.iter().find(|token| !token.grammar).is_none_or(|token| token.word.ends_with("ing"));
    !does && subject.len() <= SUBJECT_WORDS && subject.iter().all(names)
}

/// Returns what stands before a predicate that says nothing; `None` where the sentence ends otherwise.
fn subject(sentence: &[Token]) -> Option<&[Token]> {
    let at = |place: usize| sentence.get(place);
    let mut telling: Vec<usize> =
        (0..sentence.len()).filter(|place| at(*place).is_some_and(|t| !t.grammar)).collect();
    while telling.len() > 1
        && telling.last().and_then(|last| at(*last)).is_some_and(|t| is(t, &["here", "too", "also"]))
    {
        telling.pop();
    }
    let bare: Vec<usize> =
        telling.iter().copied().filter(|place| !at(*place).is_some_and(|t| is(t, PADDING))).collect();
    let ends_with = |phrase: &[&str]| {
        let places = bare.get(bare.len().checked_sub(phrase.len())?..)?;
        let same = places.iter().zip(phrase).all(|(place, word)| at(*place).is_some_and(|t| t.word == *word));
        same.then(|| places.first().copied()).flatten()
    };
    let last =
        |list: &[&str]| telling.last().copied().filter(|last| at(*last).is_some_and(|token| is(token, list)));
    let any_of = |phrases: &[&[&str]]| phrases.iter().find_map(|phrase| ends_with(phrase));
    let verb = last(EMPTY_VERBS).or_else(|| any_of(EMPTY_VERB_PHRASES));
    let predicate = verb.or_else(|| last(EMPTY)).or_else(|| any_of(EMPTY_PHRASES))?;
    // Back over what only leads up to it: "should be", "are a very useful".
    let leads_up = |place: &usize| {
        at(*place).is_some_and(|t| is(t, BEING) || is(t, VERBS) || is(t, PADDING) || is(t, LEADING))
    };
    let first = (0..predicate).rev().take_while(leads_up).last().unwrap_or(predicate);
    let is_verb = verb.is_some() || sentence.get(first..predicate)?.iter().any(|token| is(token, BEING));
    sentence.get(..first).filter(|_| is_verb)
}

#[cfg(test)]
mod tests {
    use super::super::token::Words;
    use super::*;

    #[track_caller]
    fn check(sentence: &str, expected: bool) {
        assert_eq!(is_empty(&Words::new().split(sentence).tokens), expected, "{sentence}");
    }

    #[test]
    fn names_alone_say_nothing() {
        check("Backfills and batches matter.", true);
        check("EXPLAIN is a useful tool.", true);
        check("Old and new code and the schema should be thought of together.", true);
        check("Jitter on the expiry of keys plays an important role.", true);
        check("The others, the waiting and one caller are topics too.", false);
        check("Replicas, lag and failover have to be considered.", true);
        check("Rate limits for tenants should be kept in mind here.", true);
    }

    #[test]
    fn what_is_told_is_told() {
        check("Testing restores is essential.", false);
        check("A restore every month is important.", false);
        check("Jitter matters because keys would expire together.", false);
        check("We add jitter, which is important.", false);
        check("Indexes that nobody uses are not useful.", false);
        check("One caller refills the key and the others wait.", false);
        check("Replicas lag behind the primary.", false);
        check("Order matters only per key.", false);
        check("Rows go by the hash of the key.", false);
        check("It tells the users of their options.", false);
    }
}
