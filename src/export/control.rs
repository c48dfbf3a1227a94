//! Characters that act instead of being seen: exports go to terminals and editors too.

use crate::domain::character::{Kind, kind};

/// Whether the character acts instead of being seen. A line feed and a tab do not.
pub(super) fn is_hidden(character: char) -> bool {
    kind(character) != Kind::Harmless
}

/// Writes every kind of line ending as a line feed, and every hidden character by its number, as in `\u{1b}`.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        if is_hidden(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_by_its_number() {
        for (text, expected) in [
            ("a\tb\nc", "a\tb\nc"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("\u{1b}[31m", r"\u{1b}[31m"),
            ("\u{9b}2J\u{7f}\0", r"\u{9b}2J\u{7f}\u{0}"),
            ("a\u{202e}b\u{e0041}", r"a\u{202e}b\u{e0041}"),
            ("naïve 漢字", "naïve 漢字"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }
}
