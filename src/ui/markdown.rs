//! Markdown set for the terminal: what packs' reference answers and requirements are written in.
//!
//! Paragraphs are set anew in the width of the screen, code is left as it is, links are text with the address
//! behind it. HTML is shown as the text that it is.

use std::io::{self, Write};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::sanitize::inert;
use super::style::{Role, Screen};
use super::wrap::{Text, verbatim, width};

/// Writes the Markdown text.
///
/// # Errors
/// When the writer fails.
pub fn markdown(out: &mut dyn Write, screen: &Screen, source: &str) -> io::Result<()> {
    let source = inert(source);
    let mut setter = Setter::new(out, screen);
    Parser::new(&source).try_for_each(|event| setter.event(event))?;
    setter.flush()
}

/// The indent that a list item or a quotation adds.
struct Indent {
    /// Before the first line, until that is written.
    first: Option<String>,
    /// Before the other lines.
    rest: String,
}

struct Setter<'a> {
    out: &'a mut dyn Write,
    screen: &'a Screen,
    /// The block that is being collected.
    text: Text,
    /// Its source, where it is code.
    code: Option<String>,
    /// Roles of the open inline tags.
    roles: Vec<Role>,
    /// Addresses of the open links, each with its text so far.
    links: Vec<(String, String)>,
    /// Open lists, with the next number of the numbered ones.
    lists: Vec<Option<u64>>,
    indents: Vec<Indent>,
    /// Whether a blank line stands before the next block.
    gap: bool,
}

impl<'a> Setter<'a> {
    fn new(out: &'a mut dyn Write, screen: &'a Screen) -> Self {
        Self {
            out,
            screen,
            text: Text::default(),
            code: None,
            roles: Vec::new(),
            links: Vec::new(),
            lists: Vec::new(),
            indents: Vec::new(),
            gap: false,
        }
    }

    fn event(&mut self, event: Event<'_>) -> io::Result<()> {
        match event {
            Event::Start(tag) => return self.start(tag),
            Event::End(tag) => return self.end(tag),
            Event::Rule => return self.rule(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.add(&text),
            Event::Code(code) => self.add_code(&code),
            Event::SoftBreak => self.add(" "),
            Event::HardBreak => self.add("\n"),
            // Not read without the parser's extensions.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag<'_>) -> io::Result<()> {
        match tag {
            Tag::Emphasis => self.roles.push(Role::Emphasis),
            Tag::Strong => self.roles.push(Role::Strong),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.to_string(), String::new()));
            }
            Tag::Heading { .. } => {
                self.flush()?;
                self.roles.push(Role::Heading);
            }
            Tag::CodeBlock(_) => {
                self.flush()?;
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.flush()?;
                self.gap &= self.lists.is_empty();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush()?;
                let marker = self.marker();
                self.indent(&marker);
            }
            Tag::BlockQuote(_) => {
                self.flush()?;
                self.write_gap()?;
                let bar = self.screen.symbol("│ ", "| ").to_owned();
                self.indents.push(Indent { first: None, rest: self.bounded(bar) });
            }
            _ => self.flush()?,
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> io::Result<()> {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong => {
                self.roles.pop();
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::Heading(_) => {
                self.block()?;
                self.roles.pop();
            }
            TagEnd::CodeBlock => self.end_code()?,
            TagEnd::Item => {
                self.flush()?;
                if self.indents.last().is_some_and(|indent| indent.first.is_some()) {
                    // An empty item is still an item.
                    self.write_text(&Text::default())?;
                }
                self.indents.pop();
                // Items follow one another without a gap.
                self.gap = false;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.gap = self.lists.is_empty();
            }
            TagEnd::BlockQuote(_) => {
                self.flush()?;
                self.indents.pop();
                self.gap = true;
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.block()?,
            _ => self.flush()?,
        }
        Ok(())
    }

    fn rule(&mut self) -> io::Result<()> {
        self.flush()?;
        self.text.push(Role::Dim, self.screen.symbol("─────", "-----"));
        self.block()
    }

    fn add(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        if let Some((_, label)) = self.links.last_mut() {
            label.push_str(text);
        }
        let role = self.roles.last().copied().unwrap_or_default();
        self.text.push(role, text);
    }

    fn add_code(&mut self, code: &str) {
        if let Some((_, label)) = self.links.last_mut() {
            label.push_str(code);
        }
        // Without colour the backticks are all that tells it from words.
        let mark = if self.screen.colour { "" } else { "`" };
        self.text.push(Role::Code, &format!("{mark}{code}{mark}"));
    }

    fn end_link(&mut self) {
        if let Some((address, label)) = self.links.pop() {
            let same = label == address || address.strip_prefix("mailto:") == Some(&label);
            if !same && !address.is_empty() {
                self.text.push(Role::Dim, &format!(" ({address})"));
            }
        }
    }

    fn end_code(&mut self) -> io::Result<()> {
        let code = self.code.take().unwrap_or_default();
        self.write_gap()?;
        let (first, rest) = self.prefixes();
        if first != rest {
            // The marker of an item whose first block is code stands on its own line.
            self.write_text(&Text::default())?;
        }
        let indent = if width(&rest) + 4 > self.screen.width / 2 { rest } else { format!("{rest}    ") };
        verbatim(self.out, self.screen, Role::Code, &code, &indent)?;
        self.gap = true;
        Ok(())
    }

    /// Writes what was collected, with a gap behind it.
    fn block(&mut self) -> io::Result<()> {
        let written = !self.text.is_blank();
        self.flush()?;
        self.gap |= written;
        Ok(())
    }

    /// Writes what was collected.
    fn flush(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        if text.is_blank() {
            return Ok(());
        }
        self.write_gap()?;
        self.write_text(&text)
    }

    fn write_gap(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.gap) {
            let bars: String = self.indents.iter().map(|indent| indent.rest.as_str()).collect();
            writeln!(self.out, "{}", bars.trim_end())?;
        }
        Ok(())
    }

    fn write_text(&mut self, text: &Text) -> io::Result<()> {
        let (first, rest) = self.prefixes();
        self.indents.iter_mut().for_each(|indent| indent.first = None);
        text.write(self.out, self.screen, &first, &rest)
    }

    fn prefixes(&self) -> (String, String) {
        let first = self.indents.iter().map(|indent| indent.first.as_ref().unwrap_or(&indent.rest));
        let rest = self.indents.iter().map(|indent| indent.rest.as_str());
        (first.map(String::as_str).collect(), rest.collect())
    }

    fn marker(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => self.screen.symbol("• ", "* ").to_owned(),
        }
    }

    fn indent(&mut self, marker: &str) {
        let rest = self.bounded(" ".repeat(width(marker)));
        self.indents.push(Indent { first: Some(marker.to_owned()), rest });
    }

    /// The indent itself, or nothing where half of the screen is taken by indents already.
    fn bounded(&self, indent: String) -> String {
        let taken: usize = self.indents.iter().map(|indent| width(&indent.rest)).sum();
        if taken + width(&indent) > self.screen.width / 2 { String::new() } else { indent }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(source: &str, width: usize, colour: bool, unicode: bool) -> String {
        let mut out = Vec::new();
        markdown(&mut out, &Screen { width, colour, unicode }, source).unwrap();
        String::from_utf8(out).unwrap()
    }

    const DOCUMENT: &str = "\
# When the cache goes down

Every miss goes to the *database*, which was
**never** sized for `100 %` of the reads;
see [the notes](https://example.org/notes) or <https://example.org>.

1. Limit what reaches it:
   - request coalescing
   - a *semaphore* per key
     - with a deadline
2. Warm up:

   slowly, and by key.

> It is not the cache that is down,
> it is the database.

```sql
SELECT * FROM posts WHERE author IN (1, 2, 3);
```

Cost &amp; effect<br>:

---

the end
";

    #[test]
    fn a_document_at_80_columns() {
        assert_eq!(
            shown(DOCUMENT, 80, false, true),
            "\
When the cache goes down

Every miss goes to the database, which was never sized for `100 %` of the reads;
see the notes (https://example.org/notes) or https://example.org.

1. Limit what reaches it:
   • request coalescing
   • a semaphore per key
     • with a deadline
2. Warm up:

   slowly, and by key.

│ It is not the cache that is down, it is the database.

    SELECT * FROM posts WHERE author IN (1, 2, 3);

Cost & effect<br>:

─────

the end
"
        );
    }

    #[test]
    fn a_document_at_40_columns_in_ascii() {
        assert_eq!(
            shown(DOCUMENT, 40, false, false),
            "\
When the cache goes down

Every miss goes to the database, which
was never sized for `100 %` of the
reads; see the notes
(https://example.org/notes) or
https://example.org.

1. Limit what reaches it:
   * request coalescing
   * a semaphore per key
     * with a deadline
2. Warm up:

   slowly, and by key.

| It is not the cache that is down, it
| is the database.

    SELECT * FROM posts WHERE author IN>

Cost & effect<br>:

-----

the end
"
        );
    }

    #[test]
    fn colours_replace_backticks() {
        assert_eq!(shown("a `b c` *d*", 40, true, true), "a \u{1b}[36mb c\u{1b}[0m \u{1b}[3md\u{1b}[0m\n");
    }

    #[test]
    fn odd_documents() {
        for (source, expected) in [
            ("", ""),
            ("-\n- b", "•\n• b\n"),
            ("- a\n\n- b", "• a\n• b\n"),
            ("- ```\n  x\n  ```", "•\n      x\n"),
            ("> a\n>\n> b", "│ a\n│\n│ b\n"),
            ("![drawing](a.png)", "drawing (a.png)\n"),
            ("<me@example.org>", "me@example.org\n"),
            ("a  \nb", "a\nb\n"),
            ("&#27;[31mred", "\u{fffd}[31mred\n"),
            ("a\u{1b}]0;title\u{7}b", "ab\n"),
            ("<script>x</script>", "<script>x</script>\n"),
            ("text\n- item", "text\n\n• item\n"),
        ] {
            assert_eq!(shown(source, 40, false, true), expected, "{source:?}");
        }
    }

    #[test]
    fn depth_does_not_push_text_off_the_screen() {
        for source in [
            format!("{}x", "> ".repeat(3000)),
            (0..300).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect(),
        ] {
            let text = shown(&source, 20, false, true);
            assert!(text.lines().all(|line| width(line) <= 20) && text.contains('x'));
        }
    }

    proptest! {
        #[test]
        fn every_input_fits_the_screen(
            source in "([-*>#`~\\[\\]()!<&_ \\n\\t\\r0-9a-z.:/\\\\]|\\PC|\\x1b)*",
            width in 20_usize..100,
        ) {
            let text = shown(&source, width, false, true);
            for line in text.lines() {
                prop_assert!(super::width(line) <= width, "{line:?}");
            }
        }
    }
}
