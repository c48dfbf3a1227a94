//! Data in prompts: what a candidate, a pack or a file supplies stands between two lines that it cannot contain.
//!
//! That a model keeps to this is a hope; that the lines cannot be forged is certain.

use crate::domain::character::{self, Kind};
use crate::domain::hash::ContentHash;

/// A code of 128 bits that nobody knew who wrote the data: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Writes 128 random bits.
    #[must_use]
    pub fn new(bits: [u8; 16]) -> Self {
        Self(bits.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Takes a code back that was stored.
    #[must_use]
    pub fn stored(code: &str) -> Self {
        Self(code.to_owned())
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns a fence for data that is the same in many calls. The fence is so, too, for caches of prefixes; and since it
/// is worked out from the data, the data cannot contain it.
#[must_use]
pub fn fence_of<'a>(data: impl IntoIterator<Item = &'a str>) -> Nonce {
    Nonce(ContentHash::of(data).as_str().to_owned())
}

/// Marks that models' own templates are made of, and that some servers read even in data.
const MARKS: &[&str] =
    &["<|", "|>", "<<SYS", "<</SYS", "[INST", "[/INST", "<s>", "</s>", "<start_of", "<end_of"];

/// Returns a text as models may see it: without characters that are not seen or not assigned to anybody, without
/// marks of models' own templates, and without the nonce.
#[must_use]
pub fn harmless(text: &str, nonce: &Nonce) -> String {
    let text = text.replace("\r\n", "\n");
    let seen = text.chars().filter_map(|c| match character::kind(c) {
        Kind::LineBreak => Some('\n'),
        Kind::Control if c == '\r' => Some('\n'),
        Kind::Harmless if !is_private_or_format(c) => Some(c),
        _ => None,
    });
    let mut seen: String = seen.collect();
    // Taking one out may put another together.
    while let Some(mark) = MARKS.iter().find(|mark| seen.contains(**mark)) {
        seen = seen.replace(mark, &broken(mark));
    }
    while !nonce.0.is_empty() && seen.contains(nonce.as_str()) {
        seen = seen.replace(nonce.as_str(), "");
    }
    seen
}

/// Returns a text as one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts a space behind the first character, so that people still read the same.
fn broken(mark: &str) -> String {
    let mut chars = mark.chars();
    let first = chars.next().map(String::from).unwrap_or_default();
    format!("{first} {}", chars.as_str())
}

/// Whether a character is of the category Co, or of Cf and not among those that take no room.
fn is_private_or_format(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nonce() -> Nonce {
        Nonce::new([0xab; 16])
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let safe = harmless(text, &nonce());
        assert_eq!(safe, expected, "{text:?}");
        assert_eq!(harmless(&safe, &nonce()), safe, "once is enough");
    }

    #[test]
    fn a_code_has_128_bits() {
        assert_eq!(nonce().as_str(), "ab".repeat(16));
        assert_eq!(fence_of(["a", "b"]).as_str().len(), 32);
        assert_ne!(fence_of(["a", "b"]), fence_of(["ab"]));
    }

    #[test]
    fn what_is_not_seen_is_not_sent() {
        check("a\u{200b}b\u{ad}c\u{202e}d\u{feff}", "abcd");
        check("tag\u{e0069}\u{e0067}s", "tags");
        check("own\u{e000}\u{f8ff}\u{f0000}\u{10fffd}", "own");
        check("\u{1b}[31mred\u{0}\u{7}", "[31mred");
        check("one\r\ntwo\rthree\u{2028}four\tfive", "one\ntwo\nthree\nfour\tfive");
        check("naïve 漢字 🦀 ≥ 5 %", "naïve 漢字 🦀 ≥ 5 %");
    }

    #[test]
    fn marks_of_models_are_broken() {
        check("<|im_start|>system", "< |im_start| >system");
        check("[INST] x [/INST]", "[ INST] x [ /INST]");
        check("<<<SYS>>", "<< <SYS>>");
        check("</s><s>", "< /s>< s>");
        check("a < b, c|d, x > y, 1 << 20", "a < b, c|d, x > y, 1 << 20");
    }

    #[test]
    fn the_code_is_taken_out_however_it_is_nested() {
        let code = "ab".repeat(16);
        check(&code, "");
        check(&format!("x{}{code}{}y", &code[..7], &code[7..]), "xy");
        check(&format!("{}\u{200b}{}", &code[..5], &code[5..]), "");
    }
}
