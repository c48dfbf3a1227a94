//! An answer read for the concepts of one rubric: where each is said, and whether it is denied there.

use std::borrow::Cow;

use super::asking;
use super::compile::{Compiled, Slot};
use super::concept::{ConceptId, Entry};
use super::figure;
use super::filling::{Filling, Fillings};
use super::gate;
use super::negation::{self, Cue, Force};
use super::text::Text;
use super::token::Words;
use super::typo::{self, KnownWords};

/// Words that people put into the middle of a phrase.
const SPLITTING: &[&str] = &["it", "them", "that", "this", "the", "a"];

/// The words of a phrase may have this many others between two neighbours.
const PHRASE_GAP: usize = 3;

/// A sentence of so many telling words can be a bare name.
const BARE_WORDS: usize = 3;

/// Neighbouring tokens that say something: indices of the first and behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) first: usize,
    pub(super) end: usize,
}

impl Place {
    pub(super) fn overlaps(self, other: Place) -> bool {
        self.first < other.end && other.first < self.end
    }

    /// Returns how many tokens lie between the two; 0 where they touch or overlap.
    pub(super) fn distance(self, other: Place) -> usize {
        self.first.saturating_sub(other.end).max(other.first.saturating_sub(self.end))
    }

    pub(super) fn join(self, other: Place) -> Place {
        Place { first: self.first.min(other.first), end: self.end.max(other.end) }
    }
}

/// Returns the places, of places in order, that begin in the given words.
pub(super) fn beginning_in(places: &[Place], words: Place) -> &[Place] {
    let from = places.partition_point(|place| place.first < words.first);
    let to = places.partition_point(|place| place.first < words.end);
    places.get(from..to).unwrap_or_default()
}

/// Whether something is said, denied, or merely kept out of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Polarity {
    Affirmed,
    Denied,
    Excluded,
}

/// An answer, read.
pub(super) struct Reading {
    pub(super) text: Text,
    pub(super) cues: Vec<Cue>,
    /// By sentence: whether it is a statement on the matter, not a question and not an echo.
    pub(super) states: Vec<bool>,
    /// Clauses that are bare terms of a list, in order.
    terms: Vec<usize>,
    /// By concept: where it is said, in order.
    said: PlacesById,
    /// By slot of the rubric: where it is filled, in order.
    filled: PlacesById,
    /// Where nothing is found any more.
    passed_over: Vec<Place>,
}

impl Reading {
    pub(super) fn new(
        text: Text,
        source: &str,
        compiled: &Compiled,
        words: &Words,
        known: &KnownWords,
    ) -> Self {
        let cues = negation::cues(&text);
        let states = (0..)
            .zip(&text.sentences)
            .map(|(at, sentence)| {
                let tokens = text.between(sentence.first, sentence.end);
                let says_back = gate::is_echo(tokens, &compiled.wording) || gate::is_strung(tokens);
                !says_back && !asking::only_asks(&text, source, &cues, at)
            })
            .collect();
        let terms = text.sentences.iter().flat_map(|sentence| gate::bare_terms(&text, *sentence)).collect();
        let mut said = said(&text, compiled, words, known);
        if let Some((figure, id)) = compiled.concepts.figure() {
            said.extend(figure::near(figure, &text, source).into_iter().map(|place| (*id, place)));
        }
        let said = PlacesById::new(compiled.concepts.len(), said);
        let filled = PlacesById::default();
        let mut reading = Self { text, cues, states, terms, said, filled, passed_over: Vec::new() };
        reading.filled = reading.fill(&compiled.fillings);
        reading
    }

    /// Lets nothing be found from here on that shares words with one of these places.
    pub(super) fn pass_over(&mut self, places: Vec<Place>) {
        self.passed_over = places;
    }

    pub(super) fn is_passed_over(&self, whole: Place) -> bool {
        self.passed_over.iter().any(|place| place.overlaps(whole))
    }

    /// Whether all places are in one sentence as it is written: semicolons do not end it.
    pub(super) fn in_one_sentence(&self, places: &[Place]) -> bool {
        let sentences = || places.iter().map(|place| self.sentence(*place));
        let (first, last) = (sentences().min().unwrap_or(0), sentences().max().unwrap_or(0));
        self.text.sentences.get(first..last).unwrap_or_default().iter().all(|sentence| sentence.goes_on)
    }

    /// Whether the sentence of some places says no more than the words in them: "jitter is added", "we monitor the
    /// lag". It names a thing.
    pub(super) fn is_bare(&self, places: &[Place]) -> bool {
        let Some(sentence) = places.first().and_then(|place| self.text.sentences.get(self.sentence(*place)))
        else {
            return false;
        };
        let tokens = self.text.between(sentence.first, sentence.end);
        let clause = tokens.first().map(|token| token.clause);
        let telling = || (sentence.first..).zip(tokens).filter(|(_, token)| !gate::is_grammar(token));
        let whole = Place { first: sentence.first, end: sentence.end };
        !sentence.goes_on
            && !sentence.question
            && places.iter().all(|place| place.overlaps(whole))
            && telling().count() <= BARE_WORDS
            && telling().all(|(at, token)| {
                let said = places.iter().any(|place| (place.first..place.end).contains(&at));
                said && Some(token.clause) == clause && !token.word.starts_with(|c: char| c.is_ascii_digit())
            })
            && !self.cues.iter().any(|cue| whole.overlaps(Place { first: cue.first, end: cue.end }))
    }

    /// Returns the words of a place, in small letters.
    pub(super) fn words(&self, place: Place) -> String {
        let tokens = self.text.between(place.first, place.end);
        tokens.iter().map(|token| token.word.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Reads a text for all that is in it: what is asked, listed or said back counts like what is stated.
    pub(super) fn of_anything(
        text: Text,
        source: &str,
        compiled: &Compiled,
        words: &Words,
        known: &KnownWords,
    ) -> Self {
        let mut reading = Self::new(text, source, compiled, words, known);
        reading.states.fill(true);
        reading.terms.clear();
        reading
    }

    /// Returns the index of the sentence that a place is in.
    pub(super) fn sentence(&self, place: Place) -> usize {
        self.text.tokens.get(place.first).map_or(0, |token| token.sentence)
    }

    /// Returns the words of the sentence that a place is in, and of so many sentences before and behind it.
    pub(super) fn around(&self, place: Place, sentences: usize) -> Place {
        let here = self.sentence(place);
        let first =
            self.text.sentences.get(here.saturating_sub(sentences)).map_or(0, |sentence| sentence.first);
        let last = (here + sentences).min(self.text.sentences.len().saturating_sub(1));
        Place { first, end: self.text.sentences.get(last).map_or(first, |sentence| sentence.end) }
    }

    /// Returns the negations whose words are in the sentence that a place is in; none reaches out of its own.
    fn cues_near(&self, place: Place) -> &[Cue] {
        let words = self.around(place, 0);
        let from = self.cues.partition_point(|cue| cue.first < words.first);
        let to = self.cues.partition_point(|cue| cue.first < words.end);
        self.cues.get(from..to).unwrap_or_default()
    }

    /// Whether two sentences are in different items of a list, each of which says something of its own.
    pub(super) fn other_item(&self, one: usize, other: usize) -> bool {
        let item = |sentence: usize| self.text.sentences.get(sentence).and_then(|sentence| sentence.item);
        item(one).zip(item(other)).is_some_and(|(one, other)| one != other)
    }

    /// Whether two places begin in the same clause.
    pub(super) fn same_clause(&self, one: Place, other: Place) -> bool {
        self.clause(one) == self.clause(other)
    }

    /// Returns how many borders of clauses lie in the words.
    pub(super) fn borders(&self, words: Place) -> usize {
        let clause = |at: usize| self.text.tokens.get(at).map_or(0, |token| token.clause);
        clause(words.end.saturating_sub(1)).saturating_sub(clause(words.first))
    }

    fn clause(&self, place: Place) -> usize {
        self.text.tokens.get(place.first).map_or(0, |token| token.clause)
    }

    /// Whether two places stand in different terms of a list, and so say nothing together.
    pub(super) fn merely_listed(&self, one: Place, other: Place) -> bool {
        let is_term = |place| self.terms.binary_search(&self.clause(place)).is_ok();
        !self.same_clause(one, other) && is_term(one) && is_term(other)
    }

    /// Returns every place in which a slot is filled, whatever its polarity, in order.
    pub(super) fn slot(&self, slot: &Slot) -> &[Place] {
        self.filled.of(slot.id)
    }

    /// Returns by slot every place in which it is filled, in order.
    fn fill(&self, fillings: &Fillings) -> PlacesById {
        let mut filled = Vec::new();
        for (first, places) in self.said.iter().filter(|(_, places)| !places.is_empty()) {
            for Filling { rest, slots } in fillings.beginning_with(first) {
                if rest.iter().any(|id| self.concept(*id).is_empty()) {
                    continue;
                }
                let here = match rest.as_slice() {
                    [] => Cow::Borrowed(places),
                    rest => places.iter().filter_map(|place| self.gather(*place, rest)).collect(),
                };
                for slot in slots {
                    filled.extend(here.iter().map(|place| (*slot, *place)));
                }
            }
        }
        filled.sort_unstable();
        filled.dedup();
        PlacesById::new(fillings.slots(), filled)
    }

    /// Returns every place in which a concept is said, in order.
    fn concept(&self, id: ConceptId) -> &[Place] {
        self.said.of(id)
    }

    /// Joins the nearest place of each concept to the anchor, if all are near enough.
    fn gather(&self, anchor: Place, rest: &[ConceptId]) -> Option<Place> {
        let sentence = self.around(anchor, 0);
        let near = |id: &ConceptId| beginning_in(self.concept(*id), sentence);
        if rest.iter().any(|id| near(id).is_empty()) {
            return None;
        }
        let mut whole = anchor;
        let mut taken = vec![anchor];
        for id in rest {
            let next = near(id)
                .iter()
                .filter(|place| taken.iter().all(|other| !other.overlaps(**place)))
                .min_by_key(|place| place.distance(whole))?;
            if next.distance(whole) > PHRASE_GAP {
                return None;
            }
            whole = whole.join(*next);
            taken.push(*next);
        }
        // "With locks held, so no" has no "no locks" in it.
        let ends_in_no = self.text.tokens.get(whole.end - 1).is_some_and(|token| token.word == "no");
        (!ends_in_no || taken.last().is_some_and(|last| last.end == whole.end)).then_some(whole)
    }

    /// Whether something is denied in the sentence that a place is in.
    pub(super) fn denies_near(&self, place: Place) -> bool {
        self.cues_near(place).iter().any(|cue| cue.force == Force::Denies)
    }

    /// Returns the negating words that reach a place.
    pub(super) fn negating(&self, place: Place) -> impl Iterator<Item = Place> {
        self.cues_near(place)
            .iter()
            .filter(move |cue| cue.from < place.end && place.first < cue.to)
            .map(|cue| Place { first: cue.first, end: cue.end })
    }

    /// Returns how a place is meant, where the negating words that themselves fill a slot do not count.
    pub(super) fn polarity(&self, place: Place, consumed: impl Fn(&Cue) -> bool) -> Polarity {
        let over = |cue: &&Cue| cue.from < place.end && place.first < cue.to && !consumed(cue);
        let (mut denials, mut exclusions) = (0, 0);
        for cue in self.cues_near(place).iter().filter(over) {
            match cue.force {
                Force::Denies => denials += 1,
                Force::Excludes => exclusions += 1,
            }
        }
        match (denials, exclusions) {
            (denials, exclusions) if (denials + exclusions) % 2 == 0 => Polarity::Affirmed,
            (0, _) => Polarity::Excluded,
            _ => Polarity::Denied,
        }
    }
}

/// Places under ids, in one piece: of the hundreds of ids of a rubric an answer has something for a few dozen.
#[derive(Default)]
struct PlacesById {
    /// By id: the index of its first place, and at the end that behind the last one.
    starts: Vec<usize>,
    places: Vec<Place>,
}

impl PlacesById {
    /// Puts places under their ids, which are below `ids`; those of one id stay in their order.
    fn new(ids: usize, mut found: Vec<(usize, Place)>) -> Self {
        found.sort_by_key(|(id, _)| *id);
        let mut starts = vec![0; ids + 1];
        for (id, _) in &found {
            if let Some(count) = starts.get_mut(id + 1) {
                *count += 1;
            }
        }
        let mut behind = 0;
        for start in &mut starts {
            behind += *start;
            *start = behind;
        }
        Self { starts, places: found.into_iter().map(|(_, place)| place).collect() }
    }

    fn of(&self, id: usize) -> &[Place] {
        let bounds = self.starts.get(id).zip(self.starts.get(id + 1));
        bounds.and_then(|(from, to)| self.places.get(*from..*to)).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &[Place])> {
        (0..self.starts.len().saturating_sub(1)).map(|id| (id, self.of(id)))
    }
}

/// Finds every concept in the text. A word that is no word is read as the rubric's word that it is nearest to.
fn said(text: &Text, compiled: &Compiled, words: &Words, known: &KnownWords) -> Vec<(ConceptId, Place)> {
    let concepts = &compiled.concepts;
    let (stems, entries): (Vec<Cow<'_, str>>, Vec<&[Entry]>) = text
        .tokens
        .iter()
        .map(|token| {
            let stem = Cow::Borrowed(token.stem.as_str());
            let entries = concepts.starting_with(&stem);
            if !entries.is_empty() || known.contains(&token.word) {
                return (stem, entries);
            }
            match typo::meant(&token.word, beginning_alike(&compiled.spellings, &token.word)) {
                Some(meant) => {
                    let stem = words.stem(meant);
                    let entries = concepts.starting_with(&stem);
                    (Cow::Owned(stem), entries)
                }
                None => (stem, entries),
            }
        })
        .unzip();
    let mut said = Vec::new();
    for (at, entries) in entries.into_iter().enumerate() {
        for entry in entries {
            let end = follow(&stems, at, entry).filter(|end| same_clause(text, at, *end));
            said.extend(end.map(|end| (entry.concept, Place { first: at, end })));
        }
    }
    said
}

/// Returns the words, of sorted ones, that begin with the same letter; a slip is never in the first.
fn beginning_alike<'a>(sorted: &'a [String], word: &str) -> impl Iterator<Item = &'a str> {
    let letter = word.chars().next();
    let from = sorted.partition_point(|other| other.chars().next() < letter);
    let to = sorted.partition_point(|other| other.chars().next() <= letter);
    sorted.get(from..to).unwrap_or_default().iter().map(String::as_str)
}

/// Returns the index behind the phrase, if it stands here. Unless it is literal, one small word may stand in it:
/// "kick it out" is said for "kick out".
fn follow(stems: &[Cow<'_, str>], first: usize, entry: &Entry) -> Option<usize> {
    let mut next = first + 1;
    let mut split = entry.literal;
    for expected in &entry.rest {
        let small = stems.get(next).is_some_and(|stem| SPLITTING.contains(&stem.as_ref()));
        if !split && small && stems.get(next) != Some(&Cow::Borrowed(expected.as_str())) {
            split = true;
            next += 1;
        }
        if stems.get(next)? != expected {
            return None;
        }
        next += 1;
    }
    Some(next)
}

fn same_clause(text: &Text, first: usize, end: usize) -> bool {
    let clause = |at: usize| text.tokens.get(at).map(|token| token.clause);
    clause(first) == clause(end - 1)
}
