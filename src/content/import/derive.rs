//! Key points of a reference answer: one for each sentence or bullet that says something.
//!
//! Which of a sentence's ideas matters only a person can say. What a program can say is which of its words are rare,
//! and an answer that has several of those in one sentence is likely to mean the same.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::content::check::GradeFn;
use crate::content::rarity::{Rarity, words};
use crate::domain::grammar::is_grammar;
use crate::domain::id::{MAX_PART, PointId, QuestionId, slug};
use crate::domain::pattern::Pattern;
use crate::domain::question::{KeyPoint, Question, Rubric};
use crate::domain::words::{Facet, Level, Purpose, Verdict};

/// The most key points of one answer; more are not asked for in one breath.
const MAX_POINTS: usize = 40;
/// The most words of a sentence that its evidence asks for.
const MAX_WORDS: usize = 9;
/// The slots of a line: three words near one another seldom meet by accident.
const SLOTS: usize = 3;
/// The longest word that is one, in bytes.
const MAX_WORD: usize = 40;
/// A sentence of so many words or fewer may tell by one word, as a bullet does.
const SHORT: usize = 3;
/// The words of a sentence that name its key point.
const NAME_WORDS: usize = 3;

/// Ends of words behind which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &["e.g", "i.e", "vs", "etc", "approx", "resp", "dr"];

/// What the interviewer asks on a sentence that was missed, by a word in it. None of them gives the sentence away.
const PROBES: &[(&[&str], &str)] = &[
    (&["because", "therefore", "hence"], "Which reason is missing from your answer?"),
    (
        &["but", "however", "although", "instead", "unlike", "whereas"],
        "Which trade-off is missing from your answer?",
    ),
    (&["example", "instance", "e.g"], "Which example would you give?"),
    (&["never", "avoid", "not", "don't", "cannot", "can't"], "What should one never do here?"),
    (&["if", "when", "once", "unless"], "Which case is missing from your answer?"),
];
const PROBE: &str = "What else belongs to a full answer?";
const NUMBER_PROBE: &str = "Which numbers belong to it?";

/// Makes key points of answers.
pub struct Deriver<'a> {
    rarity: Rarity,
    grade: &'a GradeFn<'a>,
}

impl<'a> Deriver<'a> {
    /// Makes it for a grader; `texts` tell which words are rare.
    #[must_use]
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>, grade: &'a GradeFn<'a>) -> Self {
        Self { rarity: Rarity::of(texts), grade }
    }

    /// Returns the key points of an answer, each of which the answer itself fully says.
    #[must_use]
    pub fn points(&self, wording: &str, reference: &str) -> Vec<KeyPoint> {
        let asked: BTreeSet<String> = words(wording).collect();
        let mut names = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let sentences = sentences(reference).into_iter().filter(|sentence| seen.insert(sentence.clone()));
        let drafts = sentences.filter_map(|sentence| self.draft(&sentence, &asked, &mut names));
        let drafts: Vec<Draft> = drafts.take(MAX_POINTS).collect();
        let plain = drafts.iter().filter_map(|draft| draft.point(draft.lines().next()?)).collect();
        let said = self.said(wording, reference, plain);
        let found = drafts.iter().filter_map(|draft| {
            if let Some(point) = said.iter().find(|point| point.id == draft.id) {
                return Some(point.clone());
            }
            let others = draft.lines().skip(1).filter_map(|line| draft.point(line));
            others.filter_map(|point| self.said(wording, reference, vec![point]).pop()).next()
        });
        found.collect()
    }

    /// Keeps the key points that the answer fully says.
    fn said(&self, wording: &str, reference: &str, points: Vec<KeyPoint>) -> Vec<KeyPoint> {
        // One id for all, so that a grader that keeps rubrics ready does not keep thousands.
        let Ok(id) = QuestionId::parse("import/draft") else { return Vec::new() };
        let question = Question {
            id,
            wording: wording.to_owned(),
            purposes: vec![Purpose::Depth],
            needs: Vec::new(),
            placeholders: BTreeMap::new(),
            reference: reference.to_owned(),
            rubric: Rubric { points, misconceptions: Vec::new(), figure: None },
            sources: Vec::new(),
        };
        let grade = (self.grade)(&question, reference);
        let hit = |id: &PointId| {
            grade.verdicts.iter().any(|verdict| verdict.point.id == *id && verdict.verdict == Verdict::Hit)
        };
        question.rubric.points.into_iter().filter(|point| hit(&point.id)).collect()
    }

    fn draft(
        &self,
        sentence: &str,
        asked: &BTreeSet<String>,
        names: &mut BTreeMap<String, usize>,
    ) -> Option<Draft> {
        let all: Vec<String> = words(sentence).collect();
        let mut seen = BTreeSet::new();
        let is_word = |word: &str| word.len() <= MAX_WORD && word.chars().count() > 1 && !is_grammar(word);
        let mut telling: Vec<&String> =
            all.iter().filter(|word| is_word(word) && seen.insert(word.as_str())).collect();
        let named: Vec<&str> = self.rarest(&telling, NAME_WORDS);
        let named = slug(&named.join(" ")).unwrap_or_else(|| "point".to_owned());
        // The rarest first; what the question says itself tells least.
        telling.sort_by_key(|word| (asked.contains(*word), self.weakness(word)));
        telling.truncate(MAX_WORDS);
        if telling.is_empty() || (telling.len() == 1 && all.len() > SHORT) {
            return None;
        }
        let count = names.entry(named.clone()).or_insert(0);
        *count += 1;
        let id = if *count == 1 { named } else { format!("{named}-{count}") };
        Some(Draft {
            id: PointId::parse(id.get(..MAX_PART).unwrap_or(&id)).ok()?,
            text: sentence.to_owned(),
            telling: telling.into_iter().cloned().collect(),
            probe: probe(sentence, &all),
        })
    }

    /// Returns how little a word tells: rare words tell much, and of equally rare ones the longer.
    fn weakness(&self, word: &str) -> usize {
        (self.rarity.count(word) + 1) * 100 / word.len().max(1)
    }

    /// Returns the rarest of the words, in the order of the sentence.
    fn rarest<'w>(&self, telling: &[&'w String], count: usize) -> Vec<&'w str> {
        let mut ranked: Vec<(usize, usize)> =
            telling.iter().enumerate().map(|(at, word)| (self.weakness(word), at)).collect();
        ranked.sort_unstable();
        let mut places: Vec<usize> = ranked.into_iter().take(count).map(|(_, at)| at).collect();
        places.sort_unstable();
        places.iter().filter_map(|at| telling.get(*at)).map(|word| word.as_str()).collect()
    }
}

/// A sentence on its way to a key point.
struct Draft {
    id: PointId,
    text: String,
    /// Its telling words, the rarest first.
    telling: Vec<String>,
    probe: &'static str,
}

impl Draft {
    /// Returns lines of evidence, the strictest first: of several slots, and what the sentence denies in the negative.
    fn lines(&self) -> impl Iterator<Item = String> {
        let most = SLOTS.min(self.telling.len());
        let fewest = most.min(SLOTS - 1);
        (fewest..=most)
            .rev()
            .flat_map(move |slots| (0..1_u32 << slots).map(move |denied| self.line(slots, denied)))
    }

    /// Deals the words out to the slots, so that each has a rare one first.
    fn line(&self, slots: usize, denied: u32) -> String {
        let slot = |slot: usize| {
            let words: Vec<&str> =
                self.telling.iter().skip(slot).step_by(slots).map(String::as_str).collect();
            let sign = if denied >> slot & 1 == 1 { "!" } else { "" };
            format!("{sign}{}", words.join("|"))
        };
        (0..slots).map(slot).collect::<Vec<_>>().join(" + ")
    }

    fn point(&self, line: String) -> Option<KeyPoint> {
        Some(KeyPoint {
            id: self.id.clone(),
            text: self.text.clone(),
            weight: weight(self.telling.len()),
            level: Level::Mid,
            facet: Facet::Mechanism,
            evidence: vec![Pattern::parse(&line).ok()?],
            mention: Vec::new(),
            contradiction: Vec::new(),
            probe: self.probe.to_owned(),
            derived: true,
        })
    }
}

/// Longer sentences say more.
fn weight(telling: usize) -> u8 {
    match telling {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    }
}

fn probe(sentence: &str, words: &[String]) -> &'static str {
    let has = |marks: &[&str]| words.iter().any(|word| marks.contains(&word.as_str()));
    match PROBES.iter().find(|(marks, _)| has(marks)) {
        Some((_, probe)) => probe,
        None if sentence.contains(|c: char| c.is_ascii_digit()) => NUMBER_PROBE,
        None => PROBE,
    }
}

/// Returns the sentences and bullets of Markdown that state something, as plain text.
fn sentences(markdown: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut block = String::new();
    let mut muted = 0_usize;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Heading { .. }) => {
                split(&std::mem::take(&mut block), &mut sentences);
                muted += 1;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::Heading(_)) => muted = muted.saturating_sub(1),
            Event::Start(Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::BlockQuote(_))
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::List(_) | TagEnd::BlockQuote(_)) => {
                split(&std::mem::take(&mut block), &mut sentences);
            }
            Event::Text(part) | Event::Code(part) if muted == 0 => block.push_str(&part),
            Event::SoftBreak | Event::HardBreak => block.push('\n'),
            _ => {}
        }
    }
    split(&block, &mut sentences);
    sentences
}

/// Cuts a block where the grader, too, sees the end of a sentence.
fn split(block: &str, sentences: &mut Vec<String>) {
    let mut start = 0;
    let mut cut = |end: usize, next: usize| {
        let sentence = block.get(start..end).unwrap_or_default();
        let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        // What asks, and what only leads to a list, states nothing.
        if !sentence.ends_with(['?', ':']) && sentence.contains(char::is_alphanumeric) {
            sentences.push(sentence);
        }
        start = next;
    };
    for (at, c) in block.char_indices() {
        let (before, behind) =
            (block.get(..at).unwrap_or_default(), block.get(at + c.len_utf8()..).unwrap_or_default());
        let next = behind.chars().next();
        let ends = match c {
            '?' | '!' => true,
            ';' => true,
            '.' => {
                next.is_none_or(|next| next.is_whitespace() || "\"')".contains(next))
                    && !is_abbreviated(before)
            }
            '\n' => next.is_none_or(|next| next.is_uppercase() || next.is_ascii_digit()),
            _ => false,
        };
        if ends {
            let end = if matches!(c, '.' | '?' | '!') { at + c.len_utf8() } else { at };
            cut(end, at + c.len_utf8());
        }
    }
    cut(block.len(), block.len());
}

fn is_abbreviated(before: &str) -> bool {
    let last =
        before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    ABBREVIATIONS.contains(&last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_sentences_and_bullets() {
        for (markdown, expected) in [
            ("", vec![]),
            ("One. Two! Three; four", vec!["One.", "Two!", "Three", "four"]),
            (
                "Use a cache, e.g. Redis. It has 99.9 percent.",
                vec!["Use a cache, e.g. Redis.", "It has 99.9 percent."],
            ),
            (
                "Why? Because it *is* `so`.\nwrapped\nNew line",
                vec!["Because it is so.", "wrapped", "New line"],
            ),
            ("Three things:\n\n- a b\n- c\n  - d e.\n\n1. f", vec!["a b", "c", "d e.", "f"]),
            ("# Heading\n\nText.\n\n```\ncode. more.\n```\n", vec!["Text."]),
            ("...\n\n---\n\n!!", vec![]),
        ] {
            assert_eq!(sentences(markdown), expected, "{markdown:?}");
        }
    }

    #[test]
    fn a_probe_fits_to_the_sentence_and_says_nothing_of_it() {
        let probe = |sentence: &str| probe(sentence, &words(sentence).collect::<Vec<_>>());
        assert_eq!(
            probe("It is slow, because it waits, and so on."),
            "Which reason is missing from your answer?"
        );
        assert_eq!(probe("Wait 100 ms."), NUMBER_PROBE);
        assert_eq!(probe("It waits."), PROBE);
        for probe in PROBES.iter().map(|(_, probe)| *probe).chain([PROBE, NUMBER_PROBE]) {
            assert!(probe.ends_with('?') && probe.len() <= crate::content::limits::MAX_PROBE, "{probe}");
        }
    }

    #[test]
    fn words_are_dealt_out_to_slots() {
        let draft = |words: &str| Draft {
            id: PointId::parse("x").unwrap(),
            text: String::new(),
            telling: words.split(' ').map(str::to_owned).collect(),
            probe: PROBE,
        };
        let lines = |words: &str| draft(words).lines().collect::<Vec<_>>();
        assert_eq!(lines("a"), ["a", "!a"]);
        assert_eq!(lines("a b"), ["a + b", "!a + b", "a + !b", "!a + !b"]);
        let five = lines("a b c d e");
        assert_eq!(five.len(), 12);
        assert_eq!((five[0].as_str(), five[1].as_str()), ("a|d + b|e + c", "!a|d + b|e + c"));
        assert_eq!(five[8], "a|c|e + b|d");
    }
}
