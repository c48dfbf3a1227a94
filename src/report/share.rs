//! What was earned of what was possible, over the key points of a topic, a purpose or a facet.

use super::Asked;
use crate::domain::score::{Score, quarters};
use crate::domain::standing::State;
use crate::domain::words::{Facet, Level, Verdict};

/// Weight earned over weight possible. What could not be graded is in neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// In quarters of a weight, as [`quarters`] has it; never more than is possible.
    earned: u32,
    possible: u32,
    /// Key points that are counted.
    pub points: usize,
    /// Key points left out because they have no verdict.
    pub ungraded: usize,
}

/// A share of the round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// What it is the share of.
    pub of: T,
    /// What was earned of what was possible.
    pub share: Share,
    /// The questions with at least one point that is counted.
    pub questions: usize,
}

impl Share {
    /// Returns the weight earned.
    #[must_use]
    pub fn earned(self) -> f64 {
        f64::from(self.earned) / 4.0
    }

    /// Returns the weight possible.
    #[must_use]
    pub fn possible(self) -> f64 {
        f64::from(self.possible) / 4.0
    }

    /// Returns the share in hundredths, rounded as a score is; `None` where nothing was possible.
    #[must_use]
    pub fn percent(self) -> Option<u16> {
        Score::of(self.earned, self.possible).map(Score::tenths)
    }

    /// Sums a question's points at or below the level, less its penalties.
    pub(super) fn of_question(asked: &Asked<'_>, level: Level) -> Self {
        let mut share = Self::of_points(asked, |at, _| at <= level);
        let penalty: u32 = asked.standing.misconceptions.iter().map(|found| u32::from(found.penalty)).sum();
        share.earned = share.earned.saturating_sub(4 * penalty);
        share
    }

    /// Sums the facet's points at or below the level; nothing where no answer came.
    pub(super) fn of_facet(asked: &Asked<'_>, facet: Facet, level: Level) -> Self {
        match asked.state {
            State::Open | State::Skipped | State::Empty => Self::default(),
            State::Ungraded | State::Graded => Self::of_points(asked, |at, of| at <= level && of == facet),
        }
    }

    fn of_points(asked: &Asked<'_>, counts: impl Fn(Level, Facet) -> bool) -> Self {
        let mut share = Self::default();
        let rubric = asked.planned.question.rubric.points.iter();
        let rubric = rubric.filter(|point| counts(point.level, point.facet));
        match asked.state {
            State::Open => {}
            State::Skipped | State::Empty => {
                rubric.for_each(|point| share.point(point.weight, Verdict::Missed, false));
            }
            State::Ungraded => {
                rubric.for_each(|point| share.point(point.weight, Verdict::Ungraded, false));
            }
            State::Graded => {
                for standing in &asked.standing.points {
                    if counts(standing.point.level, standing.point.facet) {
                        share.point(standing.point.weight, standing.verdict, standing.assisted);
                    }
                }
            }
        }
        share
    }

    fn point(&mut self, weight: u8, verdict: Verdict, assisted: bool) {
        match quarters(verdict, assisted) {
            Some(earned) => {
                self.earned += earned * u32::from(weight);
                self.possible += 4 * u32::from(weight);
                self.points += 1;
            }
            None => self.ungraded += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.earned += other.earned;
        self.possible += other.possible;
        self.points += other.points;
        self.ungraded += other.ungraded;
    }
}

/// Adds up the shares of the same thing, in the order of first appearance; empty shares are left out.
pub(super) fn parts<T: PartialEq>(shares: impl IntoIterator<Item = (T, Share)>) -> Vec<Part<T>> {
    let mut parts: Vec<Part<T>> = Vec::new();
    for (of, share) in shares {
        if share.points == 0 && share.ungraded == 0 {
            continue;
        }
        let questions = usize::from(share.points > 0);
        match parts.iter_mut().find(|part| part.of == of) {
            Some(part) => {
                part.share.add(share);
                part.questions += questions;
            }
            None => parts.push(Part { of, share, questions }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::report::fixture::round;

    fn shown<T: std::fmt::Display>(parts: &[Part<T>]) -> Vec<String> {
        parts
            .iter()
            .map(|part| {
                let Share { ungraded, .. } = part.share;
                let (earned, possible) = (part.share.earned(), part.share.possible());
                format!("{} {earned}/{possible} of {}, {ungraded} left out", part.of, part.questions)
            })
            .collect()
    }

    #[test]
    fn adds_up_by_topic_with_penalties_and_skips() {
        assert_eq!(
            shown(&Report::of(&round()).by_topic),
            [
                "cache 3.25/6 of 1, 0 left out",
                "database 3/5 of 1, 0 left out",
                "messaging 4/5 of 1, 0 left out",
                "scale 0/5 of 1, 0 left out",
                "security 0/0 of 0, 2 left out",
            ]
        );
    }

    #[test]
    fn adds_up_by_purpose_once_for_each() {
        assert_eq!(
            shown(&Report::of(&round()).by_purpose),
            ["depth 7.25/11 of 2, 2 left out", "edge-cases 6.25/16 of 3, 0 left out"]
        );
    }

    #[test]
    fn adds_up_by_facet_without_penalties_and_skips() {
        assert_eq!(
            shown(&Report::of(&round()).by_facet),
            [
                "mechanism 5/5 of 2, 1 left out",
                "detection 0.25/4 of 3, 0 left out",
                "prevention 6/7 of 2, 1 left out",
            ]
        );
    }
}
