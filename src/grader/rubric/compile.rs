//! A question's rubric made ready for matching; done once and used for every answer.

use std::collections::BTreeSet;

use foldhash::HashSet;

use super::concept::{Concepts, Thesaurus};
use super::filling::{Fillings, SlotId};
use super::token::Words;
use crate::domain::figure::Figure;
use crate::domain::hash::ContentHash;
use crate::domain::pattern::{Alternative, Pattern};
use crate::domain::question::{KeyPoint, Misconception, Question, Rubric};

/// A line of evidence in concepts.
pub(super) struct Line {
    /// What must be said, the most telling first; never empty.
    pub(super) slots: Vec<Slot>,
}

/// One thing that must be said.
pub(super) struct Slot {
    /// Whether it must be said in the negative.
    pub(super) negated: bool,
    /// What fills it stands under this id.
    pub(super) id: SlotId,
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
    /// What it was made of.
    pub(super) rubric: Rubric,
    pub(super) concepts: Concepts,
    pub(super) fillings: Fillings,
    pub(super) points: Vec<Point>,
    pub(super) wrongs: Vec<Wrong>,
    /// The rubric's words as they are spelt, to read typing errors by; sorted.
    pub(super) spellings: Vec<String>,
    /// The question's own wording.
    pub(super) prompt: String,
    /// Its stems, to tell an echo.
    pub(super) wording: HashSet<String>,
    pub(super) hash: ContentHash,
}

impl Compiled {
    pub(super) fn new(question: &Question, thesaurus: &Thesaurus, words: &Words) -> Self {
        let (mut concepts, mut fillings) = (Concepts::default(), Fillings::default());
        let figure = question.rubric.figure.as_ref();
        let mut lines = |patterns: &[Pattern]| -> Vec<Line> {
            let line = |pattern| line(pattern, figure, &mut concepts, &mut fillings, thesaurus, words);
            patterns.iter().map(line).collect()
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
        Self {
            rubric: question.rubric.clone(),
            concepts,
            fillings,
            points,
            wrongs,
            spellings,
            prompt: question.wording.clone(),
            wording,
            hash: question.rubric.hash(),
        }
    }
}

fn line(
    pattern: &Pattern,
    figure: Option<&Figure>,
    concepts: &mut Concepts,
    fillings: &mut Fillings,
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
            id: fillings.slot(slot.alternatives().map(&mut concepts_of)),
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
    // Most words come again and again.
    let words: HashSet<&str> = words.filter(|word| !word.is_empty()).collect();
    words.into_iter().map(str::to_lowercase).collect::<BTreeSet<_>>().into_iter().collect()
}
