//! Where a question stands after all of its turns: the best that was said of each point, and with how much help.

use super::grade::{Evidence, FoundMisconception, GradedPoint};
use super::score::{Score, Tally, quarters};
use super::transcript::{Response, Transcript};
use super::words::{Level, Verdict};

/// What has come of a question. Skipped, empty, ungraded and wrong are four different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was not asked, or no answer has come yet.
    Open,
    /// The candidate passed.
    Skipped,
    /// Nothing was in the answer.
    Empty,
    /// The grader failed.
    Ungraded,
    /// There is at least one grade.
    Graded,
}

/// The best that was said of one key point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointStanding {
    /// The key point.
    pub point: GradedPoint,
    /// The verdict that counts.
    pub verdict: Verdict,
    /// Whether it came only after a hint, a probe or a second try, and earns half.
    pub assisted: bool,
    /// The words that earned it.
    pub evidence: Vec<Evidence>,
    /// Why.
    pub reason: String,
    /// Whether the key point was made of a sentence of the reference answer.
    pub derived: bool,
    /// The turn that it comes from, as an index into the transcript's turns.
    pub turn: usize,
}

/// Where one question stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What has come of it.
    pub state: State,
    /// Every key point of the rubric, of all levels, in its order; empty unless graded.
    pub points: Vec<PointStanding>,
    /// The misconceptions of all its turns, each once.
    pub misconceptions: Vec<FoundMisconception>,
}

impl Standing {
    /// Adds up all turns of one question of a transcript.
    ///
    /// A later turn replaces a point's verdict where it earns more, and where it contradicts what was said before.
    #[must_use]
    pub fn of(transcript: &Transcript, question: usize) -> Self {
        let mut standing = Self { state: State::Open, points: Vec::new(), misconceptions: Vec::new() };
        let asked = transcript.plan.questions.get(question).map(|planned| &planned.question);
        for (index, turn) in transcript.turns_of(question) {
            let state = match (&turn.response, turn.grade()) {
                (_, Some(_)) => State::Graded,
                (Response::Answered { .. }, None) if turn.outcome.is_some() => State::Ungraded,
                (Response::Answered { .. } | Response::Pending, None) => State::Open,
                (Response::Empty { .. }, None) => State::Empty,
                (Response::Skipped { .. }, None) => State::Skipped,
            };
            if standing.state == State::Open || state == State::Graded {
                standing.state = state;
            }
            let Some(grade) = turn.grade() else { continue };
            for verdict in &grade.verdicts {
                standing.count(PointStanding {
                    point: verdict.point.clone(),
                    verdict: verdict.verdict,
                    assisted: turn.assisted(&verdict.point.id),
                    evidence: verdict.evidence.clone(),
                    reason: verdict.reason.clone(),
                    derived: asked
                        .and_then(|question| question.point(&verdict.point.id))
                        .is_some_and(|point| point.derived),
                    turn: index,
                });
            }
            for found in &grade.misconceptions {
                if standing.misconceptions.iter().all(|known| known.id != found.id) {
                    standing.misconceptions.push(found.clone());
                }
            }
        }
        standing
    }

    fn count(&mut self, new: PointStanding) {
        match self.points.iter_mut().find(|old| old.point.id == new.point.id) {
            None => self.points.push(new),
            Some(old) => {
                let earns_more = quarters(new.verdict, new.assisted) > quarters(old.verdict, old.assisted);
                if earns_more || new.verdict == Verdict::Contradicted {
                    *old = new;
                }
            }
        }
    }

    /// Returns the question's score at a level: 0 for a skipped or an empty one,
    /// `None` where it is open or could not be graded.
    #[must_use]
    pub fn score(&self, level: Level) -> Option<Score> {
        match self.state {
            State::Open | State::Ungraded => None,
            State::Skipped | State::Empty => Some(Score::ZERO),
            State::Graded => {
                let mut tally = Tally::default();
                for point in self.points.iter().filter(|point| point.point.level <= level) {
                    tally.point(point.point.weight, point.verdict, point.assisted);
                }
                self.misconceptions.iter().for_each(|found| tally.misconception(found.penalty));
                tally.score()
            }
        }
    }
}
