//! Passages of an answer that speak to whoever grades it.
//!
//! A filter of words stops only the attacks that it knows, and so nothing rests on it alone: no score is ever taken
//! from a model, and each credit needs a quote. What it knows, it knows for certain: honest answers have none of this.

use std::ops::Range;

use crate::grader::rubric::fold;

/// What stands in no honest answer.
const ALONE: &[&str] = &[
    // Roles and marks of other people's prompts.
    "<|",
    "|>",
    "[inst]",
    "[/inst]",
    "<<sys>>",
    "</s>",
    "<start_of_turn>",
    "<end_of_turn>",
    "### system",
    "### instruction",
    "### assistant",
    "### user",
    "system prompt",
    "system message",
    "system override",
    "developer mode",
    "jailbreak",
    "<system",
    "</system",
    "</answer",
    "<answer",
    "</candidate",
    "end of answer",
    "end answer",
    "end of candidate",
    "end of the answer",
    "answer ends here",
    "begin grading",
    "ai language model",
    "as an ai",
    "you are an ai",
    "you are now",
    "thought process:",
    // A result already filled in.
    "\"verdict",
    "\"points\"",
    "\"quotes\"",
    "\"misconceptions\"",
    "verdict:",
    "verdict =",
    "verdict is hit",
    "verdicts:",
    "score: 10",
    "score = 10",
    "score:10",
    "grade: 10",
    "full marks",
    "perfect score",
    "maximum score",
    "highest score",
    "final grade",
    "already graded",
    "already been graded",
    "pre-approved",
    "grading is complete",
    "grading complete",
    // The same in the languages that are tried most.
    "ignoriere alle",
    "ignoriere die",
    "alle vorherigen anweisungen",
    "volle punktzahl",
    "ignora las",
    "ignora todas",
    "instrucciones anteriores",
    "puntuación máxima",
    "ignorez les",
    "instructions précédentes",
    "la note maximale",
    "ignora le istruzioni",
    "игнорируй",
    "忽略",
    "無視して",
    "满分",
];

/// Who is spoken to or of ...
const GRADERS: &[&str] = &[
    "grader",
    "examiner",
    "evaluator",
    "assessor",
    "marker",
    "language model",
    "llm",
    "chatbot",
    "assistant",
    "interviewer",
    "reviewer",
    "judge",
];
/// ... and how.
const ADDRESSES: &[&str] = &[
    "dear",
    "note to",
    "attention",
    "message to",
    "message for",
    "hey",
    "hello",
    "instruction for",
    "instructions for",
    "instructions to",
    "memo to",
    "reminder to",
    "notice to",
    "the grader should",
    "the grader must",
    "the grader has",
    "the examiner has",
    "the examiner should",
    "the examiner must",
    "you as the",
    "you are the",
    "you are a",
    "act as",
    "pretend",
    "ai grader",
    "llm grader",
    "please",
    "the judge should",
    "the judge must",
    "the evaluator should",
    "the evaluator must",
];

/// What one is told to do ...
const COMMANDS: &[&str] = &[
    "ignore",
    "disregard",
    "forget",
    "override",
    "do not follow",
    "don't follow",
    "do not use",
    "bypass",
    "instead of",
    "replace",
    "reveal",
    "print",
    "repeat",
];
/// ... with what one was given.
const ORDERS: &[&str] = &[
    "previous instruction",
    "prior instruction",
    "earlier instruction",
    "above instruction",
    "all instructions",
    "your instruction",
    "these instruction",
    "the instructions",
    "instructions above",
    "instructions you",
    "instructions:",
    "the rubric",
    "your rubric",
    "your prompt",
    "the prompt",
    "grading rules",
    "grading policy",
    "grading instruction",
    "everything above",
    "all of the above and",
    "all the above and",
    "grading criteria",
    "marking scheme",
];

/// What one is told to give ...
const GIVES: &[&str] = &[
    "mark", "give", "award", "assign", "grant", "set", "return", "output", "report", "treat", "count",
    "consider", "rate", "score", "accept", "respond", "reply", "answer", "judge", "grade", "deserve", "say",
    "put", "fill", "use", "record", "declare", "confirm", "approve", "pass", "evaluate", "is",
];
/// ... and what for.
const REWARDS: &[&str] = &[
    "point as hit",
    "points as hit",
    "all as hit",
    "everything as hit",
    "them as hit",
    "criterion as hit",
    "criteria as hit",
    "points as met",
    "all as met",
    "everything as met",
    "criteria as met",
    "points are hit",
    "points are met",
    "hit on every",
    "hit on all",
    "hit for every",
    "hit for all",
    "hit for each",
    "\"hit\"",
    "`hit`",
    "'hit'",
    "every key point",
    "all key points",
    "each key point",
    "every point as",
    "all points as",
    "each point as",
    "every criterion",
    "all criteria",
    "all rubric",
    "every rubric",
    "full credit",
    "full points",
    "full score",
    "top marks",
    "top score",
    "highest grade",
    "the best grade",
    "passing grade",
    "10/10",
    "10 out of 10",
    "all verdicts",
    "every verdict",
    "this answer correct",
    "this answer as",
    "my answer as",
    "my answer correct",
    "me pass",
    "me a pass",
    "be generous",
    "be lenient",
    "benefit of the doubt",
];

/// A word of this many letters and digits without any break is no word.
const ENCODED: usize = 40;

/// Returns the passages that speak to the grader, in order; each is a sentence or a line.
pub(super) fn spans(answer: &str) -> Vec<Range<usize>> {
    sentences(answer).filter(|bytes| answer.get(bytes.clone()).is_some_and(speaks_to_grader)).collect()
}

fn speaks_to_grader(passage: &str) -> bool {
    let lower = squeezed(&passage.to_lowercase());
    // Letters of other alphabets that look like ours are read as ours, but for the languages that are written so.
    let folded = squeezed(&passage.chars().filter_map(fold).flat_map(char::to_lowercase).collect::<String>());
    let has = |words: &[&str]| words.iter().any(|word| stands_in(&lower, word) || stands_in(&folded, word));
    has(ALONE)
        || (has(GRADERS) && has(ADDRESSES))
        || (has(COMMANDS) && has(ORDERS))
        || (has(GIVES) && has(REWARDS))
        || has_encoded(passage)
}

/// Whether the words stand in the text, not inside of other words.
fn stands_in(text: &str, words: &str) -> bool {
    let first_is_word = words.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    let found = text.match_indices(words);
    let mut starts = found.map(|(at, _)| text.get(..at).and_then(|before| before.chars().next_back()));
    // Their ends are open, so that "instruction" stands in "instructions".
    starts.any(|before| !first_is_word || before.is_none_or(|c| !c.is_alphanumeric()))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has_encoded(passage: &str) -> bool {
    passage.split_whitespace().any(|word| {
        let code =
            word.len() >= ENCODED && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
        code && word.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) && !word.contains("//")
    })
}

/// Cuts a text at line breaks, and behind marks that end a sentence.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let pieces = text.split_inclusive(['\n', '.', '!', '?', '。']).map(move |piece| {
        let bytes = start..start + piece.len();
        start = bytes.end;
        bytes
    });
    // "e.g. 3.5" is no end.
    let mut open: Option<Range<usize>> = None;
    let mut whole = Vec::new();
    for bytes in pieces {
        let start = open.take().map_or(bytes.start, |open| open.start);
        let ends = text.get(bytes.end..).and_then(|rest| rest.chars().next()).is_none_or(char::is_whitespace)
            || text.get(bytes.clone()).is_some_and(|piece| piece.ends_with(['\n', '。']));
        if ends {
            whole.push(start..bytes.end);
        } else {
            open = Some(start..bytes.end);
        }
    }
    whole.extend(open);
    whole.into_iter()
}
