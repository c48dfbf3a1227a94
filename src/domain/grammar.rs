//! English words that carry grammar: what a text is about stands in the others.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The same words, to be looked up: every word of every answer is.
static LOOKED_UP: LazyLock<HashSet<&str>> = LazyLock::new(|| GRAMMAR.iter().copied().collect());

/// Words that carry grammar and no subject matter.
const GRAMMAR: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "they", "them", "their", "we", "our",
    "us", "you", "your", "i", "my", "he", "she", "one", "who", "which", "what", "is", "are", "was", "were",
    "be", "been", "being", "am", "has", "have", "had", "do", "does", "did", "don't", "doesn't", "can",
    "could", "will", "would", "should", "must", "may", "might", "of", "to", "in", "on", "at", "by", "for",
    "from", "with", "without", "into", "onto", "over", "under", "between", "until", "after", "before",
    "behind", "through", "during", "per", "as", "than", "so", "if", "when", "whenever", "while", "because",
    "since", "but", "and", "or", "nor", "not", "no", "then", "there", "here", "also", "only", "just", "even",
    "still", "each", "every", "all", "any", "some", "both", "more", "most", "such", "how", "why", "where",
    "up", "down", "out", "off", "i'd", "we'd", "i'll", "it's", "isn't", "can't", "let", "like",
];

/// Whether a word, in lower case, carries grammar and no subject matter.
#[must_use]
pub fn is_grammar(word: &str) -> bool {
    LOOKED_UP.contains(word)
}
