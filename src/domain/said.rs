//! What an interviewer said in words of its own, and what the candidate asked back.

use serde::{Deserialize, Serialize};

use super::exchange::Tokens;
use super::hash::ContentHash;
use super::transcript::Elapsed;

/// What there was to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// What is asked in the turn: a question, a probe, or a question once more.
    Asking,
    /// The answer to what the candidate asked back.
    Clarifying,
    /// A change of requirements.
    Twist,
    /// The end of the round.
    Closing,
}

impl Occasion {
    /// Returns the word for files and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Clarifying => "clarifying",
            Self::Twist => "twist",
            Self::Closing => "closing",
        }
    }
}

/// Words that an interviewer found by itself. Where the pack's own words were said, there is none of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What there was to say.
    pub occasion: Occasion,
    /// The words that were shown, as they came: not safe to print.
    pub text: String,
    /// Whether the pack's own words were shown behind them, since these were not enough.
    #[serde(default, skip_serializing_if = "is_false")]
    pub authored: bool,
    /// How often it was stopped because it gave away what is asked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub leaks: u32,
    /// Whether it broke off: the candidate interrupted it, or the model failed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    /// What it took, as far as that is known.
    #[serde(default, skip_serializing_if = "Tokens::is_zero")]
    pub tokens: Tokens,
    /// The model's name.
    pub model: String,
    /// Fingerprint of the prompts that it was made with.
    pub prompt: ContentHash,
}

/// Something that the candidate asked back, and does not count as an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The candidate's words.
    pub text: String,
    /// When.
    pub at: Elapsed,
    /// What the interviewer said to it; `None` where nothing came.
    pub reply: Option<Said>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}
