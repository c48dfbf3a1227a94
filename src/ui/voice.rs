//! Words that are shown while they are found, set in lines that fit the screen.

use std::io::{self, Write};

use super::sanitize::Piecewise;
use super::style::{Role, Screen};
use super::wrap::{is_unbreakable, width};

/// Somebody who speaks.
pub struct Voice<'a> {
    out: &'a mut dyn Write,
    screen: Screen,
    role: Role,
    /// Whether somebody watches, so that each word is shown at once.
    live: bool,
    clean: Piecewise,
    /// Columns that the line has.
    column: usize,
    /// What comes before the next word.
    gap: Gap,
}

/// How words are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Nothing,
    Space,
    Line,
    Paragraph,
}

/// How somebody ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All was said.
    Whole,
    /// It breaks off, to be said in other words.
    Anew,
    /// It breaks off.
    CutOff,
}

impl<'a> Voice<'a> {
    /// Begins on a line of its own. Where nobody is `live` there to watch, words are written as it suits the writer.
    pub fn new(out: &'a mut dyn Write, screen: &Screen, role: Role, live: bool) -> Self {
        Self { out, screen: *screen, role, live, clean: Piecewise::default(), column: 0, gap: Gap::Nothing }
    }

    /// Says the next words; what is handed over ends where a word ends.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn say(&mut self, words: &str) -> io::Result<()> {
        let words = self.clean.take(words);
        self.show(&words)?;
        if self.live { self.out.flush() } else { Ok(()) }
    }

    /// Ends on a line of its own, and marks what is not whole.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn end(mut self, ending: Ending) -> io::Result<()> {
        let rest = std::mem::take(&mut self.clean).end();
        self.show(&rest)?;
        let spoken = self.column > 0;
        match ending {
            Ending::Whole => {}
            Ending::Anew if !spoken => {}
            Ending::Anew => {
                self.gap = Gap::Nothing;
                self.word(self.screen.symbol("…", "..."))?;
            }
            Ending::CutOff => {
                self.gap = if spoken { Gap::Space } else { Gap::Nothing };
                self.role = Role::Dim;
                self.word("(cut\u{a0}off)")?;
            }
        }
        if self.column > 0 {
            writeln!(self.out)?;
        }
        if self.live { self.out.flush() } else { Ok(()) }
    }

    fn show(&mut self, text: &str) -> io::Result<()> {
        let mut word = String::new();
        for c in text.chars() {
            if !c.is_whitespace() || is_unbreakable(c) {
                word.push(c);
                continue;
            }
            self.word(&std::mem::take(&mut word))?;
            self.gap = match (c, self.gap) {
                _ if self.column == 0 => Gap::Nothing,
                ('\n', Gap::Line | Gap::Paragraph) => Gap::Paragraph,
                ('\n', _) => Gap::Line,
                (_, gap) => gap.max(Gap::Space),
            };
        }
        self.word(&word)
    }

    fn word(&mut self, word: &str) -> io::Result<()> {
        if word.is_empty() {
            return Ok(());
        }
        match std::mem::replace(&mut self.gap, Gap::Nothing) {
            Gap::Nothing => {}
            Gap::Space if self.column + 1 + width(word).min(self.screen.width) <= self.screen.width => {
                self.column += 1;
                write!(self.out, " ")?;
            }
            Gap::Space | Gap::Line => self.new_line()?,
            Gap::Paragraph => {
                self.new_line()?;
                writeln!(self.out)?;
            }
        }
        self.broken(word)
    }

    /// Writes a word, and breaks it where the line ends.
    fn broken(&mut self, word: &str) -> io::Result<()> {
        let mut part = String::new();
        // From here on a no-break space is one like any other.
        for c in word.replace('\u{a0}', " ").chars() {
            let columns = width(&part) + width(c.encode_utf8(&mut [0; 4]));
            if self.column + columns > self.screen.width {
                write!(self.out, "{}", self.screen.paint(self.role, &std::mem::take(&mut part)))?;
                self.new_line()?;
            }
            part.push(c);
        }
        self.column += width(&part);
        write!(self.out, "{}", self.screen.paint(self.role, &part))
    }

    fn new_line(&mut self) -> io::Result<()> {
        self.column = 0;
        writeln!(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::wrap::{Text, paragraph};
    use proptest::prelude::*;

    const SCREEN: Screen = Screen { width: 20, colour: false, unicode: true };

    fn spoken(pieces: &[&str], ending: Ending) -> String {
        let mut out = Vec::new();
        let mut voice = Voice::new(&mut out, &SCREEN, Role::Plain, true);
        pieces.iter().for_each(|piece| voice.say(piece).unwrap());
        voice.end(ending).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn words_are_wrapped_as_they_come() {
        assert_eq!(
            spoken(&["Your", " feed", " cache", " answers", " 95", " of", " 100"], Ending::Whole),
            "Your feed cache\nanswers 95 of 100\n"
        );
        assert_eq!(spoken(&["one\n\n\n", "two", "\nthree", " \n"], Ending::Whole), "one\n\ntwo\nthree\n");
        assert_eq!(
            spoken(&["averyveryveryverylongword", " x"], Ending::Whole),
            "averyveryveryverylon\ngword x\n"
        );
        assert_eq!(spoken(&[" ", "\n"], Ending::Whole), "");
    }

    #[test]
    fn what_breaks_off_says_so() {
        assert_eq!(spoken(&["What", " if"], Ending::CutOff), "What if (cut off)\n");
        assert_eq!(spoken(&["What if it were so"], Ending::CutOff), "What if it were so\n(cut off)\n");
        assert_eq!(spoken(&[], Ending::CutOff), "(cut off)\n");
        assert_eq!(spoken(&["Why not", " use"], Ending::Anew), "Why not use…\n");
        assert_eq!(spoken(&[], Ending::Anew), "");
    }

    #[test]
    fn escapes_that_come_in_pieces_have_no_effect() {
        for (pieces, expected) in [
            (&["a\u{1b}", "[2Jb"][..], "ab\n"),
            (&["a", " \u{1b}]0;never", " so titled\u{7}", " b"], "a b\n"),
            (&["a\u{1b}", "]52;c;cm0=", "\u{1b}", "\\", " b\u{9b}3", "1m c"], "a b c\n"),
            (&["a\r", "\nb\u{202e}"], "a\nb\u{fffd}\n"),
            (&["a \u{1b}P", " never ends", " at all"], "a\n"),
        ] {
            assert_eq!(spoken(pieces, Ending::Whole), expected, "{pieces:?}");
        }
    }

    #[test]
    fn colours_do_not_count_as_columns() {
        let mut out = Vec::new();
        let screen = Screen { colour: true, ..SCREEN };
        let mut voice = Voice::new(&mut out, &screen, Role::Heading, true);
        voice.say("one two three four five").unwrap();
        voice.end(Ending::Whole).unwrap();
        let text = String::from_utf8(out).unwrap().replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(text, "one two three four\nfive\n");
    }

    proptest! {
        #[test]
        fn it_looks_as_if_it_had_come_at_once(
            words in prop::collection::vec("[a-z数]{1,30}", 1..12),
            gaps in prop::collection::vec(prop::sample::select(vec![" ", "\n", "  ", "\n\n"]), 12),
        ) {
            let text: String = words.iter().zip(&gaps).map(|(word, gap)| format!("{word}{gap}")).collect();
            let text = text.trim();
            let pieces: Vec<&str> = text.split_inclusive([' ', '\n']).collect();
            let mut at_once = Vec::new();
            paragraph(&mut at_once, &SCREEN, &Text::plain(text)).unwrap();
            prop_assert_eq!(spoken(&pieces, Ending::Whole), String::from_utf8(at_once).unwrap());
        }

        #[test]
        fn nothing_of_what_comes_can_act(pieces in prop::collection::vec("(\\PC|[\\x00-\\x1f\\x7f-\\u{9f}]){0,8}", 0..12)) {
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let text = spoken(&pieces, Ending::CutOff);
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
            prop_assert!(text.lines().all(|line| width(line) <= 20), "{text:?}");
        }
    }
}
