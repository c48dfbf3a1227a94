//! From matches to verdicts, each with the words that earned it and the reason.

use super::compile::{Compiled, Line, Point};
use super::line::{self, Match};
use super::reading::{Place, Reading};
use crate::domain::grade::{Evidence, FoundMisconception, GradedPoint, PointVerdict};
use crate::domain::words::Verdict;

/// Judges all key points and looks for all misconceptions. Without a reading everything is missed.
pub(super) fn all(
    compiled: &Compiled,
    reading: Option<&Reading>,
    answer: &str,
) -> (Vec<PointVerdict>, Vec<FoundMisconception>) {
    let verdicts = compiled
        .points
        .iter()
        .map(|point| {
            let judged = reading.map_or_else(Judged::missed, |reading| judge(point, reading));
            let evidence = reading.map(|reading| quotes(&judged.places, reading, answer)).unwrap_or_default();
            PointVerdict {
                point: GradedPoint::from(&point.point),
                verdict: judged.verdict,
                evidence,
                reason: judged.reason,
            }
        })
        .collect();
    let misconceptions = compiled
        .wrongs
        .iter()
        .filter_map(|wrong| {
            let reading = reading?;
            let found = wrong.evidence.iter().find_map(|line| line::said(reading, line))?;
            Some(FoundMisconception::new(&wrong.misconception, quotes(&found.places, reading, answer)))
        })
        .collect();
    (verdicts, misconceptions)
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
    let said: Vec<(Match, &Line)> = point
        .evidence
        .iter()
        .filter_map(|line| line::said(reading, line).map(|found| (found, line)))
        .collect();
    let stated = point.contradiction.iter().filter_map(|line| line::said(reading, line));
    let denied = point.evidence.iter().filter_map(|line| line::denied(reading, line));
    let behind_all = |against: &Match| {
        said.iter().all(|(found, _)| found.whole.end <= against.whole.first)
            // "We do not collect what has no purpose" denies one line and says another, however often it is written.
            && !point.evidence.iter().any(|line| line::said_within(reading, line, against.whole))
    };
    let not_set_right =
        |against: &Match| said.iter().all(|(found, _)| found.whole.first <= against.whole.end);
    let against =
        stated.filter(not_set_right).chain(denied.filter(behind_all)).max_by_key(|against| against.whole.end);
    match (against, said.into_iter().next()) {
        (Some(against), said) => {
            let reason =
                if said.is_some() { "this is said, and then denied" } else { "the opposite is said" };
            Judged { verdict: Verdict::Contradicted, places: against.places, reason: reason.to_owned() }
        }
        (None, Some((found, line))) => Judged {
            verdict: Verdict::Hit,
            places: found.places,
            reason: format!("said in full: {}", labels(line)),
        },
        (None, None) => half(point, reading),
    }
}

fn half(point: &Point, reading: &Reading) -> Judged {
    let half =
        point.evidence.iter().find_map(|line| line::half_said(reading, line).map(|found| (found, line)));
    if let Some((found, line)) = half {
        let missing = found.missing.and_then(|slot| line.slots.get(slot)).map(|slot| slot.label.as_str());
        let reason = format!("half said: nothing on \"{}\"", missing.unwrap_or("the rest"));
        return Judged { verdict: Verdict::Partial, places: found.places, reason };
    }
    match first_said(&point.mention, reading) {
        Some((found, _)) => Judged {
            verdict: Verdict::Partial,
            places: found.places,
            reason: "named, but nothing is said of it".to_owned(),
        },
        None => Judged::missed(),
    }
}

fn first_said<'a>(lines: &'a [Line], reading: &Reading) -> Option<(Match, &'a Line)> {
    lines.iter().find_map(|line| line::said(reading, line).map(|found| (found, line)))
}

fn labels(line: &Line) -> String {
    line.slots.iter().map(|slot| format!("\"{}\"", slot.label)).collect::<Vec<_>>().join(" with ")
}

/// Cuts the words that the places lie in: one quote for each sentence.
pub(super) fn quotes(places: &[Place], reading: &Reading, answer: &str) -> Vec<Evidence> {
    let mut places = places.to_vec();
    places.sort_unstable();
    places
        .chunk_by(|a, b| reading.sentence(*a) == reading.sentence(*b))
        .filter_map(|places| {
            let whole = places.iter().copied().reduce(Place::join)?;
            let start = reading.text.tokens.get(whole.first)?.start;
            let end = reading.text.tokens.get(whole.end.checked_sub(1)?)?.end;
            Evidence::cut(answer, start, end)
        })
        .collect()
}
