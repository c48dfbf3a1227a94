//! The session engine: a pure state machine from events to effects.
//!
//! [`step()`] takes what happened and says what to do next. Time and chance come in as values;
//! grading, saving and printing go out as [`Effect`]s. The journal of recorded events is the session:
//! [`Session::replay`] rebuilds it to the last byte.

mod gap;
pub mod plan;
mod step;

#[cfg(test)]
mod properties;

pub use step::{MAX_INQUIRIES, step};

use crate::domain::id::PointId;
use crate::domain::plan::Plan;
use crate::domain::transcript::{Elapsed, End, Event, Response, Transcript};

/// One run of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    transcript: Transcript,
    paused: bool,
    twist_said: bool,
}

/// What a session is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The beginning.
    New,
    /// The candidate's answer to the last turn.
    Asking,
    /// The grader's outcome for the last turn.
    Grading,
    /// The candidate's return.
    Paused,
    /// Nothing: it is over.
    Over,
}

/// What the driver has to do, in the given order.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Effect {
    /// Make the event durable before anything else is done.
    Record(Event),
    /// Show the scenario.
    Brief,
    /// Say the twist.
    Twist,
    /// Ask the turn with this index.
    Ask(usize),
    /// Give the probe of this key point as a hint.
    Hint(PointId),
    /// Answer what was last asked back in the turn with this index.
    Clarify(usize),
    /// Grade the answer of the turn with this index and come back with [`Event::Graded`].
    Grade(usize),
    /// Show what came of the turn.
    Feedback {
        /// Index of the turn.
        turn: usize,
        /// Whether the question is done with, so that nothing is given away by showing all of it.
        closed: bool,
    },
    /// Let the candidate go; the session can be resumed.
    Leave,
    /// Show the report.
    Finish(End),
    /// Say why the event was not taken; nothing has changed.
    Refuse(Refusal),
}

/// Why an event was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not fit what the session is waiting for.
    NotNow(Stage),
    /// Every key point that a hint could be on has been given.
    NoHintLeft,
    /// A probe is a hint already.
    NoHintOnProbe,
    /// There is no finished question to go back to, or the new one has been begun.
    NothingToRetry,
    /// The question has had all the follow-ups that it can have.
    NoFollowUpLeft,
    /// Enough has been asked back about this question.
    NoInquiryLeft,
    /// That turn has no answer that was graded.
    NothingToRegrade,
    /// No verdict of that turn and key point exists.
    NothingToDispute,
}

impl Session {
    /// Sets a session up; it begins with [`Event::Began`].
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let transcript = Transcript { plan, turns: Vec::new(), elapsed: 0, end: None };
        Self { transcript, paused: false, twist_said: false }
    }

    /// Rebuilds a session from its journal. Events that do not fit are passed over, as they were the first time.
    #[must_use]
    pub fn replay(plan: Plan, journal: impl IntoIterator<Item = Event>) -> Self {
        let mut session = Self::new(plan);
        for event in journal {
            let _effects = step(&mut session, event);
        }
        session
    }

    /// Returns the record so far.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Returns what the session is waiting for.
    #[must_use]
    pub fn stage(&self) -> Stage {
        if self.transcript.end.is_some() {
            return Stage::Over;
        }
        if self.paused {
            return Stage::Paused;
        }
        match self.transcript.turns.last() {
            None => Stage::New,
            Some(turn) if turn.response == Response::Pending => Stage::Asking,
            Some(_) => Stage::Grading,
        }
    }

    /// Returns the milliseconds that are left of the time budget, where there is one; 0 when it is used up.
    #[must_use]
    pub fn time_left(&self, now: Elapsed) -> Option<Elapsed> {
        self.transcript.plan.minutes.map(|minutes| (u64::from(minutes) * 60_000).saturating_sub(now))
    }
}
