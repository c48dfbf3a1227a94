//! One turn: what was asked, the answer, and what the grader said of it.

use std::io;

use super::{fence, inline};
use crate::domain::exchange::{Fallback, Tokens};
use crate::domain::grade::{Evidence, Flag, FoundMisconception, Grade, Outcome, PointVerdict, Provenance};
use crate::domain::question::Question;
use crate::domain::said::{Occasion, Said};
use crate::domain::transcript::{Response, Turn, TurnKind};
use crate::domain::words::{Level, Verdict};
use crate::report::time::day;

/// Writes the turn, under the number by which `dispute` knows it.
pub(super) fn write(
    number: usize,
    turn: &Turn,
    question: &Question,
    level: Level,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match &turn.kind {
        TurnKind::Question => writeln!(out, "\n### Turn {number}: question")?,
        TurnKind::Probe { point } => writeln!(out, "\n### Turn {number}: probe on `{point}`")?,
        TurnKind::Retry => writeln!(out, "\n### Turn {number}: second try")?,
    }
    if let Some(said) = turn.said_on(Occasion::Twist) {
        own_words("On the change of requirements the interviewer said", said, out)?;
    }
    match turn.said_on(Occasion::Asking) {
        None => writeln!(out, "\n> {}", inline(&turn.prompt))?,
        Some(said) => {
            own_words("In the interviewer's own words", said, out)?;
            let behind = if said.authored { "Then in the pack's words" } else { "In the pack's words" };
            writeln!(out, "\n{behind}:\n\n> {}", inline(&turn.prompt))?;
        }
    }
    for inquiry in &turn.inquiries {
        writeln!(out, "\nYou asked back: {}", inline(&inquiry.text))?;
        if let Some(said) = &inquiry.reply {
            own_words("The interviewer", said, out)?;
        }
    }
    for hint in &turn.hints {
        let probe = question.point(hint).map_or_else(String::new, |point| inline(&point.probe));
        writeln!(out, "\nHint on `{hint}`: {probe}")?;
    }
    match &turn.response {
        Response::Pending => writeln!(out, "\nNo answer yet.")?,
        Response::Answered { text, .. } => writeln!(out, "\n{}", fence(text))?,
        Response::Empty { .. } => writeln!(out, "\nThe answer was empty.")?,
        Response::Skipped { .. } => writeln!(out, "\nSkipped.")?,
    }
    match &turn.outcome {
        Some(Outcome::Graded(grade)) => write_grade(turn, grade, level, out)?,
        Some(Outcome::Ungraded { reason }) => writeln!(out, "\nNot graded: {}", inline(reason))?,
        None => {}
    }
    if let Some(when) = turn.regraded {
        regraded(turn, when, level, out)?;
    }
    match turn.said_on(Occasion::Closing) {
        Some(said) => own_words("At the end the interviewer said", said, out),
        None => Ok(()),
    }
}

fn own_words(head: &str, said: &Said, out: &mut dyn io::Write) -> io::Result<()> {
    let model = inline(&said.model);
    let mark = match (said.cut, said.leaks) {
        (true, _) => " (cut off)",
        (false, 0) => "",
        (false, _) => " (stopped: it would have given something away)",
    };
    writeln!(out, "\n{head} ({model}):\n\n> {}{mark}", inline(&said.text))
}

fn write_grade(turn: &Turn, grade: &Grade, level: Level, out: &mut dyn io::Write) -> io::Result<()> {
    let made_with = provenance(&grade.provenance);
    // A follow-up asks for one key point: a score over all of them would say nothing of its answer.
    let narrow = matches!(turn.kind, TurnKind::Probe { .. });
    match grade.score(level) {
        _ if narrow => writeln!(out, "\nGraded by {made_with}.")?,
        Some(score) => writeln!(out, "\n**{score} of 10** for this answer alone, by {made_with}.")?,
        None => writeln!(out, "\nNo score for this answer, by {made_with}.")?,
    }
    if let Some(Fallback { grader, model, reason }) = &grade.provenance.fallback {
        let (who, reason) = (inline(model.as_ref().unwrap_or(grader)), inline(reason.trim_end_matches('.')));
        writeln!(out, "\nJudged offline and not by {who}, since {reason}.")?;
    }
    for flag in grade.flags.iter().filter(|flag| **flag != Flag::OfflineFallback) {
        writeln!(out, "\nNote: {}.", flag.explanation())?;
    }
    let mut verdicts =
        grade.verdicts.iter().filter(|verdict| !narrow || verdict.verdict != Verdict::Missed).peekable();
    if verdicts.peek().is_none() {
        writeln!(out, "\nNo key point is said here.")?;
    } else {
        writeln!(out, "\nKey points:\n")?;
    }
    verdicts.try_for_each(|verdict| write_verdict(turn, verdict, out))?;
    if !grade.misconceptions.is_empty() {
        writeln!(out, "\nMisconceptions:\n")?;
        for found in &grade.misconceptions {
            write_misconception(found, out)?;
        }
    }
    match &grade.second {
        Some(second) => apart(grade, second, level, out),
        None => Ok(()),
    }
}

/// Writes the offline grader's score, and the verdicts in which the two differ.
fn apart(grade: &Grade, second: &Grade, level: Level, out: &mut dyn io::Write) -> io::Result<()> {
    match second.score(level) {
        Some(score) => writeln!(out, "\nThe offline grader gives {score} of 10. They differ on:\n")?,
        None => writeln!(out, "\nThe offline grader gives no score. They differ on:\n")?,
    }
    for (one, other) in
        grade.verdicts.iter().zip(&second.verdicts).filter(|(one, other)| one.verdict != other.verdict)
    {
        writeln!(out, "- `{}`: {}, offline {}", one.point.id, one.verdict, other.verdict)?;
    }
    Ok(())
}

/// Writes when the answer was graded anew, and what was said of it before.
fn regraded(turn: &Turn, when: i64, level: Level, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\nGraded anew on {}.", day(when))?;
    if !turn.earlier.is_empty() {
        writeln!(out, "Before:\n")?;
    }
    let narrow = matches!(turn.kind, TurnKind::Probe { .. });
    for outcome in &turn.earlier {
        match outcome {
            Outcome::Ungraded { reason } => writeln!(out, "- not graded: {}", inline(reason))?,
            Outcome::Graded(grade) => {
                let made_with = provenance(&grade.provenance);
                match grade.score(level).filter(|_| !narrow) {
                    Some(score) => writeln!(out, "- {score} of 10 by {made_with}")?,
                    None => writeln!(out, "- graded by {made_with}")?,
                }
            }
        }
    }
    Ok(())
}

fn write_verdict(turn: &Turn, judged: &PointVerdict, out: &mut dyn io::Write) -> io::Result<()> {
    let PointVerdict { point, verdict, evidence, reason } = judged;
    let dispute = turn.disputes.iter().find(|dispute| dispute.point == point.id);
    let dispute = dispute.map_or_else(String::new, |dispute| format!(" (you: {})", dispute.label));
    let text = inline(&point.text);
    let (id, level, facet, weight) = (&point.id, point.level, point.facet, point.weight);
    writeln!(out, "- **{verdict}**{dispute}: {text} (`{id}`, {level}, {facet}, weight {weight})")?;
    quotes(evidence, out)?;
    if !reason.is_empty() && *verdict != Verdict::Missed {
        writeln!(out, "  - {}", inline(reason))?;
    }
    Ok(())
}

fn write_misconception(found: &FoundMisconception, out: &mut dyn io::Write) -> io::Result<()> {
    let FoundMisconception { id, text, correction, penalty, evidence } = found;
    writeln!(out, "- {} (`{id}`, costs {penalty})", inline(text))?;
    writeln!(out, "  - Right is: {}", inline(correction))?;
    quotes(evidence, out)
}

fn quotes(evidence: &[Evidence], out: &mut dyn io::Write) -> io::Result<()> {
    evidence.iter().try_for_each(|evidence| writeln!(out, "  - You said: “{}”", inline(&evidence.quote)))
}

fn provenance(made: &Provenance) -> String {
    let grader = format!("{} {}", inline(&made.grader), inline(&made.version));
    let tokens = made.exchange.as_ref().map(|exchange| exchange.tokens).unwrap_or_default();
    match &made.model {
        Some(model) if tokens.total() > 0 => {
            let Tokens { input, output } = tokens;
            format!("{grader} with {} ({input} tokens in, {output} out)", inline(model))
        }
        Some(model) => format!("{grader} with {}", inline(model)),
        None => grader,
    }
}
