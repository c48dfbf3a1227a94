//! A grade for people.

use std::io::{self, Write};

use crate::domain::grade::{Grade, PointVerdict};
use crate::domain::question::Question;
use crate::domain::standing::{PointStanding, Standing, State};
use crate::domain::words::Level;
use crate::ui::feedback::{Review, feedback};
use crate::ui::judged_by::judged_by;
use crate::ui::style::Screen;
use crate::ui::why;

/// Writes the score, the verdicts and their evidence; the reasons, too, where they are wanted.
pub(super) fn write(
    out: &mut dyn Write,
    screen: &Screen,
    (question, grade): (Option<&Question>, &Grade),
    level: Level,
    reasons: bool,
) -> io::Result<()> {
    let standing = standing(question, grade);
    let review = Review { standing: &standing, level, flags: &grade.flags, ungraded: None, closed: true };
    feedback(out, screen, &review)?;
    judged_by(out, screen, grade, level)?;
    if reasons {
        writeln!(out)?;
        why::reasons(out, screen, &review)?;
    }
    Ok(())
}

/// A single answer is a question with one turn.
fn standing(question: Option<&Question>, grade: &Grade) -> Standing {
    let point = |verdict: &PointVerdict| PointStanding {
        point: verdict.point.clone(),
        verdict: verdict.verdict,
        assisted: false,
        evidence: verdict.evidence.clone(),
        reason: verdict.reason.clone(),
        derived: question
            .and_then(|question| question.point(&verdict.point.id))
            .is_some_and(|point| point.derived),
        turn: 0,
    };
    Standing {
        state: State::Graded,
        points: grade.verdicts.iter().map(point).collect(),
        misconceptions: grade.misconceptions.clone(),
    }
}
