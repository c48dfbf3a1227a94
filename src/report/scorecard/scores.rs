//! Answers that are labelled with a score.

use super::agreement::{self, NamedFigure};
use super::bootstrap::{Measured, Sample};
use super::{Figure, GraderCard, LabelCard, Labels};

/// An answer with a person's score and each grader's, all from 0 to 10.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreAnswer {
    /// The number of its question.
    pub question: usize,
    /// The score that it is labelled with.
    pub expected: f64,
    /// The score of each grader.
    pub scores: Vec<f64>,
}

impl Sample for ScoreAnswer {
    fn question(&self) -> usize {
        self.question
    }
}

/// The figures, in the order in which they are shown.
const FIGURES: &[NamedFigure] = &[
    ("pearson", agreement::pearson),
    ("spearman", agreement::spearman),
    ("rmse", agreement::rmse),
    ("kappa", agreement::quadratic_kappa),
];

pub(super) fn card(graders: &[&'static str], answers: &[ScoreAnswer]) -> LabelCard {
    let pair = |answer: &ScoreAnswer, grader| Some((answer.expected, *answer.scores.get(grader)?));
    let grader = |(place, name): (usize, &&'static str)| GraderCard {
        name,
        agreement: FIGURES
            .iter()
            .map(|(name, figure)| {
                let measured = Measured::of(answers, |drawn| {
                    figure(&drawn.iter().filter_map(|answer| pair(answer, place)).collect::<Vec<_>>())
                });
                Figure { name, measured }
            })
            .collect(),
        styles: Vec::new(),
        order: Vec::new(),
    };
    LabelCard { labels: Labels::Scores, graders: graders.iter().enumerate().map(grader).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grader_is_compared_with_the_labels() {
        let answer = |question, expected, given| ScoreAnswer { question, expected, scores: vec![given, 5.0] };
        let answers = [answer(0, 1.0, 2.0), answer(0, 2.0, 4.0), answer(1, 3.0, 6.0)];
        let card = card(&["mine", "other"], &answers);
        let values = |grader: usize| -> Vec<Option<f64>> {
            card.graders[grader].agreement.iter().map(|figure| figure.measured.value).collect()
        };
        let [pearson, spearman, rmse, kappa] = values(0)[..] else { panic!("four figures") };
        assert!((pearson.unwrap() - 1.0).abs() < 1e-9 && (spearman.unwrap() - 1.0).abs() < 1e-9);
        assert!((rmse.unwrap() - (14.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        // Squares 1, 4, 9 over 3; by chance the mean over all nine pairs, 22 over 3.
        assert!((kappa.unwrap() - (1.0 - 14.0 / 22.0)).abs() < 1e-9, "{kappa:?}");
        assert_eq!(values(1)[..2], [None, None], "a constant does not correlate");
    }
}
