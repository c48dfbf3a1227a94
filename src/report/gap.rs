//! The key points that cost the most: what to say next time.

use super::Asked;
use crate::domain::id::{PointId, QuestionId};
use crate::domain::score::{Score, quarters};
use crate::domain::standing::PointStanding;
use crate::domain::words::{Level, Verdict};

/// How many gaps a report names: as many as one can work on before the next round.
pub const MAX_GAPS: usize = 3;

/// A key point that was expected and not fully said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The question's id.
    pub question: QuestionId,
    /// The question's wording.
    pub wording: String,
    /// The key point's id.
    pub point: PointId,
    /// What to say next time.
    pub text: String,
    /// What was made of what was said.
    pub verdict: Verdict,
    /// Whether what was earned came only after help.
    pub assisted: bool,
    /// The first words that it was judged by.
    pub quote: Option<String>,
    /// What it cost, in hundredths of the question's possible weight.
    pub cost: u16,
}

/// Finds the gaps that cost the most, over the graded questions; equal ones in the plan's order.
pub(super) fn widest(asked: &[Asked<'_>], level: Level) -> Vec<Gap> {
    let mut losses: Vec<Loss<'_>> = asked.iter().flat_map(|asked| losses(asked, level)).collect();
    losses.sort_by(|a, b| b.fraction(a.possible).cmp(&a.fraction(b.possible)));
    losses.iter().take(MAX_GAPS).map(Loss::gap).collect()
}

/// The weight that a point lost of what its question made possible, in the same unit.
struct Loss<'a> {
    asked: &'a Asked<'a>,
    standing: &'a PointStanding,
    lost: u32,
    possible: u32,
}

fn losses<'a>(asked: &'a Asked<'a>, level: Level) -> Vec<Loss<'a>> {
    let graded: Vec<(&PointStanding, u32)> = asked
        .standing
        .points
        .iter()
        .filter(|standing| standing.point.level <= level)
        .filter_map(|standing| Some((standing, quarters(standing.verdict, standing.assisted)?)))
        .collect();
    let possible = graded.iter().map(|(standing, _)| 4 * u32::from(standing.point.weight)).sum();
    graded
        .into_iter()
        .map(|(standing, earned)| {
            let lost = 4_u32.saturating_sub(earned) * u32::from(standing.point.weight);
            Loss { asked, standing, lost, possible }
        })
        .filter(|loss| loss.lost > 0)
        .collect()
}

impl Loss<'_> {
    /// The lost fraction, over the common denominator with another question.
    fn fraction(&self, other_possible: u32) -> u64 {
        u64::from(self.lost) * u64::from(other_possible)
    }

    fn gap(&self) -> Gap {
        let question = &self.asked.planned.question;
        let PointStanding { point, verdict, assisted, evidence, .. } = self.standing;
        Gap {
            question: question.id.clone(),
            wording: question.wording.clone(),
            point: point.id.clone(),
            text: point.text.clone(),
            verdict: *verdict,
            assisted: *assisted && matches!(verdict, Verdict::Hit | Verdict::Partial),
            quote: evidence.first().map(|evidence| evidence.quote.clone()),
            cost: Score::of(self.lost, self.possible).map_or(0, Score::tenths),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::report::fixture::round;

    #[test]
    fn names_the_costliest_points_in_order() {
        let gaps: Vec<String> = Report::of(&round())
            .gaps
            .iter()
            .map(|gap| format!("{} {} {} {} {:?}", gap.question, gap.point, gap.verdict, gap.cost, gap.quote))
            .collect();
        assert_eq!(
            gaps,
            [
                r#"database/failover replica-lag missed 40 None"#,
                r#"messaging/duplicates redelivery missed 20 None"#,
                r#"cache/cache-down jitter hit 17 Some("spread the expiry")"#,
            ]
        );
    }

    #[test]
    fn equal_losses_keep_the_order_of_the_plan() {
        let mut round = round();
        for turn in &mut round.turns {
            let Some(crate::domain::grade::Outcome::Graded(grade)) = &mut turn.outcome else { continue };
            for verdict in &mut grade.verdicts {
                verdict.verdict = Verdict::Missed;
                verdict.point.weight = 1;
                verdict.point.level = Level::Mid;
            }
        }
        let report = Report::of(&round);
        let gaps: Vec<&str> = report.gaps.iter().map(|gap| gap.point.as_str()).collect();
        assert_eq!(gaps, ["promotion", "replica-lag", "inbox"], "halves before thirds, first asked first");
    }
}
