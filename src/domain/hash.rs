//! Fingerprints of content: which version of a rubric made a grade.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The first 128 bits of a SHA-256, as 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    /// Hashes the fields in order. Each goes in behind its length, so `("ab", "c")` and `("a", "bc")` differ.
    #[must_use]
    pub fn of<'a>(fields: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hasher = Sha256::new();
        for field in fields {
            hasher.update((field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        let hex = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self(hex)
    }

    /// Returns the hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_between_fields_count() {
        assert_ne!(ContentHash::of(["ab", "c"]), ContentHash::of(["a", "bc"]));
        assert_ne!(ContentHash::of(["ab"]), ContentHash::of(["ab", ""]));
        assert_eq!(ContentHash::of(["ab", "c"]), ContentHash::of(["ab", "c"]));
    }
}
