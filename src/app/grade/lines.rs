//! `grade --jsonl`: one JSON object a line in, one a line out, in the same order, in bounded memory.
//!
//! Lines are read in batches, graded on all cores, and written in order before the next batch is read.

use std::io::{self, BufRead, Write};

use super::Bench;
use super::record::{Asked, Record};
use crate::cores;

/// Lines read before any is written.
const BATCH: usize = 512;
/// The longest line that is read, in bytes: an answer of 1 MiB with every character escaped.
const MAX_LINE: usize = 8 * 1024 * 1024;
/// A batch is closed early when it has so many bytes.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Lines that gave an `error` record.
    pub(super) errors: usize,
}

/// Which end of a run broke.
#[derive(Debug)]
pub(super) enum Broken {
    /// The lines cannot be read any more.
    Input(io::Error),
    /// The records cannot be written any more.
    Output(io::Error),
}

/// A line as it was read.
enum Line {
    Read(Vec<u8>),
    TooLong,
}

/// Grades every line of the input.
pub(super) fn run(bench: &Bench<'_>, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Tally, Broken> {
    let mut tally = Tally::default();
    loop {
        let batch = read_batch(input).map_err(Broken::Input)?;
        if batch.is_empty() {
            return out.flush().map(|()| tally).map_err(Broken::Output);
        }
        for record in cores::map(&batch, |line| grade_line(bench, line)) {
            tally.errors += usize::from(record.is_error());
            write(&record, out).map_err(Broken::Output)?;
        }
    }
}

fn write(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}

fn grade_line(bench: &Bench<'_>, line: &Line) -> Record {
    let bytes = match line {
        Line::Read(bytes) => bytes,
        Line::TooLong => {
            return Record::error(
                serde_json::Value::Null,
                format!("the line is longer than {MAX_LINE} bytes"),
            );
        }
    };
    match serde_json::from_slice::<Asked>(bytes) {
        Ok(asked) => {
            let id = asked.id.clone();
            bench.grade(asked).unwrap_or_else(|reason| Record::error(id, reason))
        }
        Err(error) => Record::error(id_of(bytes), format!("not a line to grade: {error}")),
    }
}

/// Returns the id of a line that has one, though the rest of it cannot be used.
fn id_of(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice::<serde_json::Value>(bytes)
        .ok()
        .and_then(|value| value.get("id").cloned())
        .unwrap_or_default()
}

fn read_batch(input: &mut dyn BufRead) -> io::Result<Vec<Line>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        match read_line(input)? {
            None => break,
            Some(Line::Read(line)) if line.iter().all(u8::is_ascii_whitespace) => {}
            Some(line) => {
                if let Line::Read(line) = &line {
                    bytes += line.len();
                }
                batch.push(line);
            }
        }
    }
    Ok(batch)
}

/// Reads one line; a longer one than is allowed is passed over without keeping it.
fn read_line(input: &mut dyn BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            let nothing = line.is_empty() && !too_long;
            return Ok((!nothing).then_some(if too_long { Line::TooLong } else { Line::Read(line) }));
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(available.len(), |end| end + 1);
        if line.len() + taken > MAX_LINE {
            too_long = true;
            line = Vec::new();
        }
        if !too_long {
            line.extend_from_slice(available.get(..taken).unwrap_or_default());
        }
        input.consume(taken);
        if end.is_some() {
            return Ok(Some(if too_long { Line::TooLong } else { Line::Read(line) }));
        }
    }
}
