//! Faults of what a grader makes of the pack's own answers.

use super::{Words, short, words};
use crate::domain::id::{MisconceptionId, PointId, QuestionId, ScenarioId};
use crate::domain::words::Verdict;

/// What is wrong with what a grader makes of the pack's own answers.
#[derive(Clone, Debug, PartialEq)]
pub enum GradingFault {
    /// The reference answer does not get a `hit`.
    Unreachable {
        /// The key point.
        point: PointId,
        /// The verdict that it gets.
        got: Verdict,
        /// The question and the scenario whose values were bound; none for the defaults.
        within: Option<(QuestionId, ScenarioId)>,
    },
    /// The reference answer is charged with a misconception.
    WrongReference {
        /// The misconception.
        misconception: MisconceptionId,
        /// The words that betray it.
        quote: String,
        /// The question and the scenario whose values were bound; none for the defaults.
        within: Option<(QuestionId, ScenarioId)>,
    },
    /// An exemplar gets another verdict than it states.
    Verdict {
        /// The exemplar's name.
        exemplar: String,
        /// The key point.
        point: PointId,
        /// The verdict that it states.
        expected: Verdict,
        /// The verdict that it gets.
        got: Verdict,
        /// The words that earned it; empty for `missed`.
        quote: String,
        /// The line of the key point's evidence; none where an earlier pack has it.
        evidence: Option<usize>,
    },
    /// A misconception that an exemplar states is not found.
    NotFound {
        /// The exemplar's name.
        exemplar: String,
        /// The misconception.
        misconception: MisconceptionId,
        /// The line of the misconception's evidence; none where an earlier pack has it.
        evidence: Option<usize>,
    },
    /// A misconception is found that an exemplar does not state.
    Found {
        /// The exemplar's name.
        exemplar: String,
        /// The misconception.
        misconception: MisconceptionId,
        /// The words that betray it.
        quote: String,
        /// The line of the misconception's evidence; none where an earlier pack has it.
        evidence: Option<usize>,
    },
}

impl GradingFault {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Unreachable { point, got, within } => words(
                format!(
                    "unreachable key point: the reference answer{} gets `{got}` on `{point}`",
                    bound(within.as_ref())
                ),
                "say it in the reference answer, or widen its evidence",
            ),
            Self::WrongReference { misconception, quote, within } => words(
                format!(
                    "the reference answer{} is charged with `{misconception}`{}",
                    bound(within.as_ref()),
                    because(quote)
                ),
                "narrow the evidence of the misconception",
            ),
            Self::Verdict { exemplar, point, expected, got, quote, evidence } => words(
                format!(
                    "exemplar `{exemplar}` gets `{got}` on `{point}`, not `{expected}`{}",
                    because(quote)
                ),
                or_states("change the evidence", *evidence, "what the exemplar states"),
            ),
            Self::NotFound { exemplar, misconception, evidence } => words(
                format!("exemplar `{exemplar}` is not charged with `{misconception}`"),
                or_states("widen the evidence", *evidence, "change what the exemplar states"),
            ),
            Self::Found { exemplar, misconception, quote, evidence } => words(
                format!("exemplar `{exemplar}` is charged with `{misconception}`{}", because(quote)),
                or_states("narrow the evidence", *evidence, "change what the exemplar states"),
            ),
        }
    }
}

fn bound(within: Option<&(QuestionId, ScenarioId)>) -> String {
    within
        .map(|(question, scenario)| format!(" of `{question}` in scenario `{scenario}`"))
        .unwrap_or_default()
}

fn because(quote: &str) -> String {
    if quote.is_empty() { String::new() } else { format!(" for \"{}\"", short(quote)) }
}

/// Says what to do about an exemplar: nothing can be done to the evidence of an earlier pack.
fn or_states(change: &str, evidence: Option<usize>, states: &str) -> String {
    match evidence {
        Some(line) => format!("{change} in line {line}, or {states}"),
        None => "change what the exemplar states".to_owned(),
    }
}
