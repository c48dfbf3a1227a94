//! `grade --jsonl`: one JSON object a line in, one a line out, in the same order, in bounded memory.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

#[cfg(feature = "llm")]
use super::batch::run as batched;
use super::bench::{Bench, By};
use super::flight::{self, End};
use super::lines::Lines;
use super::own::OwnQuestions;
use super::progress::Progress;
use super::written::{Broken, Tally, Written};
use super::{dry_run, offline, output};
use crate::app::context::Context;
use crate::app::judging::{Judging, block_on};
use crate::cli;
use crate::error::{DONE, Failure, INTERRUPTED, PROBLEMS};

/// Runs the command on many answers.
pub(super) fn run(
    context: &mut Context<'_>,
    args: &cli::Grade,
    path: &Path,
    bench: &Bench<'_>,
    own: &OwnQuestions<'_>,
    judging: &Judging,
) -> Result<u8, Failure> {
    let mut lines = open(context, path)?;
    if args.dry_run {
        return dry_run::lines(context, bench, own, judging, (path, lines));
    }
    if let (true, Some(output)) = (args.batch, &args.output) {
        return batched(context, (path, output), bench, own, judging);
    }
    let (mut file, before) = match &args.output {
        None => (None, Tally::default()),
        Some(output) if args.resume => {
            let (file, tally) = output::go_on(output, &mut lines)?;
            (Some(file), tally)
        }
        Some(output) => (Some(output::begin(output)?), Tally::default()),
    };
    // Nobody waits for a count that nobody sees.
    let total = if context.notices { count(path) } else { None };
    let model = judging.model.as_ref();
    let progress = context.notices.then(|| {
        let meter = model.map(|model| model.meter.as_ref());
        Progress::new((&mut *context.err, context.screen.width), meter, total, before.records)
    });
    let mut buffered = file.as_mut().map(std::io::BufWriter::new);
    let out: &mut dyn Write = match &mut buffered {
        Some(file) => file,
        None => &mut *context.out,
    };
    let mut written = Written::new(out, before, progress);
    let end = if judging.is_offline() {
        offline::run(bench, &mut lines, &mut written).map(|()| End::Done)
    } else {
        // A program of the user's own takes one answer after the other.
        let jobs = model.map_or(1, |_| usize::from(args.jobs));
        let by = By { grader: judging.grader.as_ref(), own };
        block_on(flight::run(bench, by, jobs, lines, &mut written))?
    };
    let tally = written.tally();
    drop(written);
    judging.tell_taken(context)?;
    match end {
        Ok(End::Done) if tally.errors == 0 => Ok(DONE),
        Ok(End::Done) => Ok(PROBLEMS),
        Ok(End::Interrupted) => {
            tell_how_to_go_on(context, args, tally)?;
            Ok(INTERRUPTED)
        }
        Err(Broken::Input(error)) => Err(Failure::file("read", path, &error)),
        Err(Broken::Output(error)) => Err(match &args.output {
            Some(output) => Failure::file("write", output, &error),
            None => Failure::from(error),
        }),
    }
}

#[cfg(not(feature = "llm"))]
fn batched(
    _: &mut Context<'_>,
    _: (&Path, &Path),
    _: &Bench<'_>,
    _: &OwnQuestions<'_>,
    _: &Judging,
) -> Result<u8, Failure> {
    Err(Failure::new("this followup was built without language models").hint("leave `--batch` out"))
}

fn tell_how_to_go_on(context: &mut Context<'_>, args: &cli::Grade, tally: Tally) -> Result<(), Failure> {
    let Tally { records, .. } = tally;
    let hint = match &args.output {
        Some(_) if args.resume => "the same command goes on from there",
        Some(_) => "the same command with `--resume` goes on from there",
        None => "with `--output FILE` such a run can be resumed",
    };
    context.notice(&format!("interrupted after {records} answers; {hint}"))?;
    Ok(())
}

/// Opens the input, `-` being the standard one.
pub(super) fn open(context: &mut Context<'_>, path: &Path) -> Result<Lines, Failure> {
    if path == Path::new("-") {
        return Ok(Lines::new(context.take_input()));
    }
    let file = File::open(path).map_err(|error| Failure::file("read", path, &error))?;
    Ok(Lines::new(Box::new(BufReader::new(file))))
}

/// Counts the lines of a file; `None` for what can be read only once.
fn count(path: &Path) -> Option<usize> {
    let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|found| found.is_file()))?;
    let mut lines = Lines::new(Box::new(BufReader::new(file)));
    let mut count = 0;
    while lines.next().ok()?.is_some() {
        count += 1;
    }
    Some(count)
}
