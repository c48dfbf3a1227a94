//! Text as Markdown that shows it and does nothing else (CommonMark, with tables).

use super::super::control::visible;

/// Characters that can begin Markdown or HTML anywhere in a line.
const SPECIAL: &[char] = &['\\', '`', '*', '_', '[', ']', '#', '|', '~', '$'];

/// Returns the text as one line that can stand anywhere: in a sentence, a list, a heading or a table.
/// White space of any kind becomes one space.
pub(super) fn inline(text: &str) -> String {
    let line = one_line(text);
    escaped(&line, marker(&line))
}

fn one_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Escapes what is special anywhere, and the character at `marker`.
fn escaped(line: &str, marker: Option<usize>) -> String {
    let mut escaped = String::with_capacity(line.len());
    for (place, character) in line.char_indices() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ => {
                if marker == Some(place) || SPECIAL.contains(&character) {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
        }
    }
    escaped
}

/// Where a line would begin a list, a rule or an underline, the character that makes it one.
fn marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let here = line.get(digits..)?;
    let begins = match digits {
        0 => here.starts_with(['-', '+', '=']),
        _ => here.starts_with(['.', ')']),
    };
    begins.then_some(digits)
}

/// Returns Markdown of an author's as text: paragraphs, bullets and bold words stay, all else is shown as it was typed.
pub(super) fn prose(text: &str) -> String {
    let lines = text.trim().lines().map(|line| match bullet(line.trim()) {
        Some(item) => format!("- {}", with_bold(item)),
        None => with_bold(line),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Escapes a line but for the stars of its bold words, where they come in pairs that hold something.
fn with_bold(line: &str) -> String {
    let line = one_line(line);
    let parts: Vec<&str> = line.split("**").collect();
    let holds = |part: &str| !part.is_empty() && part.trim() == part && !part.contains('*');
    if parts.len().is_multiple_of(2) || !parts.iter().skip(1).step_by(2).all(|part| holds(part)) {
        return inline(&line);
    }
    let first = parts.first().copied().unwrap_or_default();
    let rest = parts.iter().skip(1).map(|part| escaped(part, None));
    std::iter::once(escaped(first, marker(first))).chain(rest).collect::<Vec<_>>().join("**")
}

fn bullet(line: &str) -> Option<&str> {
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
}

/// Returns the text in a fence that nothing in it can close. What is between the fences is the text,
/// with its line endings as line feeds and its hidden characters by their numbers.
pub(super) fn fence(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_run(&text, '`').max(2) + 1);
    format!("{fence}text\n{text}\n{fence}")
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|character| character != of).map(str::len).max().unwrap_or_default()
}

/// Returns a link to a web page, or the address as text where it is anything else.
pub(super) fn link(title: &str, url: &str) -> String {
    let web = url.starts_with("https://") || url.starts_with("http://");
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'\\`|".contains(&byte));
    if web && plain {
        format!("{}, <{url}>", inline(title))
    } else {
        format!("{}, {}", inline(title), inline(url))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    #[test]
    fn inline_text_keeps_its_letters() {
        for (text, expected) in [
            (
                "a plain sentence, with C++ (and more) - fine.",
                "a plain sentence, with C++ (and more) - fine.",
            ),
            ("# heading", r"\# heading"),
            ("- item", r"\- item"),
            ("12. item", r"12\. item"),
            ("=====", r"\====="),
            ("a | b", r"a \| b"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("[x](javascript:y)", r"\[x\](javascript:y)"),
            ("`code` *em* __b__ ~~s~~", r"\`code\` \*em\* \_\_b\_\_ \~\~s\~\~"),
            ("one\n\ntwo\r\n  three", "one two three"),
            ("\u{1b}]8;;x", r"\\u{1b}\]8;;x"),
        ] {
            assert_eq!(inline(text), expected);
        }
    }

    #[test]
    fn prose_keeps_paragraphs_and_bullets_only() {
        let text = "# Title\n\nA `b`\n\n* one\n- two\n---\n<hr>";
        assert_eq!(prose(text), "\\# Title\n\nA \\`b\\`\n\n- one\n- two\n\\---\n&lt;hr&gt;");
    }

    #[test]
    fn prose_keeps_bold_words_in_pairs() {
        for (text, expected) in [
            ("**Impact.** All of it.", "**Impact.** All of it."),
            ("- one **two** <b>", "- one **two** &lt;b&gt;"),
            ("a ** b ** c", r"a \*\* b \*\* c"),
            ("**open", r"\*\*open"),
            ("****", r"\*\*\*\*"),
            ("***x***", r"\*\*\*x\*\*\*"),
        ] {
            assert_eq!(prose(text), expected);
        }
    }

    #[test]
    fn only_web_pages_are_links() {
        assert_eq!(link("A & B", "https://a.org/?x=1&y"), "A &amp; B, <https://a.org/?x=1&y>");
        assert_eq!(link("A", "javascript:alert(1)"), "A, javascript:alert(1)");
        assert_eq!(link("A", "https://a.org/ <b>"), "A, https://a.org/ &lt;b&gt;");
    }

    /// What the Markdown shows, or the first event that is more than text.
    fn shown(markdown: &str) -> Result<String, String> {
        let mut shown = String::new();
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(text) => shown.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                other => return Err(format!("{other:?} of {markdown:?}")),
            }
        }
        Ok(shown)
    }

    proptest! {
        #[test]
        fn inline_text_is_shown_as_it_is(text in r#"([-#+=0-9.)(<>&|*_`\[\]!:~$\\/"'{} a\n]|https?://|www\.|<b>|&lt;){0,30}"#) {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(shown(&inline(&text)), Ok(line));
        }
    }
}
