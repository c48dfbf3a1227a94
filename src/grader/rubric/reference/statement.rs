//! What a reference says: its sentences, each with the words that tell something and how much each weighs.

use std::collections::HashSet;

use super::super::gate;
use super::super::text::{Sentence, Text, Token};
use super::kin::{Kin, Rarity};

/// The most telling words that are taken from one reference.
const MAX_TELLING: usize = 400;

/// What a word weighs. The steps are the square roots of how surprising the words of each band are in free text;
/// whole numbers, because weights are.
const WEIGHT_RARE: u8 = 13;
const WEIGHT_USUAL: u8 = 10;
const WEIGHT_COMMON: u8 = 7;
/// A word that relates others ("before", "every", "not") changes what is said, but many sentences have it.
const WEIGHT_RELATION: u8 = 5;
/// A word of the question weighs this part, since it shows less that the answer is known. It is not left out: which
/// of the question's words an answer takes up tells something.
const ASKED_PART: u8 = 5;
/// A word of an example weighs this part: others would have done as well.
const EXAMPLE_PART: u8 = 2;
/// The wording of a statement, its words next to one another as in the reference, weighs a quarter of its words.
const WORDING_PART: u32 = 4;

/// Grammar that tells something in a reference.
const RELATIONS: &[&str] = &[
    "over", "under", "between", "until", "after", "before", "behind", "through", "during", "without", "per",
    "no", "not", "only", "even", "still", "each", "every", "all", "any", "both", "more", "most", "than",
    "same", "one",
];

/// Those of them that only deny.
const DENIALS: &[&str] = &["no", "not", "without"];

/// Verbs that ask for a number of things.
const ASKING: &[&str] = &[
    "name", "state", "give", "list", "mention", "describe", "provide", "explain", "identify", "cite",
    "discuss", "suggest", "write",
];
const NUMBERS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// A word of a reference that tells something, where it stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Telling {
    /// Index of its token.
    pub(super) at: usize,
    pub(super) weight: u8,
    /// Whether the question has it, too.
    pub(super) asked: bool,
    /// Whether it only denies.
    pub(super) denies: bool,
}

/// A sentence of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sentence: Sentence,
    /// In order; never empty. A word that an earlier statement has is not told again.
    pub(super) telling: Vec<Telling>,
    /// Each first of two neighbours of which at least one tells something.
    pub(super) links: Vec<usize>,
    /// What its wording weighs.
    pub(super) wording: u8,
}

impl Statement {
    /// Returns what its telling words weigh together.
    pub(super) fn weight(&self) -> u32 {
        self.telling.iter().map(|telling| u32::from(telling.weight)).sum()
    }
}

/// Cuts a reference into statements; `asked` are the stems of the question.
pub(super) fn statements(text: &Text, reference: &str, asked: &HashSet<String>, kin: &Kin) -> Vec<Statement> {
    let mut told: HashSet<&str> = HashSet::new();
    let mut statements = Vec::new();
    for sentence in &text.sentences {
        let mut telling = Vec::new();
        let mut telling_tokens = HashSet::new();
        let example = example(text, *sentence);
        for at in sentence.first..sentence.end {
            let Some(token) = text.tokens.get(at) else { continue };
            let Some(weight) = weight(token, is_label(token, at == sentence.first, reference), kin) else {
                continue;
            };
            telling_tokens.insert(at);
            if told.len() < MAX_TELLING && told.insert(&token.stem) {
                let asked = asked.contains(&token.stem);
                let weight = if asked { (weight / ASKED_PART).max(1) } else { weight };
                let weight = if at < example { weight } else { (weight / EXAMPLE_PART).max(1) };
                let denies = DENIALS.contains(&token.word.as_str());
                telling.push(Telling { at, weight, asked, denies });
            }
        }
        if telling.is_empty() {
            continue;
        }
        let tells = |at: usize| telling_tokens.contains(&at);
        let links: Vec<usize> = (sentence.first..sentence.end.saturating_sub(1))
            .filter(|at| tells(*at) || tells(*at + 1))
            .collect();
        let mut statement = Statement { sentence: *sentence, telling, links, wording: 0 };
        if !statement.links.is_empty() {
            statement.wording = u8::try_from(statement.weight() / WORDING_PART).unwrap_or(u8::MAX);
        }
        statements.push(statement);
    }
    statements
}

/// Returns where the example of a sentence begins ("such as", "e.g."), which goes on to its end; without one, its end.
fn example(text: &Text, sentence: Sentence) -> usize {
    let word = |at: usize| text.tokens.get(at).map_or("", |token| token.word.as_str());
    let begins = |at: &usize| {
        matches!((word(*at), word(at + 1)), ("such", "as") | ("for", "example" | "instance"))
            || matches!(word(*at), "e.g" | "eg")
    };
    (sentence.first..sentence.end).find(begins).unwrap_or(sentence.end)
}

/// Returns how many things the question asks for out of more ("name two challenges", "at least 4 objectives");
/// `None` where it asks for all there are ("name the two phases").
pub(super) fn asked_for(ask: &Text) -> Option<usize> {
    let word = |at: usize| ask.tokens.get(at).map_or("", |token| token.word.as_str());
    (0..ask.tokens.len()).find_map(|at| {
        let number = NUMBERS.iter().position(|number| *number == word(at)).map(|index| index + 2);
        let number = number.or_else(|| word(at).parse().ok()).filter(|number| (2..=10).contains(number))?;
        let before = || (at.saturating_sub(4)..at).map(word);
        let all = matches!(before().next_back(), Some("the" | "these" | "all" | "in"));
        let things = (at + 1..at + 4).any(|at| is_plural(word(at))) || word(at + 1) == "of";
        (things && !all && before().any(|word| ASKING.contains(&word))).then_some(number)
    })
}

fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && word != "this" && word != "does"
}

/// Whether a letter is a name: "bulb A", "switch X".
fn is_label(token: &Token, first: bool, reference: &str) -> bool {
    let written = reference.get(token.start..token.end).unwrap_or_default();
    !first && written != "I" && written.len() == 1 && written.chars().all(|c| c.is_ascii_uppercase())
}

fn weight(token: &Token, label: bool, kin: &Kin) -> Option<u8> {
    if RELATIONS.contains(&token.word.as_str()) {
        return Some(WEIGHT_RELATION);
    }
    if gate::is_grammar(token) && !label {
        return None;
    }
    Some(match kin.rarity(&token.stem) {
        Rarity::Rare => WEIGHT_RARE,
        Rarity::Usual => WEIGHT_USUAL,
        Rarity::Common => WEIGHT_COMMON,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::token::Words;
    use super::*;

    fn told(ask: &str, reference: &str) -> Vec<Vec<(String, u8)>> {
        let words = Words::new();
        let text = words.split(reference);
        let asked = words.stems(ask).into_iter().collect();
        statements(&text, reference, &asked, &Kin::new(&words))
            .iter()
            .map(|statement| {
                let telling = statement.telling.iter();
                telling.map(|told| (text.tokens[told.at].word.clone(), told.weight)).collect()
            })
            .collect()
    }

    #[test]
    fn words_weigh_what_they_tell() {
        let word = |word: &str, weight: u8| (word.to_owned(), weight);
        assert_eq!(
            told(
                "What is its mutex for?",
                "A mutex serialises threads, one at a time. Threads wait before bulb A."
            ),
            [
                vec![
                    word("mutex", WEIGHT_RARE / ASKED_PART),
                    word("serialises", WEIGHT_RARE),
                    word("threads", WEIGHT_USUAL),
                    word("one", WEIGHT_RELATION),
                    word("time", WEIGHT_COMMON)
                ],
                vec![
                    word("wait", WEIGHT_USUAL),
                    word("before", WEIGHT_RELATION),
                    word("bulb", WEIGHT_RARE),
                    word("a", WEIGHT_RARE)
                ],
            ]
        );
        assert_eq!(
            told("", "Mutexes serialise callers such as threads."),
            [vec![
                word("mutexes", WEIGHT_USUAL),
                word("serialise", WEIGHT_RARE),
                word("callers", WEIGHT_USUAL),
                word("threads", WEIGHT_USUAL / EXAMPLE_PART)
            ]]
        );
        assert_eq!(told("", "It is. And so on."), [] as [Vec<(String, u8)>; 0]);
    }

    #[test]
    fn knows_how_many_things_are_asked_for() {
        let asked = |ask: &str| asked_for(&Words::new().split(ask));
        assert_eq!(asked("Please state at least 4 objectives."), Some(4));
        assert_eq!(asked("Name and describe two challenges of roaming."), Some(2));
        assert_eq!(asked("Give three of the reasons."), Some(3));
        assert_eq!(asked("Name the two phases and explain each."), None);
        assert_eq!(asked("Explain why circuit 2 is not a short circuit."), None);
        assert_eq!(asked("How many bytes has a word?"), None);
    }
}
