//! What other graders' claims are held against: the words of an answer, and where it speaks of a key point at all.
//!
//! It judges nothing. That a passage speaks of a point is far less than that it makes it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use foldhash::HashSet;

use super::compile::{Compiled, Line, Point, Slot};
use super::gate;
use super::reading::{Place, Reading};
use super::text::Token;
use super::{RubricGrader, within_limit};
use crate::domain::question::Question;

/// An answer read for one question.
pub(in crate::grader) struct Ground {
    compiled: Arc<Compiled>,
    reading: Reading,
    /// Stems of the question as it was asked.
    wording: HashSet<String>,
}

impl RubricGrader {
    /// Reads an answer; `None` where it earns nothing, whatever words are in it.
    pub(in crate::grader) fn ground(
        &self,
        question: &Question,
        prompt: &str,
        answer: &str,
    ) -> Option<Ground> {
        let compiled = self.compiled(question);
        let (answer, cut) = within_limit(answer);
        let (reading, _) = self.read(&compiled, prompt, answer, cut);
        let wording = self.wording(&compiled, prompt).into_owned();
        reading.map(|reading| Ground { compiled, reading, wording })
    }
}

impl Ground {
    /// Returns how many different words with subject matter stand in these bytes of the answer.
    pub(in crate::grader) fn telling(&self, bytes: &Range<usize>) -> usize {
        self.stems(bytes).len()
    }

    /// Returns the different words with subject matter in these bytes of the answer, as places in it.
    pub(in crate::grader) fn words(&self, bytes: &Range<usize>) -> BTreeSet<usize> {
        let tokens = self.reading.text.tokens.iter().enumerate();
        let telling = tokens.filter(|(_, token)| within(token, bytes) && !gate::is_grammar(token));
        telling.map(|(at, _)| at).collect()
    }

    /// Whether these bytes of the answer say the question back.
    pub(in crate::grader) fn echoes(&self, bytes: &Range<usize>) -> bool {
        let place = self.place(bytes);
        let tokens = self.reading.text.between(place.first, place.end);
        gate::is_echo(tokens, &self.wording)
    }

    /// Whether there is no more to quote: these bytes have all of their sentence's words with subject matter.
    pub(in crate::grader) fn is_whole_sentence(&self, bytes: &Range<usize>) -> bool {
        let place = self.place(bytes);
        let sentences = self.reading.text.sentences.iter();
        let mut touched =
            sentences.filter(|sentence| sentence.first < place.end && place.first < sentence.end);
        place.first < place.end
            && touched.all(|sentence| {
                let before = self.reading.text.tokens.get(sentence.first..place.first).unwrap_or_default();
                let behind = self.reading.text.tokens.get(place.end..sentence.end).unwrap_or_default();
                before.iter().chain(behind).all(gate::is_grammar)
            })
    }

    /// Whether these bytes of the answer name something that the key point at that index asks for, and that is not in
    /// the question anyway.
    pub(in crate::grader) fn names(&self, point: usize, bytes: &Range<usize>) -> bool {
        self.compiled.points.get(point).is_some_and(|point| !self.places(point.wanted(), bytes).is_empty())
    }

    /// Whether these bytes of the answer are about the key point at that index: the first thing that one of its lines
    /// asks for stands there, or two of one line, or two words that it asks for at all.
    ///
    /// Measured on labelled answers, of the passages that readers quote for a point 99 in 100 are, and of the passages
    /// that they quote for another point 20 in 100. One word anywhere near, to compare, is there for 78 in 100.
    pub(in crate::grader) fn is_about(&self, point: usize, bytes: &Range<usize>) -> bool {
        let Some(point) = self.compiled.points.get(point) else { return false };
        let stands = |slot: &Slot| !self.places([slot], bytes).is_empty();
        let first = |line: &Line| line.slots.first().is_some_and(stands);
        let two = |line: &Line| line.slots.iter().filter(|slot| self.is_there(slot, bytes)).count() >= 2;
        let words = self.places(point.wanted(), bytes);
        self.stems_at(&words).len() >= 2
            || point.lines().any(|line| first(line) || (two(line) && line.slots.iter().any(stands)))
    }

    /// Returns where something that is asked for stands in these bytes, and not merely in the question's words.
    fn places<'a>(&self, slots: impl IntoIterator<Item = &'a Slot>, bytes: &Range<usize>) -> Vec<Place> {
        let here = self.place(bytes);
        let places = slots.into_iter().flat_map(|slot| self.reading.slot(slot)).copied();
        places
            .filter(|place| here.first <= place.first && place.end <= here.end && self.is_new(*place))
            .collect()
    }

    fn is_there(&self, slot: &Slot, bytes: &Range<usize>) -> bool {
        let here = self.place(bytes);
        self.reading.slot(slot).iter().any(|place| here.first <= place.first && place.end <= here.end)
    }

    /// Returns the different words with subject matter in these places.
    fn stems_at(&self, places: &[Place]) -> HashSet<&str> {
        let tokens = places.iter().filter_map(|place| self.reading.text.tokens.get(place.first..place.end));
        let telling = tokens.flatten().filter(|token| !gate::is_grammar(token));
        telling.map(|token| token.stem.as_str()).collect()
    }

    /// Whether what is said there is not merely in the question's own words.
    fn is_new(&self, place: Place) -> bool {
        let tokens = self.reading.text.between(place.first, place.end);
        tokens.iter().any(|token| !gate::is_grammar(token) && !self.wording.contains(&token.stem))
    }

    fn stems(&self, bytes: &Range<usize>) -> HashSet<&str> {
        let tokens = self.reading.text.tokens.iter();
        let telling = tokens.filter(|token| within(token, bytes) && !gate::is_grammar(token));
        telling.map(|token| token.stem.as_str()).collect()
    }

    /// Returns the tokens that lie within these bytes.
    fn place(&self, bytes: &Range<usize>) -> Place {
        let tokens = &self.reading.text.tokens;
        let first = tokens.partition_point(|token| token.start < bytes.start);
        let end = tokens.partition_point(|token| token.end <= bytes.end);
        Place { first, end: end.max(first) }
    }
}

fn within(token: &Token, bytes: &Range<usize>) -> bool {
    bytes.start <= token.start && token.end <= bytes.end
}

impl Point {
    /// Returns the lines that earn something.
    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.evidence.iter().chain(&self.mention)
    }

    /// Returns everything that a line asks for.
    fn wanted(&self) -> impl Iterator<Item = &Slot> {
        self.lines().flat_map(|line| &line.slots)
    }
}
