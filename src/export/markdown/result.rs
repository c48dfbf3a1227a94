//! The result: decisions, shares as tables with bars, gaps.

use std::fmt::Display;
use std::io;

use super::inline;
use crate::report::decision::MIN_GRADED;
use crate::report::time::clock;
use crate::report::{Counts, Gap, Part, QuestionReport, QuestionResult, Report, Ruling};

/// The cells of a full bar.
const BAR: usize = 10;

/// Writes everything that the report says of the round as a whole.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n## Result")?;
    match report.score {
        Some(score) => writeln!(out, "\n**{score} of 10** at level {}.", report.level)?,
        None => writeln!(out, "\nNo score: nothing was graded.")?,
    }
    decisions(report, out)?;
    questions(&report.questions, out)?;
    parts("topic", &report.by_topic, out)?;
    parts("purpose", &report.by_purpose, out)?;
    parts("facet", &report.by_facet, out)?;
    let Counts { hints, probes, contradictions, misconceptions, disputes } = report.counts;
    writeln!(
        out,
        "\nHints: {hints}. Probes: {probes}. Contradictions: {contradictions}. \
         Misconceptions: {misconceptions}. Disputes: {disputes}."
    )?;
    gaps(&report.gaps, out)
}

/// What came of a question, as words.
pub(super) fn of_question(result: QuestionResult) -> String {
    match result {
        QuestionResult::Scored(score) => format!("{score} of 10"),
        QuestionResult::Skipped => "skipped".to_owned(),
        QuestionResult::Empty => "left empty".to_owned(),
        QuestionResult::Ungraded => "not graded".to_owned(),
        QuestionResult::NotReached => "not reached".to_owned(),
    }
}

fn decisions(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n| level | score | decision |\n| --- | ---: | --- |")?;
    for at in &report.levels {
        let score = at.score.map_or_else(|| "-".to_owned(), |score| score.to_string());
        let decision = match at.ruling {
            Ruling::Decided(decision) => decision.to_string(),
            Ruling::TooFew { graded } => {
                format!("too few answers to decide ({graded} graded of at least {MIN_GRADED})")
            }
        };
        writeln!(out, "| {} | {score} | {decision} |", at.level)?;
    }
    Ok(())
}

fn questions(questions: &[QuestionReport], out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n| question | | result | time |\n| --- | --- | ---: | ---: |")?;
    for question in questions {
        let percent = match question.result {
            QuestionResult::Scored(score) => Some(score.tenths()),
            QuestionResult::Skipped | QuestionResult::Empty => Some(0),
            QuestionResult::Ungraded | QuestionResult::NotReached => None,
        };
        let (result, time) = (of_question(question.result), clock(question.time));
        writeln!(out, "| {} | {} | {result} | {time} |", question.id, bar(percent))?;
    }
    Ok(())
}

fn parts<T: Display>(name: &str, parts: &[Part<T>], out: &mut dyn io::Write) -> io::Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| {name} | | earned | key points | not graded |\n| --- | --- | ---: | ---: | ---: |")?;
    for part in parts {
        let percent = part.share.percent();
        let earned = percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent}%"));
        let (points, ungraded) = (part.share.points, part.share.ungraded);
        writeln!(out, "| {} | {} | {earned} | {points} | {ungraded} |", part.of, bar(percent))?;
    }
    Ok(())
}

fn bar(percent: Option<u16>) -> String {
    let Some(percent) = percent else { return String::new() };
    let full = (usize::from(percent) * BAR + 50) / 100;
    format!("{}{}", "█".repeat(full), "░".repeat(BAR.saturating_sub(full)))
}

fn gaps(gaps: &[Gap], out: &mut dyn io::Write) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## What to say next time\n")?;
    for (index, gap) in gaps.iter().enumerate() {
        writeln!(out, "{}. **{}**", index + 1, inline(&gap.text))?;
        let help = if gap.assisted { ", after help" } else { "" };
        let (question, wording) = (&gap.question, inline(&gap.wording));
        writeln!(out, "   - {wording} (`{question}`): {}{help}, cost {}%", gap.verdict, gap.cost)?;
        if let Some(quote) = &gap.quote {
            writeln!(out, "   - You said: “{}”", inline(quote))?;
        }
    }
    Ok(())
}
