//! Phrases in evidence that are read as less than they say: `on the server` is just `server`.

use std::collections::BTreeSet;

use super::assemble::Loaded;
use super::catalog::Catalog;
use super::problem::{Origin, Place, Problem, RuleFault};
use super::rarity::{Rarity, words};
use crate::domain::lexicon::Lexicon;
use crate::domain::pattern::{Pattern, SMALL_WORDS};
use crate::domain::question::Misconception;

/// Returns what is worth a second look in a pack, though it is no problem: phrases that are read as a common word.
///
/// `known` is the content of all packs in use, which tells what is common, and which phrases stay whole since the
/// lexicon has them.
#[must_use]
pub fn remarks(loaded: &Loaded, known: &Catalog) -> Vec<Problem> {
    let rarity = Rarity::of(known.prose());
    let entries = entries(&known.lexicon);
    let mut remarks = Vec::new();
    for (place, pattern) in placed(loaded) {
        let alternatives = pattern.slots().flat_map(|slot| slot.alternatives()).filter(|a| !a.literal);
        for phrase in alternatives.map(|alternative| alternative.words) {
            let Some(word) = what_is_left(phrase).map(str::to_lowercase) else { continue };
            if rarity.is_common(&word) && !entries.contains(&plain_words(phrase)) {
                let fault = RuleFault::Shrunk { phrase: phrase.to_owned(), word };
                remarks.push(Problem::new(place.clone(), fault));
            }
        }
    }
    remarks.sort_by(|a, b| a.place.cmp(&b.place));
    remarks
}

/// Returns all evidence of a pack with its places.
fn placed(loaded: &Loaded) -> Vec<(Place, &Pattern)> {
    let questions = loaded.catalog.questions.iter().map(|question| {
        let points = question.rubric.points.iter();
        let points = points.map(|point| [&point.evidence, &point.mention, &point.contradiction]);
        (Origin::question(&question.id), lines(points, &question.rubric.misconceptions))
    });
    let extensions = loaded.catalog.extensions.iter().map(|extension| {
        let points = extension.points.iter();
        let points = points.map(|addition| [&addition.evidence, &addition.mention, &addition.contradiction]);
        (Origin::question(&extension.question), lines(points, &extension.misconceptions))
    });
    let files = questions.chain(extensions);
    files
        .flat_map(|(origin, patterns)| {
            let lines = loaded.lines.get(&origin.file).cloned().unwrap_or_default();
            let placed = lines.into_iter().zip(patterns);
            placed.map(move |(line, pattern)| (origin.line(line), pattern)).collect::<Vec<_>>()
        })
        .collect()
}

/// Returns lines of evidence in the order in which they are read from a file.
fn lines<'a>(
    points: impl Iterator<Item = [&'a Vec<Pattern>; 3]>,
    misconceptions: &'a [Misconception],
) -> Vec<&'a Pattern> {
    let misconceptions = misconceptions.iter().map(|misconception| &misconception.evidence);
    points.flatten().chain(misconceptions).flatten().collect()
}

/// Returns the one word that is left of a phrase when the small words are passed over; `None` where it has one word
/// from the start, or several at the end.
fn what_is_left(phrase: &str) -> Option<&str> {
    let words = || phrase.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '\u{2019}'));
    let is_small = |word: &str| SMALL_WORDS.iter().any(|small| small.eq_ignore_ascii_case(word));
    let mut left = words().filter(|word| !word.is_empty() && !is_small(word));
    let word = left.next()?;
    let several = words().filter(|word| !word.is_empty()).nth(1).is_some();
    (several && left.next().is_none()).then_some(word)
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
        assert_eq!(what_is_left("with jitter"), Some("jitter"));
        let mut rare = Catalog::default();
        let question = known.questions.iter().find(|q| q.id.as_str() == "cache/sizing").unwrap();
        rare.questions = vec![question.clone(); 200];
        assert_eq!(remarks(&loaded, &rare), []);
    }
}
