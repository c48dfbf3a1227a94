//! The lines of a stream, counted before anything reads them.
//!
//! The parser behind takes quadratic time for a line that comes in pieces, and so does one for many events in one
//! piece. It is given whole lines, one by one, none longer than what is allowed.

use std::sync::{Arc, OnceLock};

use futures_util::{Stream, stream};
use reqwest::Response;
use tokio::task::yield_now;

/// After how many lines others may go on. Without it the parser would queue all that has come before anybody listens.
const AT_A_TIME: usize = 64;

/// The limit that a stream went beyond, seen from both ends of the parser, which passes on no typed errors.
pub(super) type Overrun = Arc<OnceLock<usize>>;

/// The stream is over before its end.
#[derive(Debug, thiserror::Error)]
#[error("the stream broke off")]
pub(super) struct Broken;

/// What a stream may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    /// Bytes in all.
    pub(super) bytes: usize,
    /// Bytes in a line.
    pub(super) line: usize,
}

/// Bytes that come in pieces, and leave as lines.
#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Up to where no line ends.
    seen: usize,
}

impl Buffer {
    fn push(&mut self, piece: &[u8]) {
        self.bytes.drain(..self.start);
        self.seen -= self.start;
        self.start = 0;
        self.bytes.extend_from_slice(piece);
    }

    /// Takes the next line with its end.
    ///
    /// A carriage return at the very end is left until it is known whether a newline belongs to it.
    fn line(&mut self) -> Option<&[u8]> {
        let rest = self.bytes.get(self.seen..)?;
        let end = rest.iter().enumerate().position(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => rest.get(at + 1).is_some_and(|next| *next != b'\n'),
            _ => false,
        });
        let Some(end) = end else {
            let held = usize::from(rest.last() == Some(&b'\r'));
            self.seen = self.bytes.len() - held;
            return None;
        };
        let start = self.start;
        self.start = self.seen + end + 1;
        self.seen = self.start;
        self.bytes.get(start..self.start)
    }

    /// Returns what has come of the next line.
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

/// The lines of a response.
struct Lines {
    response: Response,
    buffer: Buffer,
    taken: usize,
    caps: Caps,
    overrun: Overrun,
    /// How many have been passed on.
    passed: usize,
    ended: bool,
}

impl Lines {
    async fn next(&mut self) -> Result<Option<String>, Broken> {
        let line = self.line().await?;
        self.passed += 1;
        if self.passed.is_multiple_of(AT_A_TIME) {
            yield_now().await;
        }
        Ok(match line {
            // The parser panics where a stream begins with a byte order mark (eventsource-stream 0.2.3).
            Some(line) if self.passed == 1 => Some(line.trim_start_matches('\u{feff}').to_owned()),
            line => line,
        })
    }

    async fn line(&mut self) -> Result<Option<String>, Broken> {
        loop {
            if let Some(line) = self.buffer.line() {
                let text = String::from_utf8_lossy(line).into_owned();
                self.check(text.len(), self.caps.line)?;
                return Ok(Some(text));
            }
            if self.ended {
                return Ok(None);
            }
            self.check(self.buffer.rest().len(), self.caps.line)?;
            match self.response.chunk().await.map_err(|_| Broken)? {
                Some(piece) => {
                    self.taken += piece.len();
                    self.check(self.taken, self.caps.bytes)?;
                    self.buffer.push(&piece);
                }
                None => {
                    self.ended = true;
                    // A last event counts also where the empty line after it is missing; half of one is no JSON.
                    return Ok(Some(format!("{}\n\n", String::from_utf8_lossy(self.buffer.rest()))));
                }
            }
        }
    }

    fn check(&self, bytes: usize, limit: usize) -> Result<(), Broken> {
        if bytes <= limit {
            return Ok(());
        }
        self.overrun.get_or_init(|| limit);
        Err(Broken)
    }
}

/// Returns the lines of a response of which `head` has been read already.
pub(super) fn lines(
    head: &[u8],
    response: Response,
    caps: Caps,
    overrun: Overrun,
) -> impl Stream<Item = Result<String, Broken>> + use<> {
    let mut buffer = Buffer::default();
    buffer.push(head);
    let lines = Lines { response, buffer, taken: head.len(), caps, overrun, passed: 0, ended: false };
    stream::try_unfold(lines, |mut lines| async move {
        let line = lines.next().await?;
        Ok(line.map(|line| (line, lines)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(pieces: &[&[u8]]) -> (Vec<String>, String) {
        let mut buffer = Buffer::default();
        let mut lines = Vec::new();
        for piece in pieces {
            buffer.push(piece);
            while let Some(line) = buffer.line() {
                lines.push(String::from_utf8_lossy(line).into_owned());
            }
        }
        (lines, String::from_utf8_lossy(buffer.rest()).into_owned())
    }

    #[test]
    fn lines_are_the_same_however_they_come() {
        let text = "data: a\r\n\r\ndata: b\n\ndata: c\r\rdata: é\ndata: d";
        let expected = ["data: a\r\n", "\r\n", "data: b\n", "\n", "data: c\r", "\r", "data: é\n"];
        for size in 1..=text.len() {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (lines, rest) = split(&pieces);
            assert_eq!(lines, expected, "in pieces of {size}");
            assert_eq!(rest, "data: d");
        }
    }

    #[test]
    fn a_return_at_the_end_waits_for_what_follows() {
        assert_eq!(split(&[b"a\r"]), (vec![], "a\r".to_owned()));
        assert_eq!(split(&[b"a\r", b"\n"]), (vec!["a\r\n".to_owned()], String::new()));
        assert_eq!(split(&[b"a\r", b"b"]), (vec!["a\r".to_owned()], "b".to_owned()));
    }
}
