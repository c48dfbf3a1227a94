//! Characters that act instead of being seen: they steer a terminal, turn the direction of text, or hide.
//!
//! What leaves the program, on a screen or in a file, looks here for what has to be taken out or shown by its number.

/// What a character does besides being seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Harmless,
    /// C0, C1 and DEL, but newline and tab.
    Control,
    /// Marks, embeddings, overrides and isolates of the bidirectional algorithm.
    Direction,
    /// A line break other than the newline.
    LineBreak,
    /// Takes no room on the screen: joiners, fillers, selectors, tags.
    Invisible,
}

/// Returns what a character does besides being seen; a newline and a tab are harmless.
#[must_use]
pub fn kind(c: char) -> Kind {
    match c {
        '\n' | '\t' | ' '..='~' => Kind::Harmless,
        c if c.is_control() => Kind::Control,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
            Kind::Direction
        }
        '\u{2028}' | '\u{2029}' => Kind::LineBreak,
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Kind::Invisible,
        _ => Kind::Harmless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_acts_from_what_is_seen() {
        for (c, expected) in [
            ('a', Kind::Harmless),
            ('\n', Kind::Harmless),
            ('é', Kind::Harmless),
            ('漢', Kind::Harmless),
            ('\r', Kind::Control),
            ('\u{9b}', Kind::Control),
            ('\u{202e}', Kind::Direction),
            ('\u{2028}', Kind::LineBreak),
            ('\u{200b}', Kind::Invisible),
            ('\u{e0041}', Kind::Invisible),
        ] {
            assert_eq!(kind(c), expected, "{c:?}");
        }
    }
}
