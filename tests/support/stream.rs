//! The output of a program that runs, as it comes in.
//!
//! Nothing here waits for a fixed time: every wait is for something to be seen, up to a deadline.

use std::io::Read;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that was written so far, and how much of it was waited for.
pub(crate) struct Stream {
    chunks: Receiver<Vec<u8>>,
    raw: Vec<u8>,
    seen: usize,
}

impl Stream {
    /// Reads from now on, until the other end is gone.
    pub(crate) fn of(mut reader: impl Read + Send + 'static) -> Self {
        let (sender, chunks) = channel();
        let read = move || {
            let mut bytes = [0; 4096];
            // From a terminal, reading fails when the last process has left it.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new().spawn(read).unwrap();
        Self { chunks, raw: Vec::new(), seen: 0 }
    }

    /// Returns every byte that was received so far.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Waits for a text; returns what stood before it since the last wait.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> String {
        self.expect_one(&[text]).0
    }

    /// Waits for the first of some texts; returns what stood before it since the last wait, and which one it was.
    #[track_caller]
    pub(crate) fn expect_one<'a>(&mut self, texts: &[&'a str]) -> (String, &'a str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let unseen = &self.raw[self.seen..];
            let found = texts.iter().filter_map(|text| Some((find(unseen, text)?, *text))).min();
            if let Some((at, text)) = found {
                let before = String::from_utf8_lossy(&unseen[..at]).into_owned();
                self.seen += at + text.len();
                return (before, text);
            }
            let more = self.receive(deadline);
            assert!(more, "none of {texts:?} in {:?}", String::from_utf8_lossy(&self.raw[self.seen..]));
        }
    }

    /// Waits until what was received so far is as it should be.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, mut right: impl FnMut(&[u8]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !right(&self.raw) {
            assert!(
                self.receive(deadline),
                "it did not come to that: {:?}",
                String::from_utf8_lossy(&self.raw)
            );
        }
    }

    /// Receives all that is still written; returns everything.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        while self.receive(deadline) {}
        self.raw
    }

    /// Takes in what was written; returns whether something came before the deadline and the end.
    fn receive(&mut self, deadline: Instant) -> bool {
        let chunk = self.chunks.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        let came = chunk.is_ok();
        self.raw.extend(chunk.unwrap_or_default());
        came
    }
}

fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}
