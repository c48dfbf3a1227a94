//! Words without their endings.

use frostem::{Algorithm, Stemmer};

/// Words that the stemmer takes for forms of another word, and that mean something else in this field: a relational
/// store is not a related one, a follower follows no link, what is effectively so has no effect, several are not severe,
/// an actionable alert is not an action, what is unlikely is not unlike, what hardly happens is not hard, and a token of a login is not what a vault makes of a card number.
const UNLIKE: &[(&str, &str)] = &[
    ("relational", "relational"),
    ("follower", "follower"),
    ("followers", "follower"),
    ("effectively", "effectively"),
    ("several", "several"),
    ("actionable", "actionable"),
    ("practically", "practically"),
    ("fullness", "fullness"),
    ("unlikely", "unlikely"),
    ("hardly", "hardly"),
    ("tokenize", "tokeniz"),
    ("tokenizes", "tokeniz"),
    ("tokenized", "tokeniz"),
    ("tokenizing", "tokeniz"),
    ("tokenization", "tokeniz"),
    ("tokenise", "tokeniz"),
    ("tokenised", "tokeniz"),
    ("tokenisation", "tokeniz"),
];

/// Shortens words to stems (Snowball English). Negations keep their form.
pub(super) struct Stems(Stemmer);

impl Stems {
    pub(super) fn new() -> Self {
        Self(Stemmer::new(Algorithm::English))
    }

    pub(super) fn stem(&self, word: &str) -> String {
        // The stemmer cuts 's; a contraction with n't has to stay whole, for it negates.
        if word.contains('\'') && word.ends_with("n't") {
            return word.to_owned();
        }
        match UNLIKE.iter().find(|(known, _)| *known == word) {
            Some((_, stem)) => (*stem).to_owned(),
            None => self.0.stem(word).into_owned(),
        }
    }
}
