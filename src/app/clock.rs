//! The clock: when a session began, and how long the candidate has been at it.

use std::time::Instant;

use crate::domain::transcript::Elapsed;

/// Names the moment at which a reproducible run takes place, in seconds since 1970
/// (<https://reproducible-builds.org/specs/source-date-epoch/>). Time stands still in such a run.
pub(super) const FIXED: &str = "SOURCE_DATE_EPOCH";

/// Measures active time.
#[derive(Debug)]
pub(super) struct Clock {
    since: Instant,
    before: Elapsed,
    fixed: bool,
}

impl Clock {
    /// Starts the clock; `before` is active time from before it started.
    pub(super) fn start(before: Elapsed, fixed: bool) -> Self {
        Self { since: Instant::now(), before, fixed }
    }

    /// Returns the active time so far.
    pub(super) fn elapsed(&self) -> Elapsed {
        if self.fixed {
            return self.before;
        }
        let measured = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.before.saturating_add(measured)
    }
}

/// Returns the present moment in seconds since 1970, or the fixed one.
pub(super) fn now(fixed: Option<i64>) -> i64 {
    fixed.unwrap_or_else(|| jiff::Timestamp::now().as_second())
}

/// Draws a seed that people can type again; the same one at a fixed moment.
pub(super) fn seed(fixed: Option<i64>) -> u64 {
    let drawn = match fixed {
        Some(seconds) => seconds.unsigned_abs(),
        None => u64::from(jiff::Timestamp::now().subsec_nanosecond().unsigned_abs()),
    };
    drawn % 1_000_000
}

/// Returns a moment as it stands in a session's name: `20260314-193000`, in UTC.
pub(super) fn stamp(seconds: i64) -> String {
    let moment = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%Y%m%d-%H%M%S").to_string()
}

/// Returns a moment for programs: `2026-03-14T19:30:00Z`.
pub(super) fn rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_still() {
        let clock = Clock::start(5, true);
        assert_eq!((clock.elapsed(), now(Some(9)), seed(Some(1_000_007))), (5, 9, 7));
        assert!(Clock::start(5, false).elapsed() >= 5);
    }

    #[test]
    fn a_stamp_is_an_id() {
        assert_eq!(stamp(1_773_516_600), "20260314-193000");
        assert_eq!(stamp(i64::MAX), "19700101-000000");
    }
}
