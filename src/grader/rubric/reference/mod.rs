//! Grading by reference answers alone, without a rubric and without anything learnt from graded answers.
//!
//! A reference is cut into statements, and each of its telling words is a key point of its own, weighed by how much it
//! tells; another point of each statement is its wording. So the score can take any value, and each part of it shows
//! the words that earned it. It knows what the reference says, not what matters in it.

mod kin;
mod order;
mod point;
mod reversal;
mod said;
mod statement;

use std::collections::{HashMap, HashSet};

use super::concept::Thesaurus;
use super::gate;
use super::text::Text;
use super::token::Words;
use crate::domain::grade::{Evidence, Flag, PointVerdict};
use crate::domain::hash::ContentHash;
use crate::domain::words::Verdict;
pub(super) use kin::Kin;
use kin::Nearness;
use point::{Point, Points};
use reversal::{Denial, Sides};
pub(super) use said::Said;
use statement::{Statement, Telling};

/// A statement is contradicted when the answer takes up this much of it and turns it round. Below, a denial may well
/// be of something else; of answers that people graded as right, not one in a hundred is caught here.
const TAKEN_UP: f64 = 0.8;
/// From this share of its neighbours on, a statement's wording is kept ...
const WORDING_HIT: f64 = 0.5;
/// ... and from this one on, half kept; by accident it is about one of ten.
const WORDING_PARTIAL: f64 = 0.2;
/// Two words of it still stand together with so many others between them: "the head of the list", "the list's head".
const WORDING_GAP: usize = 2;
/// Fewer words of a statement than this may be there by accident, where none is one of its own.
const ACCIDENTS: usize = 3;
/// Only an answer with this share of the reference's own words can be the reference, shuffled or as a list. Terse
/// notes of one's own have fewer of them.
const COPIED_FROM: f64 = 0.8;
/// So many words of its surroundings are shown with a telling word, on each side.
const SHOWN_AROUND: usize = 2;

/// A reference answer made ready.
pub(super) struct Derived<'a> {
    reference: &'a str,
    text: Text,
    statements: Vec<Statement>,
    denials: Vec<Denial>,
    denied_stems: HashSet<String>,
    /// By token, whether it stands in the reach of a negation.
    denied: Vec<bool>,
    /// How many things the question asks for, where it leaves open which.
    asked_for: Option<usize>,
    /// The stems of the question.
    asked: HashSet<String>,
    kin: &'a Kin,
    pub(super) hash: ContentHash,
}

/// What came of one reference.
pub(super) struct Judged {
    pub(super) verdicts: Vec<PointVerdict>,
    pub(super) flag: Option<Flag>,
    pub(super) rank: Rank,
}

/// Which of several references decides, before their scores are compared: what is wrong by one reference is not right
/// because another has other words; but an answer that is one of the references is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// What the answer earns is what counts.
    Usual,
    /// The answer contradicts this reference, or only has its words.
    Damning,
    /// The answer has all words of this reference.
    Whole,
}

/// How a telling word is found in an answer.
struct Found {
    telling: Telling,
    nearness: Option<Nearness>,
    place: Option<usize>,
    /// Whether it is denied where the reference affirms it, or the other way round.
    flipped: bool,
}

impl<'a> Derived<'a> {
    pub(super) fn new(ask: &str, reference: &'a str, words: &Words, kin: &'a Kin) -> Self {
        let question = words.split(ask);
        let asked = question.tokens.iter().map(|token| token.stem.clone()).collect();
        let text = words.split(reference);
        let denials = reversal::denials(&text);
        Self {
            statements: statement::statements(&text, reference, &asked, kin),
            denied_stems: reversal::denied_stems(&text, &denials),
            denials,
            denied: said::denied(&text),
            asked_for: statement::asked_for(&question),
            hash: ContentHash::of([ask, reference]),
            reference,
            text,
            asked,
            kin,
        }
    }

    /// Judges every point against an answer; all are missed where something is known by which it earns nothing.
    pub(super) fn judge(
        &self,
        said: &Said,
        answer: &str,
        thesaurus: &Thesaurus,
        nothing: Option<Flag>,
    ) -> Judged {
        let phrases = said.phrases(&self.text, thesaurus);
        let mut found: Vec<Vec<Found>> = self
            .statements
            .iter()
            .map(|s| s.telling.iter().map(|telling| self.find(*telling, said, &phrases)).collect())
            .collect();
        stand_for_one_word(&mut found, said);
        let flag = nothing.or_else(|| self.flag(said, &found));
        let answer_denials = reversal::denials(said.text());
        let sides = Sides {
            reference: &self.text,
            reference_denials: &self.denials,
            denied_stems: &self.denied_stems,
            reference_denied: &self.denied,
            said,
            answer_denials: &answer_denials,
            kin: self.kin,
            asked: &self.asked,
        };
        let judged = self.statements.iter().zip(&found).map(|(statement, found)| {
            if flag.is_some() {
                self.missed(statement)
            } else {
                self.statement(statement, found, &sides, answer)
            }
        });
        let points = point::asked_for(judged.collect(), self.asked_for)
            .into_iter()
            .flat_map(|statement| statement.points);
        let verdicts: Vec<PointVerdict> =
            points.enumerate().filter_map(|(index, point)| point.numbered(index + 1)).collect();
        Judged { rank: rank(flag, &verdicts, &found), verdicts, flag }
    }

    fn find(&self, telling: Telling, said: &Said, phrases: &HashMap<usize, usize>) -> Found {
        let missing = Found { telling, nearness: None, place: None, flipped: false };
        let Some(token) = self.text.tokens.get(telling.at) else { return missing };
        let near = said.find(&token.stem, &self.kin.know(&token.stem));
        if let (None | Some((Nearness::Akin, _)), Some(place)) = (near, phrases.get(&telling.at)) {
            return Found { nearness: Some(Nearness::Same), place: Some(*place), ..missing };
        }
        let Some((nearness, places)) = near else { return missing };
        // A word that the reference says twice, once denied, may be said either way.
        let same = self.text.tokens.iter().zip(&self.denied).filter(|(other, _)| other.stem == token.stem);
        let meant: Vec<bool> = same.map(|(_, denied)| *denied).collect();
        let agreeing = places.iter().copied().find(|at| meant.contains(&said.is_denied(*at)));
        let place = agreeing.or_else(|| places.first().copied());
        Found { nearness: Some(nearness), place, flipped: agreeing.is_none(), ..missing }
    }

    /// Says why an answer as a whole earns nothing, where it does so by this reference.
    fn flag(&self, said: &Said, found: &[Vec<Found>]) -> Option<Flag> {
        let all = || found.iter().flatten();
        let new = |found: &&Found| !found.telling.asked;
        let adds_nothing =
            all().any(|found| new(&found)) && !all().filter(new).any(|found| found.place.is_some());
        if adds_nothing && gate::is_echo(&said.text().tokens, &self.asked) {
            return Some(Flag::QuestionEcho);
        }
        let weight = |found: &Found| f64::from(found.telling.weight);
        let own: f64 = all().filter(|found| found.nearness == Some(Nearness::Same)).map(weight).sum();
        let share = own / all().map(weight).sum::<f64>().max(1.0);
        if share < COPIED_FROM {
            None
        } else if order::is_list(&self.text, said.text()) {
            Some(Flag::KeywordList)
        } else if order::is_shuffled(&self.text, said) {
            Some(Flag::Jumbled)
        } else {
            None
        }
    }

    fn statement(&self, statement: &Statement, found: &[Found], sides: &Sides, answer: &str) -> Points {
        // A word that is only near, or only denies, is said by accident; three are not.
        let own = |found: &Found| found.nearness == Some(Nearness::Same) && !found.telling.denies;
        let some = found.iter().filter(|found| found.place.is_some()).count();
        if !found.iter().any(own) && some < ACCIDENTS {
            return self.missed(statement);
        }
        if let Some(places) = contradiction(statement, found, sides) {
            return self.contradicted(statement, &sides.said.quotes(&places, answer));
        }
        let words = found.iter().map(|found| {
            let (verdict, reason) = word_verdict(found);
            let place = found.place.filter(|_| verdict != Verdict::Missed);
            let evidence = sides.said.quotes(place.as_slice(), answer);
            Point {
                text: self.shown(found.telling.at),
                weight: found.telling.weight,
                verdict,
                evidence,
                reason,
            }
        });
        let wording = (statement.wording > 0).then(|| self.wording(statement, sides.said, answer));
        Points { points: words.chain(wording).collect() }
    }

    /// Judges how much of a statement's wording is kept.
    fn wording(&self, statement: &Statement, said: &Said, answer: &str) -> Point {
        let stem = |at: usize| self.text.tokens.get(at).map(|token| token.stem.as_str());
        let kept: Vec<usize> = statement
            .links
            .iter()
            .filter_map(|at| said.pair_within(stem(*at)?, stem(at + 1)?, WORDING_GAP))
            .flatten()
            .collect();
        let share = (kept.len() / 2) as f64 / statement.links.len().max(1) as f64;
        let (verdict, reason) = if share >= WORDING_HIT {
            (Verdict::Hit, "its words stand together as in the reference")
        } else if share >= WORDING_PARTIAL {
            (Verdict::Partial, "some of its words stand together as in the reference")
        } else {
            (Verdict::Missed, "its words do not stand together")
        };
        let evidence = if verdict == Verdict::Missed { Vec::new() } else { said.quotes(&kept, answer) };
        Point { text: self.quoted(statement), weight: statement.wording, verdict, evidence, reason }
    }

    fn missed(&self, statement: &Statement) -> Points {
        self.whole(statement, Verdict::Missed, &[], "nothing in the answer says this")
    }

    fn contradicted(&self, statement: &Statement, evidence: &[Evidence]) -> Points {
        self.whole(statement, Verdict::Contradicted, evidence, "the opposite is said")
    }

    /// Gives all points of a statement one verdict.
    fn whole(
        &self,
        statement: &Statement,
        verdict: Verdict,
        evidence: &[Evidence],
        reason: &'static str,
    ) -> Points {
        let words = statement.telling.iter().map(|telling| (self.shown(telling.at), telling.weight));
        let wording = (statement.wording > 0).then(|| (self.quoted(statement), statement.wording));
        let point = |(text, weight)| Point { text, weight, verdict, evidence: evidence.to_vec(), reason };
        Points { points: words.chain(wording).map(point).collect() }
    }

    /// Quotes a statement.
    fn quoted(&self, statement: &Statement) -> String {
        self.cut(statement.sentence.first, statement.sentence.end)
    }

    /// Quotes a word with its surroundings.
    fn shown(&self, at: usize) -> String {
        let sentence = self.text.tokens.get(at).map(|token| token.sentence);
        let inside = |other: &usize| self.text.tokens.get(*other).map(|token| token.sentence) == sentence;
        let first = (at.saturating_sub(SHOWN_AROUND)..=at).find(inside).unwrap_or(at);
        let last = (at..=at + SHOWN_AROUND).rfind(inside).unwrap_or(at);
        format!("\"{}\" in \"{}\"", self.cut(at, at + 1), self.cut(first, last + 1))
    }

    fn cut(&self, first: usize, end: usize) -> String {
        let token = |at: usize| self.text.tokens.get(at);
        let quote = token(first)
            .zip(end.checked_sub(1).and_then(token))
            .and_then(|(first, last)| self.reference.get(first.start..last.end));
        quote.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Says why an answer earns nothing, whatever the reference is; `None` for one that may.
pub(super) fn earns_nothing(answer: &Text) -> Option<Flag> {
    if answer.tokens.is_empty() {
        Some(Flag::Empty)
    } else if order::is_repetition(answer) {
        Some(Flag::KeywordList)
    } else {
        None
    }
}

/// A word that the reference itself has says that, and does not stand for a second word beside it.
fn stand_for_one_word(found: &mut [Vec<Found>], said: &Said) {
    let stem = |place: usize| said.text().tokens.get(place).map(|token| token.stem.as_str());
    let same = found.iter().flatten().filter(|found| found.nearness == Some(Nearness::Same));
    let taken: HashSet<&str> = same.filter_map(|found| stem(found.place?)).collect();
    for found in found.iter_mut().flatten() {
        let is_taken = found.place.and_then(stem).is_some_and(|stem| taken.contains(stem));
        if is_taken && found.nearness == Some(Nearness::Akin) {
            (found.nearness, found.place) = (None, None);
        }
    }
}

fn rank(flag: Option<Flag>, verdicts: &[PointVerdict], found: &[Vec<Found>]) -> Rank {
    let copied = matches!(flag, Some(Flag::KeywordList | Flag::Jumbled));
    let whole = |found: &Found| found.nearness == Some(Nearness::Same) && !found.flipped;
    if copied || verdicts.iter().any(|verdict| verdict.verdict == Verdict::Contradicted) {
        Rank::Damning
    } else if flag.is_none() && found.iter().flatten().all(whole) {
        Rank::Whole
    } else {
        Rank::Usual
    }
}

fn word_verdict(found: &Found) -> (Verdict, &'static str) {
    match (found.nearness, found.flipped) {
        (Some(Nearness::Same), false) => (Verdict::Hit, "this word is there"),
        (Some(Nearness::Same), true) => {
            (Verdict::Partial, "this word is there, but the one text denies it and the other does not")
        }
        (Some(Nearness::Akin), false) => (Verdict::Partial, "a word is there that may mean this"),
        (Some(Nearness::Akin), true) => (Verdict::Missed, "only the opposite of what may mean this is there"),
        (None, _) => (Verdict::Missed, "nothing in the answer says this"),
    }
}

/// Returns the tokens of the answer that say the opposite of a statement: a sentence takes most of it up, and turns it
/// round by a denial or by an opposite. Both together say the same again ("not open" for "closed").
fn contradiction(statement: &Statement, found: &[Found], sides: &Sides) -> Option<Vec<usize>> {
    let opposites: Vec<Option<usize>> = found
        .iter()
        .map(|found| found.place.map_or_else(|| sides.opposite(statement, &found.telling), |_| None))
        .collect();
    let turned_by_opposites = opposites.iter().any(Option::is_some);
    let denied = sides.denied(statement);
    if denied.is_empty() != turned_by_opposites {
        return None;
    }
    let turning: Vec<usize> = opposites.iter().copied().flatten().chain(denied).collect();
    let tokens = &sides.said.text().tokens;
    turning.iter().find_map(|at| {
        let sentence = tokens.get(*at)?.sentence;
        let inside = |at: &usize| tokens.get(*at).is_some_and(|token| token.sentence == sentence);
        let mut taken_up = 0.0;
        let mut words = vec![*at];
        for (found, opposite) in found.iter().zip(&opposites) {
            let said = found.place.and_then(|at| tokens.get(at)).map(|token| sides.said.places(&token.stem));
            let place = said.unwrap_or_default().iter().chain(opposite).copied().find(inside);
            let part = if found.nearness == Some(Nearness::Akin) { 0.5 } else { 1.0 };
            taken_up += place.map_or(0.0, |_| part * f64::from(found.telling.weight));
            words.extend(place);
        }
        (taken_up >= TAKEN_UP * f64::from(statement.weight())).then_some(words)
    })
}

#[cfg(test)]
mod tests;
