//! From matches to verdicts, each with the words that earned it and the reason.

use super::compile::{Compiled, Line, Point};
use super::line::{Match, Search};
use super::reading::{Place, Reading};
use crate::domain::grade::{Evidence, FoundMisconception, GradedPoint, PointVerdict};
use crate::domain::question::Misconception;
use crate::domain::words::Verdict;

/// From so many wrong claims on, their words say nothing else.
const WRONG_FROM: usize = 3;

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
    let mut judged: Vec<Judged> = compiled.points.iter().map(|point| judge(point, &reading)).collect();
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

/// Judges the hits of an answer that makes several wrong claims once more, without the words of these: "a fixed window
/// is exact, the sliding one lets twice as much through" has all the words of the right claim, too.
fn doubt(
    judged: &mut [Judged],
    found: &[(&Misconception, Match)],
    compiled: &Compiled,
    reading: &mut Reading,
) {
    let contradicted = judged.iter().filter(|judged| judged.verdict == Verdict::Contradicted);
    let places =
        contradicted.map(|judged| &judged.places).chain(found.iter().map(|(_, found)| &found.places));
    let claims: Vec<&Vec<Place>> = places.collect();
    if claims.len() < WRONG_FROM {
        return;
    }
    let wrong = claims.into_iter().flat_map(|places| by_sentence(places, reading)).collect();
    reading.pass_over(wrong);
    for (judged, point) in judged.iter_mut().zip(&compiled.points) {
        if judged.verdict == Verdict::Hit {
            *judged = judge(point, reading);
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
fn judge(point: &Point, reading: &Reading) -> Judged {
    let evidence: Vec<Search> = point.evidence.iter().filter_map(|line| Search::new(reading, line)).collect();
    let said: Vec<(Match, &Line)> =
        evidence.iter().filter_map(|search| Some((search.said()?, search.line()))).collect();
    let stated =
        point.contradiction.iter().filter_map(|line| Some((Search::new(reading, line)?.said()?, line)));
    let denied = evidence.iter().filter_map(|search| Some((search.denied()?, search.line())));
    let behind_all = |(against, _): &(Match, &Line)| {
        said.iter().all(|(found, _)| found.whole.end <= against.whole.first)
            // "We do not collect what has no purpose" denies one line and says another, however often it is written.
            && !evidence.iter().any(|search| search.said_within(against.whole))
    };
    let not_set_right =
        |(against, _): &(Match, &Line)| said.iter().all(|(found, _)| found.whole.first <= against.whole.end);
    let against = stated
        .filter(not_set_right)
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
        (None, None) => {
            half(&evidence, reading).or_else(|| named(point, reading)).unwrap_or_else(Judged::missed)
        }
    }
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
    lines.iter().find_map(|line| Search::new(reading, line)?.said())
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

/// Cuts the words that the places lie in: one quote for each sentence.
pub(super) fn quotes(places: &[Place], reading: &Reading, answer: &str) -> Vec<Evidence> {
    let quote = |whole: Place| {
        let start = reading.text.tokens.get(whole.first)?.start;
        let end = reading.text.tokens.get(whole.end.checked_sub(1)?)?.end;
        Evidence::cut(answer, start, end)
    };
    by_sentence(places, reading).into_iter().filter_map(quote).collect()
}

/// Joins the places that are in the same sentence.
fn by_sentence(places: &[Place], reading: &Reading) -> Vec<Place> {
    let mut places = places.to_vec();
    places.sort_unstable();
    let sentences = places.chunk_by(|a, b| reading.sentence(*a) == reading.sentence(*b));
    sentences.filter_map(|places| places.iter().copied().reduce(Place::join)).collect()
}
