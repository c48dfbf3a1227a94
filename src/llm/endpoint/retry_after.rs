//! How long a server asks to wait, in the forms in which servers say so.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::HeaderMap;

/// Returns how long the server asks to wait; `None` where it does not say, or says nothing that can be meant.
///
/// Milliseconds (`retry-after-ms`) go before seconds or a date (`retry-after`).
/// A date is compared with the server's own clock, where it tells the time, otherwise with `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let header = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = header("retry-after-ms").and_then(|value| wait(value, 1000.0));
    milliseconds.or_else(|| {
        let value = header("retry-after")?;
        wait(value, 1.0).or_else(|| {
            let server = header("date").and_then(date).unwrap_or(now);
            let wait = Duration::try_from(date(value)?.duration_since(server)).ok()?;
            (!wait.is_zero()).then_some(wait)
        })
    })
}

/// Reads a number of which `per_second` make a second; a number beyond all bounds is a very long wait.
fn wait(value: &str, per_second: f64) -> Option<Duration> {
    let seconds =
        value.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0)? / per_second;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

fn date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<Duration>) {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        assert_eq!(retry_after(&map, now), expected, "{headers:?}");
    }

    #[test]
    fn every_form_is_read() {
        let ms = |ms| Some(Duration::from_millis(ms));
        check(&[], None);
        for (value, expected) in [
            ("7", ms(7_000)),
            (" 7 ", ms(7_000)),
            ("1.5", ms(1_500)),
            ("86400", ms(86_400_000)),
            ("99999999999999999999999", Some(Duration::MAX)),
            ("0", None),
            ("-3", None),
            ("inf", None),
            ("NaN", None),
            ("abc", None),
            ("", None),
            ("7 seconds", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", ms(7_000)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", None),
            ("Sun, 06 Nov 1994 08:49:00 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
        ] {
            check(&[("retry-after", value)], expected);
        }
        check(&[("retry-after-ms", "250"), ("retry-after", "7")], ms(250));
        check(&[("retry-after-ms", "-1"), ("retry-after", "7")], ms(7_000));
    }

    #[test]
    fn the_clock_of_the_server_goes_before_ours() {
        let [date, later] = ["Sun, 06 Nov 1994 10:00:00 GMT", "Sun, 06 Nov 1994 10:00:05 GMT"];
        check(&[("date", date), ("retry-after", later)], Some(Duration::from_secs(5)));
    }
}
