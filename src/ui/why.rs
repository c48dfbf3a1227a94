//! `/why`: the reason and the evidence of every verdict that may be seen.

use std::io::{self, Write};

use super::feedback::{Review, is_shown, point_head, quotes};
use super::style::{Role, Screen};
use super::wrap::{Text, paragraph};

/// What is said of a key point that nobody wrote as one.
const DERIVED: &str = "The key point was derived from the reference answer.";

/// Writes why each verdict was given. While the question is open, the points that were not hit are left out,
/// since the reason of a verdict tells what the point is.
///
/// # Errors
/// When the writer fails.
pub fn why(out: &mut dyn Write, screen: &Screen, review: &Review<'_>) -> io::Result<()> {
    if review.standing.points.is_empty() {
        let text = match review.ungraded {
            Some(reason) => format!("The answer was not graded: {}.", reason.trim_end_matches('.')),
            None => "There is no verdict to explain yet.".to_owned(),
        };
        return paragraph(out, screen, &Text::plain(&text));
    }
    reasons(out, screen, review)?;
    let note = Text::new(Role::Dim, "You disagree? ")
        .with(Role::Accent, "/dispute POINT VERDICT")
        .with(Role::Dim, " keeps your label beside it.");
    paragraph(out, screen, &note)
}

/// Writes why each verdict was given, as [`why`] does, to somebody who is not in a round.
///
/// # Errors
/// When the writer fails.
pub fn reasons(out: &mut dyn Write, screen: &Screen, review: &Review<'_>) -> io::Result<()> {
    let (seen, hidden): (Vec<_>, Vec<_>) =
        review.standing.points.iter().partition(|point| is_shown(review, point));
    for point in seen {
        point_head(out, screen, point, true)?;
        Text::plain(&point.reason).write(out, screen, "  ", "  ")?;
        if point.derived {
            Text::new(Role::Dim, DERIVED).write(out, screen, "  ", "  ")?;
        }
        quotes(out, screen, &point.evidence)?;
    }
    if !hidden.is_empty() {
        let text = format!(
            "{} more verdicts are explained when the question is closed: a follow-up may still ask for them.",
            hidden.len()
        );
        paragraph(out, screen, &Text::new(Role::Dim, &text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::Level;
    use crate::ui::fixture::standing;

    fn shown(closed: bool) -> String {
        let standing = standing();
        let review = Review { standing: &standing, level: Level::Senior, flags: &[], ungraded: None, closed };
        let mut out = Vec::new();
        why(&mut out, &Screen { width: 80, colour: false, unicode: true }, &review).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_closed_question_explains_every_verdict() {
        let text = shown(true);
        for point in standing().points {
            assert!(text.contains(&point.reason), "{}", point.point.id);
        }
        assert!(text.starts_with(
            "\
✓ hit - coalescing (prevention, senior)
  The reason of coalescing.
  \"only one request fetches it and the rest wait\"
"
        ));
    }

    #[test]
    fn a_derived_point_is_told_as_one() {
        let mut standing = standing();
        standing.points.truncate(1);
        standing.points[0].derived = true;
        let review =
            Review { standing: &standing, level: Level::Senior, flags: &[], ungraded: None, closed: true };
        let mut out = Vec::new();
        reasons(&mut out, &Screen { width: 80, colour: false, unicode: true }, &review).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\
✓ hit - coalescing (prevention, senior)
  The reason of coalescing.
  The key point was derived from the reference answer.
  \"only one request fetches it and the rest wait\"
"
        );
    }

    #[test]
    fn an_open_question_explains_hits_only() {
        assert_eq!(
            shown(false),
            "\
✓ hit - coalescing (prevention, senior)
  The reason of coalescing.
  \"only one request fetches it and the rest wait\"
✓ hit (with help: half) - breaker (mitigation, senior)
  The reason of breaker.
  \"a circuit breaker stops the calls\"
✓ hit - shedding (mitigation, staff)
  The reason of shedding.
  \"drop the least important reads\"
7 more verdicts are explained when the question is closed: a follow-up may still
ask for them.
You disagree? /dispute POINT VERDICT keeps your label beside it.
"
        );
    }

    #[test]
    fn without_verdicts_there_is_nothing_to_explain() {
        let standing = crate::domain::standing::Standing {
            state: crate::domain::standing::State::Ungraded,
            points: vec![],
            misconceptions: vec![],
        };
        let ungraded = Some("the model did not answer");
        let review = Review { standing: &standing, level: Level::Senior, flags: &[], ungraded, closed: true };
        let mut out = Vec::new();
        why(&mut out, &Screen { width: 80, colour: false, unicode: true }, &review).unwrap();
        assert_eq!(out, b"The answer was not graded: the model did not answer.\n");
    }
}
