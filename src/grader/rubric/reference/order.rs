//! Whether words stand in an order that says nothing: a reference shuffled has all its words, and says nothing.

use std::collections::HashSet;

use super::super::gate;
use super::super::text::{Text, Token};
use super::said::Said;

/// Shuffling tears grammar apart: from so many broken joints on, when they are at least this share of all.
/// Of what people write, slips included, fewer than one answer in a hundred reaches either pair.
const BROKEN: [(usize, f64); 2] = [(2, 0.2), (3, 0.15)];
/// With one broken joint, and this share of all, the order of the reference's words decides.
const ONE_BROKEN: (usize, f64) = (1, 0.08);
/// A reference's neighbours that are both in an answer stand side by side in it more often than this, where there are
/// so many of them: in shuffled text it is one of ten, in a paraphrase one of two.
const NEVER_TOGETHER: (usize, f64) = (6, 0.12);
/// The same where a joint is broken.
const RARELY_TOGETHER: (usize, f64) = (5, 0.25);

const ARTICLES: &[&str] = &["the", "a", "an"];
const PREPOSITIONS: &[&str] = &["of", "to", "in", "on", "at", "by", "for", "from", "with", "into", "onto"];
const JOINING: &[&str] = &[
    "and", "or", "is", "are", "be", "was", "were", "has", "have", "can", "will", "that", "which", "if",
    "when",
];
/// What no article stands before. "The if statement" and "a for loop" are right, so those words are not here.
const NEVER_AFTER_ARTICLES: &[&str] = &[
    "the", "a", "an", "of", "to", "in", "on", "at", "by", "from", "with", "without", "is", "are", "was",
    "were", "be", "has", "have", "and", "or", "but", "so", "that", "which", "it", "its", "we", "they", "i",
    "their", "our", "can", "will", "must", "not", "than", "as", "because", "each", "every",
];
/// What no preposition stands before.
const NEVER_AFTER_PREPOSITIONS: &[&str] = &[
    "is", "are", "was", "were", "been", "has", "have", "had", "and", "or", "but", "so", "if", "of", "to",
    "from", "with", "can", "will", "must", "could", "would", "should", "may", "might", "does", "do", "than",
    "because",
];

/// A text of so many words on ...
const REPEATED_FROM: usize = 12;
/// ... with at most so many different ones ...
const REPEATED_WORDS: usize = 3;
/// ... each so often is a repetition.
const REPEATED_TIMES: usize = 3;
/// A text of so many pieces or more between commas, most of them single words, is a list as well.
const PIECES_FROM: usize = 4;
/// From so many words on, a text without any grammar is a list ...
const BARE_FROM: usize = 4;
/// ... and from so many on, one with less than this part of the reference's share of grammar. Terse notes reach it
/// when they are short.
const LIST_FROM: usize = 6;
const LIST_PART: f64 = 0.4;
/// A list has hardly a word twice: fewer than one of five. Somebody who says "pointer to constant data, constant pointer
/// to data" says more than words.
const LISTED_ONCE: f64 = 0.8;

/// Whether an answer that has nearly all words of the reference only lists them. Where the reference is a list, a
/// list is right.
pub(super) fn is_list(reference: &Text, answer: &Text) -> bool {
    let (asked, given) = (grammar(reference), grammar(answer));
    let words = answer.tokens.len();
    if pieces(answer) >= PIECES_FROM
        && pieces(answer) * 2 > words
        && pieces(reference) * 3 <= reference.tokens.len()
    {
        return true;
    }
    let bare = words >= BARE_FROM && given == 0.0 && asked >= LIST_PART;
    let sparse = words >= LIST_FROM && given < LIST_PART * asked;
    (bare || sparse) && share(different(answer), words) >= LISTED_ONCE
}

/// Whether an answer has so few different words, so often, that it says nothing.
pub(super) fn is_repetition(answer: &Text) -> bool {
    let (words, different) = (answer.tokens.len(), different(answer));
    words >= REPEATED_FROM && different <= REPEATED_WORDS && words >= REPEATED_TIMES * different
}

/// Returns how many pieces there are between commas and full stops.
fn pieces(text: &Text) -> usize {
    text.tokens.chunk_by(|one, other| one.clause == other.clause).count()
}

fn different(text: &Text) -> usize {
    text.tokens.iter().map(|token| token.word.as_str()).collect::<HashSet<_>>().len()
}

/// Returns the share of words that carry grammar.
fn grammar(text: &Text) -> f64 {
    let count = text.tokens.iter().filter(|token| gate::is_grammar(token)).count();
    count as f64 / text.tokens.len().max(1) as f64
}

/// Whether an answer that has nearly all words of the reference has them in no order. A reference that is itself out
/// of order, as notes may be, asks for none.
pub(super) fn is_shuffled(reference: &Text, said: &Said) -> bool {
    if is_broken_up(joints(reference)) {
        return false;
    }
    let (joints, broken) = joints(said.text());
    if is_broken_up((joints, broken)) {
        return true;
    }
    let (possible, together) = neighbours(reference, said);
    let apart = |(from, rate): (usize, f64)| possible >= from && share(together, possible) < rate;
    let one_broken = broken >= ONE_BROKEN.0 && share(broken, joints) >= ONE_BROKEN.1;
    apart(NEVER_TOGETHER) || (one_broken && apart(RARELY_TOGETHER))
}

fn is_broken_up((joints, broken): (usize, usize)) -> bool {
    BROKEN.iter().any(|(from, rate)| broken >= *from && share(broken, joints) >= *rate)
}

fn share(count: usize, of: usize) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Counts the reference's neighbours that are both said, and those of them that are neighbours again.
fn neighbours(reference: &Text, said: &Said) -> (usize, usize) {
    let pairs = reference.tokens.iter().zip(reference.tokens.iter().skip(1));
    let both = pairs
        .filter(|(one, other)| one.sentence == other.sentence)
        .filter(|(one, other)| !said.places(&one.stem).is_empty() && !said.places(&other.stem).is_empty());
    both.fold((0, 0), |(possible, together), (one, other)| {
        (possible + 1, together + usize::from(said.pair(&one.stem, &other.stem).is_some()))
    })
}

/// Counts the words that need another behind them, and those that have none or one that cannot stand there.
fn joints(text: &Text) -> (usize, usize) {
    let mut counts = (0, 0);
    for (at, token) in text.tokens.iter().enumerate() {
        let next = text.tokens.get(at + 1).filter(|next| next.clause == token.clause);
        if let Some(broken) = is_broken(token, next) {
            counts = (counts.0 + 1, counts.1 + usize::from(broken));
        }
    }
    counts
}

fn is_broken(token: &Token, next: Option<&Token>) -> Option<bool> {
    let word = token.word.as_str();
    let next = next.map(|next| next.word.as_str());
    let followed = |list: &[&str]| next.is_some_and(|next| list.contains(&next));
    if ARTICLES.contains(&word) {
        Some(next.is_none() || followed(NEVER_AFTER_ARTICLES))
    } else if PREPOSITIONS.contains(&word) {
        // "What is it for?", "to hold on": only some never end a clause.
        let dangling = next.is_none() && matches!(word, "of" | "from" | "with" | "into");
        Some(dangling || followed(NEVER_AFTER_PREPOSITIONS))
    } else if JOINING.contains(&word) {
        let wrong = match word {
            "and" | "or" => followed(&["and", "or", "of", "is", "are"]),
            "is" | "are" | "was" | "were" | "can" | "will" => {
                followed(&["is", "are", "was", "were", "and", "or", "of", "can", "will", "if"])
            }
            _ => false,
        };
        let dangles =
            matches!(word, "and" | "or" | "if" | "when" | "is" | "are" | "was" | "were" | "that" | "which");
        Some(wrong || (next.is_none() && dangles))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::token::Words;
    use super::super::kin::Kin;
    use super::*;

    #[test]
    fn tells_shuffled_text_from_a_paraphrase() {
        let reference = "A mutex lets one thread at a time enter the critical section of a program, and the others \
                         block until it is released.";
        let words = Words::new();
        let kin = Kin::new(&words);
        let reference = words.split(reference);
        let check = |answer: &str, expected: bool| {
            let text = words.split(answer);
            assert_eq!(is_shuffled(&reference, &Said::new(&text, &kin)), expected, "{answer}");
        };
        check(
            "of the lets and critical A program, a is mutex until others one section time released. thread enter \
             a at it block the",
            true,
        );
        check(
            "section one others program mutex thread critical block lets enter released time until it and at",
            true,
        );
        check("Others block until it is released, and one thread at a time is let into the section.", false);
        check("The critical section of a program is entered by one thread, others block.", false);
        check("It sorts.", false);
    }

    #[test]
    fn slips_are_not_shuffling() {
        let words = Words::new();
        let count = |text: &str| joints(&words.split(text));
        assert_eq!(count("The the cache is in front of the database."), (6, 1));
        assert_eq!(count("What is it for?"), (2, 0));
        assert_eq!(count("of is the and"), (4, 3));
    }
}
