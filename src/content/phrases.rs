//! Phrases in evidence that are read as less than they say: `on the server` is just `server`.

use std::collections::BTreeSet;

use super::assemble::Loaded;
use super::catalog::Catalog;
use super::notes::{At, Notes};
use super::problem::{Place, Problem, RuleFault};
use super::rarity::{Rarity, words};
use crate::domain::lexicon::Lexicon;
use crate::domain::pattern::{Pattern, SMALL_WORDS};

/// A phrase of which one word is left when the small words are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// Where the line of evidence stands.
    pub place: Place,
    /// The phrase as it is written.
    pub phrase: String,
    /// What is left of it.
    pub word: String,
}

/// Returns the phrases of a line that are read as one word.
pub(crate) fn shrunk(line: &At<Pattern>, notes: &Notes) -> Vec<Shrunk> {
    let alternatives = line.value.slots().flat_map(|slot| slot.alternatives()).filter(|a| !a.literal);
    let found = alternatives.filter_map(|alternative| {
        let phrase = alternative.words;
        let word = what_is_left(phrase)?.to_lowercase();
        Some(Shrunk { place: notes.place(line.at), phrase: phrase.to_owned(), word })
    });
    found.collect()
}

/// Returns the one word that is left of a phrase; `None` where it has one word from the start, or several at the
/// end. Every phrase of a pack goes through here whenever it is loaded.
fn what_is_left(phrase: &str) -> Option<&str> {
    let words = || phrase.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '\u{2019}'));
    let is_small = |word: &str| SMALL_WORDS.iter().any(|small| small.eq_ignore_ascii_case(word));
    let mut left = words().filter(|word| !word.is_empty() && !is_small(word));
    let word = left.next().filter(|word| word.len() < phrase.len())?;
    let several = words().filter(|word| !word.is_empty()).nth(1).is_some();
    (several && left.next().is_none()).then_some(word)
}

/// Returns what is worth a second look in a pack, though it is no problem: phrases that are read as a common word.
///
/// `known` is the content of all packs in use, which tells what is common, and which phrases stay whole since the
/// lexicon has them.
#[must_use]
pub fn remarks(loaded: &Loaded, known: &Catalog) -> Vec<Problem> {
    let rarity = Rarity::of(known.prose());
    let entries = entries(&known.lexicon);
    let weak = loaded
        .shrunk
        .iter()
        .filter(|shrunk| rarity.is_common(&shrunk.word) && !entries.contains(&plain_words(&shrunk.phrase)));
    weak.map(|shrunk| {
        let Shrunk { place, phrase, word } = shrunk.clone();
        Problem::new(place, RuleFault::Shrunk { phrase, word })
    })
    .collect()
}

/// Cuts a phrase at hyphens, too, as an answer is.
fn plain_words(phrase: &str) -> Vec<String> {
    words(&phrase.replace('-', " ")).collect()
}

fn entries(lexicon: &Lexicon) -> BTreeSet<Vec<String>> {
    let members = lexicon.synonyms.iter().chain(&lexicon.kinds).flat_map(|group| &group.members);
    members.map(|member| plain_words(member)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::sample::{QUESTION_PATH, changed, load, shown};

    /// Checks which phrases are noted when the sample's first line of evidence is another one.
    fn check(line: &str, expected: &[&str]) {
        let loaded = load(&changed(QUESTION_PATH, "working set|hot data + hold|fit", line)).unwrap();
        let notes = shown(&remarks(&loaded, &loaded.catalog));
        let rest = ", which many answers say; put the phrase in quotation marks, or write a more telling one";
        let expected = expected.iter().map(|said| format!("{QUESTION_PATH}:15: cache/sizing: {said}{rest}"));
        assert_eq!(notes, expected.collect::<Vec<_>>(), "{line:?}");
    }

    #[test]
    fn a_phrase_that_is_one_common_word_is_noted() {
        check("working set|hot data + hold|fit", &[]);
        check(
            "for the hit|to-curve + of the working set|and of",
            &["`for the hit` is read as just `hit`", "`to-curve` is read as just `curve`"],
        );
        check("\\\"for the hit\\\" + hit", &[]);
        check("!on the curve", &["`on the curve` is read as just `curve`"]);
    }

    #[test]
    fn a_phrase_of_the_lexicon_stays_whole() {
        let mut files = changed(QUESTION_PATH, "working set|hot data + hold|fit", "in the curve");
        files[1].1 = files[1].1.replace("\"DB\"", "\"DB\", \"in the Curve\"");
        let loaded = load(&files).unwrap();
        assert_eq!(remarks(&loaded, &loaded.catalog), []);
    }

    #[test]
    fn a_rare_word_is_telling_enough() {
        let loaded = load(&changed(QUESTION_PATH, "working set|hot data + hold|fit", "with jitter")).unwrap();
        let known = crate::content::builtin::load().unwrap().catalog;
        assert_eq!(loaded.shrunk.iter().map(|shrunk| shrunk.word.as_str()).collect::<Vec<_>>(), ["jitter"]);
        let mut rare = Catalog::default();
        let question = known.questions.iter().find(|q| q.id.as_str() == "cache/sizing").unwrap();
        rare.questions = vec![question.clone(); 200];
        assert_eq!(remarks(&loaded, &rare), []);
    }
}
