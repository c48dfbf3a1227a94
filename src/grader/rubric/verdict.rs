//! From matches to verdicts, each with the words that earned it and the reason.

use super::compile::{Compiled, Line, Point};
use super::line::{Match, Search, Within};
use super::negation::is;
use super::quote::{by_sentence, quotes};
use super::reading::{Place, Reading};
use crate::domain::grade::{Evidence, FoundMisconception, GradedPoint, PointVerdict};
use crate::domain::question::Misconception;
use crate::domain::words::Verdict;

/// From so many wrong claims on, their words say nothing else.
const WRONG_FROM: usize = 3;

/// Words that turn against what was said before them.
const TURNING: &[&str] = &[
    "but", "however", "though", "although", "yet", "instead", "rather", "whereas", "while", "so", "no", "not",
];

/// Judges all key points and looks for all misconceptions. Without a reading everything is missed.
pub(super) fn all(
    compiled: &Compiled,
    reading: Option<Reading>,
    answer: &str,
) -> (Vec<PointVerdict>, Vec<FoundMisconception>) {
    let Some(mut reading) = reading else {
        let missed = |point| verdict(point, Judged::missed(), Vec::new());
        return (compiled.points.iter().map(missed).collect(), Vec::new());
    };
    let mut judged: Vec<Judged> =
        compiled.points.iter().map(|point| judge(point, &reading, Trust::Given)).collect();
    let found: Vec<(&Misconception, Match)> = compiled
        .wrongs
        .iter()
        .filter_map(|wrong| Some((&wrong.misconception, first_said(&wrong.evidence, &reading)?)))
        .collect();
    doubt(&mut judged, &found, compiled, &mut reading);

    let quoted = |places: &[Place]| quotes(places, &reading, answer);
    let misconceptions = found
        .iter()
        .map(|(misconception, found)| FoundMisconception::new(misconception, quoted(&found.places)));
    let verdicts = compiled.points.iter().zip(judged).map(|(point, judged)| {
        let evidence = quoted(&judged.places);
        verdict(point, judged, evidence)
    });
    (verdicts.collect(), misconceptions.collect())
}

/// How far an answer is believed to know what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// As a rule.
    Given,
    /// After several wrong claims: a right one must be whole in one sentence, and half of one is nothing. A wrong one
    /// may be told in two.
    Withdrawn,
}

impl Trust {
    /// Where a right claim has to be.
    fn right(self) -> Within {
        match self {
            Self::Given => Within::Neighbours,
            Self::Withdrawn => Within::Sentence,
        }
    }

    /// Where a wrong claim has to be.
    fn wrong(self) -> Within {
        match self {
            Self::Given => Within::Sentence,
            Self::Withdrawn => Within::Neighbours,
        }
    }
}

/// Judges an answer that makes several wrong claims once more, without the words of these: "a fixed window is exact, the
/// sliding one lets twice as much through" has all the words of the right claim, too.
fn doubt(
    judged: &mut [Judged],
    found: &[(&Misconception, Match)],
    compiled: &Compiled,
    reading: &mut Reading,
) {
    let is_wrong = |judged: &&Judged| judged.verdict == Verdict::Contradicted;
    if judged.iter().filter(is_wrong).count() + found.len() < WRONG_FROM {
        return;
    }
    for (judged, point) in judged.iter_mut().zip(&compiled.points) {
        let again = judge(point, reading, Trust::Withdrawn);
        if is_wrong(&&again) {
            *judged = again;
        }
    }
    let contradicted = judged.iter().filter(is_wrong).map(|judged| &judged.places);
    let claims = contradicted.chain(found.iter().map(|(_, found)| &found.places));
    let wrong = claims.flat_map(|places| by_sentence(places, reading)).collect();
    reading.pass_over(wrong);
    for (judged, point) in judged.iter_mut().zip(&compiled.points) {
        if matches!(judged.verdict, Verdict::Hit | Verdict::Partial) {
            *judged = judge(point, reading, Trust::Withdrawn);
        }
    }
    // What a wrong claim names is named all the same.
    reading.pass_over(Vec::new());
    for (judged, point) in judged.iter_mut().zip(&compiled.points) {
        if judged.verdict == Verdict::Missed
            && let Some(named) = named(point, reading)
        {
            *judged = named;
        }
    }
}

fn verdict(point: &Point, judged: Judged, evidence: Vec<Evidence>) -> PointVerdict {
    PointVerdict {
        point: GradedPoint::from(&point.point),
        verdict: judged.verdict,
        evidence,
        reason: judged.reason,
    }
}

struct Judged {
    verdict: Verdict,
    places: Vec<Place>,
    reason: String,
}

impl Judged {
    fn missed() -> Self {
        Self {
            verdict: Verdict::Missed,
            places: Vec::new(),
            reason: "nothing in the answer says this".to_owned(),
        }
    }
}

/// What is said last counts: a claim and then its denial is a contradiction, a wrong start set right is a hit.
///
/// An author's line of contradiction may share words with a line of evidence and then is the more exact of the two.
/// A denial that was only worked out from the words has to stand clear of everything that earns a hit.
fn judge(point: &Point, reading: &Reading, trust: Trust) -> Judged {
    let evidence: Vec<Search> = point.evidence.iter().filter_map(|line| Search::new(reading, line)).collect();
    let said: Vec<(Match, &Line)> =
        evidence.iter().filter_map(|search| Some((search.stated(trust.right())?, search.line()))).collect();
    let contradicting = point.contradiction.iter();
    let stated =
        contradicting.filter_map(|line| Some((Search::new(reading, line)?.said(trust.wrong())?, line)));
    let denied = evidence.iter().filter_map(|search| Some((search.denied()?, search.line())));
    let behind_all = |(against, _): &(Match, &Line)| {
        said.iter().all(|(found, _)| found.whole.end <= against.whole.first)
            // "We do not collect what has no purpose" denies one line and says another, however often it is written.
            && !evidence.iter().any(|search| search.said_within(against.whole))
    };
    // A claim that borrows a word from the sentence beside it is too vague to set an exact one right, and one that
    // simply goes on from it, "and has priorities", is its second half.
    let sets_right = |found: &Match, against: &Match| {
        against.whole.end < found.whole.first
            && reading.in_one_sentence(&found.places)
            && !goes_on(against.whole, found.whole, reading)
    };
    // "A fixed window lets twice as much in, a sliding one does not": a claim that stands in one clause has its words
    // before one that borrows them from two.
    let is_borrowed = |against: &Match| {
        let overlaps = |found: &Match, place: &Place| found.places.iter().any(|own| own.overlaps(*place));
        let takes = |found: &Match| against.places.iter().any(|place| overlaps(found, place));
        // What it is about stands elsewhere, or is itself put together.
        let is_about_it = |found: &Match| {
            against.places.first().is_some_and(|place| overlaps(found, place) && reading.borders(*place) == 0)
        };
        let stronger =
            |found: &Match| reading.borders(found.whole) == 0 && takes(found) && !is_about_it(found);
        reading.in_one_sentence(&against.places)
            && reading.borders(against.whole) > 0
            && said.iter().any(|(found, _)| stronger(found))
    };
    let not_set_right =
        |(against, _): &(Match, &Line)| !said.iter().any(|(found, _)| sets_right(found, against));
    let against = stated
        .filter(not_set_right)
        .filter(|(against, _)| !is_borrowed(against))
        .chain(denied.filter(behind_all))
        .max_by_key(|(against, _)| against.whole.end);
    match (against, said.into_iter().next()) {
        (Some((against, line)), said) => {
            let what = if said.is_some() { "this is said, and then denied" } else { "the opposite is said" };
            let reason = format!("{what}: {}", told(&against.places, line, None, reading));
            Judged { verdict: Verdict::Contradicted, places: against.places, reason }
        }
        (None, Some((found, line))) => {
            let reason = format!("said in full: {}", told(&found.places, line, None, reading));
            Judged { verdict: Verdict::Hit, places: found.places, reason }
        }
        (None, None) => bare(&evidence, reading)
            .or_else(|| half(&evidence, reading).filter(|_| trust == Trust::Given))
            .or_else(|| named(point, reading))
            .unwrap_or_else(Judged::missed),
    }
}

/// Whether the second place stands behind the first in its sentence, and no word between them turns against it.
fn goes_on(first: Place, second: Place, reading: &Reading) -> bool {
    let between = reading.text.tokens.get(first.end..second.first).unwrap_or_default();
    reading.sentence(first) == reading.sentence(second) && !between.iter().any(|token| is(token, TURNING))
}

/// What is said in full, but in a sentence that says nothing else.
fn bare(evidence: &[Search], reading: &Reading) -> Option<Judged> {
    let mut said = evidence.iter().filter_map(|search| Some((search.said(Within::Sentence)?, search.line())));
    let (found, line) = said.next()?;
    let reason = format!("named, but nothing is said of it: {}", told(&found.places, line, None, reading));
    Some(Judged { verdict: Verdict::Partial, places: found.places, reason })
}

fn half(evidence: &[Search], reading: &Reading) -> Option<Judged> {
    let (found, line) = evidence.iter().find_map(|search| Some((search.half_said()?, search.line())))?;
    let missing = found.missing.and_then(|slot| line.slots.get(slot)).map(|slot| slot.label.as_str());
    let said = told(&found.places, line, found.missing, reading);
    let reason = format!("half said: {said}, but nothing on \"{}\"", missing.unwrap_or("the rest"));
    Some(Judged { verdict: Verdict::Partial, places: found.places, reason })
}

fn named(point: &Point, reading: &Reading) -> Option<Judged> {
    let found = first_said(&point.mention, reading)?;
    let words: Vec<String> =
        found.places.iter().map(|place| format!("\"{}\"", reading.words(*place))).collect();
    let reason = format!("named, but nothing is said of it: {}", words.join(" with "));
    Some(Judged { verdict: Verdict::Partial, places: found.places, reason })
}

fn first_said(lines: &[Line], reading: &Reading) -> Option<Match> {
    lines.iter().find_map(|line| Search::new(reading, line)?.said(Within::Neighbours))
}

/// Tells for each slot but the missing one which words fill it, and what they were taken for where they are others.
fn told(places: &[Place], line: &Line, missing: Option<usize>, reading: &Reading) -> String {
    let lacking = |index: usize| Some(index) == missing;
    // What stands in the missing slot's place was found, too, where it is only said in the wrong sense.
    let all_found = places.len() == line.slots.len();
    let found = line.slots.iter().enumerate().filter(|(index, _)| all_found || !lacking(*index)).zip(places);
    let filled = found.filter(|((index, _), _)| !lacking(*index));
    let told = filled.map(|((_, slot), place)| {
        let words = reading.words(*place);
        if words == slot.label.to_lowercase() {
            format!("\"{words}\"")
        } else {
            format!("\"{words}\" for \"{}\"", slot.label)
        }
    });
    told.collect::<Vec<_>>().join(", ")
}
