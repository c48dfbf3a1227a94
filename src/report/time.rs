//! Times written for people.

use crate::domain::transcript::Elapsed;

/// Writes active time as minutes and seconds, or with hours from an hour on: "4:05", "1:02:09".
#[must_use]
pub fn clock(elapsed: Elapsed) -> String {
    let seconds = elapsed / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// Writes the day of a moment in seconds since 1970, in UTC: "2026-03-14".
#[must_use]
pub fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_days() {
        assert_eq!((day(1_773_516_600).as_str(), day(i64::MAX).as_str()), ("2026-03-14", "1970-01-01"));
    }

    #[test]
    fn writes_minutes_and_seconds() {
        for (elapsed, expected) in [(999, "0:00"), (245_900, "4:05"), (3_729_000, "1:02:09")] {
            assert_eq!(clock(elapsed), expected);
        }
    }
}
