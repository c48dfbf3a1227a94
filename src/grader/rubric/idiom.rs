//! Denials that deny less than they seem to: "not only", "don't know if", "never longer than".

use super::negation::{DENIALS, REACH, is};
use super::token::Token;

/// Behind a denial these set a bound, which is a statement: "never wait longer than a second".
const COMPARATIVES: &[&str] = &[
    "more", "longer", "larger", "bigger", "greater", "higher", "later", "older", "less", "fewer", "smaller",
];
/// A bound stands so near behind its denial.
const BOUND_REACH: usize = 5;

/// What is not done before a time is done then: "no write is acknowledged until the replica has it".
const UNTIL: &[&str] = &["until", "till", "unless"];

/// What one does not know is not denied: "I don't know if jitter helps", "not sure whether it does".
const KNOWING: &[&str] = &["know", "sure", "certain", "remember", "recall", "see", "understand"];
const WHETHER: &[&str] = &["if", "whether", "how", "why", "what", "which", "when", "where"];

/// What something does not show is left open, too: "no answer doesn't mean it wasn't done".
const SHOWING: &[&str] = &["mean", "prove", "impli"];

/// A number that stands so near behind its denial is what is denied: "two cores can't run 1000 queries at once".
const AMOUNT_REACH: usize = 2;

/// "not only" denies the "only" and nothing else.
pub(super) fn not_only(tokens: &[Token], place: usize) -> bool {
    let words = tokens.get(place).zip(tokens.get(place + 1));
    words.is_some_and(|(not, next)| {
        not.word == "not" && matches!(next.word.as_str(), "only" | "just" | "merely")
    })
}

/// "don't know if", "not sure whether", "doesn't mean" leave open what follows.
pub(super) fn leaves_open(tokens: &[Token], place: usize) -> bool {
    let is_at = |at: usize, list: &[&str]| tokens.get(at).is_some_and(|token| is(token, list));
    let shows = tokens.get(place + 1).is_some_and(|token| SHOWING.contains(&token.stem.as_str()));
    is_at(place, DENIALS) && (shows || (is_at(place + 1, KNOWING) && is_at(place + 2, WHETHER)))
}

/// "don't forget", "no matter", "no more than", "nothing but" do not deny what follows.
pub(super) fn merely_stresses(tokens: &[Token], place: usize) -> bool {
    let next = tokens.get(place + 1).map(|t| t.word.as_str());
    matches!(
        (tokens.get(place).map(|t| t.word.as_str()), next),
        (Some("no"), Some("matter" | "more"))
            | (Some("nothing"), Some("but"))
            | (Some("not" | "don't" | "never"), Some("forget"))
    )
}

/// "cannot lose more than", "never longer than" allow what does not exceed the bound.
pub(super) fn bounds(tokens: &[Token], place: usize) -> bool {
    let clause = tokens.get(place).map(|token| token.clause);
    let in_clause =
        tokens.iter().skip(place + 1).take(REACH).take_while(|token| Some(token.clause) == clause);
    if in_clause.clone().any(|token| is(token, UNTIL)) {
        return true;
    }
    let behind = tokens.iter().enumerate().skip(place + 1).take(BOUND_REACH);
    behind.clone().any(|(at, token)| {
        is(token, COMPARATIVES) && tokens.iter().skip(at + 1).take(2).any(|next| next.word == "than")
    })
}

/// "can't run 1000 queries", "don't need 50" deny the amount, and not that there is any.
pub(super) fn denies_amount(tokens: &[Token], behind: usize) -> bool {
    let clause = tokens.get(behind).map(|token| token.clause);
    let near = tokens.iter().skip(behind).take(AMOUNT_REACH);
    near.take_while(|token| Some(token.clause) == clause)
        .any(|token| token.word.len() > 1 && token.word.starts_with(|c: char| c.is_ascii_digit()))
}

/// "must not be able to", "shouldn't be able to" ask for protection.
pub(super) fn protects(tokens: &[Token], behind: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    matches!((word(behind), word(behind + 1), word(behind + 2)), ("be", "able", "to"))
}
