//! Plain graders: how much of a reference answer's words an answer has.
//!
//! They are here to be compared with. They give a share and no verdicts, and whoever copies words deceives them.

use frostem::{Algorithm, Stemmer};

use super::telling::telling;

/// Two words are the same from this Jaro-Winkler similarity on.
const SAME: f64 = 0.85;

/// How words are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// The share of the reference's telling words that the answer has.
    Recall,
    /// The same without the question's words, and with words that are nearly alike.
    SoftRecall,
    /// The harmonic mean of what the answer has of the reference and the reference of the answer, without the
    /// question's words.
    OverlapF1,
}

impl Plain {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Recall, Self::SoftRecall, Self::OverlapF1];

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::SoftRecall => "soft-recall",
            Self::OverlapF1 => "overlap-f1",
        }
    }
}

/// Grades by plain comparison of words.
pub struct PlainGrader {
    stemmer: Stemmer,
}

impl Default for PlainGrader {
    fn default() -> Self {
        Self { stemmer: Stemmer::new(Algorithm::English) }
    }
}

impl PlainGrader {
    /// Returns a share from 0 to 1, of the reference that the answer meets best; 0 without a reference.
    #[must_use]
    pub fn share(&self, plain: Plain, ask: &str, references: &[&str], answer: &str) -> f64 {
        let asked = self.stems(ask);
        let answer = self.stems(answer);
        let shares = references.iter().map(|reference| share(plain, &asked, &self.stems(reference), &answer));
        shares.fold(0.0, f64::max)
    }

    /// Returns the stems of a text's telling words, each once.
    fn stems(&self, text: &str) -> Vec<String> {
        let mut stems: Vec<String> =
            telling(text).iter().map(|word| self.stemmer.stem(word).into_owned()).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }
}

fn share(plain: Plain, asked: &[String], reference: &[String], answer: &[String]) -> f64 {
    let has = |words: &[String], word: &String| words.binary_search(word).is_ok();
    match plain {
        Plain::Recall => part(reference, |word| has(answer, word)),
        Plain::SoftRecall => part(&new(reference, asked), |word| {
            has(answer, word) || answer.iter().any(|other| strsim::jaro_winkler(word, other) >= SAME)
        }),
        Plain::OverlapF1 => {
            let (reference, answer) = (new(reference, asked), new(answer, asked));
            let both = reference.iter().filter(|word| has(&answer, word)).count();
            let all = reference.len() + answer.len();
            if all == 0 { 0.0 } else { 2.0 * both as f64 / all as f64 }
        }
    }
}

/// Returns the words that the question does not have; all of them where it has all.
fn new(words: &[String], asked: &[String]) -> Vec<String> {
    let new: Vec<String> = words.iter().filter(|word| asked.binary_search(word).is_err()).cloned().collect();
    if new.is_empty() { words.to_vec() } else { new }
}

fn part(words: &[String], is_there: impl Fn(&String) -> bool) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    words.iter().filter(|word| is_there(word)).count() as f64 / words.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(plain: Plain, references: &[&str], answer: &str, expected: f64) {
        let share = PlainGrader::default().share(plain, "Why do we shard tables?", references, answer);
        assert!((share - expected).abs() < 1e-9, "{plain:?} of {answer:?}: {share}");
    }

    #[test]
    fn recall_is_the_share_of_the_references_words() {
        let reference = ["One machine cannot hold all rows of the tables."];
        // machine, cannot, hold, rows, tables.
        check(Plain::Recall, &reference, "The rows fill the machines, and tables grow.", 3.0 / 5.0);
        check(Plain::Recall, &reference, "", 0.0);
        check(Plain::Recall, &["It is."], "rows", 0.0);
        check(Plain::Recall, &[], "rows", 0.0);
    }

    #[test]
    fn soft_recall_forgives_spelling_and_leaves_the_question_out() {
        let reference = ["One machine cannot hold all rows of the tables."];
        check(Plain::SoftRecall, &reference, "machin holds tables", 2.0 / 4.0);
        check(Plain::SoftRecall, &["Tables."], "tables", 1.0);
    }

    #[test]
    fn overlap_counts_what_is_too_much() {
        // machine, hold, rows against machine, hold, disk, full.
        check(Plain::OverlapF1, &["machine hold rows tables"], "machine hold disk full", 4.0 / 7.0);
        check(Plain::OverlapF1, &[""], "", 0.0);
    }

    #[test]
    fn the_best_reference_counts() {
        check(Plain::Recall, &["rows columns", "rows"], "rows", 1.0);
    }
}
