//! Answers that are labelled as correct or not: a score has to be cut in two to be compared with that.

use super::agreement::{Confusion, best_threshold};
use super::bootstrap::{Measured, Sample};
use super::{Figure, GraderCard, LabelCard, Labels};

/// Where scores are cut when nothing says better.
const HALF: f64 = 5.0;

/// An answer that is correct or not, with each grader's score from 0 to 10.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassAnswer {
    /// The number of its question.
    pub question: usize,
    /// Whether it is correct.
    pub correct: bool,
    /// Whether it is there to choose the threshold by, and is in no figure.
    pub train: bool,
    /// The score of each grader.
    pub scores: Vec<f64>,
}

impl Sample for ClassAnswer {
    fn question(&self) -> usize {
        self.question
    }
}

/// Computes the figures of the answers that are not for training; the threshold is that which divides those for
/// training best, or half of the full score where there are none.
pub(super) fn card(graders: &[&'static str], answers: &[ClassAnswer]) -> LabelCard {
    let (train, test): (Vec<&ClassAnswer>, Vec<&ClassAnswer>) =
        answers.iter().partition(|answer| answer.train);
    let test: Vec<ClassAnswer> = test.into_iter().cloned().collect();
    let score = |answer: &ClassAnswer, grader: usize| answer.scores.get(grader).copied();
    let grader = |(place, name): (usize, &&'static str)| {
        let trained = train.iter().filter_map(|answer| Some((answer.correct, score(answer, place)?)));
        let threshold = best_threshold(trained).unwrap_or(HALF);
        let measured = |figure: fn(Confusion) -> Option<f64>| {
            Measured::of(&test, |drawn| {
                let mut counts = Confusion::default();
                for answer in drawn {
                    if let Some(score) = score(answer, place) {
                        counts.count(answer.correct, score >= threshold);
                    }
                }
                figure(counts)
            })
        };
        let agreement = vec![
            Figure { name: "accuracy", measured: measured(Confusion::accuracy) },
            Figure { name: "macro-f1", measured: measured(Confusion::macro_f1) },
            Figure { name: "threshold", measured: Measured::exact(Some(threshold)) },
        ];
        GraderCard { name, agreement, styles: Vec::new(), order: Vec::new() }
    };
    LabelCard { labels: Labels::Classes, graders: graders.iter().enumerate().map(grader).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(correct: bool, train: bool, score: f64) -> ClassAnswer {
        ClassAnswer { question: 0, correct, train, scores: vec![score] }
    }

    #[track_caller]
    fn check(answers: &[ClassAnswer], expected: [Option<f64>; 3]) {
        let card = card(&["mine"], answers);
        let values: Vec<Option<f64>> =
            card.graders[0].agreement.iter().map(|figure| figure.measured.value).collect();
        assert_eq!(values, expected);
    }

    #[test]
    fn the_threshold_comes_from_the_answers_for_training() {
        let train = [answer(false, true, 1.0), answer(true, true, 2.0)];
        let test = [answer(true, false, 2.5), answer(false, false, 0.0)];
        check(&[&train[..], &test].concat(), [Some(1.0), Some(1.0), Some(2.0)]);
        check(&test, [Some(0.5), Some(1.0 / 3.0), Some(5.0)]);
    }

    #[test]
    fn one_class_has_no_macro_f1() {
        check(&[answer(true, false, 6.0), answer(true, false, 4.0)], [Some(0.5), None, Some(5.0)]);
        check(&[answer(true, true, 6.0)], [None, None, Some(5.0)]);
    }
}
