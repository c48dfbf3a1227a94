//! What has come of a question, after an answer: the score, the key points, the words that earned them.
//!
//! While a question is open, nothing of the key points that were not hit is shown: a probe may still ask for them.

use std::io::{self, Write};

use super::style::{Role, Screen};
use super::wrap::{Text, cut, paragraph, section};
use crate::domain::grade::{Evidence, Flag, FoundMisconception};
use crate::domain::score::Score;
use crate::domain::standing::{PointStanding, Standing, State};
use crate::domain::words::{Facet, Level, Verdict};

/// Cells of the bar beside a score.
const BAR: usize = 10;

/// The most columns of a quote that are shown.
const MAX_QUOTE: usize = 240;

/// Spaces before what belongs to a key point.
const INDENT: &str = "  ";

/// What there is to show of a question.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// Where the question stands.
    pub standing: &'a Standing,
    /// The bar of the session.
    pub level: Level,
    /// What else the last grade said of the answer.
    pub flags: &'a [Flag],
    /// Why the last answer could not be graded, where that is so.
    pub ungraded: Option<&'a str>,
    /// Whether no follow-up on it is to come.
    pub closed: bool,
}

/// Writes the feedback on a question: all of it when it is closed, and what gives nothing away while it is open.
///
/// # Errors
/// When the writer fails.
pub fn feedback(out: &mut dyn Write, screen: &Screen, review: &Review<'_>) -> io::Result<()> {
    writeln!(out)?;
    headline(out, screen, review)?;
    if let Some(reason) = review.ungraded {
        let text =
            format!("Not graded: {}. It counts neither for nor against.", reason.trim_end_matches('.'));
        paragraph(out, screen, &Text::new(Role::Warning, &text))?;
    }
    for flag in review.flags {
        let text = Text::new(Role::Warning, "! ").with(Role::Warning, flag.explanation());
        text.write(out, screen, "", INDENT)?;
    }
    let (expected, beyond): (Vec<_>, Vec<_>) =
        review.standing.points.iter().partition(|point| point.point.level <= review.level);
    for point in &expected {
        one_point(out, screen, review, point)?;
    }
    if !review.closed {
        still_missing(out, screen, &expected)?;
    }
    for found in &review.standing.misconceptions {
        misconception(out, screen, found)?;
    }
    beyond_level(out, screen, review, &beyond)
}

/// Writes that an answer was taken, where feedback comes at the end of the round.
///
/// # Errors
/// When the writer fails.
pub fn noted(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Noted.")
}

fn headline(out: &mut dyn Write, screen: &Screen, review: &Review<'_>) -> io::Result<()> {
    let text = match (review.standing.state, review.standing.score(review.level)) {
        (State::Open, _) => Text::plain("No answer yet."),
        (State::Skipped, _) => Text::new(Role::Missed, "Skipped: it counts as 0 of 10."),
        (State::Empty, _) => Text::new(Role::Missed, "There was nothing in the answer: 0 of 10."),
        (State::Ungraded, _) if review.ungraded.is_some() => return Ok(()),
        (State::Ungraded, _) => Text::new(Role::Warning, "Not graded: it counts neither for nor against."),
        (State::Graded, None) => {
            Text::new(Role::Warning, "No score: no key point could be graded at this level.")
        }
        (State::Graded, Some(score)) => Text::new(Role::Heading, &format!("Score {score} of 10"))
            .with(Role::Plain, "  ")
            .with(Role::Accent, &bar(score, screen))
            .with(Role::Dim, &format!(" ({})", review.level)),
    };
    paragraph(out, screen, &text)
}

/// Writes a score as a bar.
#[must_use]
pub fn bar(score: Score, screen: &Screen) -> String {
    let full = (usize::from(score.tenths()) * BAR + 50) / 100;
    let (on, off) = (screen.symbol("█", "#"), screen.symbol("░", "."));
    format!("{}{}", on.repeat(full), off.repeat(BAR.saturating_sub(full)))
}

/// Whether a key point's text may be seen.
pub(super) fn is_shown(review: &Review<'_>, point: &PointStanding) -> bool {
    review.closed || point.verdict == Verdict::Hit
}

fn one_point(
    out: &mut dyn Write,
    screen: &Screen,
    review: &Review<'_>,
    point: &PointStanding,
) -> io::Result<()> {
    if is_shown(review, point) {
        point_head(out, screen, point, true)?;
        Text::plain(&point.point.text).write(out, screen, INDENT, INDENT)?;
        return quotes(out, screen, &point.evidence);
    }
    match point.verdict {
        Verdict::Partial | Verdict::Contradicted => {
            point_head(out, screen, point, false)?;
            quotes(out, screen, &point.evidence)
        }
        Verdict::Hit | Verdict::Missed | Verdict::Ungraded => Ok(()),
    }
}

/// Writes `✓ hit - coalescing (prevention, senior)`; the point's name only where it gives nothing away.
pub(super) fn point_head(
    out: &mut dyn Write,
    screen: &Screen,
    point: &PointStanding,
    named: bool,
) -> io::Result<()> {
    let role = Role::from(point.verdict);
    let mut head = Text::new(role, screen.verdict_symbol(point.verdict))
        .with(role, "\u{a0}")
        .with(role, if named { point.verdict.as_str() } else { unnamed(point.verdict) });
    let earned = matches!(point.verdict, Verdict::Hit | Verdict::Partial);
    if point.assisted && earned {
        head.push(Role::Warning, " (with help: half)");
    }
    if named {
        head.push(Role::Plain, " - ");
        head.push(Role::Strong, point.point.id.as_str());
    }
    head.push(Role::Dim, &format!(" ({}, {})", point.point.facet, point.point.level));
    head.write(out, screen, "", INDENT)
}

/// The verdict in words for a point that is not named.
fn unnamed(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Partial => "half said",
        Verdict::Hit | Verdict::Missed | Verdict::Contradicted | Verdict::Ungraded => verdict.as_str(),
    }
}

/// Writes the candidate's own words, each span on its own line.
pub(super) fn quotes(out: &mut dyn Write, screen: &Screen, evidence: &[Evidence]) -> io::Result<()> {
    for span in evidence {
        let words = span.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let quote = format!("\"{}\"", cut(&words, MAX_QUOTE, screen));
        Text::new(Role::Quote, &quote).write(out, screen, INDENT, INDENT)?;
    }
    Ok(())
}

/// Writes how much is missing, by facet, without saying what.
fn still_missing(out: &mut dyn Write, screen: &Screen, points: &[&PointStanding]) -> io::Result<()> {
    let count = |verdict: Verdict| {
        let counts = Facet::ALL.iter().filter_map(move |facet| {
            let of_facet = points.iter().filter(|p| p.verdict == verdict && p.point.facet == *facet);
            Some(of_facet.count()).filter(|n| *n > 0).map(|n| format!("{n}\u{a0}{facet}"))
        });
        counts.collect::<Vec<_>>().join(", ")
    };
    for (label, verdict) in [("still missing", Verdict::Missed), ("not graded", Verdict::Ungraded)] {
        let counts = count(verdict);
        if !counts.is_empty() {
            let symbol = screen.verdict_symbol(verdict);
            let text = Text::new(Role::from(verdict), &format!("{symbol}\u{a0}{label}: {counts}"));
            text.write(out, screen, "", INDENT)?;
        }
    }
    Ok(())
}

fn misconception(out: &mut dyn Write, screen: &Screen, found: &FoundMisconception) -> io::Result<()> {
    let symbol = screen.verdict_symbol(Verdict::Contradicted);
    let head = Text::new(Role::Contradicted, &format!("{symbol}\u{a0}misconception"))
        .with(Role::Dim, &format!(" (costs {})", found.penalty))
        .with(Role::Plain, ": ")
        .with(Role::Plain, &found.text);
    head.write(out, screen, "", INDENT)?;
    quotes(out, screen, &found.evidence)?;
    Text::new(Role::Strong, "In fact: ")
        .with(Role::Plain, &found.correction)
        .write(out, screen, INDENT, INDENT)
}

/// Writes the points above the session's level: all when closed, else the hits.
fn beyond_level(
    out: &mut dyn Write,
    screen: &Screen,
    review: &Review<'_>,
    points: &[&PointStanding],
) -> io::Result<()> {
    let seen: Vec<_> = points.iter().filter(|point| is_shown(review, point)).collect();
    if seen.is_empty() {
        return Ok(());
    }
    section(out, screen, "Beyond your level (not counted)")?;
    let dim = |symbol: &str| Text::new(Role::Dim, symbol);
    for point in seen {
        let PointStanding { point: about, verdict, evidence, .. } = point;
        let head = format!(
            "{}\u{a0}{verdict} - {} ({}, {})",
            screen.verdict_symbol(*verdict),
            about.id,
            about.facet,
            about.level
        );
        dim(&head).write(out, screen, "", INDENT)?;
        dim(&about.text).write(out, screen, INDENT, INDENT)?;
        quotes(out, screen, evidence)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture::standing;

    fn shown(review: &Review<'_>, screen: &Screen) -> String {
        let mut out = Vec::new();
        feedback(&mut out, screen, review).unwrap();
        String::from_utf8(out).unwrap()
    }

    const SCREEN: Screen = Screen { width: 80, colour: false, unicode: true };

    #[test]
    fn a_closed_question_shows_everything() {
        let standing = standing();
        let flags = [Flag::CutOff];
        let review =
            Review { standing: &standing, level: Level::Senior, flags: &flags, ungraded: None, closed: true };
        assert_eq!(
            shown(&review, &SCREEN),
            "
Score 2.1 of 10 ██░░░░░░░░ (senior)
! the answer was longer than the grader reads; the rest was left out
✓ hit - coalescing (prevention, senior)
  The text of coalescing, which teaches the whole idea in one sentence.
  \"only one request fetches it and the rest wait\"
◐ partial - jitter (prevention, mid)
  The text of jitter, which teaches the whole idea in one sentence.
  \"spread the ttl\"
✓ hit (with help: half) - breaker (mitigation, senior)
  The text of breaker, which teaches the whole idea in one sentence.
  \"a circuit breaker stops the calls\"
○ missed - warming (prevention, mid)
  The text of warming, which teaches the whole idea in one sentence.
○ missed - capacity (prevention, senior)
  The text of capacity, which teaches the whole idea in one sentence.
○ missed - alerting (detection, mid)
  The text of alerting, which teaches the whole idea in one sentence.
✗ contradicted - stale (trade-off, mid)
  The text of stale, which teaches the whole idea in one sentence.
  \"we must never serve stale data\"
? ungraded - runbook (operations, mid)
  The text of runbook, which teaches the whole idea in one sentence.
✗ misconception (costs 1): A clustered cache cannot go down.
  \"redis never fails us\"
  In fact: A failover takes seconds and loses what was not replicated.

Beyond your level (not counted)
✓ hit - shedding (mitigation, staff)
  The text of shedding, which teaches the whole idea in one sentence.
  \"drop the least important reads\"
○ missed - cells (prevention, staff)
  The text of cells, which teaches the whole idea in one sentence.
"
        );
    }

    #[test]
    fn an_open_question_gives_nothing_away() {
        let standing = standing();
        let review =
            Review { standing: &standing, level: Level::Senior, flags: &[], ungraded: None, closed: false };
        let ascii = Screen { width: 40, colour: false, unicode: false };
        assert_eq!(
            shown(&review, &ascii),
            "
Score 2.1 of 10 ##........ (senior)
+ hit - coalescing (prevention, senior)
  The text of coalescing, which teaches
  the whole idea in one sentence.
  \"only one request fetches it and the
  rest wait\"
~ half said (prevention, mid)
  \"spread the ttl\"
+ hit (with help: half) - breaker
  (mitigation, senior)
  The text of breaker, which teaches the
  whole idea in one sentence.
  \"a circuit breaker stops the calls\"
x contradicted (trade-off, mid)
  \"we must never serve stale data\"
- still missing: 1 detection,
  2 prevention
? not graded: 1 operations
x misconception (costs 1): A clustered
  cache cannot go down.
  \"redis never fails us\"
  In fact: A failover takes seconds and
  loses what was not replicated.

Beyond your level (not counted)
+ hit - shedding (mitigation, staff)
  The text of shedding, which teaches
  the whole idea in one sentence.
  \"drop the least important reads\"
"
        );
    }

    #[test]
    fn not_graded_is_not_wrong() {
        let shown = |state, ungraded| {
            let standing = Standing { state, points: vec![], misconceptions: vec![] };
            let review =
                Review { standing: &standing, level: Level::Senior, flags: &[], ungraded, closed: true };
            shown(&review, &SCREEN)
        };
        assert_eq!(shown(State::Open, None), "\nNo answer yet.\n");
        assert_eq!(shown(State::Skipped, None), "\nSkipped: it counts as 0 of 10.\n");
        assert_eq!(shown(State::Empty, None), "\nThere was nothing in the answer: 0 of 10.\n");
        assert_eq!(
            shown(State::Ungraded, Some("the model did not answer")),
            "\nNot graded: the model did not answer. It counts neither for nor against.\n"
        );
        assert_eq!(shown(State::Graded, None), "\nNo score: no key point could be graded at this level.\n");
    }

    #[test]
    fn a_bar_is_never_longer_than_its_frame() {
        assert_eq!(bar(Score::ZERO, &SCREEN), "░".repeat(10));
        assert_eq!(bar(Score::FULL, &SCREEN), "█".repeat(10));
        let ascii = Screen { unicode: false, ..SCREEN };
        assert_eq!(bar(Score::of(13, 20).unwrap(), &ascii), "#######...");
    }

    #[test]
    fn a_long_quote_is_cut() {
        let mut standing = standing();
        standing.points.truncate(1);
        standing.points[0].evidence[0].quote = "word ".repeat(1000);
        let review =
            Review { standing: &standing, level: Level::Senior, flags: &[], ungraded: None, closed: true };
        let text = shown(&review, &SCREEN);
        assert!(text.contains("…\"\n") && text.lines().count() < 14, "{text}");
    }
}
