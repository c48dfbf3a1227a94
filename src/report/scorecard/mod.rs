//! A grader's agreement with labelled answers, beside that of plain graders, and what fakes earn.
//!
//! The arithmetic only: answers are read and graded elsewhere, and come in as verdicts and scores from 0 to 10.

pub mod agreement;
pub mod bootstrap;
mod classes;
pub mod floors;
mod fooled;
pub mod order;
mod scores;
mod verdicts;

pub use bootstrap::{Interval, Measured};
pub use classes::ClassAnswer;
pub use fooled::{FakeAnswer, FakeRow, Fooled, RewriteRow, Rewritten};
pub use scores::ScoreAnswer;
pub use verdicts::VerdictAnswer;

use crate::domain::words::Level;
use order::{OrderRow, Ranked};

/// What a grader is worth, as far as labelled answers tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    /// The graders compared, the one that this is about first.
    pub graders: Vec<&'static str>,
    /// The version of the first.
    pub version: &'static str,
    /// The level of every score.
    pub level: Level,
    /// The labelled answers, by where they come from.
    pub sets: Vec<SetCard>,
    /// What fakes earn.
    pub fakes: Vec<FakeRow>,
    /// What becomes of a score when nothing that counts is changed.
    pub rewrites: Vec<RewriteRow>,
}

/// The answers of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct SetCard {
    /// Where they come from.
    pub name: String,
    /// Answers that were graded.
    pub answers: usize,
    /// The questions that they answer.
    pub questions: usize,
    /// Answers that could not be graded, and are in no figure.
    pub ungraded: usize,
    /// By the kind of their labels.
    pub cards: Vec<LabelCard>,
}

/// What an answer is labelled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Labels {
    /// A verdict on each key point.
    Verdicts,
    /// A score.
    Scores,
    /// Whether it is correct.
    Classes,
}

impl Labels {
    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verdicts => "verdicts",
            Self::Scores => "scores",
            Self::Classes => "classes",
        }
    }
}

/// The answers of a set that have one kind of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelCard {
    /// The kind.
    pub labels: Labels,
    /// Each grader's figures.
    pub graders: Vec<GraderCard>,
}

/// One grader's figures.
#[derive(Clone, Debug, PartialEq)]
pub struct GraderCard {
    /// The grader.
    pub name: &'static str,
    /// Its agreement with the labels.
    pub agreement: Vec<Figure>,
    /// The same for each style of answers.
    pub styles: Vec<StyleRow>,
    /// Whether it gives better answers more.
    pub order: Vec<OrderRow>,
}

/// A figure and its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The name, as in `hit-f1`.
    pub name: &'static str,
    /// What was measured.
    pub measured: Measured,
}

/// The answers of one style.
#[derive(Clone, Debug, PartialEq)]
pub struct StyleRow {
    /// The style, as the labels name it.
    pub style: String,
    /// The number of answers.
    pub answers: usize,
    /// Their figures.
    pub figures: Vec<Figure>,
}

/// All that was graded; the scores of each answer are in the order of the graders.
#[derive(Clone, Debug)]
pub struct Graded {
    /// The graders, the one that the scorecard is about first.
    pub graders: Vec<&'static str>,
    /// The version of the first.
    pub version: &'static str,
    /// The level of every score.
    pub level: Level,
    /// The labelled answers, by where they come from.
    pub sets: Vec<GradedSet>,
    /// Answers that say nothing.
    pub fakes: Vec<FakeAnswer>,
    /// Answers that were rewritten.
    pub rewritten: Vec<Rewritten>,
}

/// The labelled answers of one source, graded.
#[derive(Clone, Debug, Default)]
pub struct GradedSet {
    /// Where they come from.
    pub name: String,
    /// The questions that they answer.
    pub questions: usize,
    /// Answers that could not be graded.
    pub ungraded: usize,
    /// Those that are labelled with verdicts.
    pub verdicts: Vec<VerdictAnswer>,
    /// Those and the answers made for the comparison, in their places.
    pub ranked: Vec<Ranked>,
    /// Those that are labelled with scores.
    pub scores: Vec<ScoreAnswer>,
    /// Those that are labelled as correct or not.
    pub classes: Vec<ClassAnswer>,
}

impl SetCard {
    fn of(graders: &[&'static str], set: &GradedSet) -> Self {
        let mut cards = Vec::new();
        if !set.verdicts.is_empty() {
            cards.push(verdicts::card(graders, &set.verdicts, &set.ranked));
        }
        if !set.scores.is_empty() {
            cards.push(scores::card(graders, &set.scores));
        }
        if !set.classes.is_empty() {
            cards.push(classes::card(graders, &set.classes));
        }
        Self {
            name: set.name.clone(),
            answers: set.verdicts.len() + set.scores.len() + set.classes.len(),
            questions: set.questions,
            ungraded: set.ungraded,
            cards,
        }
    }
}

impl Scorecard {
    /// Computes all figures.
    #[must_use]
    pub fn of(graded: &Graded) -> Self {
        let graders = &graded.graders;
        Self {
            graders: graders.clone(),
            version: graded.version,
            level: graded.level,
            sets: graded.sets.iter().map(|set| SetCard::of(graders, set)).collect(),
            fakes: fooled::fakes(&graded.fakes, graders.len()),
            rewrites: fooled::rewrites(&graded.rewritten),
        }
    }

    /// Returns every figure under its whole name, as in `labelled/verdicts/hit-f1`.
    ///
    /// The figures of a grader that this one is compared with have its name in theirs:
    /// `labelled/verdicts/recall/pearson`.
    #[must_use]
    pub fn figures(&self) -> Vec<(String, Measured)> {
        let mut all = Vec::new();
        for set in &self.sets {
            for card in &set.cards {
                let base = format!("{}/{}", set.name, card.labels.as_str());
                for (place, grader) in card.graders.iter().enumerate() {
                    grader.named(&self.below(&base, place), &mut all);
                }
            }
        }
        for row in &self.fakes {
            for (place, fooled) in row.graders.iter().enumerate() {
                let base = self.below(&format!("fakes/{}", row.fake), place);
                all.push((format!("{base}/mean"), Measured::exact(fooled.mean)));
                all.push((format!("{base}/worst"), Measured::exact(fooled.worst)));
            }
        }
        for row in &self.rewrites {
            all.push((format!("rewrites/{}/changed", row.rewrite), Measured::exact(row.share())));
        }
        all
    }

    /// Returns what a grader's names begin with.
    fn below(&self, base: &str, grader: usize) -> String {
        match self.graders.get(grader).filter(|_| grader > 0) {
            Some(name) => format!("{base}/{name}"),
            None => base.to_owned(),
        }
    }
}

impl GraderCard {
    fn named(&self, base: &str, all: &mut Vec<(String, Measured)>) {
        let figure = |base: &str, figure: &Figure| (format!("{base}/{}", figure.name), figure.measured);
        all.extend(self.agreement.iter().map(|of| figure(base, of)));
        for row in &self.styles {
            all.extend(row.figures.iter().map(|of| figure(&format!("{base}/style/{}", row.style), of)));
        }
        all.extend(self.order.iter().map(|row| (format!("{base}/order/{}", row.name), row.kept)));
    }

    /// Returns the figure of that name, of the agreement or the order.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<Measured> {
        let agreement = self.agreement.iter().map(|figure| (figure.name, figure.measured));
        let order = self.order.iter().map(|row| (row.name, row.kept));
        agreement.chain(order).find(|(known, _)| *known == name).map(|(_, measured)| measured)
    }
}
