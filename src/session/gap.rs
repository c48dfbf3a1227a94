//! Where to press: the key point whose loss weighs most.

use crate::domain::id::PointId;
use crate::domain::plan::Plan;
use crate::domain::question::KeyPoint;
use crate::domain::score::quarters;
use crate::domain::standing::Standing;
use crate::domain::transcript::{Transcript, TurnKind};

/// From this score on, in tenths, a question is answered well enough to leave it: what is lost is at most
/// half of a light point, and a probe is spent only where something is to be gained.
const ENOUGH: u16 = 95;

/// Returns the key point to probe next, if one is worth it: at or below the session's level, not fully said,
/// not yet probed or hinted at; the one that lost most weight, then the rubric's order.
pub(super) fn to_probe(transcript: &Transcript, question: usize) -> Option<PointId> {
    let standing = Standing::of(transcript, question);
    if standing.score(transcript.plan.level).is_none_or(|score| score.tenths() >= ENOUGH) {
        return None;
    }
    let pressed = pressed_on(transcript, question);
    heaviest(
        standing
            .points
            .iter()
            .filter(|point| point.point.level <= transcript.plan.level && !pressed.contains(&point.point.id))
            .map(|point| (lost(point.point.weight, quarters(point.verdict, false)), &point.point.id)),
    )
}

/// Returns the key point to hint at: as for a probe, but nothing of the answer is known yet.
pub(super) fn to_hint(transcript: &Transcript, question: usize) -> Option<PointId> {
    let pressed = pressed_on(transcript, question);
    let standing = Standing::of(transcript, question);
    let said = |id: &PointId| {
        standing
            .points
            .iter()
            .find(|p| p.point.id == *id)
            .and_then(|p| quarters(p.verdict, false))
            .unwrap_or(0)
    };
    heaviest(
        points(&transcript.plan, question)
            .filter(|point| point.level <= transcript.plan.level && !pressed.contains(&point.id))
            .map(|point| (lost(point.weight, Some(said(&point.id))), &point.id)),
    )
}

fn points(plan: &Plan, question: usize) -> impl Iterator<Item = &KeyPoint> {
    plan.questions.get(question).into_iter().flat_map(|planned| &planned.question.rubric.points)
}

/// Key points that the interviewer has already pointed at in this question.
fn pressed_on(transcript: &Transcript, question: usize) -> Vec<PointId> {
    let mut pressed = Vec::new();
    for (_, turn) in transcript.turns_of(question) {
        pressed.extend(turn.hints.iter().cloned());
        if let TurnKind::Probe { point } = &turn.kind {
            pressed.push(point.clone());
        }
    }
    pressed
}

/// What a point has lost, in quarters of a weight unit; an ungraded point has lost nothing.
fn lost(weight: u8, earned: Option<u32>) -> u32 {
    earned.map_or(0, |earned| u32::from(weight) * 4_u32.saturating_sub(earned))
}

fn heaviest<'a>(candidates: impl Iterator<Item = (u32, &'a PointId)>) -> Option<PointId> {
    // `max_by_key` takes the last of equals, so the order is turned round to get the first.
    let mut candidates: Vec<_> = candidates.filter(|(lost, _)| *lost > 0).collect();
    candidates.reverse();
    candidates.into_iter().max_by_key(|(lost, _)| *lost).map(|(_, id)| id.clone())
}
