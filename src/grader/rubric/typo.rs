//! Typing errors: a word that is no word, and what it was meant to be.

use foldhash::HashSet;

/// Words shorter than this are taken as they are: at one edit, most short words are another word.
const SHORTEST: usize = 5;
/// From this length on two edits are forgiven, below it one.
const TWO_EDITS_FROM: usize = 9;

/// Words that exist, so that none of them is taken for a misspelling of another.
#[derive(Default)]
pub(super) struct KnownWords(HashSet<String>);

impl KnownWords {
    pub(super) fn insert(&mut self, word: &str) {
        if !self.0.contains(word) {
            self.0.insert(word.to_owned());
        }
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// Returns the known word that a misspelt one was meant to be: the nearest by Damerau-Levenshtein distance
/// that begins with the same letter; the first in order among equals. `None` for words that may be right.
pub(super) fn meant<'a>(word: &str, targets: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length < SHORTEST || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let allowed = if length >= TWO_EDITS_FROM { 2 } else { 1 };
    targets
        .filter(|target| target.chars().next() == word.chars().next())
        .filter(|target| {
            target.chars().count().abs_diff(length) <= allowed && target.chars().count() >= SHORTEST
        })
        .filter(|target| letters_apart(word, target) <= 2 * allowed)
        .map(|target| (strsim::damerau_levenshtein(word, target), target))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, target)| target)
}

/// Returns how many letters one word has and the other has not; letters may be taken for one another. An edit changes
/// at most two of them, which is far sooner counted than the edits.
fn letters_apart(one: &str, other: &str) -> usize {
    let mut counts = [0_i32; 32];
    let mut count = |word: &str, by: i32| {
        for letter in word.chars() {
            if let Some(count) = counts.get_mut(letter as usize % 32) {
                *count += by;
            }
        }
    };
    count(one, 1);
    count(other, -1);
    counts.iter().map(|count| count.unsigned_abs() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_slips_and_nothing_else() {
        let targets = ["replica", "replication", "mutex", "cache", "partition", "acid"];
        let check = |word: &str, expected: Option<&str>| {
            assert_eq!(meant(word, targets.into_iter()), expected, "{word}")
        };
        check("relpica", Some("replica"));
        check("replicaton", Some("replication"));
        check("partiton", Some("partition"));
        check("cahce", Some("cache"));
        check("acyd", None);
        check("cat", None);
        check("concatenate", None);
        check("mutation", None);
        check("l33tt", None);
    }
}
