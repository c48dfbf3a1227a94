//! A question's rubric made ready for matching; done once and used for every answer.

use std::collections::{BTreeSet, HashSet};

use super::concept::{ConceptId, Concepts, Thesaurus};
use super::token::Words;
use crate::domain::figure::Figure;
use crate::domain::hash::ContentHash;
use crate::domain::pattern::{Alternative, Pattern};
use crate::domain::question::{KeyPoint, Misconception, Question};

/// A line of evidence in concepts.
pub(super) struct Line {
    /// What must be said, the most telling first; never empty.
    pub(super) slots: Vec<Slot>,
}

/// One thing that must be said.
pub(super) struct Slot {
    /// Whether it must be said in the negative.
    pub(super) negated: bool,
    /// Any of these, each the concepts of a phrase.
    pub(super) alternatives: Vec<Vec<ConceptId>>,
    /// The author's first alternative, for explanations.
    pub(super) label: String,
}

/// A key point with its lines.
pub(super) struct Point {
    pub(super) point: KeyPoint,
    pub(super) evidence: Vec<Line>,
    pub(super) mention: Vec<Line>,
    pub(super) contradiction: Vec<Line>,
}

/// A misconception with its lines.
pub(super) struct Wrong {
    pub(super) misconception: Misconception,
    pub(super) evidence: Vec<Line>,
}

/// A rubric made ready.
pub(super) struct Compiled {
    pub(super) concepts: Concepts,
    pub(super) points: Vec<Point>,
    pub(super) wrongs: Vec<Wrong>,
    /// The rubric's words as they are spelt, to read typing errors by; sorted.
    pub(super) spellings: Vec<String>,
    /// Stems of the question's own wording, to tell an echo.
    pub(super) wording: HashSet<String>,
    pub(super) hash: ContentHash,
}

impl Compiled {
    pub(super) fn new(question: &Question, thesaurus: &Thesaurus, words: &Words) -> Self {
        let mut concepts = Concepts::default();
        let figure = question.rubric.figure.as_ref();
        let mut lines = |patterns: &[Pattern]| -> Vec<Line> {
            patterns.iter().map(|pattern| line(pattern, figure, &mut concepts, thesaurus, words)).collect()
        };
        let points = question
            .rubric
            .points
            .iter()
            .map(|point| Point {
                evidence: lines(&point.evidence),
                mention: lines(&point.mention),
                contradiction: lines(&point.contradiction),
                point: point.clone(),
            })
            .collect();
        let wrongs = question
            .rubric
            .misconceptions
            .iter()
            .map(|misconception| Wrong {
                evidence: lines(&misconception.evidence),
                misconception: misconception.clone(),
            })
            .collect();
        let wording = words.stems(&question.wording).into_iter().collect();
        let spellings = spellings(question);
        Self { concepts, points, wrongs, spellings, wording, hash: question.rubric.hash() }
    }
}

fn line(
    pattern: &Pattern,
    figure: Option<&Figure>,
    concepts: &mut Concepts,
    thesaurus: &Thesaurus,
    words: &Words,
) -> Line {
    let mut concepts_of = |alternative: Alternative| {
        if alternative.is_figure() {
            // Without a figure there is nothing that could fill the slot.
            concepts.of_figure(figure).into_iter().collect()
        } else {
            concepts.of_alternative(alternative.words, alternative.literal, thesaurus, words)
        }
    };
    let slots = pattern
        .slots()
        .map(|slot| Slot {
            negated: slot.negated,
            alternatives: slot.alternatives().map(&mut concepts_of).collect(),
            label: slot.alternatives().next().map(|first| label(first, figure)).unwrap_or_default(),
        })
        .collect();
    Line { slots }
}

fn label(first: Alternative, figure: Option<&Figure>) -> String {
    match figure {
        Some(figure) if first.is_figure() => format!("a number near {}", figure.shown()),
        _ => first.words.to_owned(),
    }
}

fn spellings(question: &Question) -> Vec<String> {
    let points = question
        .rubric
        .points
        .iter()
        .flat_map(|point| [&point.evidence, &point.mention, &point.contradiction]);
    let wrongs = question.rubric.misconceptions.iter().map(|misconception| &misconception.evidence);
    let alternatives = points
        .chain(wrongs)
        .flatten()
        .flat_map(|pattern| pattern.slots())
        .flat_map(|slot| slot.alternatives());
    let words = alternatives.flat_map(|a| a.words.split(|c: char| !c.is_alphanumeric()));
    let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    words.collect::<BTreeSet<_>>().into_iter().collect()
}
