//! Denials that deny less than they seem to: "not only", "don't know if", "never longer than".

use super::negation::{DENIALS, REACH, RELATIVES, SUBJECTS, SUBORDINATORS, VERBS, is};
use super::text::Token;

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

/// Words between which and a verb a thing is named: "and the others are late".
const DETERMINERS: &[&str] =
    &["the", "a", "an", "its", "our", "their", "your", "each", "every", "all", "both", "some"];
const PREPOSITIONS: &[&str] =
    &["in", "on", "at", "by", "for", "from", "with", "without", "during", "after", "before"];
const BEING: &[&str] = &["is", "are", "was", "were", "be", "it's", "that's"];
/// Words for things that grammar has: "something we don't need".
const ANYTHING: &[&str] = &["those", "all", "any"];
/// What stands behind these is told, and tells no more of them: "I think we don't need it", "this time it doesn't".
const TELLING: &[&str] = &[
    "know", "think", "say", "says", "said", "hope", "believe", "assume", "guess", "bet", "mean", "means",
    "sure", "see", "show", "shows", "find", "feel", "ensure", "suppose", "imagine", "tell", "tells", "told",
    "notice", "decide", "decided", "accept", "promise", "promises", "pretend", "given", "course", "fact",
    "way", "case", "time", "day", "today", "now", "general", "practice", "usually", "normally",
];
/// Who else may do something in a clause behind "and".
const OTHERS: &[&str] = &["somebody", "someone", "everybody", "everyone", "nobody", "others", "everything"];
/// A thing that does something has so few words: "the other side is".
const NAME_WORDS: usize = 3;

/// Verbs that give an order, with which "no" denies what is ordered: "use no limit".
const ORDERS: &[&str] =
    &["use", "add", "set", "put", "need", "want", "allow", "have", "keep", "make", "give", "run", "take"];

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
    let is_than = |at: usize| tokens.iter().skip(at + 1).take(2).any(|next| next.word == "than");
    (place + 1..).zip(in_clause.take(BOUND_REACH)).any(|(at, token)| is(token, COMPARATIVES) && is_than(at))
}

/// "can't run 1000 queries", "don't need 50" deny the amount, and not that there is any.
pub(super) fn denies_amount(tokens: &[Token], behind: usize) -> bool {
    let clause = tokens.get(behind).map(|token| token.clause);
    let near = tokens.iter().skip(behind).take(AMOUNT_REACH);
    near.take_while(|token| Some(token.clause) == clause)
        .any(|token| token.word.len() > 1 && token.word.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns where the denial of a relative clause ends, if it stands in one: at "and", or at the verb of what the clause
/// tells more of. "Close ports we don't need and cut off the slow", "data not in the cache yet is slow".
pub(super) fn relative_end(tokens: &[Token], clause_start: usize, place: usize, to: usize) -> Option<usize> {
    let is_at = |at: usize, list: &[&str]| tokens.get(at).is_some_and(|token| is(token, list));
    let first = place + 2;
    let end = (first..to).find(|at| is_at(*at, VERBS) || is_at(*at, &["and", "or"]));
    if is_bare(tokens, clause_start, place) {
        let is_told_more =
            |end: &usize| is_at(*end, VERBS) && !(first..*end).any(|at| is_at(at, SUBORDINATORS));
        return end.filter(is_told_more);
    }
    let is_purpose = || place.checked_sub(2).is_some_and(|at| is_at(at, &["so"]));
    let is_pronoun = place > clause_start + 1 && is_at(place - 1, RELATIVES) && !is_purpose();
    (is_pronoun || is_contact(tokens, clause_start, place)).then_some(end.unwrap_or(to))
}

/// "something not in the cache", "keys not yet known": a "not" behind a thing, without a verb before it.
fn is_bare(tokens: &[Token], clause_start: usize, place: usize) -> bool {
    let before = place.checked_sub(1).filter(|at| *at >= clause_start).and_then(|at| tokens.get(at));
    tokens.get(place).is_some_and(|token| token.word == "not")
        && before.is_some_and(|token| (!token.grammar || is(token, ANYTHING)) && !is(token, TELLING))
}

/// "ports we don't need", "changes the other doesn't know of": a relative clause without its pronoun.
fn is_contact(tokens: &[Token], clause_start: usize, place: usize) -> bool {
    let is_at = |at: usize, list: &[&str]| tokens.get(at).is_some_and(|token| is(token, list));
    let subject = match place.checked_sub(2) {
        _ if place > 0 && is_at(place - 1, SUBJECTS) => place - 1,
        Some(at) if is_at(at, DETERMINERS) => at,
        _ => return false,
    };
    let Some(noun) = subject.checked_sub(1).filter(|noun| *noun > clause_start) else { return false };
    let is_thing = tokens.get(noun).is_some_and(|token| !token.grammar || is(token, ANYTHING));
    let before = tokens.get(clause_start..noun).unwrap_or_default();
    let is_in_clause = before.first().is_some_and(|first| !first.grammar)
        || before.iter().any(|token| is(token, VERBS) || is(token, SUBJECTS));
    is_thing
        && is_in_clause
        && !is_at(noun, TELLING)
        && !is_at(noun - 1, PREPOSITIONS)
        && !is_at(noun - 1, BEING)
}

/// Whether "and" at this place joins a clause of its own: "and somebody has to", "and the others are late".
pub(super) fn joins_clause(tokens: &[Token], and: usize) -> bool {
    let is_at = |at: usize, list: &[&str]| tokens.get(at).is_some_and(|token| is(token, list));
    let name = tokens.iter().skip(and + 2).take(NAME_WORDS);
    let ends_name = |token: &&Token| {
        is(token, VERBS) || is(token, SUBORDINATORS) || is(token, DENIALS) || is(token, &["and", "or"])
    };
    let verb = name.enumerate().find(|(_, token)| ends_name(token));
    is_at(and + 1, VERBS)
        || is_at(and + 1, SUBJECTS)
        || is_at(and + 1, OTHERS)
        || (is_at(and + 1, DETERMINERS) && verb.is_some_and(|(at, verb)| at > 0 && is(verb, VERBS)))
}

/// "serializable no phantoms": short for what something is without, which denies nothing else.
pub(super) fn lacks(tokens: &[Token], clause_start: usize, place: usize) -> bool {
    let named = tokens.get(clause_start);
    let is_name = |token: &Token| {
        !token.grammar && !token.word.ends_with('s') && !is(token, ORDERS) && !is(token, DENIALS)
    };
    place == clause_start + 1
        && tokens.get(place).is_some_and(|token| token.word == "no")
        && named.is_some_and(is_name)
}

/// "must not be able to", "shouldn't be able to" ask for protection.
pub(super) fn protects(tokens: &[Token], behind: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    matches!((word(behind), word(behind + 1), word(behind + 2)), ("be", "able", "to"))
}
