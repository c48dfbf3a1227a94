//! Makes text that came from outside inert for a terminal.
//!
//! Text is stored as it came and made inert only where it is shown. What is left can neither move the cursor,
//! colour, retitle or answer back, nor change the order or hide the presence of other characters.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use crate::domain::character::{Kind, kind};

/// Stands in the place of a single character that was taken out.
const REPLACEMENT: char = '\u{fffd}';

const ESC: char = '\u{1b}';

/// Returns the text without anything that a terminal would act on, but newlines and tabs.
///
/// Escape sequences go as a whole; an unterminated one goes up to the end of its line. Invisible characters go too.
/// Other control characters and those that change the direction of writing become U+FFFD, and CR LF becomes LF.
/// The result is a fixed point: making it inert again changes nothing.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| matches!(kind(c), Kind::Harmless)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match kind(c) {
            Kind::Harmless => clean.push(c),
            Kind::Invisible => {}
            Kind::Direction => clean.push(REPLACEMENT),
            Kind::LineBreak => clean.push('\n'),
            Kind::Control => clean.extend(after_control(c, &mut chars)),
        }
    }
    Cow::Owned(clean)
}

/// Returns the text as one inert line: newlines and tabs become spaces.
#[must_use]
pub fn inert_line(text: &str) -> String {
    inert(text).replace(['\n', '\t'], " ")
}

/// Makes text inert that comes in pieces, however it is cut: together, what comes out is what [`inert`] makes of all.
#[derive(Debug, Default)]
pub struct Piecewise {
    /// The beginning of something whose end has not come yet.
    held: String,
}

impl Piecewise {
    /// Takes the next piece; returns what is safe to show by now.
    pub fn take(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let rest = self.held.split_off(unfinished(&self.held));
        inert(&std::mem::replace(&mut self.held, rest)).into_owned()
    }

    /// Ends the text; returns what is left of it.
    #[must_use]
    pub fn end(self) -> String {
        inert(&self.held).into_owned()
    }
}

/// Returns where something begins that may go on behind the text.
fn unfinished(text: &str) -> usize {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let start = text.len() - rest.len();
        let mut chars = rest.chars().peekable();
        chars.next();
        if kind(c) == Kind::Control {
            after_control(c, &mut chars);
            if chars.peek().is_none() {
                return start;
            }
        }
        let left: usize = chars.map(char::len_utf8).sum();
        rest = rest.get(rest.len() - left..).unwrap_or_default();
    }
    text.len()
}

/// Whether a terminal may act on the character, by itself or as the start of a sequence.
#[must_use]
pub fn is_active(c: char) -> bool {
    matches!(kind(c), Kind::Control | Kind::Direction)
}

/// Consumes what belongs to a control character and returns what stands for it.
fn after_control(c: char, chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    match c {
        '\r' if chars.peek() == Some(&'\n') => None,
        '\u{9b}' => skip_control_sequence(chars),
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_control_string(chars),
        ESC => match chars.peek().copied() {
            Some('[') => {
                chars.next();
                skip_control_sequence(chars)
            }
            Some('P' | 'X' | ']' | '^' | '_') => {
                chars.next();
                skip_control_string(chars)
            }
            Some(' '..='~') => skip_short_escape(chars),
            _ => Some(REPLACEMENT),
        },
        _ => Some(REPLACEMENT),
    }
}

/// CSI: parameters, intermediates, one final byte.
fn skip_control_sequence(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    while chars.next_if(|c| matches!(c, '0'..='?')).is_some() {}
    while chars.next_if(|c| matches!(c, ' '..='/')).is_some() {}
    chars.next_if(|c| matches!(c, '@'..='~'));
    None
}

/// OSC, DCS, APC, PM, SOS: everything up to ST or BEL. A newline ends it too, so that an unterminated one
/// cannot hide all that follows.
fn skip_control_string(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    while let Some(c) = chars.next_if(|c| *c != '\n') {
        match c {
            '\u{07}' | '\u{18}' | '\u{1a}' | '\u{9c}' => break,
            ESC => {
                chars.next_if_eq(&'\\');
                break;
            }
            _ => {}
        }
    }
    None
}

/// ESC, intermediates, one final byte, as in `ESC ( B` and `ESC c`.
fn skip_short_escape(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    while chars.next_if(|c| matches!(c, ' '..='/')).is_some() {}
    chars.next_if(|c| matches!(c, '0'..='~'));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Payload and what is left of it.
    const PAYLOADS: &[(&str, &str)] = &[
        ("plain text", "plain text"),
        ("tab\tand\nnewline", "tab\tand\nnewline"),
        ("naïve 数据 🚀", "naïve 数据 🚀"),
        // CSI: colours, erasing, moving, modes, scroll regions, reports.
        ("a\x1b[31mred\x1b[0mb", "aredb"),
        ("a\x1b[2Jb", "ab"),
        ("a\x1b[Hb", "ab"),
        ("a\x1b[10;20Hb", "ab"),
        ("a\x1b[1A\x1b[2Kb", "ab"),
        ("a\x1b[?1049hb", "ab"),
        ("a\x1b[?25lb", "ab"),
        ("a\x1b[?2004hb", "ab"),
        ("a\x1b[6nb", "ab"),
        ("a\x1b[cb", "ab"),
        ("a\x1b[>0;1cb", "ab"),
        ("a\x1b[1 qb", "ab"),
        ("a\x1b[!pb", "ab"),
        ("a\x1b[8;1;1tb", "ab"),
        ("a\x1b[200~b\x1b[201~", "ab"),
        ("a\x1b[38;2;255;0;0mb", "ab"),
        ("a\x1b[", "a"),
        ("a\x1b[31", "a"),
        ("a\x1b[\u{e9}b", "a\u{e9}b"),
        // OSC: title, colours, hyperlinks, clipboard, notifications.
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]2;title\x1b\\b", "ab"),
        ("a\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1b]52;c;cm0gLXJmIC8=\x07b", "ab"),
        ("a\x1b]9;4;1;50\x07b", "ab"),
        ("a\x1b]1337;File=inline=1:AAAA\x07b", "ab"),
        ("a\x1b]4;0;?\x07b", "ab"),
        ("a\x1b]0;never ends", "a"),
        ("a\x1b]0;never ends\nnext line", "a\nnext line"),
        // DCS, APC, PM, SOS.
        ("a\x1bP$q\"p\x1b\\b", "ab"),
        ("a\x1bPq#0;2;0;0;0~\x1b\\b", "ab"),
        ("a\x1b_Gf=100;AAAA\x1b\\b", "ab"),
        ("a\x1b^private\x1b\\b", "ab"),
        ("a\x1bXstring\x1b\\b", "ab"),
        ("a\x1bPnever ends", "a"),
        // Short escapes: reset, save, index, character sets, keypad.
        ("a\x1bcb", "ab"),
        ("a\x1b7b\x1b8", "ab"),
        ("a\x1bMb", "ab"),
        ("a\x1b(0b", "ab"),
        ("a\x1b#8b", "ab"),
        ("a\x1b=b", "ab"),
        ("a\x1b Fb", "ab"),
        ("a\x1b", "a\u{fffd}"),
        ("a\x1b\x1b[2Jb", "a\u{fffd}b"),
        // The same by 8-bit controls.
        ("a\u{9b}2Jb", "ab"),
        ("a\u{9d}0;title\u{9c}b", "ab"),
        ("a\u{9d}0;title\x07b", "ab"),
        ("a\u{90}q\u{9c}b", "ab"),
        ("a\u{9f}G\u{9c}b", "ab"),
        ("a\u{9e}pm\u{9c}b", "ab"),
        ("a\u{98}sos\u{9c}b", "ab"),
        ("a\u{85}b", "a\u{fffd}b"),
        // Single controls.
        ("safe\rrm -rf", "safe\u{fffd}rm -rf"),
        ("one\r\ntwo", "one\ntwo"),
        (
            "secret\x08\x08\x08\x08\x08\x08public",
            "secret\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}public",
        ),
        ("a\x07b", "a\u{fffd}b"),
        ("a\0b", "a\u{fffd}b"),
        ("a\x0b\x0cb", "a\u{fffd}\u{fffd}b"),
        ("a\x0eb\x0f", "a\u{fffd}b\u{fffd}"),
        ("a\x7fb", "a\u{fffd}b"),
        // Direction of writing.
        ("a\u{202e}b\u{202c}", "a\u{fffd}b\u{fffd}"),
        ("a\u{2066}b\u{2069}", "a\u{fffd}b\u{fffd}"),
        ("a\u{200f}b\u{61c}", "a\u{fffd}b\u{fffd}"),
        // Invisible characters.
        ("a\u{200b}b\u{200d}c\u{feff}", "abc"),
        ("a\u{e0041}\u{e0042}\u{e007f}b", "ab"),
        ("a\u{fe0f}\u{e0100}b", "ab"),
        ("a\u{ad}\u{2060}\u{3164}b", "ab"),
        ("a\u{2028}b\u{2029}c", "a\nb\nc"),
        // Taking one thing out does not put another together.
        ("a\x1b\u{200b}[2Jb", "a\u{fffd}[2Jb"),
        ("a\x1b\x1b[m[2Jb", "a\u{fffd}[2Jb"),
    ];

    #[test]
    fn payloads_lose_their_effect() {
        assert!(PAYLOADS.len() >= 40);
        for (payload, left) in PAYLOADS {
            assert_eq!(inert(payload), *left, "{payload:?}");
        }
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(inert_line("a\r\nb\tc\u{2028}d"), "a b c d");
    }

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(inert("plain\n\ttext, naïve"), Cow::Borrowed(_)));
    }

    fn by_pieces(pieces: &[&str]) -> String {
        let mut piecewise = Piecewise::default();
        let taken: String = pieces.iter().map(|piece| piecewise.take(piece)).collect();
        taken + &piecewise.end()
    }

    #[test]
    fn payloads_lose_their_effect_in_pieces_too() {
        for (payload, left) in PAYLOADS {
            for at in payload.char_indices().map(|(at, _)| at) {
                let (one, other) = payload.split_at(at);
                assert_eq!(by_pieces(&[one, other]), *left, "{one:?} {other:?}");
            }
            let single: Vec<String> = payload.chars().map(String::from).collect();
            assert_eq!(by_pieces(&single.iter().map(String::as_str).collect::<Vec<_>>()), *left);
        }
    }

    proptest! {
        #[test]
        fn nothing_active_is_left(text in "(\\PC|[\\x00-\\x1f\\x7f-\\u{9f}]|\\x1b[\\[\\]P_^X][0-9;]{0,3}|[\\u{2000}-\\u{206f}])*") {
            let clean = inert(&text).into_owned();
            prop_assert!(clean.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{clean:?}");
            prop_assert!(!clean.chars().any(is_active), "{clean:?}");
            prop_assert_eq!(inert(&clean).into_owned(), clean);
        }
    }
}
