//! What the screen can do, and the few roles that a text on it can have.
//!
//! No state is told by colour alone: every symbol has a word beside it, and an ASCII form.

use anstyle::{AnsiColor, Style};

use crate::domain::words::Verdict;

/// The least and the greatest number of columns that text is set in.
const WIDTHS: std::ops::RangeInclusive<usize> = 20..=100;

/// The number of columns where nobody says how many there are.
const DEFAULT_WIDTH: usize = 80;

/// Where text is shown: its width, and whether colours and other than ASCII symbols can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns for text; within 20 to 100 when made by [`Screen::choose`].
    pub width: usize,
    /// Whether colours are written.
    pub colour: bool,
    /// Whether our own symbols may be other than ASCII.
    pub unicode: bool,
}

/// What `--color` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// Colours on a terminal that has them, unless the environment says no.
    #[default]
    Auto,
    /// Colours wherever the output goes.
    Always,
    /// No colours.
    Never,
}

impl Screen {
    /// Chooses from the flag, the environment and the terminal's columns (`None` where the output is no terminal).
    ///
    /// The flag is stronger than the environment, where `NO_COLOR` is stronger than `CLICOLOR_FORCE`, and that than
    /// `CLICOLOR=0`. A locale that is set to something other than UTF-8, and `TERM=dumb`, mean ASCII.
    #[must_use]
    pub fn choose(
        choice: ColorChoice,
        lookup: impl Fn(&str) -> Option<String>,
        columns: Option<usize>,
    ) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term.eq_ignore_ascii_case("dumb"));
        let colour = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR").is_some() => false,
            ColorChoice::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            ColorChoice::Auto => columns.is_some() && !dumb && set("CLICOLOR").as_deref() != Some("0"),
        };
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
        let unicode = !dumb && locale.is_none_or(|name| is_utf8(&name));
        let width = columns.or_else(|| set("COLUMNS").and_then(|n| n.parse().ok())).unwrap_or(DEFAULT_WIDTH);
        Self { width: width.clamp(*WIDTHS.start(), *WIDTHS.end()), colour, unicode }
    }

    /// Writes the text in the role's style, where there are colours.
    #[must_use]
    pub fn paint(&self, role: Role, text: &str) -> String {
        match role.style() {
            Some(style) if self.colour && !text.is_empty() => format!("{style}{text}{style:#}"),
            _ => text.to_owned(),
        }
    }

    /// Returns the first where the screen has more than ASCII, else the second.
    #[must_use]
    pub fn symbol(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    /// Returns the verdict's symbol: one column.
    #[must_use]
    pub fn verdict_symbol(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Hit => self.symbol("✓", "+"),
            Verdict::Partial => self.symbol("◐", "~"),
            Verdict::Missed => self.symbol("○", "-"),
            Verdict::Contradicted => self.symbol("✗", "x"),
            Verdict::Ungraded => "?",
        }
    }
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// What a piece of text is; its look follows from that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    #[default]
    Plain,
    /// Titles, and what is asked.
    Heading,
    /// What deserves a look: numbers, the place in the round, commands.
    Accent,
    /// What can be passed over.
    Dim,
    /// Stressed words.
    Strong,
    /// Emphasised words.
    Emphasis,
    /// Code and names of things.
    Code,
    /// The candidate's own words.
    Quote,
    /// A key point that was stated.
    Hit,
    /// A key point that was half said.
    Partial,
    /// A key point that was not said.
    Missed,
    /// A key point whose opposite was claimed, and misconceptions.
    Contradicted,
    /// What the candidate should know about.
    Warning,
}

impl Role {
    fn style(self) -> Option<Style> {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        Some(match self {
            Self::Plain => return None,
            Self::Heading | Self::Strong => Style::new().bold(),
            Self::Accent | Self::Code => colour(AnsiColor::Cyan),
            Self::Dim | Self::Missed => Style::new().dimmed(),
            Self::Emphasis | Self::Quote => Style::new().italic(),
            Self::Hit => colour(AnsiColor::Green),
            Self::Partial | Self::Warning => colour(AnsiColor::Yellow),
            Self::Contradicted => colour(AnsiColor::Red),
        })
    }
}

impl From<Verdict> for Role {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Hit => Self::Hit,
            Verdict::Partial => Self::Partial,
            Verdict::Missed => Self::Missed,
            Verdict::Contradicted => Self::Contradicted,
            Verdict::Ungraded => Self::Dim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(choice: ColorChoice, env: &[(&str, &str)], columns: Option<usize>) -> Screen {
        let lookup = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned());
        Screen::choose(choice, lookup, columns)
    }

    #[test]
    fn colour_follows_the_flag_then_the_environment_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        for (choice, env, columns, colour) in [
            (Auto, &[][..], Some(80), true),
            (Auto, &[], None, false),
            (Auto, &[("NO_COLOR", "1")], Some(80), false),
            (Auto, &[("NO_COLOR", "")], Some(80), true),
            (Auto, &[("CLICOLOR", "0")], Some(80), false),
            (Auto, &[("CLICOLOR", "1")], Some(80), true),
            (Auto, &[("CLICOLOR_FORCE", "1")], None, true),
            (Auto, &[("CLICOLOR_FORCE", "0")], None, false),
            (Auto, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], Some(80), false),
            (Auto, &[("TERM", "dumb")], Some(80), false),
            (Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], None, true),
            (Never, &[("CLICOLOR_FORCE", "1")], Some(80), false),
        ] {
            assert_eq!(choose(choice, env, columns).colour, colour, "{choice:?} {env:?} {columns:?}");
        }
    }

    #[test]
    fn symbols_follow_the_locale() {
        for (env, unicode) in [
            (&[][..], true),
            (&[("LANG", "de_DE.UTF-8")], true),
            (&[("LANG", "C.utf8")], true),
            (&[("LANG", "C")], false),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "POSIX")], false),
            (&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")], true),
            (&[("LANG", "en_US.UTF-8"), ("TERM", "dumb")], false),
        ] {
            assert_eq!(choose(ColorChoice::Auto, env, Some(80)).unicode, unicode, "{env:?}");
        }
    }

    #[test]
    fn width_comes_from_the_terminal_within_limits() {
        let width = |env: &[(&str, &str)], columns| choose(ColorChoice::Auto, env, columns).width;
        assert_eq!(width(&[], Some(62)), 62);
        assert_eq!(width(&[], Some(3)), 20);
        assert_eq!(width(&[], Some(400)), 100);
        assert_eq!(width(&[], None), 80);
        assert_eq!(width(&[("COLUMNS", "50")], None), 50);
        assert_eq!(width(&[("COLUMNS", "50")], Some(70)), 70);
        assert_eq!(width(&[("COLUMNS", "many")], None), 80);
    }

    #[test]
    fn paint_writes_nothing_but_the_text_without_colour() {
        let mut screen = Screen { width: 80, colour: false, unicode: true };
        assert_eq!(screen.paint(Role::Hit, "hit"), "hit");
        screen.colour = true;
        assert_eq!(screen.paint(Role::Hit, "hit"), "\u{1b}[32mhit\u{1b}[0m");
        assert_eq!(screen.paint(Role::Plain, "hit"), "hit");
    }
}
