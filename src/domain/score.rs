//! The arithmetic from verdicts to a score. A grader never states one.

use serde::{Deserialize, Serialize};

use super::grade::Grade;
use super::words::{Level, Verdict};

/// The name under which grades by reference answers alone are recorded. Their points are the words of a reference, of
/// which nobody repeats all, so that their scores are [`Score::of_reference`].
pub const BY_REFERENCE: &str = "reference";

/// By accident, answers share so many hundredths of a reference with it: grammar, a word of the subject.
const BY_ACCIDENT: u64 = 5;
/// From so many hundredths on, an answer says all of a reference; the rest it says in words of its own.
const SAYS_ALL: u64 = 75;

/// A score from 0 to 10 in steps of a tenth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(u16);

impl Score {
    /// Nothing earned.
    pub const ZERO: Score = Score(0);
    /// Everything earned.
    pub const FULL: Score = Score(100);

    /// Returns earned over possible as a score, rounded half up; `None` where nothing was possible.
    #[must_use]
    pub fn of(earned: u32, possible: u32) -> Option<Score> {
        if possible == 0 {
            return None;
        }
        let tenths =
            (u64::from(earned.min(possible)) * 200 + u64::from(possible)) / (u64::from(possible) * 2);
        Some(Score(tenths as u16))
    }

    /// Returns the score of an answer that has this share of a reference's words; `None` where nothing was possible.
    ///
    /// A share up to what happens by accident earns nothing. Above, the score is the square root of the way from there
    /// to all that is ever said of a reference: the first words found show that an answer is on the matter, and the
    /// last ones hardly anything, because what is said in other words is not found. People's marks bend likewise; how
    /// well this agrees with them hardly changes with the limits.
    #[must_use]
    pub fn of_reference(earned: u32, possible: u32) -> Option<Score> {
        if possible == 0 {
            return None;
        }
        let (earned, possible) = (u64::from(earned.min(possible)), u64::from(possible));
        let above =
            (earned * 100).saturating_sub(possible * BY_ACCIDENT).min(possible * (SAYS_ALL - BY_ACCIDENT));
        // The root of a hundredth of a hundredth is a tenth of a point, rounded half up.
        let root = (above * 4 * 100 * 100 / (possible * (SAYS_ALL - BY_ACCIDENT))).isqrt();
        Some(Score(root.div_ceil(2) as u16))
    }

    /// Returns the mean, rounded half up; `None` of nothing.
    #[must_use]
    pub fn mean(scores: impl IntoIterator<Item = Score>) -> Option<Score> {
        let (sum, count) =
            scores.into_iter().fold((0_u64, 0_u64), |(sum, n), score| (sum + u64::from(score.0), n + 1));
        (count > 0).then(|| Score(((sum * 2 + count) / (count * 2)) as u16))
    }

    /// Returns tenths, 0 to 100.
    #[must_use]
    pub fn tenths(self) -> u16 {
        self.0
    }

    /// Returns the score as a number from 0 to 10.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}.{}", self.0 / 10, self.0 % 10))
    }
}

/// What a verdict on a point earns of its weight, in quarters: half for `partial`,
/// and half of that again where it came only after help (a hint, a probe, a second try).
/// `None` where the point is left out.
#[must_use]
pub fn quarters(verdict: Verdict, assisted: bool) -> Option<u32> {
    let full = match verdict {
        Verdict::Hit => 4,
        Verdict::Partial => 2,
        Verdict::Missed | Verdict::Contradicted => 0,
        Verdict::Ungraded => return None,
    };
    Some(if assisted { full / 2 } else { full })
}

/// Sums weights earned and weights possible, then takes the penalties off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    earned: u32,
    possible: u32,
    penalty: u32,
}

impl Tally {
    /// Counts one key point; an ungraded one is left out of both sums.
    pub fn point(&mut self, weight: u8, verdict: Verdict, assisted: bool) {
        if let Some(earned) = quarters(verdict, assisted) {
            self.earned += earned * u32::from(weight);
            self.possible += 4 * u32::from(weight);
        }
    }

    /// Counts one misconception.
    pub fn misconception(&mut self, penalty: u8) {
        self.penalty += 4 * u32::from(penalty);
    }

    /// Returns the score; `None` where no point was graded.
    #[must_use]
    pub fn score(self) -> Option<Score> {
        Score::of(self.earned.saturating_sub(self.penalty), self.possible)
    }

    /// Returns the score by a reference answer alone; `None` where no point was graded.
    fn score_by_reference(self) -> Option<Score> {
        Score::of_reference(self.earned.saturating_sub(self.penalty), self.possible)
    }
}

impl Grade {
    /// Returns the score of this answer alone at a level: weights earned over weights possible among the points
    /// at or below the level, less the penalties, never below 0; `None` where no point was graded.
    #[must_use]
    pub fn score(&self, level: Level) -> Option<Score> {
        let mut tally = Tally::default();
        for verdict in self.verdicts.iter().filter(|verdict| verdict.point.level <= level) {
            tally.point(verdict.point.weight, verdict.verdict, false);
        }
        self.misconceptions.iter().for_each(|misconception| tally.misconception(misconception.penalty));
        match self.provenance.grader.as_str() {
            BY_REFERENCE => tally.score_by_reference(),
            _ => tally.score(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(points: &[(u8, Verdict, bool)], penalties: &[u8]) -> Option<Score> {
        let mut tally = Tally::default();
        points.iter().for_each(|(weight, verdict, assisted)| tally.point(*weight, *verdict, *assisted));
        penalties.iter().for_each(|penalty| tally.misconception(*penalty));
        tally.score()
    }

    #[test]
    fn weights_partials_and_help() {
        use Verdict::{Contradicted, Hit, Missed, Partial, Ungraded};
        for (points, penalties, expected) in [
            (vec![(3, Hit, false), (1, Missed, false)], vec![], Some(75)),
            (vec![(1, Partial, false), (1, Missed, false)], vec![], Some(25)),
            (vec![(1, Hit, true)], vec![], Some(50)),
            (vec![(1, Partial, true)], vec![], Some(25)),
            (vec![(2, Hit, false), (2, Contradicted, false)], vec![], Some(50)),
            (vec![(2, Hit, false), (2, Hit, false)], vec![1], Some(75)),
            (vec![(1, Hit, false)], vec![3], Some(0)),
            (vec![(1, Hit, false), (3, Ungraded, false)], vec![], Some(100)),
            (vec![(3, Ungraded, false)], vec![], None),
            (vec![], vec![], None),
            (vec![(1, Hit, false), (1, Missed, false), (1, Missed, false)], vec![], Some(33)),
        ] {
            assert_eq!(score(&points, &penalties).map(Score::tenths), expected, "{points:?} {penalties:?}");
        }
    }

    #[test]
    fn by_a_reference_the_first_words_earn_the_most() {
        for (earned, expected) in [(0, 0), (5, 0), (12, 32), (23, 51), (40, 71), (75, 100), (100, 100)] {
            assert_eq!(Score::of_reference(earned, 100).map(Score::tenths), Some(expected), "{earned}");
        }
        assert_eq!(Score::of_reference(0, 0), None);
    }

    #[test]
    fn is_shown_with_one_decimal() {
        assert_eq!(Score::of(13, 20).unwrap().to_string(), "6.5");
        assert_eq!(Score::FULL.to_string(), "10.0");
        assert_eq!(Score::mean([Score::ZERO, Score::of(1, 10).unwrap()]).unwrap().to_string(), "0.5");
        assert_eq!(Score::mean([]), None);
    }
}
