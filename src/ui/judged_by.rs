//! Who judged an answer, where it was not the offline grader by choice; and what the two say where they are far apart.

use std::io::{self, Write};

use super::style::{Role, Screen};
use super::tokens::grouped;
use super::wrap::{Text, bullet, paragraph};
use crate::domain::exchange::Fallback;
use crate::domain::grade::{Grade, Outcome};
use crate::domain::transcript::{Turn, TurnKind};
use crate::domain::words::{Level, Verdict};
use crate::report::time::day;

/// Writes who judged, and nothing where nobody else was asked to.
///
/// # Errors
/// When the writer fails.
pub fn judged_by(out: &mut dyn Write, screen: &Screen, grade: &Grade, level: Level) -> io::Result<()> {
    let made = &grade.provenance;
    if let Some(Fallback { grader, model, reason }) = &made.fallback {
        let who = model.as_ref().unwrap_or(grader);
        let text = format!("Judged offline and not by {who}, since {}.", reason.trim_end_matches('.'));
        return paragraph(out, screen, &Text::new(Role::Warning, &text));
    }
    if let (Some(exchange), Some(model)) = (&made.exchange, &made.model) {
        let (input, output) = (grouped(exchange.tokens.input), grouped(exchange.tokens.output));
        let text = match exchange.tokens.input + exchange.tokens.output {
            0 => format!("Judged by {model}."),
            _ => format!("Judged by {model}, with {input} tokens sent and {output} received."),
        };
        paragraph(out, screen, &Text::new(Role::Dim, &text))?;
    }
    match &grade.second {
        Some(second) => apart(out, screen, grade, second, level),
        None => Ok(()),
    }
}

/// Writes that an answer was graded anew, and what was said of it before; nothing where it was not.
///
/// # Errors
/// When the writer fails.
pub fn regraded(out: &mut dyn Write, screen: &Screen, turn: &Turn, level: Level) -> io::Result<()> {
    let Some(when) = turn.regraded else { return Ok(()) };
    let narrow = matches!(turn.kind, TurnKind::Probe { .. });
    let before = turn.earlier.iter().map(|outcome| match outcome {
        Outcome::Ungraded { reason } => format!("not graded: {}", reason.trim_end_matches('.')),
        Outcome::Graded(grade) => {
            let by = grade.provenance.model.as_ref().unwrap_or(&grade.provenance.grader);
            match grade.score(level).filter(|_| !narrow) {
                Some(score) => format!("{score} of 10 by {by}"),
                None => format!("graded by {by}"),
            }
        }
    });
    let before = before.collect::<Vec<_>>().join("; ");
    let before = if before.is_empty() { before } else { format!(" Before: {before}.") };
    let text = format!("Turn graded anew on {}.{before}", day(when));
    paragraph(out, screen, &Text::new(Role::Dim, &text))
}

/// Writes the other grade's score, and the verdicts in which the two differ.
fn apart(
    out: &mut dyn Write,
    screen: &Screen,
    grade: &Grade,
    second: &Grade,
    level: Level,
) -> io::Result<()> {
    let text = match second.score(level) {
        Some(score) => format!("The offline grader gives {score} of 10. They differ on:"),
        None => "The offline grader gives no score. They differ on:".to_owned(),
    };
    paragraph(out, screen, &Text::new(Role::Warning, &text))?;
    for one in &grade.verdicts {
        let other = second.verdicts.iter().find(|other| other.point.id == one.point.id);
        let Some(other) = other.map(|other| other.verdict).filter(|other| *other != one.verdict) else {
            continue;
        };
        let text = Text::plain(&format!("{}: ", one.point.id))
            .with(Role::from(one.verdict), one.verdict.as_str())
            .with(Role::Plain, ", offline ")
            .with(Role::from(other), Verdict::as_str(other));
        bullet(out, screen, &text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exchange::{Exchange, Tokens};
    use crate::domain::grade::{GradedPoint, PointVerdict, Provenance};
    use crate::domain::hash::ContentHash;
    use crate::domain::id::PointId;
    use crate::domain::words::Facet;
    use crate::report::fixture;
    use crate::ui::style::ColorChoice;

    fn grade(verdicts: [Verdict; 2]) -> Grade {
        let point = |id: &str| GradedPoint {
            id: PointId::parse(id).unwrap(),
            text: String::new(),
            weight: 1,
            level: Level::Mid,
            facet: Facet::Mechanism,
        };
        let judged = |(id, verdict): (&str, Verdict)| PointVerdict {
            point: point(id),
            verdict,
            evidence: Vec::new(),
            reason: String::new(),
        };
        let provenance = Provenance {
            grader: "llm".to_owned(),
            version: "1".to_owned(),
            model: Some("m\u{1b}[2J".to_owned()),
            prompt: None,
            rubric: ContentHash::of([]),
            lexicon: None,
            exchange: None,
            fallback: None,
        };
        Grade {
            verdicts: ["one", "two"].into_iter().zip(verdicts).map(judged).collect(),
            misconceptions: Vec::new(),
            flags: Vec::new(),
            provenance: Box::new(provenance),
            second: None,
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Grade), expected: &str) {
        let mut grade = grade([Verdict::Hit, Verdict::Missed]);
        change(&mut grade);
        let mut out = Vec::new();
        let screen = Screen::choose(ColorChoice::Never, |_: &str| None, Some(80));
        judged_by(&mut out, &screen, &grade, Level::Senior).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn it_is_said_who_judged() {
        check(|_| {}, "");
        let exchange = |input| Exchange { tokens: Tokens { input, output: 1 }, ..Exchange::default() };
        check(
            |grade| grade.provenance.exchange = Some(exchange(1000)),
            "Judged by m, with 1,000 tokens sent and 1 received.\n",
        );
        check(|grade| grade.provenance.exchange = Some(Exchange::default()), "Judged by m.\n");
        let reason = "the server is busy (status 429)".to_owned();
        let fallback = Fallback { grader: "llm".to_owned(), model: None, reason };
        check(
            |grade| grade.provenance.fallback = Some(fallback),
            "Judged offline and not by llm, since the server is busy (status 429).\n",
        );
    }

    #[test]
    fn what_differs_is_shown_of_both() {
        check(
            |one| one.second = Some(Box::new(grade([Verdict::Partial, Verdict::Missed]))),
            "The offline grader gives 2.5 of 10. They differ on:\n• one: hit, offline partial\n",
        );
    }

    #[test]
    fn what_was_said_before_is_said() {
        let screen = Screen::choose(ColorChoice::Never, |_: &str| None, Some(80));
        let shown = |turn: &Turn| {
            let mut out = Vec::new();
            regraded(&mut out, &screen, turn, Level::Senior).unwrap();
            String::from_utf8(out).unwrap()
        };
        let mut turn = fixture::regraded().turns.remove(0);
        let expected =
            "Turn graded anew on 2026-03-15. Before: not graded: no | time; 0.0 of 10 by\nrubric.\n";
        assert_eq!(shown(&turn), expected);
        turn.regraded = None;
        assert_eq!(shown(&turn), "");
    }
}
