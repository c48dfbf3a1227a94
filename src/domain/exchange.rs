//! What was said between us and a model, or a program, over one answer: enough to work its grade out again.

use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// What went back and forth over one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The code that the answer was fenced in with; empty where it was not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nonce: String,
    /// What came back each time, in order; at most two.
    pub tries: Vec<Try>,
    /// What all of it took.
    #[serde(default, skip_serializing_if = "Tokens::is_zero")]
    pub tokens: Tokens,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Try {
    /// A reply, untouched: not safe to print.
    Reply(String),
    /// None, and why.
    Failed(String),
}

/// Tokens, as a server counts them; 0 where it does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Sent.
    pub input: u64,
    /// Received.
    pub output: u64,
}

impl Tokens {
    /// Returns how many there are, both ways.
    #[must_use]
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }

    pub(super) fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

impl Add for Tokens {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
        }
    }
}

impl Sum for Tokens {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// Why a grade is not by the grader that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// The grader that was chosen, as in `llm`.
    pub grader: String,
    /// Its model, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why it was not it that judged, for the candidate; behind "since".
    pub reason: String,
}
