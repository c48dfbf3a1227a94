//! What asks: a question says nothing, but one that is answered at once is a way of telling.

use super::gate;
use super::negation::{Cue, Force, is};
use super::text::{Sentence, Text, Token};

/// Words before the one that a question asks with.
const LEADING: &[&str] = &["so", "and", "but", "or", "then"];
/// A question that begins so takes what it tells for granted, and asks for the rest: "what did we change around then?"
const OPEN: &[&str] =
    &["what", "which", "how", "when", "where", "who", "whose", "what's", "who's", "how's", "where's"];
/// Words with which such a question doubts what it tells: "what's the point of jitter?", "who needs it?"
const DOUBTING: &[&str] =
    &["point", "bother", "need", "needs", "cares", "care", "harm", "should", "help", "matter"];

/// An answer that begins so says yes to whatever was asked ...
const YES: &[&str] = &["yes", "yep", "yeah", "sure", "absolutely", "definitely", "certainly", "indeed"];
/// ... and one that begins so gives the reason for it: "why jitter? because ..."
const REASONS: &[&str] = &["because", "since"];

/// So few words ...
const EVASIVE_WORDS: usize = 6;
/// ... with one of these give no answer: "I don't know", "no idea", "that depends".
const EVASIONS: &[&str] =
    &["know", "sure", "idea", "clue", "remember", "question", "depends", "unsure", "ask", "think"];

/// Whether a sentence of the text only asks: it is a question, and what stands behind it is no answer.
pub(super) fn only_asks(text: &Text, source: &str, cues: &[Cue], at: usize) -> bool {
    let Some(question) = text.sentences.get(at).filter(|sentence| sentence.question) else { return false };
    let Some(answer) = text.sentences.get(at + 1).filter(|next| is_beside(question, next, text, source))
    else {
        return true;
    };
    let asked = words(text, question);
    let answered = words(text, answer);
    if answered.first().is_some_and(|first| is(first, YES)) {
        return false;
    }
    let first = asked.iter().find(|token| !is(token, LEADING));
    let is_granted = first.is_some_and(|first| is(first, OPEN)) && !asked.iter().any(|t| is(t, DOUBTING));
    let is_reasoned = answered.first().is_some_and(|first| is(first, REASONS));
    let denies = |cue: &Cue| cue.force == Force::Denies && (answer.first..answer.end).contains(&cue.first);
    !(is_granted || is_reasoned) || is_evasive(answered) || cues.iter().any(denies)
}

/// Whether the second sentence is a statement in the paragraph of the first.
fn is_beside(first: &Sentence, second: &Sentence, text: &Text, source: &str) -> bool {
    let from = first.end.checked_sub(1).and_then(|last| text.tokens.get(last)).map(|token| token.end);
    let to = text.tokens.get(second.first).map(|token| token.start);
    let between = from.zip(to).and_then(|(from, to)| source.get(from..to)).unwrap_or_default();
    !second.question && first.item == second.item && between.matches('\n').count() < 2
}

/// Whether the words say that there is no answer, or say nothing.
fn is_evasive(answer: &[Token]) -> bool {
    answer.iter().all(gate::is_grammar)
        || (answer.len() <= EVASIVE_WORDS && answer.iter().any(|token| is(token, EVASIONS)))
}

fn words<'a>(text: &'a Text, sentence: &Sentence) -> &'a [Token] {
    text.between(sentence.first, sentence.end)
}

#[cfg(test)]
mod tests {
    use super::super::negation;
    use super::super::token::Words;
    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: &[bool]) {
        let text = Words::new().split(answer);
        let cues = negation::cues(&text);
        let asks: Vec<bool> =
            (0..text.sentences.len()).map(|at| only_asks(&text, answer, &cues, at)).collect();
        assert_eq!(asks, expected, "{answer}");
    }

    #[test]
    fn a_question_with_its_answer_tells() {
        check("What did we change around then? A release, a setting.", &[false, false]);
        check("how many rps per pod before it goes to hell? that's my unit.", &[false, false]);
        check("So who waits for the result? All the others.", &[false, false]);
        check("Should we add jitter? Yes, on each key.", &[false, false]);
        check("Why does it have jitter? Because they spread.", &[false, false]);
    }

    #[test]
    fn what_only_asks_tells_nothing() {
        check("What did we change around then?", &[true]);
        check("What did we change? Who was on call?", &[true, true]);
        check("What did we change?\n\nWe use Go.", &[true, false]);
        check("- What did we change?\n- A list of it.", &[true, false]);
        check("Should we add jitter? It is a list of numbers.", &[true, false]);
        check("What did we change? I don't know.", &[true, false]);
        check("What did we change? No idea.", &[true, false]);
        check("How would jitter help? It never does that.", &[true, false]);
        check("What's the point of jitter on a key? Clients come at random.", &[true, false]);
        check("How do we need jitter? Clients come at random.", &[true, false]);
        check("How would jitter on a key help? Clients come at random.", &[true, false]);
        check("Why add jitter? Clients come at random.", &[true, false]);
    }

    #[test]
    fn a_statement_with_a_tag_asks_nothing() {
        check("So they all come back at once, right?", &[false]);
        check("And they all come back at once, don't they?", &[false]);
        check("So do they all come back at once, right?", &[true]);
        check("Is that right?", &[true]);
    }
}
