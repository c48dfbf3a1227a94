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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_minutes_and_seconds() {
        for (elapsed, expected) in [(999, "0:00"), (245_900, "4:05"), (3_729_000, "1:02:09")] {
            assert_eq!(clock(elapsed), expected);
        }
    }
}
