//! Many answers by the offline grader: lines are read in batches, graded on all cores, and written in order before the
//! next batch is read.

use std::io;

use super::bench::Bench;
use super::lines::{Line, Lines};
use super::written::{Broken, Encoded, Written};
use crate::cores;

/// Lines read before any is written.
const BATCH: usize = 512;
/// A batch is closed early when it has so many bytes.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Grades every line of the input.
pub(super) fn run(bench: &Bench<'_>, lines: &mut Lines, written: &mut Written<'_>) -> Result<(), Broken> {
    loop {
        let batch = read_batch(lines).map_err(Broken::Input)?;
        if batch.is_empty() {
            return Ok(());
        }
        for record in cores::map(&batch, |line| graded(bench, line)) {
            written.put(&record.map_err(Broken::Output)?).map_err(Broken::Output)?;
        }
        written.flush().map_err(Broken::Output)?;
    }
}

/// Grades a line; the record is encoded here, too, since that is worth all cores.
fn graded(bench: &Bench<'_>, line: &Line) -> io::Result<Encoded> {
    Encoded::of(&line.asked().map_or_else(|wrong| *wrong, |asked| bench.grade(asked)))
}

fn read_batch(lines: &mut Lines) -> io::Result<Vec<Line>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Some(line) = lines.next()? else { break };
        bytes += line.len();
        batch.push(line);
    }
    Ok(batch)
}
