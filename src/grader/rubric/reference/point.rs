//! The key points of a reference, judged, on their way to verdicts.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::domain::grade::{Evidence, GradedPoint, PointVerdict};
use crate::domain::id::PointId;
use crate::domain::score::quarters;
use crate::domain::words::{Facet, Level, Verdict};

/// The points of one statement, judged.
pub(super) struct Points {
    pub(super) points: Vec<Point>,
}

/// A point of a reference, judged.
pub(super) struct Point {
    pub(super) text: String,
    pub(super) weight: u8,
    pub(super) verdict: Verdict,
    pub(super) evidence: Vec<Evidence>,
    pub(super) reason: &'static str,
}

impl Points {
    fn earned(&self) -> u32 {
        let earned = |point: &Point| quarters(point.verdict, false).unwrap_or(0) * u32::from(point.weight);
        self.points.iter().map(earned).sum()
    }

    fn possible(&self) -> u32 {
        self.points.iter().map(|point| u32::from(point.weight)).sum()
    }
}

impl Point {
    pub(super) fn numbered(self, number: usize) -> Option<PointVerdict> {
        let Self { text, weight, verdict, evidence, reason } = self;
        let id = PointId::parse(&format!("derived-{number}")).ok()?;
        let point = GradedPoint { id, text, weight, level: Level::Mid, facet: Facet::Mechanism };
        Some(PointVerdict { point, verdict, evidence, reason: reason.to_owned() })
    }
}

/// Keeps as many statements as the question asks for, those that the answer says best; no fewer than half, since an
/// answer that is asked for two of many has to say more of each.
pub(super) fn asked_for(judged: Vec<Points>, count: Option<usize>) -> Vec<Points> {
    let Some(count) = count else { return judged };
    let keep = count.max(judged.len().div_ceil(2));
    let mut order: Vec<usize> = (0..judged.len()).collect();
    // Products instead of quotients, so that equal shares are equal.
    order.sort_by(|one, other| match (judged.get(*one), judged.get(*other)) {
        (Some(one), Some(other)) => (other.earned() * one.possible()).cmp(&(one.earned() * other.possible())),
        _ => Ordering::Equal,
    });
    let kept: HashSet<usize> = order.into_iter().take(keep).collect();
    judged
        .into_iter()
        .enumerate()
        .filter(|(index, _)| kept.contains(index))
        .map(|(_, points)| points)
        .collect()
}
