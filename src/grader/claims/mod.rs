//! What a grader other than our own says of an answer, held to the evidence.
//!
//! A model or a program claims; nothing is believed that cannot be found in the answer. Every check here is the same
//! whatever they say, and works without them.

mod case;
mod foreign;
mod injection;
mod quote;
mod read;
mod settle;
#[cfg(test)]
mod tests;
mod unusable;
mod verify;

use crate::domain::words::Verdict;
use crate::llm::json_in_text::extract;

pub(super) use case::Case;
pub(super) use settle::Chosen;
pub(super) use unusable::Unusable;

/// The most bytes of a reply that are kept and read. The longest honest one has about 10 kB.
pub(super) const MAX_REPLY: usize = 64 * 1024;
/// The most characters that are kept of a reason.
const MAX_REASON: usize = 400;

/// What a grader claims of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// On key points, in the reply's order.
    pub(super) points: Vec<Claim>,
    /// The misconceptions that it sees, each with its quotes.
    pub(super) misconceptions: Vec<(String, Vec<String>)>,
}

/// What a grader claims of one key point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) id: String,
    pub(super) reason: String,
    pub(super) quotes: Vec<String>,
    pub(super) verdict: Verdict,
}

/// Returns the JSON object that a reply ends up with.
pub(super) fn read_object(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(extract(text)?).ok()
}

/// Cuts a reply to what is kept of it: a longer one stays recognisable as too long.
pub(super) fn kept(mut reply: String) -> String {
    if reply.len() > MAX_REPLY {
        let end = (MAX_REPLY + 1..).find(|at| reply.is_char_boundary(*at)).unwrap_or(reply.len());
        reply.truncate(end);
    }
    reply
}
