//! The records of `grade --jsonl` as they go out, one a line, and the count of them.

use std::io::{self, Write};

use super::progress::Progress;
use super::record::Record;

/// Which end of a run broke.
#[derive(Debug)]
pub(super) enum Broken {
    /// The lines cannot be read any more.
    Input(io::Error),
    /// The records cannot be written any more.
    Output(io::Error),
}

/// How many records there are, those of an earlier run with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// All of them.
    pub(super) records: usize,
    /// Those that are `error` records.
    pub(super) errors: usize,
    /// Those that the chosen grader did not make, since it failed.
    pub(super) fallbacks: usize,
}

/// A record as it is written, with what is counted of it.
pub(super) struct Encoded {
    line: Vec<u8>,
    error: bool,
    fallback: bool,
}

impl Encoded {
    /// Encodes a record as one line.
    pub(super) fn of(record: &Record) -> io::Result<Self> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        Ok(Self { line, error: record.is_error(), fallback: record.is_fallback() })
    }
}

/// Where records go.
pub(super) struct Written<'a> {
    out: &'a mut dyn Write,
    tally: Tally,
    /// Where somebody watches.
    progress: Option<Progress<'a>>,
}

impl<'a> Written<'a> {
    /// Takes what is written to, with the count of what is there already.
    pub(super) fn new(out: &'a mut dyn Write, tally: Tally, progress: Option<Progress<'a>>) -> Self {
        Self { out, tally, progress }
    }

    /// Returns the count of all records.
    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// Whether somebody watches.
    pub(super) fn is_watched(&self) -> bool {
        self.progress.is_some()
    }

    /// Shows how far it is, where somebody watches.
    pub(super) fn show(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress.show(self.tally);
        }
    }

    /// Writes a record behind the last one.
    pub(super) fn add(&mut self, record: &Record) -> io::Result<()> {
        self.put(&Encoded::of(record)?)
    }

    /// Writes a record that was encoded elsewhere behind the last one.
    pub(super) fn put(&mut self, record: &Encoded) -> io::Result<()> {
        self.out.write_all(&record.line)?;
        self.tally.records += 1;
        self.tally.errors += usize::from(record.error);
        self.tally.fallbacks += usize::from(record.fallback);
        Ok(())
    }

    /// Hands what was written on to the system, which keeps it even where this program is killed.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.show();
        self.out.flush()
    }
}
