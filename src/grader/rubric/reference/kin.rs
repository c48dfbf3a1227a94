//! Which words may stand for one another, which mean the opposite, and which say little because they are common.
//!
//! The lists are general English, written for this grader or counted from free text. They hold no phrases: what a
//! pack knows about its subject is in its lexicon.

use std::collections::HashMap;

use super::super::token::Words;

/// Different forms of one word, and numbers in words and digits: one family a line.
const FORMS: &str = include_str!("words/forms.txt");
/// Words that may often be said for one another: one group a line.
const SYNONYMS: &str = include_str!("words/synonyms.txt");
/// Pairs of which only one can be true.
const OPPOSITES: &str = include_str!("words/opposites.txt");
/// Common words, the very common ones first; the file tells how they were counted.
const COMMON: &str = include_str!("words/common.txt");

/// Stems shorter than this are not compared by their letters: "load" and "lock" are different words.
const SHORTEST: usize = 4;
/// So alike are inflections and typing errors ("initialize", "initialization") ...
const SAME_LETTERS: f64 = 0.75;
/// ... and so alike are members of one family, or words that only look so. Both were chosen by reading pairs.
const AKIN_LETTERS: f64 = 0.5;

/// How near one word is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// It may mean the same.
    Akin,
    /// It is the same word, whatever its form.
    Same,
}

/// How much a word tells by being rare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rarity {
    /// Everybody says it of everything: "value", "use".
    Common,
    /// It is said of much: "memory", "arrive".
    Usual,
    /// It is said of few things: "collision".
    Rare,
}

/// What is known about words, by their stems.
pub(in super::super) struct Kin {
    families: HashMap<String, usize>,
    groups: HashMap<String, Vec<usize>>,
    opposites: HashMap<String, Vec<String>>,
    common: HashMap<String, Rarity>,
}

/// A word with what is known about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    stem: &'a str,
    family: Option<usize>,
    groups: &'a [usize],
    opposites: &'a [String],
}

impl Kin {
    pub(in super::super) fn new(words: &Words) -> Self {
        let mut families = HashMap::new();
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        let mut opposites: HashMap<String, Vec<String>> = HashMap::new();
        let mut common = HashMap::new();
        for (index, line) in lines(FORMS).enumerate() {
            families.extend(line.split_whitespace().map(|word| (words.stem(word), index)));
        }
        for (index, line) in lines(SYNONYMS).enumerate() {
            for word in line.split_whitespace() {
                groups.entry(words.stem(word)).or_default().push(index);
            }
        }
        for (one, other) in lines(OPPOSITES).filter_map(|line| line.split_once(' ')) {
            let (one, other) = (words.stem(one), words.stem(other));
            // "Complete" and "incomplete" differ; "sort" and "sorted" would be one stem.
            if one != other {
                opposites.entry(one.clone()).or_default().push(other.clone());
                opposites.entry(other).or_default().push(one);
            }
        }
        let mut rarity = Rarity::Common;
        for word in lines(COMMON).flat_map(str::split_whitespace) {
            if word == "--" {
                rarity = Rarity::Usual;
            } else {
                common.entry(words.stem(word)).or_insert(rarity);
            }
        }
        Self { families, groups, opposites, common }
    }

    /// Looks a word up once, to compare it with many.
    pub(super) fn know<'a>(&'a self, stem: &'a str) -> Known<'a> {
        Known {
            stem,
            family: self.families.get(stem).copied(),
            groups: self.groups.get(stem).map_or(&[], Vec::as_slice),
            opposites: self.opposites(stem),
        }
    }

    /// Returns the stems of the words that mean the opposite.
    pub(super) fn opposites(&self, stem: &str) -> &[String] {
        self.opposites.get(stem).map_or(&[], Vec::as_slice)
    }

    pub(super) fn rarity(&self, stem: &str) -> Rarity {
        self.common.get(stem).copied().unwrap_or(Rarity::Rare)
    }
}

impl Known<'_> {
    /// Returns how near two words are; `None` where nothing joins them, or where they are opposites.
    pub(super) fn nearness(&self, other: &Known<'_>) -> Option<Nearness> {
        let family = self.family.is_some() && self.family == other.family;
        if self.stem == other.stem || family {
            return Some(Nearness::Same);
        }
        // "With" and "without" look alike.
        if self.opposites.iter().any(|opposite| opposite == other.stem) {
            return None;
        }
        let likeness = likeness(self.stem, other.stem);
        if likeness >= SAME_LETTERS {
            Some(Nearness::Same)
        } else if likeness >= AKIN_LETTERS || self.groups.iter().any(|group| other.groups.contains(group)) {
            Some(Nearness::Akin)
        } else {
            None
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Returns the share of letters that two stems have in threes (Sørensen-Dice), with their ends counted as letters;
/// 0 unless they begin alike.
fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() < SHORTEST || other.len() < SHORTEST || one.get(..2) != other.get(..2) {
        return 0.0;
    }
    let (one, other) = (threes(one), threes(other));
    let shared = one.iter().filter(|three| other.binary_search(three).is_ok()).count();
    2.0 * shared as f64 / (one.len() + other.len()) as f64
}

/// Returns every three neighbouring letters, sorted, each once.
fn threes(stem: &[u8]) -> Vec<[u8; 3]> {
    let letter = |at: usize| at.checked_sub(1).and_then(|at| stem.get(at)).copied().unwrap_or(0);
    let mut threes: Vec<[u8; 3]> =
        (0..stem.len()).map(|at| [letter(at), letter(at + 1), letter(at + 2)]).collect();
    threes.sort_unstable();
    threes.dedup();
    threes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_how_near_words_are() {
        let words = Words::new();
        let kin = Kin::new(&words);
        let check = |one: &str, other: &str, expected: Option<Nearness>| {
            let (one, other) = (words.stem(one), words.stem(other));
            assert_eq!(kin.know(&one).nearness(&kin.know(&other)), expected, "{one} {other}");
            assert_eq!(kin.know(&other).nearness(&kin.know(&one)), expected, "{other} {one}");
        };
        check("retries", "retrying", Some(Nearness::Same));
        check("wrote", "written", Some(Nearness::Same));
        check("three", "3", Some(Nearness::Same));
        check("initialise", "initialised", Some(Nearness::Same));
        check("partition", "partiton", Some(Nearness::Akin));
        check("begins", "starting", Some(Nearness::Akin));
        check("allocation", "allocate", Some(Nearness::Same));
        check("cache", "queue", None);
        check("load", "lock", None);
        check("increase", "decrease", None);
    }

    #[test]
    fn opposites_are_not_kin() {
        let words = Words::new();
        let kin = Kin::new(&words);
        for (one, other) in lines(OPPOSITES).filter_map(|line| line.split_once(' ')) {
            let (one, other) = (words.stem(one), words.stem(other));
            assert_ne!(one, other, "one stem has no opposite");
            assert!(kin.opposites(&one).contains(&other) && kin.opposites(&other).contains(&one));
            assert_eq!(kin.know(&one).nearness(&kin.know(&other)), None, "{one} {other}");
        }
    }

    #[test]
    fn the_lists_are_in_lower_case_without_marks() {
        for word in
            [FORMS, SYNONYMS, OPPOSITES, COMMON].into_iter().flat_map(lines).flat_map(str::split_whitespace)
        {
            assert!(
                word == "--" || word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{word}"
            );
        }
        assert!(lines(OPPOSITES).all(|line| line.split(' ').count() == 2));
    }

    #[test]
    fn rare_words_tell_more() {
        let words = Words::new();
        let kin = Kin::new(&words);
        for (word, expected) in
            [("value", Rarity::Common), ("memory", Rarity::Usual), ("quorum", Rarity::Rare)]
        {
            assert_eq!(kin.rarity(&words.stem(word)), expected, "{word}");
        }
    }
}
