//! Grading by a reference answer alone: its clauses become key points, and each asks for its telling words.
//!
//! This is cruder than an authored rubric: it knows what the reference says, not what matters in it.

use std::collections::HashSet;

use super::compile::Compiled;
use super::concept::{ConceptId, Concepts, Thesaurus};
use super::gate;
use super::reading::{Place, Polarity, Reading};
use super::token::{Text, Token, Words};
use crate::domain::grade::{Evidence, GradedPoint, PointVerdict};
use crate::domain::hash::ContentHash;
use crate::domain::id::PointId;
use crate::domain::words::{Facet, Level, Verdict};

/// A clause is said when so many of its telling words are: two of three, as people rarely repeat all of a sentence.
const HIT_SHARE: f64 = 0.66;
/// It is half said from this share on; one word of three happens by accident less than one of five.
const PARTIAL_SHARE: f64 = 0.33;
/// A clause with fewer telling words belongs to the one before it.
const CLAUSE_WORDS: usize = 3;
/// The most clauses that are taken from one reference.
const MAX_POINTS: usize = 40;

/// A reference answer made ready.
pub(super) struct Derived {
    /// For reading an answer; it has no authored points.
    pub(super) compiled: Compiled,
    points: Vec<Point>,
}

struct Point {
    graded: GradedPoint,
    /// One for each telling word.
    concepts: Vec<ConceptId>,
    /// Whether the reference itself denies something here, so that a denial is no fault.
    denies: bool,
}

impl Derived {
    pub(super) fn new(ask: &str, reference: &str, thesaurus: &Thesaurus, words: &Words) -> Self {
        let wording: HashSet<String> = words.stems(ask).into_iter().collect();
        let text = words.split(reference);
        let cues = super::negation::cues(&text);
        let mut concepts = Concepts::default();
        let mut points = Vec::new();
        for clause in clauses(&text, &wording).into_iter().take(MAX_POINTS) {
            let ids = clause
                .telling
                .iter()
                .map(|token| concepts.of_alternative(&token.word, false, thesaurus, words));
            let mut ids: Vec<ConceptId> = ids.flatten().collect();
            ids.sort_unstable();
            ids.dedup();
            let span = text.tokens.get(clause.place.first).zip(text.tokens.get(clause.place.end - 1));
            let quote =
                span.and_then(|(first, last)| reference.get(first.start..last.end)).unwrap_or_default();
            let Ok(id) = PointId::parse(&format!("derived-{}", points.len() + 1)) else { continue };
            points.push(Point {
                graded: GradedPoint {
                    id,
                    text: quote.split_whitespace().collect::<Vec<_>>().join(" "),
                    weight: weight(ids.len()),
                    level: Level::Mid,
                    facet: Facet::Mechanism,
                },
                denies: cues.iter().any(|cue| cue.first < clause.place.end && clause.place.first < cue.to),
                concepts: ids,
            });
        }
        let spellings: HashSet<String> = text.tokens.iter().map(|token| token.word.clone()).collect();
        let mut spellings: Vec<String> = spellings.into_iter().collect();
        spellings.sort_unstable();
        let compiled = Compiled {
            concepts,
            points: Vec::new(),
            wrongs: Vec::new(),
            spellings,
            wording,
            hash: ContentHash::of([ask, reference]),
        };
        Self { compiled, points }
    }

    /// Judges every clause. Without a reading everything is missed.
    pub(super) fn judge(&self, reading: Option<&Reading>, answer: &str) -> Vec<PointVerdict> {
        self.points
            .iter()
            .map(|point| {
                let (verdict, places, found) = match reading {
                    Some(reading) => point.judge(reading),
                    None => (Verdict::Missed, Vec::new(), 0),
                };
                let evidence: Vec<Evidence> = reading
                    .map(|reading| super::verdict::quotes(&places, reading, answer))
                    .unwrap_or_default();
                let reason = format!("{found} of {} telling words are there", point.concepts.len());
                PointVerdict { point: point.graded.clone(), verdict, evidence, reason }
            })
            .collect()
    }
}

/// Longer clauses say more.
fn weight(telling: usize) -> u8 {
    match telling {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    }
}

impl Point {
    fn judge(&self, reading: &Reading) -> (Verdict, Vec<Place>, usize) {
        let found: Vec<Place> = self.concepts.iter().filter_map(|id| self.find(reading, *id)).collect();
        let share = found.len() as f64 / self.concepts.len().max(1) as f64;
        let verdict = if share >= HIT_SHARE {
            Verdict::Hit
        } else if share >= PARTIAL_SHARE {
            Verdict::Partial
        } else {
            return (Verdict::Missed, Vec::new(), found.len());
        };
        let count = found.len();
        (verdict, found, count)
    }

    /// Returns the first place in which the word is said and, unless the reference denies something, not denied.
    fn find(&self, reading: &Reading, id: ConceptId) -> Option<Place> {
        reading
            .concept(id)
            .iter()
            .copied()
            .filter(|place| reading.states.get(reading.sentence(*place)).copied().unwrap_or(false))
            .find(|place| self.denies || reading.polarity(*place, |_| false) != Polarity::Denied)
    }
}

struct Clause<'a> {
    place: Place,
    telling: Vec<&'a Token>,
}

/// Cuts a reference into clauses that each say something; words of the question do not tell.
fn clauses<'a>(text: &'a Text, wording: &HashSet<String>) -> Vec<Clause<'a>> {
    let mut clauses: Vec<Clause<'a>> = Vec::new();
    let mut at = 0;
    for tokens in text.tokens.chunk_by(|a, b| a.clause == b.clause && a.sentence == b.sentence) {
        let place = Place { first: at, end: at + tokens.len() };
        at = place.end;
        let telling: Vec<&Token> = tokens
            .iter()
            .filter(|token| !gate::is_grammar(token) && !wording.contains(&token.stem))
            .collect();
        match clauses.last_mut() {
            Some(before) if telling.len() < CLAUSE_WORDS || before.telling.len() < CLAUSE_WORDS => {
                before.place = before.place.join(place);
                before.telling.extend(telling);
            }
            _ => clauses.push(Clause { place, telling }),
        }
    }
    clauses.retain(|clause| !clause.telling.is_empty());
    clauses
}
