//! A session's whole record: what is stored, exported, regraded.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::exchange::Tokens;
use super::grade::{Grade, Outcome};
use super::id::PointId;
use super::plan::{Plan, PlannedQuestion};
use super::said::{Inquiry, Occasion, Said};
use super::words::Verdict;

/// Active time since the session began, in milliseconds; pauses do not count.
pub type Elapsed = u64;

/// Something that happened in a session. The journal is the list of these, and a session is what they add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The round began.
    Began,
    /// The candidate handed in an answer; it may be empty.
    Answered {
        /// The answer as typed.
        text: String,
        /// When.
        at: Elapsed,
    },
    /// The candidate passed on what was asked.
    Skipped {
        /// When.
        at: Elapsed,
    },
    /// The interviewer said something in words of its own; where the pack's own words are said, nothing is recorded.
    Said {
        /// What, and how it came about.
        said: Said,
        /// When it was done.
        at: Elapsed,
    },
    /// The candidate asked something back.
    Inquired {
        /// What, as typed.
        text: String,
        /// When.
        at: Elapsed,
    },
    /// The candidate asked for a hint.
    Hinted {
        /// When.
        at: Elapsed,
    },
    /// The grader was done with the answer.
    Graded {
        /// What came of it.
        outcome: Outcome,
        /// When.
        at: Elapsed,
    },
    /// The candidate wants to answer the last question once more.
    Retried {
        /// When.
        at: Elapsed,
    },
    /// The candidate disagrees with a verdict.
    Disputed {
        /// Index of the turn.
        turn: usize,
        /// The key point whose verdict it is.
        point: PointId,
        /// The candidate's own label.
        label: Verdict,
    },
    /// An answer was graded anew, after the fact.
    Regraded {
        /// Index of the turn.
        turn: usize,
        /// The new grade.
        grade: Grade,
        /// When, in seconds since 1970 (UTC): the session's own time does not go on meanwhile.
        when: i64,
    },
    /// The candidate left; the session can be resumed.
    Paused {
        /// When.
        at: Elapsed,
    },
    /// The candidate came back.
    Resumed,
    /// The candidate ended the round before its last question.
    Stopped {
        /// When.
        at: Elapsed,
    },
}

/// What was asked in a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TurnKind {
    /// A question of the plan.
    Question,
    /// A narrower follow-up on one key point.
    Probe {
        /// The key point that it presses on.
        point: PointId,
    },
    /// The same question once more, after its feedback.
    Retry,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "response", rename_all = "kebab-case")]
pub enum Response {
    /// Nothing yet.
    Pending,
    /// An answer with something in it.
    Answered {
        /// The answer as typed.
        text: String,
        /// When it was handed in.
        at: Elapsed,
    },
    /// An answer with nothing in it.
    Empty {
        /// When it was handed in.
        at: Elapsed,
    },
    /// The candidate passed.
    Skipped {
        /// When.
        at: Elapsed,
    },
}

/// The candidate's own label on a verdict, kept beside the grader's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The key point whose verdict it is.
    pub point: PointId,
    /// The candidate's label.
    pub label: Verdict,
}

/// One thing asked and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Index into the plan's questions.
    pub question: usize,
    /// What was asked.
    pub kind: TurnKind,
    /// The pack's words for it.
    pub prompt: String,
    /// What the interviewer said in words of its own, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<Said>,
    /// What the candidate asked back, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inquiries: Vec<Inquiry>,
    /// When it was asked.
    pub asked: Elapsed,
    /// The key points whose probes were shown as hints, in order.
    pub hints: Vec<PointId>,
    /// What came back.
    pub response: Response,
    /// What the grader said; `None` while it has not, and for an empty answer or a skip.
    pub outcome: Option<Outcome>,
    /// When that was said, in seconds since 1970 (UTC), where it was said anew; `None` where it is what was said first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regraded: Option<i64>,
    /// What graders said before, in order; nothing of it counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Outcome>,
    /// The candidate's disagreements; at most one for each key point, the latest.
    pub disputes: Vec<Dispute>,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Every question was asked.
    Completed,
    /// The time budget was used up.
    TimeUp,
    /// The candidate ended it.
    Stopped,
}

/// A session's whole record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// What was to be asked.
    pub plan: Plan,
    /// What was asked, in order.
    pub turns: Vec<Turn>,
    /// Active time at the last event.
    pub elapsed: Elapsed,
    /// Why it is over; `None` while it can go on.
    pub end: Option<End>,
}

impl Turn {
    /// Returns the words in which it was asked, as they were shown.
    #[must_use]
    pub fn asked_as(&self) -> Cow<'_, str> {
        match self.said_on(Occasion::Asking) {
            None => Cow::Borrowed(&self.prompt),
            Some(said) if said.authored => Cow::Owned(format!("{}\n\n{}", said.text, self.prompt)),
            Some(said) => Cow::Borrowed(&said.text),
        }
    }

    /// Returns what the interviewer said on an occasion in words of its own.
    #[must_use]
    pub fn said_on(&self, occasion: Occasion) -> Option<&Said> {
        self.said.iter().find(|said| said.occasion == occasion)
    }

    /// Returns the tokens that interviewer and graders took, those of earlier grades among them.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        let replies = self.inquiries.iter().filter_map(|inquiry| inquiry.reply.as_ref());
        let said = self.said.iter().chain(replies).map(|said| said.tokens);
        let grades = self.earlier.iter().chain(&self.outcome).filter_map(Outcome::grade);
        let exchanges = grades.filter_map(|grade| grade.provenance.exchange.as_ref());
        said.chain(exchanges.map(|exchange| exchange.tokens)).sum()
    }

    /// Returns the answer's text, where there is one.
    #[must_use]
    pub fn answer(&self) -> Option<&str> {
        match &self.response {
            Response::Answered { text, .. } => Some(text),
            Response::Pending | Response::Empty { .. } | Response::Skipped { .. } => None,
        }
    }

    /// Returns the grade, where there is one.
    #[must_use]
    pub fn grade(&self) -> Option<&Grade> {
        self.outcome.as_ref().and_then(Outcome::grade)
    }

    /// Whether what is earned here on this point came only after help.
    #[must_use]
    pub fn assisted(&self, point: &PointId) -> bool {
        match self.kind {
            TurnKind::Question => self.hints.contains(point),
            TurnKind::Probe { .. } | TurnKind::Retry => true,
        }
    }
}

impl Transcript {
    /// Returns the tokens that the session has taken.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        self.turns.iter().map(Turn::tokens).sum()
    }

    /// Returns the planned question that a turn belongs to.
    #[must_use]
    pub fn question_of(&self, turn: &Turn) -> Option<&PlannedQuestion> {
        self.plan.questions.get(turn.question)
    }

    /// Returns the turns of one question, in order, each with its index.
    pub fn turns_of(&self, question: usize) -> impl Iterator<Item = (usize, &Turn)> {
        self.turns.iter().enumerate().filter(move |(_, turn)| turn.question == question)
    }
}
