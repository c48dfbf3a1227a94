//! Whether better answers to a question get higher scores than worse ones.

use std::collections::BTreeMap;

use super::agreement::{mean, share};
use super::bootstrap::{Measured, Sample};

/// How an answer is written, where its place among other answers to its question follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// Strong, in the terms of the trade.
    Jargon,
    /// As strong, in plain words.
    Plain,
    /// A part of what there is to say.
    Partial,
    /// Hardly more than one point.
    Thin,
    /// Confident and wrong.
    Wrong,
    /// A good answer to another question.
    OffTopic,
    /// Words without anything said of them.
    Keywords,
}

impl Style {
    /// Reads a style; `None` of a word that says nothing about the answer's place.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "jargon" => Self::Jargon,
            "plain" => Self::Plain,
            "partial" => Self::Partial,
            "thin" => Self::Thin,
            "wrong" => Self::Wrong,
            "off-topic" => Self::OffTopic,
            "keywords" => Self::Keywords,
            _ => return None,
        })
    }

    /// The higher the better; equals are not compared.
    fn rank(self) -> u8 {
        match self {
            Self::Jargon | Self::Plain => 3,
            Self::Partial => 2,
            Self::Thin => 1,
            Self::Wrong | Self::OffTopic | Self::Keywords => 0,
        }
    }
}

/// An answer in its place among others.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The number of its question.
    pub question: usize,
    /// How it is written.
    pub style: Style,
    /// The score that follows from the expected verdicts.
    pub expected: f64,
    /// The score of each grader.
    pub scores: Vec<f64>,
}

/// Two answers to a question, one of them better.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedPair {
    question: usize,
    better: Style,
    worse: Style,
    /// Whether each grader gave the better one more.
    kept: Vec<bool>,
}

impl Sample for RankedPair {
    fn question(&self) -> usize {
        self.question
    }
}

/// Returns every two answers of a question one of which is better by its style and by its expected score.
///
/// Where the expected scores are equal, or say the opposite of the styles, no grader can be held to the order.
#[must_use]
pub fn pairs(answers: &[Ranked]) -> Vec<RankedPair> {
    let mut questions: BTreeMap<usize, Vec<&Ranked>> = BTreeMap::new();
    for answer in answers {
        questions.entry(answer.question).or_default().push(answer);
    }
    let pair = |better: &Ranked, worse: &Ranked| {
        let ordered = better.style.rank() > worse.style.rank() && better.expected > worse.expected;
        ordered.then(|| RankedPair {
            question: better.question,
            better: better.style,
            worse: worse.style,
            kept: better.scores.iter().zip(&worse.scores).map(|(better, worse)| better > worse).collect(),
        })
    };
    let of_question = |answers: &Vec<&Ranked>| -> Vec<RankedPair> {
        let against_all = |better: &&Ranked| answers.iter().filter_map(|worse| pair(better, worse)).collect();
        answers.iter().flat_map(|better| -> Vec<RankedPair> { against_all(better) }).collect()
    };
    questions.values().flat_map(of_question).collect()
}

/// How many pairs of a kind kept their order.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderRow {
    /// The kind, as figures name it.
    pub name: &'static str,
    /// The number of pairs.
    pub pairs: usize,
    /// The share of them in which the better answer has the higher score.
    pub kept: Measured,
}

/// A kind of pairs by its name: whether the better and the worse one are of it.
type Kind = (&'static str, fn(Style, Style) -> bool);

/// The kinds of pairs that are told apart.
const KINDS: &[Kind] = &[
    ("all", |_, _| true),
    ("strong-over-partial", |better, worse| better.rank() == 3 && worse == Style::Partial),
    ("partial-over-thin", |better, worse| better == Style::Partial && worse == Style::Thin),
    ("thin-over-wrong", |better, worse| better == Style::Thin && worse == Style::Wrong),
    ("plain-over-wrong", |better, worse| better == Style::Plain && worse == Style::Wrong),
    ("over-off-topic", |_, worse| worse == Style::OffTopic),
    ("over-keywords", |_, worse| worse == Style::Keywords),
];

/// Counts by kind what a grader made of the pairs.
#[must_use]
pub fn rows(pairs: &[RankedPair], grader: usize) -> Vec<OrderRow> {
    let kept = |pair: &RankedPair| f64::from(u8::from(pair.kept.get(grader) == Some(&true)));
    KINDS
        .iter()
        .map(|(name, is_of_kind)| {
            let pairs: Vec<RankedPair> =
                pairs.iter().filter(|pair| is_of_kind(pair.better, pair.worse)).cloned().collect();
            let kept = Measured::of(&pairs, |drawn| mean(drawn.iter().map(|pair| kept(pair))));
            OrderRow { name, pairs: pairs.len(), kept }
        })
        .collect()
}

/// The mean scores of a question's plain answers and of its jargon answers.
struct Means {
    question: usize,
    plain: f64,
    jargon: f64,
}

impl Sample for Means {
    fn question(&self) -> usize {
        self.question
    }
}

/// Returns the mean score of plain answers over that of jargon answers, in the questions that have both: here each
/// such question is a pair, and what is kept is the ratio.
#[must_use]
pub fn plain_to_jargon(answers: &[Ranked], grader: usize) -> OrderRow {
    let mut questions: BTreeMap<usize, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for answer in answers {
        let (plain, jargon) = questions.entry(answer.question).or_default();
        match answer.style {
            Style::Plain => plain.extend(answer.scores.get(grader)),
            Style::Jargon => jargon.extend(answer.scores.get(grader)),
            _ => {}
        }
    }
    let means = |(question, (plain, jargon)): (usize, (Vec<f64>, Vec<f64>))| {
        Some(Means { question, plain: mean(plain)?, jargon: mean(jargon)? })
    };
    let questions: Vec<Means> = questions.into_iter().filter_map(means).collect();
    let kept = Measured::of(&questions, |drawn| {
        let sum = |of: fn(&Means) -> f64| drawn.iter().map(|means| of(means)).sum::<f64>();
        share(sum(|means| means.plain), sum(|means| means.jargon))
    });
    OrderRow { name: "plain-to-jargon", pairs: questions.len(), kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(question: usize, style: Style, expected: f64, score: f64) -> Ranked {
        Ranked { question, style, expected, scores: vec![score, 1.0] }
    }

    fn counts(answers: &[Ranked]) -> Vec<(&'static str, usize, Option<f64>)> {
        let rows = rows(&pairs(answers), 0);
        let there = rows.into_iter().filter(|row| row.pairs > 0);
        there.map(|row| (row.name, row.pairs, row.kept.value)).collect()
    }

    #[test]
    fn better_answers_have_higher_scores() {
        let answers = [
            ranked(0, Style::Jargon, 8.0, 7.0),
            ranked(0, Style::Plain, 7.0, 2.0),
            ranked(0, Style::Partial, 4.0, 3.0),
            ranked(0, Style::Wrong, 1.0, 0.0),
        ];
        assert_eq!(
            counts(&answers),
            [
                ("all", 5, Some(0.8)),
                ("strong-over-partial", 2, Some(0.5)),
                ("plain-over-wrong", 1, Some(1.0))
            ]
        );
    }

    #[test]
    fn equal_scores_do_not_keep_an_order() {
        let answers = [ranked(0, Style::Thin, 2.0, 1.0), ranked(0, Style::Wrong, 0.0, 1.0)];
        assert_eq!(counts(&answers), [("all", 1, Some(0.0)), ("thin-over-wrong", 1, Some(0.0))]);
    }

    #[test]
    fn what_the_labels_do_not_order_is_left_out() {
        for expected in [1.0, 2.0] {
            let answers = [ranked(0, Style::Thin, 1.0, 1.0), ranked(0, Style::Wrong, expected, 0.0)];
            assert_eq!(counts(&answers), []);
        }
        let two_questions = [ranked(0, Style::Plain, 9.0, 9.0), ranked(1, Style::Wrong, 0.0, 0.0)];
        assert_eq!(counts(&two_questions), []);
    }

    #[test]
    fn every_grader_has_its_own_order() {
        let pairs = pairs(&[ranked(0, Style::Plain, 9.0, 9.0), ranked(0, Style::Keywords, 0.0, 0.0)]);
        let kept = |grader| rows(&pairs, grader)[0].kept.value;
        assert_eq!((kept(0), kept(1), kept(2)), (Some(1.0), Some(0.0), Some(0.0)));
    }

    #[test]
    fn plain_words_are_compared_where_there_is_jargon_too() {
        let answers = [
            ranked(0, Style::Plain, 9.0, 6.0),
            ranked(0, Style::Jargon, 9.0, 8.0),
            ranked(1, Style::Plain, 9.0, 3.0),
            ranked(1, Style::Jargon, 9.0, 3.0),
            ranked(1, Style::Jargon, 9.0, 5.0),
            ranked(2, Style::Plain, 9.0, 9.0),
        ];
        let row = plain_to_jargon(&answers, 0);
        assert_eq!((row.pairs, row.kept.value), (2, Some(9.0 / 12.0)));
        assert_eq!(plain_to_jargon(&answers[5..], 0).kept.value, None);
    }
}
