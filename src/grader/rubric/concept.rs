//! What a rubric's words stand for: concepts, each a set of interchangeable words and phrases.

use std::collections::HashSet;

use foldhash::{HashMap, HashMapExt};

use super::token::Words;
use crate::domain::figure::Figure;
use crate::domain::lexicon::Lexicon;
use crate::domain::pattern::SMALL_WORDS;

/// Index of a concept.
pub(super) type ConceptId = usize;

/// A phrase as stems; one stem is a word.
pub(super) type Phrase = Vec<String>;

/// The lexicon by stems: which phrases stand for a given one.
pub(super) struct Thesaurus {
    /// Phrases that may be said for one another, or for a general word. A phrase is kept once for each group and not
    /// once for each pair, so that a large group costs no more than its text.
    groups: Vec<Vec<Phrase>>,
    /// The groups that stand for a phrase.
    of: HashMap<Phrase, Vec<usize>>,
    /// The most words that an entry has that begins with a word.
    longest: HashMap<String, usize>,
}

impl Thesaurus {
    pub(super) fn new(lexicon: &Lexicon, words: &Words) -> Self {
        let mut thesaurus = Self { groups: Vec::new(), of: HashMap::new(), longest: HashMap::new() };
        let stems = |members: &[String]| -> Vec<Phrase> {
            let mut seen = HashSet::new();
            let phrases = members.iter().map(|member| words.stems(member));
            phrases.filter(|phrase| !phrase.is_empty() && seen.insert(phrase.clone())).collect()
        };
        for group in &lexicon.synonyms {
            let members = stems(&group.members);
            thesaurus.add(members.clone(), members);
        }
        for group in &lexicon.kinds {
            thesaurus.add(vec![words.stems(&group.id.replace('-', " "))], stems(&group.members));
        }
        for phrase in thesaurus.of.keys() {
            if let Some(first) = phrase.first() {
                let longest = thesaurus.longest.entry(first.clone()).or_default();
                *longest = (*longest).max(phrase.len());
            }
        }
        thesaurus
    }

    /// Lets every general phrase be said as any of the special ones.
    fn add(&mut self, general: Vec<Phrase>, special: Vec<Phrase>) {
        for phrase in general {
            // A phrase that only stands for itself has nothing else to be said for it.
            if special.iter().any(|other| *other != phrase) {
                self.of.entry(phrase).or_default().push(self.groups.len());
            }
        }
        self.groups.push(special);
    }

    /// Returns how many words the longest entry has that the words begin with; `None` where they begin with none.
    fn entry(&self, words: &[String]) -> Option<usize> {
        (1..=self.longest(words.first()?))
            .rev()
            .find(|n| words.get(..*n).is_some_and(|phrase| self.of.contains_key(phrase)))
    }

    /// Returns the most words that an entry has that begins with the stem; 0 where none does.
    pub(super) fn longest(&self, first: &str) -> usize {
        self.longest.get(first).copied().unwrap_or(0)
    }

    /// Returns every phrase that the given one may be said as, without itself, each once.
    pub(super) fn same<'a>(&'a self, phrase: &'a [String]) -> impl Iterator<Item = &'a Phrase> {
        let groups = self.of.get(phrase).into_iter().flatten().filter_map(|group| self.groups.get(*group));
        let mut seen = HashSet::from([phrase]);
        groups.flatten().filter(move |other| seen.insert(other))
    }
}

/// A phrase behind its first word.
pub(super) struct Entry {
    /// What must follow.
    pub(super) rest: Phrase,
    /// What it stands for.
    pub(super) concept: ConceptId,
    /// Whether these words must follow one another.
    pub(super) literal: bool,
}

/// Concepts that were made, so that each is made once.
#[derive(Default)]
struct Made {
    /// Alternatives as authors write them, again and again, to the concepts that they consist of.
    texts: HashMap<String, Vec<ConceptId>>,
    /// Phrases to their concepts.
    phrases: HashMap<Phrase, ConceptId>,
}

/// The concepts of one rubric, findable by the words that they begin with.
#[derive(Default)]
pub(super) struct Concepts {
    /// What was made of alternatives without quotation marks.
    free: Made,
    /// What was made of alternatives in quotation marks.
    literal: Made,
    /// First stem to the rest of the phrase and its concept.
    by_first: HashMap<String, Vec<Entry>>,
    /// The number that `#` stands for, where the rubric has one.
    figure: Option<(Figure, ConceptId)>,
    count: usize,
}

impl Concepts {
    /// Cuts an alternative into the concepts that it consists of, in its order.
    pub(super) fn of_alternative(
        &mut self,
        text: &str,
        literal: bool,
        thesaurus: &Thesaurus,
        words: &Words,
    ) -> Vec<ConceptId> {
        if let Some(known) = self.made(literal).texts.get(text) {
            return known.clone();
        }
        let stems = words.stems(text);
        let concepts =
            if literal { vec![self.concept(&stems, true, thesaurus)] } else { self.cut(&stems, thesaurus) };
        self.made(literal).texts.insert(text.to_owned(), concepts.clone());
        concepts
    }

    fn cut(&mut self, stems: &[String], thesaurus: &Thesaurus) -> Vec<ConceptId> {
        let mut rest = stems;
        let mut concepts = Vec::new();
        while !rest.is_empty() {
            let (phrase, behind) = rest.split_at(thesaurus.entry(rest).unwrap_or(1));
            rest = behind;
            let filler = phrase.len() == 1 && phrase.iter().all(|word| SMALL_WORDS.contains(&word.as_str()));
            if !filler {
                concepts.push(self.concept(phrase, false, thesaurus));
            }
        }
        if concepts.is_empty() { vec![self.concept(stems, true, thesaurus)] } else { concepts }
    }

    /// Makes the concept of a number near the figure; `None` where the rubric has no figure.
    pub(super) fn of_figure(&mut self, figure: Option<&Figure>) -> Option<ConceptId> {
        if self.figure.is_none() {
            self.figure = figure.map(|figure| (figure.clone(), self.count));
            self.count += usize::from(self.figure.is_some());
        }
        self.figure.as_ref().map(|(_, id)| *id)
    }

    /// Returns the figure with its concept, where a line asks for it.
    pub(super) fn figure(&self) -> Option<&(Figure, ConceptId)> {
        self.figure.as_ref()
    }

    fn concept(&mut self, phrase: &[String], literal: bool, thesaurus: &Thesaurus) -> ConceptId {
        if let Some(known) = self.made(literal).phrases.get(phrase) {
            return *known;
        }
        let id = self.count;
        self.count += 1;
        if !literal {
            for other in thesaurus.same(phrase) {
                self.index(other, id, false);
            }
        }
        self.index(phrase, id, literal);
        self.made(literal).phrases.insert(phrase.to_vec(), id);
        id
    }

    fn made(&mut self, literal: bool) -> &mut Made {
        if literal { &mut self.literal } else { &mut self.free }
    }

    fn index(&mut self, phrase: &[String], concept: ConceptId, literal: bool) {
        if let Some((first, rest)) = phrase.split_first() {
            self.by_first.entry(first.clone()).or_default().push(Entry {
                rest: rest.to_vec(),
                concept,
                literal,
            });
        }
    }

    /// Returns how many concepts there are; ids are below it.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Returns the phrases that begin with the stem.
    pub(super) fn starting_with(&self, stem: &str) -> &[Entry] {
        self.by_first.get(stem).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::Group;

    fn group(id: &str, members: &[&str]) -> Group {
        Group { id: id.to_owned(), members: members.iter().map(|m| (*m).to_owned()).collect() }
    }

    #[test]
    fn cuts_alternatives_by_the_longest_entry_of_the_lexicon() {
        let words = Words::new();
        let lexicon = Lexicon {
            synonyms: vec![
                group("coalescing", &["request coalescing", "single flight"]),
                group("db", &["database", "db"]),
            ],
            kinds: vec![group("cache", &["redis"])],
        };
        let thesaurus = Thesaurus::new(&lexicon, &words);
        let mut concepts = Concepts::default();
        assert_eq!(
            concepts.of_alternative("request coalescing in the db", false, &thesaurus, &words),
            [0, 1]
        );
        assert_eq!(concepts.of_alternative("database", false, &thesaurus, &words), [2]);
        assert_eq!(
            concepts.of_alternative("db", true, &thesaurus, &words),
            [3],
            "literal is another concept"
        );
        assert_eq!(concepts.of_alternative("cache", false, &thesaurus, &words), [4]);
        assert_eq!(concepts.of_alternative("redis", false, &thesaurus, &words), [5]);
        let found = |stem: &str| {
            let mut ids: Vec<ConceptId> =
                concepts.starting_with(stem).iter().map(|entry| entry.concept).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(found("db"), [1, 2, 3]);
        assert_eq!(found("databas"), [1, 2]);
        assert_eq!(found("redi"), [4, 5], "the kind finds its general word");
        assert_eq!(found("cach"), [4], "and not the other way round");
        assert_eq!(concepts.starting_with("singl").len(), 1);
    }
}
