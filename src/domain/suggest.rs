//! "Did you mean": the nearest of the known names.

/// Longer texts than this, in bytes, are not compared.
const MAX_TYPED: usize = 200;

/// Returns the known name nearest to what was typed, if it is near enough to be meant.
///
/// Near is at most a third of the typed letters in Damerau-Levenshtein edits (at least one), or a known name
/// whose last part is what was typed: `stampede` for `cache/stampede`.
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Far longer than any name: not meant as one, and costly to compare.
    if typed.len() > MAX_TYPED {
        return None;
    }
    let limit = (typed.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| {
            let tail = name.rsplit('/').next().unwrap_or(name);
            let distance =
                strsim::damerau_levenshtein(typed, name).min(strsim::damerau_levenshtein(typed, tail));
            (distance, name)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["cache/cache-down", "cache/sizing", "database/failover"];
        assert_eq!(nearest("cache/cahce-down", known), Some("cache/cache-down"));
        assert_eq!(nearest("sizing", known), Some("cache/sizing"));
        assert_eq!(nearest("kubernetes", known), None);
        assert_eq!(nearest(&"cache/sizing".repeat(50), known), None);
    }
}
