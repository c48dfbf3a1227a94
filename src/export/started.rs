//! The moment at which a session began, as text.

use jiff::Timestamp;

/// Writes seconds since 1970 as RFC 3339 in UTC; `None` where the year would not have four digits.
pub(super) fn rfc3339(seconds: i64) -> Option<String> {
    let timestamp = Timestamp::from_second(seconds).ok()?;
    Some(timestamp.to_string()).filter(|text| !text.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_utc() {
        for (seconds, expected) in [
            (1_773_516_600, Some("2026-03-14T19:30:00Z")),
            (0, Some("1970-01-01T00:00:00Z")),
            (-1, Some("1969-12-31T23:59:59Z")),
            (i64::MAX, None),
            (-100_000_000_000, None),
        ] {
            assert_eq!(rfc3339(seconds).as_deref(), expected, "{seconds}");
        }
    }
}
