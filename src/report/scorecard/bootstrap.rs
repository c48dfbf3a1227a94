//! How far a figure can be trusted: a bootstrap over questions.
//!
//! Questions are drawn, not answers: answers to one question are alike, and to draw them one by one would make the
//! figure look surer than it is.

use std::collections::BTreeMap;

use crate::domain::chance::Chance;

/// How often questions are drawn anew.
pub const RESAMPLES: usize = 1_000;
/// Fixes the draws, so that the same answers give the same interval.
const SEED: u64 = 2011;
/// Of so many resamples the figure has to be defined on, in percent, or there is no interval.
const DEFINED: usize = 90;

/// Something that was graded, and belongs to a question.
pub trait Sample {
    /// Returns the number of its question.
    fn question(&self) -> usize;
}

/// The bounds within which a figure lies in 95 of 100 resamples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// A figure with its interval; each `None` where it is not defined.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// The figure over all samples.
    pub value: Option<f64>,
    /// Its interval; there is none with fewer than two questions.
    pub interval: Option<Interval>,
}

impl Measured {
    /// Computes a figure over the samples, and its interval over their questions.
    pub fn of<S: Sample>(samples: &[S], figure: impl Fn(&[&S]) -> Option<f64>) -> Self {
        let value = figure(&samples.iter().collect::<Vec<_>>()).filter(|value| value.is_finite());
        Self { value, interval: value.and_then(|_| interval(samples, figure)) }
    }

    /// Records a figure that has no interval.
    #[must_use]
    pub fn exact(value: Option<f64>) -> Self {
        Self { value: value.filter(|value| value.is_finite()), interval: None }
    }
}

fn interval<S: Sample>(samples: &[S], figure: impl Fn(&[&S]) -> Option<f64>) -> Option<Interval> {
    let mut questions: BTreeMap<usize, Vec<&S>> = BTreeMap::new();
    for sample in samples {
        questions.entry(sample.question()).or_default().push(sample);
    }
    let questions: Vec<Vec<&S>> = questions.into_values().collect();
    if questions.len() < 2 {
        return None;
    }
    let mut chance = Chance::new(SEED, "bootstrap");
    let mut drawn = Vec::with_capacity(samples.len());
    let mut values = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        drawn.clear();
        for _ in 0..questions.len() {
            drawn.extend(chance.pick(&questions).into_iter().flatten().copied());
        }
        values.extend(figure(&drawn).filter(|value| value.is_finite()));
    }
    if values.len() * 100 < RESAMPLES * DEFINED {
        return None;
    }
    values.sort_by(f64::total_cmp);
    Some(Interval { low: percentile(&values, 25)?, high: percentile(&values, 975)? })
}

/// Returns the value at so many thousandths of the sorted values, by nearest rank.
fn percentile(sorted: &[f64], thousandths: usize) -> Option<f64> {
    let rank = (sorted.len() * thousandths).div_ceil(1000).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::scorecard::agreement::mean;

    struct One(usize, f64);

    impl Sample for One {
        fn question(&self) -> usize {
            self.0
        }
    }

    fn mean_of(samples: &[One]) -> Measured {
        Measured::of(samples, |drawn| mean(drawn.iter().map(|one| one.1)))
    }

    #[test]
    fn percentiles_go_by_nearest_rank() {
        let values: Vec<f64> = (1..=1000).map(f64::from).collect();
        assert_eq!((percentile(&values, 25), percentile(&values, 975)), (Some(25.0), Some(975.0)));
        assert_eq!((percentile(&[3.0], 25), percentile(&[3.0], 975)), (Some(3.0), Some(3.0)));
        assert_eq!(percentile(&[], 25), None);
    }

    #[test]
    fn the_same_samples_give_the_same_interval_around_the_figure() {
        let samples: Vec<One> = (0..40).map(|n| One(n, (n * 7 % 10) as f64)).collect();
        let measured = mean_of(&samples);
        assert_eq!(measured, mean_of(&samples));
        let interval = measured.interval.unwrap();
        assert!(interval.low < 4.5 && 4.5 < interval.high, "{interval:?}");
        // The mean of 40 draws of 0 to 9 has a standard error of 2.87 over the root of 40: 1.96 times that is 0.89.
        assert!((interval.high - interval.low - 1.78).abs() < 0.2, "{interval:?}");
    }

    #[test]
    fn questions_are_drawn_whole() {
        // Two questions of ten equal answers each: a resample has only the means 0, 5 and 10.
        let samples: Vec<One> = (0..20).map(|n| One(n % 2, (n % 2) as f64 * 10.0)).collect();
        assert_eq!(mean_of(&samples).interval, Some(Interval { low: 0.0, high: 10.0 }));
    }

    #[test]
    fn one_question_has_no_interval() {
        let measured = mean_of(&[One(3, 1.0), One(3, 2.0)]);
        assert_eq!(measured, Measured { value: Some(1.5), interval: None });
        assert_eq!(mean_of(&[]), Measured::default());
    }

    #[test]
    fn a_figure_that_most_resamples_do_not_have_has_no_interval() {
        let samples = [One(0, 1.0), One(1, 1.0), One(2, 2.0)];
        let all_three = |drawn: &[&One]| (drawn.iter().map(|one| one.0).sum::<usize>() == 3).then_some(1.0);
        let measured = Measured::of(&samples, all_three);
        assert_eq!(measured, Measured { value: Some(1.0), interval: None });
    }
}
