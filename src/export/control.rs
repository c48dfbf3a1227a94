//! Characters that act instead of being seen: exports go to terminals and editors too.

/// Whether the character steers a terminal, turns the direction of text, or cannot be seen.
/// A line feed and a tab are neither.
pub(super) fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Soft hyphen; Arabic letter mark; zero width and direction marks; line and paragraph separators;
        // embeddings, isolates and invisible operators; byte order mark; interlinear marks; tags.
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
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
