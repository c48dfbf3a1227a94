//! Text with roles, set in lines that fit the screen.
//!
//! A [`Text`] can only be made of inert pieces, so whatever is rendered through this module is safe to show.

use std::fmt::Debug;
use std::io::{self, Write};

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::wrap_first_fit;
use unicode_width::UnicodeWidthChar;

use super::sanitize::inert;
use super::style::{Role, Screen};

/// The fewest columns that are left for words, however deep the indent.
const MIN_COLUMNS: usize = 8;

/// Columns that a tab takes in lines that are not wrapped.
const TAB: &str = "    ";

/// Pieces of inert text, each with its role. A newline breaks the line; other white space is one space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<(Role, String)>,
}

impl Text {
    /// Starts with one piece.
    #[must_use]
    pub fn new(role: Role, text: &str) -> Self {
        Self::default().with(role, text)
    }

    /// Starts with one piece of running text.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::new(Role::Plain, text)
    }

    /// Adds a piece at the end.
    #[must_use]
    pub fn with(mut self, role: Role, text: &str) -> Self {
        self.push(role, text);
        self
    }

    /// Adds a piece at the end.
    pub fn push(&mut self, role: Role, text: &str) {
        if !text.is_empty() {
            self.pieces.push((role, inert(text).into_owned()));
        }
    }

    /// Adds all pieces of another text at the end.
    #[must_use]
    pub fn and(mut self, other: &Text) -> Self {
        self.pieces.extend(other.pieces.iter().cloned());
        self
    }

    /// Whether there is nothing but white space in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.pieces.iter().all(|(_, text)| text.trim().is_empty())
    }

    /// Returns the columns of the widest line before wrapping.
    #[must_use]
    pub fn width(&self) -> usize {
        self.paragraphs().iter().map(|words| line_width(words)).max().unwrap_or(0)
    }

    /// Sets the text in lines of at most `width` columns, without indent. Words that are wider are broken.
    #[must_use]
    pub fn lines(&self, screen: &Screen, width: usize) -> Vec<String> {
        self.set(screen, width, width)
    }

    /// Writes the text in lines that fit the screen, the first after `first` and the others after `rest`.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, out: &mut dyn Write, screen: &Screen, first: &str, rest: &str) -> io::Result<()> {
        let room = screen.width.saturating_sub(MIN_COLUMNS);
        let (first, rest) = (fit(first, room), fit(rest, room));
        let [first_width, rest_width] = [first, rest].map(|indent| screen.width - width(indent));
        let mut indent = first;
        for line in self.set(screen, first_width, rest_width) {
            writeln!(out, "{}", format!("{indent}{line}").trim_end())?;
            indent = rest;
        }
        Ok(())
    }

    fn set(&self, screen: &Screen, first_width: usize, rest_width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for words in self.paragraphs() {
            let first = if lines.is_empty() { first_width } else { rest_width };
            let words: Vec<Word> =
                words.into_iter().flat_map(|word| word.broken(first.min(rest_width))).collect();
            let widths = [first as f64, rest_width as f64];
            lines.extend(wrap_first_fit(&words, &widths).into_iter().map(|line| painted(line, screen)));
        }
        lines
    }

    /// The words of each line as given.
    fn paragraphs(&self) -> Vec<Vec<Word>> {
        let mut paragraphs = vec![Vec::new()];
        let mut word = Word::default();
        for (role, text) in &self.pieces {
            for (at, c) in text.char_indices() {
                if !c.is_whitespace() || is_unbreakable(c) {
                    word.push(*role, c);
                    continue;
                }
                if c == ' ' && word.ends_in_digit() && text.get(at + 1..).is_some_and(begins_with_prefix) {
                    word.push(*role, c);
                    continue;
                }
                let last = paragraphs.last_mut();
                last.into_iter().for_each(|words| words.extend(word.take(Some(*role))));
                if c == '\n' {
                    paragraphs.push(Vec::new());
                }
            }
        }
        paragraphs.last_mut().into_iter().for_each(|words| words.extend(word.take(None)));
        paragraphs
    }
}

pub(super) fn is_unbreakable(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// Whether a number's decimal prefix stands here, as [`crate::domain::quantity::human`] writes it: "50 k", "1.2 TB".
fn begins_with_prefix(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    matches!(word.strip_suffix('B').unwrap_or(word), "" | "k" | "M" | "G" | "T" | "P") && !word.is_empty()
}

/// What stands between two spaces: pieces that may differ in role.
#[derive(Clone, Debug, Default)]
struct Word {
    pieces: Vec<(Role, String)>,
    width: usize,
    /// The role of the space behind it; `None` where a broken word goes on.
    space: Option<Role>,
}

impl Word {
    fn push(&mut self, role: Role, c: char) {
        self.width += char_width(c);
        // It has kept its words together; from here on it is a space like any other.
        let c = if c == '\u{a0}' { ' ' } else { c };
        match self.pieces.last_mut() {
            Some((last, text)) if *last == role => text.push(c),
            _ => self.pieces.push((role, c.into())),
        }
    }

    fn ends_in_digit(&self) -> bool {
        self.pieces.last().is_some_and(|(_, text)| text.ends_with(|c: char| c.is_ascii_digit()))
    }

    fn take(&mut self, space: Option<Role>) -> Option<Word> {
        let word = Word { space, ..std::mem::take(self) };
        (!word.pieces.is_empty()).then_some(word)
    }

    /// Breaks the word where it is wider than a line.
    fn broken(self, limit: usize) -> Vec<Word> {
        if self.width <= limit {
            return vec![self];
        }
        let space = self.space;
        let mut parts = Vec::new();
        let mut part = Word::default();
        for (role, text) in &self.pieces {
            for c in text.chars() {
                if part.width + char_width(c) > limit {
                    parts.extend(part.take(None));
                }
                part.push(*role, c);
            }
        }
        parts.extend(part.take(space));
        parts
    }
}

impl Fragment for Word {
    fn width(&self) -> f64 {
        self.width as f64
    }

    fn whitespace_width(&self) -> f64 {
        if self.space.is_some() { 1.0 } else { 0.0 }
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

fn line_width(words: &[Word]) -> usize {
    words.iter().map(|word| word.width).sum::<usize>() + words.len().saturating_sub(1)
}

/// Joins the words of a line and paints runs of one role in one go.
fn painted(words: &[Word], screen: &Screen) -> String {
    let mut runs: Vec<(Role, String)> = Vec::new();
    let mut add = |role: Role, text: &str| match runs.last_mut() {
        Some((last, run)) if *last == role => run.push_str(text),
        _ => runs.push((role, text.to_owned())),
    };
    for (idx, word) in words.iter().enumerate() {
        word.pieces.iter().for_each(|(role, text)| add(*role, text));
        if let Some(space) = word.space.filter(|_| idx + 1 < words.len()) {
            add(space, " ");
        }
    }
    runs.iter().map(|(role, run)| screen.paint(*role, run)).collect()
}

/// Returns the columns that a text takes, counted so that no terminal needs more.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The longest beginning that fits.
fn fit(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += char_width(*c);
        used > columns
    });
    end.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// Cuts one line to the columns given; a mark at its end tells that it was cut.
#[must_use]
pub fn cut(line: &str, columns: usize, screen: &Screen) -> String {
    if width(line) <= columns {
        return line.to_owned();
    }
    let mark = screen.symbol("…", ">");
    format!("{}{mark}", fit(line, columns.saturating_sub(width(mark))))
}

/// Writes lines as they are, indented; only those wider than the screen are cut.
///
/// # Errors
/// When the writer fails.
pub fn verbatim(
    out: &mut dyn Write,
    screen: &Screen,
    role: Role,
    text: &str,
    indent: &str,
) -> io::Result<()> {
    let indent = fit(indent, screen.width.saturating_sub(MIN_COLUMNS));
    for line in inert(text).lines() {
        let line = cut(&line.replace('\t', TAB), screen.width - width(indent), screen);
        let painted = screen.paint(role, line.trim_end());
        writeln!(out, "{}", format!("{indent}{painted}").trim_end())?;
    }
    Ok(())
}

/// Writes the text as a paragraph without indent.
///
/// # Errors
/// When the writer fails.
pub fn paragraph(out: &mut dyn Write, screen: &Screen, text: &Text) -> io::Result<()> {
    text.write(out, screen, "", "")
}

/// Writes the text behind a bullet, with a hanging indent.
///
/// # Errors
/// When the writer fails.
pub fn bullet(out: &mut dyn Write, screen: &Screen, text: &Text) -> io::Result<()> {
    text.write(out, screen, screen.symbol("• ", "* "), "  ")
}

/// Writes a heading with a blank line before it.
///
/// # Errors
/// When the writer fails.
pub fn section(out: &mut dyn Write, screen: &Screen, title: &str) -> io::Result<()> {
    writeln!(out)?;
    paragraph(out, screen, &Text::new(Role::Heading, title))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen = Screen { width: 20, colour: false, unicode: true };

    fn check(text: &Text, first: &str, rest: &str, expected: &str) {
        let mut out = Vec::new();
        text.write(&mut out, &SCREEN, first, rest).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn wraps_by_columns() {
        check(&Text::plain("one two three four five six"), "* ", "  ", "* one two three four\n  five six\n");
        check(&Text::plain("a\nb   c\td"), "", "", "a\nb c d\n");
        check(&Text::plain("数据库数据库数据库数据库数据库"), "", "", "数据库数据库数据库数\n据库数据库\n");
        check(
            &Text::plain("https://example.org/averylongaddress x"),
            "",
            "",
            "https://example.org/\naverylongaddress x\n",
        );
        check(
            &Text::plain("averyveryveryverylongword x"),
            "",
            "      ",
            "averyveryveryv\n      erylongword x\n",
        );
        check(&Text::plain(""), "> ", "", ">\n");
    }

    #[test]
    fn a_number_is_not_torn_from_its_prefix() {
        check(&Text::plain("for 300 k seats; 50 k tickets"), "", "", "for 300 k seats;\n50 k tickets\n");
        check(&Text::plain("a year of those is 36.5 GB."), "", "", "a year of those is\n36.5 GB.\n");
        check(&Text::plain("about one of the 50 kings"), "", "", "about one of the 50\nkings\n");
    }

    #[test]
    fn an_indent_leaves_room_for_words() {
        check(&Text::plain("one two"), &" ".repeat(50), "", "            one two\n");
    }

    #[test]
    fn roles_reach_over_words_and_do_not_change_the_width() {
        let screen = Screen { width: 20, colour: true, unicode: true };
        let text = Text::plain("see ").with(Role::Strong, "these two").with(Role::Plain, ", please, now");
        assert_eq!(
            text.lines(&screen, 20),
            ["see \u{1b}[1mthese two\u{1b}[0m,", "please, now"],
            "the line would hold `please` only if the style took columns"
        );
    }

    #[test]
    fn what_comes_in_is_inert() {
        check(&Text::plain("a\u{1b}[31mb\u{202e}"), "", "", "ab\u{fffd}\n");
    }

    #[test]
    fn verbatim_lines_are_cut_with_a_mark() {
        let mut out = Vec::new();
        verbatim(&mut out, &SCREEN, Role::Code, "+--+\n|\ta|\n\n123456789012345678901", "  ").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "  +--+\n  |    a|\n\n  12345678901234567…\n");
        let ascii = Screen { unicode: false, ..SCREEN };
        assert_eq!(cut("12345", 4, &ascii), "123>");
        assert_eq!(cut("数据库", 4, &SCREEN), "数…");
    }
}
