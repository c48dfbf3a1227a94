//! Answers that are labelled with a verdict on each key point.

use std::collections::BTreeMap;

use super::agreement::{self, NamedFigure, Overlap, Pair, share};
use super::bootstrap::{Measured, Sample};
use super::order::{Ranked, pairs, plain_to_jargon, rows};
use super::{Figure, GraderCard, LabelCard, Labels, StyleRow};
use crate::domain::words::Verdict;

/// An answer with the verdicts that were expected and those that were given.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictAnswer {
    /// The number of its question.
    pub question: usize,
    /// How it is written, in the words of the labels.
    pub style: String,
    /// For each key point the verdict that was expected, and the one that the grader gave.
    pub points: Vec<(Verdict, Verdict)>,
    /// The score that follows from the expected verdicts.
    pub expected: f64,
    /// The score of each grader, with the penalties that the labels know of.
    pub scores: Vec<f64>,
}

impl Sample for VerdictAnswer {
    fn question(&self) -> usize {
        self.question
    }
}

/// What is counted of one answer's key points. They are summed once, for resampling takes many sums.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    question: usize,
    hit: Overlap,
    credit: Overlap,
    contradicted: Overlap,
    points: f64,
    exact: f64,
}

impl Sample for Counts {
    fn question(&self) -> usize {
        self.question
    }
}

impl Counts {
    fn of(answer: &VerdictAnswer) -> Self {
        let mut counts = Self { question: answer.question, ..Self::default() };
        // Not graded is not wrong.
        for (expected, given) in answer.points.iter().filter(|(_, given)| *given != Verdict::Ungraded) {
            let both = |credit: fn(Verdict) -> f64| (credit(*expected), credit(*given));
            let (hit, credit) = (both(is_hit), both(credit));
            let contradicted = both(is_contradicted);
            counts.hit.count(hit.0, hit.1);
            counts.credit.count(credit.0, credit.1);
            counts.contradicted.count(contradicted.0, contradicted.1);
            counts.points += 1.0;
            counts.exact += f64::from(u8::from(expected == given));
        }
        counts
    }
}

fn is_hit(verdict: Verdict) -> f64 {
    f64::from(u8::from(verdict == Verdict::Hit))
}

fn is_contradicted(verdict: Verdict) -> f64 {
    f64::from(u8::from(verdict == Verdict::Contradicted))
}

fn credit(verdict: Verdict) -> f64 {
    match verdict {
        Verdict::Hit => 1.0,
        Verdict::Partial => 0.5,
        Verdict::Missed | Verdict::Contradicted | Verdict::Ungraded => 0.0,
    }
}

/// A figure of key points, by its name.
type PointFigure = (&'static str, fn(&[&Counts]) -> Option<f64>);

/// The figures of key points, in the order in which they are shown.
const OF_POINTS: &[PointFigure] = &[
    ("hit-precision", |drawn| sum(drawn, |counts| counts.hit).precision()),
    ("hit-recall", |drawn| sum(drawn, |counts| counts.hit).recall()),
    ("hit-f1", |drawn| sum(drawn, |counts| counts.hit).f1()),
    ("credit-precision", |drawn| sum(drawn, |counts| counts.credit).precision()),
    ("credit-recall", |drawn| sum(drawn, |counts| counts.credit).recall()),
    ("credit-f1", |drawn| sum(drawn, |counts| counts.credit).f1()),
    ("contradicted-precision", |drawn| sum(drawn, |counts| counts.contradicted).precision()),
    ("contradicted-recall", |drawn| sum(drawn, |counts| counts.contradicted).recall()),
    ("contradicted-f1", |drawn| sum(drawn, |counts| counts.contradicted).f1()),
    ("verdict-accuracy", exact),
];

/// Those that are shown for each style.
const OF_STYLES: &[&str] = &["hit-precision", "hit-recall", "hit-f1", "credit-f1", "verdict-accuracy"];

/// The figures of scores.
const OF_SCORES: &[NamedFigure] =
    &[("pearson", agreement::pearson), ("spearman", agreement::spearman), ("rmse", agreement::rmse)];

fn sum(drawn: &[&Counts], of: fn(&Counts) -> Overlap) -> Overlap {
    let mut all = Overlap::default();
    drawn.iter().for_each(|counts| all.add(of(counts)));
    all
}

fn exact(drawn: &[&Counts]) -> Option<f64> {
    let sum = |of: fn(&Counts) -> f64| drawn.iter().map(|counts| of(counts)).sum::<f64>();
    share(sum(|counts| counts.exact), sum(|counts| counts.points))
}

/// Computes the figures; only the first grader has verdicts.
pub(super) fn card(graders: &[&'static str], answers: &[VerdictAnswer], ranked: &[Ranked]) -> LabelCard {
    let pairs = pairs(ranked);
    let grader = |(place, name): (usize, &&'static str)| {
        let first = place == 0;
        let mut agreement = if first { of_points(answers, |_| true) } else { Vec::new() };
        agreement.extend(of_scores(answers, place));
        GraderCard {
            name,
            agreement,
            styles: if first { styles(answers) } else { Vec::new() },
            order: rows(&pairs, place).into_iter().chain([plain_to_jargon(ranked, place)]).collect(),
        }
    };
    LabelCard { labels: Labels::Verdicts, graders: graders.iter().enumerate().map(grader).collect() }
}

fn of_points(answers: &[VerdictAnswer], shown: impl Fn(&str) -> bool) -> Vec<Figure> {
    let counts: Vec<Counts> = answers.iter().map(Counts::of).collect();
    let figures = OF_POINTS.iter().filter(|(name, _)| shown(name));
    figures.map(|(name, figure)| Figure { name, measured: Measured::of(&counts, figure) }).collect()
}

fn of_scores(answers: &[VerdictAnswer], grader: usize) -> Vec<Figure> {
    let pair = |answer: &VerdictAnswer| Some((answer.expected, *answer.scores.get(grader)?));
    let measured = |figure: fn(&[Pair]) -> Option<f64>| {
        Measured::of(answers, |drawn| {
            figure(&drawn.iter().filter_map(|answer| pair(answer)).collect::<Vec<_>>())
        })
    };
    OF_SCORES.iter().map(|(name, figure)| Figure { name, measured: measured(*figure) }).collect()
}

fn styles(answers: &[VerdictAnswer]) -> Vec<StyleRow> {
    let mut styles: BTreeMap<&str, Vec<VerdictAnswer>> = BTreeMap::new();
    for answer in answers {
        styles.entry(&answer.style).or_default().push(answer.clone());
    }
    let row = |(style, answers): (&str, Vec<VerdictAnswer>)| StyleRow {
        style: style.to_owned(),
        answers: answers.len(),
        figures: of_points(&answers, |name| OF_STYLES.contains(&name)),
    };
    styles.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Contradicted, Hit, Missed, Partial, Ungraded};

    fn answer(style: &str, points: &[(Verdict, Verdict)]) -> VerdictAnswer {
        VerdictAnswer {
            question: 0,
            style: style.to_owned(),
            points: points.to_vec(),
            expected: 1.0,
            scores: vec![1.0],
        }
    }

    fn values(figures: &[Figure]) -> Vec<(&'static str, Option<f64>)> {
        figures.iter().map(|figure| (figure.name, figure.measured.value)).collect()
    }

    #[test]
    fn verdicts_are_counted_over_all_key_points() {
        let answers = [
            answer("plain", &[(Hit, Hit), (Hit, Partial), (Missed, Hit), (Partial, Partial)]),
            answer("wrong", &[(Contradicted, Missed), (Contradicted, Contradicted), (Missed, Missed)]),
        ];
        assert_eq!(
            values(&of_points(&answers, |_| true)),
            [
                ("hit-precision", Some(1.0 / 2.0)),
                ("hit-recall", Some(1.0 / 2.0)),
                ("hit-f1", Some(1.0 / 2.0)),
                ("credit-precision", Some(2.0 / 3.0)),
                ("credit-recall", Some(2.0 / 2.5)),
                ("credit-f1", Some(4.0 / 5.5)),
                ("contradicted-precision", Some(1.0)),
                ("contradicted-recall", Some(1.0 / 2.0)),
                ("contradicted-f1", Some(2.0 / 3.0)),
                ("verdict-accuracy", Some(4.0 / 7.0)),
            ]
        );
    }

    #[test]
    fn what_was_not_graded_counts_neither_way() {
        let answers = [answer("plain", &[(Hit, Ungraded), (Hit, Hit)])];
        assert_eq!(values(&of_points(&answers, |name| name == "hit-f1")), [("hit-f1", Some(1.0))]);
    }

    #[test]
    fn styles_are_told_apart() {
        let answers = [
            answer("thin", &[(Hit, Hit)]),
            answer("plain", &[(Hit, Missed)]),
            answer("plain", &[(Hit, Hit)]),
        ];
        let rows = styles(&answers);
        let seen: Vec<_> =
            rows.iter().map(|row| (row.style.as_str(), row.answers, row.figures[1].measured.value)).collect();
        assert_eq!(seen, [("plain", 2, Some(0.5)), ("thin", 1, Some(1.0))]);
    }

    #[test]
    fn graders_without_verdicts_have_scores_alone() {
        let mut answers = [answer("plain", &[(Hit, Hit)]), answer("thin", &[(Missed, Missed)])];
        answers[1].expected = 0.0;
        answers.iter_mut().for_each(|answer| answer.scores = vec![answer.expected, 1.0 - answer.expected]);
        let card = card(&["mine", "other"], &answers, &[]);
        let other = &card.graders[1];
        assert_eq!(
            values(&other.agreement).iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["pearson", "spearman", "rmse"]
        );
        assert_eq!(other.figure("pearson").unwrap().value, Some(-1.0));
        assert_eq!(other.styles, []);
    }
}
