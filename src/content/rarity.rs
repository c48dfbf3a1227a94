//! How common words are in all texts of the packs: the rare ones tell what a sentence is about.

use std::collections::{BTreeSet, HashMap};

/// A word that one text of so many has is common: it finds itself in answers to other questions.
const COMMON_IN: usize = 50;

/// In how many texts each word stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rarity {
    texts: usize,
    counts: HashMap<String, usize>,
}

impl Rarity {
    /// Counts the words of texts.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut rarity = Self::default();
        for text in texts {
            rarity.texts += 1;
            for word in words(text).collect::<BTreeSet<_>>() {
                *rarity.counts.entry(word).or_default() += 1;
            }
        }
        rarity
    }

    /// Returns how many texts have the word, which is in lower case.
    pub(crate) fn count(&self, word: &str) -> usize {
        self.counts.get(word).copied().unwrap_or(0)
    }

    /// Whether the word is met in answers to many questions.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        self.count(word) * COMMON_IN >= self.texts.max(COMMON_IN)
    }
}

/// Returns the words of a text in lower case; hyphens and apostrophes join.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || is_joint(c)))
        .map(|word| word.trim_matches(is_joint))
        .filter(|word| !word.is_empty())
        .map(|word| word.replace('\u{2019}', "'").to_lowercase())
}

fn is_joint(c: char) -> bool {
    ['-', '\'', '\u{2019}'].contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_words() {
        let words: Vec<String> =
            words("It's a write-through 'Cache' - 99.9% of it; ça va\u{2019}s").collect();
        assert_eq!(words, ["it's", "a", "write-through", "cache", "99", "9", "of", "it", "ça", "va's"]);
    }

    #[test]
    fn a_word_counts_once_a_text() {
        let texts: Vec<String> = (0..64).map(|n| format!("the the word{n} {}", ["", "key"][n % 2])).collect();
        let rarity = Rarity::of(texts.iter().map(String::as_str));
        assert_eq!(["the", "key", "word1", "other"].map(|word| rarity.count(word)), [64, 32, 1, 0]);
        assert_eq!(
            ["the", "key", "word1", "other"].map(|word| rarity.is_common(word)),
            [true, true, false, false]
        );
    }

    #[test]
    fn without_texts_no_word_is_common() {
        assert!(!Rarity::default().is_common("word"));
    }
}
