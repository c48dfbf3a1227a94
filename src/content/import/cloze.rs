//! Anki's clozes: `{{c1::what is asked for::a hint}}`.

/// What stands for what is asked for.
const GAP: &str = "...";

/// A text with clozes, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cloze {
    /// The text with gaps, and with the hints where there are some.
    pub(super) asked: String,
    /// The text without gaps.
    pub(super) told: String,
}

/// A cloze that is open.
#[derive(Default)]
struct Open {
    told: String,
    hint: Option<String>,
    /// As it is written, for one that is never closed.
    raw: String,
}

/// Takes a text apart; nothing where it has no cloze.
pub(super) fn read(text: &str) -> Option<Cloze> {
    let mut cloze = Cloze { asked: String::new(), told: String::new() };
    let (mut found, mut open, mut rest) = (false, Vec::<Open>::new(), text);
    while let Some(c) = rest.chars().next() {
        let inside = !open.is_empty();
        let taken = if let Some(begin) = begin(rest) {
            open.push(Open { raw: rest.get(..begin).unwrap_or_default().to_owned(), ..Open::default() });
            begin
        } else if inside && rest.starts_with("}}") {
            found = true;
            close(&mut open, &mut cloze);
            2
        } else if inside && rest.starts_with("::") && open.last().is_some_and(|open| open.hint.is_none()) {
            if let Some(open) = open.last_mut() {
                open.hint = Some(String::new());
                open.raw.push_str("::");
            }
            2
        } else {
            say(c, &mut open, &mut cloze);
            c.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    for unclosed in open {
        cloze.asked.push_str(&unclosed.raw);
        cloze.told.push_str(&unclosed.raw);
    }
    found.then_some(cloze)
}

/// Returns the length of `{{c1::` where a text begins so.
fn begin(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("{{c")?;
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let is_cloze = digits > 0 && inside.get(digits..)?.starts_with("::");
    is_cloze.then_some("{{c".len() + digits + "::".len())
}

fn say(c: char, open: &mut [Open], cloze: &mut Cloze) {
    match open.last_mut() {
        None => {
            cloze.asked.push(c);
            cloze.told.push(c);
        }
        Some(open) => {
            open.raw.push(c);
            open.hint.as_mut().unwrap_or(&mut open.told).push(c);
        }
    }
}

fn close(open: &mut Vec<Open>, cloze: &mut Cloze) {
    let Some(closed) = open.pop() else { return };
    match open.last_mut() {
        Some(around) => {
            around.told.push_str(&closed.told);
            around.raw.push_str(&closed.told);
        }
        None => {
            cloze.told.push_str(&closed.told);
            cloze.asked.push_str(GAP);
            if let Some(hint) = closed.hint {
                cloze.asked.push_str(&format!(" ({hint})"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_clozes_apart() {
        for (text, expected) in [
            ("no {{cloze}} here", None),
            ("a {{c1::b}} c", Some(("a ... c", "a b c"))),
            ("{{c12::b::hint}}", Some(("... (hint)", "b"))),
            ("{{c1::a {{c2::b}} c}} d", Some(("... d", "a b c d"))),
            ("{{c1::a}} {{c2::open", Some(("... {{c2::open", "a {{c2::open"))),
            ("{{c1::a}} }} ::", Some(("... }} ::", "a }} ::"))),
            ("{{c1::\u{e9}}}", Some(("...", "\u{e9}"))),
        ] {
            let found = read(text).map(|cloze| (cloze.asked, cloze.told));
            let expected = expected.map(|(asked, told)| (asked.to_owned(), told.to_owned()));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
