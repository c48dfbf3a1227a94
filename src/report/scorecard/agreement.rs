//! How well what a grader gave agrees with what was expected: the textbook figures.
//!
//! Each is `None` where it is not defined: nothing to count, a constant column, one class only.

use std::cmp::Ordering;

/// The highest whole score, for [`quadratic_kappa`].
const TOP: f64 = 10.0;

/// A score that was expected, and the one that was given.
pub type Pair = (f64, f64);
/// A figure of agreement between scores, by its name.
pub(super) type NamedFigure = (&'static str, fn(&[Pair]) -> Option<f64>);

/// Returns Pearson's correlation.
#[must_use]
pub fn pearson(pairs: &[Pair]) -> Option<f64> {
    let moments = Moments::of(pairs)?;
    let deviations = moments.expected_variance.sqrt() * moments.given_variance.sqrt();
    (deviations > 0.0).then(|| (moments.covariance / deviations).clamp(-1.0, 1.0))
}

/// Returns Spearman's correlation: Pearson's of the ranks, where equals share the mean of their ranks.
#[must_use]
pub fn spearman(pairs: &[Pair]) -> Option<f64> {
    let expected = ranks(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let given = ranks(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    pearson(&expected.into_iter().zip(given).collect::<Vec<_>>())
}

/// Returns the root of the mean squared difference.
#[must_use]
pub fn rmse(pairs: &[Pair]) -> Option<f64> {
    mean(pairs.iter().map(|(expected, given)| (expected - given).powi(2))).map(f64::sqrt)
}

/// Returns Cohen's kappa with quadratic weights, of scores from 0 to 10 that are rounded to whole ones.
///
/// It is computed from means: with squares for weights, what chance would disagree by is
/// `E(x^2) + E(y^2) - 2 E(x) E(y)`, and no table of ratings is needed.
#[must_use]
pub fn quadratic_kappa(pairs: &[Pair]) -> Option<f64> {
    let whole = |score: f64| score.clamp(0.0, TOP).round();
    let pairs: Vec<Pair> = pairs.iter().map(|(expected, given)| (whole(*expected), whole(*given))).collect();
    let observed = mean(pairs.iter().map(|(expected, given)| (expected - given).powi(2)))?;
    let expected = mean(pairs.iter().map(|pair| pair.0))?;
    let given = mean(pairs.iter().map(|pair| pair.1))?;
    let squares = mean(pairs.iter().map(|(expected, given)| expected * expected + given * given))?;
    let by_chance = squares - 2.0 * expected * given;
    (by_chance > 0.0).then(|| 1.0 - observed / by_chance)
}

/// Returns the mean; `None` of nothing.
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.into_iter().fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    share(sum, f64::from(count))
}

/// Returns a part of a whole; `None` where there is no whole.
#[must_use]
pub fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Means of squares and products about the means.
struct Moments {
    expected_variance: f64,
    given_variance: f64,
    covariance: f64,
}

impl Moments {
    fn of(pairs: &[Pair]) -> Option<Self> {
        let expected_mean = mean(pairs.iter().map(|pair| pair.0))?;
        let given_mean = mean(pairs.iter().map(|pair| pair.1))?;
        let product =
            |of: fn(f64, f64) -> f64| mean(pairs.iter().map(|(x, y)| of(x - expected_mean, y - given_mean)));
        // A constant column differs from its mean by rounding at most, which is no variance.
        let constant = |column: fn(&Pair) -> f64| {
            pairs.windows(2).all(|two| match two {
                [a, b] => column(a).total_cmp(&column(b)) == Ordering::Equal,
                _ => true,
            })
        };
        Some(Self {
            expected_variance: if constant(|pair| pair.0) { 0.0 } else { product(|x, _| x * x)? },
            given_variance: if constant(|pair| pair.1) { 0.0 } else { product(|_, y| y * y)? },
            covariance: product(|x, y| x * y)?,
        })
    }
}

/// Returns the rank of each value, from 1; equals share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut ordered: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    ordered.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equals in ordered.chunk_by(|a, b| a.1.total_cmp(&b.1) == Ordering::Equal) {
        let rank = before as f64 + (equals.len() + 1) as f64 / 2.0;
        for (place, _) in equals {
            if let Some(slot) = ranks.get_mut(*place) {
                *slot = rank;
            }
        }
        before += equals.len();
    }
    ranks
}

/// What was expected, what was given, and what both have, in sums over key points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Overlap {
    both: f64,
    given: f64,
    expected: f64,
}

impl Overlap {
    /// Counts one thing by the credit that was expected for it and the credit that was given, each from 0 to 1.
    pub fn count(&mut self, expected: f64, given: f64) {
        self.add(Self { both: expected.min(given), given, expected });
    }

    /// Adds other sums.
    pub fn add(&mut self, other: Self) {
        self.both += other.both;
        self.given += other.given;
        self.expected += other.expected;
    }

    /// Returns how much of what was given was expected.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        share(self.both, self.given)
    }

    /// Returns how much of what was expected was given.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        share(self.both, self.expected)
    }

    /// Returns the harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(self) -> Option<f64> {
        share(2.0 * self.both, self.given + self.expected)
    }
}

/// Answers that are correct or not, and were taken for correct or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    right_yes: u32,
    wrong_yes: u32,
    right_no: u32,
    wrong_no: u32,
}

impl Confusion {
    /// Counts one answer.
    pub fn count(&mut self, correct: bool, taken: bool) {
        match (correct, taken) {
            (true, true) => self.right_yes += 1,
            (false, true) => self.wrong_yes += 1,
            (false, false) => self.right_no += 1,
            (true, false) => self.wrong_no += 1,
        }
    }

    /// Returns the share of answers that were taken for what they are.
    #[must_use]
    pub fn accuracy(self) -> Option<f64> {
        let all = self.right_yes + self.wrong_yes + self.right_no + self.wrong_no;
        share(f64::from(self.right_yes + self.right_no), f64::from(all))
    }

    /// Returns the mean of both classes' F1; `None` where all answers are of one class.
    #[must_use]
    pub fn macro_f1(self) -> Option<f64> {
        let f1 = |right: u32, wrong: u32, lost: u32| {
            share(2.0 * f64::from(right), f64::from(2 * right + wrong + lost))
        };
        let both_are_there = self.right_yes + self.wrong_no > 0 && self.right_no + self.wrong_yes > 0;
        let yes = f1(self.right_yes, self.wrong_yes, self.wrong_no)?;
        let no = f1(self.right_no, self.wrong_no, self.wrong_yes)?;
        both_are_there.then_some(f64::midpoint(yes, no))
    }
}

/// Returns the score from which on answers are best taken for correct: that with the highest macro-F1, the lowest of
/// equals; `None` where all answers are of one class.
#[must_use]
pub fn best_threshold(answers: impl IntoIterator<Item = (bool, f64)>) -> Option<f64> {
    let mut answers: Vec<(bool, f64)> = answers.into_iter().collect();
    answers.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut counts = Confusion::default();
    answers.iter().for_each(|(correct, _)| counts.count(*correct, true));
    let mut best: Option<(f64, f64)> = None;
    for equals in answers.chunk_by(|a, b| a.1.total_cmp(&b.1) == Ordering::Equal) {
        let (f1, threshold) = (counts.macro_f1()?, equals.first()?.1);
        if best.is_none_or(|(highest, _)| f1 > highest) {
            best = Some((f1, threshold));
        }
        // From the next score on, these are not taken for correct any more.
        for (correct, _) in equals {
            match correct {
                true => (counts.right_yes, counts.wrong_no) = (counts.right_yes - 1, counts.wrong_no + 1),
                false => (counts.wrong_yes, counts.right_no) = (counts.wrong_yes - 1, counts.right_no + 1),
            }
        }
    }
    best.map(|(_, threshold)| threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(seen: Option<f64>, expected: Option<f64>) {
        let near = match (seen, expected) {
            (Some(seen), Some(expected)) => (seen - expected).abs() < 5e-5,
            (seen, expected) => seen == expected,
        };
        assert!(near, "{seen:?} is not {expected:?}");
    }

    /// Anscombe's quartet, the first set (The American Statistician 27, 1973).
    const ANSCOMBE: [Pair; 11] = [
        (10.0, 8.04),
        (8.0, 6.95),
        (13.0, 7.58),
        (9.0, 8.81),
        (11.0, 8.33),
        (14.0, 9.96),
        (6.0, 7.24),
        (4.0, 4.26),
        (12.0, 10.84),
        (7.0, 4.82),
        (5.0, 5.68),
    ];

    #[test]
    fn pearson_is_that_of_the_textbook() {
        same(pearson(&ANSCOMBE), Some(0.81642));
        same(pearson(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]), Some(1.0));
        same(pearson(&[(1.0, 6.0), (2.0, 4.0), (3.0, 2.0)]), Some(-1.0));
        // Deviations -1, 0, 1 and -1, 1, 0: 1 over 2.
        same(pearson(&[(1.0, 1.0), (2.0, 3.0), (3.0, 2.0)]), Some(0.5));
    }

    #[test]
    fn spearman_ranks_with_ties() {
        same(spearman(&ANSCOMBE), Some(0.81818));
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5 over the root of 4.5 times 5.
        same(spearman(&[(1.0, 10.0), (2.0, 20.0), (2.0, 30.0), (3.0, 40.0)]), Some(0.94868));
        same(spearman(&[(1.0, 1.0), (2.0, 100.0), (3.0, 101.0)]), Some(1.0));
    }

    #[test]
    fn what_does_not_vary_does_not_correlate() {
        for pairs in
            [&[][..], &[(1.0, 2.0)], &[(0.1, 1.0), (0.1, 2.0), (0.1, 3.0)], &[(1.0, 0.3), (2.0, 0.3)]]
        {
            assert_eq!((pearson(pairs), spearman(pairs)), (None, None), "{pairs:?}");
        }
    }

    #[test]
    fn rmse_is_in_points() {
        same(rmse(&[(1.0, 4.0), (2.0, 2.0), (6.0, 2.0)]), Some(2.88675));
        same(rmse(&[(3.0, 3.0)]), Some(0.0));
        same(rmse(&[]), None);
    }

    #[test]
    fn kappa_is_that_of_the_table_of_ratings() {
        // Observed squares 0, 0, 1, 4: mean 1.25. By chance, over all sixteen pairs of ratings: 3.5.
        same(
            quadratic_kappa(&[(1.0, 1.0), (2.0, 2.0), (3.0, 4.0), (4.0, 2.0)]),
            Some(1.0 - 1.25 / by_table()),
        );
        same(quadratic_kappa(&[(0.0, 0.0), (10.0, 10.0)]), Some(1.0));
        same(quadratic_kappa(&[(0.0, 10.0), (10.0, 0.0)]), Some(-1.0));
        same(quadratic_kappa(&[(4.4, 3.6), (6.0, 5.5)]), Some(1.0));
        same(quadratic_kappa(&[(5.0, 5.0), (5.0, 5.0)]), None);
        same(quadratic_kappa(&[]), None);
    }

    /// What chance would disagree by, as Cohen defines it: over every pair of a first and a second rating.
    fn by_table() -> f64 {
        let (first, second) = ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 4.0, 2.0]);
        let squares = first.iter().flat_map(|a| second.iter().map(move |b: &f64| (a - b).powi(2)));
        squares.sum::<f64>() / 16.0
    }

    #[test]
    fn overlap_counts_credit() {
        let mut hits = Overlap::default();
        for (expected, given) in [(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)] {
            hits.count(expected, given);
        }
        same(hits.precision(), Some(2.0 / 3.0));
        same(hits.recall(), Some(2.0 / 3.0));
        same(hits.f1(), Some(2.0 / 3.0));

        let mut soft = Overlap::default();
        for (expected, given) in [(1.0, 0.5), (0.5, 1.0), (0.5, 0.5), (0.0, 0.5)] {
            soft.count(expected, given);
        }
        same(soft.precision(), Some(1.5 / 2.5));
        same(soft.recall(), Some(1.5 / 2.0));
        same(soft.f1(), Some(3.0 / 4.5));

        let nothing = Overlap::default();
        assert_eq!((nothing.precision(), nothing.recall(), nothing.f1()), (None, None, None));
    }

    fn confusion(answers: &[(bool, bool)]) -> Confusion {
        let mut counts = Confusion::default();
        answers.iter().for_each(|(correct, taken)| counts.count(*correct, *taken));
        counts
    }

    #[test]
    fn classes_count_alike_in_macro_f1() {
        let yes = [(true, true); 6];
        let counts = confusion(&[&yes[..], &[(false, true), (false, false), (true, false)]].concat());
        same(counts.accuracy(), Some(7.0 / 9.0));
        same(counts.macro_f1(), Some((12.0 / 14.0 + 2.0 / 4.0) / 2.0));
        same(confusion(&yes).macro_f1(), None);
        same(confusion(&yes).accuracy(), Some(1.0));
        same(confusion(&[(true, false), (false, true)]).macro_f1(), Some(0.0));
        same(confusion(&[]).accuracy(), None);
    }

    #[test]
    fn the_threshold_divides_the_classes() {
        let apart = [(false, 1.0), (true, 4.0), (false, 2.0), (true, 3.0)];
        same(best_threshold(apart), Some(3.0));
        same(best_threshold([(false, 1.0), (true, 1.0)]), Some(1.0));
        same(best_threshold([(true, 1.0), (true, 2.0)]), None);
        same(best_threshold([]), None);
    }

    #[test]
    fn no_threshold_is_better_than_the_best() {
        let answers: Vec<(bool, f64)> =
            (0..40).map(|n| (n * 7 % 11 > 4, f64::from(n * 13 % 17) + f64::from(n % 3))).collect();
        let at = |threshold: f64| {
            confusion(
                &answers.iter().map(|(correct, score)| (*correct, *score >= threshold)).collect::<Vec<_>>(),
            )
            .macro_f1()
            .unwrap()
        };
        let best = at(best_threshold(answers.iter().copied()).unwrap());
        assert!(answers.iter().all(|(_, score)| at(*score) <= best));
    }
}
