//! Whether an answer takes a statement's words and turns it round: by a denial, or by an opposite.

use std::collections::HashSet;

use super::super::text::{Text, Token};
use super::kin::Kin;
use super::said::Said;
use super::statement::{Statement, Telling};

/// How many words to each side belong to the surroundings of an opposite.
const AROUND: usize = 2;
const ARTICLES: &[&str] = &["a", "an", "the"];

/// A word that denies, between the word before it and the word that it denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Denial {
    at: usize,
    before: Option<usize>,
    behind: usize,
}

/// Finds every denial that stands before a word of its clause.
pub(super) fn denials(text: &Text) -> Vec<Denial> {
    (0..text.tokens.len()).filter_map(|at| denial(&text.tokens, at)).collect()
}

/// Returns the stems that are denied.
pub(super) fn denied_stems(text: &Text, denials: &[Denial]) -> HashSet<String> {
    denials.iter().filter_map(|denial| stem(text, denial.behind)).map(str::to_owned).collect()
}

fn denial(tokens: &[Token], at: usize) -> Option<Denial> {
    let token = tokens.get(at)?;
    let same_clause = |other: &Token| other.clause == token.clause;
    let behind = tokens.iter().enumerate().skip(at + 1);
    let (behind, next) = behind.take_while(|(_, t)| same_clause(t)).find(|(_, t)| !is(t, ARTICLES))?;
    let denies = token.word.ends_with("n't")
        || is(token, &["not", "never", "no", "cannot", "dont", "doesnt", "cant", "wont", "isnt"]);
    if !denies || is(next, &["only", "just", "merely", "necessarily"]) {
        return None;
    }
    let before = at.checked_sub(1).filter(|before| tokens.get(*before).is_some_and(same_clause));
    Some(Denial { at, before, behind })
}

fn is(token: &Token, list: &[&str]) -> bool {
    list.contains(&token.word.as_str())
}

/// Both sides of a comparison, with their denials.
pub(super) struct Sides<'a> {
    pub(super) reference: &'a Text,
    pub(super) reference_denials: &'a [Denial],
    /// The stems that the reference denies.
    pub(super) denied_stems: &'a HashSet<String>,
    /// By token, whether it stands in the reach of a negation.
    pub(super) reference_denied: &'a [bool],
    pub(super) said: &'a Said<'a>,
    pub(super) answer_denials: &'a [Denial],
    pub(super) kin: &'a Kin,
    /// The stems of the question.
    pub(super) asked: &'a HashSet<String>,
}

impl Sides<'_> {
    fn is_denied(&self, at: usize) -> bool {
        self.reference_denied.get(at).copied().unwrap_or(false)
    }

    /// Finds denials between two of the statement's words that the statement has not, and words side by side between
    /// which the statement has one.
    pub(super) fn denied(&self, statement: &Statement) -> Vec<usize> {
        let range = statement.sentence.first..statement.sentence.end;
        let stems: HashSet<&str> = range.clone().filter_map(|at| stem(self.reference, at)).collect();
        let answer = self.said.text();
        let added = self.answer_denials.iter().filter(|denial| {
            let has = |at: usize| stem(answer, at).is_some_and(|stem| stems.contains(stem));
            let word = stem(answer, denial.behind);
            let as_denied = word.is_some_and(|word| self.denied_stems.contains(word));
            has(denial.behind) && denial.before.is_none_or(has) && !as_denied
        });
        let left_out =
            self.reference_denials.iter().filter(|denial| range.contains(&denial.at)).filter_map(|denial| {
                let before = stem(self.reference, denial.before?)?;
                let behind = stem(self.reference, denial.behind)?;
                // The reference may say both.
                let pairs = (0..self.reference.tokens.len())
                    .map(|at| (stem(self.reference, at), stem(self.reference, at + 1)));
                let own = pairs.into_iter().any(|pair| pair == (Some(before), Some(behind)));
                if own { None } else { self.said.pair(before, behind) }
            });
        added.map(|denial| denial.at).chain(left_out).collect()
    }

    /// Finds the opposite of a word that is missing, in the word's own surroundings.
    pub(super) fn opposite(&self, statement: &Statement, telling: &Telling) -> Option<usize> {
        let around = |text: &Text, at: usize| -> Vec<usize> {
            (at.saturating_sub(AROUND)..=at + AROUND)
                .filter(|other| *other != at && *other < text.tokens.len())
                .collect()
        };
        let surroundings: HashSet<&str> = around(self.reference, telling.at)
            .into_iter()
            .filter(|at| (statement.sentence.first..statement.sentence.end).contains(at))
            .filter_map(|at| self.reference.tokens.get(at))
            .filter(|token| !is(token, ARTICLES))
            .map(|token| token.stem.as_str())
            .collect();
        let elsewhere =
            |word: &str| self.asked.contains(word) || self.reference.tokens.iter().any(|t| t.stem == word);
        let opposites = self.kin.opposites(stem(self.reference, telling.at)?);
        opposites
            .iter()
            .filter(|word| !elsewhere(word))
            .flat_map(|word| self.said.places(word))
            .copied()
            // "Not open" says "closed".
            .filter(|at| self.said.is_denied(*at) == self.is_denied(telling.at))
            .find(|at| {
                let near = around(self.said.text(), *at);
                near.into_iter()
                    .any(|at| stem(self.said.text(), at).is_some_and(|stem| surroundings.contains(stem)))
            })
    }
}

fn stem(text: &Text, at: usize) -> Option<&str> {
    text.tokens.get(at).map(|token| token.stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::super::token::Words;
    use super::*;

    #[test]
    fn finds_denials_with_their_neighbours() {
        let check = |text: &str, expected: &[(Option<&str>, &str)]| {
            let text = Words::new().split(text);
            let word = |at: usize| text.tokens[at].word.as_str();
            let found: Vec<_> =
                denials(&text).iter().map(|denial| (denial.before.map(word), word(denial.behind))).collect();
            assert_eq!(found, expected);
        };
        check("It is not a queue.", &[(Some("is"), "queue")]);
        check("No queue, never.", &[(None, "queue")]);
        check("It doesn't retry.", &[(Some("it"), "retry")]);
        check("It is not only a queue.", &[]);
    }
}
