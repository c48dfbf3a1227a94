//! What is waved aside: "a load test would be a waste of time" denies the load test without a negating word before it.

use super::gate;
use super::text::Token;

/// Words that wave aside what is said before them in the clause, or behind them where nothing is.
const ALONE: &[&str] = &[
    "unnecessary",
    "needless",
    "pointless",
    "useless",
    "overkill",
    "irrelevant",
    "redundant",
    "superfluous",
    "harmless",
];

/// Predicates that, behind a denial, turn round everything said before them in the clause.
const WORTH: &[&str] = &[
    "needed",
    "necessary",
    "required",
    "worth",
    "affected",
    "bothered",
    "concerned",
    "useful",
    "helpful",
    "relevant",
    "important",
    "considered",
    "interesting",
];

/// What does not work is denied as well, where a denial stands before these: "resharding won't fix it".
const FAILINGS: &[&str] = &["help", "fix", "solve", "work", "do", "cure", "matter", "count", "affect"];

/// What something is said to be no case of: "a crash in between is no issue".
const WORRIES: &[&str] = &["concern", "issue", "problem", "worry", "risk", "danger", "topic"];
const BEING: &[&str] = &["is", "are", "was", "were", "it's", "that's", "be", "isn't", "aren't"];

/// What gives nothing is waved aside: "metadata adds nothing".
const GIVING: &[&str] =
    &["add", "adds", "bring", "brings", "gain", "gains", "buy", "buys", "change", "changes", "cost", "costs"];

/// Words with which the need of what follows is denied: "no need to measure".
const NEEDS: &[&str] = &["need", "reason", "point", "sense"];
const TOWARDS: &[&str] = &["to", "for", "in", "of"];

/// Behind these nothing is waved aside: "not unnecessary".
const DENIALS: &[&str] = &["not", "no", "never", "isn't", "aren't"];

/// All words that a dismissal can begin with, and those before which "no" denies a need.
pub(super) const BEGINNINGS: [&[&str]; 3] = [ALONE, NEEDS, &["waste", "no", "nothing"]];

/// Where the words stand that a dismissal denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

/// Words that wave something aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dismissal {
    /// Index behind the last of them.
    pub(super) end: usize,
    pub(super) denies: Side,
}

/// Reads the token of a sentence as the beginning of a dismissal, where it is one.
pub(super) fn at(tokens: &[Token], place: usize, clause_start: usize) -> Option<Dismissal> {
    let token = tokens.get(place)?;
    let is_at =
        |at: usize, list: &[&str]| tokens.get(at).is_some_and(|t| t.clause == token.clause && is(t, list));
    let before = |list: &[&str]| place > clause_start && is_at(place - 1, list);
    if token.word == "no" && is_at(place + 1, NEEDS) && is_at(place + 2, TOWARDS) {
        return Some(Dismissal { end: place + 2, denies: Side::Behind });
    }
    let words = match token.word.as_str() {
        "waste" => usize::from(is_at(place + 1, &["of"]) && is_at(place + 2, &["time", "effort"])) * 3,
        "no" if before(BEING) && is_at(place + 1, WORRIES) => 2,
        "no" if is_at(place + 1, NEEDS) => 2,
        "nothing" if before(GIVING) => 1,
        _ if is(token, ALONE) && !before(DENIALS) => 1,
        _ => 0,
    };
    let said_before = tokens.get(clause_start..place)?.iter().any(|token| !gate::is_grammar(token));
    let denies = if said_before { Side::Before } else { Side::Behind };
    (words > 0).then_some(Dismissal { end: place + words, denies })
}

/// Whether the token is the "need" of "no need".
pub(super) fn is_need(tokens: &[Token], place: usize) -> bool {
    let no = place.checked_sub(1).and_then(|before| tokens.get(before));
    no.is_some_and(|token| token.word == "no") && tokens.get(place).is_some_and(|token| is(token, NEEDS))
}

/// Whether the denial denies that what stands before it is needed or works: "is not needed", "won't fix it".
pub(super) fn is_denied_worth(tokens: &[Token], denial: usize) -> bool {
    let clause = tokens.get(denial).map(|token| token.clause);
    let next = || tokens.iter().skip(denial + 1).take(2).filter(|t| Some(t.clause) == clause);
    next().any(|t| is(t, WORTH)) || next().next().is_some_and(|t| is(t, FAILINGS))
}

fn is(token: &Token, list: &[&str]) -> bool {
    list.contains(&token.word.as_str())
}
