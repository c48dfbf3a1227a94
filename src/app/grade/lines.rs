//! The lines of `grade --jsonl` as they come in: one JSON object each, blank ones passed over.

use std::io::{self, BufRead};

use super::record::{Asked, Record};

/// The longest line that is read, in bytes: an answer of 1 MiB with every character escaped.
const MAX_LINE: usize = 8 * 1024 * 1024;

/// A line as it was read.
pub(super) enum Line {
    Read(Vec<u8>),
    TooLong,
}

impl Line {
    /// Returns what it asks for, or the record of what is wrong with it.
    pub(super) fn asked(&self) -> Result<Asked, Box<Record>> {
        match self {
            Self::Read(bytes) => serde_json::from_slice(bytes)
                .map_err(|error| self.wrong(format!("not a line to grade: {error}"))),
            Self::TooLong => Err(self.wrong(format!("the line is longer than {MAX_LINE} bytes"))),
        }
    }

    fn wrong(&self, reason: String) -> Box<Record> {
        Box::new(Record::error(self.id(), reason))
    }

    /// Returns its id, which it may have though the rest of it cannot be used.
    pub(super) fn id(&self) -> serde_json::Value {
        let Self::Read(bytes) = self else { return serde_json::Value::Null };
        let line = serde_json::from_slice::<serde_json::Value>(bytes).ok();
        line.and_then(|value| value.get("id").cloned()).unwrap_or_default()
    }

    /// Returns how many bytes of it are kept.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Read(bytes) => bytes.len(),
            Self::TooLong => 0,
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self, Self::Read(bytes) if bytes.iter().all(u8::is_ascii_whitespace))
    }
}

/// Reads lines, one after the other.
pub(super) struct Lines(Box<dyn BufRead + Send>);

impl Lines {
    pub(super) fn new(input: Box<dyn BufRead + Send>) -> Self {
        Self(input)
    }

    /// Reads the next line that is not blank.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            match self.read()? {
                Some(line) if line.is_blank() => {}
                line => return Ok(line),
            }
        }
    }

    /// Reads one line; a longer one than is allowed is passed over without keeping it.
    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let available = self.0.fill_buf()?;
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
            self.0.consume(taken);
            if end.is_some() {
                return Ok(Some(if too_long { Line::TooLong } else { Line::Read(line) }));
            }
        }
    }
}
