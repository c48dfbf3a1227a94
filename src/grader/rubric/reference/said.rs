//! An answer made ready to be compared with references: where each word is said, and whether it is denied there.

use std::collections::HashMap;

use super::super::concept::Thesaurus;
use super::super::negation;
use super::super::text::Text;
use super::kin::{Kin, Known, Nearness};
use crate::domain::grade::Evidence;

/// An answer, indexed by its words.
pub(in super::super) struct Said<'a> {
    text: &'a Text,
    /// Stem to the tokens that have it, in order.
    at: HashMap<&'a str, Vec<usize>>,
    /// Every stem once, in order of appearance.
    known: Vec<(&'a str, Known<'a>)>,
    denied: Vec<bool>,
}

impl<'a> Said<'a> {
    pub(in super::super) fn new(text: &'a Text, kin: &'a Kin) -> Self {
        let mut at: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut known = Vec::new();
        for (index, token) in text.tokens.iter().enumerate() {
            let places = at.entry(&token.stem).or_default();
            if places.is_empty() {
                known.push((token.stem.as_str(), kin.know(&token.stem)));
            }
            places.push(index);
        }
        Self { text, at, known, denied: denied(text) }
    }

    /// Returns the tokens that have the stem, in order.
    pub(super) fn places(&self, stem: &str) -> &[usize] {
        self.at.get(stem).map_or(&[], Vec::as_slice)
    }

    /// Returns how a word is said and where: itself, or else the word that is nearest to it, the first of equals.
    pub(super) fn find(&self, stem: &str, known: &Known<'_>) -> Option<(Nearness, &[usize])> {
        if let Some(places) = self.at.get(stem) {
            return Some((Nearness::Same, places));
        }
        let near = self.known.iter().filter_map(|(stem, other)| Some((known.nearness(other)?, *stem)));
        let (nearness, stem) = near.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        Some((nearness, self.places(stem)))
    }

    /// Returns where one word is followed at once by the other.
    pub(super) fn pair(&self, one: &str, other: &str) -> Option<usize> {
        let follows = |at: &usize| self.text.tokens.get(at + 1).is_some_and(|token| token.stem == other);
        self.places(one).iter().copied().find(follows)
    }

    /// Returns where one word is followed by the other in its sentence, with at most so many others between them.
    pub(super) fn pair_within(&self, one: &str, other: &str, gap: usize) -> Option<[usize; 2]> {
        self.places(one).iter().find_map(|at| {
            let sentence = self.text.tokens.get(*at)?.sentence;
            let behind = self.text.tokens.get(at + 1..)?.iter().take(gap + 1);
            let next = behind
                .take_while(|token| token.sentence == sentence)
                .position(|token| token.stem == other)?;
            Some([*at, at + 1 + next])
        })
    }

    /// Whether a token stands in the reach of a negation.
    pub(super) fn is_denied(&self, at: usize) -> bool {
        self.denied.get(at).copied().unwrap_or(false)
    }

    pub(super) fn text(&self) -> &Text {
        self.text
    }

    /// Cuts the words at the given tokens out of the answer: one quote for each sentence.
    pub(super) fn quotes(&self, places: &[usize], answer: &str) -> Vec<Evidence> {
        let mut places = places.to_vec();
        places.sort_unstable();
        let tokens: Vec<_> = places.iter().filter_map(|at| self.text.tokens.get(*at)).collect();
        tokens
            .chunk_by(|a, b| a.sentence == b.sentence)
            .filter_map(|tokens| Evidence::cut(answer, tokens.first()?.start, tokens.last()?.end))
            .collect()
    }

    /// Returns, by token of a reference, where a phrase is said for which the pack's lexicon has another.
    pub(super) fn phrases(&self, reference: &Text, thesaurus: &Thesaurus) -> HashMap<usize, usize> {
        let mut found = HashMap::new();
        let stems: Vec<String> = reference.tokens.iter().map(|token| token.stem.clone()).collect();
        for (first, stem) in stems.iter().enumerate() {
            for length in 1..=thesaurus.longest(stem).min(stems.len() - first) {
                let Some(phrase) = stems.get(first..first + length) else { continue };
                let place = thesaurus.same(phrase).find_map(|other| self.phrase(other));
                if let Some(place) = place {
                    (first..first + length).for_each(|at| {
                        found.entry(at).or_insert(place);
                    });
                }
            }
        }
        found
    }

    /// Returns the first token of a phrase that is said word for word.
    fn phrase(&self, stems: &[String]) -> Option<usize> {
        let (first, rest) = stems.split_first()?;
        self.places(first).iter().copied().find(|at| {
            let behind = self.text.tokens.get(at + 1..at + 1 + rest.len());
            behind.is_some_and(|tokens| tokens.iter().zip(rest).all(|(token, stem)| token.stem == *stem))
        })
    }
}

/// Returns for each token whether it stands in the reach of a negation, or of three.
pub(super) fn denied(text: &Text) -> Vec<bool> {
    let mut denied = vec![false; text.tokens.len()];
    for cue in negation::cues(text) {
        for token in denied.get_mut(cue.from..cue.to).unwrap_or_default() {
            *token = !*token;
        }
    }
    denied
}

#[cfg(test)]
mod tests {
    use super::super::super::token::Words;
    use super::*;

    #[test]
    fn finds_words_by_nearness() {
        let words = Words::new();
        let kin = Kin::new(&words);
        let answer = "We begin late, we start never, we began.";
        let text = words.split(answer);
        let said = Said::new(&text, &kin);
        let check = |word: &str, expected: Option<(Nearness, &str)>| {
            let stem = words.stem(word);
            let found = said.find(&stem, &kin.know(&stem));
            let found =
                found.map(|(near, places)| (near, said.quotes(&places[..1], answer)[0].quote.clone()));
            assert_eq!(found, expected.map(|(near, quote)| (near, quote.to_owned())), "{word}");
        };
        check("starting", Some((Nearness::Same, "start")));
        check("begun", Some((Nearness::Same, "begin")));
        check("commence", Some((Nearness::Akin, "begin")));
        check("queue", None);
        assert_eq!(said.pair("we", "start"), Some(3));
        assert_eq!(said.pair("start", "we"), None);
        assert_eq!(said.pair_within("begin", "start", 2), Some([1, 4]));
        assert_eq!(said.pair_within("begin", "start", 1), None);
        assert_eq!(said.pair_within("start", "begin", 2), None);
    }

    #[test]
    fn knows_what_is_denied() {
        let text = Words::new().split("It is not open, but it is never not closed.");
        let denied: Vec<&str> = text
            .tokens
            .iter()
            .zip(denied(&text))
            .filter_map(|(token, denied)| denied.then_some(token.word.as_str()))
            .collect();
        assert!(denied.contains(&"open") && !denied.contains(&"it"), "{denied:?}");
    }
}
