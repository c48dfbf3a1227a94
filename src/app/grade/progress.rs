//! How far a long run is, on one line of a terminal that is written over and over.

use std::io::Write;
use std::time::{Duration, Instant};

use super::written::Tally;
use crate::llm::metered::Metered;

/// The shortest time between two looks of the line.
const PAUSE: Duration = Duration::from_millis(100);
/// Back to the first column, and nothing to the right of it.
const AGAIN: &str = "\r\u{1b}[K";

/// A line on a terminal.
pub(super) struct Progress<'a> {
    out: &'a mut dyn Write,
    /// The columns of the terminal.
    columns: usize,
    /// What counts the tokens, where a model judges.
    model: Option<&'a Metered<'static>>,
    /// How many records there will be, where that is known.
    total: Option<usize>,
    /// How many there were at the start.
    before: usize,
    started: Instant,
    shown: Option<Instant>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(
        (out, columns): (&'a mut dyn Write, usize),
        model: Option<&'a Metered<'static>>,
        total: Option<usize>,
        before: usize,
    ) -> Self {
        Self { out, columns, model, total, before, started: Instant::now(), shown: None }
    }

    /// Shows how far it is, unless that was only just shown.
    pub(super) fn show(&mut self, tally: Tally) {
        if self.shown.is_some_and(|shown| shown.elapsed() < PAUSE) {
            return;
        }
        self.shown = Some(Instant::now());
        let state = State {
            tally,
            total: self.total,
            tokens: self.model.map_or(0, |model| model.spent().input + model.spent().output),
            left: left(tally.records, self.before, self.total, self.started.elapsed()),
        };
        // A line that cannot be shown is no reason to stop.
        let _unseen = write!(self.out, "{AGAIN}{}", state.line(self.columns)).and_then(|()| self.out.flush());
    }
}

impl Drop for Progress<'_> {
    /// Leaves the line empty for what is to be said next.
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _unseen = self.out.write_all(AGAIN.as_bytes()).and_then(|()| self.out.flush());
        }
    }
}

/// Returns the time that the rest will take, if it goes on as it went.
fn left(records: usize, before: usize, total: Option<usize>, elapsed: Duration) -> Option<Duration> {
    let done = u32::try_from(records.checked_sub(before)?).ok().filter(|done| *done > 0)?;
    let more = u32::try_from(total?.saturating_sub(records)).ok()?;
    (elapsed / done).checked_mul(more)
}

/// What there is to say.
struct State {
    tally: Tally,
    total: Option<usize>,
    tokens: u64,
    left: Option<Duration>,
}

impl State {
    /// Returns what there is room for on one line of so many columns: a longer one could not be written over.
    fn line(&self, columns: usize) -> String {
        let Tally { records, errors, fallbacks } = self.tally;
        let count = match self.total {
            Some(total) => format!("{records} of {total} graded"),
            None => format!("{records} graded"),
        };
        let counted = |count: usize, what| (count > 0).then(|| format!(", {count} {what}"));
        let tokens = (self.tokens > 0).then(|| format!(", {} k tokens", self.tokens.div_ceil(1000)));
        let left = self.left.map(|left| format!(", {} left", rounded(left)));
        let more = [counted(errors, "bad"), counted(fallbacks, "offline instead"), tokens, left];
        // The last column stays free: some terminals go on to the next line once it is filled.
        more.into_iter().flatten().fold(count, |line, part| match line.len() + part.len() < columns {
            true => line + &part,
            false => line,
        })
    }
}

/// Returns a time as people say it.
fn rounded(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds @ 100..=5_999 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_line_says_what_there_is_to_say() {
        let tally = |records, errors, fallbacks| Tally { records, errors, fallbacks };
        let late =
            || State { tally: tally(7, 1, 2), total: Some(10), tokens: 12_001, left: Some(seconds(90)) };
        for (state, columns, expected) in [
            (State { tally: tally(0, 0, 0), total: None, tokens: 0, left: None }, 80, "0 graded"),
            (State { tally: tally(3, 0, 0), total: Some(10), tokens: 0, left: None }, 80, "3 of 10 graded"),
            (late(), 80, "7 of 10 graded, 1 bad, 2 offline instead, 13 k tokens, 90 s left"),
            (late(), 40, "7 of 10 graded, 1 bad, 13 k tokens"),
            (late(), 30, "7 of 10 graded, 1 bad"),
        ] {
            assert_eq!(state.line(columns), expected);
        }
    }

    #[test]
    fn the_rest_takes_as_long_as_what_was_done() {
        assert_eq!(left(30, 10, Some(60), seconds(40)), Some(seconds(60)), "twenty took 40 s");
        assert_eq!(left(10, 10, Some(60), seconds(40)), None, "nothing is done yet");
        assert_eq!(left(30, 10, None, seconds(40)), None);
        assert_eq!(left(60, 10, Some(60), seconds(40)), Some(Duration::ZERO));
        for (time, expected) in
            [(0, "0 s"), (99, "99 s"), (100, "2 min"), (5_999, "100 min"), (7_260, "2 h 1 min")]
        {
            assert_eq!(rounded(seconds(time)), expected);
        }
    }
}
