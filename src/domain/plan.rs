//! What one session will ask, fixed before it begins.

use serde::{Deserialize, Serialize};

use super::id::{SessionId, TwistId};
use super::question::Question;
use super::scenario::Scenario;
use super::words::{Feedback, Level};

/// The most follow-ups that stay with one question.
pub const MAX_PROBES: u8 = 3;

/// The ordered questions and probes allowed for one session.
///
/// A plan holds its questions and its scenario whole and bound, so that a session can be resumed, shown,
/// exported and graded again whatever has become of the pack since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The session's name.
    pub session: SessionId,
    /// When it was made, in seconds since 1970 (UTC).
    pub started: i64,
    /// Draws the questions' order and the scenario's numbers.
    pub seed: u64,
    /// The bar for scores; verdicts are given on the points of all levels.
    pub level: Level,
    /// When verdicts are shown.
    pub feedback: Feedback,
    /// Probes allowed for each question, at most [`MAX_PROBES`].
    pub probes: u8,
    /// The time budget in minutes of active time, where there is one.
    pub minutes: Option<u32>,
    /// The system that is interviewed on, where there is one.
    pub scenario: Option<Scenario>,
    /// The candidate's own design, as Markdown, where the round is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<String>,
    /// The change of requirements, where there is one.
    pub twist: Option<PlannedTwist>,
    /// The questions in the order of asking; never empty, no id twice.
    pub questions: Vec<PlannedQuestion>,
}

/// A question as this session asks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedQuestion {
    /// The question with its placeholders bound.
    pub question: Question,
    /// The sentence that ties it to the scenario, said before it.
    pub tie: Option<String>,
}

impl PlannedQuestion {
    /// Returns what is said: the tie, where there is one, and the wording.
    #[must_use]
    pub fn prompt(&self) -> String {
        match &self.tie {
            Some(tie) => format!("{tie} {}", self.question.asked()),
            None => self.question.asked(),
        }
    }
}

/// A change of requirements and its place in the round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedTwist {
    /// The twist's id in its scenario.
    pub id: TwistId,
    /// What the interviewer says.
    pub text: String,
    /// The question that it comes before, as an index into the plan's questions.
    pub before: usize,
}
