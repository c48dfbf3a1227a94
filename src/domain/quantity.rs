//! Numbers written for people: "50 M", "1.2 TB", "350".

/// Writes a value with at most three significant digits and a decimal prefix.
///
/// Units that begin with `B` (bytes) get `kB`, `MB`, `GB`; everything else `k`, `M`, `G`, `T`.
/// The unit itself is only written for bytes, since "50 M users" reads from its sentence.
#[must_use]
pub fn human(value: f64, unit: &str) -> String {
    const PREFIXES: [(f64, &str); 6] =
        [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, "")];
    // 999.5 would round to "1000": it belongs to the next prefix.
    let (scale, prefix) =
        PREFIXES.into_iter().find(|(scale, _)| value.abs() >= *scale * 0.9995).unwrap_or((1.0, ""));
    // Below a thousand a bare number reads better than "0 k".
    let scaled = value / scale;
    let digits = if scaled.abs() >= 99.95 {
        format!("{scaled:.0}")
    } else if scaled.abs() >= 9.995 {
        trim(&format!("{scaled:.1}"))
    } else {
        trim(&format!("{scaled:.2}"))
    };
    let tail = if is_bytes(unit) { format!("{prefix}{unit}") } else { prefix.to_owned() };
    if tail.is_empty() { digits } else { format!("{digits} {tail}") }
}

/// Whether a unit counts bytes, and its prefix thus belongs to it: "1.2 TB".
pub(super) fn is_bytes(unit: &str) -> bool {
    unit == "B" || unit.starts_with("B/")
}

fn trim(digits: &str) -> String {
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers_for_people() {
        for (value, unit, expected) in [
            (50e6, "users", "50 M"),
            (1.2e12, "B", "1.2 TB"),
            (350.0, "ms", "350"),
            (999.7, "req/s", "1 k"),
            (0.25, "", "0.25"),
            (34_722.2, "req/s", "34.7 k"),
            (1500.0, "B/s", "1.5 kB/s"),
            (0.0, "B", "0 B"),
        ] {
            assert_eq!(human(value, unit), expected);
        }
    }
}
